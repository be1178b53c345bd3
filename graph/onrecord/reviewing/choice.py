"""Choices of a reviewer: which actor speaks on a card, and in which series its figures are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import log2
from typing import Any

from rapidfuzz import fuzz

from onrecord.drafting.lexicon import lexicon
from onrecord.drafting.numeral import figure_words
from onrecord.records.units import unit_called
from onrecord.reviewing.card import Card, DraftedFigure, person_key
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.known_records import KnownActor, KnownRecords, KnownSeries

MOST = 9
"""Choices that one digit can name."""
_ALIKE = 80.0
"""Similarity (0 to 100) of names from which an actor is proposed, never taken."""
_NO_SERIES: Mapping[str, Any] = {"none": True}
_UNIT_OF_KIND = {
    "share": "PERCENT",
    "points": "PERCENT",
    "factor": "UNITLESS",
    "ratio": "UNITLESS",
}
_UNIT_OF_COUNT = {"t": "TONNE", "kg": "KiloGM", "km": "KiloM"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a digit means on a card."""

    label: str
    why: str
    value: Mapping[str, Any]
    """What goes into the fixes of the card."""


@dataclass(frozen=True, slots=True)
class ChosenSpeaker:
    """The actor who is to be recorded: one on record, or a new one."""

    name: str
    iri: str | None
    kind: str = "Person"
    anonymous: bool = False


def speaker_of(card: Card, file: DraftFile, known: KnownRecords) -> ChosenSpeaker | None:
    """Return who speaks by the reviewer's word, else by the one exact name on record.

    A word of the reviewer about a person of the text goes for all cards of this person.
    """
    said = card.fixes.get("speaker") or file.confirmed.get(person_key(card))
    if said:
        return speaker_by(said, known)
    person = card.speaker.person if card.speaker else None
    actor = known.actor_called(person) if person else None
    return None if actor is None else ChosenSpeaker(actor.names[0], actor.iri)


def speaker_by(said: Mapping[str, Any] | str, known: KnownRecords) -> ChosenSpeaker | None:
    """Return the speaker that a fix names, None if it is an actor who is not on record.

    A name alone, which a person may write by hand, is that of an actor on record or a new person.
    """
    if isinstance(said, str):
        said = {"name": said}
    if "iri" in said:
        actor = next((one for one in known.actors if one.iri == said["iri"]), None)
        return None if actor is None else ChosenSpeaker(actor.names[0], actor.iri)
    name = str(said["name"])
    actor = known.actor_called(name)
    if actor is not None:
        return ChosenSpeaker(actor.names[0], actor.iri)
    return ChosenSpeaker(
        name, None, str(said.get("kind", "Person")), bool(said.get("anonymous", False))
    )


def speaker_choices(card: Card, file: DraftFile, known: KnownRecords) -> list[Choice]:
    """Return who may speak, the likeliest first, for the digits from 1 on."""
    found: dict[str, Choice] = {}
    for choice in _speakers(card, file, known):
        found.setdefault(str(choice.value.get("iri") or choice.label), choice)
    return list(found.values())[:MOST]


def _speakers(card: Card, file: DraftFile, known: KnownRecords) -> Iterator[Choice]:
    now = speaker_of(card, file, known)
    if now is not None:
        why = "on record by this name" if now.iri else "new, confirmed by you"
        yield Choice(now.name, why, _value_of(now))
    name = card.speaker.person or card.speaker.mention if card.speaker else ""
    near = sorted(
        ((score, actor) for actor in known.actors if (score := _score(name, actor)) >= _ALIKE),
        key=lambda pair: (-pair[0], pair[1].iri),
    )
    for score, actor in near[:4]:
        yield Choice(actor.names[0], f"on record, {score:.0f} % alike", {"iri": actor.iri})
    new = new_speaker(card)
    if card.speaker is not None and person_key(card) and known.actor_called(new.name) is None:
        what = "unnamed" if new.anonymous else new.kind.lower()
        yield Choice(new.name, f"new {what}", _value_of(new))
    if card.speaker is None:
        yield from _of_same_sentence(card, file, known)
    for other in file.cards:
        said = other.fixes.get("speaker")
        speaker = speaker_by(said, known) if said else None
        if speaker is not None:
            yield Choice(speaker.name, "speaks elsewhere in the article", _value_of(speaker))
    for other in file.by_person.values():
        if other.speaker is not None and other.speaker.person and other.id != card.id:
            speaker = speaker_of(other, file, known) or new_speaker(other)
            yield Choice(speaker.name, "named in the article", _value_of(speaker))


def _of_same_sentence(card: Card, file: DraftFile, known: KnownRecords) -> Iterator[Choice]:
    """Yield who speaks on other cards of the sentence, whatever became of those."""
    start, end = card.sentence
    for other in file.cards:
        first, last = other.sentence
        if other.id == card.id or not (first < end and start < last):
            continue
        speaker = speaker_of(other, file, known)
        if speaker is None and person_key(other):
            speaker = new_speaker(other)
        if speaker is not None:
            yield Choice(speaker.name, "speaks in the same sentence", _value_of(speaker))


def new_speaker(card: Card) -> ChosenSpeaker:
    """Return the new actor that a card would bring, by what its text says of the speaker."""
    speaker = card.speaker
    if speaker is None:
        return ChosenSpeaker("", None)
    if speaker.person and speaker.kind != "document":
        return ChosenSpeaker(speaker.person, None)
    name = without_article(speaker.mention)
    if speaker.kind in ("document", "group", "joint"):
        return ChosenSpeaker(name, None, "Organization")
    if name[:1].isupper() or _is_body(name):
        return ChosenSpeaker(name, None, "Organization")
    return ChosenSpeaker(name, None, "Person", anonymous=True)


def _is_body(name: str) -> bool:
    """Return whether a name in small letters is that of a body: "ministry of defence"."""
    head = re.split(r"\s(?:of|for|in|at|on|and)\s", name.lower())[0].split()
    return bool(head) and lexicon("en").has("person.body", head[-1])


def without_article(mention: str) -> str:
    """Return a mention without the article before it."""
    first, _, rest = mention.partition(" ")
    return rest if rest and first.casefold() in ("a", "an", "the", "one") else mention


def _value_of(speaker: ChosenSpeaker) -> dict[str, Any]:
    if speaker.iri is not None:
        return {"iri": speaker.iri}
    value: dict[str, Any] = {"name": speaker.name, "kind": speaker.kind}
    return value | ({"anonymous": True} if speaker.anonymous else {})


def _score(name: str, actor: KnownActor) -> float:
    return max(
        (fuzz.token_sort_ratio(name.casefold(), each.casefold()) for each in actor.names),
        default=0.0,
    )


@dataclass(frozen=True, slots=True)
class ChosenSeries:
    """The series of a figure: one on record, or a new one with all that it takes."""

    label: str
    iri: str | None
    measure: str = ""
    product: str = ""
    bearer: str = ""
    unit: str = ""
    """The name of a unit of QUDT."""
    versus: str = ""
    """Against whom, of a ratio: the bearer again where it is growth."""
    versus_measure: str = ""
    """What is measured of the other side, where it is something else."""


SERIES_PARTS = ("measure", "product", "bearer", "versus", "versus_measure", "unit")
"""What a new series has besides its label, as fixes and fields of the form call it."""
RATIO = "UNITLESS"
"""The unit of what has two sides."""


def unit_of(figure: DraftedFigure) -> str:
    """Return the name of QUDT's unit of a drafted figure, "" for money without a currency."""
    if figure.kind == "money":
        return unit_called(figure.unit or "") or ""
    return _UNIT_OF_KIND.get(figure.kind) or _UNIT_OF_COUNT.get(figure.unit or "", "NUM")


def series_of(card: Card, number: int, known: KnownRecords) -> ChosenSeries | str | None:
    """Return the series of a figure, "none" if it is to be left out, None if it is not decided."""
    said = (card.fixes.get("series") or {}).get(str(number))
    if not said:
        return None
    if said == "none" or (not isinstance(said, str) and said.get("none")):
        return "none"
    return series_by(said, known)


def series_by(said: Mapping[str, Any] | str, known: KnownRecords) -> ChosenSeries | None:
    """Return the series that a fix names, None if it is one that is not on record.

    A label alone, which a person may write by hand, is that of a series on record.
    """
    if isinstance(said, str):
        said = {"label": said}
    if "iri" in said:
        one = next((each for each in known.series if each.iri == said["iri"]), None)
    else:
        one = known.series_labelled(str(said["label"]))
    if one is not None:
        unit = one.unit.rpartition("/")[2]
        return ChosenSeries(one.label, one.iri, bearer=one.bearer, unit=unit)
    if "iri" in said:
        return None
    parts = {name: str(said.get(name, "")) for name in SERIES_PARTS}
    parts["unit"] = unit_called(parts["unit"]) or parts["unit"]
    return ChosenSeries(str(said["label"]), None, **parts)


_USED = 4.0
"""How much better a series fits that was used in the article, and once more in the sentence."""


def series_choices(
    card: Card, figure: DraftedFigure, file: DraftFile, known: KnownRecords
) -> list[Choice]:
    """Return in which series a figure may be, the likeliest first; 0 leaves the figure out."""
    words = f"{figure.words} {card.words} {card.speaker.person if card.speaker else ''}"
    found: dict[str, tuple[float, Choice]] = {}
    for other in file.cards:
        for said in (other.fixes.get("series") or {}).values():
            series = None if said in (_NO_SERIES, "none") else series_by(said, known)
            if series is None or not _is_of_unit(series.unit, figure):
                continue
            why = "on record" if series.iri else "new"
            value = {"label": said} if isinstance(said, str) else said
            fit = _USED + _likeness(_as_known(series, known), figure, words)
            if other.sentence == card.sentence:
                fit += _USED
            if fit > found.get(series.label, (0.0, None))[0]:
                found[series.label] = fit, Choice(series.label, f"{why}, used before", value)
    for one in known.series:
        fit = _likeness(one, figure, words)
        if fit > 0:
            found.setdefault(one.label, (fit, Choice(one.label, "on record", {"iri": one.iri})))
    ranked = sorted(found.values(), key=lambda pair: (-pair[0], pair[1].label))
    return [choice for _, choice in ranked[:MOST]]


_THING = re.compile(r"(?:[^\W\d_][\w’'-]*)(?:\s[^\W\d_][\w’'-]*){0,3}")
_AS_MANY = re.compile(
    r"(?:as\s(?:many|much)|more|fewer|less)\s(?P<thing>[^\W\d_][\w’'-]*(?:\s[^\W\d_][\w’'-]*){0,2}?)"
    r"\s(?:as|than)\b"
)


def noun_of(figure: DraftedFigure) -> str:
    """Return what the words of a figure say that it counts, as they say it; "" if they do not."""
    behind = re.sub(r"^.*[\d,.]\S*\s?", "", figure.words)
    found = _THING.fullmatch(behind)
    return found[0] if found and behind != figure.words else ""


def counted_thing(card: Card, figure: DraftedFigure, known: KnownRecords) -> str:
    """Return what a figure counts as its words have it, by the product on record if there is one.

    It is proposed in the singular, as products are called; "" where the words do not say.
    """
    if figure.kind == "count":
        thing = noun_of(figure)
    else:
        compared = _AS_MANY.search(card.words)
        thing = compared["thing"] if compared and figure.kind in ("factor", "ratio") else ""
    singular = thing[:-1] if re.search(r"[^siu]s$", thing) else thing
    return thing if thing.casefold() in known.products else singular


def _as_known(series: ChosenSeries, known: KnownRecords) -> KnownSeries:
    """Return a series by what tells how well it fits, a new one as it is written."""
    on_record = next((one for one in known.series if one.iri == series.iri), None)
    return on_record or KnownSeries(
        "",
        series.label,
        series.unit,
        "",
        re.split(r"[/#]", known.measures.get(series.measure.casefold(), series.measure))[-1],
        series.product.partition(":")[0],
        _names_of(series.bearer),
        _names_of(series.versus),
    )


def _names_of(actor: str) -> tuple[str, ...]:
    """Return the name of a new actor of a series, without the kind behind it."""
    return (actor.partition(" (")[0],) if actor else ()


def no_series() -> dict[str, Any]:
    """Return the fix by which a figure is left out."""
    return dict(_NO_SERIES)


_BEGINNING = 5
"""Letters by which forms of a word are held for one: "barge" and "barges"."""


def _likeness(one: KnownSeries, figure: DraftedFigure, words: str) -> float:
    """Return how well a series fits a figure, 0 if its unit is of another kind.

    It fits by who bears it, what is counted, what is measured, and how many figures it has.
    """
    if not _is_of_unit(one.unit.rpartition("/")[2], figure):
        return 0
    told = _beginnings(words)
    score = 1 + log2(1 + one.figures) / 4
    score += 3 * _is_named(one.bearer_names, words)
    if one.versus_names != one.bearer_names:
        score += 2 * _is_named(one.versus_names, words)
    product = _beginnings(one.product)
    score += 2 * len(product & told) / max(1, len(product))
    score += 2 * _measures(one.measure, words)
    label = _beginnings(one.label)
    return score + len(label & told) / max(1, len(label))


def _is_of_unit(unit: str, figure: DraftedFigure) -> bool:
    wanted = _UNIT_OF_KIND.get(figure.kind)
    if (figure.kind == "money") != unit.startswith("CCY_"):
        return False
    if figure.kind == "money":
        return not figure.unit or unit.endswith(figure.unit)
    return unit == wanted if wanted is not None else unit not in ("PERCENT", "UNITLESS")


def _beginnings(words: str) -> set[str]:
    found = re.findall(r"[^\W_]{3,}", words.casefold())
    return {word.removesuffix("s")[:_BEGINNING] for word in found} - _SMALL


_SMALL = frozenset(("the", "and", "for", "toget", "again", "what", "with", "all"))


def _is_named(names: Iterable[str], words: str) -> bool:
    """Return whether words have one of the names, also "Sundran" for "Sundra"; short ones whole."""
    return any(_named(name).search(words) is not None for name in names)


@cache
def _named(name: str) -> re.Pattern[str]:
    if len(name) < _BEGINNING:
        return re.compile(rf"\b{re.escape(name)}\b")
    return re.compile(rf"\b{re.escape(name.removeprefix('the '))}", re.IGNORECASE)


def _measures(measure: str, words: str) -> bool:
    """Return whether a word tells of a measure, by its beginning."""
    cues = figure_words("en")["measure"].get(measure, measure.replace("-", " ")).split()
    return any(re.search(rf"\b{cue}", words.casefold()) is not None for cue in cues)
