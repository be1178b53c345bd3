"""All that is concluded of the figures of one series, worked out when it is asked for.

A release keeps every pair of a series of up to 200 figures, and the neighbours of each figure of a
longer one; this gives every pair of either.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyoxigraph as ox

    from onrecord.releases.release import Release


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one claimed figure says of another of the same line."""

    outcome: str
    """A code of `code:outcome`, such as `disagreement`."""
    strength: str
    """`for-certain`, `probable` or `may-be`."""
    because: str
    """The sentence that says why."""
    factor: Decimal | None
    """The greater figure divided by the lesser."""
    first: str
    """IRI of the figure that is the plan, or is earlier, or was said first."""
    second: str
    first_claim: str
    second_claim: str


def series_of(release: "Release") -> list[str]:
    """Return the IRIs of the series of a release."""
    from onrecord.derivation.figure import read_series

    return sorted(read_series(_store(release)))


def comparisons(release: "Release", series: str) -> tuple[Comparison, ...]:
    """Return what is concluded of each two figures of the line of a series."""
    from onrecord.derivation.comparison import all_of, factor_of
    from onrecord.derivation.sentence import because

    return tuple(
        Comparison(
            outcome=found.inference.outcome,
            strength=str(found.inference.strength),
            because=because(found),
            factor=None if (factor := factor_of(*found[:2])) is None else Decimal(factor),
            first=found.first.iri,
            second=found.second.iri,
            first_claim=found.first.claim,
            second_claim=found.second.claim,
        )
        for found in all_of(_store(release), series)
    )


def _store(release: "Release") -> "ox.Store":
    import pyoxigraph as ox

    from onrecord.releases.release import STORE, ReleaseError

    try:
        return ox.Store.read_only(str(release.path / STORE))
    except OSError as error:
        raise ReleaseError(f"{release.path}: its store cannot be read: {error}") from error
