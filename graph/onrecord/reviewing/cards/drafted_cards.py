"""Cards made from the drafts of a text: pieces of one claim joined, figures and dates beside it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import TypeVar

from onrecord.archiving.layer_file import KeptLayer
from onrecord.drafting.dates.date_expression import DateExpression
from onrecord.drafting.dates.reading import dates
from onrecord.drafting.document import LONGEST
from onrecord.drafting.draft import HEADLINE, RULES, Draft
from onrecord.drafting.drafters.other_drafters import OtherDrafters
from onrecord.drafting.language import language_of
from onrecord.drafting.lexicon import Lexicon, lexicon
from onrecord.drafting.marked_speech import MARKED, draft_marked, marked_speech
from onrecord.drafting.quantities.quantity_expression import QuantityExpression
from onrecord.drafting.quantities.reading import quantities
from onrecord.records.archive import Stretches
from onrecord.records.coverage import sentences
from onrecord.records.edtf_bounds import DateError, bounds
from onrecord.records.quotation import in_quotation
from onrecord.reviewing.card import (
    Card,
    CardPlace,
    DraftedFigure,
    DraftedSpeaker,
    DraftedTime,
    decimal_of,
)
from onrecord.reviewing.cards.clause import CONDITIONAL, Clause, clauses, trimmed
from onrecord.reviewing.cards.drafted_event import event_in
from onrecord.reviewing.cards.drafted_time import time_by_words
from onrecord.reviewing.cards.repeated_card import without_repeated
from onrecord.reviewing.draft_file import Article, DraftFile
from onrecord.reviewing.place_index import Placed, PlaceIndex, Stretch, place_index, stretches

_MARKS = "“”„\"'‘’‚«»‹› \u00a0\u202f"
_BEGINNING = 1500
"""Characters at the head of an article that may have its day of publication."""
_COMPARATORS = {"lt-about": "nearly", "gt-about": "just-over"}
_CAPTIONS = ("voice", "cue")
"""Kinds of blocks that are no title: captions begin with what is said."""
SEVERAL_MODALITIES = "several modalities"
"""A flag: figures of one card are put forward in different ways, as what was and what will be."""
_COMPARED = re.compile(
    r"\b(?:as|than|(?:up|down)\sfrom|compared\s(?:with|to)|against)\s(?:those\s|that\s)?$"
)
"""Before a time that words only compare with: "twice as many as in 2023"."""
_FEW = 30
_MOST_WORDS = 6
"""Words of the article's own prose that a record may keep."""
_MARKED_BY = {
    "blockquote": "block quotation",
    "voice": "named voice",
    "message": "writer of the message",
}
_LONGEST_TIME = timedelta(days=31)
_FEW_CHARACTERS = 16
"""Shorter words are often a scare quote or a date, not a claim."""
_Placed = TypeVar("_Placed", bound=Placed)
_SURE = {"direct": 0.95, "fragment": 0.7, "mixed": 0.8, "indirect": 0.75}


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text with what its drafter found in it."""

    text: str
    language: str
    published: date | None
    drafts: PlaceIndex[Draft]
    times: PlaceIndex[DateExpression]
    figures: PlaceIndex[QuantityExpression]
    sentences: PlaceIndex[Stretch]
    spoken: PlaceIndex[Stretch]
    """Where the bytes behind the text mark words as a speaker's."""


def draft_file(
    text: str,
    name: str,
    made_with: str,
    language: str | None = None,
    published: date | None = None,
    layer: KeptLayer | None = None,
    others: OtherDrafters | None = None,
) -> DraftFile:
    """Draft a text for review; `layer` is what is kept of the bytes that it was made from.

    Of a text longer than LONGEST only the beginning is drafted.
    """
    read_to = text[:LONGEST]
    known = layer.metadata if layer else {}
    blocks = layer.blocks if layer else ()
    marked = [one for one in marked_speech(blocks) if one.end <= len(read_to)]
    language = language or known.get("language", "")[:2] or language_of(read_to)
    article = _article(read_to, language, published or day_of(known.get("published", "")))
    article = replace(
        article,
        title=known.get("title", "" if blocks and blocks[0].kind in _CAPTIONS else article.title),
        publisher=known.get("publisher", article.publisher),
        url=known.get("address", ""),
    )
    day = published or day_of(article.published)
    times = tuple(dates(read_to, language, day))
    found = draft_marked(read_to, language, marked)
    if others is not None:
        found = others.add_to(found, read_to, language)
    read = ReadText(
        read_to,
        language,
        day,
        place_index(found),
        place_index(times),
        place_index(quantities(read_to, language, tuple((one.start, one.end) for one in times))),
        stretches(sentences(read_to)),
        stretches(layer.spoken if layer else ()),
    )
    digest = sha256(text.encode()).hexdigest()
    return DraftFile(digest, name, made_with, article, tuple(_cards(read, found)))


def place_of(
    text: str, start: int, end: int, spoken: PlaceIndex[Stretch], *, whole: bool = False
) -> CardPlace:
    """Return a place with its hash, without the marks around quoted words unless it is `whole`.

    Words count as quoted where the check of records will find them as speech: in quotation marks,
    or in a stretch that the bytes behind the text mark as a speaker's words.
    """
    first, last = (start, end) if whole else _inner(text, start, end)
    is_marked = spoken.holds(start, end)
    if (
        not whole
        and in_quotation(text, first, last)
        and not (is_marked and _has_marks(text[first:last]))
    ):
        return _place(text, first, last, is_quoted=True)
    return _place(text, start, end, is_quoted=is_marked)


def _place(text: str, start: int, end: int, *, is_quoted: bool) -> CardPlace:
    return CardPlace(start, end, sha256(text[start:end].encode()).hexdigest(), is_quoted)


def _has_marks(words: str) -> bool:
    """Return whether a quotation begins or ends within words, so that all marks belong to them."""
    return any(mark in words for mark in '“”„«»"')


def _inner(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a stretch without marks, spaces and the comma of the sentence around it."""
    first, last = start, end
    while first < last and text[first] in _MARKS:
        first += 1
    while last > first and text[last - 1] in _MARKS + ",":
        last -= 1
    return (first, last) if first < last else (start, end)


def added_card(text: str, file: DraftFile, start: int, end: int, spoken: Stretches) -> Card:
    """Return a card for words that a reviewer selected, in the form of a draft."""
    marked = stretches(spoken)
    place = place_of(text, start, end, marked)
    day = day_of(file.of_article("published"))
    times = tuple(dates(text[:LONGEST], file.of_article("language"), day))
    figures = quantities(
        text[:LONGEST], file.of_article("language"), tuple((one.start, one.end) for one in times)
    )
    sentence = _around(stretches(sentences(text)), place.start, place.end)
    kind = "direct" if place.quoted else "indirect"
    read = ReadText(
        text,
        file.of_article("language"),
        day,
        place_index(()),
        place_index(times),
        place_index(figures),
        stretches((sentence,)),
        marked,
    )
    (statement,) = _statements(read, [(place.start, place.end)], (place,), may_part=False)
    return Card(
        id=f"m{place.start}-{place.end}",
        type=kind,
        words=text[place.start : place.end],
        places=(place,),
        sentence=sentence,
        speaker=None,
        rule="selected by the reviewer",
        cue=None,
        by=("reviewer",),
        confidence=1.0,
        said_on=_said_on(read, (place,), sentence),
        valid_for=_valid_for(read, (place,)),
        condition=statement.condition,
        modality=statement.modality,
        figures=_figures(read, (place,)),
    )


def day_of(written: str) -> date | None:
    """Return the day that is written as an ISO date, None if there is none."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def _article(text: str, language: str, published: date | None) -> Article:
    """Return what the head of a text says of itself: its first line, and a day in full."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    title = lines[0] if lines and len(lines[0]) <= HEADLINE else ""
    found = next(
        (
            one
            for one in dates(text[:_BEGINNING], language, None)
            if one.basis == "stated" and one.edtf and day_of(one.edtf)
        ),
        None,
    )
    line = _line(text, found.start) if found is not None else ""
    stated = text[found.start : found.end] if found is not None else ""
    publisher = _publisher(line.replace(stated, ""), language) if found is not None else ""
    if published is not None:
        day, words = published.isoformat(), ""
        if found is not None and found.edtf == day:
            words = stated
    else:
        # A date within a sentence is of what is told; one on a short line of its own, of the page.
        alone = found is not None and len(line) <= HEADLINE and line[-1:] not in '.”"!?'
        day = str(found.edtf) if found is not None and alone else ""
        words = stated if alone else ""
    return Article(title, day, words, publisher, "", language)


def _publisher(line: str, language: str) -> str:
    """Return the outlet that is all that a line has beside its day: "The Herald, Monday".

    It begins with "The", or has a word of outlets, and is no sentence.
    """
    words = lexicon(language)
    parts = [part for part in re.split(r"[,|·•–—]\s|\s[|·•–—-]\s|[,|·•–—]$", line) if part.strip()]
    names = [
        part.strip(" ,") for part in parts if not words.has("weekday", part.strip(" ,").lower())
    ]
    told = names[0].split() if len(names) == 1 else []
    if not 2 <= len(told) <= _MOST_WORDS or any(_is_small(word, words) for word in told[1:]):
        return ""
    outlet = any(words.has("person.outlet", word.lower()) for word in told)
    return names[0] if told[0] == "The" or (outlet and told[0][0].isupper()) else ""


def _is_small(word: str, words: Lexicon) -> bool:
    return not word[0].isupper() and not words.has("particle", word.lower())


def _line(text: str, place: int) -> str:
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    return text[start : None if end < 0 else end].strip()


def _cards(read: ReadText, drafts: Iterable[Draft]) -> Iterator[Card]:
    cards = [
        _card(read, pieces, statement)
        for pieces in _joined(drafts)
        for statement in _statements_of(read, pieces)
    ]
    yield from without_repeated(read.text, cards)


@dataclass(frozen=True, slots=True)
class _Statement:
    """What is to be one card: the places of its words, and how they are put forward."""

    places: tuple[CardPlace, ...]
    modality: str
    condition: str


def _statements_of(read: ReadText, pieces: list[Draft]) -> list[_Statement]:
    """Return the statements that drafts make together: one, unless parts of it differ in modality.

    A cue that denies or asks does so with all of it.
    """
    places = tuple(dict.fromkeys(place for piece in pieces for place in _places(read, piece)))
    outer = [one for one in pieces if one is pieces[0] or not _is_in(one, pieces[0])]
    turned = any(one.modality or {"questioned", "hypothetical"} & {*one.flags} for one in pieces)
    return _statements(read, [(one.start, one.end) for one in outer], places, may_part=not turned)


def _is_in(one: Draft, other: Draft) -> bool:
    return other.start <= one.start and one.end <= other.end


def _statements(
    read: ReadText,
    pieces: list[tuple[int, int]],
    places: tuple[CardPlace, ...],
    *,
    may_part: bool,
) -> list[_Statement]:
    parts = [
        (max(start, one.start), min(end, one.end))
        for start, end in pieces
        for one in read.sentences.across(start, end)
    ]
    groups = clauses(read.text, parts or pieces, _within(read.figures, places), read.language)
    if len(groups) > 1 and may_part:
        found = [(group, _places_of_clauses(read, group, places)) for group in groups]
        return [_statement(read, told, group) for group, told in found]
    return [_statement(read, places, groups[0] if len(groups) == 1 else [])]


def _statement(read: ReadText, places: tuple[CardPlace, ...], group: list[Clause]) -> _Statement:
    """Return a statement; a condition in many words of the article's is the reviewer's to put."""
    told = next((one for one in group if one.modality == CONDITIONAL), None)
    if told is None:
        return _Statement(places, _modality_of(read, places), "")
    is_short = len(told.condition.split()) <= _MOST_WORDS or all(one.quoted for one in places)
    return _Statement(places, CONDITIONAL, told.condition if is_short else "")


def _places_of_clauses(
    read: ReadText, group: list[Clause], whole: tuple[CardPlace, ...]
) -> tuple[CardPlace, ...]:
    """Return the places of clauses of a statement that has others, those in one piece together.

    What is quoted within them has its places, too.
    """
    found: list[CardPlace] = []
    for piece in whole:
        own = [one for one in group if piece.start < one.end and one.start < piece.end]
        if not own:
            continue
        start, _ = trimmed(read.text, own[0])
        _, end = trimmed(read.text, own[-1])
        first, last = max(start, piece.start), min(end, piece.end)
        if piece.quoted:
            found.append(place_of(read.text, first, last, read.spoken))
        else:
            found.append(_place(read.text, first, last, is_quoted=False))
    return tuple(found)


def _joined(drafts: Iterable[Draft]) -> list[list[Draft]]:
    """Return drafts in groups that are one claim: of one statement, or quoted within a report."""
    groups: list[list[Draft]] = []
    by_number: dict[int, list[Draft]] = {}
    for one in drafts:
        if one.group is not None and one.group in by_number:
            by_number[one.group].append(one)
            continue
        around = next(
            (
                group
                for group in reversed(groups[-4:])
                if group[0].type == "mixed"
                and (RULES in group[0].by or RULES not in one.by)
                and group[0].start <= one.start <= one.end <= group[0].end
            ),
            None,
        )
        if around is not None and one.type in ("fragment", "direct"):
            around.append(one)
            continue
        groups.append([one])
        if one.group is not None:
            by_number[one.group] = groups[-1]
    return groups


def _card(read: ReadText, pieces: list[Draft], statement: _Statement) -> Card:
    places = statement.places
    pieces = [
        piece
        for piece in pieces
        if any(piece.start < place.end and place.start < piece.end for place in places)
    ]
    first = pieces[0]
    speaker = next((one.speaker for one in pieces if one.speaker is not None), None)
    start, end = places[0].start, places[0].end
    mention = speaker.place if speaker else (start, end)
    sentence = _around(read.sentences, min(start, mention[0]), max(end, mention[1]))
    kind = "direct" if first.type == "fragment" else first.type
    if first.in_headline:
        kind = "headline"
    figures = _figures(read, places)
    flags = tuple(dict.fromkeys(flag for piece in pieces for flag in piece.flags))
    modality = next((one.modality for one in pieces if one.modality), None)
    if statement.modality == CONDITIONAL:
        modality = modality or CONDITIONAL
    if len({one.modality for one in _within(read.figures, places)}) > 1:
        flags = (*flags, SEVERAL_MODALITIES)
    if "questioned" in flags or "hypothetical" in flags:
        modality = modality or ("questioned" if "questioned" in flags else "possible")
    return Card(
        id=f"d{start}-{end}",
        type=kind,
        words=" … ".join(read.text[one.start : one.end] for one in places),
        places=places,
        sentence=sentence,
        speaker=DraftedSpeaker(
            read.text[slice(*speaker.place)], *speaker.place, speaker.person, speaker.kind
        )
        if speaker
        else None,
        rule=_rule(first),
        cue=first.cue,
        by=_found_by(pieces),
        confidence=_confidence(first, flags),
        # A day beside words that are passed on is that of the telling.
        said_on=_bounded(read) if first.via else _said_on(read, places, sentence),
        valid_for=_valid_for(read, places),
        condition=statement.condition,
        modality=modality or statement.modality,
        flags=flags,
        relies_on=next((one.relies_on for one in pieces if one.relies_on), None),
        via=first.via,
        on_authority_of=first.chain[1:],
        event=event_in(
            read.text,
            sentence,
            [(one.start, one.end) for one in read.drafts.across(*sentence)],
            read.language,
        ),
        figures=figures,
    )


def _found_by(pieces: list[Draft]) -> tuple[str, ...]:
    """Return the drafters that found all pieces of a claim, what is quoted within one aside."""
    first = pieces[0]
    whole = [one for one in pieces[1:] if not (first.start <= one.start and one.end <= first.end)]
    return tuple(name for name in first.by if all(name in one.by for one in whole)) or first.by


def _rule(one: Draft) -> str:
    """Return why a passage was drafted, with what marks its words in the bytes."""
    if one.marked_by is None:
        return one.rule
    marked = _MARKED_BY[one.marked_by]
    return marked if one.rule == MARKED else f"{one.rule}, {marked}"


def _places(read: ReadText, piece: Draft) -> Iterator[CardPlace]:
    if piece.type in ("direct", "fragment"):
        yield place_of(read.text, piece.start, piece.end, read.spoken)
    else:
        yield _place(read.text, piece.start, piece.end, is_quoted=False)


def _confidence(one: Draft, flags: tuple[str, ...]) -> float:
    """Return how sure a draft looks, from 0 to 1: an order for reading, no probability."""
    sure = _SURE[one.type]
    if one.speaker is None:
        sure -= 0.4
    elif one.speaker.person is None:
        sure -= 0.15
    if one.end - one.start < _FEW_CHARACTERS:
        sure -= 0.2
    if RULES not in one.by:
        sure -= 0.2
    sure -= 0.15 * len(flags) + (0.2 if one.in_headline else 0) + (0.1 if one.chain else 0)
    return round(max(sure, 0.05), 2)


def _around(found: PlaceIndex[Stretch], start: int, end: int) -> tuple[int, int]:
    """Return the stretch of whole sentences around a place."""
    touched = list(found.across(start, end))
    if not touched:
        return start, end
    return min(start, touched[0].start), max(end, touched[-1].end)


def _within(things: PlaceIndex[_Placed], places: Iterable[CardPlace]) -> list[_Placed]:
    """Return what is in one of the places of a card, each thing once, in the text's order."""
    found = {id(one): one for place in places for one in things.within(place.start, place.end)}
    return sorted(found.values(), key=lambda one: one.start)


def _figures(read: ReadText, places: tuple[CardPlace, ...]) -> tuple[DraftedFigure, ...]:
    return tuple(
        DraftedFigure(
            one.start,
            one.end,
            read.text[one.start : one.end],
            one.kind,
            _number(one.value, one.kind),
            _number(one.low, one.kind),
            _number(one.high, one.kind),
            _COMPARATORS.get(one.comparator, one.comparator),
            one.over,
            one.unit,
            one.flags,
        )
        for one in _within(read.figures, places)
    )


def _number(value: object, kind: str) -> int | float | None:
    try:
        number = float(decimal_of(str(value), "PERCENT" if kind == "share" else ""))
    except ValueError:
        return None  # nothing, or 2/3, which has no decimal end: a person says what to record
    return int(number) if number == int(number) else number


def _modality_of(read: ReadText, places: tuple[CardPlace, ...]) -> str:
    found = (one.modality for one in _within(read.figures, places))
    return next((one for one in found if one != "asserted"), "asserted")


def _said_on(
    read: ReadText, places: tuple[CardPlace, ...], sentence: tuple[int, int]
) -> DraftedTime:
    """Return when it was said: a day beside the words, else not after the day of publication."""
    published = read.published
    # A time within words is what they are about, not when they were said.
    own = place_index(places)
    for one in read.times.within(*sentence):
        if any(True for words in (read.drafts, own) for _ in words.across(one.start, one.end)):
            continue
        if one.edtf is None or not _is_past(one.edtf, published):
            continue
        return drafted_time(read, one)
    return _bounded(read)


def _bounded(read: ReadText) -> DraftedTime:
    """Return the time that is known of all that an article reports: before it was published."""
    if read.published is None:
        return DraftedTime(None, "unknown")
    return DraftedTime(
        f"../{read.published.isoformat()}",
        "bounded",
        reason="Not after the article that reports it was published.",
    )


def _is_past(edtf: str, published: date | None) -> bool:
    """Return whether a time may be one of speech: within some month, and not in the future."""
    try:
        first, last = bounds(edtf)
    except DateError:
        return False
    if first is None or last is None or last - first > _LONGEST_TIME:
        return False
    return published is None or last <= published


def _valid_for(read: ReadText, places: tuple[CardPlace, ...]) -> DraftedTime | None:
    """Return what time the words are about: the one that they name, if they name one."""
    named = [
        one
        for one in _within(read.times, places)
        if one.edtf and not _COMPARED.search(read.text, max(0, one.start - _FEW), one.start)
    ]
    return drafted_time(read, named[0]) if len(named) == 1 else None


def drafted_time(read: ReadText, one: DateExpression) -> DraftedTime:
    """Return a time of a text with the basis that records use."""
    return time_by_words(
        str(one.edtf),
        read.text[one.start : one.end],
        one.basis,
        read.published,
        vague=one.precision is not None,
    )
