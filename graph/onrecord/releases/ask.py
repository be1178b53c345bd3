"""Answers: what a release says to a query, written for a terminal or a program."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Literal, NamedTuple

import pyoxigraph as ox

from onrecord.errors import UsageError
from onrecord.rdf.namespaces import PREFIXES
from onrecord.rdf.oxigraph import ResultRow
from onrecord.releases.descriptions.usage import USAGE_GRAPH, asks_usage
from onrecord.releases.query_result import QueryResult, result_of
from onrecord.releases.release import STORE, Release, ReleaseError
from onrecord.releases.text_table import text_table

OutputFormat = Literal["table", "csv", "json", "turtle"]
_Answer = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean


class WrittenAnswer(NamedTuple):
    """Answer in a format."""

    data: bytes
    is_empty: bool
    """Whether it has no rows, or no triples."""
    left_out: tuple[str, ...] = ()
    """Columns for which a terminal is too narrow."""


class QueryError(UsageError):
    """A query does not parse, or asks for what is not done here."""


def ask(release: Release, text: str) -> _Answer:
    """Ask a release a SPARQL query. Raises QueryError with the mistake in it.

    One that asks for prefixes, examples or partitions is asked of the graph that has them, too.
    """
    try:
        store = ox.Store.read_only(str(release.path / STORE))
    except OSError as error:
        raise ReleaseError(f"{release.path}: its store cannot be read: {error}") from error
    try:
        if asks_usage(text):
            usage = ox.NamedNode(f"{release.manifest.get('base', '')}{USAGE_GRAPH}")
            return store.query(text, default_graph=[ox.DefaultGraph(), usage])
        return store.query(text)
    except SyntaxError as error:
        raise QueryError(_told(text, str(error))) from error


def _told(query: str, problem: str) -> str:
    # To load the parser takes longer than to ask a release.
    from onrecord.rdf.query_text.mistake import mistake

    found = mistake(query, problem, {name: str(iri) for name, iri in PREFIXES.items()})
    return f"the query does not parse: {found}\n{found.excerpt}"


def first_column(release: Release, text: str) -> list[str]:
    """Return the values of the first column of a SELECT."""
    answer = ask(release, text)
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("first_column() is for SELECT; nothing else has columns")
    return [_plain(row[0]) for row in answer if row[0] is not None]


def first_row(release: Release, text: str) -> list[str] | None:
    """Return the values of the first row of a SELECT, None if it has none."""
    answer = ask(release, text)
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("first_row() is for SELECT; nothing else has rows")
    for row in answer:
        return ["" if term is None else _plain(term) for term in row]
    return None


def all_rows(release: Release, text: str) -> list[ResultRow]:
    """Return the rows of a SELECT, as terms of pyoxigraph."""
    answer = ask(release, text)
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("all_rows() is for SELECT; nothing else has rows")
    return [tuple(row) for row in answer]


def ask_release(release: Release, text: str) -> QueryResult:
    """Ask a release a SPARQL query, and return its result typed. Raises QueryError."""
    answer = ask(release, text)
    try:
        return read_answer(answer)
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error


def read_answer(
    answer: _Answer | Iterator[ox.Triple | ox.Quad], row_limit: int | None = None
) -> QueryResult:
    """Return the result that an answer of the engine, or of its parsers, has."""
    if isinstance(answer, ox.QueryBoolean):
        datatype = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
        said = ox.Literal("true" if answer else "false", datatype=datatype)
        return result_of("ask", ("answer",), [(said,)], row_limit)
    if isinstance(answer, ox.QuerySolutions):
        columns = [variable.value for variable in answer.variables]
        return result_of("select", columns, [tuple(row) for row in answer], row_limit)
    triples = [(each.subject, each.predicate, each.object) for each in answer]
    return result_of("graph", ("subject", "predicate", "object"), triples, row_limit)


def write(answer: _Answer, format: OutputFormat, width: int | None = None) -> WrittenAnswer:
    """Return an answer in a format: rows as table, CSV or JSON, a graph as Turtle.

    A table is no wider than `width`, if there is one.
    """
    if isinstance(answer, ox.QueryTriples):
        data = _bytes(answer.serialize(format=ox.RdfFormat.TURTLE))
        return WrittenAnswer(data, not data.strip())
    if format == "turtle":
        raise UsageError("rows cannot be written as Turtle, choose table, csv or json")
    if format == "json":
        data = _bytes(answer.serialize(format=ox.QueryResultsFormat.JSON))
        return WrittenAnswer(data + b"\n", _has_no_rows(data))
    if isinstance(answer, ox.QueryBoolean):
        return WrittenAnswer(f"{'true' if answer else 'false'}\n".encode(), False)
    header = [variable.value for variable in answer.variables]
    rows = [["" if term is None else _plain(term) for term in row] for row in answer]
    if format == "csv":
        return WrittenAnswer(_csv(header, rows), not rows)
    table = text_table(header, rows, width)
    return WrittenAnswer(table.text.encode(), not rows, table.left_out)


def linked(data: bytes, address: str) -> bytes:
    """Return an answer in JSON with a link in its head, whose address says what was asked."""
    link = json.dumps(address, ensure_ascii=False).encode()
    return data.replace(b'{"head":{', b'{"head":{"link":[' + link + b"],", 1)


def _has_no_rows(data: bytes) -> bool:
    answer = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
    return isinstance(answer, ox.QuerySolutions) and next(iter(answer), None) is None


def _bytes(data: bytes | None) -> bytes:
    if data is None:
        raise AssertionError("pyoxigraph gives bytes when no output is named")
    return data


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _csv(header: list[str], rows: list[list[str]]) -> bytes:
    output = io.StringIO()
    csv.writer(output).writerows([header, *rows])
    return output.getvalue().encode()
