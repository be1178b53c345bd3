"""The W3C SPARQL test suites: their manifests, their data, and how results are compared."""

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
BASES = {
    "sparql10": "http://www.w3.org/2001/sw/DataAccess/tests/data-r2/",
    "sparql11": "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/",
}
"""The address of each suite, by the name of its folder."""

_KINDS = (
    "QueryEvaluationTest",
    "CSVResultFormatTest",
    "PositiveSyntaxTest",
    "PositiveSyntaxTest11",
    "NegativeSyntaxTest",
    "NegativeSyntaxTest11",
)
"""The tests that ask a query; the others change data or try a protocol."""
_ENTAILMENT = "entailment"
"""The folder of the tests that want what follows from the data to be answered, too."""
_EXACT = ("integer", "decimal")
_INEXACT = ("double", "float")


Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Case:
    """One test of the suite; `kind` is the local name of its class."""

    name: str
    kind: str
    query: Path
    default: tuple[Path, ...]
    """The files of the default graph, or all that the query names."""
    named: tuple[Path, ...]
    result: Path | None
    lax: bool
    """Whether rows may be left out that are there already, as of SELECT REDUCED."""

    @property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT or DESCRIBE."""
        text = re.sub(r"<[^>\s]*>|#.*", "", self.query.read_text(encoding="utf-8"))
        form = re.search(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", text, re.IGNORECASE)
        return form[1].upper() if form else ""

    @property
    def result_is_graph(self) -> bool:
        """Whether the result is written as a graph, be it one or not."""
        return self.result is not None and self.result.suffix in (".ttl", ".rdf", ".nt")

    @property
    def text(self) -> str:
        """The query, with the base that the suite resolves it against."""
        text = self.query.read_text(encoding="utf-8")
        return (
            f"BASE <{address_of(self.query)}>\n{text}" if re.search(r"<[^:>\s]*>", text) else text
        )


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of an answer; whether their order counts."""

    names: list[str]
    rows: list[dict[str, Term | None]]
    ordered: bool


def read_suite(root: Path) -> Iterator[Case]:
    """Yield the tests of the query language and of the result formats."""
    for path in sorted(root.glob("*/manifest.ttl")):
        if path.parent.name == _ENTAILMENT:
            continue
        manifest = Graph().parse(path, publicID=path.as_uri())
        for entries in manifest.objects(None, MF.entries):
            for test in Collection(manifest, entries):
                kind = str(manifest.value(test, RDF.type)).rpartition("#")[2]
                if kind in _KINDS:
                    yield _case(manifest, path.parent.name, test, kind)


def _case(manifest: Graph, folder: str, test: Node, kind: str) -> Case:
    action = manifest.value(test, MF.action)
    query = manifest.value(action, QT.query) or action
    default = tuple(_path(file) for file in manifest.objects(action, QT.data))
    default = default or _datasets_in(_path(query))
    named = tuple(_path(file) for file in manifest.objects(action, QT.graphData))
    result = manifest.value(test, MF.result)
    name = f"{folder}/{str(test).rpartition('#')[2]}"
    file = _path(result) if isinstance(result, URIRef) else None
    lax = manifest.value(test, MF.resultCardinality) == MF.LaxCardinality
    return Case(name, kind, _path(query), default, named, file, lax)


def _datasets_in(query: Path) -> tuple[Path, ...]:
    """Return the files that the query itself names as its data."""
    named = re.findall(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", query.read_text(encoding="utf-8"))
    files = [query.parent / name for name in named]
    return tuple(file for file in files if file.is_file())


def _path(iri: object) -> Path:
    return Path(str(iri).removeprefix("file://"))


def address_of(path: Path) -> str:
    """Return the address that the suite gives a file."""
    return f"{BASES[path.parent.parent.name]}{path.parent.name}/{path.name}"


def suite_quads(cases: Iterable[Case]) -> list[ox.Quad]:
    """Return the data of all tests, each file in a graph of its own name."""
    found: list[ox.Quad] = []
    for path in sorted({path for case in cases for path in case.default + case.named}):
        address = address_of(path)
        format = ox.RdfFormat.from_extension(path.suffix[1:])
        graph = ox.NamedNode(address)
        # Two files never speak of the same blank node.
        parsed = ox.parse(
            path.read_bytes(), format=format, base_iri=address, rename_blank_nodes=True
        )
        found.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in parsed)
    return found


def same(case: Case, expected: bytes, got: bytes) -> bool:
    """Return whether two answers are the same but for order and names of blank nodes.

    The order counts where the suite numbers the rows.
    """
    suffix = case.result.suffix if case.result else ""
    if suffix == ".csv":
        return _csv(expected) == _csv(got)
    if case.form == "CONSTRUCT":
        return _canonical(_triples(case, expected)) == _canonical(_triples(case, got))
    first = _result_set(case, expected) if case.result_is_graph else _results(expected, suffix)
    second = _results(got, ".srj" if case.result_is_graph else suffix)
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if set(first.names) != set(second.names):
        return False
    if case.lax:
        fewer = len(second.rows) <= len(first.rows)
        first, second = _without_repetitions(first), _without_repetitions(second)
        if not fewer:
            return False
    rows = [_rows(table, ordered=first.ordered) for table in (first, second)]
    return _canonical(rows[0]) == _canonical(rows[1])


def _without_repetitions(table: Table) -> Table:
    rows = {
        tuple(sorted((name, str(term)) for name, term in row.items())): row for row in table.rows
    }
    return Table(table.names, list(rows.values()), table.ordered)


def _csv(data: bytes) -> tuple[list[str], Counter[tuple[str, ...]]]:
    head, *rows = csv.reader(io.StringIO(data.decode()))
    return head, Counter(tuple("_:" if "_:" in cell[:2] else cell for cell in row) for row in rows)


def _triples(case: Case, data: bytes) -> list[ox.Quad]:
    base = address_of(case.result) if case.result else None
    parsed = ox.parse(data, format=ox.RdfFormat.TURTLE, base_iri=base)
    return [ox.Quad(q.subject, q.predicate, _plain(q.object)) for q in parsed]


def _results(data: bytes, suffix: str) -> Table | bool:
    found = ox.parse_query_results(data, format=ox.QueryResultsFormat.from_extension(suffix[1:]))
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    rows = [dict(zip(names, solution, strict=True)) for solution in found]
    return Table(names, rows, ordered=False)


def _result_set(case: Case, data: bytes) -> Table | bool:
    """Return what a result set says that is written as a graph."""
    assert case.result is not None
    format = "xml" if case.result.suffix == ".rdf" else "turtle"
    graph = Graph().parse(data=data, format=format, publicID=address_of(case.result))
    for answer in graph.objects(None, RS.boolean):
        return str(answer) == "true"
    solutions = list(graph.objects(None, RS.solution))
    ordered = bool(solutions) and all(graph.value(each, RS["index"]) for each in solutions)
    if ordered:
        solutions.sort(key=lambda each: int(str(graph.value(each, RS["index"]))))
    rows = []
    for solution in solutions:
        row: dict[str, Term | None] = {}
        for binding in graph.objects(solution, RS.binding):
            name, value = graph.value(binding, RS.variable), graph.value(binding, RS.value)
            assert value is not None
            (quad,) = ox.parse(f"<a:a> <a:a> {value.n3()} .", format=ox.RdfFormat.TURTLE)
            row[str(name)] = quad.object
        rows.append(row)
    return Table([str(name) for name in graph.objects(None, RS.resultVariable)], rows, ordered)


def _rows(table: Table, ordered: bool) -> list[ox.Quad]:
    """Return rows as a graph: a blank node for each row, so that canonical forms compare them."""
    found: list[ox.Quad] = []
    for number, row in enumerate(table.rows):
        node = ox.BlankNode()
        place = ox.Literal(number if ordered else "row")
        found.append(ox.Quad(node, ox.NamedNode("row:is"), place))
        for name, term in row.items():
            if term is not None:
                found.append(ox.Quad(node, ox.NamedNode(f"column:{name}"), _plain(term)))
    return found


def _plain(term: Term) -> Term:
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
