"""Numerals in digits and words, with their scale words."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

SPACES = " \u00a0\u202f\u2009"
MOST_DIGITS = 20
"""A longer run of digits is no figure."""


_THOUSANDS = re.compile(r"\d{1,3}\.000")
_CALIBRE = re.compile(rf"[{SPACES}]\d{{3}}$")
_MILLIMETRES = re.compile(rf"[{SPACES}-]?mm\b")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written; `scaled` if a scale word or suffix belongs to it."""

    start: int
    end: int
    value: Decimal
    scaled: bool
    digits: bool
    grouped: bool
    scale: int = 1


@cache
def figure_words(language: str) -> dict[str, Any]:
    """Return the words of figures and dates in a language; those of English for another one."""
    text = files(__package__).joinpath("figures.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    found: dict[str, Any] = data.get(language, data["en"])
    return found


def alternatives(words: Any) -> str:
    """Return a pattern of any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _pattern(language: str) -> re.Pattern[str]:
    data = figure_words(language)
    group = re.escape(data["group"])
    decimal = re.escape(data["decimal"])
    scales = alternatives(data["scale"])
    letters = "k|m|mn|mln|bn|tn"
    words = alternatives(data["word"])
    digits = (
        rf"(?:\d{{1,3}}(?:(?P<g>[{group}{SPACES}'’])\d{{3}}(?!\d))(?:(?P=g)\d{{3}}(?!\d))*|\d+)"
        rf"(?:{decimal}\d+)?"
    )
    return re.compile(
        rf"(?<![\w.,/])(?<!\d[’'])(?<!\d:)(?<![^\W\d]-)(?:(?P<digits>{digits})(?P<scale>(?:(?:{letters})\b|[{SPACES}-]?(?:{scales})\b)"
        rf"(?:[{SPACES}](?:{scales})\b)?)?"
        rf"|(?P<half>half[ -]a|half|a|an|one and a half|quarter of a)[ -]"
        rf"(?P<halfscale>{scales}|dozen)\b(?P<more>(?:[ -](?:{scales})\b)?)"
        rf"|(?P<words>(?:{words})(?:(?:[ -]|[ ]and[ ])(?:{words})){{0,7}})\b"
        rf"(?P<wordscale>(?:[ -](?:{scales})\b){{0,2}}))",
        re.IGNORECASE,
    )


_HALF = {
    "half a": Decimal("0.5"),
    "half-a": Decimal("0.5"),
    "half": Decimal("0.5"),
    "a": Decimal(1),
    "an": Decimal(1),
    "one and a half": Decimal("1.5"),
    "quarter of a": Decimal("0.25"),
}


def numerals(text: str, start: int, end: int, language: str) -> Iterator[Numeral]:
    """Yield the numerals of a passage, in order."""
    data = figure_words(language)
    scales = {**data["scale"], "dozen": 12, "mn": 10**6, "mln": 10**6, "bn": 10**9, "tn": 10**12}
    for found in _pattern(language).finditer(text, start, end):
        if found["digits"]:
            digits = found["digits"]
            if len(digits) > MOST_DIGITS:
                continue
            plain = re.sub(rf"[{SPACES}'’]", "", digits)
            # "580.000 units" counts in thousands in English too: nobody writes three such decimals.
            thousands = _THOUSANDS.fullmatch(plain) is not None and data["decimal"] == "."
            plain = plain.replace("." if thousands else data["group"], "")
            value = Decimal(plain.replace(data["decimal"], "."))
            scale = _scale(found["scale"] or "", scales)
            grouped = found["g"] is not None or thousands
            cut = (
                _CALIBRE.search(digits)
                if grouped and _MILLIMETRES.match(text, found.end())
                else None
            )
            if cut is not None and found["scale"] is None:
                # "600 000 152 mm": the last group is a calibre.
                whole = re.sub(rf"[{SPACES}'’]", "", digits[: cut.start()])
                end = found.start() + cut.start()
                yield Numeral(found.start(), end, Decimal(whole), False, True, True)
                continue
            yield Numeral(
                found.start(), found.end(), value * scale, scale != 1, True, grouped, scale
            )
        elif found["half"]:
            scale = scales[found["halfscale"].lower()] * _scale(found["more"], scales)
            value = _HALF[found["half"].lower()] * scale
            yield Numeral(found.start(), found.end(), value, True, False, False, scale)
        else:
            scale = _scale(found["wordscale"] or "", scales)
            value = _in_words(found["words"].lower(), data["word"]) * scale
            scaled = scale != 1 or value >= 100
            yield Numeral(found.start(), found.end(), value, scaled, False, False, scale)


def _scale(text: str, scales: dict[str, int]) -> int:
    scale = 1
    for word in re.split(rf"[{SPACES}-]+", text.strip(SPACES + "-").lower()):
        scale *= scales.get(word, 1)
    return scale


def _in_words(text: str, values: dict[str, int]) -> Decimal:
    """Read a numeral in words: "two hundred and fifty", "forty-five"."""
    total = current = 0
    for word in re.split(r"[ -]+", text):
        value = values.get(word)
        if value is None:
            continue
        if value >= 1000:
            total += max(current, 1) * value
            current = 0
        elif value == 100:
            current = max(current, 1) * value
        else:
            current += value
    return Decimal(total + current)
