"""A card that is accepted stays as it was shown, or is undecided again."""

from pathlib import Path

import pytest

from reviews import ARTICLE, Desk, desk
from reviews import SERIES as SERIES_WRITTEN

TEXT = (
    "Ferry\n\nThe Post, 4 March 2025\n\n“We made 40 barges,” said Bo Lind. “We sold 12 tugs,” said"
    " Ada Holm.\n\n“The dock leaks,” Lind said.\n"
)


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """A desk with two speakers, whose cards are accepted."""
    at = desk(tmp_path, TEXT)
    at.do("article", fields=ARTICLE)
    at.do("speaker", "We made", number=1)
    at.do("speaker", "We sold", number=1)
    at.do("edit", "We made", fields=SERIES_WRITTEN)
    at.do("edit", "We sold", fields={"series0": SERIES_WRITTEN["series0"], "unit0": "NUM"})
    for begins in ("We made", "We sold", "The dock"):
        at.do("accept", begins)
    return at


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("speaker", {"number": 2}),
        ("series", {"figure": 0, "number": 0}),
        ("narrow", {"edge": "end"}),
        ("edit", {"fields": {"said_on": "2025-03-03"}}),
    ],
)
def test_what_changes_an_accepted_card_makes_it_undecided(
    at: Desk, what: str, asked: dict[str, object]
) -> None:
    done = at.do(what, "We sold", **asked)
    assert done.message.endswith("; undecided again, a accepts it")
    assert at.card("We sold").verdict is None
    assert [at.card(each).verdict for each in ("We made", "The dock")] == ["accept", "accept"]
    assert at.accept().pending == 1
    at.do("undo")
    assert at.card("We sold").verdict == "accept"


def test_what_changes_nothing_leaves_it_accepted(at: Desk) -> None:
    assert at.do("edit", "We sold", fields={"note": "seen"}).message == "kept"
    assert at.do("speaker", "We sold", number=1).message == "speaker: Ada Holm"
    assert at.card("We sold").verdict == "accept"


def test_another_speaker_of_a_person_is_shown_on_the_other_cards_of_the_person(at: Desk) -> None:
    done = at.do("edit", "We made", fields={"speaker": "Bo Lindqvist"})
    assert done.message == (
        "kept; undecided again, a accepts it; 1 other accepted card has changed with it and is"
        " undecided again"
    )
    assert at.card("The dock").verdict is None
    assert at.card("We sold").verdict == "accept"
    at.do("undo")
    assert at.card("The dock").verdict == "accept"
    # Rejected, it confirms nobody.
    assert at.do("reject", "We made").message.startswith("rejected; 1 other accepted card has")
    assert at.card("The dock").verdict is None


def test_a_series_that_is_changed_on_one_card_is_shown_on_the_others(at: Desk) -> None:
    done = at.do("edit", "We made", fields={**SERIES_WRITTEN, "product0": "boat: A boat."})
    assert "1 other accepted card has changed" in done.message
    assert [at.card(each).verdict for each in ("We made", "We sold")] == [None, None]
    assert at.card("The dock").verdict == "accept"
