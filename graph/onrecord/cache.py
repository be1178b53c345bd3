"""Cache: what is kept of data files on disk between runs, of no value in itself.

It is believed only if the run before ended well: the first that a run does is to take the seal off
the store, the last is to seal it anew with a hash of the index. Whatever else is found there is
dropped, and where nothing can be kept, or another run has it, the files are read as ever.
"""

import fcntl
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from onrecord.conformance import Read
from onrecord.content import identity
from onrecord.data import DataFiles, read_data
from onrecord.kept import Kept, Known
from onrecord.shacl.change import forget
from onrecord.shacl.parts import opened
from onrecord.shacl.store import HAS, NS, Data

T = TypeVar("T")

_SEAL = ox.NamedNode(f"{NS}seal")
_CODE = ("cache", "content", "data", "kept", "lines", "literals", "shacl/parts", "shacl/store")
"""The modules that decide what is kept, and in what form."""
_COLLECTIONS = 8
"""How many different data are kept, the latest."""
_LARGEST = 256 << 20
"""Bytes of data files up to which they are kept."""
_SLACK = 64 << 20
"""Bytes that a store may have beyond twice what it began with, since it never forgets a string."""


def reading(named: Iterable[Path], look: Callable[[Read], T]) -> T:
    """Return what a look at some data finds, reading no more than has changed since the last."""
    # a RuntimeError means that there is no home, or that the store is broken
    with suppress(OSError, RuntimeError), _alone(_folder(named)) as folder:
        return _through(folder, look)
    return look(read_data)


def _through(folder: Path, look: Callable[[Read], T]) -> T:
    with ThreadPoolExecutor(
        1
    ) as other:  # opening a store takes longer than all else before reading
        opening = other.submit(lambda: _opened(folder) or _empty(folder))

        def read(files: Sequence[Path]) -> DataFiles:
            kept = opening.result()
            large = not kept.known and sum(file.stat().st_size for file in files) > _LARGEST
            return read_data(files) if large else kept.read(files)

        try:
            found = look(read)
            _seal(folder, opening.result())
        finally:
            del opening.result().data.store  # this closes it, whoever has the data still
    return found


def _folder(named: Iterable[Path]) -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    key = json.dumps([str(Path.cwd()), *map(str, named)]).encode()
    return Path(root) / "onrecord" / "kept" / sha256(key).hexdigest()[:32]


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """Have a folder to oneself.

    Raises OSError if another run has it, or if there can be none.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(lock.fileno()), (folder / "lock").stat()):
            raise FileNotFoundError(folder)  # another run has dropped it in this moment
        yield folder


def _opened(folder: Path) -> Kept | None:
    """Return what is kept in a folder and take its seal off, None if it is not to be believed."""
    try:
        index = (folder / "index.json").read_bytes()
        allowed = 2 * int((folder / "size").read_text()) + _SLACK
        if _size(folder) > allowed:
            return None
        store = ox.Store(str(folder / "store"))
        seals = list(store.quads_for_pattern(_SEAL, HAS, None, _SEAL))
        if [quad.object for quad in seals] != [_hash(index)]:
            return None
        store.remove(seals[0])
        told = json.loads(index)
    except (OSError, RuntimeError, ValueError):
        return None
    known = {
        path: Known(stamp and tuple(stamp), mark, triples, problem and tuple(problem), *apart)
        for path, (stamp, mark, triples, problem, *apart) in told.items()
    }
    return Kept(opened(store), known, _Contents(folder / "contents"))


def _empty(folder: Path) -> Kept:
    """Return what keeps nothing yet, in a folder that is emptied; drop what is the oldest."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()
    (folder / "contents").mkdir()
    others = sorted(folder.parent.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
    for other in others[_COLLECTIONS:]:
        with suppress(OSError), _alone(other):
            shutil.rmtree(other)
    return Kept(Data(ox.Store(str(folder / "store"))), {}, _Contents(folder / "contents"))


def _seal(folder: Path, kept: Kept) -> None:
    """Write what is known of the files, and last of all what says that this is so."""
    forget(kept.data)
    index = json.dumps(kept.known).encode()
    (folder / "index").write_bytes(index)
    (folder / "index").replace(folder / "index.json")
    if not (folder / "size").exists():
        (folder / "size").write_text(str(_size(folder)))
    for old in (folder / "store").glob("LOG.old.*"):
        old.unlink()
    kept.data.store.add(ox.Quad(_SEAL, HAS, _hash(index), _SEAL))


def _hash(index: bytes) -> ox.Literal:
    """Return the seal of an index: of what it says, and of the programs that have made it."""
    made = sha256(f"{sys.version} {ox.__version__}".encode())
    for name in _CODE:
        made.update((Path(__file__).parent / f"{name}.py").read_bytes())
    made.update(index)
    return ox.Literal(made.hexdigest())


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("store/*"))


@dataclass(frozen=True, slots=True)
class _Contents(MutableMapping[str, bytes]):
    """Contents by their identity, each in a file that is not believed before it is looked at."""

    folder: Path

    def __getitem__(self, name: str) -> bytes:
        try:
            content = (self.folder / name).read_bytes()
        except OSError as error:
            raise KeyError(name) from error
        if identity(content) != name:
            raise KeyError(name)
        return content

    def __setitem__(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

    def __delitem__(self, name: str) -> None:
        (self.folder / name).unlink()

    def __contains__(self, name: object) -> bool:
        return (self.folder / str(name)).is_file()

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self.folder.iterdir())

    def __len__(self) -> int:
        return len(list(self))
