"""Saved queries over the bundled release in a Virtuoso: the rows that the release itself gives."""

import csv
import io
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from built_releases import ReleaseOf
from onrecord.files.bundled import QUERIES
from onrecord.releases.release import Release
from onrecord.releases.remote.push import push
from onrecord.releases.saved_query import read_query
from onrecord_server.flask_app import create_app
from onrecord_server.limits import Limits
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from virtuoso import virtuoso

DEVIATIONS = tomllib.loads(
    (Path(__file__).parent / "virtuoso_deviations.toml").read_text(encoding="utf-8")
)["bundled"]
NAMES = sorted({path.stem for path in QUERIES.glob("*.rq")} - set(DEVIATIONS["slow"]))
LIMITS = Limits(seconds=240)
_BOOLEANS = {"false": "0", "true": "1"}

pytestmark = pytest.mark.slow  # Each query is asked of hundreds of claims, and Virtuoso plans long.


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    """A release of the bundled collection."""
    return release_of("bundled")


@pytest.fixture(scope="module")
def here(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a server over the release itself."""
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("here"), limits=LIMITS)
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


@pytest.fixture(scope="module")
def there(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a server over a Virtuoso that has it."""
    folder = tmp_path_factory.mktemp("virtuoso")
    with virtuoso(folder / "store", rows=100_000) as store:
        list(push(store, release))
        known = replace(store, query=store.update)
        settings = Settings(folder / "mirror", folder / "kept", limits=LIMITS, remote=known)
        with endpoint_in_thread(settings) as endpoint:
            yield create_app(endpoint).test_client()


def rows(client: FlaskClient, name: str) -> list[list[str]]:
    """Return the rows of a saved query, its booleans as Virtuoso writes them."""
    response = client.get(f"/q/{name}.csv")
    assert response.status_code == 200, response.text
    kinds = [column.kind for column in read_query(QUERIES / f"{name}.rq").columns]
    return [
        [_BOOLEANS.get(cell, cell) if kind == "xsd:boolean" else cell
         for cell, kind in zip(row, kinds, strict=True)]
        for row in csv.reader(io.StringIO(response.text))
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_virtuoso_gives_the_rows_of_the_release_or_is_listed(
    here: FlaskClient, there: FlaskClient, name: str
) -> None:
    ours, theirs = rows(here, name), rows(there, name)
    listed = name in DEVIATIONS["order"] or name in DEVIATIONS["rows"]
    assert (ours != theirs) == listed
    if name in DEVIATIONS["order"]:
        # Lists in a cell are in another order, too.
        assert _letters(ours) == _letters(theirs)


def _letters(rows: list[list[str]]) -> list[list[str]]:
    return sorted(["".join(sorted(cell)) for cell in row] for row in rows)


def test_every_deviation_is_of_a_question() -> None:
    names = {path.stem for path in QUERIES.glob("*.rq")}
    assert {name for kind in DEVIATIONS.values() for name in kind} <= names
