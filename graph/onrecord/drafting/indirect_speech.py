"""Indirect speech: the words that report what somebody said, without quoting it."""

from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.drafting.comma_clause import comma_clause, stop_of_clause
from onrecord.drafting.cue import ACCORDING, Cue
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import Range, is_name_word, is_time, phrase_starting
from onrecord.drafting.sentence import MARK, QUOTE, WORD, Sentence

_EXPLICIT = ("that", "question", "request", "colon")
_QUESTION = frozenset(("whether", "if", "how", "why", "what", "when", "where", "who", "which"))
_END = frozenset((".", "!", "?", ";", "…", "..."))
_DASH = frozenset(("—", "–", "--"))
LONGEST_SUBJECT = 14
TRAILING = frozenset(("which", "who", "whose", "where", "while"))
"""What these begin behind a comma is mostly the writer's."""
MOST_CHAINED = 12
LONGEST_DATELINE = 14
LONGEST_ADJUNCT = 16
"""Tokens between a verb and its "that"."""


@dataclass(frozen=True, slots=True)
class ReportedSpeech:
    """What a cue reports: one piece, or two around the cue."""

    pieces: tuple[Range, ...]
    cue: Cue
    rule: str


def reports(sentence: Sentence, found: list[Cue], words: Lexicon) -> list[ReportedSpeech]:
    """Return what the cues of a sentence report, in the order of the cues."""
    result = []
    last = _last(sentence)
    for number, cue in enumerate(found):
        if cue.speaker is None or "silent" in cue.verb.frames:
            continue
        report = _report(sentence, number, found, last, words)
        if report is None:
            continue
        pieces = tuple(
            piece
            for piece in (_trimmed(sentence, piece) for piece in report.pieces)
            if piece is not None
        )
        if pieces:
            result.append(ReportedSpeech(pieces, cue, report.rule))
    return result


def _low(sentence: Sentence, place: int) -> str:
    return sentence[place].low if place < len(sentence) else ""


def _last(sentence: Sentence) -> int:
    """Return the token after the last one that is not a final mark."""
    last = len(sentence)
    while last and sentence[last - 1].kind == MARK and sentence[last - 1].text not in (")", "]"):
        last -= 1
    return last


def _report(
    sentence: Sentence, number: int, found: list[Cue], last: int, words: Lexicon
) -> ReportedSpeech | None:
    cue = found[number]
    if cue.verb is ACCORDING:
        return _according(sentence, number, found, last, words)
    if cue.passive:
        return None
    if not cue.inverted:
        right = _behind(sentence, number, found, last, words)
        if right is not None and (right.rule in _EXPLICIT or not _has_words(sentence, cue)):
            return right
    return _before(sentence, number, found, last, words)


def _has_words(sentence: Sentence, cue: Cue) -> bool:
    """Say whether what a cue reports stands before it: quoted words, or "which officials said"."""
    first = min(cue.first, (cue.speaker or (cue.first, 0))[0])
    before = [token for token in sentence[max(0, first - 2) : first] if token.text != ","]
    return bool(before) and (
        before[-1].kind == QUOTE or before[-1].low in ("which", "what", "whom", "as")
    )


def _according(
    sentence: Sentence, number: int, found: list[Cue], last: int, words: Lexicon
) -> ReportedSpeech | None:
    cue = found[number]
    speaker = cue.speaker or (cue.last, cue.last)
    first = _clause_start(sentence, cue.first, words)
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
        ((comma + 1, _stop(sentence, comma + 1, number, found, last, words)),), cue, "according to"
    )


def _behind(
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
    if "hearer" in frames:
        place = _hearer(sentence, place, last, words)
    elif "question" in frames:
        asked = _hearer(sentence, place, last, words)
        place = asked if _low(sentence, asked) in _QUESTION else place
    that = _that(sentence, place, last, words) if frames & {"say", "hearer"} else None
    if that is not None:
        return _piece(sentence, that + 1, number, found, last, words, "that")
    start = _skip_adjuncts(sentence, place, last, words)
    if start >= last:
        return None
    token = sentence[start]
    if frames & {"say", "hearer", "question"} and token.low in _QUESTION and token.kind == WORD:
        return _piece(sentence, start, number, found, last, words, "question")
    if "request" in frames and ("hearer" not in frames or _low(sentence, place) == "to"):
        to = _infinitive(sentence, place, last, words)
        if to is not None:
            return _piece(sentence, to, number, found, last, words, "request")
    if token.text == ":" and frames & {"say", "hearer", "question"}:
        return _piece(sentence, start + 1, number, found, last, words, "colon")
    bare = ("say" in frames and "that_only" not in frames) or (
        "hearer" in frames and place > cue.last
    )
    sure = cue.verb.base == "say"
    if bare and _starts_clause(sentence, start, last, words, sure):
        return _piece(sentence, start, number, found, last, words, "bare clause")
    if "matter" in frames and _starts_phrase(sentence, start, words):
        return _piece(sentence, start, number, found, last, words, "matter")
    return None


def _piece(
    sentence: Sentence,
    start: int,
    number: int,
    found: list[Cue],
    last: int,
    words: Lexicon,
    rule: str,
) -> ReportedSpeech | None:
    stop = _stop(sentence, start, number, found, last, words)
    if words.language == "de":
        stop = stop_of_clause(sentence, start, stop, words)
    if stop - start < 1 or _only_quoted(sentence, start, stop):
        return None
    return ReportedSpeech(((start, stop),), found[number], rule)


def _only_quoted(sentence: Sentence, start: int, stop: int) -> bool:
    return not any(
        token.kind == WORD and token.low not in ("and", "but", "that", "or")
        for token in sentence[start:stop]
    )


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
    return phrase[1]


def _that(sentence: Sentence, place: int, last: int, words: Lexicon) -> int | None:
    """Return the "that" behind a verb, if only adjuncts stand between."""
    depth = 0
    for index in range(place, min(last, place + LONGEST_ADJUNCT)):
        token = sentence[index]
        if token.low == "that" and token.kind == WORD:
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
            if not adjunct or follows is None or depth % 2:
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


def _skip_adjuncts(sentence: Sentence, place: int, last: int, words: Lexicon) -> int:
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
            if is_time(following, words):
                place += 2
                continue
            phrase = phrase_starting(sentence, place + 1, words)
            if phrase is None:
                break
            ends = _phrase_end(sentence, phrase, last, words)
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
    before = sentence[place - 1] if place else None
    after = sentence[place + 1] if place + 1 < len(sentence) else None
    if token.text == "May":
        return any(one is not None and one.text.isdecimal() for one in (before, after))
    is_year = len(token.text) == 4 and token.text.isdecimal() and token.text[0] in "12"
    return is_year and before is not None and (is_time(before, words) or before.text == ",")


def _phrase_end(sentence: Sentence, phrase: Range, last: int, words: Lexicon) -> int:
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


def _infinitive(sentence: Sentence, place: int, last: int, words: Lexicon) -> int | None:
    """Return where what somebody is to do begins: "to ensure", or "the members to ensure"."""
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
        ):
            return index
        if (
            any(words.has(kind, token.low) for kind in ("auxiliary", "conjunction"))
            and token.low != "and"
        ):
            return None
    return None


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
    if sure or words.has("subject", token.low):
        return True
    for other in sentence[start:last][:LONGEST_SUBJECT]:
        if other.kind == MARK and other.text not in ("’", "'", "(", ")"):
            return False
        if words.has("auxiliary", other.low):
            return True
        if words.has("conjunction", other.low) and other.low not in ("and", "or"):
            return False
    return False


def _stop(
    sentence: Sentence, start: int, number: int, found: list[Cue], last: int, words: Lexicon
) -> int:
    """Return where what is reported ends: with the sentence, or before the next attribution."""
    own = found[number]
    for cue in found[number + 1 :]:
        if cue.first < start:
            continue
        first = (
            min(cue.first, cue.speaker[0]) if cue.speaker and cue.speaker[0] >= start else cue.first
        )
        before = sentence[first - 1] if first else None
        if before is None:
            continue
        if cue.verb is ACCORDING and before.text == ",":
            return first - 1
        if cue.verb.gerund and before.text == ",":
            return cue.first - 1
        if cue.speaker and cue.speaker[0] < own.first and sentence[cue.first - 1].text == ",":
            return cue.first - 1
        same = cue.speaker == own.speaker and cue.first > start
        if same and before.low in ("and", "but") and cue.first - first == 0:
            return first - 1
        if (
            cue.speaker
            and cue.speaker[0] >= start
            and before.text == ","
            and (cue.last >= last or sentence[cue.last].text == ",")
        ):
            return first - 1
    for index in range(start, last):
        if sentence[index].text == ";":
            return index
        if (
            sentence[index].text == ","
            and index > start + 2
            and sentence[index + 1].low in TRAILING
        ):
            return index
    return last


def _before(
    sentence: Sentence, number: int, found: list[Cue], last: int, words: Lexicon
) -> ReportedSpeech | None:
    """Return what is reported before a cue, and the rest behind it: "The plant, Vell said, has"."""
    cue = found[number]
    if cue.speaker is None or not cue.verb.frames & {"say", "hearer", "question"}:
        return None
    first = min(cue.first, cue.speaker[0])
    after = max(cue.last, cue.speaker[1])
    before = sentence[first - 1] if first else None
    if before is None or (before.kind != QUOTE and before.text not in (",", *_DASH, "?", "!")):
        return None
    start = _clause_start(sentence, first - 1, words)
    if cue.verb.gerund or _is_adverbial(sentence, start, first - 1, words):
        return None
    for earlier in found[:number]:
        if earlier.speaker is not None and earlier.last > start and not earlier.inverted:
            behind = sentence[earlier.last] if earlier.last < len(sentence) else None
            if behind is not None and behind.text == "," and earlier.verb.frames & {"say"}:
                start = max(start, earlier.last + 1)
    pieces = []
    if first - 1 - start >= 1 and not _only_quoted(sentence, start, first - 1):
        pieces.append((start, first - (before.kind != QUOTE)))
    if not pieces:
        return None
    comma = _skip_adjuncts(sentence, after, last, words)
    if (
        not cue.inverted
        and comma < last
        and sentence[comma].text in (",", *_DASH)
        and last - comma > 2
        and before.text in (",", *_DASH)
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
        if not gerund and follows.kind != QUOTE and not _only_quoted(sentence, comma + 1, last):
            stop = _stop(sentence, comma + 1, number, found, last, words)
            pieces.append((comma + 1, stop))
    return ReportedSpeech(tuple(pieces), cue, "parenthetical" if len(pieces) > 1 else "cue behind")


def _is_adverbial(sentence: Sentence, start: int, stop: int, words: Lexicon) -> bool:
    """Say whether what stands before an attribution is only when or how: "Asked why, he said"."""
    token = sentence[start]
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


def _clause_start(sentence: Sentence, before: int, words: Lexicon) -> int:
    """Return where the clause begins that ends before a token."""
    start = before
    dateline = _dateline(sentence, words)
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


def _dateline(sentence: Sentence, words: Lexicon) -> int:
    """Return the token behind a dateline, 0 without one: "OSLO, 4 March (Reuters) –".

    It is a place with a day or an agency, or in capitals, before the only dash.
    """
    dash = next(
        (
            place
            for place, one in enumerate(sentence[:LONGEST_DATELINE])
            if one.text in (*_DASH, "-") and _stands_free(sentence, place)
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
    is_only = all(one.text not in _DASH for one in sentence[dash + 1 :])
    is_place = len(before[0].text) > 2 and before[0].text.isupper() and is_only
    return dash + 1 if told or is_place else 0


def _stands_free(sentence: Sentence, place: int) -> bool:
    """Say whether spaces are around a mark: a hyphen is within a word."""
    return 0 < place < len(sentence) - 1 and (
        sentence[place - 1].end < sentence[place].start
        and sentence[place].end < sentence[place + 1].start
    )


def _trimmed(sentence: Sentence, piece: Range) -> Range | None:
    """Cut marks and dangling words off both ends."""
    start, stop = piece
    while start < stop and sentence[start].kind == MARK and sentence[start].text not in "([$£€":
        start += 1
    while start < stop and (
        sentence[stop - 1].kind == MARK and sentence[stop - 1].text not in ")]%"
    ):
        stop -= 1
    while start < stop and sentence[stop - 1].low in ("and", "but", "that"):
        stop -= 1
    return (start, stop) if start < stop else None


def has_quoted(sentence: Sentence, piece: Range) -> bool:
    """Say whether a piece of a sentence has a quoted passage in it."""
    return any(token.kind == QUOTE for token in sentence[piece[0] : piece[1]])


def chained(found: list[ReportedSpeech]) -> Iterator[tuple[ReportedSpeech, ReportedSpeech]]:
    """Yield pairs of an outer report and an inner one whose cue and words it holds.

    A sentence with very many reports is a list or no prose: it has no chains.
    """
    if len(found) > MOST_CHAINED:
        return
    for outer in found:
        for inner in found:
            if inner is outer:
                continue
            cue = inner.cue
            if any(
                first <= (cue.speaker or (cue.first, 0))[0]
                and inner.pieces[-1][1] <= last
                and first <= cue.first < last
                for first, last in outer.pieces
            ):
                yield outer, inner
