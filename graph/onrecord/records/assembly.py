"""Assembly: the graphs of a collection, from what was written to what was derived."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rdflib import Graph, URIRef

from onrecord.files.bundled import ONTOLOGY
from onrecord.records.collection import Collection, Description, describe
from onrecord.records.completion import (
    TextOf,
    completions,
    nested_classes,
    nested_names,
    not_archived,
    renamed,
)
from onrecord.records.derivation import derive
from onrecord.records.rule import Rule, read_rules
from onrecord.validation.data_files import graph_of

SHAPE_FILES = (ONTOLOGY / "shapes.ttl",)
"""The shapes that a collection must satisfy."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """A collection's records with their nested nodes named, and what was added to them."""

    description: Description
    records: Graph
    completed: Graph
    """What follows from each record alone; without the records."""
    ontology: Graph
    """Classes, properties and code lists."""

    def checked(self) -> Graph:
        """Return what the shapes are about: records, completions and ontology in one graph."""
        return merged(self.records, self.completed, self.ontology)


def read_ontology() -> Graph:
    """Return the classes, properties and code lists."""
    return graph_of(ONTOLOGY / name for name in ("onrecord.ttl", "codes.ttl"))


def read_shapes() -> Graph:
    """Return the shapes that a collection must satisfy."""
    return graph_of(SHAPE_FILES)


@cache
def classes_in_place() -> Mapping[URIRef, URIRef]:
    """Return the class of what is written in place, by property; the ontology is read once."""
    return nested_classes(read_shapes(), graph_of([ONTOLOGY / "org.ttl"]), read_ontology())


def merged(*graphs: Graph) -> Graph:
    """Return one graph of the triples of all."""
    whole = Graph()
    for graph in graphs:
        for triple in graph:
            whole.add(triple)
    return whole


def assemble(collection: Collection, text_of: TextOf = not_archived) -> Assembly:
    """Name the nested nodes of all files and complete every record.

    Raises CollectionError if the collection does not describe itself.
    """
    records = records_of(collection)
    completed = completions(records, classes_in_place(), text_of)
    return Assembly(describe(records, collection.root), records, completed, read_ontology())


def records_of(collection: Collection) -> Graph:
    """Return what the files of a collection say, nested nodes named."""
    records = Graph()
    for file in collection.files:
        for triple in renamed(file.triples, nested_names(file.triples)):
            records.add(triple)
    return records


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules, each after those that it needs; they are read once."""
    return tuple(read_rules(ONTOLOGY / "rules"))


def derive_all(assembly: Assembly) -> dict[str, Graph]:
    """Return what each rule derives from an assembly, by rule name."""
    return derive((assembly.records, assembly.completed, assembly.ontology), rules())
