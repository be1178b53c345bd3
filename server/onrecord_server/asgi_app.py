"""The ASGI application of a server process: SPARQL on the event loop, pages in threads.

A request for `/sparql` is answered on the event loop: no thread, no routing. Everything else, and
`/sparql` for browsers, goes to the Flask application in a thread.
"""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from flask import Flask

from onrecord.errors import OnRecordError
from onrecord_server.asgi import messages
from onrecord_server.asgi.connections import Connections
from onrecord_server.asgi.messages import Pairs
from onrecord_server.asgi.wsgi_bridge import run_wsgi
from onrecord_server.errors import RefusalError
from onrecord_server.flask_app import create_app
from onrecord_server.observability import logs, metrics
from onrecord_server.observability.logs import Note
from onrecord_server.open_endpoint import Setting, close_endpoint, open_endpoint
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import FORMATS
from onrecord_server.sparql.negotiation import wants_html
from onrecord_server.sparql.protocol import Request
from onrecord_server.sparql.response import Response, pieces, refused
from onrecord_server.workers.sandbox import die_with_parent

PATH = "/sparql"

_LOG_EVERY = 0.25
"""Seconds after which what was noted of requests is logged and counted, if not before."""
_MOST_NOTES = 64
_BODY_FACTOR = 3
"""How much longer a percent-encoded form may be than the query in it."""

_DISCONNECTED = 499
"""What is logged if nothing is sent since the client has disconnected; nginx calls it so."""

_HEADERS = ("accept", "accept-encoding", "content-type", "if-none-match")
_ROUTES = frozenset(("sparql", "q", "ns", "dumps", "topic", "checks", "healthz", "metrics"))


class Event(Protocol):
    """What tells the process above that a server process answers."""

    def set(self) -> None:
        """Tell it."""
        ...


class Front:
    """The ASGI application of one server process."""

    def __init__(self, setting: Setting, answering: Event) -> None:
        """Take what is to be served; `answering` is set when requests can be."""
        self._setting = setting
        self._answering = answering
        self._endpoint: Endpoint | None = None
        self._app: Flask | None = None
        self._notes: list[Note] = []
        self._writing_notes: asyncio.TimerHandle | None = None

    async def __call__(
        self, scope: messages.Scope, receive: messages.Receive, send: messages.Send
    ) -> None:
        """Serve one request; or start with the server process and end with it."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(
        self, scope: messages.Scope, receive: messages.Receive, send: messages.Send
    ) -> None:
        await receive()
        die_with_parent()
        metrics.forget_dead_processes()
        try:
            endpoint = self._endpoint = await open_endpoint(self._setting)
        except (OnRecordError, OSError) as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        self._app = create_app(endpoint)
        scope["state"]["connections"] = Connections(self._setting.connections)
        # What is loaded stays; the collector need not look at it with every round.
        gc.freeze()
        self._answering.set()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await close_endpoint(endpoint)
        self._write_notes()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(
        self, scope: messages.Scope, receive: messages.Receive, send: messages.Send
    ) -> None:
        if self._app is None or self._endpoint is None:
            raise RuntimeError("a request came before the server had started")
        start = time.perf_counter()
        identity = logs.request_id()
        method, path = scope["method"], scope["path"]
        connection = scope["state"]["connection"]
        connection.begin()
        response: Response | None = None
        status, done = _DISCONNECTED, False

        async def noted_send(message: messages.SendEvent) -> None:
            nonlocal status, done
            await send(message)
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                done = not message.get("more_body", False)

        if scope["http_version"] == "1.0":
            # Compressed while it is sent, a body has no length, and without chunks such a client
            # could not tell a whole one from half of one.
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        try:
            headers = _headers(scope)
            body = await self._body(scope, receive)
            if path != PATH or wants_html(headers["accept"], FORMATS):
                await run_wsgi(self._app, scope, body, noted_send, identity)
            else:
                response = await _answer(self._endpoint, scope, headers, body)
                await _send(noted_send, response, identity, method)
        except RefusalError as refusal:
            # Of a body that is late or too large, which is not read to its end.
            response = refused(refusal)
            response = response._replace(headers=(*response.headers, ("Connection", "close")))
            await _send(noted_send, response, identity, method)
        except messages.DisconnectedError:
            return
        except asyncio.CancelledError:
            # Only a server that ends has its tasks cancelled by another than the connection.
            if not connection.is_lost:
                raise
        finally:
            connection.end()
            self._note(method, path, start, identity, response, status if done else _DISCONNECTED)

    async def _body(self, scope: messages.Scope, receive: messages.Receive) -> bytes:
        """Return the body of a request. Raises RefusalError 408 or 413, DisconnectedError."""
        if scope["method"] != "POST":
            return b""
        limit = self._setting.limits.text * _BODY_FACTOR
        seconds = self._setting.connections.body
        try:
            async with asyncio.timeout(seconds):
                return await messages.read_body(receive, limit)
        except messages.BodyTooLargeError:
            text = f"the query is longer than {self._setting.limits.text} bytes; shorten it"
            raise RefusalError(413, text) from None
        except TimeoutError:
            text = f"the body did not come within {seconds:g} seconds; send it at once"
            raise RefusalError(408, text) from None

    def _note(
        self,
        method: str,
        path: str,
        start: float,
        identity: str,
        response: Response | None,
        status: int,
    ) -> None:
        """Log and count a request; there is no `response` for pages."""
        seconds = time.perf_counter() - start
        rows, release, kept = 0, "", False
        if response is not None:
            rows, release, kept = response.rows, response.release, response.cached
        self._notes.append(
            Note(time.time(), identity, method, path, status, seconds, rows, release, kept)
        )
        if len(self._notes) >= _MOST_NOTES:
            self._write_notes()
        elif self._writing_notes is None:
            loop = asyncio.get_running_loop()
            self._writing_notes = loop.call_later(_LOG_EVERY, self._write_notes)

    def _write_notes(self) -> None:
        """Log and count what was noted: in one go, it takes half as long as one by one."""
        if self._writing_notes is not None:
            self._writing_notes.cancel()
            self._writing_notes = None
        notes, self._notes = self._notes, []
        for note in notes:
            metrics.observe(note.seconds, kept=note.kept)
        routes = Counter((_route(note.path), note.status) for note in notes)
        for (route, status), number in routes.items():
            metrics.count(route, status, number)
        metrics.count_rows(sum(note.rows for note in notes))
        logs.requests(notes)


def _headers(scope: messages.Scope) -> dict[str, str]:
    """Return the headers that matter here; one that comes twice is a list (RFC 9110, 5.3)."""
    found = dict.fromkeys(_HEADERS, "")
    for raw_name, value in scope["headers"]:
        name = raw_name.decode("latin-1")
        if name in found:
            text = value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if found[name] else text
    return found


async def _answer(
    endpoint: Endpoint, scope: messages.Scope, headers: dict[str, str], body: bytes
) -> Response:
    """Answer a request for the endpoint."""
    query = scope["query_string"].decode("latin-1")
    request = Request(scope["method"], query, body, *(headers[name] for name in _HEADERS))
    return await endpoint.respond(request)


async def _send(send: messages.Send, response: Response, identity: str, method: str) -> None:
    """Send a response; a body in a file goes in pieces, as fast as the client takes them.

    If a piece cannot be read, the connection ends without its last chunk, or short of its
    Content-Length, and the client sees it.
    """
    pairs: Pairs = [(name.encode(), value.encode("latin-1")) for name, value in response.headers]
    if response.length >= 0 and response.status not in (204, 304):
        pairs.append((b"Content-Length", b"%d" % response.length))
    pairs.append((b"X-Request-Id", identity.encode()))
    status = response.status
    if method == "HEAD" or isinstance(response.body, bytes):
        body = response.body if isinstance(response.body, bytes) and method != "HEAD" else b""
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})
        return
    # The file is opened before anything is sent, so that one that is missing is an error.
    parts = await asyncio.to_thread(_opened, response)
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await messages.send_body(parts, send)


def _opened(response: Response) -> Iterator[bytes]:
    """Return the pieces of a body, of which the first has been read."""
    parts = pieces(response)
    return chain((next(parts, b""),), parts)


def _route(path: str) -> str:
    """Return the first part of a path if it is one of ours, so that strangers make no metrics."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in _ROUTES else "other"
