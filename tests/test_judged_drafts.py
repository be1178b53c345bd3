"""Drafts of articles beside the repository, where a person judged them: pronouns and figures."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import beside
from onrecord.drafting.direct_speech import attribute, read_paragraphs
from onrecord.drafting.document import Document, drafted
from onrecord.drafting.lexicon import lexicon
from onrecord.drafting.person import people_of
from onrecord.drafting.speaker import speaker_at

JUDGED = Path(__file__).parent / "judged_drafts"
RIGHT = 0.88
RIGHT_OF_ANSWERED = 0.93
PRECISION = 0.95

pytestmark = pytest.mark.slow  # It reads 900 articles: half a minute.


def rows(name: str) -> list[dict[str, str]]:
    with (JUDGED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    lines = beside("quotes/polnear.jsonl").read_text(encoding="utf-8").splitlines()
    return {article["id"]: article["text"] for article in map(json.loads, lines)}


def person_at(text: str) -> Callable[[int, int], str | None]:
    words = lexicon("en")
    read = read_paragraphs(text, words)
    attribute(read, text, words)
    people = people_of(read, words)
    return lambda start, end: speaker_at((start, end), text, people, words).person


def test_pronouns(texts: dict[str, str]) -> None:
    judged = rows("pronouns.csv")
    assert len(judged) >= 150
    answered = right = 0
    for one in judged:
        text = texts[one["article"]]
        name = text[int(one["name_start"]) : int(one["name_end"])]
        person = person_at(text)(int(one["start"]), int(one["end"]))
        answered += person is not None
        right += person is not None and name.split()[-1] in person.split()
    assert right >= RIGHT * len(judged), (right, answered, len(judged))
    assert right >= RIGHT_OF_ANSWERED * answered, (right, answered, len(judged))


def page_text(page: str) -> str:
    return beside(page).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["quantities.csv", "archive_quantities.csv"])
def test_quantities_are_those_that_were_judged(texts: dict[str, str], name: str) -> None:
    """A sentence with other quantities than when it was judged has to be judged again."""
    judged = rows(name)
    assert len(judged) >= 100
    changed = []
    for one in judged:
        text = texts[one["article"]] if "article" in one else page_text(one["page"])
        found = drafted(Document("a", text, "en"))["quantities"]
        start, end = int(one["start"]), int(one["end"])
        count = sum(start <= quantity["start"] < end for quantity in found)
        if count != int(one["drafted"]):
            changed.append((one.get("article", one.get("page")), start, count))
    assert changed == []
    right = sum(int(one["right"]) for one in judged)
    assert right >= PRECISION * sum(int(one["drafted"]) for one in judged)
