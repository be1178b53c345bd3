"""Former: files as they were, be that at a commit of git or when they were read last."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol


class Revision(Protocol):
    """What is known of files as they were."""

    def has_changed(self, path: Path) -> bool:
        """Say whether a file has other content now, or is not there."""

    def contents(self, paths: Iterable[Path]) -> dict[Path, bytes]:
        """Return what files were, without those that were not there."""

    def files_in(self, folder: Path) -> list[str]:
        """Return the paths below a folder that were files, in order."""


def removed_files(former: Revision, folders: Iterable[Path], files: Iterable[Path]) -> list[Path]:
    """Return the paths that were files of some folders and are none of the files now."""
    now = set(map(str, files))
    were = [each for folder in folders if folder.is_dir() for each in former.files_in(folder)]
    left = [path for path in dict.fromkeys(were) if path not in now]
    if left:  # they may go by other names
        now = {os.path.realpath(path) for path in now}
    return [Path(path) for path in left if os.path.realpath(path) not in now]


def files_below(folder: Path, wholes: Iterable[str]) -> list[str]:
    """Return the files in a folder among some whole paths, named from the folder on, in order."""
    above, start = f"{os.path.realpath(folder)}/", "" if folder == Path() else f"{folder}/"
    return [start + path.removeprefix(above) for path in sorted(wholes) if path.startswith(above)]
