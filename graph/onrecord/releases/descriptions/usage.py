"""How a release is asked: prefixes, example queries, and the classes and properties in use.

They are a named graph of their own, in the words in which query editors and assistants look for
them: `sh:declare` and `sh:SPARQLExecutable` of SHACL, and the partitions of VoID. The graph is no
part of the default graph, whose counts and answers are about what is on record. A query that names
a term of these vocabularies, and no dataset, is asked of both.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

import pyoxigraph as ox
from rdflib import Namespace
from rdflib.namespace import OWL, RDF, RDFS, SH, VOID, XSD

from onrecord.rdf.namespaces import PREFIXES, SCHEMA
from onrecord.rdf.oxigraph import ResultTerm
from onrecord.rdf.query_text.namespaces import has_term_of
from onrecord.rdf.query_text.tokens import tokens
from onrecord.rdf.term_text import abbreviated
from onrecord.releases.saved_query import Query, bind

USAGE_GRAPH = "graph/usage"
"""Name of the graph, relative to a collection's base."""
VOID_EXT = Namespace("http://ldf.fi/void-ext#")
_SPACES = (str(SH), str(VOID), str(VOID_EXT))
_TYPE = RDF.type.toPython()
_Pair = tuple[ResultTerm, ResultTerm]
_Pairs = Mapping[str, Collection[_Pair]]
"""Subjects and objects of triples, by property."""


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


def partitions(
    dataset: str, base: str, graphs: Iterable[Collection[ox.Triple]]
) -> Iterator[ox.Triple]:
    """Yield how often each class and property is used, and what the values of a property are."""
    void = f"{base}void#"
    union = _by_property(set(chain.from_iterable(graphs)))
    yield from _class_partitions(dataset, base, union, void)
    yield from _property_partitions(dataset, base, union, void)


def _by_property(triples: Iterable[ox.Triple]) -> _Pairs:
    """Return triples by property, since each part of a triple of the engine is a copy."""
    found: dict[str, list[_Pair]] = {}
    for subject, predicate, value in triples:
        found.setdefault(predicate.value, []).append((subject, value))
    return found


def _class_partitions(dataset: str, base: str, union: _Pairs, void: str) -> Iterator[ox.Triple]:
    """Yield how many things each class has, one for example, and which properties they have.

    Each property has the classes and the datatypes of its values.
    """
    kinds_of: dict[object, list[str]] = {}
    things: dict[str, list[object]] = {}
    for subject, value in union.get(_TYPE, ()):
        if isinstance(value, ox.NamedNode):
            kinds_of.setdefault(subject, []).append(value.value)
            things.setdefault(value.value, []).append(subject)
    uses: Counter[tuple[str, str]] = Counter()
    classes: dict[tuple[str, str], set[str]] = defaultdict(set)
    datatypes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for predicate, pairs in union.items():
        for subject, value in pairs:
            for kind in kinds_of.get(subject, ()):
                use = (kind, predicate)
                uses[use] += 1
                if isinstance(value, ox.Literal):
                    datatypes[use].add(value.datatype.value)
                else:
                    classes[use].update(kinds_of.get(value, ()))
    names = _names(things)
    names_of_properties = _names({predicate for _, predicate in uses})
    names_of_datatypes = _names(set().union(*datatypes.values()))
    for kind, of_kind in things.items():
        part = void + names[kind]
        yield _triple(dataset, VOID.classPartition, part)
        yield _triple(part, VOID["class"], kind)
        yield _triple(part, VOID.entities, _number(len(of_kind)))
        yield from _example(part, base, of_kind)
    for use, number in uses.items():
        kind, predicate = use
        part = void + names[kind]
        of_part = f"{part}-{names_of_properties[predicate]}"
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


def _property_partitions(dataset: str, base: str, union: _Pairs, void: str) -> Iterator[ox.Triple]:
    """Yield how often each property is used, and where for example."""
    names = _names(union)
    for predicate, pairs in union.items():
        part = f"{void}property-{names[predicate]}"
        yield _triple(dataset, VOID.propertyPartition, part)
        yield _triple(part, VOID.property, predicate)
        yield _triple(part, VOID.triples, _number(len(pairs)))
        yield from _example(part, base, (subject for subject, _ in pairs))


def _example(part: str, base: str, things: Iterable[object]) -> Iterator[ox.Triple]:
    """Yield the first by IRI of the things of the collection that a partition is about."""
    iris = {thing.value for thing in things if isinstance(thing, ox.NamedNode)}
    named = [iri for iri in iris if iri.startswith(base)]
    if named:
        yield _triple(part, VOID.exampleResource, min(named))


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
