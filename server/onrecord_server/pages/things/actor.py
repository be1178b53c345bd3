"""Page of an actor: offices, what it said over time, what it said otherwise later, its sources."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask import render_template
from markupsafe import Markup
from rdflib import Graph, URIRef
from rdflib.namespace import ORG, RDF, RDFS, SKOS

from onrecord.rdf.namespaces import DCTERMS, REC, SCHEMA
from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import (
    address,
    ask_ahead,
    base_of,
    is_true,
    named_rows,
)
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.pages.things.claim_list import (
    following,
    from_start,
    newest_first,
    start_of_list,
)
from onrecord_server.pages.things.correction import corrections
from onrecord_server.pages.things.figure import figure_text
from onrecord_server.pages.things.incoming import incoming
from onrecord_server.pages.timeline.chart import chart
from onrecord_server.pages.timeline.ratio_claim import Side, date_words, read_ratios
from onrecord_server.pages.timeline.summary import Summary, summary
from onrecord_server.sparql.endpoint import Endpoint

_SHOWN_APART = frozenset(
    map(str, (REC.speaker, REC.reporter, SCHEMA.publisher, SCHEMA.author, ORG.organization))
)
"""Properties by which an actor is named in what its page shows, or that only repeat it."""
_MEMBERSHIP: Paths = {ORG.memberDuring: to(REC.basis), **to(ORG.organization, ORG.role)}
_LISTED = 100
"""Claims that the page has; `claims-of-speaker` and `figures-of-speaker` are of one more."""
_AFTER = "after"
"""Argument by which the page goes on after a claim."""


@dataclass(frozen=True, slots=True)
class SpokenClaim:
    """Claim of an actor."""

    address: str
    anchor: str
    text: str
    others: str
    """All speakers, if there are several; else empty."""
    said_on: str
    date_basis: str
    event: tuple[str, str]
    """Address and name; empty if no event is known."""
    put_as: str
    figures: tuple[str, ...]
    outlets: tuple[str, ...]
    taken_back: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class SeriesSaid:
    """What an actor said of one series, in the order of saying."""

    address: str
    name: str
    rows: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class OwnTimeline:
    """The comparisons of an actor with their chart."""

    side: Side
    summary: Summary
    chart: Markup | None
    apart: int
    """Comparisons that are not of this side."""


def actor_page(
    endpoint: Endpoint, release: Release, iri: URIRef, title: str, graph: Graph
) -> str:  # fmt: skip
    """Return the page of an actor."""
    base = base_of(release)
    path = str(iri).removeprefix(base)
    counts = {
        row["what"]: int(row["number"])
        for row in named_rows(endpoint, release, "counts-of-actor", actor=str(iri))
    }
    start = start_of_list(endpoint, release, _AFTER)
    actor, thing = {"actor": str(iri)}, {"thing": str(iri)}
    ask_ahead(
        endpoint, release, ("offices", actor), ("elsewhere", actor), ("corrections-of", thing),
        *([("sources-of-actor", actor)] if counts.get("sources") else []),
    )  # fmt: skip
    asked = {"speaker": str(iri), **start.parameters} if counts.get("claims") else {}
    figures = named_rows(endpoint, release, "figures-of-speaker", **asked) if asked else []
    read = newest_first(figures)
    figures = [row for row in figures if row["claim"] in read[:_LISTED]]
    rows = named_rows(endpoint, release, "claims-of-speaker", **asked) if asked else []
    outlets = named_rows(endpoint, release, "outlets-of-speaker", **asked) if asked else []
    spoken = newest_first(rows)
    sources = [
        {**row, "address": address_of(row["source"], base)}
        for row in (
            named_rows(endpoint, release, "sources-of-actor", actor=str(iri))
            if counts.get("sources")
            else ()
        )
    ]
    offices = _offices(endpoint, release, iri)
    return render_template(
        "actor.html",
        iri=iri,
        title=title,
        path=path,
        what=_what(graph, iri),
        description=str(graph.value(iri, SCHEMA.description)
                        or graph.value(iri, DCTERMS.description) or ""),
        anonymous=str(graph.value(iri, REC.anonymous)) == "true",
        counts=counts,
        held=[row for row in offices if row["holder"] == str(iri)],
        holders=[row for row in offices if row["holder"] != str(iri)],
        figures_of=len(read[:_LISTED]) if len(read) > _LISTED or start.path else 0,
        timeline=_timeline(figures, title, base),
        otherwise=_otherwise(figures, base),
        claims=_claims(spoken[:_LISTED], rows, outlets, title, figures, base),
        earlier=(
            following(_AFTER, spoken[_LISTED - 1], release) if len(spoken) > _LISTED else ""
        ),
        newest=from_start(_AFTER) if start.path else "",
        all_claims=address(release, "incoming-by-link", thing=str(iri), link=str(REC.speaker)),
        sources=sources,
        more_sources=counts.get("sources", 0) - len(sources),
        corrections=corrections(endpoint, release, iri),
        incoming=incoming(endpoint, release, iri, _SHOWN_APART, "links-to-actor"),
        elsewhere=[
            {
                **row,
                "source_address": address_of(row["source"], base),
                "judgement_address": address_of(row["judgement"], base),
            }
            for row in named_rows(endpoint, release, "elsewhere", actor=str(iri))
        ],
        release=release,
    )  # fmt: skip


def _offices(endpoint: Endpoint, release: Release, iri: URIRef) -> list[dict[str, str]]:
    """Return the offices that an actor held, and those that others held in it, the oldest first."""
    base = base_of(release)
    found = named_rows(endpoint, release, "offices", actor=str(iri))
    start: list[tuple[str, Paths]] = [(row["holder"], {}) for row in found]
    start += [(row["membership"], _MEMBERSHIP) for row in found]
    about = stated_along(endpoint, release, start)
    rows = []
    for row in found:
        held = row["membership"]
        time, body = about.value(held, ORG.memberDuring), about.value(held, ORG.organization)
        first, last = about.value(time, REC.earliest), about.value(time, REC.latest)
        rows.append(
            {
                "holder": row["holder"],
                "holder_name": about.value(row["holder"], RDFS.label),
                "holder_address": address_of(row["holder"], base),
                "role_name": about.value(about.value(held, ORG.role), RDFS.label),
                "body_name": about.value(body, RDFS.label),
                "body_address": address_of(body, base),
                "from": first,
                "when": date_words(about.value(time, DCTERMS.date), first, last),
                "date_basis": about.value(about.value(time, REC.basis), SKOS.prefLabel),
                "date_words": about.value(time, REC.asStated),
                "reason": about.value(time, REC.reason),
            }
        )
    by = ("from", "body_name", "holder_name", "role_name")
    return sorted(rows, key=lambda row: [row[name] for name in by])


def _what(graph: Graph, iri: URIRef) -> str:
    kinds = set(graph.objects(iri, RDF.type))
    if SCHEMA.Person in kinds:
        return "Person"
    return "Body" if SCHEMA.Organization in kinds else "Actor"


def _claims(
    shown: Sequence[str],
    rows: Iterable[dict[str, str]],
    outlet_rows: Iterable[dict[str, str]],
    name: str,
    figures: Iterable[dict[str, str]],
    base: str,
) -> list[SpokenClaim]:
    by_claim: dict[str, list[str]] = defaultdict(list)
    for row in figures:
        by_claim[row["claim"]].append(figure_text(row))
    outlets = {row["claim"]: tuple(dict.fromkeys(row["outlet"].split("\n"))) for row in outlet_rows}
    first: dict[str, dict[str, str]] = {}
    for row in rows:
        first.setdefault(row["claim"], row)
    return [
        SpokenClaim(
            address=address_of(claim, base),
            anchor=claim.rpartition("/")[2],
            text=row["text"],
            others="" if row["speakers"] in ("", name) else row["speakers"],
            said_on=date_words(row["said_on"], row["said_from"], row["said_to"]),
            date_basis=row["date_basis"],
            event=(address_of(row["event"], base), row["event_name"]) if row["event"] else ("", ""),
            put_as=row["put_as"],
            figures=tuple(filter(None, by_claim[claim])),
            outlets=outlets.get(claim, ()),
            taken_back=is_true(row["taken_back"]),
            withdrawn=is_true(row["withdrawn"]),
        )
        for claim, row in ((claim, first[claim]) for claim in shown)
    ]


def _timeline(figures: Sequence[dict[str, str]], name: str, base: str) -> OwnTimeline | None:
    """Return the chart of what an actor said of one side against others; None if it is too little.

    One comparison is a sentence and no timeline. A share of a whole compares no two sides.
    """
    compared = [
        row
        for row in figures
        if row["versus"] and row["bearer"] != row["versus"] and row["unit"] == "times"
    ]
    side, ratios = read_ratios(compared, base)
    if side is None or len(ratios) < 2:
        return None
    # The table below has one row a claim, and each mark leads to it.
    ratios = [replace(each, number=1) for each in ratios]
    asked = max((claim.speakers for claim in ratios), key=lambda each: (each == name, each))
    drawn = chart(ratios, side, name, axis="said", asked=asked)
    return OwnTimeline(side, summary(ratios), drawn, len(compared) - len(ratios))


def _otherwise(figures: Sequence[dict[str, str]], base: str) -> list[SeriesSaid]:
    """Return the series of which an actor gave figures in several claims, most figures first."""
    by_series: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in figures:
        by_series[row["series"]].append(
            {
                **row,
                "figure": figure_text(row),
                "said": date_words(row["said_on"], row["said_from"], row["said_to"]),
                "about": date_words(row["valid_for"], row["valid_from"], row["valid_to"]),
                "address": address_of(row["claim"], base),
            }
        )
    found = [
        SeriesSaid(
            address_of(series, base),
            rows[0]["series_name"],
            sorted(rows, key=lambda row: (row["said_from"] or "9999", row["claim"], row["words"])),
        )
        for series, rows in by_series.items()
        if len({row["claim"] for row in rows}) > 1
    ]
    return sorted(found, key=lambda each: (-len(each.rows), each.name))
