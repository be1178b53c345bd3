"""Time spans: first and last day of a time as far as it is known, how two lie, and their words."""

import re
from calendar import month_name, monthrange
from datetime import date, timedelta
from typing import NamedTuple

_DATE = re.compile(
    r"(?P<year>\d{4}|XXXX)(?:-(?P<month>0[1-9]|1[0-2]|2[1-4])(?:-(?P<day>\d\d))?)?"
    r"(?P<sign>[~?%]?)"
)
_SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_QUALIFIERS = {"": "", "~": "about ", "?": "perhaps ", "%": "perhaps about "}
_UNKNOWN = "an unknown time"
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


def in_words(edtf: str) -> str:
    """Return an EDTF date in words that name no day, month or year which it does not.

    A day, a month, a season or a year stays what it is, and what is approximate is *about* so. Of
    an interval the first day of a month that begins it, and the last one of a month that ends it,
    are told by the month, and so is a day that is known only roughly. What has another form (a
    set, an unspecified digit) is returned as it is; nothing as *an unknown time*.
    See the EDTF specification of the Library of Congress (ISO 8601-2:2019).
    """
    start, slash, end = edtf.partition("/")
    if not slash:
        return _date_in_words(edtf) if edtf.strip(".") else _UNKNOWN
    start, end = _month_at_first(start), _month_at_last(end)
    if not (start.strip(".") or end.strip(".")):
        return _UNKNOWN
    if not start.strip("."):
        return f"a time up to {_date_in_words(end)}"
    if not end.strip("."):
        return f"the time from {_date_in_words(start)} on"
    if start == end:
        return _date_in_words(start)
    if _holds(start, end):
        return f"{_date_in_words(start)}, and not after {_date_in_words(end)}"
    if _holds(end, start):
        return f"{_date_in_words(end)}, and not before {_date_in_words(start)}"
    return f"{_date_in_words(start)} to {_date_in_words(end)}"


def time_in_words(edtf: str, words: str) -> str:
    """Return a date in words, with the source's own where it is an interval or only about so."""
    is_plain = not words or re.fullmatch(r"[\dX-]+", edtf)
    return in_words(edtf) if is_plain else f"{in_words(edtf)} (“{words}”)"


def _date_in_words(edtf: str) -> str:
    match = _DATE.fullmatch(edtf)
    if match is None:
        return edtf
    year, month, day, sign = match.groups()
    year = "" if year == "XXXX" else f" {year}"
    if month is None:
        name = year
    elif int(month) in _SEASONS:
        name = f"{_SEASONS[int(month)]}{year}"
    else:
        name = f"{f'{int(day)} ' if day else ''}{month_name[int(month)]}{year}"
    return f"{_QUALIFIERS[sign]}{name.strip()}"


def _holds(one: str, other: str) -> bool:
    """Return whether one date is the month or year that another one lies in."""
    return other.startswith(one.rstrip("~?%")) and len(other) > len(one.rstrip("~?%")) + 1


def _month_at_first(edtf: str) -> str:
    """Return the month of a day that begins it or is known only roughly, else the date itself."""
    match = _DATE.fullmatch(edtf)
    if match and match["day"] and (match["sign"] or match["day"] == "01"):
        return f"{match['year']}-{match['month']}{match['sign']}"
    return edtf


def _month_at_last(edtf: str) -> str:
    """Return the month of a day that ends it or is known only roughly, else the date itself."""
    match = _DATE.fullmatch(edtf)
    if match is None or not match["day"]:
        return edtf
    is_last = not match["sign"] and int(match["day"]) == _days_of(match["year"], match["month"])
    return f"{match['year']}-{match['month']}{match['sign']}" if match["sign"] or is_last else edtf


def _days_of(year: str, month: str) -> int:
    return monthrange(int(year), int(month))[1] if year.isdecimal() else 0
