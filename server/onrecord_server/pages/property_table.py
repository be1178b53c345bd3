"""Properties of nodes as a page shows them: names and values with their addresses."""

from collections.abc import Iterable

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.things.property_words import words_of

Shown = tuple[str, str]
"""Label and address of a node; the address is empty for a literal."""
Block = tuple[str, list[tuple[Shown, list[Shown]]]]
"""Heading of a node, empty for the first, and its properties with their values."""


def blocks_of(graph: Graph, iri: URIRef, names: dict[str, str], base: str) -> list[Block]:
    """Return the properties of a thing, then those of each node nested in it."""
    nested = sorted({str(s) for s in graph.subjects() if str(s).startswith(f"{iri}#")})
    return blocks_of_nodes(graph, [iri, *map(URIRef, nested)], names, base)


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
        for name in sorted(set(graph.predicates(node)), key=str)
    ]


def _shown(node: Node, names: dict[str, str], base: str) -> Shown:
    if isinstance(node, Literal):
        return str(node), ""
    iri = str(node)
    return names.get(iri) or words_of(iri) or shortened(iri, base), address_of(iri, base)
