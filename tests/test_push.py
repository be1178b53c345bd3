"""Push of a release into a remote store: complete, interrupted and resumed."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from built_releases import ReleaseOf
from onrecord.cli.main import main
from onrecord.errors import UsageError
from onrecord.releases.release import Release, open_release
from onrecord.releases.remote import push as pushing
from onrecord.releases.remote import sparql_client as storing
from onrecord.releases.remote.push import (
    DESCRIPTION_GRAPH,
    MERGED_GRAPH,
    altered_literals,
    description,
    graph_sizes,
    held_name,
    push,
)
from onrecord.releases.remote.sparql_client import (
    Credentials,
    Store,
    StoreError,
    credentials_from,
    require_address,
    select,
)
from sample_release import BASE
from small_store import SmallStore, basic, small_store
from virtuoso import virtuoso

by_both = pytest.mark.parametrize("graph_store", [True, False], ids=["graph store", "update"])


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    """A release of the sample."""
    return release_of("sample")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallStore]:
    """A small store, and batches so small that graphs need several."""
    monkeypatch.setattr(pushing, "BATCH", 100)
    monkeypatch.setattr(pushing, "BATCH_OF_UPDATE", 100)
    with small_store() as running:
        yield running


def dumped(release: Release, graph: str) -> set[str]:
    """Return a graph as the engine would hold it: it writes `4.0` as `4`."""
    name = ox.DefaultGraph() if graph == BASE + MERGED_GRAPH else ox.NamedNode(graph)
    found = all_dumped(release.path).quads_for_pattern(None, None, None, name)
    return {f"{quad.triple} ." for quad in found}


@cache
def all_dumped(release: Path) -> ox.Store:
    store = ox.Store()
    store.load(path=release / "dumps" / "onrecord.nq", format=ox.RdfFormat.N_QUADS)
    store.load(path=release / "dumps" / "onrecord.nt", format=ox.RdfFormat.N_TRIPLES)
    return store


def held(release: Release, name: str = "") -> set[str]:
    """Return the names of the graphs that a store has of a release, under another name of it."""
    graphs = {*graph_sizes(release), BASE + DESCRIPTION_GRAPH}
    return {held_name(graph, name or release.name) for graph in graphs}


def is_whole(store: SmallStore, release: Release) -> bool:
    return held(release) <= store.names() and all(
        store.graph(held_name(graph, release.name)) == dumped(release, graph)
        for graph in graph_sizes(release)
    )


def is_described(store: SmallStore, release: Release) -> bool:
    about = held_name(BASE + DESCRIPTION_GRAPH, release.name)
    return any("void#triples" in line for line in store.graph(about))


def served(store: SmallStore) -> list[str]:
    """Return which release a store is said to serve; none or several, if that is wrong."""
    return [
        line.rpartition("?release=")[2].partition(">")[0]
        for line in store.graph(BASE + DESCRIPTION_GRAPH)
    ]


def renamed(release: Release, name: str, folder: Path) -> Release:
    """Return a release of fewer triples by another name."""
    path = folder / name
    (path / "dumps").mkdir(parents=True)
    (path / "store").mkdir()
    graph = f"{BASE}graph/rules"
    for file in ("void.ttl", "report.txt"):
        text = (release.path / file).read_text().replace(release.name, name)
        (path / file).write_text(text)
    lines = [line for line in (release.path / "dumps/onrecord.nq").read_text().splitlines(True)
             if line.endswith(f"<{graph}> .\n")]  # fmt: skip
    (path / "dumps" / "onrecord.nq").write_text("".join(lines))
    (path / "dumps" / "onrecord.nt").write_text("".join(lines).replace(f" <{graph}> .", " ."))
    manifest = {**release.manifest, "name": name, "graphs": {graph: len(lines)}}
    (path / "manifest.json").write_text(json.dumps(manifest))
    return open_release(folder, name)


@by_both
def test_every_graph_arrives_with_all_its_triples(
    store: SmallStore, release: Release, graph_store: bool
) -> None:
    loaded = list(push(store.addresses(graph_store=graph_store), release))
    assert {graph.graph: graph.triples for graph in loaded} == graph_sizes(release)
    assert all(graph.sent == graph.triples for graph in loaded)
    assert is_whole(store, release)
    about = held_name(BASE + DESCRIPTION_GRAPH, release.name)
    assert len(store.graph(about)) == len(description(release)) + 1
    assert served(store) == [release.name]
    used = {path for path in store.seen if path != "POST /query"}
    assert used == ({"POST /graphs", "PUT /graphs"} if graph_store else {"POST /update"})


@by_both
def test_what_is_there_already_is_not_sent_again(
    store: SmallStore, release: Release, graph_store: bool
) -> None:
    addresses = store.addresses(graph_store=graph_store)
    list(push(addresses, release))
    changes = store.changes
    assert sum(graph.sent for graph in push(addresses, release)) == 0
    assert store.changes == changes


@by_both
@pytest.mark.parametrize("requests", [0, 1, 5, 24, 25, 26, 27, 30, 50, 70, 90])
def test_a_push_that_was_cut_off_goes_on_where_it_was(
    store: SmallStore, release: Release, requests: int, graph_store: bool
) -> None:
    addresses = store.addresses(graph_store=graph_store)
    store.answer = lambda number: 200 if number <= requests else 0
    with pytest.raises(StoreError, match="cannot be reached"):
        list(push(addresses, release))
    assert not is_described(store, release)
    assert served(store) == []
    sizes = graph_sizes(release)
    there = sum(len(store.graph(held_name(graph, release.name))) for graph in sizes)
    store.answer = lambda _number: 200
    sent = sum(graph.sent for graph in push(addresses, release))
    assert is_whole(store, release)
    assert is_described(store, release)
    assert there <= sum(sizes.values()) - sent + pushing.BATCH


@by_both
def test_a_store_that_is_busy_is_asked_again(
    store: SmallStore, release: Release, graph_store: bool
) -> None:
    store.answer = lambda number: {0: 503, 1: 0}.get(number % 4, 200)
    list(push(store.addresses(graph_store=graph_store), release))
    assert is_whole(store, release)


@by_both
def test_a_store_that_loses_triples_is_found_out(
    store: SmallStore, release: Release, graph_store: bool
) -> None:
    store.loses = held_name(f"{BASE}graph/records", release.name)
    with pytest.raises(StoreError, match=rf"{re.escape(store.loses)}> holds 0 of \d+ triples"):
        list(push(store.addresses(graph_store=graph_store), release))
    assert not is_described(store, release)


def test_a_graph_that_somebody_changed_is_made_whole(store: SmallStore, release: Release) -> None:
    addresses = store.addresses(graph_store=True)
    list(push(addresses, release))
    store.data.update(f"DELETE {{ GRAPH ?g {{ <{BASE}claim/overtaken> ?p ?o }} }} "
                      f"WHERE {{ GRAPH ?g {{ <{BASE}claim/overtaken> ?p ?o }} }}")  # fmt: skip
    extra = ox.Quad(
        *[ox.NamedNode("http://x/")] * 3,
        ox.NamedNode(held_name(f"{BASE}graph/rules", release.name)),
    )
    store.data.add(extra)
    assert sum(graph.sent for graph in push(addresses, release)) > 0
    assert is_whole(store, release)
    assert is_described(store, release)


@by_both
def test_a_release_is_loaded_beside_the_one_that_is_served(
    store: SmallStore, release: Release, tmp_path: Path, graph_store: bool
) -> None:
    addresses = store.addresses(graph_store=graph_store)
    list(push(addresses, release))
    later = renamed(release, "2024-06-03-00000000", tmp_path)
    before, loading = store.changes, push(addresses, later)
    for _ in loading:
        assert served(store) == [release.name]
        assert is_whole(store, release)
    assert served(store) == [later.name]
    # What is asked of the former release is answered to the end.
    assert is_whole(store, release)
    assert is_described(store, release)
    pointer = {BASE + DESCRIPTION_GRAPH}
    assert store.names() == held(release) | held(later) | pointer
    # To go back takes one change.
    before = store.changes
    assert sum(graph.sent for graph in push(addresses, release)) == 0
    assert (store.changes - before, served(store)) == (1, [release.name])
    last = renamed(release, "2024-06-04-00000000", tmp_path)
    list(push(addresses, last))
    assert store.names() == held(release) | held(last) | pointer


def test_what_was_begun_of_another_release_is_removed(
    store: SmallStore, release: Release, tmp_path: Path
) -> None:
    addresses = store.addresses(graph_store=True)
    later = renamed(release, "2024-06-03-00000000", tmp_path)
    list(push(addresses, later))
    store.answer = lambda number: 200 if number <= 20 else 0
    with pytest.raises(StoreError, match="cannot be reached"):
        list(push(addresses, release))
    assert held(release) & store.names()
    assert served(store) == [later.name]
    store.answer = lambda _number: 200
    last = renamed(release, "2024-06-04-00000000", tmp_path)
    list(push(addresses, last))
    assert store.names() == held(later) | held(last) | {BASE + DESCRIPTION_GRAPH}


def test_the_graphs_of_an_earlier_version_go_when_another_release_is_served(
    store: SmallStore, release: Release
) -> None:
    graph, about = f"{BASE}graph/records", BASE + DESCRIPTION_GRAPH
    store.data.update(
        f"""PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dcterms: <http://purl.org/dc/terms/>
        INSERT DATA {{ GRAPH <{graph}> {{ <x:s> <x:p> <x:o> }} GRAPH <{about}> {{
          <x:d> dcterms:identifier "2024-01-01-00000000" ; dcat:version "2024-01-01-00000000" ;
                <http://rdfs.org/ns/void#subset> <{graph}> }} }}"""
    )
    loading = push(store.addresses(graph_store=True), release)
    next(loading)
    assert {graph, about} <= store.names()
    list(loading)
    assert store.names() == held(release) | {about}
    assert served(store) == [release.name]


def test_the_name_and_password_or_the_token_are_shown(release: Release) -> None:
    with small_store() as store:
        addresses = store.addresses(graph_store=True)
        for credentials, header in (
            (Credentials("ana", "s3cret"), basic("ana", "s3cret")),
            (Credentials("", "", "t0ken"), "Bearer t0ken"),
        ):
            store.authorization = header
            allowed = Store(
                addresses.query, addresses.update, addresses.graphs, credentials, retry_delays=()
            )
            assert list(push(allowed, release))
            assert "cret" not in repr(allowed)
            assert "t0ken" not in repr(allowed)
        with pytest.raises(StoreError, match=r"HTTP 401 .*set ONRECORD_STORE_USER"):
            list(push(addresses, release))


def test_credentials_come_from_the_environment() -> None:
    user, password = "ONRECORD_STORE_USER", "ONRECORD_STORE_PASSWORD"
    assert credentials_from({}) == Credentials()
    assert credentials_from({user: "a", password: "b"}) == Credentials("a", "b")
    assert credentials_from({"ONRECORD_STORE_TOKEN": "t"}) == Credentials("", "", "t")
    with pytest.raises(UsageError, match="go together"):
        credentials_from({user: "a"})
    for token in ("s3cret\n", "s3crét"):
        with pytest.raises(UsageError, match="ONRECORD_STORE_TOKEN has a character") as refusal:
            credentials_from({"ONRECORD_STORE_TOKEN": token})
        assert "s3cr" not in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1:8890/sparql", "begins with http"),
        ("file:///etc/passwd", "begins with http"),
        ("http://dba:geheim@127.0.0.1/sparql", "ONRECORD_STORE_PASSWORD"),
    ],
)
def test_what_is_no_address_of_a_store_is_refused(address: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refusal:
        require_address(address)
    assert "geheim" not in str(refusal.value)


def test_a_store_that_has_moved_is_not_followed(release: Release) -> None:
    with small_store() as store:
        addresses = store.addresses(graph_store=False)
        moved = Store(addresses.query, f"http://127.0.0.1:{store.port}/moved")
        with pytest.raises(StoreError, match=r"/moved: has moved to .*/query, name that"):
            list(push(moved, release))


@pytest.mark.parametrize(
    ("status", "tries", "said"),
    [
        (429, 4, "HTTP 429 Too Many Requests: not now, not ever"),
        (
            403,
            1,
            "HTTP 403 Forbidden: not now, not ever; set ONRECORD_STORE_USER and "
            "ONRECORD_STORE_PASSWORD, or ONRECORD_STORE_TOKEN",
        ),
    ],
)
def test_the_command_prints_what_the_store_refuses_with_in_one_line(
    release: Release, monkeypatch: pytest.MonkeyPatch, status: int, tries: int, said: str
) -> None:
    retry_delays: list[float] = []
    monkeypatch.setattr(storing, "sleep", retry_delays.append)
    with small_store() as store:
        store.answer = lambda _number: status
        place = f"http://127.0.0.1:{store.port}"
        command = ["push", f"{place}/query", "--update", f"{place}/update"]
        result = CliRunner().invoke(main, [*command, "--releases", str(release.path.parent)])
        assert result.exit_code == 1
        assert result.stderr.splitlines()[-1] == f"onrecord: {place}/update: {said}"
        assert store.changes == tries
        assert retry_delays == [0.5, 2.0, 8.0][: tries - 1]


def test_an_answer_that_is_too_large_is_not_read(release: Release) -> None:
    with small_store() as store:
        addresses = store.addresses(graph_store=True)
        list(push(addresses, release))
        asked = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
        assert select(addresses, asked)
        with pytest.raises(StoreError, match="/query: the response has more than 999 bytes"):
            select(replace(addresses, most=999), asked)


def test_what_is_no_store_is_said_in_one_line(release: Release) -> None:
    with small_store() as store:
        store.answer = lambda _number: 418
        with pytest.raises(StoreError) as refused:
            list(push(store.addresses(graph_store=False), release))
        assert str(refused.value).endswith("HTTP 418 I'm a Teapot: not now, not ever")
    with pytest.raises(StoreError, match=r"cannot be reached: .*refused"):
        list(push(store.addresses(graph_store=False), release))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A Virtuoso."""
    with virtuoso(tmp_path_factory.mktemp("store") / "virtuoso") as running:
        yield running


@pytest.mark.slow
def test_a_release_goes_into_a_real_store_whole(real: Store, release: Release) -> None:
    assert {graph.graph: graph.triples for graph in push(real, release)} == graph_sizes(release)
    assert sum(graph.sent for graph in push(real, release)) == 0
    ((name,),) = select(
        real,
        f"SELECT ?n {{ GRAPH <{held_name(BASE + DESCRIPTION_GRAPH, release.name)}>"
        " { ?d <http://www.w3.org/ns/dcat#version> ?n } }",
    )
    assert name == ox.Literal(release.name)


@pytest.mark.slow
def test_what_a_real_store_writes_otherwise_is_told(real: Store, release: Release) -> None:
    list(push(real, release))
    assert {change.sent.value: [term.value for term in change.held]
            for change in altered_literals(real, release)
            if isinstance(change.sent, ox.Literal)} == {"true": ["1"], "P1Y": ["12"]}  # fmt: skip


@pytest.mark.slow
def test_what_a_real_store_cannot_take_is_said_in_its_words(real: Store, release: Release) -> None:
    by_update = Store(real.query, real.update, credentials=real.credentials)
    for graph in (*held(release), BASE + DESCRIPTION_GRAPH):
        pushing.drop_graph(by_update, graph)
    # Virtuoso 7 reads durations from Turtle and not from an update.
    with pytest.raises(StoreError, match="Literal of type xsd:duration can not be created"):
        list(push(by_update, release))
