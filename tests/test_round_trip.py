"""From an article to a checked record: archive, draft, decide, accept, whatever form it came in."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.cli.main import main
from onrecord.records.archive import open_archive
from onrecord.reviewing.card import Card
from onrecord.reviewing.cards.drafted_cards import draft_file, place_of
from onrecord.reviewing.draft_file import read_draft_file, write_draft_file
from onrecord.reviewing.known_records import read_known_records
from onrecord.reviewing.place_index import stretches
from onrecord.reviewing.reviewed_text import ReviewedText, reviewed_text
from onrecord.reviewing.session import Session
from onrecord.reviewing.settled_claim import places_of
from simple_pdf import pdf_of

PAGES = Path(__file__).parent / "archived"
PDF = "bulletin.pdf"
FORMS = {
    "quotations.html": {
        "We will not wait. He told me ‘never again’ in the yard.": "Ada Holm",
        "The line opens in May and will make two million fuses a year.": "Jonas Vell",
    },
    PDF: {"We will open in May": "Ada Holm", "We cannot": "Tove Ek"},
    "turns.vtt": {
        "We will\u0020not wait & see.": "Ada Holm",
        "Who pays?": "Jonas Vell",
        "The town does. The town does.": "Ada Holm",
    },
    "reply.eml": {
        "We cannot, since the floor is still wet.": "Tove Ek",
        "Can you open in May, as you told the town?": "Jonas Vell",
        "The floor is wet.": "Ada Holm",
    },
}
"""Words that are recorded of a file, with who says them."""
ARTICLE = {
    "publisher": "Quay News",
    "published": "2025-03-13",
    "title": "The fuse line",
    "topics": "fuse lines: What the lines make, and when; not what fuses do.",
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


@dataclass
class Trip:
    """A new collection with its archive, and a file on its way into it."""

    root: Path
    source: Path

    @property
    def archive(self) -> Path:
        """The folder of texts."""
        return self.root / "archive"

    def at(self) -> tuple[str | Path, ...]:
        """Return the options that name collection and archive."""
        return "--collection", self.root, "--archive", self.archive

    def reviewed(self) -> ReviewedText:
        """Return the text of the file, found by its bytes."""
        return reviewed_text(open_archive([self.archive]), str(self.source))

    def records(self) -> dict[Path, bytes]:
        """Return the files of the collection with their bytes."""
        return {path: path.read_bytes() for path in sorted(self.root.rglob("*.ttl"))}


@pytest.fixture(params=FORMS)
def trip(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trip]:
    """Each form, not yet in the archive."""
    root = tmp_path / "desk"
    assert run("new", root).exit_code == 0
    source = PAGES / request.param
    if request.param == PDF:
        source = tmp_path / PDF
        source.write_bytes(
            pdf_of(["“We will open in May,” said Ada Holm.", "“We cannot,” wrote Tove Ek."])
        )
    yield Trip(root, source)


def judge(trip: Trip, wanted: dict[str, str]) -> None:
    """Draft a text, and accept the cards that have these words by these speakers."""
    reviewed = trip.reviewed()
    drafts = draft_file(reviewed.text, reviewed.path.name, "onrecord 1", layer=reviewed.layer)
    write_draft_file(reviewed.draft, drafts)
    session = Session(reviewed.draft, reviewed.text, read_known_records(trip.root), reviewed.spoken)
    session.decide({"do": "article", "fields": ARTICLE})
    for words, speaker in wanted.items():
        (card,) = (one for one in read_draft_file(reviewed.draft).cards if one.words == words)
        assert card.speaker is not None
        assert card.speaker.person == speaker
        session.decide({"do": "speaker", "card": card.id, "number": 1})
        for figure in range(len(card.figures)):
            session.decide({"do": "series", "card": card.id, "figure": figure, "number": 0})
        session.decide({"do": "accept", "card": card.id})


@pytest.mark.parametrize("recorded_first", [True, False], ids=["with source", "without"])
def test_a_file_becomes_records_that_the_check_passes(trip: Trip, recorded_first: bool) -> None:
    wanted = FORMS[trip.source.name]
    options = trip.at() if recorded_first else trip.at()[2:]
    added = run("archive", "add", trip.source, *options)
    assert added.exit_code == 0, added.output
    judge(trip, wanted)
    accepted = run("accept", trip.source, *trip.at())
    assert accepted.exit_code == 0, accepted.output
    assert len(accepted.stdout.split()) == len(wanted)
    assert "0 violations, 0 other findings" in accepted.stderr
    records = trip.records()
    whole = b"".join(records.values()).decode()
    for words in wanted:
        assert f"rec:words {json.dumps(words, ensure_ascii=False)}" in whole
    assert whole.count("rec:placeMap") == 1
    again = run("accept", trip.source, *trip.at())
    assert "nothing new" in again.stderr
    assert trip.records() == records
    checked = run("check", *trip.at())
    assert (checked.exit_code, f"{len(wanted) + 1} verified, 0 broken" in checked.output) == (
        0,
        True,
    )
    layer = trip.reviewed().layer
    assert layer is not None
    files = open_archive([trip.archive]).files
    for path in (files[one] for one in (layer.bytes_sha256, layer.sha256, layer.file_sha256)):
        former = path.read_bytes()
        path.write_bytes(former[:-1] + bytes([former[-1] ^ 1]))
        checked = run("check", *trip.at())
        assert checked.exit_code == 1, path
        assert "another SHA-256" in checked.output
        path.write_bytes(former)
    assert run("check", *trip.at()).exit_code == 0


@pytest.mark.parametrize("trip", ["turns.vtt"], indirect=True)
def test_words_that_a_reviewer_chooses_are_speech_within_a_voice_only(trip: Trip) -> None:
    assert run("archive", "add", trip.source, *trip.at()).exit_code == 0
    judge(trip, {})
    reviewed = trip.reviewed()
    session = Session(reviewed.draft, reviewed.text, read_known_records(trip.root), reviewed.spoken)

    def card(name: str | None) -> Card:
        return read_draft_file(reviewed.draft).card(str(name))

    added = card(session.decide({"do": "add", "words": "not wait"}).focus)
    assert (added.type, added.places[0].quoted) == ("direct", True)
    session.decide({"do": "widen", "card": added.id, "edge": "end"})
    (place,) = places_of(card(added.id))
    assert (reviewed.text[place.start : place.end], place.quoted) == ("not wait & see", True)
    drafted = [one for one in read_draft_file(reviewed.draft).cards if one.id != added.id]
    assert {one.rule for one in drafted} == {"named voice"}
    assert read_draft_file(reviewed.draft).article.title == ""
    for _ in range(3):
        session.decide({"do": "widen", "card": added.id, "edge": "end"})
    (place,) = places_of(card(added.id))
    assert reviewed.text[place.start : place.end].endswith("Vell: Who")
    assert not place.quoted
    across = session.decide({"do": "add", "words": "Jonas Vell: Who pays?"}).focus
    assert not card(across).places[0].quoted


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        ("“We wait,” he wrote to us.", "“We wait,” he wrote to us."),
        ("“We wait.”", "We wait."),
        ("We wait, he wrote.", "We wait, he wrote."),
    ],
)
def test_marks_within_marked_words_are_of_the_words(words: str, taken: str) -> None:
    text = f"Ada Holm wrote:\n\n{words}\n"
    start = text.index(words)
    place = place_of(text, start, start + len(words), stretches([(start, start + len(words))]))
    assert (text[place.start : place.end], place.quoted) == (taken, True)


def test_a_text_of_two_pages_is_that_of_the_page_on_record(tmp_path: Path) -> None:
    root = tmp_path / "desk"
    assert run("new", root).exit_code == 0
    page = (PAGES / "quotations.html").read_bytes()
    pages = []
    for number in range(2):  # the same article with other advertisements
        path = tmp_path / f"{number}.html"
        path.write_bytes(page.replace(b"</body>", f"<!-- {number} --></body>".encode()))
        pages.append(Trip(root, path))
        assert run("archive", "add", path, *pages[-1].at()[2:]).exit_code == 0
    pages.sort(key=lambda one: sha256(one.source.read_bytes()).hexdigest())
    last = sha256(pages[1].source.read_bytes()).hexdigest()
    (root / "page.ttl").write_text(
        "@prefix schema: <https://schema.org/> .\n@prefix rec: <https://w3id.org/onrecord/ns#> .\n"
        "@prefix code: <https://w3id.org/onrecord/code#> .\n@base <https://example.org/desk/> .\n"
        "<source/page> a rec:Source ; schema:publisher <actor/desk> ;"
        " rec:recordedIn <curation/reading> .\n"
        f'<snapshot/page> a rec:Snapshot ; rec:snapshotOf <source/page> ; schema:sha256 "{last}" ;'
        " rec:extent code:whole ; rec:recordedIn <curation/reading> .\n",
        encoding="utf-8",
    )
    judge(pages[0], FORMS["quotations.html"])
    accepted = run("accept", pages[0].source, *pages[0].at())
    assert accepted.exit_code == 0, accepted.output
    written = (root / "page.ttl").read_text(encoding="utf-8")
    assert "rec:textOf snapshot:page" in written
    assert written.count("rec:placeMap") == 1
