"""The rule `independence`: whether two who give the same figure do so independently of each other.

Nothing is independent by default. Two claims are, where the reports of each are traced to where it
was made, those are two places, and no record ties the one to the other: no common speaker, body or
authority, no repetition, no reliance. Where a speaker has his figure from is on record only as far
as he says so, and the sentence says that too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import pyoxigraph as ox

from onrecord.derivation.report import (
    Custody,
    Links,
    having,
    instances,
    links,
    pairs_of,
    read_custody,
)
from onrecord.derivation.rule import Rule
from onrecord.derivation.solutions import reachable
from onrecord.derivation.tracing import Tracing, trace_report, upstream
from onrecord.rdf.namespaces import CODE, ORG, PROV, REC, SCHEMA
from onrecord.rdf.partitioned.store import AskedStore


class Standing(NamedTuple):
    """How two claims are related: a code of `code:independence`, and why."""

    code: str
    ground: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a claim comes from, as far as it is on record."""

    claim: str
    events: frozenset[str]
    documents: frozenset[str]
    """The events at which it was made, or the documents that contain it."""
    echoes: frozenset[str]
    """The claim, and those that it repeats."""
    speakers: frozenset[str]
    authorities: frozenset[str]
    """The speakers, and those on whose word they say it."""
    bodies: tuple[str, ...]
    """The speakers, and the organisations that they belong to, the nearest first."""
    sources: frozenset[str]
    """The sources that carry it."""
    roots: frozenset[str]
    way: frozenset[str]
    """The sources that its reports go through or end in."""
    heard: frozenset[str]
    """Of what an outlet says itself, those whom it reports in the same text."""
    is_traced: bool
    """Whether a report that attributes it is traced to where it was made."""


def derive_independence(store: AskedStore) -> Iterator[ox.Triple]:
    """Return how the two sides of each agreement are related, with the ground."""
    custody = read_custody(store)
    pairs = _agreeing(store)
    origins = read_origins(store, custody, {claim for pair in pairs.values() for claim in pair})
    for comparison, (one, other) in pairs.items():
        found = stand(custody.name, origins[one], origins[other])
        node = ox.NamedNode(comparison)
        code = ox.NamedNode(CODE[found.code])
        yield ox.Triple(node, ox.NamedNode(REC.independence), code)
        ground = ox.Literal(found.ground, language="en")
        yield ox.Triple(node, ox.NamedNode(REC.ground), ground)


def _agreeing(store: AskedStore) -> dict[str, tuple[str, str]]:
    """Return the two claims of each agreement, by comparison."""
    # Most comparisons are no agreement.
    agreements = having(store, REC.outcome, CODE.agreement)
    firsts, seconds = (
        Links(pair for pair in pairs_of(store, name) if pair[0] in agreements)
        for name in (REC.first, REC.second)
    )
    figures = {min(those[comparison]) for those in (firsts, seconds) for comparison in those}
    owners = {figure: claim for claim, figure in pairs_of(store, REC.quantity) if figure in figures}
    return {
        comparison: (owners[min(firsts[comparison])], owners[min(seconds[comparison])])
        for comparison in sorted(firsts)
    }


def read_origins(store: AskedStore, custody: Custody, claims: set[str]) -> dict[str, Origin]:
    """Return where each of the claims comes from."""
    alternates = links(store, PROV.alternateOf)
    repeated = Links(
        chain(
            pairs_of(store, REC.repeats),
            alternates.pairs(),
            ((other, one) for one, other in alternates.pairs()),
        )
    )
    authorities = links(store, REC.onAuthorityOf)
    members = _members(store)
    reported: dict[str, set[str]] = defaultdict(set)
    for report in custody.reports:
        for source in report.sources:
            reported[source] |= custody.speakers.of(report.claim)
    found = {}
    for claim in claims:
        reports = custody.by_claim.get(claim, ())
        traces = [(report, trace_report(custody, report)) for report in reports]
        speakers = custody.speakers.of(claim)
        behind = {
            source: upstream(custody, claim, source)
            for report in reports
            for source in report.sources
        }
        own = {
            source
            for source in behind
            if not speakers.isdisjoint(custody.reporters.get((claim, source), ()))
        }
        roots = frozenset().union(*(trace.roots for _, trace in traces))
        found[claim] = Origin(
            claim=claim,
            events=custody.made_at.of(claim),
            documents=custody.made_in.of(claim),
            echoes=frozenset(reachable({claim}, repeated)),
            speakers=speakers,
            authorities=speakers | authorities.of(claim),
            bodies=_nearest_first(speakers, members),
            sources=frozenset().union(*(report.sources for report in reports)),
            roots=roots,
            way=frozenset().union(*behind.values()),
            heard=frozenset().union(*(reported[source] for source in own)) - speakers,
            # What an outlet says itself it has from somewhere, if it relies on a text for it or
            # does not put it forward as its own finding.
            is_traced=any(
                trace.tracing is Tracing.ORIGIN
                and report.attribution != "unattributed"
                and not any(behind[source] for source in report.sources & own)
                for report, trace in traces
            ),
        )
    return found


def stand(name_of: Callable[[str], str | None], one: Origin, other: Origin) -> Standing:
    """Return how two claims that give the same figure are related; things are called by name."""

    def called(things: frozenset[str]) -> str:
        name = name_of(min(things))
        return min(things).rpartition("/")[2] if name is None else name

    if one.echoes & other.echoes:
        is_direct = other.claim in one.echoes or one.claim in other.echoes
        repeated = (
            "the one says again what the other says"
            if is_direct
            else ("both say again what a third one says")
        )
        return Standing("echo", f"A curator judged that {repeated}.")
    if common := one.speakers & other.speakers:
        return Standing("one-side", f"{called(common)} says both.")
    if common := one.events & other.events:
        return Standing("one-origin", f"Both were said at one event: {called(common)}.")
    if common := one.documents & other.documents:
        return Standing("one-origin", f"Both stand in one document: {called(common)}.")
    if common := one.authorities & other.authorities:
        return Standing("one-side", f"Both go by the word of {called(common)}.")
    if shared := [body for body in one.bodies if body in other.bodies]:
        nearest = called(frozenset(shared[:1]))
        return Standing("one-side", f"Both speakers belong to one body: {nearest}.")
    for relying, relied in ((one, other), (other, one)):
        if common := relying.way & relied.sources:
            return Standing(
                "reliance", f"The one relies on a source of the other: {called(common)}."
            )
    for hearing, heard in ((one, other), (other, one)):
        if common := hearing.heard & heard.speakers:
            who = called(hearing.speakers)
            return Standing(
                "reliance", f"{who} says it in a text that reports {called(common)}, too."
            )
    if common := one.roots & other.roots:
        return Standing("one-origin", f"Both are traced to {called(common)}, and not apart.")
    for origin in (one, other):
        if not origin.is_traced:
            whose = called(origin.speakers) if origin.speakers else "somebody"
            return Standing(
                "not-traced",
                f"The claim of {whose} is not traced to where it was made, so nothing shows that"
                " the two are independent.",
            )
    return Standing(
        "independent",
        "They are traced to different origins, and nothing on record ties the one to the other;"
        " where the speakers have the figure from is on record only as far as they say.",
    )


def _members(store: AskedStore) -> Links:
    """Return the organisations that actors belong to; what a country belongs to is left out."""
    countries = instances(store, SCHEMA.Country)
    organizations = links(store, ORG.organization)
    return Links(
        (member, organization)
        for member, membership in pairs_of(store, ORG.hasMembership)
        if member not in countries
        for organization in organizations.of(membership)
    )


def _nearest_first(start: frozenset[str], steps: Links) -> tuple[str, ...]:
    """Return what can be reached, by the number of steps that it takes."""
    found: dict[str, None] = {}
    pending = sorted(start)
    while pending:
        found |= dict.fromkeys(pending)
        further = {each for one in pending for each in steps.of(one)}
        pending = sorted(further - found.keys())
    return tuple(found)


INDEPENDENCE = Rule(
    name="independence",
    title="Independence of those who agree",
    derives="rec:independence of each comparison that found an agreement: whether its two sides "
    "are an echo, come from one side, one origin or one another, are not traced, or are "
    "independent; and rec:ground, a sentence that says why",
    needs=("comparison", "judged"),
    function=derive_independence,
)
