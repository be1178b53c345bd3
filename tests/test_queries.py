"""Every saved query: its header, its answer on the sample, the same on two engines."""

import csv
import os
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from onrecord.files.bundled import QUERIES
from onrecord.rdf.namespaces import CODE
from onrecord.rdf.oxigraph import quads, to_rdflib
from onrecord.releases.saved_query import (
    ParameterError,
    Query,
    QueryFileError,
    bind,
    read_queries,
    read_query,
    with_defaults,
    without_values,
)
from sample_release import BASE, sample_graph

ANSWERS = Path(__file__).parent / "answers"
PARAMETERS = tomllib.loads((ANSWERS / "parameters.toml").read_text())
ALL = read_queries(QUERIES)

by_name = pytest.mark.parametrize("query", ALL, ids=lambda query: query.name)
Row = tuple[str, ...]


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The sample as one rdflib graph."""
    return sample_graph()


@pytest.fixture(scope="module")
def store(graph: Graph) -> ox.Store:
    """The sample in an Oxigraph store."""
    store = ox.Store()
    store.extend(quads(graph))
    return store


def plain(value: object) -> str:
    """Write a number as Oxigraph does: rdflib gives 4.0 where Oxigraph gives 4."""
    text = "" if value is None else str(value)
    return text.removesuffix(".0")


def asked(query: Query) -> str:
    return bind(query, PARAMETERS.get(query.name, {}), BASE)


def rows_of_oxigraph(store: ox.Store, query: Query) -> list[Row]:
    solutions = store.query(asked(query))
    return [
        tuple(plain(None if term is None else to_rdflib(term)) for term in row) for row in solutions
    ]


@by_name
def test_a_query_gives_its_expected_answer_on_oxigraph(store: ox.Store, query: Query) -> None:
    path, rows = ANSWERS / f"{query.name}.csv", rows_of_oxigraph(store, query)
    if os.environ.get("ONRECORD_WRITE_EXPECTED"):
        with path.open("w", encoding="utf-8", newline="") as file:
            names = [column.name for column in query.columns]
            csv.writer(file, lineterminator="\n").writerows([names, *rows])
    with path.open(encoding="utf-8", newline="") as file:
        header, *expected = csv.reader(file)
    assert header == [column.name for column in query.columns]
    assert rows == [tuple(row) for row in expected]
    assert expected, "the sample has a case for every question"


@by_name
def test_a_query_gives_the_same_rows_on_rdflib(graph: Graph, store: ox.Store, query: Query) -> None:
    result = graph.query(asked(query))
    names = [column.name for column in query.columns]
    rows = [tuple(plain(row.asdict().get(name)) for name in names) for row in result]
    assert rows == rows_of_oxigraph(store, query)


@by_name
def test_the_header_names_the_columns_of_the_query(query: Query) -> None:
    solutions = ox.Store().query(query.text)
    assert [name.value for name in solutions.variables] == [c.name for c in query.columns]


@by_name
def test_a_query_ends_in_an_order(query: Query) -> None:
    assert query.text.rstrip().splitlines()[-1].startswith("ORDER BY")


def test_every_answer_belongs_to_a_query() -> None:
    assert {path.stem for path in ANSWERS.glob("*.csv")} == {query.name for query in ALL}
    assert set(PARAMETERS) <= {query.name for query in ALL}


QUERY = """# title: T
# answers: A?
# returns: a (text)
# withdrawn: left out
# param: day (date): a day
# param: words (text): some words
# param: number (number): a number
# param: tongue (language): a language

SELECT ?a
WHERE {
  VALUES ?day { UNDEF }
  VALUES ?words { UNDEF }
  VALUES ?number { UNDEF }
  VALUES ?tongue { "en" }
  BIND (STR(COALESCE(?day, "")) AS ?d)
  BIND (STR(COALESCE(?number, "")) AS ?n)
  BIND (CONCAT(?d, "|", COALESCE(?words, ""), "|", ?n, "|", ?tongue) AS ?a)
}
ORDER BY ?a
"""


@pytest.fixture
def small(tmp_path: Path) -> Query:
    """A query with a parameter of each kind."""
    path = tmp_path / "small.rq"
    path.write_text(QUERY)
    return read_query(path)


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({}, "|||en"),
        ({"day": "2025-11-06"}, "2025-11-06|||en"),
        ({"words": ""}, "|||en"),
        ({"words": '" } INSERT DATA { <a> <b> "\\'}, '|" } INSERT DATA { <a> <b> "\\||en'),
        ({"words": "two\nlines $1 \\1"}, "|two\nlines $1 \\1||en"),
        ({"number": "2000000"}, "||2000000|en"),
        ({"tongue": "de-AT"}, "|||de-at"),
    ],
)
def test_a_parameter_is_bound_as_a_term(small: Query, values: dict[str, str], answer: str) -> None:
    (row,) = ox.Store().query(bind(small, values, BASE))
    assert row[0].value == answer


@by_name
def test_a_text_that_is_asked_has_nothing_undefined(query: Query) -> None:
    """QLever and maplib join `VALUES ?x { UNDEF }` with nothing, and give no rows."""
    assert "UNDEF" not in bind(query, {}, BASE)
    open_query = replace(query, text=without_values(query))
    assert "UNDEF" not in bind(open_query, {}, BASE)
    values = {each.name: "2025" for each in query.parameters if each.kind == "number"}
    assert bind(open_query, values, BASE).count("VALUES ?year {") == len(values)


@pytest.mark.parametrize(
    "values",
    [
        {"day": "yesterday"},
        {"day": "2025-02-30"},
        {"number": "many"},
        {"number": "1e999999"},
        {"number": "NaN"},
        {"tongue": 'en" } #'},
        {"nobody": "1"},
    ],
)
def test_a_wrong_parameter_is_refused(small: Query, values: dict[str, str]) -> None:
    with pytest.raises(ParameterError):
        bind(small, values, BASE)


@pytest.mark.parametrize("iri", ["topic/a b", "https://x/<y>", "urn:x\n", 'topic/"'])
def test_what_is_no_iri_is_refused(iri: str) -> None:
    query = next(query for query in ALL if query.name == "claims-on-topic-by-date")
    with pytest.raises(ParameterError):
        bind(query, {"topic": iri}, BASE)


@pytest.mark.parametrize(
    ("line", "replacement"),
    [
        ("# title: T\n", ""),
        ("# returns: a (text)\n", ""),
        ("# withdrawn: left out\n", ""),
        ("# withdrawn: left out\n", "# withdrawn: maybe\n"),
        ("# withdrawn: left out\n", '# withdrawn: shown, in column "b"\n'),
        ("# withdrawn: left out\n", "# withdrawn: left out\n# withdrawn: left out\n"),
        ("# param: day (date)", "# param: day (moon)"),
        ("# param: day (date)", "# default: nobody: ?each ?p ?nobody .\n# param: day (date)"),
        ("# param: day (date)", "# default: day\n# param: day (date)"),
        ("VALUES ?day { UNDEF }", ""),
        ("VALUES ?day { UNDEF }", "VALUES ?day { _:b }"),
    ],
)
def test_a_query_file_that_lacks_something_is_refused_by_name(
    tmp_path: Path, line: str, replacement: str
) -> None:
    path = tmp_path / "broken.rq"
    path.write_text(QUERY.replace(line, replacement))
    with pytest.raises(QueryFileError, match=r"broken\.rq"):
        read_query(path)


@pytest.mark.parametrize(
    "said", ["left out", 'shown, in column "a"', "shown, as stored", "no claims in it"]
)
def test_a_query_says_what_becomes_of_withdrawn_claims(tmp_path: Path, said: str) -> None:
    path = tmp_path / "saying.rq"
    path.write_text(QUERY.replace("# withdrawn: left out", f"# withdrawn: {said}"))
    assert read_query(path).withdrawn == said


@by_name
def test_a_saved_query_leaves_withdrawn_claims_out_or_has_a_column_for_them(query: Query) -> None:
    assert query.withdrawn in ("left out", 'shown, in column "withdrawn"')


DEFAULT = """# title: T
# answers: A?
# returns: thing (IRI)
# withdrawn: left out
# param: thing (iri): a thing
# param: year (number): a year
# default: thing, year: ?each <x:of> ?thing ; <x:year> ?year .

SELECT ?thing
WHERE {
  VALUES ?thing { UNDEF }
  VALUES ?year { UNDEF }
  ?any <x:of> ?thing ;
       <x:year> ?year .
}
ORDER BY ?thing
"""


def first_row_of(data: str) -> tuple[list[str], Callable[[str], list[str] | None]]:
    """Return the queries asked so far, and a function that asks data for a first row."""
    store, asked = ox.Store(), list[str]()
    store.load(data.encode(), format=ox.RdfFormat.TURTLE)

    def first_row(text: str) -> list[str] | None:
        asked.append(text)
        return next(([term.value for term in row] for row in store.query(text)), None)

    return asked, first_row


@pytest.mark.parametrize(
    ("data", "thing", "year"),
    [
        ("<x:1> <x:of> <x:a> ; <x:year> 1 . <x:2> <x:of> <x:b> ; <x:year> 2 .", "x:a", "1"),
        (
            "<x:1> <x:of> <x:a> ; <x:year> 1 . <x:2> <x:of> <x:b> ; <x:year> 2 ."
            "<x:3> <x:of> <x:b> ; <x:year> 2 .",
            "x:b",
            "2",
        ),
        (
            "<x:1> <x:of> <x:a> ; <x:year> 1 . <x:2> <x:of> <x:b> ; <x:year> 2 ."
            "<x:1> <https://w3id.org/onrecord/ns#retractedIn> <x:c> .",
            "x:b",
            "2",
        ),
        (
            "<x:1> <x:of> <x:a> ; <x:year> 1 . <x:2> <x:of> <x:b> ; <x:year> 2 ."
            "<x:a> <https://w3id.org/onrecord/ns#retractedIn> <x:c> .",
            "x:b",
            "2",
        ),
    ],
)
def test_a_default_is_what_stands_with_the_most_and_is_not_retracted(
    tmp_path: Path, data: str, thing: str, year: str
) -> None:
    path = tmp_path / "most.rq"
    path.write_text(DEFAULT)
    _, first_row = first_row_of(data)
    query = with_defaults(read_query(path), BASE, first_row)
    assert [str(parameter.default) for parameter in query.parameters] == [thing, year]
    assert f"VALUES ?thing {{ <{thing}> }}" in query.text


def test_without_anything_to_choose_there_is_no_default(tmp_path: Path) -> None:
    path = tmp_path / "most.rq"
    path.write_text(DEFAULT)
    _, first_row = first_row_of("")
    query = with_defaults(read_query(path), BASE, first_row)
    assert query == read_query(path)


@pytest.mark.parametrize(("given", "times"), [((), 1), (("thing",), 1), (("thing", "year"), 0)])
def test_a_default_is_asked_for_when_something_lacks(
    tmp_path: Path, given: tuple[str, ...], times: int
) -> None:
    path = tmp_path / "most.rq"
    path.write_text(DEFAULT)
    asked, first_row = first_row_of("")
    with_defaults(read_query(path), BASE, first_row, given)
    assert len(asked) == times


@by_name
def test_a_query_file_names_no_thing_of_a_collection(query: Query) -> None:
    for parameter in query.parameters:
        assert parameter.default is None or str(parameter.default).startswith(str(CODE))
