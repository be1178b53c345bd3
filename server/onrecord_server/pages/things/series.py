"""Page of a series: what is measured, the figures over the time spoken of, and how they compare."""

import math
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from flask import render_template
from markupsafe import Markup
from rdflib import Graph, URIRef
from rdflib.namespace import RDFS, SKOS

from onrecord.derivation.span import Span
from onrecord.rdf.namespaces import QUDT, REC, UNIT
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
from onrecord_server.pages.things.as_of import as_of
from onrecord_server.pages.things.figure import figure_text, number_words
from onrecord_server.pages.things.figure_rows import figure_rows
from onrecord_server.pages.things.incoming import Remainder, incoming
from onrecord_server.pages.things.linked import linked, names_of_linked
from onrecord_server.pages.timeline.ratio_claim import NOT_PUT_FORWARD, OPEN, date_words
from onrecord_server.pages.timeline.scale import TimeScale, time_scale
from onrecord_server.sparql.endpoint import Endpoint

_SHOWN_APART = frozenset(map(str, (REC.inSeries, REC.kinOf, REC.sameLineAs)))
_COMPARISON: Paths = to(REC.strength)
_LEFT, _RIGHT, _WIDTH = 110, 1140, 1160
_TOP, _HEIGHT, _FOOT = 12, 280, 30
_LOGARITHMIC = 20
"""Ratio of the greatest to the smallest figure from which the scale is logarithmic."""


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """Figure of a series with a time that is known."""

    low: float
    high: float
    span: Span
    label: str
    anchor: str
    expected: bool


def series_page(endpoint: Endpoint, release: Release, iri: URIRef, title: str, graph: Graph) -> str:
    """Return the page of a series."""
    base = base_of(release)
    names = names_of_linked(endpoint, release, graph)
    then = as_of(endpoint, release, iri)
    which = {"series": str(iri), "as_of": then.day}
    # What is compared, and what names the series, may have been said later.
    outcomes = (
        [] if then.day else named_rows(endpoint, release, "outcomes-in-series", series=str(iri))
    )
    ask_ahead(
        endpoint, release, ("kindred-series", {"thing": str(iri)}),
        *([] if then.day else [("incoming-links", {"thing": str(iri)})]),
        *(
            ("comparisons-in-series-shown", {"series": str(iri), "outcome": row["outcome"]})
            for row in outcomes
        ),
    )  # fmt: skip
    found = named_rows(endpoint, release, "figures-of-series", **which)
    rows = figure_rows(endpoint, release, found)
    figures: list[dict[str, object]] = [
        {
            **row,
            "anchor": f"figure-{number}",
            "figure": figure_text(row),
            "said": date_words(row["said_on"], row["said_from"], row["said_to"]),
            "about": date_words(row["valid_for"], row["valid_from"], row["valid_to"]),
            "address": address_of(row["claim"], base),
            "back": is_true(row["taken_back"]),
        }
        for number, row in enumerate(rows, 1)
    ]
    drawn = [each for each in map(_drawn, figures) if each]
    facts = [
        (label, linked(graph, iri, name, names, base))
        for label, name in (
            ("Whose", REC.bearer), ("Measure", REC.measure), ("Of what", REC.product),
            ("Against", REC.versus), ("Measure of the other", REC.versusMeasure),
            ("For whom", REC.recipient), ("Unit", QUDT.hasUnit),
        )
    ]  # fmt: skip
    comparisons = []
    for row in outcomes:
        which = {"series": str(iri), "outcome": row["outcome"]}
        shown = [
            {**each, "address": address_of(each["comparison"], base)}
            for each in _compared(endpoint, release, **which)
        ]
        number = int(row["number"])
        rest = Remainder(number - len(shown), address(release, "comparisons-in-series", **which))
        comparisons.append((row["label"], number, shown, rest))
    kindred = named_rows(endpoint, release, "kindred-series", thing=str(iri))
    return render_template(
        "series.html",
        iri=iri,
        title=title,
        path=str(iri).removeprefix(base),
        facts=[
            (label, values) for label, values in facts if values and not _is_bare(graph, iri, label)
        ],
        price_year=str(graph.value(iri, REC.priceYear) or ""),
        notes=sorted(map(str, graph.objects(iri, RDFS.comment))),
        figures=figures,
        cut_off=len(rows) >= 200,
        chart=band(drawn, title),
        drawn=len(drawn),
        comparisons=sorted(comparisons, key=lambda each: (each[0] == "apparent", each[0])),
        kindred=[
            (kind, [(row["label"], address_of(row["series"], base)) for row in group])
            for kind, group in groupby(kindred, key=lambda row: row["kind"])
        ],
        incoming=() if then.day else incoming(endpoint, release, iri, _SHOWN_APART),
        then=then,
        release=release,
    )


def _compared(
    endpoint: Endpoint, release: Release, series: str, outcome: str
) -> list[dict[str, str]]:
    """Return some comparisons of a series with one outcome: how sure each is, and why."""
    rows = named_rows(
        endpoint, release, "comparisons-in-series-shown", series=series, outcome=outcome
    )
    found = [row["comparison"] for row in rows]
    about = stated_along(endpoint, release, [(each, _COMPARISON) for each in found])
    compared = [
        {
            "strength": about.value(about.value(each, REC.strength), SKOS.prefLabel),
            "comparison": each,
            "because": about.value(each, REC.because),
        }
        for each in found
    ]
    return sorted(compared, key=lambda each: (each["strength"], each["comparison"]))


def _is_bare(graph: Graph, iri: URIRef, label: str) -> bool:
    """Return whether a fact is the unit of what is only counted, or of a ratio: it says nothing."""
    return label == "Unit" and graph.value(iri, QUDT.hasUnit) in (UNIT.NUM, UNIT.UNITLESS)


def _drawn(row: dict[str, object]) -> DrawnFigure | None:
    """Return what is drawn of a figure; None if it is not put forward as so or its time is open."""
    first, last = str(row["valid_from"]), str(row["valid_to"])
    ends = [float(str(row[name])) for name in ("low", "high") if row[name]]
    value = [float(str(row["value"]))] if row["value"] else ends
    if not (first and last and value) or row["modality"] in NOT_PUT_FORWARD or row["back"]:
        return None
    return DrawnFigure(
        min(value), max(value), Span(date.fromisoformat(first), date.fromisoformat(last)),
        f"{row['speakers']}, {row['said']}: {row['figure']}, of {row['about']}",
        str(row["anchor"]), row["modality"] in OPEN,
    )  # fmt: skip


def band(figures: list[DrawnFigure], title: str) -> Markup | None:
    """Return figures over the time spoken of, with the band between the least and the greatest.

    The band is of what is said to be so, and not of what is expected; None if there is nothing to
    compare.
    """
    positive = [each for each in figures if each.low > 0]
    times = time_scale([each.span for each in positive], _LEFT, _RIGHT)
    if len(positive) < 2 or times is None:
        return None
    least = min(each.low for each in positive)
    most = max(each.high for each in positive)
    logarithmic = most / least > _LOGARITHMIC
    bottom = _TOP + _HEIGHT
    floor = 10 ** math.floor(math.log10(least))
    ticks = _ticks(floor if logarithmic else 0, most, logarithmic=logarithmic)

    def height(value: float) -> float:
        if logarithmic:
            part = math.log(value / ticks[0]) / math.log(ticks[-1] / ticks[0])
        else:
            part = value / ticks[-1]
        return round(bottom - part * _HEIGHT, 1)

    parts = []
    for tick in ticks:
        y = height(tick) if tick else bottom
        parts.append(
            Markup(
                '<line class="grid" x1="{x1}" x2="{x2}" y1="{y}" y2="{y}" stroke="#c9ccd3"/>'
                '<text x="{x}" y="{below}" text-anchor="end">{text}</text>'
            ).format(x1=_LEFT, x2=_RIGHT, y=y, x=_LEFT - 8, below=y + 4,
                     text=number_words(f"{tick:f}"))
        )  # fmt: skip
    year = Markup(
        '<line class="grid weak" x1="{x}" x2="{x}" y1="{y1}" y2="{y2}" stroke="#c9ccd3"/>'
        '<text x="{x}" y="{y}" text-anchor="middle">{text}</text>'
    )
    parts += [
        year.format(x=when.x, y1=_TOP, y2=bottom, y=bottom + 18, text=when.text)
        for when in times.ticks()
    ]
    asserted = [(each, *_extent(each, times)) for each in positive if not each.expected]
    edges = sorted({x for _, *ends in asserted for x in ends})
    for left, right in pairwise(edges):
        over = [each for each, start, end in asserted if start <= left and right <= end]
        if len(over) > 1:
            top, low = height(max(e.high for e in over)), height(min(e.low for e in over))
            parts.append(
                Markup(
                    '<rect class="band" x="{x}" y="{y}" width="{w}" height="{h}" fill="#f0cdb8"/>'
                ).format(x=left, y=top, w=round(right - left, 1), h=round(low - top, 1))
            )
    for each in positive:
        left, right = _extent(each, times)
        parts.append(
            Markup(
                '<a href="#{anchor}" aria-label="{label}"><title>{label}</title>'
                '<rect class="mark less{hollow}" x="{x}" y="{y}" width="{w}" height="{h}"'
                ' stroke="#0b4f8a" fill="{fill}"/></a>'
            ).format(
                anchor=each.anchor, label=each.label, hollow=" hollow" if each.expected else "",
                x=left, y=height(each.high) - 3, w=round(right - left, 1),
                h=round(height(each.low) - height(each.high) + 6, 1),
                fill="#ffffff" if each.expected else "#0b4f8a",
            )
        )  # fmt: skip
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}"'
        ' role="group" aria-label="{title}: figures over the time spoken of" class="timeline"'
        ' font-family="system-ui, DejaVu Sans, sans-serif" font-size="13">{parts}</svg>'
    ).format(w=_WIDTH, h=bottom + _FOOT, title=title, parts=Markup("\n").join(parts))


def _extent(figure: DrawnFigure, times: TimeScale) -> tuple[float, float]:
    """Return where the time of a figure begins and ends, wide enough to be seen."""
    left = times.left if figure.span.first is None else times.place(figure.span.first)
    right = times.right if figure.span.last is None else times.place(figure.span.last)
    return (left, right) if right - left >= 8 else (left - 4, left + 4)


def _ticks(least: float, most: float, *, logarithmic: bool) -> list[float]:
    """Return round values from the least to beyond the most."""
    if logarithmic:
        steps = [least]
        while steps[-1] < most:
            steps.append(steps[-1] * 10)
        return steps
    raw = most / 4
    unit = 10 ** math.floor(math.log10(raw))
    step = next(each * unit for each in (1, 2, 2.5, 5, 10) if each * unit >= raw)
    return [number * step for number in range(math.ceil(most / step) + 1)]
