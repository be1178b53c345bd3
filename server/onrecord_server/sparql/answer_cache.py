"""LRU cache of answers, which stay valid because a release never changes.

One cache for each server process; small answers are in memory, large ones in files. Responses to
short requests are beside the answers, so that the same request is not parsed again.
"""

import hashlib
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from onrecord_server.sparql.response import Response

_OVERHEAD = 2500
"""Bytes in memory of a cached answer, without its body."""

RequestKey = tuple[str, ...]
"""Latest release, and everything of a request that its response depends on."""
Key = bytes | RequestKey


class Answer(NamedTuple):
    """Answer to a query, before content coding."""

    body: bytes | Path
    size: int
    """Bytes of the body."""
    content_type: str
    rows: int
    limited: bool
    """Whether rows were left out because of a limit."""
    release: str
    etag: str
    """Strong validator, without its quotation marks (RFC 9110, 8.8.3)."""


def cache_key(*parts: str | tuple[str, ...] | None) -> bytes:
    """Return the cache key of an answer: a hash of everything that the answer depends on."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=24).digest()


def etag_of(body: bytes | Path) -> str:
    """Return the validator of a body: a hash of its bytes."""
    if isinstance(body, bytes):
        return hashlib.blake2b(body, digest_size=16).hexdigest()
    with body.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


class AnswerCache:
    """LRU cache of at most `memory` bytes in memory and `disk` bytes in files."""

    def __init__(self, memory: int, disk: int) -> None:
        self._memory = memory
        self._disk = disk
        self._in_memory = 0
        self._on_disk = 0
        self._answers: OrderedDict[Key, Answer | Response] = OrderedDict()

    def response(self, key: RequestKey) -> Response | None:
        """Return the cached response to a request."""
        response = self._answers.get(key)
        if not isinstance(response, Response):
            return None
        self._answers.move_to_end(key)
        return response

    def get(self, key: bytes) -> Answer | None:
        """Return a cached answer, None if there is none or its file has changed."""
        answer = self._answers.get(key)
        if not isinstance(answer, Answer):
            return None
        if isinstance(answer.body, Path) and _size(answer.body) != answer.size:
            self._evict(self._answers.pop(key))
            return None
        self._answers.move_to_end(key)
        return answer

    def put(self, key: Key, answer: Answer | Response) -> None:
        """Add an answer, whose file is removed with it, or a response with its body in memory."""
        before = self._answers.pop(key, None)
        if before is not None:
            self._evict(before)
        self._answers[key] = answer
        self._count(answer, 1)
        while self._in_memory > self._memory or self._on_disk > self._disk:
            _, oldest = self._answers.popitem(last=False)
            self._evict(oldest)

    def clear(self) -> None:
        """Remove all answers and their files."""
        while self._answers:
            self._evict(self._answers.popitem()[1])

    def _evict(self, answer: Answer | Response) -> None:
        self._count(answer, -1)
        if isinstance(answer.body, Path):
            answer.body.unlink(missing_ok=True)

    def _count(self, answer: Answer | Response, sign: int) -> None:
        self._in_memory += sign * _OVERHEAD
        if isinstance(answer.body, bytes):
            self._in_memory += sign * len(answer.body)
        elif isinstance(answer, Answer):
            self._on_disk += sign * answer.size


def _size(path: Path) -> int:
    """Return the size of a file, -1 if it is missing."""
    try:
        return path.stat().st_size
    except OSError:
        return -1
