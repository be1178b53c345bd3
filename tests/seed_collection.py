"""The bundled collection as the two seed articles alone make it: what their curation wrote."""

from dataclasses import replace
from functools import cache

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from onrecord.files.bundled import BUNDLED_COLLECTION
from onrecord.rdf.namespaces import REC
from onrecord.rdf.oxigraph import RdflibTriple
from onrecord.records.collection import Collection, read_collection

SEED_READING = URIRef("https://w3id.org/onrecord/curation/seed-reading")


@cache
def seed_collection() -> Collection:
    """Return the collection without what other curations than that of the seeds have written."""
    collection = read_collection(BUNDLED_COLLECTION)
    others = {
        curation
        for file in collection.files
        for curation, predicate, kind in file.triples
        if (predicate, kind) == (RDF.type, REC.Curation) and curation != SEED_READING
    }
    files = []
    for file in collection.files:
        left_out: set[Node] = set(others)
        left_out.update(
            subject
            for subject, predicate, curation in file.triples
            if predicate == REC.recordedIn and curation in others
        )
        kept = _without(file.triples, left_out)
        if kept:
            files.append(replace(file, triples=kept))
    return replace(collection, files=tuple(files))


def seed_records() -> Graph:
    """Return the triples of the seeds' records as written, in one graph."""
    graph = Graph()
    for file in seed_collection().files:
        for triple in file.triples:
            graph.add(triple)
    return graph


def _without(triples: tuple[RdflibTriple, ...], left_out: set[Node]) -> tuple[RdflibTriple, ...]:
    """Return the triples but for those of some subjects and of the nodes nested in them."""
    nested = set(left_out)
    while True:
        below = {
            value
            for subject, _, value in triples
            if subject in nested and isinstance(value, BNode) and value not in nested
        }
        if not below:
            return tuple(triple for triple in triples if triple[0] not in nested)
        nested |= below
