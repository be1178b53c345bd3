"""IRIs that go: refused by the build unless they are withdrawn, and served as such."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from built_releases import ReleaseOf
from clinic_release import BASE, CLINIC
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import build
from onrecord.releases.lost_iris import LostIriError
from onrecord.releases.release import Release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread

WITHDRAWN = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd:     <http://www.w3.org/2001/XMLSchema#> .

@prefix rec:     <https://w3id.org/onrecord/ns#> .
@prefix claim:   <https://example.org/clinic/claim/> .
@prefix attestation: <https://example.org/clinic/attestation/> .

claim:do-not-wait
    a rec:Withdrawn ;
    rec:withdrawnOn "2025-05-02"^^xsd:date ;
    rec:reason "Renamed after what is urged."@en ;
    rec:lastRelease "NAME" ;
    dcterms:isReplacedBy claim:vaccinate-now .

attestation:do-not-wait-courier
    a rec:Withdrawn ;
    rec:withdrawnOn "2025-05-02"^^xsd:date ;
    rec:reason "The article does not say it of vaccination."@en ;
    rec:lastRelease "NAME" .
"""


def released(records: Path, releases: Path) -> Release:
    return build(
        check_records(read_collection(records), open_archive([CLINIC / "texts"])), releases
    )


def changed(folder: Path) -> Path:
    """Return the records with one claim renamed and one report of it taken out."""
    records = shutil.copytree(CLINIC / "records", folder / "records")
    for path in records.rglob("*.ttl"):
        text = path.read_text(encoding="utf-8")
        if "attestation:do-not-wait-courier\n" in text:
            text = text.partition("attestation:do-not-wait-courier\n")[0]
        text = text.replace("claim:do-not-wait", "claim:vaccinate-now")
        path.write_text(text, encoding="utf-8")
    return records


def test_a_release_that_loses_records_without_a_word_is_refused(
    release_of: ReleaseOf, tmp_path: Path
) -> None:
    first = release_of("clinic", tmp_path / "releases")
    records = changed(tmp_path)
    with pytest.raises(LostIriError) as refused:
        released(records, tmp_path / "releases")
    message = str(refused.value)
    assert "\n" not in message
    assert message.startswith(
        f"{records}: attestation/do-not-wait-courier and 1 more of release {first.name} are gone,"
    )
    assert f"write into withdrawn.ttl: <{BASE}attestation/do-not-wait-courier>" in message
    assert [path.name for path in (tmp_path / "releases").iterdir() if path.is_dir()].count(
        first.name
    )
    assert (tmp_path / "releases" / "latest").resolve() == first.path


def test_a_release_of_another_collection_in_the_folder_is_not_compared(
    release_of: ReleaseOf, tmp_path: Path
) -> None:
    release_of("clinic", tmp_path / "releases")
    records = changed(tmp_path)
    for path in records.rglob("*.ttl"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("example.org/clinic/", "example.org/other/"), "utf-8")
    assert released(records, tmp_path / "releases").manifest["base"] == "https://example.org/other/"


@pytest.fixture(scope="module")
def first_and_client(
    release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, FlaskClient]]:
    """The name of the first release, and a client of a server over it and a second one."""
    folder = tmp_path_factory.mktemp("withdrawn")
    first = release_of("clinic", folder / "releases")
    records = changed(folder)
    text = WITHDRAWN.replace("NAME", first.name)
    (records / "withdrawn.ttl").write_text(text, encoding="utf-8")
    second = released(records, folder / "releases")
    assert second.name != first.name
    # What is withdrawn once stays so: the third release is like the second.
    assert released(records, folder / "releases").name == second.name
    with endpoint_in_thread(Settings(folder / "releases", folder / "cache")) as endpoint:
        yield first.name, create_app(endpoint).test_client()


@pytest.mark.parametrize("suffix", ["html", "ttl"])
def test_an_iri_that_is_replaced_leads_to_what_replaces_it(
    first_and_client: tuple[str, FlaskClient], suffix: str
) -> None:
    _, client = first_and_client
    response = client.get(f"/claim/do-not-wait.{suffix}")
    assert response.status_code == 301
    assert response.headers["Location"] == f"/claim/vaccinate-now.{suffix}"
    assert client.get(response.headers["Location"], buffered=True).status_code == 200


def test_an_iri_that_is_not_replaced_is_gone_with_a_page(
    first_and_client: tuple[str, FlaskClient],
) -> None:
    first, client = first_and_client
    address = "/attestation/do-not-wait-courier"
    page = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
    assert page.status_code == 410
    assert "Withdrawn on 2025-05-02: The article does not say it of vaccination." in page.text
    assert f'href="{address}?release={first}"' in page.text


def test_an_iri_that_is_not_replaced_is_gone_with_its_triples(
    first_and_client: tuple[str, FlaskClient],
) -> None:
    _, client = first_and_client
    response = client.get("/attestation/do-not-wait-courier.ttl")
    assert response.status_code == 410
    assert "a rec:Withdrawn" in response.text


def test_the_release_that_had_the_record_still_serves_it(
    first_and_client: tuple[str, FlaskClient],
) -> None:
    first, client = first_and_client
    for address in ("/claim/do-not-wait.html", "/attestation/do-not-wait-courier.ttl"):
        response = client.get(f"{address}?release={first}", buffered=True)
        assert response.status_code == 200


def test_no_list_of_claims_has_what_is_withdrawn(
    first_and_client: tuple[str, FlaskClient],
) -> None:
    _, client = first_and_client
    for address in ("/q/how-carried", "/q/claims-on-topic-by-date", "/openapi.json", "/"):
        text = client.get(address, headers={"Accept": "text/html"}, buffered=True).text
        assert "do-not-wait" not in text
