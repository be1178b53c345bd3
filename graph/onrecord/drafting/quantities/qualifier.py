"""Qualifiers: what the words before a figure say of it, as "at least", "plans to", "up from"."""

import re
from itertools import pairwise

from onrecord.drafting.numeral import figure_words
from onrecord.drafting.quantities.figure_pattern import WORD, FigurePatterns

BEFORE = 220
"""Characters before a figure that may tell its modality."""
_JOINT = re.compile(r"[;:]\s|,\s(?:and|but|while|whereas|of\swhich)\s|\s(?:and|but)\s")
"""What may begin a clause with a verb of its own."""


def comparator_of(text: str, start: int, words: FigurePatterns) -> tuple[int, str]:
    """Return where the words before a figure begin that compare, and how they compare."""
    data = figure_words(words.language)
    found = words.comparator.search(text, max(0, start - 24), start)
    if found is None:
        return start, "eq"
    return found.start(), data["comparator"][found["word"].lower()]


def modality_of(text: str, start: int, words: FigurePatterns) -> str:
    """Return how a figure is put forward, by the words of its sentence before it."""
    window = text[max(0, start - BEFORE) : start]
    sentence = re.split(r"[.!?]\s|\n", window)[-1]
    for joint in reversed(list(_JOINT.finditer(sentence))):
        own = _modality_in(sentence[joint.end() :], words.language)
        if own is not None:
            return own
    return _modality_in(sentence, words.language) or "asserted"


def modality_between(text: str, start: int, end: int) -> str | None:
    """Return how English words put a figure forward that follows them, None if they do not say."""
    return _modality_in(text[start:end], "en")


def _modality_in(text: str, language: str) -> str | None:
    data = figure_words(language)["words"]
    found = WORD.findall(text.lower())
    # "Set to" tells what will be, "had set aside" does not.
    lows = {*found, *(f"{first}_{second}" for first, second in pairwise(found))}
    for modality in ("targeted", "projected", "urged", "asserted"):
        if lows & set(data[modality].split()):
            return modality
    return None


def role_of(text: str, start: int, end: int, words: FigurePatterns) -> str | None:
    """Return which end of a change a figure is, or what it is compared with."""
    before = text[max(0, start - 40) : start].lower()
    if re.search(
        r"\b(?:up|down|compared|increase|rise)\s(?:from|with|to)\s$|\b(?:against|versus)\s$", before
    ):
        return "baseline" if not re.search(r"\b(?:increase|rise)\s\w+\s$", before) else None
    if re.search(r"\b(?:from|von)\s$", before) and words.changed_to.match(text[end : end + 60]):
        return "from"
    if re.search(
        r"\bfrom\s[^.;\n]{1,60}?\sto\s(?:\w+\s)?$", text[max(0, start - 90) : start].lower()
    ):
        return "to"
    return None
