"""Identifiers of actors elsewhere: a judgement with the source that gives it, and what follows."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from onrecord.rdf.namespaces import SCHEMA
from onrecord.records.archive import open_archive
from onrecord.records.check import CheckedRecords, check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import build
from onrecord.releases.release import Release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from sample_release import BASE, SAMPLE

LEAGUE = URIRef(f"{BASE}actor/league")
REGISTER = URIRef("https://register.example/bodies/1207")
JUDGEMENT = f"""
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rec: <https://w3id.org/onrecord/ns#> .
@prefix schema: <https://schema.org/> .
@prefix : <{BASE}> .

<{BASE}judgement/league-in-the-register>
    a rec:Judgement ;
    rdf:subject <{LEAGUE}> ;
    rdf:predicate schema:sameAs ;
    rdf:object <{REGISTER}> ;
    rec:takenFrom <{BASE}source/ledger> ;
    rec:reason "The ledger prints the number of the league in the register."@en ;
    rec:recordedIn <{BASE}curation/reading> .
"""


def checked(folder: Path, judgement: str) -> CheckedRecords:
    """Check the sample with a judgement in a file of its own."""
    shutil.copytree(SAMPLE / "records", folder / "records")
    (folder / "records" / "claims" / "register.ttl").write_text(judgement, encoding="utf-8")
    archive = open_archive([SAMPLE / "archive"])
    return check_records(read_collection(folder / "records"), archive)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("elsewhere")
    report = checked(folder, JUDGEMENT)
    assert [finding.message for finding in report.violations] == []
    return build(report, folder / "releases")


@pytest.fixture(scope="module")
def client(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("cache"))
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


def test_the_plain_triple_follows_from_the_judgement(release: Release) -> None:
    records = Graph().parse(release.path / "dumps" / "onrecord.nt")
    assert list(records.subject_objects(SCHEMA.sameAs)) == [(LEAGUE, REGISTER)]
    lines = (release.path / "dumps" / "onrecord.nq").read_text(encoding="utf-8").splitlines()
    (line,) = [each for each in lines if f"<{SCHEMA.sameAs}> <{REGISTER}>" in each]
    assert line.endswith(f"<{BASE}graph/derived/judged> .")


def test_the_page_names_it_with_its_source(client: FlaskClient) -> None:
    page = client.get("/actor/league.html").text
    assert f'<a href="{REGISTER}">' in page
    assert '<a href="/judgement/league-in-the-register">' in page
    assert '<a href="/source/ledger">Looking back on the year</a>' in page
    assert client.get("/judgement/league-in-the-register.html").status_code == 200
    assert str(REGISTER) not in client.get("/actor/sundra.html").text


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "rdf"])
def test_the_data_has_it(client: FlaskClient, suffix: str) -> None:
    formats = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}
    data = client.get(f"/actor/league.{suffix}").data
    assert (LEAGUE, SCHEMA.sameAs, REGISTER) in Graph().parse(data=data, format=formats[suffix])


def test_the_saved_query_lists_it(client: FlaskClient) -> None:
    rows = client.get("/q/taken-from.csv").text.splitlines()
    (row,) = [each for each in rows if str(REGISTER) in each]
    assert "identifier elsewhere" in row
    assert "Looking back on the year" in row


def test_a_withdrawn_judgement_says_nothing_any_more(tmp_path: Path) -> None:
    reading = f"rec:recordedIn <{BASE}curation/reading>"
    replaced = f"<http://purl.org/dc/terms/isReplacedBy> <{BASE}judgement/plenty-contradicts-short>"
    withdrawn = f"{reading} ; rec:retractedIn <{BASE}curation/withdrawal> ; {replaced}"
    report = checked(tmp_path, JUDGEMENT.replace(reading, withdrawn))
    release = build(report, tmp_path / "releases")
    records = Graph().parse(release.path / "dumps" / "onrecord.nt")
    assert not list(records.subject_objects(SCHEMA.sameAs))
