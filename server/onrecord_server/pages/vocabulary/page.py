"""`/ns` and `/code`: the ontology and the code lists, as HTML pages and as RDF."""

import re
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, render_template
from rdflib import Graph
from werkzeug.wrappers import Response as AnyResponse

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import REC
from onrecord.releases.release import Release
from onrecord_server.documents.release_files import dump_of
from onrecord_server.documents.representation import (
    BY_SUFFIX,
    HTML_TYPE,
    accepted_suffix,
    moved,
    represented,
)
from onrecord_server.documents.serialisation import write_graph
from onrecord_server.errors import RefusalError
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.page_queries import base_of, select
from onrecord_server.pages.vocabulary.term import (
    TermListing,
    Use,
    VocabularyTerm,
    own_vocabulary,
    read_vocabulary,
    shapes_by_term,
    use_in,
)
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import Format

_FILES = {"ns": "onrecord.ttl", "code": "codes.ttl"}
_BESIDE = {
    "shapes.ttl": "text/turtle; charset=utf-8",
    "written-shapes.ttl": "text/turtle; charset=utf-8",
    "context.jsonld": "application/ld+json",
    "logo.svg": "image/svg+xml",
}
_VERSION = re.compile(r"(\d+\.\d+\.\d+)(?:\.([a-z]+))?")
_VERSION_INFO = re.compile(r'owl:versionInfo "([^"]+)"')
_TITLES = {"ns": "Ontology", "code": "Code lists"}
_HOME = str(REC).removesuffix("ns#")
"""What the IRIs of both vocabularies begin with."""


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the vocabulary."""
    vocabulary = Blueprint("vocabulary", __name__)

    @vocabulary.get("/<any(ns,code):name>")
    def negotiated(name: str) -> Response:
        suffix = accepted_suffix("the vocabulary")
        return _document(endpoint, name, suffix, location=f"/{name}.{suffix}")

    @vocabulary.get("/<any(ns,code):name>.<suffix>")
    def document(name: str, suffix: str) -> Response:
        return _document(endpoint, name, suffix)

    @vocabulary.get("/<any(ns,code):name>/")
    def with_slash(name: str) -> AnyResponse:
        return moved(name, 308)

    @vocabulary.get("/<any(ns,code):name>/<file>")
    def beside(name: str, file: str) -> Response:
        if name == "ns" and file in _BESIDE:
            return represented((ONTOLOGY / file).read_bytes(), _BESIDE[file], None)
        term = own_vocabulary(name).terms.get(file)
        if term is not None:
            return _term_page(endpoint, name, term)
        match = _VERSION.fullmatch(file)
        if match is not None:
            return _version(endpoint, name, match[1], match[2] or "")
        files = f", of files {', '.join(_BESIDE)}" if name == "ns" else ""
        raise RefusalError(404, f"{file!r} is no term and no version, such as 0.2.0{files}")

    @vocabulary.get("/<any(ns,code):name>/<file>/")
    def version_with_slash(name: str, file: str) -> AnyResponse:
        return moved(f"{name}/{file}", 308)

    return vocabulary


def _document(endpoint: Endpoint, name: str, suffix: str, location: str = "") -> Response:
    release = endpoint.catalogue.newest()
    if suffix == "html":
        page = _page(own_vocabulary(name), f"/{name}", newest=True)
        return represented(page, HTML_TYPE, None, location=location)
    format = _format(suffix)
    body = write_graph(_triples(name, release), format, _HOME)
    return represented(body, format.content_type, None, location=location)


def _format(suffix: str) -> Format:
    """Return the graph format of a suffix. Raises RefusalError 404."""
    if suffix not in BY_SUFFIX:
        raise RefusalError(404, f"no format {suffix!r}; there are: html, {', '.join(BY_SUFFIX)}")
    return BY_SUFFIX[suffix]


def _version(endpoint: Endpoint, name: str, version: str, suffix: str) -> Response:
    """Return a version of the ontology or of the code lists, which stays at its address.

    Raises RefusalError 404 if neither this server nor a release here has it.
    """
    known = _versions(endpoint, name)
    if version not in known:
        raise RefusalError(404, f"no version {version} here; there are: {', '.join(sorted(known))}")
    wanted = suffix or accepted_suffix("a version of the vocabulary")
    location = "" if suffix else f"/{name}/{version}.{wanted}"
    content = known[version].read_bytes()
    if wanted == "html":
        vocabulary = read_vocabulary(name, Graph().parse(content, format="turtle"))
        page = _page(vocabulary, f"/{name}/{version}", newest=False)
        return represented(page, HTML_TYPE, None, location=location, immutable=bool(suffix))
    format = _format(wanted)
    triples = (quad.triple for quad in ox.parse(content, format=ox.RdfFormat.TURTLE))
    body = write_graph(triples, format, _HOME)
    return represented(body, format.content_type, None, location=location, immutable=bool(suffix))


def _versions(endpoint: Endpoint, name: str) -> dict[str, Path]:
    """Return the file of each version: this server's, and those that releases here have."""
    file = _FILES[name]
    releases = map(endpoint.catalogue.release, endpoint.catalogue.names())
    files = [release.path / "dumps" / "ontology" / file for release in releases]
    files.append(ONTOLOGY / file)
    return {version: path for path in files if (version := _version_of(path))}


@lru_cache(maxsize=64)
def _version_of(file: Path) -> str:
    """Return the version that a file of the ontology states; empty if it states none."""
    if not file.is_file():
        return ""
    match = _VERSION_INFO.search(file.read_text(encoding="utf-8"))
    return match[1] if match else ""


def _triples(name: str, release: Release) -> list[ox.Triple]:
    """Return what a vocabulary says, and the labels that a release derives for its terms."""
    written = ox.parse((ONTOLOGY / _FILES[name]).read_bytes(), format=ox.RdfFormat.TURTLE)
    dump = dump_of(release)
    derived = [] if dump is None else dump.of_document(_HOME + name)
    return [*(quad.triple for quad in written), *derived]


def _page(vocabulary: TermListing, path: str, *, newest: bool) -> str:
    """Return the page of a vocabulary; the terms of the newest version have pages of their own."""
    return render_template(
        "vocabulary.html",
        title=_TITLES[vocabulary.name],
        path=path,
        vocabulary=vocabulary,
        newest=newest,
    )


def _term_page(endpoint: Endpoint, name: str, term: VocabularyTerm) -> Response:
    """Return the page of a term, with the shapes that bind it and its use in the newest release."""
    release = endpoint.catalogue.newest()
    use = _code_use(endpoint, release, term) if name == "code" else use_in(release, term.iri)
    base = base_of(release)
    page = render_template(
        "term.html",
        term=term,
        vocabulary=name,
        title=_TITLES[name],
        shapes=shapes_by_term().get(term.iri, ()),
        use=use,
        example=(shortened(use.example, base), address_of(use.example, base)) if use else None,
        release=release,
    )
    return represented(page, HTML_TYPE, release)


def _code_use(endpoint: Endpoint, release: Release, term: VocabularyTerm) -> Use | None:
    """Return the use of a code; None if the release is too large to count it in time."""
    try:
        ((number, example),) = select(endpoint, release, "code-use", code=term.iri)
    except RefusalError:
        return None
    return Use(int(getattr(number, "value", "0")), getattr(example, "value", ""))
