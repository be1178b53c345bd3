"""The place at which a query cannot go on, as the rules of advice look at it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

from onrecord.rdf.query_text.tokens import QueryToken

_LEAST_SIMILARITY = 76.0
"""Of two words, from 0 to 100; `foo` and FLOOR have 75."""
_CLOSING = {"{": "}", "(": ")", "[": "]"}
TERMS = frozenset(
    {"VAR", "IRI", "NAME", "NAMESPACE", "BLANK", "STRING", "INTEGER", "DECIMAL", "TRUE", "FALSE"}
)
"""Kinds of tokens that are a term, or begin one."""


class Situation(NamedTuple):
    """Tokens of a query, and the one at which it cannot go on."""

    query: str
    tokens: Sequence[QueryToken]
    position: int
    """Of the token; the number of tokens at the end of the text."""
    expected: frozenset[str]
    """Kinds of tokens that are allowed there."""

    @property
    def here(self) -> QueryToken:
        """The token at which the query cannot go on; of kind `END` at the end of the text."""
        return self.at(0)

    @property
    def before(self) -> QueryToken:
        """The token before it; of kind `START` at the beginning."""
        return self.at(-1)

    def at(self, steps: int) -> QueryToken:
        """Return the token so many steps from the place of the mistake."""
        index = self.position + steps
        if index < 0:
            return QueryToken("START", "", 0)
        return self.tokens[index] if index < len(self.tokens) else _end(self.query)

    def word(self, steps: int = 0) -> str:
        """Return the text of a token in capitals."""
        return self.at(steps).text.upper()

    @property
    def wants_operand(self) -> bool:
        """Whether a value is expected within an expression."""
        return {"FUNCTION", "!", "STRING"} <= self.expected

    @property
    def wants_operator(self) -> bool:
        """Whether an expression can go on with an operator."""
        return {"&&", "IN"} <= self.expected

    @property
    def wants_pattern(self) -> bool:
        """Whether a triple or a pattern may begin."""
        return {"OPTIONAL", "VAR"} <= self.expected

    @property
    def after_triple(self) -> bool:
        """Whether a triple is complete."""
        return {".", ";", ","} <= self.expected

    @property
    def wants_predicate(self) -> bool:
        """Whether the predicate of a triple is expected."""
        return "A" in self.expected

    def bare_address(self) -> QueryToken | None:
        """Return the first token of an address without angle brackets that is read here."""
        for steps in (0, -1, -2):
            token = self.at(steps)
            if token.kind in ("NAME", "NAMESPACE") and token.text.startswith(("http:", "https:")):
                return token
            if self.at(steps - 1).end != token.start:
                return None
        return None

    def open_brackets(self) -> list[QueryToken]:
        """Return the brackets before this place that are not closed, the outermost first."""
        found: list[QueryToken] = []
        for token in self.tokens[: self.position]:
            if token.kind in _CLOSING:
                found.append(token)
            elif found and token.kind == _CLOSING[found[-1].kind]:
                found.pop()
        return found

    def place(self, token: QueryToken) -> str:
        """Return the line and column of a token in words."""
        line, column = line_and_column(self.query, token.start)
        return f"line {line}, column {column}"


def closing(bracket: QueryToken) -> str:
    """Return the bracket that closes one."""
    return _CLOSING[bracket.kind]


def line_and_column(query: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of an offset, both from one."""
    return query.count("\n", 0, offset) + 1, offset - query.rfind("\n", 0, offset)


def _end(query: str) -> QueryToken:
    return QueryToken("END", "", len(query.rstrip()))


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that is most like a word, None if none is much like it."""
    found = process.extractOne(
        word.upper(), list(choices), scorer=fuzz.ratio, score_cutoff=_LEAST_SIMILARITY
    )
    return found[0] if found else None
