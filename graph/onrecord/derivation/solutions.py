"""Rows of SELECT queries as text, and the values in them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import cast

import pyoxigraph as ox

from onrecord.derivation.span import Span
from onrecord.rdf.partitioned.store import AskedStore

_PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX qudt: <http://qudt.org/schema/qudt/>
PREFIX schema: <https://schema.org/>
PREFIX code: <https://w3id.org/onrecord/code#>
PREFIX rec: <https://w3id.org/onrecord/ns#>
"""

_PERIODS = {"Y": 365, "M": 30, "D": 1}


def rows(store: AskedStore, query: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a SELECT query by variable; unbound ones and blank nodes are left out."""
    solutions = cast(ox.QuerySolutions, store.query(_PREFIXES + query))
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        values = zip(names, solution, strict=True)
        yield {
            name: value.value
            for name, value in values
            if isinstance(value, ox.NamedNode | ox.Literal)
        }


def pairs(store: AskedStore, query: str) -> dict[str, set[str]]:
    """Return the values of a query's second variable by those of its first."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows(store, query):
        one, other = row.values()
        found[one].add(other)
    return found


def reachable(start: Iterable[str], steps: Mapping[str, Iterable[str]]) -> set[str]:
    """Return what can be reached from the start, the start included."""
    found, pending = set(start), list(start)
    while pending:
        for other in steps.get(pending.pop(), ()):
            if other not in found:
                found.add(other)
                pending.append(other)
    return found


def span(row: dict[str, str], first: str, last: str) -> Span:
    """Return the time between two columns."""
    return Span(*(date.fromisoformat(row[end]) if end in row else None for end in (first, last)))


def number(row: dict[str, str], name: str) -> Decimal | None:
    """Return the number in a column, None if it is unbound."""
    return Decimal(row[name]) if name in row else None


def days(period: str | None) -> int | None:
    """Return the days of a period of one whole number: P3M, and P1Y6M as a store writes P18M."""
    if period is None:
        return None
    total, digits = 0, ""
    for letter in period.removeprefix("P"):
        if letter in _PERIODS:
            total += int(digits) * _PERIODS[letter]
            digits = ""
        else:
            digits += letter
    return total


def local(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.rpartition("#")[2].rpartition("/")[2]
