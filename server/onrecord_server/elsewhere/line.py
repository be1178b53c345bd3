"""Line: the connection of one query to a store, which another thread can cut.

A thread that waits for a store cannot be ended; but its connection can, and then it ends itself.
What comes before there is one (names, the handshakes) has only its own time limit.
"""

import contextlib
import http.client
import socket
import threading
import urllib.request
from collections.abc import Iterator
from functools import partial
from typing import IO

from onrecord.store import NoRedirects, Store, opener_to


class Line:
    """The connection that a query goes through, once there is one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def hold(self, connected: socket.socket) -> None:
        """Take a connection; if the line is cut already, the connection is too."""
        with self._lock:
            self._socket = connected
            if self._is_cut:
                _shut(connected)

    def cut(self) -> None:
        """End the connection, so that whoever waits for an answer waits no more."""
        with self._lock:
            self._is_cut = True
            if self._socket is not None:
                _shut(self._socket)


def _shut(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # Not a TLS socket's own way, which would have its other thread go on in plain text.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


class _Connection(http.client.HTTPConnection):
    def __init__(self, line: Line, host: str, timeout: float) -> None:
        super().__init__(host, timeout=timeout)
        self._line = line

    def connect(self) -> None:
        super().connect()
        self._line.hold(self.sock)


class _SecureConnection(_Connection, http.client.HTTPSConnection):
    """The same with TLS, which comes next in the order of its classes."""


class _Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """What opens addresses through a line, in the place of urllib's own two."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_Connection, self._line), req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_SecureConnection, self._line), req)


_here = threading.local()
_ELSE = urllib.request.build_opener(NoRedirects())


class _Opener(urllib.request.OpenerDirector):
    """What urllib opens with: the opener of the query that a thread is at, if it is at one."""

    def open(
        self,
        fullurl: str | urllib.request.Request,
        data: object = None,
        timeout: float | None = None,
    ) -> IO[bytes]:
        opener: urllib.request.OpenerDirector = getattr(_here, "opener", _ELSE)
        response: IO[bytes] = opener.open(fullurl, timeout=timeout)
        return response


def install() -> None:
    """Have SPARQLWrapper, which opens with urllib's one opener, go through lines."""
    urllib.request.install_opener(_Opener())


@contextlib.contextmanager
def through(line: Line, store: Store) -> Iterator[None]:
    """Have this thread go through a line to a store, as who may ask there and nowhere else."""
    _here.opener = opener_to(store, store.query, _Handler(line))
    try:
        yield
    finally:
        del _here.opener
