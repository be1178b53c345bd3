"""Translations, texts made from archived bytes, and measures on record: from file to page."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import onrecord
from conftest import REPOSITORY
from onrecord.records.archive import is_text, open_archive
from onrecord.records.assembly import assemble
from onrecord.records.check import check_records, report_of
from onrecord.records.collection import read_collection
from onrecord.records.coverage import gaps
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread

CLINIC = REPOSITORY / "tests" / "clinic"
TEXTS = CLINIC / "texts"
SLUGS = (
    "dose-cost", "doses-almost", "doses-estimated", "doses-just-over", "dry-ice",
    "lake-fever-bulletin", "medici-al-lago", "waiting-list",
)  # fmt: skip
FRAME = """
@prefix code: <https://w3id.org/onrecord/code#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rec: <https://w3id.org/onrecord/ns#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://example.org/clinic/> .
<> a dcat:Dataset ;
    dcterms:title "Lake fever"@en ;
    dcterms:description "Eight sources about lake fever."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:publisher <actor/desk> ;
    dcat:contactPoint [ schema:name "desk"@en ; schema:email "desk@example.org" ] ;
    rec:corrections "Write to the desk."@en ;
    void:uriSpace "https://example.org/clinic/" .
<actor/desk> a rec:Actor , schema:Organization ;
    schema:name "our desk"@en ;
    rec:recordedIn <curation/reading> .
<curation/reading> a rec:Curation ;
    prov:wasAssociatedWith <actor/desk> ;
    rec:method code:reading ;
    rec:curatedOn "2027-04-01"^^xsd:date .
<topic/lake-fever-vaccination> a skos:Concept ;
    skos:inScheme <topic> ;
    skos:prefLabel "lake fever vaccination"@en ;
    skos:definition "Who is vaccinated against lake fever, and with what."@en ;
    rec:recordedIn <curation/reading> .
"""


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of the eight sources and nothing else."""
    folder = tmp_path_factory.mktemp("clinic") / "records"
    folder.mkdir()
    (folder / "collection.ttl").write_text(FRAME, encoding="utf-8")
    for slug in SLUGS:
        shutil.copy(CLINIC / "records" / "sources" / f"{slug}.ttl", folder)
    return folder


@pytest.fixture(scope="module")
def releases(records: Path) -> Path:
    folder = records.parent / "releases"
    onrecord.build(records, archive=TEXTS, releases=folder)
    return folder


@pytest.fixture(scope="module")
def client(releases: Path) -> Iterator[FlaskClient]:
    with endpoint_in_thread(Settings(releases, releases.parent / "cache")) as endpoint:
        yield create_app(endpoint).test_client()


def test_every_record_is_valid_and_every_passage_verified(records: Path) -> None:
    report = report_of(check_records(read_collection(records), open_archive([TEXTS])))
    assert report.findings == ()
    assert report.passages == {"verified": 16, "broken": 0, "not checked": 0}
    assert report.notes == ()


def test_the_archived_bytes_are_no_text() -> None:
    archived = (TEXTS / "lake-fever-bulletin.pdf").read_bytes()
    assert not is_text(archived)
    assert is_text((TEXTS / "lake-fever-bulletin.txt").read_bytes())
    assert not is_text(b"%PDF-1.7 as plain as a PDF can be")
    assert is_text("Gr\u00fc\u00dfe".encode("latin-1"))


def test_a_text_that_is_not_archived_is_to_be_made_from_the_bytes(
    records: Path, tmp_path: Path
) -> None:
    shutil.copy(TEXTS / "lake-fever-bulletin.pdf", tmp_path)
    report = report_of(check_records(read_collection(records), open_archive([tmp_path])))
    assert report.passages == {"verified": 0, "broken": 0, "not checked": 16}
    (note,) = report.notes
    assert note.startswith("lake-fever-bulletin.pdf: the archive has these bytes, not their text")
    assert "make it with pdftotext 22.12.0 -enc UTF-8 -nopgbrk" in note


def test_words_that_stand_in_the_bytes_too_stand_in_the_text_alone(
    records: Path, tmp_path: Path
) -> None:
    """A passage of another source is not told to stand in bytes, where no passage may stand."""
    words = "Lake Fever Bulletin, No. 3"
    assert words.encode() in (TEXTS / "lake-fever-bulletin.pdf").read_bytes()
    copied = shutil.copytree(records, tmp_path / "records")
    file = copied / "doses-just-over.ttl"
    text = file.read_text(encoding="utf-8")
    quoted = "There are just over 9,000 doses on our shelves today,"
    file.write_text(text.replace(f'rec:words "{quoted}"', f'rec:words "{words}"'), "utf-8")
    checked = check_records(read_collection(copied), open_archive([TEXTS]))
    (problem,) = (finding.message for finding in checked.findings if finding.shape == "evidence")
    assert "are in https://example.org/clinic/snapshot/lake-fever-bulletin-text," in problem


def test_coverage_is_of_the_text_and_not_of_the_bytes(records: Path) -> None:
    archive = open_archive([TEXTS])
    assembly = assemble(read_collection(records), archive.text)
    assert [gap.text for gap in gaps(assembly.records, archive)] == []


def test_a_text_is_of_the_source_of_its_bytes(client: FlaskClient) -> None:
    text = client.get("/snapshot/lake-fever-bulletin-text.ttl").text
    assert "rec:snapshotOf source:lake-fever-bulletin" in text
    reporter = client.get("/attestation/lake-fever-bulletin.ttl").text
    assert "rec:reporter actor:office-of-public-health-press" in reporter


@pytest.mark.parametrize("slug", ["lake-fever-bulletin", "lake-fever-bulletin-text"])
def test_the_page_of_a_snapshot_shows_the_way_from_bytes_to_text(
    client: FlaskClient, slug: str
) -> None:
    page = client.get(f"/snapshot/{slug}.html").text
    chain = page.partition('<ol class="chain">')[2].partition("</ol>")[0]
    addresses = [part.partition('"')[0] for part in chain.split('href="')[1:]]
    assert addresses == [
        "/source/lake-fever-bulletin",
        "/snapshot/lake-fever-bulletin",
        "/snapshot/lake-fever-bulletin-text",
    ]
    assert "with pdftotext 22.12.0 -enc UTF-8 -nopgbrk" in chain
    assert '<ol class="chain">' not in client.get("/snapshot/dry-ice.html").text


@pytest.mark.parametrize(
    ("slug", "shown"),
    [
        ("doses-estimated", "about 41000 (36500 to 46200, at a confidence of 0.95) in P1Y"),
        ("doses-almost", "nearly 12000 ("),
        ("doses-just-over", "just over 9000 ("),
        ("dose-cost", "equal 14.5 EUR in prices of 2019"),
        ("dry-ice", "equal 3.5 t in P1M = 42 t a year"),
        ("medici-al-lago", "Our translation: “In two weeks we have vaccinated"),
        ("lake-fever-bulletin", "by pdftotext 22.12.0 -enc UTF-8 -nopgbrk"),
    ],
)
def test_the_page_of_a_claim_shows_it(client: FlaskClient, slug: str, shown: str) -> None:
    assert shown in client.get(f"/claim/{slug}.html").text


def test_a_measure_on_record_has_a_page_with_the_series_that_measure_it(
    client: FlaskClient,
) -> None:
    page = client.get("/measure/people-waiting.html").text
    assert "<h1>People waiting</h1>" in page
    assert "/series/waiting-list" in page
    assert (
        client.get("/measure/people-waiting", headers={"Accept": "text/turtle"}).status_code == 303
    )


def test_a_claim_in_python_has_figures_with_units_and_words_with_translation(
    releases: Path,
) -> None:
    release = onrecord.open(releases)
    (estimate,) = release.claim("doses-estimated").quantities
    assert (estimate.value, estimate.low, estimate.high) == (41000, 36500, 46200)
    assert (str(estimate.confidence), estimate.unit) == ("0.95", "Number")
    (ice,) = release.claim("dry-ice").quantities
    assert (ice.comparable_value, ice.unit, ice.per) == (42, "Tonne", "P1Y")
    (waiting,) = release.claim("waiting-list").quantities
    assert (waiting.confidence, waiting.per) == (None, "")
    (italian,) = release.claim("medici-al-lago").attestations
    assert italian.words == "In due settimane abbiamo vaccinato ottomila persone"
    assert italian.translation == "In two weeks we have vaccinated eight thousand persons"
    ((bulletin,),) = (each.passages for each in release.claim("lake-fever-bulletin").attestations)
    assert bulletin.translation == ""
    assert (bulletin.snapshot_sha256[:12], bulletin.bytes_sha256[:12]) == (
        "dfae5f3ed20f",
        "6faa710a4cfb",
    )


def test_saved_queries_tell_unit_period_translation_and_bytes(releases: Path) -> None:
    release = onrecord.open(releases)
    figures = {row["claim"].rpartition("/")[2]: row for row in release.query("quantities")}
    ice = figures["dry-ice"]
    assert (ice["unit"], ice["per"]) == ("Tonne", "year")
    assert str(figures["doses-estimated"]["confidence"]) == "0.95"
    evidence = {row["claim"].rpartition("/")[2]: row for row in release.query("evidence")}
    assert evidence["medici-al-lago"]["translation"].startswith("In two weeks")
    bulletin = evidence["lake-fever-bulletin"]
    assert bulletin["bytes_sha256"].startswith("6faa710a4cfb")
    assert bulletin["made_with"] == "pdftotext 22.12.0"
