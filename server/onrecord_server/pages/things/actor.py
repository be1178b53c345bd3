"""Page of an actor: offices, what it said over time, what it said otherwise later, its sources."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import render_template
from markupsafe import Markup
from rdflib import Graph, URIRef
from rdflib.namespace import ORG, RDF

from onrecord.rdf.namespaces import DCTERMS, REC, SCHEMA
from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import (
    address,
    base_of,
    is_true,
    named_rows,
    named_rows_of_each,
)
from onrecord_server.pages.things.claim_rows import BY_DATE, claim_rows, figure_rows, stated_of
from onrecord_server.pages.things.correction import corrections
from onrecord_server.pages.things.figure import figure_text
from onrecord_server.pages.things.incoming import Remainder, incoming
from onrecord_server.pages.timeline.chart import chart
from onrecord_server.pages.timeline.ratio_claim import Side, date_words, read_ratios
from onrecord_server.pages.timeline.summary import Summary, summary
from onrecord_server.sparql.endpoint import Endpoint

_SHOWN_APART = frozenset(
    map(str, (REC.speaker, REC.reporter, SCHEMA.publisher, SCHEMA.author, ORG.organization))
)
"""Properties by which an actor is named in what its page shows, or that only repeat it."""
_FIGURES = 300
"""Figures that the query `figures-of-speaker` returns at most."""


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
    said = _said(endpoint, release, iri) if counts.get("claims") else ([], [], [])
    claims, figures, outlets = said
    sources = [
        {**row, "address": address_of(row["source"], base)}
        for row in (
            named_rows(endpoint, release, "sources-of-actor", actor=str(iri))
            if counts.get("sources")
            else ()
        )
    ]
    offices = [
        {
            **row,
            "when": date_words(row["held_on"], row["held_from"], row["held_to"]),
            "of": row["holder"] != str(iri),
            "holder_address": address_of(row["holder"], base),
            "body_address": address_of(row["body"], base),
        }
        for row in named_rows(endpoint, release, "offices", actor=str(iri))
    ]
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
        held=[row for row in offices if not row["of"]],
        holders=[row for row in offices if row["of"]],
        figures_cut=_FIGURES if len(figures) >= _FIGURES else 0,
        timeline=_timeline(figures, title, base),
        otherwise=_otherwise(figures, base),
        claims=_claims(claims, figures, outlets, title, base),
        more_claims=Remainder(
            counts.get("claims", 0) - len(claims),
            address(release, "incoming-by-link", thing=str(iri), link=str(REC.speaker)),
        ),
        sources=sources,
        more_sources=counts.get("sources", 0) - len(sources),
        corrections=corrections(endpoint, release, iri),
        incoming=incoming(endpoint, release, iri, _SHOWN_APART),
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


def _what(graph: Graph, iri: URIRef) -> str:
    kinds = set(graph.objects(iri, RDF.type))
    if SCHEMA.Person in kinds:
        return "Person"
    return "Body" if SCHEMA.Organization in kinds else "Actor"


def _said(
    endpoint: Endpoint, release: Release, iri: URIRef
) -> tuple[list[dict[str, str]], list[dict[str, str]], list[dict[str, str]]]:
    """Return the claims of an actor, its figures, and the outlets of each claim."""
    asked = ("outlets-of-speaker", "claims-of-speaker", "figures-of-speaker")
    outlets, claims, figures = named_rows_of_each(
        endpoint, release, {name: {"speaker": str(iri)} for name in asked}
    )
    about = stated_of(endpoint, release, [*claims, *figures], figures)
    return claim_rows(about, claims), figure_rows(about, figures, BY_DATE), outlets


def _claims(
    claims: Sequence[Mapping[str, str]],
    figures: Sequence[Mapping[str, str]],
    outlets: Iterable[Mapping[str, str]],
    name: str,
    base: str,
) -> list[SpokenClaim]:
    by_claim: dict[str, list[str]] = defaultdict(list)
    for row in figures:
        by_claim[row["claim"]].append(figure_text(row))
    carried = {row["claim"]: tuple(dict.fromkeys(row["outlet"].split("\n"))) for row in outlets}
    return [
        SpokenClaim(
            address=address_of(row["claim"], base),
            anchor=row["claim"].rpartition("/")[2],
            text=row["text"],
            others="" if row["speakers"] in ("", name) else row["speakers"],
            said_on=date_words(row["said_on"], row["said_from"], row["said_to"]),
            date_basis=row["date_basis"],
            event=(address_of(row["event"], base), row["event_name"]) if row["event"] else ("", ""),
            put_as=row["put_as"],
            figures=tuple(filter(None, by_claim[row["claim"]])),
            outlets=carried.get(row["claim"], ()),
            taken_back=is_true(row["taken_back"]),
            withdrawn=is_true(row["withdrawn"]),
        )
        for row in claims
    ]


def _timeline(figures: Sequence[dict[str, str]], name: str, base: str) -> OwnTimeline | None:
    """Return the chart of what an actor said of one side against others; None if it is too little.

    One comparison is a sentence and no timeline.
    """
    compared = [row for row in figures if row["versus"] and row["bearer"] != row["versus"]]
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
