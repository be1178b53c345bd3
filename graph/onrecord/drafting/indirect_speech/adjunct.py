"""Adjuncts: times, places and ways beside a verb, which are no part of what is said."""

import re

from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import Range, phrase_starting
from onrecord.drafting.sentence import WORD, Sentence
from onrecord.drafting.word_class import is_time

_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?")


def skip_adjuncts(sentence: Sentence, place: int, last: int, words: Lexicon) -> int:
    """Go over times and places behind a verb: "on Monday", "in a statement"."""
    while place < last:
        token = sentence[place]
        if token.kind != WORD:
            break
        following = sentence[place + 1] if place + 1 < last else None
        if (
            (is_time(token, words) and token.low not in ("may", "years", "days", "months", "weeks"))
            or (_is_of_date(sentence, place, words))
            or (
                words.has("adverb", token.low)
                and token.low
                not in (
                    "both",
                    "all",
                    "only",
                    "not",
                    "never",
                    "just",
                    "even",
                )
            )
        ):
            place += 1
        elif (
            words.has("preposition", token.low)
            and following is not None
            and (following.low.endswith("ing") and not following.capital)
        ):
            return last
        elif (
            token.low
            in (
                "on",
                "in",
                "at",
                "during",
                "to",
                "of",
                "about",
                "last",
                "this",
                "late",
                "early",
                "by",
                "after",
                "from",
                "before",
            )
            and following is not None
        ):
            if is_time(following, words) or _is_of_date(sentence, place + 1, words):
                place += 2
                continue
            phrase = phrase_starting(sentence, place + 1, words)
            if phrase is None:
                break
            ends = phrase_end(sentence, phrase, last, words)
            if ends >= last:
                return last
            if token.low in ("to", "in", "at", "during", "on") and ends < last:
                place = ends
            else:
                break
        else:
            break
    return place


def _is_of_date(sentence: Sentence, place: int, words: Lexicon) -> bool:
    """Say whether a word belongs to a date: "12 May 2025", of which "May" may also be a verb."""
    token = sentence[place]
    if _DAY.fullmatch(token.low):
        beside = sentence[max(0, place - 1) : place + 2]
        return any(words.has("month", one.low) for one in beside)
    before = sentence[place - 1] if place else None
    after = sentence[place + 1] if place + 1 < len(sentence) else None
    if token.text == "May":
        return any(one is not None and one.text.isdecimal() for one in (before, after))
    is_year = len(token.text) == 4 and token.text.isdecimal() and token.text[0] in "12"
    return is_year and before is not None and (is_time(before, words) or before.text == ",")


def phrase_end(sentence: Sentence, phrase: Range, last: int, words: Lexicon) -> int:
    """Return where a phrase ends that has a name within: "a Geneva meeting"."""
    end = phrase[1]
    if not words.has("determiner", sentence[phrase[0]].low):
        return end
    while (
        end < last
        and sentence[end].kind == WORD
        and not sentence[end].capital
        and not any(
            words.has(kind, sentence[end].low)
            for kind in (
                "conjunction",
                "auxiliary",
                "preposition",
                "pronoun",
                "determiner",
                "subject",
            )
        )
    ):
        end += 1
    return end


def is_adverbial(sentence: Sentence, start: int, stop: int, words: Lexicon) -> bool:
    """Say whether what comes before an attribution is only when or how: "Asked why, he said"."""
    token = sentence[start]
    behind = sentence[start + 1 : stop]
    if token.low in ("at", "up", "over", "in", "on", "by", "under", "for") and any(
        words.has("auxiliary", one.low) for one in behind
    ):
        return False  # "At least ten lines had closed" is a clause.
    opens = (
        words.has("preposition", token.low)
        or words.has("adverb", token.low)
        or token.low
        in (
            "asked",
            "when",
            "while",
            "as",
            "after",
            "before",
            "if",
            "because",
            "since",
            "once",
            "until",
            "although",
            "though",
            "pressed",
            "speaking",
        )
        or token.low.endswith("ing")
        or is_time(token, words)
    )
    return opens and all(one.text != "," for one in sentence[start:stop])
