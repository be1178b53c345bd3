"""The front: the ASGI application that gunicorn runs, quick for SPARQL and a bridge for pages.

A request for `/sparql` is answered on the event loop: no thread, no routing. Everything else, and
`/sparql` for browsers, goes to the Flask application in a thread.
"""

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Flask

from onrecord_server import asgi, logs, metrics
from onrecord_server.bridge import run_wsgi
from onrecord_server.endpoint import Endpoint
from onrecord_server.formats import FORMATS
from onrecord_server.negotiation import wants_html
from onrecord_server.opening import Setting, close_endpoint, open_endpoint
from onrecord_server.protocol import Request
from onrecord_server.refusals import RefusalError
from onrecord_server.response import Response, pieces, refused

PATH = "/sparql"

_READY = 512
"""How many responses are kept ready to be sent again."""
_READY_BYTES = 16 << 10
"""How large a response may be to be kept ready."""
_LOG_EVERY = 0.25
_BODY_FACTOR = 3
"""How much longer a percent-encoded form may be than the query in it."""

_HEADERS = (b"accept", b"accept-encoding", b"content-type", b"if-none-match")
_ROUTES = frozenset(("sparql", "q", "ns", "dumps", "topic", "checks", "healthz", "metrics"))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A response that needs nothing but sending, while the newest release is the same."""

    newest: str
    headers: asgi.Pairs
    response: Response


class Front:
    """The ASGI application of one server process."""

    def __init__(self, setting: Setting, make_app: Callable[[Endpoint], Flask]) -> None:
        self._setting = setting
        self._make_app = make_app
        self._endpoint: Endpoint | None = None
        self._app: Flask | None = None
        self._log = logs.RequestLog()
        self._ready: dict[tuple[bytes, bytes, bytes], _Ready] = {}

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
        self._log.flush()
        await send({"type": "lifespan.shutdown.complete"})

    async def _tick(self, endpoint: Endpoint) -> None:
        while True:
            await asyncio.sleep(_LOG_EVERY)
            metrics.waiting(endpoint.pool.waiting)
            self._log.flush()

    async def _serve(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        endpoint, app = self._endpoint, self._app
        if endpoint is None or app is None:
            raise RuntimeError("a request came before the server had started")
        start = time.perf_counter()
        identity = logs.request_id()
        method, path = scope["method"], scope["path"]
        # What is logged if nothing is sent: the client has gone (nginx calls that 499).
        status, rows, release, kept = 499, 0, "", False
        try:
            if path != PATH:
                status = await run_wsgi(app, scope, receive, send, identity)
                return
            headers = _headers(scope)
            if wants_html(headers[b"accept"].decode("latin-1"), FORMATS):
                status = await run_wsgi(app, scope, receive, send, identity)
                return
            response, pairs = await self._respond(endpoint, scope, headers, receive)
            status, rows = response.status, response.rows
            release, kept = response.release, response.cached
            await _send(send, response, [*pairs, (b"x-request-id", identity.encode())], method)
        except asgi.ClientGoneError:
            return
        finally:
            seconds = time.perf_counter() - start
            metrics.count(_route(path), status, seconds, rows, kept)
            self._log.request(identity, method, path, status, seconds, rows, release, kept)

    async def _respond(
        self,
        endpoint: Endpoint,
        scope: asgi.Scope,
        headers: dict[bytes, bytes],
        receive: asgi.Receive,
    ) -> tuple[Response, asgi.Pairs]:
        """Return a response and its headers, made before if possible."""
        method = scope["method"]
        key = (scope["query_string"], headers[b"accept"], headers[b"accept-encoding"])
        repeatable = method == "GET" and not headers[b"if-none-match"]
        newest = endpoint.shelf.newest_name()
        if repeatable:
            ready = self._ready.get(key)
            if ready is not None and ready.newest == newest:
                return ready.response, ready.headers
        try:
            body = await _body(scope, receive, endpoint.pool.limits.text * _BODY_FACTOR)
        except asgi.BodyTooLargeError:
            limit = endpoint.pool.limits.text
            response = refused(
                RefusalError(413, f"the query is longer than {limit} bytes; shorten it")
            )
            return response, _pairs(response)
        texts = (headers[name].decode("latin-1") for name in _HEADERS)
        request = Request(method, scope["query_string"].decode("latin-1"), body, *texts)
        response = await endpoint.respond(request)
        if scope["http_version"] == "1.0" and response.length < 0:
            # Without chunks such a client could not tell a whole answer from half of one.
            response = await endpoint.respond(replace(request, accept_encoding=""))
        pairs = _pairs(response)
        if repeatable and response.cached and 0 <= response.length <= _READY_BYTES:
            if len(self._ready) >= _READY:
                del self._ready[next(iter(self._ready))]
            self._ready[key] = _Ready(newest, pairs, response)
        return response, pairs


def _headers(scope: asgi.Scope) -> dict[bytes, bytes]:
    """Return the headers that matter here; one that comes twice is a list (RFC 9110, 5.3)."""
    found = dict.fromkeys(_HEADERS, b"")
    for name, value in scope["headers"]:
        if name in found:
            before = found[name]
            found[name] = before + b", " + value if before else value
    return found


async def _body(scope: asgi.Scope, receive: asgi.Receive, limit: int) -> bytes:
    return await asgi.read_body(receive, limit) if scope["method"] == "POST" else b""


def _pairs(response: Response) -> asgi.Pairs:
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in response.headers]
    if response.length >= 0 and response.status not in (204, 304):
        pairs.append((b"Content-Length", b"%d" % response.length))
    return pairs


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
