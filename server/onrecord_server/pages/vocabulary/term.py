"""Terms of the ontology and of the code lists, as their pages show them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS, VOID
from rdflib.term import Node

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import CODE, REC
from onrecord.records.assembly import read_ontology
from onrecord.releases.release import Release
from onrecord_server.documents.release_files import description_of
from onrecord_server.pages.links import address_of, shortened

_SENTENCE = re.compile(r"(?<=[.;]) ")
_SPACES = {"ns": str(REC), "code": str(CODE)}
_KINDS = {
    "ns": (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty),
    "code": (SKOS.ConceptScheme, SKOS.Concept),
}


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """Class, property or code."""

    iri: str
    name: str
    prefixed: str
    label: str
    definition: str
    near_miss: str
    """What the term is not, the part of its comment that begins with "Not"."""
    facts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Further properties: name, and short form and address of each value."""


@dataclass(frozen=True, slots=True)
class ReusedProperty:
    """Property of another vocabulary, as it is used here."""

    prefixed: str
    address: str
    usage: str


@dataclass(frozen=True, slots=True)
class TermListing:
    """The ontology or the code lists, in one version."""

    name: str
    """`ns` or `code`."""
    space: str
    """What the IRIs of its terms begin with."""
    version: str
    terms: Mapping[str, VocabularyTerm]
    """By name, in the order of the names."""
    reused: tuple[ReusedProperty, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """How often a release uses a term, and where for example."""

    number: int
    example: str = ""
    """IRI; empty if none is known."""


@lru_cache(maxsize=2)
def own_vocabulary(name: str) -> TermListing:
    """Return the vocabulary of this server, whose files stay as they are while it runs."""
    return read_vocabulary(name, read_ontology())


def read_vocabulary(name: str, graph: Graph) -> TermListing:
    """Return the terms of a vocabulary, `ns` or `code`, in a graph."""
    space = _SPACES[name]
    found = {str(term) for kind in _KINDS[name] for term in graph.subjects(RDF.type, kind)}
    terms = (_term(graph, URIRef(iri), space) for iri in sorted(found) if iri.startswith(space))
    home = URIRef(space.removesuffix("#"))
    return TermListing(
        name,
        space,
        str(graph.value(home, OWL.versionInfo) or ""),
        {term.name: term for term in terms},
        tuple(_reused(graph)) if name == "ns" else (),
    )


def _term(graph: Graph, term: URIRef, space: str) -> VocabularyTerm:
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
    facts = (
        (name, tuple((shortened(value, space), address_of(value, space)) for value in values))
        for name, predicate in shown
        if (values := sorted(map(str, graph.objects(term, predicate))))
    )
    return VocabularyTerm(
        iri=str(term),
        name=str(term).removeprefix(space),
        prefixed=shortened(str(term), ""),
        label=str(label),
        definition=" ".join(sentence for sentence in sentences if sentence not in misses),
        near_miss=" ".join(misses),
        facts=tuple(facts),
    )


def _reused(graph: Graph) -> Iterator[ReusedProperty]:
    notes = graph.subject_objects(SKOS.scopeNote)
    for iri, usage in sorted((str(term), str(usage)) for term, usage in notes):
        yield ReusedProperty(shortened(iri, str(REC)), address_of(iri, str(REC)), usage)


@lru_cache(maxsize=1)
def shapes_by_term() -> Mapping[str, list[tuple[str, str]]]:
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


def use_in(release: Release, iri: str) -> Use | None:
    """Return the use of a class or property, from the description of a release.

    None if the release has no description.
    """
    described = description_of(release)
    if not described:
        return None
    term = ox.NamedNode(iri)
    named = (ox.NamedNode(VOID.property), ox.NamedNode(VOID["class"]))
    parts: dict[object, dict[str, str]] = {
        each.subject: {} for each in described if each.object == term and each.predicate in named
    }
    for each in described:
        if each.subject in parts:
            parts[each.subject][each.predicate.value] = getattr(each.object, "value", "")
    uses = (
        Use(
            int(part.get(str(VOID.triples)) or part[str(VOID.entities)]),
            part.get(str(VOID.exampleResource), ""),
        )
        for part in parts.values()
    )
    # A property is also counted for each class, without an example.
    return max(uses, key=lambda use: (use.number, use.example), default=Use(0))
