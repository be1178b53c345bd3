"""The rule `laundered`: what a source gives in its own voice that a speaker said.

An outlet launders a claim where it says it as its own, naming nobody, and the same text, or one
that it has this from, reports a person as having said it. That it says the same is judged by a
curator (`rec:repeats`) or follows from the figure: one series, comparator, value and time.

It is no laundering where the outlet says less than the speaker, as in a reported worry or under a
hedge; where it is put on another's authority, or the sentence before or after says who said so;
where the outlet cannot have it from the speaker, because it came out before; or where it had said
the same before the speaker did. Where the same text says elsewhere who said so, as a text under a
headline does, it may mean him here, too, so that is laundered less surely, not less.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from sys import intern
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import URIRef

from onrecord.derivation.inference import Strength
from onrecord.derivation.report import (
    Custody,
    CustodyReport,
    Links,
    having,
    links,
    pairs_of,
    read_custody,
    subjects,
    text_of,
    texts,
)
from onrecord.derivation.rule import Rule, base_of
from onrecord.derivation.span import Span, in_words
from onrecord.rdf.namespaces import CODE, DCTERMS, OA, PROV, RDF, REC, SCHEMA
from onrecord.rdf.partitioned.store import AskedStore

_ADJACENT = 3
"""Most characters between two neighbouring sentences: a quotation mark and a break."""
_OWN_VOICE = frozenset(("editorial", "headline"))
_NOBODYS = frozenset(("denied", "asked", "questioned", "not-confirmed", "not-known"))
_WEAK = frozenset(("possible", "conditional"))


class FigureKey(NamedTuple):
    """A figure as it is compared here: all but its time has to be the same."""

    series: str
    comparator: str
    value: str
    per: str

    @property
    def is_bare(self) -> bool:
        """Whether it says only which side has more, and not by how much."""
        return self.comparator != "eq" and Decimal(self.value) == 1


@dataclass(frozen=True, slots=True)
class Sayings:
    """What the records say of claims, as far as laundering goes by it."""

    custody: Custody
    base: str
    modality: Links
    hedged: set[str]
    attributed: set[str]
    """Claims on another's authority, and reports that credit a person."""
    said: dict[str, Span]
    said_in_words: dict[str, str]
    published: dict[str, Span]
    repeats: Links
    reasons: dict[tuple[str, str], str]
    """Why a curator judged that one claim repeats another."""
    figures: dict[str, list[tuple[FigureKey, Span]]]
    """Figures of claims and of reports, each with the time that it is about."""
    places: dict[str, list[tuple[str, int, int]]]
    """Snapshot, start and end of each passage of a report."""


class Laundering(NamedTuple):
    """A claim in an outlet's own voice, and the speaker's claim that it launders."""

    editorial: str
    spoken: str
    source: str
    strength: Strength
    is_within: bool
    """Whether the same text reports the speaker, and not one that it has this from."""
    ground: str
    """Why the two are the same."""


def derive_laundered(store: AskedStore) -> Iterator[ox.Triple]:
    """Return the plain triple and the node of each laundering."""
    sayings = read_sayings(store)
    best: dict[tuple[str, str], Laundering] = {}
    for found in find(sayings):
        pair = (found.editorial, found.spoken)
        known = best.get(pair, found)
        best[pair] = min(known, found, key=lambda one: (list(Strength).index(one.strength), one))
    for found in best.values():
        yield from _triples(found, sayings)


def find(sayings: Sayings) -> Iterator[Laundering]:
    """Yield each laundering, of a pair more than one where there are several reports."""
    custody = sayings.custody
    earliest = _first_said(sayings)
    of_source: dict[tuple[str, FigureKey], list[tuple[CustodyReport, Span]]] = defaultdict(list)
    for report in custody.reports:
        if report.attribution == "named":
            own = sayings.figures[report.iri] + sayings.figures[report.claim]
            for source in report.sources:
                for figure, time in own:
                    of_source[source, figure].append((report, time))
    for report in custody.reports:
        if not _is_own_voice(sayings, report):
            continue
        for source in sorted(report.sources):
            texts_behind = [source, *sorted(custody.taken_from.get((report.claim, source), ()))]
            for spoken in sorted(sayings.repeats.of(report.claim)):
                named = _named(custody, spoken, texts_behind)
                if named and _can_launder(sayings, report, source, spoken, named, earliest):
                    # Where the text itself says who did, it may mean him here, too.
                    is_within = any(source in other.sources for other in named)
                    strength = Strength.PROBABLE if is_within else Strength.CERTAIN
                    reason = sayings.reasons.get((report.claim, spoken), "")
                    ground = f"A curator judged that it repeats this: {reason}".strip(" :") + "."
                    yield Laundering(
                        report.claim,
                        spoken,
                        source,
                        strength,
                        is_within,
                        ground.replace("..", "."),
                    )
            for figure, time in sayings.figures[report.claim]:
                for place in texts_behind:
                    for other, said_of in of_source[place, figure]:
                        named = _named(custody, other.claim, texts_behind)
                        if time.gap(said_of) or not _can_launder(
                            sayings, report, source, other.claim, named, earliest
                        ):
                            continue
                        is_open = None in (*time, *said_of)
                        is_bound = figure.comparator not in ("eq", "approx")
                        is_vague = (
                            is_open
                            or is_bound
                            or _is_commonplace(sayings, figure, other.claim, earliest)
                        )
                        yield Laundering(
                            report.claim,
                            other.claim,
                            source,
                            Strength.POSSIBLE if is_vague else Strength.PROBABLE,
                            place == source,
                            _ground(figure, is_open),
                        )


def _ground(figure: FigureKey, is_open: bool) -> str:
    """Return why two claims with one figure are taken for one."""
    when = "of times that may be one" if is_open else "of the same time"
    if figure.is_bare:
        return f"Both say which of the two has more, {when}, and neither by how much."
    return f"The figure is the same, {when}."


def _is_own_voice(sayings: Sayings, report: CustodyReport) -> bool:
    return (
        report.mode in _OWN_VOICE
        and report.attribution == "unattributed"
        and not {report.iri, report.claim} & sayings.attributed
    )


def _named(custody: Custody, claim: str, sources: list[str]) -> list[CustodyReport]:
    """Return the reports in any of the sources that name who made the claim."""
    return [
        report
        for report in custody.by_claim.get(claim, ())
        if report.attribution == "named" and not report.sources.isdisjoint(sources)
    ]


def _can_launder(
    sayings: Sayings,
    report: CustodyReport,
    source: str,
    spoken: str,
    named: list[CustodyReport],
    earliest: dict[tuple[str, FigureKey], date],
) -> bool:
    """Return whether nothing on record speaks against it."""
    editorial, custody = report.claim, sayings.custody
    said, spoken_on = sayings.said.get(editorial), sayings.said.get(spoken)
    published = sayings.published.get(source)
    if custody.speakers.of(editorial) & custody.speakers.of(spoken):
        return False
    if (_modalities(sayings, editorial) | _modalities(sayings, spoken)) & _NOBODYS:
        return False
    if _is_weak(sayings, editorial) and not _is_weak(sayings, spoken):
        return False
    if spoken_on and any(time and time.is_before(spoken_on) for time in (said, published)):
        return False
    if report.mode != "headline" and _is_next_to(sayings, report, named):
        return False
    return not _had_it_before(sayings, report, source, spoken_on, earliest)


def _modalities(sayings: Sayings, claim: str) -> set[str]:
    return {code.rpartition("#")[2] for code in sayings.modality.of(claim)}


def _is_weak(sayings: Sayings, claim: str) -> bool:
    return claim in sayings.hedged or bool(_modalities(sayings, claim) & _WEAK)


def _is_next_to(sayings: Sayings, report: CustodyReport, others: list[CustodyReport]) -> bool:
    """Return whether a passage of the others is the sentence before or after."""
    return any(
        snapshot == of and (0 <= start - last <= _ADJACENT or 0 <= first - end <= _ADJACENT)
        for snapshot, first, last in sayings.places.get(report.iri, ())
        for other in others
        for of, start, end in sayings.places.get(other.iri, ())
    )


def _had_it_before(
    sayings: Sayings,
    report: CustodyReport,
    source: str,
    spoken_on: Span | None,
    earliest: dict[tuple[str, FigureKey], date],
) -> bool:
    """Return whether the outlet gave the same figure before the speaker did."""
    if spoken_on is None or spoken_on.first is None:
        return False
    custody = sayings.custody
    outlet = custody.issuers.of(source) | custody.speakers.of(report.claim)
    return any(
        earliest.get((actor, figure), date.max) < spoken_on.first
        for actor in outlet
        for figure, _ in sayings.figures[report.claim]
    )


def _is_commonplace(
    sayings: Sayings, figure: FigureKey, spoken: str, earliest: dict[tuple[str, FigureKey], date]
) -> bool:
    """Return whether anybody gave the same figure before the speaker did."""
    spoken_on = sayings.said.get(spoken)
    first = spoken_on.first if spoken_on else None
    return first is not None and earliest.get(("", figure), date.max) < first


def _first_said(sayings: Sayings) -> dict[tuple[str, FigureKey], date]:
    """Return the last day by which each actor, and anybody (""), had given a figure.

    An outlet has given what it carried, in whosever voice.
    """
    found: dict[tuple[str, FigureKey], date] = {}
    for report in sayings.custody.reports:
        said = sayings.said.get(report.claim)
        days: list[tuple[str, Span | None]] = [("", said)]
        days += [(actor, said) for actor in sayings.custody.speakers.of(report.claim)]
        for source in report.sources:
            published = sayings.published.get(source)
            days += [(actor, published) for actor in sayings.custody.issuers.of(source)]
        for actor, span in days:
            if span and span.last:
                for figure, _ in sayings.figures[report.claim]:
                    key = (actor, figure)
                    found[key] = min(found.get(key, span.last), span.last)
    return found


def read_sayings(store: AskedStore) -> Sayings:
    """Read what laundering goes by."""
    first, last = texts(store, REC.earliest), texts(store, REC.latest)
    dates = texts(store, DCTERMS.date)

    def spans(name: URIRef) -> dict[str, Span]:
        return {
            thing: Span(_day(first.get(min(times))), _day(last.get(min(times))))
            for thing, times in links(store, name).items()
        }

    return Sayings(
        custody=read_custody(store),
        base=base_of(store),
        modality=links(store, REC.modality),
        hedged=subjects(store, REC.hedge),
        attributed=subjects(store, REC.onAuthorityOf, REC.creditedTo, REC.creditedAs),
        said=spans(REC.saidOn),
        said_in_words={
            claim: in_words(dates[min(times)])
            for claim, times in links(store, REC.saidOn).items()
            if min(times) in dates
        },
        published=spans(REC.publishedOn),
        repeats=links(store, REC.repeats),
        reasons=_reasons(store),
        figures=_figures(store, spans(REC.validFor)),
        places=_places(store),
    )


def _figures(
    store: AskedStore, valid: Mapping[str, Span]
) -> dict[str, list[tuple[FigureKey, Span]]]:
    """Return the figures of claims and of reports, each with the time for which it is valid."""
    series, comparators = links(store, REC.inSeries), links(store, REC.comparator)
    values, per = texts(store, REC.comparableValue), texts(store, REC.comparablePer)
    figures: dict[str, list[tuple[FigureKey, Span]]] = defaultdict(list)
    for owner, quantities in links(store, REC.quantity).items():
        for quantity in sorted(quantities & values.keys() & series.keys()):
            comparator = min(comparators.of(quantity), default="").rpartition("#")[2]
            figure = FigureKey(
                min(series[quantity]), intern(comparator), values[quantity], per.get(quantity, "")
            )
            figures[owner].append((figure, valid.get(quantity, Span(None, None))))
    return figures


def _places(store: AskedStore) -> dict[str, list[tuple[str, int, int]]]:
    """Return snapshot, start and end of each passage of a report."""
    snapshots = links(store, OA.hasSource)
    starts, ends = texts(store, REC.start), texts(store, REC.end)
    places: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for report, passage in pairs_of(store, REC.passage):
        if passage in starts and passage in ends:
            snapshot = min(snapshots.of(passage), default="")
            places[report].append((snapshot, int(starts[passage]), int(ends[passage])))
    return places


def _reasons(store: AskedStore) -> dict[tuple[str, str], str]:
    """Return why a curator judged that one claim repeats another."""
    objects, reasons = links(store, RDF.object), texts(store, REC.reason)
    judgements = having(store, RDF.predicate, REC.repeats) - subjects(store, REC.retractedIn)
    return {
        (min(ones), other): reasons.get(judgement, "")
        for judgement, ones in links(store, RDF.subject).items()
        if judgement in judgements
        for other in objects.of(judgement)
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _triples(found: Laundering, sayings: Sayings) -> Iterator[ox.Triple]:
    editorial, spoken = ox.NamedNode(found.editorial), ox.NamedNode(found.spoken)
    names = f"{found.editorial} {found.spoken}"
    node = ox.NamedNode(f"{sayings.base}laundering/{sha256(names.encode()).hexdigest()[:16]}")
    because = ox.Literal(_because(found, sayings), language="en")
    yield ox.Triple(editorial, ox.NamedNode(REC.launders), spoken)
    yield ox.Triple(node, ox.NamedNode(RDF.type), ox.NamedNode(REC.Laundering))
    yield ox.Triple(node, ox.NamedNode(REC.editorial), editorial)
    yield ox.Triple(node, ox.NamedNode(REC.spoken), spoken)
    yield ox.Triple(node, ox.NamedNode(REC.strength), ox.NamedNode(CODE[found.strength]))
    yield ox.Triple(node, ox.NamedNode(REC.because), because)
    rule = ox.NamedNode(f"{sayings.base}rule/{LAUNDERED.name}")
    yield ox.Triple(node, ox.NamedNode(PROV.wasGeneratedBy), rule)


def _because(found: Laundering, sayings: Sayings) -> str:
    custody = sayings.custody
    speakers = sorted(custody.name(actor) or "somebody" for actor in custody.speakers[found.spoken])
    said = sayings.said_in_words.get(found.spoken)
    day = f" ({said})" if said else ""
    outlet = custody.name(found.source) or "The source"
    own, theirs = (
        text_of(custody.store, claim, SCHEMA.text) or ""
        for claim in (found.editorial, found.spoken)
    )
    where = "The same text" if found.is_within else "A text that it relies on"
    doubt = " As it names the speaker there, it may mean him here, too." if found.is_within else ""
    return (
        f"“{outlet}” says as its own, naming nobody: {own} {where} attributes to"
        f" {' and '.join(speakers)}{day}: {theirs} {found.ground}{doubt}"
    )


LAUNDERED = Rule(
    name="laundered",
    title="Laundered into an editorial voice",
    derives="rec:launders, from a claim that a source makes in its own voice to a speaker's claim "
    "that it repeats, or whose figure, as the same source or one that it relies on reports it, it "
    "gives without attribution; and a rec:Laundering with both, a strength and a sentence that "
    "says why",
    needs=("comparable", "judged"),
    function=derive_laundered,
)
