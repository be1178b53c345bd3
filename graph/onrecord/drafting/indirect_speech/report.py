"""Reports of a sentence: what each of its cues reports."""

from onrecord.drafting.cue import ACCORDING, Cue
from onrecord.drafting.indirect_speech.adjunct import skip_adjuncts
from onrecord.drafting.indirect_speech.clause_boundary import clause_end, clause_start
from onrecord.drafting.indirect_speech.complement import complement
from onrecord.drafting.indirect_speech.parenthetical import parenthetical
from onrecord.drafting.indirect_speech.reported_speech import ReportedSpeech, trimmed
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import Range
from onrecord.drafting.sentence import DASH, MARK, QUOTE, WORD, Sentence
from onrecord.drafting.word_class import is_name_word


def reports(sentence: Sentence, found: list[Cue], words: Lexicon) -> list[ReportedSpeech]:
    """Return what the cues of a sentence report, in the order of the cues."""
    result = []
    last = _last(sentence)
    for number, cue in enumerate(found):
        if cue.speaker is None or _is_silent(sentence, cue, words):
            continue
        if cue.verb.gerund and _is_of_subject(sentence, cue, words):
            continue
        report = _report(sentence, number, found, last, words)
        if report is None:
            continue
        pieces = tuple(
            piece
            for piece in (trimmed(sentence, piece) for piece in report.pieces)
            if piece is not None
        )
        if pieces:
            result.append(ReportedSpeech(pieces, cue, report.rule))
    return result


def _is_of_subject(sentence: Sentence, cue: Cue, words: Lexicon) -> bool:
    """Say whether a gerund only tells which subject is meant: "Reports claiming it leaks are".

    Where the claim ends and the clause of the subject goes on cannot be told.
    """
    if cue.speaker is None or cue.speaker[1] != cue.first:
        return False
    first = cue.speaker[0]
    if words.has("pronoun", sentence[first].low):
        return False  # "He's saying"
    before = sentence[first - 1] if first else None
    return before is None or before.kind == QUOTE or before.text in (";", ":", *DASH, "that")


def _is_silent(sentence: Sentence, cue: Cue, words: Lexicon) -> bool:
    """Say whether a verb is one of thought: but a report that finds or shows says so."""
    if "silent" not in cue.verb.frames or cue.speaker is None:
        return "silent" in cue.verb.frames
    heads = [token.low for token in sentence[slice(*cue.speaker)]]
    stop = next((i for i, low in enumerate(heads) if low in ("of", "by", "from")), len(heads))
    head = heads[stop - 1] if stop else ""
    told = any(
        words.has(kind, noun)
        for kind in ("person.document", "person.finding")
        for noun in (head, _work_of(sentence, cue.speaker, words))
    )
    return not (told and cue.verb.base in ("find", "show", "see", "expect"))


_LONGEST_WORK = 12


def _work_of(sentence: Sentence, author: Range, words: Lexicon) -> str:
    """Return the work that is named with its author: "the research on barges by Sund"; else ""."""
    if not author[0] or sentence[author[0] - 1].low not in ("by", "from", "of"):
        return ""
    first = max(0, author[0] - _LONGEST_WORK)
    for token in reversed(sentence[first : author[0] - 1]):
        if token.kind != WORD or words.has("auxiliary", token.low):
            return ""
        if words.has("person.document", token.low) or words.has("person.finding", token.low):
            return token.low
    return ""


def _last(sentence: Sentence) -> int:
    """Return the token after the last one that is not a final mark."""
    last = len(sentence)
    while last and sentence[last - 1].kind == MARK and sentence[last - 1].text not in (")", "]"):
        last -= 1
    return last


_EXPLICIT = ("that", "question", "request", "colon")


def _report(
    sentence: Sentence, number: int, found: list[Cue], last: int, words: Lexicon
) -> ReportedSpeech | None:
    cue = found[number]
    if cue.verb is ACCORDING:
        return _according(sentence, number, found, last, words)
    if cue.passive:
        return None
    if not cue.inverted:
        told = _behind_as(sentence, number, found, last, words)
        if told is not None:
            return told
        right = complement(sentence, number, found, last, words)
        if right is not None and right.rule == "colon":
            return _with_words_before(right, parenthetical(sentence, number, found, last, words))
        if right is not None and (right.rule in _EXPLICIT or not _has_words(sentence, cue)):
            return right
    return parenthetical(sentence, number, found, last, words)


def _behind_as(
    sentence: Sentence, number: int, found: list[Cue], last: int, words: Lexicon
) -> ReportedSpeech | None:
    """Return what a sentence says as somebody has told: "As Holm noted, the dock leaks"."""
    cue = found[number]
    opens = 1 if words.has("opening", sentence[0].low) else 0
    if cue.speaker is None or cue.speaker[0] != opens + 1 or sentence[opens].low != "as":
        return None
    if not cue.verb.frames & {"say"}:
        return None
    comma = skip_adjuncts(sentence, cue.last, last, words)
    if comma >= last - 2 or sentence[comma].text != "," or sentence[comma + 1].kind == QUOTE:
        return None
    stop = clause_end(sentence, comma + 1, number, found, last, words)
    return ReportedSpeech(((comma + 1, stop),), cue, "as told")


def _with_words_before(right: ReportedSpeech, left: ReportedSpeech | None) -> ReportedSpeech:
    """Return a report behind a colon with what its cue ends: "Pay is the reason, he said: …"."""
    if left is None:
        return right
    return ReportedSpeech((left.pieces[0], *right.pieces), right.cue, right.rule)


def _has_words(sentence: Sentence, cue: Cue) -> bool:
    """Say whether what a cue reports comes before it: quoted words, or "which officials said"."""
    first = min(cue.first, (cue.speaker or (cue.first, 0))[0])
    before = [token for token in sentence[max(0, first - 2) : first] if token.text != ","]
    return bool(before) and (
        before[-1].kind == QUOTE or before[-1].low in ("which", "what", "whom", "as")
    )


def _over_opening(sentence: Sentence, first: int, stop: int, words: Lexicon) -> int:
    """Go over "However," and the like."""
    opens = first + 1 < stop and sentence[first + 1].text == ","
    return first + 2 if opens and words.has("opening", sentence[first].low) else first


def _according(
    sentence: Sentence, number: int, found: list[Cue], last: int, words: Lexicon
) -> ReportedSpeech | None:
    cue = found[number]
    speaker = cue.subject or cue.speaker or (cue.last, cue.last)
    first = _over_opening(sentence, clause_start(sentence, cue.first, words), cue.first, words)
    if cue.first - first > 1 and sentence[cue.first - 1].text not in ("but", "and"):
        return ReportedSpeech(((first, cue.first),), cue, "according to")
    comma = next(
        (i for i in range(speaker[1], last) if sentence[i].text == ","),
        None,
    )
    if comma is None or last - comma < 4:
        return None
    if not is_name_word(sentence[comma + 1], words) and sentence[comma + 1].low in (
        "which",
        "who",
        "a",
        "an",
    ):
        later = next((i for i in range(comma + 1, last) if sentence[i].text == ","), None)
        comma = later if later is not None and last - later >= 4 else comma
    return ReportedSpeech(
        ((comma + 1, clause_end(sentence, comma + 1, number, found, last, words)),),
        cue,
        "according to",
    )
