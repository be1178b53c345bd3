"""Time spans: first and last day of a time as far as it is known, and how two of them lie."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

_NONE = timedelta(0)


class Span(NamedTuple):
    """First and last day that a time can touch; None where that end is open or not known."""

    first: date | None
    last: date | None

    @property
    def days(self) -> int | None:
        """Length in days; None if an end is open."""
        if self.first is None or self.last is None:
            return None
        return (self.last - self.first).days + 1

    def is_before(self, other: "Span") -> bool:
        """Return whether this ends before the other begins, for certain."""
        return bool(self.last and other.first and self.last < other.first)

    def is_within(self, other: "Span") -> bool:
        """Return whether this lies within the other, for certain."""
        if None in (*self, *other):
            return False
        return other.first <= self.first and self.last <= other.last  # type: ignore[operator]

    def years_to(self, other: "Span") -> int:
        """Return how many years of the calendar lie from the one to the other; 0 if they touch."""
        for earlier, later in ((self, other), (other, self)):
            if earlier.last and later.first and earlier.last < later.first:
                return later.first.year - earlier.last.year
        return 0

    def gap(self, other: "Span") -> timedelta:
        """Return the time between the two; none where they overlap, or an open end may."""
        first, last = self
        if last and other.first and last < other.first:
            return other.first - last
        if other.last and first and other.last < first:
            return first - other.last
        return _NONE

    def __str__(self) -> str:
        """Return it in words: a day, month or year where it is one, else its ends."""
        if self.first is None and self.last is None:
            return "an unknown time"
        if self.first is None:
            return f"a time up to {_day(self.last)}"
        if self.last is None:
            return f"the time from {_day(self.first)} on"
        first, last = self.first, self.last
        if first == last:
            return _day(first)
        if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
            if (first.year, first.month) == (last.year, last.month):
                return f"{first:%B} {first.year}"
            if first.month == 1 and last.month == 12:
                years = f"{first.year} to {last.year}"
                return str(first.year) if first.year == last.year else years
        return f"{_day(first)} to {_day(last)}"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B} {day.year}" if day else ""
