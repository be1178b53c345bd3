"""Flaw: one problem of a shapes graph."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from onrecord.rdf.term_text import shown

Effect = OneOf["refused", "wrong", "unchecked", "none"]
"""What a flaw does: no result would be reliable (refused); a constraint that was meant is not
checked (wrong); a part of the shapes is not checked, or not as it is written (unchecked); nothing
that changes a result (none)."""

_FEW = 20
"""Notes of one kind up to which each is told."""

ShapesTriple = tuple[Node, Node, Node]


@dataclass(frozen=True, slots=True)
class Flaw:
    """A problem of a node of the shapes graph, of its property or of a value."""

    node: Node
    problem: str
    remedy: str = ""
    predicate: Node | None = None
    value: Node | None = None
    at_predicate: bool = False
    """Whether the problem is the property and not its value."""
    effect: Effect = "refused"
    feature: str = ""
    """The kind of thing that is not supported; of each kind, one flaw is told, with a count."""
    left_out: tuple[ShapesTriple, ...] = ()
    """Triples of the shapes without which the rest can be checked."""
    put_in: tuple[ShapesTriple, ...] = ()
    """Triples that take the place of those left out."""


def strictly(flaws: Iterable[Flaw]) -> list[Flaw]:
    """Return the flaws, each refused that leaves anything unchecked."""
    return [each if each.effect == "none" else replace(each, effect="refused") for each in flaws]


def checkable(shapes: Graph, flaws: Iterable[Flaw]) -> Graph:
    """Return the shapes as they can be checked: without what their flaws leave out."""
    flaws = list(flaws)
    left_out = {triple for flaw in flaws for triple in flaw.left_out}
    if not left_out:
        return shapes
    rest = Graph(namespace_manager=shapes.namespace_manager)
    for triple in shapes:
        if triple not in left_out:
            rest.add(triple)
    for flaw in flaws:
        for triple in flaw.put_in:
            rest.add(triple)
    return rest


def counted_by_feature(flaws: Iterable[Flaw]) -> Iterator[Flaw]:
    """Yield the flaws, of each unsupported feature the first one only, with the number of them."""
    by_feature: dict[str, list[Flaw]] = {}
    for flaw in flaws:
        if flaw.feature:
            by_feature.setdefault(flaw.feature, []).append(flaw)
        else:
            yield flaw
    for found in by_feature.values():
        first, number = found[0], len(found)
        if number == 1 or (first.effect == "none" and number <= _FEW):
            yield from found
        else:
            yield replace(first, problem=f"{first.problem}; {number} times in these shapes")


def display_name(term: Node) -> str:
    """Return the text of a term in a message."""
    if isinstance(term, Literal):
        return repr(str(term))
    return "a node written in place" if shown(term) == "[]" else str(term)


def sh_name(term: URIRef) -> str:
    """Return a term of the SHACL namespace as a prefixed name."""
    return f"sh:{term.removeprefix(str(SH))}"
