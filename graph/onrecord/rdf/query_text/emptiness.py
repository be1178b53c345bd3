"""Whether an answer of one row says that nothing was found."""

from collections.abc import Iterable

from onrecord.rdf.query_text.tokens import tokens

_OF_NOTHING = frozenset({"", "0", "false"})
"""What aggregates give for nothing, and ASK."""


def has_one_row_always(query: str) -> bool:
    """Return whether a query has one row whatever is found: it is an ASK, or counts without GROUP.

    That a subquery counts does not matter: what is said of such a row is true all the same.
    """
    kinds = [token.kind for token in tokens(query)]
    forms = [kind for kind in kinds if kind in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")]
    return forms[:1] == ["ASK"] or ("AGGREGATE" in kinds and "GROUP" not in kinds)


def are_of_nothing(values: Iterable[str]) -> bool:
    """Return whether the values of a row are those of nothing: zero, no text, no value, false."""
    return all(value in _OF_NOTHING for value in values)
