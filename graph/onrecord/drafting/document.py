"""Documents to draft from, and their drafts, as lines of JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from onrecord.archiving.made_text import TextBlock, place_of
from onrecord.drafting.dates.date_expression import DateExpression
from onrecord.drafting.dates.german_present import is_present
from onrecord.drafting.dates.reading import dates
from onrecord.drafting.dates.tense import is_in_one_sentence
from onrecord.drafting.draft import RULES, Draft
from onrecord.drafting.drafters.other_drafters import OtherDrafters
from onrecord.drafting.language import is_in, language_of
from onrecord.drafting.lexicon import LANGUAGES
from onrecord.drafting.marked_speech import draft_marked, marked_speech
from onrecord.drafting.quantities.quantity_expression import QuantityExpression
from onrecord.drafting.quantities.reading import quantities

LONGEST = 300_000
"""Characters of a text that are read: about fifty thousand words, more than any article."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text with what is known of it."""

    id: str
    text: str
    language: str | None = None
    """None: found by its words."""
    published: date | None = None
    """Without it, no date of the text is resolved."""
    blocks: tuple[TextBlock, ...] = ()
    """Of a text that was made from bytes: what its parts are, and where they are in the bytes."""


def language_told(metadata: Mapping[str, str]) -> str | None:
    """Return the language that a page says it is in, None where it is not one that is read."""
    named = metadata.get("language", "").partition("-")[0]
    return named if named in LANGUAGES else None


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def document_of(value: dict[str, Any]) -> Document:
    """Return the document that a JSON object gives. Raises KeyError, TypeError or ValueError."""
    published = value.get("published")
    return Document(
        str(value["id"]),
        _string(value["text"]),
        value.get("lang"),
        date.fromisoformat(published) if published else None,
    )


def drafted(document: Document, others: OtherDrafters | None = None) -> dict[str, Any]:
    """Return a document with its drafts, in the form of a line.

    Of a text that is longer than LONGEST only the beginning is read, and `read_to` says so.
    """
    text = document.text[:LONGEST]
    marked = [one for one in marked_speech(document.blocks) if one.end <= len(text)]
    language = document.language or language_of(text)
    found = draft_marked(text, language, marked)
    if others is not None:
        found = others.add_to(found, text, language)
    times = dates(text, language, document.published)
    figures = quantities(text, language, tuple((one.start, one.end) for one in times))
    if language == "de" and document.published is not None:
        figures = _with_coming(figures, times, text, document.published)
    notes = reading_notes(document.text, language)
    published = document.published.isoformat() if document.published else None
    read_to = LONGEST if len(document.text) > LONGEST else None
    return {
        "id": document.id,
        "text": document.text,
        "quotes": [_quote(text, one) | _place(document.blocks, one) for one in found],
        "quantities": [_quantity(text, one) for one in figures],
        "dates": [_date(text, one) for one in times],
        "lang": language,
    } | _less(published=published, read_to=read_to, notes=notes)


def _with_coming(
    figures: list[QuantityExpression], times: list[DateExpression], text: str, published: date
) -> list[QuantityExpression]:
    """Return figures, those as to be that a German present tense gives for a time to come."""
    coming = [
        one
        for one in times
        if one.edtf is not None
        and one.edtf > published.isoformat()[: len(one.edtf)]
        and is_present(text, one.start, one.end)
    ]
    return [
        replace(figure, modality="projected")
        if figure.modality == "asserted"
        and any(is_in_one_sentence(text, figure.start, time.start) for time in coming)
        else figure
        for figure in figures
    ]


def _less(**told: object) -> dict[str, Any]:
    """Return what says something."""
    return {key: value for key, value in told.items() if value}


def reading_notes(text: str, language: str | None) -> list[str]:
    """Return what a reader of the drafts has to know: what of the text was not read, and how."""
    notes = []
    if len(text) > LONGEST:
        notes.append(f"only the first {LONGEST:,} of {len(text):,} characters are read")
    used = language or language_of(text)
    if used not in LANGUAGES:
        notes.append(f"{used} is not read: marks and figures are taken as in English")
    elif not is_in(text, used):
        notes.append(
            "it looks like no language that is read (en, de, fr, it): marks and figures are taken"
            f" as in {used}"
        )
    return notes


def _place(blocks: tuple[TextBlock, ...], one: Draft) -> dict[str, str]:
    """Return where a draft is in the bytes behind the text, if that is known."""
    place = place_of(blocks, one.start, one.end)
    if not place:
        return {}
    return {"media" if place.startswith("t=") else "place": place}


def _number(value: Decimal | str | None) -> int | float | str | None:
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _quantity(text: str, one: QuantityExpression) -> dict[str, Any]:
    value: dict[str, Any] = {"start": one.start, "end": one.end, "text": text[one.start : one.end]}
    more: dict[str, Any] = {
        "value": _number(one.value),
        "low": _number(one.low),
        "high": _number(one.high),
        "kind": one.kind,
        "comparator": one.comparator,
        "unit": one.unit,
        "over": one.over,
        "versus_over": one.versus_over,
        "derived": _number(one.derived),
        "role": one.role,
        "modality": one.modality,
        "flags": list(one.flags) or None,
    }
    return value | {key: told for key, told in more.items() if told is not None}


def _date(text: str, one: DateExpression) -> dict[str, Any]:
    value: dict[str, Any] = {
        "start": one.start,
        "end": one.end,
        "text": text[one.start : one.end],
        "edtf": one.edtf,
        "basis": one.basis,
    }
    return value | ({"precision": one.precision} if one.precision else {})


def _quote(text: str, one: Draft) -> dict[str, Any]:
    """Return a draft as an object; keys whose value says nothing are left out."""
    speaker = one.speaker
    start, end = speaker.place if speaker else (None, None)
    value: dict[str, Any] = {
        "start": one.start,
        "end": one.end,
        "text": text[one.start : one.end],
        "type": one.type,
        "speaker_start": start,
        "speaker_end": end,
        "speaker": text[start:end] if speaker else None,
        "person": speaker.person if speaker else None,
        "cue": one.cue,
        "rule": one.rule,
    }
    more: dict[str, Any] = {
        "speaker_kind": speaker.kind if speaker else None,
        "attribution": "anonymous" if speaker and speaker.kind == "anonymous" else None,
        "flags": list(one.flags),
        "modality": one.modality,
        "group": one.group,
        "reliesOn": one.relies_on,
        "claims": "the report" if one.chain else None,
        "chain": list(one.chain),
        "via": one.via or one.marked_by,
        "nested": [{"text": inner, "speaker": who} for inner, who in one.nested],
        "in": "headline" if one.in_headline else None,
        "by": list(one.by) if one.by != (RULES,) else None,
    }
    return value | {key: told for key, told in more.items() if told}
