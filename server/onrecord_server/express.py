"""Express: a short way for the requests that come most, beside gunicorn's own.

gunicorn makes two tasks, an event and a future for each request. A GET of the endpoint that comes
in one piece, on a connection that waits for it, with none but everyday header fields, needs none
of them. Whatever is different in any way goes gunicorn's way, which alone knows HTTP in full; a
connection on which a request came in pieces stays there for good.
"""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache, partial
from typing import cast

from gunicorn.asgi.protocol import ASGIProtocol, FlowControl
from gunicorn.workers.gasgi import ASGIWorker

from onrecord_server import logs
from onrecord_server.front import PATH, Front, Ready
from onrecord_server.protocol import Request
from onrecord_server.response import pieces

_LONGEST = 8 << 10
"""The longest request that is taken, well below every limit on the way of gunicorn."""
_MOST_HELD = 256 << 10
"""How many bytes may come in behind a request before its answer, until reading pauses."""

_LINE = re.compile(rb"GET %s\?([\w%%&=+.~*:/?@!$'(),;-]+) HTTP/1\.1\r\n" % PATH.encode())
_FIELD = re.compile(rb"([A-Za-z-]+):[ ]?([!-~](?:[ -~]*[!-~])?)?\r\n")
_END = b"\r\n"
_SERVER = b"Server: gunicorn/asgi\r\n"

_READ = (b"accept", b"accept-encoding", b"if-none-match")
_OTHERS = (
    *(b"host", b"user-agent", b"accept-language", b"cache-control", b"pragma"),
    *(b"connection", b"origin", b"referer", b"dnt", b"x-request-id"),
)
"""Fields that do not change how a request is to be read or answered."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What the header of a request says that an answer depends on."""

    accept: str = ""
    accept_encoding: str = ""
    if_none_match: str = ""


def read(data: bytes) -> tuple[str, Fields] | None:
    """Return the query string and the fields of a whole request, None where it is not so simple."""
    if len(data) > _LONGEST:
        return None
    line = _LINE.match(data)
    if line is None:
        return None
    fields = _fields(data[line.end() :])
    return None if fields is None else (line[1].decode(), fields)


@lru_cache(maxsize=512)
def _fields(header: bytes) -> Fields | None:
    """Return the fields of a header that ends where it should; a client sends the same each time.

    None with a field that is not an everyday one, that comes twice, or that asks for something of
    the connection; and without exactly one Host (RFC 9112, 3.2).
    """
    found: dict[bytes, str] = {}
    place = 0
    while (field := _FIELD.match(header, place)) is not None:
        name = field[1].lower()
        if name in found or name not in (*_READ, *_OTHERS):
            return None
        found[name] = (field[2] or b"").decode()
        place = field.end()
    usual = found.get(b"connection", "keep-alive").lower() == "keep-alive"
    if header[place:] != _END or not found.get(b"host") or not usual:
        return None
    return Fields(*(found.get(name, "") for name in _READ))


class ExpressProtocol(ASGIProtocol):
    """gunicorn's protocol for one connection, with the short way in front of it."""

    _awaiting_request: bool
    _request_ready: asyncio.Event
    _finishing_calls: dict[asyncio.Task[bool], object]
    _flow_control: FlowControl
    _arm_keepalive_timer: Callable[[], None]
    _cancel_keepalive_timer: Callable[[], None]

    def __init__(self, worker: ASGIWorker, front: Front) -> None:
        super().__init__(worker)
        self._front = front
        self._loop = asyncio.get_running_loop()
        self._is_clear = True
        """Whether gunicorn has had nothing but whole requests, so that none is half read."""
        self._asking: asyncio.Task[None] | None = None
        self._held = b""

    def data_received(self, data: bytes) -> None:
        """Answer a simple request; hold what comes before its answer back."""
        if self._asking is not None:
            self._held += data
            if len(self._held) > _MOST_HELD:
                self._wire.pause_reading()
        elif not (self._is_waiting() and self._answer(data)):
            self._is_clear = self._is_clear and _is_whole(data)
            super().data_received(data)

    def connection_lost(self, error: Exception | None) -> None:
        """Have nobody work for a client that has gone."""
        if self._asking is not None:
            self._asking.cancel()
        super().connection_lost(error)

    @property
    def _wire(self) -> asyncio.Transport:
        # uvloop's transports do all that asyncio's do, without being of its classes.
        return cast(asyncio.Transport, self.transport)

    def _is_waiting(self) -> bool:
        """Return whether nothing of a request or of a response is under way."""
        return (
            self._awaiting_request
            and self._is_clear
            and not self._request_ready.is_set()
            and not self._finishing_calls
            and not self._wire.get_write_buffer_size()
            and self.worker.alive
        )

    def _answer(self, data: bytes) -> bool:
        """Answer a request at once or in a while; False where it has to go gunicorn's way."""
        simple = read(data)
        if simple is None:
            return False
        query, fields = simple
        if not self._front.is_quick(fields.accept):
            return False
        start = time.perf_counter()
        if not fields.if_none_match:
            ready = self._front.ready(query, fields.accept, fields.accept_encoding)
            if ready is not None and isinstance(ready.response.body, bytes):
                self._send(ready, ready.response.body, start)
                return True
        request = Request(
            "GET",
            query,
            accept=fields.accept,
            accept_encoding=fields.accept_encoding,
            if_none_match=fields.if_none_match,
        )
        self._cancel_keepalive_timer()
        self._asking = self._loop.create_task(self._serve(request, start))
        self._asking.add_done_callback(partial(self._served, data, start))
        return True

    async def _serve(self, request: Request, start: float) -> None:
        ready = await self._front.answer(request)
        body = ready.response.body
        if isinstance(body, bytes):
            self._send(ready, body, start)
        else:
            await self._stream(ready, start)

    def _served(self, data: bytes, start: float, asking: asyncio.Task[None]) -> None:
        """Go on with what came in the meantime; what has failed goes gunicorn's way once more."""
        self._asking = None
        held, self._held = self._held, b""
        if asking.cancelled():
            self._front.note("GET", PATH, start, logs.request_id(), None)
        elif not self._wire.is_closing():
            self._wire.resume_reading()
            if asking.exception() is not None:
                super().data_received(data)
            if held:
                self.data_received(held)

    def _send(self, ready: Ready, body: bytes, start: float) -> None:
        identity = logs.request_id()
        self._wire.write(self._head(ready, identity) + body)
        self._end(ready, identity, start)

    async def _stream(self, ready: Ready, start: float) -> None:
        """Send a body that is in a file, as fast as the client takes it.

        If a piece cannot be read, the connection ends short of its length, or without its last
        chunk, and the client knows.
        """
        identity = logs.request_id()
        chunked = ready.response.length < 0
        parts = pieces(ready.response)
        part = await asyncio.to_thread(next, parts, b"")
        self._wire.write(self._head(ready, identity, b"Transfer-Encoding: chunked\r\n" * chunked))
        try:
            while part:
                self._wire.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
                await self._flow_control.drain()
                part = await asyncio.to_thread(next, parts, b"")
        except BaseException:
            self._wire.abort()
            raise
        if chunked:
            self._wire.write(b"0\r\n\r\n")
        self._end(ready, identity, start)

    def _head(self, ready: Ready, identity: str, more: bytes = b"") -> bytes:
        name = b"X-Request-Id: %b\r\n" % identity.encode()
        close = b"" if self.worker.alive else b"Connection: close\r\n"
        return b"".join((ready.head, more, name, _SERVER, _date(int(time.time())), close, _END))

    def _end(self, ready: Ready, identity: str, start: float) -> None:
        self._front.note("GET", PATH, start, identity, ready.response)
        if self.worker.alive:
            self._arm_keepalive_timer()
        else:
            self._wire.close()


def _is_whole(data: bytes) -> bool:
    """Return whether data is one request without a body, from its beginning to its end."""
    lower = data.lower()
    return lower.find(_END + _END) == len(data) - 4 and not any(
        name in lower for name in (b"content-length", b"transfer-encoding", b"upgrade")
    )


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    return f"Date: {formatdate(second, usegmt=True)}\r\n".encode()
