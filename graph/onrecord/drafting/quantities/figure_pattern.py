"""FigurePatterns of the words around figures, by language."""

import re
from dataclasses import dataclass
from functools import cache

from onrecord.drafting.numeral import SPACES, alternatives, figure_words

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class FigurePatterns:
    """The words of a language, as patterns."""

    language: str
    comparator: re.Pattern[str]
    period: re.Pattern[str]
    unit: re.Pattern[str]
    vague: re.Pattern[str]
    factor: re.Pattern[str]
    fraction: re.Pattern[str]
    length: re.Pattern[str]
    ratio: re.Pattern[str]
    sides: re.Pattern[str]
    compared: re.Pattern[str]
    multiple: re.Pattern[str]
    stop: frozenset[str]
    label: frozenset[str]
    months: frozenset[str]


@cache
def figure_patterns(language: str) -> FigurePatterns:
    """Return the patterns of a language."""
    data = figure_words(language)
    lengths = alternatives(data["length"])
    numbers = alternatives(data["word"])
    months = {*data["date"]["month"], *data["date"]["short"]}
    a_time = rf"(?:an?|one|a full|a whole|an entire|{numbers}|\d+)"
    return FigurePatterns(
        language,
        _before(data["comparator"]),
        _behind(data["period"]),
        _behind({**data["unit"], "%": "%"}),
        re.compile(rf"(?<!\w)(?:{alternatives(data['vague'])})(?!\w)", re.IGNORECASE),
        re.compile(
            rf"(?<!\w)(?:(?P<verb>{alternatives(data['factor'])})|(?:by\s)?a\sfactor\sof\s(?:about\s|around\s)?(?P<by>{numbers}|\d+(?:\.\d+)?)"
            rf"|(?P<number>{numbers}|\d+)-?(?:fold|fach(?:e|en)?))(?!\w)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<!\w)(?:(?P<word>{alternatives(data['fraction'])})(?=\s+(?:of|der|des|de|di|dei|delle)\b)"
            rf"|(?P<one>{numbers}|\d+)\s(?:in|out of)\s(?P<of>{numbers}|\d+)(?=\s[^\W\d_]+s\b))",
            re.IGNORECASE,
        ),
        _behind(data["length"]),
        re.compile(
            rf"(?<!\w)in\s(?P<first>{a_time})\s(?P<firstunit>{lengths})\s(?:what|as\smuch\sas)\s"
            rf"[^.!?\n]{{3,120}}?\sin\s(?P<second>{a_time})\s(?P<secondunit>{lengths})(?!\w)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<![\w.,:])(?P<one>{numbers}|\d+(?:\.\d+)?)(?:\s?:\s?|[- ](?:to|zu|à)[- ])"
            rf"(?P<other>{numbers}|\d+(?:\.\d+)?)(?![\w:]|[.,]\d)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<!\w)(?:(?P<times>{numbers}|\d+)\stimes\s)?(?:as\s(?:much|many)|(?P<more>more))\b[^.!?\n]{{0,60}}?"
            rf"\sin\s(?P<first>{a_time})\s(?P<firstunit>{lengths})\s(?:as|than)\s"
            rf"[^.!?\n]{{3,120}}?\sin\s(?P<second>{a_time})\s(?P<secondunit>{lengths})(?!\w)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"[{SPACES}-](?:{alternatives(data['words']['times'].split())})\b(?P<more>\s(?:more|mehr|plus|più|larger|higher|greater|bigger|faster))?",
            re.IGNORECASE,
        ),
        frozenset(data["words"]["stop"].split()),
        frozenset(data["words"]["label"].split()),
        frozenset(months),
    )


def _before(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?P<word>{alternatives(words)})\s(?:the\s)?$", re.IGNORECASE)


def _behind(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile(rf"[{SPACES}\n]?(?P<word>{alternatives(words)})(?!\w)", re.IGNORECASE)
