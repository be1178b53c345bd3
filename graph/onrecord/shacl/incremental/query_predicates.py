"""Mentions: whether a query can look at triples of some properties, told from its words alone.

To parse a query costs more than to validate what one change affects; most changes are of other
properties than those that a query asks for.
"""

import re
from collections.abc import Iterable, Sequence

from rdflib.namespace import RDF

from onrecord.shacl.sparql_constraints import TOKEN

_OPERATORS = re.compile(r"[/|^*+!=&]")
_LOCAL = re.compile(r":(.*)", re.DOTALL)
_UNCLEAR = re.compile(r"\\|<<|\s\.[0-9]|\bBASE\b|!\s*\(?\s*(?:[<^)]|a\b|[\w-]*:)", re.IGNORECASE)
"""What is too rare to be told apart here: escapes, triple terms, `.5`, relative IRIs, and paths of
any property but some.
"""
_Lexeme = tuple[str, str]
"""The kind of a token, and its text."""


def mentions(query: str, properties: Iterable[str]) -> bool:
    """Say whether a query may look at triples of some properties; if in doubt, it may."""
    if _UNCLEAR.search(query):
        return True
    lexemes = [
        (str(match.lastgroup), match[0])
        for match in TOKEN.finditer(query)
        if match.lastgroup != "skip"
    ]
    del lexemes[: lexemes.index(("mark", "{"))]
    return _asks_for_any(lexemes) or any(
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
        # a name that goes on after a dot is two words here
        if local is not None and (name.endswith(local[1]) or f"{local[1]}." in name):
            return True
        if part == "a" and name == str(RDF.type):
            return True
    return False


def _asks_for_any(lexemes: Sequence[_Lexeme]) -> bool:
    """Say whether a variable may stand for a property: between two terms, or first in a list."""
    for before, here, after in zip(lexemes, lexemes[1:], lexemes[2:], strict=False):
        if here[0] != "variable":
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
