"""Circumstances of a claim: whose word it passes on, what its report relies on, at which event.

By the reviewer's word, else as drafted. Nobody is put on record as an authority unless the reviewer
has confirmed the name, as with speakers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rdflib import URIRef
from rdflib.namespace import RDF

from onrecord.rdf.namespaces import REC, SCHEMA
from onrecord.reviewing.card import Card, UnsettledError
from onrecord.reviewing.choice import (
    ChosenSpeaker,
    new_speaker,
    speaker_by,
    speaker_of,
    without_article,
)
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.known_records import KnownRecords
from onrecord.reviewing.named_actor import name_and_kind, written_with_kind


@dataclass(frozen=True, slots=True)
class ChosenThing:
    """A source or an event that is to be named: one on record, or a new one by its words."""

    words: str
    iri: str | None


def authorities_of(card: Card, file: DraftFile, known: KnownRecords) -> tuple[ChosenSpeaker, ...]:
    """Return whose word the speaker passes on.

    Raises UnsettledError for a drafted name that nobody has confirmed.
    """
    said = card.fixes.get("on_authority_of")
    if said is None:
        return tuple(_drafted(name, card, file, known) for name in card.on_authority_of)
    found = []
    for each in [said] if isinstance(said, str | Mapping) else said:
        speaker = speaker_by(_as_fix(each), known) if each else None
        if speaker is None and each:
            raise UnsettledError(f"{card.id}: {each!r} is no actor on record")
        if speaker is not None:
            found.append(speaker)
    return tuple(found)


def _as_fix(said: Mapping[str, Any] | str) -> Mapping[str, Any] | str:
    """Return what is written of an actor; "name (Organization)" tells the kind of a new one."""
    if not isinstance(said, str):
        return said
    name, kind = name_and_kind(said)
    return {"name": name, "kind": kind} if kind else said


def _drafted(name: str, card: Card, file: DraftFile, known: KnownRecords) -> ChosenSpeaker:
    speaker = _known_by(name, file, known)
    if speaker is None:
        raise UnsettledError(
            f"{card.id}: it passes on the word of “{name}”, whom nobody has confirmed: c does so, e"
            " changes it"
        )
    return speaker


def _known_by(name: str, file: DraftFile, known: KnownRecords) -> ChosenSpeaker | None:
    actor = known.actor_called(name)
    if actor is not None:
        return ChosenSpeaker(actor.names[0], actor.iri)
    other = _card_of(name, file)
    return speaker_of(other, file, known) if other is not None else None


def _card_of(name: str, file: DraftFile) -> Card | None:
    """Return a card whose speaker a name of the article is."""
    found = [file.by_person[key] for key in (name, name.casefold()) if key in file.by_person]
    return min(found, key=lambda one: one.places[0].start, default=None) if name else None


def confirmed_authorities(card: Card, file: DraftFile, known: KnownRecords) -> list[dict[str, Any]]:
    """Return the fix by which a reviewer confirms those whose word is passed on, as drafted."""
    found: list[dict[str, Any]] = []
    for name in card.on_authority_of:
        speaker = _known_by(name, file, known)
        if speaker is None:
            other = _card_of(name, file)
            drafted = new_speaker(other) if other is not None else None
            speaker = drafted or ChosenSpeaker(
                without_article(name), None, anonymous=not name[:1].isupper()
            )
        if speaker.iri is not None:
            found.append({"iri": speaker.iri})
        else:
            value: dict[str, Any] = {"name": speaker.name, "kind": speaker.kind}
            found.append(value | ({"anonymous": True} if speaker.anonymous else {}))
    return found


def names_of_authorities(card: Card, known: KnownRecords) -> list[str]:
    """Return those whose word is passed on by name, as the reviewer left them, else as drafted."""
    said = card.fixes.get("on_authority_of")
    if said is None:
        return list(card.on_authority_of)
    listed = [said] if isinstance(said, str | Mapping) else said
    return [_name_written(each, known) for each in listed if each]


def _name_written(said: Mapping[str, Any] | str, known: KnownRecords) -> str:
    if isinstance(said, str):
        return said
    speaker = speaker_by(said, known)
    if speaker is None:
        return str(said.get("iri"))
    return written_with_kind(speaker)


def relied_on(card: Card, file: DraftFile, known: KnownRecords) -> ChosenThing | None:
    """Return the source that the report says it has this from. Raises UnsettledError.

    Somebody who speaks in the article is no source, but passes on what another said.
    """
    said = card.fixes.get("relies_on")
    if said is None:
        words = card.relies_on or ""
        if not words or _is_person(words, file):
            words = _outlet_on_record(card.via or "", known)
        return ChosenThing(words, None) if words else None
    return _named(card, said, known.sources, known, REC.Source)


def _outlet_on_record(name: str, known: KnownRecords) -> str:
    """Return the name of who passes it on if that is a publisher on record, else nothing."""
    actor = known.actor_called(name) or known.actor_called(without_article(name))
    if actor is None or (URIRef(actor.iri), RDF.type, SCHEMA.Person) in known.graph:
        return ""
    publishes = (None, SCHEMA.publisher, URIRef(actor.iri)) in known.graph
    return actor.names[0] if publishes else ""


def _is_person(words: str, file: DraftFile) -> bool:
    return without_article(words) in file.people


def event_of(card: Card, known: KnownRecords) -> ChosenThing | None:
    """Return the event at which it was said. Raises UnsettledError."""
    said = card.fixes.get("event")
    if said is None:
        return ChosenThing(card.event, None) if card.event else None
    return _named(card, said, known.events, known, REC.Event)


def _named(
    card: Card,
    said: Mapping[str, Any] | str,
    on_record: Mapping[str, tuple[str, ...]],
    known: KnownRecords,
    kind: URIRef,
) -> ChosenThing | None:
    """Return what a reviewer names: by IRI, by a name on record, or something new by its words."""
    words = " ".join(str(said.get("iri") if isinstance(said, Mapping) else said).split())
    if not words or words == "none":
        return None
    if words.startswith(("http://", "https://")):
        if (URIRef(words), RDF.type, kind) not in known.graph:
            raise UnsettledError(f"{card.id}: {words} is not on record")
        return ChosenThing(words, words)
    found = on_record.get(words, ())
    if len(found) > 1:
        raise UnsettledError(
            f"{card.id}: {len(found)} on record are called “{words}”, write the IRI of one:"
            f" {', '.join(found)}"
        )
    return ChosenThing(words, found[0] if found else None)
