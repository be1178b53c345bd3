"""Concept schemes of a collection: those that its concepts name and no record describes."""

from collections.abc import Iterable

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS

from onrecord.rdf.graph_file import GraphFile
from onrecord.rdf.sorted_ntriples import SortedNTriples

_IN_SCHEME = f"<{SKOS.inScheme}>"


def described_schemes(base: str, title: str, graphs: Iterable[GraphFile]) -> Graph:
    """Return a description of each scheme below the base that the graphs only name.

    `https://example.org/harbour/topic` is a scheme since topics are in it; its IRI has to lead to
    something, as each IRI of a release does.
    """
    graphs = tuple(graphs)
    files = [SortedNTriples(graph.path) for graph in graphs]
    named = {
        value[1:-1]
        for graph in graphs
        for _, predicate, value in graph.texts()
        if predicate == _IN_SCHEME and value.startswith("<")
    }
    schemes = Graph()
    for iri in named:
        if iri.startswith(base) and not any(file.has_subject(iri) for file in files):
            scheme = URIRef(iri)
            label = Literal(f"{iri.removeprefix(base)}s of {title}", lang="en")
            schemes.add((scheme, RDF.type, SKOS.ConceptScheme))
            schemes.add((scheme, RDFS.label, label))
    return schemes
