"""Watch: files as they were seen last, to tell what changes from then on."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from onrecord.errors import UnreadableError
from onrecord.files.revision import files_below
from onrecord.files.version import read_content

_PAUSE = 0.2
"""Seconds between two looks at the files."""
_Stamp = tuple[int, ...]
"""When a file and its entry were written, in nanoseconds, its size, and which file it is."""


@dataclass(frozen=True, slots=True)
class WatchedFiles:
    """Files as they were seen, by whole path."""

    files: dict[str, bytes]
    stamps: dict[str, _Stamp]
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


def read_watched(files: Iterable[Path]) -> WatchedFiles:
    """Read files, to compare with what they will be."""
    wholes = [path.resolve() for path in files]
    stamps = _stamps(wholes)
    contents = {}
    for whole in wholes:
        with suppress(UnreadableError):  # it has gone in the meantime
            contents[str(whole)] = read_content(whole)
    return WatchedFiles(contents, stamps)


def wait(seen: WatchedFiles, files: Callable[[], Iterable[Path]]) -> None:
    """Return when one of the files was written, or when there is another one or one less.

    Waits until nothing has changed for a while, so that no file is read while it is written.
    """
    before = seen.stamps
    while (now := _stamps(path.resolve() for path in files())) == seen.stamps or now != before:
        before = now
        time.sleep(_PAUSE)


def _stamps(wholes: Iterable[Path]) -> dict[str, _Stamp]:
    stamps: dict[str, _Stamp] = {}
    for whole in wholes:
        with suppress(OSError):  # it has gone in the meantime
            status = whole.stat()
            times = status.st_mtime_ns, status.st_ctime_ns
            stamps[str(whole)] = (*times, status.st_size, status.st_ino, status.st_dev)
    return stamps
