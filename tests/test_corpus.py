"""The bundled collection as a whole: its evidence, its hard cases, what is derived from it."""

import json
from collections import Counter
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, ORG, RDF
from rdflib.term import Node

import bundled
from bundled import BASE
from conftest import beside
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import Collection

ATTESTATION = Namespace(f"{BASE}attestation/")
CLAIM = Namespace(f"{BASE}claim/")
CODE = Namespace(f"{BASE}code#")
OA = Namespace("http://www.w3.org/ns/oa#")
REC = Namespace(f"{BASE}ns#")
SCHEMA = Namespace("https://schema.org/")
SEEDS = {"AMC-050", "AMC-051", "AMC-052"}
"""Claims of the first pack whose pages are the seed articles, which have records of their own."""


@pytest.fixture(scope="module")
def collection() -> Collection:
    return bundled.collection()


@pytest.fixture(scope="module")
def graph() -> Graph:
    return bundled.graph()


def test_all_evidence_is_verified_and_nothing_is_found(
    collection: Collection, seeds_archive: Path, corpus_archive: Path, corpus2_archive: Path
) -> None:
    archives = [seeds_archive, corpus_archive, corpus2_archive]
    report = check_records(collection, open_archive(archives))
    assert report.findings == ()
    assert report.passages["verified"] > 790
    assert set(report.passages) - {"verified"} == {
        status for status, number in report.passages.items() if number == 0
    }


def test_without_the_archive_nothing_is_called_verified(collection: Collection) -> None:
    report = check_records(collection, open_archive([]))
    assert report.findings == ()
    assert report.passages["verified"] == 0


def test_every_claim_of_the_packs_is_attested(graph: Graph) -> None:
    lines = [
        line
        for pack in ("corpus", "corpus2")
        for line in beside(f"{pack}/claims.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    numbers = {json.loads(line)["id"] for line in lines}
    assert {str(number) for number in graph.objects(None, DCTERMS.identifier)} == numbers - SEEDS


def test_a_number_of_a_pack_is_one_attestation(graph: Graph) -> None:
    numbers = Counter(map(str, graph.objects(None, DCTERMS.identifier)))
    assert len(numbers) == 223 + 258
    assert set(numbers.values()) == {1}


def test_snapshots_of_the_packs_are_excerpts(graph: Graph) -> None:
    extents = Counter(graph.objects(None, REC.extent))
    assert extents == {
        CODE.excerpt: 170 + 176,
        CODE.whole: 4,  # the seeds, and the packs' own files
    }


def drifts(graph: Graph, attestation: URIRef) -> set[Node]:
    """Return in what a report departs from its claim."""
    return {
        outcome
        for drift in graph.subjects(REC.driftOf, attestation)
        for outcome in graph.objects(drift, REC.outcome)
    }


@pytest.mark.parametrize(
    ("slug", "outcome"),
    [
        ("unterluess-two-million-chaspravdy-unterluess", "other-modality"),
        ("unterluess-two-million-chaspravdy-unterluess", "other-measure"),
        ("unterluess-sixfold-tass-unterluess", "other-measure"),
        ("nyt-threefold-quarter-ainewsge-nyt", "other-value"),
        ("shin-containers-rbcua-nk", "conjoined"),
        ("warsaw-direct-threat-politico-warsaw", "other-words"),
        ("june-quarter-year-babel-bucharest", "other-speaker"),
        ("nato-250k-jellypages-cnn", "other-speaker"),
        ("fires-10k-liga-cnn", "other-measure"),
        ("kubilius-quarter-year-liga-kubilius-lead", "other-product"),
        ("unterluess-two-million-defindeu-unterluess", "other-time"),
        ("chatham-quarter-year-daily8-euronews-factcheck", "other-saying"),
        ("overtaken-pakalert-bi-bucharest", "other-value"),
        ("us-europe-to-kyiv-am1-cnn", "other-party"),
        ("salm-sevenfold-news2fun-nyt2023", "other-product"),
        ("bain-cost-ratio-finansavisen-bain", "other-value"),
    ],
)
def test_what_an_outlet_changed_is_derived(graph: Graph, slug: str, outcome: str) -> None:
    assert CODE[outcome] in drifts(graph, ATTESTATION[slug])


def test_stoltenberg_is_credited_with_the_words_of_rutte(graph: Graph) -> None:
    attestation = ATTESTATION["june-quarter-year-babel-bucharest"]
    assert graph.value(attestation, REC.creditedTo) == URIRef(f"{BASE}actor/jens-stoltenberg")
    claim = graph.value(attestation, REC.attests)
    assert graph.value(claim, REC.speaker) == URIRef(f"{BASE}actor/mark-rutte")


@pytest.mark.parametrize(
    ("slug", "value"),
    [("chatham-quarter-year", 4), ("nyt-threefold-quarter", 12), ("brussels-fourfold-quarter", 16)],
)
def test_ratios_of_unlike_periods_are_brought_to_one(graph: Graph, slug: str, value: int) -> None:
    comparable = graph.value(CLAIM[f"{slug}#quantity"], REC.comparableValue)
    assert float(str(comparable)) == value


def test_capacity_never_meets_output_unnoticed(graph: Graph) -> None:
    """What is concluded of two series says in what they differ.

    Neither do 155 mm shells meet ammunition of any kind, where no curator judged so."""
    lines = {frozenset(pair) for pair in graph.subject_objects(REC.sameLineAs)}
    judged = {series for line in lines for series in line}
    for comparison in graph.subjects(RDF.type, REC.Comparison):
        series = [
            graph.value(graph.value(comparison, side), REC.inSeries)
            for side in (REC.first, REC.second)
        ]
        outcome = graph.value(comparison, REC.outcome)
        if outcome == CODE.apparent:
            assert set(graph.objects(comparison, REC.differsIn))
        elif series[0] != series[1] and not set(graph.objects(comparison, REC.differsIn)):
            assert judged.issuperset(series)


def test_copies_and_translations_of_one_text_are_one_root(graph: Graph) -> None:
    claim = CLAIM["nato-250k"]
    assert graph.value(claim, REC.outlets) == Literal(7)
    assert graph.value(claim, REC.independentRoots) == Literal(1)


def test_sixteen_reports_of_bucharest_are_one_event_and_few_claims(graph: Graph) -> None:
    speech = URIRef(f"{BASE}event/rutte-speech-bucharest-2025")
    claims = set(graph.subjects(REC.madeAt, speech))
    reports = {report for claim in claims for report in graph.subjects(REC.attests, claim)}
    sources = {
        graph.value(graph.value(graph.value(report, REC.passage), OA.hasSource), REC.snapshotOf)
        for report in reports
    }
    assert len(sources) >= 14
    assert len(claims) < 20


@pytest.mark.parametrize(
    ("actor", "offices"),
    [
        ("kaja-kallas", {"prime-minister", "high-representative"}),
        ("jens-stoltenberg", {"secretary-general", "member"}),
        ("christopher-cavoli", {"supreme-allied-commander"}),
    ],
)
def test_offices_are_held_for_a_time(graph: Graph, actor: str, offices: set[str]) -> None:
    memberships = set(graph.objects(URIRef(f"{BASE}actor/{actor}"), ORG.hasMembership))
    roles = {str(graph.value(one, ORG.role)).rpartition("/")[2] for one in memberships}
    assert roles == offices
    for one in memberships:
        assert graph.value(graph.value(one, ORG.memberDuring), REC.earliest) is not None
