"""How a release is asked: prefixes, example queries, and the classes and properties in use.

They are a named graph of their own, in the words in which query editors and assistants look for
them: `sh:declare` and `sh:SPARQLExecutable` of SHACL, and the partitions of VoID. The graph is no
part of the default graph, whose counts and answers are about what is on record. A query that names
a term of these vocabularies, and no dataset, is asked of both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox
from rdflib import Namespace
from rdflib.namespace import OWL, RDF, RDFS, SH, VOID, XSD

from onrecord.rdf.graph_file import GraphFile
from onrecord.rdf.namespaces import PREFIXES, SCHEMA
from onrecord.rdf.query_text.namespaces import has_term_of
from onrecord.rdf.query_text.tokens import tokens
from onrecord.rdf.term_text import abbreviated
from onrecord.releases.saved_query import Query, bind

USAGE_GRAPH = "graph/usage"
"""Name of the graph, relative to a collection's base."""
VOID_EXT = Namespace("http://ldf.fi/void-ext#")
_SPACES = (str(SH), str(VOID), str(VOID_EXT))
_TYPE = f"<{RDF.type}>"
_STRING = str(XSD.string)
_LANGUAGE_STRING = str(RDF.langString)


def asks_usage(query: str) -> bool:
    """Return whether a query names a term in which the usage is described, and no dataset."""
    return has_term_of(query, _SPACES) and all(each.kind != "FROM" for each in tokens(query))


def prefixes(node: str, service: str, declared: Mapping[str, str]) -> Iterator[ox.Triple]:
    """Yield the declarations of prefixes, which a node has and a service names."""
    yield _triple(service, SH.prefixes, node)
    yield _triple(node, RDF.type, str(OWL.Ontology))
    for prefix, namespace in declared.items():
        declaration = f"{node.removesuffix('es')}-{prefix}"
        yield _triple(node, SH.declare, declaration)
        yield _triple(declaration, SH.prefix, ox.Literal(prefix))
        yield _triple(declaration, SH.namespace, _typed(namespace, XSD.anyURI))


def example(node: str, query: Query, prefixes: str, service: str) -> Iterator[ox.Triple]:
    """Yield a saved query as an example of what a service can be asked."""
    yield _triple(node, RDF.type, str(SH.SPARQLExecutable))
    yield _triple(node, RDF.type, str(SH.SPARQLSelectExecutable))
    yield _triple(node, RDFS.label, ox.Literal(query.title, language="en"))
    yield _triple(node, RDFS.comment, ox.Literal(query.answers, language="en"))
    yield _triple(node, SH.select, ox.Literal(bind(query, {}, "")))
    yield _triple(node, SH.prefixes, prefixes)
    yield _triple(node, SCHEMA.target, service)


def partitions(dataset: str, base: str, union: GraphFile) -> Iterator[ox.Triple]:
    """Yield how often each class and property is used, and what the values of a property are."""
    void = f"{base}void#"
    kinds_of, things = _classes(union, base)
    properties: dict[str, _Used] = defaultdict(_Used)
    uses: Counter[tuple[str, str]] = Counter()
    classes: dict[tuple[str, str], set[str]] = defaultdict(set)
    datatypes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for subject, name, value in union.texts():
        predicate = name[1:-1]
        properties[predicate].count(subject, base)
        for kind in kinds_of.get(subject, ()):
            use = (kind, predicate)
            uses[use] += 1
            if value.startswith('"'):
                datatypes[use].add(_datatype(value))
            else:
                classes[use].update(kinds_of.get(value, ()))
    names = _names(things)
    names_of_uses = _names({predicate for _, predicate in uses})
    names_of_datatypes = _names(set().union(*datatypes.values()))
    for kind, of_kind in things.items():
        part = void + names[kind]
        yield _triple(dataset, VOID.classPartition, part)
        yield _triple(part, VOID["class"], kind)
        yield _triple(part, VOID.entities, _number(of_kind.number))
        yield from _example(part, of_kind)
    for use, number in uses.items():
        kind, predicate = use
        part = void + names[kind]
        of_part = f"{part}-{names_of_uses[predicate]}"
        yield _triple(part, VOID.propertyPartition, of_part)
        yield _triple(of_part, VOID.property, predicate)
        yield _triple(of_part, VOID.triples, _number(number))
        for kind_of_value in classes[use]:
            of_value = f"{of_part}-{names[kind_of_value]}"
            yield _triple(of_part, VOID.classPartition, of_value)
            yield _triple(of_value, VOID["class"], kind_of_value)
        for datatype in datatypes[use]:
            of_value = f"{of_part}-{names_of_datatypes[datatype]}"
            yield _triple(of_part, VOID_EXT.datatypePartition, of_value)
            yield _triple(of_value, VOID_EXT.datatype, datatype)
    names_of_properties = _names(properties)
    for predicate, of_property in properties.items():
        part = f"{void}property-{names_of_properties[predicate]}"
        yield _triple(dataset, VOID.propertyPartition, part)
        yield _triple(part, VOID.property, predicate)
        yield _triple(part, VOID.triples, _number(of_property.number))
        yield from _example(part, of_property)


@dataclass(slots=True)
class _Used:
    """How often a class or a property is used."""

    number: int = 0
    example: str = ""
    """The first by IRI of the things of the collection that have it."""

    def count(self, subject: str, base: str) -> None:
        """Count one more use, by a thing as N-Triples writes it."""
        self.number += 1
        iri = subject[1:-1]
        if iri.startswith(base) and (not self.example or iri < self.example):
            self.example = iri


def _classes(union: GraphFile, base: str) -> tuple[dict[str, tuple[str, ...]], dict[str, _Used]]:
    """Return the classes of each thing, and how often each class is used."""
    kinds_of: dict[str, tuple[str, ...]] = {}
    things: dict[str, _Used] = defaultdict(_Used)
    together = cache(lambda *kinds: kinds)  # a few for millions of things
    for subject, predicate, value in union.texts():
        if predicate == _TYPE and value.startswith("<"):
            kinds_of[subject] = together(*kinds_of.get(subject, ()), value[1:-1])
            things[value[1:-1]].count(subject, base)
    return kinds_of, things


def _datatype(literal: str) -> str:
    """Return the datatype of a literal as N-Triples writes it."""
    end = literal.rindex('"') + 1
    if literal.startswith("^^", end):
        return literal[end + 3 : -1]
    return _STRING if end == len(literal) else _LANGUAGE_STRING


def _example(part: str, used: _Used) -> Iterator[ox.Triple]:
    if used.example:
        yield _triple(part, VOID.exampleResource, used.example)


def _names(iris: Iterable[str]) -> dict[str, str]:
    """Return a name for each IRI: its last part, with a prefix where two have the same."""
    iris = tuple(iris)
    several = Counter(map(_local, iris))
    return {iri: _local(iri) if several[_local(iri)] == 1 else _prefixed(iri) for iri in iris}


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def _prefixed(iri: str) -> str:
    prefix = abbreviated(iri).partition(":")[0]
    return f"{prefix if prefix in PREFIXES else 'other'}-{_local(iri)}"


def _number(number: int) -> ox.Literal:
    return _typed(str(number), XSD.integer)


def _typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


def _triple(subject: str, predicate: str, value: str | ox.Literal) -> ox.Triple:
    node = ox.NamedNode(value) if isinstance(value, str) else value
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), node)
