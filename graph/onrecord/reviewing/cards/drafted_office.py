"""Office of a speaker: the role and the body that an English sentence names beside the name."""

import re

from onrecord.drafting.lexicon import lexicon
from onrecord.reviewing.card import Card

_BODY = r"(?:the\s)?(?P<body>[\w’'&-]+(?:\s(?:(?:of|for|and)\s(?:the\s)?)?[\w’'&-]+){0,4})"
_ROLE = r"(?:[Aa]n?\s|[Tt]he\s)?(?P<role>[A-Za-z]+(?:\s[a-z]+)?)\s(?:for|of)\s" + _BODY
_KIN = frozenset(
    ["father", "mother", "son", "daughter", "brother", "sister", "husband", "wife", "friend"]
)
"""Words for persons that name no office."""
_HEADS = ("chief", "executive", "head", "president", "chairman", "chairwoman", "secretary")


def office_in(text: str, card: Card) -> str:
    """Return the office as "role: body", in apposition before or behind the speaker's name.

    "A spokesman for the yard, Bo Lind, said"; "said Ada Holm, chief executive of the yard." Empty
    if the sentence names none so.
    """
    if card.speaker is None or not card.speaker.person:
        return ""
    last = re.escape(card.speaker.person.split()[-1])
    sentence = text[slice(*card.sentence)]
    for pattern in (
        rf"(?<![\w-]){_ROLE},\s(?:[A-Z][\w.-]*\s){{0,3}}{last}\b",
        rf"\b{last},\s{_ROLE}(?=[,.;“”\"])",
    ):
        found = re.search(pattern, sentence)
        if found and _is_role(found["role"].split()[-1].lower()):
            return f"{found['role'].lower()}: {found['body']}"
    return ""


def _is_role(word: str) -> bool:
    words = lexicon("en")
    if word in _KIN:
        return False
    return word in _HEADS or any(words.has(f"person.{kind}", word) for kind in ("role", "title"))
