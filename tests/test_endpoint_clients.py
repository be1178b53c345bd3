"""Real clients against a real server: what people will come with."""

import gc
import io
import json
import subprocess
import warnings
from collections.abc import Iterator
from urllib.parse import urlencode

import pandas as pd
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, Unauthorized

from conftest import require_command
from endpoint_release import GRAPH, Server, served, write_release

SELECT = "SELECT ?s ?n WHERE { ?s <http://example.org/n> ?n } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT WHERE { ?s <http://example.org/knows> ?o }"
DESCRIBE = "DESCRIBE <http://example.org/ana>"
ASK = "ASK { <http://example.org/ana> <http://example.org/knows> ?o }"
WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("clients")
    with served(folder, write_release(folder / "releases"), workers=1) as running:
        yield running


def wrapper(server: Server, query: str, method: str, way: str, format: str) -> SPARQLWrapper:
    client = SPARQLWrapper(server.address)
    client.setMethod(method)
    client.setRequestMethod(way)
    client.setReturnFormat(format)
    client.setQuery(query)
    return client


@pytest.mark.parametrize(("method", "way"), WAYS)
@pytest.mark.parametrize("format", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_rows(method: str, way: str, format: str, server: Server) -> None:
    found = wrapper(server, SELECT, method, way, format).query().convert()
    if format == JSON:
        assert [row["n"]["value"] for row in found["results"]["bindings"]] == ["40", "4.5"]
    elif format == XML:
        assert len(found.getElementsByTagName("result")) == 2
    else:
        assert found.decode().split()[-1].endswith("4.5")


@pytest.mark.parametrize(("method", "way"), WAYS)
@pytest.mark.parametrize("format", [TURTLE, N3, RDFXML, JSONLD, XML])
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE], ids=["CONSTRUCT", "DESCRIBE"])
def test_sparqlwrapper_reads_graphs(
    method: str, way: str, format: str, query: str, server: Server
) -> None:
    found = wrapper(server, query, method, way, format).query().convert()
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")
    assert (URIRef("http://example.org/ana"), None, URIRef("http://example.org/ben")) in graph


@pytest.mark.parametrize(("method", "way"), WAYS)
@pytest.mark.parametrize("format", [JSON, XML])
def test_sparqlwrapper_reads_answers_to_ask(
    method: str, way: str, format: str, server: Server
) -> None:
    found = wrapper(server, ASK, method, way, format).query().convert()
    text = json.dumps(found) if format == JSON else found.toxml()
    assert "true" in text


def test_sparqlwrapper_hears_what_is_wrong(server: Server) -> None:
    with pytest.raises(QueryBadFormed, match="line 1, column"):
        wrapper(server, "SELECT broken", GET, URLENCODED, JSON).query()
    with pytest.raises(Exception, match="403") as caught:
        wrapper(server, "SELECT * { SERVICE <a:b> { ?s ?p ?o } }", GET, URLENCODED, JSON).query()
    assert not isinstance(caught.value, Unauthorized)
    del caught
    with warnings.catch_warnings():
        # SPARQLWrapper leaves the connections of refusals to the collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("format", ["xml", "json", "csv"])
def test_rdflib_store_reads_the_endpoint(method: str, format: str, server: Server) -> None:
    graph = Graph(SPARQLStore(server.address, method=method, returnFormat=format))
    ana, knows = URIRef("http://example.org/ana"), URIRef("http://example.org/knows")
    assert [str(row.n) for row in graph.query(SELECT)] == ["40", "4.5"]
    assert list(graph.objects(ana, knows)) == [URIRef("http://example.org/ben")]
    if format != "csv":
        assert (ana, knows, Literal("nobody")) not in graph
        assert len(graph) == 14


def test_rdflib_service_reads_the_endpoint(server: Server) -> None:
    text = f"SELECT ?n WHERE {{ SERVICE <{server.address}> {{ ?s <http://example.org/n> ?n }} }}"
    assert sorted(str(row.n) for row in Graph().query(text)) == ["4.5", "40"]


def test_pandas_reads_a_table(server: Server) -> None:
    frame = pd.read_csv(f"{server.address}?{urlencode({'query': SELECT, 'format': 'csv'})}")
    assert list(frame.columns) == ["s", "n"]
    assert list(frame["n"]) == [40.0, 4.5]


def test_curl_reads_rows_by_every_way(server: Server) -> None:
    curl = require_command("curl", "curl")
    form = f"query={SELECT}"
    direct = ["-H", "Content-Type: application/sparql-query", "--data-binary", SELECT]
    ways = (["-G", "--data-urlencode", form], ["--data-urlencode", form], direct)
    for way in ways:
        for extra in ([], ["--compressed"], ["--http1.0"]):
            command = [curl, "-sf", "-H", "Accept: text/csv", *way, *extra, server.address]
            done = subprocess.run(command, capture_output=True, check=True)
            assert pd.read_csv(io.BytesIO(done.stdout)).shape == (2, 2)


def test_roqet_reads_rows(server: Server) -> None:
    roqet = require_command("roqet", "rasqal-utils")
    done = subprocess.run(
        [roqet, "-q", "-p", server.address, "-r", "csv", "-e", SELECT],
        capture_output=True,
        check=True,
        timeout=30,
    )
    assert done.stdout.decode().split()[-1].endswith("4.5")


def test_named_graph_is_asked_by_sparqlwrapper(server: Server) -> None:
    client = wrapper(server, "SELECT * { ?s ?p ?o }", GET, URLENCODED, JSON)
    client.addDefaultGraph(GRAPH)
    assert len(client.query().convert()["results"]["bindings"]) == 2
