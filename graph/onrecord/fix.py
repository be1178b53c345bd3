"""Fixing: what a program may put right in record files, and nothing else in them."""

from collections.abc import Iterable
from pathlib import Path

from rdflib import Graph

from onrecord.collection import Collection
from onrecord.evidence import Verdict
from onrecord.findings import Place
from onrecord.location import locator
from onrecord.namespaces import REC

Edit = tuple[Place, str]


def move_drifted(collection: Collection, records: Graph, verdicts: Iterable[Verdict]) -> int:
    """Write the offsets of drifted passages anew in their files; return how many passages moved.

    Each file is replaced in one step; all but the numbers stays as it was, byte for byte.
    """
    where = locator(collection)
    edits: dict[str, list[Edit]] = {}
    moved = 0
    for verdict in verdicts:
        diagnosis = verdict.diagnosis
        if diagnosis is None or diagnosis.start is None or diagnosis.end is None:
            continue
        places = [
            (where.place(verdict.node, predicate, records.value(verdict.node, predicate)), number)
            for predicate, number in ((REC.start, diagnosis.start), (REC.end, diagnosis.end))
        ]
        for place, number in places:
            if place is not None:
                edits.setdefault(place.file, []).append((place, str(number)))
        moved += 1
    for file, changes in edits.items():
        _rewrite(Path(file), changes)
    return moved


def _rewrite(path: Path, edits: Iterable[Edit]) -> None:
    """Replace stretches of a file, from the last to the first."""
    lines = path.read_bytes().decode("utf-8").split("\n")
    for place, text in sorted(edits, reverse=True):
        line = lines[place.line - 1]
        lines[place.line - 1] = line[: place.column - 1] + text + line[place.end_column - 1 :]
    partial = path.with_suffix(".partial")
    partial.write_bytes("\n".join(lines).encode("utf-8"))
    partial.chmod(path.stat().st_mode)
    partial.replace(path)
