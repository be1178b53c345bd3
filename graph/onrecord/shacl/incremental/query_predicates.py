"""Predicates of a query, estimated from its tokens without parsing it.

Parsing a query costs more than validating what one change affects, and most changes are of
properties that a query does not mention.
"""

import re
from collections.abc import Iterable, Sequence

from rdflib.namespace import RDF

from onrecord.shacl.sparql_constraints import TOKEN

_OPERATORS = re.compile(r"[/|^*+!=&]")
_LOCAL = re.compile(r":(.*)", re.DOTALL)
_UNCLEAR = re.compile(r"\\|<<|\s\.[0-9]|\bBASE\b|!\s*\(?\s*(?:[<^)]|a\b|[\w-]*:)", re.IGNORECASE)
"""Rare syntax that tokens cannot decide: escapes, triple terms, `.5`, relative IRIs, negated
property sets.
"""
_Lexeme = tuple[str, str]
"""Kind and text of a token."""


def mentions(query: str, properties: Iterable[str]) -> bool:
    """Say whether a query may match triples of some properties; in doubt, yes."""
    if _UNCLEAR.search(query):
        return True
    lexemes = [
        (str(match.lastgroup), match[0])
        for match in TOKEN.finditer(query)
        if match.lastgroup != "skip"
    ]
    del lexemes[: lexemes.index(("mark", "{"))]
    return _has_predicate_variable(lexemes) or any(
        _is_mentioned(name, lexeme) for lexeme in lexemes for name in properties
    )


def _is_mentioned(name: str, lexeme: _Lexeme) -> bool:
    kind, text = lexeme
    if kind == "text":
        return text == f"<{name}>"
    if kind != "word":
        return False
    for part in _OPERATORS.split(text):
        local = _LOCAL.search(part)
        # a local name with a dot is two tokens here
        if local is not None and (name.endswith(local[1]) or f"{local[1]}." in name):
            return True
        if part == "a" and name == str(RDF.type):
            return True
    return False


def _has_predicate_variable(lexemes: Sequence[_Lexeme]) -> bool:
    """Say whether a variable may be a predicate: between two terms, or first in a list."""
    for before, current, after in zip(lexemes, lexemes[1:], lexemes[2:], strict=False):
        if current[0] != "variable":
            continue
        if before[1] in (";", "["):
            return True
        if (_is_term(before) or before[1] in "])") and (_is_term(after) or after[1] in "(["):
            return True
    return False


def _is_term(lexeme: _Lexeme) -> bool:
    kind, text = lexeme
    if kind == "word":
        return not text.isalpha() or text in ("true", "false")
    return kind in ("text", "variable")
