"""Ranges: two numerals that are the ends of one figure, and scores, which are none."""

import re

from onrecord.drafting.numeral import SPACES, Numeral
from onrecord.drafting.quantities.figure_pattern import FigurePatterns
from onrecord.drafting.quantities.named_number import YEARS

RANGE = re.compile(rf"[{SPACES}]?(?:–|—|-|to|and|or|bis|und|à|et)[{SPACES}]?", re.IGNORECASE)


def is_range(
    text: str, begin: int, low: Numeral, high: Numeral, between: str, words: FigurePatterns
) -> bool:
    """Say whether two numerals are the ends of a range, not two figures."""
    word = between.strip(SPACES + "£$€").lower()
    if word in ("and", "und", "et"):
        return (
            re.search(
                r"\b(?:between|zwischen|entre)\s[£$€]?$",
                text[max(0, begin - 12) : begin],
                re.IGNORECASE,
            )
            is not None
        )
    if word in ("to", "à") and words.changed.search(text, max(0, begin - 80), begin):
        return False
    top = high.value / high.scale if low.scale == 1 and high.scale > 1 else high.value
    if low.value >= top:
        return False
    years = all(
        one.digits and not one.scaled and not one.grouped and one.value in YEARS
        for one in (low, high)
    )
    return not years


def is_score(text: str, numeral: Numeral) -> bool:
    """Say whether a numeral is one side of a score or of a compound: "3-2"."""
    behind = text[numeral.end : numeral.end + 2]
    before = text[max(0, numeral.start - 2) : numeral.start]
    return (behind[:1] in ("-", "–") and behind[1:].isdigit()) or (
        before[1:] in ("-", "–") and before[:1].isdigit()
    )
