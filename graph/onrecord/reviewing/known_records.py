"""What a collection has on record that a reviewer can choose from: actors, series, topics."""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS
from rdflib.term import Node

from onrecord.rdf.namespaces import CODE, OA, QUDT, REC, SCHEMA
from onrecord.records.assembly import read_ontology, records_of
from onrecord.records.collection import describe, read_collection
from onrecord.records.completion import sources_of_snapshot
from onrecord.records.passage import offset
from onrecord.releases.tables.projection import index_documents

_ANSWERABLE = (SCHEMA.author, SCHEMA.publisher, REC.recordOf)
"""What a source says of who answers for it; of the record of an event, those who speak do."""


@dataclass(frozen=True, slots=True)
class KnownActor:
    """An actor on record, with all names."""

    iri: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownSeries:
    """A series on record; figures compare within it."""

    iri: str
    label: str
    unit: str
    bearer: str
    measure: str = ""
    """The end of its IRI, as for a code: `output`."""
    product: str = ""
    """Its label."""
    bearer_names: tuple[str, ...] = ()
    versus_names: tuple[str, ...] = ()
    """Of what a ratio is against."""
    figures: int = 0
    """How many figures on record are in it."""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """The source of an archived text that is on record, and the file that describes it."""

    iri: str
    snapshot: str


@dataclass(frozen=True, slots=True)
class KnownRecords:
    """A collection, by what a reviewer needs of it."""

    root: Path
    base: str
    publisher: str
    """The actor who publishes the collection."""
    graph: Graph
    files: Mapping[Node, Path]
    """The file that describes a record, by its IRI."""
    actors: tuple[KnownActor, ...]
    by_name: Mapping[str, tuple[KnownActor, ...]]
    """Actors by each of their names, in lower case."""
    series: tuple[KnownSeries, ...]
    topics: Mapping[str, str]
    """IRI by label in lower case, as for products and measures."""
    products: Mapping[str, str]
    measures: Mapping[str, str]
    sources: Mapping[str, tuple[str, ...]]
    """IRIs by title or label, as for events."""
    events: Mapping[str, tuple[str, ...]]
    index: sqlite3.Connection
    """The words of the claims, as the tables of a release have them."""

    def actors_called(self, name: str) -> tuple[KnownActor, ...]:
        """Return the actors who have exactly this name."""
        return self.by_name.get(_same(name), ())

    def actor_called(self, name: str) -> KnownActor | None:
        """Return the one actor who has exactly this name, None if there is none or several."""
        found = self.actors_called(name)
        return found[0] if len(found) == 1 else None

    def series_labelled(self, label: str) -> KnownSeries | None:
        """Return the series with this label."""
        return next((one for one in self.series if _same(one.label) == _same(label)), None)

    def source_of(self, sha256: str) -> KnownSource | None:
        """Return the source of an archived text, None if it is not on record."""
        for snapshot in sorted(self.graph.subjects(SCHEMA.sha256, Literal(sha256)), key=str):
            if (snapshot, RDF.type, REC.Snapshot) in self.graph:
                sources = sources_of_snapshot(self.graph, snapshot)
                if sources:
                    return KnownSource(str(sources[0]), str(snapshot))
        return None

    def is_answered_for(self, source: str) -> bool:
        """Return whether a source on record has an author or publisher."""
        return any((URIRef(source), who, None) in self.graph for who in _ANSWERABLE)

    def attested_at(self, snapshot: str, start: int, end: int) -> tuple[str, str] | None:
        """Return attestation and claim of a passage at this very place of a text."""
        for passage in sorted(self.graph.subjects(OA.hasSource, URIRef(snapshot)), key=str):
            place = tuple(offset(self.graph.value(passage, name)) for name in (REC.start, REC.end))
            if place != (start, end):
                continue
            for attestation in self.graph.subjects(REC.passage, passage):
                claim = self.graph.value(attestation, REC.attests)
                if claim is not None:
                    return str(attestation), str(claim)
        return None

    def claims_at(self, snapshot: str, start: int, end: int) -> list[str]:
        """Return the claims with a passage that overlaps a place of a text."""
        found = set()
        for passage in self.graph.subjects(OA.hasSource, URIRef(snapshot)):
            first, last = (offset(self.graph.value(passage, n)) for n in (REC.start, REC.end))
            if first is None or last is None or not (first < end and start < last):
                continue
            for attestation in self.graph.subjects(REC.passage, passage):
                found |= set(map(str, self.graph.objects(attestation, REC.attests)))
        return sorted(found)

    def published_on(self, sha256: str) -> date | None:
        """Return the day of publication of an archived text, None if it is not on record."""
        source = self.source_of(sha256)
        if source is None:
            return None
        for span in self.graph.objects(URIRef(source.iri), REC.publishedOn):
            try:
                return date.fromisoformat(str(self.graph.value(span, DCTERMS.date)))
            except ValueError:
                return None  # known by year or month only
        return None

    def free_name(self, kind: str, slug: str, taken: Iterable[str] = ()) -> str:
        """Return an IRI that no record has, by a slug; a number is added where it is in use."""
        used = set(taken)
        number, iri = 1, f"{self.base}{kind}/{slug}"
        while (URIRef(iri), None, None) in self.graph or iri in used:
            number += 1
            iri = f"{self.base}{kind}/{slug}-{number}"
        return iri


def _same(name: str) -> str:
    return " ".join(name.casefold().split())


def read_known_records(root: Path) -> KnownRecords:
    """Read a collection for review. Raises CollectionError, or SyntaxProblem of its first file."""
    collection = read_collection(root)
    if collection.problems:
        raise collection.problems[0]
    graph = records_of(collection)
    described = describe(graph, root)
    files: dict[Node, Path] = {}
    for file in collection.files:
        for subject, _, _ in file.triples:
            files.setdefault(subject, file.path)
    actors = tuple(
        KnownActor(
            str(one),
            tuple(
                str(name)
                for which in (SCHEMA.name, SCHEMA.alternateName)
                for name in sorted(graph.objects(one, which), key=_english_first)
            ),
        )
        for one in _of_class(graph, REC.Actor)
    )
    by_name: dict[str, tuple[KnownActor, ...]] = {}
    for actor in actors:
        for name in dict.fromkeys(map(_same, actor.names)):
            by_name[name] = (*by_name.get(name, ()), actor)
    names = {actor.iri: actor.names for actor in actors}
    series = tuple(_known_series(graph, one, names) for one in _of_class(graph, REC.Series))
    measures = {**_listed_measures(), **_labelled(graph, URIRef(f"{described.base}measure"))}
    return KnownRecords(
        root,
        described.base,
        str(described.publisher),
        graph,
        files,
        actors,
        by_name,
        series,
        _labelled(graph, URIRef(f"{described.base}topic")),
        _labelled(graph, URIRef(f"{described.base}product")),
        measures,
        _called(graph, REC.Source),
        _called(graph, REC.Event),
        _index(graph),
    )


def _index(graph: Graph) -> sqlite3.Connection:
    """Return an index in memory of the claims that are not withdrawn, with their speakers."""
    # Each thread of the page's server asks it; SQLite lets one after the other.
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("CREATE TABLE claim_speaker (claim TEXT, actor TEXT, withdrawn INTEGER)")
    database.execute("CREATE INDEX by_actor ON claim_speaker (actor, claim)")
    claims = _of_class(graph, REC.Claim)
    database.executemany(
        "INSERT INTO claim_speaker VALUES (?, ?, 0)",
        (
            (str(claim), str(speaker))
            for claim in claims
            for speaker in graph.objects(claim, REC.speaker)
        ),
    )
    index_documents(
        database,
        (
            (
                "claim",
                str(claim),
                str(graph.value(claim, SCHEMA.text)),
                "",
                quoted(graph, claim),
                "",
            )
            for claim in claims
        ),
    )
    return database


def quoted(graph: Graph, claim: Node) -> str:
    """Return the words by which the sources of a claim quote it, a line for each passage."""
    return "\n".join(
        str(words)
        for attestation in sorted(graph.subjects(REC.attests, claim), key=str)
        for passage in graph.objects(attestation, REC.passage)
        for words in graph.objects(passage, REC.words)
    )


def _called(graph: Graph, kind: Node) -> dict[str, tuple[str, ...]]:
    """Return the records of a class by each of their names and labels."""
    found: dict[str, tuple[str, ...]] = {}
    for one in _of_class(graph, kind):
        for which in (SCHEMA.name, RDFS.label):
            for name in sorted(map(str, graph.objects(one, which))):
                found[name] = tuple(dict.fromkeys([*found.get(name, ()), str(one)]))
    return found


@cache
def _listed_measures() -> Mapping[str, str]:
    """Return the measures of the code list; the ontology is read once."""
    return _labelled(read_ontology(), CODE.measure)


def _english_first(name: Node) -> tuple[bool, str]:
    return getattr(name, "language", None) != "en", str(name)


def _of_class(graph: Graph, kind: Node) -> list[Node]:
    return sorted(
        (
            one
            for one in graph.subjects(RDF.type, kind)
            if (one, REC.retractedIn, None) not in graph
        ),
        key=str,
    )


def _known_series(graph: Graph, series: Node, names: Mapping[str, tuple[str, ...]]) -> KnownSeries:
    bearer = str(graph.value(series, REC.bearer))
    product = graph.value(series, REC.product)
    measure = str(graph.value(series, REC.measure))
    return KnownSeries(
        str(series),
        str(graph.value(series, RDFS.label)),
        str(graph.value(series, QUDT.hasUnit)),
        bearer,
        re.split(r"[/#]", measure)[-1],
        str(graph.value(product, SKOS.prefLabel)) if product is not None else "",
        names.get(bearer, ()),
        names.get(str(graph.value(series, REC.versus)), ()),
        sum(1 for _ in graph.subjects(REC.inSeries, series)),
    )


def _labelled(graph: Graph, scheme: Node) -> dict[str, str]:
    return {
        _same(str(label)): str(concept)
        for concept in sorted(graph.subjects(SKOS.inScheme, scheme), key=str)
        for label in graph.objects(concept, SKOS.prefLabel)
    }


_PASSED_OVER = frozenset([
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "its", "of", "on", "our",
    "says", "that", "the", "to", "was", "with",
])  # fmt: skip


def slug_of(words: str, most: int = 6, *, whole: bool = True) -> str:
    """Return words as the end of an IRI: small letters, digits and hyphens, a few words.

    Of a sentence, which is not taken `whole`, the small words are passed over.
    """
    plain = unicodedata.normalize("NFKD", words.replace("ß", "ss").replace("ø", "o"))
    ascii_only = "".join(letter for letter in plain if not unicodedata.combining(letter))
    parts = re.findall(r"[a-z0-9]+", re.sub(r"(?<=\d)[,.](?=\d)", "", ascii_only.lower()))
    if not whole:
        parts = [part for part in parts if part not in _PASSED_OVER] or parts
    elif len(parts) > 1 and parts[0] in ("the", "a", "an"):
        parts = parts[1:]
    return "-".join(parts[:most]) or "unnamed"
