"""The catalogue: what pages ask of a release, by queries that are files, bound as terms."""

from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from onrecord.oxigraph import to_rdflib
from onrecord.paths import QUERIES
from onrecord.query import Query, bind, read_queries
from onrecord.release import Release
from onrecord_server.endpoint import Endpoint
from onrecord_server.formats import N_TRIPLES
from onrecord_server.questions import Row, ask, rows

_OWN = Path(__file__).parent / "queries"


@lru_cache(maxsize=1)
def saved_queries() -> dict[str, Query]:
    """Return the saved queries by name, in the order of their titles."""
    return {query.name: query for query in sorted(read_queries(QUERIES), key=lambda q: q.title)}


@lru_cache(maxsize=1)
def _own_queries() -> dict[str, Query]:
    return {query.name: query for query in read_queries(_OWN)}


def base_of(release: Release) -> str:
    """Return the base IRI of a release's collection."""
    return str(release.manifest["base"])


def select(endpoint: Endpoint, release: Release, name: str, **values: str) -> list[Row]:
    """Return the rows of one of the pages' own queries."""
    text = bind(_own_queries()[name], values, base_of(release))
    return rows(endpoint, text, release=release)[1]


def construct(endpoint: Endpoint, release: Release, name: str, **values: str) -> Graph:
    """Return the graph that one of the pages' own queries makes."""
    text = bind(_own_queries()[name], values, base_of(release))
    answer = ask(endpoint, text, release=release, format=N_TRIPLES)
    data = answer.body if isinstance(answer.body, bytes) else answer.body.read_bytes()
    graph = Graph()
    for triple in ox.parse(data, format=ox.RdfFormat.N_TRIPLES):
        graph.add(
            (to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object))
        )
    return graph
