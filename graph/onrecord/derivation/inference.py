"""What is concluded of two figures, how surely, and how their sizes lie to each other."""

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from onrecord.derivation.figure import ClaimedFigure

TENTH = Decimal("0.1")
"""What *about* allows, and unlike periods."""
_FAR = Decimal("1.5")
"""Ratio above which a bound is not said of the other figure: *under 500,000* is not of 300,000."""
_TWENTIETH = Decimal("0.05")
_HUNDREDTH = Decimal("0.01")
_PLAIN = frozenset(("eq", "approx"))
"""Comparators that do not say on which side of the number it is."""
_BELOW = frozenset(("lt", "nearly"))
_ABOVE = frozenset(("gt", "just-over"))
_CLOSE = frozenset(("nearly", "just-over"))
_FLOORS = _ABOVE | {"ge"}
_CEILINGS = _BELOW | {"le"}


class Strength(StrEnum):
    """How surely a conclusion follows."""

    CERTAIN = "for-certain"
    PROBABLE = "probable"
    POSSIBLE = "may-be"


class Inference(NamedTuple):
    """What is concluded of two figures."""

    outcome: str
    strength: Strength
    reason: str


class Conclusion(NamedTuple):
    """An inference and its two figures: the plan first, or what is earlier, or was said first."""

    first: ClaimedFigure
    second: ClaimedFigure
    inference: Inference
    differences: tuple[str, ...] = ()
    """Properties that the two differ in, where they are not of one line."""
    base: ClaimedFigure | None = None
    """The figure that a share is of, where it follows from one."""


def is_below(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether all that the one can mean is below all that the other can mean."""
    if one.high is None or other.low is None:
        return False
    if one.high == other.low:
        return one.comparator in _BELOW or other.comparator in _ABOVE
    return one.high < other.low


def can_both_hold(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether two figures can both be right of one thing at one time."""
    if not (is_below(one, other) or is_below(other, one)):
        return True
    x, y = one.nominal, other.nominal
    if x is None or y is None:
        return False
    if one.is_bound or other.is_bound:
        # "More than four" repeats "four" where neither claims to be the whole truth.
        is_same = x == y or _is_rounding(x, y)
        return is_same and {one.comparator, other.comparator} in ({"gt", "eq"}, {"gt", "approx"})
    if is_nearly(one, other):
        return True
    is_rounded = one.period != other.period or "approx" in (one.comparator, other.comparator)
    if is_rounded and abs(x - y) <= TENTH * max(x, y):
        return True
    return {one.comparator, other.comparator} <= _PLAIN and _is_rounding(x, y)


def are_opposed(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the one says what is passed, and the other what is not."""
    comparators = {one.comparator, other.comparator}
    return bool(comparators & _FLOORS) and bool(comparators & _CEILINGS)


def are_steps_of_bounds(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether two bounds to one side are apart: more than 100 and more than 150."""
    are_floors = one.high is None and other.high is None
    are_ceilings = one.low is None and other.low is None
    return (are_floors or are_ceilings) and not are_near(one, other)


def only_touch(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the one range, as it was said, begins where the other ends."""
    (a, b), (x, y) = _range(one), _range(other)
    if None in (a, b, x, y):
        return False
    return a != b and x != y and (b == x or y == a)


def _range(figure: ClaimedFigure) -> tuple[Decimal | None, Decimal | None]:
    """Return a range as it was said, without what *about* allows."""
    if figure.range_low is not None and figure.range_high is not None:
        return figure.range_low, figure.range_high
    return figure.low, figure.high


def are_far(one: ClaimedFigure, other: ClaimedFigure, ratio: Decimal | int = _FAR) -> bool:
    """Return whether the greater of two figures, or bounds, is more than half as much again."""
    x, y = one.nominal or 0, other.nominal or 0
    return max(x, y) > ratio * min(x, y)


def are_near(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether two figures, or bounds, are within a tenth of each other."""
    x, y = one.nominal, other.nominal
    return x is not None and y is not None and abs(x - y) <= TENTH * max(abs(x), abs(y))


def is_rounded(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the one may be the other, rounded to its last digit: 14,500 and 14,000."""
    x, y = one.stated, other.stated
    if x is None or y is None or one.period != other.period:
        return False
    if not {one.comparator, other.comparator} <= _PLAIN:
        return False
    last = max(int(each.normalize().as_tuple().exponent) for each in (x, y))
    return abs(x - y) <= min(Decimal(1).scaleb(last) / 2, _TWENTIETH * max(abs(x), abs(y)))


def is_nearly(one: ClaimedFigure, other: ClaimedFigure) -> bool:
    """Return whether the one is said to be nearly or just over the other, which may round it."""
    comparators = {one.comparator, other.comparator}
    is_close = bool(comparators & _CLOSE) and bool(comparators & _PLAIN)
    return is_close and one.nominal == other.nominal


def _is_rounding(x: Decimal, y: Decimal) -> bool:
    """Return whether the one is the other, rounded to its last digit and within a hundredth."""
    last = max(int(each.normalize().as_tuple().exponent) for each in (x, y))
    return abs(x - y) <= min(Decimal(1).scaleb(last) / 2, _HUNDREDTH * max(abs(x), abs(y)))
