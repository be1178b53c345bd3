"""Decisions of a reviewer, each of which makes a new file of drafts of the former one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from onrecord.drafting.draft import RULES
from onrecord.drafting.drafters.agreement import DISPUTED
from onrecord.drafting.drafters.proposal_check import DOUBTFUL
from onrecord.errors import OnRecordError
from onrecord.records.archive import Stretches
from onrecord.records.edtf_bounds import DateError, bounds
from onrecord.records.passage import cuts_character, find, nearest
from onrecord.records.units import unit_called
from onrecord.reviewing.card import (
    Card,
    CardPlace,
    DraftedFigure,
    UnsettledError,
    decimal_of,
    person_key,
)
from onrecord.reviewing.cards.drafted_cards import (
    SEVERAL_MODALITIES,
    added_card,
    place_of,
)
from onrecord.reviewing.cards.drafted_office import office_in
from onrecord.reviewing.cards.drafted_time import time_by_words
from onrecord.reviewing.choice import (
    SERIES_PARTS,
    ChosenSeries,
    counted_thing,
    new_speaker,
    no_series,
    series_by,
    series_choices,
    series_of,
    speaker_choices,
    speaker_of,
    unit_of,
)
from onrecord.reviewing.circumstances import confirmed_authorities, names_of_authorities
from onrecord.reviewing.draft_file import DraftFile, cards_by_confidence
from onrecord.reviewing.known_records import KnownRecords
from onrecord.reviewing.named_actor import name_and_kind, written_with_kind
from onrecord.reviewing.place_index import stretches
from onrecord.reviewing.same_claims.of_collection import same_claims
from onrecord.reviewing.settled_claim import (
    figure_fixes,
    no_unit,
    places_of,
    require_edtf,
    require_whole,
    settle,
    time_of,
    topics_written,
    within,
)

_WORD = re.compile(r"\w(?:[\w’'-]|[.,](?=\d))*", re.UNICODE)
_DOUBTS = frozenset(
    ["negated", "hypothetical", "questioned", "unclosed", SEVERAL_MODALITIES, DOUBTFUL, DISPUTED]
)
_STRAIGHT = str.maketrans({**dict.fromkeys("“”„«»", '"'), **dict.fromkeys("‘’‚‹›", "'")})
"""Each quotation mark as a keyboard has it: one character for one, so that places stay."""
_OF_EACH_SERIES = ("measure", "product", "bearer", "unit")
_NO_WORDS = "not all of it is quoted speech: position and hash are recorded, no words"
ARTICLE_FIELDS = ("title", "publisher", "published", "language", "url", "topics", "slug")


class DecisionError(OnRecordError):
    """A decision cannot be taken; the message says what to do."""

    def __init__(self, message: str, field: str = "") -> None:
        """Keep the name of the field of the form that the message is about, if it is about one."""
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Decided:
    """The file after a decision, where to go on, and a word to the reviewer."""

    file: DraftFile
    focus: str | None
    """The id of the card to be shown; None where nothing is left."""
    message: str = ""


def accept(file: DraftFile, known: KnownRecords, name: str) -> Decided:
    """Accept a card that has all that a record needs. Raises UnsettledError."""
    card = file.card(name)
    settle(card, file, known)
    changed = file.with_card(replace(card, verdict="accept"))
    return Decided(changed, next_card(changed, name), "accepted")


def reject(file: DraftFile, name: str) -> Decided:
    """Reject a card."""
    changed = file.with_card(replace(file.card(name), verdict="reject"))
    return Decided(changed, next_card(changed, name), "rejected")


def next_card(file: DraftFile, name: str | None) -> str | None:
    """Return the next card that is not decided, in the order of review; from the end, the first."""
    order = cards_by_confidence(file.cards)
    place = next((i for i, card in enumerate(order) if card.id == name), -1)
    rotated = order[place + 1 :] + order[: place + 1]
    return next((card.id for card in rotated if card.verdict is None), None)


def choose_speaker(file: DraftFile, known: KnownRecords, name: str, number: int) -> Decided:
    """Take the choice with a number as speaker of a card."""
    card = file.card(name)
    choices = speaker_choices(card, file, known)
    if not 1 <= number <= len(choices):
        raise DecisionError(f"no choice {number}, there are {len(choices)}; e for another name")
    choice = choices[number - 1]
    changed = file.with_card(_fixed(card, speaker=dict(choice.value)))
    return Decided(changed, name, f"speaker: {choice.label}")


def choose_series(
    file: DraftFile, known: KnownRecords, name: str, figure: int, number: int
) -> Decided:
    """Take the choice with a number as the series of a figure; 0 leaves the figure out."""
    card = file.card(name)
    if not 0 <= figure < len(card.figures):
        raise DecisionError("this card has no figure")
    choices = series_choices(card, card.figures[figure], file, known)
    if not 0 <= number <= len(choices):
        raise DecisionError(f"no choice {number}, there are {len(choices)}; e for a new series")
    value = no_series() if number == 0 else dict(choices[number - 1].value)
    series = {**(card.fixes.get("series") or {}), str(figure): value}
    told = "left out" if number == 0 else choices[number - 1].label
    return Decided(file.with_card(_fixed(card, series=series)), name, f"figure: {told}")


def _fixed(card: Card, **fixes: object) -> Card:
    """Return a card with fixes added; one that is None is taken back."""
    whole = {**card.fixes, **fixes}
    return replace(card, fixes={key: told for key, told in whole.items() if told is not None})


def move_edge(
    file: DraftFile, text: str, spoken: Stretches, name: str, edge: str, by: int, piece: int = 0
) -> Decided:
    """Move the start or the end of a card's words by one word, outwards or inwards.

    `by` is 1 to widen and -1 to narrow, `piece` the number of the one of its places that is moved.
    """
    card = file.card(name)
    places = places_of(card)
    former = _piece(places, piece)
    start, end = former.start, former.end
    if edge == "end":
        end = _word_end(text, end, by)
    else:
        start = _word_start(text, start, by)
    if start >= end:
        raise DecisionError("one word is the least")
    marked = stretches(spoken)
    place = place_of(text, start, end, marked)
    # Marks around the words do not count, so that to widen by one mark is to stay where it was.
    if (place.start, place.end) == (former.start, former.end):
        place = place_of(text, start, end, marked, whole=True)
    if place == former:
        raise DecisionError("there is no further word")
    moved = (*places[:piece], place, *places[piece + 1 :])
    is_cut = former.quoted and not place.quoted
    return _with_places(file, text, card, moved, _NO_WORDS if is_cut else "")


def drop_piece(file: DraftFile, text: str, name: str, piece: int | None) -> Decided:
    """Take one of the places out of a card's words: the one with a number, else the last."""
    card = file.card(name)
    places = places_of(card)
    number = len(places) - 1 if piece is None else piece
    _piece(places, number)
    if len(places) == 1:
        raise DecisionError("these are all the words of the card; r rejects it")
    return _with_places(file, text, card, (*places[:number], *places[number + 1 :]))


def _piece(places: tuple[CardPlace, ...], number: int) -> CardPlace:
    if not 0 <= number < len(places):
        raise DecisionError(f"no piece {number + 1}, there are {len(places)}")
    return places[number]


def _with_places(
    file: DraftFile, text: str, card: Card, places: tuple[CardPlace, ...], note: str = ""
) -> Decided:
    words = " … ".join(text[one.start : one.end] for one in places)
    changed = _fixed(card, places=[asdict(one) for one in places], words=words)
    return Decided(file.with_card(changed), card.id, note or words)


def _word_end(text: str, end: int, by: int) -> int:
    if by > 0:
        found = _WORD.search(text, end)
        place = found.end() if found else len(text)
    else:
        ends = [each.end() for each in _WORD.finditer(text, max(0, end - 400), end)]
        place = next((each for each in reversed(ends) if each < end), 0)
    while place < len(text) and cuts_character(text, place):
        place += 1
    return place


def _word_start(text: str, start: int, by: int) -> int:
    if by > 0:
        starts = [each.start() for each in _WORD.finditer(text, max(0, start - 400), start)]
        return starts[-1] if starts else 0
    found = next((each for each in _WORD.finditer(text, start) if each.start() > start), None)
    return found.start() if found else len(text)


def add_words(
    file: DraftFile, text: str, spoken: Stretches, words: str, start: int | None
) -> Decided:
    """Add a card for words that the drafts missed: selected at a place, or typed.

    Typed words must be in the text; the first place is taken.
    """
    wanted = words.strip()
    places = [place.start for place in find(text, wanted)]
    if not places and "\n" in wanted:  # a browser shows each line end as one character
        wanted = wanted.replace("\n", "\r\n")
        places = [place.start for place in find(text, wanted)]
    if not places:  # a keyboard has straight marks
        wanted = wanted.translate(_STRAIGHT)
        places = [place.start for place in find(text.translate(_STRAIGHT), wanted)]
    if not places:
        near = nearest(text, wanted) if wanted else None
        more = f"; nearest is {text[near.start : near.end]!r}" if near else ""
        raise DecisionError(f"the text does not have these words{more}")
    at = min(places, key=lambda place: abs(place - start)) if start is not None else places[0]
    card = added_card(text, file, at, at + len(wanted), spoken)
    known = next((one for one in file.cards if _is_of_places(one, card.places)), None)
    if known is not None and known.verdict == "reject":
        again = replace(known, verdict=None)
        return Decided(file.with_card(again), known.id, "its card was rejected; undecided again")
    if known is not None:
        return Decided(file, known.id, "there is a card for these words")
    card = replace(card, id=_free_id(file, card.id))
    cards = sorted((*file.cards, card), key=lambda one: one.places[0].start)
    return Decided(replace(file, cards=tuple(cards)), card.id, "added: name the speaker")


def _is_of_places(card: Card, places: tuple[CardPlace, ...]) -> bool:
    """Return whether a card has these words and no others."""
    own = [(one.start, one.end) for one in places_of(card)]
    return own == [(one.start, one.end) for one in places]


def _free_id(file: DraftFile, wanted: str) -> str:
    """Return an id that no card has: one of the same words at first may have others now."""
    taken = {card.id for card in file.cards}
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def accept_all_of(file: DraftFile, known: KnownRecords, name: str) -> Decided:
    """Accept all cards of a card's confirmed speaker that lack nothing and that nothing is odd of.

    What is negated, hypothetical, questioned, not closed, found by a model alone, or given to
    another speaker by one is for a person to look at.
    """
    card = file.card(name)
    speaker = speaker_of(card, file, known)
    if speaker is None:
        raise DecisionError("nobody is confirmed as speaker, name one by number")
    key = person_key(card)
    taken: list[Card] = []
    for one in file.cards:
        if one.verdict is not None or person_key(one) != key or not key or is_doubtful(one):
            continue
        try:
            settle(one, file, known)
        except UnsettledError:
            continue
        taken.append(replace(one, verdict="accept"))
    if not taken:
        raise DecisionError(f"no card of {speaker.name} is without doubt and complete")
    file = file.with_cards(taken)
    return Decided(file, next_card(file, name), f"accepted {len(taken)} of {speaker.name}")


def is_doubtful(card: Card) -> bool:
    """Return whether a card must be looked at by itself: a flag, or no rule found it."""
    return bool(_DOUBTS & set(card.flags)) or not {RULES, "reviewer"} & set(card.by)


def take_as_same(file: DraftFile, known: KnownRecords, name: str) -> Decided:
    """Take a card as a further attestation of the claim on record that is proposed.

    Taken again, it is one of the next claim, and after the last one a claim of its own.
    """
    card = file.card(name)
    proposed = [one.iri for one in same_claims(card, file, known)]
    now = card.fixes.get("same_as")
    if not proposed and not now:
        raise DecisionError("no claim on record is the same")
    following = proposed.index(now) + 1 if now in proposed else len(proposed) if now else 0
    if following == len(proposed):
        return Decided(file.with_card(_fixed(card, same_as=None)), name, "a claim of its own")
    changed = _fixed(card, same_as=proposed[following])
    which = f", claim {following + 1} of {len(proposed)}" if len(proposed) > 1 else ""
    return Decided(file.with_card(changed), name, f"a further attestation{which}")


def confirm_authorities(file: DraftFile, known: KnownRecords, name: str) -> Decided:
    """Take those whose word a card's speaker passes on as the article names them."""
    card = file.card(name)
    if not card.on_authority_of:
        raise DecisionError("this passes on nobody's word; e for a name that the drafts missed")
    changed = _fixed(card, on_authority_of=confirmed_authorities(card, file, known))
    return Decided(file.with_card(changed), name, f"passed on: {', '.join(card.on_authority_of)}")


def take_office(file: DraftFile, text: str, name: str) -> Decided:
    """Take the office of a card's speaker as its sentence has it."""
    card = file.card(name)
    office = office_in(text, card)
    if not office:
        raise DecisionError("its sentence names no office beside the speaker; e for one")
    return Decided(file.with_card(_fixed(card, office=office)), name, f"in office: {office}")


def edit(file: DraftFile, known: KnownRecords, name: str, fields: Mapping[str, str]) -> Decided:
    """Take what a reviewer has written of a card; a field that is as it was changes nothing."""
    card = file.card(name)
    fixes: dict[str, object] = {}
    if "text" in fields:
        fixes["text"] = _line(fields["text"]) or None
    if "speaker" in fields:
        fixes["speaker"] = _speaker_written(card, file, known, _line(fields["speaker"]))
    if "office" in fields:
        fixes["office"] = _line(fields["office"]) or None
    for which in ("said_on", "valid_for"):
        if which in fields:
            fixes[which] = _time_written(card, which, fields)
    if "modality" in fields:
        fixes["modality"] = fields["modality"] if fields["modality"] != card.modality else None
    if "condition" in fields:
        condition = _line(fields["condition"])
        fixes["condition"] = condition if condition != card.condition else None
    if "topics" in fields:
        fixes["topics"] = topics_written(fields["topics"]) or None
    for which in ("relies_on", "event"):
        if which in fields:
            fixes[which] = _thing_written(card, which, _line(fields[which]))
    if "on_authority_of" in fields:
        fixes["on_authority_of"] = _authorities_written(card, known, fields)
    file, alike = _with_said_on_alike(file, card, fixes.get("said_on"))
    series, figures = _figures_written(card, file, known, fields)
    file = _with_series_alike(file, card, series)
    fixes["series"] = series or None
    fixes["figures"] = figures or None
    changed = _fixed(card, **fixes)
    if "note" in fields:
        changed = replace(changed, note=fields["note"].strip())
    file = file.with_card(changed)
    shared = f", the day also for {alike} of the same sentence" if alike else ""
    kept = "as it was, nothing to keep" if changed == card else f"kept{shared}"
    return Decided(file, name, kept)


def _with_said_on_alike(file: DraftFile, card: Card, said_on: object) -> tuple[DraftFile, int]:
    """Return a file in which what its speaker says in one sentence was said on one day.

    It is changed on those that have the day that this card had. The number is of the other cards.
    """
    former = card.fixes.get("said_on")
    if said_on is None or said_on == former:
        return file, 0
    start, end = card.sentence
    others = [
        _fixed(one, said_on=said_on)
        for one in file.cards
        if one.id != card.id
        and one.verdict != "reject"
        and person_key(one) == person_key(card) != ""
        and one.sentence[0] < end
        and start < one.sentence[1]
        and one.said_on == card.said_on
        and one.fixes.get("said_on") == former
    ]
    return file.with_cards(others), len(others)


def _line(written: str) -> str:
    return " ".join(written.split())


def _speaker_written(card: Card, file: DraftFile, known: KnownRecords, written: str) -> object:
    former: object = card.fixes.get("speaker")
    now = speaker_of(card, file, known)
    if not written or (now is not None and written == written_with_kind(now)):
        return former
    name, kind = name_and_kind(written)
    actor = known.actor_called(name)
    if actor is not None:
        return {"iri": actor.iri}
    return {"name": name, "kind": kind or new_speaker(card).kind}


def _thing_written(card: Card, which: str, written: str) -> object:
    """Return the fix of a source or an event, None for what is as it was drafted."""
    former = card.fixes.get(which)
    if isinstance(former, Mapping) and written == former.get("iri"):
        return former
    drafted = getattr(card, which) or ""
    return None if written == drafted else written


def _authorities_written(card: Card, known: KnownRecords, fields: Mapping[str, str]) -> object:
    """Return the fix of those whose word is passed on: one a line, by name."""
    lines = topics_written(fields["on_authority_of"])
    if lines == names_of_authorities(card, known):
        return card.fixes.get("on_authority_of")
    return lines


def _time_written(card: Card, which: str, fields: Mapping[str, str]) -> object:
    """Return the fix of a time, by its EDTF date and the words of the text that it rests on."""
    edtf, words = _line(fields[which]), _line(fields.get(f"{which}_words", ""))
    now = time_of(card, which)
    former: object = card.fixes.get(which)
    if (edtf, words) == ((now.edtf or "", now.words or "") if now else ("", "")):
        return former
    if not edtf:
        return {} if which == "valid_for" else {"edtf": None, "basis": "unknown"}
    try:
        require_edtf(card, edtf)
    except UnsettledError as error:
        raise DecisionError(str(error), which) from error
    if words:
        return _told(asdict(time_by_words(edtf, words, "stated")))
    reason = "A reviewer inferred it from the article as a whole."
    return {"edtf": edtf, "basis": "inferred-context", "reason": reason}


def _told(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: told for key, told in value.items() if told is not None}


def _figures_written(
    card: Card, file: DraftFile, known: KnownRecords, fields: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, object]]:
    series: dict[str, object] = dict(card.fixes.get("series") or {})
    figures: dict[str, object] = dict(card.fixes.get("figures") or {})
    for number, figure in enumerate(card.figures):
        label = fields.get(f"series{number}")
        if label is not None:
            shown = shown_series(card, number, known)
            label = _line(label) or _label_composed(shown, number, fields)
        if label and label.casefold() == "none":
            series[str(number)] = no_series()
        elif label:
            series[str(number)] = _series_written(card, file, known, label, number, fields)
        elif label is not None and shown_series(card, number, known).label:
            series.pop(str(number), None)
        fixed = dict(figure_fixes(card, number))
        for name in ("value", "low", "high", "comparator", "over"):
            written = fields.get(f"{name}{number}")
            if written is None:
                continue
            former = getattr(figure, name)
            if name in ("value", "low", "high"):
                unit = shown_series(_fixed(card, series=series), number, known).unit
                written = _number_written(figure, f"{name}{number}", _line(written), unit)
            if _line(written) == ("" if former is None else str(former)):
                fixed.pop(name, None)
            else:
                fixed[name] = _line(written)
        if fixed:
            figures[str(number)] = fixed
        else:
            figures.pop(str(number), None)
    return series, figures


def _number_written(figure: DraftedFigure, field: str, written: str, unit: str) -> str:
    """Return a number in decimals. Raises DecisionError if it is none."""
    if not written:
        return ""
    try:
        number = decimal_of(written, unit)
    except ValueError as error:
        raise DecisionError(f"“{figure.words}”: {error}", field) from error
    return f"{number:f}" if "/" in written else written


def shown_series(card: Card, number: int, known: KnownRecords) -> ChosenSeries:
    """Return the series of a figure as the form shows it: if it has none, with what is counted.

    Of one on record only label and unit: what else it has is not written here.
    """
    series = series_of(card, number, known)
    if isinstance(series, ChosenSeries):
        return series if series.iri is None else replace(series, bearer="")
    figure = card.figures[number]
    return ChosenSeries("", None, product=counted_thing(card, figure, known), unit=unit_of(figure))


def _unit_written(fields: Mapping[str, str], number: int, drafted: str) -> str:
    """Return the name of the unit that is written. Raises DecisionError if there is none."""
    written = _line(fields.get(f"unit{number}", drafted))
    unit = unit_called(written)
    if written and unit is None:
        raise DecisionError(no_unit(written), f"unit{number}")
    return unit or ""


def _series_written(
    card: Card,
    file: DraftFile,
    known: KnownRecords,
    label: str,
    number: int,
    fields: Mapping[str, str],
) -> dict[str, str]:
    """Return the series with a label: one on record, one of this file, else a new one."""
    shown = shown_series(card, number, known)
    unit = _unit_written(fields, number, shown.unit)
    series = known.series_labelled(label)
    if series is not None:
        of_record = series.unit.rpartition("/")[2]
        if unit not in (shown.unit, of_record):
            raise DecisionError(
                f"the series “{series.label}” is on record in {of_record}, give the one in"
                f" {unit or 'another unit'} a label of its own",
                f"series{number}",
            )
        return {"iri": series.iri}
    written = {
        name: _line(fields.get(f"{name}{number}", getattr(shown, name)))
        for name in SERIES_PARTS
        if name != "unit"
    }
    written["unit"] = unit
    # What the form showed is nobody's word on a series of another label that is there already.
    changed = {name: told for name, told in written.items() if told != getattr(shown, name)}
    former = _new_series_labelled(file, label)
    whole = written if former is None else {**former, **changed}
    parts = {name: told for name, told in whole.items() if told or name in _OF_EACH_SERIES}
    said = {"label": label, **parts}
    chosen = series_by(said, known)
    try:
        if chosen is not None:
            require_whole(card, number, chosen, file, known)
    except UnsettledError as error:
        raise DecisionError(str(error), error.field) from error
    return said


def _label_composed(shown: ChosenSeries, number: int, fields: Mapping[str, str]) -> str:
    """Return a label for a new series of which other parts are written and no label."""
    told = {
        name: _line(fields.get(f"{name}{number}", "")).partition(":")[0].strip()
        for name in SERIES_PARTS
    }
    is_written = any(
        told[name] and told[name] != getattr(shown, name)
        for name in ("measure", "bearer", "versus")
    )
    if shown.label or not is_written:
        return ""
    bearer, versus = (name_and_kind(told[name])[0] for name in ("bearer", "versus"))
    if versus and bearer.casefold() == versus.casefold():
        other = ", growth"
    else:
        other = f", against {versus}" if versus else ""
    of_other = f" ({told['versus_measure']})" if versus and told["versus_measure"] else ""
    return f"{told['measure']} of {bearer}: {told['product']}{other}{of_other}"


def new_series(file: DraftFile) -> list[dict[str, str]]:
    """Return the series that are written on cards in full, each label once."""
    found: dict[str, dict[str, str]] = {}
    for card in file.cards:
        for said in (card.fixes.get("series") or {}).values():
            if isinstance(said, Mapping) and "label" in said:
                found.setdefault(str(said["label"]), {key: str(said[key]) for key in said})
    return list(found.values())


def _new_series_labelled(file: DraftFile, label: str) -> dict[str, str] | None:
    return next((one for one in new_series(file) if one["label"] == label), None)


def _with_series_alike(file: DraftFile, card: Card, series: Mapping[str, object]) -> DraftFile:
    """Return a file in which other cards have the series of one label as this card has it now."""
    now = {
        str(said["label"]): said
        for said in series.values()
        if isinstance(said, Mapping) and "label" in said
    }
    changed = []
    for one in file.cards:
        if one.id == card.id:
            continue
        former = one.fixes.get("series") or {}
        told = {
            number: now.get(str(said.get("label")), said) if isinstance(said, Mapping) else said
            for number, said in former.items()
        }
        if told != former:
            changed.append(_fixed(one, series=told))
    return file.with_cards(changed) if changed else file


def write_article(file: DraftFile, fields: Mapping[str, str]) -> Decided:
    """Take what a reviewer has written of the article."""
    fixes = dict(file.fixes)
    for name in ARTICLE_FIELDS:
        if name not in fields:
            continue
        if name == "topics":
            fixes[name] = topics_written(fields[name])
            continue
        written = _line(fields[name])
        if name == "published" and written:
            require_edtf_of_article(written)
        if written == str(getattr(file.article, name, "")):
            fixes.pop(name, None)
        else:
            fixes[name] = written
    return Decided(replace(file, fixes=fixes), next_card(file, None), "kept")


def require_edtf_of_article(edtf: str) -> None:
    """Raise DecisionError if the day of publication is no EDTF date."""
    try:
        bounds(edtf)
    except DateError as error:
        raise DecisionError(f"{error}, write a day as 2025-11-06", "published") from error


def undecided_figures(card: Card) -> Iterable[int]:
    """Return the numbers of the figures within a card's words that have no series yet."""
    series = card.fixes.get("series") or {}
    return [
        number
        for number, figure in enumerate(card.figures)
        if str(number) not in series and within(figure, places_of(card))
    ]
