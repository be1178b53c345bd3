"""Complements: what is reported behind a verb of speech, as a clause, an infinitive or a noun."""

from onrecord.drafting.cue import Cue
from onrecord.drafting.indirect_speech.adjunct import phrase_end, skip_adjuncts
from onrecord.drafting.indirect_speech.clause_boundary import clause_end
from onrecord.drafting.indirect_speech.comma_clause import comma_clause, stop_of_clause
from onrecord.drafting.indirect_speech.reported_speech import ReportedSpeech, only_quoted
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import phrase_starting
from onrecord.drafting.sentence import MARK, QUOTE, WORD, Sentence
from onrecord.drafting.word_class import is_name_word, is_time

LONGEST_ADJUNCT = 16
"""Tokens between a verb and its "that"."""
LONGEST_SUBJECT = 14
_QUESTION = frozenset(("whether", "if", "how", "why", "what", "when", "where", "who", "which"))


def _low(sentence: Sentence, place: int) -> str:
    return sentence[place].low if place < len(sentence) else ""


def complement(
    sentence: Sentence, number: int, found: list[Cue], last: int, words: Lexicon
) -> ReportedSpeech | None:
    """Return what is reported behind a verb."""
    cue = found[number]
    frames = cue.verb.frames
    place = cue.last
    if place >= last:
        return None
    if words.language == "de":
        clause = comma_clause(sentence, place, last, words) if cue.verb.base != "so" else None
        if clause is not None:
            return _piece(sentence, clause[0], number, found, last, words, clause[1])
    if words.language in ("fr", "it") and not _is_plain(sentence, cue, words):
        return None
    if "hearer" in frames:
        place = _hearer(sentence, place, last, words)
    elif "question" in frames:
        asked = _hearer(sentence, place, last, words)
        place = asked if _low(sentence, asked) in _QUESTION else place
    that = _that(sentence, place, last, words) if frames & {"say", "hearer"} else None
    if that is not None:
        return _piece(sentence, that + 1, number, found, last, words, "that")
    start = skip_adjuncts(sentence, place, last, words)
    if place < start < last and words.has("auxiliary", sentence[start].low):
        # "Said Monday would be too late": the time is the subject.
        start = start if words.has("preposition", sentence[place].low) else place
    if start >= last:
        return _request(sentence, place, number, found, last, words)
    if _is_comma_behind_hearer(sentence, start, cue.last, place, words) and "hearer" in frames:
        return _piece(sentence, start + 1, number, found, last, words, "bare clause")
    token = sentence[start]
    # "reporters who had waited": which of those who hear it.
    told_of = start == place > cue.last and token.low in ("who", "which", "whose", "where")
    asks = token.low in _QUESTION and token.kind == WORD and not told_of and last - start > 1
    if frames & {"say", "hearer", "question"} and asks:
        return _piece(sentence, start, number, found, last, words, "question")
    request = _request(sentence, place, number, found, last, words)
    if request is not None:
        return request
    if token.text == ":" and frames & {"say", "hearer", "question"}:
        return _piece(sentence, start + 1, number, found, last, words, "colon")
    if cue.verb.base in ("put", "indicate", "estimate") and _puts_at(sentence, place, last, words):
        return _piece(sentence, place, number, found, last, words, "put at")
    bare = not told_of and (
        ("say" in frames and "that_only" not in frames) or ("hearer" in frames and place > cue.last)
    )
    sure = cue.verb.base == "say"
    if bare and _starts_clause(sentence, start, last, words, sure):
        return _piece(sentence, start, number, found, last, words, "bare clause")
    if "matter" in frames and _starts_phrase(sentence, start, words):
        return _piece(sentence, start, number, found, last, words, "matter")
    return None


def _is_plain(sentence: Sentence, cue: Cue, words: Lexicon) -> bool:
    """Say whether a speaker says it in French or Italian, and nothing turns that around.

    Negations, conditions and questions of these languages are not read, so such a cue brings
    nothing: "n’a pas dit que", "s’il dit que", "on dit que".
    """
    if cue.speaker is None or sentence[-1].text == "?":
        return False
    first, stop = cue.speaker[0], max(cue.speaker[1], cue.last)
    around = [token.low for token in sentence[max(0, first - 2) : stop + 1]]
    turned = any(
        words.has("turning", low) or low.startswith(("n'", "n’", "s'", "s’")) or "-t-" in low
        for low in around
    )
    who = sentence[first : cue.speaker[1]]
    somebody = (
        words.has("determiner", who[0].low)
        or words.has("person.title", who[0].low)
        or (words.has("pronoun", who[0].low) and who[0].low not in ("on", "nous", "je"))
        or (
            len(who) > 0
            and is_name_word(who[0], words)
            and not words.has("conjunction", who[0].low)
        )
    )
    return somebody and not turned and who[0].low not in ("si", "faut")


def _request(
    sentence: Sentence, place: int, number: int, found: list[Cue], last: int, words: Lexicon
) -> ReportedSpeech | None:
    """Return what a person is to do, behind a verb that asks for it."""
    frames = found[number].verb.frames
    if "request" not in frames or ("hearer" in frames and _low(sentence, place) != "to"):
        return None
    to = _infinitive(sentence, place, last, words)
    return _piece(sentence, to, number, found, last, words, "request") if to is not None else None


def _piece(
    sentence: Sentence,
    start: int,
    number: int,
    found: list[Cue],
    last: int,
    words: Lexicon,
    rule: str,
) -> ReportedSpeech | None:
    stop = clause_end(sentence, start, number, found, last, words)
    if words.language == "de":
        stop = stop_of_clause(sentence, start, stop, words)
    if stop - start < 1 or only_quoted(sentence, start, stop):
        return None
    return ReportedSpeech(((start, stop),), found[number], rule)


def _hearer(sentence: Sentence, place: int, last: int, words: Lexicon) -> int:
    """Go over who is told: "reporters", "the committee on Monday"."""
    if place >= last or sentence[place].low in ("that", *_QUESTION) or sentence[place].kind != WORD:
        return place
    phrase = phrase_starting(sentence, place, words)
    if phrase is None:
        return place
    if words.has("pronoun", sentence[place].low) or sentence[place].low in (
        "him",
        "her",
        "them",
        "us",
        "me",
    ):
        return place + 1
    end = phrase_end(sentence, phrase, last, words)
    # "The Post and Courier": one paper, or two who hear it.
    if end + 1 < last and sentence[end].low == "and":
        more = phrase_starting(sentence, end + 1, words)
        to_many = more is not None and _low(sentence, more[1]) in ("that", *_QUESTION)
        if more is not None and (sentence[end + 1].capital or to_many):
            end = more[1]
    return end


def _is_comma_behind_hearer(
    sentence: Sentence, start: int, verb: int, hearer: int, words: Lexicon
) -> bool:
    """Say whether a comma is between who hears and a clause: "tells the crowd, he is glad"."""
    return (
        hearer > verb
        and start == hearer
        and sentence[start].text == ","
        and words.has("subject", _low(sentence, start + 1))
    )


def _that(sentence: Sentence, place: int, last: int, words: Lexicon) -> int | None:
    """Return the "that" behind a verb, if only adjuncts are between."""
    depth = 0
    for index in range(place, min(last, place + LONGEST_ADJUNCT)):
        token = sentence[index]
        if token.kind == WORD and words.has("that", token.low):
            first = sentence[place]
            adjunct = (
                index == place
                or words.has("preposition", first.low)
                or is_time(first, words)
                or words.has("adverb", first.low)
                or first.text == ","
                or first.low.endswith("ly")
            )
            follows = sentence[index + 1] if index + 1 < last else None
            is_open = depth % 2 and sentence[index - 1].text != ","
            if not adjunct or follows is None or is_open:
                return None
            relative = index > place and (
                words.has("auxiliary", follows.low) or follows.low.endswith(("ed", "ing"))
            )
            return None if relative else index
        if (
            token.kind == QUOTE
            or token.text in (";", ":")
            or (
                words.verbs.get(token.low) is not None
                and (index > place and not words.verbs[token.low].noun)
            )
        ):
            return None
        depth += token.text == ","
    return None


def _infinitive(sentence: Sentence, place: int, last: int, words: Lexicon) -> int | None:
    """Return where what a person is to do begins: "to ensure", or "the members to ensure"."""
    for index in range(place, min(last - 1, place + 14)):
        token = sentence[index]
        if token.kind != WORD:
            return None
        follows = sentence[index + 1]
        if (
            token.low == "to"
            and follows.kind == WORD
            and not follows.capital
            and not words.has("determiner", follows.low)
            and not _is_for_anonymity(sentence, index)
        ):
            return index
        if (
            any(words.has(kind, token.low) for kind in ("auxiliary", "conjunction"))
            and token.low != "and"
        ):
            return None
    return None


def _is_for_anonymity(sentence: Sentence, to: int) -> bool:
    """Say whether a person only asks for no name: "asked not to be named"."""
    return _low(sentence, to + 1) == "be" and _low(sentence, to + 2) in (
        "named",
        "identified",
        "quoted",
    )


def _starts_phrase(sentence: Sentence, start: int, words: Lexicon) -> bool:
    """Say whether a phrase begins that says what is asked: not "asked for one", nor "for it"."""
    token = sentence[start]
    if token.kind == QUOTE:
        return True
    if token.low in _STANDS_FOR and not _goes_on(sentence, start + 1, words):
        return False
    return token.kind == WORD and not any(
        words.has(kind, token.low)
        for kind in ("conjunction", "auxiliary", "preposition", "adverb", "time")
    )


_STANDS_FOR = frozenset(
    ("one", "it", "them", "him", "her", "us", "this", "that", "these", "those", "some", "both")
)


def _goes_on(sentence: Sentence, place: int, words: Lexicon) -> bool:
    """Say whether a noun follows, "one barge", or what tells which: "one of them", "those who"."""
    if place >= len(sentence) or sentence[place].kind != WORD:
        return False
    low = sentence[place].low
    return low in ("of", "that", "who", "which") or not (
        words.has("weekday", low)
        or low in ("since", "until", "ago", "again", "too")
        or any(
            words.has(kind, low) for kind in ("preposition", "conjunction", "auxiliary", "adverb")
        )
    )


def _puts_at(sentence: Sentence, place: int, last: int, words: Lexicon) -> bool:
    """Say whether a verb puts something at a figure: "put its output at 2.8 million"."""
    if phrase_starting(sentence, place, words) is None:
        return False
    for index in range(place + 1, min(last - 1, place + LONGEST_ADJUNCT)):
        token = sentence[index]
        if token.low == "at":
            figure = sentence[index + 1 : min(last, index + 5)]
            at = next((i for i, one in enumerate(figure) if one.text[0].isdecimal()), None)
            behind = [one.low for one in figure[at + 1 : at + 2]] if at is not None else []
            return at is not None and not set(behind) & {"am", "pm", "a.m.", "p.m.", ":", "o’clock"}
        aside = words.has("preposition", token.low) and token.low not in ("of", "for", "in", "by")
        if token.kind != WORD or aside:
            return False
    return False


def _starts_clause(sentence: Sentence, start: int, last: int, words: Lexicon, sure: bool) -> bool:
    """Say whether a clause without "that" begins with a token.

    Unless it is sure, as behind "said", it needs a pronoun or an auxiliary verb.
    """
    if last - start < 2:
        return False
    token = sentence[start]
    if token.kind == QUOTE:
        return any(one.kind == WORD for one in sentence[start + 1 : last])
    if token.kind != WORD:
        return False
    if token.low in (
        "to",
        "of",
        "on",
        "as",
        "by",
        "that",
        "and",
        "or",
        "but",
        "so",
        "than",
        "with",
        "against",
        "for",
        "about",
    ):
        return False
    if words.has("preposition", token.low) and not token.capital:
        return False
    if sure or words.has("subject", token.low) or words.has("pronoun", token.low):
        return True
    for other in sentence[start:last][:LONGEST_SUBJECT]:
        if other.kind == MARK and other.text not in ("’", "'", "(", ")"):
            return False
        if words.has("auxiliary", other.low):
            return True
        if words.has("conjunction", other.low) and other.low not in ("and", "or"):
            return False
    return False
