"""Where a worker writes an answer: in memory while it is small, in a file after."""

import os
import secrets
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Self

INLINE = 1 << 20
"""The most bytes of an answer that go through the socket; the rest goes through a file."""


class Sink:
    """Takes bytes; `body` or `file` has them in the end.

    A file carries the worker's process id in its name, so the server can clear away what a worker
    that was killed has left; when it is whole, that of the worker's parent.
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
        """Whether as many bytes as allowed were written."""
        return self.size >= self._limit

    @property
    def body(self) -> bytes:
        """What was written, if it stayed in memory."""
        return b"".join(self._parts)

    def write(self, data: bytes) -> int:
        """Take bytes; the number taken is all of them."""
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
            # A worker that is ended for a later query must not take this along.
            whole = Path(self.file).with_name(f"{os.getppid()}-{secrets.token_hex(8)}")
            self.file = str(Path(self.file).rename(whole))
