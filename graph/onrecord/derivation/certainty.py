"""How sure a conclusion can be, given how its two figures are said, dated and counted.

What `outcome` calls certain follows from figures that are exact, of one thing, and of
known days. It follows only probably where the words are hedged or leave open what they are read as,
one figure is projected and the other is so, or the day of one is known by its year at most; and,
where they conflict or differ, where one is *about* a number, the two are of what a curator took for
one thing, or both are round.
"""

from datetime import timedelta
from decimal import Decimal

from onrecord.derivation.figure import ClaimedFigure, Kind
from onrecord.derivation.inference import (
    Conclusion,
    Inference,
    Strength,
    are_near,
    is_below,
    only_touch,
)
from onrecord.derivation.kindred import differing
from onrecord.derivation.sentence import scopes

_DIFFERENT = frozenset(("disagreement", "revision", "change", "missed", "reached"))
_LATER = frozenset(("postponement", "expected-later"))
"""Outcomes that rest on how much each figure is, and not only on when it is."""
_AGREEING = frozenset(("agreement",))
_IN_DOUBT_AS_READ = _AGREEING | {"disagreement", "change", "revision"}
"""Outcomes that are in doubt with what one of the figures is read as, or counts from."""
_OF_WHAT_IS_MADE = frozenset(("change", "reached"))
"""Outcomes that what can be made does not show of what is made, nor the other way round."""
_COURSES = frozenset(("change", "missed"))
"""Outcomes of which a figure that was altered on the way shows nothing."""
_RECKONED = frozenset(("need",))
"""Measures that nobody counts, so that two voices differ in them without a change."""
_ABOUT = frozenset(("approx", "nearly", "just-over"))
_READ = "the words of one of them leave open what they are read as"
_PROJECTED = "one of them is a projection of a time that was not over"
_CLOSE = timedelta(62)
"""Days within which times that are known roughly may lie otherwise."""
_WHOLE_PERIOD = 300
"""Days from which a rate is counted over a year."""
_ROUND_DIGITS = 2
_ROUND_NOUGHTS = 3


def as_sure_as_known(found: Conclusion) -> Conclusion:
    """Return a conclusion no surer than its figures are, with what makes it less sure."""
    outcome, strength, reason = found.inference
    first, second = found.first, found.second
    if first.is_respun or second.is_respun:
        reason = f"{reason}; the words of one of them are known only as a machine rewrote them"
        return found._replace(inference=Inference(outcome, Strength.POSSIBLE, reason))
    if (first.is_altered or second.is_altered) and outcome not in _AGREEING:
        reason = f"{reason}; one of the figures is judged to have been altered on the way"
        return found._replace(inference=Inference(outcome, Strength.POSSIBLE, reason))
    ambiguous = [each for each in (first, second) if each.other_measure]
    if ambiguous and first.claim != second.claim:
        which = "first" if ambiguous[0] is first else "second"
        reason = f"{reason}; by its words the {which} may be {ambiguous[0].other_measure}"
        return found._replace(inference=Inference(outcome, Strength.POSSIBLE, reason))
    is_possible = first.is_possible or second.is_possible
    if is_possible and outcome in _DIFFERENT and strength is not Strength.CERTAIN:
        reason = f"{reason}; one of them is only said to be possible"
        return found._replace(inference=Inference(outcome, strength, reason))
    weaker = _only_possible(found)
    if weaker is not None:
        reason = f"{reason}; {weaker}"
        return found._replace(inference=Inference(outcome, Strength.POSSIBLE, reason))
    if strength is not Strength.CERTAIN or found.base is not None:
        return found
    doubt = _doubt(found)
    if doubt is None:
        return found
    return found._replace(inference=Inference(outcome, Strength.PROBABLE, f"{reason}; {doubt}"))


def is_of_what_was_altered(found: Conclusion) -> bool:
    """Return whether it would show a course of things by what is not what was said of them.

    That a level changed or a plan was missed is not shown by a figure that was altered on the way.
    """
    is_altered = found.first.is_altered or found.second.is_altered
    return is_altered and found.inference.outcome in _COURSES


def _only_possible(found: Conclusion) -> str | None:
    """Return why what would follow may only be so; None if nothing makes it so doubtful."""
    (outcome, strength, _), first, second = found.inference, found.first, found.second
    if strength is Strength.POSSIBLE:
        return None
    is_reckoned = first.series.measure in _RECKONED
    if outcome == "change" and is_reckoned and not first.speakers & second.speakers:
        return "each may reckon it otherwise"
    if outcome in _AGREEING and (first.is_possible or second.is_possible):
        return "one of them is only said to be possible"
    is_probable = strength is Strength.PROBABLE
    if is_probable and outcome in _AGREEING and _is_any_hedged(first, second):
        return "the words of one of them are hedged"
    if is_probable and outcome in _IN_DOUBT_AS_READ and (first.is_read or second.is_read):
        return _READ
    if outcome in _AGREEING and only_touch(first, second):
        return "the one begins where the other ends"
    if outcome in _IN_DOUBT_AS_READ and _is_any_since_unknown(first, second):
        return "they need not count from one time"
    if first.is_ability is not second.is_ability:
        able, made = (first, second) if first.is_ability else (second, first)
        if outcome in _OF_WHAT_IS_MADE or (outcome == "disagreement" and is_below(made, able)):
            return "not all that can be made need be"
    if outcome == "change" and (_is_daily(first, second) or _is_daily(second, first)):
        return "the one is counted by the day, the other over a year"
    return None


def _doubt(found: Conclusion) -> str | None:
    """Return why what would follow for certain follows probably only; None if nothing does.

    Steps that one claim gives are as it gives them.
    """
    outcome, first, second = found.inference.outcome, found.first, found.second
    if first.claim == second.claim:
        return None
    if first.is_possible or second.is_possible:
        return "one of them is only said to be possible"
    if _is_any_projected(first, second) and outcome == "change":
        return _PROJECTED
    if _is_any_hedged(first, second):
        return "the words of one of them are hedged"
    if first.is_read or second.is_read:
        return _READ
    if first.is_of_an_inferred_time or second.is_of_an_inferred_time:
        return "the words of one of them do not name its time"
    if first.is_of_a_guessed_day or second.is_of_a_guessed_day:
        return "the day of one of them is known only roughly"
    has_come_true = outcome == "reached" and first.kind is Kind.ESTIMATE
    kinds = {first.kind, second.kind}
    if Kind.ESTIMATE in kinds and len(kinds) > 1 and not has_come_true:
        is_ahead = _is_any_projected(first, second)
        return _PROJECTED if is_ahead else "one of them is a projection, of a time that was over"
    if outcome in _LATER and _may_be_in_another_order(first, second):
        return "the day on which one of them was said is known only roughly"
    if outcome in _LATER:
        return _taken_for_one(found)
    if outcome not in _DIFFERENT or Kind.DENIAL in (first.kind, second.kind):
        return None
    if _are_at_rough_times(first, second):
        return "the time of one of them is known only roughly"
    if _ABOUT & {first.comparator, second.comparator}:
        return "one of the figures is only about so much"
    if outcome == "change" and _are_of_two_voices_in_weeks(first, second):
        return "they are weeks apart, and two voices may count otherwise"
    # What follows since the scopes differ does not follow less surely for it.
    taken_for_one = _taken_for_one(found)
    if taken_for_one:
        return taken_for_one
    if outcome == "disagreement" and are_near(first, second) and _are_round(first, second):
        return "both are round, and within a tenth of each other"
    if outcome in ("missed", "reached") and _is_yearly_and_not(first, second):
        return "the one is counted by the year, the other is not"
    if outcome in ("missed", "reached") and (first.is_passed_on or second.is_passed_on):
        return "one of them is passed on, on the word of another"
    return None


def with_scopes(found: Conclusion) -> Conclusion:
    """Return a conclusion of one line that says so where its two figures are of other scopes."""
    outcome, strength, reason = found.inference
    taken_for_one = _taken_for_one(found)
    if taken_for_one is None or taken_for_one in reason:
        return found
    return found._replace(inference=Inference(outcome, strength, f"{reason}; {taken_for_one}"))


def _taken_for_one(found: Conclusion) -> str | None:
    """Return in what two figures of one line differ that a curator judged to be one thing."""
    first, second = found.first.series, found.second.series
    if first is second or found.differences:
        return None
    differences = differing(first, second)
    if not differences:
        return None
    how = scopes(first, second, differences)
    return f"they are taken for one thing, though of other scopes: {how}"


def _is_any_projected(first: ClaimedFigure, second: ClaimedFigure) -> bool:
    """Return whether one is projected of a time that was not over when it was."""
    return any(
        each.kind is Kind.ESTIMATE and not each.is_told_after_its_time for each in (first, second)
    )


def _is_any_hedged(first: ClaimedFigure, second: ClaimedFigure) -> bool:
    return first.is_hedged or second.is_hedged


def _is_any_since_unknown(first: ClaimedFigure, second: ClaimedFigure) -> bool:
    """Return whether of two figures of growth only one says from when it counts."""
    is_growth = first.series.is_growth and second.series.is_growth
    return is_growth and (first.since is None) is not (second.since is None)


def _are_at_rough_times(first: ClaimedFigure, second: ClaimedFigure) -> bool:
    """Return whether two times that lie close may lie otherwise, since one is known roughly."""
    is_rough = first.is_of_a_rough_time or second.is_of_a_rough_time
    return is_rough and first.valid != second.valid and first.valid.gap(second.valid) <= _CLOSE


def _are_of_two_voices_in_weeks(first: ClaimedFigure, second: ClaimedFigure) -> bool:
    """Return whether two speak of two short times with only weeks between them."""
    are_short = first.is_of_a_short_time and second.is_of_a_short_time
    is_soon = first.valid.gap(second.valid) <= _CLOSE
    return are_short and is_soon and not first.speakers & second.speakers


def _may_be_in_another_order(first: ClaimedFigure, second: ClaimedFigure) -> bool:
    """Return whether a day of saying that is approximate may lie on the other side of the other.

    It may be off by as much as it is vague: a year by a year, a day or month by two months.
    """
    rough = [each.said.days or 0 for each in (first, second) if each.is_said_roughly]
    return bool(rough) and first.said.gap(second.said) <= max(timedelta(max(rough)), _CLOSE)


def _is_yearly_and_not(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether a state of a moment is counted over a year, and the plan over less."""
    days = state.valid.days
    if days is None or days >= _WHOLE_PERIOD or plan.period is None or state.period is None:
        return False
    return state.period >= _WHOLE_PERIOD > plan.period


def _is_daily(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the one is counted by the day, of days, and the other over a year."""
    days, whole = one.valid.days, other.valid.days
    if days is None or whole is None or one.period is None or one.period > 1:
        return False
    return days < _WHOLE_PERIOD <= whole


def _are_round(first: ClaimedFigure, second: ClaimedFigure) -> bool:
    return all(each.stated is not None and _is_round(each.stated) for each in (first, second))


def _is_round(value: Decimal) -> bool:
    """Return whether a number has thousands at the least, and no more than two digits before."""
    _, digits, exponent = value.normalize().as_tuple()
    return len(digits) <= _ROUND_DIGITS and int(exponent) >= _ROUND_NOUGHTS
