"""What no text can do to `onrecord draft` and its review: take more than ten seconds or 300 MB.

Nor may it say nothing of what is left out, nor take more steps for each character if it is longer.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from measured_process import measured
from onrecord.drafting.document import LONGEST, Document, drafted
from onrecord.reviewing.cards.drafted_cards import draft_file
from reviews import desk

SECONDS, MEMORY = 10.0, 300 << 20
_WHOLE = 10_000_000
SENTENCE = (
    "Minister Ada Holm said on Monday that the works would make 12,000 shells a month by 2026. "
    "“We will not wait,” she told reporters in Oslo, “and they will not either.” "
)
ARTICLE = f"{SENTENCE}\n\n“It is late,” Per Dahl said.\n\n"


def filled(piece: str) -> str:
    """Return ten megabytes of a piece."""
    return piece * (_WHOLE // len(piece.encode()))


def page_of(piece: str) -> str:
    """Return a page that is full of broken markup."""
    return f"<!doctype html><html><body>{filled(piece)}"


TEXTS: dict[str, tuple[str, Callable[[], str], str]] = {
    "article": ("a.txt", lambda: filled(ARTICLE), "only the first 300,000"),
    "one paragraph": ("a.txt", lambda: filled(SENTENCE), "only the first 300,000"),
    "nested quotations": ("a.txt", lambda: "“a " * 5_000 + "”" * 5_000 + " said Holm.", ""),
    "nested kinds": ("a.txt", lambda: "“a ‘b " * 2_500 + "’ c”" * 2_500 + " said Holm.", ""),
    "digits": ("a.txt", lambda: "1" * 200_000, ""),
    "figures": ("a.txt", lambda: "1,111.5 million " * 20_000, ""),
    "open elements": (
        "a.html",
        lambda: page_of(f"<p><div></b><span class=“x>{SENTENCE}<table><li>"),
        "nested too deeply",
    ),
    "broken page": ("a.html", lambda: page_of(f"<p></b></td>{SENTENCE}<br <p class='x>"), ""),
    "no known language": ("a.txt", lambda: filled("ሰላም ለዓለም ይሁን። "), "no language that is read"),
    "no word": ("a.txt", lambda: filled("“”«»\n"), "only the first 300,000"),
}
"""A name, a text, and what has to be said of it."""


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_drafted_within_bounds_or_with_a_word(tmp_path: Path, name: str) -> None:
    """Each is a process of its own, since only so its memory can be told; it takes seconds."""
    file, make, word = TEXTS[name]
    path = tmp_path / file
    path.write_text(make(), encoding="utf-8")
    drafts = measured([sys.executable, "-m", "onrecord", "draft", str(path)])
    told = drafts.stderr
    assert "Traceback" not in told
    assert len(told.splitlines()) <= 2
    assert word in told
    assert drafts.seconds <= SECONDS
    assert drafts.memory <= MEMORY
    if drafts.exit_code:
        assert told.startswith("onrecord: ")
    else:
        assert json.loads(drafts.stdout)["text"]


def unlike(length: int) -> str:
    """Return a text of a length in which no two sentences are the same."""
    parts = (
        f"Minister Ada Holm said on Monday that the works would make {number + 2},000 shells of"
        f" kind {number} by 2026. “We will not wait for {number},” she told reporters in Oslo,"
        f" “and they will not {number} either.”{(chr(10) * 2) if number % 2 else ' '}"
        for number in range(length // 190 + 1)
    )
    return "".join(parts)[:length]


REVIEW = """
import sys
from pathlib import Path
from onrecord.reviewing.draft_file import read_draft_file, write_draft_file
from onrecord.reviewing.cards.drafted_cards import draft_file
from onrecord.reviewing.known_records import read_known_records
from onrecord.reviewing.session import Session
from onrecord_server.review.page import review_page

text, root = Path(sys.argv[1]).read_text("utf-8"), Path(sys.argv[2])
path = root.parent / "drafts.yaml"
write_draft_file(path, draft_file(text, "a.txt", "onrecord"))
session = Session(path, text, read_known_records(root))
file = session.file()
if file.cards:
    decided = session.decide({"do": "reject", "card": file.cards[0].id})
    file = session.decide({"do": "undo"}).file
page = review_page(session, file, file.cards[0].id if file.cards else None)
print("; ".join(page.notes), sum(len(part.text) for part in page.parts), len(page.cards))
"""
"""Drafts for review, two decisions and the page after them."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["article", "one paragraph", "nested quotations", "digits", "figures", "unlike sentences"],
)
def test_a_text_is_reviewed_within_bounds(tmp_path: Path, name: str) -> None:
    """Each is a process of its own, since only so its memory can be told; it takes seconds."""
    text = unlike(_WHOLE) if name == "unlike sentences" else TEXTS[name][1]()
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    at = desk(tmp_path / "desk")
    reviewed = measured([sys.executable, "-c", REVIEW, str(path), str(at.root)])
    assert reviewed.exit_code == 0, reviewed.stderr
    *_, shown, cards = reviewed.stdout.split()
    if len(text) > LONGEST:
        assert "only the first 300,000" in reviewed.stdout
        assert "what is behind is not shown" in reviewed.stdout
        assert int(shown) == LONGEST
    else:
        assert int(shown) == len(text)
    assert int(cards) > (2_000 if name == "unlike sentences" else -1)
    assert reviewed.seconds <= SECONDS
    assert reviewed.memory <= MEMORY


def steps(work: Callable[[], object]) -> int:
    """Return how many lines of Python a work runs, those of loops each time."""
    count = 0

    def traced(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        count += 1
        return traced

    former = sys.gettrace()
    sys.settrace(traced)
    try:
        work()
    finally:
        sys.settrace(former)
    return count


SHORT, LONG = 4_000, 16_000
KINDS: dict[str, Callable[[int], str]] = {
    "unlike sentences": unlike,
    "article": lambda length: (ARTICLE * (length // len(ARTICLE) + 1))[:length],
    "one paragraph": lambda length: (SENTENCE * (length // len(SENTENCE) + 1))[:length],
    "nested quotations": lambda length: f"{'“a ' * (length // 4)}{'”' * (length // 4)} said Holm.",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("work", ["draft", "review"])
def test_steps_grow_with_the_length_of_a_text(kind: str, work: str) -> None:
    """Four times the text is four times the steps; with its square they would be sixteen.

    Counted, since a clock tells little on a machine that does other things; it takes seconds.
    """

    def of(length: int) -> int:
        text = KINDS[kind](length)
        if work == "draft":
            return steps(lambda: drafted(Document("a", text)))
        return steps(lambda: draft_file(text, "a.txt", "onrecord"))

    of(SHORT)  # what is made once is made here
    assert of(LONG) <= 1.25 * LONG / SHORT * of(SHORT)
