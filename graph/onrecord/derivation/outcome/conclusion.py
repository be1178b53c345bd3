"""Conclusions from two claimed figures of one line: what the one says of the other.

Outcomes are those of the code list `code:outcome`; each comes with a reason and a strength. Rules
of reading: a ratio is compared after both sides are brought to one period; *about* allows a tenth,
and so do figures that were stated per unlike periods, which are rounded; a bound agrees with what
lies within it. A time that is vague or open conflicts with nothing for certain.
"""

from datetime import date, timedelta

from onrecord.derivation.figure import ClaimedFigure, Kind
from onrecord.derivation.inference import Conclusion, Inference, Strength, can_both_hold
from onrecord.derivation.outcome.fate import fate, is_more_than_expected
from onrecord.derivation.outcome.plan import plans
from onrecord.derivation.outcome.state import states

_MONTHS = timedelta(62)
"""What must be to come of a time for its figure to be foretold, and not as good as known."""
_FATES = frozenset(("reached", "missed"))
_IN_TIME = frozenset(("change", "path"))
"""What two states are in the order of the times spoken of."""


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
    elif _is_forecast_come_true(first, second):
        reason = "as much is so as was expected of its time, which is over"
        found = Inference("reached", Strength.CERTAIN, reason)
    elif Kind.PLAN not in kinds:
        found = states(first, second)
        is_in_time = found is not None and found.outcome in _IN_TIME
        if is_in_time and second.known_for.is_before(first.known_for):
            first, second = second, first
    elif is_more_than_expected(first, second) or is_more_than_expected(second, first):
        is_projected = Kind.ESTIMATE in kinds
        more = "projected for that time" if is_projected else "said to be so at that time"
        reason = f"more is {more} than it is expected to rise to"
        found = Inference("disagreement", Strength.PROBABLE, reason)
    elif Kind.STATE not in kinds:
        found = plans(first, second)
    else:
        if first.kind is not Kind.PLAN:
            first, second = second, first
        found = fate(first, second)
        is_loose = found is not None and found.strength is Strength.POSSIBLE
        if found and first.is_conditional and found.outcome in _FATES and is_loose:
            # Whether the condition came true is not known, nor whether it was so then.
            return None
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


def _is_forecast_come_true(forecast: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether as much is so of a time as was expected when months of it were to come."""
    if (forecast.kind, state.kind) != (Kind.ESTIMATE, Kind.STATE) or forecast.valid != state.valid:
        return False
    ends, told, known = forecast.valid.last, forecast.said.last, state.said.last
    if ends is None or told is None or known is None or not forecast.said.is_before(state.said):
        return False
    is_early = ends - told > _MONTHS and known >= ends
    return is_early and forecast.series.aim == "ge" and can_both_hold(forecast, state)


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
