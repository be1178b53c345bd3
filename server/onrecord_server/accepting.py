"""Accepting connections one at a time, so that server processes on one socket share them.

uvloop takes all connections that wait in one go, and the process that wakes first gets them all.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import uvloop
from gunicorn.workers.gasgi import ASGIWorker

if TYPE_CHECKING:
    from onrecord_server.front import Front

_STEP = 0.0002
_LONGEST = 0.002
"""Seconds that a process waits before the next connection, for each that it has, and at most."""


class Listening:
    """A socket that is listened on, in the place of asyncio's server."""

    def __init__(self, loop: "FairLoop", listener: socket.socket) -> None:
        self._loop = loop
        self._listener = listener
        self.closed = False

    def close(self) -> None:
        """Accept no more connections."""
        self.closed = True
        self._loop.remove_reader(self._listener)

    async def wait_closed(self) -> None:
        """Return at once; gunicorn counts the connections itself."""


class FairLoop(uvloop.Loop):
    """uvloop's event loop, which takes one connection each time that it looks."""

    held: Callable[[], int]
    """How many connections this process has."""
    make_protocol: Callable[[], asyncio.BaseProtocol]
    """What speaks on one of them."""

    async def create_server(  # type: ignore[override]
        self,
        _protocol_factory: Callable[[], asyncio.BaseProtocol],
        *,
        sock: socket.socket,
        ssl: ssl.SSLContext | None = None,
        **_options: bool,
    ) -> Listening:
        """Listen on a socket that is bound already."""
        sock.setblocking(False)
        listening = Listening(self, sock)
        connecting: set[asyncio.Task[object]] = set()

        def listen() -> None:
            if not listening.closed:
                self.add_reader(sock, accept)

        def accept() -> None:
            try:
                connection, _ = sock.accept()
            except OSError:
                # Another process was quicker, or the client has gone; the next one comes by itself.
                return
            connection.setblocking(False)
            task = self.create_task(
                self.connect_accepted_socket(self.make_protocol, connection, ssl=ssl)
            )
            connecting.add(task)
            task.add_done_callback(connecting.discard)
            # The more a process holds, the longer it leaves the next one to the others.
            self.remove_reader(sock)
            self.call_later(min(self.held() * _STEP, _LONGEST), listen)

        listen()
        return listening


class FairWorker(ASGIWorker):
    """gunicorn's ASGI worker on such a loop."""

    def _setup_event_loop(self) -> None:
        # Imported in the process: the metrics look for their folder when they are imported.
        from onrecord_server.express import ExpressProtocol

        self.loop = FairLoop()
        self.loop.held = lambda: self.nr_conns
        self.loop.make_protocol = lambda: ExpressProtocol(self, cast("Front", self.asgi))
        asyncio.set_event_loop(self.loop)
