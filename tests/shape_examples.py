"""Record files on which shapes are tried, completed as the check completes them."""

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from rdflib import Graph
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from onrecord.assembly import merged, read_ontology
from onrecord.collection import read_file
from onrecord.complete import complete
from onrecord.namespaces import PREFIXES, SHAPE
from onrecord.oxigraph import quads, to_rdflib

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
    written = Graph()
    for file in {BASE, path}:
        for triple in read_file(file, label=file.stem.replace("-", "")).triples:
            written.add(triple)
    return merged(complete(written), _ontology())


@cache
def _ontology() -> Graph:
    return read_ontology()


def broken(data: Graph, shapes: Graph) -> set[Node]:
    """Return the shapes that the data breaks, whatever their severity.

    pyshacl parses the query of a SPARQL constraint anew for every node, which takes most of its
    time; here each is asked once, for all nodes.
    """
    core, queries = _parted(shapes)
    store = ox.Store()
    store.bulk_extend(quads(data))
    asked = {
        shape
        for shape, query in queries.items()
        for solution in _solutions(store, query)
        for target in shapes.objects(shape, SH.targetClass)
        if (to_rdflib(solution["this"]), RDF.type, target) in data
    }
    return broken_by_pyshacl(data, core) | asked


@cache
def _parted(shapes: Graph) -> tuple[Graph, dict[Node, str]]:
    core, queries = Graph(), {}
    for shape, predicate, value in shapes:
        if predicate == SH.sparql:
            queries[shape] = str(shapes.value(value, SH.select))
        else:
            core.add((shape, predicate, value))
    return core, queries


def _solutions(store: ox.Store, query: str) -> ox.QuerySolutions:
    solutions = store.query(query.replace("$this", "?this"), prefixes=PREFIXES)
    assert isinstance(solutions, ox.QuerySolutions)
    return solutions


def broken_by_pyshacl(data: Graph, shapes: Graph) -> set[Node]:
    """Return the shapes that the data breaks as pyshacl alone sees it."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    return {
        shape
        for result in report.objects(None, SH.result)
        for shape in report.objects(result, SH.sourceShape)
    }
