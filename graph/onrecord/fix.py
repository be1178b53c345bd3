"""Fixing: what a program may put right in record files, and nothing else in them."""

import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkstemp

from rdflib import Graph

from onrecord.collection import Collection
from onrecord.content import MARK
from onrecord.evidence import Verdict
from onrecord.findings import Place
from onrecord.location import locator
from onrecord.namespaces import REC
from onrecord.places import line_starts

Edit = tuple[Place, str, str]
"""Where a number is written, the number, and what is to stand there."""


def move_drifted(collection: Collection, records: Graph, verdicts: Iterable[Verdict]) -> int:
    """Write the offsets of drifted passages anew in their files; return how many passages moved.

    Each file is replaced in one step; all but the digits of the numbers stays as it was, byte for
    byte. A passage whose numbers cannot be made out in its file stays where it is.
    """
    where = locator(collection)
    edits: dict[str, list[Edit]] = {}
    for verdict in verdicts:
        diagnosis = verdict.diagnosis
        if diagnosis is None or diagnosis.start is None or diagnosis.end is None:
            continue
        passage: list[Edit] = []
        for predicate, number in ((REC.start, diagnosis.start), (REC.end, diagnosis.end)):
            value = records.value(verdict.node, predicate)
            place = where.place(verdict.node, predicate, value)
            if place is not None:
                passage.append((place, str(value), str(number)))
        if len(passage) == 2:
            edits.setdefault(passage[0][0].file, []).extend(passage)
    return sum(_rewrite(Path(file), changes) for file, changes in edits.items())


def _rewrite(path: Path, edits: list[Edit]) -> int:
    """Replace numbers in a file, two for each passage; return how many passages changed."""
    data = path.read_bytes()
    # what `read_places` counts lines and columns in
    mark = data[: len(MARK)] if data.startswith(MARK) else b""
    text = data.removeprefix(mark).decode()
    starts = line_starts(text)
    stretches: list[tuple[int, int, str]] = []
    for pair in zip(edits[::2], edits[1::2], strict=True):
        found: list[tuple[int, int, str]] = []
        for place, old, new in pair:
            first = starts[place.line - 1] + place.column - 1
            last = starts[place.end_line - 1] + place.end_column - 1
            at = text.find(old, first, last)
            if at >= 0:  # the stretch takes in quotes and datatype, where there are some
                found.append((at, at + len(old), new))
        if len(found) == 2:
            stretches += found
    for first, last, new in sorted(set(stretches), reverse=True):
        text = text[:first] + new + text[last:]
    _replace(path, mark + text.encode())
    return len(stretches) // 2


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
