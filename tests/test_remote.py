"""Serving a release from a remote store: Virtuoso, or another onrecord server."""

import csv
import gc
import io
import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from rdflib.xsd_datetime import parse_xsd_duration

from built_releases import ReleaseOf
from endpoint_release import Server, await_server, free_port, served
from onrecord.files.bundled import QUERIES
from onrecord.releases.release import Release
from onrecord.releases.remote.push import DESCRIPTION_GRAPH, drop_graph, held_name, push
from onrecord.releases.remote.sparql_client import (
    Credentials,
    Store,
    StoreError,
    add_triples,
    replace_graph,
)
from onrecord.releases.saved_query import read_query
from onrecord_server.flask_app import create_app
from onrecord_server.limits import Limits
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.remote.literal_repair import repaired
from onrecord_server.remote.release import mirror_from_store
from onrecord_server.serve import open_mirror
from sample_release import BASE
from small_store import small_store
from virtuoso import virtuoso

ANSWERS = Path(__file__).parent / "answers"
PARAMETERS = tomllib.loads((ANSWERS / "parameters.toml").read_text())
DEVIATIONS = tomllib.loads((Path(__file__).parent / "virtuoso_deviations.toml").read_text())
NAMES = sorted(path.stem for path in QUERIES.glob("*.rq"))
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
LIMITS = Limits(seconds=90)
ROWS = 5000
"""What the Virtuoso of these tests gives at most."""


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    """A release of the sample."""
    built = release_of("sample")
    # What checking leaves to the collector holds rows of the engine, which mind the thread.
    gc.collect()
    return built


@contextmanager
def client_of(store: Store, cache: Path, limits: Limits = LIMITS) -> Iterator[FlaskClient]:
    settings = Settings(cache / "mirror", cache, limits=limits, remote=store)
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, release: Release) -> Iterator[Store]:
    """A Virtuoso that has the release, and a triple of somebody else."""
    with virtuoso(tmp_path_factory.mktemp("store") / "virtuoso", rows=ROWS) as store:
        other = b"<http://other.example/s> <http://other.example/p> 1 .\n"
        add_triples(store, "http://other.example/graph", other)
        list(push(store, release))
        yield store


@pytest.fixture(scope="module")
def over_virtuoso(real: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a server over that Virtuoso."""
    with client_of(Store(real.query, real.query), tmp_path_factory.mktemp("virtuoso")) as client:
        yield client


@pytest.fixture(scope="module")
def over_ours(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a server over another server of ours."""
    folder = tmp_path_factory.mktemp("ours")
    with (
        served(folder, release.path.parent, workers=1) as server,
        client_of(Store(server.address, server.address), folder / "second") as client,
    ):
        yield client


@pytest.fixture(params=[pytest.param("virtuoso", marks=pytest.mark.slow), "ours"])
def client(request: pytest.FixtureRequest) -> FlaskClient:
    """A client of a server over either."""
    found = request.getfixturevalue(f"over_{request.param}")
    assert isinstance(found, FlaskClient)
    return found


def rows_of(client: FlaskClient, name: str) -> list[list[str]]:
    response = client.get(f"/q/{name}.csv", query_string=PARAMETERS.get(name, {}))
    assert response.status_code == 200, response.text
    return list(csv.reader(io.StringIO(response.text)))


def expected(name: str) -> list[list[str]]:
    with (ANSWERS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_virtuoso_gives_the_expected_rows_or_is_listed(
    over_virtuoso: FlaskClient, name: str
) -> None:
    found = rows_of(over_virtuoso, name)
    assert (found != expected(name)) == (name in DEVIATIONS["questions"])
    assert _with_booleans(name, found) == expected(name), "nothing but booleans differs"


def _with_booleans(name: str, rows: list[list[str]]) -> list[list[str]]:
    """Write the booleans of an answer as words."""
    kinds = [column.kind for column in read_query(QUERIES / f"{name}.rq").columns]
    words = {"0": "false", "1": "true"}
    return [
        [
            words.get(cell, cell) if kind == "xsd:boolean" else cell
            for cell, kind in zip(row, kinds, strict=True)
        ]
        for row in rows
    ]


def test_every_deviation_is_of_a_question() -> None:
    assert set(DEVIATIONS["questions"]) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_another_server_of_ours_gives_the_expected_rows(over_ours: FlaskClient, name: str) -> None:
    assert rows_of(over_ours, name) == expected(name)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "claims by"),
        ("/q/", "Questions"),
        ("/q/witnesses", "Ada Holm"),
        ("/claim/no-longer-ahead.html", "“Until this spring Sundra made more flares"),
        ("/actor/ada-holm.html", "Ada Holm"),
        ("/dumps/", "void.ttl"),
        ("/checks", ""),
        ("/query", "<textarea"),
        ("/openapi.json", "topic/flare-parity"),
        ("/.well-known/void", "<h1>Flares at the waterfront</h1>"),
    ],
)
def test_every_page_is_there(
    client: FlaskClient, release: Release, address: str, words: str
) -> None:
    response = client.get(address, headers=HTML)
    assert response.status_code == 200, response.text
    assert words in response.text
    if address not in ("/q/", "/openapi.json"):
        assert release.name in response.text


def test_a_thing_is_whole_as_data(client: FlaskClient) -> None:
    body = client.get("/claim/eighty-five-hundred.nt").data
    triples = {quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)}
    period = ox.Literal("P1Y", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#duration"))
    assert period in {triple.object for triple in triples}


def ask(client: FlaskClient, query: str, accept: str = "text/csv") -> tuple[int, str]:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    return response.status_code, response.text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT nonsense", 400, "line 1, column 8"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * FROM <http://other.example/graph> { ?s ?p ?o }", 403, "not a graph of this"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 403, "read-only"),
        ("LOAD <http://127.0.0.1:9/>", 403, "LOAD"),
        ("SELECT (<bif:curdate>() AS ?x) {}", 403, "extension functions of the store"),
        ("SELECT (<b\\u0069f:curdate>() AS ?x) {}", 403, "extension functions of the store"),
        ("define sql:log-enable 1 SELECT * { ?s ?p ?o }", 400, "does not parse"),
        ("SELECT * { " + "{" * 200 + "}" * 200 + " }", 400, "nested"),
    ],
)
def test_what_is_refused_here_is_refused_there(
    client: FlaskClient, query: str, status: int, words: str
) -> None:
    found, text = ask(client, query)
    first, *excerpt = text.splitlines()
    assert found == status
    assert excerpt[:1] in ([], [query])
    assert words in first


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("SELECT (COUNT(*) AS ?n) FROM <G/rules> { ?s ?p ?o }", "96"),
        ("SELECT (COUNT(*) AS ?n) FROM <G/rules> { GRAPH ?g { ?s ?p ?o } }", "0"),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <G/rules> { GRAPH ?g { ?s ?p ?o } }", "96"),
        ("SELECT (COUNT(*) AS ?n) FROM NAMED <G/rules> { ?s ?p ?o }", "0"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH <G/rules> { ?s ?p ?o } }", "96"),
        ("SELECT (COUNT(*) AS ?n) { ?s <http://other.example/p> ?o }", "0"),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "5066"),
    ],
)
def test_a_query_is_about_the_graphs_of_the_release_alone(
    client: FlaskClient, query: str, answer: str
) -> None:
    assert ask(client, query.replace("<G/", f"<{BASE}graph/")) == (200, f"n\n{answer}\n")


@pytest.mark.slow
@pytest.mark.parametrize("graph", ["<http://other.example/graph>", "o:graph", "<graph>"])
def test_a_graph_of_somebody_else_is_refused(over_virtuoso: FlaskClient, graph: str) -> None:
    prologue = "PREFIX o: <http://other.example/> BASE <http://other.example/> "
    status, text = ask(over_virtuoso, f"{prologue} SELECT * {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert (status, "http://other.example/graph> is not a graph of" in text) == (403, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "GRAPH ?g { ?s <http://other.example/p> ?o }",
        "VALUES ?g { <http://other.example/graph> } GRAPH ?g { ?s ?p ?o }",
        "BIND (<http://other.example/graph> AS ?g) GRAPH ?g { ?s ?p ?o }",
        "GRAPH ?g { ?s ?p ?o } FILTER (?g = <http://other.example/graph>)",
    ],
    ids=["variable", "values", "bind", "filter"],
)
def test_a_graph_of_somebody_else_is_out_of_reach(over_virtuoso: FlaskClient, query: str) -> None:
    """Virtuoso itself matches a graph that VALUES or BIND names, whatever the dataset is."""
    counted = f"SELECT (COUNT(*) AS ?n) {{ {query} }}"
    assert ask(over_virtuoso, counted) == (200, "n\n0\n")


def test_an_ask_is_answered_with_a_boolean(client: FlaskClient) -> None:
    for query, answer in (("ASK {}", True), ("ASK { ?s a <http://other.example/None> }", False)):
        status, text = ask(client, query, "application/sparql-results+json")
        assert (status, json.loads(text)["boolean"]) == (200, answer)


def test_columns_come_in_the_order_of_the_text(client: FlaskClient) -> None:
    _, text = ask(client, "SELECT * { ?o ^<http://schema.org/none> ?b ; ?a ?z } LIMIT 1")
    assert text == "o,b,a,z\n"


@pytest.mark.slow
def test_rows_that_the_store_leaves_out_are_stated(over_virtuoso: FlaskClient) -> None:
    query = {"query": "SELECT ?s ?q { ?s ?p ?o . ?o ?q ?r }", "format": "csv"}
    response = over_virtuoso.get("/sparql", query_string=query)
    assert response.status_code == 200
    assert response.headers["X-Row-Limit"] == str(ROWS)
    assert len(response.text.splitlines()) == ROWS + 1
    assert "/dumps/" not in response.headers["Link"]


@pytest.mark.slow
@pytest.mark.alone
def test_a_query_ends_with_its_time(real: Store, tmp_path: Path) -> None:
    store = Store(real.query, real.query)
    with client_of(store, tmp_path, Limits(seconds=1)) as client:
        start = time.monotonic()
        status, text = ask(client, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
        assert (status, time.monotonic() - start < 2) == (504, True)
        assert "1 seconds, which is the limit" in text
        # What the store does with it in its own time keeps nobody else from an answer.
        assert ask(client, "SELECT (1 AS ?n) {}") == (200, "n\n1\n")


def test_a_release_that_is_being_replaced_is_not_asked(release: Release, tmp_path: Path) -> None:
    with small_store() as running:
        store = running.addresses(graph_store=True)
        list(push(store, release))
        with client_of(Store(store.query, store.query, retry_delays=()), tmp_path) as client:
            question = "SELECT (COUNT(*) AS ?n) {}"
            assert ask(client, question)[0] == 200
            drop_graph(store, held_name(BASE + DESCRIPTION_GRAPH, release.name))
            status, text = ask(client, f"{question} # again")
            assert (status, "being replaced" in text) == (503, True)
            list(push(store, release))
            assert ask(client, f"{question} # again")[0] == 200


def test_a_release_that_is_named_is_served_whatever_the_store_serves(
    release: Release, tmp_path: Path
) -> None:
    with small_store() as running:
        store = running.addresses(graph_store=True)
        list(push(store, release))
        about = held_name(BASE + DESCRIPTION_GRAPH, release.name)
        other = about.replace(release.name, "2024-06-03-00000000")
        pointer = f"<x:d> <http://www.w3.org/ns/dcat#hasCurrentVersion> <{other}> .\n".encode()
        replace_graph(store, BASE + DESCRIPTION_GRAPH, pointer)
        with pytest.raises(StoreError, match="no release is in it"):
            mirror_from_store(store, tmp_path / "served")
        mirrors = open_mirror(store, tmp_path, tmp_path / "no releases", release.name).path.parent
        settings = Settings(mirrors, tmp_path, remote=store, local_description=True)
        with endpoint_in_thread(settings) as endpoint:
            client = create_app(endpoint).test_client()
            assert ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == (200, "n\n5066\n")
            graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s a ?o } } ORDER BY ?g"
            assert f"\n{BASE}graph/records\n" in ask(client, graphs)[1]


@pytest.mark.slow
def test_a_store_that_wants_a_password_gets_it(real: Store, tmp_path: Path) -> None:
    store = Store(real.update, real.update, credentials=real.credentials)
    with client_of(store, tmp_path) as client:
        # More often than a client that counts its tries would bear.
        for number in range(8):
            assert ask(client, f"SELECT ({number} AS ?n) {{}}") == (200, f"n\n{number}\n")
            assert ask(client, f"SELECT (YEAR({number}) AS ?n) {{}}")[0] in (200, 400, 502)
    wrong = Store(
        real.update, real.update, credentials=Credentials("dba", "nonsense"), retry_delays=()
    )
    with pytest.raises(StoreError, match=r"HTTP 401 .*set ONRECORD_STORE_USER"):
        mirror_from_store(wrong, tmp_path / "nothing")
    gc.collect()


@pytest.mark.slow
def test_the_command_serves_what_another_server_has(release: Release, tmp_path: Path) -> None:
    with served(tmp_path, release.path.parent) as first:
        port = free_port()
        arguments = [
            "--endpoint",
            first.address,
            "--port",
            str(port),
            "--cache",
            str(tmp_path / "c"),
        ]
        process = subprocess.Popen(
            [sys.executable, "-m", "onrecord", "serve", *arguments, "--workers", "1"],
            stderr=subprocess.PIPE,
            text=True,
        )
        second = Server(port, process, tmp_path / "log")
        try:
            assert process.stderr is not None
            assert (
                f"release {release.name} of “Flares at the waterfront” at http://127.0.0.1:{port}/"
                in process.stderr.readline()
            )
            await_server(second)
            reply = second.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv")
            assert (reply.status, reply.text) == (200, "n\r\n5066\r\n")
            assert reply.headers["X-Release"] == release.name
            assert second.fetch("/q/witnesses.csv").text.count("\n") == len(expected("witnesses"))
        finally:
            process.terminate()
            process.communicate(timeout=60)


def test_a_store_without_a_release_is_said_in_one_line(tmp_path: Path) -> None:
    with small_store() as running:
        store = running.addresses(graph_store=True)
        with pytest.raises(StoreError, match=r"no release is in it, .*HTTP 404"):
            mirror_from_store(Store(store.query, store.query, retry_delays=()), tmp_path)
    with pytest.raises(StoreError, match="cannot be reached"):
        mirror_from_store(Store(store.query, store.query, retry_delays=()), tmp_path)


@pytest.mark.parametrize(
    ("held", "sent"),
    [("12", "P1Y"), ("3", "P3M"), ("14", "P1Y2M"), ("0", "P0M"), ("-1", "-P1M"),
     ("86400.0", "P1D"), ("90061.5", "P1DT1H1M1.5S"), ("0.0", "PT0S"), ("P1Y", "P1Y")],
)  # fmt: skip
def test_a_duration_is_what_was_sent(held: str, sent: str) -> None:
    duration = ox.NamedNode("http://www.w3.org/2001/XMLSchema#duration")
    assert repaired(ox.Literal(held, datatype=duration)) == ox.Literal(sent, datatype=duration)


@given(st.integers(0, 10**6), st.decimals(0, 10**7, places=3))
def test_a_duration_is_as_long_as_before(months: int, seconds: Decimal) -> None:
    duration = ox.NamedNode("http://www.w3.org/2001/XMLSchema#duration")
    in_months = repaired(ox.Literal(str(months), datatype=duration))
    in_seconds = repaired(ox.Literal(f"{seconds:.3f}", datatype=duration))
    assert isinstance(in_months, ox.Literal)
    assert isinstance(in_seconds, ox.Literal)
    period = parse_xsd_duration(in_months.value, as_timedelta_if_possible=False)
    assert period.years * 12 + period.months == months
    assert parse_xsd_duration(in_seconds.value) == timedelta(milliseconds=int(seconds * 1000))


@pytest.mark.parametrize(
    "term",
    [None, ox.NamedNode("http://x/1"), ox.Literal("1"), ox.Literal(1), ox.Literal(True)],
)
def test_what_needs_no_repair_stays(term: ox.NamedNode | ox.Literal | None) -> None:
    assert repaired(term) == term
