"""Answers that are kept: what was answered is not asked again, since a release never changes.

One cache for each server process, the least recently used answers leave first. Small answers are
in memory, large ones in files.
"""

import hashlib
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

_OVERHEAD = 1500
"""Bytes that an answer takes beside its body."""


class Answer(NamedTuple):
    """An answer as it is sent, but for its encoding."""

    body: bytes | Path
    size: int
    """How many bytes the body has."""
    content_type: str
    rows: int
    limited: bool
    """Whether rows were left out since there are more than the limit allows."""
    release: str
    etag: str
    """A strong validator, without its quotation marks."""


def key(*parts: str | tuple[str, ...] | None) -> bytes:
    """Return the key of a question: a hash of everything that its answer depends on."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=24).digest()


def digest(body: bytes | Path) -> str:
    """Return a validator for a body, the same for the same bytes."""
    if isinstance(body, bytes):
        return hashlib.blake2b(body, digest_size=16).hexdigest()
    with body.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


class Answers:
    """The answers that are kept, at most `memory` bytes in memory and `disk` bytes in files."""

    def __init__(self, memory: int, disk: int) -> None:
        self._memory = memory
        self._disk = disk
        self._in_memory = 0
        self._on_disk = 0
        self._kept: OrderedDict[bytes, Answer] = OrderedDict()

    def get(self, key: bytes) -> Answer | None:
        """Return an answer that is kept."""
        answer = self._kept.get(key)
        if answer is None:
            return None
        if isinstance(answer.body, Path) and _size(answer.body) != answer.size:
            self._leave(self._kept.pop(key))
            return None
        self._kept.move_to_end(key)
        return answer

    def put(self, key: bytes, answer: Answer) -> None:
        """Keep an answer; a body in a file is removed when the answer leaves."""
        before = self._kept.pop(key, None)
        if before is not None:
            self._leave(before)
        self._kept[key] = answer
        self._count(answer, 1)
        while self._in_memory > self._memory or self._on_disk > self._disk:
            _, oldest = self._kept.popitem(last=False)
            self._leave(oldest)

    def clear(self) -> None:
        """Drop all answers and their files."""
        while self._kept:
            self._leave(self._kept.popitem()[1])

    def _leave(self, answer: Answer) -> None:
        self._count(answer, -1)
        if isinstance(answer.body, Path):
            answer.body.unlink(missing_ok=True)

    def _count(self, answer: Answer, sign: int) -> None:
        if isinstance(answer.body, Path):
            self._on_disk += sign * answer.size
            self._in_memory += sign * _OVERHEAD
        else:
            self._in_memory += sign * (answer.size + _OVERHEAD)


def _size(path: Path) -> int:
    """Return the size of a file, -1 where it is missing."""
    try:
        return path.stat().st_size
    except OSError:
        return -1
