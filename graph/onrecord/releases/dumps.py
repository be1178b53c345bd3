"""Dumps of a release's graphs: N-Quads, TriG, N-Triples, Turtle and JSON-LD, reproducible."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from heapq import merge
from itertools import islice
from tempfile import TemporaryFile

import pyoxigraph as ox
from rdflib import Graph, URIRef

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.graph_file import GraphFile
from onrecord.rdf.namespaces import PREFIXES
from onrecord.rdf.oxigraph import in_graph, quads
from onrecord.releases.forms.json_ld import json_ld

KINDS = (
    "actor", "attestation", "claim", "comparison", "count", "curation", "drift", "event",
    "judgement", "laundering",
    "measure", "product", "quantity", "role", "rule", "series", "snapshot", "source", "topic",
)  # fmt: skip
"""First path segments of the IRIs under a collection's base, one for each kind of thing."""

N_QUADS = "onrecord.nq"
"""Name of the dump of all named graphs."""
N_TRIPLES = "onrecord.nt"
"""Name of the dump of their union."""
_LINES = 10_000
"""Number of lines that are encoded at once."""
_PART = 1 << 20
"""Bytes of a file that are read at once; all prefixes are within the first."""


def dumps_of(
    graphs: Mapping[URIRef, GraphFile], union: GraphFile, base: str
) -> Iterator[tuple[str, bytes | Callable[[], Iterable[bytes]]]]:
    """Yield the file name of each dump, with what makes its parts as they are read.

    N-Quads and TriG have the named graphs; N-Triples, Turtle and JSON-LD the union of those that
    tell what is on record. All are written from the graphs as parsed, not from a store, which
    rewrites literals (`4.0` to `4`), and in the order of what is written.
    """
    prefixes = prefixes_for(base)
    # What takes longest comes first, so that none is left alone with it.
    yield "onrecord.jsonld", partial(json_ld, union, context())
    yield "onrecord.trig", partial(_trig, graphs, prefixes)
    yield "onrecord.ttl", partial(_turtle, union, prefixes)
    yield N_QUADS, partial(n_quads, graphs)
    yield N_TRIPLES, union.parts
    for name in (
        "onrecord.ttl", "codes.ttl", "shapes.ttl", "written-shapes.ttl", "context.jsonld",
    ):  # fmt: skip
        yield f"ontology/{name}", (ONTOLOGY / name).read_bytes()


def n_quads(graphs: Mapping[URIRef, GraphFile]) -> Iterator[bytes]:
    """Yield named graphs as sorted N-Quads, some lines at a time."""
    return _text(merge(*(_with_name(graph.lines(), name) for name, graph in graphs.items())))


def _with_name(lines: Iterable[str], name: URIRef) -> Iterator[str]:
    return (f"{line} <{name}>" for line in lines)


def _trig(graphs: Mapping[URIRef, GraphFile], prefixes: Mapping[str, str]) -> Iterator[bytes]:
    named = (quad for name, graph in sorted(graphs.items()) for quad in in_graph(graph, name))
    return serialized_parts(named, ox.RdfFormat.TRIG, prefixes)


def _turtle(union: GraphFile, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    return serialized_parts(union, ox.RdfFormat.TURTLE, prefixes)


def prefixes_for(base: str) -> dict[str, str]:
    """Return the prefixes of vocabularies and of the kinds of thing under a collection's base."""
    kinds = {kind: f"{base}{kind}/" for kind in KINDS}
    return dict(sorted({**PREFIXES, **kinds}.items()))


def turtle(graph: Graph, base: str) -> bytes:
    """Return a graph as Turtle, with its triples in a fixed order."""
    triples = sorted((quad.triple for quad in quads(graph)), key=str)
    return serialized(triples, ox.RdfFormat.TURTLE, prefixes_for(base))


def serialized(
    items: Iterable[ox.Quad] | Iterable[ox.Triple],
    format: ox.RdfFormat,
    prefixes: Mapping[str, str],
) -> bytes:
    """Return quads or triples in their order, in one of pyoxigraph's formats."""
    data = ox.serialize(items, format=format, prefixes=dict(prefixes))
    if data is None:
        raise AssertionError("pyoxigraph gives bytes when no output is named")
    return _sorted_prefixes(data)


def serialized_parts(
    items: Iterable[ox.Quad] | Iterable[ox.Triple],
    format: ox.RdfFormat,
    prefixes: Mapping[str, str],
) -> Iterator[bytes]:
    """Yield what `serialized` returns, part by part, by way of a file."""
    with TemporaryFile() as file:
        ox.serialize(items, output=file, format=format, prefixes=dict(prefixes))
        file.seek(0)
        first = file.read(_PART)
        yield _sorted_prefixes(first)
        while part := file.read(_PART):
            yield part


def _sorted_prefixes(data: bytes) -> bytes:
    """Sort the prefix declarations, whose order varies between runs of the engine."""
    lines = data.split(b"\n")
    count = next((i for i, line in enumerate(lines) if not line.startswith(b"@prefix")), 0)
    return b"\n".join([*sorted(lines[:count]), *lines[count:]])


def context() -> Mapping[str, object]:
    """Return the context of the ontology, for compact JSON-LD."""
    read: Mapping[str, object] = json.loads((ONTOLOGY / "context.jsonld").read_bytes())["@context"]
    return read


def _text(lines: Iterable[str]) -> Iterator[bytes]:
    """Yield statements with their full stops, some at a time."""
    rest = iter(lines)
    while some := list(islice(rest, _LINES)):
        yield "".join(f"{line} .\n" for line in some).encode()
