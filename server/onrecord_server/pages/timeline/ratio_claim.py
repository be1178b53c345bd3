"""Claims that set one side's figure against another's, all read from the same side."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from onrecord.derivation.span import Span, in_words
from onrecord.rdf.namespaces import CODE
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import is_true

OPEN = frozenset(
    str(CODE[name]) for name in ("projected", "targeted", "urged", "promised", "possible",
                                 "conditional")
)  # fmt: skip
"""Modalities of what is expected or wanted: drawn hollow."""
NOT_PUT_FORWARD = frozenset(
    str(CODE[name]) for name in ("denied", "asked", "questioned", "not-confirmed", "not-known")
)
"""Modalities of figures that nobody puts forward as so: in the table, and no mark."""

_FLIPPED = {"lt": "gt", "le": "ge", "ge": "le", "gt": "lt", "nearly": "just-over",
            "just-over": "nearly"}  # fmt: skip
"""Comparator of a ratio turned over."""


@dataclass(frozen=True, slots=True)
class RatioClaim:
    """One claimed ratio of the side that a topic is told from to another side."""

    claim: str
    """IRI."""
    address: str
    text: str
    speakers: str
    person: bool
    said: Span
    said_words: str
    about: Span
    about_words: str
    other: str
    """IRI of the other side."""
    other_name: str
    product: str
    measure: str
    comparator: str
    """Local name in `code:comparator`."""
    value: float | None
    low: float | None
    high: float | None
    words: str
    put_as: str
    expected: bool
    """Whether it is expected or wanted, and not said to be so."""
    drawn: bool
    """False if nobody puts the figure forward as so, or who did has taken it back."""
    outlets: int
    respun: bool
    """Whether a machine has rewritten the words."""
    taken_back: bool
    number: int = 1
    """Which of the comparisons of its claim it is, from 1."""


@dataclass(frozen=True, slots=True)
class Side:
    """The actor from whose side all ratios of a topic are told."""

    iri: str
    name: str


def read_ratios(
    rows: Iterable[Mapping[str, str]], base: str
) -> tuple[Side | None, list[RatioClaim]]:
    """Return the side that most comparisons have in common, and those comparisons from its side.

    `rows` are figures of the query `topic-figures`. What is said of other sides is left out.
    """
    read = list(rows)
    sides: Counter[str] = Counter()
    names: dict[str, str] = {}
    for row in read:
        for role in ("bearer", "versus"):
            sides[row[role]] += 1
            names[row[role]] = row[f"{role}_name"]
    if not sides:
        return None, []
    # Of two that are always compared with each other it is the one whose figure is given.
    bearers = Counter(row["bearer"] for row in read)
    iri = min(sides, key=lambda side: (-sides[side], -bearers[side], side))
    seen: Counter[str] = Counter()
    claims = []
    for row in read:
        if iri in (row["bearer"], row["versus"]):
            seen[row["claim"]] += 1
            claims.append(replace(_ratio(row, iri, base), number=seen[row["claim"]]))
    return Side(iri, names[iri]), claims


def _ratio(row: Mapping[str, str], side: str, base: str) -> RatioClaim:
    turned = row["bearer"] != side
    value, low, high = (_number(row[name]) for name in ("value", "low", "high"))
    comparator = row["comparator"].rpartition("#")[2]
    if turned:
        value, low, high = _inverse(value), _inverse(high), _inverse(low)
        comparator = _FLIPPED.get(comparator, comparator)
    other = "bearer" if turned else "versus"
    taken_back = is_true(row["taken_back"])
    return RatioClaim(
        claim=row["claim"],
        address=address_of(row["claim"], base),
        text=row["text"],
        speakers=row["speakers"],
        person=is_true(row["person"]),
        said=Span(_day(row["said_from"]), _day(row["said_to"])),
        said_words=date_words(row["said_on"], row["said_from"], row["said_to"]),
        about=Span(_day(row["valid_from"]), _day(row["valid_to"])),
        about_words=date_words(row["valid_for"], row["valid_from"], row["valid_to"]),
        other=row[other],
        other_name=row[f"{other}_name"],
        product=row["product"],
        measure=row["measure"],
        comparator=comparator,
        value=value,
        low=low,
        high=high,
        words=row["words"],
        put_as=row["put_as"],
        expected=row["modality"] in OPEN,
        drawn=row["modality"] not in NOT_PUT_FORWARD and not taken_back,
        outlets=int(row["outlets"] or 0),
        respun=is_true(row["respun"]),
        taken_back=taken_back,
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _inverse(value: float | None) -> float | None:
    return None if not value else 1 / value


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def date_words(edtf: str, first: str, last: str) -> str:
    """Return a time in words that claim no more than is known, such as "2025, no day"."""
    start, _, end = edtf.partition("/")
    if not (first or last):
        return "undated"
    if not last:
        return f"{in_words(start)} or later"
    if not first:
        return f"{in_words(end)} or before"
    words = in_words(edtf)
    return f"{words}, no day" if words.removeprefix("about ").isdecimal() else words
