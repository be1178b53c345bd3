"""Claims on record: which wordings are of one claim, and what is proposed of archived pages."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from conftest import beside
from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.records.archive import open_archive
from onrecord.reviewing.card import Card
from onrecord.reviewing.choice import speaker_of
from onrecord.reviewing.claim_wording import difference, read_wording
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.drafted_cards import draft_file
from onrecord.reviewing.known_records import KnownRecords, read_known_records
from onrecord.reviewing.same_claim import same_claims

OWN = Path(__file__).parent / "same_claims.json"
Pair = dict[str, str | bool | None]


def read_pairs(path: Path) -> list[Pair]:
    """Return pairs of wordings, each with what tells them apart, None of one claim."""
    pairs: list[Pair] = json.loads(path.read_text(encoding="utf-8"))
    return pairs


def told(pair: Pair) -> str | None:
    """Return in what the wordings of a pair differ, either way round."""
    one, other = (read_wording(str(pair[name])) for name in ("a", "b"))
    assert difference(one, one) is difference(other, other) is None
    found = {difference(one, other), difference(other, one)}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize("pair", read_pairs(OWN), ids=lambda pair: str(pair["b"]))
def test_what_differs_tells_two_claims_apart(pair: Pair) -> None:
    assert told(pair) == pair["differs"]
    assert (pair["differs"] is None) == pair["same"]


def test_there_are_pairs_that_differ_in_each_thing() -> None:
    counts = Counter(pair["differs"] for pair in read_pairs(OWN))
    assert counts[None] >= 7
    assert set(counts) - {None} == {
        "comparator", "measure", "modality", "names", "negation", "numbers", "period", "roles",
        "speaker", "words",
    }  # fmt: skip


def test_shared_pairs() -> None:
    for pair in read_pairs(beside("draft/cases/same-claim.json")):
        assert told(pair) == pair["differs"], pair


# Archived pages ---------------------------------------------------------------------------


@contextmanager
def without_reports(known: KnownRecords, snapshot: Node) -> Iterator[dict[Node, list[range]]]:
    """Give the claims that a page attests, with their places, while it does not attest them."""
    graph = known.graph
    triples = [
        (attestation, REC.passage, passage)
        for passage in graph.subjects(OA.hasSource, snapshot)
        if (passage, REC.start, None) in graph
        for attestation in graph.subjects(REC.passage, passage)
    ]
    claims: dict[Node, list[range]] = {}
    for attestation, _, passage in triples:
        start, end = (int(str(graph.value(passage, name))) for name in (REC.start, REC.end))
        for claim in graph.objects(attestation, REC.attests):
            claims.setdefault(claim, []).append(range(start, end))
        graph.remove((attestation, REC.passage, passage))
    try:
        yield claims
    finally:
        for triple in triples:
            graph.add(triple)


def spoken_by(card: Card, file: DraftFile, known: KnownRecords, claims: set[Node]) -> Card:
    """Return a card with the speaker of the claims that it is of, as a reviewer confirms one."""
    speakers = {who for claim in claims for who in known.graph.objects(claim, REC.speaker)}
    if speaker_of(card, file, known) is not None or len(speakers) != 1:
        return card
    return replace(card, fixes={"speaker": {"iri": str(speakers.pop())}})


@pytest.mark.slow
def test_what_is_proposed_of_archived_pages_is_the_claim_that_they_attest(
    seeds_archive: Path, corpus_archive: Path, corpus2_archive: Path
) -> None:
    """It takes 15 seconds: 348 pages, each as if it were new to the collection.

    Of 55 first proposals 51 are of a claim that the record has from there. Of the four others,
    three are claims that a sentence of the page makes, though the record does not say so, and one
    says in the same words what the speaker had said before.
    """
    archive = open_archive([seeds_archive, corpus_archive, corpus2_archive])
    known = read_known_records(BUNDLED_COLLECTION)
    counts: Counter[str] = Counter()
    for snapshot, digest in sorted(known.graph.subject_objects(SCHEMA.sha256)):
        text = archive.text(str(digest))
        source = known.source_of(str(digest))
        if text is None or source is None or (snapshot, RDF.type, REC.Snapshot) not in known.graph:
            continue
        language = str(known.graph.value(URIRef(source.iri), SCHEMA.inLanguage))[:2]
        file = draft_file(text, "page", "test", language, known.published_on(str(digest)))
        with without_reports(known, snapshot) as claims:
            for card in file.cards:
                here = {
                    claim
                    for claim, places in claims.items()
                    for place in places
                    for one in card.places
                    if one.start < place.stop and place.start < one.end
                }
                found = same_claims(spoken_by(card, file, known, here), file, known)
                for one in found[:1]:
                    counts["right" if URIRef(one.iri) in here else "other"] += 1
    assert counts["right"] >= 48
    assert counts["other"] <= 5
