"""`/ns` and `/code`: the ontology and the code lists, as HTML pages and as RDF."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import CODE, REC
from onrecord.records.assembly import read_ontology
from onrecord_server.errors import RefusalError
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.sparql.formats import FORMATS
from onrecord_server.sparql.negotiation import wants_html

_FILES = {"ns": "onrecord.ttl", "code": "codes.ttl"}
_BESIDE = {
    "shapes.ttl": "text/turtle; charset=utf-8",
    "written-shapes.ttl": "text/turtle; charset=utf-8",
    "context.jsonld": "application/ld+json",
}
_GRAPHS = tuple(format for format in FORMATS if format.kind == "graph")


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


def blueprint() -> Blueprint:
    """Return the blueprint of the vocabulary, which does not depend on the release."""
    vocabulary = Blueprint("vocabulary", __name__)

    @vocabulary.get("/<any(ns,code):name>")
    def page(name: str) -> Response:
        if not wants_html(request.headers.get("Accept", ""), _GRAPHS):
            return turtle(name)
        space, kinds = (
            (str(REC), (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty))
            if name == "ns"
            else (str(CODE), (SKOS.ConceptScheme, SKOS.Concept))
        )
        response = Response(
            render_template(
                "vocabulary.html",
                title="Ontology" if name == "ns" else "Code lists",
                about="Classes and properties; hash IRIs under " + space,
                path=f"/{name}",
                terms=_terms(read_ontology(), space, kinds),
                reused=_reused(read_ontology()) if name == "ns" else [],
            )
        )
        response.headers["Vary"] = "Accept"
        return response

    @vocabulary.get("/<any(ns,code):name>.ttl")
    def turtle(name: str) -> Response:
        return _file(_FILES[name], "text/turtle; charset=utf-8")

    @vocabulary.get("/ns/<file>")
    def beside(file: str) -> Response:
        if file not in _BESIDE:
            raise RefusalError(
                404, f"no {file!r} beside the ontology; there are: {', '.join(_BESIDE)}"
            )
        return _file(file, _BESIDE[file])

    return vocabulary


def _file(name: str, content_type: str) -> Response:
    response = Response((ONTOLOGY / name).read_bytes(), content_type=content_type)
    response.headers["Vary"] = "Accept"
    return response


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
