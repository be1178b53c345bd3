"""Graphs kept as files of sorted N-Triples, so that no more of them is held than is looked at."""

from collections.abc import Collection, Iterable, Iterator
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

import pyoxigraph as ox

_RUN = 500_000
"""Lines that are sorted at once, in some 100 MB; a graph with more is merged of such runs."""
_PART = 1 << 20
"""Bytes that are read at once."""
_STOP = " .\n"


class GraphFile(Collection[ox.Triple]):
    """A graph in a file: its triples in the order in which they are written, each once."""

    def __init__(self, path: Path, size: int, subjects: int) -> None:
        self.path, self._size = path, size
        self.subjects = subjects
        """The number of its subjects."""

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[ox.Triple]:
        with self.path.open("rb") as file:
            for quad in ox.parse(file, format=ox.RdfFormat.N_TRIPLES):
                yield quad.triple

    def __contains__(self, triple: object) -> bool:
        return any(each == triple for each in self)

    def lines(self) -> Iterator[str]:
        """Yield the triples as they are written, without their full stops."""
        with self.path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield line[: -len(_STOP)]

    def texts(self) -> Iterator[list[str]]:
        """Yield the three terms of each triple as they are written."""
        for line in self.lines():
            yield line.split(" ", 2)

    def parts(self) -> Iterator[bytes]:
        """Yield what the file has, part by part."""
        with self.path.open("rb") as file:
            while part := file.read(_PART):
                yield part


def write_graph(path: Path, triples: Iterable[ox.Triple]) -> GraphFile:
    """Write triples to a file, sorted, and each once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = map(str, triples)
    first = sorted(set(islice(lines, _RUN)))
    runs: list[GraphFile] = []
    while some := sorted(set(islice(lines, _RUN))):
        runs.append(_written(path.with_suffix(f".{len(runs)}"), some))
    if not runs:
        return _written(path, first)
    whole = _written(path, _merged(first, *(run.lines() for run in runs)))
    for run in runs:
        run.path.unlink()
    return whole


def write_union(path: Path, graphs: Iterable[GraphFile]) -> GraphFile:
    """Write the union of graphs to a file."""
    return _written(path, _merged(*(each.lines() for each in graphs)))


def _merged(*sorted_lines: Iterable[str]) -> Iterator[str]:
    return map(itemgetter(0), groupby(merge(*sorted_lines)))


def _written(path: Path, lines: Iterable[str]) -> GraphFile:
    size = subjects = 0
    last = ""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(line + _STOP)
            size += 1
            if not last or not line.startswith(last):
                last = line[: line.index(" ") + 1]
                subjects += 1
    return GraphFile(path, size, subjects)
