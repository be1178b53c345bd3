"""Readers of dates: from the match of a pattern to what it says."""

import re
from calendar import monthrange
from datetime import date, timedelta

from onrecord.drafting.dates.date_expression import DateContext, DateExpression, expressed, group
from onrecord.drafting.dates.german_present import is_present
from onrecord.drafting.dates.tense import is_coming_day, is_future, is_past, is_scheduled

_WINTER = 24
_MONTHS_OF_SEASON = {21: (3, 5), 22: (6, 8), 23: (9, 11), _WINTER: (12, 12)}
"""The first and the last month; winter is of the year in which it begins."""
_ORDINALS = (
    ("first", "ersten", "erstes", "1er", "premier", "primo"),
    ("second", "zweiten", "zweites", "2e", "deuxième", "second", "secondo"),
    ("third", "dritten", "drittes", "3e", "troisième", "terzo"),
    ("fourth", "vierten", "viertes", "4e", "quatrième", "quarto"),
)
_ANY_DAY = re.compile(
    r"\b(?:every|each|any|no|most|an?\s(?:free|single|normal|ordinary|typical|quiet|whole|working))\s$"
)
"""Before a day of the week that is none of the calendar: "a free Sunday"."""


def _month_number(found: re.Match[str], context: DateContext) -> int:
    """Return the month, 0 for a word that only looks like one: the verb "may"."""
    name = group(found, "month")
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


def read_full(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a day with month and year."""
    month = int(group(found, "number") or 0) or _month_number(found, context)
    year, day = int(found["year"]), int(found["day"])
    if not month or day > monthrange(year, month)[1]:
        return None
    return expressed(found, f"{year:04}-{month:02}-{day:02}", "stated")


def _year_of_month(found: re.Match[str], month: int, context: DateContext) -> int | None:
    """Return the year of a month alone: the next one if it tells what will be."""
    published = context.published
    if published is None:
        return None
    if (
        is_future(context.text, found.start())
        or (group(found, "day") and is_scheduled(context.text, found.start(), found.end()))
        or _is_german_present(found, context)
    ):
        return published.year + (month < published.month)
    return published.year - (month > published.month)


def _is_german_present(found: re.Match[str], context: DateContext) -> bool:
    german = "montag" in context.weekdays
    return german and is_present(context.text, found.start(), found.end())


def read_day_of_month(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a day and a month without a year."""
    month, day = _month_number(found, context), int(found["day"])
    if not month or day > (29 if month == 2 else monthrange(2023, month)[1]):
        return None
    year = _year_of_month(found, month, context)
    if year is None:
        return expressed(found, f"XXXX-{month:02}-{day:02}", "stated")
    return expressed(found, f"{year:04}-{month:02}-{day:02}", "inferred-year")


def read_month_of_year(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a month with its year."""
    month = _month_number(found, context)
    return expressed(found, f"{found['year']}-{month:02}", "stated") if month else None


def read_month(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a month without a year."""
    month = _month_number(found, context)
    if not month:
        return None
    year = _year_of_month(found, month, context)
    if year is None:
        return expressed(found, f"XXXX-{month:02}", "stated")
    return expressed(found, f"{year:04}-{month:02}", "inferred-year")


def read_year(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a year."""
    return expressed(found, found["year"], "stated")


def read_year_alone(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a year that has no preposition, behind the word before it."""
    return DateExpression(found.start("year"), found.end("year"), found["year"], "stated")


def read_weekday(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a day of the week: the last one, unless the sentence tells what will be."""
    name = found["weekday"]
    number = context.weekdays.get(name.lower())
    if number is None:
        return None
    if "monday" in context.weekdays and (
        name[0].islower()
        or _ANY_DAY.search(context.text, max(0, found.start() - 24), found.start())
    ):
        return None
    published = context.published
    if published is None:
        return expressed(found, None, "unknown")
    which = group(found, "which").lower()
    back = (published.weekday() - number) % 7
    future = which == "next" or (
        which != "last"
        and (is_coming_day(context.text, found.start()) or _is_german_present(found, context))
    )
    if which == "last" and back == 0:
        back = 7
    day = (
        published + timedelta((number - published.weekday()) % 7 or 7)
        if future
        else published - timedelta(back)
    )
    return expressed(found, day.isoformat(), "publication")


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


def read_part(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read "earlier this month" and "later this year"."""
    if context.published is None:
        return expressed(found, None, "unknown")
    first, last = _bounds(found["unit"].lower(), context.published)
    today = context.published
    start, end = (first, today) if found["part"].lower() == "earlier" else (today, last)
    return expressed(found, f"{start.isoformat()}/{end.isoformat()}", "publication")


def read_unit(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read the last, this or the next week, month, quarter, year, decade or century."""
    published, unit = context.published, found["unit"].lower()
    if published is None:
        return expressed(found, None, "unknown")
    step = context.steps[_which(found)]
    return expressed(
        found, _unit_text(context.units.get(unit, unit), published, step), "publication"
    )


def _which(found: re.Match[str]) -> str:
    """Return the word that tells the last from the next one, before it or behind it."""
    return (group(found, "which") or group(found, "behind")).lower()


def _unit_text(unit: str, published: date, step: int) -> str:
    """Return the EDTF date of the last, this or the next week, month, quarter, year, …"""
    if unit == "year":
        return f"{published.year + step:04}"
    if unit == "month":
        return _month_text(published, step)
    if unit == "quarter":
        count = published.year * 4 + (published.month - 1) // 3 + step
        return f"{count // 4:04}-{33 + count % 4}"
    if unit == "decade":
        return f"{published.year // 10 + step:03}X"
    if unit == "century":
        return f"{published.year // 100 + step:02}XX"
    first, last = _bounds("week", published + timedelta(7 * step))
    return f"{first.isoformat()}/{last.isoformat()}"


def _month_text(day: date, step: int) -> str:
    count = day.year * 12 + day.month - 1 + step
    return f"{count // 12:04}-{count % 12 + 1:02}"


def read_day_word(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read yesterday, today and tomorrow."""
    if context.published is None:
        return expressed(found, None, "unknown")
    step = context.days[found["word"].lower()]
    return expressed(found, (context.published + timedelta(step)).isoformat(), "publication")


def read_season(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a season with its year, or the last, this or the next one."""
    which = _which(found)
    code = context.seasons[found["season"].lower()]
    if group(found, "year"):
        return expressed(found, f"{found['year']}-{code}", "stated")
    if which not in context.steps:
        return None
    if context.published is None:
        return expressed(found, None, "unknown")
    step = context.steps[which]
    return expressed(found, _season_text(code, context.published, step), "publication")


def _season_text(code: int, published: date, step: int) -> str:
    """Return the last season of a kind that is over, that of this year, or the next to begin."""
    first, last = _MONTHS_OF_SEASON[code]
    if step < 0:
        return f"{published.year - (published.month <= last or code == _WINTER):04}-{code}"
    if step > 0:
        return f"{published.year + (published.month >= first):04}-{code}"
    return f"{published.year - (code == _WINTER and published.month < 3):04}-{code}"


def _count(found: re.Match[str], context: DateContext) -> int:
    low = group(found, "count").lower()
    return int(low) if low.isdigit() else context.counts.get(low, 1)


def _back(day: date, count: int, unit: str) -> str | None:
    """Return the day, month or year that lies so long before a day, as precise as the unit."""
    if unit in ("day", "week"):
        step = count * (7 if unit == "week" else 1)
        return (day - timedelta(step)).isoformat() if abs(step) < 365_000 else None
    months = count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
    return _month_text(day, -months) if abs(months) < 12 * 1000 else None


def _unit_of(found: re.Match[str], context: DateContext) -> str:
    word = found["unit"].lower()
    return context.units.get(word) or context.units.get(
        word.removesuffix("s"), word.removesuffix("s")
    )


def read_coming(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read "over the next five years": from the day of publication on."""
    if context.published is None:
        return expressed(found, None, "unknown")
    if is_past(context.text, found.start(), found.end()):
        return None
    end = _back(context.published, -_count(found, context), _unit_of(found, context))
    if end is None:
        return None
    start = context.published.isoformat()[: len(end)]
    return expressed(found, f"{start}/{end}", "publication", "approximate")


def read_past(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read "over the past two years": up to the day of publication."""
    if context.published is None:
        return expressed(found, None, "unknown")
    start = _back(context.published, _count(found, context), _unit_of(found, context))
    if start is None:
        return None
    end = context.published.isoformat()[: len(start)]
    return expressed(found, f"{start}/{end}", "publication", "approximate")


def read_ago(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read "three years ago", as precise as its unit at most."""
    if context.published is None:
        return expressed(found, None, "unknown")
    unit = _unit_of(found, context)
    then = _back(context.published, _count(found, context), unit)
    if then is None:
        return None
    if unit == "day":
        return expressed(found, then, "publication")
    precise = then[:4] if unit in ("year", "decade") else then[:7]
    return expressed(found, f"{precise}~", "publication", "approximate")


def read_by_end(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read "by year-end": of the year of publication."""
    if context.published is None:
        return expressed(found, None, "unknown")
    return expressed(found, f"/{context.published.year:04}-12-31", "publication")


def _next_year_of(month: int, published: date) -> int:
    return published.year + (month < published.month)


def read_years(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read an interval of years."""
    first, last = found["first"], found["last"]
    last = first[: 4 - len(last)] + last
    return expressed(found, f"{first}/{last}", "stated") if first < last else None


def read_vague_part(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read the beginning, middle or end of a year or month, which have no bounds."""
    month = _month_number(found, context) if group(found, "month") else 0
    if group(found, "month") and not month:
        return None
    text = f"{found['year']}-{month:02}" if month else found["year"]
    return expressed(found, f"{text}~", "stated", "approximate")


def _year_meant(found: re.Match[str], context: DateContext) -> tuple[int | None, str]:
    """Return the year of a part of one, and the basis: stated, or this, the last, the next one."""
    if year := group(found, "year"):
        return int(year), "stated"
    if context.published is None:
        return None, "unknown"
    return context.published.year + context.steps.get(group(found, "of").lower(), 0), "publication"


def read_half(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a half of a year."""
    year, basis = _year_meant(found, context)
    if year is None:
        return expressed(found, None, basis)
    first = group(found, "half").lower() in _ORDINALS[0] or group(found, "number") == "1"
    edtf = f"{year:04}-01/{year:04}-06" if first else f"{year:04}-07/{year:04}-12"
    return expressed(found, edtf, basis)


def read_quarter(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a quarter of a year."""
    year, basis = _year_meant(found, context)
    if year is None:
        return expressed(found, None, basis)
    word = group(found, "ordinal").lower()
    named = (number for number, words in enumerate(_ORDINALS, 1) if word in words)
    number = int(group(found, "number")) if group(found, "number") else next(named)
    return expressed(found, f"{year:04}-{32 + number}", basis)


def _time_meant(found: re.Match[str], context: DateContext) -> tuple[str | None, str]:
    """Return the EDTF date behind "since", "before" and the like, and its basis.

    What is not said with it follows from the day of publication: since is of the past, and until
    and before of the future, unless the sentence tells what was.
    """
    published = context.published
    back = bool(group(found, "since")) or is_past(context.text, found.start(), found.end())
    year = group(found, "year") or group(found, "bare")
    if name := group(found, "season"):
        code = context.seasons[name.lower()]
        if year:
            return f"{year}-{code}", "stated"
        step = context.steps.get(_which(found), -1 if back else 1)
        return (_season_text(code, published, step) if published else None), "publication"
    if group(found, "month"):
        return _month_meant(found, context, back=back)
    if year:
        return year, "stated"
    if word := group(found, "unit"):
        which = _which(found)
        if which not in context.steps and not (group(found, "part") or group(found, "edge")):
            return None, ""
        step = context.steps.get(which, 0)
        if group(found, "start") and step < 0:
            return None, ""
        unit = context.units.get(word.lower(), word.lower())
        return (_unit_text(unit, published, step) if published else None), "publication"
    if published is None:
        return None, "publication"
    ahead = (context.weekdays[found["weekday"].lower()] - published.weekday()) % 7
    return (published + timedelta((ahead or 7) - (7 if back else 0))).isoformat(), "publication"


def _month_meant(
    found: re.Match[str], context: DateContext, *, back: bool
) -> tuple[str | None, str]:
    """Return a month, or a day of it, with the year that is said or follows."""
    year, day = group(found, "year"), group(found, "day")
    month, published = _month_number(found, context), context.published
    if not month or (day and int(day) > monthrange(int(year or 2024), month)[1]):
        return None, ""
    tail = f"-{month:02}" + (f"-{int(day):02}" if day else "")
    if year:
        return f"{year}{tail}", "stated"
    if published is None:
        return None, "inferred-year"
    former = published.year - (month > published.month)
    return f"{former if back else _next_year_of(month, published):04}{tail}", "inferred-year"


def _end_of(edtf: str) -> str:
    """Return the last day of a year or month, or of an interval; what else there is, as it is."""
    if "/" in edtf:
        return edtf.partition("/")[2]
    if re.fullmatch(r"\d{4}", edtf):
        return f"{edtf}-12-31"
    if re.fullmatch(r"\d{4}-(?:0[1-9]|1[0-2])", edtf):
        return f"{edtf}-{monthrange(int(edtf[:4]), int(edtf[5:]))[1]:02}"
    if re.fullmatch(r"\d{3}X", edtf):
        return f"{edtf[:3]}9-12-31"
    return edtf


def _last_before(edtf: str) -> str | None:
    """Return the year, month or day before one; None before a season, a quarter or an interval."""
    if re.fullmatch(r"\d{4}", edtf):
        return f"{int(edtf) - 1:04}"
    if re.fullmatch(r"\d{4}-(?:0[1-9]|1[0-2])", edtf):
        return _month_text(date(int(edtf[:4]), int(edtf[5:]), 1), -1)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", edtf):
        return (date.fromisoformat(edtf) - timedelta(1)).isoformat()
    return None


def read_bounded(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a time with its relation: since, from, until, by or before it, or its end or beginning.

    "Before 2034" is by the end of 2033, "from August" has an open end, and "at the end of May" is
    no day.
    """
    if group(found, "start") and not _begins_then(found, context):
        return None
    edtf, basis = _time_meant(found, context)
    if edtf is None:
        return expressed(found, None, "unknown") if basis else None
    edge, vague = group(found, "edge"), bool(group(found, "early"))
    precision = "approximate" if vague else None
    if group(found, "before"):
        told = f"/{_end_of(edtf)}" if edge else _last_before(edtf)
        if told is None:
            return None
        return expressed(found, told if edge else f"/{told}", basis)
    last = _end_of(edtf) if edge or "/" in edtf else edtf
    if group(found, "by"):
        return expressed(found, f"/{last}", basis, precision)
    if group(found, "until"):
        return expressed(found, f"../{last}", basis, precision)
    if group(found, "since") or group(found, "start"):
        first = edtf.partition("/")[0] + ("~" if edge or vague else "")
        return expressed(found, f"{first}/..", basis, "approximate" if edge else precision)
    if not re.fullmatch(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", edtf):
        return None
    return expressed(found, f"{edtf}~", basis, "approximate")


def _begins_then(found: re.Match[str], context: DateContext) -> bool:
    """Return whether "from 2033" says when something begins, and not where a thing is from."""
    if group(found, "on") or group(found, "sure"):
        return True
    year = group(found, "year") or group(found, "bare")
    if year and context.published is not None:
        return int(year) >= context.published.year
    return is_future(context.text, found.start())


def read_decade(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read "the 2030s"."""
    return expressed(found, f"{found['decade'][:3]}X", "stated")


def read_fiscal(found: re.Match[str], context: DateContext) -> DateExpression | None:
    """Read a fiscal year: when it begins and ends is not known from the words."""
    return expressed(found, None, "unknown", "fiscal-year")
