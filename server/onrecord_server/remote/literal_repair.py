"""Repair of literals that a remote store returns in another lexical form than it was sent.

Virtuoso returns a boolean as `1` or `0`, and a duration as a number: of months, or of seconds if it
has a decimal point. Both are unambiguous.
"""

import re
from decimal import Decimal

import pyoxigraph as ox

from onrecord.rdf.oxigraph import ResultTerm

_XSD = "http://www.w3.org/2001/XMLSchema#"
_BOOLEAN, _DURATION = f"{_XSD}boolean", f"{_XSD}duration"
_NUMBER = re.compile(r"(-?)([0-9]+)(\.[0-9]+)?")


def repaired(term: ResultTerm | None) -> ResultTerm | None:
    """Return a term; a boolean or duration in XML Schema's form."""
    if not isinstance(term, ox.Literal):
        return term
    datatype = term.datatype.value
    if datatype == _BOOLEAN and term.value in ("0", "1"):
        return ox.Literal("true" if term.value == "1" else "false", datatype=term.datatype)
    if datatype == _DURATION and (match := _NUMBER.fullmatch(term.value)):
        sign, whole, fraction = match.groups()
        written = _seconds(Decimal(whole + fraction)) if fraction else _months(int(whole))
        return ox.Literal(f"{sign}{written}", datatype=term.datatype)
    return term


def _months(number: int) -> str:
    years, months = divmod(number, 12)
    return "P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")


def _seconds(number: Decimal) -> str:
    whole, part = divmod(number, 1)
    minutes, seconds = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    written = f"{(seconds + part).normalize():f}"
    time = "".join(
        f"{number}{letter}"
        for number, letter in ((str(hours), "H"), (str(minutes), "M"), (written, "S"))
        if number != "0"
    )
    date = f"{days}D" if days else ""
    return f"P{date}T{time}" if time else f"P{date}" if date else "PT0S"
