"""Claims that words say again: what is common to those of a collection and of a release."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from onrecord.records.coverage import sentences
from onrecord.reviewing.same_claims.wording import (
    ClaimWording,
    difference,
    likeness,
    read_wording,
)

MOST = 3
"""Claims that are proposed for one passage."""
_PUT_ALIKE = frozenset(["asserted", "projected", "targeted", "promised"])
"""Modalities between which the words decide, since drafts and curators draw the line apart."""
_FEWEST = 5
"""Words of a sentence that may be a claim of its own."""


@dataclass(frozen=True, slots=True)
class SameClaim:
    """A claim on record that a passage may be another report of."""

    iri: str
    text: str
    likeness: float
    in_part: bool = False
    """Whether one sentence of the passage says it, and not the passage as a whole."""


def wordings_of(words: str, language: str, published: date | None) -> list[ClaimWording]:
    """Return the wording of a passage, and of each whole sentence in which a claim may be made."""
    parts = [words[first:last] for first, last in sentences(words)]
    long = (part for part in parts if len(part.split()) >= _FEWEST)
    return [read_wording(each, language, published) for each in (words, *long)]


def are_put_alike(one: str, other: str) -> bool:
    """Return whether claims with two modalities may be one."""
    return one == other or {one, other} <= _PUT_ALIKE


def best_match(
    iri: str,
    text: str,
    wordings: Sequence[ClaimWording],
    theirs: Iterable[ClaimWording],
    named: frozenset[str] = frozenset(),
) -> SameClaim | None:
    """Return a claim with how alike it is to a passage, None if all of its wordings differ.

    `named` are the times that the record names; they are those of a wording that has none.
    """
    others = list(theirs)
    scores = [
        [
            likeness(ours, other)
            for other in others
            if difference(ours, _dated(other, ours, named)) is None
        ]
        for ours in wordings
    ]
    best = max((score for each in scores for score in each), default=None)
    return None if best is None else SameClaim(iri, text, best, in_part=not scores[0])


def _dated(wording: ClaimWording, other: ClaimWording, named: frozenset[str]) -> ClaimWording:
    """Return a wording that names no time as of the one that its record names, if another has."""
    return replace(wording, times=named) if other.times and not wording.times else wording


def likeliest(found: Iterable[SameClaim]) -> list[SameClaim]:
    """Return the claims to propose, those that the whole passage says before those in a part."""
    return sorted(found, key=lambda one: (one.in_part, -one.likeness, one.iri))[:MOST]
