"""Counts, sums of money, shares and rates: what a numeral and the words behind it say."""

import re
from collections.abc import Set

from onrecord.drafting.numeral import SPACES, Numeral, figure_words
from onrecord.drafting.quantities.counted_noun import is_one_plural, noun_end
from onrecord.drafting.quantities.figure_pattern import FigurePatterns
from onrecord.drafting.quantities.named_number import YEARS, is_in_name
from onrecord.drafting.quantities.number_range import RANGE, is_range, is_score
from onrecord.drafting.quantities.qualifier import comparator_of, modality_of, role_of
from onrecord.drafting.quantities.quantity_expression import QuantityExpression

CURRENCIES = {"£": "GBP", "$": "USD", "€": "EUR", "US$": "USD", "A$": "AUD", "C$": "CAD"}
CODES = "USD|EUR|GBP|RUB|UAH|PLN|CHF|SEK|NOK|DKK|CZK"
_SYMBOL = re.compile(rf"(?:US\$|A\$|C\$|[£$€]|\b(?:{CODES}))[{SPACES}]?$")
_CODE = re.compile(rf"[{SPACES}]?(?:[€$£]|(?:{CODES})\b)")
_CALIBRE = re.compile(
    r"[-\s\u00a0]?(?:mm|cm|millimet(?:er|re)s?|caliber|calibre|cal)\b|/\d+", re.IGNORECASE
)
_NO_FIGURE = re.compile(
    r"[:/]\d|-?(?:year|month|day|week|hour|minute|foot|inch)s?-|(?:st|nd|rd|th)\b|\s?°|\s?[ap]\.?\s?m\b",
    re.IGNORECASE,
)
_IN_YEAR = re.compile(r"(?:\b(?:the|in|of|a|since|his|her|their|its)|['’]s)\s$", re.IGNORECASE)
"""What comes before a year and never before so many things."""
LEAST_ALONE = 100
_NO_NAME = re.compile(r"(?=[.,;)”\"](?!\d)|\s[a-zß-ÿ–—]|$)")
_AFTER_WORDS = re.compile(r"(?:^|[\s(])[a-zß-ÿ]+[\s(]$")
_NAME_BEHIND = re.compile(r"-(?!\d)[A-Za-z]")


def counted_quantity(
    text: str,
    numeral: Numeral,
    following: Numeral | None,
    words: FigurePatterns,
    dates: Set[int] = frozenset(),
    is_fellow: bool = False,
) -> tuple[QuantityExpression | None, bool]:
    """Return the quantity that a numeral begins, and whether it takes the next one in: a range.

    It ends where a date begins: `dates` are the starts of those of the text. A fellow of the figure
    before it, "12 ferries in 2024 and 20 in 2025", needs no noun of its own.
    """
    symbol = _SYMBOL.search(text, max(0, numeral.start - 5), numeral.start)
    begin = symbol.start() if symbol else numeral.start
    if is_in_name(text, begin, numeral, symbol is not None, words):
        return None, False
    high: Numeral | None = None
    if following is not None:
        between = text[numeral.end : following.start]
        joined = RANGE.fullmatch(re.sub(r"[£$€]", "", between)) is not None
        if (
            joined
            and following.value > 0
            and is_range(text, begin, numeral, following, between, words)
        ):
            high = following
    if high is None and is_score(text, numeral):
        return None, False
    end = (high or numeral).end
    if _NO_FIGURE.match(text, end) or (_CALIBRE.match(text, end) and not numeral.scaled):
        return None, False
    # "F-16-class" names a thing, "100,000-rounds-a-month" counts.
    is_named = _NAME_BEHIND.match(text, end) and not words.multiple.match(text, end)
    if is_named and not numeral.grouped:
        return None, False
    data = figure_words(words.language)
    kind, unit = "count", None
    alone = False
    if symbol:
        kind, unit = (
            "money",
            CURRENCIES.get(symbol.group().strip(SPACES), symbol.group().strip(SPACES)),
        )
    elif code := _CODE.match(text, end):
        kind = "money"
        unit = CURRENCIES.get(code.group().strip(SPACES), code.group().strip(SPACES))
        end = code.end()
    multiple = words.multiple.match(text, end)
    flags: tuple[str, ...] = ()
    if multiple and unit is None and _is_frequency(text, begin, multiple, words):
        return None, False
    if multiple and unit is None:
        kind = "factor"
        flags = ("times more",) if multiple["more"] else ()
        end = multiple.end()
    elif unit is None and (named := words.unit.match(text, end)):
        word = named["word"].lower()
        if word in data["currency"]:
            kind, unit = "money", data["currency"][word] or None
        else:
            unit = {**data["unit"], "%": "%"}[word]
            kind = {"%": "share", "points": "points"}.get(unit, "count")
        end = named.end()
    elif unit is None:
        if words.length.match(text, end) and not numeral.scaled:
            return None, high is not None
        if following is not None and _is_of_length(text, numeral, following, words):
            return None, False
        stop = noun_end(text, end, words, dates)
        alone = stop == end
        plain = not (numeral.scaled or numeral.grouped)
        if (
            alone
            and plain
            and not _counts_alone(text, begin, end, numeral, words)
            and not (is_fellow and _may_count(text, end, numeral))
        ):
            return None, False
        if (
            plain
            and numeral.digits
            and int(numeral.value) in YEARS
            and not (
                is_one_plural(text, end, stop)
                and not _IN_YEAR.search(text, max(0, begin - 8), begin)
            )
        ):
            return None, False
        if words.length.fullmatch(text, text.rfind(" ", end, stop), stop) and plain:
            return None, False
        if not numeral.digits and numeral.value == 1 and not numeral.scaled:
            return None, False
        end = stop
    over = None
    if end + 1 not in dates and (period := words.period.match(text, end)):
        over = data["period"][period["word"].lower()]
        end = period.end()
    start, comparator = comparator_of(text, begin, words)
    if kind == "count" and _is_age(text, start, end, numeral, words):
        return None, False
    low_value = numeral.value
    if (
        high is not None
        and numeral.scale == 1
        and high.scale > 1
        and numeral.value < high.value / high.scale
    ):
        low_value = numeral.value * high.scale
    return (
        QuantityExpression(
            start,
            end,
            None if high else low_value,
            kind,
            low=low_value if high else None,
            high=high.value if high else None,
            comparator=comparator,
            unit=unit,
            over=over,
            role=role_of(text, start, end, words),
            modality=modality_of(text, start, words),
            alone=alone,
            flags=flags,
        ),
        high is not None,
    )


def _is_of_length(text: str, numeral: Numeral, following: Numeral, words: FigurePatterns) -> bool:
    """Say whether a numeral has its unit behind the next one, a time: "from 12 to 28 months"."""
    between = text[numeral.end : following.start]
    joined = re.fullmatch(r"\s(?:to|or|bis|oder|à|ou|a|o)\s(?:\w+\s)?", between) is not None
    return joined and not following.scaled and words.length.match(text, following.end) is not None


def _counts_alone(text: str, begin: int, end: int, numeral: Numeral, words: FigurePatterns) -> bool:
    """Say whether a numeral without a noun is a figure: "six of them", "roughly 400", "120 a year".

    Digits alone are one where they are too many for an age, a score or a day, and no year.
    """
    if words.of_these.match(text, end) or words.period.match(text, end):
        return not numeral.digits or int(numeral.value) not in YEARS
    if numeral.digits and int(numeral.value) in YEARS:
        return False
    start, comparator = comparator_of(text, begin, words)
    if comparator != "eq" or role_of(text, start, end, words) is not None:
        return not text[end : end + 1].isalnum()
    if words.made.search(text, max(0, begin - 24), begin):
        return _may_count(text, end, numeral)
    return (
        numeral.digits
        and numeral.value >= LEAST_ALONE
        and _NO_NAME.match(text, end) is not None
        and _AFTER_WORDS.search(text, max(0, begin - 24), begin) is not None
    )


def _may_count(text: str, end: int, numeral: Numeral) -> bool:
    """Say whether a numeral may be so many, where the words before it say that it counts."""
    is_year = numeral.digits and int(numeral.value) in YEARS
    return numeral.value > 1 and not is_year and _NO_NAME.match(text, end) is not None


def _is_age(text: str, start: int, end: int, numeral: Numeral, words: FigurePatterns) -> bool:
    """Say whether "voters under 30 came" tells an age: no plural is counted."""
    before = words.age.match(text, start)
    return (
        before is not None
        and numeral.digits
        and not (numeral.scaled or numeral.grouped)
        and numeral.value < LEAST_ALONE
        and text[end - 1 : end] != "s"
        and words.period.match(text, end) is None
    )


def _is_frequency(text: str, begin: int, multiple: re.Match[str], words: FigurePatterns) -> bool:
    """Say whether "three times" tells how often, not how many times as much."""
    return not (
        words.compared_behind.match(text, multiple.end())
        or multiple["more"]
        or words.grew.search(text, max(0, begin - 40), begin)
    )
