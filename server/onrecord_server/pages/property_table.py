"""Properties of nodes as a page shows them: names and values with their addresses."""

from collections.abc import Iterable

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from onrecord.rdf.namespaces import OA, REC
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.things.property_words import words_of

Shown = tuple[str, str]
"""Label and address of a node; the address is empty for a literal."""
Block = tuple[str, list[tuple[Shown, list[Shown]]]]
"""Heading of a node, empty for the first, and its properties with their values."""


def blocks_of(graph: Graph, iri: URIRef, names: dict[str, str], base: str) -> list[Block]:
    """Return the properties of a thing, then those of each node nested in it."""
    nested = {node for node in graph.subjects() if str(node).startswith(f"{iri}#")}
    # A selector repeats the place of a passage; it is in the data.
    selectors = set(graph.objects(None, OA.hasSelector))
    ordered = sorted(nested - selectors, key=lambda node: (_start(graph, node), str(node)))
    return blocks_of_nodes(graph, [iri, *(URIRef(str(node)) for node in ordered)], names, base)


def _start(graph: Graph, node: Node) -> int:
    """Return the start of a passage, to sort them in the order of the text; else 0."""
    start = str(graph.value(node, REC.start) or "")
    return int(start) if start.isdecimal() else 0


def blocks_of_nodes(
    graph: Graph, nodes: Iterable[URIRef], names: dict[str, str], base: str
) -> list[Block]:
    """Return the properties of nodes, each under its fragment."""
    return [(str(node).partition("#")[2], _properties(graph, node, names, base)) for node in nodes]


def _properties(
    graph: Graph, node: URIRef, names: dict[str, str], base: str
) -> list[tuple[Shown, list[Shown]]]:
    return [
        (
            (words_of(str(name)) or shortened(str(name), base), address_of(str(name), base)),
            [_shown(value, names, base) for value in sorted(graph.objects(node, name), key=str)],
        )
        for name in sorted(set(graph.predicates(node)) - {OA.hasSelector}, key=str)
    ]


def _shown(node: Node, names: dict[str, str], base: str) -> Shown:
    if isinstance(node, Literal):
        return str(node), ""
    iri = str(node)
    return names.get(iri) or words_of(iri) or shortened(iri, base), address_of(iri, base)
