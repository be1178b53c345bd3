"""A crawler follows every IRI of a release below its base: what is there, and is it the dump's.

Every one of the sample. Of the bundled collection `make audit` crawls all, and ONRECORD_DOCUMENTS
is how many of each kind another run takes.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from built_releases import ReleaseOf
from onrecord.releases.release import Release
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread

ACCEPT = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"',
    "rdf": "application/rdf+xml, text/turtle;q=.5",
}
DOCUMENTS = os.environ.get("ONRECORD_DOCUMENTS", "40")
"""Number of documents of each kind of the bundled collection that are looked at, or "all"."""
FOAF = "http://xmlns.com/foaf/0.1/"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


class Crawl:
    """A release, the client of a server over it, and its triples as the dump has them."""

    def __init__(self, release: Release, client: FlaskClient) -> None:
        self.release = release
        self.client = client
        self.base = str(release.manifest["base"])
        self.dump = parsed((release.path / "dumps" / "onrecord.nt").read_bytes(), "nt")
        self.description = parsed((release.path / "void.ttl").read_bytes(), "ttl")
        # The files of the ontology, which a dump has in part.
        self.vocabulary = {
            triple
            for file in ("onrecord.ttl", "codes.ttl")
            for triple in parsed((release.path / "dumps" / "ontology" / file).read_bytes(), "ttl")
        }
        iris = {
            iri.partition("#")[0].removeprefix(self.base)
            for triple in (*self.dump, *self.description)
            for iri in iris_of(triple)
            if iri.startswith(self.base)
        }
        # A dump and a picture are no documents.
        self.files = sorted(path for path in iris if path.startswith("dumps/") or ".svg" in path)
        self.paths = sorted(iris - set(self.files))
        self.about: dict[str, set[ox.Triple]] = {}
        for triple in self.dump:
            subject = triple.subject
            assert isinstance(subject, ox.NamedNode)
            self.about.setdefault(subject.value.partition("#")[0], set()).add(triple)


def parsed(data: bytes, suffix: str) -> set[ox.Triple]:
    rdf_format = ox.RdfFormat.from_extension(suffix)
    assert rdf_format is not None
    return {quad.triple for quad in ox.parse(data, format=rdf_format)}


def iris_of(triple: ox.Triple) -> list[str]:
    return [
        term.value
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, ox.NamedNode)
    ]


@contextmanager
def crawled(release: Release, folder: Path) -> Iterator[Crawl]:
    with endpoint_in_thread(Settings(release.path.parent, folder / "cache")) as endpoint:
        yield Crawl(release, create_app(endpoint).test_client())


def chosen(paths: list[str], number: str) -> list[str]:
    """Return so many paths of each kind, spread over all of them, or "all"."""
    if number == "all":
        return paths
    kinds: dict[str, list[str]] = {}
    for path in paths:
        kinds.setdefault(path.partition("/")[0], []).append(path)
    return [
        path for of_kind in kinds.values() for path in of_kind[:: -(-len(of_kind) // int(number))]
    ]


@pytest.fixture(
    scope="module",
    params=[("sample", "all"), pytest.param(("bundled", DOCUMENTS), marks=pytest.mark.slow)],
    ids=["sample", "bundled"],
)
def crawl(
    request: pytest.FixtureRequest, release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crawl]:
    collection, number = request.param
    with crawled(release_of(collection), tmp_path_factory.mktemp("crawl")) as crawl:
        crawl.paths = chosen(crawl.paths, number)
        yield crawl


def test_every_iri_has_a_page(crawl: Crawl) -> None:
    for path in crawl.paths:
        response = crawl.client.get(
            f"/{path}", headers={"Accept": "text/html"}, follow_redirects=True
        )
        assert (response.status_code, response.mimetype) == (200, "text/html"), path


@pytest.mark.parametrize("suffix", ACCEPT)
def test_every_document_is_what_the_dump_says(crawl: Crawl, suffix: str) -> None:
    known = crawl.dump | crawl.description | crawl.vocabulary
    # The endpoint describes itself there (SPARQL 1.1 Service Description).
    for path in set(crawl.paths) - {"sparql"}:
        iri = crawl.base + path
        found = whole_document(crawl, path, suffix)
        (document,) = {
            triple.subject.value.partition("?")[0]
            for triple in found
            if isinstance(triple.subject, ox.NamedNode)
            and triple.predicate.value == f"{FOAF}primaryTopic"
            # A graph of the dataset that describes it too, and is no document of its own.
            and triple.subject.value != f"{crawl.base}graph/usage"
        } or {""}
        if path.partition("/")[0] not in ("ns", "code"):
            assert document == f"{iri or crawl.base}.{suffix}" if path else f"{crawl.base}void.ttl"
        of_itself = {
            triple
            for triple in found
            if document
            and isinstance(triple.subject, ox.NamedNode)
            and triple.subject.value.partition("?")[0] == document
        }
        assert crawl.about.get(iri, set()) <= found, path
        assert found - of_itself <= known, path


def whole_document(crawl: Crawl, path: str, suffix: str) -> set[ox.Triple]:
    """Return the triples of a document with all its pages."""
    found: set[ox.Triple] = set()
    address = f"/{path}"
    while address:
        response = crawl.client.get(
            address, headers={"Accept": ACCEPT[suffix]}, follow_redirects=True
        )
        assert response.status_code == 200, address
        assert response.mimetype == ACCEPT[suffix].partition(";")[0].partition(",")[0]
        found |= parsed(response.data, suffix)
        following = re.search(r'<([^>]*)>; rel="next"', response.headers.get("Link", ""))
        address = following[1] if following else ""
    return found


def test_every_file_that_is_described_can_be_fetched(crawl: Crawl) -> None:
    assert crawl.files
    for path in crawl.files:
        response = crawl.client.get(f"/{path}", buffered=True)
        assert response.status_code == 200, path


def test_what_a_document_names_has_its_label_there(crawl: Crawl) -> None:
    labelled = {triple.subject for triple in crawl.dump if triple.predicate == LABEL}
    assert len(labelled) > 100
    for path in crawl.paths:
        if path.partition("/")[0] in ("claim", "actor", "attestation"):
            found = whole_document(crawl, path, "nt")
            here = {triple.subject for triple in found if triple.predicate == LABEL}
            named = {ox.NamedNode(iri) for triple in found for iri in iris_of(triple)}
            assert named & labelled <= here, path
