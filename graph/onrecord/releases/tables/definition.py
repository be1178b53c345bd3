"""What the tables of a release hold: a query for each, which documents its columns."""

from functools import cache
from pathlib import Path

from onrecord.releases.saved_query import Column, Query, read_queries

FOLDER = Path(__file__).parent / "definitions"

VERSION = 8
"""`PRAGMA user_version` of a file of tables. Raise it with each change of tables or columns."""

INDEXES = {
    "also_called": (("thing",),),
    "choice": (("class",),),
    "claim": (("claim",), ("said_from", "claim"), ("event",), ("outlets DESC",)),
    "claim_speaker": (
        ("claim",),
        ("actor", "withdrawn"),
        ("actor", "day DESC", "claim"),
        ("actor", "gives_figures", "day DESC", "claim"),
    ),
    "claim_topic": (
        ("claim",),
        ("topic", "withdrawn", "day DESC", "claim", "said_to"),
        ("topic", "compares", "day DESC", "claim", "said_to"),
    ),
    "figure": (("claim",), ("figure",), ("series", "valid_from")),
    "gainsaid": (("claim",),),
    "kin_series": (("series",),),
    "latest_word": (("series", "said_from"), ("series", "taken_back")),
    "named_by": (("thing",),),
    "outgrown": (("figure",),),
    "passage": (("claim",), ("source",)),
    "said_to_be_so": (
        ("series", "total", "bound", "until DESC", "said_to", "is_rate", "valid_to"),
    ),
    "second_hand": (("claim", "report"),),
    "series": (("series",),),
    "series_outcome": (("series",),),
    "series_word": (("series",),),
    "source_actor": (("source",), ("actor",)),
    "successor": (("claim", "series"),),
    "thing": (("thing",), ("kind", "name")),
    "topic": (("claims DESC", "topic"),),
    "topic_plan": (("topic",),),
    "total": (("kind",),),
    "what_came": (("figure",),),
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
