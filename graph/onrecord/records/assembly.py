"""Graphs of a collection: records, completions, ontology and derived statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from rdflib import Graph, URIRef

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.lean_store import lean_graph
from onrecord.records.collection import Collection, Description, describe
from onrecord.records.completion import (
    TextOf,
    completions,
    nested_classes,
    nested_names,
    not_archived,
    renamed,
)
from onrecord.validation.data_files import graph_of

SHAPE_FILES = (ONTOLOGY / "shapes.ttl", ONTOLOGY / "written-shapes.ttl")
"""The shapes that a collection must satisfy; its release satisfies the first file too."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """Records of a collection with named nested nodes, their completions, and the ontology."""

    description: Description
    records: Graph
    completed: Graph
    """What follows from each record alone, without the records."""
    ontology: Graph
    """Classes, properties and code lists."""

    def checked(self) -> Graph:
        """Return the data graph of the shapes: records, completions and ontology."""
        return merged(self.records, self.completed, self.ontology)


def read_ontology() -> Graph:
    """Return the classes, properties and code lists, in a graph that must not be changed."""
    return _read((ONTOLOGY / "onrecord.ttl", ONTOLOGY / "codes.ttl"))


def read_shapes() -> Graph:
    """Return the shapes that a collection must satisfy, in a graph that must not be changed."""
    return _read(SHAPE_FILES)


def _read(files: tuple[Path, ...]) -> Graph:
    return _parsed(files, tuple(path.read_bytes() for path in files))


@lru_cache(maxsize=8)
def _parsed(files: tuple[Path, ...], _contents: tuple[bytes, ...]) -> Graph:
    """Return the triples of files; once for each content, since every check needs them."""
    return graph_of(files)


@cache
def nested_node_classes() -> Mapping[URIRef, URIRef]:
    """Return the class of nested nodes by property; the ontology is read once."""
    return nested_classes(read_shapes(), graph_of([ONTOLOGY / "org.ttl"]), read_ontology())


def merged(*graphs: Graph) -> Graph:
    """Return the union of graphs."""
    whole = Graph()
    for graph in graphs:
        for triple in graph:
            whole.add(triple)
    return whole


def assemble(collection: Collection, text_of: TextOf = not_archived) -> Assembly:
    """Name the nested nodes of all files and complete every record.

    Raises CollectionError if the collection has no description.
    """
    records = records_of(collection)
    completed = completions(records, nested_node_classes(), text_of)
    return Assembly(describe(records, collection.root), records, completed, read_ontology())


def records_of(collection: Collection) -> Graph:
    """Return the triples of the files of a collection, with nested nodes named."""
    return lean_graph(
        triple
        for file in collection.files
        for triple in renamed(file.triples, nested_names(file.triples))
    )
