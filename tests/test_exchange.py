"""Forms in which programs of others take claims, sources and answers, read back by those."""

import json
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.bibtex import BibTeX
from citeproc.source.json import CiteProcJSON
from flask.testing import FlaskClient
from nanopub import Nanopub
from nanopub.sign_utils import verify_trusty
from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from built_releases import ReleaseOf
from conftest import PARSERS, require, require_command
from onrecord.rdf.namespaces import REC, SCHEMA
from onrecord.releases.exchange.citation import csl_date, render_bibtex
from onrecord.releases.exchange.nanopublication import NP, artifact_code
from onrecord.releases.exchange.record import RecordReader
from onrecord.releases.release import Release
from onrecord_server.documents.representation import OTHER_FORMS
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from sample_release import BASE


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    return release_of("sample")


@pytest.fixture(scope="module")
def client(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("cache"))
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


@pytest.fixture(scope="module")
def graph(release: Release) -> Graph:
    return Graph().parse(release.path / "dumps" / "onrecord.nt")


def of_kind(graph: Graph, kind: URIRef) -> list[str]:
    """Return the local addresses of the things of a class."""
    return sorted(
        str(thing).removeprefix(BASE)
        for thing in graph.subjects(RDF.type, kind)
        if (thing, RDF.type, REC.Withdrawn) not in graph
    )


def fetched(client: FlaskClient, address: str) -> bytes:
    response = client.get(f"/{address}")
    assert response.status_code == 200, address
    return response.data


def read_csl(item: object) -> CiteProcJSON:
    with warnings.catch_warnings():
        # It has `event`, as CSL 1.0.1 had; the newer name is `event-title`.
        warnings.filterwarnings("ignore", ".*unsupported: event_title")
        return CiteProcJSON([item])


def cited(source: Any, key: str) -> str:
    """Return the entry of a bibliography that citeproc-py makes."""
    style = CitationStylesStyle(str(Path(__file__).with_name("citation.csl")), validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem(key)]))
    (entry,) = bibliography.bibliography()
    return str(entry)


def test_citeproc_reads_each_citation(client: FlaskClient, graph: Graph) -> None:
    for kind in (REC.Claim, REC.Source):
        for address in of_kind(graph, kind):
            (item,) = json.loads(fetched(client, f"{address}.csl.json"))
            assert item["id"] == BASE + address
            entry = cited(read_csl(item), item["id"].lower())
            assert item["title"][:20] in entry, address
            for author in item.get("author", []):
                assert author["literal"] in entry
            for year, *_ in item.get("issued", {}).get("date-parts", []):
                assert str(year) in entry


def test_bibtex_says_the_same(client: FlaskClient, graph: Graph, tmp_path: Path) -> None:
    for address in (*of_kind(graph, REC.Claim)[:20], *of_kind(graph, REC.Source)[:20]):
        (item,) = json.loads(fetched(client, f"{address}.csl.json"))
        data = fetched(client, f"{address}.bib")
        file = tmp_path / "one.bib"
        file.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of fields that only biblatex has
            (entry,) = BibTeX(str(file), encoding="utf-8").values()
        assert str(entry["title"]).replace("\\", "")[:10] == item["title"][:10]
        parts = item.get("issued", {}).get("date-parts")
        if parts:
            assert f"  year = {{{parts[0][0]:04}}}," in data.decode()


def test_an_answer_is_cited_by_its_permanent_address(client: FlaskClient, release: Release) -> None:
    (item,) = json.loads(fetched(client, "q/witnesses.csl.json"))
    assert item["URL"] == f"https://example.org/harbour/q/witnesses?release={release.name}"
    assert item["version"] == release.name
    assert cited(read_csl(item), item["id"].lower())
    assert f"version = {{{release.name}}}" in fetched(client, "q/witnesses.bib").decode()


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("", {}),
        ("2025-11-06", {"date-parts": [[2025, 11, 6]]}),
        ("2025", {"date-parts": [[2025]]}),
        ("2025-06~", {"date-parts": [[2025, 6]], "circa": True}),
        ("2025-11-06/2025-11-08", {"date-parts": [[2025, 11, 6], [2025, 11, 8]]}),
        ("2025-11-06/..", {"literal": "2025-11-06/.."}),
        ("2025-XX-06", {"literal": "2025-XX-06"}),
        ("202X", {"literal": "202X"}),
    ],
)
def test_a_date_says_no_more_than_is_known(edtf: str, expected: dict[str, object]) -> None:
    assert csl_date(edtf) == expected


def test_bibtex_escapes_what_tex_would_read() -> None:
    item = {
        "id": "https://x.example/claim/a_b", "type": "speech", "title": r"50 % of {A} & B_1 \ ~ #",
        "author": [{"literal": "A and B"}], "URL": "https://x.example/claim/a_b",
    }  # fmt: skip
    text = render_bibtex(item).decode()
    assert text.startswith("@misc{x-example-claim-a-b,")
    assert r"title = {{50 \% of \{A\} \& B\_1 \textbackslash{} \textasciitilde{} \#}}" in text
    assert "author = {{A and B}}" in text
    assert text.count("{") == text.count("}")


def test_a_claim_in_the_words_of_schema_org(client: FlaskClient, graph: Graph) -> None:
    for address in of_kind(graph, REC.Claim):
        found = json.loads(fetched(client, f"{address}.schema.jsonld"))
        claim = URIRef(BASE + address)
        assert (found["@type"], found["@id"]) == ("Claim", str(claim))
        assert found["text"] == str(graph.value(claim, SCHEMA.text))
        speakers = {str(each) for each in graph.objects(claim, REC.speaker)}
        assert {each["@id"] for each in found["author"]} == speakers
        assert {each["@type"] for each in found["author"]} <= {"Person", "Organization", "Thing"}
        assert found["license"].startswith("https://")
        withdrawn = graph.value(claim, REC.retractedIn) is not None
        assert (found.get("creativeWorkStatus") == "withdrawn") == withdrawn
        if not withdrawn:
            assert {work["@type"] for work in found["appearance"]} == {"CreativeWork"}
        # rdflib reads it with the vocabulary of schema.org in place of its context on the web.
        context = {"@vocab": "https://schema.org/", "url": {"@type": "@id"}}
        read = Graph().parse(data=json.dumps({**found, "@context": context}), format="json-ld")
        assert (claim, RDF.type, SCHEMA.Claim) in read


def test_web_annotations_lead_from_the_words_to_the_claims(
    client: FlaskClient, graph: Graph
) -> None:
    found: set[tuple[str, str]] = set()
    for address in of_kind(graph, REC.Source):
        document = json.loads(fetched(client, f"{address}.annotations.jsonld"))
        assert document["@context"] == "http://www.w3.org/ns/anno.jsonld"
        assert document["type"] == "AnnotationCollection"
        items = document["first"]["items"]
        assert document["total"] == len(items)
        assert len({item["id"] for item in items}) == len(items)
        for item in items:
            assert item["type"] == "Annotation"
            claim, text = item["body"]
            assert text["value"] == str(graph.value(URIRef(claim["id"]), SCHEMA.text))
            place = item["target"][-1]["selector"][0]
            assert place["type"] == "TextPositionSelector"
            assert place["start"] < place["end"]
            words = [
                selector["exact"]
                for target in item["target"]
                for selector in target["selector"]
                if selector["type"] == "TextQuoteSelector"
            ]
            assert len(set(words)) <= 1
            found.add((claim["id"], item["target"][-1]["source"]))
    gone = set(graph.subjects(REC.retractedIn))
    expected = set()
    for attestation, claim in graph.subject_objects(REC.attests):
        if not {attestation, claim} & gone:
            for passage in graph.objects(attestation, REC.passage):
                snapshot = graph.value(passage, URIRef("http://www.w3.org/ns/oa#hasSource"))
                expected.add((str(claim), str(snapshot)))
    assert found == expected


def test_recogito_finds_the_words_and_the_claims(
    client: FlaskClient, graph: Graph, tmp_path: Path
) -> None:
    """The reader of Web Annotations of a program for texts (npm)."""
    node = require_command("node", "nodejs")
    require((PARSERS / "fetched").is_file(), "the packages that `make .parsers/fetched` fetches")
    expected, partial, files = set[tuple[object, ...]](), set[tuple[str, ...]](), []
    for number, address in enumerate(of_kind(graph, REC.Source)):
        data = fetched(client, f"{address}.annotations.jsonld")
        files.append(tmp_path / f"{number}.json")
        files[-1].write_bytes(data)
        for item in json.loads(data)["first"]["items"]:
            for target in item["target"]:
                said = {name: value for each in target["selector"] for name, value in each.items()}
                if "exact" not in said or "start" not in said:
                    partial.add((item["id"], target["source"]))
                else:
                    part = said["exact"], said.get("start"), said.get("end")
                    expected.add((item["id"], item["body"][0]["id"], target["source"], part))
    (tmp_path / "files.txt").write_text("\n".join(map(str, files)))
    command = [node, str(PARSERS / "annotations.mjs"), str(tmp_path / "files.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # It wants words and place. We publish no words of a source's own prose, and know the place in
    # the archived text only.
    refused = {tuple(json.loads(line)) for line in done.stderr.splitlines()}
    assert refused == partial
    found = set[tuple[object, ...]]()
    for line in done.stdout.splitlines():
        read = json.loads(line)
        (selector,) = read["target"]["selector"]
        part = selector["quote"], selector.get("start"), selector.get("end")
        found.add((read["id"], read["bodies"][0]["id"], read["source"], part))
    assert found == expected
    assert len(found) > 10


def test_what_an_annotation_is_of_is_named_by_an_iri(client: FlaskClient, graph: Graph) -> None:
    """The context of Web Annotations knows no claims: a bare word would mean nothing."""
    for address in of_kind(graph, REC.Source):
        for item in json.loads(fetched(client, f"{address}.annotations.jsonld"))["first"]["items"]:
            claim, _ = item["body"]
            assert (URIRef(claim["id"]), RDF.type, URIRef(claim["type"])) in graph


def trig(client: FlaskClient, address: str, tmp_path: Path) -> Path:
    file = tmp_path / "nanopub.trig"
    file.write_bytes(fetched(client, address))
    return file


def test_nanopub_finds_nanopublications_valid(
    client: FlaskClient, graph: Graph, tmp_path: Path
) -> None:
    for address in of_kind(graph, REC.Claim)[:10]:
        file = trig(client, f"{address}.nanopub.trig", tmp_path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it uses what rdflib will no longer have
            read = Nanopub(rdf=file)
            assert read.is_valid
        assert (URIRef(BASE + address), SCHEMA.text) in {
            (subject, name) for subject, name, _ in read.assertion
        }


def test_the_hash_is_the_one_that_nanopub_makes(
    client: FlaskClient, graph: Graph, tmp_path: Path
) -> None:
    """With texts in it that have quotes, several lines and languages."""
    for address in of_kind(graph, REC.Claim):
        file = trig(client, f"{address}.nanopub.trig", tmp_path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = Nanopub(rdf=file)
            place = str(read.metadata.np_uri)
            assert verify_trusty(read.rdf, place, read.metadata.namespace)
        assert place.startswith(f"{BASE}{address}/nanopub/RA")


def test_the_iri_of_a_nanopublication_leads_to_it(client: FlaskClient, graph: Graph) -> None:
    address = of_kind(graph, REC.Claim)[0]
    response = client.get(f"/{address}.nanopub.trig")
    (iri,) = [
        quad.subject.value
        for quad in ox.parse(response.data, format=ox.RdfFormat.TRIG)
        if quad.object == ox.NamedNode(f"{NP}Nanopublication")
        and isinstance(quad.subject, ox.NamedNode)
    ]
    assert f'<{iri}>; rel="cite-as"' in response.headers["Link"]
    kept = client.get(f"/{iri.removeprefix(BASE)}")
    assert kept.data == response.data
    assert "immutable" in kept.headers["Cache-Control"]


def test_the_hash_tells_literals_from_iris_and_languages_apart() -> None:
    def code(value: str | ox.Literal) -> str:
        return artifact_code([("g", "s", "p", value)])

    values: list[str | ox.Literal] = [
        "x", ox.Literal("x"), ox.Literal("x", language="en"), ox.Literal("x", language="de"),
        ox.Literal("x\ny"), ox.Literal("x\\ny"),
    ]  # fmt: skip
    assert len({code(value) for value in values}) == len(values)


@pytest.mark.parametrize("kind", ["claim", "source"])
def test_a_thing_leads_to_its_forms(kind: str, client: FlaskClient, graph: Graph) -> None:
    address = of_kind(graph, {"claim": REC.Claim, "source": REC.Source}[kind])[0]
    for suffix in ("html", "ttl"):
        links = client.get(f"/{address}.{suffix}").headers["Link"]
        for form, media_type in OTHER_FORMS[kind].items():
            assert f'</{address}.{form}>; rel="alternate"; type="{media_type}"' in links
            assert client.get(f"/{address}.{form}").mimetype == media_type


def test_a_release_that_is_elsewhere_has_none_of_them(
    release: Release, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(self: RecordReader, release: Release) -> None:
        from onrecord.errors import UsageError

        raise UsageError(f"release {release.name} has its data elsewhere")

    monkeypatch.setattr(RecordReader, "__init__", elsewhere)
    response = client.get("/claim/no-longer-ahead.bib")
    assert response.status_code == 404
    assert "has its data elsewhere" in response.text
