"""Paragraphs of a text, as half-open ranges of characters."""

import re
from collections.abc import Iterator

_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_END = re.compile(r"[.!?:;…]['’\"”»)\]]*\s*$|['’\"”»]\s*$")
_ITEM = re.compile(r"\s*(?:[-*•·—–―]\s|\d+[.)]\s|[\"“„«‘'])")
WRAPPED = 60
"""A line of fewer characters than this does not go on in the next one."""


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs, without the white space at their ends.

    A blank line ends one, and so does the end of a line, unless the sentence goes on: the lines of
    text that was wrapped at a width are one paragraph.
    """
    start = 0
    for blank in _BLANK.finditer(text):
        yield from _lines(text, start, blank.start())
        start = blank.end()
    yield from _lines(text, start, len(text))


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = line = start
    while line < end:
        stop = text.find("\n", line, end)
        if stop < 0:
            break
        following = text.find("\n", stop + 1, end)
        after = text[stop + 1 : following if following >= 0 else end][:40]
        before = text[max(line, stop - 40) : stop]
        if (
            stop - line < WRAPPED
            or " " not in text[line:stop]
            or _END.search(before)
            or _ITEM.match(after)
        ):
            yield from _trimmed(text, begin, stop)
            begin = stop + 1
        line = stop + 1
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
