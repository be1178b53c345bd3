"""Numbers within names, dates and labels, which count nothing: "Base 9", "No. 4", "May 3"."""

import re

from onrecord.drafting.numeral import Numeral
from onrecord.drafting.quantities.figure_pattern import WORD, FigurePatterns

YEARS = range(1900, 2101)


def is_in_name(text: str, begin: int, numeral: Numeral, money: bool, words: FigurePatterns) -> bool:
    """Say whether a numeral belongs to a name, a date or a label: "Base 9", "No. 4", "May 3"."""
    if money:
        return False
    before = re.search(r"([^\W\d_][\w.]*)[\s\u00a0]$", text[max(0, begin - 24) : begin])
    after = (
        WORD.match(text, numeral.end + 1) if text[numeral.end : numeral.end + 1] == " " else None
    )
    if after is not None and after.group().lower() in words.months and after.group()[0].isupper():
        return True
    if before is None:
        return False
    low = before[1].lower()
    if low in words.label:
        return True
    if low.rstrip(".") in words.months and before[1][0].isupper():
        return numeral.digits and numeral.value <= 31
    if words.unit.match(text, numeral.end):
        return False
    if numeral.scaled or numeral.grouped or not before[1][0].isupper() or words.language == "de":
        return words.language == "de" and low in words.label
    opening = re.search(r"(?:^|[.!?:“\"\n]\s*)\S+\s$", text[max(0, begin - 40) : begin])
    return opening is None and numeral.digits and low not in words.stop
