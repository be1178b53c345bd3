"""Speeches as delivered: pages that are one person's words from a marker on, without marks.

"(As delivered)" and "Check against delivery" are how ministries and alliances mark them. What
another person asks is not told apart: a page with questions names who speaks before each turn.
"""

import re
from collections.abc import Iterator

from onrecord.drafting.direct_speech import Attribution, Place, ReadParagraph, span
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import phrase_starting
from onrecord.drafting.sentence import WORD
from onrecord.drafting.word_class import is_name_word

BEGINNING = 1_500
"""Characters that the marker must be in; later it is something that an article tells of."""
_MARKER = re.compile(
    r"\(?\b(?:as delivered|check against delivery|as prepared for delivery|es gilt das gesprochene"
    r" wort|seul le prononcé fait foi)\b\s?!?\)?",
    re.IGNORECASE,
)
_KIND = frozenset(
    ("remarks", "speech", "statement", "address", "keynote", "doorstep", "conference", "lecture")
)
_TURN = re.compile(r"(?:Q|A|[A-ZÀ-Þ][\w.’' -]{1,60}):\s")
_OMITTED = re.compile(r"\[(?:\.{3}|…)\]")


def delivered_speech(
    text: str, paragraphs: list[ReadParagraph], words: Lexicon
) -> Iterator[tuple[Place, Attribution]]:
    """Yield the paragraphs of a speech, with who holds it if the heading says so.

    What is in quotation marks is drafted as such, and a paragraph with marks is left out.
    """
    marker = _MARKER.search(text, 0, BEGINNING)
    if marker is None or any(
        _TURN.match(text, paragraph.start)
        for paragraph in paragraphs
        if paragraph.start >= marker.end()
    ):
        return
    speaker = _speaker(paragraphs, marker.start(), words)
    attribution = Attribution(speaker, None, "as delivered", 2)
    for paragraph in paragraphs:
        start = max(paragraph.start, marker.end())
        if paragraph.end <= marker.end() or paragraph.quoted:
            continue
        for place in _without_omissions(text, start, paragraph.end):
            if len(text[slice(*place)].split()) > 2:
                yield place, attribution


def _without_omissions(text: str, start: int, end: int) -> Iterator[Place]:
    """Yield the parts of a paragraph between "[...]", without the spaces at their ends."""
    cuts = [found.span() for found in _OMITTED.finditer(text, start, end)]
    begins = [start, *(stop for _, stop in cuts)]
    ends = [*(first for first, _ in cuts), end]
    for first, last in zip(begins, ends, strict=True):
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if first < last:
            yield first, last


def _speaker(paragraphs: list[ReadParagraph], before: int, words: Lexicon) -> Place | None:
    """Return who is named in a heading: "Press remarks by Minister Ada Holm", also over lines."""
    told = False
    for paragraph in paragraphs:
        for read in paragraph.sentences:
            sentence = read.sentence
            for place, token in enumerate(sentence):
                if token.start >= before:
                    return None
                told = told or token.low in _KIND
                if not told or token.low not in ("by", "of", "von", "de"):
                    continue
                phrase = phrase_starting(sentence, place + 1, words)
                if phrase is None or sentence[phrase[0]].kind != WORD:
                    continue
                if sum(is_name_word(one, words) for one in sentence[slice(*phrase)]) > 1:
                    return span(sentence, phrase)
    return None
