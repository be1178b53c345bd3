"""The W3C SPARQL 1.1 test suite: its manifests, its data, and how its results are compared."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
XSD = "http://www.w3.org/2001/XMLSchema#"
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"

_FOLDERS = (
    "aggregates",
    "bind",
    "bindings",
    "cast",
    "construct",
    "csv-tsv-res",
    "exists",
    "functions",
    "grouping",
    "json-res",
    "negation",
    "project-expression",
    "property-path",
    "service",
    "subquery",
    "syntax-fed",
    "syntax-query",
)
_EXACT = ("integer", "decimal")
_INEXACT = ("double", "float")


@dataclass(frozen=True, slots=True)
class Case:
    """One test of the suite; `kind` is the local name of its class."""

    name: str
    kind: str
    query: Path
    default: tuple[Path, ...]
    """The files of the default graph."""
    named: tuple[Path, ...]
    result: Path | None

    @property
    def gives_rows(self) -> bool:
        """Whether the query is a SELECT."""
        text = re.sub(r"<[^>\s]*>|#.*", "", self.query.read_text(encoding="utf-8"))
        form = re.search(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", text, re.IGNORECASE)
        return form is not None and form[1].upper() == "SELECT"

    @property
    def text(self) -> str:
        """The query, with the base that the suite resolves it against."""
        text = self.query.read_text(encoding="utf-8")
        return (
            f"BASE <{address_of(self.query)}>\n{text}" if re.search(r"<[^:>\s]*>", text) else text
        )


def read_suite(root: Path) -> Iterator[Case]:
    """Yield the tests of the query language and of the result formats."""
    for folder in _FOLDERS:
        path = root / folder / "manifest.ttl"
        manifest = Graph().parse(path, publicID=path.as_uri())
        for entries in manifest.objects(None, MF.entries):
            for test in Collection(manifest, entries):
                yield _case(manifest, folder, test)


def _case(manifest: Graph, folder: str, test: Node) -> Case:
    action = manifest.value(test, MF.action)
    query = manifest.value(action, QT.query) or action
    default = tuple(_path(file) for file in manifest.objects(action, QT.data))
    named = tuple(_path(file) for file in manifest.objects(action, QT.graphData))
    result = manifest.value(test, MF.result)
    kind = str(manifest.value(test, RDF.type)).rpartition("#")[2]
    name = f"{folder}/{str(test).rpartition('#')[2]}"
    file = _path(result) if isinstance(result, URIRef) else None
    return Case(name, kind, _path(query), default, named, file)


def _path(iri: object) -> Path:
    return Path(str(iri).removeprefix("file://"))


def address_of(path: Path) -> str:
    """Return the address that the suite gives a file."""
    return f"{BASE}{path.parent.name}/{path.name}"


def suite_quads(cases: Iterable[Case]) -> list[ox.Quad]:
    """Return the data of all tests, each file in a graph of its own name."""
    found: list[ox.Quad] = []
    for path in sorted({path for case in cases for path in case.default + case.named}):
        address = address_of(path)
        format = ox.RdfFormat.from_extension(path.suffix[1:])
        graph = ox.NamedNode(address)
        parsed = ox.parse(path.read_bytes(), format=format, base_iri=address)
        found.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in parsed)
    return found


def same(case: Case, expected: bytes, got: bytes) -> bool:
    """Return whether two answers are the same but for order and names of blank nodes."""
    suffix = case.result.suffix if case.result else ""
    if suffix == ".csv":
        return _csv(expected) == _csv(got)
    if case.gives_rows and suffix == ".ttl":
        rows = ox.parse_query_results(got, format=ox.QueryResultsFormat.JSON)
        assert isinstance(rows, ox.QuerySolutions)
        return _canonical(_result_set(case, expected)) == _canonical(_rows(rows))
    if suffix == ".ttl":
        graphs = (_canonical(_triples(case, expected)), _canonical(_triples(case, got)))
        return graphs[0] == graphs[1]
    format = ox.QueryResultsFormat.from_extension(suffix[1:])
    first = ox.parse_query_results(expected, format=format)
    second = ox.parse_query_results(got, format=format)
    if isinstance(first, ox.QueryBoolean) or isinstance(second, ox.QueryBoolean):
        return isinstance(first, type(second)) and bool(first) == bool(second)
    if not isinstance(first, ox.QuerySolutions) or not isinstance(second, ox.QuerySolutions):
        return False
    if {v.value for v in first.variables} != {v.value for v in second.variables}:
        return False
    return _canonical(_rows(first)) == _canonical(_rows(second))


def _csv(data: bytes) -> tuple[list[str], Counter[tuple[str, ...]]]:
    head, *rows = csv.reader(io.StringIO(data.decode()))
    return head, Counter(tuple("_:" if "_:" in cell[:2] else cell for cell in row) for row in rows)


def _triples(case: Case, data: bytes) -> list[ox.Quad]:
    base = address_of(case.result) if case.result else None
    parsed = ox.parse(data, format=ox.RdfFormat.TURTLE, base_iri=base)
    return [ox.Quad(q.subject, q.predicate, _plain(q.object)) for q in parsed]


def _result_set(case: Case, data: bytes) -> list[ox.Quad]:
    """Return a result set that is written as a graph as `_rows` would return it."""
    assert case.result is not None
    graph = Graph().parse(data=data, format="turtle", publicID=address_of(case.result))
    found: list[ox.Quad] = []
    for solution in graph.objects(None, RS.solution):
        row = ox.BlankNode()
        found.append(ox.Quad(row, ox.NamedNode("row:is"), ox.Literal("row")))
        for binding in graph.objects(solution, RS.binding):
            name, value = graph.value(binding, RS.variable), graph.value(binding, RS.value)
            (quad,) = ox.parse(f"<a:a> <column:{name}> {value.n3()} .", format=ox.RdfFormat.TURTLE)
            found.append(ox.Quad(row, quad.predicate, _plain(quad.object)))
    return found


def _rows(solutions: ox.QuerySolutions) -> list[ox.Quad]:
    """Return rows as a graph: a blank node for each row, so that canonical forms compare them."""
    found: list[ox.Quad] = []
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        row = ox.BlankNode()
        found.append(ox.Quad(row, ox.NamedNode("row:is"), ox.Literal("row")))
        for name, term in zip(names, solution, strict=True):
            if term is not None:
                found.append(ox.Quad(row, ox.NamedNode(f"column:{name}"), _plain(term)))
    return found


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> object:
    """Return a term with its number written in one way."""
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(XSD):
        return term
    local = term.datatype.value.removeprefix(XSD)
    try:
        if local == "boolean":
            word = {"0": "false", "1": "true"}.get(term.value, term.value)
            return ox.Literal(word, datatype=term.datatype)
        if local in _EXACT:
            return ox.Literal(f"{Decimal(term.value).normalize():f}", datatype=term.datatype)
        if local in _INEXACT:
            return ox.Literal(repr(float(term.value)), datatype=term.datatype)
    except (ArithmeticError, ValueError):
        return term
    return term


def _canonical(found: list[ox.Quad]) -> set[str]:
    dataset = ox.Dataset(found)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}
