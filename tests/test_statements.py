"""Every kind of statement that speakers make: put on record, checked, queried and shown."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import URIRef

import onrecord
from onrecord.derivation.derived import evaluate
from onrecord.rdf.namespaces import REC
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import build
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from sample_release import BASE
from test_taken_back import BY_NAME, changed, triple
from test_withdrawn import before, terms

CLINIC = Path(__file__).parent / "clinic"
KINDS = (
    "board-of-nurses", "claim-about-a-claim", "correction-by-the-speaker", "denial-of-a-figure",
    "denial-without-a-figure", "joint-statement", "leaked-memo", "neither-confirmed-nor-denied",
    "no-knowledge-of-it", "promise-on-a-condition", "question-put", "unnamed-official",
    "withdrawal-by-the-speaker",
)  # fmt: skip
"""The sources, one for each kind."""
FRAME = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix code: <https://w3id.org/onrecord/code#> .
@prefix rec: <https://w3id.org/onrecord/ns#> .
@prefix schema: <https://schema.org/> .
@prefix : <https://example.org/clinic/> .

<https://example.org/clinic/> a dcat:Dataset ;
    dcterms:title "Statements"@en ; dcterms:description "One of each kind."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:publisher <https://example.org/clinic/actor/desk> ;
    void:uriSpace "https://example.org/clinic/" .
<https://example.org/clinic/actor/desk> a rec:Actor , schema:Organization ;
    schema:name "desk"@en ; rec:recordedIn <https://example.org/clinic/curation/reading> .
<https://example.org/clinic/topic/lake-fever-vaccination> a skos:Concept ;
    skos:inScheme <https://example.org/clinic/topic> ;
    skos:prefLabel "lake fever"@en ; skos:definition "Who is vaccinated."@en ;
    rec:recordedIn <https://example.org/clinic/curation/reading> .
<https://example.org/clinic/curation/reading> a rec:Curation ;
    prov:wasAssociatedWith <https://example.org/clinic/actor/desk> ;
    rec:method code:reading ; rec:curatedOn "2025-07-01"^^xsd:date .
"""


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of nothing but these statements."""
    folder = tmp_path_factory.mktemp("statements")
    records = folder / "records"
    records.mkdir()
    shutil.copy(CLINIC / "records" / "lake-wire.ttl", records)
    for kind in KINDS:
        shutil.copy(CLINIC / "records" / "sources" / f"{kind}.ttl", records)
    (records / "frame.ttl").write_text(FRAME, encoding="utf-8")
    report = check_records(read_collection(records), open_archive([CLINIC / "texts"]))
    assert report.violations == ()
    build(report, folder / "releases")
    return folder / "releases"


@pytest.fixture(scope="module")
def release(releases: Path) -> onrecord.OpenRelease:
    return onrecord.open(releases)


@pytest.fixture(scope="module")
def client(releases: Path) -> Iterator[FlaskClient]:
    settings = Settings(releases, releases.parent / "cache")
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


def shown(client: FlaskClient, claim: str) -> str:
    return client.get(f"/claim/{claim}.html", buffered=True).text


@pytest.mark.parametrize(
    ("claim", "phrases"),
    [
        (
            "doses-in-may-joint",
            [
                "Speakers, together",
                '<a href="/actor/jens-marro">Jens Marro</a>, <a href="/actor/ona-berel">',
                "Jens Marro; Ona Berel, 2025-06-02: ",
            ],
        ),
        ("second-refrigerator", ["<dt>Made in</dt>", "not archived</a>, published</dd>"]),
        (
            "spoiled-doses",
            [
                "not archived</a>, leaked</dd>",
                '; seen by <a href="/actor/lake-wire">Lake Wire</a>, <a href="/actor/suna-keld">',
            ],
        ),
        ("no-shortage", ["official of the Coast Health Service</a></dd>"]),
        ("not-nine-thousand", ["<span>denied</span>", "<li>denies <a"]),
        ("leaflet-nine-thousand", ["<li>is denied by Emil Varga: <a"]),
        ("nobody-was-paid", ["<li>denies <a"]),
        ("silent-on-five-hundred", ["<span>not confirmed</span>", "<li>responds to <a"]),
        ("mayor-knows-nothing", ["<span>not known</span>", "<li>responds to <a"]),
        (
            "six-thousand-in-july",
            [
                "<span>promised</span>",
                "<dt>On condition</dt><dd>The ship is on time.</dd>",
                '<dt>Put to</dt><dd><a href="/actor/village-of-lun">',
            ],
        ),
        ("how-many-for-the-islands", ["<span>asked</span>", "<dt>Put to</dt>"]),
        ("boxes-in-the-sun", ["<li>is confirmed by Nadia Bohr: <a"]),
        (
            "dahl-five-thousand",
            ["Taken back by who said it", "<dt>Figure, taken back</dt>", " Taken back since."],
        ),
        ("ness-three-thousand", ["<span>taken back</span>", "<li>is corrected by Felix Ness: <a"]),
    ],
)
def test_the_page_of_a_claim_says_what_kind_of_statement_it_is(
    client: FlaskClient, claim: str, phrases: list[str]
) -> None:
    text = shown(client, claim)
    assert [phrase for phrase in phrases if phrase not in text] == []


def test_a_claim_that_stands_is_not_said_to_be_taken_back(client: FlaskClient) -> None:
    for claim in ("ness-thirty-eight-hundred", "doses-in-may-joint", "leaflet-nine-thousand"):
        assert "aken back" not in shown(client, claim).replace("no longer", "")


def test_a_joint_statement_is_one_row_with_all_its_speakers(release: onrecord.OpenRelease) -> None:
    for name in ("quantities", "witnesses", "without-inference", "claims-on-topic-by-date"):
        given = (
            {"topic": "topic/lake-fever-vaccination"} if name == "claims-on-topic-by-date" else {}
        )
        rows = [row for row in release.query(name, **given) if row.claim.endswith("-may-joint")]
        assert [row.speaker for row in rows] == ["Jens Marro; Ona Berel"], name


def test_a_joint_statement_counts_for_each_of_its_speakers(release: onrecord.OpenRelease) -> None:
    names = {row["speaker"] for row in release.query("speakers-by-topic")}
    assert {"Jens Marro", "Ona Berel"} <= names


def test_python_has_the_speakers_the_condition_and_what_was_taken_back(
    release: onrecord.OpenRelease,
) -> None:
    joint = release.claim("doses-in-may-joint")
    assert joint.speaker == "Jens Marro; Ona Berel"
    assert [who.iri.rpartition("/")[2] for who in joint.speakers] == ["jens-marro", "ona-berel"]
    assert (joint.condition, joint.taken_back, joint.taken_back_by) == ("", False, ())
    assert release.claim("six-thousand-in-july").condition == "The ship is on time."
    withdrawn = release.claim("dahl-five-thousand")
    assert withdrawn.taken_back
    assert not withdrawn.withdrawn
    (response,) = withdrawn.taken_back_by
    assert response.endswith("/claim/dahl-takes-it-back")


def test_the_chain_of_a_leaked_document_names_who_saw_it(release: onrecord.OpenRelease) -> None:
    rows = release.query("derivation-chain", claim="claim/spoiled-doses")
    assert {row["disclosure"] for row in rows} == {"leaked"}
    assert {row["seen_by"] for row in rows} == {"Lake Wire", "Suna Keld"}


def test_a_promise_has_its_condition_beside_its_deadline(release: onrecord.OpenRelease) -> None:
    (row,) = release.query("deadlines", today="2025-06-30")
    assert (row["modality"], row["condition"]) == ("promised", "The ship is on time.")


def test_nothing_that_is_taken_back_is_compared_and_a_denial_with_what_it_denies(
    release: onrecord.OpenRelease,
) -> None:
    rows = release.query("same-series-compared")
    pairs = {tuple(row[side].rpartition("/")[2] for side in ("first", "second")) for row in rows}
    assert {claim for pair in pairs for claim in pair} == {
        "doses-in-may-joint", "leaflet-nine-thousand", "ness-thirty-eight-hundred",
        "not-nine-thousand", "six-thousand-in-july",
    }  # fmt: skip
    assert [pair for pair in pairs if "not-nine-thousand" in pair] == [
        ("leaflet-nine-thousand", "not-nine-thousand")
    ]


# Rules of several speakers ----------------------------------------------------


def derived(name: str, store: ox.Store) -> set[tuple[str, ...]]:
    return set(map(terms, evaluate(BY_NAME[name], store)))


def reasoned(found: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Return what is derived without the sentences that say why, which name all speakers."""
    return {row for row in found if row[1] != str(REC.because)}


def test_a_report_that_credits_one_of_several_speakers_is_no_drift() -> None:
    found = derived("drift-speaker", before().store)
    records = before().store
    ((report, credited),) = {
        (quad.subject.value, quad.object.value)
        for quad in records.quads_for_pattern(None, ox.NamedNode(REC.creditedTo), None)
        if any(row[2] == quad.subject.value for row in found)
    }
    (claim,) = (
        quad.object.value
        for quad in records.quads_for_pattern(ox.NamedNode(report), ox.NamedNode(REC.attests), None)
    )
    with changed(triple(URIRef(claim), REC.speaker, URIRef(credited))) as store:
        assert not any(row[2] == report for row in derived("drift-speaker", store))
    with changed(triple(URIRef(claim), REC.speaker, URIRef(f"{BASE}actor/desk"))) as store:
        assert reasoned(derived("drift-speaker", store)) == reasoned(found)


def test_an_actor_with_two_names_is_named_once_and_in_english() -> None:
    actor, claim = f"{BASE}actor/ada-holm", f"{BASE}claim/twenty-workshops"
    name = ox.Quad(
        ox.NamedNode(actor),
        ox.NamedNode("https://schema.org/name"),
        ox.Literal("Aada Holm", language="fi"),
    )
    with changed(name) as store:
        named = {row[2] for row in derived("speakers", store) if row[0] == claim}
    assert named == {"Ada Holm; Ruo Tan"}
