"""ASGI message types, and reading and sending bodies.

See https://asgi.readthedocs.io/en/latest/specs/.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import NotRequired, TypedDict

from onrecord_server.asgi.connections import Connection

Pairs = list[tuple[bytes, bytes]]


class Scope(TypedDict):
    """Connection scope of a request; a lifespan scope has only `type` and `state`."""

    type: str
    http_version: str
    method: str
    scheme: str
    path: str
    root_path: str
    query_string: bytes
    headers: Pairs
    client: tuple[str, int] | None
    server: tuple[str, int] | None
    state: "ScopeState"


class ScopeState(TypedDict):
    """Lifespan state of the server process, and the connection of the request."""

    connections: object
    connection: Connection


class ReceiveEvent(TypedDict):
    """Part of a request body, or a disconnect."""

    type: str
    body: NotRequired[bytes]
    more_body: NotRequired[bool]


class SendEvent(TypedDict):
    """Part of a response, or the outcome of startup or shutdown."""

    type: str
    status: NotRequired[int]
    headers: NotRequired[Pairs]
    body: NotRequired[bytes]
    more_body: NotRequired[bool]
    message: NotRequired[str]


Receive = Callable[[], Awaitable[ReceiveEvent]]
Send = Callable[[SendEvent], Awaitable[None]]


class DisconnectedError(Exception):
    """The client disconnected before its request was complete."""


class BodyTooLargeError(Exception):
    """A request body is longer than the limit."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the body of a request. Raises BodyTooLargeError, DisconnectedError."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BodyTooLargeError
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def send_body(parts: Iterator[bytes], send: Send) -> None:
    """Send the parts of a body, read in threads, as fast as the client reads them.

    The last part has `more_body` false, so that a client that disconnects after it does not count
    as one that disconnected early.
    """
    part = await asyncio.to_thread(next, parts, b"")
    more = True
    while more:
        following = await asyncio.to_thread(next, parts, None)
        more = following is not None
        await send({"type": "http.response.body", "body": part, "more_body": more})
        part = following or b""
