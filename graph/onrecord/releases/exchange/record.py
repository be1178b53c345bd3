"""What a release says of a claim and of a source, as far as others have words for it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rdflib.namespace import DCTERMS, RDF, RDFS

from onrecord.errors import UsageError
from onrecord.rdf.namespaces import REC, SCHEMA
from onrecord.rdf.sorted_ntriples import opened
from onrecord.rdf.statements import Statements
from onrecord.releases.release import Release, day_of
from onrecord.releases.tables.search import open_tables

_RELEASES = 16
"""Number of releases whose description is kept."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Person or body."""

    iri: str
    name: str
    kind: str
    """`Person` or `Organization`; empty if the release does not say."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """Source, such as an article."""

    iri: str
    title: str
    address: str
    """Its address on the web; empty if none is known."""
    authors: tuple[Agent, ...]
    publishers: tuple[Agent, ...]
    published_on: str
    """When it was published, in EDTF; empty if that is not known."""
    language: str


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """Passage in which a source reports a claim."""

    iri: str
    attestation: str
    claim: str
    source: str
    snapshot: str
    words: str
    """Empty where only the place is kept."""
    start: int
    end: int
    language: str


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """Claim with the sources that report it."""

    iri: str
    text: str
    speakers: tuple[Agent, ...]
    said_on: str
    """When it was made, in EDTF; empty if that is not known."""
    event: str
    """Name of the event at which it was made; empty if none is known."""
    topics: tuple[tuple[str, str], ...]
    """IRI and name of each topic."""
    sources: tuple[SourceRecord, ...]
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class ReleaseNote:
    """What a citation says of the release."""

    name: str
    issued: str
    dataset: str
    title: str
    license: str
    publisher: str
    """The name of the publisher; that of the data set if none is known."""
    publisher_iri: str
    """That of the data set if none is known."""


def note_of(release: Release) -> ReleaseNote:
    """Return what a citation says of the release."""
    about = _in_schema_org(release.path)
    title = str(release.manifest.get("title", ""))
    dataset = str(release.manifest.get("dataset", ""))
    publisher = about.get("creator", {})
    return ReleaseNote(
        release.name,
        day_of(release.name),
        dataset,
        title,
        str(about.get("license", "")),
        str(publisher.get("name", title)),
        str(publisher.get("@id", dataset)),
    )


@lru_cache(maxsize=_RELEASES)
def _in_schema_org(release: Path) -> dict[str, Any]:
    """Return a release in the words of schema.org: read once, for all pages that cite it."""
    file = release / "schema.jsonld"
    return json.loads(file.read_bytes()) if file.is_file() else {}


class RecordReader:
    """Reads the records of a release from its dump and its tables.

    Raises UsageError if the release has neither, as a mirror of a remote store. What the release
    states of some things may be given, if it was read already.
    """

    def __init__(self, release: Release, stated: Statements | None = None) -> None:
        if "dumps/onrecord.nt" not in release.files:
            raise UsageError(f"release {release.name} has its data elsewhere")
        self._release = release
        self.dump = opened(release.path / "dumps" / "onrecord.nt")
        self._stated = stated or Statements()

    def note(self) -> ReleaseNote:
        """Return what a citation says of the release."""
        return note_of(self._release)

    def claim(self, iri: str) -> ClaimRecord | None:
        """Return a claim; None if the IRI is not that of one."""
        if str(REC.Claim) not in self._values(iri, RDF.type):
            return None
        event = self._value(iri, REC.madeAt)
        return ClaimRecord(
            iri,
            self._value(iri, SCHEMA.text),
            tuple(map(self._agent, self._values(iri, REC.speaker))),
            self._day(iri, REC.saidOn),
            self._value(event, RDFS.label) if event else "",
            tuple(
                (topic, self._value(topic, RDFS.label))
                for topic in self._values(iri, DCTERMS.subject)
            ),
            tuple(
                source for name in self._sources(iri) if (source := self.source(name)) is not None
            ),
            bool(self._value(iri, REC.retractedIn)),
        )

    def source(self, iri: str) -> SourceRecord | None:
        """Return a source; None if the IRI is not that of one."""
        if str(REC.Source) not in self._values(iri, RDF.type):
            return None
        return SourceRecord(
            iri,
            self._value(iri, SCHEMA.name) or self._value(iri, RDFS.label),
            self._value(iri, SCHEMA.url),
            tuple(map(self._agent, self._values(iri, SCHEMA.author))),
            tuple(map(self._agent, self._values(iri, SCHEMA.publisher))),
            self._day(iri, REC.publishedOn),
            self._value(iri, SCHEMA.inLanguage),
        )

    def passages(self, source: str) -> list[PassageRecord]:
        """Return the passages of a source that report claims, in the order of its texts."""
        return self._passages("source", source)

    def attestations(self, claim: str) -> set[str]:
        """Return the IRIs of the reports of a claim that were not withdrawn."""
        return {each.attestation for each in self._passages("claim", claim)}

    def text(self, claim: str) -> str:
        """Return what is claimed."""
        return self._value(claim, SCHEMA.text)

    def _passages(self, column: str, iri: str) -> list[PassageRecord]:
        tables = open_tables(self._release.path)
        if tables is None:
            return []
        with closing(tables):
            return list(_rows(tables, column, iri))

    def _sources(self, claim: str) -> list[str]:
        """Return the IRIs of the sources whose passages report a claim."""
        tables = open_tables(self._release.path)
        if tables is None:
            return []
        with closing(tables):
            text = "SELECT DISTINCT source FROM passage WHERE claim = ? ORDER BY source"
            return [source for (source,) in tables.execute(text, (claim,))]

    def _agent(self, iri: str) -> Agent:
        kinds = self._values(iri, RDF.type)
        found = [kind for kind in ("Person", "Organization") if str(SCHEMA[kind]) in kinds]
        return Agent(iri, self._value(iri, RDFS.label) or iri, found[0] if found else "")

    def _day(self, iri: str, name: str) -> str:
        time = self._value(iri, name)
        return self._value(time, DCTERMS.date) if time else ""

    def _values(self, iri: str, name: str) -> list[str]:
        if iri not in self._stated:
            self._stated.add_subject(iri, self.dump.values_of(iri))
        return self._stated.values(iri, name)

    def _value(self, iri: str, name: str) -> str:
        return next(iter(self._values(iri, name)), "")


def _rows(tables: sqlite3.Connection, column: str, iri: str) -> Iterator[PassageRecord]:
    rows = tables.execute(
        "SELECT passage, attestation, claim, source, snapshot, words, start, end, language"  # noqa: S608
        f" FROM passage WHERE {column} = ? ORDER BY source, snapshot, start, passage",
        (iri,),
    )
    for passage, attestation, claim, source, snapshot, words, start, end, language in rows:
        yield PassageRecord(
            passage, attestation, claim, source, snapshot, words or "", start, end, language or ""
        )
