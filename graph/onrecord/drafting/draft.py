"""Drafts of a text: what is said in it and by whom, each with the rule that found it."""

from collections.abc import Iterable
from dataclasses import dataclass

from onrecord.drafting.direct_speech import (
    ReadParagraph,
    attribute,
    quotations,
    read_paragraph,
    span,
)
from onrecord.drafting.indirect_speech import has_quoted, reports
from onrecord.drafting.language import language_of
from onrecord.drafting.lexicon import Lexicon, lexicon
from onrecord.drafting.paragraph import paragraphs


@dataclass(frozen=True, slots=True)
class Draft:
    """One passage that gives what somebody said; nobody has judged it."""

    start: int
    end: int
    type: str
    """`direct`; `fragment`, a quoted part of a sentence; `indirect`; `mixed`, with quoted parts."""
    speaker: tuple[int, int] | None
    cue: str | None
    rule: str
    flags: tuple[str, ...] = ()
    group: int | None = None
    """Drafts of one group are pieces of one statement."""
    relies_on: tuple[int, int] | None = None


def draft(text: str, language: str | None = None) -> list[Draft]:
    """Return what is said in a text, in its order."""
    words = lexicon(language or language_of(text))
    read = [read_paragraph(text, start, end, words) for start, end in paragraphs(text)]
    attribute(read, text, words)
    found = [one for paragraph in read for one in _direct(paragraph, text, words)]
    found += [one for paragraph in read for one in _indirect(paragraph, text, words)]
    return sorted(found, key=lambda one: (one.start, -one.end))


def _indirect(paragraph: ReadParagraph, text: str, words: Lexicon) -> Iterable[Draft]:
    for read in paragraph.sentences:
        sentence = read.sentence
        for report in reports(sentence, read.cues, words):
            cue = report.cue
            for piece in report.pieces:
                start, end = span(sentence, piece)
                yield Draft(
                    start,
                    end,
                    "mixed" if has_quoted(sentence, piece) else "indirect",
                    span(sentence, cue.speaker) if cue.speaker else None,
                    text[slice(*span(sentence, (cue.first, cue.last)))],
                    report.rule,
                    cue.flags,
                )


def _direct(paragraph: ReadParagraph, text: str, words: Lexicon) -> Iterable[Draft]:
    for passage, attribution, _sentence, _place in quotations(paragraph, text, words):
        cue = text[slice(*attribution.cue)] if attribution.cue else None
        yield Draft(
            passage.start,
            passage.end,
            "direct",
            attribution.speaker,
            cue,
            attribution.rule,
            attribution.flags,
            relies_on=attribution.relies_on,
        )
