"""Quotation marks: which passages of a paragraph they enclose."""

import re
from bisect import bisect_right
from dataclasses import dataclass

_MARK = re.compile(r"''|``|[\"“”„‟«»‘’'‹›]")
_APOSTROPHE = re.compile(r"[’'‘](?:\d\ds?\b|em\b|til\b|tis\b|twas\b|cause\b|n\b|round\b)")
_BEFORE_OPENING = ' \t\n\u00a0\u202f\u2009([{—–-/“"‘„«'
_AFTER_CLOSING = ' \t\n\u00a0\u202f\u2009)]}.,;:!?—–-…”"’»/'
DOUBLE = ("“", "”", '"', "''", "``", "„", "‟")
SINGLE = ("‘", "’", "'")
ANGLE = ("«", "»", "‹", "›")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage between quotation marks; the range has the marks."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool
    """Whether a mark closes it; else it ends with its paragraph."""


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    text: str
    opens: bool
    closes: bool


def quoted_passages(text: str, start: int, end: int, is_quoting: bool = False) -> list[Quoted]:
    """Return the outermost quoted passages of a paragraph, in order.

    If the paragraph before is still quoting, what comes before the first mark is quoted too,
    where that mark can only close.

    What is quoted within a quotation belongs to it. A mark without its partner opens a passage
    only if it is a double one, and the passage ends with the paragraph. The time is linear.
    """
    marks = [_mark(text, start, end, found) for found in _MARK.finditer(text, start, end)]
    nests = _counts(marks, "“") == _counts(marks, "”")
    strong, weak = _single_closers(text, end, marks)
    doubles = _prefix_counts(marks)
    found: list[Quoted] = []
    # Angular marks that nothing closes from here on: no later one has a partner either.
    single_angle: set[str] = set()
    at = 0
    if is_quoting and marks and _only_closes(text, marks[0]):
        found.append(Quoted(start, marks[0].end, start, marks[0].start, True))
        at = 1
    while at < len(marks):
        mark = marks[at]
        if not mark.opens or mark.text in single_angle or _is_apostrophe(text, mark):
            at += 1
        elif mark.text in SINGLE:
            close = _single_partner(at, strong, weak, doubles)
            if close is None:
                at += 1
                continue
            found.append(_passage(mark, marks[close]))
            at = close + 1
        else:
            close = _partner(text, marks, at, nests)
            if close is None:
                if not _may_stay_open(text, mark, end):
                    single_angle.add(mark.text if mark.text in ANGLE else "")
                    at += 1
                    continue
                found.append(Quoted(mark.start, end, mark.end, end, False))
                break
            # A mark of another kind right behind the closing one ends an inner quotation: '''.
            while close + 1 < len(marks) and marks[close + 1].start == marks[close].end:
                close += 1
            found.append(_passage(mark, marks[close]))
            at = close + 1
    return found


def _only_closes(text: str, mark: _Mark) -> bool:
    """Say whether a double mark closes and cannot open."""
    closes = mark.text in DOUBLE and mark.closes and not mark.opens
    return closes and not text[mark.start - 1].isspace()


def _passage(opening: _Mark, closing: _Mark) -> Quoted:
    return Quoted(opening.start, closing.end, opening.end, closing.start, True)


def _mark(text: str, start: int, end: int, found: re.Match[str]) -> _Mark:
    mark = found.group()
    before = text[found.start() - 1] if found.start() > start else " "
    after = text[found.end()] if found.end() < end else " "
    free_before = before in _BEFORE_OPENING
    free_after = after in _AFTER_CLOSING
    if mark in ("“", "‘"):
        return _Mark(found.start(), found.end(), mark, not after.isspace() or free_before, True)
    if mark in ("„", "‟", "``"):
        return _Mark(found.start(), found.end(), mark, True, False)
    if mark == "”":
        opens = free_before and before not in "—–-" and not free_after
        return _Mark(found.start(), found.end(), mark, opens, True)
    if mark in ANGLE:
        # French puts spaces inside its marks, so only an outer one tells « from ».
        reversed_marks = mark in "»›" and free_before and not free_after
        return _Mark(found.start(), found.end(), mark, mark in "«‹" or reversed_marks, True)
    if mark == "’":
        opens = free_before and not free_after and before not in "—–-"
        return _Mark(found.start(), found.end(), mark, opens, free_after)
    opens = free_before and not after.isspace()
    return _Mark(found.start(), found.end(), mark, opens, not before.isspace() or not opens)


def _counts(marks: list[_Mark], mark: str) -> int:
    return sum(one.text == mark for one in marks)


def _partner(text: str, marks: list[_Mark], at: int, nests: bool) -> int | None:
    """Return the mark that closes a double or angular one."""
    opening = marks[at].text
    depth = 0
    for place in range(at + 1, len(marks)):
        mark = marks[place]
        if opening in ANGLE:
            if mark.text in ANGLE and mark.text != opening:
                return place
            continue
        if mark.text not in DOUBLE or not mark.closes:
            continue
        if mark.text == "“":
            if opening in ("„", "‟"):
                return place
            attached = text[mark.start - 1] in ",.?!…" and text[mark.end : mark.end + 1].isspace()
            # What no letter follows cannot open: "“Cold Anvil“ is over".
            if attached or not mark.opens:
                return place
            depth += nests
        elif mark.text == "”":
            if depth == 0:
                return place
            depth -= 1
        elif _closes_straight(text, marks, place):
            return place
    return None


def _closes_straight(text: str, marks: list[_Mark], place: int) -> bool:
    """Say whether a straight mark closes: not an inch mark, no opening one."""
    mark = marks[place]
    if mark.opens and not mark.closes:
        return False
    before = text[mark.start - 1]
    if before.isspace():
        return not mark.opens
    if before.isdigit() and text[mark.end : mark.end + 1] == " " and place + 1 < len(marks):
        following = marks[place + 1]
        word = text[mark.end + 1 : mark.end + 2]
        if word.islower() and following.text == mark.text and not following.opens:
            return False
    return before not in "([{" and (not mark.opens or before not in "—–-/")


def _may_stay_open(text: str, mark: _Mark, end: int) -> bool:
    """Say whether a mark that nothing closes opens a passage up to the paragraph's end."""
    return mark.text not in ANGLE and end - mark.end > 1 and not text[mark.end].isspace()


def _is_apostrophe(text: str, mark: _Mark) -> bool:
    return mark.text in SINGLE and _APOSTROPHE.match(text, mark.start) is not None


def _single_closers(text: str, end: int, marks: list[_Mark]) -> tuple[list[int], list[int]]:
    """Return the single marks that certainly close, and those that may be a possessive."""
    strong: list[int] = []
    weak: list[int] = []
    for place, mark in enumerate(marks):
        if mark.text not in ("’", "'"):
            continue
        before = text[mark.start - 1] if mark.start else " "
        after = text[mark.end] if mark.end < end else " "
        if before.isspace() or after.isalnum():
            continue
        possessive = (
            before in "sxz" and after == " " and text[mark.end + 1 : mark.end + 2].isalpha()
        )
        (weak if possessive else strong).append(place)
    return strong, weak


def _prefix_counts(marks: list[_Mark]) -> list[int]:
    counts = [0]
    for mark in marks:
        counts.append(counts[-1] + (mark.text in DOUBLE))
    return counts


def _single_partner(at: int, strong: list[int], weak: list[int], doubles: list[int]) -> int | None:
    """Return the mark that closes a single one, if the double marks between them are paired."""
    for closers in (strong, weak):
        place = bisect_right(closers, at)
        if place < len(closers):
            close = closers[place]
            return close if (doubles[close] - doubles[at]) % 2 == 0 else None
    return None
