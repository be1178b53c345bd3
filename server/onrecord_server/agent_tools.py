"""`/mcp`: the tools of assistants over HTTP, within the limits and logs of the server.

It is the streamable HTTP transport of the Model Context Protocol, without sessions, so that any
process answers any request. The package `mcp` is loaded at the first request.
"""

import asyncio
import re
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyoxigraph as ox

from onrecord.releases.ask import read_answer
from onrecord.releases.open import OpenRelease, ServedRelease
from onrecord.releases.query_result import QueryResult, result_of
from onrecord.releases.release import Release
from onrecord_server.asgi import messages
from onrecord_server.errors import RefusalError
from onrecord_server.sparql.ask import content, run
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import JSON, N_TRIPLES

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"

_ACCEPT = f"{JSON.media_type}, {N_TRIPLES.media_type}"
_MOST_READ = 10_000
"""Rows of an answer that are read; a tool shows few of them."""
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::[0-9]{1,5})?", re.ASCII)
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "[::1]"))


class AgentTools:
    """The tools over an endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._hosts = _LOOPBACK | {
            urlsplit(address).netloc.rpartition("@")[2]
            for address in (endpoint.public_url, endpoint.address)
            if address
        }
        self._starting = asyncio.Lock()
        self._stop = asyncio.Event()
        self._manager: StreamableHTTPSessionManager | None = None
        self._running: asyncio.Task[None] | None = None

    async def respond(self, scope: messages.Scope, body: bytes, send: messages.Send) -> None:
        """Answer one request, whose body is read already.

        Raises RefusalError: 403 for a Host or an Origin that is not of this server, 405 for
        another method than POST, 501 if the package `mcp` is not installed.
        """
        if scope["method"] != "POST":
            raise RefusalError(
                405,
                "assistants POST messages of the Model Context Protocol here; docs/agents.md",
                headers=[("Allow", "POST")],
            )
        self._refuse_others(scope)
        manager = self._manager or await self._started()
        unread = [body]

        async def receive() -> messages.ReceiveEvent:
            if unread:
                return {"type": "http.request", "body": unread.pop(), "more_body": False}
            await self._stop.wait()
            return {"type": "http.disconnect"}

        await manager.handle_request(scope, receive, send)  # type: ignore[arg-type]

    async def close(self) -> None:
        """End what serves the requests."""
        self._stop.set()
        if self._running is not None:
            await self._running

    def _refuse_others(self, scope: messages.Scope) -> None:
        """Raise RefusalError 403 unless Host and Origin are of this server.

        A page that a browser shows could else ask a server of the local network, by a name that
        its owner points to it (DNS rebinding).
        """
        for name, value in scope["headers"]:
            text = value.decode("latin-1")
            if name == b"host" and not self._is_own(text):
                raise RefusalError(403, f"Host {text!r} is not this server; --public-url names it")
            if name == b"origin" and not self._is_own(urlsplit(text).netloc):
                raise RefusalError(403, f"Origin {text!r} is not this server")

    def _is_own(self, host: str) -> bool:
        match = _HOST.fullmatch(host)
        return match is not None and (host in self._hosts or match[1].lower() in _LOOPBACK)

    async def _started(self) -> "StreamableHTTPSessionManager":
        async with self._starting:
            if self._manager is None:
                manager = await asyncio.to_thread(_manager_of, self._endpoint)
                ready = asyncio.Event()
                self._running = asyncio.create_task(self._run(manager, ready))
                await ready.wait()
                self._manager = manager
            return self._manager

    async def _run(self, manager: "StreamableHTTPSessionManager", ready: asyncio.Event) -> None:
        async with manager.run():
            ready.set()
            await self._stop.wait()


def _manager_of(endpoint: Endpoint) -> "StreamableHTTPSessionManager":
    try:
        from mcp.server.transport_security import TransportSecuritySettings

        from onrecord.agents.tools import tool_server
    except ImportError as error:
        text = "this server has no tools for assistants; pip install 'onrecord[mcp]'"
        raise RefusalError(501, text) from error
    server = tool_server(lambda: served_release(endpoint, endpoint.catalogue.newest()))
    # Host and Origin are checked before.
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    server.streamable_http_app(
        json_response=True, stateless_http=True, transport_security=unchecked
    )
    return server.session_manager


def served_release(endpoint: Endpoint, release: Release) -> OpenRelease:
    """Return a release that is asked through the endpoint, from another thread than its own."""

    def admit(text: str) -> object:
        return run(endpoint, endpoint.prepare(text, release, _ACCEPT))

    def ask(text: str) -> QueryResult:
        return run(endpoint, _ask(endpoint, release, text))

    def hints(text: str) -> Sequence[str]:
        return run(endpoint, _hints(endpoint, release, text))

    served = ServedRelease(release, admit, ask, hints)
    return OpenRelease(served, str(release.manifest.get("base", "")))


async def _hints(endpoint: Endpoint, release: Release, text: str) -> Sequence[str]:
    return await endpoint.hints(await endpoint.prepare(text, release, _ACCEPT))


async def _ask(endpoint: Endpoint, release: Release, text: str) -> QueryResult:
    prepared = await endpoint.prepare(text, release, _ACCEPT)
    answer, _ = await endpoint.answer(prepared)
    data = await asyncio.to_thread(content, answer)
    limit = answer.rows if answer.limited else None
    return await asyncio.to_thread(_read, data, prepared.format is N_TRIPLES, limit)


def _read(data: bytes, of_graph: bool, limit: int | None) -> QueryResult:
    if of_graph:
        triples = islice(ox.parse(data, format=ox.RdfFormat.N_TRIPLES), _MOST_READ)
        return read_answer(triples, limit)
    answer = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
    if not isinstance(answer, ox.QuerySolutions):
        return read_answer(answer, limit)
    columns = [variable.value for variable in answer.variables]
    rows = [tuple(row) for row in islice(answer, _MOST_READ + 1)]
    if len(rows) > _MOST_READ:
        rows, limit = rows[:_MOST_READ], _MOST_READ
    return result_of("select", columns, rows, limit)
