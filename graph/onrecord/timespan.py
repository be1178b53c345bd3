"""Time spans: the days that an EDTF date can touch."""

from datetime import date
from functools import lru_cache
from time import struct_time

from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

from onrecord.errors import OnRecordError


class DateError(OnRecordError):
    """A date is not EDTF."""


@lru_cache(maxsize=4096)
def bounds(edtf: str) -> tuple[date | None, date | None]:
    """Return the first and the last day that an EDTF date can touch; None for an open end.

    An end that is open (`..`) or unknown (nothing after the slash) has no bound, and neither
    has a date whose year is wholly unspecified. Marks of doubt (`~`, `?`) do not widen the span.
    See the EDTF specification of the Library of Congress, levels 0 to 2 (ISO 8601-2:2019).
    Raises DateError.
    """
    try:
        parsed = parse_edtf(edtf)
        earliest, latest = parsed.lower_strict(), parsed.upper_strict()
    except (EDTFParseException, ValueError) as error:
        raise DateError(f"{edtf!r} is not an EDTF date") from error
    start, slash, end = edtf.partition("/")
    first = None if slash and not start else _day(earliest)
    last = None if slash and not end else _day(latest)
    return first, last


def _day(moment: struct_time | float) -> date | None:
    """Return the day, or None for an infinite or year-less bound."""
    if isinstance(moment, float) or not 0 < moment.tm_year < 9999:
        return None
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)
