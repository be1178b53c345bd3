"""The language of a text, by its most frequent short words."""

import re
from collections import Counter

_WORD = re.compile(r"[^\W\d_]+")
_FREQUENT = {
    "en": frozenset(
        [
            "the",
            "of",
            "and",
            "to",
            "in",
            "that",
            "is",
            "was",
            "for",
            "it",
            "with",
            "as",
            "he",
            "his",
            "on",
            "be",
            "at",
            "by",
            "had",
            "not",
        ]
    ),
    "de": frozenset(
        [
            "der",
            "die",
            "und",
            "das",
            "den",
            "von",
            "zu",
            "mit",
            "sich",
            "des",
            "auf",
            "für",
            "ist",
            "im",
            "dem",
            "nicht",
            "ein",
            "eine",
        ]
    ),
    "fr": frozenset(
        [
            "le",
            "la",
            "les",
            "et",
            "des",
            "en",
            "du",
            "une",
            "est",
            "que",
            "dans",
            "qui",
            "pour",
            "au",
            "sur",
            "pas",
            "plus",
            "ce",
        ]
    ),
    "it": frozenset(
        [
            "il",
            "di",
            "che",
            "la",
            "e",
            "del",
            "della",
            "per",
            "un",
            "una",
            "sono",
            "con",
            "non",
            "le",
            "dei",
            "nel",
            "alla",
        ]
    ),
}
SAMPLE = 20_000
"""Characters that are looked at."""


def language_of(text: str) -> str:
    """Return the language with rules whose frequent words a text has most of, "en" by default."""
    every = Counter(_sampled(text))
    counts = {
        language: sum(every[word] for word in frequent) for language, frequent in _FREQUENT.items()
    }
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > counts["en"] else "en"


def _sampled(text: str) -> list[str]:
    """Return the words of the beginning of a text, in lower case."""
    return _WORD.findall(text[:SAMPLE].lower())


_FEWEST = 30
"""Words from which on a text of a language has some of the frequent ones."""
_LEAST = 0.07
"""Share of the frequent words in a text of their language; English has three times as many."""
_LAST_LATIN = "\u024f"


def is_in(text: str, language: str) -> bool:
    """Return whether a text looks like one of a language with rules; a short one always does."""
    words = _sampled(text)
    frequent = _FREQUENT.get(language)
    if frequent is None:
        return False
    letters = "".join(words)
    if 2 * sum(letter > _LAST_LATIN for letter in letters) > len(letters):
        return False
    return len(words) < _FEWEST or sum(word in frequent for word in words) >= _LEAST * len(words)
