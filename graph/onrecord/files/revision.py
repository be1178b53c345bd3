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


def removed_files(revision: Revision, folders: Iterable[Path], files: Iterable[Path]) -> list[Path]:
    """Return the paths that were files of some folders and are none of the files now."""
    present = set(map(str, files))
    earlier = [path for folder in folders if folder.is_dir() for path in revision.files_in(folder)]
    missing = [path for path in dict.fromkeys(earlier) if path not in present]
    if missing:  # they may go by other names
        present = {os.path.realpath(path) for path in present}
    return [Path(path) for path in missing if os.path.realpath(path) not in present]


def files_below(folder: Path, absolute_paths: Iterable[str]) -> list[str]:
    """Return the files in a folder among some whole paths, named from the folder on, in order."""
    prefix, shown_prefix = f"{os.path.realpath(folder)}/", "" if folder == Path() else f"{folder}/"
    return [
        shown_prefix + path.removeprefix(prefix)
        for path in sorted(absolute_paths)
        if path.startswith(prefix)
    ]
