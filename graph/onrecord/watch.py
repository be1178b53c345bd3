"""Watch: files kept as they were read last, to tell what changes from then on."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_PAUSE = 0.2
"""Seconds between two looks at the files."""
_Stamp = tuple[int, int]
"""When a file was written, in nanoseconds, and its size."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The content of files, and when it was written, by whole path."""

    contents: dict[Path, bytes]
    stamps: dict[Path, _Stamp]

    def has_changed(self, path: Path) -> bool:
        """Say whether a file has other content now, or is not there."""
        known = self.contents.get(path.resolve())
        return known is None or not path.is_file() or path.read_bytes() != known

    def content(self, path: Path) -> bytes | None:
        """Return what a file was, None if it was not there."""
        return self.contents.get(path.resolve())

    def files_in(self, folder: Path) -> list[Path]:
        """Return the paths below a folder that were files, in order."""
        whole = folder.resolve()
        inside = (path for path in self.contents if path.is_relative_to(whole))
        return sorted(folder / path.relative_to(whole) for path in inside)


def keep(files: Iterable[Path]) -> Kept:
    """Read files, to compare with what they will be."""
    wholes = [path.resolve() for path in files]
    stamps = _stamps(wholes)  # before the content, so that no later writing is overlooked
    return Kept({path: path.read_bytes() for path in wholes if path.is_file()}, stamps)


def wait(kept: Kept, files: Callable[[], Iterable[Path]]) -> None:
    """Return when one of the files was written, or when there is another one or one less.

    Waits until nothing has changed for a while, so that no file is read while it is written.
    """
    before = kept.stamps
    while (now := _stamps(path.resolve() for path in files())) == kept.stamps or now != before:
        before = now
        time.sleep(_PAUSE)


def _stamps(files: Iterable[Path]) -> dict[Path, _Stamp]:
    stamps = {}
    for path in files:
        if path.is_file():
            status = path.stat()
            stamps[path] = (status.st_mtime_ns, status.st_size)
    return stamps
