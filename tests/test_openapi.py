"""The description of the interface for programs, and whether the server keeps to it."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import given, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from built_releases import ReleaseOf
from onrecord.files.bundled import QUERIES
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread


@pytest.fixture(scope="module")
def client(
    release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    """A client of the application over the sample."""
    folder = tmp_path_factory.mktemp("openapi")
    release_of("sample", folder / "releases")
    with endpoint_in_thread(Settings(folder / "releases", folder / "cache")) as endpoint:
        yield create_app(endpoint).test_client()


def test_the_description_is_openapi(client: FlaskClient) -> None:
    description = client.get("/openapi.json").get_json()
    validate(description)
    assert description["openapi"] == "3.1.0"


def test_every_saved_query_is_described_with_its_parameters(client: FlaskClient) -> None:
    paths = client.get("/openapi.json").get_json()["paths"]
    for path in QUERIES.glob("*.rq"):
        text = path.read_text(encoding="utf-8")
        operation = paths[f"/q/{path.stem}"]["get"]
        names = {parameter["name"] for parameter in operation["parameters"]}
        written = {line.split()[2] for line in text.splitlines() if line.startswith("# param: ")}
        assert names == written | {"why", "excel", "comment", "release"}


def test_a_parameter_that_names_a_thing_lists_what_there_is(client: FlaskClient) -> None:
    description = client.get("/openapi.json").get_json()
    topic = description["paths"]["/q/claims-on-topic-by-date"]["get"]["parameters"][0]
    name = topic["schema"]["$ref"].rpartition("/")[2]
    listed = description["components"]["schemas"][name]["oneOf"]
    assert {"const": "topic/flare-parity", "title": "flare parity"} in listed
    for choice in listed:
        asked = {"topic": choice["const"]}
        response = client.get("/q/claims-on-topic-by-date.csv", query_string=asked)
        assert response.status_code == 200


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
KINDS = ["/sparql", *sorted(f"/q/{path.stem}" for path in QUERIES.glob("*.rq"))]


@pytest.fixture(scope="module")
def operations(client: FlaskClient) -> dict[str, list[APIOperation]]:
    """The operations of the description, by their paths without a format."""
    schema = schemathesis.openapi.from_wsgi("/openapi.json", client.application)
    found: dict[str, list[APIOperation]] = defaultdict(list)
    for result in schema.get_all_operations():
        operation = result.ok()
        found[operation.path.partition(".")[0]].append(operation)
    return found


@pytest.mark.parametrize("path", KINDS)
def test_the_server_keeps_to_what_it_describes(
    operations: dict[str, list[APIOperation]], path: str
) -> None:
    """Schemathesis asks what the description allows; its pytest plugin is older than our pytest."""
    assert operations[path]
    for operation in operations[path]:

        @settings(max_examples=6, database=None)
        @given(case=operation.as_strategy())
        def keeps_to_it(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

        keeps_to_it()
