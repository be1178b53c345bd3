"""Text of RDF terms in messages and findings."""

import re
from collections.abc import Mapping

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from onrecord.rdf.namespaces import PREFIXES

_LOCAL_NAME = re.compile(r"[\w](?:[\w.-]*[\w-])?")
"""A local name that Turtle reads without escapes."""
_BARE = {
    str(XSD.integer): re.compile(r"[+-]?[0-9]+"),
    str(XSD.decimal): re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    str(XSD.boolean): re.compile(r"true|false"),
}
"""Lexical forms that Turtle has without quotation marks, by datatype."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def shown(term: Node) -> str:
    """Return the IRI or the lexical form of a term, `[]` for a blank node.

    The label of a blank node differs from run to run.
    """
    return "[]" if isinstance(term, BNode) else str(term)


def in_turtle(term: Node, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return a term as Turtle has it: a text in quotation marks, an IRI by its prefix.

    The usual prefixes are known too, unless `prefixes` have them for something else.
    """
    if isinstance(term, URIRef):
        return _prefixed(str(term), prefixes) or f"<{term}>"
    if not isinstance(term, Literal):
        return "[]"
    form = str(term)
    datatype = "" if term.datatype is None else str(term.datatype)
    if datatype in _BARE and _BARE[datatype].fullmatch(form):
        return form
    quoted = '"' + "".join(_ESCAPES.get(sign, sign) for sign in form) + '"'
    if term.language:
        return f"{quoted}@{term.language}"
    if datatype in ("", str(XSD.string)):
        return quoted
    return f"{quoted}^^{in_turtle(URIRef(datatype), prefixes)}"


def value_text(term: Node | None, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return how a finding names a value: a literal as Turtle has it, an IRI in full.

    Empty for a blank node, which has no name.
    """
    if isinstance(term, Literal):
        return in_turtle(term, prefixes)
    return str(term) if isinstance(term, URIRef) else ""


def _prefixed(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return an IRI as a prefixed name by the longest namespace, empty if it has none."""
    known = {
        **{name: space for name, space in PREFIXES.items() if name not in prefixes},
        **prefixes,
    }
    fitting = (
        (len(space), f"{name}:{iri[len(space) :]}")
        for name, space in known.items()
        if iri.startswith(space) and _LOCAL_NAME.fullmatch(iri, len(space))
    )
    return max(fitting, default=(0, ""))[1]


def abbreviated(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return an IRI with the prefix of its longest namespace, in full if it has none."""
    fitting = [each for each in prefixes.items() if iri.startswith(each[1])]
    prefix, namespace = max(fitting, key=lambda each: len(each[1]), default=("", ""))
    return f"{prefix}:{iri.removeprefix(namespace)}" if namespace else iri
