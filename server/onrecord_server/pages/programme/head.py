"""A programme in three sentences: its first plan, its last one, and what is said to be so since."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import NamedTuple

from onrecord.rdf.namespaces import CODE
from onrecord_server.pages.page_queries import is_true
from onrecord_server.pages.programme.overview import Counted, LastSaid, answers
from onrecord_server.pages.programme.step import (
    NO_DATE,
    ProgrammeStep,
    is_of_another,
    is_plan,
)


@dataclass(frozen=True, slots=True)
class Head:
    """What a reader is to know of a programme before anything else."""

    first: ProgrammeStep
    last: ProgrammeStep | None
    """The plan that was said last; None if it is the first one."""
    unanswered: str
    """The latest time that is planned for, if no figure on record is of it or later."""
    so: tuple[LastSaid, ...]
    """What was said to be so of the latest time, by several if they say otherwise."""
    measured: str
    """What all of these figures count, and of whom."""


_RATIOS = frozenset(("times", "percent"))
"""Units whose figures are of one thing only within one series."""


class _Kind(NamedTuple):
    unit: str
    is_rate: bool
    measure: str
    bearer: str
    series: str
    """Empty where figures of several series can stand beside one another."""


class PlansForHead(NamedTuple):
    """What most plans of a programme count, and the claims that the head is of."""

    kind: _Kind
    claims: tuple[str, ...]
    """Those of the first plan, of the last one, and of the one for the latest time."""


def plans_for_head(ends: list[dict[str, str]]) -> PlansForHead:
    """Return the claims that the head is of, by the rows of `programme-ends`."""
    kinds: Counter[_Kind] = Counter()
    for row in ends:
        kinds[_kind_of_end(row)] += int(row["plans"])
    most = max(kinds, key=lambda kind: (kinds[kind], kind))
    alike = [row for row in ends if _kind_of_end(row) == most]
    own = [row for row in alike if is_true(row["own"])] or alike
    dated = [row for row in own if is_true(row["dated"])] or own
    found = (
        min(row["first"] for row in dated),
        max(row["last"] for row in own),
        max(row["latest"] for row in dated),
    )
    return PlansForHead(most, tuple(dict.fromkeys(each.rpartition(" ")[2] for each in found)))


def head_of(
    steps: list[tuple[dict[str, str], ProgrammeStep]],
    counted: list[Counted],
    of_all: PlansForHead | None,
) -> Head:
    """Return the head of a programme, whose steps are in the order of saying.

    It is of what most plans count: of one measure and one bearer, in one unit, so that what can be
    made is no plan of what is made. What another is to do, what hangs on a condition,
    what is judged to be altered and what was taken back is no plan of it, unless there is no other.
    What most count is told by `of_all`, if the steps are not all there are.
    """
    planned = [each for each in steps if is_plan(each[0])]
    kinds = Counter(map(_kind, (row for row, _ in planned)))
    most = of_all.kind if of_all else max(kinds, key=lambda kind: (kinds[kind], kind))
    alike = [each for each in planned if _kind(each[0]) == most]
    own = [each for each in alike if _is_own(*each)] or alike
    dated = [each for each in own if each[1].about != NO_DATE] or own
    first_row, first = dated[0]
    last_row, last = max(own, key=lambda each: (_said(each[0]), each[0]["valid_to"]))
    row, step = max(dated, key=lambda each: each[0]["valid_to"] or each[0]["valid_from"])
    series = {each["series"] for each, _ in alike}
    of_most = series | {each["series"] for each, _ in steps if _kind(each) == most}
    said = [
        replace(last, of="" if last.series == first_row["series"] else last.of or each.name)
        for each in counted
        if each.series in series
        for last in each.last
        if last.is_rate == most.is_rate and last.series in of_most
    ]
    newest = max(map(_place, said), default=None)
    is_open = step.about != NO_DATE and not any(answers(each, row) for each in said)
    return Head(
        first,
        None if last_row["figure"] == first_row["figure"] else last,
        step.about if is_open else "",
        tuple(dict.fromkeys(each for each in said if _place(each) == newest)),
        first_row["measured"],
    )


def _kind(row: dict[str, str]) -> _Kind:
    is_ratio = row["unit"] in _RATIOS
    return _Kind(
        row["unit"], bool(row["per"]), row["measure"], row["bearer"],
        row["series"] if is_ratio else "",
    )  # fmt: skip


def _kind_of_end(row: dict[str, str]) -> _Kind:
    return _Kind(row["unit"], is_true(row["rate"]), row["measure"], row["bearer"], row["series"])


def _place(said: LastSaid) -> tuple[bool, str]:
    """Return by what figures that are so are put in the order of their times, sums of all first."""
    return not said.is_total, said.until


def _is_own(row: dict[str, str], step: ProgrammeStep) -> bool:
    is_conditional = row["modality"] == str(CODE.conditional)
    return not (row["alters"] or step.taken_back or is_conditional or is_of_another(row))


def _said(row: dict[str, str]) -> str:
    return row["said_from"] or row["said_to"]
