"""Service description: capabilities and dataset of the endpoint, prefixes and example queries.

SPARQL 1.1 Service Description for the service, the release's VoID for the dataset, and SHACL terms
(`sh:declare`, `sh:SPARQLExecutable`) for prefixes and examples, which query editors read.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from onrecord.rdf.namespaces import DCTERMS, PREFIXES, RDF
from onrecord.releases.descriptions.usage import example, prefixes
from onrecord.releases.dumps import prefixes_for
from onrecord.releases.saved_query import Query
from onrecord_server.sparql.formats import FORMATS, Format
from onrecord_server.workers.result_writers import GRAPHS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_W3C_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}
_VOID = "void.ttl"


_ANYWHERE = "https://endpoint.invalid/sparql"
"""Address of the endpoint in a description that is kept for all addresses."""


def describe(
    path: Path,
    name: str,
    address: str,
    graphs: frozenset[str],
    queries: tuple[Query, ...],
    format: Format,
    base: str,
) -> bytes:
    """Return the description of the service at `address` over the release `name` in `path`.

    `queries` are the examples, `base` is that of the things, whose prefixes are declared.
    """
    written = _described(path, name, graphs, queries, format, base)
    return written.replace(_ANYWHERE.encode(), address.encode())


@lru_cache(maxsize=64)
def _described(
    path: Path,
    name: str,
    graphs: frozenset[str],
    queries: tuple[Query, ...],
    format: Format,
    base: str,
) -> bytes:
    declarations = f"{_ANYWHERE}#prefixes"
    triples = [
        *_service(_ANYWHERE, name, graphs),
        *_void(path),
        *prefixes(declarations, _ANYWHERE, prefixes_for(base) if base else PREFIXES),
    ]
    for query in queries:
        triples += example(f"{_ANYWHERE}#example-{query.name}", query, declarations, _ANYWHERE)
    data = ox.serialize(triples, format=GRAPHS[format.name], prefixes={**PREFIXES, "sd": _SD})
    if data is None:
        raise AssertionError("pyoxigraph gives bytes when no output is named")
    return data


def _service(address: str, name: str, graphs: Iterable[str]) -> Iterator[ox.Triple]:
    service, dataset, default = address, f"{address}#dataset", f"{address}#default-graph"
    yield _triple(service, RDF.type, f"{_SD}Service")
    yield _triple(service, f"{_SD}endpoint", service)
    yield _triple(service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query")
    for format in FORMATS:
        yield _triple(service, f"{_SD}resultFormat", _FORMATS + _W3C_FORMAT_NAMES[format.name])
    yield _triple(service, f"{_SD}feature", f"{_SD}UnionDefaultGraph")
    yield _triple(service, f"{_SD}defaultDataset", dataset)
    yield _triple(service, str(DCTERMS.hasVersion), ox.Literal(name))
    yield _triple(dataset, RDF.type, f"{_SD}Dataset")
    yield _triple(dataset, f"{_SD}defaultGraph", default)
    yield _triple(default, RDF.type, f"{_SD}Graph")
    for number, graph in enumerate(sorted(graphs), 1):
        node = f"{address}#graph-{number}"
        yield _triple(dataset, f"{_SD}namedGraph", node)
        yield _triple(node, RDF.type, f"{_SD}NamedGraph")
        yield _triple(node, f"{_SD}name", graph)


def _void(path: Path) -> Iterator[ox.Triple]:
    """Yield the release's VoID, if it has one."""
    file = path / _VOID
    if file.is_file():
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            yield quad.triple


def _triple(subject: str, predicate: str, value: str | ox.Literal) -> ox.Triple:
    node = ox.NamedNode(value) if isinstance(value, str) else value
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), node)
