"""The records of the seed articles against the archived texts, to the letter."""

import hashlib
import re
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.term import Node

from onrecord.records.archive import open_archive
from onrecord.records.assembly import assemble
from onrecord.records.coverage import gaps
from onrecord.records.evidence import verify
from seed_collection import seed_collection

OA = Namespace("http://www.w3.org/ns/oa#")
REC = Namespace("https://w3id.org/onrecord/ns#")
SCHEMA = Namespace("https://schema.org/")


@pytest.fixture(scope="module")
def records() -> Graph:
    """The records of the seeds, their nested nodes named."""
    return assemble(seed_collection()).records


def the(records: Graph, subject: Node, predicate: URIRef) -> str:
    """Return the only value of a property, as text."""
    (value,) = records.objects(subject, predicate)
    return str(value)


def archived(archive: Path) -> dict[str, str]:
    """Return the texts of an archive by the SHA-256 of their bytes."""
    contents = [path.read_bytes() for path in archive.iterdir()]
    return {hashlib.sha256(content).hexdigest(): content.decode() for content in contents}


def stretch(records: Graph, passage: Node) -> slice:
    """Return where a passage stands, in code points."""
    return slice(int(the(records, passage, REC.start)), int(the(records, passage, REC.end)))


def test_all_evidence_is_verified(records: Graph, seeds_archive: Path) -> None:
    verdicts = list(verify(records, open_archive([seeds_archive])))
    assert len(verdicts) > 80
    assert [verdict for verdict in verdicts if verdict.status != "verified"] == []


def test_no_sentence_is_left_unclaimed(records: Graph, seeds_archive: Path) -> None:
    assert list(gaps(records, open_archive([seeds_archive]))) == []


def test_positions_words_and_hashes_are_those_of_the_bytes(
    records: Graph, seeds_archive: Path
) -> None:
    """Counted here without the library, so that it cannot be wrong in the same way twice."""
    texts = archived(seeds_archive)
    for passage, snapshot in records.subject_objects(OA.hasSource):
        span = texts[the(records, snapshot, SCHEMA.sha256)][stretch(records, passage)]
        assert span.strip() == span != ""
        if (passage, REC.words, None) in records:
            assert the(records, passage, REC.words) == span
        else:
            digest = hashlib.sha256(span.encode()).hexdigest()
            assert the(records, passage, SCHEMA.sha256) == digest


def test_nothing_but_attribution_tags_is_left_uncovered(
    records: Graph, seeds_archive: Path
) -> None:
    texts = archived(seeds_archive)
    for snapshot in records.subjects(RDF.type, REC.Snapshot):
        text = list(texts[the(records, snapshot, SCHEMA.sha256)])
        for passage in records.subjects(OA.hasSource, snapshot):
            place = stretch(records, passage)
            text[place] = "\n" * (place.stop - place.start)
        left = re.findall(r"[^\n]*\w[^\n]*", "".join(text))
        assert all(re.match(r"” (he|Rutte) \w+\b.*\.$", piece) for piece in left), left


def test_hedges_and_words_as_stated_are_in_the_archived_texts(
    records: Graph, seeds_archive: Path
) -> None:
    together = "\n".join(archived(seeds_archive).values())
    for predicate in (REC.hedge, REC.asStated):
        for value in records.objects(None, predicate):
            assert str(value) in together
            assert len(str(value).split()) <= 6
