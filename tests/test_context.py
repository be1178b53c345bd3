"""The JSON-LD context: the sample comes back from JSON-LD as it went in."""

import json

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
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


def test_the_context_has_the_prefixes_of_the_dumps() -> None:
    assert {prefix: CONTEXT.get(prefix) for prefix in PREFIXES} == PREFIXES
