"""The JSON-LD context: the sample comes back from JSON-LD as it went in."""

import json

from rdflib import Graph
from rdflib.compare import isomorphic

from onrecord.namespaces import PREFIXES
from onrecord.paths import ONTOLOGY
from sample_release import sample_graph

CONTEXT = json.loads((ONTOLOGY / "context.jsonld").read_bytes())["@context"]


def test_the_sample_survives_a_round_trip() -> None:
    graph = sample_graph()
    text = graph.serialize(format="json-ld", context=CONTEXT, auto_compact=True)
    assert isomorphic(Graph().parse(data=text, format="json-ld"), graph)


def test_the_context_has_the_prefixes_of_the_dumps() -> None:
    assert {prefix: CONTEXT.get(prefix) for prefix in PREFIXES} == PREFIXES
