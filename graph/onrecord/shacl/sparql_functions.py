"""Functions in SPARQL queries that the store does not have: each call is an error.

SPARQL lets a query call any IRI, and an unknown one is an error of the expression (section 17.6),
not of the query. Oxigraph refuses the query instead.
"""

import re
from typing import Any

import pyoxigraph as ox

_MISSING = re.compile(r"The custom (?:aggregate )?function <(.*)> is not supported")
_NO_GRAPHS: dict[str, Any] = {}

QueryAnswer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def query_with_stubs(
    store: ox.Store, query: str, options: dict[str, Any] = _NO_GRAPHS
) -> tuple[QueryAnswer, frozenset[str]]:
    """Run a query, and return its answer and the functions that the store does not have.

    Raises SyntaxError if it does not parse.
    """
    stubs: dict[ox.NamedNode, Any] = {}
    while True:
        try:
            answer = store.query(query, custom_functions=stubs or None, **options)
        except RuntimeError as error:
            missing = _MISSING.search(str(error))
            if missing is None or ox.NamedNode(missing[1]) in stubs:
                raise
            stubs[ox.NamedNode(missing[1])] = _error
        else:
            return answer, frozenset(name.value for name in stubs)


def missing_functions(query: str) -> frozenset[str]:
    """Return the functions that a query calls and the store does not have."""
    _, missing = query_with_stubs(ox.Store(), query)
    return missing


def _error(*_arguments: object) -> None:
    """Return no value, which is an error of the expression."""
