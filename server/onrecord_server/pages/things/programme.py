"""Steps of a programme: who promised what by when with what came of it, and what else was said."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from rdflib import URIRef

from onrecord.rdf.namespaces import CODE
from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of, is_true, named_rows
from onrecord_server.pages.things.as_of import AsOf
from onrecord_server.pages.things.figure import figure_as_said
from onrecord_server.pages.timeline.ratio_claim import date_words
from onrecord_server.sparql.endpoint import Endpoint

_PLANS = frozenset(str(CODE[name]) for name in ("projected", "targeted", "promised", "conditional"))
"""Modalities of figures of which it can be told what came of them."""
_REACHED = frozenset(("reached", "at least so by then"))
_PENDING = "not yet reached"
_SHORT = frozenset(("missed", _PENDING))
_LESS_SINCE = "said to be less since"
_ALIKE = frozenset(("postponed", "superseded", "contradicted"))
"""What may be said of a plan by the same figure for another time."""
_NO_END = "9999-12-31"
_SHOWN = 300
"""Claims that the query `programme-steps` returns at most."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan, in one way: what was said of it first, or last where less is so."""

    kind: str
    strength: str
    """How surely it follows; empty for certain."""
    address: str
    speakers: str
    said: str
    words: str
    because: str
    reason: str
    """Why a curator judged so; empty of what a rule concludes."""
    others: int
    """How many more figures tell the same."""


@dataclass(frozen=True, slots=True)
class ProgrammeStep:
    """One figure that was put forward of a programme, or a claim without any."""

    address: str
    text: str
    """Empty for the second and later figures of one claim."""
    speakers: str
    said: str
    put_as: str
    figure: str
    words: str
    about: str
    """Of when the figure is."""
    time_words: str
    condition: str
    taken_back: bool
    is_disputed: bool
    """Whether it is said to be reached, and of as late a time or later to be less."""
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """One time for which a figure was planned that was put off, by who said so first."""

    about: str
    address: str
    speakers: str
    said: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted in one way: how many plans, what came of them, and what is so at last."""

    address: str
    name: str
    plans: int
    came_of_it: tuple[tuple[str, int], ...]
    """Number of figures planned by what came of them, each once for each way."""
    last: ProgrammeStep | None
    """What was said to be so of the latest time."""


@dataclass(frozen=True, slots=True)
class OfYear:
    """What is said to have come together in a year, of one kind, and by whom."""

    figure: str
    name: str
    part: str
    """The part of the year that it is of; empty for the whole."""
    said: tuple[tuple[str, str, str], ...]
    """Address, speakers and day of each."""


@dataclass(frozen=True, slots=True)
class Programme:
    """What was said of one programme, day by day."""

    plans: tuple[ProgrammeStep, ...]
    others: tuple[ProgrammeStep, ...]
    money: tuple[ProgrammeStep, ...]
    """What was said of money, apart from what it buys."""
    voices: int
    """Number of those whose plans they are."""
    moved: tuple[tuple[str, tuple[Stop, ...]], ...]
    """Figures that were put off, each with the times for which it was planned."""
    counted: tuple[Counted, ...]
    years: tuple[tuple[str, tuple[OfYear, ...]], ...]
    """What came together year by year, if it is told of two years or more."""
    cut_off: bool


def read_programme(
    endpoint: Endpoint, release: Release, iri: URIRef, then: AsOf
) -> Programme | None:
    """Return the steps of a topic that is a programme; None for other topics."""
    base = base_of(release)
    about = {"topic": str(iri), **then.parameters}
    rows = named_rows(endpoint, release, "programme-steps", **about)
    if not rows:
        return None
    told = named_rows(endpoint, release, "programme-outcomes", **about)
    by_figure = {figure: list(group) for figure, group in groupby(told, lambda row: row["figure"])}
    steps: list[tuple[dict[str, str], ProgrammeStep]] = []
    before: dict[tuple[bool, bool], str] = {}
    for row in rows:
        place = _is_plan(row), is_true(row["money"])
        found = by_figure.get(row["figure"], []) if _is_plan(row) else []
        steps.append((row, _step(row, found, base, again=row["claim"] == before.get(place))))
        before[place] = row["claim"]
    plans = [step for row, step in steps if _is_plan(row)]
    others = [(row, step) for row, step in steps if not _is_plan(row)]
    return Programme(
        tuple(plans),
        tuple(step for row, step in others if not is_true(row["money"])),
        tuple(step for row, step in others if is_true(row["money"])),
        len({step.speakers for step in plans}),
        tuple(_moved([row for row in rows if _is_plan(row)], told, base)),
        tuple(_counted(steps, base)),
        _years(rows, base),
        len({row["claim"] for row in rows}) >= _SHOWN,
    )


def _is_plan(row: Mapping[str, str]) -> bool:
    return bool(row["figure"]) and row["modality"] in _PLANS


def _is_so(row: Mapping[str, str]) -> bool:
    return row["modality"] == str(CODE.asserted) and not is_true(row["taken_back"])


def _counted(steps: list[tuple[dict[str, str], ProgrammeStep]], base: str) -> Iterable[Counted]:
    """Yield what is planned, by what is counted, the most first."""
    by_series: dict[tuple[str, str], list[tuple[dict[str, str], ProgrammeStep]]] = defaultdict(list)
    for row, step in steps:
        if row["series"]:
            by_series[row["series_name"], row["series"]].append((row, step))
    found = []
    for (name, series), group in by_series.items():
        plans = [step for row, step in group if _is_plan(row)]
        kinds = Counter(
            "disputed" if step.is_disputed and outcome.kind in _REACHED else outcome.kind
            for step in plans
            for outcome in step.outcomes
            if outcome.kind != _LESS_SINCE
        )
        silent = sum(not step.outcomes for step in plans)
        came = (*kinds.most_common(), *([("nothing on record", silent)] if silent else []))
        so = [(row, step) for row, step in group if _is_so(row)]
        last = max(so, key=lambda each: _times(each[0]), default=None)
        if plans:
            found.append(
                Counted(address_of(series, base), name, len(plans), came, last and last[1])
            )
    return sorted(found, key=lambda each: (-each.plans, each.name, each.address))


def _times(row: Mapping[str, str]) -> tuple[str, str, str]:
    """Return by what figures are put in the order of the time that they are of."""
    of = row["valid_to"] or row["valid_from"]
    return of, row["said_from"] or row["said_to"], row["figure"]


def _moved(
    plans: list[dict[str, str]], told: list[dict[str, str]], base: str
) -> Iterable[tuple[str, tuple[Stop, ...]]]:
    """Yield each figure that was put off, with the times for which it was planned in turn.

    A rule finds it put off within one line of figures, a curator beyond that.
    """
    by_claim: dict[str, list[dict[str, str]]] = defaultdict(list)
    rows = {row["figure"]: row for row in plans}
    for row in plans:
        by_claim[row["claim"]].append(row)
    groups = {figure: {figure} for figure in rows}
    for row in told:
        if row["figure"] not in rows or row["kind"] not in _ALIKE:
            continue
        one = rows[row["figure"]]
        others = [rows[row["later"]]] if row["later"] in rows else by_claim[row["claim"]]
        for other in others:
            if _size(one) == _size(other) and one["valid_to"] != other["valid_to"]:
                both = groups[one["figure"]] | groups[other["figure"]]
                groups.update(dict.fromkeys(both, both))
    for group in {min(group): group for group in groups.values() if len(group) > 1}.values():
        said = sorted((rows[figure] for figure in group), key=_said)
        stops = list(_stops(said))
        if len(stops) > 1:
            yield (
                figure_as_said({**said[0], "comparator": str(CODE.eq)}),
                tuple(_stop(row, base) for row in stops),
            )


def _stops(plans: list[dict[str, str]]) -> Iterable[dict[str, str]]:
    """Yield the plans, of one figure in the order of saying, that are for later than any before."""
    latest = ""
    for row in plans:
        until = row["valid_to"]
        is_last = row is plans[-1]
        if (until or (_NO_END if is_last else "")) > latest:
            latest = until or _NO_END
            yield row


def _stop(row: Mapping[str, str], base: str) -> Stop:
    return Stop(
        date_words(row["valid_for"], row["valid_from"], row["valid_to"]).removesuffix(", no day"),
        address_of(row["claim"], base),
        row["speakers"],
        date_words(row["said_on"], row["said_from"], row["said_to"]),
    )


def _said(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["said_from"] or row["said_to"] or _NO_END, row["claim"], row["figure"]


def _size(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["value"] or row["low"] or row["high"], row["unit"], row["per"]


def _years(rows: list[dict[str, str]], base: str) -> tuple[tuple[str, tuple[OfYear, ...]], ...]:
    """Return what is said to have come together in each year, if in two years or more."""
    by_year: dict[str, dict[tuple[str, str, str], list[tuple[str, str, str]]]] = {}
    for row in rows:
        first, last = row["valid_from"], row["valid_to"]
        is_of_days = bool(first) and first[:4] == last[:4] and first[:7] != last[:7]
        if not (is_true(row["sum"]) and _is_so(row) and is_of_days):
            continue
        is_whole = (first[5:], last[5:]) == ("01-01", "12-31")
        part = "" if is_whole else date_words(row["valid_for"], first, last)
        key = row["series_name"], figure_as_said(row), part
        who = address_of(row["claim"], base), row["speakers"], _day_of_saying(row)
        by_year.setdefault(first[:4], {}).setdefault(key, []).append(who)
    if len(by_year) < 2:
        return ()
    return tuple(
        (
            year,
            tuple(
                OfYear(figure, name, part, tuple(dict.fromkeys(who)))
                for (name, figure, part), who in sorted(told.items())
            ),
        )
        for year, told in sorted(by_year.items())
    )


def _day_of_saying(row: Mapping[str, str]) -> str:
    return date_words(row["said_on"], row["said_from"], row["said_to"])


def _step(
    row: Mapping[str, str], told: list[dict[str, str]], base: str, *, again: bool
) -> ProgrammeStep:
    return ProgrammeStep(
        address=address_of(row["claim"], base),
        text="" if again else row["text"],
        speakers=row["speakers"],
        said=_day_of_saying(row),
        put_as=row["put_as"],
        figure=figure_as_said(row) if row["figure"] else "",
        words=row["words"],
        about=date_words(row["valid_for"], row["valid_from"], row["valid_to"]),
        time_words=row["time_words"],
        condition=row["condition"],
        taken_back=is_true(row["taken_back"]),
        is_disputed=bool(_less_since(told)),
        outcomes=_outcomes(told, base),
    )


def _less_since(told: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return what says less, of a time as late as that at which as much is said to be so."""
    sure = [row for row in told if row["strength"] != "may be"]
    reached = [row["later_from"] for row in sure if row["kind"] in _REACHED]
    if not reached:
        return []
    return [row for row in sure if row["kind"] in _SHORT and row["later_from"] >= min(reached)]


def _outcomes(rows: list[dict[str, str]], base: str) -> tuple[Outcome, ...]:
    """Return each way in which something came of a plan, with what tells it first.

    That it was not yet reached is told only where nothing else is, by what was said last, or where
    it was said to be reached before.
    """
    by_kind: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    if len(by_kind) > 1:
        by_kind.pop(_PENDING, None)
    since = [row for row in _less_since(rows) if row["kind"] == _PENDING]
    if since:
        by_kind[_LESS_SINCE] = since
    return tuple(_outcome(kind, told, base) for kind, told in by_kind.items())


def _outcome(kind: str, told: list[dict[str, str]], base: str) -> Outcome:
    row = told[-1 if kind in (_PENDING, _LESS_SINCE) else 0]
    is_judged = is_true(row["judged"])
    return Outcome(
        kind=kind,
        strength="" if row["strength"] == "for certain" else row["strength"],
        address=address_of(row["claim"], base),
        speakers=row["speakers"],
        said=_day_of_saying(row),
        words=row["words"],
        because=row["because"],
        reason=row["because"] if is_judged else "",
        others=len({each["claim"] for each in told}) - 1,
    )
