"""Serialisation of small graphs in each of the graph formats, in a fixed order."""

import json

import pyoxigraph as ox
from rdflib import Graph

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.oxigraph import quads
from onrecord.releases.dumps import prefixes_for, serialized
from onrecord_server.sparql.formats import Format


def write_graph(graph: Graph, format: Format, base: str) -> bytes:
    """Return a graph in a format, with its triples in a fixed order."""
    if format.suffix == "jsonld":
        context = json.loads((ONTOLOGY / "context.jsonld").read_bytes())["@context"]
        text = graph.serialize(format="json-ld", context=context, auto_compact=True)
        return json.dumps(_in_order(json.loads(text)), indent=1, ensure_ascii=False).encode()
    triples = sorted((quad.triple for quad in quads(graph)), key=str)
    oxigraph_format = ox.RdfFormat.from_media_type(format.media_type)
    if oxigraph_format is None:
        raise ValueError(f"pyoxigraph does not write {format.media_type}")
    if oxigraph_format.supports_datasets:
        return serialized(
            [ox.Quad(*triple) for triple in triples], oxigraph_format, prefixes_for(base)
        )
    return serialized(triples, oxigraph_format, prefixes_for(base))


def _in_order(value: object) -> object:
    """Return JSON-LD with its sets in a fixed order, which rdflib does not guarantee."""
    if isinstance(value, dict):
        return {
            key: value[key] if key in ("@context", "@list") else _in_order(value[key])
            for key in sorted(value)
        }
    if isinstance(value, list):
        return sorted(map(_in_order, value), key=lambda each: json.dumps(each, sort_keys=True))
    return value
