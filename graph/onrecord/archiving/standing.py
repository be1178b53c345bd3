"""Standing: which passages of a source on record no longer stand in a newer text of it.

A passage stands where its very words do. Nothing is ever moved to words that are like them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import Graph
from rdflib.term import Node

from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.records.archive import Archive
from onrecord.records.completion import sources_of_snapshot
from onrecord.records.evidence import texts_on_record
from onrecord.records.passage import offset


@dataclass(frozen=True, slots=True)
class Fallen:
    """A passage on record that does not stand in a newer text."""

    owner: str
    """The attestation that has it, else the passage itself."""
    snapshot: str
    start: int | None
    end: int | None
    words: str
    """Its words; empty if the archive has not the text in which it stood."""


def fallen(records: Graph, source: Node, archive: Archive, text: str) -> Iterator[Fallen]:
    """Yield the passages of a source that do not stand in a text, in the order of the records.

    Of a passage that is a position and a hash, the words are those of the archived text. Where that
    is missing, whether it stands cannot be told, and it is among them.
    """
    for snapshot in texts_on_record(records):
        if source not in sources_of_snapshot(records, snapshot):
            continue
        former = archive.text(str(records.value(snapshot, SCHEMA.sha256)))
        if former == text:
            continue
        passages = records.subjects(OA.hasSource, snapshot)
        for passage in sorted(passages, key=lambda one: (_start(records, one) or 0, str(one))):
            start, end = _start(records, passage), offset(records.value(passage, REC.end))
            words = str(records.value(passage, REC.words) or "")
            if not words and former is not None and start is not None and end is not None:
                words = former[max(start, 0) : end]
            if words and words in text:
                continue
            owners = sorted(map(str, records.subjects(REC.passage, passage)))
            yield Fallen(owners[0] if owners else str(passage), str(snapshot), start, end, words)


def _start(records: Graph, passage: Node) -> int | None:
    return offset(records.value(passage, REC.start))
