"""What the files of a release say: its triples as parsed, and its description.

A store rewrites literals (`"841"^^xsd:nonNegativeInteger` to `841`), so what is published is read
from the dump. A mirror of a remote store has no dump; its data comes from the store.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from onrecord.rdf.oxigraph import to_rdflib
from onrecord.rdf.sorted_ntriples import SortedNTriples, opened
from onrecord.releases.release import Release

_DUMP = "dumps/onrecord.nt"
_DESCRIPTION = "void.ttl"
_RELEASES = 16
"""Number of releases whose description is kept."""


def dump_of(release: Release) -> SortedNTriples | None:
    """Return the triples of a release by subject; None if its data is elsewhere."""
    return opened(release.path / _DUMP) if _DUMP in release.files else None


def description_of(release: Release) -> tuple[ox.Triple, ...]:
    """Return the dataset description of a release; empty if it has none."""
    return _read(release.path)


@lru_cache(maxsize=_RELEASES)
def _read(path: Path) -> tuple[ox.Triple, ...]:
    file = path / _DESCRIPTION
    if not file.is_file():
        return ()
    quads = ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE)
    return tuple(sorted((quad.triple for quad in quads), key=str))


def described_as(release: Release, subject: str, predicate: str) -> str:
    """Return a value that the description of a release gives; empty if it gives none."""
    for triple in description_of(release):
        if getattr(triple.subject, "value", "") == subject and triple.predicate.value == predicate:
            return getattr(triple.object, "value", "")
    return ""


def to_graph(triples: Iterable[ox.Triple]) -> Graph:
    """Return triples as a graph of rdflib."""
    graph = Graph()
    for triple in triples:
        graph.add(
            (to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object))
        )
    return graph
