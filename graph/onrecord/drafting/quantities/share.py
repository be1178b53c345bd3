"""Shares in words: "two thirds of", "one in five"."""

import re
from collections.abc import Iterator

from onrecord.drafting.numeral import figure_words
from onrecord.drafting.quantities.counted_noun import noun_end
from onrecord.drafting.quantities.figure_pattern import WORD, FigurePatterns
from onrecord.drafting.quantities.qualifier import comparator_of, modality_of
from onrecord.drafting.quantities.quantity_expression import QuantityExpression


def _fraction(
    text: str, found: re.Match[str], name: str, words: FigurePatterns
) -> QuantityExpression:
    word = re.sub(r"\s?-\s?", "-", found[name].lower())
    start, comparator = comparator_of(text, found.start(name), words)
    return QuantityExpression(
        start,
        found.end(name),
        figure_words(words.language)["fraction"][word],
        "share",
        comparator=comparator,
        modality=modality_of(text, start, words),
    )


def shares(text: str, words: FigurePatterns) -> Iterator[QuantityExpression]:
    """Yield shares in words."""
    data = figure_words(words.language)
    for found in words.ordinal.finditer(text):
        end = noun_end(text, found.end(), words)
        # "Every third day" tells how often.
        if words.length.match(text, found.end()):
            continue
        yield QuantityExpression(
            found.start(),
            end,
            f"1/{data['ordinal'][found['ordinal'].lower()]}",
            "share",
            modality=modality_of(text, found.start(), words),
        )
    for found in words.changed_by.finditer(text):
        yield _fraction(text, found, "word", words)
    for found in words.fraction.finditer(text):
        if found["word"] or found["half"]:
            yield _fraction(text, found, "word" if found["word"] else "half", words)
            continue
        one, of = (
            int(low) if low.isdigit() else data["word"][low]
            for low in (found["one"].lower(), found["of"].lower())
        )
        if not one or of <= one:
            continue
        end = found.end() + len(WORD.match(text, found.end() + 1)[0]) + 1  # type: ignore[index]
        start, comparator = comparator_of(text, found.start(), words)
        yield QuantityExpression(
            start,
            end,
            f"{one}/{of}",
            "share",
            comparator=comparator,
            modality=modality_of(text, start, words),
        )
