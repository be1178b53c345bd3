"""Further forms of a release's dumps: compressed, one graph at a time, and tables.

They follow from the dumps, so they are made on request, and kept beside the releases.
The release itself never changes, and its hash is over uncompressed RDF.
"""

import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import zstandard

from onrecord.releases.dumps import context, prefixes_for, serialized
from onrecord.releases.forms.json_ld import json_ld
from onrecord.releases.forms.spare_folder import SpareFolder
from onrecord.releases.forms.table_files import (
    COMPRESSIBLE,
    MissingWriterError,
    table_file,
    table_names,
)
from onrecord.releases.release import Release, open_release

FORMS = ".forms"
"""Folder beside the releases in which further forms are kept."""
CODINGS = {"gz": "application/gzip", "zst": "application/zstd"}
"""Media type of a compressed file by its ending."""
GRAPH_FORMATS = ("nq", "nt", "trig", "ttl", "jsonld")
_CHUNK = 1 << 20
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 9


def names_of(release: Release) -> Iterator[str]:
    """Yield the names of all further forms of a release."""
    plain = [file.removeprefix("dumps/") for file in release.files if file.startswith("dumps/")]
    dumps = [file for file in plain if file.startswith("onrecord.")]
    graphs = [f"{name}.{ending}" for name in _graphs(release) for ending in GRAPH_FORMATS]
    tables = table_names(release)
    yield from graphs
    yield from tables
    for file in (*dumps, *graphs, *(name for name in tables if name.endswith(COMPRESSIBLE))):
        for coding in CODINGS:
            yield f"{file}.{coding}"


def form_of(release: Release, name: str, spare: SpareFolder | None = None) -> Path | None:
    """Return the file of a further form, made on first request; None if there is none.

    It is in `spare` where it cannot be beside the releases. Raises OSError if it cannot be written
    in either, NoRoomError if it is too large, MissingWriterError if it needs what is not installed.
    """
    stem, _, ending = name.rpartition(".")
    if ending in CODINGS:
        listed = stem not in table_names(release) or stem.endswith(COMPRESSIBLE)
        source = _plain(release, stem, spare) if listed else None
        if source is None:
            return None
        return kept(release, name, lambda: _compressed(source, ending), spare)
    if name in release.files or f"dumps/{name}" in release.files:
        return None
    return _plain(release, name, spare)


def kept(
    release: Release,
    name: str,
    parts: Callable[[], Iterable[bytes]],
    spare: SpareFolder | None = None,
) -> Path:
    """Return the file that is kept under a name, written first if it is not there.

    It is beside the releases, or in `spare` if nothing can be written there.
    """
    path = release.path.parent / FORMS / release.name / name
    if path.exists():
        return path
    found = spare.find(f"{release.name}/{name}") if spare is not None else None
    if found is not None:
        return found
    try:
        _write(path, parts())
    except OSError:
        if spare is None:
            raise
        return spare.write(f"{release.name}/{name}", parts())
    return path


def _write(path: Path, parts: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            for part in parts:
                file.write(part)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def make_all(path: Path) -> list[str]:
    """Make all further forms of the release in a folder; return why some could not be made."""
    release = open_release(path.parent, path.name)
    left_out = []
    for name in names_of(release):
        try:
            form_of(release, name)
        except MissingWriterError as error:
            left_out.append(str(error))
    return left_out


def _plain(release: Release, name: str, spare: SpareFolder | None) -> Path | None:
    """Return a file of the release, or that of one of its graphs or tables."""
    if f"dumps/{name}" in release.files:
        return release.path / "dumps" / name
    if name in table_names(release):
        return kept(release, name, lambda: table_file(release, name), spare)
    stem, _, ending = name.rpartition(".")
    if ending not in GRAPH_FORMATS or stem not in _graphs(release):
        return None
    return kept(release, name, lambda: _graph(release, stem, ending), spare)


def _graphs(release: Release) -> list[str]:
    """Return the local names of the graphs of a release, such as `graph/records`."""
    graphs, base = release.manifest.get("graphs"), str(release.manifest.get("base", ""))
    if not isinstance(graphs, dict) or "dumps/onrecord.nq" not in release.files:
        return []
    return [name.removeprefix(base) for name in graphs if name.startswith(f"{base}graph/")]


def _graph(release: Release, name: str, ending: str) -> Iterable[bytes]:
    base = str(release.manifest["base"])
    tail = f" <{base}{name}> .\n".encode()
    lines = _lines_ending(release.path / "dumps" / "onrecord.nq", tail)
    if ending == "nq":
        return lines
    if ending == "nt":
        return (line.removesuffix(tail) + b" .\n" for line in lines)
    quads = list(ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS))
    prefixes = prefixes_for(base)
    if ending == "trig":
        return [serialized(quads, ox.RdfFormat.TRIG, prefixes)]
    triples = [quad.triple for quad in quads]
    if ending == "ttl":
        return [serialized(triples, ox.RdfFormat.TURTLE, prefixes)]
    return json_ld(triples, context())


def _lines_ending(path: Path, tail: bytes) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from (line for line in file if line.endswith(tail))


def _compressed(path: Path, coding: str) -> Iterator[bytes]:
    """Yield a file compressed; the same bytes each time, since no time or name is in them."""
    with path.open("rb") as file:
        parts = iter(lambda: file.read(_CHUNK), b"")
        yield from compressed(parts, coding)


def compressed(parts: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Yield parts of a file compressed as `gz` or `zst`."""
    compress = (
        zlib.compressobj(_GZIP_LEVEL, wbits=31)
        if coding == "gz"
        else zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
    )
    for part in parts:
        yield compress.compress(part)
    yield compress.flush()
