"""Reports of claims and their chains, read from the records: who carries what, and from where."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import pyoxigraph as ox
from rdflib import URIRef

from onrecord.derivation.solutions import reachable
from onrecord.rdf.namespaces import OA, PROV, RDF, RDFS, REC, SCHEMA
from onrecord.rdf.partitioned.store import AskedStore

Links = dict[str, set[str]]
"""The values of one property by subject."""


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

    reports: tuple[CustodyReport, ...]
    by_claim: dict[str, tuple[CustodyReport, ...]]
    taken_from: dict[tuple[str, str], set[str]]
    """Sources that a source relies on for a claim, by claim and source."""
    reporters: dict[tuple[str, str], set[str]]
    """Who answers for what a source reports of a claim."""
    seen: dict[tuple[str, str], set[str]]
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
    names: dict[str, str]
    """Names of actors, events and sources, for sentences."""

    def earlier(self, claim: str, source: str) -> set[str]:
        """Return the sources from which a source has a claim: for it in particular, or all text."""
        return self.taken_from.get((claim, source)) or self.passes_on.get(source, set())

    def outlet(self, source: str) -> str:
        """Return who publishes a source: one outlet, however many reports. Else it is its own."""
        return min(self.publishers.get(source, {source}))


def read_custody(store: AskedStore) -> Custody:
    """Return the reports and their chains."""
    withdrawn = links(store, REC.retractedIn)
    snapshots, source_of = links(store, OA.hasSource), links(store, REC.snapshotOf)
    passages, reporters = links(store, REC.passage), links(store, REC.reporter)
    seen_by, modes = links(store, REC.seenBy), links(store, REC.mode)
    attributions, relies_on = links(store, REC.attribution), links(store, REC.reliesOn)
    claims = instances(store, REC.Claim)
    by_claim: dict[str, list[CustodyReport]] = defaultdict(list)
    taken_from: dict[tuple[str, str], set[str]] = defaultdict(set)
    answering: dict[tuple[str, str], set[str]] = defaultdict(set)
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for iri, attested in sorted(links(store, REC.attests).items()):
        sources = frozenset(
            source
            for passage in passages.get(iri, ())
            for snapshot in snapshots.get(passage, ())
            for source in source_of.get(snapshot, ())
        )
        for claim in sorted(attested & claims):
            if iri in withdrawn or claim in withdrawn or not sources:
                continue
            by_claim[claim].append(
                CustodyReport(
                    iri=iri,
                    claim=claim,
                    sources=sources,
                    mode=_local(modes, iri),
                    attribution=_local(attributions, iri),
                )
            )
            for source in sources:
                taken_from[claim, source] |= relies_on.get(iri, set()) - {source}
                answering[claim, source] |= reporters.get(iri, set())
                seen[claim, source] |= seen_by.get(iri, set())
    passes_on: Links = defaultdict(set)
    for name in (REC.reprints, REC.translates, REC.summarises):
        for source, others in links(store, name).items():
            passes_on[source] |= others
    issuers: Links = defaultdict(set)
    for name in (SCHEMA.author, SCHEMA.publisher):
        for source, actors in links(store, name).items():
            issuers[source] |= actors
    record_of = links(store, REC.recordOf)
    records: Links = defaultdict(set)
    for source, events in record_of.items():
        for event in events:
            records[event].add(source)
    archived = set().union(*source_of.values())
    identified = {*archived, *issuers, *texts(store, SCHEMA.name), *links(store, SCHEMA.url)}
    return Custody(
        reports=tuple(report for reports in by_claim.values() for report in reports),
        by_claim={claim: tuple(reports) for claim, reports in by_claim.items()},
        taken_from=taken_from,
        reporters=answering,
        seen=seen,
        passes_on=passes_on,
        record_of=record_of,
        occasions=_occasions(links(store, SCHEMA.superEvent)),
        records=records,
        identified=identified,
        archived=archived,
        made_at=links(store, REC.madeAt),
        made_in=links(store, REC.madeIn),
        speakers=links(store, REC.speaker),
        present=links(store, PROV.wasAssociatedWith),
        issuers=issuers,
        publishers=links(store, SCHEMA.publisher),
        names=texts(store, RDFS.label) | texts(store, SCHEMA.name),
    )


def _occasions(wholes: Links) -> Links:
    parts: Links = defaultdict(set)
    for event, others in wholes.items():
        for other in others:
            parts[other].add(event)
    return {
        event: reachable({event}, wholes) | reachable({event}, parts)
        for event in wholes.keys() | parts.keys()
    }


def links(store: AskedStore, name: URIRef) -> Links:
    """Return the things that a property leads to, by subject."""
    found: Links = defaultdict(set)
    for quad in _statements(store, name):
        if isinstance(quad.object, ox.NamedNode | ox.BlankNode):
            found[cast(ox.NamedNode, quad.subject).value].add(quad.object.value)
    return dict(found)


def texts(store: AskedStore, name: URIRef) -> dict[str, str]:
    """Return one text of a property by subject: an English one, else the first by its letters."""
    found: dict[str, tuple[bool, str]] = {}
    for quad in _statements(store, name):
        if isinstance(quad.object, ox.Literal):
            subject = cast(ox.NamedNode, quad.subject).value
            ranked = (not (quad.object.language or "").startswith("en"), quad.object.value)
            found[subject] = min(found.get(subject, ranked), ranked)
    return {subject: text for subject, (_, text) in found.items()}


def instances(store: AskedStore, kind: URIRef) -> set[str]:
    """Return the things of a class."""
    quads = store.quads_for_pattern(
        None, ox.NamedNode(RDF.type), ox.NamedNode(kind), ox.DefaultGraph()
    )
    return {cast(ox.NamedNode, quad.subject).value for quad in quads}


def _statements(store: AskedStore, name: URIRef) -> Iterator[ox.Quad]:
    return store.quads_for_pattern(None, ox.NamedNode(name), None, ox.DefaultGraph())


def _local(values: Links, iri: str) -> str:
    return min(values.get(iri, {""})).rpartition("#")[2]
