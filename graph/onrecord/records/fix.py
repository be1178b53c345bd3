"""Fixing: what a program may put right in record files, and nothing else in them."""

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkstemp

from rdflib import Graph

from onrecord.files.version import MARK
from onrecord.rdf.located_turtle import line_starts
from onrecord.rdf.namespaces import REC
from onrecord.rdf.region import Region
from onrecord.records.collection import Collection
from onrecord.records.evidence import Verdict
from onrecord.records.locator import locator

Edit = tuple[Region, str, str]
"""Where a number is written, the number, and what is to stand there."""
Move = tuple[Edit, ...]
"""What moves one passage: its start and its end, or the one of them that it has."""


def move_drifted(collection: Collection, records: Graph, verdicts: Iterable[Verdict]) -> int:
    """Write the offsets of drifted passages anew in their files; return how many passages moved.

    Each file is replaced in one step; all but the digits of the numbers stays as it was, byte for
    byte. A passage whose numbers cannot be made out in its file stays where it is.
    """
    where = locator(collection)
    moves: dict[str, list[Move]] = {}
    for verdict in verdicts:
        diagnosis = verdict.diagnosis
        if diagnosis is None or diagnosis.start is None or diagnosis.end is None:
            continue
        move: list[Edit] = []
        written = 0
        for predicate, number in ((REC.start, diagnosis.start), (REC.end, diagnosis.end)):
            value = records.value(verdict.node, predicate)
            if value is None:
                continue
            written += 1
            place = where.place(verdict.node, predicate, value)
            if place is not None:
                move.append((place, str(value), str(number)))
        if move and len(move) == written:
            moves.setdefault(move[0][0].file, []).append(tuple(move))
    return sum(_rewrite(Path(file), changes) for file, changes in moves.items())


def _rewrite(path: Path, moves: list[Move]) -> int:
    """Replace the numbers of passages in a file; return how many passages changed."""
    data = path.read_bytes()
    # what `read_places` counts lines and columns in
    mark = data[: len(MARK)] if data.startswith(MARK) else b""
    text = data.removeprefix(mark).decode()
    starts = line_starts(text)
    stretches: set[tuple[int, int, str]] = set()
    moved = 0
    for move in moves:
        found: list[tuple[int, int, str]] = []
        for place, old, new in move:
            first = starts[place.line - 1] + place.column - 1
            last = starts[place.end_line - 1] + place.end_column - 1
            at = text.find(old, first, last)
            if at >= 0:  # the stretch takes in quotes and datatype, where there are some
                found.append((at, at + len(old), new))
        if len(found) == len(move):
            stretches.update(found)
            moved += 1
    for first, last, new in sorted(stretches, reverse=True):
        text = text[:first] + new + text[last:]
    _replace(path, mark + text.encode())
    return moved


def _replace(path: Path, data: bytes) -> None:
    """Put new bytes in a file's place in one step: it is whole at any time."""
    handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        partial.chmod(path.stat().st_mode)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
