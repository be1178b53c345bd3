"""The rules `roots` and `witnesses`: how far reports are traced to where their claim was made.

A claim is one act of speech, so the event at which it was made, or the document that contains it,
is the one root of all its reports, however many outlets carry it. What is counted beside is how
many outlets a curator has *traced* to it: by the event's own record, by reliance, reprint,
translation or summary that ends in that record, by a reporter who was there or speaks for himself,
or who has seen the document. What says that another has seen it comes from him. A chain that
ends in another report is traced no further than that. A chain of which nothing is on record, or
that ends in a text whose author and place are unknown, is not traced, and never
independent of another one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

import pyoxigraph as ox
from rdflib import URIRef

from onrecord.derivation.drift import DRIFTS
from onrecord.derivation.inference import Strength
from onrecord.derivation.report import Custody, CustodyReport, having, read_custody, subjects
from onrecord.derivation.rule import Rule
from onrecord.derivation.solutions import local, rows
from onrecord.rdf.namespaces import CODE, REC
from onrecord.rdf.partitioned.store import AskedStore

_SOURCES = """
SELECT * {
  ?source a rec:Source .
  OPTIONAL { ?source schema:url ?address . }
  OPTIONAL { ?source schema:publisher/schema:name ?house . }
  OPTIONAL { ?source rec:publishedOn/dcterms:date ?date . }
}
"""
_DRIFTS = """
SELECT ?report ?kind ?strength {
  ?drift rec:driftOf ?report ; rec:strength ?strength ;
         rec:outcome/<http://www.w3.org/2004/02/skos/core#prefLabel> ?kind .
}
"""
"""Departures of reports from their claims, by the rules."""
_ALTERED = """
SELECT ?report {
  ?judgement <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> rec:alters ;
             <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?report .
  FILTER NOT EXISTS { ?judgement rec:retractedIn ?undone . }
}
"""
"""Reports, and claims, that a curator judges to alter another one."""
_MOST_NAMED = 3
"""Sources of a claim that are named for print; of others their number is given."""
_XSD_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


class Tracing(StrEnum):
    """How far the chain of a report is traced, by its code; the best first."""

    ORIGIN = "to-origin"
    REPORT = "to-report"
    NOT = "untraced"


_BEST = list(Tracing)


@dataclass(frozen=True, slots=True)
class Trace:
    """How far a chain is traced, and the sources at its end."""

    tracing: Tracing
    roots: frozenset[str]
    """Empty if nothing is traced."""


def trace(custody: Custody, claim: str, source: str) -> Trace:
    """Follow the chain by which a source has a claim, to where it was made or as far as it goes."""
    origins: set[str] = set()
    ends: set[str] = set()
    seen, pending = {source}, [source]
    while pending:
        current = pending.pop()
        earlier = custody.earlier(claim, current)
        if is_origin(custody, claim, current):
            origins.add(current)
        elif earlier:
            pending += earlier - seen
            seen |= earlier
        elif current != source and current in custody.identified:
            ends.add(current)
    tracing = Tracing.ORIGIN if origins else Tracing.REPORT if ends else Tracing.NOT
    return Trace(tracing, frozenset(origins | ends))


def upstream(custody: Custody, claim: str, source: str) -> set[str]:
    """Return all sources behind one, those beyond the place where the claim was made, too."""
    seen, pending = {source}, [source]
    while pending:
        earlier = custody.earlier(claim, pending.pop()) - seen
        pending += earlier
        seen |= earlier
    return seen - {source}


def is_origin(custody: Custody, claim: str, source: str) -> bool:
    """Return whether a claim is in a source at first hand.

    It is the event's own record, or that of a part of it, or the document; or who wrote or
    published it is the speaker, was there, or has seen the document. Of a claim without event or
    document it is the record of an event at which the speaker was.
    """
    events, records = custody.made_at.of(claim), custody.record_of.of(source)
    if source in custody.made_in.of(claim) or _occasions(custody, events) & records:
        return True
    speakers = custody.speakers.of(claim)
    is_at_large = not events and claim not in custody.made_in
    if is_at_large and any(speakers & custody.present.of(event) for event in records):
        return True
    people = custody.issuers.of(source) | custody.reporters.get((claim, source), frozenset())
    there = speakers.union(*(custody.present.of(event) for event in events))
    return not people.isdisjoint(there.union(custody.seen.get((claim, source), ())))


def _occasions(custody: Custody, events: frozenset[str]) -> frozenset[str]:
    """Return events with their parts and with what they are part of."""
    return events.union(*(custody.occasions.of(event) for event in events))


def trace_report(custody: Custody, report: CustodyReport) -> Trace:
    """Follow the chain of a report."""
    traces = [trace(custody, report.claim, source) for source in report.sources]
    return Trace(
        min((each.tracing for each in traces), key=_BEST.index),
        frozenset().union(*(each.roots for each in traces)),
    )


def derive_roots(store: AskedStore) -> Iterator[ox.Triple]:
    """Return how far each report is traced, and the sources at the end of its chain."""
    custody = read_custody(store)
    for report in custody.reports:
        found = trace_report(custody, report)
        yield _about(report.iri, REC.tracing, ox.NamedNode(CODE[found.tracing]))
        for root in sorted(found.roots):
            yield _about(report.iri, REC.root, ox.NamedNode(root))


def derive_witnesses(store: AskedStore) -> Iterator[ox.Triple]:
    """Return the counts of each claim's outlets and roots, and a sentence with them."""
    custody = read_custody(store)
    printed = _printed_sources(store)
    respun = having(store, REC.rendering, CODE.respun)
    changes: dict[str, set[str]] = defaultdict(set)
    doubts: dict[str, set[str]] = defaultdict(set)
    for row in rows(store, _DRIFTS):
        is_doubtful = local(row["strength"]) == Strength.POSSIBLE
        (doubts if is_doubtful else changes)[row["report"]].add(row["kind"])
    for row in rows(store, _ALTERED):
        changes[row["report"]].add("altered, by a curator's judgement")
    departing = subjects(store, REC.quantity, REC.modality) | changes.keys()
    for claim, reports in custody.by_claim.items():
        sources = sorted({source for report in reports for source in report.sources})
        traces = {source: trace(custody, claim, source) for source in sources}
        outlets = _by_outlet(custody, traces)
        count = Counter(found.tracing for found in outlets.values())
        for name, number in (
            (REC.outlets, len(outlets)),
            (REC.outletsTraced, count[Tracing.ORIGIN]),
            (REC.outletsUntraced, count[Tracing.NOT]),
            (REC.independentRoots, len(known_roots(custody, claim, traces.values()))),
        ):
            yield _about(claim, name, ox.Literal(str(number), datatype=_XSD_INTEGER))
        order = _order_of_citing(reports, traces, respun, departing)
        named = [
            f"{printed[source][0]}{_departure(source, reports, changes, doubts)}, "
            f"{printed[source][1]}"
            for source in order[:_MOST_NAMED]
        ]
        if len(order) > _MOST_NAMED:
            named.append(f"and {len(order) - _MOST_NAMED} more on record")
        yield _about(claim, REC.sourcesInWords, ox.Literal("; ".join(named)))
        sentence = ox.Literal(_in_words(custody, claim, traces), language="en")
        yield _about(claim, REC.rootsInWords, sentence)


def _by_outlet(custody: Custody, traces: Mapping[str, Trace]) -> dict[str, Trace]:
    """Return how far each outlet is traced, by that of its reports which is traced best."""
    outlets: dict[str, Trace] = {}
    for source, found in traces.items():
        other = outlets.setdefault(custody.outlet(source), found)
        best = min(found.tracing, other.tracing, key=_BEST.index)
        outlets[custody.outlet(source)] = Trace(best, found.roots | other.roots)
    return outlets


def _printed_sources(store: AskedStore) -> dict[str, tuple[str, str]]:
    """Return outlet and date of publication, and the address, of each source."""
    printed: dict[str, tuple[str, str]] = {}
    for row in rows(store, _SOURCES):
        house = row.get("house", "an outlet without a name")
        text = (f"{house}, {row.get('date', 'undated')}", row.get("address", row["source"]))
        printed[row["source"]] = min(printed.get(row["source"], text), text)
    return printed


def _departure(
    source: str,
    reports: Iterable[CustodyReport],
    changes: Mapping[str, set[str]],
    doubts: Mapping[str, set[str]],
) -> str:
    """Return in what a source departs from the claim, in all its reports or in part, or empty.

    What may be no departure is told as such, so that nobody takes the source to say the same.
    """
    own = [report.iri for report in reports if source in report.sources]
    told = []
    known: set[str] = set()
    for verb, kinds in (("departs", changes), ("may depart", doubts)):
        of_source = [kinds.get(report, set()) - known for report in own]
        if any(of_source):
            part = "" if all(of_source) else " in part"
            told.append(f"{verb} from it{part}: {', '.join(sorted(set().union(*of_source)))}")
        known = known.union(*of_source)
    return f" ({', and '.join(told)})" if told else ""


def _order_of_citing(
    reports: Iterable[CustodyReport],
    traces: dict[str, Trace],
    respun: set[str],
    departing: set[str],
) -> list[str]:
    """Return the sources of a claim, those first by which it is best cited.

    At first hand comes before second hand, quoted before told; what has a figure or modality of
    its own comes after that, and what a machine has rewritten last.
    """
    ranks: dict[str, tuple[bool, bool, int, bool, str]] = {}
    for report in reports:
        for source in report.sources:
            rank = (
                report.iri in respun,
                report.iri in departing,
                _BEST.index(traces[source].tracing),
                report.mode != "direct",
                source,
            )
            ranks[source] = min(ranks.get(source, rank), rank)
    return sorted(ranks, key=ranks.__getitem__)


def known_roots(custody: Custody, claim: str, traces: Iterable[Trace]) -> AbstractSet[str]:
    """Return the roots of a claim, of which two are never one by another name.

    The event or the document is the one root; another event is one only where a curator has traced
    a report to its record. Of a claim without either the roots are the ends of the chains, and
    there is none where nothing is traced.
    """
    ends = {end for found in traces for end in found.roots}
    place = custody.made_at.of(claim) or custody.made_in.of(claim)
    if place:
        here = _occasions(custody, place)
        elsewhere = (custody.record_of.of(end) for end in ends)
        return place.union(*(events for events in elsewhere if not events & here))
    return {min(custody.record_of.of(end), default=end) for end in ends}


def _in_words(custody: Custody, claim: str, traces: dict[str, Trace]) -> str:
    """Return what all reports of a claim go back to, and how many are traced how far, in words."""
    outlets = _by_outlet(custody, traces)
    count = Counter(found.tracing for found in outlets.values())
    roots = {root for found in traces.values() for root in found.roots}
    events, documents = custody.made_at.of(claim), custody.made_in.of(claim)
    if events or documents:
        records = documents | {
            source for event in _occasions(custody, events) for source in custody.records.of(event)
        }
        kind = "event, its own record" if events else "document,"
        is_archived = bool(records & custody.archived)
        place = f"One {kind} {'archived' if is_archived else 'not archived'} here"
    elif count[Tracing.ORIGIN] == len(outlets) and len(roots) == 1:
        if roots == set(traces):
            return "Made by the outlet itself; 1 outlet."
        place = "Made in one text"
    else:
        place = "No event or document on record"
    parts = {
        Tracing.ORIGIN: "traced to it",
        Tracing.REPORT: "traced to another report and no further",
        Tracing.NOT: "not traced",
    }
    told = [(count[tracing], text) for tracing, text in parts.items() if count[tracing]]
    through = _through(custody, traces)
    if len(outlets) == 1:
        return f"{place}; 1 outlet, {told[0][1]}{through}."
    parted = ", ".join(f"{number} {text}" for number, text in told)
    return f"{place}; {len(outlets)} outlets: {parted}{through}."


def _through(custody: Custody, traces: dict[str, Trace]) -> str:
    """Return by which reports the chains go that nobody can look up here, in words."""
    chains = [found.roots for source, found in traces.items() if source not in found.roots]
    missing = sorted({root for roots in chains for root in roots} - custody.archived)
    if not missing:
        return ""
    name = custody.name(missing[0])
    first = "a report" if name is None else f"“{name}”"
    others = "" if len(missing) == 1 else f" and {len(missing) - 1} more"
    outlets = {custody.outlet(source) for source in traces}
    through_them = {
        custody.outlet(source)
        for source, found in traces.items()
        if source not in found.roots and found.roots & set(missing)
    }
    number = len(through_them)
    through = f"through {first}{others}, not archived here"
    return f", {through}" if len(outlets) == 1 else f"; {number} {through}"


def _about(thing: str, name: URIRef, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(thing), ox.NamedNode(name), value)


ROOTS = Rule(
    name="roots",
    title="Roots of attestations",
    derives="rec:tracing, how far a report is traced: to where the claim was made, to another "
    "report, or not at all; and rec:root, the sources at the end of what is traced. A source that "
    "carries the claim at first hand is its own root",
    needs=(),
    function=derive_roots,
)

WITNESSES = Rule(
    name="witnesses",
    title="Witnesses of claims",
    derives="rec:outlets, rec:outletsTraced, rec:outletsUntraced and rec:independentRoots, how "
    "many outlets carry a claim, how many of them are traced to where it was made and how many "
    "not at all, and to how many roots they go back; rec:rootsInWords, a sentence with them; and "
    "rec:sourcesInWords, where the claim can be looked up, and which of the sources depart from it",
    needs=tuple(rule.name for rule in DRIFTS),
    function=derive_witnesses,
)
