"""The W3C tests of Turtle, TriG, N-Triples and N-Quads, with both readers: all are passed.

The located reader reads named graphs as one, and so it is held to the triples of a dataset.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, Namespace

from conftest import w3c_suite
from onrecord.errors import SyntaxProblem
from onrecord.files.content import read_content
from onrecord.rdf.located_turtle import read_located_triples
from onrecord.rdf.oxigraph import RdflibTriple
from onrecord.records.collection import parse_file

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
BASES = {
    "turtle": "http://www.w3.org/2013/TurtleTests/",
    "trig": "http://www.w3.org/2013/TriGTests/",
    "ntriples": "http://www.w3.org/2013/N-TriplesTests/",
    "nquads": "http://www.w3.org/2013/N-QuadsTests/",
}
NUMBERS = {"turtle": 291, "trig": 335, "ntriples": 68, "nquads": 85}
"""How many tests a suite has."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test: a file, and the triples it has; none for one that must be refused."""

    name: str
    kind: str
    file: Path
    result: Path | None


def read_suite(name: str) -> list[Case]:
    root = w3c_suite(name)
    manifest = Graph().parse(root / "manifest.ttl", publicID=root.as_uri() + "/manifest.ttl")
    cases = []
    for test, action in manifest.subject_objects(MF.action):
        kind = str(manifest.value(test, RDF.type)).rpartition("#Test")[2]
        result = manifest.value(test, MF.result)
        file = Path(str(action).removeprefix("file://"))
        expected = Path(str(result).removeprefix("file://")) if result else None
        cases.append(Case(file.stem, kind, file, expected))
    return cases


def canonical(written: bytes, format: ox.RdfFormat) -> ox.Dataset:
    # Lenient, as Turtle allows characters in names that no IRI has, and one test is about them.
    parsed = ox.parse(written, format=format, lenient=True)
    dataset = ox.Dataset(ox.Quad(q.subject, q.predicate, q.object) for q in parsed)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def located(path: Path, base: str) -> list[RdflibTriple]:
    return [
        (each.subject, each.predicate, each.object) for each in read_located_triples(path, base)
    ]


def of_records(path: Path, base: str) -> list[RdflibTriple]:
    """Read a file as records are; they have no relative IRIs, so that a base must be written."""
    content = f"@base <{base}> .\n".encode() + read_content(path)
    return list(parse_file(path, content).triples)


Reader = Callable[[Path, str], list[RdflibTriple]]
READERS: dict[str, tuple[Reader, list[str]]] = {
    "located": (located, list(BASES)),
    "records": (of_records, ["turtle"]),
}
CASES = [(reader, suite) for reader, (_, suites) in READERS.items() for suite in suites]


def passes(case: Case, read: Reader, base: str) -> bool:
    try:
        found = read(case.file, base)
    except SyntaxProblem:
        return "Negative" in case.kind
    if "Negative" in case.kind:
        return False
    if case.result is None:
        return True
    lines = "".join(f"{' '.join(term.n3() for term in triple)} .\n" for triple in found)
    expected = canonical(case.result.read_bytes(), ox.RdfFormat.N_QUADS)
    return canonical(lines.encode(), ox.RdfFormat.TURTLE) == expected


@pytest.mark.parametrize(("reader", "suite"), CASES)
def test_a_reader_passes_every_test(reader: str, suite: str) -> None:
    cases = read_suite(suite)
    read = READERS[reader][0]
    assert len(cases) == NUMBERS[suite]
    base = BASES[suite]
    assert [case.name for case in cases if not passes(case, read, base + case.file.name)] == []
