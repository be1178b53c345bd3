"""Flaw: one problem of a shapes graph."""

from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from onrecord.rdf.term_text import shown


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


def display_name(term: Node) -> str:
    """Return the text of a term in a message."""
    if isinstance(term, Literal):
        return repr(str(term))
    return "a node written in place" if shown(term) == "[]" else str(term)


def sh_name(term: URIRef) -> str:
    """Return a term of the SHACL namespace as a prefixed name."""
    return f"sh:{term.removeprefix(str(SH))}"
