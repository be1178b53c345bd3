"""Content: what tells that a file has another one, by a quick look and for certain."""

import hashlib
import os
import time
from pathlib import Path

from onrecord.errors import UnreadableError

Stamp = tuple[int, ...]
"""When a file and its entry were written, in nanoseconds, its size, and which file it is."""

_FRESH = 2_000_000_000
"""Nanoseconds in which a file can be written again without a sign in its stamp: clocks of some
file systems go in steps of two seconds."""


def stamp_of(path: Path | str) -> Stamp:
    """Return the stamp of a file.

    Raises UnreadableError if the file is not there.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - of thousands of files, and paths are slow
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    return (
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_size,
        status.st_ino,
        status.st_dev,
    )


def lasting(stamp: Stamp) -> Stamp | None:
    """Return a stamp if a file that is written from now on will have another, else None.

    To be asked before the content is read.
    """
    return stamp if max(stamp[:2]) + _FRESH < time.time_ns() else None


def read_content(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises UnreadableError if it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error


def identity(content: bytes, like: str = "") -> str:
    """Return git's identifier of a content, of the same kind as another, by default SHA-1."""
    digest = hashlib.new("sha256" if len(like) == 64 else "sha1", usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()
