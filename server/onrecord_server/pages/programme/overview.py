"""A programme in short: what is counted, what was put off in turn, and what came year by year."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from operator import itemgetter

from onrecord.rdf.namespaces import CODE
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import is_true
from onrecord_server.pages.programme.step import (
    LESS_SINCE,
    NO_DATE,
    REACHED,
    Outcome,
    ProgrammeStep,
    day_of_saying,
    is_plan,
    is_so,
    is_sum,
    is_undated,
    time_spoken_of,
)
from onrecord_server.pages.things.figure import figure_as_said, number_words
from onrecord_server.pages.things.gainsaid import Gainsaid

_ALIKE = frozenset(("postponed", "superseded", "contradicted"))
"""What may be said of a plan by the same figure for another time."""
_NO_END = "9999-12-31"
AT_MOST = frozenset(str(CODE[name]) for name in ("lt", "le"))
"""Comparators of a figure that only says what something does not come to, or no more than."""
_HELD = frozenset(str(CODE[name]) for name in ("stock", "capacity", "stated-capacity", "shortfall"))
"""Measures of what there is, or is not, at a time; it does not come together over it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One time for which a figure was planned that was put off, by who said so first."""

    when: str
    address: str
    speakers: str
    said: str
    second_hand: str
    """Who tells it, and from whom, if nobody does on their own word."""
    measured: str
    """What is to be so much, if the stops are not all of one measure."""
    may_be_older: bool
    """Whether no page tells when it was said, so that it may be older than the stop before it."""


@dataclass(frozen=True, slots=True)
class ToldSo:
    """What is said to be so, and what a curator judges of it."""

    rows: list[dict[str, str]]
    """Rows of `programme-last`, of what is planned and of all series that this is set beside."""
    kin: Mapping[str, Iterable[str]]
    """Series that count the same, more or less narrowly, by series."""
    against: Mapping[str, Iterable[Gainsaid]]
    """What is judged to contradict a claim, or to seem to."""


@dataclass(frozen=True, slots=True)
class LastSaid:
    """What was said to be so of the latest time, in all or of that time alone."""

    series: str
    figure: str
    about: str
    address: str
    speakers: str
    said: str
    put_as: str
    of: str
    """The series that it is of, if it is another one of the same line."""
    until: str
    """The last day that it is of, or by which it was said if that is before."""
    is_rate: bool
    is_total: bool
    """Whether it is what came together in all, from a beginning that is not told."""
    is_named: bool
    """Whether it is said by somebody who is known by more than a role."""
    warning: str
    """What has to be known of the claim before it is cited; empty if nothing."""
    gainsaid: tuple[Gainsaid, ...]
    """What is judged to contradict it, or to seem to."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted in one way: how many plans, what came of them, and what is so at last."""

    series: str
    address: str
    name: str
    plans: int
    came_of_it: tuple[tuple[str, int], ...]
    """Number of figures planned by what came of them, each once for each way."""
    last: tuple[LastSaid, ...]
    """What was said to be so of the latest time, and the sum of all times if that is told."""
    unanswered: str
    """The latest time that is planned for, if no figure here is of it or later."""


@dataclass(frozen=True, slots=True)
class OfYear:
    """What is said to have come together in a year, of one kind, and by whom."""

    figure: str
    name: str
    part: str
    """The part of the year that it is of; empty for the whole."""
    said: tuple[tuple[str, str, str, str], ...]
    """Address, speakers and day of each, and how it is put where it is not plainly asserted."""


@dataclass(frozen=True, slots=True)
class Years:
    """What came together year by year, beside what is said of all years."""

    each: tuple[tuple[str, tuple[OfYear, ...]], ...]
    in_all: tuple[OfYear, ...]
    """What is said to have come from the beginning up to the latest day, by all who say so."""
    most: str
    """What the largest figures of the years come to together, if that is less; else empty."""


def counted_in(
    steps: list[tuple[dict[str, str], ProgrammeStep]],
    told: list[dict[str, str]],
    so: ToldSo,
    base: str,
) -> Iterable[Counted]:
    """Yield what is planned, by what is counted, the most first.

    What is `so` is told of the very series, or in another one with whose figures its plans are
    compared, or else in one of its kin.
    """
    of_figure = {row["figure"]: (row, step) for row, step in steps if row["figure"]}
    by_series: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for figure, (row, _) in of_figure.items():
        by_series[row["series_name"], row["series"]][figure] = None
    said_of: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in so.rows:
        said_of[row["series"]].append(row)
    found = []
    for (name, series), figures in by_series.items():
        planned = [each for each in map(of_figure.__getitem__, figures) if is_plan(each[0])]
        plans = [step for _, step in planned]
        kinds = Counter(
            _kind(step, outcome)
            for step in plans
            for outcome in step.outcomes
            if outcome.kind != LESS_SINCE
        )
        if not all(step.outcomes for step in plans):
            kinds["nothing on record"] = sum(not step.outcomes for step in plans)
        if plans:
            came = tuple(sorted(kinds.items(), key=lambda each: (-each[1], each[0])))
            later = [row for row in told if row["figure"] in figures]
            line = {row["later"] for row in later} & of_figure.keys()
            beside = [row for row, _ in map(of_figure.__getitem__, line) if _is_a_word(row)]
            for other in {row["later_series"] for row in later} - {series}:
                beside += said_of[other]
            if not said_of[series] and not beside:
                beside = [row for other in so.kin.get(series, ()) for row in said_of[other]]
            begun = first_day(row for row, _ in planned)
            of_these, others = (
                [row for row in rows if not is_over(row, begun)]
                for rows in (said_of[series], beside)
            )
            last = tuple(last_said(row, series, so, base) for row in last_words(of_these, others))
            found.append(
                Counted(
                    series, address_of(series, base), name, len(plans), came, last,
                    _unanswered(planned, last),
                )
            )  # fmt: skip
    return sorted(found, key=lambda each: (-each.plans, each.name, each.address))


def answers(said: LastSaid, plan: Mapping[str, str]) -> bool:
    """Return whether what is so is of the time of a plan or later; a sum has to be of all of it."""
    start = plan["valid_to"] if is_sum(plan) else plan["valid_from"]
    return said.until >= (start or plan["valid_to"])


def _unanswered(
    planned: list[tuple[dict[str, str], ProgrammeStep]], last: tuple[LastSaid, ...]
) -> str:
    dated = [each for each in planned if each[1].about != NO_DATE]
    if not dated:
        return ""
    row, step = max(dated, key=lambda each: each[0]["valid_to"] or each[0]["valid_from"])
    return "" if any(answers(said, row) for said in last) else step.about


def _kind(step: ProgrammeStep, outcome: Outcome) -> str:
    if outcome.altered:
        return f"{outcome.kind} by an altered claim"
    return "disputed" if step.is_disputed and outcome.kind in REACHED else outcome.kind


def last_words(
    of_these: list[dict[str, str]], beside: list[dict[str, str]]
) -> Iterable[dict[str, str]]:
    """Yield what was said last to be so of a time, and last in all, where each is told.

    Where others said something else as late, of a time that cannot be told from the last one, all
    of it is yielded. What is told `beside`, in other series of the line, counts too, but the last
    word of the very series is always among them, and so is the last that gives a level, where the
    last of all only says what it does not come to.
    """
    for are_totals in (False, True):
        own = [row for row in of_these if _is_total(row) == are_totals]
        others = [row for row in beside if _is_total(row) == are_totals]
        each_once = {row["figure"]: row for row in (*others, *own)}
        told = sorted(each_once.values(), key=_latest, reverse=True)
        as_late = [row for row in told if row is told[0] or _is_as_late(row, told[0])]
        levels = [row for row in told if row["comparator"] not in AT_MOST]
        if levels and all(row["comparator"] in AT_MOST for row in as_late):
            as_late += [row for row in levels if row is levels[0] or _is_as_late(row, levels[0])]
        if own and not any(row["series"] == own[0]["series"] for row in as_late):
            as_late.append(max(own, key=_latest))
        shown: dict[str, dict[str, str]] = {}
        for row in as_late:
            shown.setdefault(figure_as_said(row), _whose_word_it_is(row, told))
        yield from shown.values()


def _whose_word_it_is(row: dict[str, str], told: list[dict[str, str]]) -> dict[str, str]:
    """Return the surest word for what is so, of all who say as much of the same time."""
    alike = itemgetter("series", "valid_from", "valid_to")
    same = [
        each
        for each in told
        if alike(each) == alike(row) and figure_as_said(each) == figure_as_said(row)
    ]
    return max(same, key=lambda each: (not each["warning"], is_true(each["is_named"])))


def _is_as_late(row: Mapping[str, str], last: Mapping[str, str]) -> bool:
    """Return whether a figure may be of the time of the last one, and said as late.

    A rate of a year is of each time in it. One of several years, or of any time before a day, may
    be of its beginning alone; sums are of one time where both ends are the same, and other amounts
    change from day to day.
    """
    if row["per"]:
        is_of_it = row["valid_from"][:4] == _latest(last)[1][:4]
    else:
        ends = itemgetter("valid_from", "valid_to")
        is_of_it = is_sum(row) and ends(row) == ends(last)
    said_by = row["said_to"] or row["said_from"] or _NO_END
    return is_of_it and said_by >= (last["said_from"] or last["said_to"])


def first_day(plans: Iterable[Mapping[str, str]]) -> str:
    """Return the day on which, or by which, the first plan was made; empty if it is not known."""
    return min(filter(None, map(_day_by_which, plans)), default="")


def is_over(row: Mapping[str, str], begun: str) -> bool:
    """Return whether a sum is of a time before the first plan was made, so that it is no part."""
    return is_sum(row) and bool(row["valid_to"]) and row["valid_to"] < begun


def _day_by_which(row: Mapping[str, str]) -> str:
    return row["said_from"] or row["said_to"]


def _is_total(row: Mapping[str, str]) -> bool:
    return is_sum(row) and not row["valid_from"]


def _latest(row: Mapping[str, str]) -> tuple[bool, str, str, str]:
    """Return by what figures are put in the order of the time that they are of."""
    times = row["valid_from"], row["valid_to"]
    of, also = times if row["per"] else reversed(times)
    return bool(row["valid_from"]), of or also, row["said_from"] or row["said_to"], row["figure"]


def _is_a_word(row: Mapping[str, str]) -> bool:
    return is_so(row) and not row["alters"]


def last_said(row: Mapping[str, str], series: str, so: ToldSo, base: str) -> LastSaid:
    """Return what is so in the words of a page, beside figures of one series."""
    return LastSaid(
        row["series"],
        figure_as_said(row),
        time_spoken_of(row),
        address_of(row["claim"], base),
        row["speakers"],
        day_of_saying(row),
        row["put_as"],
        "" if row["series"] == series else row["series_name"],
        min(filter(None, (row["valid_to"], row["said_to"])), default=row["valid_from"]),
        bool(row["per"]),
        _is_total(row),
        is_true(row["is_named"]),
        row["warning"],
        tuple(so.against.get(row["claim"], ())),
    )


def put_off(
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
        measured = {row["measured"] for row in stops}
        if len(stops) > 1:
            yield (
                figure_as_said({**said[0], "comparator": str(CODE.eq)}),
                tuple(
                    _stop(row, base, is_mixed=len(measured) > 1, is_first=row is stops[0])
                    for row in stops
                ),
            )


def _stops(plans: list[dict[str, str]]) -> Iterable[dict[str, str]]:
    """Yield the plans, of one figure in the order of saying, that are for later than any before.

    Of all for one time it is the first whose day is known. One that names no time counts if none
    that names one was said after it.
    """
    of_time: dict[str, dict[str, str]] = {}
    for row in sorted(filter(_for_when, plans), key=is_undated):
        of_time.setdefault(_for_when(row), row)
    since = list(takewhile(lambda row: not _for_when(row), reversed(plans)))
    if since:
        of_time[_NO_END] = since[-1]
    latest = ""
    for until, row in sorted(of_time.items(), key=lambda each: _said(each[1])):
        if until > latest:
            latest = until
            yield row


def _for_when(row: Mapping[str, str]) -> str:
    """Return the day by which, or from which on, a plan is to be true; empty if it names none."""
    is_open = not row["valid_to"] and time_spoken_of(row) != NO_DATE
    return row["valid_from"] if is_open else row["valid_to"]


def _stop(row: Mapping[str, str], base: str, *, is_mixed: bool, is_first: bool) -> Stop:
    about = time_spoken_of(row)
    return Stop(
        f"with {NO_DATE}" if about == NO_DATE else f"for {about}",
        address_of(row["claim"], base),
        row["speakers"],
        day_of_saying(row),
        row["told_by"],
        row["measured"] if is_mixed else "",
        not is_first and is_undated(row),
    )


def _said(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["said_from"] or row["said_to"] or _NO_END, row["claim"], row["figure"]


def _size(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["value"] or row["low"] or row["high"], row["unit"], row["per"]


def year_by_year(rows: list[dict[str, str]], base: str) -> Years | None:
    """Return what is said to be of each year, if of two years or more something came together.

    What there is money for, or is promised or ordered for a year, stands beside what came, by the
    name of its series. None if less is told.
    """
    by_year: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        first, last = row["valid_from"], row["valid_to"]
        is_of_days = bool(first) and first[:4] == last[:4] and first[:7] != last[:7]
        if is_of_days and (is_so(row) or _may_be_hearsay(row)) and _is_number_or_share(row):
            by_year[first[:4]].append(row)
    came = {
        year: [row for row in told if is_so(row) and is_sum(row)] for year, told in by_year.items()
    }
    if sum(map(bool, came.values())) < 2:
        return None
    totals = [row for row in rows if _is_total(row) and _is_a_word(row)]
    newest = [row for row in totals if row["valid_to"] == max(map(itemgetter("valid_to"), totals))]
    as_much = set(map(figure_as_said, newest))
    in_all = [row for row in totals if figure_as_said(row) in as_much]
    years = tuple((year, tuple(_of_year(told, base))) for year, told in sorted(by_year.items()))
    most = sum(max(map(_at_least, filter(_is_a_word, told)), default=0) for told in came.values())
    least = max(map(_at_least, newest), default=Decimal(0))
    return Years(
        years, tuple(_of_year(in_all, base)), number_words(str(most)) if most < least else ""
    )


def _may_be_hearsay(row: Mapping[str, str]) -> bool:
    """Return whether what was to be may be what is said to have been, as the words can be both.

    Of a year that has begun, "was to" with a hedge stands for either in many languages.
    """
    is_goal = row["modality"] == str(CODE.targeted) and row["put_as"].endswith(", hedged")
    return is_goal and row["said_from"] >= row["valid_from"] and not is_true(row["taken_back"])


def _is_number_or_share(row: Mapping[str, str]) -> bool:
    """Return whether a figure is a number of things of its time, or a share of what came.

    What there is at a time, and money, are neither.
    """
    is_counted = not row["unit"] or (row["unit"].lower() == "percent" and is_true(row["flow"]))
    return is_counted and not (row["per"] or is_true(row["money"]) or row["measure"] in _HELD)


def _at_least(row: Mapping[str, str]) -> Decimal:
    return Decimal(row["value"] or row["low"] or row["high"] or 0)


def _of_year(rows: list[dict[str, str]], base: str) -> Iterable[OfYear]:
    """Yield figures of one year, or of all, each once with all who say it."""
    told: dict[tuple[str, str, str], list[tuple[str, str, str, str]]] = defaultdict(list)
    for row in rows:
        first, last = row["valid_from"], row["valid_to"]
        is_whole = (first[5:], last[5:]) == ("01-01", "12-31")
        part = "" if is_whole else time_spoken_of(row)
        who = address_of(row["claim"], base), row["speakers"], day_of_saying(row)
        manner = "judged to be altered" if row["alters"] else row["put_as"]
        told[row["series_name"], figure_as_said(row), part].append(
            (*who, "" if manner == "asserted" else manner)
        )
    for (name, figure, part), said in sorted(told.items()):
        yield OfYear(figure, name, part, tuple(dict.fromkeys(said)))
