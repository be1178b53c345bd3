"""Drafts of our own annotated articles: what is reached is a floor, so that no rule loses it."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from onrecord.drafting.document import document_of, drafted

ARTICLES = Path(__file__).parent / "gold"
Item = dict[str, Any]
QUOTED = ("direct", "fragment")


def articles() -> list[Item]:
    return [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(ARTICLES.glob("*.json"))
    ]


def covers(one: Item, other: Item) -> bool:
    """Say whether two places share at least half of what they cover together."""
    shared = min(one["end"], other["end"]) - max(one["start"], other["start"])
    whole = max(one["end"], other["end"]) - min(one["start"], other["start"])
    return shared > 0 and shared >= 0.5 * whole


def touches(one: Item, other: Item) -> bool:
    return bool(one["start"] < other["end"] and other["start"] < one["end"])


def is_same_person(one: str, other: str | None) -> bool:
    return other is not None and one.split()[-1] == other.split()[-1]


@cache
def counts(language: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for article in articles():
        if article["lang"] != language:
            continue
        drafts = drafted(document_of(article))
        _count_quotes(article["quotes"], drafts["quotes"], found)
        _count(
            article["quantities"],
            drafts["quantities"],
            ("value", "low", "high", "unit", "over"),
            "quantity",
            found,
        )
        _count(article["dates"], drafts["dates"], ("edtf",), "date", found)
    return found


def _count_quotes(expected: list[Item], drafts: list[Item], found: Counter[str]) -> None:
    left = list(drafts)
    for quote in expected:
        kind = "quoted" if quote["type"] in QUOTED else "reported"
        found[kind] += 1
        one = next(
            (
                one
                for one in left
                if covers(one, quote) and (one["type"] in QUOTED) == (kind == "quoted")
            ),
            None,
        )
        if one is None:
            continue
        left.remove(one)
        found[f"{kind} found"] += 1
        if quote["speaker"] is not None and one["speaker"] is not None:
            found["speaker"] += 1
            found["speaker right"] += one["speaker_start"] < quote["speaker_end"] and (
                quote["speaker_start"] < one["speaker_end"]
            )
        if one["person"]:
            found["person"] += 1
            found["person right"] += is_same_person(one["person"], quote["person"])
    found["drafted"] += len(drafts)
    found["drafted right"] += len(drafts) - len(left)


def _count(
    expected: list[Item], drafts: list[Item], keys: tuple[str, ...], kind: str, found: Counter[str]
) -> None:
    for one in expected:
        found[kind] += 1
        found[f"{kind} found"] += any(
            touches(one, draft) and all(one.get(key) == draft.get(key) for key in keys)
            for draft in drafts
        )
    found[f"{kind} drafted"] += len(drafts)
    found[f"{kind} drafted right"] += sum(
        any(touches(one, draft) for one in expected) for draft in drafts
    )


FLOORS = [
    ("en", "quoted", "quoted found", 1.0),
    ("en", "reported", "reported found", 0.96),
    ("en", "drafted", "drafted right", 0.97),
    ("en", "speaker", "speaker right", 0.99),
    ("en", "person", "person right", 0.99),
    ("en", "quantity", "quantity found", 1.0),
    ("en", "quantity drafted", "quantity drafted right", 1.0),
    ("en", "date", "date found", 1.0),
    ("en", "date drafted", "date drafted right", 0.95),
    ("de", "quoted", "quoted found", 1.0),
    ("de", "reported", "reported found", 0.7),
    ("de", "quantity", "quantity found", 1.0),
    ("de", "quantity drafted", "quantity drafted right", 1.0),
    ("de", "date", "date found", 1.0),
    ("fr", "quoted", "quoted found", 1.0),
    ("fr", "reported", "reported found", 0.33),
    ("fr", "quantity", "quantity found", 1.0),
    ("fr", "quantity drafted", "quantity drafted right", 1.0),
    ("fr", "date", "date found", 1.0),
]
"""Of what, which part, at least. In French reported speech is read behind "selon" and "que"."""


@pytest.mark.parametrize(("language", "whole", "part", "floor"), FLOORS)
def test_floor(language: str, whole: str, part: str, floor: float) -> None:
    found = counts(language)
    assert found[part] >= floor * found[whole] > 0, dict(found)


def test_annotations_stand_in_their_texts() -> None:
    for article in articles():
        for kind in ("quotes", "quantities", "dates"):
            for one in article[kind]:
                assert article["text"][one["start"] : one["end"]] == one["text"], article["id"]
        for one in article["quotes"]:
            if one["speaker"] is not None:
                place = slice(one["speaker_start"], one["speaker_end"])
                assert article["text"][place] == one["speaker"], article["id"]


def test_every_language_and_form_is_there() -> None:
    read = articles()
    assert Counter(article["lang"] for article in read) == {"en": 11, "de": 2, "fr": 2}
    assert {one["type"] for article in read for one in article["quotes"]} == {
        "direct",
        "fragment",
        "mixed",
        "indirect",
    }
