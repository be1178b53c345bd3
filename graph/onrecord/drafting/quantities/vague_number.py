"""Vague numbers: "hundreds of"."""

from collections.abc import Iterator
from decimal import Decimal

from onrecord.drafting.numeral import figure_words
from onrecord.drafting.quantities.counted_noun import noun_end
from onrecord.drafting.quantities.figure_pattern import FigurePatterns
from onrecord.drafting.quantities.qualifier import modality_of
from onrecord.drafting.quantities.quantity_expression import QuantityExpression


def vague_numbers(text: str, words: FigurePatterns) -> Iterator[QuantityExpression]:
    """Yield vague numbers with what they count."""
    data = figure_words(words.language)
    for found in words.vague.finditer(text):
        end = noun_end(text, found.end(), words)
        if end == found.end() or words.length.fullmatch(text, found.end(), end):
            continue
        value = Decimal(data["vague"][found.group().lower()])
        yield QuantityExpression(
            found.start(),
            end,
            value,
            "vague",
            comparator="approx",
            modality=modality_of(text, found.start(), words),
        )
