"""Releases: immutable folders with store, dumps and manifest, written atomically."""

import errno
import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from onrecord.errors import OnRecordError, UsageError
from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.oxigraph import bulk_load
from onrecord.rdf.partitioned.graph import PartitionedGraph
from onrecord.rdf.processes import workers
from onrecord.releases.tables.projection import TABLES, write_tables

LATEST = "latest"
MANIFEST = "manifest.json"
STORE = "store"
REMOTE = "remote"
"""Key in the manifest of a mirror: how the remote store holds the release."""
_BUILDING = ".building-"
_BUILD_NOTE = "build-note.json"
_NAME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{8}")


class ReleaseError(OnRecordError):
    """A release cannot be written or read."""


@dataclass(frozen=True, slots=True)
class Release:
    """Release in its folder."""

    name: str
    path: Path
    manifest: dict[str, object]
    """Content of `manifest.json`."""

    @property
    def files(self) -> dict[str, str]:
        """SHA-256 of each file by its path in the release."""
        listed = self.manifest["files"]
        if not isinstance(listed, dict):
            raise ReleaseError(f"{self.path}: {MANIFEST} lists no files")
        return listed


def open_release(releases: Path, name: str | None = None) -> Release:
    """Return a release by name, or the newest.

    Raises UsageError if there is no such release, ReleaseError if the folder is not one.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise UsageError(f"{name!r}: no such release, a name is like 2026-11-24-0a1b2c3d")
    path = (releases / (name or LATEST)).resolve()
    if not path.is_dir():
        what = f"no release {name!r}" if name else "no release yet, make one with `onrecord build`"
        raise UsageError(f"{releases}: {what}")
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
        declared = manifest["name"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"{path}: not a release, its {MANIFEST} cannot be read") from error
    if not (path / STORE).is_dir():
        raise ReleaseError(f"{path}: not a release, it has no {STORE}/")
    return Release(str(declared), path, manifest)


@dataclass(frozen=True, slots=True)
class BuildNote:
    """What the newest release of a folder was built from."""

    release: str
    collection: str
    """The folder of its records."""
    digest: str
    """SHA-256 of the records and of the rules."""


def note_build(releases: Path, note: BuildNote) -> None:
    """Write beside the releases what the newest was built from, for `build_note_of`.

    Not in the release, which stays a function of what its records say, and not of how.
    """
    (releases / _BUILD_NOTE).write_text(json.dumps(asdict(note)) + "\n", encoding="utf-8")


def build_note_of(releases: Path) -> BuildNote | None:
    """Return what the newest release of a folder was built from, None if it was not noted."""
    try:
        return BuildNote(**json.loads((releases / _BUILD_NOTE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def digest_of(collection: Path) -> str:
    """Return a SHA-256 of the files of a collection and of the ontology and its rules."""
    lines = (
        f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
        for folder in (collection, ONTOLOGY)
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".ttl", ".rq")
    )
    return sha256("".join(lines).encode()).hexdigest()


def is_release_name(text: str) -> bool:
    """Say whether a text is like the name of a release."""
    return _NAME.fullmatch(text) is not None


def day_of(name: str) -> str:
    """Return the day of a release from its name, as ISO 8601."""
    return name[: len("2026-11-24")]


def release_names(releases: Path) -> list[str]:
    """Return the names of all releases in a folder, the oldest first."""
    if not releases.is_dir():
        return []
    return sorted(path.name for path in releases.iterdir() if _NAME.fullmatch(path.name))


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """Size in bytes and SHA-256 of a file of a release."""

    size: int
    sha256: str


Content = bytes | Callable[[], Iterable[bytes]]
"""What is in a file, or what makes its parts; of a large release this can be pickled."""
Files = Iterable[tuple[str, Content]]
"""Paths in a release, each with its content."""


def write_release(
    releases: Path,
    day: str,
    files: Files,
    files_about: Callable[[str, Mapping[str, WrittenFile]], Files],
    stored: Iterable[str],
    union: ox.Store | PartitionedGraph,
    facts: Mapping[str, object],
    *,
    is_large: bool,
) -> Release:
    """Write a release to a temporary folder and rename it into place.

    Its name is `day` (ISO 8601) and a hash of `files`, so the same records give the same release;
    an existing one is left as it is. Each file is written as it is made. `files_about` returns the
    files that contain the name of the release and facts about the other files, `stored` are the
    dumps that its store holds, `union` has the same triples, for the tables. `facts` go into the
    manifest. The files of what `is_large` are written by several processes. A crash at any time
    leaves the newest release as it was.

    Raises ReleaseError if a file cannot be written.
    """
    with working_folder(releases) as staging:
        with workers(is_large=is_large) as pool:
            made = [(file, pool.submit(_write, staging / file, what)) for file, what in files]
            written = {file: done.result() for file, done in made}
        name = f"{day}-{_digest(written)[:8]}"
        final = releases / name
        if not final.exists():
            about = files_about(name, written)
            written |= {file: _write(staging / file, what) for file, what in about}
            with ThreadPoolExecutor(1) as beside:
                # Oxigraph loads without Python's lock, so a second core fills the store meanwhile.
                dumps = [staging / file for file in stored]
                filling = beside.submit(_fill_store, staging / STORE, dumps)
                write_tables(staging / TABLES, union, filling.result)
                filling.result()
            hashes = {file: written[file].sha256 for file in sorted(written)}
            manifest = {"name": name, **facts, "files": hashes}
            _write(staging / MANIFEST, (json.dumps(manifest, indent=2) + "\n").encode())
            _sync(staging)
            staging.rename(final)
            _sync(releases)
        release = open_release(releases, name)
        _point(releases / LATEST, name)
        return release


@contextmanager
def working_folder(releases: Path) -> Iterator[Path]:
    """Yield a temporary folder beside the releases, and remove those that killed builds left.

    A folder of releases that is made for it is gone again if it gets none.

    Raises ReleaseError if something cannot be written, there or by the caller.
    """
    is_new = not releases.exists()
    try:
        releases.mkdir(parents=True, exist_ok=True)
        for left in releases.glob(f"{_BUILDING}*"):
            if not _alive(int(left.name.removeprefix(_BUILDING).partition("-")[0])):
                shutil.rmtree(left, ignore_errors=True)
        staging = Path(tempfile.mkdtemp(prefix=f"{_BUILDING}{os.getpid()}-", dir=releases))
        staging.chmod(0o755)
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            if is_new:
                with suppress(OSError):
                    releases.rmdir()
    except (OSError, sqlite3.Error) as error:
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        remedy = ", free some space" if full or "is full" in str(error) else ""
        problem = getattr(error, "strerror", None) or str(error)
        raise ReleaseError(f"{releases}: {problem}{remedy}; nothing was released") from error


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _digest(files: Mapping[str, WrittenFile]) -> str:
    lines = (f"{file.sha256}  {name}\n" for name, file in sorted(files.items()))
    return sha256("".join(lines).encode()).hexdigest()


def _write(path: Path, content: Content) -> WrittenFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    size, digest = 0, sha256()
    with path.open("wb") as file:
        for part in [content] if isinstance(content, bytes) else content():
            size += file.write(part)
            digest.update(part)
        file.flush()
        os.fsync(file.fileno())
    return WrittenFile(size, digest.hexdigest())


def _fill_store(path: Path, dumps: Iterable[Path]) -> Path:
    """Make a store of dumps: every named graph, and their union as the default graph.

    Return its folder. The union is stored because the engine's own union of named graphs counts a
    triple once for each graph that has it. A blank node is one in both, by its label.
    """
    store = ox.Store(path)
    for dump in dumps:
        bulk_load(store, dump)
    store.optimize()
    store.flush()
    return path


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _point(link: Path, name: str) -> None:
    """Point a link to a release, atomically."""
    fresh = link.with_name(f"{_BUILDING}{os.getpid()}-{LATEST}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(name)
    fresh.replace(link)
    _sync(link.parent)
