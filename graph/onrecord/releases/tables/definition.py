"""What the tables of a release hold: a query for each, which documents its columns."""

from functools import cache
from pathlib import Path

from onrecord.releases.saved_query import Column, Query, read_queries

FOLDER = Path(__file__).parent / "definitions"

INDEXES = {
    "claim": (("claim",), ("said_from", "claim"), ("event",)),
    "claim_speaker": (("claim",), ("actor",)),
    "claim_topic": (("claim",), ("topic",)),
    "figure": (("claim",), ("series", "valid_from")),
    "passage": (("claim",), ("source",)),
    "thing": (("thing",), ("kind", "name")),
    "wording": (("claim",),),
}
"""Columns that have an index, by table."""

_TYPES = {
    "xsd:integer": "INTEGER",
    "xsd:boolean": "INTEGER",
    "xsd:decimal": "REAL",
}
"""Storage classes of SQLite; all other kinds are TEXT. The exact decimals are in the graph."""


@cache
def definitions() -> tuple[Query, ...]:
    """Return the tables of a release, each defined by the query whose rows it holds."""
    return tuple(read_queries(FOLDER))


def storage(column: Column) -> str:
    """Return the storage class of a column."""
    return _TYPES.get(column.kind, "TEXT")
