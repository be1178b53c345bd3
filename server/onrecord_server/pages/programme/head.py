"""A programme in short: its first plan, its last one, and what is said to be so since."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from onrecord.rdf.namespaces import CODE
from onrecord_server.pages.page_queries import is_true
from onrecord_server.pages.programme.overview import (
    AT_MOST,
    Counted,
    LastSaid,
    ToldSo,
    answers,
    first_day,
    is_over,
    last_said,
    last_words,
)
from onrecord_server.pages.programme.step import (
    NO_DATE,
    REACHED,
    ProgrammeStep,
    is_of_another,
    is_plan,
    is_so,
    is_undated,
)

RowAndStep = tuple[dict[str, str], ProgrammeStep]
"""A row of `programme-steps` with what the page has of it."""

_RATIOS = frozenset(("times", "percent"))
"""Units whose figures are of one thing only within one series."""
_NEARLY = str(CODE.nearly)
_NO_END = "9999-12-31"
_DAYS = 99999999
"""What a day is counted down from in rows of `programme-ends`, so that the last is the least."""
_MOST_OF_OTHERS = 3
"""Figures of other kinds that are told of the time for which there is none."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a reader is to know of a programme before anything else."""

    first: ProgrammeStep
    """The first plan, of those with a date if there are any."""
    is_first_with_date: bool
    """Whether a plan without a date may be older than the first one."""
    perhaps_first: ProgrammeStep | None
    """A plan with a date that may be older than the first one, as its day is not known."""
    before: ProgrammeStep | None
    """The first plan without a date, if it is older."""
    last: ProgrammeStep | None
    """The plan that was said last; None if it is the first one."""
    expected: ProgrammeStep | None
    """What an outsider expected after the plan that was said last."""
    perhaps: ProgrammeStep | None
    """What was planned for later, or more, by a word that may be later or older than the last."""
    unanswered: str
    """The latest time that is planned for, if no figure on record is of it or later."""
    of_others: tuple[LastSaid, ...]
    """What was said to be so of that time of other kinds, or of any time if nothing is of these."""
    so: tuple[LastSaid, ...]
    """What was said to be so of the latest time, by several if they say otherwise."""
    named: tuple[LastSaid, ...]
    """What was said so last by those who are named, if nobody is who said it last."""
    never: ProgrammeStep | None
    """The lesser of both plans, of those as much as which nobody on record says to be so."""
    most: LastSaid | None
    """The most that was said to be so, if a plan never was."""
    told_as_so_by: str
    """Outlets that tell a plan of as much as so, which was only planned."""
    measured: str
    """What all of these figures count, and of whom."""


class _Kind(NamedTuple):
    unit: str
    is_rate: bool
    measure: str
    bearer: str
    series: str
    """Empty where figures of several series can stand beside one another."""


class _Plans(NamedTuple):
    kind: _Kind
    """What most of them count."""
    alike: list[RowAndStep]
    """Those of that kind."""
    standing: list[RowAndStep]
    """Of these what is not altered, taken back or on a condition, if anything is not."""
    own: list[RowAndStep]
    """Of these what those plan whose figure it is, if they do."""
    of_outsiders: list[RowAndStep]
    dated: list[RowAndStep]
    """Of their own those with a date, if any has one."""
    first: RowAndStep
    last: RowAndStep


class PlansForHead(NamedTuple):
    """What most plans of a programme count, and the claims that the head is of."""

    kind: _Kind
    claims: tuple[str, ...]
    """Those of the plans that the sentences name, and of what may be older than the first."""


def plans_for_head(ends: list[dict[str, str]]) -> PlansForHead:
    """Return the claims that the head is of, by the rows of `programme-ends`.

    They are chosen as `head_of` does among all steps. Of plans said in a guessed year, or nobody
    knows when, it is the one for the latest time that may have been said after the last plan, and
    the one that may be the oldest.
    """
    kinds: Counter[_Kind] = Counter()
    for row in ends:
        kinds[_kind_of_end(row)] += int(row["plans"])
    most = max(kinds, key=lambda kind: (kinds[kind], kind))
    alike = [row for row in ends if _kind_of_end(row) == most]
    standing = [row for row in alike if is_true(row["stands"])] or alike
    theirs = [row for row in standing if not is_true(row["of_another"])] or standing
    own = [row for row in theirs if not is_true(row["of_outsider"])] or theirs
    dated = [row for row in own if is_true(row["dated"])] or own
    undated = [row for row in standing if not is_true(row["dated"])]
    last = min(own, key=lambda row: (not is_true(row["day_known"]), row["last"]))["last"]
    said = str(_DAYS - int(last.partition(" ")[0]))
    outside = [row for row in theirs if is_true(row["of_outsider"])]
    found = [
        min((not is_true(row["day_known"]), row["first"]) for row in dated)[1],
        *sorted(row["oldest"] for row in dated if not is_true(row["day_known"]))[:1],
        *sorted(row["last"] for row in outside if is_true(row["day_known"]))[:1],
        *sorted(row["first"] for row in undated if is_true(row["day_known"]))[:1],
        *sorted(row["oldest"] for row in undated)[:1],
        last,
        min(row["latest"] for row in dated),
        *sorted(row["latest"] for row in own if row["said_by"].replace("-", "") >= said)[:1],
    ]
    return PlansForHead(most, tuple(dict.fromkeys(each.rpartition(" ")[2] for each in found)))


def head_of(
    steps: list[RowAndStep],
    counted: list[Counted],
    told_so: ToldSo,
    of_all: PlansForHead | None,
    base: str,
) -> Head:
    """Return the head of a programme, whose steps are in the order of saying.

    It is of what most plans count: of one measure and one bearer, in one unit, so that what can be
    made is no plan of what is made. What another is to do, what an outsider expects, what hangs on
    a condition, what is judged to be altered and what was taken back is no plan of it, unless there
    is no other. What most count is told by `of_all`, if the steps are not all there are; of a part
    it is not said that a plan never came true.
    """
    plans = _plans_of(steps, of_all)
    most, first, last = plans.kind, plans.first, plans.last
    latest_row, latest = max(
        plans.dated, key=lambda each: each[0]["valid_to"] or each[0]["valid_from"]
    )
    planned_series = {row["series"] for row, _ in plans.alike}
    series = planned_series | {row["series"] for row, _ in steps if _kind(row) == most}
    names = {row["series"]: row["series_name"] for row, _ in steps}

    def beside(said: LastSaid, name: str = "") -> LastSaid:
        """Return what is said with its series, if that is not the one of the first plan."""
        is_same = said.series == first[0]["series"]
        return replace(said, of="" if is_same else said.of or name or names.get(said.series, ""))

    said = [
        beside(last, each.name)
        for each in counted
        if each.series in planned_series
        for last in each.last
        if last.is_rate == most.is_rate and last.series in series
    ]
    begun = first_day(row for row, _ in plans.alike)
    told = [row for row, _ in steps if _kind(row) == most and is_so(row) and not row["alters"]]
    told += [
        row for row in told_so.rows if row["series"] in series and bool(row["per"]) == most.is_rate
    ]
    told = [row for row in told if not is_over(row, begun)]
    newest = max(map(_place, said), default=None)
    so = [
        *(
            beside(last_said(row, row["series"], told_so, base), row["series_name"])
            for row in last_words([], told)
        ),
        *(each for each in said if _place(each) == newest),
    ]
    told = [row for row in told if _is_asserted(row)]
    is_open = latest.about != NO_DATE and not any(answers(each, latest_row) for each in said)
    never, greatest = (None, None) if of_all else _never((first, last), told)
    return Head(
        first=first[1],
        is_first_with_date=_may_be_older(first, plans.standing),
        perhaps_first=_perhaps_first(plans.dated, first),
        before=_before(first[0], plans.standing),
        last=None if last[0]["figure"] == first[0]["figure"] else last[1],
        expected=_expected(plans.of_outsiders, last[0]),
        perhaps=_perhaps(plans.own, last[0]),
        unanswered=latest.about if is_open else "",
        of_others=(
            tuple(_of_others(counted, said, latest_row if so else None))
            if is_open or not so
            else ()
        ),
        so=tuple(dict.fromkeys(each for each in so if not each.is_total) or dict.fromkeys(so)),
        named=() if any(each.is_named for each in so) else tuple(
            beside(last_said(row, row["series"], told_so, base))
            for row in last_words([], [row for row in told if is_true(row["is_named"])])
        ),
        never=never[1] if never else None,
        most=beside(last_said(greatest, greatest["series"], told_so, base)) if greatest else None,
        told_as_so_by=_told_as_so_by(plans.alike, never[0]) if never else "",
        measured=first[0]["measured"],
    )  # fmt: skip


def _plans_of(steps: list[RowAndStep], of_all: PlansForHead | None) -> _Plans:
    """Return the plans that a head is of, with the first of a known day and the last of them."""
    planned = [each for each in steps if is_plan(each[0])]
    kinds = Counter(map(_kind, (row for row, _ in planned)))
    most = of_all.kind if of_all else max(kinds, key=lambda kind: (kinds[kind], kind))
    alike = [each for each in planned if _kind(each[0]) == most]
    standing = [each for each in alike if _stands(each[0])] or alike
    theirs = [each for each in standing if not is_of_another(each[0])] or standing
    own = [each for each in theirs if _is_of_its_bearer(each[0])] or theirs
    dated = [each for each in own if each[1].about != NO_DATE] or own
    return _Plans(
        most,
        alike,
        standing,
        own,
        [each for each in theirs if each not in own],
        dated,
        next((each for each in dated if not is_undated(each[0])), dated[0]),
        max(own, key=lambda each: _place_of_saying(each[0])),
    )


def _kind(row: Mapping[str, str]) -> _Kind:
    is_ratio = row["unit"].lower() in _RATIOS
    return _Kind(
        row["unit"], bool(row["per"]), row["measure"], row["bearer"],
        row["series"] if is_ratio else "",
    )  # fmt: skip


def _kind_of_end(row: dict[str, str]) -> _Kind:
    return _Kind(row["unit"], is_true(row["rate"]), row["measure"], row["bearer"], row["series"])


def _place(said: LastSaid) -> tuple[bool, str]:
    """Return by what figures that are so are put in the order of their times, sums of all first."""
    return not said.is_total, said.until


def _stands(row: Mapping[str, str]) -> bool:
    is_conditional = row["modality"] == str(CODE.conditional)
    return not (row["alters"] or is_true(row["taken_back"]) or is_conditional)


def _is_of_its_bearer(row: Mapping[str, str]) -> bool:
    """Return whether it is a plan of whose figure it is, and not what an outsider expects."""
    return row["modality"] != str(CODE.projected) or is_true(row["is_insider"])


def _is_asserted(row: Mapping[str, str]) -> bool:
    return row["modality"] == str(CODE.asserted)


def _place_of_saying(row: Mapping[str, str]) -> tuple[bool, str, str]:
    return not is_undated(row), row["said_from"] or row["said_to"], row["valid_to"]


def _amount(row: Mapping[str, str]) -> Decimal:
    return Decimal(row["value"] or row["low"] or row["high"] or 0)


def _may_be_older(first: RowAndStep, plans: list[RowAndStep]) -> bool:
    """Return whether a plan that names no date may have been said before the first with one."""
    row, step = first
    return step.about != NO_DATE and any(
        other.about == NO_DATE and each["said_from"] < row["said_to"] for each, other in plans
    )


def _perhaps_first(plans: list[RowAndStep], first: RowAndStep) -> ProgrammeStep | None:
    """Return the plan that may be the oldest, if its day is not known and it may be before one.

    What may as well have been said in a later year than that one is none.
    """
    older = [
        (row, step)
        for row, step in plans
        if is_undated(row)
        and step is not first[1]
        and row["said_from"] < (first[0]["said_to"] or _NO_END)
        and (row["said_to"] or _NO_END)[:4] <= first[0]["said_from"][:4]
    ]
    return min(older, key=lambda each: each[0]["said_from"])[1] if older else None


def _expected(plans: list[RowAndStep], last: Mapping[str, str]) -> ProgrammeStep | None:
    """Return what outsiders expected last, if that was after the plan that was said last."""
    since = [each for each in plans if _place_of_saying(each[0])[:2] > _place_of_saying(last)[:2]]
    return max(since, key=lambda each: _place_of_saying(each[0]))[1] if since else None


def _told_as_so_by(plans: list[RowAndStep], least: Mapping[str, str]) -> str:
    """Return who tells as so what was planned, of as much as some plan or more."""
    names = (row["told_as_so_by"] for row, _ in plans if _amount(row) >= _amount(least))
    return ", ".join(sorted(set(filter(None, names))))


def _before(first: Mapping[str, str], plans: list[RowAndStep]) -> ProgrammeStep | None:
    """Return the first plan that names no date, if it was said before the first with one."""
    older = (
        step
        for row, step in plans
        if step.about == NO_DATE
        and not is_undated(row)
        and row["said_to"]
        and row["said_to"] < first["said_from"]
    )
    return next(older, None)


def _perhaps(plans: list[RowAndStep], last: Mapping[str, str]) -> ProgrammeStep | None:
    """Return what may have been planned after the last plan, for a later time or of more then.

    Only the span of days is known in which it was said, or it is not known when.
    """
    until = last["valid_to"], _amount(last)
    later = [
        (row, step)
        for row, step in plans
        if (row["said_to"] or _NO_END) >= (last["said_from"] or last["said_to"])
        and row["valid_to"]
        and (row["valid_to"], _amount(row)) > until
        and until[0]
    ]
    return (
        max(later, key=lambda each: (each[0]["valid_to"], _amount(each[0])))[1] if later else None
    )


def _never(
    plans: Iterable[RowAndStep], told: list[dict[str, str]]
) -> tuple[RowAndStep | None, dict[str, str] | None]:
    """Return the least plan of some as much as which nobody says is so, and the most that is."""
    so = [row for row in told if row["comparator"] not in AT_MOST]
    if not so:
        return None, None
    greatest = max(so, key=lambda row: (_amount(row), not row["warning"], _place_of_saying(row)))
    reached = max((_amount(row) for row in so if row["comparator"] != _NEARLY), default=Decimal(0))
    unmet = [
        (row, step)
        for row, step in plans
        if _amount(row) > reached and not any(each.kind in REACHED for each in step.outcomes)
    ]
    if not unmet:
        return None, None
    return min(unmet, key=lambda each: _amount(each[0])), greatest


def _of_others(
    counted: Iterable[Counted], said: list[LastSaid], plan: Mapping[str, str] | None
) -> Iterable[LastSaid]:
    """Yield what is so of the time of a plan or later, of other kinds, the newest first.

    Without a plan, it is of any time.
    """
    known = {each.address for each in said}
    found = [
        replace(last, of=last.of or each.name)
        for each in counted
        for last in each.last
        if last.address not in known and (plan is None or answers(last, plan))
    ]
    newest = sorted(dict.fromkeys(found), key=lambda each: (each.until, each.address), reverse=True)
    yield from newest[:_MOST_OF_OTHERS]
