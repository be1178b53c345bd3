"""Passages of a text: search for words, offsets in code points, and SHA-256."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from unicodedata import category, normalize

from rapidfuzz import fuzz
from rdflib.term import Node

_JOINER = "\u200d"
_SOFT_HYPHEN = "\xad"
_CLUSTER = re.compile(r"[-\u2010\xad]\r?\n|\s+|.[\u0300-\u036f\u1dc0-\u1dff]*", re.DOTALL)
"""A broken line, white space, or a letter with its marks."""
_LEAST_SIMILARITY = 80.0
"""Minimum similarity (0 to 100) at which a stretch is like the words."""


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


def find_printed(text: str, words: str) -> Iterator[Passage]:
    """Yield each stretch of the text that is printed as the words are.

    How accented letters are composed, soft hyphens, a break within a word at the end of a line, and
    white space make no difference. Not one letter, mark or digit does.
    """
    wanted, _ = _printed(words.strip())
    printed, places = _printed(text)
    start = printed.find(wanted) if wanted else -1
    while start >= 0:
        first, last = places[start], places[start + len(wanted)]
        while last > first and (text[last - 1].isspace() or text[last - 1] == _SOFT_HYPHEN):
            last -= 1
        line = text.count("\n", 0, first) + 1
        yield Passage(first, last, line, sha256(text[first:last].encode()).hexdigest())
        start = printed.find(wanted, start + 1)


def _printed(text: str) -> tuple[str, list[int]]:
    """Return a text as it is printed, and where each of its characters begins; last its end."""
    printed: list[str] = []
    places: list[int] = []
    for found in _CLUSTER.finditer(text):
        letters = found[0]
        if letters == _SOFT_HYPHEN or _is_break(text, found.start(), found.end()):
            continue
        if letters.isspace():
            if printed and printed[-1] == " ":
                continue
            letters = " "
        for letter in normalize("NFC", letters):
            printed.append(letter)
            places.append(found.start())
    return "".join(printed), [*places, len(text)]


def _is_break(text: str, start: int, end: int) -> bool:
    """Return whether text[start:end] breaks a word at the end of a line: a hyphen and line end."""
    return (
        "\n" in text[start:end]
        and text[start] in "-\u2010\xad"
        and text[max(start - 1, 0) : start].isalpha()
        and text[end : end + 1].islower()
    )


def nearest(text: str, words: str) -> Passage | None:
    """Return the stretch most like the words, None if nothing is much like them.

    Which marks, dashes and spaces are used and upper or lower case make no difference here.
    """
    wanted, _ = _plain(words.strip())
    plain, places = _plain(text)
    if not wanted or not plain:
        return None
    # Where the text is the shorter one, rapidfuzz would search the words for the text.
    near = fuzz.partial_ratio_alignment(
        wanted, plain.ljust(len(wanted)), score_cutoff=_LEAST_SIMILARITY
    )
    if near is None:
        return None
    start, end = near.dest_start, min(near.dest_end, len(plain))
    while start > 0 and plain[start - 1 : start + 1].isalnum():
        start -= 1
    while end < len(plain) and plain[end - 1 : end + 1].isalnum():
        end += 1
    found = text[places[start] : places[end - 1] + 1]
    return next(place for place in find(text, found) if place.start == places[start])


def _plain(text: str) -> tuple[str, list[int]]:
    """Return a text with one kind of marks, dashes and spaces, and the place of each character."""
    plain: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        kind = category(letter)
        if kind == "Cf":
            continue  # soft hyphens and their like are not seen
        if letter.isspace():
            if plain and plain[-1] == " ":
                continue
            letter = " "
        elif letter in "\"'`´" or kind in ("Pi", "Pf") or letter in "„‚":
            letter = "'"
        elif kind == "Pd":
            letter = "-"
        else:
            folded = letter.casefold()
            letter = folded if len(folded) == 1 else letter
        plain.append(letter)
        places.append(place)
    return "".join(plain), places


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
