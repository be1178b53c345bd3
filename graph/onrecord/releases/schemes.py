"""Concept schemes of a collection: those that its concepts name and no record describes."""

from collections.abc import Iterable

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node


def described_schemes(base: str, title: str, graphs: Iterable[Graph]) -> Graph:
    """Return a description of each scheme below the base that the graphs only name.

    `https://example.org/harbour/topic` is a scheme since topics are in it; its IRI has to lead to
    something, as each IRI of a release does.
    """
    described: set[Node] = set()
    named: set[Node] = set()
    for graph in graphs:
        described.update(graph.subjects())
        named.update(graph.objects(None, SKOS.inScheme))
    schemes = Graph()
    for scheme in named - described:
        if isinstance(scheme, URIRef) and scheme.startswith(base):
            label = Literal(f"{scheme.removeprefix(base)}s of {title}", lang="en")
            schemes.add((scheme, RDF.type, SKOS.ConceptScheme))
            schemes.add((scheme, RDFS.label, label))
    return schemes
