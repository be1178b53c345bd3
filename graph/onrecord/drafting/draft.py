"""Drafts of a text: what is said in it and by whom, each with the rule that found it."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from onrecord.drafting.cue import Cue
from onrecord.drafting.direct_speech import (
    Attribution,
    Place,
    ReadParagraph,
    ReadSentence,
    attribute,
    inner_quotations,
    quotations,
    read_paragraphs,
    span,
)
from onrecord.drafting.indirect_speech.report import reports
from onrecord.drafting.indirect_speech.reported_speech import ReportedSpeech, chained, has_quoted
from onrecord.drafting.indirect_speech.told_after import told_after
from onrecord.drafting.language import language_of
from onrecord.drafting.lexicon import Lexicon, lexicon
from onrecord.drafting.person import People, people_of, person_of, with_surname_of
from onrecord.drafting.sentence import Sentence
from onrecord.drafting.speaker import SpeakerMention, speaker_at
from onrecord.drafting.unmarked_speech.delivered_speech import delivered_speech
from onrecord.drafting.unmarked_speech.dialogue import dialogue, signature, signature_within
from onrecord.drafting.unmarked_speech.headline import headline
from onrecord.drafting.unmarked_speech.signed_page import signed_page

RULES = "rules"
"""The name of the drafter that is this module."""
_MOST_AROUND = 4
"""Reports before a quotation that may have it in them."""
HEADLINE = 160
"""A longer first paragraph is no headline."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One passage that gives what a speaker said; nobody has judged it."""

    start: int
    end: int
    type: str
    """`direct`; `fragment`, a quoted part of a sentence; `indirect`; `mixed`, with quoted parts."""
    speaker: SpeakerMention | None
    cue: str | None
    rule: str
    """What found it: of the speaker for quoted words, of the words for reported ones."""
    flags: tuple[str, ...] = ()
    """`negated`, `hypothetical` or `questioned`, of the cue; `unclosed`, of quotation marks."""
    modality: str | None = None
    group: int | None = None
    """Drafts of one group are pieces of one statement."""
    relies_on: str | None = None
    """The transcript, recording or outlet that the text names for these words."""
    chain: tuple[str, ...] = ()
    """Who said that who had said, of a report of a report."""
    via: str | None = None
    """Who passed on what the speaker had said."""
    nested: tuple[tuple[str, str | None], ...] = ()
    """Words of others in a quotation, with the mention of who says them."""
    in_headline: bool = False
    marked_by: str | None = None
    """What marks the words as a speaker's in the bytes behind the text, where no marks do."""
    place: tuple[Place | None, Place | None] = (None, None)
    """The places of speaker and cue, by which pieces are grouped."""
    by: tuple[str, ...] = (RULES,)
    """The drafters that found it."""


def draft(text: str, language: str | None = None) -> list[Draft]:
    """Return what is said in a text, in its order."""
    words = lexicon(language or language_of(text))
    read = read_paragraphs(text, words)
    attribute(read, text, words)
    people = people_of(read, words)
    found: list[Draft] = []
    for number, paragraph in enumerate(read):
        following = read[number + 1] if number + 1 < len(read) else None
        in_headline = number == 0 and _is_headline(text, paragraph, following)
        drafts = [
            *_direct(paragraph, following, text, people, words),
            *_indirect(paragraph, text, people, words),
        ]
        found += [replace(one, in_headline=in_headline) for one in drafts]
    reported = ("indirect", "mixed")
    if read and not any(one.type in reported and one.start < read[0].end for one in found):
        found += _of_headline(read, text, people, words)
    for (start, end), attribution in dialogue(read, words):
        found.append(_of_attribution(start, end, "direct", attribution, text, people, words))
    delivered = [
        _of_attribution(start, end, "direct", attribution, text, people, words)
        for (start, end), attribution in (
            *delivered_speech(text, read, words),
            *signed_page(text, read),
        )
    ]
    if delivered:
        found = [one for one in found if not _is_within(one, delivered)] + delivered
    for report in told_after(read, words):
        found += _reported(*report, None, None, text, people, words)
    found = list(_without_outlets(found, text, words))
    found.sort(key=lambda one: (one.start, -one.end))
    return _grouped(_resolved_headline(found, people))


def _without_outlets(found: list[Draft], text: str, words: Lexicon) -> Iterator[Draft]:
    """Yield drafts without what an outlet says that another said: there, it only reports.

    Its report is what the other's words rely on.
    """
    reports = sorted(
        (one for one in found if _is_of_outlet(one, text, words)), key=lambda one: one.start
    )
    passed_on = set()
    kept = []
    for one in found:
        around = _report_around(one, reports)
        if around is not None and around.speaker is not None:
            passed_on.add(id(around))
            name = text[slice(*around.speaker.place)]
            kept.append(replace(one, relies_on=one.relies_on or name))
        elif one.via and _is_outlet(one.via, words):
            kept.append(replace(one, via=None, relies_on=one.relies_on or one.via))
        else:
            kept.append(one)
    for one, now in zip(found, kept, strict=True):
        if id(one) not in passed_on and not (one.chain and _is_outlet(one.chain[0], words)):
            yield now


def _is_of_outlet(one: Draft, text: str, words: Lexicon) -> bool:
    return (
        one.speaker is not None
        and one.type in ("indirect", "mixed")
        and _is_outlet(text[slice(*one.speaker.place)], words)
    )


def _report_around(one: Draft, reports: list[Draft]) -> Draft | None:
    """Return the report of an outlet that has a quotation in it, with who says it."""
    if one.type != "direct" or one.speaker is None:
        return None
    last = bisect_right(reports, one.start, key=lambda each: each.start)
    return next(
        (
            each
            for each in reports[max(0, last - _MOST_AROUND) : last]
            if one.end <= each.end and each.start <= one.speaker.place[0] < each.end
        ),
        None,
    )


def _is_outlet(name: str, words: Lexicon) -> bool:
    """Say whether a name is one of an outlet: it has such a word, and none of a person."""
    parts = re.findall(r"[^\W\d_]+", name.casefold())
    return any(words.has("person.outlet", part) for part in parts) and not any(
        words.has(kind, part)
        for kind in ("person.title", "person.role", "first.female", "first.male")
        for part in parts
    )


def _is_within(one: Draft, sorted_drafts: list[Draft]) -> bool:
    """Say whether a draft has a place in common with one of others, which do not overlap."""
    at = bisect_right(sorted_drafts, one.start, key=lambda other: other.start)
    before = at > 0 and sorted_drafts[at - 1].end > one.start
    return before or (at < len(sorted_drafts) and sorted_drafts[at].start < one.end)


def _is_headline(text: str, paragraph: ReadParagraph, following: ReadParagraph | None) -> bool:
    whole = text[paragraph.start : paragraph.end]
    return following is not None and len(whole) <= HEADLINE and whole[-1] not in '.:”"'


def _of_headline(
    read: list[ReadParagraph], text: str, people: People, words: Lexicon
) -> Iterator[Draft]:
    """Yield what the first line reports behind a colon; only who is named in the article is one."""
    told = headline(read, people, words) if read[0].end - read[0].start <= HEADLINE else None
    if told is None:
        return
    (start, end), attribution = told
    kind = "mixed" if read[0].quoted else "indirect"
    one = _of_attribution(start, end, kind, attribution, text, people, words)
    speaker = one.speaker
    if speaker and speaker.person and not with_surname_of(people, speaker.person):
        speaker = replace(speaker, person=None)
    yield replace(one, speaker=speaker, in_headline=True)


def _of_attribution(
    start: int,
    end: int,
    kind: str,
    attribution: Attribution,
    text: str,
    people: People,
    words: Lexicon,
) -> Draft:
    speaker = attribution.speaker
    return Draft(
        start,
        end,
        kind,
        speaker_at(speaker, text, people, words) if speaker else None,
        text[slice(*attribution.cue)] if attribution.cue else None,
        attribution.rule,
        attribution.flags,
        modality="denied" if attribution.denied else None,
        relies_on=text[slice(*attribution.relies_on)] if attribution.relies_on else None,
        place=(speaker, attribution.cue),
    )


def _direct(
    paragraph: ReadParagraph,
    following: ReadParagraph | None,
    text: str,
    people: People,
    words: Lexicon,
) -> Iterator[Draft]:
    signed = signature(following, words) if following is not None else None
    within = signature_within(text, following, words) if following is not None else None
    if signature_within(text, paragraph, words):
        return
    for passage, attribution, sentence, place in quotations(paragraph, text, words):
        if signed is not None and (attribution.speaker is None or attribution.rule == "continued"):
            attribution = Attribution(span(*signed), None, "signature", 2)
        kind = "fragment" if _is_fragment(text, sentence, place, passage.inner_start) else "direct"
        one = _of_attribution(passage.start, passage.end, kind, attribution, text, people, words)
        if within is not None and not passage.closed:
            who = SpeakerMention(span(*within), person_of(*within, people, words), "person")
            one = replace(one, speaker=who, cue=None, rule="signature", place=(who.place, None))
        yield replace(
            one,
            flags=one.flags
            + (
                ()
                if passage.closed or within is not None or _continues(text, following)
                else ("unclosed",)
            ),
            nested=tuple(inner_quotations(text, passage, words)),
        )


def _continues(text: str, following: ReadParagraph | None) -> bool:
    """Say whether the next paragraph opens with a mark, as it does where a quotation goes on."""
    return following is not None and text[following.start] in "“\"'‘«»„"


def _is_fragment(text: str, sentence: Sentence, place: int, start: int) -> bool:
    before = sentence[place - 1] if place else None
    return (
        text[start : start + 1].islower()
        and before is not None
        and before.text not in (",", ":", "—", "–", "--")
    )


def _indirect(
    paragraph: ReadParagraph, text: str, people: People, words: Lexicon
) -> Iterator[Draft]:
    for read in paragraph.sentences:
        found = reports(read.sentence, read.cues, words)
        inner_of: dict[int, ReportedSpeech] = {}
        outer_of: dict[int, ReportedSpeech] = {}
        for outer, inner in chained(found):
            inner_of.setdefault(id(outer), inner)
            outer_of.setdefault(id(inner), outer)
        for report in found:
            yield from _reported(
                read,
                report,
                outer_of.get(id(report)),
                inner_of.get(id(report)),
                text,
                people,
                words,
            )


def _reported(
    read: ReadSentence,
    report: ReportedSpeech,
    outer: ReportedSpeech | None,
    inner: ReportedSpeech | None,
    text: str,
    people: People,
    words: Lexicon,
) -> Iterator[Draft]:
    sentence, cue = read.sentence, report.cue
    if cue.speaker is None:
        return
    place = span(sentence, cue.speaker)
    cue_place = span(sentence, (cue.first, cue.last))
    speaker = speaker_at(place, text, people, words)
    chain = (
        (_name(speaker, text), _name_of_cue(read, inner.cue, text, people, words)) if inner else ()
    )
    relies_on = span(sentence, cue.relies_on) if cue.relies_on else read.relies_on
    told = report.told or sentence
    for piece in report.pieces:
        start, end = span(told, piece)
        end = _before_provenance(text, start, end, read.relies_on)
        yield Draft(
            start,
            end,
            "mixed" if has_quoted(told, piece) else "indirect",
            speaker,
            text[slice(*cue_place)],
            report.rule,
            cue.flags,
            modality="denied" if "denial" in cue.verb.frames else None,
            relies_on=text[slice(*relies_on)] if relies_on else None,
            chain=chain,
            via=_name_of_cue(read, outer.cue, text, people, words) if outer else None,
            place=(place, cue_place),
        )


def _before_provenance(text: str, start: int, end: int, source: Place | None) -> int:
    """Return the end of a report without ", according to a transcript" behind it."""
    if source is None or not start < source[0] < end:
        return end
    comma = text.rfind(",", start, source[0])
    return comma if comma > start else end


def _name(speaker: SpeakerMention, text: str) -> str:
    return speaker.person or text[slice(*speaker.place)]


def _name_of_cue(read: ReadSentence, cue: Cue, text: str, people: People, words: Lexicon) -> str:
    if cue.speaker is None:
        return ""
    return _name(speaker_at(span(read.sentence, cue.speaker), text, people, words), text)


def _grouped(found: list[Draft]) -> list[Draft]:
    """Number the drafts that are pieces of one statement: one speaker, one cue."""
    counts: dict[tuple[object, ...], int] = {}
    for one in found:
        counts[_key(one)] = counts.get(_key(one), 0) + 1
    numbers: dict[tuple[object, ...], int] = {}
    result = []
    for one in found:
        key = _key(one)
        if one.place[0] is None or counts[key] == 1:
            result.append(one)
            continue
        number = numbers.setdefault(key, len(numbers) + 1)
        result.append(replace(one, group=number))
    return result


def _key(one: Draft) -> tuple[object, ...]:
    return one.place, one.type in ("indirect", "mixed")


def _resolved_headline(found: list[Draft], people: People) -> list[Draft]:
    """Give the speaker of a headline, "navy chief", the one titled person of the article."""
    titled = [one for same in people.by_surname.values() for one in same if one.titles]
    if len(titled) != 1 or len(people.by_surname) != 1:
        return found
    return [
        replace(one, speaker=replace(one.speaker, person=titled[0].name))
        if one.in_headline
        and one.speaker
        and one.speaker.person is None
        and one.speaker.kind == "person"
        else one
        for one in found
    ]
