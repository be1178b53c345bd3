"""Quantity expressions: figures of a text, with what they say."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class QuantityExpression:
    """A figure of a text. A value is a number, a fraction, or None for a range or a bare ratio."""

    start: int
    end: int
    value: Decimal | str | None
    kind: str
    """`count`, `money`, `share`, `points`, `factor`, `ratio` or `vague`."""
    low: Decimal | None = None
    high: Decimal | None = None
    comparator: str = "eq"
    unit: str | None = None
    over: str | None = None
    """The period of a rate, as an ISO 8601 duration."""
    versus_over: str | None = None
    derived: Decimal | None = None
    role: str | None = None
    """`from`, `to` or `baseline`."""
    modality: str = "asserted"
    alone: bool = False
    """Whether the words beside it do not say what is counted."""
    flags: tuple[str, ...] = ()
