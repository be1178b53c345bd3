"""Watch: files as they were seen last, to tell what changes from then on."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from onrecord.errors import UnreadableError
from onrecord.files.content import read_content
from onrecord.files.revision import files_below

_PAUSE = 0.2
"""Seconds between two looks at the files."""
_StatSignature = tuple[int, ...]
"""When a file and its entry were written, in nanoseconds, its size, and which file it is."""


@dataclass(frozen=True, slots=True)
class WatchedFiles:
    """Files as they were seen, by whole path."""

    files: dict[str, bytes]
    signatures: dict[str, _StatSignature]
    """How each file looked before its content was read."""

    def has_changed(self, path: Path) -> bool:
        """Say whether a file has other content now, or is not there."""
        return not path.is_file() or path.read_bytes() != self.files.get(str(path.resolve()))

    def contents(self, paths: Iterable[Path]) -> dict[Path, bytes]:
        """Return what files were, without those that were not there."""
        known = {path: self.files.get(str(path.resolve())) for path in paths}
        return {path: content for path, content in known.items() if content is not None}

    def files_in(self, folder: Path) -> list[str]:
        """Return the paths below a folder that were files, in order."""
        return files_below(folder, self.files)


def watch_files(files: Iterable[Path]) -> WatchedFiles:
    """Read files, to compare with what they will be."""
    absolute_paths = [path.resolve() for path in files]
    signatures = _signatures(absolute_paths)
    contents = {}
    for path in absolute_paths:
        with suppress(UnreadableError):  # it has gone in the meantime
            contents[str(path)] = read_content(path)
    return WatchedFiles(contents, signatures)


def wait_for_change(watched: WatchedFiles, files: Callable[[], Iterable[Path]]) -> None:
    """Return when one of the files was written, or when there is another one or one less.

    Waits until nothing has changed for a while, so that no file is read while it is written.
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
        with suppress(OSError):  # it has gone in the meantime
            status = path.stat()
            times = status.st_mtime_ns, status.st_ctime_ns
            signatures[str(path)] = (*times, status.st_size, status.st_ino, status.st_dev)
    return signatures
