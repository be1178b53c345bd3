"""Limits on client connections: number, header size, header time and stalled responses.

uvicorn has no limit on the time for a header, on its size, or on the number of open connections.
`Connection` wraps uvicorn's HTTP protocol and enforces these limits.
"""

import asyncio
import re
import resource
from dataclasses import dataclass, field
from typing import TypedDict, cast

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

BACKLOG = 128
"""Length of the kernel's queue of connections that are not yet accepted."""
_RESERVED_FILES = 128
"""Upper bound of the open files of a server process that are not connections."""
_COALESCED = 64 << 10
"""Bytes above which written data is sent without waiting for more."""
_SWEEP_INTERVAL = 1.0
"""Seconds between two checks of the open connections, while there are any."""


_WITHOUT_PATH = re.compile(rb"https?://[^/?#]+(?=[?#]|$)", re.IGNORECASE)


def default_connection_limit() -> int:
    """Return how many connections a process may have open, from its limit on open files.

    Half of the free file descriptors: each connection may also have the file of its answer open.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max((files - BACKLOG - _RESERVED_FILES) // 2, 16)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits on one connection, and on their number; times in seconds."""

    header: float = 10.0
    """From the opening of the connection, or the first byte after a response, to the end of the
    header."""
    header_bytes: int = 64 << 10
    body: float = 30.0
    """From the end of the header to the end of the body."""
    stalled: float = 60.0
    """How long a client may read nothing of a pending response."""
    open: int = field(default_factory=default_connection_limit)
    """Maximum number of open connections of one process."""


class LifespanState(TypedDict):
    """ASGI lifespan state: what the application passes to its connections at startup."""

    connections: "Connections"


class Connections:
    """Open connections of a server process, the oldest first."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        self._open: dict[Connection, None] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: "Connection") -> bool:
        """Add a connection; at the limit, close the oldest idle one, or return False if none is."""
        if len(self._open) >= self.limits.open:
            idle = next((other for other in self._open if other.task is None), None)
            if idle is None:
                return False
            idle.abort()
        self._open[connection] = None
        if self._sweeping is None:
            self._sweeping = self.loop.call_later(_SWEEP_INTERVAL, self._sweep)
        return True

    def discard(self, connection: "Connection") -> None:
        """Remove a connection."""
        self._open.pop(connection, None)

    def _sweep(self) -> None:
        now = self.loop.time()
        for connection in tuple(self._open):
            connection.check(now)
        self._sweeping = self.loop.call_later(_SWEEP_INTERVAL, self._sweep) if self._open else None


class CoalescingTransport(asyncio.Transport):
    """Transport that sends the writes of one iteration of the event loop in one system call.

    uvicorn writes the header and the body of a response separately. Together a small response
    takes one segment.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes at the end of this iteration, or at once if there are many."""
        if not self._parts:
            self._loop.call_soon(self.flush)
        self._parts.append(bytes(data))
        self._size += len(data)
        if self._size > _COALESCED:
            self.flush()

    def flush(self) -> None:
        """Send the pending writes."""
        if self._parts:
            data = b"".join(self._parts)
            self._parts.clear()
            self._size = 0
            self._transport.write(data)

    def close(self) -> None:
        """Send the pending writes and close."""
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        """Close without sending the pending writes."""
        self._parts.clear()
        self._transport.abort()

    def is_closing(self) -> bool:
        """Return whether the transport is closed or closing."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: object = None) -> object:
        """Return a property of the connection, such as `peername`."""
        return self._transport.get_extra_info(name, default)

    def get_write_buffer_size(self) -> int:
        """Return the number of bytes not yet sent."""
        return self._size + self._transport.get_write_buffer_size()

    def pause_reading(self) -> None:
        """Stop reading from the client."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Resume reading from the client."""
        self._transport.resume_reading()


class RequestParser(HttpToolsProtocol):
    """uvicorn's protocol, which also takes the two request targets that have no path."""

    def on_headers_complete(self) -> None:
        """Take `http://host` and `*` (RFC 9112, 3.2) as the path `/`."""
        if self.url == b"*":
            self.url = b"/"
        elif _WITHOUT_PATH.match(self.url):
            self.url = _WITHOUT_PATH.sub(rb"\g<0>/", self.url)
        super().on_headers_complete()


class Connection(asyncio.Protocol):
    """HTTP connection that enforces the limits and delegates to uvicorn's protocol.

    uvicorn creates one for each connection (`Config(http=Connection)`). It is in the state of a
    request's scope.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: LifespanState,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._connections = app_state["connections"]
        self._limits = self._connections.limits
        state = {**app_state, "connection": self}
        self._http: asyncio.Protocol = RequestParser(config, server_state, state, _loop)
        self._transport: asyncio.Transport | None = None
        self.task: asyncio.Task[object] | None = None
        """The task of the current request; None between two requests."""
        self.is_lost = False
        self._deadline: float | None = None
        """Loop time at which the header must be complete; None between two requests."""
        self._received = 0
        """Bytes of that header received so far."""
        self._unsent = 0
        self._stalled_since = 0.0

    def begin(self) -> None:
        """Mark the header as complete and the current task as that of the request."""
        self.task = asyncio.current_task()
        self._deadline = None
        self._received = 0

    def end(self) -> None:
        """Mark the request as answered."""
        self.task = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open the connection, or answer 503 if there are too many."""
        # uvloop's transports have asyncio's interface but not its base classes.
        loop = self._connections.loop
        self._transport = CoalescingTransport(cast(asyncio.Transport, transport), loop)
        self._deadline = self._connections.loop.time() + self._limits.header
        self._http.connection_made(self._transport)
        if not self._connections.add(self):
            self._refuse(b"503 Service Unavailable", b"too many connections, come again later")

    def data_received(self, data: bytes) -> None:
        """Pass bytes to uvicorn; the time limit of a header starts with its first byte."""
        if self.task is None:
            if self._received > self._limits.header_bytes:
                self._refuse(
                    b"431 Request Header Fields Too Large",
                    b"the header is longer than %d bytes" % self._limits.header_bytes,
                )
                return
            if self._deadline is None:
                self._deadline = self._connections.loop.time() + self._limits.header
            self._received += len(data)
        self._http.data_received(data)

    def eof_received(self) -> bool | None:
        """Close the connection: a half-closed one counts as disconnected."""
        return self._http.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the request when the client disconnects."""
        self.is_lost = True
        self._connections.discard(self)
        if self.task is not None:
            self.task.cancel()
        self._http.connection_lost(exc)

    def pause_writing(self) -> None:
        """Pass on that the send buffer is full."""
        self._http.pause_writing()

    def resume_writing(self) -> None:
        """Pass on that the send buffer has drained."""
        self._http.resume_writing()

    def check(self, now: float) -> None:
        """Close the connection if its header is late or its response has stalled."""
        if self._transport is None:
            return
        if self._deadline is not None and now >= self._deadline:
            if self._received:
                self._refuse(b"408 Request Timeout", b"the header did not come in time")
            self.abort()
            return
        unsent = self._transport.get_write_buffer_size()
        if unsent == 0 or unsent != self._unsent:
            self._unsent, self._stalled_since = unsent, now
        elif now - self._stalled_since >= self._limits.stalled:
            self.abort()

    def abort(self) -> None:
        """Close the connection immediately."""
        self._connections.discard(self)
        if self._transport is not None:
            self._transport.abort()

    def _refuse(self, status: bytes, text: bytes) -> None:
        """Send an error response and close, before uvicorn has seen a request."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(
                b"HTTP/1.1 %b\r\nContent-Type: text/plain; charset=utf-8\r\n"
                b"Access-Control-Allow-Origin: *\r\n"
                b"Content-Length: %d\r\nConnection: close\r\n\r\n%b\n"
                % (status, len(text) + 1, text)
            )
            self._transport.close()
