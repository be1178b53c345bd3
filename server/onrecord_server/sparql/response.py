"""Responses of the endpoint, independent of the server (ASGI or WSGI), and their compression."""

import json
import os
import zlib
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, NamedTuple

import zstandard

from onrecord_server.errors import RefusalError
from onrecord_server.sparql.negotiation import wants_json

Headers = tuple[tuple[str, str], ...]

_CHUNK = 256 << 10
_SMALLEST = 512
"""Bytes below which compression saves nothing."""
_EXPOSED = (
    "Accept-Ranges, Content-Length, Content-Location, Content-Range, ETag, Last-Modified, Link,"
    " Location, Retry-After, X-Hint, X-Release, X-Request-Id, X-Row-Limit"
)
_ALLOWED = (
    "Accept, Accept-Encoding, Accept-Language, Cache-Control, Content-Type, If-Match,"
    " If-Modified-Since, If-None-Match, If-Range, Pragma, Range, X-Requested-With"
)

CROSS_ORIGIN: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _EXPOSED),
)
"""Headers that let pages of any origin read a response: the data is public."""

PUBLIC_HEADERS: Headers = (*CROSS_ORIGIN, ("X-Content-Type-Options", "nosniff"))
"""Headers of every response of the endpoint."""


class Response(NamedTuple):
    """HTTP response; a body in a file is read while it is sent."""

    status: int
    headers: Headers
    body: bytes | Path = b""
    length: int = 0
    """Content-Length; -1 if it is not known in advance."""
    rows: int = 0
    release: str = ""
    cached: bool = False
    """Whether the answer came from the cache."""
    encoding: str = ""
    """Content coding to apply to the file: `gzip`, `zstd` or none."""
    temporary: bool = False
    """Whether to delete the file once it is sent."""
    refusal: RefusalError | None = None
    """What the response refuses, so that it can be shown as a page."""


def refusal_response(refusal: RefusalError, accept: str = "") -> Response:
    """Return the response to a refused request: problem details for who asks for JSON, else a line.

    The problem details are those of RFC 9457.
    """
    headers: list[tuple[str, str]] = [("Cache-Control", "no-store"), ("Vary", "Accept")]
    headers += refusal.headers
    if refusal.retry_after is not None:
        headers.append(("Retry-After", str(refusal.retry_after)))
    if wants_json(accept):
        problem: dict[str, str | int] = {
            "type": "about:blank",
            "title": HTTPStatus(refusal.status).phrase,
            "status": refusal.status,
            "detail": refusal.message,
        }
        if refusal.position is not None:
            problem |= refusal.position._asdict()
        if refusal.excerpt:
            problem["excerpt"] = refusal.excerpt
        content_type, text = "application/problem+json", json.dumps(problem, ensure_ascii=False)
    else:
        content_type = "text/plain; charset=utf-8"
        text = "\n".join(filter(None, (refusal.message, refusal.excerpt)))
    body = f"{text}\n".encode()
    return Response(
        refusal.status,
        (("Content-Type", content_type), *PUBLIC_HEADERS, *headers),
        body,
        len(body),
        refusal=refusal,
    )


def preflight_response(methods: str) -> Response:
    """Return the answer to OPTIONS: what pages of other origins may send (CORS)."""
    headers = (
        ("Allow", methods),
        ("Access-Control-Allow-Methods", methods),
        ("Access-Control-Allow-Headers", _ALLOWED),
        ("Access-Control-Max-Age", "86400"),
        *PUBLIC_HEADERS,
    )
    return Response(204, headers)


def compress(response: Response, encoding: str) -> Response:
    """Return a response in a content coding, unless there is none or the body is small."""
    if not encoding or response.length < _SMALLEST:
        return response
    headers = (("Content-Encoding", encoding), *map(_mark_etag(encoding), response.headers))
    if isinstance(response.body, Path):
        return response._replace(headers=headers, encoding=encoding, length=-1)
    body = b"".join(_compress_chunks(iter((response.body,)), encoding))
    return response._replace(headers=headers, body=body, length=len(body))


def _mark_etag(encoding: str) -> Callable[[tuple[str, str]], tuple[str, str]]:
    def header(pair: tuple[str, str]) -> tuple[str, str]:
        name, value = pair
        # A strong validator identifies the bytes that are sent, and the coding changes them.
        return (name, f'{value[:-1]}-{encoding}"') if name == "ETag" else pair

    return header


def body_chunks(response: Response) -> Iterator[bytes]:
    """Yield the body of a response. Raises OSError if a file ends early or cannot be read."""
    if isinstance(response.body, bytes):
        yield response.body
        return
    with response.body.open("rb") as file:
        if response.temporary:
            response.body.unlink()
        parts = _file_chunks(file)
        yield from _compress_chunks(parts, response.encoding) if response.encoding else parts


def _file_chunks(file: BinaryIO) -> Iterator[bytes]:
    left = os.fstat(file.fileno()).st_size
    while part := file.read(_CHUNK):
        left -= len(part)
        yield part
    if left:
        raise OSError("the file of the answer has changed while it was read")


def _compress_chunks(parts: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding == "gzip":
        gzip = zlib.compressobj(6, wbits=31)
        yield from filter(None, map(gzip.compress, parts))
        yield gzip.flush()
    else:
        zstd = zstandard.ZstdCompressor(level=6).compressobj()
        yield from filter(None, map(zstd.compress, parts))
        yield zstd.flush()
