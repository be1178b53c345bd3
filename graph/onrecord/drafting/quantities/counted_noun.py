"""Nouns behind a figure: what it counts."""

import re
from collections.abc import Set

from onrecord.drafting.numeral import SPACES
from onrecord.drafting.quantities.figure_pattern import WORD, FigurePatterns

LONGEST_NOUN = 4


def noun_end(text: str, end: int, words: FigurePatterns, dates: Set[int] = frozenset()) -> int:
    """Return where the noun ends that follows a figure: "40 mm steel pipes".

    Where a date begins there is none: `dates` are the starts of those of the text.
    """
    place = end
    best = end
    for count in range(LONGEST_NOUN):
        if place >= len(text) or text[place] not in SPACES + "\n-":
            break
        gap = 1
        if place + gap in dates:
            break
        calibre = re.compile(r"\d+(?:[./]\d+)*[ -]?(?:mm|cm)\b").match(text, place + gap)
        model = (
            re.compile(r"\d{1,3}[A-Z]?\d?(?=\s[^\W\d_])").match(text, place + gap)
            if count
            else None
        )
        if calibre or (model and text[best - 1].isalpha() and text[place - 1].isalpha()):
            place = calibre.end() if calibre else model.end() if model else place
            continue
        word = WORD.match(text, place + gap)
        if word is None or word.group().lower() in words.stop:
            break
        if word.group()[0].isupper() and word.group().lower() in words.months | words.weekdays:
            break
        if text[place] == "\n" and text[place + 1 : place + 2] == "\n":
            break
        place = word.end()
        if count == 0:
            best = place
        low = word.group().lower()
        if words.language == "de":
            if word.group()[0].isupper():
                return place
        elif (low.endswith("s") and not low.endswith(("ss", "us", "is", "ous"))) or low in (
            "people",
            "men",
            "women",
            "troops",
        ):
            return place
    if best > end:
        first = text[end + 1 : best].lower()
        if first.endswith(("ed", "ly", "ing")):
            return end
    return best


def is_one_plural(text: str, end: int, stop: int) -> bool:
    """Say whether one word in the plural follows a figure: no year then."""
    return stop > end and text[stop - 1] == "s" and len(text[end:stop].split()) == 1
