"""Location: where in the record files a node, a property or a value was written."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rdflib import BNode, URIRef
from rdflib.term import Identifier, Node

from onrecord.rdf.located_turtle import LocatedTriple, read_places
from onrecord.rdf.region import Region
from onrecord.records.collection import Collection, RecordFile
from onrecord.records.completion import nested_names
from onrecord.validation.region_index import index, place_of_node, place_of_value, predicate_places


@dataclass(frozen=True, slots=True)
class Locator:
    """Finds what was written where; reads a file with its places only when it is asked for."""

    files: dict[Node, RecordFile]
    """The file of each record, by its IRI."""
    read: dict[RecordFile, tuple[LocatedTriple, ...]] = field(default_factory=dict)
    """The files that were asked for so far."""

    def triples_about(self, nodes: Iterable[Node]) -> list[LocatedTriple]:
        """Return the located triples of the files that the nodes are written in.

        A node that was written in place has the name that completion gives it.
        """
        wanted = {file for node in nodes if (file := self._file_of(node)) is not None}
        return [
            triple
            for file in sorted(wanted, key=lambda file: file.path)
            for triple in self._of(file)
        ]

    def place(
        self, node: Node, predicate: Node | None = None, value: Node | None = None
    ) -> Region | None:
        """Return the place of a value, else of its property, else of its node, if written."""
        if not isinstance(node, Identifier):
            return None
        where = index(self.triples_about([node]))
        if isinstance(predicate, URIRef):
            place = None
            if isinstance(value, Identifier):
                place = place_of_value(where, node, predicate, value)
            places = [place] if place else predicate_places(where, node, predicate)
            if places:
                return places[0]
        return place_of_node(where, node)

    def _file_of(self, node: Node) -> RecordFile | None:
        return self.files.get(URIRef(str(node).partition("#")[0])) or self.files.get(
            URIRef(str(node))
        )

    def _of(self, file: RecordFile) -> tuple[LocatedTriple, ...]:
        if file not in self.read:
            self.read[file] = _named(read_places(file.path))
        return self.read[file]


def locator(collection: Collection) -> Locator:
    """Return a locator over the files of a collection."""
    files: dict[Node, RecordFile] = {}
    for file in collection.files:
        for subject, _, _ in file.triples:
            files.setdefault(subject, file)
    return Locator(files)


def _named(triples: Iterable[LocatedTriple]) -> tuple[LocatedTriple, ...]:
    """Return the triples with names for the nodes that are written in place."""
    written = tuple(triples)
    names = nested_names((triple.subject, triple.predicate, triple.object) for triple in written)

    def name(node: Identifier) -> Identifier:
        return names.get(node, node) if isinstance(node, BNode) else node

    return tuple(
        replace(triple, subject=name(triple.subject), object=name(triple.object))
        for triple in written
    )
