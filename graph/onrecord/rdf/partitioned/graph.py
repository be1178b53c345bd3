"""A graph in files by property, so that a question reads only the triples that it may match.

The files are the property partitions of VoID, those of rdf:type once more by class: what Abadi et
al. call vertical partitioning (VLDB 2007).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.rdf.graph_file import GraphFile
from onrecord.rdf.namespaces import RDF
from onrecord.rdf.query_text.predicates import MatchedTriples

_TYPE = f"<{RDF.type}>"
_STOP = " .\n"
_HELD = 500_000
"""Lines that are held before they are written, in some 100 MB."""


@dataclass(slots=True)
class PartitionedGraph:
    """A graph in files by property; each file may have a triple once for each graph it is of."""

    folder: Path
    sizes: dict[str, int] = field(default_factory=dict)
    """The number of triples of each part, by its property as N-Triples write it; of rdf:type with
    its class."""
    _places: dict[str, Path] = field(default_factory=dict)

    def add(self, graph: GraphFile, without: Iterable[str] = ()) -> None:
        """Add the triples of a graph, but for those of some properties."""
        left_out = {f"<{name}>" for name in without}
        held: dict[str, list[str]] = defaultdict(list)
        for number, line in enumerate(graph.lines(), 1):
            _, name, value = line.split(" ", 2)
            if name not in left_out:
                held[f"{name} {value}" if name == _TYPE else name].append(line)
            if number % _HELD == 0:
                self._write(held)
        self._write(held)

    def _write(self, held: dict[str, list[str]]) -> None:
        self.folder.mkdir(exist_ok=True)
        for part, lines in held.items():
            place = self._places.setdefault(part, self.folder / f"{len(self._places)}.nt")
            self.sizes[part] = self.sizes.get(part, 0) + len(lines)
            with place.open("a", encoding="utf-8", newline="\n") as file:
                file.writelines(line + _STOP for line in lines)
        held.clear()

    def parts(self, matched: MatchedTriples | None) -> frozenset[str]:
        """Return the parts that have some triples, all parts for None."""
        if matched is None:
            return frozenset(self.sizes)
        wanted = {f"<{name}>" for name in matched.predicates}
        wanted |= {f"{_TYPE} <{kind}>" for kind in matched.classes}
        if _TYPE in wanted:
            wanted |= {part for part in self.sizes if part.startswith(_TYPE)}
        return frozenset(wanted & self.sizes.keys())

    def size(self, parts: Iterable[str]) -> int:
        """Return how many triples some parts have."""
        return sum(self.sizes[part] for part in parts)

    def place(self, part: str) -> Path:
        """Return the file of a part, N-Triples."""
        return self._places[part]
