"""Scales of a timeline: the places of ratios and days."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from onrecord.derivation.span import Span
from onrecord_server.pages.timeline.ratio_claim import RatioClaim

DOUBLING = 54
"""Height of a factor of two."""
LANE = 48
"""Height of a lane of claims without a factor."""

_TIMES = {0: "as much", 1: "twice", -1: "half", -2: "a quarter", -3: "an eighth"}


@dataclass(frozen=True, slots=True)
class RatioScale:
    """Vertical scale: doublings above and below the line of equality, lanes next to it.

    A claim of more or less without a factor is in a lane and at no ratio. So the scale begins
    beyond the lanes, and nothing that has a factor can be mistaken for one that has none.
    """

    above: int
    """Doublings above equality; 0 if no ratio is more than 1."""
    below: int
    top: int

    @property
    def parity(self) -> int:
        """Height of the line of equality."""
        return self.top + self.above * DOUBLING + LANE

    @property
    def bottom(self) -> int:
        """Lower end."""
        return self.parity + 2 * LANE + self.below * DOUBLING

    def height(self, ratio: float) -> float:
        """Return the place of a ratio."""
        doublings = math.log2(ratio)
        if doublings > 0:
            return self.parity - LANE - doublings * DOUBLING
        if doublings < 0:
            return self.parity + 2 * LANE - doublings * DOUBLING
        return self.parity

    def lane(self, name: str) -> float:
        """Return the middle of a lane: `ahead`, `level` or `behind`."""
        return self.parity + {"ahead": -0.5, "level": 0.5, "behind": 1.5}[name] * LANE

    def steps(self) -> list[tuple[float, str]]:
        """Return heights and names of the doublings."""
        powers = [*range(self.above, 0, -1), 0, *(-each for each in range(1, self.below + 1))]
        return [(self.height(2.0**power), _TIMES.get(power) or _name(power)) for power in powers]


def _name(power: int) -> str:
    return f"{2**power} times" if power > 0 else f"1/{2**-power}"


def ratio_scale(claims: Iterable[RatioClaim], top: int) -> RatioScale:
    """Return the scale that has room for all factors."""
    logs = [math.log2(ratio) for claim in claims for ratio in factors(claim)]
    above = math.ceil(max([*logs, 1]))
    below = math.ceil(-min([*logs, 0]))
    return RatioScale(above, below, top)


def factors(claim: RatioClaim) -> list[float]:
    """Return the ratios of a claim: one value, or both ends; none if it gives no factor."""
    if lane_of(claim):
        return []
    found = [claim.value] if claim.value is not None else [claim.low, claim.high]
    return [ratio for ratio in found if ratio]


def lane_of(claim: RatioClaim) -> str:
    """Return the lane of a claim that says more or less without a factor; empty for others."""
    bound = claim.value or claim.low or claim.high
    if bound != 1 or claim.comparator not in ("gt", "ge", "lt", "le"):
        return ""
    return {"gt": "ahead", "ge": "ahead", "le": "level", "lt": "behind"}[claim.comparator]


class Tick(NamedTuple):
    """Mark of the time axis."""

    x: float
    text: str
    strong: bool


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Horizontal scale of days."""

    first: date
    last: date
    left: int
    right: int

    def place(self, day: date) -> float:
        """Return the place of a day."""
        whole = max((self.last - self.first).days, 1)
        part = min(max((day - self.first).days / whole, 0.0), 1.0)
        return round(self.left + part * (self.right - self.left), 1)

    def ticks(self) -> list[Tick]:
        """Return the beginnings of years, and of quarters where there is room."""
        years = range(self.first.year, self.last.year + 1)
        months = (1, 4, 7, 10) if len(years) <= 4 else (1,)
        step = max(len(years) // 12, 1)
        days = [date(year, month, 1) for year in years[::step] for month in months]
        return [
            Tick(self.place(day), _tick(day), day.month == 1)
            for day in days
            if self.first <= day <= self.last
        ]


def _tick(day: date) -> str:
    return f"Jan {day.year}" if day.month == 1 else f"{day:%b}"


def time_scale(spans: Iterable[Span], left: int, right: int) -> TimeScale | None:
    """Return the scale that has room for every known end; None if none is known."""
    days = [day for span in spans for day in (span.first, span.last) if day is not None]
    if not days:
        return None
    margin = max(timedelta(days=20), (max(days) - min(days)) / 40)
    return TimeScale(min(days) - margin, max(days) + margin, left, right)
