"""Further drafts: what other drafters find in a text that is under review already."""

from dataclasses import dataclass, replace

from onrecord.drafting.draft import RULES
from onrecord.drafting.drafters.agreement import DISPUTED
from onrecord.reviewing.card import Card
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.settled_claim import places_of


@dataclass(frozen=True, slots=True)
class FurtherDrafts:
    """A file of drafts with those of others beside, and what they have brought."""

    file: DraftFile
    added: int
    """Cards that are new."""
    agreed: int
    """Cards that were there, of which another drafter has said something new."""


def with_further(kept: DraftFile, fresh: DraftFile) -> FurtherDrafts:
    """Return the drafts of a text with what others than the rules find in it, drafted again.

    Each card that is there stays, and all that the reviewer said of it. Where another drafter finds
    its words, it is named on the card, and so is a speaker on whom they differ.
    """
    cards = {card.id: card for card in kept.cards}
    by_place: dict[tuple[int, int], str] = {}
    for card in kept.cards:
        for place in (places_of(card)[0], card.places[0]):
            by_place.setdefault((place.start, place.end), card.id)
    added = agreed = 0
    for card in fresh.cards:
        others = tuple(name for name in card.by if name != RULES)
        place = card.places[0]
        name = card.id if card.id in cards else by_place.get((place.start, place.end))
        if name is None:
            # What the rules find now and did not then is of other rules, and stays out.
            if RULES not in card.by:
                cards[card.id] = card
                added += 1
            continue
        agreeing = _found_by(cards[name], others, card)
        agreed += agreeing != cards[name]
        cards[name] = agreeing
    order = sorted(cards.values(), key=lambda card: card.places[0].start)
    return FurtherDrafts(replace(kept, cards=tuple(order)), added, agreed)


def _found_by(card: Card, others: tuple[str, ...], fresh: Card) -> Card:
    by = tuple(dict.fromkeys([*card.by, *others]))
    disputed = (DISPUTED,) if DISPUTED in fresh.flags else ()
    return replace(card, by=by, flags=tuple(dict.fromkeys([*card.flags, *disputed])))
