"""Where a query stops being SPARQL, what is allowed there, and its tree where it does not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lark import Lark, Tree, UnexpectedToken
from lark.lexer import Lexer, LexerState
from lark.lexer import Token as LarkToken

from onrecord.rdf.query_text.tokens import QueryToken

END = "$END"
_ESCAPED = re.compile(r"\\(.)")


class Failure(NamedTuple):
    """The first token at which a query cannot go on."""

    position: int
    """Its index; the number of tokens where the text ends too early."""
    expected: frozenset[str]
    """Kinds of tokens that are allowed there; `$END` where the query may end."""


def failure(tokens: Sequence[QueryToken]) -> Failure | None:
    """Return where a query stops being SPARQL, None if its grammar is right."""
    names = _names()
    parser = _parser().parse_interactive()
    for index, token in enumerate(tokens):
        try:
            parser.feed_token(LarkToken(names.get(token.kind, token.kind), token.text))
        except UnexpectedToken:
            return Failure(index, _accepted_after(tokens[:index]))
    try:
        parser.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedToken:
        return Failure(len(tokens), _accepted_after(tokens))
    return None


def parse(tokens: Sequence[QueryToken]) -> Tree[LarkToken] | None:
    """Return the tree of a query, its nodes named as in the grammar; None if it does not parse."""
    names = _names()
    parser = _parser().parse_interactive()
    try:
        for token in tokens:
            parser.feed_token(LarkToken(names.get(token.kind, token.kind), token.text))
        tree: Tree[LarkToken] = parser.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedToken:
        return None
    return tree


def prefixes_of(tree: Tree[LarkToken]) -> dict[str, str]:
    """Return the namespaces that a query declares, by prefix."""
    prefixes = {}
    for prologue in tree.find_data("prologue"):
        words = [str(word) for word in prologue.children]
        for before, word, iri in zip(words, words[1:], words[2:], strict=False):
            if before.upper() == "PREFIX":
                prefixes[word[:-1]] = iri[1:-1]
    return prefixes


def written_iri(written: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI that is written in angle brackets or with a prefix."""
    if written.startswith("<"):
        return written[1:-1]
    prefix, _, local = written.partition(":")
    return prefixes.get(prefix, f"{prefix}:") + _ESCAPED.sub(r"\1", local)


def _accepted_after(tokens: Sequence[QueryToken]) -> frozenset[str]:
    """Return the kinds of tokens that may follow; an error has changed the parser's own state."""
    marks = {name: mark for mark, name in _names().items()}
    parser = _parser().parse_interactive()
    for token in tokens:
        parser.feed_token(LarkToken(_names().get(token.kind, token.kind), token.text))
    return frozenset(
        marks.get(name, name)
        for name in parser.accepts()  # type: ignore[no-untyped-call]
    )


class _NoText(Lexer):
    """Lexer of no text: the tokens are read already, and fed one by one."""

    def __init__(self, _conf: object) -> None: ...

    def lex(self, _state: LexerState, _parser_state: object) -> Iterator[LarkToken]:
        return iter(())


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("sparql.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=_NoText, keep_all_tokens=True)


@cache
def _names() -> dict[str, str]:
    """Return the grammar's name of each mark."""
    return {
        terminal.pattern.value: terminal.name
        for terminal in _parser().terminals
        if terminal.pattern is not None
    }
