"""Reports of claims and their chains, read from the records: who carries what, and from where."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from sys import intern
from typing import cast

import pyoxigraph as ox
from rdflib import URIRef

from onrecord.derivation.solutions import reachable
from onrecord.rdf.namespaces import OA, PROV, RDF, RDFS, REC, SCHEMA
from onrecord.rdf.partitioned.store import AskedStore

_NONE: frozenset[str] = frozenset()

OfSources = dict[tuple[str, str], frozenset[str]]
"""Things by claim and source that carries it, where there are any."""


class Links(Mapping[str, frozenset[str]]):
    """Things by what leads to them, such as the values of a property by subject.

    Mostly one thing leads to one. That is kept as it is, without the 216 bytes of a set, and made a
    set when it is asked for.
    """

    __slots__ = ("_things",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._things: dict[str, str | frozenset[str]] = {}
        several: dict[str, set[str]] = {}
        for one, other in pairs:
            known = self._things.setdefault(one, other)
            if known != other:
                several.setdefault(one, {cast(str, known)}).add(other)
        self._things.update((one, frozenset(others)) for one, others in several.items())

    def __getitem__(self, one: str) -> frozenset[str]:
        others = self._things[one]
        return frozenset((others,)) if isinstance(others, str) else others

    def __contains__(self, one: object) -> bool:
        return one in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    def of(self, one: str) -> frozenset[str]:
        """Return what a thing leads to; empty if that is nothing."""
        return self[one] if one in self._things else _NONE

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield what leads to what."""
        for one, others in self._things.items():
            for other in (others,) if isinstance(others, str) else others:
                yield one, other


@dataclass(frozen=True, slots=True)
class CustodyReport:
    """An attestation that is not withdrawn, of a claim that is not."""

    iri: str
    claim: str
    sources: frozenset[str]
    """The source that carries it; several only where the record has passages of several."""
    mode: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Custody:
    """What the records say of where claims were made, and of where reports have them from."""

    store: AskedStore
    reports: tuple[CustodyReport, ...]
    by_claim: dict[str, tuple[CustodyReport, ...]]
    taken_from: OfSources
    """Sources that a source relies on for a claim, by claim and source."""
    reporters: OfSources
    """Who answers for what a source reports of a claim."""
    seen: OfSources
    """Who has seen the document by what a source says, by claim and source."""
    passes_on: Links
    """Sources whose text a source reprints, translates or summarises."""
    record_of: Links
    """Events that a source is the own record of."""
    occasions: Links
    """Each event with those that it is part of, and those that are part of it."""
    records: Links
    """The same, by event."""
    identified: set[str]
    """Sources of which a name, an address, a publisher or a text is on record."""
    archived: set[str]
    """Sources whose text is archived."""
    made_at: Links
    made_in: Links
    speakers: Links
    present: Links
    """Who was at an event."""
    issuers: Links
    """Author and publisher of a source."""
    publishers: Links

    def earlier(self, claim: str, source: str) -> frozenset[str]:
        """Return the sources from which a source has a claim: for it in particular, or all text."""
        return self.taken_from.get((claim, source)) or self.passes_on.of(source)

    def outlet(self, source: str) -> str:
        """Return who publishes a source: one outlet, however many reports. Else it is its own."""
        return min(self.publishers.of(source), default=source)

    def name(self, thing: str) -> str | None:
        """Return the name of an actor, an event or a source, for sentences.

        It is looked up: things that have a label are twenty times as many as claims, mostly
        comparisons.
        """
        name = text_of(self.store, thing, SCHEMA.name)
        return text_of(self.store, thing, RDFS.label) if name is None else name


def read_custody(store: AskedStore) -> Custody:
    """Return the reports and their chains."""
    by_claim = _reports(store)
    reports = tuple(chain.from_iterable(by_claim.values()))
    relied_on = _by_source(reports, links(store, REC.reliesOn))
    record_of = links(store, REC.recordOf)
    issuers = links(store, SCHEMA.author, SCHEMA.publisher)
    archived = {source for _, source in pairs_of(store, REC.snapshotOf)}
    return Custody(
        store=store,
        reports=reports,
        by_claim=by_claim,
        # A source does not rely on itself.
        taken_from={place: others - {place[1]} for place, others in relied_on.items()},
        reporters=_by_source(reports, links(store, REC.reporter)),
        seen=_by_source(reports, links(store, REC.seenBy)),
        passes_on=links(store, REC.reprints, REC.translates, REC.summarises),
        record_of=record_of,
        occasions=_occasions(links(store, SCHEMA.superEvent)),
        records=Links((event, source) for source, event in record_of.pairs()),
        identified=archived | issuers.keys() | subjects(store, SCHEMA.name, SCHEMA.url),
        archived=archived,
        made_at=links(store, REC.madeAt),
        made_in=links(store, REC.madeIn),
        speakers=links(store, REC.speaker),
        present=links(store, PROV.wasAssociatedWith),
        issuers=issuers,
        publishers=links(store, SCHEMA.publisher),
    )


def _reports(store: AskedStore) -> dict[str, tuple[CustodyReport, ...]]:
    """Return the reports of each claim."""
    withdrawn = subjects(store, REC.retractedIn)
    snapshots, source_of = links(store, OA.hasSource), links(store, REC.snapshotOf)
    passages, attests = links(store, REC.passage), links(store, REC.attests)
    modes, attributions = links(store, REC.mode), links(store, REC.attribution)
    claims = instances(store, REC.Claim) - withdrawn
    known: dict[frozenset[str], frozenset[str]] = {}
    by_claim: dict[str, list[CustodyReport]] = defaultdict(list)
    for iri in sorted(attests.keys() - withdrawn):
        found = frozenset(
            source
            for passage in passages.of(iri)
            for snapshot in snapshots.of(passage)
            for source in source_of.of(snapshot)
        )
        sources = known.setdefault(found, found)
        for claim in sorted(attests.of(iri) & claims) if sources else ():
            by_claim[claim].append(
                CustodyReport(
                    iri=iri,
                    claim=claim,
                    sources=sources,
                    mode=_local(modes, iri),
                    attribution=_local(attributions, iri),
                )
            )
    return {claim: tuple(reports) for claim, reports in by_claim.items()}


def _by_source(reports: Iterable[CustodyReport], values: Links) -> OfSources:
    """Return what the reports of a claim in a source have as values of a property."""
    found: OfSources = {}
    known: dict[frozenset[str], frozenset[str]] = {}
    for report in reports:
        if of_report := values.of(report.iri):
            for source in report.sources:
                place = report.claim, source
                others = found.get(place, _NONE) | of_report
                found[place] = known.setdefault(others, others)
    return found


def _occasions(wholes: Links) -> Links:
    parts = Links((other, event) for event, other in wholes.pairs())
    return Links(
        (event, other)
        for event in wholes.keys() | parts.keys()
        for other in reachable({event}, wholes) | reachable({event}, parts)
    )


def links(store: AskedStore, *names: URIRef) -> Links:
    """Return the things that any of some properties leads to, by subject."""
    return Links(chain.from_iterable(pairs_of(store, name) for name in names))


def pairs_of(store: AskedStore, name: URIRef) -> Iterator[tuple[str, str]]:
    """Yield subjects and objects, each thing as one string, however often it is there."""
    for quad in _statements(store, name):
        if isinstance(quad.object, ox.NamedNode | ox.BlankNode):
            yield _subject(quad), intern(quad.object.value)


def texts(store: AskedStore, name: URIRef) -> dict[str, str]:
    """Return one text of a property by subject: an English one, else the first by its letters."""
    found: dict[str, str] = {}
    english: set[str] = set()
    for quad in _statements(store, name):
        if isinstance(quad.object, ox.Literal):
            subject, text = _subject(quad), intern(quad.object.value)
            is_english = _is_english(quad.object)
            if is_english and subject not in english:
                english.add(subject)
                found[subject] = text
            elif is_english or subject not in english:
                found[subject] = min(found.get(subject, text), text)
    return found


def text_of(store: AskedStore, thing: str, name: URIRef) -> str | None:
    """Return the same text of one thing; None if it has none."""
    # A blank node has no colon, an IRI always has.
    node = ox.NamedNode(thing) if ":" in thing else ox.BlankNode(thing)
    quads = store.quads_for_pattern(node, ox.NamedNode(name), None, ox.DefaultGraph())
    literals = [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]
    best = min(literals, key=lambda one: (not _is_english(one), one.value), default=None)
    return None if best is None else best.value


def subjects(store: AskedStore, *names: URIRef) -> set[str]:
    """Return the things that have any of some properties."""
    return {_subject(quad) for name in names for quad in _statements(store, name)}


def having(store: AskedStore, name: URIRef, value: URIRef) -> set[str]:
    """Return the things that have a value of a property."""
    quads = store.quads_for_pattern(
        None, ox.NamedNode(name), ox.NamedNode(value), ox.DefaultGraph()
    )
    return set(map(_subject, quads))


def instances(store: AskedStore, kind: URIRef) -> set[str]:
    """Return the things of a class."""
    return having(store, RDF.type, kind)


def _statements(store: AskedStore, name: URIRef) -> Iterator[ox.Quad]:
    return store.quads_for_pattern(None, ox.NamedNode(name), None, ox.DefaultGraph())


def _subject(quad: ox.Quad) -> str:
    return intern(cast(ox.NamedNode, quad.subject).value)


def _is_english(text: ox.Literal) -> bool:
    return (text.language or "").startswith("en")


def _local(values: Links, iri: str) -> str:
    return intern(min(values.of(iri), default="").rpartition("#")[2])
