"""Proposals: what a drafter says of a text, before anything of it is checked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

KINDS = ("direct", "indirect")
MOST = 2_000
"""Proposals of one text that are looked at."""

Drafter = Callable[[str], Iterable[Mapping[str, object]]]
"""A function from a text to objects with `quote`, `speaker` and `kind`, as SCHEMA has them."""

SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "quotes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "quote": {"type": "string"},
                    "speaker": {"type": "string"},
                    "kind": {"type": "string", "enum": list(KINDS)},
                },
                "required": ["quote", "speaker", "kind"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["quotes"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words that the text reports or quotes. `proposal_check` finds their place and kind."""

    quote: str
    speaker: str


def proposals(values: Iterable[object]) -> list[Proposal]:
    """Return the proposals among what a drafter gave, each once.

    Anything else that an object says, such as a place, is not read: code finds places.
    """
    found: dict[Proposal, None] = {}
    for value in values:
        if not isinstance(value, Mapping):
            continue
        quote, speaker = value.get("quote"), value.get("speaker")
        if isinstance(quote, str) and quote.strip():
            found.setdefault(Proposal(quote, speaker if isinstance(speaker, str) else ""))
    return list(found)
