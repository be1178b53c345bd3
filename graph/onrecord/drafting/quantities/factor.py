"""Factors in words: "doubled", "sixfold"."""

from collections.abc import Iterator
from decimal import Decimal

from onrecord.drafting.numeral import figure_words
from onrecord.drafting.quantities.figure_pattern import FigurePatterns
from onrecord.drafting.quantities.qualifier import comparator_of, modality_of
from onrecord.drafting.quantities.quantity_expression import QuantityExpression


def factors(text: str, words: FigurePatterns) -> Iterator[QuantityExpression]:
    """Yield factors in words."""
    data = figure_words(words.language)
    for found in words.factor.finditer(text):
        if found["verb"]:
            value = Decimal(str(data["factor"][found["verb"].lower()]))
        else:
            low = (found["number"] or found["by"]).lower()
            value = Decimal(low) if low[0].isdigit() else Decimal(data["word"][low])
        start, comparator = comparator_of(text, found.start(), words)
        yield QuantityExpression(
            start,
            found.end(),
            value,
            "factor",
            comparator=comparator,
            modality=modality_of(text, start, words),
        )
