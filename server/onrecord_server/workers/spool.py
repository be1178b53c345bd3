"""Spooled output of a worker: in memory while small, in a file of the spool folder after that."""

import os
import secrets
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Self

INLINE = 1 << 20
"""Maximum bytes of an answer that is sent through the socket; larger ones are in a file."""


class SpooledOutput:
    """Output of at most `limit` bytes and a row; the result is in `body` or in `file`.

    The name of an unfinished file begins with the worker's process id, so that the server can
    remove the files of a killed worker; that of a finished one with the id of the worker's parent.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self.size = 0
        self.file = ""

    @property
    def full(self) -> bool:
        """Whether the size limit is reached."""
        return self.size >= self._limit

    @property
    def body(self) -> bytes:
        """The bytes written, if they are in memory."""
        return b"".join(self._parts)

    def write(self, data: bytes) -> int:
        """Write all bytes; return their number."""
        self.size += len(data)
        if self._file is not None:
            self._file.write(data)
            return len(data)
        self._parts.append(data)
        if self.size > INLINE:
            descriptor, self.file = tempfile.mkstemp(dir=self._folder, prefix=f"{os.getpid()}-")
            self._file = os.fdopen(descriptor, "wb")
            self._file.writelines(self._parts)
            self._parts.clear()
        return len(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            if error is not None:
                Path(self.file).unlink()
                return
            # If the worker is killed for a later query, this file must remain.
            whole = Path(self.file).with_name(f"{os.getppid()}-{secrets.token_hex(8)}")
            self.file = str(Path(self.file).rename(whole))
