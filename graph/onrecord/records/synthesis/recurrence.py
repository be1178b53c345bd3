"""How things recur in an archive: a few all the time, many once, and always new ones."""

from collections.abc import Mapping
from random import Random
from typing import TypeVar

Drawn = TypeVar("Drawn")


class Recurrence:
    """Numbers of things that recur the more often they have occurred, or are new.

    This is a Pitman-Yor process: of n occurrences there are about n ** `discount` things, and
    `strength` is how readily the first ones come.
    """

    def __init__(self, chance: Random, discount: float, strength: float) -> None:
        self._chance, self._discount, self._strength = chance, discount, strength
        self.counts: list[int] = []
        """How often each thing has occurred."""
        self._occurred: list[int] = []

    def next(self) -> int:
        """Return the number of the thing that occurs next, counted from nought."""
        fresh = self._strength + self._discount * len(self.counts)
        if self._chance.random() * (self._strength + len(self._occurred)) < fresh:
            self.counts.append(0)
            number = len(self.counts) - 1
        else:
            number = self.again()
            while self._chance.random() * self.counts[number] < self._discount:
                number = self.again()
        self.counts[number] += 1
        self._occurred.append(number)
        return number

    def again(self) -> int:
        """Return a thing that has occurred, in proportion to how often, and do not count it."""
        return self._chance.choice(self._occurred)


def drawn(chance: Random, counts: Mapping[Drawn, int]) -> Drawn:
    """Return one of the values, each as often as it was counted."""
    (value,) = chance.choices(tuple(counts), tuple(counts.values()))
    return value
