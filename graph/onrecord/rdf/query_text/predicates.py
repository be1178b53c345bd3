"""Predicates whose triples a SPARQL query may match, so that it can be asked of these alone."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lark import Tree
from lark.lexer import Token as LarkToken

from onrecord.rdf.namespaces import RDF
from onrecord.rdf.query_text.syntax import parse, prefixes_of, written_iri
from onrecord.rdf.query_text.tokens import tokens

_Node = Tree[LarkToken] | LarkToken
_TYPE = str(RDF.type)


class MatchedTriples(NamedTuple):
    """Triples that a query may match, all those of some predicates and classes."""

    predicates: frozenset[str]
    """IRIs; with rdf:type only if instances of any class may match."""
    classes: frozenset[str]
    """IRIs of the classes whose instances may match."""


def matched_triples(query: str) -> MatchedTriples | None:
    """Return which triples a query may match; None if it may be any, or the text is no SPARQL 1.1.

    Other than in `patterns`, what is in NOT EXISTS and MINUS counts, too. The query has the same
    solutions over these triples as over a whole graph, but for a path of length zero (SPARQL 1.1,
    18.4) from what stands in none of them.
    """
    tree = parse(tokens(query))
    if tree is None:
        return None
    prefixes = prefixes_of(tree)
    predicates: set[str] = set()
    classes: set[str] = set()
    # What is constructed is not matched.
    for verb, objects in _properties(tree):
        if any(verb.scan_values(_is_open)):
            return None
        path = _iris(verb, prefixes)
        kinds = [_iri_of(value, prefixes) for value in objects.children if isinstance(value, Tree)]
        if path == [_TYPE] and all(kinds):
            classes.update(kind for kind in kinds if kind)
        else:
            predicates.update(path)
    return MatchedTriples(frozenset(predicates), frozenset(classes))


def _properties(node: _Node) -> Iterator[list[Tree[LarkToken]]]:
    """Yield predicate and objects wherever they stand together."""
    if not isinstance(node, Tree) or node.data == "template":
        return
    if node.data == "property":
        yield [part for part in node.children if isinstance(part, Tree)]
    for part in node.children:
        yield from _properties(part)


def _is_open(token: _Node) -> bool:
    """Return whether a predicate is a variable, or any but some."""
    return isinstance(token, LarkToken) and (token.type == "VAR" or str(token) == "!")


def _iris(verb: _Node, prefixes: Mapping[str, str]) -> list[str]:
    """Return the properties of a path."""
    if isinstance(verb, LarkToken):
        return [_TYPE] if verb.type == "A" else []
    if verb.data == "iri":
        return [written_iri(str(verb.children[0]), prefixes)]
    return [iri for part in verb.children for iri in _iris(part, prefixes)]


def _iri_of(value: _Node, prefixes: Mapping[str, str]) -> str | None:
    while isinstance(value, Tree) and value.data != "iri" and len(value.children) == 1:
        value = value.children[0]
    if isinstance(value, Tree) and value.data == "iri":
        return written_iri(str(value.children[0]), prefixes)
    return None
