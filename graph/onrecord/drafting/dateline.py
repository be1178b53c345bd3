"""Datelines, as a report of an agency begins with: "OSLO, 4 March (Reuters) –"."""

from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.sentence import DASH, WORD, Sentence
from onrecord.drafting.word_class import is_time

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


def _stands_free(sentence: Sentence, place: int) -> bool:
    """Say whether spaces are around a mark: a hyphen is within a word."""
    return 0 < place < len(sentence) - 1 and (
        sentence[place - 1].end < sentence[place].start
        and sentence[place].end < sentence[place + 1].start
    )
