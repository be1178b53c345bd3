"""Revision: files as they were at a commit of the git repository that they are in."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

from onrecord.errors import UsageError
from onrecord.files.revision import files_below


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, and the files that it has."""

    name: str
    """As it was asked for: `HEAD~1`, `main`, a hash."""
    root: Path
    """The folder that the repository has checked out."""
    blobs: dict[str, str]
    """The identifier of each file's content, by whole path."""
    folders: dict[str, str] = field(default_factory=dict)
    """The whole path of each folder that was looked at."""

    def check_holds(self, path: Path) -> None:
        """Check that a file or folder is in the repository.

        Raises UsageError if it is elsewhere, since then nothing is known of its past.
        """
        if not path.resolve().is_relative_to(self.root):
            raise UsageError(f"--since {self.name}: {path} is not in the repository {self.root}")

    def has_changed(self, path: Path) -> bool:
        """Say whether a file has other content now; of one outside of the repository, never."""
        known = self._blob(path)
        if known is None:
            return path.resolve().is_relative_to(self.root)
        return not path.is_file() or _identity(path.read_bytes(), known) != known

    def contents(self, paths: Iterable[Path]) -> dict[Path, bytes]:
        """Return what files were, without those that were not there."""
        blobs = {path: blob for path in paths if (blob := self._blob(path)) is not None}
        if not blobs:
            return {}
        asked = "".join(f"{blob}\n" for blob in blobs.values()).encode()
        told = _git(self.root, self.name, "cat-file", "--batch", asked=asked)
        found, end = {}, -1
        for path in blobs:  # of each a line `identifier blob size`, the content, and a line end
            start = told.index(b"\n", end + 1) + 1
            end = start + int(told[end + 1 : start].split()[2])
            found[path] = told[start:end]
        return found

    def _blob(self, path: Path) -> str | None:
        """Return git's identifier of what a file was, None if it was not there."""
        folder, name = os.path.split(path)
        if folder not in self.folders:  # resolving thousands of paths takes long
            self.folders[folder] = os.path.realpath(folder)
        known = self.blobs.get(f"{self.folders[folder]}/{name}")
        return known or self.blobs.get(os.path.realpath(path))

    def files_in(self, folder: Path) -> list[str]:
        """Return the paths below a folder that were files, in order."""
        return files_below(folder, self.blobs)


def open_commit(name: str, near: Path) -> Commit:
    """Return a commit of the repository that a file or folder is in.

    Raises UsageError if there is no git, no repository or no such commit.
    """
    folder = near if near.is_dir() else near.parent
    commit = f"{name}^{{commit}}"
    asked = ("--show-toplevel", "--verify", "--quiet", "--end-of-options", commit)
    *top, found = _git(folder, name, "rev-parse", *asked).decode().splitlines()
    root = Path("\n".join(top)).resolve()
    blobs = {}
    for entry in _git(root, name, "ls-tree", "-r", "-z", found).split(b"\0"):
        described, _, path = entry.partition(b"\t")
        mode, kind, blob = described.decode().split() if described else ("", "", "")
        if kind == "blob" and mode != "120000":  # a symbolic link's content is no data
            blobs[f"{root}/{os.fsdecode(path)}"] = blob
    return Commit(name, root, blobs)


def _identity(content: bytes, like: str) -> str:
    """Return git's identifier of a content, of the same kind as another."""
    digest = hashlib.new("sha256" if len(like) == 64 else "sha1", usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()


def _git(folder: Path, name: str, *arguments: str, asked: bytes = b"") -> bytes:
    """Return what git answers.

    Raises UsageError if it refuses.
    """
    git = shutil.which("git")
    if git is None:
        raise UsageError(f"--since {name}: there is no git to ask, install it")
    # a hook of git has variables that name its own repository, relative to its own folder
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    with TemporaryFile() as question, TemporaryFile() as answer:  # faster than pipes for much
        question.write(asked)
        question.seek(0)
        ran = subprocess.run(  # noqa: S603 - git by its whole path, no shell
            [git, "-C", str(folder), *arguments],
            stdin=question,
            stdout=answer,
            stderr=subprocess.PIPE,
            check=False,
            env=environment,
        )
        answer.seek(0)
        told = answer.read()
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise UsageError(f"--since {name}: {said or 'no such commit'}")
    return told
