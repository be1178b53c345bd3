"""A release in a remote store gives clients the same answers as the release itself."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.namespace import XSD
from werkzeug.test import TestResponse

from built_releases import ReleaseOf
from endpoint_release import served
from onrecord.files.bundled import QUERIES
from onrecord.releases.release import Release
from onrecord.releases.remote.push import push
from onrecord.releases.remote.sparql_client import Store
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.remote.release import mirror_local_release
from sample_release import BASE
from small_store import small_store
from test_usage_graph import CLASSES, EXAMPLES, PREFIXES
from virtuoso import virtuoso

PARAMETERS = tomllib.loads(
    (Path(__file__).parent / "answers" / "parameters.toml").read_text(encoding="utf-8")
)
NAMES = sorted(path.stem for path in QUERIES.glob("*.rq"))
GRAPHS = {"text/turtle": "turtle", "application/ld+json": "json-ld"}
BROWSER = {"Accept": "text/html,*/*;q=0.1"}


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    """A release of the sample."""
    return release_of("sample")


@pytest.fixture(scope="module")
def here(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a server over the release itself."""
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("here"))
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


@pytest.fixture(scope="module")
def over_ours(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a server whose store is another server of ours."""
    folder = tmp_path_factory.mktemp("ours")
    with served(folder, release.path.parent, workers=1) as server:
        store = Store(server.address, server.address)
        settings = Settings(folder / "mirror", folder / "kept", remote=store)
        with endpoint_in_thread(settings) as endpoint:
            yield create_app(endpoint).test_client()


@pytest.fixture(scope="module")
def over_virtuoso(
    release: Release, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    """A client of a server whose store is a Virtuoso that the release was pushed to."""
    folder = tmp_path_factory.mktemp("virtuoso")
    with virtuoso(folder / "store") as store:
        list(push(store, release))
        # Its address for those who say who they are, which it wants by digest.
        known = replace(store, query=store.update)
        settings = Settings(folder / "mirror", folder / "kept", remote=known)
        with endpoint_in_thread(settings) as endpoint:
            yield create_app(endpoint).test_client()


@pytest.fixture(params=["ours", pytest.param("virtuoso", marks=pytest.mark.slow)])
def there(request: pytest.FixtureRequest) -> FlaskClient:
    """A client of a server over either."""
    found = request.getfixturevalue(f"over_{request.param}")
    assert isinstance(found, FlaskClient)
    return found


def ask(client: FlaskClient, text: str, accept: str, **parameters: str) -> TestResponse:
    query = {"query": text, **parameters}
    return client.get("/sparql", query_string=query, headers={"Accept": accept})


@pytest.mark.parametrize("suffix", ["csv", "json"])
@pytest.mark.parametrize("name", NAMES)
def test_a_saved_query_has_the_same_bytes_and_headers_through_another_server_of_ours(
    here: FlaskClient, over_ours: FlaskClient, name: str, suffix: str
) -> None:
    ours, theirs = (
        client.get(f"/q/{name}.{suffix}", query_string=PARAMETERS.get(name, {}))
        for client in (here, over_ours)
    )
    assert theirs.status_code == 200, theirs.text
    assert theirs.data == ours.data
    for header in ("X-Release", "ETag", "Link", "Content-Type"):
        assert theirs.headers[header] == ours.headers[header]


@pytest.mark.parametrize(
    "address",
    [
        "/", "/q/", "/query", "/ns", "/openapi.json", "/q/drift", "/q/quantities.tsv",
        "/claim/no-longer-ahead.html", "/claim/no-longer-ahead.ttl", "/actor/lantern.html",
        "/claim/no-longer-ahead.jsonld", "/source/quay.html", "/topic/flare-parity.html",
        "/topic/flare-parity.html?as_of=2025-03-31", "/topic/flare-parity.ttl?as_of=2025-03-31",
        "/series/flare-capacity-league.html?as_of=2025-03-31", "/snapshot/quay.html",
        "/attestation/ahead-until-spring-quay.html", "/actor/ruo-tan.html", "/code/asserted",
    ],
)  # fmt: skip
def test_a_page_is_the_same(here: FlaskClient, there: FlaskClient, address: str) -> None:
    ours, theirs = (client.get(address, headers=BROWSER) for client in (here, there))
    assert theirs.status_code == 200, theirs.text
    assert _comparable(theirs) == _comparable(ours)


_INTEGERS = (XSD.integer, XSD.nonNegativeInteger)


def _comparable(response: TestResponse) -> object:
    """Return what a page or document says, less what a store cannot have."""
    if response.mimetype not in GRAPHS:
        return _without_files(_without_integers(response.text))
    graph = Graph().parse(data=response.data, format=GRAPHS[response.mimetype])
    return {
        tuple(int(term) if getattr(term, "datatype", None) in _INTEGERS else term for term in each)
        for each in graph
    }


def _without_integers(text: str) -> str:
    """Drop what our engine makes of the datatype of a position, and Virtuoso of a boolean.

    It writes `xsd:integer`, and Virtuoso 0 for a false that a query computes
    (virtuoso_deviations.toml).
    """
    plain = text.replace("xsd:nonNegativeInteger", "xsd:integer")
    for word, number in (("false", 0), ("true", 1)):
        plain = plain.replace(f"<td>{word}</td>", f'<td class="number">{number}</td>')
    return plain.replace('"false"^^<http://www.w3.org/2001/XMLSchema#boolean>', "0").replace(
        '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>', "1"
    )


def _without_files(text: str) -> str:
    """Drop what only the files of a release tell, which no store has.

    They are its description in the words of schema.org, and the verdict on each passage.
    """
    text = re.sub(r"\s*(<div hidden>.*)?</main>", "</main>", text, flags=re.DOTALL)
    return re.sub(
        r'<li( class="gap")?><b>Located</b>(at characters [0-9–]+)'
        r"(, and verified when this release was built|<br>.*?not tell whether it was checked.*?>)",
        r"<li>\2",
        text,
    )


def test_the_whole_graph_is_what_was_pushed(over_virtuoso: FlaskClient, release: Release) -> None:
    """Every term of it, also where Virtuoso writes booleans and durations in forms of its own."""
    response = ask(
        over_virtuoso, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "application/n-triples"
    )
    assert response.status_code == 200, response.text
    dump = (release.path / "dumps" / "onrecord.nt").read_bytes()
    found, pushed = (
        {quad.triple for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)}
        for data in (response.data, dump)
    )
    assert found == pushed


ALL = "SELECT (COUNT(?s) AS ?n) { ?s ?p ?o }"
EACH = "SELECT ?g (COUNT(?s) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


@pytest.mark.parametrize("text", [ALL, EACH], ids=["default", "named"])
@pytest.mark.parametrize("parameter", ["", "default-graph-uri", "named-graph-uri"])
def test_a_query_is_about_the_same_graphs(
    here: FlaskClient, there: FlaskClient, parameter: str, text: str
) -> None:
    graphs = {parameter: f"{BASE}graph/records"} if parameter else {}
    ours, theirs = (ask(client, text, "text/csv", **graphs) for client in (here, there))
    assert theirs.status_code == 200, theirs.text
    assert theirs.text == ours.text


@pytest.mark.parametrize(
    "text", [PREFIXES, EXAMPLES, CLASSES], ids=["prefixes", "examples", "classes"]
)
def test_how_it_is_asked_is_told_alike(here: FlaskClient, there: FlaskClient, text: str) -> None:
    ours, theirs = (ask(client, text, "text/csv").text for client in (here, there))
    assert sorted(theirs.splitlines()) == sorted(ours.splitlines())
    assert len(ours.splitlines()) > 10


def test_a_release_is_known_by_its_name_alone(there: FlaskClient, release: Release) -> None:
    assert there.get("/q/witnesses.csv?release=2020-01-01-00000000").status_code == 404
    response = there.get(f"/q/witnesses.csv?release={release.name}")
    assert response.status_code == 200
    assert response.headers["X-Release"] == release.name


def test_a_store_that_was_filled_by_other_means_is_served_by_the_name_of_its_release(
    here: FlaskClient, release: Release, tmp_path: Path
) -> None:
    """Its default graph is the union of the graphs, whatever else the store takes it for."""
    with small_store() as store:
        store.data.load(path=release.path / "dumps" / "onrecord.nq", format=ox.RdfFormat.N_QUADS)
        mirror_local_release(release, tmp_path / "named")
        addresses = store.addresses(graph_store=False)
        settings = Settings(
            tmp_path / "named", tmp_path / "kept", remote=addresses, local_description=True
        )
        with endpoint_in_thread(settings) as endpoint:
            client = create_app(endpoint).test_client()
            for address in ("/q/drift.csv", "/checks", "/dumps/", "/topic/flare-parity.html"):
                ours, theirs = (one.get(address, headers=BROWSER) for one in (here, client))
                assert theirs.status_code == 200, theirs.text
                assert theirs.text == ours.text
            response = client.get("/q/witnesses.csv")
            assert response.headers["X-Release"] == release.name
