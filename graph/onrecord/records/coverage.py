"""Coverage of sources: the sentences of archived texts that overlap no passage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import Graph
from rdflib.term import Node

from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.records.archive import Archive
from onrecord.records.evidence import texts_on_record
from onrecord.records.passage import offset

_SENTENCE = re.compile(
    r"[^\s].*?(?:[.!?…][”\"’»)]*(?=\s+[“\"‘«(]?[A-Z0-9])|(?=\r?\n)|$)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Sentence of a source that overlaps no passage; offsets in code points, the end exclusive."""

    snapshot: Node
    line: int
    start: int
    end: int
    text: str


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence; a line end always ends one.

    A full stop ends a sentence if a capital, a digit or an opening mark follows. An abbreviation
    before a name counts as an end, which gives two short sentences but hides none.
    """
    for match in _SENTENCE.finditer(text):
        yield match.span()


def gaps(records: Graph, archive: Archive) -> Iterator[Gap]:
    """Yield the sentences of archived texts that overlap no passage, in order."""
    for snapshot in texts_on_record(records):
        text = archive.text(str(records.value(snapshot, SCHEMA.sha256)))
        if text is None:
            continue
        touched = [
            region
            for passage in records.subjects(OA.hasSource, snapshot)
            if (region := _region(records, passage)) is not None
        ]
        for start, end in sentences(text):
            if not any(first < end and start < last for first, last in touched):
                yield Gap(snapshot, text.count("\n", 0, start) + 1, start, end, text[start:end])


def _region(records: Graph, passage: Node) -> tuple[int, int] | None:
    """Return start and end of a passage, None if one is missing or invalid (`check` reports it)."""
    start, end = (offset(records.value(passage, name)) for name in (REC.start, REC.end))
    return None if start is None or end is None else (start, end)
