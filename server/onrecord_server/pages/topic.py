"""Page of a topic: its comparisons over time as a chart and a table, and its other claims."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from flask import render_template, request
from markupsafe import Markup
from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from onrecord.rdf.namespaces import REC
from onrecord.rdf.oxigraph import ResultRow
from onrecord.releases.release import Release
from onrecord_server.errors import RefusalError
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of, is_true, named_rows, select
from onrecord_server.pages.programme.programme import read_programme
from onrecord_server.pages.things.as_of import as_of, day_asked_for
from onrecord_server.pages.things.claim_list import (
    ListStart,
    following,
    from_start,
    newest_first,
    start_of_list,
)
from onrecord_server.pages.things.departures import AS_SAID, Departures, departures
from onrecord_server.pages.things.gainsaid import Gainsaid, gainsaid
from onrecord_server.pages.things.tellers import tellers
from onrecord_server.pages.timeline.chart import AXES, chart, commonest_voice, rows_by_year
from onrecord_server.pages.timeline.ratio_claim import RatioClaim, Side, date_words, read_ratios
from onrecord_server.pages.timeline.summary import summary
from onrecord_server.sparql.endpoint import Endpoint


class Filter(NamedTuple):
    """Choice of a form: by one property of the claims."""

    name: str
    label: str
    everything: str
    """What is chosen if nothing is."""
    chosen: str
    options: tuple[tuple[str, str], ...]
    """Value and text, the most frequent first."""


class TopicClaim(NamedTuple):
    """Claim of a topic that has no mark."""

    address: str
    text: str
    speakers: str
    said_on: str
    put_as: str
    withdrawn: bool
    otherwise: str
    """Outlets that report it otherwise than it was said."""
    second_hand: str
    """Who tells it, and from whom, if nobody does on their own word; else empty."""
    gainsaid: list[Gainsaid]
    """What a curator judges to contradict it, or to seem to."""


class _Told(NamedTuple):
    """Who tells claims not as they were said or not on their own word, and what gainsays them."""

    otherwise: Mapping[str, Departures]
    second_hand: Mapping[str, str]
    gainsaid: Mapping[str, list[Gainsaid]]


class Denials(NamedTuple):
    """What is denied on a topic, told before what is said."""

    claims: list[TopicClaim]
    by: list[str]
    last_day: str
    """When it was denied last, as far as days are known; empty if none is."""
    since: int
    """Number of claims that were made after that for certain."""
    undated: list[str]
    """Who denied it at a time of which no last day is known."""


_COMPARED_AFTER = "compared_after"
_AFTER = "after"
"""Arguments by which the timeline, and the list of other claims, go on after a claim."""

_FILTERS: tuple[tuple[str, str, str, Callable[[RatioClaim], tuple[str, str]]], ...] = (
    ("by", "By", "everybody", lambda claim: (claim.speakers, claim.speakers)),
    ("against", "Against", "anybody",
     lambda claim: (claim.other.rpartition("/")[2], claim.other_name)),
    ("product", "Counted", "everything", lambda claim: (claim.product, claim.product)),
    ("measure", "Measure", "all", lambda claim: (claim.measure, claim.measure)),
    ("kind", "Put as", "all", lambda claim: (claim.put_as, claim.put_as)),
    ("year", "Said in", "all years", lambda claim: (_year(claim), _year(claim))),
)  # fmt: skip
"""Name, label, word for all, and what each claim has, of the filters."""

_DENIED = "denied"

_READ = 1000
"""Claims that compare, of which the query `topic-figures` returns one more at most: the sentence
and the filters are of so many."""
_DRAWN = 100
"""Claims whose comparisons the chart and the table have."""
_APART = 20
"""Claims that compare others than the timeline, of which the page has so many."""
_LISTED = 100
"""Claims of which the query `topic-claims` returns one more at most."""


class Compared(NamedTuple):
    """Comparisons of a topic, of the newest claims after one."""

    side: Side | None
    every: list[RatioClaim]
    apart: list[TopicClaim]
    """The newest claims that compare others than the side."""
    apart_in_all: int
    last: str
    """The last claim, if there are more after it; else empty."""


def _year(claim: RatioClaim) -> str:
    """Return the year in which a claim was made, for certain; empty if it may be another."""
    first, last = claim.said
    return str(first.year) if first and last and first.year == last.year else ""


def topic_page(endpoint: Endpoint, release: Release, iri: URIRef, title: str, graph: Graph) -> str:
    """Return the page of a topic, of which `graph` is the document.

    Raises RefusalError 400, with the form as it was sent, for a choice that there is not.
    """
    base = base_of(release)
    path = str(iri).removeprefix(base)
    then = as_of(endpoint, release, iri)
    start = start_of_list(endpoint, release, _COMPARED_AFTER)
    compared = _compared(endpoint, release, iri, then.day, start)
    side = compared.side
    shown, filters, wrong = _chosen(compared.every)
    if wrong:
        sent = render_template(
            "topic.html", title=title, iri=iri, path=path, side=side, filters=filters, axes=AXES,
            axis=request.args.get("axis", ""), refused=wrong, query=_query(), release=release,
            then=then,
        )  # fmt: skip
        raise RefusalError(400, wrong, page=sent)
    drawn, last = _newest(shown)
    last = last or compared.last
    # The store takes seconds to find that a topic of many claims is none.
    is_programme = (iri, RDF.type, REC.Programme) in graph
    programme = read_programme(endpoint, release, iri, then) if is_programme else None
    others_start = start_of_list(endpoint, release, _AFTER)
    # A programme has them among its steps.
    rows = [] if programme else named_rows(
        endpoint, release, "topic-claims", topic=str(iri), **then.parameters,
        **others_start.parameters,
    )  # fmt: skip
    listed = rows[:_LISTED]
    told = _told(endpoint, release, [row["claim"] for row in listed], then.day)
    # Who denied last cannot be told of a part of the claims, nor where others are in a timeline.
    is_part = bool(len(rows) > _LISTED or others_start.path or side)
    definition, neighbours = _neighbours(endpoint, release, iri)
    return render_template(
        "topic.html",
        title=title,
        iri=iri,
        path=path,
        side=side,
        summary=summary(shown),
        drawn=summary(drawn) if len(drawn) < len(shown) else None,
        chart=_chart(drawn, side, title, "") if side else None,
        asked=_asked(drawn),
        years=rows_by_year(drawn),
        read=_READ if compared.last else 0,
        earlier=following(_COMPARED_AFTER, last, release) if last else "",
        newest=from_start(_COMPARED_AFTER) if start.path else "",
        filters=filters,
        axes=AXES,
        axis=_axis(),
        apart=compared.apart,
        apart_in_all=compared.apart_in_all,
        others=[
            _topic_claim(row, told, base) for row in listed if is_part or row["put_as"] != _DENIED
        ],
        denials=None if is_part else _denials(listed, told, base),
        others_earlier=(
            following(_AFTER, rows[_LISTED - 1]["claim"], release) if len(rows) > _LISTED else ""
        ),
        others_newest=from_start(_AFTER) if others_start.path else "",
        programme=programme,
        definition=definition,
        neighbours=neighbours,
        then=then,
        query=_query(),
        release=release,
    )


def _told(endpoint: Endpoint, release: Release, claims: Iterable[str], day: str) -> _Told:
    asked = list(claims)
    return _Told(
        departures(endpoint, release, asked),
        tellers(endpoint, release, asked),
        gainsaid(endpoint, release, asked, day),
    )


def _topic_claim(row: Mapping[str, str], told: _Told, base: str) -> TopicClaim:
    return TopicClaim(
        address_of(row["claim"], base),
        row["text"],
        row["speakers"],
        date_words(row["said_on"], row["said_from"], row["said_to"]),
        row["put_as"],
        is_true(row.get("withdrawn", "")),
        told.otherwise.get(row["claim"], AS_SAID).outlets,
        told.second_hand.get(row["claim"], ""),
        told.gainsaid.get(row["claim"], []),
    )


def _denials(rows: list[dict[str, str]], told: _Told, base: str) -> Denials | None:
    """Return what is denied among all claims of a topic; None if nothing is."""
    standing = [row for row in rows if not is_true(row["withdrawn"])]
    denied = [row for row in standing if row["put_as"] == _DENIED]
    if not denied:
        return None
    dated = [row for row in denied if row["said_to"]]
    last = max(dated, key=lambda row: (row["said_to"], row["said_from"]), default=None)
    return Denials(
        [_topic_claim(row, told, base) for row in denied],
        list(dict.fromkeys(row["speakers"] for row in reversed(denied))),
        date_words(last["said_on"], last["said_from"], last["said_to"]) if last else "",
        sum(row["said_from"] > last["said_to"] for row in standing) if last else 0,
        list(dict.fromkeys(row["speakers"] for row in denied if not row["said_to"])),
    )


def _newest(shown: list[RatioClaim]) -> tuple[list[RatioClaim], str]:
    """Return the comparisons of the newest claims, and the last of these if there are more."""
    claims = newest_first(
        {"claim": each.claim, "said_from": str(each.said.first or "")} for each in shown
    )
    if len(claims) <= _DRAWN:
        return shown, ""
    kept = frozenset(claims[:_DRAWN])
    return [each for each in shown if each.claim in kept], claims[_DRAWN - 1]


def _neighbours(
    endpoint: Endpoint, release: Release, iri: URIRef
) -> tuple[str, list[tuple[str, list[tuple[str, str, str]]]]]:
    """Return what a topic is, and the topics about it: their kind, and address, name and definition
    of each."""
    rows = list(map(_texts, select(endpoint, release, "topic-neighbours", thing=str(iri))))
    base = base_of(release)
    about = [row for row in rows if row[1] != str(iri)]
    own = [definition for _, topic, _, definition in rows if topic == str(iri)]
    return own[0] if own else "", [
        (kind, [(address_of(topic, base), label, text) for _, topic, label, text in group])
        for kind, group in groupby(about, key=lambda row: row[0])
    ]


def _texts(row: ResultRow) -> list[str]:
    return [getattr(term, "value", "") for term in row]


def topic_drawing(endpoint: Endpoint, release: Release, iri: URIRef, title: str) -> Markup:
    """Return the chart of a topic's page alone.

    Raises RefusalError 404 if it has none, 400 for a choice that there is not.
    """
    day = day_asked_for(str(iri).removeprefix(base_of(release)))
    start = start_of_list(endpoint, release, _COMPARED_AFTER)
    side, every, *_ = _compared(endpoint, release, iri, day, start)
    shown, _, wrong = _chosen(every)
    if wrong:
        raise RefusalError(400, wrong)
    chart = side and _chart(_newest(shown)[0], side, title, f"{iri}")
    if not chart:
        raise RefusalError(404, f"no claim on {iri} compares two sides at a known time")
    return chart


def _compared(
    endpoint: Endpoint, release: Release, iri: URIRef, day: str, start: ListStart
) -> Compared:
    base = base_of(release)
    rows = named_rows(
        endpoint, release, "topic-figures", topic=str(iri), as_of=day, **start.parameters
    )
    claims = newest_first(rows)
    read = frozenset(claims[:_READ])
    rows = [row for row in rows if row["claim"] in read]
    side, every = read_ratios(rows, base)
    of_side = {each.claim for each in every}
    apart = [claim for claim in claims if claim in read and claim not in of_side]
    shown = {row["claim"]: row for row in rows if row["claim"] in apart[:_APART]}
    told = _told(endpoint, release, shown, day)
    return Compared(
        side,
        every,
        [_topic_claim(row, told, base) for row in shown.values()],
        len(apart),
        claims[_READ - 1] if len(claims) > _READ else "",
    )


def _axis() -> str:
    return request.args.get("axis", "said")


def _query() -> str:
    """Return the choices as the query of an address, with its question mark; empty if none."""
    chosen = {name: value for name, value in request.args.items() if value}
    return f"?{urlencode(chosen)}" if chosen else ""


def _chosen(every: list[RatioClaim]) -> tuple[list[RatioClaim], list[Filter], str]:
    """Return the claims that all choices leave, the choices that there are, and a wrong one.

    The last is a sentence, empty if nothing is wrong.
    """
    shown = every
    filters = []
    wrong = "" if _axis() in AXES else f"axis: {_axis()!r} is none of {', '.join(AXES)}"
    for name, label, everything, of in _FILTERS:
        options: dict[str, list[str]] = {}
        for claim in every:
            value, text = of(claim)
            options.setdefault(value, []).append(text)
        options.pop("", None)
        ordered = sorted(options.items(), key=lambda each: (-len(each[1]), each[1][0]))
        chosen = request.args.get(name, "")
        if chosen and chosen not in options:
            near = get_close_matches(chosen, options, 8, cutoff=0.4)
            known = ", ".join(map(repr, near or [value for value, _ in ordered[:8]])) or "none"
            begin = "the nearest are" if near else "there are"
            wrong = f"{name}: no comparison here has {chosen!r}; {begin} {known}"
        if chosen:
            shown = [claim for claim in shown if of(claim)[0] == chosen]
        filters.append(
            Filter(
                name, label, everything, chosen,
                tuple((value, f"{texts[0]} ({len(texts)})") for value, texts in ordered),
            )
        )  # fmt: skip
    return shown, filters, wrong


def _chart(shown: list[RatioClaim], side: Side, title: str, prefix: str) -> Markup | None:
    return chart(shown, side, title, prefix, axis=_axis(), asked=_asked(shown))


def _asked(shown: list[RatioClaim]) -> str:
    """Return whose marks are round: the speaker who is asked for, or who said most."""
    return request.args.get("by", "") or commonest_voice(shown)
