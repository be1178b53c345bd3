"""What two plans say of each other: two figures that are expected, planned or promised."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from onrecord.derivation.figure import ClaimedFigure, Kind
from onrecord.derivation.inference import (
    Conclusion,
    Inference,
    Strength,
    are_far,
    are_near,
    are_steps_of_bounds,
    can_both_hold,
    is_rounded,
)
from onrecord.derivation.outcome.fate import is_of_failure
from onrecord.derivation.outcome.likeness import LONG, likeness
from onrecord.derivation.sentence import amount

_SHORT = timedelta(62)
"""Within which two dates are one."""
_QUARTER = 93
"""Days up to which two times that lie close can be one, told otherwise."""
_CEILINGS = frozenset(("lt", "le", "nearly"))
_UNDATED = (
    ", and neither names a time",
    ", and the one names no time",
    ", for times that may be the same",
)
"""How the times of two plans are told, by how many of them name theirs."""


def plans(one: ClaimedFigure, other: ClaimedFigure) -> Inference | None:
    """Return what follows of two figures that are expected or planned, `one` said first."""
    if one.claim == other.claim and not can_both_hold(one, other):
        return Inference("path", Strength.CERTAIN, "one claim gives both, as steps of one way")
    is_body = _is_of_one_voice(one, other)
    gap = one.due.gap(other.due)
    is_bound = one.is_bound or other.is_bound
    is_far_bound = is_bound and are_far(one, other)
    are_alike = can_both_hold(one, other) and not is_far_bound
    is_ramp = are_alike and _is_ramp(one, other)
    are_timed = one.names_its_time and other.names_its_time
    if are_alike and is_bound and not (are_timed or is_ramp or are_near(one, other)):
        # What is well within a bound need not be of its time, where that is not named.
        return None
    if are_alike and one.is_conditional != other.is_conditional and not are_timed:
        # What it would take to get there, at whatever time, is no plan.
        return None
    if _is_sum_beside(one, other) or _is_sum_beside(other, one):
        # What comes together in a year is no part of what had come together before it.
        return None
    is_of_any_year = one.is_of_an_unknown_year != other.is_of_an_unknown_year
    if are_alike and are_timed and is_of_any_year and not is_ramp:
        # The close of some summer and a named month may be years apart.
        return None
    if are_alike and _may_name_no_time_after(one, other):
        return None
    if are_alike and not is_ramp and are_steps_of_bounds(one, other):
        if one.speakers & other.speakers:
            reason = f"{amount(one)} is now {amount(other)}, and neither gives an end"
            return _revision(one, other, reason)
        return None
    if are_alike and not is_ramp:
        is_after = gap and (_names_no_time_after(one, other) or _are_long(one, other))
        if gap <= _SHORT and not is_after:
            return _same_plan(one, other)
        if one.value is None or one.value != other.value or other.is_told_after_its_time:
            is_postponed = False
        else:
            is_postponed = one.due.is_before(other.due) and one.said.is_before(other.said)
        if is_postponed:
            return _postponed(one, other, is_body)
        if other.valid.is_before(one.valid) and is_body:
            return _brought_forward(one, other)
        return None
    aim = one.series.aim
    if not aim and gap:
        return Inference("path", Strength.PROBABLE, "they are for times that do not overlap")
    # Of what is meant to fall, the greater figure is the first step.
    less, more = _by_size(one, other)
    if aim == "le":
        less, more = more, less
    sizes = ("lesser", "greater") if aim != "le" else ("greater", "lesser")
    if less.valid.is_before(more.valid):
        is_known = (is_body or not (one.is_forecast and other.is_forecast)) and not is_ramp
        strength = Strength.CERTAIN if is_known else Strength.PROBABLE
        return Inference("path", strength, f"the {sizes[0]} comes before the {sizes[1]}")
    # A bound that is far off is no other plan.
    is_clash = not can_both_hold(one, other)
    if more.valid.is_before(less.valid):
        if not is_clash:
            return None
        if is_body:
            if more is one:
                return _revision(one, other, f"the {sizes[0]} is now for after the {sizes[1]}")
            return _revision(one, other, f"the {sizes[1]} is now for before the {sizes[0]}")
        if one.is_target and other.is_target and less.said.is_before(more.said):
            reason = f"it is told that the {sizes[1]} is now planned for before the {sizes[0]}"
            return Inference("revision", Strength.POSSIBLE, reason)
        # What was planned years before has given way to other plans since.
        if one.said.gap(other.said) > LONG:
            return None
        return Inference(
            "disagreement",
            Strength.POSSIBLE,
            f"the {sizes[1]} is expected for before the {sizes[0]}",
        )
    are_dated = one.valid.last is not None and other.valid.last is not None
    is_failure = _is_of_failure_of(one, other) or _is_of_failure_of(other, one)
    if is_failure and not is_body and are_dated and one.valid.last == other.valid.last:
        return _failing(one, other)
    is_one_time = one.valid.last == other.valid.last and one.valid.days == other.valid.days
    if not are_dated or (not is_one_time and (one.is_vague or other.is_vague)):
        if are_dated and one.speakers & other.speakers and _is_taken_back(one, other, less):
            reason = f"the {sizes[0]} is now for a time at which it was to be the {sizes[1]}"
            return Inference("revision", Strength.POSSIBLE, reason)
        reason = f"the {sizes[0]} may come before the {sizes[1]}"
        return Inference("path", Strength.POSSIBLE, reason)
    if not is_clash:
        return None
    if one.speakers & other.speakers or (is_body and one.said.is_before(other.said)):
        return _revision(one, other, "another figure is given for the same time, later")
    if is_failure:
        return _failing(one, other)
    is_later = one.said.is_before(other.said) and one.said.gap(other.said) > _SHORT
    if one.is_target and other.is_target and is_later:
        reason = "it is told that another figure is now planned for the same time"
        return Inference("revision", Strength.POSSIBLE, reason)
    if (one.is_target and _is_expected(other)) or (other.is_target and _is_expected(one)):
        reason = "for the same time the one is planned and the other expected by somebody else"
        reason = f"{reason}, and what comes can be one of them only"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    if one.is_sum and other.is_sum and _is_included(less, more):
        reason = "other figures are given for the same time, though who has the more has the less"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    reason = "they are for the same time and cannot both come true"
    if one.said.gap(other.said) > _SHORT:
        reason = f"{reason}, though the later may know more"
        return Inference("disagreement", Strength.PROBABLE, reason)
    return Inference("disagreement", Strength.CERTAIN, reason)


def as_step(found: Conclusion, by_claim: Mapping[str, Iterable[ClaimedFigure]]) -> Conclusion:
    """Return a clash of two plans as a path where the claim of the lesser gives the greater, too.

    80 a month in 2025 is no other plan than 100 in 2025 where its speaker goes on to 100.
    """
    first, second = found.first, found.second
    if not {first.kind, second.kind} <= {Kind.PLAN}:
        return found
    less, more = _by_size(first, second)
    for step in by_claim[less.claim]:
        is_same = step.value is not None and step.value == more.value
        is_step = step is not less and step.kind is Kind.PLAN
        if is_step and is_same and step.valid.gap(more.valid) <= _SHORT:
            reason = f"the one claim goes on from {amount(less)} to {amount(step)}, too"
            return Conclusion(less, more, Inference("path", Strength.PROBABLE, reason))
    return found


def _failing(one: ClaimedFigure, other: ClaimedFigure) -> Inference:
    """What follows from a plan and a forecast that as much will not come, `one` said first."""
    if is_of_failure(one) and one.said.gap(other.said) > _SHORT:
        reason = "somebody expected that as much will not come, and it is still planned later"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    reason = "the one is planned, and somebody else expects that as much will not come"
    return Inference("disagreement", Strength.PROBABLE, reason)


def _postponed(one: ClaimedFigure, other: ClaimedFigure, is_body: bool) -> Inference:
    """What follows from the same figure that is later expected for later.

    Who only expects it has put off nobody's plan.
    """
    strength = Strength.PROBABLE
    if one.due != one.valid:
        reason = "what was expected from a time on is later expected for a later one"
    elif other.is_bound:
        reason = f"{amount(one)} is later {amount(other)}, expected for later"
    elif other.valid.last is None:
        reason = "the same is later expected for later, without a date"
    else:
        strength = Strength.CERTAIN
        reason = "the same figure is later expected for later"
    if other.is_forecast and not is_body:
        reason = f"{reason}, by somebody whose plan it is not"
        return Inference("expected-later", Strength.PROBABLE, reason)
    return Inference("postponement", strength, reason)


def _is_of_one_voice(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether one speaker puts both forward, or he and a body that he belongs to.

    A plan belongs to its body, so any member may revise it later; what two members only expect is
    the view of each.
    """
    if one.speakers & other.bodies or other.speakers & one.bodies:
        return True
    return (one.is_target or other.is_target) and bool(one.bodies & other.bodies)


def _is_ramp(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether two figures that *about* or a bound lets agree are for two named times.

    About 60 in October and 70 to 80 in December are steps of one way, and so are more than 55 by
    the end of a summer, of which the year is not known, and 75 by a year.
    """
    if are_near(one, other):
        return False
    less, more = _by_size(one, other)
    aim = one.series.aim
    if aim == "le":
        less, more = more, less
    if one.is_of_an_unknown_year or other.is_of_an_unknown_year:
        return one.names_its_time and other.names_its_time
    return less.valid.is_before(more.valid) and (more.low is not None or aim == "le")


def _names_no_time_after(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether a plan that names no time is told of when the time of the other is over."""
    is_over = one.valid.last and other.said.first and one.valid.last < other.said.first
    return bool(is_over and other.valid.last is None)


def _may_name_no_time_after(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether a plan that names no time may be told of when that of the other is over.

    A goal by some day, and the same *very soon*, said before that day or after, are one goal or a
    goal that was put off.
    """
    if (one.valid.last is None) is (other.valid.last is None):
        return False
    dated, undated = (one, other) if other.valid.last is None else (other, one)
    deadline, first, last = dated.valid.last, undated.said.first, undated.said.last
    is_before = last is not None and deadline is not None and last <= deadline
    is_after = first is not None and deadline is not None and first > deadline
    return dated.said.is_before(undated.said) and not (is_before or is_after)


def _is_included(less: ClaimedFigure, more: ClaimedFigure) -> bool:
    """Return whether the less may well come, and more, too: what is told of it sets no end.

    More than 1,500 have 1,150 in them; and of plans told nobody knows when, the more may be later.
    """
    if less.high is None or less.comparator in _CEILINGS or less.series.aim != "ge":
        return False
    return more.high is None or None in (*less.said, *more.said)


def _is_sum_beside(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the one comes together in a time, and the other by a day before that."""
    is_by_a_day = other.is_sum and not other.is_of_a_span and other.valid.last is not None
    return one.is_of_a_span and is_by_a_day and other.valid.is_before(one.valid)


def _are_long(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether both times are of more than a quarter, so that two of them are never one."""
    return all(each.valid.days is not None and each.valid.days > _QUARTER for each in (one, other))


def _is_of_failure_of(forecast: ClaimedFigure, plan: ClaimedFigure) -> bool:
    """Return whether a forecast is of less than the very figure that is planned."""
    return plan.is_target and is_of_failure(forecast) and forecast.nominal == plan.nominal


def _is_expected(figure: ClaimedFigure) -> bool:
    """Return whether an outsider expects it, of a time that has begun or not."""
    return figure.is_forecast or figure.kind is Kind.ESTIMATE


def _is_taken_back(one: ClaimedFigure, other: ClaimedFigure, less: ClaimedFigure) -> bool:
    """Return whether less is planned later for a part of the time that more was planned for."""
    is_later = other is less and one.said.is_before(other.said)
    return is_later and other.valid.is_within(one.valid)


def _same_plan(one: ClaimedFigure, other: ClaimedFigure) -> Inference:
    """Two plans of the same figure, as far as is known for the same time."""
    is_dated = one.valid == other.valid or None not in (*one.valid, *other.valid)
    is_same = (one.value, one.low, one.high, one.comparator) == (
        other.value, other.low, other.high, other.comparator
    )  # fmt: skip
    same = "they give the same" if is_same else likeness(one, other)
    comma = " " if is_same and one.valid == other.valid else ", "
    when = f"{comma}{_times_of_plans(one, other)}"
    if not is_dated:
        when = _UNDATED[one.names_its_time + other.names_its_time]
    reason = f"{same}{when}"
    if one.is_conditional or other.is_conditional:
        reason = f"{reason}; one of them is said on a condition"
        return Inference("agreement", Strength.POSSIBLE, reason)
    # Neither says "about": they are taken for one since they were stated per unlike periods.
    is_plain = one.comparator == other.comparator == "eq" and None not in (one.value, other.value)
    is_rough = is_plain and one.value != other.value
    # What only leaves room for the other figure need not be it, still less at another time.
    is_loose = one.nominal != other.nominal and not is_rounded(one, other)
    is_apart = one.valid != other.valid or not are_near(one, other)
    strength = Strength.POSSIBLE if is_rough or (is_loose and is_apart) else Strength.PROBABLE
    return Inference("agreement", strength, reason)


def _times_of_plans(one: ClaimedFigure, other: ClaimedFigure) -> str:
    """Return how the times of two plans lie, of which each is named.

    By the end of a year is not the same time as in that year.
    """
    if one.valid == other.valid:
        is_rough = one.is_of_a_rough_time or other.is_of_a_rough_time
        is_told_alike = one.valid_in_words == other.valid_in_words
        return "for about the same time" if is_rough and not is_told_alike else "for the same time"
    if one.valid.is_within(other.valid) or other.valid.is_within(one.valid):
        return "the one for a time within the other's"
    if not one.valid.gap(other.valid):
        return "for times that overlap"
    return "for times at most two months apart"


def _brought_forward(one: ClaimedFigure, other: ClaimedFigure) -> Inference | None:
    """Two plans of one side, the other for an earlier time, if it gives the figure again.

    That it is also within a bound, such as *at least* less, or is reached only about, is not that.
    """
    if one.value is not None and one.value == other.value:
        is_undated = None in (one.valid.last, other.valid.last)
        if is_undated and not one.said.is_before(other.said):
            # It may as well be the plan told again, or put off.
            return None
        return _revision(one, other, "the same figure is brought forward in time")
    is_plain = {one.comparator, other.comparator} == {"eq"}
    if is_plain and (_is_in_range(one, other) or _is_in_range(other, one)):
        reason = f"{amount(one)} is now {amount(other)}, and for an earlier time"
        return _revision(one, other, reason)
    return None


def _is_in_range(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether a value is within a range with two ends."""
    if one.value is None or other.value is not None or other.low is None or other.high is None:
        return False
    return other.low <= one.value <= other.high


def _revision(one: ClaimedFigure, other: ClaimedFigure, reason: str) -> Inference:
    """Return a revision of a plan, for certain only if it is known which was said last."""
    if one.said.is_before(other.said):
        return Inference("revision", Strength.PROBABLE, reason)
    reason = "another figure or time is given; their dates do not tell which was said last"
    return Inference("revision", Strength.POSSIBLE, reason)


def _by_size(one: ClaimedFigure, other: ClaimedFigure) -> tuple[ClaimedFigure, ClaimedFigure]:
    return (one, other) if (one.nominal or 0) <= (other.nominal or 0) else (other, one)
