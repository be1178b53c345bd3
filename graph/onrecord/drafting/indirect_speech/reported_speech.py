"""Reported speech: what a cue reports, and reports within reports."""

from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.drafting.cue import Cue
from onrecord.drafting.mention import Range
from onrecord.drafting.sentence import MARK, QUOTE, WORD, Sentence

MOST_CHAINED = 12


@dataclass(frozen=True, slots=True)
class ReportedSpeech:
    """What a cue reports: one piece, or two around the cue."""

    pieces: tuple[Range, ...]
    cue: Cue
    rule: str
    told: Sentence | None = None
    """The sentence of the pieces, if it is not that of the cue."""


def trimmed(sentence: Sentence, piece: Range) -> Range | None:
    """Cut marks and dangling words off both ends."""
    start, stop = piece
    while start < stop and sentence[start].kind == MARK and sentence[start].text not in "([$£€":
        start += 1
    while start < stop and (
        sentence[stop - 1].kind == MARK and sentence[stop - 1].text not in ")]%"
    ):
        stop -= 1
    while start < stop - 1 and sentence[stop - 1].low in ("and", "but", "that"):
        stop -= 1
    return (start, stop) if start < stop else None


def has_quoted(sentence: Sentence, piece: Range) -> bool:
    """Say whether a piece of a sentence has a quoted passage in it."""
    return any(token.kind == QUOTE for token in sentence[piece[0] : piece[1]])


def only_quoted(sentence: Sentence, start: int, stop: int) -> bool:
    """Say whether tokens are quoted passages and what joins them: no words report."""
    return not any(
        token.kind == WORD and token.low not in ("and", "but", "that", "or")
        for token in sentence[start:stop]
    )


def chained(found: list[ReportedSpeech]) -> Iterator[tuple[ReportedSpeech, ReportedSpeech]]:
    """Yield pairs of an outer report and an inner one whose cue and words it holds.

    A sentence with very many reports is a list or no prose: it has no chains.
    """
    if len(found) > MOST_CHAINED:
        return
    for outer in found:
        for inner in found:
            if inner is outer:
                continue
            cue = inner.cue
            if any(
                first <= (cue.speaker or (cue.first, 0))[0]
                and inner.pieces[-1][1] <= last
                and first <= cue.first < last
                for first, last in outer.pieces
            ):
                yield outer, inner
