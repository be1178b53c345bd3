"""Flaw: one thing that is wrong with shapes."""

from dataclasses import dataclass

from rdflib import Literal
from rdflib.term import Node

from onrecord.rdf.term_text import shown


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a node of the shapes graph, with its property or with a value of it."""

    node: Node
    problem: str
    remedy: str = ""
    predicate: Node | None = None
    value: Node | None = None
    at_predicate: bool = False
    """Whether the property is wrong, and not its value."""


def named(term: Node) -> str:
    """Return a term as a message names it."""
    if isinstance(term, Literal):
        return repr(str(term))
    return "a node written in place" if shown(term) == "[]" else str(term)
