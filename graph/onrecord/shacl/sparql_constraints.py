"""Constraints that shapes bring along as SPARQL (SHACL, section 5)."""

import re
from dataclasses import dataclass

from rdflib import Graph, Literal
from rdflib.namespace import OWL, SH
from rdflib.term import Identifier, Node

from onrecord.shacl.errors import ShapesError
from onrecord.shacl.property_path import Path
from onrecord.shacl.property_path import sparql as written
from onrecord.shacl.shape import is_true

TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\r\n]*)
    | (?P<text>\"\"\"(?:\"?\"?(?:[^"\\]|\\.))*\"\"\"|'''(?:'?'?(?:[^'\\]|\\.))*'''
        |\"(?:[^"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*'|<[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<variable>[?$]\w+)
    | (?P<word>[^\s{}()<>"'?$#;,.]+)
    | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_REBOUND = re.compile(r"\bAS\s+[?$](?:this|PATH|shapesGraph|currentShape)\b", re.IGNORECASE)
"""A binding that SHACL forbids; pySHACL refuses the shapes that have it."""
_NOT_ONCE = re.compile(
    "SERVICE|MINUS|VALUES|GRAPH|FROM|GROUP|HAVING|LIMIT|OFFSET|ORDER|COUNT|SUM|AVG|MIN|MAX"
    "|SAMPLE|GROUP_CONCAT|REDUCED|RAND|UUID|STRUUID|BNODE"
)
"""Words of queries that may answer otherwise when asked for all nodes at once."""


@dataclass(frozen=True, slots=True)
class SparqlConstraint:
    """The query of a `sh:sparql` constraint, its prefixes written before it."""

    node: Identifier
    prologue: str
    query: str
    messages: tuple[Literal, ...]


def sparql_constraint(shapes: Graph, node: Identifier) -> SparqlConstraint | None:
    """Return the constraint that a node describes, None if it is deactivated.

    Raises ShapesError if it has no query.
    """
    if is_true(shapes.value(node, SH.deactivated)):
        return None
    query = shapes.value(node, SH.select)
    if query is None:
        raise ShapesError(node, "a SPARQL constraint without sh:select")
    messages = tuple(m for m in shapes.objects(node, SH.message) if isinstance(m, Literal))
    return SparqlConstraint(node, prologue(shapes, node), str(query), messages)


def prologue(shapes: Graph, node: Identifier) -> str:
    """Return the PREFIX lines that a node's `sh:prefixes` declare (SHACL, section 5.2.1)."""
    lines = {}
    named = [
        each for start in shapes.objects(node, SH.prefixes) for each in _imports(shapes, start)
    ]
    for ontology in reversed(named):
        for declaration in shapes.objects(ontology, SH.declare):
            prefix = shapes.value(declaration, SH.prefix)
            lines[str(prefix)] = str(shapes.value(declaration, SH.namespace))
    return "".join(f"PREFIX {prefix}: <{lines[prefix]}>\n" for prefix in sorted(lines))


def _imports(shapes: Graph, ontology: Node) -> list[Node]:
    return [each for each in shapes.transitive_objects(ontology, OWL.imports) if each is not None]


def run_once(constraint: SparqlConstraint, path: Path | None, focus: str) -> str | None:
    """Return the query for all nodes of a focus at once, None where that could answer otherwise.

    The pattern of the focus, which binds `?this`, is put in front of what stands in WHERE. This
    says the same as binding `?this` beforehand unless a part that is evaluated on its own uses
    it: subqueries, aggregates, and groups other than EXISTS and OPTIONAL that test `?this`.
    """
    if _REBOUND.search(constraint.query):
        return None
    pieces: list[str] = []
    groups: list[str] = []
    columns: list[str] = []
    before = ""
    for match in TOKEN.finditer(constraint.query):
        kind, lexeme = match.lastgroup, match[0]
        word = lexeme.upper()
        if kind == "word" and (_NOT_ONCE.fullmatch(word) or (word == "SELECT" and groups)):
            return None
        if kind == "variable":
            if lexeme[1:] in ("shapesGraph", "currentShape"):
                return None
            if lexeme[1:] == "this" and "group" in groups:
                return None
            if not groups:
                columns.append(lexeme[1:])
            is_path = lexeme == "$PATH" and path is not None
            lexeme = written(path) if is_path and path is not None else f"?{lexeme[1:]}"
        pieces.append(lexeme)
        if word == "{":
            if not groups:
                pieces.append(f" {focus} ")
            groups.append("inner" if not groups or before in ("EXISTS", "OPTIONAL") else "group")
        elif word == "}" and groups:
            groups.pop()
        if kind != "skip":
            before = word
        if word == "*" and not groups:
            columns.append("this")
    return constraint.prologue + "".join(pieces) if "this" in columns else None
