"""Actors that a reviewer names in writing: one on record, or a new one with its kind."""

import re

from onrecord.reviewing.card import UnsettledError
from onrecord.reviewing.choice import ChosenSpeaker, speaker_by, speaker_of
from onrecord.reviewing.draft_file import DraftFile
from onrecord.reviewing.known_records import KnownRecords

KINDS = ("Person", "Organization", "Country")
_WITH_KIND = re.compile(
    rf"(?P<name>.+?)\s*\((?P<kind>{'|'.join(KINDS)})\)", re.DOTALL | re.IGNORECASE
)


def name_and_kind(written: str) -> tuple[str, str]:
    """Return a name without the kind behind it, as in "Lindhaven (Country)", and the kind.

    The kind is empty if none is written.
    """
    match = _WITH_KIND.fullmatch(written.strip())
    return (match["name"], match["kind"].capitalize()) if match else (written.strip(), "")


def written_with_kind(actor: ChosenSpeaker) -> str:
    """Return the name of an actor, with the kind of a new one that is no person."""
    is_plain = actor.iri is not None or actor.kind == "Person"
    return actor.name if is_plain else f"{actor.name} ({actor.kind})"


def actor_named(written: str, file: DraftFile, known: KnownRecords) -> ChosenSpeaker:
    """Return the actor of a name: on record, else new, of the kind that is written behind it.

    Without one it is of the kind that somebody of this name has who speaks in the article, else an
    organisation. Raises UnsettledError if several on record have the name.
    """
    name, kind = name_and_kind(written)
    found = known.actors_called(name)
    if len(found) > 1:
        raise UnsettledError(
            f"{len(found)} on record are called “{name}”, write another of the names of the one"
            f" meant: {'; '.join(', '.join(one.names[:3]) for one in found)}"
        )
    if found:
        return ChosenSpeaker(found[0].names[0], found[0].iri)
    speaker = None if kind else _speaker_called(name, file, known)
    return speaker or ChosenSpeaker(name, None, kind or "Organization")


def _speaker_called(name: str, file: DraftFile, known: KnownRecords) -> ChosenSpeaker | None:
    """Return the new actor of a name who speaks on a card."""
    for card in file.cards:
        said = card.fixes.get("speaker")
        speaker = speaker_by(said, known) if said else speaker_of(card, file, known)
        if speaker is not None and speaker.name.casefold() == name.casefold():
            return speaker
    return None
