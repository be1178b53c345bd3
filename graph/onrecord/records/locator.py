"""Locator: regions of nodes, properties and values in the record files."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from rdflib import BNode, URIRef
from rdflib.term import Identifier, Node

from onrecord.rdf.located_turtle import LocatedTriple, read_located_triples
from onrecord.rdf.region import Region
from onrecord.records.collection import Collection, RecordFile
from onrecord.records.completion import nested_names
from onrecord.validation.region_index import (
    predicate_regions,
    region_index,
    region_of_node,
    region_of_value,
)


@dataclass(frozen=True)
class Locator:
    """Index of regions in record files; made, and a file read with regions, on first use."""

    collection: Collection
    read: dict[RecordFile, tuple[LocatedTriple, ...]] = field(default_factory=dict)
    """Files that have been read with regions so far."""

    @cached_property
    def files(self) -> dict[Node, RecordFile]:
        """File of each record, by its IRI."""
        files: dict[Node, RecordFile] = {}
        for file in self.collection.files:
            for subject, _, _ in file.triples:
                files.setdefault(subject, file)
        return files

    def located_triples_about(self, nodes: Iterable[Node]) -> list[LocatedTriple]:
        """Return the located triples of the files that describe the nodes.

        A nested node has the IRI that completion gives it.
        """
        wanted = {file for node in nodes if (file := self._file_of(node)) is not None}
        return [
            triple
            for file in sorted(wanted, key=lambda file: file.path)
            for triple in self._of(file)
        ]

    def region(
        self, node: Node, predicate: Node | None = None, value: Node | None = None
    ) -> Region | None:
        """Return the region of a value, else of its property, else of its node, if written."""
        if not isinstance(node, Identifier):
            return None
        located = region_index(self.located_triples_about([node]))
        if isinstance(predicate, URIRef):
            region = None
            if isinstance(value, Identifier):
                region = region_of_value(located, node, predicate, value)
            regions = [region] if region else predicate_regions(located, node, predicate)
            if regions:
                return regions[0]
        return region_of_node(located, node)

    def _file_of(self, node: Node) -> RecordFile | None:
        return self.files.get(URIRef(str(node).partition("#")[0])) or self.files.get(
            URIRef(str(node))
        )

    def _of(self, file: RecordFile) -> tuple[LocatedTriple, ...]:
        if file not in self.read:
            self.read[file] = _named(read_located_triples(file.path))
        return self.read[file]


def _named(triples: Iterable[LocatedTriple]) -> tuple[LocatedTriple, ...]:
    """Return the triples with IRIs for nested nodes."""
    written = tuple(triples)
    names = nested_names((triple.subject, triple.predicate, triple.object) for triple in written)

    def name(node: Identifier) -> Identifier:
        return names.get(node, node) if isinstance(node, BNode) else node

    return tuple(
        replace(triple, subject=name(triple.subject), object=name(triple.object))
        for triple in written
    )
