"""Text made from archived bytes: its words, and which place of the bytes each part has."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import is_normalized

from onrecord.errors import OnRecordError

SHOWN = 200
"""Characters of words that were left out which are kept with the layer."""
_MOST_OMISSIONS = 100


class TextLayerError(OnRecordError):
    """No text can be made from bytes."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Stretch of the text with its place in the bytes; offsets in code points, end exclusive."""

    start: int
    end: int
    kind: str
    """What it is: paragraph, heading, caption, pull quote, block quotation, list item, cue, …"""
    place: str
    """Where it is in the bytes: path of an element, `page=3`, `t=1,3`, `line=2,5`."""
    speaker: str | None = None
    """Who speaks, where the bytes themselves say it: a voice, the writer of a message."""


@dataclass(frozen=True, slots=True)
class Omission:
    """Words of the bytes that are not in the text."""

    why: str
    words: str
    place: str


@dataclass(frozen=True, slots=True)
class MadeText:
    """A text, what made it, and what it has and has not of the bytes."""

    text: str
    made_with: str
    version: str
    options: str = ""
    blocks: tuple[TextBlock, ...] = ()
    changes: Mapping[str, int] = field(default_factory=dict)
    """How often characters were changed, by what was done."""
    omissions: tuple[Omission, ...] = ()
    notes: tuple[str, ...] = ()
    """Notes for a person before the text is used."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What the bytes say of themselves: title, publisher, author, published, language, address."""

    words: tuple[int, int] | None = None
    """Of a page: how many a reader of it sees, and how many are in the text."""
    quotations: tuple[int, int] | None = None
    """The same of quotations, of at least two words."""

    @property
    def form(self) -> str:
        """How accented letters are written: NFC (composed), NFD (decomposed), or mixed."""
        if is_normalized("NFC", self.text):
            return "NFC"
        return "NFD" if is_normalized("NFD", self.text) else "mixed"


class LayerWriter:
    """Text under construction, one block after the other."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[TextBlock] = []
        self.changes: Counter[str] = Counter()
        self.omissions: list[Omission] = []

    def add(
        self, text: str, kind: str, place: str, speaker: str | None = None, *, gap: str = "\n\n"
    ) -> None:
        """Add a block, after a gap if it is not the first one. Without words, nothing is added."""
        if not text.strip():
            return
        if self._parts:
            self._parts.append(gap)
            self._length += len(gap)
        self.blocks.append(TextBlock(self._length, self._length + len(text), kind, place, speaker))
        self._parts.append(text)
        self._length += len(text)

    def omit(self, why: str, words: str, place: str) -> None:
        """Note words that are left out; of very many, the first ones."""
        if words.strip() and len(self.omissions) < _MOST_OMISSIONS:
            self.omissions.append(
                Omission(why, " ".join(words[: 2 * SHOWN].split())[:SHOWN], place)
            )

    @property
    def changed(self) -> dict[str, int]:
        """How often characters were changed, by what was done."""
        return {what: count for what, count in sorted(self.changes.items()) if count}

    @property
    def text(self) -> str:
        """The text so far, with a line end behind the last block."""
        return "".join((*self._parts, "\n")) if self._parts else ""


def place_of(blocks: Sequence[TextBlock], start: int, end: int) -> str:
    """Return the place in the bytes of a stretch of the text, empty if none is known.

    Of a stretch over several blocks it is the time from the first to the last cue, or all places.
    """
    places = [one.place for one in blocks if one.start < end and one.end > start]
    if len(places) > 1 and all(place.startswith("t=") for place in places):
        return f"{places[0].partition(',')[0]},{places[-1].rpartition(',')[2]}"
    return " ".join(dict.fromkeys(places))
