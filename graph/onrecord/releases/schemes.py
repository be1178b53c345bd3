"""Concept schemes of a collection: those that its concepts name and no record describes."""

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS

_IN_SCHEME = ox.NamedNode(SKOS.inScheme)


def described_schemes(base: str, title: str, graphs: Iterable[Iterable[ox.Triple]]) -> Graph:
    """Return a description of each scheme below the base that the graphs only name.

    `https://example.org/harbour/topic` is a scheme since topics are in it; its IRI has to lead to
    something, as each IRI of a release does.
    """
    described: set[object] = set()
    named: set[object] = set()
    for triples in graphs:
        for triple in triples:
            described.add(triple.subject)
            if triple.predicate == _IN_SCHEME:
                named.add(triple.object)
    schemes = Graph()
    for node in named - described:
        if isinstance(node, ox.NamedNode) and node.value.startswith(base):
            scheme = URIRef(node.value)
            label = Literal(f"{scheme.removeprefix(base)}s of {title}", lang="en")
            schemes.add((scheme, RDF.type, SKOS.ConceptScheme))
            schemes.add((scheme, RDFS.label, label))
    return schemes
