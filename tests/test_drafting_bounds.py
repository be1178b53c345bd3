"""What no text can do to `onrecord draft`: take more than ten seconds or 300 MB, or say nothing."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from measured_process import measured

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
