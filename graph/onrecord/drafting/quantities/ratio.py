"""Two-sided ratios: "10 to one", "in three months what the others make in a year"."""

import re
from collections.abc import Iterator
from decimal import Decimal

from onrecord.drafting.numeral import figure_words
from onrecord.drafting.quantities.figure_pattern import FigurePatterns
from onrecord.drafting.quantities.qualifier import modality_of
from onrecord.drafting.quantities.quantity_expression import QuantityExpression

_RATIO = re.compile(
    r"ratio|outgun|outnumber|advantage|superior|parity|disparity|verhältnis|rapport|rapporto",
    re.IGNORECASE,
)


def duration(count: str, unit: str, words: FigurePatterns) -> tuple[str, int] | None:
    """Return a duration as ISO 8601, and in months or days by its letter."""
    data = figure_words(words.language)
    letter = data["length"][unit.lower()]
    low = count.lower()
    number = int(low) if low.isdigit() else data["word"].get(low, 1)
    if letter == "Q":
        number, letter = number * 3, "M"
    if letter == "X":
        number, letter = number * 10, "Y"
    if letter in "HIS":
        return None
    months = {"D": 0, "W": 0, "M": number, "Y": 12 * number}[letter]
    return f"P{number}{letter}", months


def ratios(text: str, words: FigurePatterns) -> Iterator[QuantityExpression]:
    """Yield two-sided ratios: "in three months what the others make in a year"."""
    data = figure_words(words.language)
    for found in words.compared.finditer(text) if words.language == "en" else ():
        first = duration(found["first"], found["firstunit"], words)
        second = duration(found["second"], found["secondunit"], words)
        if first is None or second is None:
            continue
        low = (found["times"] or "").lower()
        times = Decimal(low) if low.isdigit() else Decimal(data["word"].get(low, 1))
        more = found["more"] is not None
        exact = first[1] and second[1] and not more
        yield QuantityExpression(
            found.start(),
            found.end(),
            times if low else None,
            "ratio",
            comparator="gt" if more and not low else "eq",
            over=first[0],
            versus_over=second[0],
            derived=times * second[1] / first[1] if exact else None,
            flags=("times more",) if more and low else (),
        )
    yield from _sides(text, words)
    for found in words.ratio.finditer(text):
        first = duration(found["first"], found["firstunit"], words)
        second = duration(found["second"], found["secondunit"], words)
        if first is None or second is None:
            continue
        derived = Decimal(second[1]) / first[1] if first[1] and second[1] else None
        yield QuantityExpression(
            found.start(),
            found.end(),
            None,
            "ratio",
            over=first[0],
            versus_over=second[0],
            derived=derived,
        )


def _sides(text: str, words: FigurePatterns) -> Iterator[QuantityExpression]:
    """Yield ratios by their sides, "10 to one", "1:2", where words beside them say it is one."""
    data = figure_words(words.language)
    for found in words.sides.finditer(text):
        one, other = (
            Decimal(low.replace(",", ".")) if low[0].isdigit() else Decimal(data["word"][low])
            for low in (found["one"].lower(), found["other"].lower())
        )
        around = text[max(0, found.start() - 90) : found.end() + 60]
        if found["other"].startswith("0"):
            continue
        if 1 not in (one, other) or one == other or not _RATIO.search(around):
            continue
        value = max(one, other)
        yield QuantityExpression(
            found.start(),
            found.end(),
            value,
            "ratio",
            modality=modality_of(text, found.start(), words),
        )
