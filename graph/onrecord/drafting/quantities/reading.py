"""Quantities of a text: the words as they are written, with what they say as a figure."""

from bisect import bisect_left
from dataclasses import replace

from onrecord.drafting.numeral import numerals
from onrecord.drafting.quantities.counted_quantity import counted_quantity
from onrecord.drafting.quantities.factor import factors
from onrecord.drafting.quantities.figure_pattern import FigurePatterns, figure_patterns
from onrecord.drafting.quantities.quantity_expression import QuantityExpression
from onrecord.drafting.quantities.ratio import ratios
from onrecord.drafting.quantities.share import shares
from onrecord.drafting.quantities.vague_number import vague_numbers

LONGEST_JOINT = 60
"""Characters between two figures of one thing."""


def quantities(
    text: str, language: str, dates: tuple[tuple[int, int], ...] = ()
) -> list[QuantityExpression]:
    """Return the quantities of a text, in order; no part of a date is one."""
    words = figure_patterns(language if language in ("en", "de", "fr", "it") else "en")
    taken = _Taken(dates)
    starts = frozenset(start for start, _ in dates)
    found: list[QuantityExpression] = []
    for group in (ratios, shares, vague_numbers, factors):
        found += [one for one in group(text, words) if taken.add(one.start, one.end)]
    pending = list(numerals(text, 0, len(text), words.language))
    skip = False
    last: QuantityExpression | None = None
    for number, numeral in enumerate(pending):
        if skip:
            skip = False
            continue
        following = pending[number + 1] if number + 1 < len(pending) else None
        is_fellow = last is not None and _is_joined(text, last.end, numeral.start, dates, words)
        read, skip = counted_quantity(text, numeral, following, words, starts, is_fellow)
        if read is not None and (taken.add(read.start, read.end) or _is_aside(read, found)):
            is_change = last is not None and (last.role, read.role) == ("from", "to")
            if last is not None and is_change:
                found[-1] = _with_period_of(read, last)
            if last is not None and (is_fellow or is_change):
                read = _with_period_of(last, read)
            found.append(read)
            last = read
    return sorted(found, key=lambda one: one.start)


def _is_aside(one: QuantityExpression, found: list[QuantityExpression]) -> bool:
    """Say whether a factor stands within a ratio that has none, as of its other side.

    "In three months what they, 20 times bigger in number, make in a year".
    """
    return one.kind == "factor" and any(
        other.kind == "ratio" and other.value is None and other.start < one.start < other.end
        for other in found
    )


def _is_joined(
    text: str, end: int, start: int, dates: tuple[tuple[int, int], ...], words: FigurePatterns
) -> bool:
    """Say whether only dates and words that join are between two figures of a sentence."""
    if not end < start <= end + LONGEST_JOINT:
        return False
    between = []
    for first, after in dates[bisect_left(dates, (end, end)) :]:
        if first >= start:
            break
        between.append(text[end:first])
        end = after
    return words.fellow.fullmatch(" ".join([*between, text[end:start]])) is not None


def _with_period_of(fellow: QuantityExpression, one: QuantityExpression) -> QuantityExpression:
    """Return a figure with the period of its fellow: "900 boats a month, up from 400"."""
    fits = one.over is None and (one.kind, one.unit) == (fellow.kind, fellow.unit)
    return replace(one, over=fellow.over) if fits and (one.alone or one.role) else one


class _Taken:
    """Places of a text that are read already, by blocks of characters."""

    def __init__(self, places: tuple[tuple[int, int], ...]) -> None:
        self._blocks: dict[int, list[tuple[int, int]]] = {}
        for start, end in places:
            self._keep(start, end)

    def _keep(self, start: int, end: int) -> None:
        for block in range(start // 64, end // 64 + 1):
            self._blocks.setdefault(block, []).append((start, end))

    def add(self, start: int, end: int) -> bool:
        """Take a place; False if a part of it is taken."""
        for block in range(start // 64, end // 64 + 1):
            for first, last in self._blocks.get(block, ()):
                if first < end and start < last:
                    return False
        self._keep(start, end)
        return True
