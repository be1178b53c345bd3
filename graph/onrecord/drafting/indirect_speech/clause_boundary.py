"""Boundaries of a clause: where what is reported begins and ends."""

from onrecord.drafting.cue import ACCORDING, Cue, is_speech
from onrecord.drafting.dateline import dateline_end
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import skip_back
from onrecord.drafting.sentence import MARK, Sentence
from onrecord.drafting.word_class import is_name_word

TRAILING = frozenset(("which", "who", "whose", "where", "while"))
"""What these begin behind a comma is mostly the writer's."""


def clause_end(
    sentence: Sentence, start: int, number: int, found: list[Cue], last: int, words: Lexicon
) -> int:
    """Return where what is reported ends: with the sentence, or before the next attribution."""
    own = found[number]
    if own.verb.gerund and own.speaker is not None and own.speaker[0] > start:
        # "After promising to pay, Sund has stopped": its subject follows.
        return own.bounds[0] if own.bounds[0] > start else own.speaker[0] - 1
    for cue in found[number + 1 :]:
        if cue.first < start:
            continue
        first = cue.bounds[0] if cue.bounds[0] >= start else cue.first
        before = sentence[first - 1] if first else None
        if before is None:
            continue
        if cue.verb is ACCORDING and before.text == ",":
            return first - 1
        if cue.verb.gerund and before.text == ",":
            return cue.first - 1
        # "Holm, who said it was dry, now says": the second verb is that of the main clause.
        comma = skip_back(sentence, cue.first - 1, words)
        earlier = cue.speaker is not None and cue.speaker[0] < own.first
        if earlier and start < comma and sentence[comma].text == ",":
            return comma
        # "Said that all was well, though she warned that": the warning is a report of its own.
        if (
            is_speech(cue.verb)
            and _tells_on(sentence, first, own, cue, words)
            and before.low in ("though", "although", "but", "and", "while")
            and first - 2 > start
            and sentence[first - 2].text == ","
        ):
            return first - 2
        # "Said she was tired and wanted rest": what a person wants is a part of what is said.
        silent = "silent" in cue.verb.frames
        same = cue.speaker == own.speaker and cue.first > start and not silent
        if same and before.low in ("and", "but") and cue.first - first == 0:
            return first - 1
        if (
            cue.speaker
            and cue.speaker[0] >= start
            and is_speech(cue.verb)
            and before.text == ","
            and (cue.last >= last or sentence[cue.last].text in (",", ":"))
        ):
            return first - 1
    aside = _is_subordinate(sentence, own, words)
    for index in range(start, last):
        if sentence[index].text == ";":
            return index
        if aside and sentence[index].text == "," and index > start + 1:
            return index
        if sentence[index].text == "," and _is_of_teller(sentence, index + 1, last, words):
            return index
        if (
            sentence[index].text == ","
            and index > start + 2
            and sentence[index + 1].low in TRAILING
        ):
            return index
    return last


_SUBORDINATE = frozenset(
    ("while", "when", "after", "although", "though", "because", "before", "since", "once", "if")
)


def _is_subordinate(sentence: Sentence, cue: Cue, words: Lexicon) -> bool:
    """Say whether the clause of a cue comes before the main one: "While he said it was dry, he".

    Behind a comma the main clause goes on.
    """
    if cue.speaker is None or cue.inverted or cue.speaker[0] > cue.first:
        return False
    opens = 1 if words.has("opening", sentence[0].low) else 0
    return cue.speaker[0] == opens + 1 and sentence[opens].low in _SUBORDINATE


def _tells_on(sentence: Sentence, first: int, own: Cue, cue: Cue, words: Lexicon) -> bool:
    """Say whether a report behind another one is the writer's: by the same person, or another."""
    if sentence[first].low in ("he", "she", "they"):
        return True
    return (
        own.speaker is not None
        and own.speaker[1] <= own.first
        and is_name_word(sentence[first], words)
        and not cue.inverted
    )


def _is_of_teller(sentence: Sentence, place: int, last: int, words: Lexicon) -> bool:
    """Say whether the teller acts behind a comma: ", but gave no reason", ", but did not say when".

    The clause has no subject of its own.
    """
    if place + 2 >= last or sentence[place].low not in ("but", "and", "though", "although"):
        return False
    at = place + 1
    refused = sentence[at].low in ("did", "would", "could")
    if refused and words.has("negation", sentence[at + 1].low):
        at += 2
    elif words.has("negation", sentence[at].low):
        at += 1
    return at < last and words.has("teller", sentence[at].low)


def clause_start(sentence: Sentence, before: int, words: Lexicon) -> int:
    """Return where the clause begins that ends before a token."""
    start = before
    dateline = dateline_end(sentence, words)
    while start > dateline and not (
        sentence[start - 1].kind == MARK and sentence[start - 1].text in (";", ":")
    ):
        start -= 1
    while start < before and (
        sentence[start].kind == MARK
        or sentence[start].low in ("but", "and", "still", "yet", "so", "or")
    ):
        start += 1
    return start
