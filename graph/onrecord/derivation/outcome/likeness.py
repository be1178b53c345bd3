"""In what two figures are alike that can both be right."""

from datetime import timedelta

from onrecord.derivation.figure import ClaimedFigure
from onrecord.derivation.inference import (
    Inference,
    Strength,
    are_far,
    are_near,
    are_opposed,
    are_steps_of_bounds,
    is_below,
    is_nearly,
    is_rounded,
)
from onrecord.derivation.sentence import amount

LONG = timedelta(730)
"""Beyond which the same figure is a coincidence and no agreement."""


def compatible(one: ClaimedFigure, other: ClaimedFigure, is_vague: bool) -> Inference | None:
    """Return what follows of two figures that are put forward as so and can both be right.

    `is_vague` says that it is not known whether they are of one time.
    """
    gap = one.known_for.gap(other.known_for)
    is_bound = one.is_bound or other.is_bound
    if gap > LONG:
        return None
    if gap and is_bound and are_far(one, other) and not _is_parity(one, other):
        # Less than 100 now is no change from 14 before.
        return None
    if is_vague and is_bound and not (are_near(one, other) or _is_parity(one, other)):
        # That the one leaves room for the other says nothing where their times need not be one.
        return None
    if is_vague and are_opposed(one, other):
        # Nor does it where the one tells what is passed and the other what is not.
        return None
    if are_steps_of_bounds(one, other) and not _is_parity(one, other):
        # Nor is it agreed on that more than 200 is more than 100, too.
        return None
    if _are_counts_by_other_days(one, other) and not are_near(one, other):
        # More than 200 by one summer and 300 by the next year are two states of one count.
        return None
    if gap and one.kind is not other.kind:
        # As much as was so before is projected for another time: that is no second word for it.
        return None
    same = likeness(one, other)
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
    is_close = is_bound or are_near(one, other) or is_rounded(one, other)
    if is_vague:
        reason = f"{same}, at times that may be the same"
        strength = Strength.PROBABLE if is_close else Strength.POSSIBLE
        return Inference("agreement", strength, reason)
    # What is known of both times only roughly need not be of one time.
    are_rough = one.is_of_a_rough_time and other.is_of_a_rough_time
    is_sure = is_close and not (are_rough or is_nearly(one, other) or _is_loosely_bound(one, other))
    strength = Strength.CERTAIN if is_sure else Strength.PROBABLE
    return Inference("agreement", strength, f"{same}, of one time")


def likeness(one: ClaimedFigure, other: ClaimedFigure) -> str:
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


def _are_counts_by_other_days(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether both are sums of all the time up to an end, and the ends are not one."""
    are_sums = one.is_sum and other.is_sum and one.valid.first is other.valid.first is None
    return are_sums and one.valid.last != other.valid.last


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
