"""XSD datatypes: well-formedness of literals, and advice on how to write a value.

The lexical forms are those of XML Schema 1.1, part 2 (https://www.w3.org/TR/xmlschema11-2/).
"""

import logging
import re
import warnings
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager

XSD = "http://www.w3.org/2001/XMLSchema#"

_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_INTEGER = r"[+-]?[0-9]+"
_FLOAT = r"(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_YEARS = r"(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)"
_SECONDS = r"[0-9]+(?:\.[0-9]+)?S"
_CLOCK = rf"T(?:[0-9]+H(?:[0-9]+M)?(?:{_SECONDS})?|[0-9]+M(?:{_SECONDS})?|{_SECONDS})"
_BASE64 = r"[A-Za-z0-9+/]"
_DAYS = rf"(?:[0-9]+D(?:{_CLOCK})?|{_CLOCK})"

_LEXICAL_FORMS = {
    "boolean": r"true|false|1|0",
    "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "double": _FLOAT,
    "float": _FLOAT,
    "date": rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "dateTime": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE[:-1]}",
    "time": rf"{_TIME}{_ZONE}",
    "gYear": rf"{_YEAR}{_ZONE}",
    "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": rf"--{_MONTH}{_ZONE}",
    "gMonthDay": rf"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": rf"---{_DAY}{_ZONE}",
    "duration": rf"-?P(?:{_YEARS}(?:{_DAYS})?|{_DAYS})",
    "yearMonthDuration": rf"-?P{_YEARS}",
    "dayTimeDuration": rf"-?P{_DAYS}",
    "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    "base64Binary": (
        rf"(?:(?:{_BASE64} ?){{4}})*(?:(?:{_BASE64} ?){{3}}{_BASE64}"
        rf"|(?:{_BASE64} ?){{2}}[AEIMQUYcgkosw048] ?=|{_BASE64} ?[AQgw] ?= ?=)|"
    ),
    "anyURI": r"[^\x00-\x20<>\"{}|\\^`\x7f]*",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "normalizedString": r"[^\t\r\n]*",
    "token": r"|[^\s]+(?: [^\s]+)*",
    "NMTOKEN": r"[\w.\-:·]+",
    "Name": r"[^\W\d][\w.\-:·]*|[:_][\w.\-:·]*",
    "NCName": r"[^\W\d][\w.\-·]*",
}
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
_DATE = re.compile(r"(-?[0-9]{4,})-([0-9]{2})-([0-9]{2})")
_MONTH_DAY = re.compile(r"--([0-9]{2})-([0-9]{2})")
_LEAP_YEAR = 2000
_MAX_DIGITS = 20
"""Number of digits of the largest value of a bounded datatype, xsd:unsignedLong."""

Check = Callable[[str], bool]


def _integer_check(minimum: int | None, maximum: int | None) -> Check:
    pattern_re = re.compile(_INTEGER)

    def check(lexical_form: str) -> bool:
        if pattern_re.fullmatch(lexical_form) is None:
            return False
        if minimum is None and maximum is None:
            return True
        digits = lexical_form.lstrip("+-0")
        if len(digits) > _MAX_DIGITS:  # Python refuses to convert thousands of digits
            return (maximum if lexical_form[0] != "-" else minimum) is None
        value = int(lexical_form)
        return (minimum is None or value >= minimum) and (maximum is None or value <= maximum)

    return check


def _pattern_check(name: str, pattern: str) -> Check:
    pattern_re = re.compile(pattern)
    day = _MONTH_DAY if name == "gMonthDay" else _DATE if name.startswith("date") else None

    def check(lexical_form: str) -> bool:
        if pattern_re.fullmatch(lexical_form) is None:
            return False
        return day is None or _day_exists(lexical_form, day)

    return check


def _day_exists(lexical_form: str, pattern: re.Pattern[str]) -> bool:
    match = pattern.match(lexical_form)
    if match is None:
        return False
    *years, month, day = match.groups()
    year = int(years[0][-4:]) * (-1 if years[0][0] == "-" else 1) if years else _LEAP_YEAR
    # the calendar repeats after 400 years, and Python's `calendar` covers the years 1 to 9999
    return int(day) <= monthrange(year % 400 + 400, int(month))[1]


WELL_FORMED: dict[str, Check] = {
    **{f"{XSD}{name}": _integer_check(*bounds) for name, bounds in _BOUNDS.items()},
    **{f"{XSD}{name}": _pattern_check(name, pattern) for name, pattern in _LEXICAL_FORMS.items()},
}
"""Check of the lexical form by datatype IRI, without datatypes that allow any string."""

_ADVICE = {
    "date": "write a day that exists as 2025-11-06, or use xsd:dateTime, xsd:gYearMonth, xsd:gYear",
    "dateTime": "write 2025-11-06T09:30:00Z, or use xsd:date for a day",
    "gYear": "write four digits, 2024",
    "gYearMonth": "write 2024-11",
    "decimal": "write digits with a point, without an exponent",
    "boolean": "write true or false",
    "anyURI": "encode spaces and brackets as %20, %3C, …",
    "duration": "write P3M, P1Y, P10D or PT6H",
}


def well_formed(lexical_form: str, datatype: str) -> bool:
    """Say whether a lexical form is one of its datatype; for unknown datatypes, any is."""
    check = WELL_FORMED.get(datatype)
    return check is None or check(lexical_form)


def advice(datatype: str) -> str:
    """Return the remedy for an ill-formed literal of a datatype."""
    name = datatype.removeprefix(XSD)
    return _ADVICE.get(name, f"write a value of xsd:{name}, or name the datatype that it has")


@contextmanager
def silence_literal_warnings() -> Iterator[None]:
    """Silence rdflib's warnings about ill-formed literals, which a check reports with regions."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Parsing weird boolean")
            yield
    finally:
        logger.setLevel(level)
