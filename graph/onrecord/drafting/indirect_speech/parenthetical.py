"""Parenthetical attributions: "The plant, Vell said, has never closed", or at the end."""

from onrecord.drafting.cue import Cue
from onrecord.drafting.indirect_speech.adjunct import is_adverbial, skip_adjuncts
from onrecord.drafting.indirect_speech.clause_boundary import clause_end, clause_start
from onrecord.drafting.indirect_speech.reported_speech import ReportedSpeech, only_quoted
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import phrase_starting
from onrecord.drafting.sentence import DASH, QUOTE, WORD, Sentence


def parenthetical(
    sentence: Sentence, number: int, found: list[Cue], last: int, words: Lexicon
) -> ReportedSpeech | None:
    """Return what is reported before a cue, and the rest behind it: "The plant, Vell said, has"."""
    cue = found[number]
    if cue.speaker is None or not cue.verb.frames & {"say", "hearer", "question"}:
        return None
    first = cue.bounds[0]
    after = cue.bounds[1]
    before = sentence[first - 1] if first else None
    if before is None or (before.kind != QUOTE and before.text not in (",", *DASH, "?", "!")):
        return None
    start = clause_start(sentence, first - 1, words)
    if cue.verb.gerund:
        return None
    # "In May, Vell said, it opens" has words behind; "Asked why, Vell said" tells only when.
    only_when = is_adverbial(sentence, start, first - 1, words)
    for earlier in found[:number]:
        if earlier.speaker is not None and earlier.last > start and not earlier.inverted:
            behind = sentence[earlier.last] if earlier.last < len(sentence) else None
            if behind is not None and behind.text == "," and earlier.verb.frames & {"say"}:
                start = max(start, earlier.last + 1)
    pieces = []
    is_this = first - 1 - start == 1 and sentence[start].low in ("that", "this")
    if first - 1 - start >= 1 and (is_this or not only_quoted(sentence, start, first - 1)):
        pieces.append((start, first - (before.kind != QUOTE)))
    if not pieces:
        return None
    comma = skip_adjuncts(sentence, after, last, words)
    if (
        not cue.inverted
        and comma < last
        and sentence[comma].text in (",", *DASH)
        and last - comma > 2
        and before.text in (",", *DASH)
    ):
        follows = sentence[comma + 1]
        gerund = follows.low.endswith("ing") or follows.low in (
            "who",
            "but",
            "while",
            "as",
            "and",
            "when",
            "after",
            "citing",
            "a",
            "an",
            "though",
            "although",
        )
        goes_on = follows.low in ("and", "but") and _goes_on(sentence, comma + 2, cue, last, words)
        if (
            (not gerund or goes_on)
            and follows.kind != QUOTE
            and not only_quoted(sentence, comma + 1, last)
        ):
            begins = comma + 1 + goes_on
            stop = clause_end(sentence, begins, number, found, last, words)
            pieces.append((begins, stop))
    elif comma < last and sentence[comma].text == ";" and last - comma > 3:
        pieces.append((comma + 1, last))
    if only_when and len(pieces) == 1:
        return None
    return ReportedSpeech(tuple(pieces), cue, "parenthetical" if len(pieces) > 1 else "cue behind")


_LONGEST_SUBJECT = 8


def _goes_on(sentence: Sentence, place: int, cue: Cue, last: int, words: Lexicon) -> bool:
    """Say whether what is said goes on behind "and": with a subject of its own, or of many.

    "Ten lines are shut, she said, and were sold", "…, and a dry dock is late", "…, and 40 in May";
    but not "…, he said, and left".
    """
    if place + 1 >= last or cue.speaker is None:
        return False
    first = sentence[place]
    one_speaks = sentence[cue.speaker[0]].low not in ("they", "we") and not sentence[
        cue.speaker[1] - 1
    ].low.endswith("s")
    if first.low in ("were", "are", "have"):
        return one_speaks
    if any(token.text[0].isdecimal() for token in sentence[place : place + 3]):
        return True
    same = sentence[cue.speaker[0]].low
    subject = phrase_starting(sentence, place, words)
    if subject is None or first.low == same or subject[1] >= last:
        return False
    behind = sentence[subject[1] : min(last, subject[1] + _LONGEST_SUBJECT)]
    for token in behind:
        if token.kind != WORD:
            return False
        if words.has("auxiliary", token.low):
            return True
    return False
