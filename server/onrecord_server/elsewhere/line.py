"""Line: the connection of one query to a store, which another thread can cut.

A thread that waits for a store cannot be ended; but its connection can, and then it ends itself.
"""

import contextlib
import http.client
import socket
import threading
import urllib.request
from collections.abc import Iterator

from onrecord.store import NoRedirects


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
        connected.shutdown(socket.SHUT_RDWR)


_here = threading.local()


@contextlib.contextmanager
def through(line: Line) -> Iterator[None]:
    """Have what this thread opens with urllib go through a line."""
    _here.line = line
    try:
        yield
    finally:
        del _here.line


class _Connection(http.client.HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _hold(self.sock)


class _SecureConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _hold(self.sock)


def _hold(connected: socket.socket) -> None:
    line: Line | None = getattr(_here, "line", None)
    if line is not None:
        line.hold(connected)


class _Handler(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Connection, req)


class _SecureHandler(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_SecureConnection, req)


def install() -> None:
    """Have urllib, and so SPARQLWrapper, hold its connections so, and follow no redirect.

    SPARQLWrapper would follow one token in hand.
    """
    opener = urllib.request.build_opener(NoRedirects(), _Handler(), _SecureHandler())
    urllib.request.install_opener(opener)
