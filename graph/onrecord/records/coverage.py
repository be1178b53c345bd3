"""Coverage: the sentences of an archived source that no passage touches."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import Graph
from rdflib.namespace import RDF
from rdflib.term import Node

from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.records.archive import Archive
from onrecord.records.passage import offset

_SENTENCE = re.compile(
    r"[^\s].*?(?:[.!?…][”\"’»)]*(?=\s+[“\"‘«(]?[A-Z0-9])|(?=\r?\n)|$)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A sentence of a source that no claim and no boilerplate accounts for."""

    snapshot: Node
    line: int
    start: int
    end: int
    text: str


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence begins and ends; a line end always ends one.

    A full stop ends a sentence when a capital, a digit or an opening mark follows. An abbreviation
    before a name is taken for an end, which makes two short sentences and hides nothing.
    """
    for match in _SENTENCE.finditer(text):
        yield match.span()


def gaps(records: Graph, archive: Archive) -> Iterator[Gap]:
    """Yield the sentences of archived snapshots that no passage touches, in order."""
    for snapshot in sorted(records.subjects(RDF.type, REC.Snapshot), key=str):
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
    """Return where a passage says that it stands, if it does; `check` tells of what is wrong."""
    start, end = (offset(records.value(passage, name)) for name in (REC.start, REC.end))
    return None if start is None or end is None else (start, end)
