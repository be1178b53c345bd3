"""Wordings of one statement: which of them most sources print, and how another differs from it."""

import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_WORD = re.compile(r"\S+")
_MARKS = re.compile(r"[^\w%]+")
_QUOTES = "“”„\"'‘’«»"


class WordedPart(NamedTuple):
    """Some words of a wording, and what became of them."""

    kind: Literal["same", "added", "left out"]
    text: str


class MarkedPart(NamedTuple):
    """Some words, and whether they carry the figure."""

    text: str
    carries: bool


def common_wording(wordings: Iterable[str]) -> str:
    """Return the wording that most have, of several the longest; empty if there is none.

    Marks and case do not count. What is printed shortened is no wording of its own: it counts for
    the longer one that it is a part of.
    """
    spoken = [each.strip().strip(_QUOTES).strip() for each in wordings]
    keys = [_key(each) for each in spoken]
    votes = Counter(
        {index: sum(_within(other, key) for other in keys) for index, key in enumerate(keys) if key}
    )
    if not votes:
        return ""
    best = min(votes, key=lambda index: (-votes[index], -len(keys[index]), spoken[index]))
    return spoken[best].rstrip(",;:–—- ")


def _key(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (_MARKS.sub("", word).casefold() for word in _WORD.findall(text))))


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    size = len(part)
    return any(whole[at : at + size] == part for at in range(len(whole) - size + 1))


def is_to_the_letter(wording: str, reference: str) -> bool:
    """Return whether a wording has the words of the reference, marks and case apart."""
    return _key(wording) == _key(reference)


def differences(reference: str, wording: str) -> list[WordedPart]:
    """Return a wording in parts: what it has in common with the reference, adds and leaves out.

    Words are compared without case and marks; they are shown as each of the two has them.
    """
    left, right = _words(reference), _words(wording.strip().strip(_QUOTES).rstrip(",;:"))
    matcher = SequenceMatcher(None, [_plain(word) for word in left],
                              [_plain(word) for word in right], autojunk=False)  # fmt: skip
    parts: list[WordedPart] = []
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            parts.append(WordedPart("same", " ".join(right[other_start:other_end])))
            continue
        if end > start:
            parts.append(WordedPart("left out", " ".join(left[start:end])))
        if other_end > other_start:
            parts.append(WordedPart("added", " ".join(right[other_start:other_end])))
    return parts


def _words(text: str) -> list[str]:
    """Return the words of a text with their marks; a dash goes with the word before it."""
    words: list[str] = []
    for word in _WORD.findall(text):
        if words and not _MARKS.sub("", word):
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words


def _plain(word: str) -> str:
    return _MARKS.sub("", word).casefold() or word


def marked(words: str, figures: Iterable[str]) -> list[MarkedPart]:
    """Return words in parts, those that a figure rests on apart."""
    spans: list[tuple[int, int]] = []
    folded = words.casefold()
    for figure in figures:
        at = folded.find(figure.casefold()) if figure else -1
        if at >= 0 and len(folded) == len(words):
            spans.append((at, at + len(figure)))
    parts: list[MarkedPart] = []
    end = 0
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < end:
            continue
        parts += [MarkedPart(words[end:start], False), MarkedPart(words[start:stop], True)]
        end = stop
    parts.append(MarkedPart(words[end:], False))
    return [part for part in parts if part.text]
