"""Serialisation of small graphs in each of the graph formats, in a fixed order.

Only the prefixes and the terms of the context that are used are declared.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import pyoxigraph as ox
from rdflib.plugins.serializers.jsonld import from_rdf
from rdflib.plugins.shared.jsonld.context import Context

from onrecord.files.bundled import ONTOLOGY
from onrecord.releases.dumps import prefixes_for, serialized
from onrecord_server.documents.release_files import to_graph
from onrecord_server.sparql.formats import Format

FOAF = "http://xmlns.com/foaf/0.1/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
_PREFIXES = {
    "foaf": FOAF,
    "hydra": HYDRA,
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
"""Prefixes of what is said of documents and data sets, beside those of the data."""

_TOKEN = re.compile(rb'"(?:[^"\\\n]|\\.)*"|<[^>\n]*>|([A-Za-z][\w-]*):')
_TAG = re.compile(rb'<[^>]*>|"[^"]*"')
_ROOT = re.compile(rb"<rdf:RDF([^>]*)>")
_NAMESPACE = re.compile(rb'xmlns:([\w-]+)="[^"]*"')
_Json = dict[str, object]


def write_graph(
    triples: Iterable[ox.Triple], format: Format, base: str, first: Sequence[str] = ()
) -> bytes:
    """Return triples in a format, in a fixed order: those about the IRIs `first`, then all others.

    So who opens a file sees what it is. JSON-LD has an order of its own.
    """
    places = {f"<{iri}>": place for place, iri in enumerate(first)}

    def place(triple: ox.Triple) -> tuple[int, str]:
        return places.get(str(triple.subject), len(places)), str(triple)

    ordered = sorted(set(triples), key=place)
    if format.suffix == "jsonld":
        return _json_ld(ordered)
    oxigraph_format = ox.RdfFormat.from_media_type(format.media_type)
    if oxigraph_format is None:
        raise ValueError(f"pyoxigraph does not write {format.media_type}")
    prefixes = {**prefixes_for(base), **_PREFIXES}
    items = [ox.Quad(*triple) for triple in ordered] if format.suffix in ("trig", "nq") else ordered
    data = serialized(items, oxigraph_format, prefixes)
    if format.suffix in ("ttl", "trig"):
        return without_unused_prefixes(data)
    return _with_used_namespaces(data) if format.suffix == "rdf" else data


def without_unused_prefixes(data: bytes) -> bytes:
    """Return Turtle or TriG with the prefixes that it uses."""
    lines = data.split(b"\n")
    start = next((i for i, line in enumerate(lines) if not line.startswith(b"@prefix")), 0)
    body = b"\n".join(lines[start:])
    used = set(_TOKEN.findall(body))
    declared = [line for line in lines[:start] if line.split()[1][:-1] in used]
    return b"\n".join([*declared, b"", body] if declared else [body])


def _with_used_namespaces(data: bytes) -> bytes:
    """Declare the namespaces that are used, in order: the engine's order varies between runs."""
    root = _ROOT.search(data)
    if root is None:
        return data
    tags = b" ".join(
        re.sub(rb'"[^"]*"', b"", tag) for tag in re.findall(rb"<[^>]*>", data[root.end() :])
    )
    used = {b"rdf", *re.findall(rb"([A-Za-z][\w-]*):", tags)}
    declared = sorted(found[0] for found in _NAMESPACE.finditer(root[1]) if found[1] in used)
    return data[: root.start()] + b"<rdf:RDF " + b" ".join(declared) + b">" + data[root.end() :]


@lru_cache(maxsize=1)
def _context() -> Mapping[str, object]:
    context: _Json = json.loads((ONTOLOGY / "context.jsonld").read_bytes())["@context"]
    return {**_PREFIXES, **context}


@lru_cache(maxsize=1)
def _read_context() -> Context:
    """Return the context as rdflib reads it, which takes as long as to write a document."""
    return Context(dict(_context()))


def _json_ld(triples: list[ox.Triple]) -> bytes:
    # As `Graph.serialize` does, without a text to be written and read again.
    document: _Json = from_rdf(to_graph(triples), _read_context())  # type: ignore[no-untyped-call]
    document["@context"] = _used_terms(_context(), document)
    return json.dumps(_in_order(document), indent=1, ensure_ascii=False).encode()


def _used_terms(context: Mapping[str, object], document: _Json) -> _Json:
    """Return the terms of a context that a document uses, and those by which they are defined."""
    used: set[str] = set()

    def use(text: str) -> None:
        for name in (text, text.partition(":")[0]):
            if name in context and name not in used:
                used.add(name)
                definition = context[name]
                parts = definition.values() if isinstance(definition, dict) else [definition]
                for part in parts:
                    if isinstance(part, str):
                        use(part)

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key != "@context":
                    use(key)
                    walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)
        elif isinstance(value, str):
            # An IRI may be compact here; a text that looks like one only adds a prefix.
            use(value)

    walk(document)
    return {"@version": 1.1, **{name: context[name] for name in sorted(used)}}


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
