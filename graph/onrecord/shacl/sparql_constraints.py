"""SPARQL constraints, rewritten to one query for all focus nodes (SHACL, section 5)."""

import re
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, SH
from rdflib.term import Identifier, Node

from onrecord.shacl.errors import ShapesError
from onrecord.shacl.property_path import Path
from onrecord.shacl.property_path import sparql as sparql_path
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
"""Assignments to pre-bound variables, which SHACL forbids (appendix A) and pySHACL refuses."""
_NOT_BULK = re.compile(
    "SERVICE|MINUS|VALUES|FROM|GROUP|HAVING|LIMIT|OFFSET|ORDER|COUNT|SUM|AVG|MIN|MAX"
    "|SAMPLE|GROUP_CONCAT|REDUCED|RAND|UUID|STRUUID|BNODE"
)
"""Keywords of queries whose result may differ if evaluated for all nodes at once."""


@dataclass(frozen=True, slots=True)
class SparqlConstraint:
    """The query of a `sh:sparql` constraint, with its PREFIX lines."""

    node: Identifier
    prologue: str
    query: str
    messages: tuple[Literal, ...]


def sparql_constraint(shapes: Graph, node: Identifier) -> SparqlConstraint | None:
    """Parse the SPARQL constraint at a node, None if it is deactivated.

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
    """Return the PREFIX lines of a node's `sh:prefixes` (SHACL, section 5.2.1).

    A declared namespace that is no absolute IRI is left out: only a query that needs it fails.
    """
    lines = {}
    named = [
        each for start in shapes.objects(node, SH.prefixes) for each in _imports(shapes, start)
    ]
    for ontology in reversed(named):
        for declaration in shapes.objects(ontology, SH.declare):
            prefix, namespace = (
                str(shapes.value(declaration, part)) for part in (SH.prefix, SH.namespace)
            )
            if ABSOLUTE.fullmatch(namespace):
                lines[prefix] = namespace
    return "".join(f"PREFIX {prefix}: <{lines[prefix]}>\n" for prefix in sorted(lines))


def _imports(shapes: Graph, ontology: Node) -> list[Node]:
    return [each for each in shapes.transitive_objects(ontology, OWL.imports) if each is not None]


ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
"""An absolute IRI."""
_IN_SHAPES = re.compile(r"\bGRAPH\s*[?$]shapesGraph\b", re.IGNORECASE)
_BOUND_TO_IRI = re.compile(r"\bBOUND\s*\(\s*<[^>]*>\s*\)", re.IGNORECASE)
"""A test of a variable whose value was put in its place."""
SHAPES_GRAPH = "urn:onrecord:store:shapes"
"""Name of the graph with the shapes, for `$shapesGraph`."""


def bulk_query(
    constraint: SparqlConstraint, path: Path | None, focus: str, shape: Node | None = None
) -> str | None:
    """Return the query for all nodes of a focus at once, None if the result could differ.

    The pattern of the focus, which binds `?this`, is inserted at the start of WHERE. This is
    equivalent to pre-binding `?this` unless a part with its own scope uses it: subqueries,
    aggregates, and groups except EXISTS and OPTIONAL that mention `?this`. `$currentShape` is
    the shape if it is given and has an IRI.
    """
    fixed: dict[str, str] = {}
    if _IN_SHAPES.search(constraint.query):
        fixed["shapesGraph"] = f"<{SHAPES_GRAPH}>"
        if isinstance(shape, URIRef):
            fixed["currentShape"] = f"<{shape}>"
    if _REBOUND.search(constraint.query):
        return None
    output: list[str] = []
    groups: list[str] = []
    columns: list[str] = []
    previous = ""
    for match in TOKEN.finditer(constraint.query):
        kind, lexeme = match.lastgroup, match[0]
        word = lexeme.upper()
        if previous == "GRAPH" and kind != "skip" and lexeme[1:] != "shapesGraph":
            return None
        if kind == "word" and (_NOT_BULK.fullmatch(word) or (word == "SELECT" and groups)):
            return None
        if kind == "variable":
            if lexeme[1:] in ("shapesGraph", "currentShape") and lexeme[1:] not in fixed:
                return None
            if lexeme[1:] == "this" and "group" in groups:
                return None
            if not groups:
                columns.append(lexeme[1:])
            is_path = lexeme == "$PATH" and path is not None
            own = fixed.get(lexeme[1:], f"?{lexeme[1:]}")
            lexeme = sparql_path(path) if is_path and path is not None else own
        output.append(lexeme)
        if word == "{":
            if not groups:
                output.append(f" {focus} ")
            groups.append("inner" if not groups or previous in ("EXISTS", "OPTIONAL") else "group")
        elif word == "}" and groups:
            groups.pop()
        if kind != "skip":
            previous = word
        if word == "*" and not groups:
            columns.append("this")
    text = constraint.prologue + _BOUND_TO_IRI.sub("(true)", "".join(output))
    return text if "this" in columns else None
