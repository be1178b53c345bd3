"""View of a claim for its page: text, figures, reports with passages, and relations."""

from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS
from rdflib.term import Node

from onrecord.rdf.namespaces import CODE, OA, QUDT, REC, SCHEMA, UNIT
from onrecord_server.pages.links import address_of

RELATIONS = {
    REC.respondsTo: ("responds to", "is answered by"),
    REC.confirms: ("confirms", "is confirmed by"),
    REC.denies: ("denies", "is denied by"),
    REC.corrects: ("corrects", "is corrected by"),
    REC.withdraws: ("withdraws", "is withdrawn by"),
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

RESPONSES = (REC.respondsTo, REC.confirms, REC.denies, REC.corrects, REC.withdraws)
"""The relations that a speaker makes, so that it matters who it is."""


@dataclass(frozen=True, slots=True)
class Link:
    """Label and address of a thing."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class PassageView:
    """Position of a passage, and its words if the record has them."""

    iri: str
    fragment: str
    start: str
    end: str
    words: str
    translation: str
    sha256: str
    snapshot: Link
    snapshot_sha256: str
    text_of: "TextLayer | None"
    """None if the text is archived as it was published."""


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The archived bytes of a text that was made from them, and how it was made."""

    archived: Link
    sha256: str
    made_with: str


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
    outlet: str
    """Who publishes the source; empty if that is not known."""
    language: str
    published: str
    mode: str
    attribution: str
    reporter: Link | None
    seen_by: tuple[Link, ...]
    """Who says to have seen the document from which it is taken."""
    disclosure: str
    credited: Link | None
    credited_as: str
    rendering: str
    relies_on: tuple[Link, ...]
    passes_on: tuple[tuple[str, Link], ...]
    """The sources of which its source is a reprint, translation or summary, each with the verb."""
    tracing: str
    """How far it is traced."""
    roots: tuple[Link, ...]
    primary: bool
    passages: tuple[PassageView, ...]
    figures: tuple["Figure", ...]
    drifts: tuple[str, ...]
    curation: Link | None
    read_by_person: bool
    """Whether a person made the record, and not a program."""
    withdrawal: WithdrawalView | None


@dataclass(frozen=True, slots=True)
class Figure:
    """Quantity as stated, and its comparable value."""

    series: Link
    comparator: str
    stated: str
    range: str
    """The range about a central value; empty for a value or a mere range."""
    confidence: str
    over: str
    versus_over: str
    comparable: str
    unit: str
    """Symbol of the unit; empty for counts and ratios."""
    per: str
    """Period that the comparable value is per; empty if it is no rate."""
    price_year: str
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
    speakers: tuple[Link, ...]
    addressees: tuple[Link, ...]
    authority: Link | None
    event: Link | None
    document: Link | None
    disclosure: str
    """How the document came before the public; empty if the record does not say."""
    said_on: Moment | None
    valid_for: Moment | None
    modality: str
    condition: str
    hedges: tuple[str, ...]
    topics: tuple[Link, ...]
    figures: tuple[Figure, ...]
    reports: tuple[AttestationView, ...]
    relations: tuple[tuple[str, Link], ...]
    citation: str
    roots_in_words: str
    """What it goes back to, and how many outlets are traced to it; empty if nothing carries it."""
    taken_back: tuple[Link, ...]
    """The claims by which a speaker of this one withdraws or corrects it."""
    withdrawal: WithdrawalView | None


def read_claim(graph: Graph, iri: URIRef, base: str) -> ClaimView:
    """Return a claim from the results of the queries `claim` and `report`."""

    def link(node: Node | None) -> Link | None:
        return None if node is None else Link(_label(graph, node), address_of(str(node), base))

    def links(node: Node, predicate: URIRef) -> tuple[Link, ...]:
        found = (link(value) for value in sorted(graph.objects(node, predicate), key=str))
        return tuple(value for value in found if value is not None)

    document = graph.value(iri, REC.madeIn)
    relations = [
        (phrase, other)
        for relation, (phrase, _) in RELATIONS.items()
        for other in links(iri, relation)
    ] + [
        (
            _by(graph, subject, phrase) if relation in RESPONSES else phrase,
            Link(_label(graph, subject), address_of(str(subject), base)),
        )
        for relation, (_, phrase) in RELATIONS.items()
        for subject in sorted(graph.subjects(relation, iri), key=str)
    ]
    return ClaimView(
        iri=str(iri),
        text=_text(graph, iri, SCHEMA.text),
        speakers=links(iri, REC.speaker),
        addressees=links(iri, REC.addressee),
        authority=link(graph.value(iri, REC.onAuthorityOf)),
        event=link(graph.value(iri, REC.madeAt)),
        document=link(document),
        disclosure=_label(graph, graph.value(document, REC.disclosure)),
        said_on=_moment(graph, graph.value(iri, REC.saidOn)),
        valid_for=_moment(graph, graph.value(iri, REC.validFor)),
        modality=_label(graph, graph.value(iri, REC.modality)),
        condition=_text(graph, iri, REC.condition),
        hedges=tuple(sorted(map(str, graph.objects(iri, REC.hedge)))),
        topics=links(iri, DCTERMS.subject),
        figures=_figures(graph, iri, base),
        reports=tuple(
            _report(graph, attestation, base)
            for attestation in sorted(graph.subjects(REC.attests, iri), key=str)
        ),
        relations=tuple(relations),
        citation=_text(graph, iri, REC.citation),
        roots_in_words=_text(graph, iri, REC.rootsInWords),
        taken_back=links(iri, REC.takenBackBy),
        withdrawal=_withdrawal(graph, iri, base),
    )


def _by(graph: Graph, claim: Node, phrase: str) -> str:
    """Return a phrase such as "is denied by" with the names of the speakers, if they are known."""
    names = _text(graph, claim, REC.speakerNames)
    return f"{phrase} {names}:" if names else phrase


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
        value = _text(graph, node, QUDT.numericValue)
        span = f"{low} to {high}" if low else ""
        figures.append(
            Figure(
                series=Link(_label(graph, series), address_of(str(series), base)),
                comparator=_label(graph, graph.value(node, REC.comparator)),
                stated=value or span,
                range=span if value else "",
                confidence=_text(graph, node, REC.confidence),
                over=_text(graph, node, REC.over),
                versus_over=_text(graph, node, REC.versusOver),
                comparable=_text(graph, node, REC.comparableValue),
                unit=_symbol(graph, graph.value(node, QUDT.hasUnit)),
                per=_text(graph, node, REC.comparablePer),
                price_year=_text(graph, series, REC.priceYear),
                words=_text(graph, node, REC.asStated),
                alternative=_text(graph, node, REC.alternative) == "true",
                reason=_text(graph, node, REC.reason),
            )
        )
    return tuple(figures)


def _symbol(graph: Graph, unit: Node | None) -> str:
    """Return what is written behind a number: the symbol of a unit, or its name if it has none."""
    if unit is None or unit in (UNIT.NUM, UNIT.UNITLESS):
        return ""
    return _text(graph, unit, QUDT.symbol) or _label(graph, unit)


def _report(graph: Graph, attestation: Node, base: str) -> AttestationView:
    passages = tuple(
        _passage(graph, passage, base)
        for passage in sorted(graph.objects(attestation, REC.passage), key=str)
    )
    snapshot = graph.value(graph.value(attestation, REC.passage), OA.hasSource)
    source = graph.value(snapshot, REC.snapshotOf)
    publisher = None if source is None else graph.value(source, SCHEMA.publisher)
    curation = graph.value(attestation, REC.recordedIn)

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
        outlet="" if publisher is None else _label(graph, publisher),
        language=_text(graph, source, SCHEMA.inLanguage),
        published=_text(graph, graph.value(source, REC.publishedOn), DCTERMS.date),
        mode=_label(graph, graph.value(attestation, REC.mode)),
        attribution=_label(graph, graph.value(attestation, REC.attribution)),
        reporter=only(REC.reporter),
        seen_by=links(REC.seenBy),
        disclosure=_label(graph, graph.value(source, REC.disclosure)),
        credited=only(REC.creditedTo),
        credited_as=_text(graph, attestation, REC.creditedAs),
        rendering=_label(graph, graph.value(attestation, REC.rendering)),
        relies_on=links(REC.reliesOn),
        passes_on=tuple(
            (phrase, Link(_label(graph, other), address_of(str(other), base)))
            for phrase in ("reprints", "translates", "summarises")
            for other in sorted(graph.objects(source, REC[phrase]), key=str)
        ),
        tracing=_label(graph, graph.value(attestation, REC.tracing)),
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
        read_by_person=curation is not None and graph.value(curation, REC.method) == CODE.reading,
        withdrawal=_withdrawal(graph, attestation, base),
    )


def _passage(graph: Graph, passage: Node, base: str) -> PassageView:
    snapshot = graph.value(passage, OA.hasSource)
    return PassageView(
        iri=str(passage),
        fragment=str(passage).partition("#")[2],
        start=_text(graph, passage, REC.start),
        end=_text(graph, passage, REC.end),
        words=_text(graph, passage, REC.words),
        translation=_text(graph, passage, REC.translation),
        sha256=_text(graph, passage, SCHEMA.sha256),
        snapshot=Link(_label(graph, snapshot), address_of(str(snapshot), base)),
        snapshot_sha256=_text(graph, snapshot, SCHEMA.sha256),
        text_of=None if snapshot is None else text_layer(graph, snapshot, base),
    )


def text_layer(graph: Graph, snapshot: Node, base: str) -> TextLayer | None:
    """Return from which bytes a snapshot's text was made, and how; None if it was not."""
    archived = graph.value(snapshot, REC.textOf)
    if archived is None:
        return None
    made = (REC.madeWith, SCHEMA.softwareVersion, REC.options)
    return TextLayer(
        Link(_label(graph, archived), address_of(str(archived), base)),
        _text(graph, archived, SCHEMA.sha256),
        " ".join(filter(None, (_text(graph, snapshot, name) for name in made))),
    )
