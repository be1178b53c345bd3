"""A store elsewhere that cuts answers off, is late or is replaced: no 200 that is not whole."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qs, quote

import pyoxigraph as ox
import pytest

from onrecord.store import Credentials, Store
from onrecord_server.endpoint import Endpoint
from onrecord_server.opening import Setting, endpoint_in_thread
from onrecord_server.protocol import Request
from onrecord_server.response import Response, pieces
from onrecord_server.workers.pool import Limits

BASE = "https://example.org/mill/"
NAME = "2026-01-02-0123abcd"
JSON = "application/sparql-results+json"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
PARTIAL = "Returning incomplete results, query interrupted by result timeout."

DESCRIBED = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .

<{BASE}graph/release> {{
    <{BASE}> a void:Dataset, dcat:Dataset ;
        dcterms:identifier "{NAME}" ; dcat:version "{NAME}" ; dcterms:title "The mill"@en ;
        void:uriSpace "{BASE}" ; void:subset <{BASE}graph/records>, <{BASE}graph/merged> .
}}
<{BASE}graph/records> {{ <{BASE}a> <{BASE}p> 1 . }}
<{BASE}graph/merged> {{ <{BASE}a> <{BASE}p> 1 . }}
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What the store answers to a query that is not about itself."""

    body: bytes
    media_type: str = JSON
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    missing: int = 0
    """How many bytes are announced and never sent."""
    before: Callable[[str], object] = lambda _query: None
    """What happens first."""
    after: Callable[[], object] = lambda: None
    """What happens before the connection ends."""
    late: Event | None = None
    """Nothing is answered until the client hangs up, which this tells."""


@dataclass
class Faulty:
    """A store whose answers a test decides."""

    data: ox.Store = field(default_factory=ox.Store)
    port: int = 0
    said: Said = field(default_factory=lambda: Said(b""))
    asked: dict[str, list[str]] = field(default_factory=dict)
    """The parameters of the last query that was not about the store itself."""
    closing: Event = field(default_factory=Event)
    digest: bool = False
    """Whether it wants to be told who asks, in a digest."""


def rows(*values: int, name: str = "n") -> bytes:
    bindings = [
        {name: {"type": "typed-literal", "datatype": INTEGER, "value": str(value)}}
        for value in values
    ]
    return json.dumps({"head": {"vars": [name]}, "results": {"bindings": bindings}}).encode()


@contextmanager
def faulty_store(digest: bool = False) -> Iterator[Faulty]:
    store = Faulty(digest=digest)
    store.data.load(DESCRIBED, format=ox.RdfFormat.TRIG)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            self._challenge()

        def _challenge(self) -> None:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Digest realm="mill", nonce="1", qop="auth"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            asked = parse_qs(self.rfile.read(length).decode())
            if store.digest and 'username="miller"' not in self.headers.get("Authorization", ""):
                self._challenge()
                return
            if "?about" in asked["query"][0] or "VALUES ?graph" in asked["query"][0]:
                found = store.data.query(asked["query"][0])
                self._reply(Said(found.serialize(format=ox.QueryResultsFormat.JSON) or b""))
                return
            store.asked = asked
            store.said.before(asked["query"][0])
            if store.said.late is not None:
                if not self.connection.recv(1):
                    store.said.late.set()
                return
            self._reply(store.said)

        def _reply(self, said: Said) -> None:
            self.send_response(said.status)
            self.send_header("Content-Type", said.media_type)
            self.send_header("Content-Length", str(len(said.body) + said.missing))
            for name, value in said.headers:
                self.send_header(name, value)
            with suppress(ConnectionError):  # a line that was cut
                self.end_headers()
                self.wfile.write(said.body)
            said.after()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield store
    finally:
        store.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Faulty, Endpoint]]:
    """A store, and an endpoint over it with a second for each query."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with faulty_store() as store, over(store, folder, seconds=1) as endpoint:
        yield store, endpoint


@contextmanager
def over(store: Faulty, folder: Path, seconds: float) -> Iterator[Endpoint]:
    address = f"http://127.0.0.1:{store.port}/sparql"
    setting = Setting(
        releases=folder / "mirror",
        cache=folder / "cache",
        limits=Limits(seconds=seconds, rows=1000),
        elsewhere=Store(
            address,
            address,
            credentials=Credentials("miller", "flour") if store.digest else Credentials(),
        ),
    )
    with endpoint_in_thread(setting) as endpoint:
        yield endpoint


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
    return Got(response, b"".join(pieces(response)).decode())


SELECT = f"SELECT ?n {{ ?s <{BASE}p> ?n }}"
CONSTRUCT = f"CONSTRUCT {{ ?s <{BASE}p> ?n }} {{ ?s <{BASE}p> ?n }}"
TURTLE = f"<{BASE}a> <{BASE}p> 1 .\n".encode()


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
    assert got.response.status in (502, 503), got.body
    assert got.body.count("\n") == 1


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
    got = ask(running, SELECT, Said(rows(1), before=lambda _query: store.closing.wait(3)))
    assert got.response.status == 504, got.body
    assert time.monotonic() - start < 2
    assert 0 < int(store.asked["timeout"][0]) <= 1000


def test_slow_queries_at_the_store_do_not_hold_up_quick_ones(tmp_path: Path) -> None:
    """Twelve that never end, then quick ones; those that made way are asked again in their turn."""
    with faulty_store() as store, over(store, tmp_path, seconds=6) as endpoint:

        async def crowd() -> tuple[list[float], list[int]]:
            slow = [asyncio.create_task(answer(f"{SELECT} # slow {n}")) for n in range(12)]
            await asyncio.sleep(0.2)
            times = []
            for number in range(4):
                start = time.monotonic()
                assert (await answer(f"{SELECT} # quick {number}")).status == 200
                times.append(time.monotonic() - start)
            return times, [response.status for response in await asyncio.gather(*slow)]

        async def answer(text: str) -> Response:
            return await endpoint.respond(Request("GET", f"query={quote(text)}"))

        def wait(query: str) -> None:
            if "slow" in query:
                store.closing.wait(20)

        store.said = Said(rows(1), before=wait)
        times, statuses = asyncio.run_coroutine_threadsafe(crowd(), endpoint.pool.loop).result(30)
    assert max(times) < 3.5
    assert sorted(times)[1] < 0.5, "those that come once the lanes are sorted out do not wait"
    assert set(statuses) <= {503, 504}


@pytest.mark.parametrize("digest", [False, True])
def test_a_client_that_goes_away_ends_its_connection_to_the_store(
    tmp_path: Path, digest: bool
) -> None:
    ended = Event()
    with faulty_store(digest) as store, over(store, tmp_path, seconds=20) as endpoint:

        async def give_up() -> None:
            request = Request("GET", f"query={quote(SELECT)}")
            asking = asyncio.create_task(endpoint.respond(request))
            await asyncio.sleep(0.3)
            asking.cancel()

        store.said = Said(rows(1), late=ended)
        asyncio.run_coroutine_threadsafe(give_up(), endpoint.pool.loop).result(30)
        assert ended.wait(2)


@pytest.mark.parametrize("digest", [False, True])
def test_a_store_that_has_moved_is_not_followed(tmp_path: Path, digest: bool) -> None:
    with faulty_store(digest) as store, over(store, tmp_path, seconds=5) as endpoint:
        for number in range(2):
            moved = (("Location", f"http://127.0.0.1:{store.port}/elsewhere"),)
            got = ask(
                (store, endpoint), f"{SELECT} # {number}", Said(b"", "text/plain", 302, moved)
            )
            assert got.response.status in (502, 503), got.body


def test_a_body_that_does_not_come_to_an_end_is_left_in_time(
    running: tuple[Faulty, Endpoint],
) -> None:
    store, _ = running
    start = time.monotonic()
    stuck = Said(rows(1)[:-3], missing=3, after=lambda: store.closing.wait(3))
    got = ask(running, SELECT, stuck)
    assert got.response.status == 504, got.body
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (Said(b"<html>Welcome</html>", "text/html"), 502),
        (Said(b"no such thing", "text/plain", 404), 502),
        (Said(b"who are you?", "text/plain", 401), 502),
        (Said(b"Virtuoso 22007 Error DT001: no date", "text/plain", 500), 502),
        (Said(b"Virtuoso 37000 Error SP031: SPARQL compiler", "text/plain", 400), 400),
        (Said(b"too many", "text/plain", 503), 503),
        (Said(b"too many", "text/plain", 429), 503),
        (Said(b"too late", "text/plain", 504), 504),
    ],
    ids=["html", "404", "401", "500", "400", "503", "429", "504"],
)
def test_what_the_store_refuses_is_one_line_that_does_not_say_where_it_is(
    running: tuple[Faulty, Endpoint], said: Said, status: int
) -> None:
    store, _ = running
    got = ask(running, SELECT, said)
    assert got.response.status == status, got.body
    assert got.body.count("\n") == 1
    assert str(store.port) not in got.body
    assert ("Retry-After" in got.headers) == (status == 503)


def test_an_answer_from_a_store_that_is_being_filled_anew_is_withheld(
    running: tuple[Faulty, Endpoint],
) -> None:
    store, _ = running
    about = ox.NamedNode(f"{BASE}graph/release")

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
