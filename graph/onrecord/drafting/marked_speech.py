"""Marked speech: words that the bytes behind a text mark as a speaker's, with no quotation marks.

A page marks block quotations, captions their voices, and a message has a writer.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from onrecord.archiving.made_text import TextBlock
from onrecord.drafting.draft import Draft, draft
from onrecord.drafting.speaker import SpeakerMention

_KINDS = {
    "block quotation": "blockquote",
    "cue": "voice",
    "message": "message",
    "quoted message": "message",
}
MARKED = "marked"
"""The rule by which words are drafted that nothing but the bytes marks."""
_OPENING = "“„«»‘‚\"'"


@dataclass(frozen=True, slots=True)
class MarkedSpeech:
    """A stretch of a text that is a speaker's words."""

    start: int
    end: int
    by: str
    """What marks it: `blockquote`, `voice` or `message`."""
    speaker: str | None
    """Who speaks, if the bytes say it."""


def marked_speech(blocks: Iterable[TextBlock]) -> tuple[MarkedSpeech, ...]:
    """Return what the blocks of a text mark as speech; cues of one turn are one stretch."""
    found: list[MarkedSpeech] = []
    for block in blocks:
        by = _KINDS.get(block.kind)
        if by is None or (by != "blockquote" and block.speaker is None):
            continue
        last = found[-1] if found else None
        if (
            last is not None
            and by == last.by == "voice"
            and last.speaker == block.speaker
            and block.start - last.end == 1
        ):
            found[-1] = replace(last, end=block.end)
        else:
            found.append(MarkedSpeech(block.start, block.end, by, block.speaker))
    return tuple(found)


def draft_marked(text: str, language: str | None, marked: Sequence[MarkedSpeech]) -> list[Draft]:
    """Return what is said in a text, what is marked as speech among it.

    Block quotations are read as if they had marks, so that the rules find who speaks.
    """
    quoted = [
        one
        for one in marked
        if one.by == "blockquote" and text[one.start : one.start + 1] not in _OPENING
    ]
    found = _read_with_marks(text, language, quoted)
    stretches = {(one.start, one.end) for one in found if one.type == "direct"}
    for one in marked:
        if one.speaker and (one.start, one.end) not in stretches:
            speaker = _named(text, one)
            found.append(
                Draft(one.start, one.end, "direct", speaker, None, MARKED, marked_by=one.by)
            )
    found.sort(key=lambda one: (one.start, -one.end))
    return found


def _named(text: str, speech: MarkedSpeech) -> SpeakerMention | None:
    """Return the mention of a speaker nearest before the words, None without one."""
    name = speech.speaker or ""
    place = text.rfind(name, 0, speech.start)
    return SpeakerMention((place, place + len(name)), name, "person") if place >= 0 else None


def _read_with_marks(
    text: str, language: str | None, quoted: Sequence[MarkedSpeech]
) -> list[Draft]:
    pieces: list[str] = []
    marks: list[int] = []
    """The places of the marks that are put into the text, in the text with them."""
    read = 0
    for number, one in enumerate(quoted):
        following = quoted[number + 1].start if number + 1 < len(quoted) else -1
        goes_on = text[one.end : following].isspace() if following > 0 else False
        marks.append(one.start + len(marks))
        pieces += [text[read : one.start], "“", text[one.start : one.end]]
        if not goes_on:
            marks.append(one.end + len(marks))
            pieces.append("”")
        read = one.end
    pieces.append(text[read:])

    def back(place: int) -> int:
        return place - bisect_left(marks, place)

    blocks = {(one.start, one.end): one.by for one in quoted}
    found: list[Draft] = []
    for each in draft("".join(pieces), language):
        speaker = each.speaker
        if speaker is not None:
            first, last = speaker.place
            speaker = replace(speaker, place=(back(first), back(last)))
        start, end = back(each.start), back(each.end)
        by = blocks.get((start, end))
        if by is not None and speaker is None:
            speaker = _of_paragraph_before(text, start, found)
        # A block quotation may be of another than the words before it: a statement of its own.
        group = each.group if by is None else None
        found.append(
            replace(each, start=start, end=end, speaker=speaker, marked_by=by, group=group)
        )
    return found


def _of_paragraph_before(text: str, start: int, found: Sequence[Draft]) -> SpeakerMention | None:
    """Return the only speaker of the paragraph before a block quotation, None if it has others."""
    end = len(text[:start].rstrip())
    begin = text.rfind("\n", 0, end) + 1
    speakers = {
        one.speaker.person: one.speaker
        for one in found
        if one.speaker is not None and begin <= one.start < end
    }
    only = next(iter(speakers.values())) if len(speakers) == 1 else None
    return only if only is not None and only.person else None
