"""The tests of DASH (http://datashapes.org/dash), which SHACL's first engine was written by.

Each of `dash_tests.txt` is a file with shapes and data, and what they give: a validation report,
for the command, or triples that rules infer. What deviates is listed in shacl_deviations.toml. Left
out are the tests of what SHACL does not define: 8 of plain SPARQL queries, and 2 of functions that
are called outside of shapes.
"""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import Graph, Namespace
from rdflib.namespace import OWL, RDF, SH
from rdflib.term import Node

from conftest import w3c_suite
from onrecord.cli.check import check
from onrecord.rdf.xsd import silence_literal_warnings
from onrecord.shacl.advanced import with_rules_applied
from shacl_engines import parse, read, results

DASH = Namespace("http://datashapes.org/dash#")
HERE = Path(__file__).parent
NAMES = (HERE / "dash_tests.txt").read_text().split()
DEVIATIONS = tomllib.loads((HERE / "shacl_deviations.toml").read_text())["dash"]


def expected_report(suite: Graph) -> Graph:
    """Return the report that a test expects, without those of other tests in its file."""
    (test,) = suite.subjects(RDF.type, DASH.GraphValidationTestCase)
    report = Graph()
    for triple in suite:
        report.add(triple)
    report.remove((None, SH.result, None))
    for found in suite.objects(test, DASH.expectedResult):
        for result in suite.objects(found, SH.result):
            report.add((found, SH.result, result))
    return report


def passes(path: Path) -> bool:
    """Say whether the command gives the report that a test expects."""
    ran = CliRunner().invoke(
        check, ["--format", "turtle", "--fail-on", "info", "--shapes", str(path), str(path)]
    )
    if ran.exit_code not in (0, 1):
        return False
    with silence_literal_warnings():
        return results(parse(ran.stdout.encode())) == results(expected_report(read(path)))


def infers(path: Path) -> bool:
    """Say whether the rules of a test infer what it expects, from the file beside it too."""
    suite = read(path)
    for imported in suite.objects(None, OWL.imports):
        file = path.with_name(f"{str(imported).rpartition('/')[2]}.ttl")
        if file.is_file():
            suite = suite + read(file)
    with silence_literal_warnings():
        inferred = with_rules_applied(suite, suite)
    return all(
        _statement(suite, each) in inferred for each in suite.objects(None, DASH.expectedResult)
    )


def _statement(suite: Graph, node: Node) -> tuple[Node | None, Node | None, Node | None]:
    parts = (suite.value(node, part) for part in (RDF.subject, RDF.predicate, RDF.object))
    subject, predicate, value = parts
    return subject, predicate, value


@pytest.mark.filterwarnings("ignore:Serializing weird numerical")
@pytest.mark.parametrize("name", NAMES)
def test_dash_passes_or_its_deviation_is_listed(name: str) -> None:
    path = w3c_suite("dash") / f"{name}.test.ttl"
    is_of_rules = any(read(path).subjects(RDF.type, DASH.InferencingTestCase))
    assert (infers(path) if is_of_rules else passes(path)) == (name not in DEVIATIONS)


def test_every_test_of_shacl_is_in_the_list() -> None:
    folder = w3c_suite("dash")
    kinds = (DASH.GraphValidationTestCase, DASH.InferencingTestCase)
    found = sorted(
        path.relative_to(folder).as_posix().removesuffix(".test.ttl")
        for path in folder.rglob("*.test.ttl")
        if b"ValidationTestCase" in path.read_bytes() or b"InferencingTestCase" in path.read_bytes()
        if any(any(read(path).subjects(RDF.type, kind)) for kind in kinds)
    )
    assert found == sorted(NAMES)
