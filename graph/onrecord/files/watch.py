"""File watching: poll stat signatures and keep the contents last read as a revision."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from onrecord.errors import UnreadableError
from onrecord.files.content import read_content
from onrecord.files.revision import files_below

_PAUSE = 0.2
"""Seconds between two polls."""
_StatSignature = tuple[int, ...]
"""mtime and ctime in nanoseconds, size in bytes, inode and device."""


@dataclass(frozen=True, slots=True)
class WatchedFiles:
    """Contents and stat signatures last read, by absolute path; a `Revision`."""

    files: dict[str, bytes]
    signatures: dict[str, _StatSignature]
    """Stat signature of each file, taken before its content was read."""

    def has_changed(self, path: Path) -> bool:
        """Say whether a file differs from the content last read or is deleted."""
        return not path.is_file() or path.read_bytes() != self.files.get(str(path.resolve()))

    def contents(self, paths: Iterable[Path]) -> dict[Path, bytes]:
        """Return the contents last read, of the files that existed."""
        known = {path: self.files.get(str(path.resolve())) for path in paths}
        return {path: content for path, content in known.items() if content is not None}

    def files_in(self, folder: Path) -> list[str]:
        """Return the paths of the watched files below a folder, sorted."""
        return files_below(folder, self.files)


def watch_files(files: Iterable[Path]) -> WatchedFiles:
    """Read the contents and stat signatures of files, to compare with later ones."""
    absolute_paths = [path.resolve() for path in files]
    signatures = _signatures(absolute_paths)
    contents = {}
    for path in absolute_paths:
        with suppress(UnreadableError):  # it was deleted in the meantime
            contents[str(path)] = read_content(path)
    return WatchedFiles(contents, signatures)


def wait_for_change(watched: WatchedFiles, files: Callable[[], Iterable[Path]]) -> None:
    """Block until a file is written, added or removed, then until two polls agree.

    The second wait avoids reading a file while it is being written.
    """
    previous = watched.signatures
    while (
        current := _signatures(path.resolve() for path in files())
    ) == watched.signatures or current != previous:
        previous = current
        time.sleep(_PAUSE)


def _signatures(absolute_paths: Iterable[Path]) -> dict[str, _StatSignature]:
    signatures: dict[str, _StatSignature] = {}
    for path in absolute_paths:
        with suppress(OSError):  # it was deleted in the meantime
            status = path.stat()
            times = status.st_mtime_ns, status.st_ctime_ns
            signatures[str(path)] = (*times, status.st_size, status.st_ino, status.st_dev)
    return signatures
