"""File content as bytes, and the byte order mark."""

from pathlib import Path

from onrecord.errors import UnreadableError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Byte order mark of UTF-8, which some editors write at the start of a file."""


def read_content(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises UnreadableError if it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
