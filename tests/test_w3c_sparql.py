"""The W3C SPARQL 1.0 and 1.1 query tests, asked over HTTP, with the deviations that we know of."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from conftest import beside, w3c_suite
from endpoint_release import release_of_quads
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from w3c_suite import Case, address_of, read_suite, same, suite_quads

DEVIATIONS = tomllib.loads((Path(__file__).parent / "w3c_deviations.toml").read_text())
SUITES = {
    "sparql10": lambda: w3c_suite("sparql10"),
    "sparql11": lambda: w3c_suite("sparql11"),
    "sparql11-later": lambda: beside("w3c/sparql11"),
}
"""SPARQL 1.1 twice: as the working group left it, and as the community group goes on with it."""
ACCEPT = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A suite, and an endpoint that has its data."""

    name: str
    cases: list[Case]
    client: FlaskClient

    def deviating(self, part: str) -> set[str]:
        """Return the tests of the suite that are listed as not passed."""
        return set(DEVIATIONS[self.name][part])


@pytest.fixture(scope="module", params=SUITES)
def suite(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asked]:
    cases = list(read_suite(SUITES[request.param]()))
    folder = tmp_path_factory.mktemp("w3c")
    graphs = {address_of(path) for case in cases for path in case.default + case.named}
    releases = release_of_quads(folder / "releases", suite_quads(cases), graphs=graphs)
    with endpoint_in_thread(Settings(releases, folder / "cache")) as endpoint:
        yield Asked(request.param, cases, create_app(endpoint).test_client())


def test_evaluation_deviates_where_it_is_listed_and_nowhere_else(suite: Asked) -> None:
    cases = [case for case in suite.cases if "Syntax" not in case.kind]
    failed = {case.name for case in cases if not _passes(case, suite.client)}
    assert failed == suite.deviating("evaluation")
    assert len(cases) == DEVIATIONS[suite.name]["evaluated"]


def _passes(case: Case, client: FlaskClient) -> bool:
    assert case.result is not None
    dataset = [("default-graph-uri", address_of(path)) for path in case.default]
    dataset += [("named-graph-uri", address_of(path)) for path in case.named]
    if "FROM" in case.text:
        # The dataset of the protocol would win over the one that the test is about.
        dataset = []
    accept = ACCEPT[".srj" if case.result_is_graph else case.result.suffix]
    if case.form == "CONSTRUCT":
        accept = "text/turtle"
    response = client.post(
        f"/sparql?{urlencode(dataset)}",
        data=case.text.encode(),
        content_type="application/sparql-query",
        headers={"Accept": accept},
    )
    return response.status_code == 200 and same(case, case.result.read_bytes(), response.data)


def test_syntax_deviates_where_it_is_listed_and_nowhere_else(suite: Asked) -> None:
    cases = [case for case in suite.cases if "Syntax" in case.kind]
    failed = set()
    for case in cases:
        response = suite.client.post(
            "/sparql", data=case.text.encode(), content_type="application/sparql-query"
        )
        assert response.status_code in (200, 400, 403), case.name
        if (response.status_code == 200) != case.kind.startswith("Positive"):
            failed.add(case.name)
    assert failed == suite.deviating("syntax")
    assert len(cases) == DEVIATIONS[suite.name]["parsed"]


def test_every_deviation_has_a_reason() -> None:
    for name in SUITES:
        for part in ("evaluation", "syntax"):
            listed = DEVIATIONS[name][part].items()
            assert [test for test, reason in listed if len(reason) < 20] == []
