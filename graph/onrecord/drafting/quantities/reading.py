"""Quantities of a text: the words as they are written, with what they say as a figure."""

from onrecord.drafting.numeral import numerals
from onrecord.drafting.quantities.counted_quantity import counted_quantity
from onrecord.drafting.quantities.factor import factors
from onrecord.drafting.quantities.figure_pattern import figure_patterns
from onrecord.drafting.quantities.quantity_expression import QuantityExpression
from onrecord.drafting.quantities.ratio import ratios
from onrecord.drafting.quantities.share import shares
from onrecord.drafting.quantities.vague_number import vague_numbers


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
    for number, numeral in enumerate(pending):
        if skip:
            skip = False
            continue
        following = pending[number + 1] if number + 1 < len(pending) else None
        read, skip = counted_quantity(text, numeral, following, words, starts)
        if read is not None and taken.add(read.start, read.end):
            found.append(read)
    return sorted(found, key=lambda one: one.start)


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
