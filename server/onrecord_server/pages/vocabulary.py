"""`/ns` and `/code`: the ontology and the code lists, as HTML pages and as RDF."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, render_template
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS, VOID
from rdflib.term import Node
from werkzeug.wrappers import Response as AnyResponse

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import CODE, REC
from onrecord.records.assembly import read_ontology
from onrecord.releases.release import Release, day_of
from onrecord_server.documents.release_files import description_of, dump_of
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
_SENTENCE = re.compile(r"(?<=[.;]) ")
_HOME = str(REC).removesuffix("ns#")
"""What the IRIs of both vocabularies begin with."""


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """View of a class, property or code for its page."""

    name: str
    prefixed: str
    label: str
    definition: str
    near_miss: str
    """What the term is not, the part of its comment that begins with "Not"."""
    facts: tuple[tuple[str, str, str], ...]
    """Further properties: name, value, address of the value."""
    shapes: tuple[tuple[str, str], ...]
    """Shapes that bind it: name and message."""
    uses: str
    """How often the newest release uses it; empty if that is not known."""
    example: tuple[str, str] | None
    """A thing that uses it: short form and address."""


@dataclass(frozen=True, slots=True)
class ReusedProperty:
    """View of a property of another vocabulary, as it is used here."""

    prefixed: str
    address: str
    usage: str


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

    @vocabulary.get("/ns/<file>")
    def beside(file: str) -> Response:
        if file in _BESIDE:
            return represented((ONTOLOGY / file).read_bytes(), _BESIDE[file], None)
        match = _VERSION.fullmatch(file)
        if match is None:
            raise RefusalError(
                404, f"no {file!r} beside the ontology; there are: {', '.join(_BESIDE)}"
            )
        return _version(endpoint, "ns", match[1], match[2] or "")

    @vocabulary.get("/code/<file>")
    def code_version(file: str) -> Response:
        match = _VERSION.fullmatch(file)
        if match is None:
            raise RefusalError(404, f"{file!r} is no version of the code lists, such as 0.2.0")
        return _version(endpoint, "code", match[1], match[2] or "")

    @vocabulary.get("/<any(ns,code):name>/<file>/")
    def version_with_slash(name: str, file: str) -> AnyResponse:
        return moved(f"{name}/{file}", 308)

    return vocabulary


def _document(endpoint: Endpoint, name: str, suffix: str, location: str = "") -> Response:
    release = endpoint.catalogue.newest()
    said = _said_of(ONTOLOGY / _FILES[name])
    links = _links(name, suffix, said)
    day = max(said["issued"], day_of(release.name))  # a release adds labels and uses
    if suffix == "html":
        uses = _code_uses(endpoint, release) if name == "code" else _term_uses(release)
        page = _page(name, f"/{name}", read_ontology(), base_of(release), uses)
        return represented(page, HTML_TYPE, None, links=links, location=location, day=day)
    format = _format(suffix)
    body = write_graph(_triples(name, release), format, _HOME)
    return represented(body, format.content_type, None, links=links, location=location, day=day)


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
        graph = Graph().parse(content, format="turtle")
        body: str | bytes = _page(name, f"/{name}/{version}", graph, _HOME, {})
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


Uses = Mapping[str, tuple[str, str]]
"""How often a release uses each term, and a thing that does, by the IRI of the term."""


def _term_uses(release: Release) -> Uses:
    """Return the uses of classes and properties, from the description of a release."""
    parts: dict[str, dict[str, str]] = {}
    for triple in description_of(release):
        if isinstance(triple.subject, ox.NamedNode):
            part = parts.setdefault(triple.subject.value, {})
            part[triple.predicate.value] = getattr(triple.object, "value", "")
    found = {}
    for part in parts.values():
        if str(VOID.property) in part:
            example = part.get(str(VOID.exampleResource), "")
            found[part[str(VOID.property)]] = (part[str(VOID.triples)], example)
        elif str(VOID["class"]) in part:
            found[part[str(VOID["class"])]] = (part[str(VOID.entities)], "")
    return found


def _code_uses(endpoint: Endpoint, release: Release) -> Uses:
    """Return the uses of codes; none if the release is too large to count them in time."""
    try:
        rows = select(endpoint, release, "code-uses")
    except RefusalError:
        return {}
    texts = ([getattr(term, "value", "") for term in row] for row in rows)
    return {code: (number, example) for code, number, example in texts}


@lru_cache(maxsize=1)
def _shapes() -> dict[str, list[tuple[str, str]]]:
    """Return the name and the message of each shape, by the classes and properties it names."""
    found: dict[str, list[tuple[str, str]]] = {}
    for file in ("shapes.ttl", "written-shapes.ttl"):
        graph = Graph().parse(ONTOLOGY / file)
        for shape, message in graph.subject_objects(SH.message):
            terms = {*graph.objects(shape, SH.targetClass), *_path_terms(graph, shape)}
            for term in sorted(map(str, terms)):
                name = str(shape).rpartition("#")[2]
                found.setdefault(term, []).append((name, str(message)))
    return found


def _path_terms(graph: Graph, shape: Node) -> Iterator[Node]:
    """Yield the properties in the path of a shape, also those of a compound one."""
    waiting = list(graph.objects(shape, SH.path))
    while waiting:
        node = waiting.pop()
        if isinstance(node, URIRef):
            yield node
        else:
            waiting += [value for value in graph.objects(node) if value != RDF.nil]


def _page(name: str, path: str, graph: Graph, base: str, uses: Uses) -> str:
    space, kinds = (
        (str(REC), (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty))
        if name == "ns"
        else (str(CODE), (SKOS.ConceptScheme, SKOS.Concept))
    )
    return render_template(
        "vocabulary.html",
        title="Ontology" if name == "ns" else "Code lists",
        about="Classes and properties; hash IRIs under " + space,
        path=path,
        vocabulary=name,
        version=graph.value(URIRef(f"{_HOME}{name}"), OWL.versionInfo),
        terms=_terms(graph, space, kinds, base, uses),
        reused=_reused(graph) if name == "ns" else [],
    )


def _terms(
    graph: Graph, space: str, kinds: tuple[URIRef, ...], base: str, uses: Uses
) -> list[VocabularyTerm]:
    found = {term for kind in kinds for term in graph.subjects(RDF.type, kind)}
    return [
        _term(graph, URIRef(term), space, base, uses)
        for term in sorted(map(str, found))
        if term.startswith(space)
    ]


def _reused(graph: Graph) -> list[ReusedProperty]:
    return [
        ReusedProperty(shortened(iri, str(REC)), address_of(iri, str(REC)), usage)
        for iri, usage in sorted(
            (str(term), str(usage)) for term, usage in graph.subject_objects(SKOS.scopeNote)
        )
    ]


def _term(graph: Graph, term: URIRef, space: str, base: str, uses: Uses) -> VocabularyTerm:
    label = graph.value(term, RDFS.label) or graph.value(term, SKOS.prefLabel)
    comment = str(graph.value(term, RDFS.comment) or graph.value(term, SKOS.definition))
    sentences = _SENTENCE.split(comment)
    misses = [sentence for sentence in sentences if sentence.startswith("Not ")]
    shown = (
        ("is a kind of", RDFS.subClassOf),
        ("specialises", RDFS.subPropertyOf),
        ("of", RDFS.domain),
        ("gives", RDFS.range),
        ("in the list", SKOS.inScheme),
    )
    facts = tuple(
        (name, shortened(str(value), space), address_of(str(value), space))
        for name, predicate in shown
        for value in sorted(graph.objects(term, predicate), key=str)
    )
    number, example = uses.get(str(term), ("", ""))
    return VocabularyTerm(
        name=str(term).removeprefix(space),
        prefixed=shortened(str(term), ""),
        label=str(label),
        definition=" ".join(sentence for sentence in sentences if sentence not in misses),
        near_miss=" ".join(misses),
        facts=facts,
        shapes=tuple(_shapes().get(str(term), ())),
        uses=number or ("0" if uses else ""),
        example=(shortened(example, base), address_of(example, base)) if example else None,
    )
