"""The W3C SHACL tests, core and SPARQL, with each engine; what deviates is listed."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from conftest import SHARED, require
from onrecord.oxigraph import to_rdflib
from onrecord.shacl import Engine, ShapesError, report_graph, validate

SUITE = SHARED / "w3c" / "shacl-tests"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
DEVIATIONS = tomllib.loads((Path(__file__).parent / "shacl_deviations.toml").read_text())
ENGINES: tuple[Engine, ...] = ("fast", "pyshacl")


def names_in(folder: str) -> list[str]:
    """Return the names of the tests below a folder; one that says so where the suite is missing."""
    found = [
        str(path.relative_to(SUITE).with_suffix(""))
        for path in sorted((SUITE / folder).rglob("*.ttl"))
        if path.name != "manifest.ttl" and "mf:Manifest" in path.read_text(encoding="utf-8")
    ]
    return found or [f"{folder}/missing"]


@cache
def read(path: Path) -> Graph:
    """Read a file without touching the form of its literals."""
    graph = Graph()
    for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()):
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return graph


def shown(graph: Graph, node: Node | None) -> str:
    """Return a term, or the shape of a path or list, without names of blank nodes."""
    if not isinstance(node, BNode):
        return "" if node is None else node.n3()
    if (node, RDF.first, None) in graph:
        return "(" + " ".join(shown(graph, each) for each in Collection(graph, node)) + ")"
    inner = sorted(
        f"{predicate} {shown(graph, value)}"
        for predicate, value in graph.predicate_objects(node)
        if str(predicate).endswith("Path")
    )
    return f"[{' '.join(inner)}]"


def results(graph: Graph) -> Counter[tuple[str, ...]]:
    """Return the results of a report by what the suite compares."""
    return Counter(
        tuple(
            shown(graph, graph.value(result, name))
            for name in (
                SH.focusNode,
                SH.resultPath,
                SH.value,
                SH.sourceShape,
                SH.sourceConstraintComponent,
                SH.resultSeverity,
            )
        )
        for result in graph.objects(None, SH.result)
    )


def passes(name: str, engine: Engine) -> bool:
    """Say whether an engine gives the report that a test expects."""
    path = SUITE / f"{name}.ttl"
    manifest = read(path)
    test = next(manifest.subjects(MF.action, None))
    action = manifest.value(test, MF.action)

    def graph_of(predicate: URIRef) -> Graph:
        address = str(manifest.value(action, predicate))
        return read(Path(unquote(address.removeprefix("file://"))))

    data, shapes = graph_of(SHT.dataGraph), graph_of(SHT.shapesGraph)
    expected = manifest.value(test, MF.result)
    try:
        found = report_graph(validate(data, shapes, engine))
    except ShapesError:
        return expected == SHT.Failure
    if expected == SHT.Failure:
        return False
    wanted = Graph()
    for triple in manifest:
        wanted.add(triple)
    wanted.remove((None, SH.result, None))
    for result in manifest.objects(expected, SH.result):
        wanted.add((expected, SH.result, result))
    return results(found) == results(wanted)


CASES = [
    (name, engine)
    for name in (*names_in("core"), *names_in("sparql"))
    for engine in ENGINES
    if engine == "fast" or name not in DEVIATIONS["unsteady"]
]


@pytest.mark.parametrize(("name", "engine"), CASES)
def test_an_engine_passes_or_its_deviation_is_listed(name: str, engine: Engine) -> None:
    require(SUITE.is_dir(), "../shared")
    assert passes(name, engine) == (name not in DEVIATIONS[engine])
