"""The W3C SHACL tests, core and SPARQL, with each engine; what deviates is listed."""

import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import SH

from conftest import w3c_suite
from onrecord.shacl import ShapesError
from shacl_engines import ENGINES, EngineName, read, report, results

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
DEVIATIONS = tomllib.loads((Path(__file__).parent / "shacl_deviations.toml").read_text())


def passes(name: str, engine: EngineName) -> bool:
    """Say whether an engine gives the report that a test expects."""
    path = w3c_suite("shacl") / f"{name}.ttl"
    manifest = read(path)
    test = next(manifest.subjects(MF.action, None))
    action = manifest.value(test, MF.action)

    def graph_of(predicate: URIRef) -> Graph:
        address = str(manifest.value(action, predicate))
        return read(Path(unquote(address.removeprefix("file://"))))

    data, shapes = graph_of(SHT.dataGraph), graph_of(SHT.shapesGraph)
    expected = manifest.value(test, MF.result)
    try:
        found = report(data, shapes, engine)
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


NAMES = (Path(__file__).parent / "shacl_tests.txt").read_text().split()
"""The tests of the suite, listed so that they are there to be skipped where the suite is not."""
CASES = [
    (name, engine)
    for name in NAMES
    for engine in ENGINES
    if engine != "pyshacl" or name not in DEVIATIONS["unsteady"]
]


@pytest.mark.parametrize(("name", "engine"), CASES)
def test_an_engine_passes_or_its_deviation_is_listed(name: str, engine: EngineName) -> None:
    assert passes(name, engine) == (name not in DEVIATIONS[engine])


def test_every_test_of_the_suite_is_listed() -> None:
    suite = w3c_suite("shacl")
    found = [
        str(path.relative_to(suite).with_suffix(""))
        for path in sorted(suite.rglob("*.ttl"))
        if path.name != "manifest.ttl" and "mf:Manifest" in path.read_text(encoding="utf-8")
    ]
    assert found == NAMES
