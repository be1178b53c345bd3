"""A claim as it is on record: who said what and when, with which figures, and on whose word."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onrecord.releases.query_result import QueryResult, Row

Ask = Callable[[str, str], QueryResult]
"""Asks one of the queries about a claim, by its name and the claim's IRI."""


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time as far as it is known."""

    edtf: str
    """As the record has it, in the Extended Date/Time Format: `2025-11-06`, `2025-11-06/..`."""
    earliest: date | None
    """The first day that it can touch; None if its start is open."""
    latest: date | None
    """The last day that it can touch; None if its end is open."""
    basis: str
    """How it is known: explicit, inferred from context, …"""
    words: str
    """The words of the source that say it; empty if none do."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as stated, and on the common footing of its series."""

    iri: str
    series: str
    comparator: str
    """How the figure bounds the truth: equal, nearly, at most, more than, …"""
    value: int | Decimal | None
    """As stated; None for a mere range, which has `low` and `high`."""
    low: int | Decimal | None
    """The lower end of a stated range, alone or about the value."""
    high: int | Decimal | None
    confidence: Decimal | None
    """The level at which the range was stated, 0.95 for 95 per cent; None if none was."""
    over: str
    """The period in which it is reached, as a duration of XML Schema: `P1Y`; empty for a stock."""
    versus_over: str
    """The period of the other side of a ratio; empty if it is the same."""
    comparable_value: int | Decimal | None
    """On the common footing: a ratio over the same period, an amount a year."""
    unit: str
    """The name of the unit of both values, as QUDT has it: Tonne, Euro, Number."""
    per: str
    """The period that `comparable_value` is per: `P1Y`; empty if it is no rate."""
    words: str


@dataclass(frozen=True, slots=True)
class AttestedPassage:
    """The place of an attestation in an archived text."""

    start: int | None
    """In code points from 0; None for a passage that is the whole text."""
    end: int | None
    """In code points, exclusive."""
    words: str
    """The quoted words; empty if the passage is not speech in quotation marks."""
    sha256: str
    """Of the UTF-8 bytes of the passage."""
    snapshot_sha256: str
    """Of the bytes of the archived text."""
    translation: str
    """Our literal translation of the words into English; empty if there is none."""
    bytes_sha256: str
    """Of the archived bytes, such as a PDF, that the text was made from; empty if it was not."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """One source's report of a claim."""

    iri: str
    source: str
    """The title of the source."""
    source_iri: str
    published: str
    """When the source was published, in EDTF."""
    mode: str
    """How the source carries the claim: direct speech, reported speech, …"""
    attribution: str
    withdrawn: bool
    passages: tuple[AttestedPassage, ...]

    @property
    def words(self) -> str:
        """The words of its passages, with ` … ` between; empty if only their places are kept."""
        return " … ".join(passage.words for passage in self.passages if passage.words)

    @property
    def translation(self) -> str:
        """Our translations of its words, with ` … ` between; empty if there are none."""
        return " … ".join(passage.translation for passage in self.passages if passage.translation)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When and why a record was withdrawn."""

    day: date | None
    reason: str
    replaced_by: str
    """The IRI of the record in its place; empty if there is none."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """One of those who put a claim forward."""

    name: str
    iri: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with its figures and its attestations."""

    iri: str
    text: str
    """Our paraphrase, in English."""
    speakers: tuple[Speaker, ...]
    """By name; several for a joint statement."""
    said_on: TimeSpan
    modality: str
    """How it is put: asserted, projected, urged, …"""
    condition: str
    """Our paraphrase of what it depends on; empty if it depends on nothing."""
    quantities: tuple[Quantity, ...]
    attestations: tuple[Attestation, ...]
    """By their IRI."""
    taken_back_by: tuple[str, ...]
    """The IRIs of the claims by which a speaker withdraws or corrects it; empty if none does."""
    withdrawal: Withdrawal | None
    """None for a record that is not withdrawn."""

    @property
    def speaker(self) -> str:
        """The names of all its speakers, with `; ` between."""
        return "; ".join(speaker.name for speaker in self.speakers)

    @property
    def taken_back(self) -> bool:
        """Whether one of its speakers took it back, so that its figures are claimed no longer."""
        return bool(self.taken_back_by)

    @property
    def withdrawn(self) -> bool:
        """Whether the record was withdrawn, so that it must not be taken for current."""
        return self.withdrawal is not None


def read_claim(ask: Ask, iri: str) -> Claim | None:
    """Return the claim with an IRI, None if there is none."""
    heads = ask("claim-head", iri)
    if not heads:
        return None
    head = heads[0]
    return Claim(
        iri=iri,
        text=_text(head, "text"),
        speakers=tuple(
            Speaker(_text(row, "speaker"), _text(row, "speaker_iri"))
            for row in _firsts(heads, "speaker_iri")
        ),
        said_on=TimeSpan(
            _text(head, "date"),
            _day(head, "earliest"),
            _day(head, "latest"),
            _text(head, "basis"),
            _text(head, "date_words"),
        ),
        modality=_text(head, "modality"),
        condition=_text(head, "condition"),
        quantities=tuple(map(_quantity, _firsts(ask("claim-quantities", iri), "quantity"))),
        attestations=tuple(_attestations(ask("claim-passages", iri))),
        taken_back_by=tuple(sorted({iri for row in heads if (iri := _text(row, "taken_back_by"))})),
        withdrawal=_withdrawal(head),
    )


def _withdrawal(head: Row) -> Withdrawal | None:
    if not head["withdrawn"]:
        return None
    return Withdrawal(
        _day(head, "withdrawn_on"), _text(head, "withdrawn_because"), _text(head, "replaced_by")
    )


def _quantity(row: Row) -> Quantity:
    return Quantity(
        iri=_text(row, "quantity"),
        series=_text(row, "series"),
        comparator=_text(row, "comparator"),
        value=_number(row, "value"),
        low=_number(row, "low"),
        high=_number(row, "high"),
        over=_text(row, "over"),
        versus_over=_text(row, "versus_over"),
        confidence=_decimal(row, "confidence"),
        comparable_value=_number(row, "comparable_value"),
        unit=_text(row, "unit"),
        per=_text(row, "per"),
        words=_text(row, "words"),
    )


def _attestations(rows: QueryResult) -> Iterable[Attestation]:
    """Yield what rows of passages say; the rows of one attestation follow each other."""
    passages: dict[str, list[AttestedPassage]] = {}
    for row in _firsts(rows, "attestation", "passage"):
        found = AttestedPassage(
            _whole(row, "start"),
            _whole(row, "end"),
            _text(row, "words"),
            _text(row, "passage_sha256"),
            _text(row, "snapshot_sha256"),
            _text(row, "translation"),
            _text(row, "bytes_sha256"),
        )
        passages.setdefault(_text(row, "attestation"), []).append(found)
    for row in _firsts(rows, "attestation"):
        iri = _text(row, "attestation")
        yield Attestation(
            iri=iri,
            source=_text(row, "source"),
            source_iri=_text(row, "source_iri"),
            published=_text(row, "published"),
            mode=_text(row, "mode"),
            attribution=_text(row, "attribution"),
            withdrawn=row["withdrawn"] is True,
            passages=tuple(passages[iri]),
        )


def _firsts(rows: Iterable[Row], *columns: str) -> list[Row]:
    """Return the first row for each thing: one that has two names has two rows."""
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        first.setdefault(tuple(_text(row, column) for column in columns), row)
    return list(first.values())


def _text(row: Row, column: str) -> str:
    value = row[column]
    return "" if value is None else str(value)


def _day(row: Row, column: str) -> date | None:
    value = row[column]
    return value if isinstance(value, date) else None


def _number(row: Row, column: str) -> int | Decimal | None:
    value = row[column]
    return value if isinstance(value, int | Decimal) else None


def _decimal(row: Row, column: str) -> Decimal | None:
    value = _number(row, column)
    return None if value is None else Decimal(value)


def _whole(row: Row, column: str) -> int | None:
    value = row[column]
    return value if isinstance(value, int) else None
