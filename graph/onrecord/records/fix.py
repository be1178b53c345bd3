"""`check --fix`: correction of the offsets of drifted passages in record files."""

from collections.abc import Iterable
from pathlib import Path

from rdflib import Graph

from onrecord.files.content import BYTE_ORDER_MARK
from onrecord.files.replacement import replace_files
from onrecord.rdf.located_turtle import line_starts
from onrecord.rdf.namespaces import REC
from onrecord.rdf.region import Region
from onrecord.records.collection import Collection
from onrecord.records.evidence import Verdict
from onrecord.records.locator import Locator

Edit = tuple[Region, str, str]
"""Region of a number, the number, and its replacement."""
PassageEdit = tuple[Edit, ...]
"""Edits of one passage: of its start and end, or of the one that it has."""


def move_drifted(collection: Collection, records: Graph, verdicts: Iterable[Verdict]) -> int:
    """Correct the offsets of drifted passages in their files; return the number of passages.

    Each file is replaced atomically, and only the digits of the offsets change. A passage whose
    offsets cannot be located in its file is left unchanged.
    """
    regions = Locator(collection)
    edits: dict[str, list[PassageEdit]] = {}
    for verdict in verdicts:
        diagnosis = verdict.diagnosis
        if diagnosis is None or diagnosis.start is None or diagnosis.end is None:
            continue
        passage_edit: list[Edit] = []
        written = 0
        for predicate, number in ((REC.start, diagnosis.start), (REC.end, diagnosis.end)):
            value = records.value(verdict.node, predicate)
            if value is None:
                continue
            written += 1
            region = regions.region(verdict.node, predicate, value)
            if region is not None:
                passage_edit.append((region, str(value), str(number)))
        if passage_edit and len(passage_edit) == written:
            edits.setdefault(passage_edit[0][0].file, []).append(tuple(passage_edit))
    return sum(_rewrite(Path(file), changes) for file, changes in edits.items())


def _rewrite(path: Path, edits: list[PassageEdit]) -> int:
    """Replace the offsets of passages in a file; return the number of passages changed."""
    data = path.read_bytes()
    # `read_located_triples` counts lines and columns without the byte order mark
    mark = data[: len(BYTE_ORDER_MARK)] if data.startswith(BYTE_ORDER_MARK) else b""
    text = data.removeprefix(mark).decode()
    starts = line_starts(text)
    replacements: set[tuple[int, int, str]] = set()
    changed = 0
    for passage_edit in edits:
        found: list[tuple[int, int, str]] = []
        for region, old, new in passage_edit:
            first = starts[region.line - 1] + region.column - 1
            last = starts[region.end_line - 1] + region.end_column - 1
            at = text.find(old, first, last)
            if at >= 0:  # the region includes quotes and datatype, if there are any
                found.append((at, at + len(old), new))
        if len(found) == len(passage_edit):
            replacements.update(found)
            changed += 1
    for first, last, new in sorted(replacements, reverse=True):
        text = text[:first] + new + text[last:]
    replace_files({path: mark + text.encode()})
    return changed
