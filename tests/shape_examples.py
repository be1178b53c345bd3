"""Record files on which shapes are tried, completed as the check completes them."""

from functools import cache
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph
from rdflib.term import Node

from onrecord.rdf.namespaces import SHAPE
from onrecord.rdf.oxigraph import RdflibTriple, Term, triples_in_oxigraph
from onrecord.records.assembly import merged, nested_node_classes, read_ontology
from onrecord.records.collection import RecordFile, read_file
from onrecord.records.completion import completions, nested_names, renamed
from onrecord.shacl import validate
from onrecord.shacl.data_graph import load
from onrecord.shacl.validate import validate_data

StoredTriple = tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, Term]

TESTS = Path(__file__).parent
BASE = TESTS / "valid" / "base.ttl"
VALID = sorted((TESTS / "valid").glob("*.ttl"))
INVALID = sorted((TESTS / "invalid").glob("*.ttl"))


@cache
def named_shape(path: Path) -> Node:
    """Return the shape that the first line of an invalid file names."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    return SHAPE[first.removeprefix("# violates: ")]


def records(path: Path) -> Graph:
    """Return the records of a file and of the base, completed, with the ontology."""
    return merged(*_parts(path), _ontology())


def broken(path: Path, shapes: Graph) -> set[Node]:
    """Return the shapes that the records of a file break, whatever their severity."""
    data = load(chain(_stored(path), _stored_ontology()))
    return {result.shape for result in validate_data(data, shapes, lambda: records(path))}


def broken_by_pyshacl(path: Path, shapes: Graph) -> set[Node]:
    """Return the same as pySHACL finds it, the reference."""
    return {result.shape for result in validate(records(path), shapes, "pyshacl")}


def _parts(path: Path) -> tuple[Graph, Graph]:
    """Return the records of a file and of the base, and their completions."""
    written: list[RdflibTriple] = [
        triple for file in sorted({BASE, path}) for triple in _file(file).triples
    ]
    named = Graph()
    for triple in renamed(written, nested_names(written)):
        named.add(triple)
    return named, completions(named, nested_node_classes())


@cache
def _file(path: Path) -> RecordFile:
    return read_file(path, label=path.stem.replace("-", ""))


@cache
def _stored(path: Path) -> list[StoredTriple]:
    """Return the parts in the terms of the engine: graphs of rdflib take a hundred times as much.

    Hundreds of shapes are tried on the same files.
    """
    return list(triples_in_oxigraph(chain(*_parts(path))))


@cache
def _ontology() -> Graph:
    return read_ontology()


@cache
def _stored_ontology() -> list[StoredTriple]:
    return list(triples_in_oxigraph(_ontology()))
