"""Times on the page of a review: shown as they are recorded, and one for all of a sentence."""

from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.reviewing.draft_file import write_draft_file
from reviews import ARTICLE, SERIES, Desk, desk
from test_review_series import shown

TEXT = (
    "Barges\n\nThe Post, 4 March 2025\n\n“We made 40 barges last year, and we will make 90 in"
    " 2026,” said Bo Lind. “We own 12 barges,” said Ada Holm.\n\nLind denied that the yard was"
    " closed.\n"
)


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """A desk with two clauses of one sentence, a figure without a time, and a denial."""
    at = desk(tmp_path, TEXT)
    at.do("article", fields=ARTICLE)
    at.do("speaker", "We made", number=1)
    at.do("speaker", "We own", number=1)
    return at


def test_the_day_of_a_sentence_is_that_of_all_that_its_speaker_says_in_it(at: Desk) -> None:
    told = {"said_on": "2025-03-03", "said_on_words": "Monday"}
    done = at.do("edit", "We made", fields=told)
    assert done.message == "kept, the day also for 1 of the same sentence"
    days = [at.card(each).fixes.get("said_on") for each in ("We made", "we will make")]
    assert days[0] == days[1]
    assert days[0]["edtf"] == "2025-03-03"
    assert "said_on" not in at.card("We own").fixes
    at.do("undo")
    assert "said_on" not in at.card("we will make").fixes
    # What has a day of its own keeps it, and what was accepted is undecided again.
    at.do("edit", "We made", fields=SERIES)
    at.do("accept", "We made")
    done = at.do("edit", "we will make", fields=told)
    assert "1 other accepted card has changed" in done.message
    assert at.card("We made").fixes["said_on"] == days[0]
    other = at.card("we will make")
    own = replace(other, fixes={**other.fixes, "said_on": "2025-03-01"})
    write_draft_file(at.reviewed.draft, at.file.with_card(own))
    assert at.do("edit", "We made", fields={"said_on": "2025-03-02"}).message == "kept"
    assert at.card("we will make").fixes["said_on"] == "2025-03-01"


def test_the_time_of_a_figure_is_shown_as_it_is_recorded(at: Desk) -> None:
    label = "About the time</dt><dd>{} <span"
    assert label.format("2025") not in shown(at, "We own")
    moment = label.format("../2025-03-04") + ' class="small">when it was said'
    assert moment in shown(at, "We own")
    at.do("edit", "We own", fields=SERIES)
    at.do("accept", "We own")
    done = at.accept()
    assert done.path is not None
    of_record = 'rec:validFor [ dcterms:date "../2025-03-04"'
    assert of_record in done.path.read_text(encoding="utf-8")
    # Without a figure nothing is recorded.
    at.do("series", "We own", figure=0, number=0)
    assert "About the time</dt>" not in shown(at, "We own")
    assert "when it was said" not in shown(at, "we will make")
    assert "not later than the article" in shown(at, "We own")


def test_a_denial_is_said_to_need_its_not(at: Desk) -> None:
    told = shown(at, "the yard was closed")
    assert "the sentence needs its “not”" in told
    assert "with the “not” of the denial" in told
    assert "the sentence needs" not in shown(at, "We own")
