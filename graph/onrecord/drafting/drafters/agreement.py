"""Agreement: drafts of several drafters joined, each passage once, with who found it."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import replace

from onrecord.drafting.draft import Draft

DISPUTED = "speaker disputed"
"""The flag of a draft for whose words another drafter names another speaker."""
_QUOTED = ("direct", "fragment")
_ALIKE = 0.5
"""Share of two reports' characters that they have in common if they are one report."""


def joined(first: Sequence[Draft], others: Iterable[Draft]) -> list[Draft]:
    """Return the drafts of one drafter with those of others, in the order of the text.

    Of a passage that both have, the first one's draft stays as it is, with both drafters.
    """
    found = sorted(first, key=_order)
    longest = max((one.end - one.start for one in found), default=0)
    for other in sorted(others, key=_order):
        begin = bisect_left(found, other.start - longest, key=lambda one: one.start)
        end = bisect_left(found, other.end, key=lambda one: one.start)
        same = [place for place in range(begin, end) if _is_same(found[place], other)]
        for place in same:
            found[place] = _agreed(found[place], other)
        if not same:
            insort(found, other, key=_order)
            longest = max(longest, other.end - other.start)
    return found


def _order(one: Draft) -> tuple[int, int]:
    return one.start, -one.end


def _is_same(one: Draft, other: Draft) -> bool:
    """Say whether another draft has the words of one, or a part of them."""
    if other.start >= one.end or one.start >= other.end:
        return False
    inside = one.start <= other.start and other.end <= one.end
    if one.type in _QUOTED or other.type in _QUOTED:
        around = other.start <= one.start and one.end <= other.end
        return inside or (around and other.type in _QUOTED)
    common = min(one.end, other.end) - max(one.start, other.start)
    return inside or common / (max(one.end, other.end) - min(one.start, other.start)) >= _ALIKE


def _agreed(one: Draft, other: Draft) -> Draft:
    by = tuple(dict.fromkeys([*one.by, *other.by]))
    if one.speaker is None or other.speaker is None or _is_one_speaker(one, other):
        return replace(one, by=by)
    return replace(one, flags=tuple(dict.fromkeys([*one.flags, DISPUTED])))


def _is_one_speaker(one: Draft, other: Draft) -> bool:
    first, second = one.speaker, other.speaker
    if first is None or second is None:
        return first is second
    if first.person and second.person:
        return first.person == second.person
    # A mention whose person is not certain may be longer or shorter than another's.
    return first.place[0] < second.place[1] and second.place[0] < first.place[1]
