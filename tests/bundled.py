"""The bundled collection and what is made of it, once for all tests of a process."""

import time
from functools import cache

import pyoxigraph as ox
from rdflib import Graph

from onrecord.derivation.derived import derive_all
from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.rdf.oxigraph import ResultTerm, quads
from onrecord.records.assembly import Assembly, assemble, merged
from onrecord.records.collection import Collection, read_collection
from onrecord.releases.saved_query import Query, with_defaults

BASE = "https://w3id.org/onrecord/"


@cache
def collection() -> Collection:
    """Return the records as written."""
    return read_collection(BUNDLED_COLLECTION)


@cache
def assembly() -> Assembly:
    """Return them completed."""
    return assemble(collection())


@cache
def derived() -> dict[str, Graph]:
    """Return what each rule derives from them, by the name of the rule."""
    return derive_all(assembly())


@cache
def graph() -> Graph:
    """Return everything that is asserted, records and derivations, in one graph."""
    made = assembly()
    return merged(made.records, made.completed, made.ontology, *derived().values())


@cache
def store() -> ox.Store:
    """Return the same in an Oxigraph store."""
    store = ox.Store()
    store.extend(quads(graph()))
    return store


@cache
def _timed(text: str) -> tuple[list[tuple[ResultTerm | None, ...]], float]:
    store()
    start = time.process_time()
    found = store().query(text)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(row) for row in found], time.process_time() - start


def solutions(text: str) -> list[tuple[ResultTerm | None, ...]]:
    """Return the rows of a SELECT as terms; it is asked once, as some take a second."""
    return _timed(text)[0]


def rows(text: str) -> list[tuple[str, ...]]:
    """Return the rows of a SELECT as texts."""
    return [
        tuple("" if term is None else getattr(term, "value", str(term)) for term in row)
        for row in solutions(text)
    ]


def default_text(query: Query) -> str:
    """Return the text of a saved query with its defaults."""
    return with_defaults(query, BASE, lambda text: next(map(list, rows(text)), None)).text


def answer(query: Query) -> tuple[list[tuple[str, ...]], float]:
    """Return the rows of a saved query with its defaults, and the seconds of this process."""
    text = default_text(query)
    return rows(text), _timed(text)[1]
