"""Patterns of a SPARQL query: its triples and its comparisons of a variable with a constant."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lark import Tree
from lark.lexer import Token as LarkToken

from onrecord.rdf.namespaces import RDF, XSD
from onrecord.rdf.query_text.syntax import parse, prefixes_of, written_iri
from onrecord.rdf.query_text.tokens import tokens

_Node = Tree[LarkToken] | LarkToken
_ESCAPED = re.compile(r"\\(.)")
_COMPARING = frozenset({"=", "!=", "<", ">", "<=", ">="})
_NEGATIONS = frozenset({"NOT", "MINUS"})


class PatternTerm(NamedTuple):
    """PatternTerm of a pattern."""

    kind: str
    """`variable`, `iri`, `text` or `number`; empty for blank nodes, lists and paths."""
    value: str
    """Name of the variable, IRI or lexical form; a number between two steps of a path."""
    datatype: str = ""
    language: str = ""


class TriplePattern(NamedTuple):
    """Triple of a query; the predicate of a path has no kind."""

    subject: PatternTerm
    predicate: PatternTerm
    object: PatternTerm


class ComparedConstant(NamedTuple):
    """ComparedConstant of a variable with a constant."""

    variable: str
    operator: str
    constant: PatternTerm


class Patterns(NamedTuple):
    """What a query asks for."""

    triples: tuple[TriplePattern, ...]
    predicates: frozenset[str]
    """IRIs in the place of a predicate, those within paths too."""
    comparisons: tuple[ComparedConstant, ...]
    values: tuple[tuple[str, PatternTerm], ...]
    """Variables and the constants that VALUES gives them."""


def patterns(query: str) -> Patterns:
    """Return the patterns of a query, none if it is no SPARQL 1.1.

    What is in NOT EXISTS and MINUS is left out: that nothing is found of it leaves no row out.
    """
    tree = parse(tokens(query))
    if tree is None:
        return Patterns((), frozenset(), (), ())
    reader = _PatternReader(prefixes_of(tree))
    reader.read(tree)
    return Patterns(
        tuple(reader.triples),
        frozenset(reader.predicates),
        tuple(reader.compared),
        tuple(reader.values),
    )


class _PatternReader:
    """Collects patterns while it walks down a tree."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes
        self.triples: list[TriplePattern] = []
        self.predicates: set[str] = set()
        self.compared: list[ComparedConstant] = []
        self.values: list[tuple[str, PatternTerm]] = []
        self._between = 0

    def read(self, node: _Node) -> None:
        if not isinstance(node, Tree) or node.data in ("template",):
            return
        if node.data == "data":
            self.values += self._given(node)
            return
        if any(isinstance(part, LarkToken) and part.type in _NEGATIONS for part in node.children):
            return
        if node.data == "triples":
            subject, *rest = node.children
            self._nested(subject)
            for part in rest:
                self._properties(self._term(subject), part)
            return
        if node.data == "expression":
            self.compared += self._comparisons(node)
        for part in node.children:
            self.read(part)

    def _given(self, node: Tree[LarkToken]) -> Iterator[tuple[str, PatternTerm]]:
        names = [str(part)[1:] for part in node.children if _is_variable(part)]
        for row in [node, *_trees(node, "row")]:
            data = list(_trees(row, "datum"))
            for index, datum in enumerate(data):
                name = names[index if row is not node else 0]
                yield name, self._term(datum.children[0])

    def _properties(self, subject: PatternTerm, node: _Node) -> None:
        for each in _trees(node, "property"):
            verb, objects = each.children
            *steps, predicate = self._steps(verb)
            start = subject
            for step in steps:
                self._between += 1
                end = PatternTerm("", str(self._between))
                self.triples.append(TriplePattern(start, step, end))
                start = end
            for found in objects.children if isinstance(objects, Tree) else ():
                if isinstance(found, Tree):
                    (value,) = found.children
                    self.triples.append(TriplePattern(start, predicate, self._term(value)))
                    self._nested(value)

    def _nested(self, node: _Node) -> None:
        """Read the triples of a blank node or a list."""
        if isinstance(node, Tree) and node.data == "nested":
            for part in node.children:
                if isinstance(part, Tree) and part.data == "properties":
                    self._properties(PatternTerm("", ""), part)
                elif isinstance(part, Tree) and part.children:
                    self._nested(part.children[0])

    def _steps(self, verb: _Node) -> list[PatternTerm]:
        """Return the properties of a path that is a sequence of them, else one of no kind."""
        (node,) = verb.children if isinstance(verb, Tree) else (verb,)
        if isinstance(node, LarkToken):
            return [PatternTerm("variable", str(node)[1:])]
        self.predicates.update(
            self._iri(part) for part in node.iter_subtrees() if part.data == "iri"
        )
        words = list(_leaves(node))
        if any(word.type not in (*_NAMES, "A", "SLASH") for word in words):
            return [PatternTerm("", "")]
        return [
            PatternTerm("iri", str(RDF.type) if word.type == "A" else self._written(str(word)))
            for word in words
            if word.type != "SLASH"
        ]

    def _comparisons(self, node: Tree[LarkToken]) -> Iterator[ComparedConstant]:
        parts = node.children
        for left, operator, right in zip(parts, parts[1:], parts[2:], strict=False):
            if not isinstance(operator, Tree) or operator.data != "operator":
                continue
            sign = str(operator.children[0])
            if sign not in _COMPARING:
                continue
            one, other = self._operand(left), self._operand(right)
            if one.kind == "variable" and other.kind not in ("", "variable"):
                yield ComparedConstant(one.value, sign, other)
            elif other.kind == "variable" and one.kind not in ("", "variable"):
                yield ComparedConstant(other.value, sign, one)

    def _operand(self, node: _Node) -> PatternTerm:
        while isinstance(node, Tree) and len(node.children) == 1:
            if node.data in ("iri", "constant", "call"):
                break
            node = node.children[0]
        return self._term(node)

    def _term(self, node: _Node) -> PatternTerm:
        if isinstance(node, LarkToken):
            return (
                PatternTerm("variable", str(node)[1:])
                if node.type == "VAR"
                else PatternTerm("", "")
            )
        if node.data == "iri":
            return PatternTerm("iri", self._iri(node))
        if node.data in ("literal", "constant"):
            return self._literal(node)
        if node.data in ("term", "object") and len(node.children) == 1:
            return self._term(node.children[0])
        return PatternTerm("", "")

    def _literal(self, node: Tree[LarkToken]) -> PatternTerm:
        first, *rest = node.children
        if isinstance(first, Tree) or str(first) in ("+", "-"):
            written = [*_leaves(node)]
            kind = "integer" if written[-1].type == "INTEGER" else "decimal"
            return PatternTerm("number", "".join(map(str, written)), str(XSD[kind]))
        if first.type != "STRING":
            return PatternTerm("", "")
        mark = 3 if str(first)[:3] in ('"""', "'''") else 1
        text = _ESCAPED.sub(r"\1", str(first)[mark:-mark])
        last = rest[-1] if rest else None
        if isinstance(last, Tree):
            return PatternTerm("text", text, self._iri(last))
        return PatternTerm("text", text, "", str(last)[1:] if last is not None else "")

    def _iri(self, node: Tree[LarkToken]) -> str:
        return self._written(str(node.children[0]))

    def _written(self, written: str) -> str:
        return written_iri(written, self.prefixes)


def _is_variable(node: _Node) -> bool:
    return isinstance(node, LarkToken) and node.type == "VAR"


def _leaves(node: Tree[LarkToken]) -> Iterator[LarkToken]:
    for part in node.children:
        if isinstance(part, Tree):
            yield from _leaves(part)
        else:
            yield part


_NAMES = ("IRI", "NAME", "NAMESPACE")


def _trees(node: _Node, name: str) -> Iterator[Tree[LarkToken]]:
    for part in node.children if isinstance(node, Tree) else ():
        if isinstance(part, Tree) and part.data == name:
            yield part
