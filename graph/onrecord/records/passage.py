"""Passages of a text: search for words, offsets in code points, and SHA-256."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from unicodedata import category

from rdflib.term import Node

_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Passage:
    """Stretch of a text; offsets in code points, the end exclusive."""

    start: int
    end: int
    line: int
    sha256: str
    """SHA-256 of the UTF-8 bytes of the stretch, in hexadecimal."""


def find(text: str, words: str) -> Iterator[Passage]:
    """Yield every exact occurrence of the words in the text, overlapping ones too."""
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        line = text.count("\n", 0, start) + 1
        yield Passage(start, end, line, sha256(words.encode()).hexdigest())
        start = text.find(words, start + 1)


def offset(term: Node | None) -> int | None:
    """Return an offset on record as an integer, None if it is missing or not an integer.

    It may be negative or beyond the text; the caller checks the range.
    """
    written = "" if term is None else str(term)
    # Python refuses to parse integers with thousands of digits
    return int(written) if re.fullmatch(r"[+-]?[0-9]{1,18}", written) else None


def cuts_character(text: str, place: int) -> bool:
    """Return whether an offset is between a character and a combining mark or joiner after it.

    Combining marks are accents (NFD), vowel signs and variation selectors (Unicode category M);
    without them the letter is another one.
    """
    if not 0 < place < len(text) or text[place - 1].isspace():
        return False
    return text[place] == _JOINER or category(text[place]).startswith("M")
