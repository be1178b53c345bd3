"""Folder for further forms of releases whose own folder cannot be written.

It is bounded, and may be emptied at any time: what was used least recently goes first.
"""

import os
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from onrecord.errors import OnRecordError

_UNFINISHED = ".writing-"


class NoRoomError(OnRecordError):
    """A form is larger than all that a spare folder may have."""


@dataclass(frozen=True, slots=True)
class SpareFolder:
    """Folder of at most `limit` bytes of files, which several processes may share."""

    path: Path
    limit: int

    def find(self, name: str) -> Path | None:
        """Return the file of a name if it is there."""
        path = self.path / name
        try:
            # The time of access says what was used last, also where a file system does not note it.
            os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
        except OSError:
            return None
        return path

    def write(self, name: str, parts: Iterable[bytes]) -> Path:
        """Write a file under a name, for which others make room.

        Raises NoRoomError if it is larger than the limit, OSError if it cannot be written.
        """
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        others = self._others()
        taken = sum(size for _, size, _ in others)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for part in parts:
                    taken += len(part)
                    while taken > self.limit and others:
                        _, size, oldest = others.pop(0)
                        oldest.unlink(missing_ok=True)
                        taken -= size
                    if taken > self.limit:
                        raise NoRoomError(
                            f"{name}: it is larger than the {self.limit >> 20} MiB that may be"
                            " taken for it; `onrecord build --all` makes it beside the releases"
                        )
                    file.write(part)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        return path

    def _others(self) -> list[tuple[int, int, Path]]:
        """Return when each file was used, its size and its path, the least recent first."""
        found = []
        for folder, _, files in os.walk(self.path):
            for each in files:
                path = Path(folder) / each
                try:
                    about = path.stat()
                except OSError:  # another process has removed it
                    continue
                found.append((about.st_atime_ns, about.st_size, path))
        return sorted(found)
