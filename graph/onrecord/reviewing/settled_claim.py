"""Settled claims: what a card is to record, by its draft and by what the reviewer has said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from onrecord.records.edtf_bounds import DateError, bounds
from onrecord.records.units import unit_called
from onrecord.reviewing.card import (
    Card,
    CardPlace,
    DraftedFigure,
    DraftedTime,
    UnsettledError,
    decimal_of,
    drafted_time_of,
)
from onrecord.reviewing.choice import (
    RATIO,
    ChosenSeries,
    ChosenSpeaker,
    noun_of,
    series_of,
    speaker_of,
)
from onrecord.reviewing.circumstances import (
    ChosenThing,
    authorities_of,
    event_of,
    relied_on,
)
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.known_records import KnownRecords
from onrecord.reviewing.named_actor import actor_named

MODALITIES = (
    "asserted", "projected", "targeted", "urged", "possible", "questioned", "conditional",
    "denied", "promised", "asked", "not-confirmed", "not-known",
)  # fmt: skip
COMPARATORS = ("eq", "lt", "le", "ge", "gt", "approx", "nearly", "just-over")
_PERIOD = re.compile(r"P\d+[YMD]")


@dataclass(frozen=True, slots=True)
class SettledFigure:
    """A figure that is to be recorded."""

    series: ChosenSeries
    comparator: str
    words: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    over: str | None


@dataclass(frozen=True, slots=True)
class SettledClaim:
    """A claim that is to be recorded, with where its source has it."""

    card: Card
    speaker: ChosenSpeaker
    text: str
    said_on: DraftedTime
    valid_for: DraftedTime | None
    modality: str
    condition: str
    figures: tuple[SettledFigure, ...]
    places: tuple[CardPlace, ...]
    mode: str
    same_as: str | None
    """The claim on record that this is another attestation of."""
    authorities: tuple[ChosenSpeaker, ...] = ()
    """Whose word the speaker passes on."""
    relies_on: ChosenThing | None = None
    event: ChosenThing | None = None
    office: tuple[str, str] | None = None
    """The role in which the speaker spoke, and of what body, if the reviewer names one."""


def settle(card: Card, file: DraftFile, known: KnownRecords) -> SettledClaim:
    """Return what a card is to record. Raises UnsettledError for the first thing that it lacks."""
    speaker = speaker_of(card, file, known)
    if speaker is None or not speaker.name.strip():
        raise UnsettledError(f"{card.id}: nobody is confirmed as speaker, name one by number")
    same_as = card.fixes.get("same_as")
    text = text_of_claim(card, file, speaker)
    if not text and not same_as:
        raise UnsettledError(
            f"{card.id}: it has no text, put the claim into an English sentence of yours", "text"
        )
    modality = str(card.fixes.get("modality", card.modality))
    if modality not in MODALITIES:
        raise UnsettledError(f"{card.id}: no modality {modality!r}, name one of the list")
    condition = str(card.fixes.get("condition", card.condition)).strip()
    if modality == "conditional" and not condition:
        raise UnsettledError(
            f"{card.id}: say on what condition, or change the modality", "condition"
        )
    places = places_of(card)
    figures = () if same_as else _figures(card, file, known)
    said_on = time_of(card, "said_on") or DraftedTime(None, "unknown")
    valid_for = time_of(card, "valid_for")
    if valid_for is None and figures:
        valid_for = at_the_time(said_on)
    return SettledClaim(
        card,
        speaker,
        text,
        said_on,
        valid_for,
        modality,
        condition if modality == "conditional" else "",
        figures,
        places,
        mode_of(card, places),
        str(same_as) if same_as else None,
        () if same_as else authorities_of(card, file, known),
        relied_on(card, file, known),
        None if same_as else event_of(card, known),
        _office(card),
    )


def _office(card: Card) -> tuple[str, str] | None:
    """Return the role and the body of an office that is written as "role: body"."""
    written = str(card.fixes.get("office", "")).strip()
    role, _, body = (part.strip() for part in written.partition(":"))
    if written and not (role and body):
        raise UnsettledError(
            f"{card.id}: write an office with its body, as “spokesman: armed forces”", "office"
        )
    return (role, body) if written else None


def places_of(card: Card) -> tuple[CardPlace, ...]:
    """Return the place of the words of a card, as the reviewer left them."""
    fixed = card.fixes.get("places")
    return tuple(CardPlace(**one) for one in fixed) if fixed else card.places


def mode_of(card: Card, places: tuple[CardPlace, ...]) -> str:
    """Return how the source reports it, by which of its words are quoted."""
    if all(one.quoted for one in places):
        return "direct"
    if any(one.quoted for one in places):
        return "mixed"
    return "headline" if card.type == "headline" else "indirect"


def text_of_claim(card: Card, file: DraftFile, speaker: ChosenSpeaker | None) -> str:
    """Return the text of a claim: the reviewer's, else English words that are quoted whole.

    Of words that are not quoted there is none: a source's own prose is not republished.
    """
    said = str(card.fixes.get("text", "")).strip()
    places = places_of(card)
    if said or not all(one.quoted for one in places):
        return said
    if not file.of_article("language").startswith("en") or speaker is None:
        return ""
    words = card.words if "places" not in card.fixes else str(card.fixes.get("words", ""))
    words = (_with_nouns(card, file, places[0]) if len(places) == 1 else words).strip()
    stop = "" if words[-1:] in ".!?…" else "."
    return f"{speaker.name}: “{words}{stop}”"


def _with_nouns(card: Card, file: DraftFile, place: CardPlace) -> str:
    """Return the words of a card with what a bare number counts in brackets behind it.

    "We will make 120,000" is of pumps only by the sentence before it. The noun is that of another
    figure of the series, else the product of a new one.
    """
    words = str(card.fixes.get("words", card.words))
    for number, figure in reversed(list(enumerate(card.figures))):
        said = (card.fixes.get("series") or {}).get(str(number))
        end = figure.end - place.start
        if (
            isinstance(said, Mapping)
            and figure.kind == "count"
            and within(figure, (place,))
            and words[:end].endswith(figure.words)
            and not noun_of(figure)
            and (noun := _noun_of_series(said, file))
        ):
            words = f"{words[:end]} [{noun}]{words[end:]}"
    return words


def _noun_of_series(said: Mapping[str, Any], file: DraftFile) -> str:
    for card in file.cards:
        series = card.fixes.get("series") or {}
        for number, figure in enumerate(card.figures):
            if series.get(str(number)) == said and figure.kind == "count" and noun_of(figure):
                return noun_of(figure)
    return str(said.get("product", "")).partition(":")[0].strip()


def time_of(card: Card, name: str) -> DraftedTime | None:
    """Return the time that a card has under a name, as the reviewer left it."""
    fixed = card.fixes.get(name)
    if fixed is None:
        drafted: DraftedTime | None = getattr(card, name)
        return drafted
    if not fixed:
        return None
    if not isinstance(fixed, dict):
        fixed = str(fixed)
        require_edtf(card, fixed)
        reason = "A reviewer inferred it from the article as a whole."
        fixed = {"edtf": fixed, "basis": "inferred-context", "reason": reason}
    time = drafted_time_of(fixed)
    require_edtf(card, time.edtf)
    return time


def topics_written(written: object) -> list[str]:
    """Return topics from a fix: a list, or a text with one a line."""
    lines = written.splitlines() if isinstance(written, str) else written
    if not isinstance(lines, list):
        return []
    return [str(each).strip() for each in lines if str(each).strip()]


def require_edtf(card: Card, edtf: str | None) -> None:
    """Raise UnsettledError if a date is not valid EDTF."""
    try:
        if edtf:
            bounds(edtf)
    except DateError as error:
        raise UnsettledError(
            f"{card.id}: {error}, write a day as 2025-11-06, an open end as 2025-11-06/..,"
            " an open start as ../2025-11"
        ) from error


def at_the_time(said_on: DraftedTime) -> DraftedTime:
    """Return the time that a figure is of if none is given: when it was said."""
    if said_on.edtf is None:
        return DraftedTime(None, "unknown")
    return DraftedTime(said_on.edtf, "inferred-context", None, "The moment of speaking.")


def _figures(card: Card, file: DraftFile, known: KnownRecords) -> tuple[SettledFigure, ...]:
    found = []
    for number, figure in enumerate(card.figures):
        if not within(figure, places_of(card)):
            continue
        series = series_of(card, number, known)
        if series is None:
            raise UnsettledError(
                f"{card.id}: “{figure.words}” has no series, choose one by number or leave it out"
            )
        if isinstance(series, ChosenSeries):
            require_whole(card, number, series, file, known)
            found.append(_settled_figure(card, number, figure, series))
    return tuple(found)


_ASKED = {
    "measure": "no measure (“measures”): what is measured",
    "product": "no product (“of”): what is counted or paid for",
    "bearer": "nobody whose it is (“whose”)",
    "versus": "no other side (“against”): a ratio is against somebody, growth against the same one"
    " again",
    "unit": "no unit (“in”)",
}
"""What a new series must have, and what a person is told who has left it out."""


def require_whole(
    card: Card, number: int, series: ChosenSeries, file: DraftFile, known: KnownRecords
) -> None:
    """Raise UnsettledError for the first thing that the new series of a figure lacks."""
    if series.iri is not None:
        return
    for name, lacking in _ASKED.items():
        if getattr(series, name) or (name == "versus" and series.unit != RATIO):
            continue
        more = f"; {measures_there_are(known)}" if name == "measure" else ""
        raise UnsettledError(
            f"{card.id}: the new series “{series.label}” has {lacking}{more}", f"{name}{number}"
        )
    for name in ("measure", "versus_measure"):
        _require_measure(card, getattr(series, name), f"{name}{number}", known)
    for name in ("bearer", "versus"):
        try:
            actor_named(getattr(series, name), file, known)
        except UnsettledError as error:
            raise UnsettledError(f"{card.id}: {error}", f"{name}{number}") from error
    if unit_called(series.unit) is None:
        raise UnsettledError(f"{card.id}: {no_unit(series.unit)}", f"unit{number}")


def _require_measure(card: Card, written: str, field: str, known: KnownRecords) -> None:
    """Raise UnsettledError for a measure that is neither known nor described as a new one."""
    label, _, definition = (part.strip() for part in written.partition(":"))
    if not written or definition or " ".join(label.casefold().split()) in known.measures:
        return
    raise UnsettledError(f"{card.id}: no measure {label!r}; {measures_there_are(known)}", field)


def measures_there_are(known: KnownRecords) -> str:
    """Return which measures there are, and how a new one is written, for a message."""
    return (
        f"there are {', '.join(sorted(known.measures))}; a new one as “label: what it measures,"
        " and what it does not”"
    )


def within(figure: DraftedFigure, places: tuple[CardPlace, ...]) -> bool:
    """Return whether a figure is within the words of a claim."""
    return any(one.start <= figure.start and figure.end <= one.end for one in places)


def figure_fixes(card: Card, number: int) -> Mapping[str, Any]:
    """Return what the reviewer corrected of a figure."""
    fixed: Mapping[str, Any] = (card.fixes.get("figures") or {}).get(str(number)) or {}
    return fixed


def _settled_figure(
    card: Card, number: int, figure: DraftedFigure, series: ChosenSeries
) -> SettledFigure:
    fixed = figure_fixes(card, number)
    told = {
        name: fixed.get(name, getattr(figure, name))
        for name in ("value", "low", "high", "comparator", "over")
    }
    value, low, high = (
        _decimal(card, figure, told[name], series.unit) for name in ("value", "low", "high")
    )
    if value is None and (low is None or high is None):
        raise UnsettledError(f"{card.id}: “{figure.words}” has no value, edit it or leave it out")
    if told["comparator"] not in COMPARATORS:
        raise UnsettledError(f"{card.id}: no comparator {told['comparator']!r}, choose one")
    if told["over"] and not _PERIOD.fullmatch(str(told["over"])):
        raise UnsettledError(f"{card.id}: no period {told['over']!r}, write one such as P1M")
    return SettledFigure(
        series,
        str(told["comparator"]),
        figure.words,
        value,
        low if high is not None else None,
        high if low is not None else None,
        str(told["over"]) if told["over"] else None,
    )


def no_unit(written: str) -> str:
    """Return what is wrong with a unit that QUDT does not have."""
    return f"no unit {written!r}, write QUDT's name, such as NUM or TONNE, or a currency as EUR"


def _decimal(card: Card, figure: DraftedFigure, value: object, unit: str) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        return decimal_of(str(value), unit)
    except ValueError as error:
        raise UnsettledError(f"{card.id}: “{figure.words}”: {error}") from error
