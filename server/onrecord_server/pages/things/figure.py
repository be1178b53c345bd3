"""A claimed figure in words: on the footing on which figures of one series are compared."""

import re
from collections.abc import Mapping
from decimal import Decimal

from onrecord_server.pages.page_queries import is_true
from onrecord_server.pages.timeline.marks import COMPARATORS

_PERIODS = {
    "P1Y": "a year", "P1M": "a month", "P1W": "a week", "P7D": "a week", "P1D": "a day",
    "PT24H": "a day", "PT1H": "an hour",
}  # fmt: skip

_SEVERAL = re.compile(r"P([2-9]|[1-9][0-9]+)([YMWD])")
_UNITS = {"Y": "years", "M": "months", "W": "weeks", "D": "days"}

_OF_EQUALS = {"gt": "more", "ge": "as much or more", "lt": "less", "le": "no more", "eq": "as much"}
"""What a ratio of one says, by the local name of its comparator."""


def figure_text(row: Mapping[str, str]) -> str:
    """Return the figure of a row of `figure_rows`.

    What is on record only as a machine rewrote it says so, as its figure may be another one.
    """
    figure = _amount(row)
    return (
        f"{figure} (words rewritten by a machine)" if figure and is_true(row["respun"]) else figure
    )


def figure_as_said(row: Mapping[str, str]) -> str:
    """Return the figure of a row as it was stated, with what it is per year beside another period.

    The row has what was `stated` (with `stated_low`, `stated_high`) and `over` what, too.
    """
    is_stated = row["over"] and row["per"] and row["over"] != row["per"] and row["unit"] != "times"
    if not is_stated or not (row["stated"] or row["stated_low"] or row["stated_high"]):
        return figure_text(row)
    said = {
        "value": row["stated"], "low": row["stated_low"], "high": row["stated_high"],
        "per": row["over"],
    }  # fmt: skip
    return f"{_amount({**row, **said})} ({figure_text(row)})"


def _amount(row: Mapping[str, str]) -> str:
    value = row["value"] or row["low"] or row["high"]
    if not value:
        return ""
    comparator = row["comparator"].rpartition("#")[2]
    if row["unit"] == "times" and Decimal(value) == 1 and comparator in _OF_EQUALS:
        return _OF_EQUALS[comparator]
    shown = number_words(value)
    if not row["value"] and row["low"] and row["high"]:
        shown = f"{number_words(row['low'])} to {number_words(row['high'])}"
    words = COMPARATORS.get(comparator, "") + shown
    if row["unit"]:
        words += f" {row['unit'].lower()}"
    if row["per"]:
        words += " " + (_PERIODS.get(row["per"]) or _in_so_many(row["per"]))
    return words


def _in_so_many(period: str) -> str:
    """Return a period of several years or the like in words, another one as it is written."""
    several = _SEVERAL.fullmatch(period)
    return f"in {several[1]} {_UNITS[several[2]]}" if several else f"in {period}"


def number_words(text: str) -> str:
    """Return a number as one writes it: 1,200,000, or 3.57 for a long fraction."""
    number = Decimal(text)
    if abs(number) >= 1000:
        return f"{number:,.0f}"
    rounded = Decimal(f"{number:.4g}")
    return f"{rounded.normalize():f}"
