"""Faults of a remote store (truncated, late or replaced): no incomplete answer has status 200."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from faulty_store import (
    ABOUT,
    BASE,
    CONSTRUCT,
    DESCRIBED,
    JSON,
    NAME,
    PARTIAL,
    SELECT,
    TURTLE,
    Faulty,
    Said,
    faulty_store,
    over,
    rows,
)
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.protocol import Request
from onrecord_server.sparql.response import Response, body_chunks
from pace import pace


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Faulty, Endpoint]]:
    """A store, and an endpoint over it with a second for each query."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with faulty_store() as store, over(store, folder, seconds=1) as endpoint:
        yield store, endpoint


@dataclass(frozen=True, slots=True)
class Got:
    """What a client gets."""

    response: Response
    body: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers by name."""
        return dict(self.response.headers)


def ask(running: tuple[Faulty, Endpoint], query: str, said: Said) -> Got:
    store, endpoint = running
    store.said = said
    # Kept answers would hide the store's: each query is another one.
    text = f"{query} # {time.monotonic_ns()}"
    work = endpoint.respond(Request("GET", f"query={quote(text)}"))
    response = asyncio.run_coroutine_threadsafe(work, endpoint.pool.loop).result(30)
    return Got(response, b"".join(body_chunks(response)).decode())


def test_a_whole_answer_is_passed_on_with_the_release(running: tuple[Faulty, Endpoint]) -> None:
    got = ask(running, SELECT, Said(rows(1, 2)))
    assert got.response.status == 200, got.body
    assert got.headers["X-Release"] == NAME
    assert [row["n"]["value"] for row in json.loads(got.body)["results"]["bindings"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("query", "body", "media_type"),
    [(SELECT, rows(1), JSON), (CONSTRUCT, TURTLE, "text/turtle")],
    ids=["rows", "graph"],
)
def test_what_the_store_calls_incomplete_is_a_time_limit(
    running: tuple[Faulty, Endpoint], query: str, body: bytes, media_type: str
) -> None:
    headers = (("X-SQL-State", "S1TAT"), ("X-SQL-Message", PARTIAL))
    got = ask(running, query, Said(body, media_type, headers=headers))
    assert got.response.status == 504, got.body
    assert "1 seconds" in got.body


def test_a_store_whose_own_time_is_up_is_a_time_limit(running: tuple[Faulty, Endpoint]) -> None:
    said = b"Virtuoso S1T00 Error SR171: Transaction timed out\n\nSPARQL query:\nSELECT"
    got = ask(running, SELECT, Said(said, "text/plain", 500))
    assert got.response.status == 504, got.body


@pytest.mark.parametrize(
    ("query", "body", "media_type"),
    [
        (SELECT, rows(1)[:-3], JSON),
        (CONSTRUCT, TURTLE, "text/turtle"),
        (CONSTRUCT, TURTLE, "application/n-triples"),
    ],
    ids=["rows", "turtle", "n-triples"],
)
def test_a_body_that_ends_early_is_no_answer(
    running: tuple[Faulty, Endpoint], query: str, body: bytes, media_type: str
) -> None:
    got = ask(running, query, Said(body, media_type, missing=3))
    assert (got.response.status, got.body) == (502, "the store's answer ends early\n")


def test_an_answer_over_the_limit_is_cut_between_rows_and_says_so(tmp_path: Path) -> None:
    with (
        faulty_store() as store,
        over(store, tmp_path, seconds=20, rows=5000, size=2000) as endpoint,
    ):
        got = ask((store, endpoint), SELECT, Said(rows(*range(3000))))
        assert got.response.status == 200, got.body
        count = len(json.loads(got.body)["results"]["bindings"])
        assert 0 < count < 3000
        assert got.headers["X-Row-Limit"] == str(count)


def test_an_answer_that_cannot_be_written_is_not_the_fault_of_the_store(tmp_path: Path) -> None:
    with (
        faulty_store() as store,
        over(store, tmp_path, seconds=20, rows=30_000, size=1 << 30) as endpoint,
    ):
        (tmp_path / "cache" / "spool").rmdir()
        got = ask((store, endpoint), SELECT, Said(rows(*range(30_000))))
        assert got.response.status == 500
        assert got.body == "the answer cannot be written: No such file or directory\n"


def test_the_rows_that_the_store_left_out_are_stated(running: tuple[Faulty, Endpoint]) -> None:
    got = ask(running, SELECT, Said(rows(1, 2, 3), headers=(("X-SPARQL-MaxRows", "3"),)))
    assert got.response.status == 200
    assert got.headers["X-Row-Limit"] == "3"


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (rows(1, name="__ASK_RETVAL"), True),
        (rows(name="__ASK_RETVAL"), False),
        (b'{"head": {}, "boolean": true}', True),
        (b'{"head": {}, "boolean": false}', False),
    ],
    ids=["a row", "no row", "true", "false"],
)
def test_an_ask_is_answered_with_a_boolean_also_where_the_store_gives_a_row(
    running: tuple[Faulty, Endpoint], body: bytes, answer: bool
) -> None:
    got = ask(running, f"ASK {{ ?s <{BASE}p> 1 }}", Said(body))
    assert got.response.status == 200, got.body
    assert json.loads(got.body) == {"head": {}, "boolean": answer}


def test_a_store_that_is_late_is_left_and_knows_how_long_it_has(
    running: tuple[Faulty, Endpoint],
) -> None:
    store, _ = running
    start = time.monotonic()
    with pace() as measured:
        got = ask(running, SELECT, Said(rows(1), before=lambda _query: store.closing.wait(30)))
        seconds = time.monotonic() - start
    assert got.response.status == 504, got.body
    assert seconds < measured.allowed(2)
    assert 0 < int(store.asked["timeout"][0]) <= 1000


@pytest.mark.parametrize("digest", [False, True])
def test_a_store_that_has_moved_is_not_followed(tmp_path: Path, digest: bool) -> None:
    with faulty_store(digest) as store, over(store, tmp_path, seconds=5) as endpoint:
        for number in range(2):
            moved = (("Location", f"http://127.0.0.1:{store.port}/elsewhere"),)
            got = ask(
                (store, endpoint), f"{SELECT} # {number}", Said(b"", "text/plain", 302, moved)
            )
            assert got.response.status == 502, got.body
            assert got.body == "the store has moved; start the server with its new address\n"


@pytest.mark.parametrize("drips", [False, True])
def test_a_body_that_does_not_come_to_an_end_is_left_in_time(
    running: tuple[Faulty, Endpoint], drips: bool
) -> None:
    store, _ = running

    def go_on(stream: IO[bytes]) -> None:
        for _ in range(30):
            if store.closing.wait(0.1):
                return
            if drips:
                stream.write(b" ")

    start = time.monotonic()
    with pace() as measured:
        got = ask(running, SELECT, Said(rows(1)[:-3], missing=100, after=go_on))
        seconds = time.monotonic() - start
    assert got.response.status == 504, got.body
    assert seconds < measured.allowed(2)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (Said(b"<html>Welcome</html>", "text/html"), 502),
        (Said(b"no such thing", "text/plain", 404), 502),
        (Said(b"who are you?", "text/plain", 401), 502),
        (Said(b"not for you", "text/plain", 403), 403),
        (Said(b"Virtuoso 22007 Error DT001: no date", "text/plain", 500), 502),
        (Said(b"Virtuoso 37000 Error SP031: SPARQL compiler", "text/plain", 400), 400),
        (Said(b"too many", "text/plain", 503), 503),
        (Said(b"too many", "text/plain", 429), 503),
        (Said(b"too late", "text/plain", 504), 504),
    ],
    ids=["html", "404", "401", "403", "500", "400", "503", "429", "504"],
)
def test_what_the_store_refuses_is_one_line_that_does_not_say_where_it_is(
    running: tuple[Faulty, Endpoint], said: Said, status: int
) -> None:
    store, _ = running
    got = ask(running, SELECT, said)
    assert got.response.status == status, got.body
    assert got.body.count("\n") == 1
    assert str(store.port) not in got.body
    if said.media_type == "text/plain" and status != 504:
        assert got.body == f"the store says {said.status}: {said.body.decode()}\n"
    assert ("Retry-After" in got.headers) == (status == 503)


def test_an_answer_from_a_store_that_is_being_filled_anew_is_withheld(
    running: tuple[Faulty, Endpoint],
) -> None:
    store, _ = running
    about = ox.NamedNode(ABOUT)

    def emptied(_query: str) -> None:
        store.data.remove_graph(about)

    try:
        got = ask(running, SELECT, Said(rows(1), before=emptied))
        assert got.response.status == 503, got.body
        assert "is being replaced" in got.body
        assert got.headers["Retry-After"]
    finally:
        store.data.load(DESCRIBED, format=ox.RdfFormat.TRIG)
    assert ask(running, SELECT, Said(rows(1))).response.status == 200


def test_a_query_that_does_not_parse_goes_nowhere(running: tuple[Faulty, Endpoint]) -> None:
    store, _ = running
    store.asked = {}
    got = ask(running, "SELECT ?n { ?s ?p }", Said(rows(1)))
    assert got.response.status == 400
    assert "line 1, column" in got.body
    assert store.asked == {}
