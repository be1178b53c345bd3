"""An outlet's own words: shown to this machine if the server is told to, and to nobody else."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from built_releases import ReleaseOf
from onrecord.cli.main import main
from onrecord.records.archive import open_archive
from onrecord.releases.release import STORE, Release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages.things.archived_text import parts_of
from onrecord_server.pages.things.source import PlacedPassage
from sample_release import SAMPLE

HERE = {"REMOTE_ADDR": "127.0.0.1"}
ARCHIVE = open_archive([SAMPLE / "archive"])


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    return release_of("sample")


@pytest.fixture(scope="module")
def apps(
    release: Release, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Flask]]:
    """A server that shows archived texts, and one that does not."""
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("cache"))
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint, ARCHIVE), create_app(endpoint)


def snapshots(release: Release) -> dict[str, str]:
    """Return the text of each snapshot that has one, by its address."""
    found = ox.Store.read_only(str(release.path / STORE)).query(
        "SELECT ?s ?hash { ?s a <https://w3id.org/onrecord/ns#Snapshot> ;"
        " <https://schema.org/sha256> ?hash }"
    )
    assert isinstance(found, ox.QuerySolutions)
    texts = {row["s"].value: ARCHIVE.text(row["hash"].value) for row in found}
    base = f"{release.manifest['base']}snapshot/"
    return {f"/archive/{iri.removeprefix(base)}": text for iri, text in texts.items() if text}


def test_a_reader_here_sees_every_character_and_each_passage(
    apps: tuple[Flask, Flask], release: Release
) -> None:
    client = apps[0].test_client()
    marked = 0
    for address, text in snapshots(release).items():
        page = client.get(address, environ_base=HERE)
        assert page.status_code == 200, address
        (body,) = re.findall(r'<div class="archived"[^>]*>\n(.*)</div>', page.text, re.DOTALL)
        plain = unescape(re.sub(r"<a class=.place.*?</a>|</?mark>", "", body))
        assert plain.rstrip("\n") == text.replace("\r\n", "\n").rstrip("\n"), address
        marked += body.count("<mark>")
        assert page.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "no-store" in page.headers["Cache-Control"]
        assert not [name for name, _ in page.headers if name.startswith("Access-Control")]
    assert marked > 10


def test_the_page_of_the_source_leads_to_it(apps: tuple[Flask, Flask]) -> None:
    client = apps[0].test_client()
    page = client.get("/source/quay.html", environ_base=HERE).text
    (address,) = set(re.findall(r'href="(/archive/[^"]+)"', page))
    assert client.get(address, environ_base=HERE).status_code == 200
    far = client.get("/source/quay.html", base_url="http://onrecord.example").text
    assert "/archive/" not in far
    assert "not republished" in far


@pytest.mark.parametrize(
    ("host", "address", "headers"),
    [
        ("onrecord.example", "127.0.0.1", {}),
        ("localhost.onrecord.example", "127.0.0.1", {}),
        ("127.0.0.1.onrecord.example", "127.0.0.1", {}),
        ("192.0.2.7", "127.0.0.1", {}),
        ("localhost", "192.0.2.7", {}),
        ("localhost", "127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("localhost", "127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
        ("localhost", "127.0.0.1", {"Via": "1.1 proxy"}),
    ],
)
def test_nobody_else_sees_it(
    apps: tuple[Flask, Flask], release: Release, host: str, address: str, headers: dict[str, str]
) -> None:
    for path in snapshots(release):
        page = apps[0].test_client().get(
            path, base_url=f"http://{host}:8000", environ_base={"REMOTE_ADDR": address},
            headers=headers,
        )  # fmt: skip
        assert page.status_code == 404
        assert "this machine" in page.text


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "127.0.0.5:80", "[::1]:8000"])
def test_a_loopback_name_is_this_machine(
    apps: tuple[Flask, Flask], release: Release, host: str
) -> None:
    path = next(iter(snapshots(release)))
    page = apps[0].test_client().get(path, base_url=f"http://{host}", environ_base=HERE)
    assert page.status_code == 200


def test_a_server_that_is_not_told_to_shows_none(
    apps: tuple[Flask, Flask], release: Release
) -> None:
    for path in snapshots(release):
        assert apps[1].test_client().get(path, environ_base=HERE).status_code == 404


def test_a_text_that_is_not_archived_is_not_there(apps: tuple[Flask, Flask]) -> None:
    page = apps[0].test_client().get("/archive/no-such", environ_base=HERE)
    assert page.status_code == 404
    assert "the archive has no text of snapshot/no-such" in page.text


@pytest.mark.parametrize(
    "options",
    [("--public-url", "https://onrecord.example"), ("--host", "0.0.0.0")],  # noqa: S104
)
def test_a_server_for_others_does_not_start_with_it(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    command = ["serve", "--show-archive", "--port", "0", "--releases", str(tmp_path), *options]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert "--show-archive" in result.output


PLACES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=8)


@given(st.text(max_size=40), PLACES)
def test_no_cut_loses_a_character(text: str, spans: list[tuple[int, int]]) -> None:
    places = [
        PlacedPassage(start, start + size, "", "", "", "", "", (), False, f"{start}")
        for start, size in spans
    ]
    parts = parts_of(text, places)
    assert "".join(part.text for part in parts) == text
    at = 0
    for part in parts:
        for each in part.passages:
            assert each.start <= at and at + len(part.text) <= each.end
        at += len(part.text)
