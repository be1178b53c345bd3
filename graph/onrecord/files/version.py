"""Content: the bytes of a file."""

from pathlib import Path

from onrecord.errors import UnreadableError

MARK = b"\xef\xbb\xbf"
"""The byte order mark, which some editors put before a file."""


def read_content(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises UnreadableError if it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
