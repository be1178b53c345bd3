"""Claims on record: which wordings are of one claim, and what is proposed of archived pages."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from built_releases import ReleaseOf
from conftest import beside
from onrecord.cli.main import main
from onrecord.drafting.batch.document_line import drafted_line
from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.records.archive import open_archive
from onrecord.releases.release import open_release
from onrecord.releases.tables.search import open_tables
from onrecord.reviewing.card import Card
from onrecord.reviewing.cards.drafted_cards import draft_file
from onrecord.reviewing.choice import speaker_of
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.known_records import KnownRecords, read_known_records
from onrecord.reviewing.same_claims.of_collection import same_claims
from onrecord.reviewing.same_claims.of_release import with_claims_on_record
from onrecord.reviewing.same_claims.wording import difference, read_wording

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


# A release --------------------------------------------------------------------------------

TOLD = (
    "Ada Holm told the harbour that the League has opened twelve workshops this year. “Sundra made"
    " more flares than the League up to the spring,” Ada Holm said. Ada Holm said that the League"
    " has opened twenty workshops this year. Per Dahl said that the League ought to keep its pace."
)


@pytest.fixture(scope="module")
def releases(release_of: ReleaseOf) -> Path:
    """The folder of a release of the sample."""
    return release_of("sample").path.parent


@pytest.mark.parametrize("many", [True, False])
def test_lines_of_drafts_name_claims_of_a_release(
    releases: Path, tmp_path: Path, many: bool
) -> None:
    path = tmp_path / "page.txt"
    path.write_text(TOLD, encoding="utf-8")
    lines = tmp_path / "in.jsonl"
    lines.write_text(json.dumps({"id": "a", "text": TOLD}), encoding="utf-8")
    source = ["--jsonl-in", str(lines)] if many else [str(path)]
    result = CliRunner().invoke(main, ["draft", *source, "--releases", str(releases)])
    assert result.exit_code == 0, result.output
    quotes = json.loads(result.stdout)["quotes"]
    found = [
        [one["claim"].rpartition("/")[2] for one in quote.get("onRecord", ())] for quote in quotes
    ]
    base = "https://example.org/harbour/claim/"
    texts = [[one["text"] for one in quote.get("onRecord", ())] for quote in quotes]
    assert texts == [
        ["The League has opened twelve workshops this year."],
        ["Sundra made more flares than the League up to the spring."],
        [],
        [],
    ], found
    assert quotes[0]["onRecord"][0]["claim"].startswith(base)


def test_what_was_said_after_the_article_is_not_what_it_reports(releases: Path) -> None:
    tables = open_tables(open_release(releases).path)
    assert tables is not None
    for published, number in (("2020-01-01", 0), ("2024-12-01", 2)):
        line = drafted_line(json.dumps({"id": "a", "text": TOLD, "published": published}))
        value = json.loads(with_claims_on_record(line, tables))
        assert sum("onRecord" in quote for quote in value["quotes"]) == number


def test_a_folder_without_a_release_is_said(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(TOLD, encoding="utf-8")
    result = CliRunner().invoke(main, ["draft", str(path), "--releases", str(tmp_path)])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "no release yet" in result.stderr


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

    Of 52 first proposals 48 are of a claim that the record has from there. Of the four others,
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
    assert counts["right"] >= 46
    assert counts["other"] <= 5
