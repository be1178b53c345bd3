"""Git revision: files at a commit, compared by blob id and read by `git cat-file`."""

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
    """A commit and its files; a `Revision`."""

    name: str
    """As the user named it: `HEAD~1`, `main`, a hash."""
    root: Path
    """Root folder of the working tree."""
    blobs: dict[str, str]
    """Blob ids by absolute path."""
    folders: dict[str, str] = field(default_factory=dict)
    """Cache of resolved folders."""

    def check_contains(self, path: Path) -> None:
        """Check that a file or folder is in the repository. Raises UsageError if it is not."""
        if not path.resolve().is_relative_to(self.root):
            raise UsageError(f"--since {self.name}: {path} is not in the repository {self.root}")

    def has_changed(self, path: Path) -> bool:
        """Say whether a file of the repository differs from the commit or is deleted."""
        blob = self._blob(path)
        if blob is None:
            return path.resolve().is_relative_to(self.root)
        return not path.is_file() or _blob_id(path.read_bytes(), blob) != blob

    def contents(self, paths: Iterable[Path]) -> dict[Path, bytes]:
        """Return the content at the commit of the files that it has."""
        blobs = {path: blob for path in paths if (blob := self._blob(path)) is not None}
        if not blobs:
            return {}
        standard_input = "".join(f"{blob}\n" for blob in blobs.values()).encode()
        output = _git(self.root, self.name, "cat-file", "--batch", standard_input=standard_input)
        found, end = {}, -1
        for path in blobs:  # for each: a line `id blob size`, the content, a newline
            start = output.index(b"\n", end + 1) + 1
            end = start + int(output[end + 1 : start].split()[2])
            found[path] = output[start:end]
        return found

    def _blob(self, path: Path) -> str | None:
        """Return the blob id of a file at the commit, None if the commit does not have it."""
        folder, name = os.path.split(path)
        if folder not in self.folders:  # resolving thousands of paths is slow
            self.folders[folder] = os.path.realpath(folder)
        blob = self.blobs.get(f"{self.folders[folder]}/{name}")
        return blob or self.blobs.get(os.path.realpath(path))

    def files_in(self, folder: Path) -> list[str]:
        """Return the paths of the commit's files below a folder, sorted."""
        return files_below(folder, self.blobs)


def open_commit(name: str, near: Path) -> Commit:
    """Read a commit of the repository that a file or folder is in.

    Raises UsageError if there is no git, no repository or no such commit.
    """
    folder = near if near.is_dir() else near.parent
    commit = f"{name}^{{commit}}"
    options = ("--show-toplevel", "--verify", "--quiet", "--end-of-options", commit)
    try:
        *top, found = _git(folder, name, "rev-parse", *options).decode().splitlines()
    except UsageError as error:
        raise _without_history(folder, name, error) from error
    root = Path("\n".join(top)).resolve()
    blobs = {}
    for entry in _git(root, name, "ls-tree", "-r", "-z", found).split(b"\0"):
        metadata, _, path = entry.partition(b"\t")
        mode, kind, blob = metadata.decode().split() if metadata else ("", "", "")
        if kind == "blob" and mode != "120000":  # the blob of a symbolic link is its target's path
            blobs[f"{root}/{os.fsdecode(path)}"] = blob
    return Commit(name, root, blobs)


def _without_history(folder: Path, name: str, error: UsageError) -> UsageError:
    """Return the error of a commit that is not there, with the remedy if the clone is shallow."""
    try:
        shallow = _git(folder, name, "rev-parse", "--is-shallow-repository").strip()
    except UsageError:
        return error
    if shallow != b"true":
        return error
    return UsageError(
        f"{error}; this clone is shallow, fetch the history first (fetch-depth: 0 in a workflow)"
    )


def _blob_id(content: bytes, sample: str) -> str:
    """Return the git blob id of a content, SHA-1 or SHA-256 like the sample."""
    digest = hashlib.new("sha256" if len(sample) == 64 else "sha1", usedforsecurity=False)
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()


def _git(folder: Path, name: str, *arguments: str, standard_input: bytes = b"") -> bytes:
    """Run git and return its standard output. Raises UsageError if it fails."""
    git = shutil.which("git")
    if git is None:
        raise UsageError(f"--since {name}: git was not found, install it")
    # inside a hook, git's variables point to the hook's repository, relative to the hook's folder
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    # files are faster than pipes for large content
    with TemporaryFile() as input_file, TemporaryFile() as output_file:
        input_file.write(standard_input)
        input_file.seek(0)
        ran = subprocess.run(  # noqa: S603 - git by its absolute path, no shell
            [git, "-C", str(folder), *arguments],
            stdin=input_file,
            stdout=output_file,
            stderr=subprocess.PIPE,
            check=False,
            env=environment,
        )
        output_file.seek(0)
        output = output_file.read()
    if ran.returncode:
        message = ran.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise UsageError(f"--since {name}: {message or 'no such commit'}")
    return output
