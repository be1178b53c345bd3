"""The parts of ASGI that the server uses, as types (https://asgi.readthedocs.io/en/latest/specs/)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import NotRequired, TypedDict

from onrecord_server.asgi.connections import Connection

Pairs = list[tuple[bytes, bytes]]


class Scope(TypedDict):
    """What is known of a request before its body; only `type` and `state` at start and end."""

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
    """What the server process has made at its start, and the connection of the request."""

    connections: object
    connection: Connection


class ReceiveEvent(TypedDict):
    """A piece of a request's body, or the news that the client has gone."""

    type: str
    body: NotRequired[bytes]
    more_body: NotRequired[bool]


class SendEvent(TypedDict):
    """A piece of a response, or how a start or an end went."""

    type: str
    status: NotRequired[int]
    headers: NotRequired[Pairs]
    body: NotRequired[bytes]
    more_body: NotRequired[bool]
    message: NotRequired[str]


Receive = Callable[[], Awaitable[ReceiveEvent]]
Send = Callable[[SendEvent], Awaitable[None]]


class DisconnectedError(Exception):
    """The client has closed the connection before its request was whole."""


class BodyTooLargeError(Exception):
    """A request's body is larger than what is read."""


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
    """Send the parts of a body, read in threads, as fast as the client takes them.

    The last part is sent as the last, so that a client that leaves when it has all of it is not
    taken for one that left early.
    """
    part = await asyncio.to_thread(next, parts, b"")
    more = True
    while more:
        following = await asyncio.to_thread(next, parts, None)
        more = following is not None
        await send({"type": "http.response.body", "body": part, "more_body": more})
        part = following or b""
