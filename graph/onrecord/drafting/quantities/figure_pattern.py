"""FigurePatterns of the words around figures, by language."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from onrecord.drafting.numeral import SPACES, alternatives, figure_words

_SHARED = "of|der|des|de|di|dei|delle|more|fewer|less|higher|lower|larger|smaller"
"""What follows a fraction that is a share: of what, or how it compares."""
_HALF_ALONE = (
    r"(?:(?<=\bby\s)|(?<=\bthan\s)|(?<=\babout\s)|(?<=\bnearly\s)|(?<=\balmost\s)|(?<=\bbear\s))"
    r"(?P<half>half)(?!-|\s(?:an?|dozen|hour|year|century|mile|day|hundred|[mb]illion|thousand)\b)"
)
"""A half of something that was named before: "fell by half"."""
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
    changed_by: re.Pattern[str]
    """The fraction by which something changed: "rose by a quarter"."""
    length: re.Pattern[str]
    ratio: re.Pattern[str]
    sides: re.Pattern[str]
    compared: re.Pattern[str]
    multiple: re.Pattern[str]
    of_these: re.Pattern[str]
    """What follows a number of some that are known: "six of them"."""
    compared_behind: re.Pattern[str]
    """What follows a multiple, and no frequency: "three times as much"."""
    grew: re.Pattern[str]
    """What comes before a multiple: "rose three times"."""
    ordinal: re.Pattern[str]
    age: re.Pattern[str]
    """What may come before an age."""
    made: re.Pattern[str]
    """What comes before so many of what was named before: "delivered 14 in May"."""
    changed: re.Pattern[str]
    """What comes before the figure that a change begins at: "rose from"."""
    changed_to: re.Pattern[str]
    """What stands before the figure that a change ends at: " to about two"."""
    fellow: re.Pattern[str]
    """What stands between two figures of one thing, but for dates: "a month, up from"."""
    stop: frozenset[str]
    label: frozenset[str]
    months: frozenset[str]
    weekdays: frozenset[str]


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
        _behind({**data["unit"], **data["currency"], "%": "%"}),
        re.compile(rf"(?<!\w)(?:{alternatives(data['vague'])})(?!\w)", re.IGNORECASE),
        re.compile(
            rf"(?<!\w)(?:(?P<verb>{alternatives(data['factor'])})(?!\s(?:down|over)\b)|(?:by\s)?a\sfactor\sof\s(?:about\s|around\s)?(?P<by>{numbers}|\d+(?:\.\d+)?)"
            rf"|(?P<number>{numbers}|\d+)(?:-?(?:fold|fach(?:e|en)?)|(?<=\d)[x×]))(?!\w)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<!\w)(?:(?P<word>{_loosely_joined(data['fraction'])})"
            rf"(?:(?=\s+(?:{_SHARED})\b(?!\sa\s))|(?<!a\squarter)(?=\s(?:the|its|their|our|all)\b))"
            rf"|{_HALF_ALONE}"
            rf"|(?P<one>{numbers}|\d+)\s(?:in|(?:out\s)?of\severy|out of)\s(?P<of>{numbers}|\d+)"
            r"(?=\s[^\W\d_]+s\b))",
            re.IGNORECASE,
        ),
        _changed_by(data),
        _behind(data["length"]),
        re.compile(
            rf"(?<!\w)in\s(?P<first>{a_time})\s(?P<firstunit>{lengths})\s(?:what|as\smuch\sas|the\s\w+\sthat)\s"
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
        re.compile(
            rf"[{SPACES}](?:{alternatives(data['words']['of'].split())})[{SPACES}](?:{alternatives(data['words']['these'].split())}|\d)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"[\"”’']?[{SPACES}](?:{alternatives(data['words']['compared'].split())})\b",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<!\w)(?:{alternatives(data['words']['grew'].split())})(?:\s\w+){{0,3}}\s$",
            re.IGNORECASE,
        ),
        _ordinal(data),
        re.compile(rf"(?:{alternatives(data['words']['age'].split())})\b", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{alternatives(data['words']['made'].split())})\s$", re.IGNORECASE),
        _changed(data),
        re.compile(
            rf"[^.;\n]{{0,40}}?\s(?:to|auf)\s(?:\w+\s){{0,2}}[£$€]?(?:\d|(?:{numbers})\b)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?=.*?\b(?:{alternatives(data['words']['joins'].split())})\b)"
            rf"(?:[\s,]+(?:{alternatives(data['words']['fellow'].split())})\b)*[\s,]+",
            re.IGNORECASE,
        ),
        frozenset(data["words"]["stop"].split()),
        frozenset(data["words"]["label"].split()),
        frozenset(months),
        frozenset(data["date"]["weekday"]),
    )


def _loosely_joined(words: dict[str, Any]) -> str:
    """Return a pattern of any of the words, in which spaces may be beside a hyphen."""
    return alternatives(words).replace("\\-", r"\s?-\s?")


def _before(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?P<word>{alternatives(words)})\s(?:(?:the|an?)\s)?$", re.IGNORECASE
    )


def _behind(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile(rf"[{SPACES}\n]?(?P<word>{alternatives(words)})(?!\w)", re.IGNORECASE)


def _changed_by(data: dict[str, Any]) -> re.Pattern[str]:
    """Return the pattern of "rose by a quarter", "cut by nearly a third", "up a fifth".

    Words may stand between a verb and "by". Where a fraction may be an ordinal, "a third party",
    only some words may follow it. In German "um" alone says that something changed.
    """
    words = data["words"]
    how = rf"(?:(?:{alternatives(data['comparator'])})\s(?:the\s)?)?"
    fraction = rf"{how}(?P<word>{_loosely_joined(data['fraction'])})(?!\w)"
    by = rf"(?:{alternatives(words['by'].split())})"
    if "changed" not in words:
        return re.compile(rf"(?<!\w){by}\s{fraction}", re.IGNORECASE)
    verb = rf"(?<!\w)(?:{alternatives(words['changed'].split())})"
    behind = ""
    if "behind_fraction" in words:
        following = alternatives(words["behind_fraction"].split())
        behind = rf"(?=\s?(?:[.,;:!?)”\"]|$)|\s(?:{following})\b)"
    return re.compile(
        rf"{verb}(?:(?:[\s,]+[\w’'-]+){{0,8}}?\s{by}\s?|\s(?:of\s)?){fraction}{behind}",
        re.IGNORECASE,
    )


def _changed(data: dict[str, Any]) -> re.Pattern[str]:
    """Return the pattern of "rose from", where the word of its end may join a range as well."""
    if "changed" not in data["words"]:
        return re.compile(r"(?!)")
    verbs = alternatives(data["words"]["changed"].split())
    return re.compile(
        rf"(?<!\w)(?:{verbs})(?:\s[\w-]+){{0,6}}\s(?:from|de)\s[£$€]?$", re.IGNORECASE
    )


def _ordinal(data: dict[str, Any]) -> re.Pattern[str]:
    """Return the pattern of "every fifth", one that fits nothing where a language has no such."""
    if "ordinal" not in data:
        return re.compile(r"(?!)")
    return re.compile(
        rf"(?<!\w){data['words']['every']}\s(?P<ordinal>{alternatives(data['ordinal'])})(?!\w)",
        re.IGNORECASE,
    )
