"""The front: the ASGI application that gunicorn runs, quick for SPARQL and a bridge for pages.

A request for `/sparql` is answered on the event loop: no thread, no routing. Everything else, and
`/sparql` for browsers, goes to the Flask application in a thread.
"""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from http import HTTPStatus

from flask import Flask

from onrecord_server import asgi, logs, metrics
from onrecord_server.bridge import run_wsgi
from onrecord_server.endpoint import Endpoint
from onrecord_server.formats import FORMATS
from onrecord_server.logs import Note
from onrecord_server.negotiation import wants_html
from onrecord_server.opening import Setting, close_endpoint, open_endpoint
from onrecord_server.protocol import Request
from onrecord_server.refusals import RefusalError
from onrecord_server.response import Headers, Response, pieces, refused

PATH = "/sparql"

_READY = 512
"""How many responses are kept ready to be sent again."""
_READY_BYTES = 16 << 10
"""How large a response may be to be kept ready."""
_LOG_EVERY = 0.25
"""Seconds after which what was noted of requests is logged and counted, if not before."""
_MOST_NOTES = 64
_BODY_FACTOR = 3
"""How much longer a percent-encoded form may be than the query in it."""

_GONE = 499
"""What is logged if nothing is sent since the client has gone; nginx calls it so."""

_HEADERS = ("accept", "accept-encoding", "content-type", "if-none-match")
_ROUTES = frozenset(("sparql", "q", "ns", "dumps", "topic", "checks", "healthz", "metrics"))


@dataclass(frozen=True)
class Ready:
    """A response that needs nothing but sending, while the newest release is the same."""

    newest: str
    response: Response

    @cached_property
    def pairs(self) -> asgi.Pairs:
        """The header fields as ASGI has them."""
        return [(name.encode(), value.encode("latin-1")) for name, value in self._fields()]

    @cached_property
    def head(self) -> bytes:
        """The status line and the header fields as HTTP/1.1 has them, open for more fields."""
        lines = [f"{name}: {value}\r\n" for name, value in self._fields()]
        return _status_line(self.response.status) + "".join(lines).encode("latin-1")

    def _fields(self) -> Headers:
        response = self.response
        if response.length < 0 or response.status in (204, 304):
            return response.headers
        return (*response.headers, ("Content-Length", str(response.length)))


@lru_cache(maxsize=64)
def _status_line(status: int) -> bytes:
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()


class Front:
    """The ASGI application of one server process."""

    def __init__(self, setting: Setting, make_app: Callable[[Endpoint], Flask]) -> None:
        self._setting = setting
        self._make_app = make_app
        self._endpoint: Endpoint | None = None
        self._app: Flask | None = None
        self._notes: list[Note] = []
        self._ready: dict[tuple[str, str, str], Ready] = {}

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Serve one request; or start with the server process and end with it."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: asgi.Receive, send: asgi.Send) -> None:
        await receive()
        logs.new_process()
        endpoint = self._endpoint = await open_endpoint(self._setting)
        self._app = self._make_app(endpoint)
        # What is loaded stays; the collector need not look at it with every round.
        gc.freeze()
        ticking = asyncio.create_task(self._tick(endpoint))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        ticking.cancel()
        await close_endpoint(endpoint)
        self._write_notes()
        await send({"type": "lifespan.shutdown.complete"})

    async def _tick(self, endpoint: Endpoint) -> None:
        while True:
            await asyncio.sleep(_LOG_EVERY)
            metrics.waiting(endpoint.pool.waiting)
            self._write_notes()

    async def _serve(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        if self._app is None:
            raise RuntimeError("a request came before the server had started")
        start = time.perf_counter()
        identity = logs.request_id()
        method, path = scope["method"], scope["path"]
        response: Response | None = None
        status = _GONE
        try:
            headers = _headers(scope)
            if path != PATH or not self.is_quick(headers["accept"]):
                status = await run_wsgi(self._app, scope, receive, send, identity)
                return
            ready = await self._answer(scope, headers, receive)
            response = ready.response
            pairs = [*ready.pairs, (b"x-request-id", identity.encode())]
            await _send(send, response, pairs, method)
        except asgi.ClientGoneError:
            return
        finally:
            self.note(method, path, start, identity, response, status)

    async def _answer(
        self, scope: asgi.Scope, headers: dict[str, str], receive: asgi.Receive
    ) -> Ready:
        """Answer a request as ASGI has it, for whose body there is no room beyond a limit."""
        query = scope["query_string"].decode("latin-1")
        if scope["method"] == "GET" and not headers["if-none-match"]:
            ready = self.ready(query, headers["accept"], headers["accept-encoding"])
            if ready is not None:
                return ready
        limit = self.endpoint.pool.limits.text
        try:
            body = await _body(scope, receive, limit * _BODY_FACTOR)
        except asgi.BodyTooLargeError:
            text = f"the query is longer than {limit} bytes; shorten it"
            return Ready("", refused(RefusalError(413, text)))
        request = Request(scope["method"], query, body, *(headers[name] for name in _HEADERS))
        ready = await self.answer(request)
        if scope["http_version"] == "1.0" and ready.response.length < 0:
            # Without chunks such a client could not tell a whole answer from half of one.
            ready = await self.answer(request._replace(accept_encoding=""))
        return ready

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint, once the server process has started."""
        if self._endpoint is None:
            raise RuntimeError("a request came before the server had started")
        return self._endpoint

    def is_quick(self, accept: str) -> bool:
        """Return whether a client wants an answer for programs, and not a page."""
        return not wants_html(accept, FORMATS)

    def ready(self, query: str, accept: str, accept_encoding: str) -> Ready | None:
        """Return the response to a GET of the endpoint, where it was made before."""
        ready = self._ready.get((query, accept, accept_encoding))
        if ready is None or ready.newest != self.endpoint.shelf.newest_name():
            return None
        return ready

    async def answer(self, request: Request) -> Ready:
        """Return the response to a request for the endpoint."""
        newest = self.endpoint.shelf.newest_name()
        response = await self.endpoint.respond(request)
        ready = Ready(newest, response)
        if (
            response.cached
            and 0 <= response.length <= _READY_BYTES
            and request.method == "GET"
            and not request.if_none_match
        ):
            if len(self._ready) >= _READY:
                del self._ready[next(iter(self._ready))]
            key = (request.query_string, request.accept, request.accept_encoding)
            self._ready[key] = ready
        return ready

    def note(
        self,
        method: str,
        path: str,
        start: float,
        identity: str,
        response: Response | None,
        status: int = _GONE,
    ) -> None:
        """Log and count a request; `status` is that of what is no response of the endpoint."""
        seconds = time.perf_counter() - start
        rows, release, kept = 0, "", False
        if response is not None:
            status, rows = response.status, response.rows
            release, kept = response.release, response.cached
        self._notes.append(
            Note(time.time(), identity, method, path, status, seconds, rows, release, kept)
        )
        if len(self._notes) >= _MOST_NOTES:
            self._write_notes()

    def _write_notes(self) -> None:
        """Log and count what was noted: in one go, it takes half as long as one by one."""
        notes, self._notes = self._notes, []
        for note in notes:
            metrics.observe(note.seconds, kept=note.kept)
        routes = Counter((_route(note.path), note.status) for note in notes)
        for (route, status), number in routes.items():
            metrics.count(route, status, number)
        metrics.count_rows(sum(note.rows for note in notes))
        logs.requests(notes)


def _headers(scope: asgi.Scope) -> dict[str, str]:
    """Return the headers that matter here; one that comes twice is a list (RFC 9110, 5.3)."""
    found = dict.fromkeys(_HEADERS, "")
    for raw_name, value in scope["headers"]:
        name = raw_name.decode("latin-1")
        if name in found:
            text = value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if found[name] else text
    return found


async def _body(scope: asgi.Scope, receive: asgi.Receive, limit: int) -> bytes:
    return await asgi.read_body(receive, limit) if scope["method"] == "POST" else b""


async def _send(send: asgi.Send, response: Response, pairs: asgi.Pairs, method: str) -> None:
    """Send a response; a body in a file goes in pieces, as fast as the client takes them.

    If a piece cannot be read, the connection ends without its last chunk, or short of its
    Content-Length, and the client knows.
    """
    start = {"type": "http.response.start", "status": response.status, "headers": pairs}
    if method == "HEAD" or isinstance(response.body, bytes):
        await send(start)
        body = b"" if method == "HEAD" else response.body
        await send({"type": "http.response.body", "body": body})
        return
    parts = pieces(response)
    part = await asyncio.to_thread(next, parts, b"")
    await send(start)
    while part:
        await send({"type": "http.response.body", "body": part, "more_body": True})
        part = await asyncio.to_thread(next, parts, b"")
    await send({"type": "http.response.body", "body": b""})


def _route(path: str) -> str:
    """Return the first part of a path if it is one of ours, so that strangers make no metrics."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in _ROUTES else "other"
