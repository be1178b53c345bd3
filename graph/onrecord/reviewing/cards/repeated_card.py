"""Cards that repeat others: one for words that one speaker has at several places."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from onrecord.drafting.draft import RULES
from onrecord.reviewing.card import Card, CardPlace


def without_repeated(text: str, cards: list[Card]) -> Iterator[Card]:
    """Yield one card for words that one speaker has at several places, with all of them.

    A card repeats a former one if it has nothing but words that its speaker has in there.
    """
    kept: list[list[Card]] = []
    """Of each card to yield, those that repeat it behind it."""
    by_wording: dict[tuple[object, ...], list[int]] = {}
    """Numbers of kept cards by speaker and words, ascending."""
    for card in cards:
        keys = {(*_manner(card), wording) for wording in _wordings(text, card)}
        fewest, *others = sorted((by_wording.get(key, []) for key in keys), key=len)
        at = next((number for number in fewest if all(_has(one, number) for one in others)), None)
        if at is not None and _who(card):
            kept[at].append(card)
            continue
        for key in keys:
            by_wording.setdefault(key, []).append(len(kept))
        kept.append([card])
    yield from map(_with_all_places, kept)


def _has(numbers: list[int], number: int) -> bool:
    """Return whether ascending numbers have one among them."""
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number


def _with_all_places(cards: list[Card]) -> Card:
    if len(cards) == 1:
        return cards[0]
    found: dict[tuple[int, int], CardPlace] = {}
    for card in cards:
        for one in card.places:
            found.setdefault((one.start, one.end), one)
    confidence = max(card.confidence for card in cards)
    return replace(cards[0], places=tuple(found.values()), confidence=confidence)


def _manner(card: Card) -> tuple[object, ...]:
    """Return what cards must share besides their words to be one: speaker, drafter, modality."""
    return _who(card), RULES in card.by, card.modality


def _wordings(text: str, card: Card) -> set[str]:
    return {_plain(text[one.start : one.end]) for one in card.places}


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def _who(card: Card) -> str:
    return "" if card.speaker is None else card.speaker.person or card.speaker.mention.casefold()
