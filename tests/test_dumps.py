"""What lies at `/dumps/`: the list, further forms, differences of releases, and descriptions."""

import gzip
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
import zstandard
from click.testing import CliRunner
from flask.testing import FlaskClient
from pyshacl import validate
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, SH, SKOS, VOID, XSD

from built_releases import ReleaseOf
from clinic_release import CLINIC
from onrecord.cli.main import main
from onrecord.rdf.graph_file import write_graph
from onrecord.rdf.namespaces import DCAT
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.releases import dumps
from onrecord.releases.build import build
from onrecord.releases.descriptions.usage import VOID_EXT
from onrecord.releases.forms.kept import FORMS, form_of, names_of
from onrecord.releases.history import in_order
from onrecord.releases.release import Release, open_release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from test_withdrawn_iris import WITHDRAWN, changed

SPDX = "http://spdx.org/rdf/terms#"


@dataclass(frozen=True, slots=True)
class Two:
    """Two releases, the second one with a record dropped and one changed, and their server."""

    first: Release
    second: Release
    client: FlaskClient
    records: Path

    def fetch(self, file: str, release: str = "") -> bytes:
        """Return a file of a release, the second one unless another is named."""
        response = self.client.get(f"/dumps/{release or self.second.name}/{file}", buffered=True)
        assert response.status_code == 200, file
        assert "Content-Encoding" not in response.headers
        return response.data


def released(records: Path, releases: Path) -> Release:
    return build(
        check_records(read_collection(records), open_archive([CLINIC / "texts"])), releases
    )


@pytest.fixture(scope="module")
def two(release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("two")
    first = release_of("clinic", folder / "releases")
    records = changed(folder)
    (records / "withdrawn.ttl").write_text(WITHDRAWN.replace("NAME", first.name), "utf-8")
    second = released(records, folder / "releases")
    with endpoint_in_thread(Settings(folder / "releases", folder / "cache")) as endpoint:
        yield Two(first, second, create_app(endpoint).test_client(), records)


def test_the_index_has_the_releases_in_order_with_their_files(two: Two) -> None:
    listed = json.loads(two.client.get("/dumps/index.json").data)
    entries = listed["releases"]
    assert listed["latest"] == two.second.name
    assert [entry["name"] for entry in entries] == [two.first.name, two.second.name]
    assert [entry["previous"] for entry in entries] == [None, two.first.name]
    for entry in entries:
        assert entry["issued"] == entry["name"][:10]
        for file in entry["files"]:
            data = two.fetch(file["name"], entry["name"])
            assert (len(data), sha256(data).hexdigest()) == (file["size"], file["sha256"])


def test_two_releases_of_one_day_are_in_the_order_of_their_writing(tmp_path: Path) -> None:
    for number, name in enumerate(("2026-01-02-ffffffff", "2026-01-02-00000000")):
        (tmp_path / name).mkdir()
        manifest = tmp_path / name / "manifest.json"
        manifest.write_text("{}")
        os.utime(manifest, (number, number))
    (tmp_path / "2025-12-31-aaaaaaaa").mkdir()
    assert in_order(tmp_path) == [
        "2025-12-31-aaaaaaaa", "2026-01-02-ffffffff", "2026-01-02-00000000",
    ]  # fmt: skip


def test_the_difference_makes_the_new_release_out_of_the_old_one(two: Two) -> None:
    folder = f"delta/{two.first.name}"
    removed, added = (
        set(gzip.decompress(two.fetch(f"{folder}/{name}.nq.gz")).splitlines())
        for name in ("removed", "added")
    )
    assert removed
    assert added
    old = set(two.fetch("onrecord.nq", two.first.name).splitlines())
    assert removed <= old
    assert not added & old
    rebuilt = sorted((old - removed) | added, key=lambda line: line.removesuffix(b" ."))
    data = b"".join(line + b"\n" for line in rebuilt)
    assert sha256(data).hexdigest() == two.second.files["dumps/onrecord.nq"]


def test_the_changes_say_what_became_of_each_claim(two: Two) -> None:
    lines = two.fetch(f"delta/{two.first.name}/changes.jsonl").decode().splitlines()
    changes = {json.loads(line)["claim"].rpartition("/")[2]: json.loads(line) for line in lines}
    assert changes["do-not-wait"]["change"] == "withdrawn"
    assert changes["do-not-wait"]["reason"] == "Renamed after what is urged."
    assert changes["vaccinate-now"]["change"] == "added"
    assert all(each["properties"] for each in changes.values() if each["change"] == "changed")


def test_the_difference_to_the_previous_release_is_found_without_its_name(two: Two) -> None:
    response = two.client.get(f"/dumps/{two.second.name}/delta/added.nq.gz")
    assert response.status_code == 302
    assert response.headers["Location"].endswith(f"/delta/{two.first.name}/added.nq.gz")
    assert two.client.get(f"/dumps/{two.first.name}/delta/added.nq.gz").status_code == 404


def test_compressed_forms_are_the_same_bytes_inside_and_each_time(two: Two) -> None:
    plain = two.fetch("onrecord.nq")
    packed = two.fetch("onrecord.nq.gz")
    assert gzip.decompress(packed) == plain
    unpacked = zstandard.ZstdDecompressor().decompressobj().decompress(two.fetch("onrecord.nq.zst"))
    assert unpacked == plain
    shutil.rmtree(two.second.path.parent / FORMS)
    assert two.fetch("onrecord.nq.gz") == packed


def test_each_graph_is_there_in_each_format(two: Two) -> None:
    whole = list(ox.parse(two.fetch("onrecord.nq"), format=ox.RdfFormat.N_QUADS))
    base = str(two.second.manifest["base"])
    for name in ("graph/records", "graph/derived/label"):
        triples = {quad.triple for quad in whole if quad.graph_name.value == base + name}
        assert triples
        for ending in ("nq", "nt", "trig", "ttl", "jsonld"):
            rdf_format = ox.RdfFormat.from_extension(ending)
            assert rdf_format is not None
            found = ox.parse(two.fetch(f"{name}.{ending}"), format=rdf_format)
            assert {quad.triple for quad in found} == triples, (name, ending)
    assert two.client.get(f"/dumps/{two.second.name}/graph/none.nq").status_code == 404
    assert two.client.get(f"/dumps/{two.second.name}/graph/records.csv.gz").status_code == 404


def test_hashes_are_in_the_form_of_sha256sum(two: Two) -> None:
    lines = two.fetch("SHA256SUMS").decode().splitlines()
    assert len(lines) == len(two.second.files)
    for line in lines:
        digest, name = line.split("  ")
        assert sha256(two.fetch(name)).hexdigest() == digest


def test_a_download_goes_on_in_the_middle(two: Two) -> None:
    address = f"/dumps/{two.second.name}/onrecord.nq.gz"
    whole = two.client.get(address, buffered=True)
    start = two.client.get(address, headers={"Range": "bytes=0-999"}, buffered=True)
    following = {"Range": "bytes=1000-", "If-Range": start.headers["ETag"]}
    rest = two.client.get(address, headers=following, buffered=True)
    assert (start.status_code, rest.status_code) == (206, 206)
    assert sha256(start.data + rest.data).digest() == sha256(whole.data).digest()


def test_old_addresses_answer(two: Two) -> None:
    path = "/attestation/do-not-wait-courier"
    assert two.client.get(f"{path}.ttl").status_code == 410
    assert two.client.get(f"{path}.ttl?release={two.first.name}").status_code == 200


def test_what_was_derived_and_is_gone_is_gone_and_no_mistake(two: Two) -> None:
    old, new = (
        {
            quad.subject.value
            for quad in ox.parse(two.fetch("onrecord.nt", name), format=ox.RdfFormat.N_TRIPLES)
            if isinstance(quad.subject, ox.NamedNode) and "#" not in quad.subject.value
        }
        for name in (two.first.name, two.second.name)
    )
    base = str(two.second.manifest["base"])
    for iri in sorted(old - new):
        path = f"/{iri.removeprefix(base)}"
        page = two.client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 410
        assert two.first.name in page.text
        data = two.client.get(f"{path}.ttl")
        assert data.status_code == 410
        assert f'"{two.first.name}"' in data.text
        pinned = two.client.get(f"{path}.ttl?release={two.first.name}")
        assert pinned.status_code == 200
        other = two.client.get(f"{path}.ttl?release={two.second.name}")
        assert (other.status_code, two.first.name in other.text) == (404, True)


def test_void_names_the_other_releases_that_lie_here(two: Two) -> None:
    graph = Graph().parse(data=two.client.get("/void.ttl").data, format="turtle")
    dataset, base = URIRef(str(two.second.manifest["dataset"])), str(two.second.manifest["base"])
    versions = {URIRef(f"{base}dumps/{each.name}/") for each in (two.first, two.second)}
    assert set(graph.objects(dataset, DCAT.hasVersion)) == versions
    assert list(graph.objects(dataset, DCAT.previousVersion)) == [
        URIRef(f"{base}dumps/{two.first.name}/")
    ]
    alone = (two.second.path / "void.ttl").read_text(encoding="utf-8")
    assert two.first.name not in alone


def test_n_quads_are_sorted_and_each_is_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "_LINES", 3)
    node = ox.NamedNode("https://example.org/a")
    values = [ox.Literal("x"), ox.Literal("x", language="en"), ox.Literal("é"), node]
    triples = [ox.Triple(node, node, value) for value in (*values, *values)]
    names = [URIRef("https://example.org/two"), URIRef("https://example.org/one")]
    graph = write_graph(tmp_path / "graph.nt", triples)
    parts = list(dumps.n_quads(dict.fromkeys(names, graph)))
    assert len(parts) == 3
    lines = b"".join(parts).splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) == 8


def test_all_forms_are_made_at_once(tmp_path: Path) -> None:
    arguments = ["build", "--all", "--collection", str(CLINIC / "records"),
                 "--archive", str(CLINIC / "texts"), "--releases", str(tmp_path)]  # fmt: skip
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    (name,) = in_order(tmp_path)
    release = open_release(tmp_path, name)
    names = list(names_of(release))
    assert len(names) > 100
    for each in names:
        path = tmp_path / FORMS / name / each
        assert path.is_file()
        assert form_of(release, each) == path


@pytest.fixture(scope="module")
def described(release_of: ReleaseOf) -> Release:
    """A release of the sample."""
    return release_of("sample")


def test_the_description_counts_each_class_and_property(described: Release) -> None:
    about = Graph().parse(described.path / "void.ttl")
    data = Graph().parse(described.path / "dumps" / "onrecord.nt")
    dataset = URIRef(str(described.manifest["dataset"]))
    kinds = {about.value(part, VOID["class"]): about.value(part, VOID.entities)
             for part in about.objects(dataset, VOID.classPartition)}  # fmt: skip
    assert kinds == {kind: Literal(len(set(data.subjects(RDF.type, kind))))
                     for kind in set(data.objects(None, RDF.type))}  # fmt: skip
    parts = list(about.objects(dataset, VOID.propertyPartition))
    assert {
        about.value(part, VOID.property): about.value(part, VOID.triples) for part in parts
    } == {name: Literal(len(list(data.subject_objects(name)))) for name in set(data.predicates())}
    for part in parts:
        example = about.value(part, VOID.exampleResource)
        name = about.value(part, VOID.property)
        assert example is None or (example, name, None) in data
    for part in about.objects(dataset, VOID.classPartition):
        things = set(data.subjects(RDF.type, about.value(part, VOID["class"])))
        own = {thing for thing in things if thing.startswith(str(described.manifest["base"]))}
        example = about.value(part, VOID.exampleResource)
        assert example in own if own else example is None
        properties = Counter(name for thing in things for name in data.predicates(thing))
        assert {
            about.value(nested, VOID.property): about.value(nested, VOID.triples)
            for nested in about.objects(part, VOID.propertyPartition)
        } == {name: Literal(number) for name, number in properties.items()}
        for nested in about.objects(part, VOID.propertyPartition):
            name = about.value(nested, VOID.property)
            values = {value for thing in things for value in data.objects(thing, name)}
            assert set(about.objects(nested, VOID.classPartition / VOID["class"])) == {
                kind for value in values for kind in data.objects(value, RDF.type)
            }
            assert set(about.objects(nested, VOID_EXT.datatypePartition / VOID_EXT.datatype)) == {
                value.datatype or (RDF.langString if value.language else XSD.string)
                for value in values
                if isinstance(value, Literal)
            }


def test_the_description_has_what_catalogues_want(described: Release) -> None:
    """The mandatory and the recommended properties of DCAT-AP 3.0, of the classes it expects."""
    about = Graph().parse(described.path / "void.ttl")
    dataset = URIRef(str(described.manifest["dataset"]))
    for name in (
        DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.creator,
        DCTERMS.issued, DCTERMS.modified, DCTERMS.accessRights, DCTERMS.license, DCAT.version,
        DCAT.contactPoint, DCAT.keyword, DCAT.theme, DCAT.landingPage, DCAT.hasVersion,
        DCTERMS.temporal, VOID.sparqlEndpoint, DCAT.distribution,
    ):  # fmt: skip
        assert list(about.objects(dataset, name)), name
    expected = {
        DCTERMS.publisher: FOAF.Agent,
        DCTERMS.license: DCTERMS.LicenseDocument,
        DCTERMS.accessRights: DCTERMS.RightsStatement,
        DCTERMS.temporal: DCTERMS.PeriodOfTime,
        DCAT.contactPoint: URIRef("http://www.w3.org/2006/vcard/ns#Kind"),
        DCAT.mediaType: DCTERMS.MediaType,
        DCTERMS["format"]: DCTERMS.MediaTypeOrExtent,
        DCTERMS.conformsTo: DCTERMS.Standard,
        DCAT.landingPage: FOAF.Document,
        DCTERMS.type: SKOS.Concept,
        URIRef(f"{SPDX}checksum"): URIRef(f"{SPDX}Checksum"),
    }
    for name, kind in expected.items():
        values = set(about.objects(None, name))
        assert values
        for value in values:
            assert (value, RDF.type, kind) in about, (name, value)
    for dump in about.objects(dataset, DCAT.distribution):
        for name in (DCAT.accessURL, DCAT.downloadURL, DCTERMS.license, DCTERMS["format"],
                     DCTERMS.description):  # fmt: skip
            assert about.value(dump, name), (dump, name)
        size = about.value(dump, DCAT.byteSize)
        assert isinstance(size, Literal)
        assert size.datatype == XSD.nonNegativeInteger
        file = described.path / "dumps" / str(dump).rpartition("/")[2]
        checksum = about.value(dump, URIRef(f"{SPDX}checksum"))
        value = about.value(checksum, URIRef(f"{SPDX}checksumValue"))
        assert str(value) == sha256(file.read_bytes()).hexdigest()
    (service,) = about.subjects(RDF.type, DCAT.DataService)
    assert (service, DCAT.servesDataset, dataset) in about
    assert about.value(service, DCAT.endpointURL)
    for name in (DCAT.contactPoint, DCAT.keyword, DCAT.theme):
        assert set(about.objects(service, name)) == set(about.objects(dataset, name)) != set()
    assert about.value(dataset, DCAT.landingPage) != dataset


def test_every_description_says_the_same(described: Release) -> None:
    about = Graph().parse(described.path / "void.ttl")
    dataset = URIRef(str(described.manifest["dataset"]))
    schema = json.loads((described.path / "schema.jsonld").read_bytes())
    datacite = json.loads((described.path / "datacite.json").read_bytes())
    citation = yaml.safe_load((described.path / "CITATION.cff").read_text(encoding="utf-8"))
    title = str(about.value(dataset, DCTERMS.title))
    assert (schema["name"], datacite["titles"][0]["title"], citation["title"]) == (title,) * 3
    assert (schema["version"], datacite["version"], citation["version"]) == (described.name,) * 3
    day = described.name[:10]
    assert str(citation["date-released"]) == schema["datePublished"] == day
    assert {"date": day, "dateType": "Issued"} in datacite["dates"]
    keywords = sorted(map(str, about.objects(dataset, DCAT.keyword)))
    assert schema["keywords"] == citation["keywords"] == keywords
    license = str(about.value(dataset, DCTERMS.license))
    assert schema["license"] == datacite["rightsList"][0]["rightsUri"] == license
    assert citation["license"] == datacite["rightsList"][0]["rightsIdentifier"] == "CC-BY-4.0"
    assert {each["sha256"] for each in schema["distribution"]} == {
        described.files[f"dumps/{each['name']}"] for each in schema["distribution"]
    }
    for name in ("description", "creator", "distribution", "temporalCoverage", "identifier",
                 "isAccessibleForFree", "url"):  # fmt: skip
        assert schema[name], name
    assert "doi" not in json.dumps(datacite).lower()


@dataclass(frozen=True, slots=True)
class ReadOnly:
    """A server over a folder of releases beside which no form can be kept, and its cache."""

    two: Two
    cache: Path


@pytest.fixture
def read_only(two: Two, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ReadOnly]:
    releases = tmp_path / "releases"
    releases.mkdir()
    for each in (two.first, two.second):
        shutil.copytree(each.path, releases / each.name, copy_function=os.link)
    (releases / "latest").symlink_to(two.second.name)
    # Permission bits do not bind root; that a folder is a file does.
    (releases / FORMS).write_text("")
    settings = Settings(
        releases, tmp_path / "cache", cache_forms=getattr(request, "param", 1 << 20)
    )
    with endpoint_in_thread(settings) as endpoint:
        client = create_app(endpoint).test_client()
        yield ReadOnly(Two(two.first, two.second, client, two.records), tmp_path / "cache")


FORMS_OF_EACH_KIND = (
    "onrecord.nq.gz", "graph/records.ttl.zst", "graph/records.jsonld", "claims.csv",
    "claims.csv.gz", "claims.csv-metadata.json", "figures.parquet",
)  # fmt: skip


def test_what_cannot_be_kept_beside_the_releases_is_the_same(two: Two, read_only: ReadOnly) -> None:
    delta = f"delta/{two.first.name}"
    names = (*FORMS_OF_EACH_KIND, f"{delta}/added.nq.gz", f"{delta}/changes.jsonl")
    for name in names:
        address = f"/dumps/{two.second.name}/{name}"
        expected = two.client.get(address, buffered=True)
        for _ in range(2):
            found = read_only.two.client.get(address, buffered=True)
            assert (found.status_code, found.data) == (200, expected.data), name
            assert found.headers["ETag"] == expected.headers["ETag"], name
        part = {"Range": "bytes=1-9", "If-Range": found.headers["ETag"]}
        assert read_only.two.client.get(address, headers=part, buffered=True).status_code == 206
        assert (read_only.cache / "forms" / two.second.name / name).is_file(), name
    page = f"/dumps/{two.second.name}/{delta}/"
    assert read_only.two.client.get(page, headers={"Accept": "text/html"}).status_code == 200
    assert read_only.two.client.get("/feed").status_code == 200


@pytest.mark.parametrize("read_only", [130_000], indirect=True, ids=["130 kB"])
def test_what_is_kept_for_a_time_is_bounded(read_only: ReadOnly) -> None:
    client, name = read_only.two.client, read_only.two.second.name
    kept = read_only.cache / "forms" / name
    wanted = ["figures.csv", "graph/schemes.ttl", "graph/rules.nq", "claims.csv.gz",
              "graph/rules.ttl", "onrecord.nq.zst"]  # fmt: skip
    for file in wanted:
        assert client.get(f"/dumps/{name}/{file}", buffered=True).status_code == 200, file
        sizes = [path.stat().st_size for path in kept.rglob("*") if path.is_file()]
        assert sum(sizes) <= 130_000 + 64 * len(sizes)
    assert (kept / wanted[-1]).is_file()
    assert not (kept / wanted[0]).is_file()
    refused = client.get(f"/dumps/{name}/graph/usage.trig")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert "larger than" in refused.text
    assert not list(kept.rglob(".writing-*"))


def test_what_can_be_kept_nowhere_is_refused_with_a_sentence(read_only: ReadOnly) -> None:
    (read_only.cache / "forms").write_text("")
    client, (before, name) = (
        read_only.two.client,
        (read_only.two.first.name, read_only.two.second.name),
    )
    for file in (*FORMS_OF_EACH_KIND, f"delta/{before}/removed.nq.gz"):
        refused = client.get(f"/dumps/{name}/{file}")
        assert refused.status_code == 503, file
        assert refused.text.startswith(f"{file.rpartition('/')[2] if 'delta' in file else file}: ")
        assert len(refused.text.splitlines()) == 1
    # What needs no file is there all the same.
    assert client.get(f"/dumps/{name}/delta/{before}/").status_code == 200
    assert client.get("/feed").status_code == 200
    assert client.get(f"/dumps/{name}/onrecord.nq", buffered=True).status_code == 200
    assert client.get(f"/dumps/{name}/none.csv").status_code == 404


def test_a_form_that_lies_there_needs_no_place_for_its_hash(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = form_of(two.second, "graph/rules.nt")
    assert path is not None
    beside = path.with_name(f"{path.name}.sha256")
    beside.unlink(missing_ok=True)
    beside.mkdir()
    try:
        response = two.client.get(f"/dumps/{two.second.name}/graph/rules.nt", buffered=True)
        assert response.status_code == 200
        assert response.headers["ETag"] == f'"{sha256(response.data).hexdigest()}"'
    finally:
        beside.rmdir()


DCAT_AP = "ONRECORD_DCAT_AP"
"""Variable that names the folder of the shapes of DCAT-AP 3.0.1 (releases/3.0.1/html/shacl)."""
NOT_SAID = {
    str(DCTERMS.type): "of what kind a publisher is, nobody has said",
    str(DCTERMS.spatial): "statements are about no one place",
    "http://data.europa.eu/r5r/availability": "a promise that only who serves the data can make",
}
"""What DCAT-AP recommends and no description says, with the reason."""


def test_the_description_conforms_to_the_shapes_of_catalogues(two: Two) -> None:
    folder = os.environ.get(DCAT_AP)
    if folder is None:
        pytest.skip(f"needs {DCAT_AP}, the folder of the shapes of DCAT-AP 3.0.1")
    about = Graph().parse(data=two.client.get("/void.ttl").data, format="turtle")
    for file in ("shapes", "range", "deprecateduris", "shapes_recommended"):
        _, report, _ = validate(about, shacl_graph=str(Path(folder) / f"{file}.ttl"))
        assert isinstance(report, Graph)
        found = {
            (str(report.value(result, SH.resultPath)), str(report.value(result, SH.value)))
            for result in report.subjects(RDF.type, SH.ValidationResult)
        }
        assert {each for each in found if each[0] not in NOT_SAID or each[1] != "None"} == set()
