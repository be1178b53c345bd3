"""SHACL property paths: parsed from a shapes graph, written as SPARQL and as triples.

See SHACL, section 2.3.1 (https://www.w3.org/TR/shacl/#property-paths).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal as OneOf

from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH
from rdflib.term import Identifier, Node

from onrecord.shacl.errors import ShapesError

PathKind = OneOf["inverse", "sequence", "alternative", "zeroOrMore", "oneOrMore", "zeroOrOne"]


@dataclass(frozen=True, slots=True)
class Compound:
    """A path composed of other paths."""

    kind: PathKind
    parts: tuple["Path", ...]


Path = URIRef | Compound

_UNARY: dict[URIRef, PathKind] = {
    SH.inversePath: "inverse",
    SH.zeroOrMorePath: "zeroOrMore",
    SH.oneOrMorePath: "oneOrMore",
    SH.zeroOrOnePath: "zeroOrOne",
}
_PROPERTIES = {kind: prop for prop, kind in _UNARY.items()}
_SUFFIXES = {"zeroOrMore": "*", "oneOrMore": "+", "zeroOrOne": "?"}


def read_path(shapes: Graph, node: Node, above: frozenset[Node] = frozenset()) -> Path:
    """Parse the path at a node of the shapes graph.

    Raises ShapesError if it is not well-formed or contains itself.
    """
    if node in above:
        raise ShapesError(node, "this path contains itself")
    if isinstance(node, URIRef):
        if node == RDF.nil:
            raise ShapesError(node, "an empty list is no path")
        return node
    within = above | {node}
    found: list[Path] = []
    if (node, RDF.first, None) in shapes:
        parts = tuple(read_path(shapes, part, within) for part in Collection(shapes, node))
        if len(parts) < 2:
            raise ShapesError(node, "a sequence path needs two members or more")
        found.append(Compound("sequence", parts))
    for prop, kind in _UNARY.items():
        found.extend(
            Compound(kind, (read_path(shapes, part, within),))
            for part in shapes.objects(node, prop)
        )
    for members in shapes.objects(node, SH.alternativePath):
        parts = tuple(read_path(shapes, part, within) for part in Collection(shapes, members))
        if len(parts) < 2:
            raise ShapesError(node, "an alternative path needs two members or more")
        found.append(Compound("alternative", parts))
    if len(found) != 1:
        raise ShapesError(node, f"a path must be an IRI or one path expression, found {len(found)}")
    return found[0]


def sparql(path: Path) -> str:
    """Return the path in SPARQL, without prefixed names."""
    if isinstance(path, URIRef):
        return f"<{path}>"
    parts = [sparql(part) for part in path.parts]
    if path.kind == "sequence":
        return f"({'/'.join(parts)})"
    if path.kind == "alternative":
        return f"({'|'.join(parts)})"
    if path.kind == "inverse":
        return f"(^{parts[0]})"
    return f"({parts[0]}{_SUFFIXES[path.kind]})"


def walk(path: Path, rest: str = "") -> str:
    """Return the pattern of a path from `?this` to `?value`, to be asked for by EXISTS.

    `rest` is what else must hold of `?value`. Each step of a sequence is an EXISTS of its own, so
    that a store begins with the node that it has; the steps as one pattern are a join, which
    Oxigraph may begin at the other end, and evaluates whole for each node.
    """
    if isinstance(path, URIRef) or path.kind != "sequence":
        return f"?this {sparql(path)} ?value {rest}"
    names = ["?this", *(f"?step{number}" for number in range(1, len(path.parts))), "?value"]
    steps = zip(path.parts, pairwise(names), strict=True)
    for part, (one, other) in reversed(list(steps)):
        step = f"{one} {sparql(part)} {other} {rest}"
        rest = f"FILTER EXISTS {{ {step} }}"
    return step


def predicates(path: Path) -> Iterator[URIRef]:
    """Yield the properties in a path."""
    if isinstance(path, URIRef):
        yield path
    else:
        for part in path.parts:
            yield from predicates(part)


def write_path(path: Path, graph: Graph) -> Identifier:
    """Add the triples of a path to a graph and return its node."""
    if isinstance(path, URIRef):
        return path
    nodes = [write_path(part, graph) for part in path.parts]
    if path.kind == "sequence":
        return _write_list(nodes, graph)
    node = BNode()
    if path.kind == "alternative":
        graph.add((node, SH.alternativePath, _write_list(nodes, graph)))
    else:
        graph.add((node, _PROPERTIES[path.kind], nodes[0]))
    return node


def _write_list(nodes: list[Identifier], graph: Graph) -> BNode:
    head = BNode()
    Collection(graph, head, [*nodes])
    return head
