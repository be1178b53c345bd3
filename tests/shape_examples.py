"""Record files on which shapes are tried, completed as the check completes them."""

from functools import cache
from pathlib import Path

from rdflib import Graph
from rdflib.term import Node

from onrecord.rdf.namespaces import SHAPE
from onrecord.records.assembly import merged, nested_node_classes, read_ontology
from onrecord.records.collection import read_file
from onrecord.records.completion import completions, nested_names, renamed
from onrecord.shacl import validate

TESTS = Path(__file__).parent
BASE = TESTS / "valid" / "base.ttl"
VALID = sorted((TESTS / "valid").glob("*.ttl"))
INVALID = sorted((TESTS / "invalid").glob("*.ttl"))


def named_shape(path: Path) -> Node:
    """Return the shape that the first line of an invalid file names."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    return SHAPE[first.removeprefix("# violates: ")]


@cache
def records(path: Path) -> Graph:
    """Return the records of a file and of the base, completed, with the ontology."""
    written = [
        triple
        for file in sorted({BASE, path})
        for triple in read_file(file, label=file.stem.replace("-", "")).triples
    ]
    named = Graph()
    for triple in renamed(written, nested_names(written)):
        named.add(triple)
    return merged(named, completions(named, nested_node_classes()), _ontology())


@cache
def _ontology() -> Graph:
    return read_ontology()


def broken(data: Graph, shapes: Graph) -> set[Node]:
    """Return the shapes that the data breaks, whatever their severity."""
    return {result.shape for result in validate(data, shapes)}


def broken_by_pyshacl(data: Graph, shapes: Graph) -> set[Node]:
    """Return the same as pySHACL finds it, the reference."""
    return {result.shape for result in validate(data, shapes, "pyshacl")}
