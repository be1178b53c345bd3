"""Diagnosis: what has become of a passage that is not where the record says."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Literal

from rapidfuzz import fuzz

DiagnosisKind = Literal["drifted", "misattributed", "altered", "fabricated", "lost"]

_NEARLY = 80.0
"""From which likeness, of 100, a stretch of the text is taken for the words, altered."""
AFFORDABLE = 64 * 1024 * 1024
"""How many code points may be hashed in search of one passage whose words are not kept."""
_SLIPS = 16
"""By how many code points start and end may each be wrong for a hash alone to be found again."""

Stands = Callable[[int, int], bool]
"""Says whether a passage would verify in a stretch of the text."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What has become of a passage."""

    kind: DiagnosisKind
    """`lost` is a passage of which only the hash is kept, and which stands nowhere."""
    found: str
    """What was found instead, in a sentence."""
    start: int | None = None
    end: int | None = None
    """Where a drifted passage stands now, in code points of the same text."""


def anywhere(_start: int, _end: int) -> bool:
    """Say that a passage would verify wherever its words or its hash are found."""
    return True


def diagnose_words(
    words: str,
    region: tuple[int, int],
    text: str,
    others: Mapping[str, str],
    stands: Stands = anywhere,
) -> Diagnosis:
    """Say what has become of words that do not stand in a region of a text.

    `others` gives the other archived texts by a name to show. Of several places, one where the
    passage would verify goes first.
    """
    places = [(place, place + len(words)) for place in _occurrences(words, text)]
    if places:
        return _drifted(places, region, stands)
    for name, other in others.items():
        if words in other:
            return Diagnosis("misattributed", f"the words stand in {name}, not in this source")
    near = _nearly(words, text)
    if near is not None:
        return Diagnosis("altered", f"the source has: {difference(words, near)}")
    for name, other in others.items():
        near = _nearly(words, other)
        if near is not None:
            told = f"nearly the words stand in {name}, which has: {difference(words, near)}"
            return Diagnosis("misattributed", told)
    return Diagnosis("fabricated", "the words stand in no archived text, not even nearly")


def diagnose_hash(
    digest: str,
    region: tuple[int, int],
    text: str,
    others: Mapping[str, str],
    affordable: int = AFFORDABLE,
    stands: Stands = anywhere,
) -> Diagnosis:
    """Say what has become of a passage of which only the SHA-256 and a region are kept.

    Stretches that begin and end near the region are hashed first, since one of its numbers may be
    wrong, and its length with it. Then every stretch of its length is hashed, in the text first
    and then in the others, as long as the code points to be hashed are affordable; what was not
    searched is said.
    """
    start, end = region
    length = end - start
    if (2 * _SLIPS + 1) * length > affordable:
        return Diagnosis("lost", "not searched for, since the passage is too long")
    places = list(_hashed_near(digest, region, text))
    if places:
        return _drifted(places, region, stands)
    affordable -= _cost(length, text)
    if affordable < 0:
        return Diagnosis(
            "lost",
            "not searched for but near that place, since the text is too long to hash it all",
        )
    places = [(place, place + length) for place in _hashed(digest, length, text)]
    if places:
        return _drifted(places, region, stands)
    for number, (name, other) in enumerate(others.items()):
        affordable -= _cost(length, other)
        if affordable < 0:
            left = len(others) - number
            told = f"not found, and {left} archived texts were not searched, for they are long"
            return Diagnosis("lost", told)
        if next(_hashed(digest, length, other), None) is not None:
            return Diagnosis("misattributed", f"the passage stands in {name}, not in this source")
    return Diagnosis(
        "lost", "no stretch of that length has this SHA-256; of the words only it is kept"
    )


def difference(kept: str, found: str) -> str:
    """Return what one has to change in the words that are kept to get those that were found.

    Words to take out stand in [-…-], words to put in in {+…+}. Where only the white space
    differs, it is shown as Python writes it.
    """
    ours, theirs = kept.split(), found.split()
    if ours == theirs:
        return f"the same words with other white space, {found!r}"
    pieces: list[str] = []
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for tag, first, last, other_first, other_last in matcher.get_opcodes():
        if tag == "insert" and first in (0, len(ours)):
            continue  # the stretch that was found is only about as long as the words
        if tag == "equal":
            pieces.extend(ours[first:last])
            continue
        if first < last:
            pieces.append(f"[-{' '.join(ours[first:last])}-]")
        if other_first < other_last:
            pieces.append(f"{{+{' '.join(theirs[other_first:other_last])}+}}")
    return " ".join(pieces)


def _drifted(
    places: Iterable[tuple[int, int]], region: tuple[int, int], stands: Stands
) -> Diagnosis:
    """Return the diagnosis for a passage that was found: the place that is nearest at both ends."""
    found = list(places)
    good = [place for place in found if stands(*place)] or found
    start, end = min(good, key=lambda at: abs(at[0] - region[0]) + abs(at[1] - region[1]))
    where = f"it stands at {start} to {end}"
    if len(found) > 1:
        where += f", the nearest of {len(found)} places"
    return Diagnosis("drifted", where, start, end)


def _occurrences(words: str, text: str) -> Iterator[int]:
    place = text.find(words)
    while place >= 0:
        yield place
        place = text.find(words, place + 1)


def _cost(length: int, text: str) -> int:
    """Return how many code points are hashed to try every place."""
    return max(len(text) - length + 1, 0) * max(length, 0)


def _hashed(digest: str, length: int, text: str) -> Iterator[int]:
    if length > 0:
        for place in range(len(text) - length + 1):
            if sha256(text[place : place + length].encode()).hexdigest() == digest:
                yield place


def _hashed_near(digest: str, region: tuple[int, int], text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches with this SHA-256 whose two ends are each near that of a region."""
    start, end = region
    for first in range(max(start - _SLIPS, 0), start + _SLIPS + 1):
        last = max(end - _SLIPS, first + 1)
        latest = min(end + _SLIPS, len(text))
        if last > latest:
            continue
        hashed = sha256(text[first:last].encode())
        while hashed.hexdigest() != digest and last < latest:
            hashed.update(text[last].encode())
            last += 1
        if hashed.hexdigest() == digest:
            yield first, last


def _nearly(words: str, text: str) -> str | None:
    """Return the stretch of a text that is most like the words, None if none is like enough."""
    if len(text) < len(words):
        text = text.ljust(len(words))  # else the text would be sought in the words
    near = fuzz.partial_ratio_alignment(words, text, score_cutoff=_NEARLY)
    return None if near is None else _whole_words(text, near.dest_start, near.dest_end)


def _whole_words(text: str, start: int, end: int) -> str:
    """Return the stretch, widened to the ends of the words that it cuts."""
    while 0 < start < len(text) and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return text[start:end].strip()
