"""Watch: files as they were seen last, to tell what changes from then on."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from onrecord.content import Stamp, identity, lasting, read_content, stamp_of
from onrecord.errors import UnreadableError
from onrecord.former import below

_PAUSE = 0.2
"""Seconds between two looks at the files."""


@dataclass(frozen=True, slots=True)
class _Sight:
    """A file as it was seen."""

    stamp: Stamp
    lasts: bool
    """Whether the file cannot change without a sign in its stamp."""
    content: bytes
    identity: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Files as they were seen, by whole path."""

    files: dict[str, _Sight]

    def has_changed(self, path: Path, now: str | None = None) -> bool:
        """Say whether a file has other content now, or is not there.

        `now` is what identifies its content by SHA-1, if that is known.
        """
        if not path.is_file():
            return True
        return (now or identity(path.read_bytes())) != self.identity(path)

    def identity(self, path: Path) -> str | None:
        """Return git's identifier of what a file was, None if it was not there."""
        known = self.files.get(str(path.resolve()))
        return known.identity if known is not None else None

    def contents(self, paths: Iterable[Path]) -> dict[Path, bytes]:
        """Return what files were, without those that were not there."""
        known = {path: self.files.get(str(path.resolve())) for path in paths}
        return {path: sight.content for path, sight in known.items() if sight is not None}

    def files_in(self, folder: Path) -> list[str]:
        """Return the paths below a folder that were files, in order."""
        return below(folder, self.files)


def see(files: Iterable[Path], last: Seen | None = None) -> Seen:
    """Read files, to compare with what they will be; what has not changed since last is known."""
    seen = {}
    for path in files:
        with suppress(UnreadableError):  # it has gone in the meantime
            whole, stamp = path.resolve(), stamp_of(path)  # before the content is read
            known = last.files.get(str(whole)) if last is not None else None
            if known is None or known.stamp != stamp or not known.lasts:
                lasts = lasting(stamp) is not None
                content = read_content(whole)
                known = _Sight(stamp, lasts, content, identity(content))
            seen[str(whole)] = known
    return Seen(seen)


def wait(seen: Seen, files: Callable[[], Iterable[Path]]) -> None:
    """Return when one of the files was written, or when there is another one or one less.

    Waits until nothing has changed for a while, so that no file is read while it is written.
    """
    last = {path: sight.stamp for path, sight in seen.files.items()}
    before = last
    while (now := _stamps(files())) == last or now != before:
        before = now
        time.sleep(_PAUSE)


def _stamps(files: Iterable[Path]) -> dict[str, Stamp]:
    stamps = {}
    for path in files:
        with suppress(UnreadableError):
            stamps[str(path.resolve())] = stamp_of(path)
    return stamps
