"""Passages: where words stand in a text, in the figures that a record needs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from unicodedata import category

from rdflib.term import Node

_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text, in code points, the end exclusive."""

    start: int
    end: int
    line: int
    sha256: str
    """Of the UTF-8 bytes of the stretch."""


def find(text: str, words: str) -> Iterator[Passage]:
    """Yield every place where the words stand in the text, to the letter."""
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        line = text.count("\n", 0, start) + 1
        yield Passage(start, end, line, sha256(words.encode()).hexdigest())
        start = text.find(words, start + 1)


def offset(term: Node | None) -> int | None:
    """Return a position that is on record as a number, None if it is missing or is none.

    It may be negative: that a text has no such place is for the caller to say.
    """
    written = "" if term is None else str(term)
    # Python refuses to read numbers of thousands of digits
    return int(written) if re.fullmatch(r"[+-]?[0-9]{1,18}", written) else None


def cuts_character(text: str, place: int) -> bool:
    """Say whether a place stands between a character and a mark that belongs to it.

    Such a mark is an accent of its own (NFD), a vowel sign, a variation selector or a joiner: who
    leaves it out has another letter than the text.
    """
    if not 0 < place < len(text) or text[place - 1].isspace():
        return False
    return text[place] == _JOINER or category(text[place]).startswith("M")
