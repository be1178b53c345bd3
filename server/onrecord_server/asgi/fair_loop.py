"""Event loop that shares the connections of one socket evenly among the server processes.

Other loops accept all queued connections as soon as they wake up. So a burst of slow queries goes
to one process, and the quick queries behind them wait while the other process is idle.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import SelectorEventLoop as Loop
else:
    try:
        from uvloop import Loop
    except ImportError:  # without the extra `fast`
        from asyncio import SelectorEventLoop as Loop

_STEP = 0.0002
_MOST = 0.002
"""Seconds before a process accepts the next connection: per open connection, and at most."""


class FairLoop(Loop):
    """Event loop that accepts one connection at a time, later the more connections are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open_connections: Callable[[], int] = lambda: 0
        """Returns the number of open connections of this process; the application sets it."""

    async def create_server(  # type: ignore[override]
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        *,
        sock: socket.socket,
        backlog: int = 128,
        **_options: object,
    ) -> "Listener":
        """Accept connections of a bound socket."""
        sock.setblocking(False)
        sock.listen(backlog)
        return Listener(self, sock, protocol_factory)


class Listener:
    """Listening socket, with the methods of asyncio.Server that uvicorn calls."""

    def __init__(
        self,
        loop: FairLoop,
        listener: socket.socket,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
    ) -> None:
        self._loop = loop
        self._listener = listener
        self._protocol_factory = protocol_factory
        self._connecting: set[asyncio.Task[object]] = set()
        self._pause: asyncio.TimerHandle | None = None
        self._resume()

    def close(self) -> None:
        """Accept no more connections."""
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._listener)

    async def wait_closed(self) -> None:
        """Return: nothing is left to wait for."""

    def _resume(self) -> None:
        self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return  # another process was quicker, the client has left, or no file is free
        connection.setblocking(False)
        task: asyncio.Task[object] = self._loop.create_task(
            self._loop.connect_accepted_socket(self._protocol_factory, connection)
        )
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)
        self._loop.remove_reader(self._listener)
        delay = min(self._loop.open_connections() * _STEP, _MOST)
        self._pause = self._loop.call_later(delay, self._resume)
