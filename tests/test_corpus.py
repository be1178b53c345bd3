"""The bundled collection as a whole: its evidence, its answers, its hard cases."""

import csv
import json
import re
import time
from collections import Counter
from itertools import chain
from pathlib import Path

import krippendorff
import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, ORG, RDF
from rdflib.term import Node

from conftest import REPOSITORY
from onrecord.archive import open_archive
from onrecord.assembly import Assembly, assemble, derive_all, merged
from onrecord.build import build
from onrecord.check import check
from onrecord.collection import Collection, read_collection
from onrecord.oxigraph import quads, to_rdflib
from onrecord.paths import BUNDLED_COLLECTION, QUERIES
from onrecord.query import Query, bind, read_queries, read_query
from onrecord_server.app import create_app
from onrecord_server.opening import Setting, endpoint_in_thread

ANSWERS = Path(__file__).parent / "corpus_answers"
BASE = "https://w3id.org/onrecord/"

ATTESTATION = Namespace(f"{BASE}attestation/")
CLAIM = Namespace(f"{BASE}claim/")
CODE = Namespace(f"{BASE}code#")
OA = Namespace("http://www.w3.org/ns/oa#")
REC = Namespace(f"{BASE}ns#")
SCHEMA = Namespace("https://schema.org/")
SEEDS = {"AMC-050", "AMC-051", "AMC-052"}
"""Claims of the pack whose pages are the seed articles, which have records of their own."""


@pytest.fixture(scope="module")
def collection() -> Collection:
    """The bundled collection, as written."""
    return read_collection(BUNDLED_COLLECTION)


@pytest.fixture(scope="module")
def assembly(collection: Collection) -> Assembly:
    """Its records, completed."""
    return assemble(collection)


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Graph:
    """Everything that it asserts, records and derivations, in one graph."""
    derived = derive_all(assembly)
    return merged(assembly.records, assembly.completed, assembly.ontology, *derived.values())


@pytest.fixture(scope="module")
def store(graph: Graph) -> ox.Store:
    """The same in an Oxigraph store."""
    store = ox.Store()
    store.extend(quads(graph))
    return store


def test_all_evidence_is_verified_and_nothing_is_found(
    collection: Collection, seeds_archive: Path, corpus_archive: Path
) -> None:
    report = check(collection, open_archive([seeds_archive, corpus_archive]))
    assert report.findings == ()
    assert report.passages["verified"] > 380
    assert set(report.passages) - {"verified"} == {
        status for status, number in report.passages.items() if number == 0
    }


def test_without_the_archive_nothing_is_called_verified(collection: Collection) -> None:
    report = check(collection, open_archive([]))
    assert report.findings == ()
    assert report.passages["verified"] == 0


def test_every_claim_of_the_pack_is_attested(graph: Graph, shared: Path) -> None:
    lines = (shared / "corpus" / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    pack = {json.loads(line)["id"] for line in lines}
    assert {str(number) for number in graph.objects(None, DCTERMS.identifier)} == pack - SEEDS


def test_a_number_of_the_pack_is_one_attestation(graph: Graph) -> None:
    numbers = Counter(map(str, graph.objects(None, DCTERMS.identifier)))
    assert len(numbers) == 223
    assert set(numbers.values()) == {1}


def test_snapshots_of_the_pack_are_excerpts(graph: Graph) -> None:
    extents = Counter(graph.objects(None, REC.extent))
    assert extents == {CODE.excerpt: 170, CODE.whole: 2}


@pytest.mark.parametrize("path", sorted(ANSWERS.glob("*.csv")), ids=lambda path: path.stem)
def test_a_question_has_its_expected_answer(store: ox.Store, path: Path) -> None:
    query = read_query(QUERIES / f"{path.stem}.rq")
    with path.open(encoding="utf-8", newline="") as file:
        header, *expected = csv.reader(file)
    assert header == [column.name for column in query.columns]
    rows = [
        ["" if term is None else str(to_rdflib(term)).removesuffix(".0") for term in row]
        for row in store.query(bind(query, {}, BASE))
    ]
    assert rows == expected


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


def test_capacity_never_meets_output_but_as_apparent(graph: Graph) -> None:
    """Neither do 155 mm shells meet ammunition of any kind, unnoticed."""
    for comparison in graph.subjects(RDF.type, REC.Comparison):
        series = [
            graph.value(graph.value(comparison, side), REC.inSeries)
            for side in (REC.first, REC.second)
        ]
        outcome = graph.value(comparison, REC.outcome)
        if outcome == CODE.apparent:
            assert set(graph.objects(comparison, REC.differsIn))
        else:
            assert graph.value(series[0], REC.measure) == graph.value(series[1], REC.measure)
            if outcome != CODE.reached:
                assert series[0] == series[1]


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
        ("jens-stoltenberg", {"secretary-general"}),
        ("christopher-cavoli", {"supreme-allied-commander"}),
    ],
)
def test_offices_are_held_for_a_time(graph: Graph, actor: str, offices: set[str]) -> None:
    memberships = set(graph.objects(URIRef(f"{BASE}actor/{actor}"), ORG.hasMembership))
    roles = {str(graph.value(one, ORG.role)).rpartition("/")[2] for one in memberships}
    assert roles == offices
    for one in memberships:
        assert graph.value(graph.value(one, ORG.memberDuring), REC.earliest) is not None


DOC = REPOSITORY / "docs" / "corpus.md"


HITS = {
    "alters": set(),
    "compatible with": set(),
    "contradicts": {"disagreement", "revision"},
    "seems to contradict": {"apparent"},
    "supersedes": {"change", "revision", "postponement", "reached", "missed"},
}
"""Which comparisons find what was judged."""


def judged() -> list[dict[str, str]]:
    """Return the answer that sets each judgement beside what the rules find."""
    with (ANSWERS / "judged-and-derived.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_found(row: dict[str, str]) -> bool:
    """Say whether the rules find what a curator judged."""
    compared = set(filter(None, row["compared"].split(", ")))
    if row["judged"] == "alters":
        return bool(row["drift"])
    if row["judged"] == "compatible with":
        return not compared and not row["drift"]
    return bool(compared & HITS[row["judged"]])


@pytest.mark.parametrize("kind", sorted(HITS))
def test_the_recall_of_the_rules_is_as_told(kind: str) -> None:
    rows = [row for row in judged() if row["judged"] == kind]
    found = sum(map(is_found, rows))
    line = f"| {kind} | {len(rows)} | {found} | {found / len(rows):.2f} |"
    assert line in DOC.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ("drift", "alters"),
        ("apparent", "seems to contradict"),
        ("change, postponement, reached, missed", "supersedes"),
        ("disagreement", "contradicts"),
    ],
)
def test_the_precision_of_the_rules_is_as_told(found: str, kind: str) -> None:
    told = set(found.split(", "))
    rows = [
        row
        for row in judged()
        if told & set(row["compared"].split(", ")) or (found == "drift" and row["drift"])
    ]
    right = sum(row["judged"] == kind for row in rows)
    line = f"| {found} | {right} | {len(rows) - right} | {right / len(rows):.2f} |"
    assert line in DOC.read_text(encoding="utf-8")


def test_every_difference_is_explained() -> None:
    text = DOC.read_text(encoding="utf-8")
    explained = text.partition("Every difference, and who is right")[2].partition("\n## ")[0]
    for row in judged():
        ours = "onrecord/claim/" in row["subject"] and "focus-own-defence" not in row["subject"]
        if not is_found(row) and ours:
            assert row["subject"].removeprefix(BASE) in explained, row["judgement"]


def second_reading() -> dict[str, list[tuple[str, str]]]:
    """Return what two readers made of each variable, pair by pair."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    with (Path(__file__).parent / "second_reading.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pairs.setdefault(row["variable"], []).append((row["first"], row["second"]))
    return pairs


@pytest.mark.parametrize("variable", list(second_reading()))
def test_the_agreement_of_two_readers_is_as_told(variable: str) -> None:
    pairs = second_reading()[variable]
    codes = {value: code for code, value in enumerate(sorted(set(chain(*pairs))))}
    alpha = krippendorff.alpha(
        reliability_data=[[codes[pair[reader]] for pair in pairs] for reader in (0, 1)],
        level_of_measurement="nominal",
    )
    agree = sum(first == second for first, second in pairs)
    line = f"| {variable} | {len(pairs)} | {agree} | {alpha:.2f} |"
    assert line in DOC.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (REC.Claim, "claims"),
        (REC.Attestation, "attestations"),
        (REC.Source, "sources"),
        (REC.Snapshot, "snapshots"),
        (REC.Actor, "actors"),
        (REC.Event, "events"),
        (REC.Series, "series"),
        (REC.Judgement, "judgements"),
    ],
)
def test_the_collection_is_as_large_as_told(assembly: Assembly, kind: Node, name: str) -> None:
    number = len(set(assembly.records.subjects(RDF.type, kind)))
    assert f"| {name} | {number} |" in DOC.read_text(encoding="utf-8")


def test_what_is_derived_has_the_size_that_is_told(graph: Graph) -> None:
    outcomes = Counter(
        str(graph.value(comparison, REC.outcome)).rpartition("#")[2]
        for comparison in graph.subjects(RDF.type, REC.Comparison)
    )
    told = (
        f"{outcomes['apparent']} apparent conflicts, {outcomes['change']} changes, "
        f"{outcomes['disagreement']} disagreements"
    )
    assert told in DOC.read_text(encoding="utf-8")


def test_each_hard_case_names_claims_on_record(graph: Graph) -> None:
    text = DOC.read_text(encoding="utf-8")
    section = text.partition("## The hard cases")[2].partition("\n## ")[0]
    cases = re.findall(r"^(\d+)\. (.*)$", section, re.MULTILINE)
    assert [int(number) for number, _ in cases] == list(range(1, 26))
    for _, case in cases:
        named = re.findall(r"`(claim|attestation|series|actor|event)/([\w-]+)`", case)
        assert named
        for kind, slug in named:
            assert (URIRef(f"{BASE}{kind}/{slug}"), RDF.type, None) in graph, slug


def test_every_figure_can_be_followed_to_its_words_in_two_clicks(tmp_path: Path) -> None:
    """From the rows of the parity answer, and of all series' answer, to the page of the claim."""
    build(check(read_collection(BUNDLED_COLLECTION), open_archive([])), tmp_path / "releases")
    with endpoint_in_thread(Setting(tmp_path / "releases", tmp_path / "cache")) as endpoint:
        client = create_app(endpoint).test_client()
        for question in ("claims-on-topic-by-date", "quantities"):
            page = client.get(f"/q/{question}.html", buffered=True).text
            claims = sorted(set(re.findall(r'href="(/claim/[^"#?]+)"', page)))
            assert len(claims) > 40
            for claim in claims:
                text = client.get(f"{claim}.html", buffered=True).text
                assert re.search(r"characters \d+–\d+ of <a href=\"/snapshot/", text), claim
        page = client.get("/claim/unterluess-two-million.html", buffered=True).text
        assert "which reprints" in page
        assert re.search(r"more than 2000000 in P1Y.*output of Europe: shell", page)


@pytest.mark.parametrize("query", read_queries(QUERIES), ids=lambda query: query.name)
def test_a_saved_query_is_answered_before_a_reader_gives_up(store: ox.Store, query: Query) -> None:
    """In seconds of this process alone, so that a busy machine does not matter much."""
    start = time.process_time()
    assert list(store.query(query.text))
    assert time.process_time() - start < 10
