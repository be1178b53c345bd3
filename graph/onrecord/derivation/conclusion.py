"""Conclusions from two claimed figures of one line: what the one says of the other.

Outcomes are those of the code list `code:outcome`; each comes with a reason and a strength. Rules
of reading: a ratio is compared after both sides are brought to one period; *about* allows a tenth,
and so do figures that were stated per unlike periods, which are rounded; a bound agrees with what
lies within it. A time that is vague or open conflicts with nothing for certain.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from onrecord.derivation.fate import fate, is_more_than_expected, is_of_failure
from onrecord.derivation.figure import ClaimedFigure, Kind
from onrecord.derivation.inference import (
    Conclusion,
    Inference,
    Strength,
    are_far,
    are_near,
    can_both_hold,
    is_below,
    is_nearly,
    is_rounded,
)
from onrecord.derivation.sentence import amount

_SHORT = timedelta(62)
"""Within which a speaker who gives another figure corrects himself, and two dates are one."""
_QUARTER = 93
"""Days up to which a rate hardly changes, so that a part of such a time is as good as the whole."""
_YEAR = timedelta(365)
_UNDATED = (
    ", and neither names a time",
    ", and the one names no time",
    ", for times that may be the same",
)
"""How the times of two plans are told, by how many of them name theirs."""
_IN_TIME = frozenset(("change", "path"))
"""What two states are in the order of the times spoken of."""
_LONG = timedelta(730)
"""Beyond which the same figure is a coincidence and no agreement."""


def conclude(one: ClaimedFigure, other: ClaimedFigure) -> Conclusion | None:
    """Return what is concluded of two figures of one line; None if nothing is.

    Nothing is concluded of figures in different units, nor of alternatives within one claim.
    """
    if (one.unit, one.per) != (other.unit, other.per):
        return None
    if one.claim == other.claim and one.valid == other.valid:
        return None
    first, second = sorted((one, other), key=_order)
    if have_other_baselines(first, second):
        return None
    if _coincide(first, second):
        reason = "the same number is said of unlike periods, so it is not the same figure"
        return Conclusion(first, second, Inference("apparent", Strength.PROBABLE, reason))
    kinds = {first.kind, second.kind}
    if Kind.DENIAL in kinds:
        found = _denial(first, second)
    elif Kind.PLAN not in kinds:
        found = _states(first, second)
        is_in_time = found is not None and found.outcome in _IN_TIME
        if is_in_time and second.known_for.is_before(first.known_for):
            first, second = second, first
    elif is_more_than_expected(first, second) or is_more_than_expected(second, first):
        is_projected = Kind.ESTIMATE in kinds
        more = "projected for that time" if is_projected else "said to be so at that time"
        reason = f"more is {more} than it is expected to rise to"
        found = Inference("disagreement", Strength.PROBABLE, reason)
    elif Kind.STATE not in kinds:
        found = _plans(first, second)
    else:
        if first.kind is not Kind.PLAN:
            first, second = second, first
        found = fate(first, second)
        if found and first.is_conditional and found.outcome != "path":
            reason = f"{found.reason}; the plan is made on a condition"
            found = Inference(found.outcome, Strength.POSSIBLE, reason)
        if found and found.outcome == "path":
            first, second = second, first
    return Conclusion(first, second, found) if found else None


def _order(figure: ClaimedFigure) -> tuple[date, date, str]:
    said = figure.said
    return said.first or date.min, said.last or date.max, figure.iri


def have_other_baselines(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether two figures of growth count from times that do not overlap."""
    if one.since is None or other.since is None:
        return False
    return one.since.is_before(other.since) or other.since.is_before(one.since)


def _coincide(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether one number is printed of both, though they are not the same figure."""
    return (
        one.series.iri != other.series.iri
        and one.stated is not None
        and one.stated == other.stated
        and one.stated != 1
        and one.nominal != other.nominal
    )


def _denial(one: ClaimedFigure, other: ClaimedFigure) -> Inference | None:
    """What is denied disagrees with what asserts it; a denial says nothing of other figures."""
    if one.kind is other.kind or Kind.PLAN in (one.kind, other.kind):
        return None
    if one.valid.gap(other.valid) or not can_both_hold(one, other):
        return None
    is_sure = not (one.is_vague or other.is_vague or one.is_bound or other.is_bound)
    outcome = "revision" if one.speakers & other.speakers else "disagreement"
    return Inference(
        outcome,
        Strength.CERTAIN if is_sure else Strength.PROBABLE,
        "the one denies what the other says",
    )


def _states(one: ClaimedFigure, other: ClaimedFigure) -> Inference | None:
    """Two figures that are put forward as so."""
    gap = one.known_for.gap(other.known_for)
    if one.runs_on_beside(other) or other.runs_on_beside(one):
        # What one time has is, wholly or so far, a part of what all the time has up to an end.
        return None
    if not gap and one.valid != other.valid and one.is_of_a_span and other.is_of_a_span:
        return _sums(one, other)
    if gap and _is_step(one, other):
        reason = "one is expected of a time that was not over, and they are of other times"
        if one.kind is other.kind:
            reason = "both are expected, of times that do not overlap"
        return Inference("path", Strength.PROBABLE, reason)
    # Two sums for one and the same year are not vague, though neither is per a period.
    are_sums = one.valid == other.valid and one.period is None and other.period is None
    is_vague = (one.is_vague or other.is_vague) and not are_sums
    is_self = bool(one.speakers & other.speakers)
    if can_both_hold(one, other):
        return _compatible(one, other, is_vague)
    # Nor is a bound that is far off said to correct the other figure.
    is_apart = is_vague and (one.is_bound or other.is_bound) and are_far(one, other)
    is_now = one.is_of_the_moment and other.is_of_the_moment
    if is_self and is_now and one.said.is_before(other.said) and _has_grown(one, other):
        reason = "what has come together by then has grown since the speaker said the other figure"
        return Inference("change", Strength.PROBABLE, reason)
    if is_self and is_now and gap <= _SHORT and not is_apart:
        strength = Strength.POSSIBLE if is_vague else Strength.PROBABLE
        return Inference(
            "revision", strength, "the same speaker gives another figure for about the same time"
        )
    is_bound = one.is_bound or other.is_bound
    if not gap and one.kind is not other.kind and are_near(one, other) and not is_bound:
        reason = "what was projected is within a tenth of what is said to be so"
        return Inference("agreement", Strength.POSSIBLE, reason)
    is_near = gap and are_near(one, other)
    if is_near and is_rounded(one, other):
        if gap > _LONG or one.kind is not other.kind:
            return None
        reason = "the one may be the other, rounded, though they are of other times"
        return Inference("agreement", Strength.POSSIBLE, reason)
    if is_near and not (one.is_bound or other.is_bound):
        return Inference(
            "change",
            Strength.PROBABLE,
            "they are about times that do not overlap, and within a tenth of each other",
        )
    if gap and _is_less_able(one, other):
        reason = "less can be made than another said before, and what can be made seldom falls"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    if gap:
        return Inference("change", Strength.CERTAIN, "they are about times that do not overlap")
    if is_vague and are_near(one, other) and not (one.is_bound or other.is_bound):
        reason = "they are within a tenth of each other, at times that may not be the same"
        return Inference("agreement", Strength.POSSIBLE, reason)
    if is_vague and (_is_known_then(one, other) or _is_known_then(other, one)):
        reason = "they cannot both hold, if they are of the time at which they became known"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    if is_vague and max(one.valid.days or 0, other.valid.days or 0) > _LONG.days:
        # It was so at some time of many years, so that it says nothing of any of them.
        return None
    if is_vague and one.kind is not other.kind:
        # What is projected may come at another time than what is said to be so.
        return None
    if is_vague:
        return Inference(
            "change", Strength.POSSIBLE, "they differ, and their times may not be the same"
        )
    if is_self:
        return Inference(
            "revision", Strength.PROBABLE, "the same speaker gives another figure for the same time"
        )
    if is_rounded(one, other):
        reason = "the one may be the other, rounded"
        return Inference("agreement", Strength.POSSIBLE, reason)
    if _is_part(one, other) or _is_part(other, one):
        reason = "the one is about a part of the other's time, and they can hardly both hold"
        return Inference("disagreement", Strength.PROBABLE, reason)
    is_open = None in (*one.valid, *other.valid)
    reason = "they are about the same time and cannot both hold"
    if one.kind is other.kind is Kind.ESTIMATE:
        reason = "they are for the same time and cannot both come true"
    elif one.kind is not other.kind:
        reason = "other than was projected is said to be so of the same time"
    return Inference("disagreement", Strength.PROBABLE if is_open else Strength.CERTAIN, reason)


def _is_step(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the later of two figures is only expected, of a time that was not over.

    As much as before, or about as much, is no step.
    """
    if are_near(one, other) and (can_both_hold(one, other) or is_rounded(one, other)):
        return False
    later = other if one.valid.is_before(other.valid) else one
    return later.kind is Kind.ESTIMATE and not later.is_told_after_its_time


def _has_grown(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the later of two figures of what comes together bit by bit is the greater.

    That is a sum of which no period is told, or a share of what was planned or pledged.
    """
    is_share = "versusMeasure" in one.series.scope
    is_sum = one.is_sum and "versus" not in one.series.scope
    return not one.per and (is_sum or is_share) and is_below(one, other)


def _compatible(one: ClaimedFigure, other: ClaimedFigure, is_vague: bool) -> Inference | None:
    """Two figures that are put forward as so, and can both be right."""
    gap = one.known_for.gap(other.known_for)
    is_bound = one.is_bound or other.is_bound
    if gap > _LONG:
        return None
    if (gap or is_vague) and is_bound and are_far(one, other) and not _is_parity(one, other):
        # Less than 100 now is no change from 14 before, nor of a time that may be that one.
        return None
    if _are_counts_by_other_days(one, other) and not are_near(one, other):
        # More than 200 by one summer and 300 by the next year are two states of one count.
        return None
    if gap and one.kind is not other.kind:
        # As much as was so before is projected for another time: that is no second word for it.
        return None
    same = _likeness(one, other)
    if gap and not are_near(one, other):
        if is_bound and (not _is_of_two_sides(one) or (one.is_bound and other.is_bound)):
            # A bound says nothing of what is within it at another time.
            return None
        if is_bound:
            reason = "the one is within the bound of the other, which is of another time"
            return Inference("agreement", Strength.POSSIBLE, reason)
        reason = "they are about other times, and may be the same, roughly"
        return Inference("change", Strength.POSSIBLE, reason)
    if gap:
        return Inference("agreement", Strength.POSSIBLE, f"{same}, though of another time")
    if is_vague:
        reason = f"{same}, at times that may be the same"
        return Inference("agreement", Strength.PROBABLE, reason)
    is_sure = not is_nearly(one, other) and not _is_loosely_bound(one, other)
    strength = Strength.CERTAIN if is_sure else Strength.PROBABLE
    return Inference("agreement", strength, f"{same}, of one time")


def _are_counts_by_other_days(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether both are sums of all the time up to an end, and the ends are not one."""
    are_sums = one.is_sum and other.is_sum and one.valid.first is other.valid.first is None
    return are_sums and one.valid.last != other.valid.last


def _likeness(one: ClaimedFigure, other: ClaimedFigure) -> str:
    """Return in what two figures agree that do not contradict each other."""
    if one.authorities & other.speakers or other.authorities & one.speakers:
        passed_on = ", and the one passes on the other's word"
    else:
        passed_on = ""
    if (one.value, one.low, one.high) == (other.value, other.low, other.high):
        if one.comparator == other.comparator:
            return f"the same is said{passed_on}"
        return f"{_both(one, other)} are as good as the same{passed_on}"
    both = _both(one, other)
    if _is_loosely_bound(one, other):
        return f"{both} are the same, taken loosely{passed_on}"
    if is_nearly(one, other) or is_rounded(one, other):
        return f"{both} may be one figure, rounded{passed_on}"
    if one.is_bound or other.is_bound or None in (one.value, other.value):
        return f"{both} do not exclude each other{passed_on}"
    return f"{both} agree, roughly{passed_on}"


def _both(one: ClaimedFigure, other: ClaimedFigure) -> str:
    return f"{amount(one)} and {amount(other)}"


def _is_loosely_bound(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the one is a number that the other says is passed: *4* and *above 4*."""
    is_apart = is_below(one, other) or is_below(other, one)
    return (one.is_bound or other.is_bound) and one.nominal == other.nominal and is_apart


def _is_parity(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether one of two ratios says only which side has more."""
    bounds = [each.nominal for each in (one, other) if each.is_bound]
    return "versus" in one.series.scope and 1 in bounds


def _is_of_two_sides(figure: ClaimedFigure) -> bool:
    """Return whether it is how many times as much one side has as the other.

    That moves less than what either has, and less than the share of a plan that is there.
    """
    series = figure.series
    return "versus" in series.scope and "versusMeasure" not in series.scope and not series.is_growth


def _is_known_then(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether a figure of an unknown day became known at a time of the other, or soon after.

    What is published on a day was said not long before, as a rule.
    """
    if not one.is_of_the_moment or one.valid.first is not None or other.is_vague:
        return False
    known, first, last = one.valid.last, other.valid.first, other.valid.last
    return bool(known and first and last and first <= known <= last + _SHORT)


def _is_less_able(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether another speaker says of a later time, within a year, that less can be made."""
    earlier, later = (one, other) if one.known_for.is_before(other.known_for) else (other, one)
    is_soon = earlier.known_for.gap(later.known_for) < _YEAR
    is_other = not earlier.speakers & later.speakers
    return is_soon and is_other and later.is_ability and is_below(later, earlier)


def _is_part(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the one is about less than half of the time of the other, of some length."""
    part, whole = one.valid.days, other.valid.days
    return part is not None and whole is not None and whole > _QUARTER and 2 * part < whole


def _sums(one: ClaimedFigure, other: ClaimedFigure) -> Inference | None:
    """Two sums over times that overlap: the one of a part of the other's time is not above it."""
    part, whole = (one, other) if one.valid.is_within(other.valid) else (other, one)
    if not part.valid.is_within(whole.valid):
        return None
    if is_below(whole, part) and not can_both_hold(whole, part):
        reason = "no part of a time has more than the whole, for a sum does not shrink"
        return Inference("disagreement", Strength.CERTAIN, reason)
    if part.valid.first == whole.valid.first and is_below(part, whole):
        return Inference("change", Strength.CERTAIN, "the sum has grown since")
    return None


def _plans(one: ClaimedFigure, other: ClaimedFigure) -> Inference | None:
    """Two figures that are expected or planned, `one` said first."""
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
    if are_alike and not is_ramp:
        if gap <= _SHORT and not (gap and _names_no_time_after(one, other)):
            return _same_plan(one, other)
        if one.value is None or one.value != other.value or other.is_told_after_its_time:
            is_postponed = False
        else:
            is_postponed = one.due.is_before(other.due) and one.said.is_before(other.said)
        if is_postponed:
            if one.due != one.valid:
                reason = "what was expected from a time on is later expected for a later one"
                return Inference("postponement", Strength.PROBABLE, reason)
            if other.is_bound or other.valid.last is None:
                reason = "the same is later expected for later, without a date"
                if other.is_bound:
                    reason = f"{amount(one)} is later {amount(other)}, expected for later"
                return Inference("postponement", Strength.PROBABLE, reason)
            return Inference(
                "postponement", Strength.CERTAIN, "the same figure is later expected for later"
            )
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
        if one.said.gap(other.said) > _LONG:
            return None
        return Inference(
            "disagreement",
            Strength.POSSIBLE,
            f"the {sizes[1]} is expected for before the {sizes[0]}",
        )
    are_dated = one.valid.last is not None and other.valid.last is not None
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
    if _is_of_failure_of(one, other) or _is_of_failure_of(other, one):
        reason = "the one is planned, and somebody else expects that as much will not come"
        return Inference("disagreement", Strength.PROBABLE, reason)
    if (one.is_target and _is_expected(other)) or (other.is_target and _is_expected(one)):
        reason = "for the same time the one is planned and the other expected by somebody else"
        reason = f"{reason}, and what comes can be one of them only"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    reason = "they are for the same time and cannot both come true"
    if one.said.gap(other.said) > _SHORT:
        reason = f"{reason}, though the later may know more"
        return Inference("disagreement", Strength.PROBABLE, reason)
    return Inference("disagreement", Strength.CERTAIN, reason)


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


def _is_of_failure_of(forecast: ClaimedFigure, plan: ClaimedFigure) -> bool:
    """Return whether a forecast is of less than the very figure that is planned."""
    return plan.is_target and is_of_failure(forecast) and forecast.nominal == plan.nominal


def _is_expected(figure: ClaimedFigure) -> bool:
    """Return whether an outsider expects it, of a time that has begun or not."""
    return figure.is_forecast or figure.kind is Kind.ESTIMATE


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
    same = "they give the same" if is_same else _likeness(one, other)
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
    strength = Strength.POSSIBLE if is_rough else Strength.PROBABLE
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
