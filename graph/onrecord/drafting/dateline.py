"""Datelines and bylines: "OSLO, 4 March (Reuters) –", "By Ada Holm in Oslo"."""

from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.sentence import DASH, WORD, Sentence
from onrecord.drafting.word_class import is_name_word, is_time

LONGEST_DATELINE = 14


def dateline_end(sentence: Sentence, words: Lexicon) -> int:
    """Return the token behind a dateline, 0 without one: "OSLO, 4 March (Reuters) –".

    It is a place with a day or an agency, or in capitals, before the only dash.
    """
    dash = next(
        (
            place
            for place, one in enumerate(sentence[:LONGEST_DATELINE])
            if one.text in (*DASH, "-") and _stands_free(sentence, place)
        ),
        0,
    )
    before = [one for one in sentence[:dash] if one.kind == WORD]
    if not before or not before[0].capital:
        return 0
    if any(one.text[0].islower() and not is_time(one, words) for one in before):
        return 0
    told = any(one.text[0].isdecimal() or is_time(one, words) for one in before)
    told = told or any(one.text == "(" for one in sentence[:dash])
    is_only = all(one.text not in DASH for one in sentence[dash + 1 :])
    is_place = len(before[0].text) > 2 and before[0].text.isupper() and is_only
    return dash + 1 if told or is_place else 0


_BY = frozenset(("by", "von", "par", "di"))
_OF_BYLINE = frozenset(("and", "in", "for", "und", "et", "e", "à", "a", "special", "to", "the"))


def is_byline(sentence: Sentence, words: Lexicon) -> bool:
    """Say whether a line names who wrote the article: "By Ada Holm, Oslo | 4 March"."""
    if len(sentence) < 3 or sentence[0].low not in _BY or not sentence[0].capital:
        return False
    told = [one for one in sentence[1:] if one.kind == WORD]
    small = [one for one in told if one.text[0].islower() and not is_time(one, words)]
    return (
        len(told) <= LONGEST_DATELINE
        and all(is_name_word(one, words) for one in told[:2])
        and all(one.low in _OF_BYLINE for one in small)
    )


def _stands_free(sentence: Sentence, place: int) -> bool:
    """Say whether spaces are around a mark: a hyphen is within a word."""
    return 0 < place < len(sentence) - 1 and (
        sentence[place - 1].end < sentence[place].start
        and sentence[place].end < sentence[place + 1].start
    )
