"""What the page of a review shows: the article with its drafts marked, and a card for each."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from onrecord.drafting.document import LONGEST, reading_notes
from onrecord.errors import OnRecordError
from onrecord.records.units import unit_in_words
from onrecord.reviewing.acceptance import recorded_as
from onrecord.reviewing.card import Card, CardPlace, DraftedFigure, DraftedTime, UnsettledError
from onrecord.reviewing.cards.drafted_office import office_in
from onrecord.reviewing.choice import (
    RATIO,
    Choice,
    ChosenSeries,
    ChosenSpeaker,
    new_speaker,
    series_choices,
    series_of,
    speaker_choices,
    speaker_of,
    unit_of,
)
from onrecord.reviewing.circumstances import (
    ChosenThing,
    event_of,
    names_of_authorities,
    relied_on,
)
from onrecord.reviewing.decision import new_series, shown_series, undecided_figures
from onrecord.reviewing.draft_file import DraftFile, cards_by_confidence
from onrecord.reviewing.known_records import KnownRecords, KnownSource
from onrecord.reviewing.named_actor import actor_named, name_and_kind, written_with_kind
from onrecord.reviewing.place_index import stretches
from onrecord.reviewing.review_log import log_path, read_changes
from onrecord.reviewing.same_claims.of_collection import same_claims
from onrecord.reviewing.same_claims.said_again import SameClaim
from onrecord.reviewing.session import Session
from onrecord.reviewing.settled_claim import (
    COMPARATORS,
    MODALITIES,
    at_the_time,
    figure_fixes,
    mode_of,
    places_of,
    settle,
    text_of_claim,
    time_of,
    topics_written,
    within,
)

BASES = {
    "explicit": "stated",
    "inferred-year": "stated without the year",
    "inferred-context": "inferred",
    "bounded": "not later than the article",
    "vague": "stated vaguely",
    "unknown": "",
    "curator": "by the person who reviewed it",
}
"""How a time is known, in plain words."""
UNITS = ("NUM", "PERCENT", "UNITLESS", "CCY_EUR", "CCY_USD", "CCY_GBP", "TONNE", "KiloGM", "YR")


@dataclass(frozen=True, slots=True)
class ArticlePart:
    """A stretch of the article, and the card whose words it belongs to, if any."""

    text: str
    card: str = ""
    state: str = ""
    """`pending`, `accept` or `reject`; `focus` and `piece` besides."""
    first: bool = False
    """Whether the words of the card begin here."""


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure of a card in focus."""

    number: int
    figure: DraftedFigure
    told: dict[str, str]
    """Its value, ends, comparator and period, as corrected."""
    series: ChosenSeries | str | None
    written: ChosenSeries
    """As the form shows it: with the drafted unit if it has no series."""
    new: Sequence[str]
    """What a new series is of, and who of it is new; empty of one on record."""
    in_words: str
    """What is to be recorded of it: comparator, number, unit and period, in plain words."""
    has_sides: bool
    """Whether it may compare two sides."""
    drafted_unit: str
    is_asked: bool
    """Whether its series is asked for: the next one without, or the one that the reviewer chose."""
    choices: Sequence[Choice]
    """Empty unless it is asked for."""


@dataclass(frozen=True, slots=True)
class CardView:
    """A card; all but the first fields is there for the one in focus only."""

    card: Card
    state: str
    words: str
    pieces: Sequence[str]
    """The words of each of its places."""
    speaker: ChosenSpeaker | None
    focused: bool
    office: str = ""
    """The office of the speaker as the sentence has it, "role: body"; empty if it names none."""
    speaker_written: str = ""
    """As the form has it: a new one with the kind, if it is no person."""
    lacks: str = ""
    """What it still needs before it can be accepted."""
    text: str = ""
    text_follows: bool = False
    """Whether the text is there once the speaker is confirmed."""
    mode: str = ""
    said_on: DraftedTime | None = None
    valid_for: DraftedTime | None = None
    of_saying: DraftedTime | None = None
    """The time that is recorded of its figures, as none is given: the moment of speaking."""
    modality: str = ""
    condition: str = ""
    topics: Sequence[str] = ()
    speakers: Sequence[Choice] = ()
    authorities: Sequence[str] = ()
    """Whose word the speaker passes on."""
    relies_on: str = ""
    """The source that the report names for it."""
    event: str = ""
    figures: Sequence[FigureView] = ()
    same: Sequence[SameClaim] = ()
    recorded: str = ""
    """The claim that is on record for it."""
    beside: Sequence[str] = ()
    """Claims on record whose passages share words with it."""


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """All that the page shows."""

    file: DraftFile
    known: KnownRecords
    source: KnownSource | None
    is_answered_for: bool
    """Whether the article is on record with its publisher or author."""
    parts: Sequence[ArticlePart]
    cards: Sequence[CardView]
    focus: str | None
    lacks: Sequence[str]
    """What the article still needs before anything of it can be recorded."""
    topics: Sequence[str]
    decided: int
    accepted: int
    seconds: float | None
    """Seconds for each decided card, by the log."""
    measures: Sequence[str]
    series: Sequence[str]
    """Labels of the series on record and of those that cards have, as for products and bearers."""
    products: Sequence[str]
    actors: Sequence[str]
    notes: Sequence[str]
    """What of the text was not read, and how."""
    modalities: Sequence[str] = MODALITIES
    comparators: Sequence[str] = COMPARATORS
    bases: Mapping[str, str] = field(default_factory=lambda: BASES)
    units: Sequence[str] = UNITS


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of the card in focus the reviewer has gone to by a key, as numbers."""

    figure: object = None
    """The one whose series is asked for, None for the next one without."""
    piece: object = None
    """The one of its places that is moved or taken out, None if none was chosen."""


def review_page(
    session: Session, file: DraftFile, focus: str | None, chosen: Chosen | None = None
) -> ReviewPage:
    """Return what to show of a file, with one card in focus."""
    chosen = chosen or Chosen()
    known = session.known
    order = cards_by_confidence(file.cards)
    source = known.source_of(file.sha256)
    is_answered_for = source is not None and known.is_answered_for(source.iri)
    lacks = [] if is_answered_for or file.of_article("publisher").strip() else ["publisher"]
    topics = topics_written(file.fixes.get("topics"))
    if not topics:
        lacks.append("topics")
    written = new_series(file)
    return ReviewPage(
        file,
        known,
        source,
        is_answered_for,
        _parts(session.text, file, focus, chosen.piece),
        [_view(card, file, known, session.text, card.id == focus, chosen) for card in order],
        focus,
        lacks,
        topics,
        sum(card.verdict is not None for card in file.cards),
        sum(card.verdict == "accept" for card in file.cards),
        _seconds(session, file),
        sorted(known.measures),
        _names((one.label for one in known.series), written, "label"),
        _names(known.products, written, "product"),
        _names((one.names[0] for one in known.actors), written, "bearer"),
        [
            *reading_notes(session.text, file.of_article("language")),
            *(["what is behind is not shown"] if _shown_to(session.text, file) else []),
        ],
    )


def _names(on_record: Iterable[str], series: Sequence[Mapping[str, str]], part: str) -> list[str]:
    """Return what a field proposes: what is on record, and what new series of the file have."""
    written = (name_and_kind(one.get(part, "").partition(":")[0])[0] for one in series)
    return [name for name in dict.fromkeys([*on_record, *written]) if name]


def _shown_to(text: str, file: DraftFile) -> int | None:
    """Return where what is shown of a long text ends: what is read, and all words of cards.

    None if all of it is shown. The page sends the article again with each decision.
    """
    if len(text) <= LONGEST:
        return None
    ends = [place.end for card in file.cards for place in places_of(card)]
    end = max([LONGEST, *ends])
    return end if end < len(text) else None


def _seconds(session: Session, file: DraftFile) -> float | None:
    decided = {card.id for card in file.cards if card.verdict is not None}
    spent = [one for one in read_changes(log_path(session.path)) if one.card in decided]
    cards = {one.card for one in spent}
    return sum(one.seconds for one in spent) / len(cards) if cards else None


def _state(card: Card) -> str:
    return card.verdict or "pending"


def _parts(text: str, file: DraftFile, focus: str | None, piece: object) -> list[ArticlePart]:
    """Return the article in stretches; where drafts overlap, the one in focus, else the first."""
    in_hand = next(
        (place for card in file.cards if card.id == focus for place in _piece_of(card, piece)), None
    )
    placed = [(place, card) for card in file.cards for place in places_of(card)]
    owners: list[tuple[CardPlace, Card]] = []
    for is_focused in (True, False):
        taken = stretches((place.start, place.end) for place, _ in owners)
        at = 0
        of_turn = [each for each in placed if (each[1].id == focus) is is_focused]
        for place, card in sorted(of_turn, key=lambda each: (each[0].start, -each[0].end)):
            if place.start >= at and not any(True for _ in taken.across(place.start, place.end)):
                owners.append((place, card))
                at = place.end
    parts: list[ArticlePart] = []
    at = 0
    seen: set[str] = set()
    for place, card in sorted(owners, key=lambda each: each[0].start):
        if at < place.start:
            parts.append(ArticlePart(text[at : place.start]))
        state = _state(card)
        if card.id == focus:
            state += " focus piece" if place == in_hand else " focus"
        words = text[place.start : place.end]
        parts.append(ArticlePart(words, card.id, state, card.id not in seen))
        seen.add(card.id)
        at = place.end
    parts.append(ArticlePart(text[at : _shown_to(text, file)]))
    return parts


def _piece_of(card: Card, number: object) -> tuple[CardPlace, ...]:
    """Return the piece of a card with a number, none if there is none."""
    places = places_of(card)
    known = isinstance(number, int) and 0 <= number < len(places)
    return (places[int(str(number))],) if known else ()


def _view(
    card: Card, file: DraftFile, known: KnownRecords, text: str, focused: bool, chosen: Chosen
) -> CardView:
    places = places_of(card)
    pieces = [text[one.start : one.end] for one in places]
    words = " … ".join(pieces)
    speaker = speaker_of(card, file, known)
    if not focused:
        return CardView(card, _state(card), words, pieces, speaker, focused=False)
    pending = next(iter(undecided_figures(card)), None)
    asked = pending if chosen.figure is None else chosen.figure
    return CardView(
        card,
        _state(card),
        words,
        pieces,
        speaker,
        True,
        office_in(text, card),
        written_with_kind(speaker) if speaker else "",
        _lacks(card, file, known),
        text_of_claim(card, file, speaker),
        speaker is None and bool(text_of_claim(card, file, new_speaker(card))),
        mode_of(card, places),
        time_of(card, "said_on"),
        time_of(card, "valid_for"),
        _of_saying(card, known),
        str(card.fixes.get("modality", card.modality)),
        str(card.fixes.get("condition", card.condition)),
        topics_written(card.fixes.get("topics")),
        speaker_choices(card, file, known),
        names_of_authorities(card, known),
        _thing(lambda: relied_on(card, file, known), card, "relies_on"),
        _thing(lambda: event_of(card, known), card, "event"),
        [
            FigureView(
                number,
                figure,
                _told(card, number, figure),
                series_of(card, number, known),
                shown_series(card, number, known),
                _new_of_series(series_of(card, number, known), file, known),
                _figure_in_words(card, number, figure, known),
                {shown_series(card, number, known).unit, unit_of(figure)} & _TWO_SIDED != set(),
                unit_of(figure),
                number == asked,
                series_choices(card, figure, file, known) if number == asked else (),
            )
            for number, figure in enumerate(card.figures)
            if within(figure, places)
        ],
        same_claims(card, file, known),
        recorded.claim if (recorded := recorded_as(card, file, known)) else "",
        _beside(card, file, known),
    )


def _of_saying(card: Card, known: KnownRecords) -> DraftedTime | None:
    try:
        if time_of(card, "valid_for") is not None or card.fixes.get("same_as"):
            return None
        said_on = time_of(card, "said_on") or DraftedTime(None, "unknown")
    except UnsettledError:
        return None
    is_recorded = any(
        within(figure, places_of(card)) and series_of(card, number, known) != "none"
        for number, figure in enumerate(card.figures)
    )
    return at_the_time(said_on) if is_recorded else None


def _thing(read: Callable[[], ChosenThing | None], card: Card, name: str) -> str:
    """Return the source or event of a card, as the reviewer wrote it if it is none."""
    try:
        thing = read()
    except UnsettledError:
        return str(card.fixes.get(name))
    return thing.words if thing is not None else ""


def _beside(card: Card, file: DraftFile, known: KnownRecords) -> list[str]:
    source = known.source_of(file.sha256)
    if source is None:
        return []
    found = (known.claims_at(source.snapshot, one.start, one.end) for one in places_of(card))
    return list(dict.fromkeys(claim for claims in found for claim in claims))


def _lacks(card: Card, file: DraftFile, known: KnownRecords) -> str:
    try:
        settle(card, file, known)
    except OnRecordError as error:
        return str(error).removeprefix(f"{card.id}: ")
    return ""


_TWO_SIDED = {RATIO, "PERCENT"}
"""Units of what may compare two sides."""
_COMPARATORS = {
    "eq": "", "lt": "less than", "le": "at most", "ge": "at least", "gt": "more than",
    "approx": "about", "nearly": "nearly", "just-over": "just over",
}  # fmt: skip
_UNITS = {"NUM": "", RATIO: "times"}
_PERIODS = {"Y": "year", "M": "month", "D": "day"}


def _figure_in_words(card: Card, number: int, figure: DraftedFigure, known: KnownRecords) -> str:
    """Return what is to be recorded of a figure in plain words: "about 3 times per month"."""
    told = _told(card, number, figure)
    unit = shown_series(card, number, known).unit
    value = _grouped(told["value"]) or f"{_grouped(told['low'])}–{_grouped(told['high'])}"
    period = re.fullmatch(r"P(\d+)([YMD])", told["over"])
    if period is not None:
        count = "" if period[1] == "1" else f"{period[1]} "
        plural = "s" if count else ""
        per = f"per {count}{_PERIODS[period[2]]}{plural}"
    else:
        per = f"per {told['over']}" if told["over"] else ""
    parts = (
        _COMPARATORS.get(told["comparator"], told["comparator"]),
        value,
        _UNITS.get(unit, unit_in_words(unit)),
        per,
    )
    return " ".join(part for part in parts if part)


def _grouped(number: str) -> str:
    try:
        return f"{Decimal(number):,f}" if number else ""
    except InvalidOperation:
        return number


def _new_of_series(
    series: ChosenSeries | str | None, file: DraftFile, known: KnownRecords
) -> list[str]:
    """Return what is to be recorded of a new series: measure, product and sides, which are new."""
    if not isinstance(series, ChosenSeries) or series.iri is not None:
        return []
    told = [f"measures {_concept(series.measure, known.measures)}"]
    told.append(f"of {_concept(series.product, known.products)}")
    for name, actor in (("whose", series.bearer), ("against", series.versus)):
        if actor:
            told.append(f"{name}: {_actor(actor, file, known)}")
    if series.versus and series.versus_measure:
        told.append(f"there measured by {_concept(series.versus_measure, known.measures)}")
    return told


def _concept(written: str, on_record: Mapping[str, str]) -> str:
    label = written.partition(":")[0].strip()
    return label if " ".join(label.casefold().split()) in on_record else f"{label} (new)"


def _actor(written: str, file: DraftFile, known: KnownRecords) -> str:
    try:
        actor = actor_named(written, file, known)
    except UnsettledError:
        return written
    return actor.name if actor.iri else f"{actor.name} (new {actor.kind.lower()})"


def _told(card: Card, number: int, figure: DraftedFigure) -> dict[str, str]:
    fixed = figure_fixes(card, number)
    names = ("value", "low", "high", "comparator", "over")
    values = {name: fixed.get(name, getattr(figure, name)) for name in names}
    return {name: "" if value is None else str(value) for name, value in values.items()}
