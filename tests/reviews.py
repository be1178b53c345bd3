"""A collection, an archived article and its drafts, to be reviewed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onrecord.records.archive import Archive, add_text, open_archive
from onrecord.records.new_collection import write_collection
from onrecord.reviewing.acceptance import Acceptance, record_accepted
from onrecord.reviewing.card import Card
from onrecord.reviewing.cards.drafted_cards import draft_file
from onrecord.reviewing.decision import Decided
from onrecord.reviewing.draft_file import DraftFile, read_draft_file, write_draft_file
from onrecord.reviewing.known_records import KnownRecords, read_known_records
from onrecord.reviewing.reviewed_text import ReviewedText, reviewed_text
from onrecord.reviewing.session import Session

HARBOUR = Path(__file__).parent / "review" / "harbour.txt"
"""An invented article, twenty drafts long."""
TODAY = date(2025, 3, 10)


@dataclass(frozen=True)
class Desk:
    """A collection with an archive beside it, and one article under review."""

    root: Path
    folder: Path
    reviewed: ReviewedText

    @property
    def archive(self) -> Archive:
        """The archive as it is now."""
        return open_archive([self.folder])

    @property
    def file(self) -> DraftFile:
        """The drafts as they are on disk."""
        return read_draft_file(self.reviewed.draft)

    @property
    def known(self) -> KnownRecords:
        """The collection as it is now."""
        return read_known_records(self.root)

    def session(self) -> Session:
        """Begin a session, as another process would."""
        return Session(
            self.reviewed.draft,
            self.reviewed.text,
            self.known,
            self.reviewed.spoken,
            clock=lambda: 0.0,
        )

    def card(self, words: str) -> Card:
        """Return the one card whose words begin so."""
        (found,) = [card for card in self.file.cards if card.words.startswith(words)]
        return found

    def do(self, what: str, begins: str = "", **asked: object) -> Decided:
        """Take a decision on the card whose words begin so, in a session of its own."""
        card = self.card(begins).id if begins else ""
        return self.session().decide({"do": what, "card": card, **asked})

    def accept(self, today: date = TODAY) -> Acceptance:
        """Record what is accepted."""
        return record_accepted(self.reviewed.draft, self.root, self.archive, today)

    def records(self) -> dict[str, bytes]:
        """Return every file of the collection with its bytes."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }


def desk(folder: Path, article: Path | str = HARBOUR) -> Desk:
    """Write a collection, archive an article and draft it."""
    root, archive = folder / "harbour", folder / "texts"
    write_collection(
        root,
        title="Harbour",
        base="https://example.org/harbour/",
        desk="desk",
        contact="desk@example.org",
        today=date(2025, 1, 1),
    )
    (root / "archive" / "example.txt").rename(folder / "example.txt")
    data = article.encode() if isinstance(article, str) else article.read_bytes()
    path = add_text(archive, data)
    (folder / "example.txt").rename(archive / "example.txt")
    reviewed = reviewed_text(open_archive([archive]), path.stem)
    write_draft_file(
        reviewed.draft, draft_file(reviewed.text, "harbour.txt", "onrecord 1", layer=reviewed.layer)
    )
    return Desk(root, archive, reviewed)


ARTICLE = {
    "publisher": "The Lindhaven Post",
    "topics": "shipyards: What yards build and owe; not what ships carry.",
}
"""What a reviewer says of the article."""
SERIES = {
    "series0": "barges delivered by the yard of Lindhaven",
    "measure0": "delivery",
    "product0": "barge: A barge of any size.",
    "bearer0": "yard of Lindhaven",
    "unit0": "NUM",
}
"""A new series, as it is written in the form of a card."""
