"""`/ns` and `/code`: the ontology and the code lists, as HTML pages and as RDF."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, render_template
from rdflib import Graph
from rdflib.namespace import OWL
from werkzeug.wrappers import Response as AnyResponse

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import REC
from onrecord.releases.release import Release, day_of
from onrecord_server.documents.release_files import dump_of
from onrecord_server.documents.representation import (
    BY_SUFFIX,
    HTML_TYPE,
    WebLink,
    accepted_suffix,
    moved,
    other_forms,
    represented,
)
from onrecord_server.documents.serialisation import write_graph
from onrecord_server.errors import RefusalError
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.page_queries import base_of, select
from onrecord_server.pages.property_table import Shown
from onrecord_server.pages.things.linked import standing_names
from onrecord_server.pages.vocabulary.term import (
    PublishedVocabulary,
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
_SAID = {
    "versionInfo": re.compile(r'owl:versionInfo "([^"]+)"'),
    "issued": re.compile(r'dcterms:issued "([^"]+)"'),
    "license": re.compile(r"dcterms:license <([^>]+)>"),
    "publisher": re.compile(r"dcterms:publisher <([^>]+)>"),
}
"""What a file of the ontology says of itself, near its start."""
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
    said = _said_of(ONTOLOGY / _FILES[name])
    if suffix == "html":
        body: str | bytes = _page(own_vocabulary(name), f"/{name}", newest=True)
        content_type = HTML_TYPE
    else:
        format = _format(suffix)
        body, content_type = (
            write_graph(_triples(name, release), format, _HOME),
            format.content_type,
        )
    return represented(
        body,
        content_type,
        None,
        links=_links(name, suffix, said),
        location=location,
        day=max(said["issued"], day_of(release.name)),  # a release adds labels and uses
    )


def _links(path: str, suffix: str, said: Mapping[str, str]) -> list[WebLink]:
    """Return the links of a vocabulary or of a version of it (FAIR Signposting, level 1)."""
    iri = f"{_HOME}{path}"
    links = [WebLink(iri, "cite-as"), WebLink(iri, "describes")]
    links += [*other_forms(f"/{path}", suffix), WebLink(str(OWL.Ontology), "type")]
    links += [WebLink(said["license"], "license")] if said["license"] else []
    return links + ([WebLink(said["publisher"], "author")] if said["publisher"] else [])


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
    said = _said_of(known[version])
    if wanted == "html":
        vocabulary = read_vocabulary(name, Graph().parse(content, format="turtle"))
        body: str | bytes = _page(vocabulary, f"/{name}/{version}", newest=False)
        content_type = HTML_TYPE
    else:
        format = _format(wanted)
        triples = (quad.triple for quad in ox.parse(content, format=ox.RdfFormat.TURTLE))
        body, content_type = write_graph(triples, format, _HOME), format.content_type
    return represented(
        body,
        content_type,
        None,
        links=_links(f"{name}/{version}", wanted, said),
        location=location,
        immutable=bool(suffix),
        day=said["issued"],
    )


def _versions(endpoint: Endpoint, name: str) -> dict[str, Path]:
    """Return the file of each version: this server's, and those that releases here have."""
    file = _FILES[name]
    releases = map(endpoint.catalogue.release, endpoint.catalogue.names())
    files = [release.path / "dumps" / "ontology" / file for release in releases]
    files.append(ONTOLOGY / file)
    return {version: path for path in files if (version := _said_of(path)["versionInfo"])}


@lru_cache(maxsize=64)
def _said_of(file: Path) -> dict[str, str]:
    """Return what a file of the ontology says of itself by name; empty for what it does not."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    found = {name: _SAID[name].search(text) for name in _SAID}
    return {name: match[1] if match else "" for name, match in found.items()}


def _triples(name: str, release: Release) -> list[ox.Triple]:
    """Return what a vocabulary says, and the labels that a release derives for its terms."""
    written = ox.parse((ONTOLOGY / _FILES[name]).read_bytes(), format=ox.RdfFormat.TURTLE)
    dump = dump_of(release)
    derived = [] if dump is None else dump.of_document(_HOME + name)
    return [*(quad.triple for quad in written), *derived]


def _page(vocabulary: PublishedVocabulary, path: str, *, newest: bool) -> str:
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
    page = render_template(
        "term.html",
        term=term,
        vocabulary=name,
        title=_TITLES[name],
        shapes=shapes_by_term().get(term.iri, ()),
        use=use,
        example=_example(endpoint, release, use) if use else None,
        release=release,
    )
    return represented(page, HTML_TYPE, release)


def _example(endpoint: Endpoint, release: Release, use: Use) -> Shown:
    """Return the name and address of the thing in which a term is used."""
    base = base_of(release)
    names = standing_names(endpoint, release, [use.example])
    text = names.get(use.example) or shortened(use.example, base)
    return text, address_of(use.example, base)


def _code_use(endpoint: Endpoint, release: Release, term: VocabularyTerm) -> Use | None:
    """Return the use of a code; None if the release is too large to count it in time."""
    try:
        ((number, example),) = select(endpoint, release, "code-use", code=term.iri)
    except RefusalError:
        return None
    return Use(int(getattr(number, "value", "0")), getattr(example, "value", ""))
