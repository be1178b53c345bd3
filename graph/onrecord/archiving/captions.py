"""Captions: the text of WebVTT and SubRip cues, by speaker, with the time of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from importlib.metadata import version
from io import BytesIO
from typing import Literal

from webvtt import Caption, WebVTT
from webvtt.errors import MalformedCaptionError, MalformedFileError

from onrecord.archiving.made_text import LayerWriter, MadeText, TextLayerError

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>")
_TAG = re.compile(r"<[^<>]{0,300}>")
_SENTENCE_END = re.compile(r"[.?!…][\"'”’»)\]]*$")
_PAUSE = 2.0
"""Seconds between two cues after which a sentence that has ended ends its paragraph, too."""
_MOMENT = 0.1
"""Seconds too short to read a cue."""
_LONG = 700
"""Characters after which the end of a sentence ends a paragraph in any case."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one voice says in one cue."""

    start: float
    end: float
    speaker: str | None
    lines: tuple[str, ...]


def captions(text: str, form: Literal["vtt", "srt"]) -> MadeText:
    """Return the words of captions, a paragraph for each turn. Raises TextLayerError."""
    try:
        cues = WebVTT.from_buffer(BytesIO(text.encode()), format=form).captions
    except (MalformedCaptionError, MalformedFileError, ValueError) as error:
        raise TextLayerError(f"the captions cannot be read, {error}") from error
    writer = LayerWriter()
    _write(writer, (turn for cue in cues for turn in _turns(cue)))
    if not writer.text:
        raise TextLayerError("the captions have no words")
    return MadeText(
        writer.text, "webvtt-py", version("webvtt-py"), "cues joined, voices before their words",
        tuple(writer.blocks), writer.changed,
    )  # fmt: skip


def _write(writer: LayerWriter, turns: Iterator[_Turn]) -> None:
    before: _Turn | None = None
    length = 0
    shown: _Turn | None = None
    for turn in turns:
        lines = turn.lines if shown is None else _without_repeated(shown, turn)
        writer.changes["repeated lines left out"] += len(turn.lines) - len(lines)
        shown = turn
        words = " ".join(lines)
        if not words:
            continue
        fresh = before is None or before.speaker != turn.speaker
        if before is not None and not fresh:
            ended = _SENTENCE_END.search(" ".join(before.lines)) is not None
            fresh = ended and (turn.start - before.end >= _PAUSE or length > _LONG)
        place = f"t={turn.start:g},{turn.end:g}"
        if fresh and turn.speaker:
            writer.add(f"{turn.speaker}:", "voice", place, turn.speaker)
            writer.changes["name of a voice printed"] += 1
        gap = "\n\n" if fresh and not turn.speaker else " "
        writer.add(words, "cue", place, turn.speaker, gap=gap)
        length = len(words) if fresh else length + len(words)
        before = turn


def _turns(cue: Caption) -> Iterator[_Turn]:
    """Yield what each voice of a cue says; before the first one, no speaker is named."""
    start, end = (time.in_milliseconds() / 1000 for time in (cue.start_time, cue.end_time))
    parts = _VOICE.split(cue.raw_text)
    for speaker, words in zip(("", *parts[1::2]), parts[::2], strict=True):
        lines = (" ".join(unescape(_TAG.sub("", line)).split()) for line in words.splitlines())
        read = tuple(line for line in lines if line)
        if read:
            yield _Turn(start, end, " ".join(unescape(speaker).split()) or None, read)


def _without_repeated(shown: _Turn, turn: _Turn) -> tuple[str, ...]:
    """Return the lines that are new: captions that roll up show the last ones again.

    They do so above a new line, or for a moment. Who says the same words again says them twice.
    """
    short = min(shown.end - shown.start, turn.end - turn.start) < _MOMENT
    for count in range(min(len(shown.lines), len(turn.lines)), 0, -1):
        if shown.lines[-count:] == turn.lines[:count] and (short or count < len(turn.lines)):
            return turn.lines[count:]
    return turn.lines
