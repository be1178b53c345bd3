"""Responses: what the endpoint sends, whichever server carries it."""

import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import zstandard

from onrecord_server.errors import RefusalError

Headers = tuple[tuple[str, str], ...]

_PIECE = 256 << 10
_SMALL = 512
"""Below so many bytes compressing saves nothing."""
_EXPOSED = "Content-Length, ETag, Link, Retry-After, X-Release, X-Request-Id, X-Row-Limit"

OPEN: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
)
"""What every response has: the data is public, so any page may read it."""


class Response(NamedTuple):
    """A response; a body that is a file is read while it is sent."""

    status: int
    headers: Headers
    body: bytes | Path = b""
    length: int = 0
    """Bytes of the body as it is sent; -1 where that is not known before."""
    rows: int = 0
    release: str = ""
    cached: bool = False
    """Whether it was made before, and the same request gets the same while the release lasts."""
    encoding: str = ""
    """The coding that a file still has to be put in, `gzip` or `zstd`."""
    temporary: bool = False
    """Whether the file is of no use after."""


def plain(status: int, text: str, headers: Headers = ()) -> Response:
    """Return a response of one line of text."""
    body = (text + "\n").encode()
    return Response(
        status, (("Content-Type", "text/plain; charset=utf-8"), *OPEN, *headers), body, len(body)
    )


def refused(refusal: RefusalError) -> Response:
    """Return the response that a refusal is."""
    headers: list[tuple[str, str]] = [("Cache-Control", "no-store")]
    if refusal.retry_after is not None:
        headers.append(("Retry-After", str(refusal.retry_after)))
    if refusal.status == 405:
        headers.append(("Allow", "GET, HEAD, OPTIONS, POST"))
    return plain(refusal.status, refusal.message, tuple(headers))


def encoded(response: Response, encoding: str) -> Response:
    """Return a response compressed, where that is asked for and worth it."""
    if not encoding or response.length < _SMALL:
        return response
    headers = (("Content-Encoding", encoding), *map(_weaker(encoding), response.headers))
    if isinstance(response.body, Path):
        return response._replace(headers=headers, encoding=encoding, length=-1)
    body = b"".join(_compressed(iter((response.body,)), encoding))
    return response._replace(headers=headers, body=body, length=len(body))


def _weaker(encoding: str) -> Callable[[tuple[str, str]], tuple[str, str]]:
    def header(pair: tuple[str, str]) -> tuple[str, str]:
        name, value = pair
        # A strong validator names the bytes that are sent, and these are others.
        return (name, f'{value[:-1]}-{encoding}"') if name == "ETag" else pair

    return header


def pieces(response: Response) -> Iterator[bytes]:
    """Yield the body of a response. Raises OSError where a file ends early or cannot be read."""
    if isinstance(response.body, bytes):
        yield response.body
        return
    with response.body.open("rb") as file:
        if response.temporary:
            response.body.unlink()
        parts = _whole(file)
        yield from _compressed(parts, response.encoding) if response.encoding else parts


def _whole(file: BinaryIO) -> Iterator[bytes]:
    left = os.fstat(file.fileno()).st_size
    while part := file.read(_PIECE):
        left -= len(part)
        yield part
    if left:
        raise OSError("the file of the answer has changed while it was read")


def _compressed(parts: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding == "gzip":
        gzip = zlib.compressobj(6, wbits=31)
        yield from filter(None, map(gzip.compress, parts))
        yield gzip.flush()
    else:
        zstd = zstandard.ZstdCompressor(level=6).compressobj()
        yield from filter(None, map(zstd.compress, parts))
        yield zstd.flush()
