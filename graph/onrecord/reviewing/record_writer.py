"""Writer of records: blocks of what is new on an article, each thing written once."""

from dataclasses import dataclass, field
from datetime import date

from onrecord.archiving.layer_file import KeptLayer
from onrecord.errors import OnRecordError
from onrecord.rdf.turtle_file import block, string, term
from onrecord.reviewing.card import DraftedTime
from onrecord.reviewing.choice import ChosenSpeaker
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.known_records import KnownRecords, KnownSource, slug_of


class IncompleteArticleError(OnRecordError):
    """The article lacks something that its records need."""


@dataclass(slots=True)
class WrittenEvent:
    """An event of the claims of an article: a new one, or one on record with further speakers."""

    name: str
    held_on: DraftedTime | None
    """None of one on record."""
    speakers: list[str] = field(default_factory=list)


@dataclass(slots=True)
class RecordWriter:
    """Blocks of new records of one article, each thing written once."""

    known: KnownRecords
    file: DraftFile
    text: str
    today: date
    layer: KeptLayer | None = None
    blocks: dict[str, list[str]] = field(default_factory=dict)
    """Blocks by kind of record."""
    named: dict[tuple[str, str], str] = field(default_factory=dict)
    """IRIs of new things by kind and name."""
    taken: set[str] = field(default_factory=set)
    card_of: dict[str, str] = field(default_factory=dict)
    """The card for which a new thing was written, by IRI."""
    recorded: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Claim and attestation by the id of the card."""
    curation: str = ""
    events: dict[str, WrittenEvent] = field(default_factory=dict)
    """Events at which the claims were made, by IRI."""

    def short(self, iri: str) -> str:
        """Return an IRI as it is written in the file."""
        return term(iri, self.known.base)

    def known_source(self) -> KnownSource | None:
        """Return the source on record of the text, or of the bytes that it was made from."""
        source = self.known.source_of(self.file.sha256)
        if source is None and self.layer is not None:
            source = self.known.source_of(self.layer.bytes_sha256)
        return source

    def new_name(self, kind: str, slug: str) -> str:
        """Return an IRI that neither a record nor one of these blocks has."""
        iri = self.known.free_name(kind, slug, self.taken)
        self.taken.add(iri)
        return iri

    def add(self, kind: str, iri: str, lines: list[str]) -> None:
        """Add a record, which says in which curation it was made."""
        lines = [*lines, f"rec:recordedIn {self.short(self.curation)}"]
        self.blocks.setdefault(kind, []).append(block(self.short(iri), lines))


def time_written(time: DraftedTime) -> str:
    """Return a time as it is written, in place."""
    lines = []
    if time.edtf is not None:
        lines.append(f"dcterms:date {string(time.edtf)}^^edtf:EDTF")
    lines.append(f"rec:basis code:{time.basis}")
    if time.words:
        lines.append(f"rec:asStated {string(time.words)}")
    if time.reason:
        lines.append(f"rec:reason {string(time.reason, 'en')}")
    return f"[ {' ; '.join(lines)} ]"


def actor_written(writer: RecordWriter, speaker: ChosenSpeaker) -> str:
    """Return the IRI of an actor, who is put on record if not there by this name."""
    if speaker.iri is not None:
        return speaker.iri
    actor = writer.known.actor_called(speaker.name)
    if actor is not None:
        return actor.iri
    key = ("actor", " ".join(speaker.name.casefold().split()))
    if key not in writer.named:
        iri = writer.named[key] = writer.new_name("actor", slug_of(speaker.name))
        kind = speaker.kind if speaker.kind in ("Person", "Organization", "Country") else "Person"
        lines = [f"a rec:Actor , schema:{kind}", f"schema:name {string(speaker.name, 'en')}"]
        if speaker.anonymous:
            lines.append("rec:anonymous true")
        writer.add("actor", iri, lines)
    return writer.named[key]
