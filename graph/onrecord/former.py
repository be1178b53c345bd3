"""Former: files as they were, be that at a commit of git or when they were read last."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol


class Former(Protocol):
    """What is known of files as they were."""

    def has_changed(self, path: Path) -> bool:
        """Say whether a file has other content now, or is not there."""

    def content(self, path: Path) -> bytes | None:
        """Return what a file was, None if it was not there."""

    def files_in(self, folder: Path) -> list[Path]:
        """Return the paths below a folder that were files, in order."""


def gone(former: Former, folders: Iterable[Path], files: Iterable[Path]) -> list[Path]:
    """Return the paths that were files of some folders and are none of the files now."""
    now = {path.resolve() for path in files}
    were = (path for folder in folders if folder.is_dir() for path in former.files_in(folder))
    return [path for path in dict.fromkeys(were) if path.resolve() not in now]
