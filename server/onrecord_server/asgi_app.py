"""ASGI application of a server process: SPARQL on the event loop, pages in threads.

A request for `/sparql` is answered on the event loop, without a thread or routing. Everything else,
and `/sparql` for browsers, goes to the Flask application in a thread.
"""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from onrecord.errors import OnRecordError
from onrecord.records.archive import archive_of
from onrecord_server import agent_tools
from onrecord_server.agent_tools import AgentTools
from onrecord_server.asgi import messages
from onrecord_server.asgi.connections import Connections
from onrecord_server.asgi.fair_loop import FairLoop
from onrecord_server.asgi.messages import Pairs
from onrecord_server.asgi.wsgi_bridge import run_wsgi
from onrecord_server.errors import RefusalError
from onrecord_server.observability import logs, metrics
from onrecord_server.observability.logs import AccessLogEntry
from onrecord_server.open_endpoint import Settings, close_endpoint, open_endpoint
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import FORMATS
from onrecord_server.sparql.negotiation import wants_html
from onrecord_server.sparql.protocol import Request
from onrecord_server.sparql.response import Response, body_chunks, refusal_response
from onrecord_server.workers.sandbox import die_with_parent

if TYPE_CHECKING:
    from flask import Flask

PATH = "/sparql"

_FLUSH_INTERVAL = 0.25
"""Seconds after which access log entries are written, at the latest."""
_FLUSH_SIZE = 64
"""Number of access log entries that are written immediately."""
_BODY_FACTOR = 3
"""Maximum length of a percent-encoded form, as a multiple of the query in it."""

_DISCONNECTED = 499
"""Logged status of a request whose client disconnected; nginx uses the same number."""

_HEADERS = ("accept", "accept-encoding", "content-type", "if-none-match", "host")
_ROUTES = frozenset(
    ("sparql", "query", "q", "ns", "dumps", "topic", "checks", "mcp", "healthz", "metrics")
)


class ReadyEvent(Protocol):
    """Event that signals the parent process that a server process is ready."""

    def set(self) -> None:
        """Signal readiness."""
        ...


class AsgiApp:
    """ASGI application of one server process."""

    def __init__(self, settings: Settings, ready: ReadyEvent) -> None:
        """Keep the settings; `ready` is set once requests can be answered."""
        self._settings = settings
        self._ready = ready
        self._endpoint: Endpoint | None = None
        self._app: Flask | None = None
        self._tools: AgentTools | None = None
        self._log_entries: list[AccessLogEntry] = []
        self._flush_timer: asyncio.TimerHandle | None = None

    async def __call__(
        self, scope: messages.Scope, receive: messages.Receive, send: messages.Send
    ) -> None:
        """Answer one request, or run startup and shutdown (the lifespan scope)."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(
        self, scope: messages.Scope, receive: messages.Receive, send: messages.Send
    ) -> None:
        await receive()
        die_with_parent()
        metrics.forget_dead_processes()
        try:
            endpoint = self._endpoint = await open_endpoint(self._settings)
        except (OnRecordError, OSError) as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        # Imported late: the process that starts this one has no pages.
        from onrecord_server.flask_app import create_app

        archives = self._settings.archives
        self._app = create_app(endpoint, None if archives is None else archive_of(archives))
        tools = self._tools = AgentTools(endpoint)
        connections = scope["state"]["connections"] = Connections(self._settings.connections)
        loop = asyncio.get_running_loop()
        if isinstance(loop, FairLoop):
            loop.open_connections = connections.__len__
        # Modules and templates stay loaded; the garbage collector can skip them.
        gc.freeze()
        self._ready.set()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await tools.close()
        await close_endpoint(endpoint)
        self._flush_log()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(
        self, scope: messages.Scope, receive: messages.Receive, send: messages.Send
    ) -> None:
        if self._app is None or self._endpoint is None or self._tools is None:
            raise RuntimeError("a request came before the server had started")
        start = time.perf_counter()
        request_id = logs.new_request_id()
        method, path = scope["method"], scope["path"]
        connection = scope["state"]["connection"]
        connection.begin()
        self._schedule_flush()
        response: Response | None = None
        status, done = _DISCONNECTED, False

        async def recording_send(message: messages.SendEvent) -> None:
            nonlocal status, done
            await send(message)
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                done = not message.get("more_body", False)

        if scope["http_version"] == "1.0":
            # A body that is compressed while it is sent has no length, and HTTP/1.0 has no chunks:
            # the client could not detect a truncated one.
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        headers = _headers(scope)
        try:
            _refuse_without_host(scope)
            body = await self._body(scope, receive)
            if path == agent_tools.PATH:
                await self._tools.respond(scope, body, recording_send)
            elif path != PATH or wants_html(headers["accept"], FORMATS):
                await run_wsgi(self._app, scope, body, recording_send, request_id)
            else:
                response = await _answer(self._endpoint, scope, headers, body)
                await _send(recording_send, response, request_id, method)
        except RefusalError as refusal:
            # The body is late or too large and not read to its end, so the connection must close.
            response = refusal_response(refusal, headers["accept"])
            response = response._replace(headers=(*response.headers, ("Connection", "close")))
            await _send(recording_send, response, request_id, method)
        except messages.DisconnectedError:
            return
        except asyncio.CancelledError:
            # If the client did not disconnect, the server is shutting down.
            if not connection.is_lost:
                raise
        finally:
            connection.end()
            self._log(method, path, start, request_id, response, status if done else _DISCONNECTED)

    async def _body(self, scope: messages.Scope, receive: messages.Receive) -> bytes:
        """Return the body of a request. Raises RefusalError 408 or 413, DisconnectedError."""
        if scope["method"] != "POST":
            return b""
        limit = self._settings.limits.text * _BODY_FACTOR
        seconds = self._settings.connections.body
        try:
            async with asyncio.timeout(seconds):
                return await messages.read_body(receive, limit)
        except messages.BodyTooLargeError:
            text = f"the query is longer than {self._settings.limits.text} bytes; shorten it"
            raise RefusalError(413, text) from None
        except TimeoutError:
            text = f"the body did not come within {seconds:g} seconds; send it at once"
            raise RefusalError(408, text) from None

    def _log(
        self,
        method: str,
        path: str,
        start: float,
        request_id: str,
        response: Response | None,
        status: int,
    ) -> None:
        """Queue the access log entry of a request; `response` is None for pages."""
        seconds = time.perf_counter() - start
        rows, release, cached = 0, "", False
        if response is not None:
            rows, release, cached = response.rows, response.release, response.cached
        self._log_entries.append(
            AccessLogEntry(
                time.time(), request_id, method, path, status, seconds, rows, release, cached
            )
        )
        if len(self._log_entries) >= _FLUSH_SIZE:
            self._flush_log()
        else:
            self._schedule_flush()

    def _schedule_flush(self) -> None:
        """Flush the log in a moment; without requests the process is idle."""
        if self._flush_timer is None:
            loop = asyncio.get_running_loop()
            self._flush_timer = loop.call_later(_FLUSH_INTERVAL, self._flush_log)

    def _flush_log(self) -> None:
        """Write and count the queued entries together, which takes half as long as one by one."""
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        waiting = self._endpoint.pool.waiting if self._endpoint else 0
        metrics.waiting(waiting)
        if waiting:
            self._schedule_flush()
        entries, self._log_entries = self._log_entries, []
        for entry in entries:
            metrics.observe(entry.seconds, cached=entry.cached)
        routes = Counter((_route(entry.path), entry.status) for entry in entries)
        for (route, status), number in routes.items():
            metrics.count(route, status, number)
        metrics.count_rows(sum(entry.rows for entry in entries))
        logs.write_requests(entries)


def _refuse_without_host(scope: messages.Scope) -> None:
    """Raise RefusalError 400 for a request of HTTP/1.1 without its one Host (RFC 9112, 3.2)."""
    hosts = sum(name == b"host" for name, _ in scope["headers"])
    if hosts != 1 and scope["http_version"] != "1.0":
        raise RefusalError(400, f"there are {hosts} Host fields; send one")


def _headers(scope: messages.Scope) -> dict[str, str]:
    """Return the headers that SPARQL needs; repeated ones are joined as a list (RFC 9110, 5.3)."""
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
    """Return the endpoint's response to a request."""
    query = scope["query_string"].decode("latin-1")
    request = Request(
        method=scope["method"],
        query_string=query,
        body=body,
        accept=headers["accept"],
        accept_encoding=headers["accept-encoding"],
        content_type=headers["content-type"],
        if_none_match=headers["if-none-match"],
        origin=f"{scope['scheme']}://{headers['host']}",
    )
    return await endpoint.respond(request)


async def _send(send: messages.Send, response: Response, request_id: str, method: str) -> None:
    """Send a response; a body in a file is sent in chunks, as fast as the client reads them.

    If a chunk cannot be read, the connection ends without its last chunk, or short of its
    Content-Length, so the client can detect the truncation.
    """
    pairs: Pairs = [(name.encode(), value.encode("latin-1")) for name, value in response.headers]
    if response.length >= 0 and response.status not in (204, 304):
        pairs.append((b"Content-Length", b"%d" % response.length))
    pairs.append((b"X-Request-Id", request_id.encode()))
    status = response.status
    if method == "HEAD" or isinstance(response.body, bytes):
        body = response.body if isinstance(response.body, bytes) and method != "HEAD" else b""
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": body})
        return
    # The file is opened before the header is sent, so that a missing file is an error response.
    parts = await asyncio.to_thread(_started_chunks, response)
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await messages.send_body(parts, send)


def _started_chunks(response: Response) -> Iterator[bytes]:
    """Return the chunks of a body; the first one has been read already."""
    parts = body_chunks(response)
    return chain((next(parts, b""),), parts)


def _route(path: str) -> str:
    """Return the first path segment if it is a known route, so that metrics have few labels."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in _ROUTES else "other"
