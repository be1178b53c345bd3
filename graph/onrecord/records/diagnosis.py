"""Diagnosis of broken passages: drifted, misattributed, altered, fabricated or lost."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Literal

from rapidfuzz import fuzz

DiagnosisKind = Literal["drifted", "misattributed", "altered", "fabricated", "lost"]

_LEAST_SIMILARITY = 80.0
"""Minimum similarity (0 to 100) at which a stretch of text counts as the words, altered."""
HASH_BUDGET = 64 * 1024 * 1024
"""Maximum number of code points to hash in search of a passage without words on record."""
_OFFSET_TOLERANCE = 16
"""Code points by which start and end may each be wrong for a search by hash near them."""

Verifies = Callable[[int, int], bool]
"""Function from start and end to whether the passage would verify there."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Diagnosis of a broken passage."""

    kind: DiagnosisKind
    """`lost` is a passage with only a hash on record, which no searched text has."""
    found: str
    """What was found instead, in a sentence."""
    start: int | None = None
    end: int | None = None
    """New position of a drifted passage, in code points of the same text, the end exclusive."""


def verifies_anywhere(_start: int, _end: int) -> bool:
    """Return True: every place with the words or the hash is accepted."""
    return True


def diagnose_words(
    words: str,
    region: tuple[int, int],
    text: str,
    others: Mapping[str, str],
    verifies: Verifies = verifies_anywhere,
) -> Diagnosis:
    """Diagnose a passage whose words are not in their region of the text.

    `others` are the other archived texts by display name. Of several places, one where the passage
    would verify is preferred.
    """
    places = [(place, place + len(words)) for place in _occurrences(words, text)]
    if places:
        return _drift(places, region, verifies)
    for name, other in others.items():
        if words in other:
            return Diagnosis("misattributed", f"the words are in {name}, not in this source")
    near = _most_similar(words, text)
    if near is not None:
        return Diagnosis("altered", f"the source has: {difference(words, near)}")
    for name, other in others.items():
        near = _most_similar(words, other)
        if near is not None:
            message = f"nearly the words are in {name}, which has: {difference(words, near)}"
            return Diagnosis("misattributed", message)
    return Diagnosis("fabricated", "the words are in no archived text, not even nearly")


def diagnose_hash(
    digest: str,
    region: tuple[int, int],
    text: str,
    others: Mapping[str, str],
    hash_budget: int = HASH_BUDGET,
    verifies: Verifies = verifies_anywhere,
) -> Diagnosis:
    """Diagnose a passage with only a SHA-256 and a region on record.

    Stretches that start and end near the region are hashed first, since one of its offsets may be
    wrong, and its length with it. Then every stretch of its length is hashed, in the text and then
    in the others, within `hash_budget` code points; the diagnosis says what was not searched.
    """
    start, end = region
    length = end - start
    if (2 * _OFFSET_TOLERANCE + 1) * length > hash_budget:
        return Diagnosis("lost", "not searched for, since the passage is too long")
    places = list(_hashed_near(digest, region, text))
    if places:
        return _drift(places, region, verifies)
    hash_budget -= _cost(length, text)
    if hash_budget < 0:
        return Diagnosis(
            "lost",
            "not searched for but near that place, since the text is too long to hash it all",
        )
    places = [(place, place + length) for place in _hashed(digest, length, text)]
    if places:
        return _drift(places, region, verifies)
    for number, (name, other) in enumerate(others.items()):
        hash_budget -= _cost(length, other)
        if hash_budget < 0:
            left = len(others) - number
            message = f"not found, and {left} archived texts were not searched, for they are long"
            return Diagnosis("lost", message)
        if next(_hashed(digest, length, other), None) is not None:
            return Diagnosis("misattributed", f"the passage is in {name}, not in this source")
    return Diagnosis(
        "lost", "no stretch of that length has this SHA-256; of the words only it is kept"
    )


def difference(recorded: str, found: str) -> str:
    """Return the word difference between the words on record and those found.

    Deletions are in [-…-], insertions in {+…+}. If only white space differs, the words that were
    found are shown as a Python literal.
    """
    ours, theirs = recorded.split(), found.split()
    if ours == theirs:
        return f"the same words with other white space, {found!r}"
    pieces: list[str] = []
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for tag, first, last, other_first, other_last in matcher.get_opcodes():
        if tag == "insert" and first in (0, len(ours)):
            continue  # the stretch that was found has only about the length of the words
        if tag == "equal":
            pieces.extend(ours[first:last])
            continue
        if first < last:
            pieces.append(f"[-{' '.join(ours[first:last])}-]")
        if other_first < other_last:
            pieces.append(f"{{+{' '.join(theirs[other_first:other_last])}+}}")
    return " ".join(pieces)


def _drift(
    places: Iterable[tuple[int, int]], region: tuple[int, int], verifies: Verifies
) -> Diagnosis:
    """Return the diagnosis of a passage that was found, at the place nearest to its region."""
    found = list(places)
    good = [place for place in found if verifies(*place)] or found
    start, end = min(good, key=lambda at: abs(at[0] - region[0]) + abs(at[1] - region[1]))
    where = f"it is at {start} to {end}"
    if len(found) > 1:
        where += f", the nearest of {len(found)} places"
    return Diagnosis("drifted", where, start, end)


def _occurrences(words: str, text: str) -> Iterator[int]:
    place = text.find(words)
    while place >= 0:
        yield place
        place = text.find(words, place + 1)


def _cost(length: int, text: str) -> int:
    """Return the number of code points to hash for all places in a text."""
    return max(len(text) - length + 1, 0) * max(length, 0)


def _hashed(digest: str, length: int, text: str) -> Iterator[int]:
    if length > 0:
        for place in range(len(text) - length + 1):
            if sha256(text[place : place + length].encode()).hexdigest() == digest:
                yield place


def _hashed_near(digest: str, region: tuple[int, int], text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches with this SHA-256 whose start and end are near those of a region."""
    start, end = region
    for first in range(max(start - _OFFSET_TOLERANCE, 0), start + _OFFSET_TOLERANCE + 1):
        last = max(end - _OFFSET_TOLERANCE, first + 1)
        latest = min(end + _OFFSET_TOLERANCE, len(text))
        if last > latest:
            continue
        hashed = sha256(text[first:last].encode())
        while hashed.hexdigest() != digest and last < latest:
            hashed.update(text[last].encode())
            last += 1
        if hashed.hexdigest() == digest:
            yield first, last


def _most_similar(words: str, text: str) -> str | None:
    """Return the stretch of a text most similar to the words, None below the minimum."""
    if len(text) < len(words):
        text = text.ljust(len(words))  # else rapidfuzz would search the words for the text
    near = fuzz.partial_ratio_alignment(words, text, score_cutoff=_LEAST_SIMILARITY)
    return None if near is None else _whole_words(text, near.dest_start, near.dest_end)


def _whole_words(text: str, start: int, end: int) -> str:
    """Return the stretch, extended to whole words."""
    while 0 < start < len(text) and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return text[start:end].strip()
