"""Places of a text in order, so that those within or across a stretch are found without a walk."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, Protocol, TypeVar


class Placed(Protocol):
    """An item at a place; offsets in code points, the end exclusive."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


_Placed = TypeVar("_Placed", bound=Placed)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlaceIndex(Generic[_Placed]):
    """Things of a text in the order of their starts."""

    things: tuple[_Placed, ...]
    starts: tuple[int, ...]
    furthest: tuple[int, ...]
    """The furthest end of each thing and those before it."""

    def within(self, start: int, end: int) -> Iterator[_Placed]:
        """Yield the items wholly within a stretch."""
        for number in range(bisect_left(self.starts, start), len(self.things)):
            if self.starts[number] > end:
                return
            if self.things[number].end <= end:
                yield self.things[number]

    def across(self, start: int, end: int) -> Iterator[_Placed]:
        """Yield the things that share a character with a stretch."""
        first = bisect_right(self.furthest, start)
        for number in range(first, bisect_left(self.starts, end)):
            if self.things[number].end > start:
                yield self.things[number]

    def holds(self, start: int, end: int) -> bool:
        """Return whether one of the things has all of a stretch in it."""
        number = bisect_right(self.starts, start)
        return number > 0 and self.furthest[number - 1] >= end


def place_index(things: Iterable[_Placed]) -> PlaceIndex[_Placed]:
    """Return an index of things, which keeps the order of those with one start."""
    ordered = tuple(sorted(things, key=lambda one: one.start))
    return PlaceIndex(
        ordered,
        tuple(one.start for one in ordered),
        tuple(accumulate((one.end for one in ordered), max)),
    )


def stretches(places: Iterable[tuple[int, int]]) -> PlaceIndex[Stretch]:
    """Return an index of parts of a text."""
    return place_index(Stretch(start, end) for start, end in places)
