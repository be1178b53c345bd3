"""What goes between the server and a worker: a JSON head and a body of bytes, both with lengths."""

import json
import struct
from collections.abc import Mapping
from io import BufferedReader
from typing import NotRequired, TypedDict

_LENGTHS = struct.Struct(">II")

TermFields = list[str]
"""A term: `["iri", value]`, `["bnode", value]` or `["literal", value, language, datatype]`."""


class Job(TypedDict):
    """One query for a worker."""

    store: str
    text: str
    format: str
    rows: int
    """How many rows, or triples, to write at most."""
    bytes: int
    """How many bytes to write at most; what does not fit is left out row by row."""
    seconds: float
    """After how many seconds the kernel ends the worker, should the server not have done so."""
    default: NotRequired[list[str]]
    """The graphs that make the default graph, instead of the one of the query or of the store."""
    named: NotRequired[list[str]]
    terms: NotRequired[dict[str, TermFields]]
    """What to put in the place of variables."""
    prefixes: NotRequired[dict[str, str]]
    """The prefixes to write a graph with."""


class Outcome(TypedDict):
    """What became of a job; the answer itself is the body of the frame, or in `file`."""

    problem: str
    """Empty, or one of `syntax`, `memory`, `form`, `unwritable`, `disk` and `engine`."""
    message: str
    rows: int
    limited: bool
    """Whether there was more than `rows` or `bytes` allowed."""
    file: str
    """The path of a file with the answer, or empty if it is the body."""


def pack(head: Mapping[str, object], body: bytes = b"") -> bytes:
    """Return a frame."""
    text = json.dumps(head, ensure_ascii=False).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


def read(stream: BufferedReader) -> bytes | None:
    """Return the head of the next frame as JSON, blocking for it; None at the end."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_length, body_length = _LENGTHS.unpack(lengths)
    head = stream.read(head_length)
    return head if len(head) == head_length and not stream.read(body_length) else None


class Unpacker:
    """Takes bytes as they come and gives whole frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> tuple[bytes, bytes] | None:
        """Return head and body of a frame once it is whole; a worker sends one at a time."""
        self._buffer += data
        if len(self._buffer) < _LENGTHS.size:
            return None
        head_length, body_length = _LENGTHS.unpack_from(self._buffer)
        start = _LENGTHS.size + head_length
        end = start + body_length
        if len(self._buffer) < end:
            return None
        head, body = bytes(self._buffer[_LENGTHS.size : start]), bytes(self._buffer[start:end])
        del self._buffer[:end]
        return head, body
