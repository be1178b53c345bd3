"""Figures of two series: what follows from what the one is to the other, or only seems to.

Three things follow without a judgement. Nobody makes more than could be made, nor a part more than
the whole that it is of: what is wholly above what it cannot exceed disagrees with it. And a share
times what it is of is a number, which agrees with a number that was given, or does not. Bearers are
parts for what they make, use up or could make, as a league has only what its members have; what is
delivered, ordered or held can be the league's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from onrecord.derivation.figure import ClaimedFigure, Kind, Series, Wider
from onrecord.derivation.inference import (
    Conclusion,
    Inference,
    Strength,
    are_far,
    can_both_hold,
    is_below,
)
from onrecord.derivation.sentence import scopes
from onrecord.derivation.solutions import local
from onrecord.derivation.span import Span

_OF_MEMBERS = frozenset(
    ("output", "refurbished-output", "capacity", "consumption", "production-lines", "economy-size")
)
"""Measures of which a league has what its members have, and no more."""
_OF_KINDS = _OF_MEMBERS | {"delivery", "export", "stock"}
"""Measures of which there is no more of a kind of product than of all of them."""
_WITHIN = {
    ("output", "capacity"): "nobody makes more than could be made",
    ("output", "refurbished-output"): "what is made anew is part of what is made or refurbished",
    ("delivery", "order"): "no more is delivered than was ordered, if both are of one order",
}
"""Why what has the first measure is no more than what has the second."""
_DONE_BEFORE = frozenset(("pledge", "order", "need"))
"""Measures of what is done before that which is measured against it."""
_MADE_ANEW_OR_NOT = ("output", "refurbished-output")
"""Measures of which the narrower is told for the wider where words are short."""
_IN_OTHER_WORDS = frozenset(("product", "measure", "versusMeasure"))
MADE_OR_MAKEABLE = frozenset(("output", "capacity"))
"""Measures of which what is to be one is to be the other, too."""
_OTHER_RATIO = frozenset(("versus", "versusMeasure"))
"""In what two ratios differ that have nothing on their other sides in common."""
_TWICE_APART = frozenset(("bearer", "product"))
_WEEKS = timedelta(62)
_YEAR = timedelta(365)
_QUARTER = 93
UNLIKE = 3
"""Ratio from which figures of a thing and of its parts, and of two bearers, are not mixed up."""
_PERCENT = "http://qudt.org/vocab/unit/PERCENT"

Alike = frozenset[frozenset[str]]
"""Pairs of bearers of whom a curator took what is made, or can be, for one line."""


def differing(one: Series, other: Series) -> tuple[str, ...]:
    """Return the properties in which the scopes of two series differ."""
    a, b = one.scope, other.scope
    found = [name for name in ("measure", "product", "bearer") if a[name] != b[name]]
    if "versus" in a and "versus" in b:
        # Growth is of a bearer against itself, so its other side differs only as its bearer does.
        if not one.is_growth and a["versus"] != b["versus"]:
            found.append("versus")
        sides = (a.get("versusMeasure", a["measure"]), b.get("versusMeasure", b["measure"]))
        are_stated = "versusMeasure" in a or "versusMeasure" in b
        if sides[0] != sides[1] and (are_stated or "measure" not in found):
            found.append("versusMeasure")
    found += [name for name in ("recipient", "priceYear") if a.get(name) != b.get(name)]
    return tuple(found)


def why_within(part: Series, whole: Series, kinds: Wider, leagues: Wider) -> str | None:
    """Return why no figure of the one series exceeds one of the other; None if it may."""
    a, b = part.scope, whole.scope
    if "versus" in a or "versus" in b or a["unit"] != b["unit"] or not part.adds_up:
        return None
    if a.get("priceYear") != b.get("priceYear") or b.get("recipient", a.get("recipient")) != a.get(
        "recipient"
    ):
        return None
    reasons = []
    if part.measure != whole.measure:
        reason = _WITHIN.get((part.measure, whole.measure))
        if reason is None:
            return None
        reasons.append(reason)
    for name, wider, measures in (("product", kinds, _OF_KINDS), ("bearer", leagues, _OF_MEMBERS)):
        if a[name] == b[name]:
            continue
        if b[name] not in wider.get(a[name], ()) or not {part.measure, whole.measure} <= measures:
            return None
        reasons.append("a part is no more than its whole")
    if a.get("recipient") != b.get("recipient"):
        reasons.append("what one recipient gets is no more than what all get")
    return reasons[0] if reasons else None


def exceed(part: ClaimedFigure, whole: ClaimedFigure, reason: str) -> Conclusion | None:
    """Return the disagreement of a figure with one that it cannot exceed, and does; else None."""
    if Kind.DENIAL in (part.kind, whole.kind) or part.claim == whole.claim:
        return None
    if (part.kind is Kind.PLAN) != (whole.kind is Kind.PLAN) or not is_below(whole, part):
        return None
    if (part.unit, part.per) != (whole.unit, whole.per):
        return None
    x, y = part.nominal, whole.nominal
    if x is None or y is None or can_both_hold(whole, part):
        return None
    is_of_order = whole.series.measure == "order"
    strength = _same_time(part, whole)
    if is_of_order:
        strength = None if part.valid.is_before(whole.valid) else Strength.POSSIBLE
    if strength is None:
        return None
    first, second = _in_order(part, whole)
    differences = differing(part.series, whole.series)
    how = scopes(first.series, second.series, differences)
    if strength is Strength.POSSIBLE:
        reason = f"{reason}, if both are of one time" if not is_of_order else reason
    inference = Inference("disagreement", strength, f"{reason}: {how}")
    return Conclusion(first, second, inference, differences)


def _same_time(part: ClaimedFigure, whole: ClaimedFigure) -> Strength | None:
    """Return how surely what is so of the whole's time limits what is so of the part's."""
    a, b = part.valid, whole.valid
    if part.kind is not Kind.PLAN and (_is_known_in(part, b) or _is_known_in(whole, a)):
        return Strength.POSSIBLE
    if None in (*a, *b) or not a.is_within(b):
        return None
    if whole.is_vague and whole.per and a != b and whole.kind is not Kind.PLAN:
        # What could be made at some time of a long one says nothing of a day in it.
        return None
    if part.kind is Kind.PLAN:
        # What can be made by then may have been planned anew since.
        return Strength.POSSIBLE
    if part.is_sum and whole.is_sum:
        # A sum only grows, so the part of a shorter time is within the whole of a longer one.
        if part.is_of_a_span and whole.is_of_a_span:
            return Strength.CERTAIN
        return Strength.PROBABLE if a == b else None
    is_sure = a == b and not (part.is_vague or whole.is_vague) and part.kind is whole.kind
    return Strength.CERTAIN if is_sure else Strength.PROBABLE


def _is_known_in(figure: ClaimedFigure, time: Span) -> bool:
    """Return whether a figure of an unknown day became known within a time or soon after."""
    known = figure.valid.last
    first, last = time
    if not (known and first and last) or (last - first).days > _QUARTER:
        return False
    is_of_unknown_day = figure.is_of_the_moment and figure.valid.first is None
    return is_of_unknown_day and first <= known <= last + _WEEKS


def side_by_side(
    one: ClaimedFigure,
    other: ClaimedFigure,
    reason: str,
    differences: Iterable[str],
    is_open: bool = False,
) -> Conclusion:
    """Return two figures that only seem to conflict or to be the same, if it `is_open` perhaps."""
    strength = Strength.POSSIBLE if is_open else Strength.PROBABLE
    inference = Inference("apparent", strength, reason)
    return Conclusion(*_in_order(one, other), inference, tuple(differences))


def _in_order(one: ClaimedFigure, other: ClaimedFigure) -> tuple[ClaimedFigure, ClaimedFigure]:
    return (one, other) if one.saying <= other.saying else (other, one)


def of_kin(
    one: ClaimedFigure,
    other: ClaimedFigure,
    differences: Iterable[str],
    is_judged: bool = False,
    alike: Alike = frozenset(),
) -> Conclusion | None:
    """Return what is concluded of figures of kindred series of which neither is within the other.

    One side that gives one figure twice within weeks says one thing in other words, and one goal
    can be told in two ways; else the two only seem to conflict or to be the same, if a reader could
    take them for one another. Those of one year and of the next can be.
    """
    if not _are_comparable(one, other):
        return None
    is_same = one.value is not None and one.value == other.value
    if not is_same and not (is_below(one, other) or is_below(other, one)):
        return None
    found = list(differences)
    if not is_same and set(found) >= _OTHER_RATIO:
        return None
    years = one.valid.years_to(other.valid) if one.valid.gap(other.valid) else 0
    if years > 1:
        return None
    first, second = _in_order(one, other)
    how = scopes(first.series, second.series, tuple(found))
    if is_same and _are_of_one_saying(one, other, found):
        reason = f"one side says the same in other words: {how}"
        inference = Inference("agreement", Strength.POSSIBLE, reason)
        return Conclusion(first, second, inference, tuple(found))
    if _is_one_goal(one, other, found, alike):
        reason = f"one goal is told in two ways, for all that is known: {how}"
        inference = Inference("agreement", Strength.POSSIBLE, reason)
        return Conclusion(first, second, inference, tuple(found))
    if _count_from_other_times(first, second):
        found.append("baseline")
        since = f"{first.since_in_words} against since {second.since_in_words}"
        how = f"{how}, counted since {since}"
    if one.valid.gap(other.valid):
        found.append("validFor")
        how = f"{how}, at other times"
    if {one.kind, other.kind} == {Kind.PLAN, Kind.STATE}:
        found.append("modality")
        side = "first" if first.kind is Kind.PLAN else "second"
        how = f"{how}, of which the {side} is planned or expected"
    reason = f"they are of other scopes: {how}"
    if is_judged:
        reason = f"they may be of one scope, or of two: {how}"
    return side_by_side(one, other, reason, found, is_judged)


def of_part_and_whole(
    part: ClaimedFigure,
    whole: ClaimedFigure,
    reason: str,
    differences: Iterable[str],
    alike: Alike = frozenset(),
) -> Conclusion | None:
    """Return what is concluded of figures of a part and of its whole.

    What is far less of the part, as it is meant to be, is worth no word where the two differ both
    in whose they are and in what they count, nor is that the part is at most less than the whole.
    """
    found = exceed(part, whole, reason) or of_kin(part, whole, differences, alike=alike)
    if found is None or found.inference.outcome != "apparent":
        return found
    if is_below(part, whole) and are_far(part, whole) and set(differences) >= _TWICE_APART:
        return None
    if part.low is None and is_below(part, whole):
        return None
    is_same = part.value is not None and part.value == whole.value and part.valid == whole.valid
    are_told_alike = (part.series.measure, whole.series.measure) == _MADE_ANEW_OR_NOT
    if is_same and are_told_alike and part.kind is whole.kind:
        outcome, _, why = found.inference
        why = f"{why}; the same is given of one time, so that the one may be told for the other"
        return found._replace(inference=Inference(outcome, Strength.POSSIBLE, why))
    is_short = part.kind is Kind.PLAN and whole.kind is not Kind.PLAN and is_below(whole, part)
    if is_short and not whole.is_vague and not part.valid.gap(whole.valid):
        outcome, _, why = found.inference
        why = f"{why}; of the whole there is less than was planned of its part, which may be missed"
        return found._replace(inference=Inference(outcome, Strength.POSSIBLE, why))
    return found


def are_apart(one: Series, other: Series, kinds: Wider) -> bool:
    """Return whether far figures of two series are laid side by side by nobody.

    The sails of one yard and the boats of two others: neither counts a kind of what the other
    counts, nor is it of the same bearer.
    """
    a, b = one.scope, other.scope
    x, y = a["product"], b["product"]
    is_kind = x == y or y in kinds.get(x, ()) or x in kinds.get(y, ())
    return not is_kind and a["bearer"] != b["bearer"]


def _are_comparable(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    if one.claim == other.claim or (one.unit, one.per) != (other.unit, other.per):
        return False
    return Kind.DENIAL not in (one.kind, other.kind)


def _are_of_one_saying(
    one: ClaimedFigure, other: ClaimedFigure, differences: Iterable[str]
) -> bool:
    """Return whether one side says one figure of one thing, named more or less narrowly.

    Skiffs or boats, *make* or *can make*, within weeks and of one time.
    """
    if not set(differences) <= _IN_OTHER_WORDS or not one.bodies & other.bodies:
        return False
    for name in ("measure", "versusMeasure"):
        if name in differences:
            sides = {
                each.series.scope.get(name, each.series.scope["measure"]) for each in (one, other)
            }
            if {local(side) for side in sides} != MADE_OR_MAKEABLE:
                return False
    is_one_kind = (one.kind is Kind.PLAN) == (other.kind is Kind.PLAN)
    is_one_way = one.comparator == other.comparator or not (one.is_bound or other.is_bound)
    apart = one.said.gap(other.said)
    is_soon = apart <= _WEEKS and one.valid.gap(other.valid) <= _WEEKS
    is_of_one_time = None not in (*one.valid, *other.valid) and not one.valid.gap(other.valid)
    return is_one_kind and is_one_way and (is_soon or (is_of_one_time and apart < _YEAR))


def _count_from_other_times(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether two figures of growth count from times that do not overlap."""
    return bool(one.since and other.since and one.since.gap(other.since))


def _is_one_goal(
    one: ClaimedFigure, other: ClaimedFigure, differences: Iterable[str], alike: Alike
) -> bool:
    """Return whether two plans of one figure for one time are one goal, told in two ways.

    What is to be made is to be makeable. Whose it is may differ where a curator took figures of the
    two for one line, and what is counted where one body says both.
    """
    if {one.kind, other.kind} != {Kind.PLAN} or one.is_conditional or other.is_conditional:
        return False
    if one.nominal != other.nominal or "lt" in (one.comparator, other.comparator):
        return False
    a, b = one.series.scope, other.series.scope
    for name in differences:
        if name == "measure" and {local(a[name]), local(b[name])} == MADE_OR_MAKEABLE:
            continue
        if name == "bearer" and frozenset((a[name], b[name])) in alike:
            continue
        if name != "product" or not one.bodies & other.bodies:
            return False
    is_dated = one.valid.last is not None and other.valid.last is not None
    return is_dated and one.valid.gap(other.valid) <= _WEEKS


def shares(figures: Iterable[ClaimedFigure]) -> Iterator[Conclusion]:
    """Yield what each share says of a number, by way of the figure that it is a share of."""
    numbers: Mapping[tuple[str | None, ...], list[ClaimedFigure]] = defaultdict(list)
    found: list[ClaimedFigure] = []
    for figure in figures:
        scope = figure.series.scope
        if figure.kind is Kind.DENIAL:
            continue
        if "versus" not in scope:
            numbers[_what(figure.series)].append(figure)
        elif scope["unit"] == _PERCENT and (
            "versusMeasure" in scope or not figure.series.is_growth
        ):
            found.append(figure)
    for share in found:
        scope = share.series.scope
        whole = {
            **scope,
            "bearer": scope["versus"],
            "measure": scope.get("versusMeasure", scope["measure"]),
        }
        base = _base_of(share, numbers[_what(replace(share.series, scope=whole))])
        if base is not None:
            for number in numbers[_what(share.series)]:
                conclusion = _share(share, base, number)
                if conclusion is not None:
                    yield conclusion


def _what(series: Series) -> tuple[str | None, ...]:
    return tuple(
        series.scope.get(name)
        for name in ("measure", "product", "bearer", "recipient", "priceYear")
    )


def _base_of(share: ClaimedFigure, figures: Iterable[ClaimedFigure]) -> ClaimedFigure | None:
    """Return the figure that a share is of: its own claim's, its speaker's, else the last one said.

    What is done before can be of an earlier time; all else is of the same.
    """
    fit = [
        figure
        for figure in figures
        if figure.value is not None
        and not share.said.is_before(figure.said)
        and (figure.series.measure in _DONE_BEFORE or figure.valid == share.valid)
    ]
    return max(
        fit,
        key=lambda figure: (
            figure.claim == share.claim,
            bool(figure.speakers & share.speakers),
            figure.saying,
        ),
        default=None,
    )


def _share(share: ClaimedFigure, base: ClaimedFigure, number: ClaimedFigure) -> Conclusion | None:
    if base.unit != number.unit or base.per != number.per or share.value is None:
        return None
    if (share.kind is Kind.PLAN) != (number.kind is Kind.PLAN) or share.valid != number.valid:
        return None
    if share.series.scope.get("recipient") != number.series.scope.get("recipient"):
        return None
    # A share is rounded to its last digit.
    half = Decimal(1).scaleb(int(share.value.normalize().as_tuple().exponent)) / 2
    half = min(half, Decimal("0.5"))
    whole = base.value or Decimal(0)
    low = None if share.low is None else (share.low - half) * (base.low or whole) / 100
    high = None if share.high is None else (share.high + half) * (base.high or whole) / 100
    value = share.value * whole / 100
    part = replace(
        share,
        unit=number.unit,
        per=number.per,
        value=value,
        low=low,
        high=high,
        period=number.period,
    )
    is_right = can_both_hold(part, number)
    are_of_one = share.speakers & base.speakers & number.speakers or share.claim == base.claim
    is_sure = are_of_one and None not in share.valid and "approx" not in (
        share.comparator, base.comparator, number.comparator
    )  # fmt: skip
    is_one_saying = share.claim == number.claim
    reason = f"{share.value.normalize():f} % of {whole:,f} is {value:,f}"
    inference = Inference(
        "agreement" if is_right else "disagreement",
        Strength.CERTAIN if is_sure or (is_one_saying and is_right) else Strength.PROBABLE,
        reason,
    )
    return Conclusion(share, number, inference, differing(share.series, number.series), base)
