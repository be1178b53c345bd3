"""Quantities in a text: the words as they stand, with what they say as a figure.

What only looks like a figure is none: a calibre, a designation, a date, a clock time, an age, the
length of a time. No figure is reckoned but the factor of a two-sided ratio, which says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from onrecord.drafting.numeral import SPACES, Numeral, alternatives, figure_words, numerals

CURRENCIES = {"£": "GBP", "$": "USD", "€": "EUR", "US$": "USD", "A$": "AUD", "C$": "CAD"}
CODES = "USD|EUR|GBP|RUB|UAH|PLN|CHF|SEK|NOK|DKK|CZK"
BEFORE = 220
"""Characters before a figure that may tell its modality."""
LONGEST_NOUN = 4
_SYMBOL = re.compile(rf"(?:US\$|A\$|C\$|[£$€]|\b(?:{CODES}))[{SPACES}]?$")
_CODE = re.compile(rf"[{SPACES}]?(?:[€$£]|(?:{CODES})\b)")
_CALIBRE = re.compile(r"[-\s\u00a0]?(?:mm|cm|caliber|calibre|cal)\b|/\d+", re.IGNORECASE)
_NO_FIGURE = re.compile(
    r"[:/]\d|-?(?:year|month|day|week|hour|minute|foot|inch)s?-|(?:st|nd|rd|th)\b|\s?°|[ap]\.?m\b",
    re.IGNORECASE,
)
_NAME_BEHIND = re.compile(r"-(?!\d)[A-Za-z]")
_RANGE = re.compile(rf"[{SPACES}]?(?:–|—|-|to|and|or|bis|und|à|et)[{SPACES}]?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_GAP = re.compile(rf"[{SPACES}\n-]?")
_RATIO = re.compile(
    r"ratio|outgun|outnumber|advantage|superior|parity|disparity|verhältnis|rapport|rapporto",
    re.IGNORECASE,
)
_YEARS = range(1900, 2101)


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
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
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
def _words(language: str) -> _Words:
    data = figure_words(language)
    lengths = alternatives(data["length"])
    numbers = alternatives(data["word"])
    months = {*data["date"]["month"], *data["date"]["short"]}
    a_time = rf"(?:an?|one|a full|a whole|an entire|{numbers}|\d+)"
    return _Words(
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


def quantities(
    text: str, language: str, dates: tuple[tuple[int, int], ...] = ()
) -> list[QuantityExpression]:
    """Return the quantities of a text, in order; no part of a date is one."""
    words = _words(language if language in ("en", "de", "fr", "it") else "en")
    taken = _Taken(dates)
    found: list[QuantityExpression] = []
    for group in (_ratios, _fractions, _vague, _factors):
        found += [one for one in group(text, words) if taken.add(one.start, one.end)]
    pending = list(numerals(text, 0, len(text), words.language))
    skip = False
    for number, numeral in enumerate(pending):
        if skip:
            skip = False
            continue
        following = pending[number + 1] if number + 1 < len(pending) else None
        read, skip = _read(text, numeral, following, words)
        if read is not None and taken.add(read.start, read.end):
            found.append(read)
    return sorted(found, key=lambda one: one.start)


class _Taken:
    """Places of a text that are read already, by blocks of characters."""

    def __init__(self, places: tuple[tuple[int, int], ...]) -> None:
        self._blocks: dict[int, list[tuple[int, int]]] = {}
        for start, end in places:
            self._keep(start, end)

    def _keep(self, start: int, end: int) -> None:
        for block in range(start // 64, end // 64 + 1):
            self._blocks.setdefault(block, []).append((start, end))

    def add(self, start: int, end: int) -> bool:
        """Take a place; False if a part of it is taken."""
        for block in range(start // 64, end // 64 + 1):
            for first, last in self._blocks.get(block, ()):
                if first < end and start < last:
                    return False
        self._keep(start, end)
        return True


def _duration(count: str, unit: str, words: _Words) -> tuple[str, int] | None:
    """Return a duration as ISO 8601, and in months or days by its letter."""
    data = figure_words(words.language)
    letter = data["length"][unit.lower()]
    low = count.lower()
    number = int(low) if low.isdigit() else data["word"].get(low, 1)
    if letter == "Q":
        number, letter = number * 3, "M"
    if letter == "X":
        number, letter = number * 10, "Y"
    if letter in "HIS":
        return None
    months = {"D": 0, "W": 0, "M": number, "Y": 12 * number}[letter]
    return f"P{number}{letter}", months


def _ratios(text: str, words: _Words) -> Iterator[QuantityExpression]:
    """Yield two-sided ratios: "in three months what the others make in a year"."""
    data = figure_words(words.language)
    for found in words.compared.finditer(text) if words.language == "en" else ():
        first = _duration(found["first"], found["firstunit"], words)
        second = _duration(found["second"], found["secondunit"], words)
        if first is None or second is None:
            continue
        low = (found["times"] or "").lower()
        times = Decimal(low) if low.isdigit() else Decimal(data["word"].get(low, 1))
        more = found["more"] is not None
        exact = first[1] and second[1] and not more
        yield QuantityExpression(
            found.start(),
            found.end(),
            times if low else None,
            "ratio",
            comparator="gt" if more and not low else "eq",
            over=first[0],
            versus_over=second[0],
            derived=times * second[1] / first[1] if exact else None,
            flags=("times more",) if more and low else (),
        )
    yield from _sides(text, words)
    for found in words.ratio.finditer(text):
        first = _duration(found["first"], found["firstunit"], words)
        second = _duration(found["second"], found["secondunit"], words)
        if first is None or second is None:
            continue
        derived = Decimal(second[1]) / first[1] if first[1] and second[1] else None
        yield QuantityExpression(
            found.start(),
            found.end(),
            None,
            "ratio",
            over=first[0],
            versus_over=second[0],
            derived=derived,
        )


def _sides(text: str, words: _Words) -> Iterator[QuantityExpression]:
    """Yield ratios by their sides, "10 to one", "1:2", where words beside them say it is one."""
    data = figure_words(words.language)
    for found in words.sides.finditer(text):
        one, other = (
            Decimal(low.replace(",", ".")) if low[0].isdigit() else Decimal(data["word"][low])
            for low in (found["one"].lower(), found["other"].lower())
        )
        around = text[max(0, found.start() - 90) : found.end() + 60]
        if found["other"].startswith("0"):
            continue
        if 1 not in (one, other) or one == other or not _RATIO.search(around):
            continue
        value = max(one, other)
        yield QuantityExpression(
            found.start(),
            found.end(),
            value,
            "ratio",
            modality=_modality(text, found.start(), words),
        )


def _fractions(text: str, words: _Words) -> Iterator[QuantityExpression]:
    data = figure_words(words.language)
    for found in words.fraction.finditer(text):
        if found["word"]:
            value = data["fraction"][found["word"].lower()]
            start, comparator = _comparator(text, found.start(), words)
            yield QuantityExpression(
                start,
                found.end(),
                value,
                "share",
                comparator=comparator,
                modality=_modality(text, start, words),
            )
            continue
        one, of = (
            int(low) if low.isdigit() else data["word"][low]
            for low in (found["one"].lower(), found["of"].lower())
        )
        if not one or of <= one:
            continue
        end = found.end() + len(_WORD.match(text, found.end() + 1)[0]) + 1  # type: ignore[index]
        start, comparator = _comparator(text, found.start(), words)
        yield QuantityExpression(
            start,
            end,
            f"{one}/{of}",
            "share",
            comparator=comparator,
            modality=_modality(text, start, words),
        )


def _vague(text: str, words: _Words) -> Iterator[QuantityExpression]:
    data = figure_words(words.language)
    for found in words.vague.finditer(text):
        end = _noun(text, found.end(), words)
        if end == found.end() or words.length.fullmatch(text, found.end(), end):
            continue
        value = Decimal(data["vague"][found.group().lower()])
        yield QuantityExpression(
            found.start(),
            end,
            value,
            "vague",
            comparator="approx",
            modality=_modality(text, found.start(), words),
        )


def _factors(text: str, words: _Words) -> Iterator[QuantityExpression]:
    data = figure_words(words.language)
    for found in words.factor.finditer(text):
        if found["verb"]:
            value = Decimal(str(data["factor"][found["verb"].lower()]))
        else:
            low = (found["number"] or found["by"]).lower()
            value = Decimal(low) if low[0].isdigit() else Decimal(data["word"][low])
        start, comparator = _comparator(text, found.start(), words)
        yield QuantityExpression(
            start,
            found.end(),
            value,
            "factor",
            comparator=comparator,
            modality=_modality(text, start, words),
        )


def _comparator(text: str, start: int, words: _Words) -> tuple[int, str]:
    data = figure_words(words.language)
    found = words.comparator.search(text, max(0, start - 24), start)
    if found is None:
        return start, "eq"
    return found.start(), data["comparator"][found["word"].lower()]


def _modality(text: str, start: int, words: _Words) -> str:
    """Return how a figure is put forward, by the words of its sentence before it."""
    data = figure_words(words.language)["words"]
    window = text[max(0, start - BEFORE) : start]
    sentence = re.split(r"[.!?]\s|\n", window)[-1].lower()
    lows = set(_WORD.findall(sentence))
    for modality in ("targeted", "projected", "urged"):
        if lows & set(data[modality].split()):
            return modality
    return "asserted"


def _read(
    text: str, numeral: Numeral, following: Numeral | None, words: _Words
) -> tuple[QuantityExpression | None, bool]:
    """Return the quantity that a numeral begins, and whether it takes the next one in: a range."""
    symbol = _SYMBOL.search(text, max(0, numeral.start - 5), numeral.start)
    begin = symbol.start() if symbol else numeral.start
    if _is_name(text, begin, numeral, symbol is not None, words):
        return None, False
    high: Numeral | None = None
    if following is not None:
        between = text[numeral.end : following.start]
        joined = _RANGE.fullmatch(re.sub(r"[£$€]", "", between)) is not None
        if joined and following.value > 0 and _is_range(text, begin, numeral, following, between):
            high = following
    if high is None and _is_score(text, numeral):
        return None, False
    end = (high or numeral).end
    if _NO_FIGURE.match(text, end) or (_CALIBRE.match(text, end) and not numeral.scaled):
        return None, False
    # "F-16-class" names a thing, "100,000-rounds-a-month" counts.
    if _NAME_BEHIND.match(text, end) and not numeral.grouped:
        return None, False
    data = figure_words(words.language)
    kind, unit = "count", None
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
    if multiple and unit is None:
        kind = "factor"
        flags = ("times more",) if multiple["more"] else ()
        end = multiple.end()
    elif unit is None and (named := words.unit.match(text, end)):
        unit = {**data["unit"], "%": "%"}[named["word"].lower()]
        kind = {"%": "share", "points": "points"}.get(
            unit, "money" if len(unit) == 3 and unit.isupper() else "count"
        )
        end = named.end()
    elif unit is None:
        if words.length.match(text, end) and not numeral.scaled:
            return None, high is not None
        stop = _noun(text, end, words)
        bare = stop == end
        plain = not (numeral.scaled or numeral.grouped)
        if bare and plain:
            return None, False
        if (
            plain
            and numeral.digits
            and int(numeral.value) in _YEARS
            and not _plural(text, end, stop)
        ):
            return None, False
        if not numeral.digits and numeral.value == 1 and not numeral.scaled:
            return None, False
        end = stop
    over = None
    if period := words.period.match(text, end):
        over = data["period"][period["word"].lower()]
        end = period.end()
    start, comparator = _comparator(text, begin, words)
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
            role=_role(text, start, end),
            modality=_modality(text, start, words),
            flags=flags,
        ),
        high is not None,
    )


def _is_range(text: str, begin: int, low: Numeral, high: Numeral, between: str) -> bool:
    """Say whether two numerals are the ends of a range, not two figures."""
    word = between.strip(SPACES + "£$€").lower()
    if word in ("and", "und", "et"):
        return (
            re.search(
                r"\b(?:between|zwischen|entre)\s[£$€]?$",
                text[max(0, begin - 12) : begin],
                re.IGNORECASE,
            )
            is not None
        )
    top = high.value / high.scale if low.scale == 1 and high.scale > 1 else high.value
    if low.value >= top:
        return False
    years = all(
        one.digits and not one.scaled and not one.grouped and one.value in _YEARS
        for one in (low, high)
    )
    return not years


def _is_score(text: str, numeral: Numeral) -> bool:
    """Say whether a numeral is one side of a score or of a compound: "3-2"."""
    behind = text[numeral.end : numeral.end + 2]
    before = text[max(0, numeral.start - 2) : numeral.start]
    return (behind[:1] in ("-", "–") and behind[1:].isdigit()) or (
        before[1:] in ("-", "–") and before[:1].isdigit()
    )


def _role(text: str, start: int, end: int) -> str | None:
    before = text[max(0, start - 40) : start].lower()
    if re.search(
        r"\b(?:up|down|compared|increase|rise)\s(?:from|with|to)\s$|\b(?:against|versus)\s$", before
    ):
        return "baseline" if not re.search(r"\b(?:increase|rise)\s\w+\s$", before) else None
    if re.search(r"\b(?:from|von)\s$", before) and re.match(
        r"[^.;\n]{0,40}?\s(?:to|auf)\s(?:\w+\s){0,2}[£$€]?\d", text[end : end + 60]
    ):
        return "from"
    if re.search(
        r"\bfrom\s[^.;\n]{1,60}?\sto\s(?:\w+\s)?$", text[max(0, start - 90) : start].lower()
    ):
        return "to"
    return None


def _is_name(text: str, begin: int, numeral: Numeral, money: bool, words: _Words) -> bool:
    """Say whether a numeral belongs to a name, a date or a label: "Base 9", "No. 4", "May 3"."""
    if money:
        return False
    before = re.search(r"([^\W\d_][\w.]*)[\s\u00a0]$", text[max(0, begin - 24) : begin])
    after = (
        _WORD.match(text, numeral.end + 1) if text[numeral.end : numeral.end + 1] == " " else None
    )
    if after is not None and after.group().lower() in words.months and after.group()[0].isupper():
        return True
    if before is None:
        return False
    low = before[1].lower()
    if low in words.label or (low.rstrip(".") in words.months and before[1][0].isupper()):
        return True
    if numeral.scaled or numeral.grouped or not before[1][0].isupper() or words.language == "de":
        return words.language == "de" and low in words.label
    opening = re.search(r"(?:^|[.!?:“\"\n]\s*)\S+\s$", text[max(0, begin - 40) : begin])
    return opening is None and numeral.digits and low not in words.stop


def _noun(text: str, end: int, words: _Words) -> int:
    """Return where the noun ends that follows a figure: "40 mm steel pipes"."""
    place = end
    best = end
    for count in range(LONGEST_NOUN):
        if place >= len(text) or text[place] not in SPACES + "\n-":
            break
        gap = 1
        calibre = re.compile(r"\d+(?:[./]\d+)*[ -]?(?:mm|cm)\b").match(text, place + gap)
        model = (
            re.compile(r"\d{1,3}[A-Z]?\d?(?=\s[^\W\d_])").match(text, place + gap)
            if count
            else None
        )
        if calibre or (model and text[best - 1].isalpha() and text[place - 1].isalpha()):
            place = calibre.end() if calibre else model.end() if model else place
            continue
        word = _WORD.match(text, place + gap)
        if word is None or word.group().lower() in words.stop:
            break
        if text[place] == "\n" and text[place + 1 : place + 2] == "\n":
            break
        place = word.end()
        if count == 0:
            best = place
        low = word.group().lower()
        if words.language == "de":
            if word.group()[0].isupper():
                return place
        elif (low.endswith("s") and not low.endswith(("ss", "us", "is", "ous"))) or low in (
            "people",
            "men",
            "women",
            "troops",
        ):
            return place
    if best > end:
        first = text[end + 1 : best].lower()
        if first.endswith(("ed", "ly", "ing")):
            return end
    return best


def _plural(text: str, end: int, stop: int) -> bool:
    return stop > end and text[stop - 1] == "s"
