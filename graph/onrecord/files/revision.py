"""Revision: earlier file contents, at a git commit or when last read by a watch."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol


class Revision(Protocol):
    """The files and contents of an earlier time."""

    def has_changed(self, path: Path) -> bool:
        """Say whether a file differs from the revision or is deleted."""

    def contents(self, paths: Iterable[Path]) -> dict[Path, bytes]:
        """Return the content at the revision of the files that it has."""

    def files_in(self, folder: Path) -> list[str]:
        """Return the paths of the revision's files below a folder, sorted."""


def removed_files(revision: Revision, folders: Iterable[Path], files: Iterable[Path]) -> list[Path]:
    """Return the files of a revision below the folders that are not among the present files."""
    present = set(map(str, files))
    earlier = [path for folder in folders if folder.is_dir() for path in revision.files_in(folder)]
    missing = [path for path in dict.fromkeys(earlier) if path not in present]
    if missing:  # they may be present under another path, through a link
        present = {os.path.realpath(path) for path in present}
    return [Path(path) for path in missing if os.path.realpath(path) not in present]


def files_below(folder: Path, absolute_paths: Iterable[str]) -> list[str]:
    """Return those of some absolute paths below a folder, relative as the folder is, sorted."""
    prefix, shown_prefix = f"{os.path.realpath(folder)}/", "" if folder == Path() else f"{folder}/"
    return [
        shown_prefix + path.removeprefix(prefix)
        for path in sorted(absolute_paths)
        if path.startswith(prefix)
    ]
