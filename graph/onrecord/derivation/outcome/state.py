"""What two states say of each other: two figures that are both put forward as so."""

from datetime import date, timedelta

from onrecord.derivation.figure import ClaimedFigure, Kind
from onrecord.derivation.inference import (
    Inference,
    Strength,
    are_far,
    are_near,
    can_both_hold,
    is_below,
    is_rounded,
)
from onrecord.derivation.outcome.likeness import LONG, compatible

_SHORT = timedelta(62)
"""Within which a speaker who gives another figure corrects himself, and two dates are one."""
_QUARTER = 93
"""Days up to which a rate hardly changes, so that a part of such a time is as good as the whole."""
_YEAR = timedelta(365)
_MONTHS = timedelta(122)
"""Within which works do not come to make half as much."""
_MADE = frozenset(("output", "refurbished-output", "capacity"))
"""Measures of what works make or could make, which falls slowly."""


def states(one: ClaimedFigure, other: ClaimedFigure) -> Inference | None:
    """Return what follows of two figures that are put forward as so, `one` said first."""
    gap = one.known_for.gap(other.known_for)
    if one.runs_on_beside(other) or other.runs_on_beside(one):
        # What one time has is, wholly or so far, a part of what all the time has up to an end.
        return None
    if not gap and one.valid != other.valid and one.is_of_a_span and other.is_of_a_span:
        return _sums(one, other)
    if one.is_prospect is not other.is_prospect:
        reason = "the one is what could be, and when is not said"
        return Inference("path", Strength.POSSIBLE, reason)
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
        return compatible(one, other, is_vague)
    # Nor is a bound that is far off said to correct the other figure.
    is_apart = is_vague and (one.is_bound or other.is_bound) and are_far(one, other)
    is_now = one.is_of_the_moment and other.is_of_the_moment
    if is_self and is_now and _is_told_before(one, other) and _has_grown(one, other):
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
        if gap > LONG or one.kind is not other.kind:
            return None
        reason = "the one may be the other, rounded, though they are of other times"
        return Inference("agreement", Strength.POSSIBLE, reason)
    if is_near and not (one.is_bound or other.is_bound):
        return Inference(
            "change",
            Strength.PROBABLE,
            "they are about times that do not overlap, and within a tenth of each other",
        )
    if not is_self and not are_near(one, other) and _has_shrunk(one, other):
        reason = "less has come together by a later time, and such a sum does not shrink"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    if gap and _is_less_able(one, other):
        reason = "less can be made than another said before, and what can be made seldom falls"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    if gap and not is_self and _is_halved(one, other):
        reason = "half as much or less is told by another of some months later"
        reason = f"{reason}, and what is made or can be made seldom falls so fast"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    may_be_one = not (is_self or _are_counts(one, other))
    if gap and gap <= _SHORT and may_be_one and are_far(one, other, 2):
        apart = "weeks apart" if one.is_of_a_short_time and other.is_of_a_short_time else "close by"
        reason = f"they are about times that do not overlap, {apart}, and differ by far"
        return Inference("change", Strength.POSSIBLE, reason)
    if gap:
        return Inference("change", Strength.CERTAIN, "they are about times that do not overlap")
    if is_vague and are_near(one, other) and not (one.is_bound or other.is_bound):
        reason = "they are within a tenth of each other, at times that may not be the same"
        return Inference("agreement", Strength.POSSIBLE, reason)
    if one.claim == other.claim and (_is_of_before(one, other) or _is_of_before(other, one)):
        reason = "one claim gives both, the one of a time before the other"
        return Inference("change", Strength.PROBABLE, reason)
    if is_vague and (_is_known_then(one, other) or _is_known_then(other, one)):
        reason = "they cannot both hold, if they are of the time at which they became known"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    if is_vague and (_is_known_as_less(one, other) or _is_known_as_less(other, one)):
        reason = "less became known than another said could be made, which seldom falls"
        return Inference("disagreement", Strength.POSSIBLE, reason)
    if is_vague and max(one.valid.days or 0, other.valid.days or 0) > LONG.days:
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
    if one.is_of_a_span and other.is_of_a_span:
        less, more = (one, other) if is_below(one, other) else (other, one)
        if less.kind is Kind.STATE and _is_told_in_its_time(less):
            return _told_in_its_time(less, more)
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


def _is_told_before(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether it was told before the other, or on some day up to that of the other."""
    last, first = one.said.last, other.said.first
    return bool(last and first and last <= first) and one.said != other.said


def _has_grown(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the later of two figures of what comes together bit by bit is the greater.

    That is a sum of which no period is told, or a share of what was planned or pledged; and where
    it was not yet so much before, and is so much now, it has grown, too.
    """
    if one.comparator == "lt" and one.nominal == other.nominal and one.series.aim == "ge":
        return is_below(one, other)
    is_share = "versusMeasure" in one.series.scope
    is_sum = one.is_sum and "versus" not in one.series.scope
    return not one.per and (is_sum or is_share) and is_below(one, other)


def _has_shrunk(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether less has come together by the later of two times, of one beginning or none.

    What one time of its own has, such as a year, is not set beside what all the time has since.
    """
    earlier, later = (one, other) if _ends(one) < _ends(other) else (other, one)
    are_totals = all(each.is_sum and "versus" not in each.series.scope for each in (one, other))
    if not are_totals or earlier.is_of_a_span or _ends(earlier) == _ends(later):
        return False
    begins = later.valid.first if later.is_of_a_span else None
    is_of_its_time = begins is None or begins < _ends(earlier)
    return is_of_its_time and is_below(later, earlier)


def _ends(figure: ClaimedFigure) -> date:
    return figure.valid.last or figure.said.last or date.max


def _is_of_before(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the one is of some time up to the saying, and the other of the saying.

    *Until recently* is before *now* in one breath.
    """
    return other.is_of_the_moment and not one.is_of_the_moment and one.valid.first is None


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


def _are_counts(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether both are what came together in a time of its own: two years' deliveries."""
    return all(each.is_of_a_span and "versus" not in each.series.scope for each in (one, other))


def _is_halved(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether half of what is made, or less, is so some months after another time.

    Of two voices one is mistaken, or counts otherwise.
    """
    earlier, later = (one, other) if one.known_for.is_before(other.known_for) else (other, one)
    is_made = one.is_rate or one.is_ability
    are_short = all((each.valid.days or _YEAR.days) <= _QUARTER for each in (one, other))
    is_soon = earlier.known_for.gap(later.known_for) <= _MONTHS
    if not (is_made and one.series.measure in _MADE and are_short and is_soon):
        return False
    x, y = earlier.nominal, later.nominal
    return x is not None and y is not None and 2 * y <= x


def _is_known_as_less(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether another had said, within a year, that more can be made than became known.

    The figure that became known is of a time up to then, of which no beginning is known.
    """
    known, said = one.valid.last, other.valid.last
    if not (one.is_of_the_moment and one.is_ability and known and said):
        return False
    if one.valid.first is not None or other.valid.first is None:
        return False
    is_soon = timedelta(0) <= known - said < _YEAR
    return is_soon and not one.speakers & other.speakers and is_below(one, other)


def _is_part(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the one is about less than half of the time of the other, of some length."""
    part, whole = one.valid.days, other.valid.days
    return part is not None and whole is not None and whole > _QUARTER and 2 * part < whole


def _is_told_in_its_time(figure: ClaimedFigure) -> bool:
    """Return whether a sum was told when its time was not over, or perhaps not."""
    first, last = figure.said.first, figure.valid.last
    return first is not None and last is not None and first < last


def _told_in_its_time(less: ClaimedFigure, more: ClaimedFigure) -> Inference:
    """What follows from two sums of one time, of which the less was told when it was not over."""
    last = less.said.last
    if last is not None and less.valid.last is not None and last < less.valid.last:
        if _is_told_in_its_time(more):
            return Inference("change", Strength.POSSIBLE, "the sum may have grown since")
        reason = "the less was told when its time was not over, so that the sum has grown since"
        return Inference("change", Strength.PROBABLE, reason)
    reason = "they cannot both hold, unless more came after the less was told"
    return Inference("disagreement", Strength.POSSIBLE, reason)


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
