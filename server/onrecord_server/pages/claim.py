"""View of a claim for its page: text, figures, reports with passages, and relations."""

from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS

from onrecord.rdf.namespaces import CODE, OA, QUDT, REC, SCHEMA, UNIT
from onrecord.rdf.statements import Statements
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

_PASSES_ON = {
    "reprints": REC.reprints, "translates": REC.translates, "summarises": REC.summarises,
}  # fmt: skip
_LABEL = RDFS.label
"""Made once: rdflib makes a term of its namespaces at each use, here hundreds a page."""

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
    judged: str
    """Why a curator judges that it is a report of the claim, if its words do not show that."""
    altered: str
    """Why a curator judges that it alters what was said; empty if none does."""
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
    taken_from: Link | None
    """The source that gives it, if no report of the claim does."""


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
    caution: str
    """What has to be known of it before it is cited; empty if nothing."""
    citation: str
    roots_in_words: str
    """What it goes back to, and how many outlets are traced to it; empty if nothing carries it."""
    taken_back: tuple[Link, ...]
    """The claims by which a speaker of this one withdraws or corrects it."""
    withdrawal: WithdrawalView | None


def read_claim(about: Statements, iri: str, base: str) -> ClaimView:
    """Return a claim from what is stated of it, of its reports and of what these name."""

    def link(node: str) -> Link | None:
        return Link(_label(about, node), address_of(node, base)) if node else None

    def links(node: str, predicate: str) -> tuple[Link, ...]:
        return tuple(
            Link(_label(about, value), address_of(value, base))
            for value in sorted(about.values(node, predicate))
        )

    document = about.value(iri, REC.madeIn)
    relations = [
        (phrase, other)
        for relation, (phrase, _) in RELATIONS.items()
        for other in links(iri, relation)
    ] + [
        (
            _by(about, subject, phrase) if relation in RESPONSES else phrase,
            Link(_label(about, subject), address_of(subject, base)),
        )
        for relation, (_, phrase) in RELATIONS.items()
        for subject in sorted(about.subjects(relation, iri))
    ]
    return ClaimView(
        iri=iri,
        text=about.value(iri, SCHEMA.text),
        speakers=links(iri, REC.speaker),
        addressees=links(iri, REC.addressee),
        authority=link(about.value(iri, REC.onAuthorityOf)),
        event=link(about.value(iri, REC.madeAt)),
        document=link(document),
        disclosure=_label(about, about.value(document, REC.disclosure)),
        said_on=_moment(about, about.value(iri, REC.saidOn), base),
        valid_for=_moment(about, about.value(iri, REC.validFor), base),
        modality=_label(about, about.value(iri, REC.modality)),
        condition=about.value(iri, REC.condition),
        hedges=tuple(sorted(about.values(iri, REC.hedge))),
        topics=links(iri, DCTERMS.subject),
        figures=_figures(about, iri, base),
        reports=tuple(
            _report(about, attestation, base)
            for attestation in sorted(about.subjects(REC.attests, iri))
        ),
        relations=tuple(relations),
        caution=about.value(iri, REC.cautionInWords),
        citation=about.value(iri, REC.citation),
        roots_in_words=about.value(iri, REC.rootsInWords),
        taken_back=links(iri, REC.takenBackBy),
        withdrawal=_withdrawal(about, iri, base),
    )


def _by(about: Statements, claim: str, phrase: str) -> str:
    """Return a phrase such as "is denied by" with the names of the speakers, if they are known."""
    names = about.value(claim, REC.speakerNames)
    return f"{phrase} {names}:" if names else phrase


def _label(about: Statements, node: str) -> str:
    return about.value(node, _LABEL) or node.rpartition("#")[2].rpartition("/")[2]


def _withdrawal(about: Statements, node: str, base: str) -> WithdrawalView | None:
    curation = about.value(node, REC.retractedIn)
    if not curation:
        return None
    other = about.value(node, DCTERMS.isReplacedBy)
    return WithdrawalView(
        about.value(curation, REC.curatedOn),
        about.value(curation, REC.reason),
        Link(_label(about, other), address_of(other, base)) if other else None,
    )


def _moment(about: Statements, node: str, base: str) -> Moment | None:
    if not node:
        return None
    source = about.value(node, REC.takenFrom)
    return Moment(
        about.value(node, DCTERMS.date),
        _label(about, about.value(node, REC.basis)),
        about.value(node, REC.asStated),
        about.value(node, REC.reason),
        Link(_label(about, source), address_of(source, base)) if source else None,
    )


def _figures(about: Statements, owner: str, base: str) -> tuple[Figure, ...]:
    figures = []
    for node in sorted(about.values(owner, REC.quantity)):
        series = about.value(node, REC.inSeries)
        low, high = about.value(node, REC.low), about.value(node, REC.high)
        value = about.value(node, QUDT.numericValue)
        span = f"{low} to {high}" if low else ""
        figures.append(
            Figure(
                series=Link(_label(about, series), address_of(series, base)),
                comparator=_label(about, about.value(node, REC.comparator)),
                stated=value or span,
                range=span if value else "",
                confidence=about.value(node, REC.confidence),
                over=about.value(node, REC.over),
                versus_over=about.value(node, REC.versusOver),
                comparable=about.value(node, REC.comparableValue),
                unit=_symbol(about, about.value(node, QUDT.hasUnit)),
                per=about.value(node, REC.comparablePer),
                price_year=about.value(series, REC.priceYear),
                words=about.value(node, REC.asStated),
                alternative=about.value(node, REC.alternative) == "true",
                reason=about.value(node, REC.reason),
            )
        )
    return tuple(figures)


def _symbol(about: Statements, unit: str) -> str:
    """Return what is written behind a number: the symbol of a unit, or its name if it has none."""
    if unit in ("", str(UNIT.NUM), str(UNIT.UNITLESS)):
        return ""
    return about.value(unit, QUDT.symbol) or _label(about, unit)


def _report(about: Statements, attestation: str, base: str) -> AttestationView:
    passages = tuple(
        _passage(about, passage, base) for passage in sorted(about.values(attestation, REC.passage))
    )
    snapshot = about.value(about.value(attestation, REC.passage), OA.hasSource)
    source = about.value(snapshot, REC.snapshotOf)
    publisher = about.value(source, SCHEMA.publisher)
    curation = about.value(attestation, REC.recordedIn)

    def links(predicate: str) -> tuple[Link, ...]:
        return tuple(
            Link(_label(about, node), address_of(node, base))
            for node in sorted(about.values(attestation, predicate))
        )

    def only(predicate: str) -> Link | None:
        return next(iter(links(predicate)), None)

    return AttestationView(
        address=Link(_label(about, attestation), address_of(attestation, base)),
        source=Link(_label(about, source), address_of(source, base)),
        outlet=_label(about, publisher),
        language=about.value(source, SCHEMA.inLanguage),
        published=about.value(about.value(source, REC.publishedOn), DCTERMS.date),
        mode=_label(about, about.value(attestation, REC.mode)),
        attribution=_label(about, about.value(attestation, REC.attribution)),
        reporter=only(REC.reporter),
        seen_by=links(REC.seenBy),
        disclosure=_label(about, about.value(source, REC.disclosure)),
        credited=only(REC.creditedTo),
        credited_as=about.value(attestation, REC.creditedAs),
        rendering=_label(about, about.value(attestation, REC.rendering)),
        relies_on=links(REC.reliesOn),
        judged=_why_judged(about, attestation, REC.attests),
        altered=_why_judged(about, attestation, REC.alters),
        passes_on=tuple(
            (phrase, Link(_label(about, other), address_of(other, base)))
            for phrase, name in _PASSES_ON.items()
            for other in sorted(about.values(source, name))
        ),
        tracing=_label(about, about.value(attestation, REC.tracing)),
        roots=links(REC.root),
        primary=about.value(attestation, REC.primary) == "true",
        passages=passages,
        figures=_figures(about, attestation, base),
        drifts=tuple(
            sorted(
                _label(about, about.value(drift, REC.outcome))
                for drift in about.subjects(REC.driftOf, attestation)
                if str(REC.Drift) in about.values(drift, RDF.type)
            )
        ),
        curation=only(REC.recordedIn),
        read_by_person=about.value(curation, REC.method) == str(CODE.reading),
        withdrawal=_withdrawal(about, attestation, base),
    )


def _why_judged(about: Statements, attestation: str, relation: URIRef) -> str:
    """Return why a curator judges something of a report; empty if nothing is judged."""
    reasons = (
        about.value(judgement, REC.reason)
        for judgement in about.subjects(RDF.subject, attestation)
        if str(relation) in about.values(judgement, RDF.predicate)
    )
    return next(reasons, "")


def _passage(about: Statements, passage: str, base: str) -> PassageView:
    snapshot = about.value(passage, OA.hasSource)
    return PassageView(
        iri=passage,
        fragment=passage.partition("#")[2],
        start=about.value(passage, REC.start),
        end=about.value(passage, REC.end),
        words=about.value(passage, REC.words),
        translation=about.value(passage, REC.translation),
        sha256=about.value(passage, SCHEMA.sha256),
        snapshot=Link(_label(about, snapshot), address_of(snapshot, base)),
        snapshot_sha256=about.value(snapshot, SCHEMA.sha256),
        text_of=_text_layer(about, snapshot, base),
    )


def _text_layer(about: Statements, snapshot: str, base: str) -> TextLayer | None:
    """Return from which bytes a snapshot's text was made, and how; None if it was not."""
    archived = about.value(snapshot, REC.textOf)
    if not archived:
        return None
    made = (REC.madeWith, SCHEMA.softwareVersion, REC.options)
    return TextLayer(
        Link(_label(about, archived), address_of(archived, base)),
        about.value(archived, SCHEMA.sha256),
        " ".join(filter(None, (about.value(snapshot, name) for name in made))),
    )
