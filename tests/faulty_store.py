"""A remote store whose answers a test decides, and an endpoint over it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import IO
from urllib.parse import parse_qs

import pyoxigraph as ox

from onrecord.releases.remote.sparql_client import Credentials, Store
from onrecord_server.limits import Limits
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.sparql.endpoint import Endpoint

BASE = "https://example.org/mill/"
NAME = "2026-01-02-0123abcd"
JSON = "application/sparql-results+json"
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
PARTIAL = "Returning incomplete results, query interrupted by result timeout."

ABOUT = f"{BASE}graph/release?release={NAME}"
DESCRIBED = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .

<{BASE}graph/release> {{ <{BASE}> dcat:hasCurrentVersion <{ABOUT}> . }}
<{ABOUT}> {{
    <{BASE}> a void:Dataset, dcat:Dataset ;
        dcterms:identifier "{NAME}" ; dcat:version "{NAME}" ; dcterms:title "The mill"@en ;
        void:uriSpace "{BASE}" ; void:subset <{BASE}graph/records>, <{BASE}graph/merged> .
}}
<{BASE}graph/records?release={NAME}> {{ <{BASE}a> <{BASE}p> 1 . }}
<{BASE}graph/merged?release={NAME}> {{ <{BASE}a> <{BASE}p> 1 . }}
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
    after: Callable[[IO[bytes]], object] = lambda _stream: None
    """What happens before the connection ends."""
    gone: Event | None = None
    """What is set when the client hangs up, which is waited for before the connection ends."""
    silent: bool = False
    """Whether there is no answer at all."""


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
            if not store.said.silent:
                self._reply(store.said)
            if store.said.gone is not None:
                with suppress(ConnectionError):
                    self.connection.recv(1)
                store.said.gone.set()

        def _reply(self, said: Said) -> None:
            self.send_response(said.status)
            self.send_header("Content-Type", said.media_type)
            self.send_header("Content-Length", str(len(said.body) + said.missing))
            for name, value in said.headers:
                self.send_header(name, value)
            with suppress(ConnectionError):  # a line that was cut
                self.end_headers()
                self.wfile.write(said.body)
                said.after(self.wfile)

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


@contextmanager
def over(
    store: Faulty, folder: Path, seconds: float, *, rows: int = 1000, size: int = 1 << 20
) -> Iterator[Endpoint]:
    address = f"http://127.0.0.1:{store.port}/sparql"
    settings = Settings(
        releases=folder / "mirror",
        cache=folder / "cache",
        limits=Limits(seconds=seconds, rows=rows, bytes=size),
        remote=Store(
            address,
            address,
            credentials=Credentials("miller", "flour") if store.digest else Credentials(),
        ),
    )
    with endpoint_in_thread(settings) as endpoint:
        yield endpoint


SELECT = f"SELECT ?n {{ ?s <{BASE}p> ?n }}"
CONSTRUCT = f"CONSTRUCT {{ ?s <{BASE}p> ?n }} {{ ?s <{BASE}p> ?n }}"
TURTLE = f"<{BASE}a> <{BASE}p> 1 .\n".encode()
