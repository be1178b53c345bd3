"""Accepting connections one at a time, so that server processes on one socket share them.

uvloop takes all connections that wait in one go, and the process that wakes first gets them all.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable

import uvloop
from gunicorn.workers.gasgi import ASGIWorker


class Listening:
    """A socket that is listened on, in the place of asyncio's server."""

    def __init__(self, loop: "FairLoop", listener: socket.socket) -> None:
        self._loop = loop
        self._listener = listener

    def close(self) -> None:
        """Accept no more connections."""
        self._loop.remove_reader(self._listener)

    async def wait_closed(self) -> None:
        """Return at once; gunicorn counts the connections itself."""


class FairLoop(uvloop.Loop):
    """uvloop's event loop, which takes one connection each time that it looks."""

    async def create_server(  # type: ignore[override]
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        *,
        sock: socket.socket,
        ssl: ssl.SSLContext | None = None,
        **_options: bool,
    ) -> Listening:
        """Listen on a socket that is bound already."""
        sock.setblocking(False)
        connecting: set[asyncio.Task[object]] = set()

        def accept() -> None:
            try:
                connection, _ = sock.accept()
            except OSError:
                # Another process was quicker, or the client has gone; the next one comes by itself.
                return
            connection.setblocking(False)
            task = self.create_task(
                self.connect_accepted_socket(protocol_factory, connection, ssl=ssl)
            )
            connecting.add(task)
            task.add_done_callback(connecting.discard)

        self.add_reader(sock, accept)
        return Listening(self, sock)


class FairWorker(ASGIWorker):
    """gunicorn's ASGI worker on such a loop."""

    def _setup_event_loop(self) -> None:
        self.loop = FairLoop()
        asyncio.set_event_loop(self.loop)
