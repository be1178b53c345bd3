"""Headlines that name who says what they say: "Navy chief: fleet not ready for winter"."""

from onrecord.drafting.direct_speech import Attribution, Place, ReadParagraph, span
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.person import People
from onrecord.drafting.sentence import QUOTE, WORD, Sentence
from onrecord.drafting.word_class import is_name_word

_FEWEST = 3
"""Words behind the colon."""
_LONGEST = 7
"""Words of who says it."""
_NO_CLAUSE = ("a", "an", "what", "how", "why", "who", "where", "when", "which")
"""Begins what is a subject and not said: "Holm: a life at sea", "Tarvia: what we know"."""


def headline(
    read: list[ReadParagraph], people: People, words: Lexicon
) -> tuple[Place, Attribution] | None:
    """Return what a headline reports, and who says it.

    None if it quotes all of it, and if nobody is known to speak by what comes before the colon: a
    role, a surname of the article, or who speaks in it.
    """
    if len(read) < 2 or len(read[0].sentences) != 1:
        return None
    sentence = read[0].sentences[0].sentence
    colon = next((place for place, token in enumerate(sentence) if token.text == ":"), None)
    if colon is None or not 0 < colon <= _LONGEST:
        return None
    told = sentence[colon + 1 :]
    spoken = sum(token.kind == WORD for token in told)
    if spoken < _FEWEST or told[0].kind == QUOTE or told[0].low in _NO_CLAUSE:
        return None
    if _is_turn(read[1]):  # a transcript names who speaks before each turn
        return None
    if not _speaks(sentence[:colon], read[1:], people, words):
        return None
    mark = sentence[colon].start, sentence[colon].end
    speaker = span(sentence, (0, colon))
    stop = len(sentence)
    while sentence[stop - 1].text in (".", ";"):
        stop -= 1
    place = span(sentence, (colon + 1, stop))
    return place, Attribution(speaker, mark, "headline", 1)


def _is_turn(paragraph: ReadParagraph) -> bool:
    first = paragraph.sentences[0].sentence if paragraph.sentences else []
    return any(token.text == ":" for token in first[1 : _LONGEST + 1])


def _speaks(
    mention: Sentence, article: list[ReadParagraph], people: People, words: Lexicon
) -> bool:
    last = mention[-1].low
    if any(token.kind != WORD for token in mention) or words.has("thing.label", last):
        return False
    if words.has("person.role", last):
        return True
    if last in people.by_surname and any(
        token.low.removesuffix("'s").removesuffix("’s") == last
        for paragraph in article
        for one in paragraph.sentences
        for token in one.sentence
    ):
        return True
    if len(mention) > 1 and words.has("person.title", last):
        return True
    return last in {
        one.sentence[cue.speaker[1] - 1].low
        for paragraph in article
        for one in paragraph.sentences
        for cue in one.cues
        if cue.speaker is not None and "say" in cue.verb.frames
    } and (len(mention) == 1 or is_name_word(mention[-1], words))
