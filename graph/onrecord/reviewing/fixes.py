"""Fixes: what a reviewer corrects of a card, checked where a file is read, as it may be by hand."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

_TIME = {"edtf", "basis", "words", "reason"}
_PLACE = {"start", "end", "sha256", "quoted"}
_FIGURE = {"value", "low", "high", "comparator", "over"}


def as_written(fixes: Any) -> dict[str, Any]:
    """Return fixes with dates as text: YAML makes a date of what a person writes as one.

    Raises TypeError.
    """

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(key): plain(told) for key, told in value.items()}
        if isinstance(value, list | tuple):
            return [plain(one) for one in value]
        return value.isoformat() if isinstance(value, date) else value

    if not isinstance(fixes, Mapping):
        raise TypeError("fixes are no mapping")
    return {str(key): plain(told) for key, told in fixes.items()}


def fixes_of(written: Any) -> dict[str, Any]:
    """Return the fixes of a card. Raises TypeError or ValueError for what cannot be one."""
    fixes = as_written(written)
    for name, value in fixes.items():
        check = _CHECKS.get(name)
        if check is None:
            raise ValueError(f"there is no fix {name!r}, but {', '.join(_CHECKS)}")
        if not check(value):
            raise TypeError(f"the fix {name} cannot be {value!r}")
    return fixes


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float)


def _is_time(value: object) -> bool:
    """Return whether a value is a date, or a mapping with date, basis, words and reason."""
    if isinstance(value, int):
        return True  # a year
    if not isinstance(value, Mapping):
        return isinstance(value, str)
    return set(value) <= _TIME and (not value or "basis" in value)


def _names(*keys: str) -> Callable[[object], bool]:
    """Return a check: a name alone, or a mapping with one of these keys."""
    return lambda value: (
        isinstance(value, str)
        or (isinstance(value, Mapping) and any(value.get(key) for key in keys))
    )


def _each(check: Callable[[object], bool]) -> Callable[[object], bool]:
    """Return a check of a mapping by the number of a figure."""
    return lambda value: (
        isinstance(value, Mapping)
        and all(key.isdecimal() and check(told) for key, told in value.items())
    )


def _are_figures(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) <= _FIGURE


def _are_places(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(one, Mapping)
            and _PLACE - {"quoted"} <= set(one) <= _PLACE
            and isinstance(one["start"], int)
            and isinstance(one["end"], int)
            for one in value
        )
    )


def _is_name(value: object) -> bool:
    """Return whether a value names a record, or with no words none."""
    return isinstance(value, str) or (isinstance(value, Mapping) and set(value) == {"iri"})


def _are_names(value: object) -> bool:
    of_one = _names("iri", "name")
    return of_one(value) or (isinstance(value, list) and all(map(of_one, value)))


def _are_topics(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(map(_is_scalar, value)))


_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "text": _is_scalar,
    "speaker": _names("iri", "name"),
    "office": _is_scalar,
    "said_on": _is_time,
    "valid_for": _is_time,
    "modality": _is_scalar,
    "condition": _is_scalar,
    "topics": _are_topics,
    "series": _each(_names("iri", "label", "none")),
    "figures": _each(_are_figures),
    "same_as": _is_scalar,
    "relies_on": _is_name,
    "on_authority_of": _are_names,
    "event": _is_name,
    "places": _are_places,
    "words": _is_scalar,
}
