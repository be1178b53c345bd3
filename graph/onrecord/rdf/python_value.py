"""Python values of RDF terms: numbers, dates and booleans typed, everything else as text."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from onrecord.rdf.xsd import XSD, well_formed

if TYPE_CHECKING:
    from onrecord.rdf.oxigraph import ResultTerm

PythonValue = str | bool | int | float | Decimal | date | datetime | None
"""What a term is in Python; None for what is not bound."""

_INTEGERS = (
    "integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger "
    "negativeInteger unsignedLong unsignedInt unsignedShort unsignedByte"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _date(written: str) -> date:
    if _DAY.fullmatch(written) is None:
        raise ValueError("Python's dates have neither a time zone nor a year of five digits")
    return date.fromisoformat(written)


_READERS: dict[str, Callable[[str], PythonValue]] = {
    **dict.fromkeys((f"{XSD}{name}" for name in _INTEGERS.split()), int),
    f"{XSD}decimal": Decimal,
    f"{XSD}double": float,
    f"{XSD}float": float,
    f"{XSD}boolean": lambda written: written in ("true", "1"),
    f"{XSD}date": _date,
    f"{XSD}dateTime": datetime.fromisoformat,
    f"{XSD}dateTimeStamp": datetime.fromisoformat,
}


def literal_value(written: str, datatype: str) -> PythonValue:
    """Return the value of a literal, or its written form where Python has no such value.

    Integers of all kinds are `int`, `xsd:decimal` is Decimal, `xsd:double` and `xsd:float` are
    float, `xsd:boolean` is bool, `xsd:date` without a time zone is date, `xsd:dateTime` is datetime
    (to the microsecond, with a time zone if it has one). What is ill-formed, out of Python's reach
    (years before 1 or after 9999, integers of thousands of digits) or of another datatype stays as
    it is written.
    """
    reader = _READERS.get(datatype)
    if reader is not None and well_formed(written, datatype):
        with suppress(ValueError):
            return reader(written)
    return written


def python_value(term: "ResultTerm | None") -> PythonValue:
    """Return a term in Python: an IRI and text in a language as str, a blank node as `_:name`."""
    import pyoxigraph as ox

    if term is None:
        return None
    if isinstance(term, ox.Literal):
        return literal_value(term.value, term.datatype.value)
    return term.value if isinstance(term, ox.NamedNode) else str(term)
