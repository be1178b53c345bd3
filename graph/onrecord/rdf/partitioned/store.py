"""A store of the parts of a graph that are asked for, in memory while they are few."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pyoxigraph as ox

from onrecord.rdf.namespaces import RDF
from onrecord.rdf.oxigraph import bulk_load
from onrecord.rdf.partitioned.graph import PartitionedGraph
from onrecord.rdf.query_text.predicates import MatchedTriples, matched_triples

MOST = 4_000_000
"""Triples of which a process holds no more in memory, in 1.3 GB, while others are at work."""
MOST_ALONE = 9_000_000
"""The same of the only process at work, in 2.8 GB."""
_NOTHING: frozenset[str] = frozenset()


class AskedStore(Protocol):
    """What can be asked: a store of Oxigraph, or one of parts."""

    def query(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return what a query gives. Raises SyntaxError if it is no SPARQL."""

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | None,
        predicate: ox.NamedNode | None,
        object: ox.NamedNode | None,
        graph_name: ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """Return the quads of a subject, predicate, object and graph, any where they are None."""


class PartStore:
    """A store that reads the parts of a graph when it is first asked of them.

    In memory a thing is found in a fifth of the time that it takes on disk, at 340 bytes a triple.
    """

    def __init__(self, graph: PartitionedGraph, folder: Path, most: int) -> None:
        self._graph, self._folder, self._most = graph, folder, most
        self._store = ox.Store()
        self._read: frozenset[str] = _NOTHING
        self._stores = 0

    def query(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return what a query gives of the whole graph."""
        self._have(self._graph.parts(matched_triples(query)))
        return self._store.query(query)

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | None,
        predicate: ox.NamedNode | None,
        object: ox.NamedNode | None,
        graph_name: ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """Return triples of the graph; what is asked of any subject is read and not kept.

        Then a triple may come several times, once for each graph that has it.
        """
        parts = self._graph.parts(_matched(predicate, object))
        if subject is None:
            return (quad for quad in self._in_files(parts) if object in (None, quad.object))
        self._have(parts)
        return self._store.quads_for_pattern(subject, predicate, object, graph_name)

    def let_go(self) -> None:
        """Hold nothing any more; what is asked of later is read again."""
        self._store, self._read = ox.Store(), _NOTHING

    def _in_files(self, parts: Iterable[str]) -> Iterator[ox.Quad]:
        for part in sorted(parts):
            yield from ox.parse(path=self._graph.place(part), format=ox.RdfFormat.N_TRIPLES)

    def _have(self, parts: frozenset[str]) -> None:
        """Read the parts that are missing; drop the others where all are too many for memory."""
        missing = parts - self._read
        if not missing:
            return
        if self._graph.size(parts | self._read) > self._most:
            missing, self._read = parts, _NOTHING
            self._store = self._new_store(is_large=self._graph.size(parts) > self._most)
        for part in sorted(missing):
            bulk_load(self._store, self._graph.place(part))
        self._read |= missing

    def _new_store(self, is_large: bool) -> ox.Store:
        self._stores += 1
        return ox.Store(self._folder / str(self._stores)) if is_large else ox.Store()


def let_go(store: AskedStore) -> None:
    """Free the memory of a store of parts, where what was asked for is kept and much remains to do.

    What is asked later is read again.
    """
    if isinstance(store, PartStore):
        store.let_go()


@contextmanager
def opened(
    known: ox.Store | PartitionedGraph, folder: Path, most: int = MOST
) -> Iterator[AskedStore]:
    """Yield what asks a store or a graph in parts, of which `most` triples are held in memory.

    What needs more is asked of a store on disk, in `folder` meanwhile.
    """
    if isinstance(known, ox.Store):
        yield known
        return
    with TemporaryDirectory(dir=folder) as place:
        yield PartStore(known, Path(place), most)


def batches(
    wanted: dict[str, frozenset[str]], graph: PartitionedGraph, most: int, fewest: int = 1
) -> Iterator[list[str]]:
    """Yield names of questions by batches, in the order in which a PartStore reads least.

    `wanted` has the parts that each asks for. A batch reads `most` triples, or has one question.
    There are about `fewest` batches or more.
    """
    rest = dict(wanted)
    longest = max(1, len(wanted) // fewest)
    while rest:
        batch: list[str] = []
        read = _NOTHING
        while rest:
            # The largest begins, and then what adds least follows.
            sizes = {name: graph.size(parts - read) for name, parts in rest.items()}
            name = min(sizes, key=sizes.__getitem__) if batch else max(sizes, key=sizes.__getitem__)
            is_full = len(batch) == longest or graph.size(read) + sizes[name] > most
            if batch and is_full:
                break
            batch.append(name)
            read |= rest.pop(name)
        yield batch


def _matched(predicate: ox.NamedNode | None, object: ox.NamedNode | None) -> MatchedTriples | None:
    if predicate is None:
        return None
    if predicate.value == str(RDF.type) and object is not None:
        return MatchedTriples(_NOTHING, frozenset({object.value}))
    return MatchedTriples(frozenset({predicate.value}), _NOTHING)
