"""A server on loopback whose every byte a test decides."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

Script = Callable[["Peer"], None]


@dataclass(frozen=True, slots=True)
class Peer:
    """A client that has sent its request."""

    connection: socket.socket
    request: str
    gone: Event
    """What is set when a client is seen to have hung up."""

    @property
    def headers(self) -> dict[str, str]:
        """The headers of its request, by names in lower case."""
        lines = self.request.partition("\r\n\r\n")[0].split("\r\n")[1:]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    def send(self, text: str) -> None:
        """Send bytes as they are."""
        self.connection.sendall(text.encode())

    def await_end(self) -> None:
        """Wait until the client hangs up."""
        with suppress(ConnectionError):
            while self.connection.recv(1 << 16):
                pass
        self.gone.set()


@dataclass
class Scripted:
    """The server: what it does with a client, and whom it has seen."""

    port: int = 0
    script: Script = lambda _peer: None
    seen: list[Peer] = field(default_factory=list)
    gone: Event = field(default_factory=Event)


def _request(connection: socket.socket) -> str:
    """Read a request to its end. Raises ConnectionError where it has none."""
    data, whole = b"", False
    while not whole:
        piece = connection.recv(1 << 16)
        if not piece:
            raise ConnectionError("the client has hung up")
        data += piece
        head, blank, body = data.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        whole = bool(blank) and len(body) >= int(length or 0)
    return data.decode()


@contextmanager
def scripted_server(
    script: Script = lambda _peer: None, tls: ssl.SSLContext | None = None
) -> Iterator[Scripted]:
    """Run a server that reads a request of each connection, and does as the script says."""
    server = Scripted(script=script)
    listening = socket.create_server(("127.0.0.1", 0))
    server.port = listening.getsockname()[1]
    closing = Event()

    def serve(connection: socket.socket) -> None:
        # A client that hangs up before its time is what most scripts are about.
        with suppress(OSError):
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True)
            with connection:
                connection.settimeout(30)
                peer = Peer(connection, _request(connection), server.gone)
                server.seen.append(peer)
                server.script(peer)
        connection.close()

    def accept() -> None:
        while True:
            connection, _ = listening.accept()
            if closing.is_set():
                connection.close()
                return
            thread = Thread(target=serve, args=(connection,))
            threads.append(thread)
            thread.start()

    threads = [Thread(target=accept)]
    threads[0].start()
    try:
        yield server
    finally:
        closing.set()
        socket.create_connection(("127.0.0.1", server.port)).close()
        for thread in threads:
            thread.join()
        listening.close()
