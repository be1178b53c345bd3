"""Programs of npm ask a server: Comunica, fetch-sparql-endpoint and rdf-dereference.

Comunica goes by the service description: it asks sd:endpoint, and over a pinned release that one.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from built_releases import ReleaseOf
from conftest import REPOSITORY, require, require_command
from endpoint_release import Server, served

CLIENTS = REPOSITORY / ".clients"
CLINIC = Path(__file__).parent / "clinic"
REC = "PREFIX rec: <https://w3id.org/onrecord/ns#>\n"
CLAIMS = f"{REC}SELECT DISTINCT ?claim WHERE {{ ?claim a rec:Claim }}"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(release_of: ReleaseOf) -> Iterator[Server]:
    """A server of the sample."""
    folder = release_of("sample").path.parent
    with served(folder.parent, folder, workers=1) as running:
        yield running


@pytest.fixture(scope="module")
def other(release_of: ReleaseOf) -> Iterator[Server]:
    """A server of another collection."""
    folder = release_of("clinic").path.parent
    with served(folder.parent, folder, workers=1) as running:
        yield running


def asked(client: str, *arguments: str) -> list[dict[str, str]] | list[list[str]]:
    """Return what a client finds."""
    require((CLIENTS / "fetched").exists(), "the clients of npm, which `make .clients/fetched` has")
    node = require_command("node", "nodejs")
    done = subprocess.run(
        [node, "ask.mjs", client, *arguments], cwd=CLIENTS, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def claims_of(server: Server) -> set[str]:
    rows = json.loads(server.ask(CLAIMS).body)["results"]["bindings"]
    return {row["claim"]["value"] for row in rows}


def values(rows: object) -> set[str]:
    assert isinstance(rows, list)
    return {row["claim"] for row in rows}


def test_comunica_finds_all_claims(server: Server) -> None:
    assert values(asked("comunica", CLAIMS, server.address)) == claims_of(server) != set()


def test_comunica_asks_the_release_that_is_pinned(server: Server) -> None:
    release = json.loads(server.fetch("/healthz").body)["release"]
    pinned = f"{server.address}?release={release}"
    assert values(asked("comunica", CLAIMS, pinned)) == claims_of(server)


def test_comunica_asks_two_servers_at_once(server: Server, other: Server) -> None:
    found = values(asked("comunica", CLAIMS, server.address, other.address))
    assert found == claims_of(server) | claims_of(other)
    assert claims_of(server).isdisjoint(claims_of(other))


def test_fetch_sparql_endpoint_has_rows_and_triples(server: Server) -> None:
    assert values(asked("fetch", CLAIMS, server.address)) == claims_of(server)
    construct = f"{REC}CONSTRUCT {{ ?claim rec:speaker ?who }} WHERE {{ ?claim rec:speaker ?who }}"
    reply = server.ask(construct, "application/n-triples")
    expected = {str(quad) for quad in ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES)}
    assert len(asked("triples", construct, server.address)) == len(expected) > 0


def test_rdf_dereference_follows_a_thing_to_its_document(server: Server) -> None:
    (slug, *_) = sorted(claim.rpartition("/")[2] for claim in claims_of(server))
    address = f"http://127.0.0.1:{server.port}/claim/{slug}"
    document = server.fetch(f"/claim/{slug}.nt").body
    quads = list(ox.parse(document, format=ox.RdfFormat.N_TRIPLES))
    found = asked("dereference", address)
    assert len(found) == len(quads) > 10
    assert any(claim.endswith(f"/claim/{slug}") for claim, _, _ in found)  # type: ignore[str-unpack]
