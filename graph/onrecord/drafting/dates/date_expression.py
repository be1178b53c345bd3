"""Date expressions: words of a text that name a time, and by what they are read."""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DateExpression:
    """A time that a text names."""

    start: int
    end: int
    edtf: str | None
    """None if it needs a day of publication that is not known, or has no bounds that are."""
    basis: str
    """`stated`, `publication`, `inferred-year`, or `unknown` without an EDTF date."""
    precision: str | None = None
    """`approximate` where the words are vague, `fiscal-year` for one of unknown bounds."""


@dataclass(frozen=True, slots=True)
class DateContext:
    """A text with what its dates are read by."""

    text: str
    published: date | None
    months: dict[str, int]
    weekdays: dict[str, int]
    seasons: dict[str, int]
    """Codes of EDTF, 21 for spring."""
    counts: dict[str, int]
    units: dict[str, str]
    """Words for week, month, quarter, year and decade."""
    steps: dict[str, int]
    """Words for the last, -1, this, 0, and the next one, 1."""
    days: dict[str, int]
    """Words for yesterday, today and tomorrow."""


def group(found: re.Match[str], name: str) -> str:
    """Return the words of a group, empty if the pattern has none or it did not match."""
    return found.groupdict().get(name) or ""


def expressed(
    found: re.Match[str], edtf: str | None, basis: str, precision: str | None = None
) -> DateExpression:
    """Return the expression of a match, without spaces before it."""
    start = found.start() + len(found.group()) - len(found.group().lstrip())
    return DateExpression(
        start, found.end(), edtf, basis if edtf or precision else "unknown", precision
    )
