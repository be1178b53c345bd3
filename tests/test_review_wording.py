"""What a reviewer reads on cards, and the names of what is recorded: in plain words."""

from pathlib import Path

import pytest

from onrecord.reviewing.card import UnsettledError
from onrecord.reviewing.known_records import slug_of
from onrecord.reviewing.settled_claim import require_edtf
from reviews import ARTICLE, SERIES, desk
from test_review_series import shown


def test_a_figure_is_told_in_plain_words(tmp_path: Path) -> None:
    at = desk(
        tmp_path,
        "Barges\n\nThe Post, 4 March 2025\n\n“We make at least 40,000 barges a month,” said Bo"
        " Lind.\n\n“Our yard is three times as big as theirs,” said Ada Holm.\n\n“About 35 percent"
        " of them leak,” said Ole Krag.\n",
    )
    assert ": at least 40,000 per month" in shown(at, "We make")
    assert ": 3 times" in shown(at, "Our yard")
    assert ": about 35 %" in shown(at, "About 35")
    for begins in ("We make", "Our yard", "About 35"):
        told = shown(at, begins)
        assert "said” tells of it, by the rule" in told or "by the rule “" in told
        assert not any(code in told for code in (": ge ", ": eq ", " bounded"))


def test_an_event_is_named_once_for_its_speaker(tmp_path: Path) -> None:
    at = desk(
        tmp_path,
        "Barges\n\nThe Post, 4 March 2025\n\n“We will make barges here,” Bo Lind said in an"
        " interview.\n",
    )
    at.do("article", fields=ARTICLE)
    at.do("speaker", "We will", number=1)
    at.do("accept", "We will")
    done = at.accept()
    assert [iri.rpartition("/")[2] for iri in done.claims] == ["lind-we-will-make-barges-here"]
    assert done.path is not None
    written = done.path.read_text(encoding="utf-8")
    assert 'event:bo-lind-interview\n    a rec:Event ;\n    schema:name "interview, Bo Lind"@' in (
        written
    )


def test_a_slug_keeps_what_tells_the_future_from_the_past() -> None:
    assert slug_of("we will make 120,000 in 2027", 5, whole=False) == "we-will-make-120000-2027"


def test_an_open_start_is_among_what_can_be_written(tmp_path: Path) -> None:
    at = desk(tmp_path, "“We build barges here,” said Bo Lind.\n")
    with pytest.raises(UnsettledError, match=r"an open start as \.\./2025-11"):
        require_edtf(at.file.cards[0], "before the summer of 2026")


def test_a_bare_number_is_told_with_what_it_counts(tmp_path: Path) -> None:
    at = desk(
        tmp_path,
        "Barges\n\nThe Post, 4 March 2025\n\n“We made 40 river barges last year, and we will make"
        " 90 in 2026,” said Bo Lind.\n",
    )
    at.do("article", fields=ARTICLE)
    at.do("speaker", "We made", number=1)
    at.do("edit", "We made", fields=SERIES)
    assert "“we will make 90 in 2026.”" in shown(at, "we will")
    at.do("series", "we will", figure=0, number=1)
    assert "“we will make 90 [river barges] in 2026.”" in shown(at, "we will")
    assert "“We made 40 river barges last year.”" in shown(at, "We made")
    for begins in ("We made", "we will"):
        at.do("accept", begins)
    done = at.accept()
    assert done.report.findings == ()
    assert done.path is not None
    # The words of the source are without it.
    assert 'rec:words "we will make 90 in 2026"' in done.path.read_text(encoding="utf-8")
