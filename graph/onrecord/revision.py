"""Revision: files as they were at a commit of the git repository that they are in."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from onrecord.errors import UsageError


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit, and the files that it has."""

    name: str
    """As it was asked for: `HEAD~1`, `main`, a hash."""
    root: Path
    """The folder that the repository has checked out."""
    blobs: dict[Path, str]
    """The identifier of each file's content, by whole path."""

    def check_holds(self, path: Path) -> None:
        """Check that a file or folder is in the repository.

        Raises UsageError if it is elsewhere, since then nothing is known of its past.
        """
        if not path.resolve().is_relative_to(self.root):
            raise UsageError(f"--since {self.name}: {path} is not in the repository {self.root}")

    def has_changed(self, path: Path) -> bool:
        """Say whether a file has other content now; of one outside of the repository, never."""
        whole = path.resolve()
        if not whole.is_relative_to(self.root):
            return False
        known = self.blobs.get(whole)
        return known is None or not whole.is_file() or _identifier(whole, known) != known

    def content(self, path: Path) -> bytes | None:
        """Return what a file was, None if it was not there."""
        blob = self.blobs.get(path.resolve())
        return None if blob is None else _git(self.root, self.name, "cat-file", "blob", blob)

    def files_in(self, folder: Path) -> list[Path]:
        """Return the paths below a folder that were files, in order."""
        whole = folder.resolve()
        inside = (path for path in self.blobs if path.is_relative_to(whole))
        return sorted(folder / path.relative_to(whole) for path in inside)


def open_revision(name: str, near: Path) -> Revision:
    """Return a commit of the repository that a file or folder is in.

    Raises UsageError if there is no git, no repository or no such commit.
    """
    folder = near if near.is_dir() else near.parent
    top = _git(folder, name, "rev-parse", "--show-toplevel").decode().rstrip("\n")
    commit = f"{name}^{{commit}}"
    found = _git(folder, name, "rev-parse", "--verify", "--quiet", "--end-of-options", commit)
    root = Path(top).resolve()
    blobs = {}
    for entry in _git(root, name, "ls-tree", "-r", "-z", found.decode().strip()).split(b"\0"):
        described, _, path = entry.partition(b"\t")
        mode, kind, blob = described.decode().split() if described else ("", "", "")
        if kind == "blob" and mode != "120000":  # a symbolic link's content is no data
            blobs[root / os.fsdecode(path)] = blob
    return Revision(name, root, blobs)


def _identifier(path: Path, like: str) -> str:
    """Return git's identifier of a file's content, of the same kind as another."""
    data = path.read_bytes()
    digest = hashlib.new("sha1" if len(like) == 40 else "sha256", usedforsecurity=False)
    digest.update(b"blob %d\0" % len(data) + data)
    return digest.hexdigest()


def _git(folder: Path, name: str, *arguments: str) -> bytes:
    """Return what git answers.

    Raises UsageError if it refuses.
    """
    git = shutil.which("git")
    if git is None:
        raise UsageError(f"--since {name}: there is no git to ask, install it")
    # a hook of git has variables that name its own repository, relative to its own folder
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    ran = subprocess.run(  # noqa: S603 - git by its whole path, no shell
        [git, "-C", str(folder), *arguments], capture_output=True, check=False, env=environment
    )
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise UsageError(f"--since {name}: {said or 'no such commit'}")
    return ran.stdout
