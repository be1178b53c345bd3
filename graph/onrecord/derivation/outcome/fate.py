"""What a state says of a plan: whether it was reached or missed, or its time had not come.

Which way a plan points follows from how it is put (*at least*, *at most*), and else from its
measure (`rec:metBy`): output is meant to be at least as much as was planned, losses at most. Of a
measure of which neither is so, another figure than the planned one says nothing. A plan of *up to*
what is meant to grow is reached by its bound, and not missed by less; a forecast of *less than*
that is one that a goal will not be reached. What came together in a later year says nothing of a
plan of an earlier one.
"""

from datetime import date, timedelta

from onrecord.derivation.figure import ClaimedFigure, Kind
from onrecord.derivation.inference import Inference, Strength, is_below
from onrecord.derivation.span import Span

_FLOORS = frozenset(("ge", "gt", "just-over"))
_CEILINGS = frozenset(("le", "lt"))
_SOON = timedelta(62)
"""Within which what is so after a time was so when it came."""
_MONTH = timedelta(31)
"""Within which a level hardly changes any more before a time is over."""
_WHOLE_PERIOD = 300
"""Days from which a plan is of a whole year, and not of a day or month by which a rate is had."""
_YEAR = 366
"""Days up to which a plan is of one time, in which it is met or not."""
_FIRST_PART = 4
"""Part of a time of saying, in which what is so is most likely older than what is said in it."""


def fate(plan: ClaimedFigure, state: ClaimedFigure) -> Inference | None:
    """Return what a state says of a plan."""
    if _is_of_a_later_flow(plan, state):
        return None
    if state.is_prospect:
        return Inference(
            "path", Strength.POSSIBLE, "the one is what could be, and when is not said"
        )
    if is_of_failure(plan):
        return _failure(plan, state)
    is_up_to = plan.comparator in _CEILINGS and plan.series.aim == "ge"
    aim = _aim(plan)
    is_short = _is_short(plan, state, aim)
    # Of what is meant neither to grow nor to fall, any other figure is where the plan starts from.
    is_start = is_short or (not aim and (is_below(state, plan) or is_below(plan, state)))
    if is_start and plan.is_told_after_its_time and state.valid.is_before(plan.valid):
        reason = "it was so before the time of the plan, of which it is told when that has come"
        return Inference("path", Strength.PROBABLE, reason)
    if state.said.is_before(plan.said):
        if is_start:
            return Inference("path", Strength.CERTAIN, "it was so before the plan was told")
        return None
    if state.valid.is_before(plan.said):
        if is_start:
            return Inference("path", Strength.PROBABLE, "it was so before the plan was told")
        return None
    deadline = plan.valid.last
    if is_start and _are_of_one_occasion(plan, state):
        return Inference("path", Strength.PROBABLE, "the same speaker says both, of about one time")
    if is_start and _is_as_planned(plan, state):
        is_one_talk = bool(plan.speakers & state.speakers) and plan.said == state.said
        strength = Strength.CERTAIN if is_one_talk else Strength.PROBABLE
        return Inference("path", strength, "it was so at the time at which the plan was told")
    is_first = state.valid.first is None or _is_old(plan, state)
    if is_first or (is_start and _is_unordered(plan, state)):
        if is_start:
            reason = "it may have been so before the plan was told"
            return Inference("path", Strength.POSSIBLE, reason)
        return None
    if plan.nominal == 0:
        return _end(plan, state)
    if not is_start and (_is_older(plan, state) or _is_told_with(plan, state)):
        return None
    if _meets(plan, state, aim):
        is_sure = True
    elif not is_up_to and _is_about(plan, state) and not _is_on_the_way(plan, state, aim):
        is_sure = False
    elif is_short and _is_just_as_much(plan, state):
        reason = "just as much is so as was to be exceeded, which may be what was meant"
        return Inference("reached", Strength.POSSIBLE, reason)
    elif is_short and not is_up_to:
        return _short(plan, state)
    elif not is_up_to and _is_about(plan, state):
        return Inference("pending", Strength.POSSIBLE, "nearly as much is so, before its time")
    elif is_short and deadline and state.valid.last is not None and state.valid.last < deadline:
        return _pending("less is so", plan, state)
    else:
        return None
    return _met(plan, state, is_sure)


def _met(plan: ClaimedFigure, state: ClaimedFigure, is_sure: bool) -> Inference | None:
    """What follows from as much as was planned, or about as much."""
    deadline = plan.valid.last
    if deadline and state.valid.first and state.valid.first > deadline:
        if _is_of_a_whole_period(plan) and not (plan.is_target and plan.is_of_its_bearer):
            if (state.valid.first - deadline).days > _YEAR:
                return None
            reason = "it is so after the time that it was expected of, which shows little of then"
            return Inference("reached", Strength.POSSIBLE, reason)
        reason = "it is so after its time; when it was reached is not said"
        return Inference("reached", Strength.PROBABLE, reason)
    if deadline and not (state.valid.last and state.valid.last <= deadline):
        reason = "it is so at a time that may be after its own"
        strength = Strength.POSSIBLE if _is_of_unknown_day(state.valid) else Strength.PROBABLE
        return Inference("reached", strength, reason)
    is_of_a_part = _is_of_a_part(plan, state)
    if plan.is_of_an_unknown_year and plan.said == Span(None, None):
        # Neither its time nor the day on which it was told is known, so all may lie before it.
        return None
    if _may_be_before(plan, state):
        reason = "it is so at a time that may be before the plan was told"
        return Inference("reached", Strength.POSSIBLE, reason)
    if is_of_a_part and state.valid.is_within(plan.valid) and not plan.said.gap(state.valid):
        reason = "as much is so when it is planned, at the rate of a part of its time"
        return Inference("pending", Strength.POSSIBLE, reason)
    if not is_sure:
        return Inference("reached", Strength.PROBABLE, f"about as much is so, {_by(deadline)}")
    if plan.series.is_growth and (plan.since is None) != (state.since is None):
        reason = "it is so, though the two need not count from one time"
        return Inference("reached", Strength.POSSIBLE, reason)
    if deadline is None:
        return Inference("reached", Strength.PROBABLE, f"it is so, {_by(deadline)}")
    if is_of_a_part:
        is_before = state.valid.is_before(plan.valid)
        part = "before its time" if is_before else "at the rate of a part of its time"
        # Who plans less than others estimate in those weeks may well count otherwise.
        strength = Strength.POSSIBLE if _is_soon_after(plan, state) else Strength.PROBABLE
        return Inference("reached", strength, f"it is so {part}, which need not last")
    return Inference("reached", Strength.CERTAIN, f"it is so, {_by(deadline)}")


def _is_of_a_later_flow(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether what came together in a time is set against a plan of an earlier one.

    Deliveries of 2025 are no part of those that were planned for 2024, be they more or fewer. What
    is made per year is a level, which can go on, where it is not counted over a year of its own.
    """
    deadline, begins = plan.valid.last, state.valid.first
    if deadline is None or begins is None or begins <= deadline:
        return False
    if plan.is_sum and state.is_of_a_span:
        return True
    are_years = all(_is_of_a_whole_period(each) and each.is_rate for each in (plan, state))
    return are_years and state.valid.last is not None


def _is_older(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether as much was so already when the plan was made, for certain or most likely.

    A plan of some day of a year is most likely later than what was so in the first months of it.
    """
    said, valid, deadline = plan.said, state.valid, plan.valid.last
    if said.first is None or said.last is None or valid.last is None:
        return False
    if deadline is not None and deadline <= said.last and not _is_of_unknown_day(said):
        return False
    return valid.last <= said.first + (said.last - said.first) / _FIRST_PART


def is_of_failure(plan: ClaimedFigure) -> bool:
    """Return whether it is expected that what is meant to grow will be less than so much."""
    is_expected = not (plan.is_target or plan.is_conditional)
    return plan.comparator == "lt" and plan.series.aim == "ge" and is_expected


def _failure(forecast: ClaimedFigure, state: ClaimedFigure) -> Inference | None:
    """What a state says of a forecast that something will be less: less before its time is none."""
    deadline = forecast.valid.last
    begins, ends = state.valid
    if deadline is None or begins is None or ends is None or state.said.is_before(forecast.said):
        return None
    if is_below(forecast, state) or (state.low is not None and state.low == forecast.high):
        if ends > deadline:
            return None
        return Inference("missed", Strength.CERTAIN, "as much is so, by its time")
    if not _is_at_most(state, forecast):
        return None
    if state.valid.is_within(forecast.valid):
        strength = Strength.PROBABLE if state.said.is_before(state.valid) else Strength.CERTAIN
        return Inference("reached", strength, "less is so of its time, as was expected")
    if begins < deadline:
        return None
    if begins - deadline <= _SOON or state.is_sum:
        return Inference("reached", Strength.CERTAIN, "less is so when its time has come")
    return Inference("reached", Strength.PROBABLE, "less is so, some while after its time")


def _pending(what: str, plan: ClaimedFigure, state: ClaimedFigure) -> Inference:
    """What follows from less than was planned, before its time is over."""
    if plan.valid.is_before(state.valid) or state.valid.is_before(plan.valid):
        return Inference("pending", Strength.CERTAIN, f"{what}, and its time had not come")
    return Inference("pending", Strength.CERTAIN, f"{what}, and its time was not over")


def _is_as_planned(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether a state is of the days on which a plan was made, and no later one."""
    is_known = all(
        span.days is not None and span.days <= _SOON.days for span in (plan.said, state.valid)
    )
    is_apart = plan.said.is_before(state.valid) or state.valid.is_before(plan.said)
    deadline, last = plan.valid.last, state.valid.last
    is_due = deadline is not None and last is not None and deadline <= last
    return is_known and not is_apart and not is_due


def _is_told_with(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether as much is said to be so in the days on which it is planned for later.

    One statement may be told both ways, and who plans as much for later has not reached it.
    """
    is_later = plan.said.is_before(state.said) or state.valid.is_within(plan.valid)
    return _is_as_planned(plan, state) and not is_later


def _is_unordered(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether it is not known which was first, what is so or the plan for a later time.

    The day of the one is known by its year only, or a time of some length begins before the plan.
    """
    deadline, begins, said = plan.valid.last, state.valid.first, plan.said.first
    if plan.said.is_before(state.valid) or plan.nominal == 0:
        return False
    if deadline is not None and (state.valid.last is None or state.valid.last >= deadline):
        return False
    has_begun = state.is_vague and bool(begins and said and begins < said)
    return has_begun or _is_of_unknown_day(plan.said) or state.is_of_a_guessed_day


def _are_of_one_occasion(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether one speaker says what is so and what is planned, on a day not known better."""
    is_same = plan.said == state.said and bool(plan.speakers & state.speakers)
    return is_same and state.is_of_a_guessed_day


def _is_of_unknown_day(said: Span) -> bool:
    return said.days is None or said.days > _SOON.days


def _is_old(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether it was so at the latest when a plan is known, which can be far older."""
    state_last, known = state.valid.last, plan.said.last
    return plan.said.first is None and bool(state_last and known and state_last <= known)


def _may_be_before(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether the day on which a plan was made is not known well enough to come first.

    A sum is complete only at the end of its time, which a plan of that year does precede.
    """
    if not _is_of_unknown_day(plan.said) or plan.said.is_before(state.valid):
        return False
    said, ends = plan.said.last, state.valid.last
    return not (state.is_sum and said is not None and ends is not None and said <= ends)


def _by(deadline: date | None) -> str:
    return "by its time" if deadline else "and the plan has no date"


def is_more_than_expected(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether what is to rise some time to a figure is above it when that is said.

    A forecast of a time that it names can be of a fall.
    """
    if not plan.is_forecast or state.kind is Kind.PLAN or plan.valid.last or _aim(plan) != "ge":
        return False
    is_now = None not in state.valid and not (
        state.valid.is_before(plan.said) or plan.said.is_before(state.valid)
    )
    return is_now and is_below(plan, state) and not plan.speakers & state.speakers


def _aim(plan: ClaimedFigure) -> str:
    if plan.comparator in _FLOORS:
        return "ge"
    if plan.comparator in _CEILINGS:
        return plan.series.aim or "le"
    return plan.series.aim


def _is_short(plan: ClaimedFigure, state: ClaimedFigure, aim: str) -> bool:
    if aim == "ge":
        return is_below(state, plan)
    return aim == "le" and is_below(plan, state)


def _meets(plan: ClaimedFigure, state: ClaimedFigure, aim: str) -> bool:
    """Return whether all that the state can mean meets the plan.

    Just what was to be exceeded does not, for all that is known.
    """
    if aim == "le":
        return _is_at_most(state, plan)
    if aim == "ge" and plan.comparator in _CEILINGS:
        return plan.high is not None and state.low is not None and state.low >= plan.high
    is_at_least = (
        plan.low is not None
        and state.low is not None
        and state.low >= plan.low
        and not is_below(state, plan)
    )
    return is_at_least if aim == "ge" else is_at_least and _is_at_most(state, plan)


def _is_at_most(state: ClaimedFigure, plan: ClaimedFigure) -> bool:
    return (
        plan.high is not None
        and state.high is not None
        and state.high <= plan.high
        and not is_below(plan, state)
    )


def _is_just_as_much(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether what was to be exceeded is so by its time, and no more: a million."""
    deadline = plan.valid.last
    is_by_then = deadline is None or bool(state.valid.last and state.valid.last <= deadline)
    is_same = plan.comparator == "gt" and state.value is not None and state.value == plan.nominal
    return is_same and is_by_then and state.comparator in ("eq", "ge", "just-over")


def _is_on_the_way(plan: ClaimedFigure, state: ClaimedFigure, aim: str) -> bool:
    """Return whether nearly as much is so before the time of a plan.

    About 80 in 2024 is within a tenth of the 85 planned for 2028, but does not show that it was
    reached four years early.
    """
    deadline, reached = plan.valid.last, state.nominal
    if not deadline or reached is None or not state.valid.last or state.valid.last >= deadline:
        return False
    if aim == "le":
        return plan.high is not None and reached > plan.high
    return aim == "ge" and plan.low is not None and reached < plan.low


def _is_about(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether they are the same within what *about* or a range allows."""
    if state.is_bound or is_below(state, plan) or is_below(plan, state):
        return False
    return not plan.is_bound or plan.nominal == state.nominal


def _is_of_a_part(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether a plan of a whole period is met by the rate of a part of it only."""
    whole, part = plan.valid.days, state.valid.days
    return (
        plan.is_rate
        and _is_of_a_whole_period(plan)
        and whole is not None
        and part is not None
        and part < whole
    )


def _is_soon_after(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether what is so is of the weeks after a plan was told."""
    told, begins = plan.said.last, state.valid.first
    return told is not None and begins is not None and begins - told <= _SOON


def _is_of_a_whole_period(plan: ClaimedFigure) -> bool:
    """Return whether a plan is of a whole year, and not of a day or month in it."""
    days = plan.valid.days
    return days is not None and days >= _WHOLE_PERIOD


def _short(plan: ClaimedFigure, state: ClaimedFigure) -> Inference:
    """What follows from less than was planned, or from more of what was meant to fall."""
    if state.comparator == "nearly" and state.high is not None and state.high == plan.low:
        found = _less(plan, state, "nearly as much is so")
        # Nearly a million may be the million that was planned, in other words.
        strength = Strength.POSSIBLE if found.outcome == "missed" else found.strength
        return found._replace(strength=strength)
    return _less(plan, state, f"{'more' if is_below(plan, state) else 'less'} is so")


def _less(plan: ClaimedFigure, state: ClaimedFigure, what: str) -> Inference:
    """Return how `what` is so stands to the time of a plan that it falls short of."""
    deadline = plan.valid.last
    is_more = is_below(plan, state)
    if deadline is None:
        return Inference("pending", Strength.POSSIBLE, f"{what}, and the plan has no date")
    if state.valid.first is not None and state.valid.first >= deadline:
        # What can be made shows so at its first day; what is made is of all its time.
        end = state.valid.first if state.is_ability else state.valid.last
        is_soon = (end or state.valid.first) - deadline <= _SOON
        if is_soon or (state.is_sum and not is_more):
            return Inference("missed", Strength.CERTAIN, f"{what} when its time has come")
        return Inference("missed", Strength.PROBABLE, f"{what}, some while after its time")
    if state.said.is_before(state.valid) and state.valid.is_within(plan.valid):
        reason = f"it is said, before its time has come, that {what} of it"
        return Inference("missed", Strength.PROBABLE, reason)
    has_ended = state.said.first is not None and state.said.first > deadline
    # What comes together bit by bit can still be as much when its time is over.
    is_of_all = has_ended and state.valid == plan.valid
    if state.per and not is_of_all and _is_of_its_time(plan, state):
        return _short_in_its_time(what, plan, state, has_ended)
    if state.valid.last is not None and state.valid.last < deadline:
        return _pending(what, plan, state)
    if has_ended and state.valid == plan.valid:
        return Inference("missed", Strength.CERTAIN, f"{what} of its time, which is over")
    if has_ended and state.is_ability and not state.is_vague:
        reason = f"{what} of a time that goes on after it"
        return Inference("missed", Strength.PROBABLE, reason)
    begins, said = state.valid.first, plan.said.first
    if state.is_vague and begins and said and begins < said:
        reason = "it may have been so before the plan was told"
        return Inference("path", Strength.POSSIBLE, reason)
    return Inference("pending", Strength.POSSIBLE, f"{what}, perhaps before its time has come")


def _short_in_its_time(
    what: str, plan: ClaimedFigure, state: ClaimedFigure, has_ended: bool
) -> Inference:
    """What follows from a rate or level in the time of a plan, which need not be met all the time.

    The less of it is left, the less can still be meant: 40,000 a month in its last month is short
    of 80,000 a month in a year, and in its first half not yet.
    """
    reason = f"{what} in {'a part of its time' if has_ended else 'its time, which was not over'}"
    (begins, ends), (since, until) = plan.valid, state.valid
    if ends and until and ends - until <= _MONTH:
        return Inference("missed", Strength.PROBABLE, reason)
    if begins and ends and since and since - begins > ends - since:
        return Inference("missed", Strength.POSSIBLE, reason)
    return Inference("pending", Strength.POSSIBLE, reason)


def _is_of_its_time(plan: ClaimedFigure, state: ClaimedFigure) -> bool:
    """Return whether a state is of a time within the plan's, which is a year at most."""
    days = plan.valid.days
    is_known = days is not None and days <= _YEAR and None not in state.valid
    return is_known and state.valid.is_within(plan.valid)


def _end(plan: ClaimedFigure, state: ClaimedFigure) -> Inference | None:
    """What a state says of a plan to end something."""
    if state.high is not None and state.high <= 0:
        return Inference("reached", Strength.CERTAIN, "there is none any more")
    if state.low is None or state.low <= 0:
        return None
    deadline = plan.valid.last
    if deadline is None or state.valid.first is None:
        return Inference("pending", Strength.POSSIBLE, "there is some, and the plan has no date")
    if state.valid.first >= deadline:
        return Inference("missed", Strength.CERTAIN, "there is some when its time has come")
    return Inference("pending", Strength.CERTAIN, "there is some, and its time had not come")
