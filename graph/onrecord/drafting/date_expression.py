"""Dates in a text: the words as they stand, with what they say as EDTF.

A date that the text gives in full has the basis `stated`; what follows from the day of publication
has the basis `publication`, or `inferred-year` where only the year does. Without that day such
words are found, and say nothing. No day, month or year is invented: "in June" has no day, "earlier
this month" is an interval, and "by the end of the year" has an open start.
See the EDTF specification of the Library of Congress (ISO 8601-2:2019).
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from onrecord.drafting.numeral import alternatives, figure_words

BEFORE = 160
_FUTURE = re.compile(
    r"\b(?:will|would|shall|may|might|could|going to|plans? to|expected to|due|scheduled|set to"
    r"|to be|until|by|next|wird|werden|soll|sollen|sera|seront)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateExpression:
    """A time that a text names."""

    start: int
    end: int
    edtf: str | None
    """None if it needs a day of publication that is not known, or has no bounds that are."""
    basis: str
    """`stated`, `publication`, `inferred-year`, or `unknown` without an EDTF date."""
    precision: str | None = None
    """`approximate` where the words are vague, `fiscal-year` for one of unknown bounds."""


@dataclass(frozen=True, slots=True)
class _Context:
    text: str
    published: date | None
    months: dict[str, int]
    weekdays: dict[str, int]
    seasons: dict[str, int]
    counts: dict[str, int]


Read = Callable[[re.Match[str], _Context], DateExpression | None]


def dates(text: str, language: str, published: date | None) -> list[DateExpression]:
    """Return the dates of a text, in order; of two that overlap, the longer one."""
    data = figure_words(language)
    listed = data["date"]
    months = {name: number for number, name in enumerate(listed["month"], 1)}
    months |= {name: number for number, name in enumerate(listed["short"], 1)}
    months |= {f"{name}.": number for number, name in enumerate(listed["short"], 1)}
    months |= {"sept": 9, "sept.": 9} if language == "en" else {}
    weekdays = {name: number for number, name in enumerate(listed["weekday"])}
    context = _Context(text, published, months, weekdays, listed["season"], data["word"])
    found: list[DateExpression] = []
    for pattern, read in _rules(language if language in ("en", "de", "fr", "it") else "en"):
        every = (read(match, context) for match in pattern.finditer(text))
        found += [one for one in every if one is not None]
    found.sort(key=lambda one: (one.start, -one.end))
    result: list[DateExpression] = []
    for one in found:
        if not result or one.start >= result[-1].end:
            result.append(one)
    return result


@cache
def _rules(language: str) -> tuple[tuple[re.Pattern[str], Read], ...]:
    data = figure_words(language)
    listed = data["date"]
    short = {*listed["short"], *(["sept"] if language == "en" else [])} - set(listed["month"])
    named = alternatives([*listed["month"], *(name + "." for name in short)])
    month = rf"(?P<month>{named}|(?:{alternatives(short)})(?=\s\d))"
    weekday = alternatives(listed["weekday"])
    season = alternatives(listed["season"])
    number = alternatives(data["word"])
    year = r"(?P<year>(?:19|20)\d\d)"
    day = r"(?P<day>0?[1-9]|[12]\d|3[01])"
    in_ = {"en": "in", "de": r"(?:im|in)", "fr": "en", "it": "(?:a|nel|in)"}[language]
    rules: list[tuple[str, Read]] = [
        (rf"\b{day}(?:st|nd|rd|th|er|\.)?(?:\sof)?\s{month},?\s{year}\b", _full),
        (rf"\b{month}\s{day}(?:st|nd|rd|th)?,?\s{year}\b", _full),
        (rf"\b(?P<year>(?:19|20)\d\d)-(?P<number>0[1-9]|1[0-2])-{day}\b", _full),
        (rf"\b{day}(?:st|nd|rd|th|er|\.)?(?:\sof)?\s{month}(?!\s?\d)(?!\w)", _day_of_month),
        (rf"\b{month}\s{day}(?:st|nd|rd|th)?(?![\w:.,]\d)(?!\w)", _day_of_month),
        (rf"\b(?:{in_}\s)?{month},?\s{year}\b", _month_of_year),
        (rf"\b{in_}\s{month}(?!\s?\d)(?!\w)", _month),
        (rf"\b{in_}\s{year}(?![\w–-])(?!,\d)", _year),
    ]
    if language == "en":
        rules += [
            (rf"\b(?P<which>last|next|this)\s(?P<weekday>{weekday})\b", _weekday),
            (
                rf"\b(?P<weekday>{weekday})\b(?!\s(?:Times|Post|Mail|Telegraph|Night|Journal))",
                _weekday,
            ),
            (r"\b(?P<part>earlier|later)\s(?:this|in the)\s(?P<unit>week|month|year)\b", _part),
            (
                r"\b(?P<which>last|next|this)\s(?P<unit>week|month|quarter|year|decade|century)\b",
                _unit,
            ),
            (r"\b(?P<word>yesterday|today|tomorrow)\b(?!['’]s\b)", _day_word),
            (
                rf"\b(?P<which>last|next|this|(?:{in_}\s)?(?:the\s)?)\s?(?P<season>{season})(?:\s(?:of\s)?{year})?\b",
                _season,
            ),
            (
                rf"\b(?:over|in|during|for|within|throughout)\s(?:the\s)?(?:past|last)\s(?P<count>{number}|\d+)\s(?P<unit>days|weeks|months|years|decades)\b",
                _past,
            ),
            (
                r"\b(?:over|in|during)\sthe\s(?:past|last)\s(?P<unit>day|week|month|year|decade)\b",
                _past,
            ),
            (
                rf"\b(?P<count>a|an|{number}|\d+)\s(?P<unit>days?|weeks?|months?|years?|decades?)\sago\b",
                _ago,
            ),
            (
                rf"\bby\sthe\send\sof\s(?:(?P<of>the|this|next|last)\s(?P<unit>week|month|year|decade)|{month}(?:\s{year})?|(?P<bare>(?:19|20)\d\d))\b",
                _by_end,
            ),
            (rf"\bby\s(?:(?P<part>early|mid|late)[\s-])?{month}\s{year}\b", _by),
            (rf"\bby\s(?:(?P<part>early|mid|late)[\s-])?{month}(?!\s?\d)(?!\w)", _by),
            (rf"\bby\s(?:(?P<part>early|mid|late)[\s-])?{year}\b", _by),
            (r"\bby\s(?P<of>this|next)\s(?P<unit>year|month|week)\b", _by_end),
            (r"\bby\s(?P<yearend>year[- ]end)\b", _by_end),
            (rf"\b(?P<limit>since|until|till)\s(?:{month}\s)?{year}\b", _limit),
            (rf"\b(?P<limit>since|until|till)\s{month}(?!\s?\d)(?!\w)", _limit),
            (
                r"\b(?:from|between)\s(?P<first>(?:19|20)\d\d)\s(?:to|and|until)\s(?P<last>(?:19|20)\d\d)\b",
                _years,
            ),
            (r"\b(?P<first>(?:19|20)\d\d)\s?[–-]\s?(?P<last>(?:19|20)?\d\d)\b(?![-–]\d)", _years),
            (
                r"\b(?:in\s)?(?:(?:the\s)?"
                r"(?P<part>early|mid|late|end of|beginning of|start of)[\s-])"
                rf"(?:{month}\s)?{year}\b",
                _vague_part,
            ),
            (rf"\b(?:in\s)?the\s(?P<half>first|second)\shalf\sof\s{year}\b", _half),
            (
                rf"\b(?:in\s)?(?:Q(?P<quarter>[1-4])\s|the\s(?P<ordinal>first|second|third|fourth)\squarter\sof\s){year}\b",
                _quarter,
            ),
            (r"\b(?:in\s)?the\s(?:(?:early|mid|late)[\s-])?(?P<decade>(?:19|20)\d0)s\b", _decade),
            (
                r"\b(?:in\s|by\s)?(?:FY\s?(?P<fiscal>\d{4}|\d\d)|(?:fiscal|financial)\s(?:year\s)?(?P<fiscalyear>(?:19|20)\d\d))\b",
                _fiscal,
            ),
        ]
    elif language == "de":
        rules += [
            (rf"\b(?P<weekday>{weekday})\b", _weekday),
            (
                r"\bbis\s(?:zum\s)?Ende\s(?:(?P<of>des|dieses)\s(?P<unit>Jahres|Monats)|(?P<bare>(?:19|20)\d\d))\b",
                _by_end,
            ),
            (rf"\b(?P<limit>seit|bis)\s(?:{month}\s)?{year}\b", _limit),
        ]
    else:
        rules += [(rf"\b(?P<weekday>{weekday})\b", _weekday)]
    flags = re.IGNORECASE
    return tuple((re.compile(pattern, flags), read) for pattern, read in rules)


def _group(found: re.Match[str], name: str) -> str:
    return found.groupdict().get(name) or ""


def _of(
    found: re.Match[str], edtf: str | None, basis: str, precision: str | None = None
) -> DateExpression:
    start = found.start() + len(found.group()) - len(found.group().lstrip())
    return DateExpression(
        start, found.end(), edtf, basis if edtf or precision else "unknown", precision
    )


def _month_number(found: re.Match[str], context: _Context) -> int:
    """Return the month, 0 for a word that only looks like one: the verb "may"."""
    name = _group(found, "month")
    if not name or not name[0].isupper():
        if not name or name[0].isupper() or context.months.get(name.lower()) is None:
            return 0
        # French and Italian months begin with a small letter.
        return (
            context.months[name.lower()]
            if "janvier" in context.months or "gennaio" in context.months
            else 0
        )
    return context.months[name.lower()]


def _full(found: re.Match[str], context: _Context) -> DateExpression | None:
    month = int(_group(found, "number") or 0) or _month_number(found, context)
    year, day = int(found["year"]), int(found["day"])
    if not month or day > monthrange(year, month)[1]:
        return None
    return _of(found, f"{year:04}-{month:02}-{day:02}", "stated")


def _sentence_before(found: re.Match[str], context: _Context) -> str:
    window = context.text[max(0, found.start() - BEFORE) : found.start()]
    return re.split(r"[.!?]\s|\n", window)[-1]


def _year_of_month(found: re.Match[str], month: int, context: _Context) -> int | None:
    """Return the year of a month alone: the next one if it tells what will be."""
    published = context.published
    if published is None:
        return None
    future = _FUTURE.search(_sentence_before(found, context)) is not None
    if future:
        return published.year + (month < published.month)
    return published.year - (month > published.month)


def _day_of_month(found: re.Match[str], context: _Context) -> DateExpression | None:
    month, day = _month_number(found, context), int(found["day"])
    if not month or day > (29 if month == 2 else monthrange(2023, month)[1]):
        return None
    year = _year_of_month(found, month, context)
    if year is None:
        return _of(found, f"XXXX-{month:02}-{day:02}", "stated")
    return _of(found, f"{year:04}-{month:02}-{day:02}", "inferred-year")


def _month_of_year(found: re.Match[str], context: _Context) -> DateExpression | None:
    month = _month_number(found, context)
    return _of(found, f"{found['year']}-{month:02}", "stated") if month else None


def _month(found: re.Match[str], context: _Context) -> DateExpression | None:
    month = _month_number(found, context)
    if not month:
        return None
    year = _year_of_month(found, month, context)
    if year is None:
        return _of(found, f"XXXX-{month:02}", "stated")
    return _of(found, f"{year:04}-{month:02}", "inferred-year")


def _year(found: re.Match[str], context: _Context) -> DateExpression | None:
    return _of(found, found["year"], "stated")


def _weekday(found: re.Match[str], context: _Context) -> DateExpression | None:
    name = found["weekday"]
    number = context.weekdays.get(name.lower())
    if number is None:
        return None
    if name[0].islower() and "monday" in context.weekdays:
        return None
    published = context.published
    if published is None:
        return _of(found, None, "unknown")
    which = _group(found, "which").lower()
    back = (published.weekday() - number) % 7
    future = which == "next" or (
        which != "last"
        and re.search(
            r"\b(?:will|would|to|wird|sera)\s(?:\w+\s){0,6}(?:on|am|le)?\s?$",
            _sentence_before(found, context),
        )
        is not None
    )
    if which == "last" and back == 0:
        back = 7
    day = (
        published + timedelta((number - published.weekday()) % 7 or 7)
        if future
        else published - timedelta(back)
    )
    return _of(found, day.isoformat(), "publication")


def _bounds(unit: str, day: date) -> tuple[date, date]:
    """Return the first and the last day of the week, month, year or decade of a day."""
    if unit == "week":
        first = day - timedelta(day.weekday())
        return first, first + timedelta(6)
    if unit == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    if unit == "decade":
        return date(day.year // 10 * 10, 1, 1), date(day.year // 10 * 10 + 9, 12, 31)
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _part(found: re.Match[str], context: _Context) -> DateExpression | None:
    if context.published is None:
        return _of(found, None, "unknown")
    first, last = _bounds(found["unit"].lower(), context.published)
    today = context.published
    start, end = (first, today) if found["part"].lower() == "earlier" else (today, last)
    return _of(found, f"{start.isoformat()}/{end.isoformat()}", "publication")


def _unit(found: re.Match[str], context: _Context) -> DateExpression | None:
    published, unit = context.published, found["unit"].lower()
    if published is None:
        return _of(found, None, "unknown")
    step = {"last": -1, "this": 0, "next": 1}[found["which"].lower()]
    if unit == "year":
        return _of(found, f"{published.year + step:04}", "publication")
    if unit == "month":
        return _of(found, _month_text(published, step), "publication")
    if unit == "quarter":
        count = published.year * 4 + (published.month - 1) // 3 + step
        return _of(found, f"{count // 4:04}-{33 + count % 4}", "publication")
    if unit == "decade":
        return _of(found, f"{published.year // 10 + step:03}X", "publication")
    if unit == "century":
        return _of(found, f"{published.year // 100 + step:02}XX", "publication")
    first, last = _bounds("week", published + timedelta(7 * step))
    return _of(found, f"{first.isoformat()}/{last.isoformat()}", "publication")


def _month_text(day: date, step: int) -> str:
    count = day.year * 12 + day.month - 1 + step
    return f"{count // 12:04}-{count % 12 + 1:02}"


def _day_word(found: re.Match[str], context: _Context) -> DateExpression | None:
    if context.published is None:
        return _of(found, None, "unknown")
    step = {"yesterday": -1, "today": 0, "tomorrow": 1}[found["word"].lower()]
    return _of(found, (context.published + timedelta(step)).isoformat(), "publication")


def _season(found: re.Match[str], context: _Context) -> DateExpression | None:
    which = found["which"].strip().lower()
    code = context.seasons[found["season"].lower()]
    if _group(found, "year"):
        return _of(found, f"{found['year']}-{code}", "stated")
    if which not in ("last", "next", "this"):
        return None
    if context.published is None:
        return _of(found, None, "unknown")
    step = {"last": -1, "this": 0, "next": 1}[which]
    return _of(found, f"{context.published.year + step:04}-{code}", "publication")


def _count(found: re.Match[str], context: _Context) -> int:
    low = _group(found, "count").lower()
    return int(low) if low.isdigit() else context.counts.get(low, 1)


def _back(day: date, count: int, unit: str) -> str | None:
    """Return the day, month or year that lies so long before a day, as precise as the unit."""
    unit = unit.lower().removesuffix("s")
    if unit in ("day", "week"):
        step = count * (7 if unit == "week" else 1)
        return (day - timedelta(step)).isoformat() if step < 365_000 else None
    months = count * {"month": 1, "year": 12, "decade": 120}[unit]
    return _month_text(day, -months) if months < 12 * 1000 else None


def _past(found: re.Match[str], context: _Context) -> DateExpression | None:
    if context.published is None:
        return _of(found, None, "unknown")
    unit = found["unit"]
    start = _back(context.published, _count(found, context), unit)
    if start is None:
        return None
    end = context.published.isoformat()[: len(start)]
    return _of(found, f"{start}/{end}", "publication", "approximate")


def _ago(found: re.Match[str], context: _Context) -> DateExpression | None:
    if context.published is None:
        return _of(found, None, "unknown")
    unit = found["unit"].lower().removesuffix("s")
    then = _back(context.published, _count(found, context), unit)
    if then is None:
        return None
    if unit == "day":
        return _of(found, then, "publication")
    precise = then[:4] if unit in ("year", "decade") else then[:7]
    return _of(found, f"{precise}~", "publication", "approximate")


def _by_end(found: re.Match[str], context: _Context) -> DateExpression | None:
    if year := _group(found, "bare"):
        return _of(found, f"/{year}-12-31", "stated")
    if _group(found, "month"):
        month = _month_number(found, context)
        year = _group(found, "year")
        basis = "stated" if year else "inferred-year"
        number = int(year) if year else _year_of_month(found, month, context) if month else None
        if not month or number is None:
            return _of(found, None, "unknown") if month else None
        return _of(found, f"/{number:04}-{month:02}-{monthrange(number, month)[1]:02}", basis)
    published = context.published
    if published is None:
        return _of(found, None, "unknown")
    unit = {"jahres": "year", "monats": "month"}.get(
        _group(found, "unit").lower(), _group(found, "unit").lower() or "year"
    )
    step = {"next": 1, "last": -1}.get(_group(found, "of").lower(), 0)
    day = published
    if step and unit == "year":
        day = date(published.year + step, 6, 15)
    elif step and unit == "month":
        text = _month_text(published, step)
        day = date(int(text[:4]), int(text[5:]), 1)
    elif step:
        day = published + timedelta(7 * step)
    return _of(found, f"/{_bounds(unit, day)[1].isoformat()}", "publication")


def _by(found: re.Match[str], context: _Context) -> DateExpression | None:
    year, basis = _group(found, "year"), "stated"
    precision = "approximate" if _group(found, "part") else None
    month = _month_number(found, context) if _group(found, "month") else 0
    if _group(found, "month"):
        if not month:
            return None
        if not year:
            number = _next_year_of(month, context.published)
            if number is None:
                return _of(found, None, "unknown")
            year, basis = f"{number:04}", "inferred-year"
        return _of(found, f"/{year}-{month:02}", basis, precision)
    return _of(found, f"/{year}", basis, precision)


def _next_year_of(month: int, published: date | None) -> int | None:
    return published.year + (month < published.month) if published else None


def _limit(found: re.Match[str], context: _Context) -> DateExpression | None:
    month = _month_number(found, context) if _group(found, "month") else 0
    if _group(found, "month") and not month:
        return None
    year, basis = _group(found, "year"), "stated"
    since = found["limit"].lower() in ("since", "seit")
    if not year:
        published = context.published
        if published is None:
            return _of(found, None, "unknown")
        back = published.year - (month > published.month)
        number = back if since else _next_year_of(month, published) or back
        year, basis = f"{number:04}", "inferred-year"
    text = f"{year}-{month:02}" if month else year
    return _of(found, f"{text}/.." if since else f"../{text}", basis)


def _years(found: re.Match[str], context: _Context) -> DateExpression | None:
    first, last = found["first"], found["last"]
    last = first[: 4 - len(last)] + last
    return _of(found, f"{first}/{last}", "stated") if first < last else None


def _vague_part(found: re.Match[str], context: _Context) -> DateExpression | None:
    month = _month_number(found, context) if _group(found, "month") else 0
    if _group(found, "month") and not month:
        return None
    text = f"{found['year']}-{month:02}" if month else found["year"]
    return _of(found, f"{text}~", "stated", "approximate")


def _half(found: re.Match[str], context: _Context) -> DateExpression | None:
    year = found["year"]
    first = found["half"].lower() == "first"
    return _of(found, f"{year}-01/{year}-06" if first else f"{year}-07/{year}-12", "stated")


def _quarter(found: re.Match[str], context: _Context) -> DateExpression | None:
    words = {"first": 1, "second": 2, "third": 3, "fourth": 4}
    number = int(_group(found, "quarter") or words[_group(found, "ordinal").lower()])
    return _of(found, f"{found['year']}-{32 + number}", "stated")


def _decade(found: re.Match[str], context: _Context) -> DateExpression | None:
    return _of(found, f"{found['decade'][:3]}X", "stated")


def _fiscal(found: re.Match[str], context: _Context) -> DateExpression | None:
    """Read a fiscal year: when it begins and ends is not known from the words."""
    return _of(found, None, "unknown", "fiscal-year")
