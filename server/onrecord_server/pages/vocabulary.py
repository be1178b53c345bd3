"""`/ns` and `/code`: the ontology and the code lists, as HTML pages and as RDF."""

from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, render_template
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from werkzeug.wrappers import Response as AnyResponse

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import CODE, REC
from onrecord.records.assembly import read_ontology
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
from onrecord_server.sparql.endpoint import Endpoint

_FILES = {"ns": "onrecord.ttl", "code": "codes.ttl"}
_BESIDE = {
    "shapes.ttl": "text/turtle; charset=utf-8",
    "written-shapes.ttl": "text/turtle; charset=utf-8",
    "context.jsonld": "application/ld+json",
}
_HOME = str(REC).removesuffix("ns#")
"""What the IRIs of both vocabularies begin with."""


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """View of a class, property or code for its page."""

    name: str
    prefixed: str
    label: str
    definition: str
    facts: tuple[tuple[str, str, str], ...]
    """Further properties: name, value, address of the value."""


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
        if file not in _BESIDE:
            raise RefusalError(
                404, f"no {file!r} beside the ontology; there are: {', '.join(_BESIDE)}"
            )
        return represented((ONTOLOGY / file).read_bytes(), _BESIDE[file], None)

    return vocabulary


def _document(endpoint: Endpoint, name: str, suffix: str, location: str = "") -> Response:
    if suffix == "html":
        return represented(_page(name), HTML_TYPE, None, location=location)
    if suffix not in BY_SUFFIX:
        raise RefusalError(404, f"no format {suffix!r}; there are: html, {', '.join(BY_SUFFIX)}")
    format = BY_SUFFIX[suffix]
    release = endpoint.catalogue.newest()
    body = write_graph(_triples(name, release), format, _HOME)
    return represented(body, format.content_type, None, location=location)


def _triples(name: str, release: Release) -> list[ox.Triple]:
    """Return what a vocabulary says, and the labels that a release derives for its terms."""
    written = ox.parse((ONTOLOGY / _FILES[name]).read_bytes(), format=ox.RdfFormat.TURTLE)
    dump = dump_of(release)
    derived = [] if dump is None else dump.of_document(_HOME + name)
    return [*(quad.triple for quad in written), *derived]


def _page(name: str) -> str:
    space, kinds = (
        (str(REC), (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty))
        if name == "ns"
        else (str(CODE), (SKOS.ConceptScheme, SKOS.Concept))
    )
    return render_template(
        "vocabulary.html",
        title="Ontology" if name == "ns" else "Code lists",
        about="Classes and properties; hash IRIs under " + space,
        path=f"/{name}",
        terms=_terms(read_ontology(), space, kinds),
        reused=_reused(read_ontology()) if name == "ns" else [],
    )


def _terms(graph: Graph, space: str, kinds: tuple[URIRef, ...]) -> list[VocabularyTerm]:
    found = {term for kind in kinds for term in graph.subjects(RDF.type, kind)}
    return [
        _term(graph, URIRef(term), space)
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


def _term(graph: Graph, term: URIRef, space: str) -> VocabularyTerm:
    label = graph.value(term, RDFS.label) or graph.value(term, SKOS.prefLabel)
    definition = graph.value(term, RDFS.comment) or graph.value(term, SKOS.definition)
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
    return VocabularyTerm(
        str(term).removeprefix(space), shortened(str(term), ""), str(label), str(definition), facts
    )
