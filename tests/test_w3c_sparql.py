"""The W3C SPARQL 1.1 query tests, asked over HTTP, with the deviations that we know of."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from conftest import SHARED, require
from endpoint_release import release_of_quads
from onrecord_server.app import create_app
from onrecord_server.opening import Setting, endpoint_in_thread
from w3c_suite import Case, address_of, read_suite, same, suite_quads

ROOT = SHARED / "w3c" / "sparql11"
DEVIATIONS = tomllib.loads((Path(__file__).parent / "w3c_deviations.toml").read_text())
ACCEPT = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".ttl": "text/turtle",
}


@pytest.fixture(scope="module")
def suite() -> list[Case]:
    require(ROOT.is_dir(), "../shared/w3c/sparql11")
    return list(read_suite(ROOT))


@pytest.fixture(scope="module")
def client(suite: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("w3c")
    graphs = {address_of(path) for case in suite for path in case.default + case.named}
    releases = release_of_quads(folder / "releases", suite_quads(suite), graphs=graphs)
    with endpoint_in_thread(Setting(releases, folder / "cache")) as endpoint:
        yield create_app(endpoint).test_client()


def test_evaluation_deviates_where_it_is_listed_and_nowhere_else(
    suite: list[Case], client: FlaskClient
) -> None:
    cases = [case for case in suite if "Syntax" not in case.kind]
    assert len(cases) > 235
    failed = {case.name for case in cases if not _passes(case, client)}
    assert failed == set(DEVIATIONS["evaluation"])


def _passes(case: Case, client: FlaskClient) -> bool:
    assert case.result is not None
    dataset = [("default-graph-uri", address_of(path)) for path in case.default]
    dataset += [("named-graph-uri", address_of(path)) for path in case.named]
    if "FROM" in case.text:
        # The dataset of the protocol would win over the one that the test is about.
        dataset = []
    rows_as_graph = case.gives_rows and case.result.suffix == ".ttl"
    response = client.post(
        f"/sparql?{urlencode(dataset)}",
        data=case.text.encode(),
        content_type="application/sparql-query",
        headers={"Accept": ACCEPT[".srj" if rows_as_graph else case.result.suffix]},
    )
    return response.status_code == 200 and same(case, case.result.read_bytes(), response.data)


def test_syntax_deviates_where_it_is_listed_and_nowhere_else(
    suite: list[Case], client: FlaskClient
) -> None:
    cases = [case for case in suite if "SyntaxTest" in case.kind]
    failed = set()
    for case in cases:
        response = client.post(
            "/sparql", data=case.text.encode(), content_type="application/sparql-query"
        )
        assert response.status_code in (200, 400, 403), case.name
        if (response.status_code == 200) != case.kind.startswith("Positive"):
            failed.add(case.name)
    assert len(cases) > 100
    assert failed == set(DEVIATIONS["syntax"])


def test_every_deviation_has_a_reason() -> None:
    for part in ("evaluation", "syntax"):
        assert [name for name, reason in DEVIATIONS[part].items() if len(reason) < 20] == []
