"""The JSON-LD context: the sample comes back from JSON-LD as it went in."""

import json

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import OWL, RDF, RDFS, XSD

from onrecord.derivation.derived import derive_all
from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import PREFIXES, REC
from onrecord.rdf.oxigraph import quads
from onrecord.records.assembly import merged, read_ontology
from sample_release import assemble_sample

CONTEXT = json.loads((ONTOLOGY / "context.jsonld").read_bytes())["@context"]
VOCABULARY = read_ontology()
PROPERTIES = sorted(
    term
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty)
    for term in VOCABULARY.subjects(RDF.type, kind)
)
CLASSES = sorted(
    term for term in VOCABULARY.subjects(RDF.type, OWL.Class) if str(term).startswith(str(REC))
)
EXAMPLES = {
    XSD.boolean: "true", XSD.date: "2025-01-31", XSD.decimal: "1.5", XSD.duration: "P1Y",
    XSD.gYear: "2024", XSD.integer: "1", XSD.nonNegativeInteger: "1",
}  # fmt: skip
"""A value of each datatype."""


@pytest.fixture(scope="module")
def sample() -> Graph:
    assembly = assemble_sample()
    return merged(assembly.records, assembly.completed, *derive_all(assembly).values())


@pytest.fixture(scope="module")
def document(sample: Graph) -> str:
    return sample.serialize(format="json-ld", context=CONTEXT, auto_compact=True)


def test_the_sample_survives_a_round_trip(sample: Graph, document: str) -> None:
    assert isomorphic(Graph().parse(data=document, format="json-ld"), sample)


def test_another_processor_reads_the_same_triples(sample: Graph, document: str) -> None:
    read = {quad.triple for quad in ox.parse(document, format=ox.RdfFormat.JSON_LD)}
    assert read == {quad.triple for quad in quads(sample)}


def test_values_are_plain_because_the_context_types_them(document: str) -> None:
    nodes = json.loads(document)["@graph"]
    values = [item for node in nodes for value in node.values() for item in listed(value)]
    assert [value for value in values if isinstance(value, dict)] == []


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("term", PROPERTIES, ids=lambda term: term.removeprefix(REC))
def test_a_property_has_a_name_that_types_its_values(term: URIRef) -> None:
    name = term.removeprefix(REC)
    kind = VOCABULARY.value(term, RDFS.range)
    if (term, RDF.type, OWL.ObjectProperty) in VOCABULARY:
        typed = {"@type": "@id"}
    elif kind == RDF.langString:
        typed = {"@language": "en"}
    else:
        typed = {} if kind == XSD.string else {"@type": f"xsd:{str(kind).removeprefix(str(XSD))}"}
    assert CONTEXT[name] == ({"@id": f"rec:{name}", **typed} if typed else f"rec:{name}")


@pytest.mark.parametrize("term", CLASSES, ids=lambda term: term.removeprefix(REC))
def test_a_class_has_a_name(term: URIRef) -> None:
    name = term.removeprefix(REC)
    assert CONTEXT[name] == f"rec:{name}"


def test_what_things_are_is_said_by_the_names_of_classes(document: str) -> None:
    kinds = {kind for node in json.loads(document)["@graph"] for kind in listed(node.get("type"))}
    assert {"Claim", "Attestation", "Source"} <= kinds
    assert not [kind for kind in kinds if str(kind).startswith("rec:")]


def test_every_term_of_the_context_survives_a_round_trip() -> None:
    """The whole context, with no more data than it takes to use each of its terms once."""
    everything = Graph()
    for number, term in enumerate((*PROPERTIES, *CLASSES)):
        node = URIRef(f"https://example.org/thing/{number}")
        if term in CLASSES:
            everything.add((node, RDF.type, term))
        elif (term, RDF.type, OWL.ObjectProperty) in VOCABULARY:
            everything.add((node, term, node))
        else:
            kind = VOCABULARY.value(term, RDFS.range)
            language = "en" if kind == RDF.langString else None
            datatype = None if language or kind == XSD.string else URIRef(str(kind))
            everything.add(
                (node, term, Literal(EXAMPLES.get(datatype, "x"), lang=language, datatype=datatype))
            )
    text = everything.serialize(format="json-ld", context=CONTEXT, auto_compact=True)
    used = {key for node in json.loads(text)["@graph"] for key in node} | {
        str(node.get("type")) for node in json.loads(text)["@graph"]
    }
    assert {term.removeprefix(REC) for term in (*PROPERTIES, *CLASSES)} <= used
    assert isomorphic(Graph().parse(data=text, format="json-ld"), everything)
    read = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD)}
    assert read == {quad.triple for quad in quads(everything)}


def test_the_context_has_the_prefixes_of_the_dumps() -> None:
    assert {prefix: CONTEXT.get(prefix) for prefix in PREFIXES} == PREFIXES
