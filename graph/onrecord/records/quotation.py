"""Quotation marks: whether a stretch of a text is printed as quoted speech."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

_CLOSINGS = {
    "“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "‘": "’", "「": "」", "『": "』", '"': '"',
    "'": "'",
}  # fmt: skip
"""Closing marks of a quotation by its opening mark."""
_MARKS = frozenset(_CLOSINGS) | frozenset("”’›」』 ")
_CLOSING = frozenset("".join(_CLOSINGS.values()))
_MARK = re.compile(f"[{''.join(sorted(_MARKS - {' '}))}]")


def in_quotation(text: str, start: int, end: int) -> bool:
    """Return whether text[start:end], without its own outer marks, is within quotation marks.

    Only the line is searched, since a quotation that continues in a new paragraph has an opening
    mark there. Without one, the previous paragraph must leave it open and this one must close it.
    A mark that can close the open quotation closes it; any other opening mark opens one.

    The marks of a line are kept for further places of the same text, so that all of them together
    take one walk over it.
    """
    while start < end and text[start] in _MARKS:
        start += 1
    lines = _lines_of(text)
    line = lines.at(start)
    if line.is_open_at(start):
        return True
    rest = line if end <= line.end else lines.at(end)
    return any(rest.last[mark] >= end for mark in lines.before(line).left_open)


@dataclass(frozen=True, slots=True)
class _MarkedLine:
    """The quotation marks of a line; all places are those of the text."""

    start: int
    end: int
    places: "array[int]"
    """Of each mark that opens or closes a quotation."""
    depths: "array[int]"
    """How many quotations are open behind each of these marks."""
    left_open: frozenset[str]
    """Marks that would close the quotations that are open at the end."""
    last: Mapping[str, int]
    """The last place of each closing mark, -1 if there is none."""

    def is_open_at(self, place: int) -> bool:
        """Return whether a quotation is open before the character at a place."""
        number = bisect_left(self.places, place)
        return number > 0 and self.depths[number - 1] > 0


@dataclass(slots=True)
class _MarkedLines:
    """Lines of a text, each read when it is asked for."""

    text: str
    read: dict[int, _MarkedLine] = field(default_factory=dict)
    """Lines by their start."""
    current: _MarkedLine | None = None

    def at(self, place: int) -> _MarkedLine:
        """Return the line of a place; a line end belongs to the line before it."""
        if self.current is None or not self.current.start <= place <= self.current.end:
            self.current = self._from(self.text.rfind("\n", 0, place) + 1)
        return self.current

    def before(self, line: _MarkedLine) -> _MarkedLine:
        """Return the line before one, an empty one before the first."""
        if line.start == 0:
            return _read_line(self.text, 0, 0)
        return self._from(self.text.rfind("\n", 0, line.start - 1) + 1)

    def _from(self, start: int) -> _MarkedLine:
        if start not in self.read:
            end = self.text.find("\n", start)
            self.read[start] = _read_line(self.text, start, len(self.text) if end < 0 else end)
        return self.read[start]


@lru_cache(maxsize=1)
def _lines_of(text: str) -> _MarkedLines:
    return _MarkedLines(text)


def _read_line(text: str, start: int, end: int) -> _MarkedLine:
    closings: list[str] = []
    places, depths = array("L"), array("L")
    for match in _MARK.finditer(text, start, end):
        mark, place = match.group(), match.start()
        if mark == "'" and _is_apostrophe(text, place, bool(closings and "'" in closings[-1])):
            continue
        if closings and mark in closings[-1]:
            closings.pop()
        elif mark in _CLOSINGS:
            closings.append(_CLOSINGS[mark])
        else:
            continue
        places.append(place)
        depths.append(len(closings))
    last = {mark: text.rfind(mark, start, end) for mark in _CLOSING}
    return _MarkedLine(start, end, places, depths, frozenset("".join(closings)), last)


def _is_apostrophe(text: str, place: int, is_open: bool) -> bool:
    """Return whether a straight single mark is an apostrophe, by the characters beside it."""
    before, after = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    if is_open:
        return after.isalnum()
    return before.isalnum() or not after.strip()
