"""Speakers: what kind of speaker a mention refers to, and which person."""

from dataclasses import dataclass

from onrecord.drafting.direct_speech import Place
from onrecord.drafting.lexicon import Lexicon
from onrecord.drafting.mention import Range, head
from onrecord.drafting.person import People, is_joint, mention_at, person_of
from onrecord.drafting.pronoun import person_of_pronoun
from onrecord.drafting.sentence import Sentence
from onrecord.drafting.word_class import is_name_word


@dataclass(frozen=True, slots=True)
class SpeakerMention:
    """Who says something, as far as the text tells."""

    place: Place
    person: str | None
    """Full name; the mention of a document; None for a description, and where it is not certain."""
    kind: str
    """`person`, `document`, `joint`, `spokesperson`, `anonymous` or `group`."""


def speaker_at(place: Place, text: str, people: People, words: Lexicon) -> SpeakerMention:
    """Return the speaker whose mention is at a place."""
    found = mention_at(people, place)
    if found is None:
        return SpeakerMention(place, None, "person")
    sentence, mention = found
    kind = _kind(sentence, mention, words)
    owner = _writer(sentence, mention, words) if kind == "document" else None
    if owner is not None:
        return SpeakerMention(place, person_of(sentence, owner, people, words), "person")
    if kind == "document" and _is_finding(head(sentence, mention), words):
        return SpeakerMention(place, None, kind)
    if kind == "document":
        return SpeakerMention(place, text[slice(*place)], kind)
    if kind in ("joint", "anonymous"):
        return SpeakerMention(place, None, kind)
    if mention[1] - mention[0] == 1 and words.has("pronoun", sentence[mention[0]].low):
        return SpeakerMention(place, person_of_pronoun(sentence, mention, people, words), kind)
    return SpeakerMention(place, person_of(sentence, mention, people, words), kind)


def _is_finding(noun: str, words: Lexicon) -> bool:
    """Return whether a noun means a finding, which names no author: "estimates"."""
    return words.has("person.finding", noun) and not words.has("person.document", noun)


_WRITTEN = frozenset(("statement", "letter", "post", "tweet", "message", "email", "book", "memo"))


def _writer(sentence: Sentence, mention: Range, words: Lexicon) -> Range | None:
    """Return whose words a text is: "Holm's statement"."""
    owner = sentence[mention[1] - 2] if mention[1] - mention[0] > 1 else None
    owned = owner is not None and owner.low.endswith(("'s", "’s")) and owner.capital
    if not owned or sentence[mention[1] - 1].low not in _WRITTEN:
        return None
    return mention[0], mention[1] - 1


def _kind(sentence: Sentence, mention: Range, words: Lexicon) -> str:
    tokens = sentence[mention[0] : mention[1]]
    named = any(
        is_name_word(token, words) and not words.has("person.title", token.low)
        for token in tokens[1 if mention[0] == 0 and len(tokens) > 1 else 0 :]
    )
    heads = [token.low for token in tokens]
    noun = head(sentence, mention)
    if is_joint(sentence, mention, words):
        return "joint"
    if words.has("person.document", noun) or _is_finding(noun, words):
        return "document"
    if heads[0] in ("they", "both", "we"):
        return "group"
    if noun.startswith("spokes"):
        return "spokesperson"
    if words.has("person.anonymous", noun) or (not named and _declines(sentence, mention, words)):
        return "anonymous"
    if any(low.startswith("spokes") for low in heads):
        return "spokesperson"
    return "person"


def _declines(sentence: Sentence, mention: Range, words: Lexicon) -> bool:
    """Say whether a person without a name wants to have none: "who declined to be named"."""
    if words.has("pronoun", sentence[mention[0]].low):
        return False
    behind = [token.low for token in sentence[mention[1] : mention[1] + 14]]
    return any(words.has("person.anonymity", low) for low in behind) or (
        "named" in behind and bool({"declined", "asked", "not", "refused"} & set(behind))
    )
