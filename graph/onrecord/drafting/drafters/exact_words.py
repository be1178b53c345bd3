"""Exact words: where words are in a text, if only marks, spaces and case differ."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

_APOSTROPHES = "'’ʼ"
_SIGNS = "-−+"
_SYMBOLS = "%‰§#@&"


class ExactWord(NamedTuple):
    """A word, a number or a symbol, by which texts are compared."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ExactText:
    """A text as its words, so that a stretch of words is found at once."""

    words: tuple[ExactWord, ...]
    keys: str
    """The keys of all words, each with a line end before it, and one behind the last."""
    places: tuple[int, ...]
    """Where each key begins in `keys`."""

    def find(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Yield the stretches of words, half-open, that are the words of a string."""
        keys = [word.key for word in exact_words(wanted)]
        if not keys:
            return
        line = "\n" + "\n".join(keys) + "\n"
        place = self.keys.find(line)
        while place >= 0:
            first = bisect_left(self.places, place + 1)
            yield first, first + len(keys)
            place = self.keys.find(line, place + 1)

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Return the words that lie within a stretch of characters, half-open."""
        first = bisect_left(self.words, start, key=lambda word: word.start)
        return first, max(first, bisect_right(self.words, end, key=lambda word: word.end))


def exact_text(text: str) -> ExactText:
    """Read a text as its words."""
    words = tuple(exact_words(text))
    places = []
    at = 1
    for word in words:
        places.append(at)
        at += len(word.key) + 1
    keys = "\n" + "".join(f"{word.key}\n" for word in words)
    return ExactText(words, keys, tuple(places))


def exact_words(text: str) -> Iterator[ExactWord]:
    """Yield the words of a text: numbers with their point or comma and sign, and each symbol.

    Quotation marks, other marks and spaces are none. Soft hyphens and the like do not count, nor
    whether a letter with an accent is one character or two.
    """
    key: list[str] = []
    start = end = 0
    for place, character in enumerate(text):
        kind = unicodedata.category(character)
        if kind == "Cf":
            continue
        if kind == "Mn" and key:
            key.append(character)
        elif character.isalnum() or (key and _joins(text, place, character)):
            start = start if key else place
            key.append("'" if character in _APOSTROPHES else character)
        else:
            if key:
                yield ExactWord(_key(key), start, end)
                key = []
            if kind in ("Sc", "Sm", "So") or character in _SYMBOLS or _is_sign(text, place):
                yield ExactWord("-" if character in "-−" else character, place, place + 1)
            continue
        end = place + 1
    if key:
        yield ExactWord(_key(key), start, end)


def _key(characters: list[str]) -> str:
    return unicodedata.normalize("NFD", "".join(characters).casefold())


def _joins(text: str, place: int, character: str) -> bool:
    """Say whether a mark is a part of the word around it: an apostrophe, or within a number."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if character in _APOSTROPHES:
        return before.isalnum() and after.isalnum()
    return character in ".,:/" and before.isdigit() and after.isdigit()


def _is_sign(text: str, place: int) -> bool:
    return (
        text[place] in _SIGNS
        and text[place + 1 : place + 2].isdigit()
        and not text[place - 1 : place].isalnum()
    )
