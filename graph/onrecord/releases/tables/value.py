"""Values of SQLite's columns, from terms of RDF."""

from decimal import Decimal

from onrecord.rdf.oxigraph import ResultTerm
from onrecord.rdf.python_value import python_value

Value = str | int | float | None
"""What a column has: dates and durations are text, so are IRIs, and booleans are 0 or 1."""


def stored(term: ResultTerm | None) -> Value:
    """Return a term as a column has it. The exact decimals are in the graph."""
    value = python_value(term)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | None) else value.isoformat()
