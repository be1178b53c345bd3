"""Reopened cards: accepted ones that a later decision has changed, to be looked at again.

What a person accepted is what was shown. Whatever changes it afterwards, a slip of a key too, makes
the card undecided.
"""

from collections.abc import Iterator
from dataclasses import replace

from onrecord.reviewing.card import Card, person_key
from onrecord.reviewing.choice import speaker_of
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.known_records import KnownRecords


def reopened_cards(former: DraftFile, file: DraftFile, known: KnownRecords) -> list[Card]:
    """Return the cards that are accepted before and after a decision, and changed by it.

    They have no verdict. A card may be changed by a decision on another one: it has the same new
    series, or the same person as speaker.
    """
    return [replace(card, verdict=None) for card in _changed(former, file, known)]


def _changed(former: DraftFile, file: DraftFile, known: KnownRecords) -> Iterator[Card]:
    before = {card.id: card for card in former.cards}
    for card in file.cards:
        then = before.get(card.id)
        if then is None or card.verdict != "accept" or then.verdict != "accept":
            continue
        if then is not card and dict(then.fixes) != dict(card.fixes):
            yield card
            continue
        key = person_key(card)
        if former.confirmed.get(key) != file.confirmed.get(key) and (
            speaker_of(then, former, known) != speaker_of(card, file, known)
        ):
            yield card


def told_of_reopened(cards: list[Card], name: str) -> str:
    """Return what a reviewer is told of reopened cards, `name` being the one that was changed."""
    others = sum(card.id != name for card in cards)
    own = "; undecided again, a accepts it" if len(cards) > others else ""
    if not others:
        return own
    what = "accepted card has" if others == 1 else "accepted cards have"
    again = "is" if others == 1 else "are"
    return f"{own}; {others} other {what} changed with it and {again} undecided again"
