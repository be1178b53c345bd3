"""Cards: one drafted claim each, with all that is proposed of it and what a reviewer decided."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, localcontext
from typing import Any, Literal

from onrecord.errors import OnRecordError
from onrecord.reviewing.fixes import as_written, fixes_of

CardVerdict = Literal["accept", "reject"]
VERDICTS: tuple[CardVerdict, ...] = ("accept", "reject")
_FRACTION = re.compile(r"(?P<above>\d{1,9})\s?/\s?(?P<below>\d{1,9})")
_DIGITS = 28
_PRONOUNS = frozenset(
    ["he", "she", "they", "it", "we", "i", "er", "sie", "il", "elle", "ils", "lui", "lei", "loro"]
)


class UnsettledError(OnRecordError):
    """A card lacks something that a record needs; the message says what to do."""

    def __init__(self, message: str, field: str = "") -> None:
        """Keep the name of the field of the form in which it is to be written, if in one."""
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class CardPlace:
    """The place of a claim's words in the text; offsets in code points, the end exclusive."""

    start: int
    end: int
    sha256: str
    quoted: bool = False
    """Whether the words are in quotation marks as speech, so that a record may keep them."""


@dataclass(frozen=True, slots=True)
class DraftedTime:
    """A time: its EDTF date, how that follows from the words, and the words."""

    edtf: str | None
    basis: str
    """The name of a code of the list `code:basis`."""
    words: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DraftedSpeaker:
    """Who speaks, as far as the text tells."""

    mention: str
    start: int
    end: int
    person: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class DraftedFigure:
    """A figure within the words of a claim."""

    start: int
    end: int
    words: str
    kind: str
    value: int | float | None = None
    low: int | float | None = None
    high: int | float | None = None
    comparator: str = "eq"
    over: str | None = None
    unit: str | None = None
    flags: tuple[str, ...] = ()


def decimal_of(written: str, unit: str) -> Decimal:
    """Return the number that is written as a decimal or a fraction, in a unit of QUDT by name.

    A fraction is of the whole: 1/2 in percent is 50. Raises ValueError for what is no number, not
    finite, or a fraction without a decimal end.
    """
    fraction = _FRACTION.fullmatch(written.strip())
    if fraction is None:
        try:
            number = Decimal(written)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValueError(f"{written!r} is no number, write one such as 310000, 2.5 or 1/2")
        return number
    above, below = Decimal(fraction["above"]), Decimal(fraction["below"])
    whole = 100 if unit == "PERCENT" else 1
    with localcontext(Context(prec=_DIGITS, traps=[Inexact, DivisionByZero, InvalidOperation])):
        try:
            return above * whole / below
        except (Inexact, DivisionByZero, InvalidOperation) as error:
            raise ValueError(
                f"{written!r} has no decimal end, write a number with as many digits as it takes"
            ) from error


@dataclass(frozen=True, slots=True)
class Recorded:
    """The records that were written for a card."""

    claim: str
    attestation: str


@dataclass(frozen=True, slots=True)
class Card:
    """One drafted claim. Only `verdict`, `note` and `fixes` are the reviewer's."""

    id: str
    type: str
    """`direct`, `indirect`, `mixed` or `headline`."""
    words: str
    """For a reader of the file; what counts are the places."""
    places: tuple[CardPlace, ...]
    """All places at which the text says it, the first one foremost."""
    sentence: tuple[int, int]
    """Start and end of what is kept in view."""
    speaker: DraftedSpeaker | None
    rule: str
    cue: str | None
    by: tuple[str, ...]
    """The drafters that found it."""
    confidence: float
    said_on: DraftedTime
    valid_for: DraftedTime | None
    modality: str
    flags: tuple[str, ...] = ()
    relies_on: str | None = None
    via: str | None = None
    on_authority_of: tuple[str, ...] = ()
    """Whose word the speaker passes on, as the article names them."""
    condition: str = ""
    """On what condition, in the words of the text."""
    event: str | None = None
    """The words of the sentence for the event at which it was said."""
    figures: tuple[DraftedFigure, ...] = ()
    verdict: CardVerdict | None = None
    note: str = ""
    fixes: Mapping[str, Any] = field(default_factory=dict)
    recorded: Recorded | None = None


def person_key(card: Card) -> str:
    """Return by what cards of one speaker are told: the person, else the words that name them.

    Empty where neither tells one.
    """
    if card.speaker is None:
        return ""
    if card.speaker.person:
        return card.speaker.person
    mention = card.speaker.mention.casefold()
    return "" if mention in _PRONOUNS else mention


def card_as_value(card: Card) -> dict[str, Any]:
    """Return a card as a plain value for a file; what says nothing is left out.

    What is the reviewer's is always there, last, for a person who edits the file by hand.
    """
    value: dict[str, Any] = _less_empty(asdict(card))
    for name in ("verdict", "note", "fixes"):
        value.pop(name, None)
    fixes = as_written(card.fixes)
    return value | {"verdict": card.verdict, "note": card.note, "fixes": fixes}


def _less_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        plain = {str(key): _less_empty(told) for key, told in value.items()}
        return {key: told for key, told in plain.items() if not _says_nothing(told)}
    if isinstance(value, tuple | list):
        return [_less_empty(one) for one in value]
    return value


def _says_nothing(value: object) -> bool:
    """Return whether a value is a field's default; a zero is a place, not nothing."""
    return value is None or value is False or value in ("", [], {})


def card_of(value: Mapping[str, Any]) -> Card:
    """Return the card that a plain value gives. Raises KeyError, TypeError or ValueError."""
    verdict = value.get("verdict")
    if verdict not in (None, *VERDICTS):
        raise ValueError(f"verdict {verdict!r} is neither accept nor reject")
    speaker, recorded, valid_for = (
        value.get(name) for name in ("speaker", "recorded", "valid_for")
    )
    first, last = value["sentence"]
    return Card(
        id=str(value["id"]),
        type=str(value["type"]),
        words=str(value["words"]),
        places=tuple(CardPlace(**one) for one in value["places"]),
        sentence=(int(first), int(last)),
        speaker=DraftedSpeaker(**({"person": None} | speaker)) if speaker else None,
        rule=str(value["rule"]),
        cue=value.get("cue"),
        by=tuple(value["by"]),
        confidence=float(value["confidence"]),
        said_on=drafted_time_of(value["said_on"]),
        valid_for=drafted_time_of(valid_for) if valid_for else None,
        modality=str(value["modality"]),
        flags=tuple(value.get("flags", ())),
        relies_on=value.get("relies_on"),
        via=value.get("via"),
        on_authority_of=tuple(value.get("on_authority_of", ())),
        condition=value.get("condition", ""),
        event=value.get("event"),
        figures=tuple(_figure(one) for one in value.get("figures", ())),
        verdict=verdict,
        note=str(value.get("note") or ""),
        fixes=fixes_of(value.get("fixes") or {}),
        recorded=Recorded(**recorded) if recorded else None,
    )


def drafted_time_of(value: Mapping[str, Any]) -> DraftedTime:
    """Return the time that a plain value gives. Raises TypeError."""
    return DraftedTime(**({"edtf": None} | dict(value)))


def _figure(value: Mapping[str, Any]) -> DraftedFigure:
    return replace(DraftedFigure(**value), flags=tuple(value.get("flags", ())))
