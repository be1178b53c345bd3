"""Sentences that say why something is concluded of two figures, and the words that they use."""

from decimal import Decimal
from functools import lru_cache

from onrecord.derivation.figure import ClaimedFigure, Kind, Series
from onrecord.derivation.inference import Conclusion

_SIGNS = {
    "lt": "below ",
    "le": "at most ",
    "gt": "above ",
    "ge": "at least ",
    "approx": "about ",
    "nearly": "nearly ",
    "just-over": "just over ",
}
_SIDES = {
    "measure": "{} against {}",
    "product": "{} against {}",
    "bearer": "of {} against of {}",
    "versus": "compared with {} or with {}",
    "versusMeasure": "compared with {} or with {}",
    "recipient": "for {} against for {}",
    "priceYear": "in prices of {} against of {}",
}
"""How each property of two scopes is told."""


def because(conclusion: Conclusion) -> str:
    """Return the sentence that says why: both figures with their speakers and times, the reason."""
    first, second, inference = conclusion[:3]
    return joined(told(first), told(second), inference.reason)


def joined(first: str, second: str, reason: str) -> str:
    """Return two figures in words and the reason as sentences."""
    return f"{first}; {second}. {reason[0].upper()}{reason[1:]}."


def told(figure: ClaimedFigure) -> str:
    """Return a figure with its speaker, the day of saying and the time that it is about."""
    said = f", {figure.said_in_words}" if figure.said_in_words else ""
    of = "" if figure.is_of_the_moment else f", of {figure.valid_in_words}"
    denied = "denied, " if figure.kind is Kind.DENIAL else ""
    return f"{figure.names}{said}{of}: {denied}{amount(figure)}"


def amount(figure: ClaimedFigure) -> str:
    """Return a figure on its common footing in words, such as *about 4 a year*."""
    sign = _SIGNS.get(figure.comparator, "")
    per = " a year" if figure.per else ""
    percent = f" {figure.series.symbol}" if figure.series.symbol else ""
    if figure.value is None and figure.range_low is not None and figure.range_high is not None:
        least, most = _number(figure.range_low), _number(figure.range_high)
        return f"{sign}{least} to {most}{percent}{per}"
    nominal = figure.nominal
    return f"{sign}{_number(nominal) if nominal is not None else '?'}{percent}{per}"


@lru_cache(maxsize=2**12)
def scopes(one: Series, other: Series, differences: tuple[str, ...]) -> str:
    """Return how the scopes of two series differ: *output against capacity, of X against of Y*."""
    return ", ".join(
        _SIDES[name].format(_side(one, name), _side(other, name))
        for name in differences
        if name in _SIDES
    )


def _side(series: Series, name: str) -> str:
    if name == "versusMeasure":
        name = name if name in series.scope else "measure"
    return series.names.get(name, "anybody" if name == "recipient" else "none")


def _number(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01")).normalize() if value < 1000 else round(value)
    return f"{rounded:,f}" if isinstance(rounded, Decimal) else f"{rounded:,}"
