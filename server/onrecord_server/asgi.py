"""The parts of ASGI that the server uses, as types (https://asgi.readthedocs.io/en/latest/specs/)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NotRequired, TypedDict

Pairs = list[tuple[bytes, bytes]]


class Scope(TypedDict):
    """What is known of a request before its body; only `type` is there at start and end."""

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


class Incoming(TypedDict):
    """A piece of a request's body, or the news that the client has gone."""

    type: str
    body: NotRequired[bytes]
    more_body: NotRequired[bool]


Receive = Callable[[], Awaitable[Incoming]]
Send = Callable[[Mapping[str, object]], Awaitable[None]]


class ClientGoneError(Exception):
    """The client has closed the connection before its request was whole."""


class BodyTooLargeError(Exception):
    """A request's body is larger than what is read."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the body of a request. Raises BodyTooLargeError, ClientGoneError."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BodyTooLargeError
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
