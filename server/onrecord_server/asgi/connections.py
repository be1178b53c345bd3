"""Connections of one server process: how many, and how long each may take to say what it wants.

uvicorn speaks HTTP; it has no limit on the time for a header, on its size, or on connections that
stay open. `Connection` stands between the transport and uvicorn's protocol and keeps to them.
"""

import asyncio
import resource
from dataclasses import dataclass, field
from typing import TypedDict, cast

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

BACKLOG = 128
"""Connections that the kernel holds, and that are accepted at once at most."""
_RESERVED = 128
"""Files that a server process has open beside its connections, with room to spare."""
_SWEEP_EVERY = 1.0
"""Seconds between two looks at open connections; none while there are none."""


def most_connections() -> int:
    """Return how many connections a process may have open, by its limit on open files.

    Half of what is free: each connection may also read a file, its answer.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max((files - BACKLOG - _RESERVED) // 2, 16)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What one connection may take; times in seconds."""

    header: float = 10.0
    """From the first moment, or the first byte after a response, until a header is whole."""
    header_bytes: int = 64 << 10
    body: float = 30.0
    """From the end of a header until the body is whole."""
    stalled: float = 60.0
    """For how long a client may take nothing of a response that waits for it."""
    open: int = field(default_factory=most_connections)
    """How many connections one process has open at most."""


class State(TypedDict):
    """What the application gives the connections at its start (ASGI lifespan state)."""

    connections: "Connections"


class Connections:
    """The open connections of a server process, the oldest first."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        self._open: dict[Connection, None] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: "Connection") -> bool:
        """Take a connection in, at the cost of the oldest that asks nothing; False if none does."""
        if len(self._open) >= self.limits.open:
            quiet = next((other for other in self._open if other.task is None), None)
            if quiet is None:
                return False
            quiet.abort()
        self._open[connection] = None
        if self._sweeping is None:
            self._sweeping = self.loop.call_later(_SWEEP_EVERY, self._sweep)
        return True

    def discard(self, connection: "Connection") -> None:
        """Forget a connection."""
        self._open.pop(connection, None)

    def _sweep(self) -> None:
        now = self.loop.time()
        for connection in tuple(self._open):
            connection.check(now)
        self._sweeping = self.loop.call_later(_SWEEP_EVERY, self._sweep) if self._open else None


class Connection(asyncio.Protocol):
    """One connection, within the limits; uvicorn's protocol does the rest.

    uvicorn makes one for each connection, as `Config(http=Connection)`. The application finds it
    in the state of a request's scope.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: State,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._connections = app_state["connections"]
        self._limits = self._connections.limits
        state = {**app_state, "connection": self}
        self._http: asyncio.Protocol = HttpToolsProtocol(config, server_state, state, _loop)
        self._transport: asyncio.Transport | None = None
        self.task: asyncio.Task[object] | None = None
        """The task of the request that is being answered."""
        self.is_lost = False
        self._deadline: float | None = None
        """When a header has to be whole, as the loop counts; None between two requests."""
        self._received = 0
        """Bytes of that header so far."""
        self._unsent = 0
        self._stalled_since = 0.0

    def begin(self) -> None:
        """Note that the header is whole, and that the current task answers the request."""
        self.task = asyncio.current_task()
        self._deadline = None
        self._received = 0

    def end(self) -> None:
        """Note that the request is answered."""
        self.task = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open the connection, or refuse it where there are too many."""
        # uvloop's transports do all that asyncio's do, without being of its classes.
        self._transport = cast(asyncio.Transport, transport)
        self._deadline = self._connections.loop.time() + self._limits.header
        self._http.connection_made(transport)
        if not self._connections.add(self):
            self._refuse(b"503 Service Unavailable", b"too many connections, come again later")

    def data_received(self, data: bytes) -> None:
        """Hand bytes to uvicorn; a header has its time from its first byte on."""
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
        """Close the connection: whoever sends no more is taken to have left."""
        return self._http.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the request of a client that has left."""
        self.is_lost = True
        self._connections.discard(self)
        if self.task is not None:
            self.task.cancel()
        self._http.connection_lost(exc)

    def pause_writing(self) -> None:
        """Hand on that the client takes less than is sent."""
        self._http.pause_writing()

    def resume_writing(self) -> None:
        """Hand on that the client takes more again."""
        self._http.resume_writing()

    def check(self, now: float) -> None:
        """Close the connection where its header is late or its client takes nothing."""
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
        """End the connection at once."""
        self._connections.discard(self)
        if self._transport is not None:
            self._transport.abort()

    def _refuse(self, status: bytes, text: bytes) -> None:
        """Answer for uvicorn, which has not seen a request, and close."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(
                b"HTTP/1.1 %b\r\nContent-Type: text/plain; charset=utf-8\r\n"
                b"Content-Length: %d\r\nConnection: close\r\n\r\n%b\n"
                % (status, len(text) + 1, text)
            )
            self._transport.close()
