"""View of a claim for its page: text, figures, reports with passages, and relations."""

from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS
from rdflib.term import Node

from onrecord.rdf.namespaces import OA, QUDT, REC, SCHEMA
from onrecord_server.pages.links import address_of

RELATIONS = {
    REC.repeats: ("repeats", "is repeated by"),
    REC.contradicts: ("contradicts", "is contradicted by"),
    REC.seemsToContradict: ("only seems to contradict", "only seems to be contradicted by"),
    REC.supersedes: ("supersedes", "is superseded by"),
    REC.qualifies: ("qualifies", "is qualified by"),
    REC.alters: ("alters", "is altered by"),
    REC.compatibleWith: ("is compatible with", "is compatible with"),
    REC.launders: ("launders", "is laundered by"),
    PROV.alternateOf: ("is another form of", "is another form of"),
}
"""Phrase for each relation between claims, forwards and backwards."""


@dataclass(frozen=True, slots=True)
class Link:
    """Label and address of a thing."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class PassageView:
    """Position of a passage, and its words if the record has them."""

    fragment: str
    start: str
    end: str
    words: str
    sha256: str
    snapshot: Link
    snapshot_sha256: str


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    """When and why a record was withdrawn, and its replacement."""

    day: str
    reason: str
    replaced_by: Link | None


@dataclass(frozen=True, slots=True)
class AttestationView:
    """One source's report of the claim."""

    address: Link
    source: Link
    published: str
    mode: str
    attribution: str
    reporter: Link | None
    credited: Link | None
    credited_as: str
    rendering: str
    relies_on: tuple[Link, ...]
    passes_on: tuple[tuple[str, Link], ...]
    """The sources of which its source is a reprint, translation or summary, each with the verb."""
    roots: tuple[Link, ...]
    primary: bool
    passages: tuple[PassageView, ...]
    figures: tuple["Figure", ...]
    drifts: tuple[str, ...]
    curation: Link | None
    withdrawal: WithdrawalView | None


@dataclass(frozen=True, slots=True)
class Figure:
    """Quantity as stated, and its comparable value."""

    series: Link
    comparator: str
    stated: str
    over: str
    versus_over: str
    comparable: str
    unit: str
    words: str
    alternative: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Time as far as it is known: EDTF date, basis, words and reason."""

    date: str
    basis: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """Everything that the page of a claim shows."""

    iri: str
    text: str
    speaker: Link | None
    authority: Link | None
    event: Link | None
    said_on: Moment | None
    valid_for: Moment | None
    modality: str
    hedges: tuple[str, ...]
    topics: tuple[Link, ...]
    figures: tuple[Figure, ...]
    reports: tuple[AttestationView, ...]
    relations: tuple[tuple[str, Link], ...]
    citation: str
    outlets: str
    roots: str
    withdrawal: WithdrawalView | None


def read_claim(graph: Graph, iri: URIRef, base: str) -> ClaimView:
    """Return a claim from the results of the queries `claim` and `report`."""

    def link(node: Node | None) -> Link | None:
        return None if node is None else Link(_label(graph, node), address_of(str(node), base))

    def links(node: Node, predicate: URIRef) -> tuple[Link, ...]:
        found = (link(value) for value in sorted(graph.objects(node, predicate), key=str))
        return tuple(value for value in found if value is not None)

    relations = [
        (phrase, other)
        for relation, (phrase, _) in RELATIONS.items()
        for other in links(iri, relation)
    ] + [
        (phrase, Link(_label(graph, subject), address_of(str(subject), base)))
        for relation, (_, phrase) in RELATIONS.items()
        for subject in sorted(graph.subjects(relation, iri), key=str)
    ]
    return ClaimView(
        iri=str(iri),
        text=_text(graph, iri, SCHEMA.text),
        speaker=link(graph.value(iri, REC.speaker)),
        authority=link(graph.value(iri, REC.onAuthorityOf)),
        event=link(graph.value(iri, REC.madeAt)),
        said_on=_moment(graph, graph.value(iri, REC.saidOn)),
        valid_for=_moment(graph, graph.value(iri, REC.validFor)),
        modality=_label(graph, graph.value(iri, REC.modality)),
        hedges=tuple(sorted(map(str, graph.objects(iri, REC.hedge)))),
        topics=links(iri, DCTERMS.subject),
        figures=_figures(graph, iri, base),
        reports=tuple(
            _report(graph, attestation, base)
            for attestation in sorted(graph.subjects(REC.attests, iri), key=str)
        ),
        relations=tuple(relations),
        citation=_text(graph, iri, REC.citation),
        outlets=_text(graph, iri, REC.outlets),
        roots=_text(graph, iri, REC.independentRoots),
        withdrawal=_withdrawal(graph, iri, base),
    )


def _text(graph: Graph, node: Node | None, predicate: URIRef) -> str:
    value = None if node is None else graph.value(node, predicate)
    return "" if value is None else str(value)


def _label(graph: Graph, node: Node | None) -> str:
    if node is None:
        return ""
    return _text(graph, node, RDFS.label) or str(node).rpartition("#")[2].rpartition("/")[2]


def _withdrawal(graph: Graph, node: Node, base: str) -> WithdrawalView | None:
    curation = graph.value(node, REC.retractedIn)
    if curation is None:
        return None
    other = graph.value(node, DCTERMS.isReplacedBy)
    return WithdrawalView(
        _text(graph, curation, REC.curatedOn),
        _text(graph, curation, REC.reason),
        None if other is None else Link(_label(graph, other), address_of(str(other), base)),
    )


def _moment(graph: Graph, node: Node | None) -> Moment | None:
    if node is None:
        return None
    return Moment(
        _text(graph, node, DCTERMS.date),
        _label(graph, graph.value(node, REC.basis)),
        _text(graph, node, REC.asStated),
        _text(graph, node, REC.reason),
    )


def _figures(graph: Graph, owner: Node, base: str) -> tuple[Figure, ...]:
    figures = []
    for node in sorted(graph.objects(owner, REC.quantity), key=str):
        series = graph.value(node, REC.inSeries)
        low, high = _text(graph, node, REC.low), _text(graph, node, REC.high)
        figures.append(
            Figure(
                series=Link(_label(graph, series), address_of(str(series), base)),
                comparator=_label(graph, graph.value(node, REC.comparator)),
                stated=_text(graph, node, QUDT.numericValue) or f"{low} to {high}",
                over=_text(graph, node, REC.over),
                versus_over=_text(graph, node, REC.versusOver),
                comparable=_text(graph, node, REC.comparableValue),
                unit=_label(graph, graph.value(node, REC.comparableUnit)),
                words=_text(graph, node, REC.asStated),
                alternative=_text(graph, node, REC.alternative) == "true",
                reason=_text(graph, node, REC.reason),
            )
        )
    return tuple(figures)


def _report(graph: Graph, attestation: Node, base: str) -> AttestationView:
    passages = tuple(
        _passage(graph, passage, base)
        for passage in sorted(graph.objects(attestation, REC.passage), key=str)
    )
    snapshot = graph.value(graph.value(attestation, REC.passage), OA.hasSource)
    source = graph.value(snapshot, REC.snapshotOf)

    def links(predicate: URIRef) -> tuple[Link, ...]:
        return tuple(
            Link(_label(graph, node), address_of(str(node), base))
            for node in sorted(graph.objects(attestation, predicate), key=str)
        )

    def only(predicate: URIRef) -> Link | None:
        return next(iter(links(predicate)), None)

    return AttestationView(
        address=Link(_label(graph, attestation), address_of(str(attestation), base)),
        source=Link(_label(graph, source), address_of(str(source), base)),
        published=_text(graph, graph.value(source, REC.publishedOn), DCTERMS.date),
        mode=_label(graph, graph.value(attestation, REC.mode)),
        attribution=_label(graph, graph.value(attestation, REC.attribution)),
        reporter=only(REC.reporter),
        credited=only(REC.creditedTo),
        credited_as=_text(graph, attestation, REC.creditedAs),
        rendering=_label(graph, graph.value(attestation, REC.rendering)),
        relies_on=links(REC.reliesOn),
        passes_on=tuple(
            (phrase, Link(_label(graph, other), address_of(str(other), base)))
            for phrase in ("reprints", "translates", "summarises")
            for other in sorted(graph.objects(source, REC[phrase]), key=str)
        ),
        roots=links(REC.root),
        primary=_text(graph, attestation, REC.primary) == "true",
        passages=passages,
        figures=_figures(graph, attestation, base),
        drifts=tuple(
            sorted(
                _label(graph, graph.value(drift, REC.outcome))
                for drift in graph.subjects(REC.driftOf, attestation)
                if (drift, RDF.type, REC.Drift) in graph
            )
        ),
        curation=only(REC.recordedIn),
        withdrawal=_withdrawal(graph, attestation, base),
    )


def _passage(graph: Graph, passage: Node, base: str) -> PassageView:
    snapshot = graph.value(passage, OA.hasSource)
    return PassageView(
        fragment=str(passage).partition("#")[2],
        start=_text(graph, passage, REC.start),
        end=_text(graph, passage, REC.end),
        words=_text(graph, passage, REC.words),
        sha256=_text(graph, passage, SCHEMA.sha256),
        snapshot=Link(_label(graph, snapshot), address_of(str(snapshot), base)),
        snapshot_sha256=_text(graph, snapshot, SCHEMA.sha256),
    )
