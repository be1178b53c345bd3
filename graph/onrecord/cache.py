"""Cache: what is kept of data files on disk between runs, of no value in itself.

An index names a store that was whole when the index was written, and says what is known of the
files in it. A run never writes to that store: it works in a copy, which costs little, since files
of tables are only linked. What it has read is kept by letting the copy take the store's place.
So runs do not wait for each other, and one that is killed leaves everything as it was. Whatever
does not fit together is dropped, and where nothing can be kept the files are read as ever.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp, mkstemp
from typing import TypeVar

import pyoxigraph as ox

from onrecord.conformance import Read
from onrecord.content import Stamp, identity, lasting, read_content, stamp_of
from onrecord.data import DataFiles, read_data
from onrecord.errors import UnreadableError
from onrecord.folders import user_cache
from onrecord.kept import Kept, Known
from onrecord.shacl.change import forget
from onrecord.shacl.parts import opened
from onrecord.shacl.store import HAS, NS, Data

T = TypeVar("T")

_KEPT = ox.NamedNode(f"{NS}kept")
_CODE = ("cache", "content", "data", "kept", "lines", "literals", "shacl/parts", "shacl/store")
"""The modules that decide what is kept, and in what form."""
_COLLECTIONS = 8
"""How many different data are kept, the latest."""
_LARGEST = 256 << 20
"""Bytes of data files up to which they are kept."""
_NEWS = 100_000
"""Bytes of data, or triples of lines, that are rather read again each time than kept."""
_SLACK = 64 << 20
"""Bytes that a store may have beyond twice what it began with, since it never forgets a string."""
_ABANDONED = 3600
"""Seconds after which a run is not believed to go on."""


@dataclass(frozen=True, slots=True)
class _Index:
    """What is kept."""

    store: str = ""
    """The folder of the store; empty if there is none."""
    size: int = 0
    """Bytes that the store had when it was made from the files alone."""
    known: Mapping[str, Known] = field(default_factory=dict)
    stamps: Mapping[str, Stamp | None] = field(default_factory=dict)
    """Those of the contents that lines are compared with."""


def reading(named: Iterable[Path], look: Callable[[Read], T]) -> T:
    """Return what a look at some data finds, reading no more than has changed since the last."""
    # an OSError may mean that there is no home, a RuntimeError that the store is broken
    with suppress(OSError, RuntimeError):
        return _through(_folder(named), look)
    return look(read_data)


def _folder(named: Iterable[Path]) -> Path:
    key = json.dumps([str(Path.cwd()), *map(str, named)]).encode()
    folder = user_cache() / "kept" / sha256(key).hexdigest()[:32]
    (folder / "contents").mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _through(folder: Path, look: Callable[[Read], T]) -> T:
    index = _read_index(folder)
    copy = Path(mkdtemp(prefix="run-", dir=folder))
    try:
        if index.store:
            _link(folder / index.store, copy)
        return _look_in(folder, index, copy, look)
    except (OSError, RuntimeError):
        if _read_index(folder).store == index.store:  # no other run has put another there
            (folder / "index.json").unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _look_in(folder: Path, index: _Index, copy: Path, look: Callable[[Read], T]) -> T:
    """Return what a look finds with the store in a folder that is this run's alone."""
    with ThreadPoolExecutor(1) as other:  # that takes as long as all that is done before it is used
        opening = other.submit(ox.Store, str(copy))

        @cache
        def data() -> Data:
            store = opening.result()
            if index.store and _mark(index.store) not in store:
                raise FileNotFoundError(copy)  # what has lost its files is opened as a new one
            return opened(store)

        contents = _Contents(folder / "contents", dict(index.stamps))
        kept = Kept(data, dict(index.known), contents)

        def read(files: Sequence[Path]) -> DataFiles:
            large = not kept.known and sum(file.stat().st_size for file in files) > _LARGEST
            return read_data(files) if large else kept.read(files)

        try:
            found = look(read)
            _keep(folder, index, kept, contents.stamps, copy)
        finally:
            with suppress(OSError, RuntimeError):
                _close(kept)
    return found


def _read_index(folder: Path) -> _Index:
    """Return what is kept in a folder, which is nothing if it is not to be believed."""
    with suppress(OSError, ValueError):
        seal, _, told = (folder / "index.json").read_bytes().partition(b"\n")
        if seal.decode() == _seal(told):
            store, size, files, contents = json.loads(told)
            known = {
                path: Known(stamp and tuple(stamp), mark, count, problem and tuple(problem), *lines)
                for path, (stamp, mark, count, problem, *lines) in files.items()
            }
            stamps = {name: stamp and tuple(stamp) for name, stamp in contents.items()}
            return _Index(store, size, known, stamps)
    return _Index()


def _write_index(folder: Path, index: _Index) -> None:
    told = json.dumps([index.store, index.size, index.known, index.stamps]).encode()
    handle, name = mkstemp(prefix="run-", dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(_seal(told).encode() + b"\n" + told)
    Path(name).replace(folder / "index.json")


def _seal(told: bytes) -> str:
    """Return a hash of what an index says, and of the programs that have made it."""
    made = sha256(f"{sys.version} {ox.__version__}".encode())
    for name in _CODE:
        made.update((Path(__file__).parent / f"{name}.py").read_bytes())
    made.update(told)
    return made.hexdigest()


def _link(store: Path, copy: Path) -> None:
    """Copy a store; of its tables, which are never written to, a link will do."""
    for path in store.iterdir():
        if path.suffix == ".sst":
            with suppress(OSError):
                (copy / path.name).hardlink_to(path)
                continue
        shutil.copyfile(path, copy / path.name)


def _keep(
    folder: Path, index: _Index, kept: Kept, stamps: dict[str, Stamp | None], copy: Path
) -> None:
    """Keep what was read, if it is much; else only what was seen of files that are as they were."""
    if kept.news <= _NEWS and index.store:
        same = {
            path: kept.known[path]
            for path, known in index.known.items()
            if path in kept.known and kept.known[path].identity == known.identity
        }
        now = replace(index, known={**index.known, **same}, stamps=stamps)
        if now != index:
            _write_index(folder, now)
        return
    if not kept.known:
        return  # nothing was read
    forget(kept.data)
    store = copy.name.replace("run", "store")
    kept.data.store.add(_mark(store))
    kept.data.store.flush()
    _close(kept)
    size = sum(path.stat().st_size for path in copy.iterdir())
    if index.size and size > 2 * index.size + _SLACK:
        (folder / "index.json").unlink(missing_ok=True)  # the next run begins anew
        return
    copy.rename(folder / store)
    _write_index(folder, _Index(store, index.size or size, kept.known, stamps))
    _drop_others(folder, store)


def _mark(store: str) -> ox.Quad:
    """Return what a store says that was kept by this name."""
    return ox.Quad(_KEPT, HAS, ox.Literal(store), _KEPT)


def _close(kept: Kept) -> None:
    """Close a store, whoever has its data still."""
    kept.data.store = ox.Store()


def _drop_others(folder: Path, store: str) -> None:
    """Drop other stores of the same data, what killed runs have left, and what is the oldest."""
    for path in folder.glob("store-*"):
        if path.name != store:
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob("run-*"):
        if path.stat().st_mtime < time.time() - _ABANDONED:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    others = sorted(folder.parent.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
    for other in others[_COLLECTIONS:]:
        shutil.rmtree(other, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Contents(MutableMapping[str, bytes]):
    """Contents by their identity, each in a file, believed as data files are."""

    folder: Path
    stamps: dict[str, Stamp | None]
    """How the files looked when their contents were made sure of."""

    def __getitem__(self, name: str) -> bytes:
        path = self.folder / name
        try:
            stamp = stamp_of(path)
            lasts = lasting(stamp)
            content = read_content(path)
        except UnreadableError as error:
            raise KeyError(name) from error
        if self.stamps.get(name) != stamp:
            if identity(content) != name:
                path.unlink()
                raise KeyError(name)
            self.stamps[name] = lasts
        return content

    def __setitem__(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

    def __delitem__(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)
        self.stamps.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return (self.folder / str(name)).is_file()

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self.folder.iterdir())

    def __len__(self) -> int:
        return len(list(self))
