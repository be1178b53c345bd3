"""Comma clauses: what German reports behind a verb of speech and a comma, "dass" or none."""

from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.sentence import MARK, QUOTE, WORD, Sentence

_LONGEST_ADJUNCT = 10
"""Tokens between the verb and the comma: who is told, and when."""
_LONGEST_SUBJECT = 14
_QUESTION = frozenset(("ob", "wie", "warum", "weshalb", "wann", "was", "wer", "wo", "welche"))


def comma_clause(
    sentence: Sentence, place: int, last: int, words: Lexicon
) -> tuple[int, str] | None:
    """Return where a reported clause behind a verb begins, and the rule; None if there is none.

    Without "dass" its verb comes second: "sagte, die Werft werde öffnen". In a relative clause,
    "der Zeitung, die am Montag erschienen war", it comes last.
    """
    comma = _comma(sentence, place, last)
    if comma is None:
        return None
    start = comma + 1
    first = sentence[start]
    if first.low == "dass":
        return start + 1, "that"
    if first.low in _QUESTION:
        return start, "question"
    if first.kind != WORD or words.has("conjunction", first.low) or first.low in ("um", "ohne"):
        return None
    for index in range(start + 1, min(last, start + _LONGEST_SUBJECT)):
        token = sentence[index]
        if token.kind == MARK:
            return None
        if words.has("finite", token.low):
            is_last = index + 1 == last or sentence[index + 1].kind == MARK
            return (
                None if is_last and not words.has("pronoun", first.low) else (start, "bare clause")
            )
    return None


def _comma(sentence: Sentence, place: int, last: int) -> int | None:
    """Return the comma that ends the clause of a verb, if a clause follows."""
    for index in range(place, min(last - 2, place + _LONGEST_ADJUNCT)):
        token = sentence[index]
        if token.text == ",":
            return index
        if token.kind in (MARK, QUOTE):
            return None
    return None


def stop_of_clause(sentence: Sentence, start: int, last: int, words: Lexicon) -> int:
    """Return where a reported clause ends: before ", und verwies", which is the teller again."""
    for index in range(start, last - 2):
        following = sentence[index + 2]
        if (
            sentence[index].text == ","
            and sentence[index + 1].low in ("und", "aber")
            and following.kind == WORD
            and not following.capital
            and not any(
                words.has(kind, following.low)
                for kind in ("determiner", "pronoun", "preposition", "adverb", "conjunction")
            )
        ):
            return index
    return last
