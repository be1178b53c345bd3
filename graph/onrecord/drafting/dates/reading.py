"""Reading of the dates of a text, by the rules of its language."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from onrecord.drafting.dates import date_match as read
from onrecord.drafting.dates.date_expression import DateContext, DateExpression
from onrecord.drafting.numeral import alternatives, figure_words

DateReader = Callable[[re.Match[str], DateContext], DateExpression | None]
_Rules = list[tuple[str, DateReader]]
_OWN = ("en", "de", "fr", "it")
AROUND = 80
"""Characters before and behind a month, a year or the like; no date is longer."""
_YEAR = r"(?:19|20)\d\d"
_END = r"(?![\w–])(?!-\d)(?!,\d)"
"""Behind a year that is no part of a longer number."""
_BARE_BEFORE = (
    r"(?:(?:^|(?<=[\n„“»«\"])|(?<=[.!?]\s))(?=\d{4}\s[a-zäöüß])"
    r"|\b(?-i:(?!(?:auf|um|von|zu|bis|ab|rund|etwa|als|über|unter|fast|knapp|insgesamt|nur|mit|gut"
    r"|und|oder|in|die|der|das|den|dem|des|genau|circa|höchstens|mindestens)\s)[a-zäöüß]+)\s)"
)
"""What stands before a year alone, in German: a small word that does not count, or nothing."""
_NO_NOUN = r"(?!\s(?-i:[A-ZÄÖÜ]))"
"""Behind a number that counts nothing, in German: "ab 2033 Soldaten" is no year."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Patterns of what is named in one language, by which its rules are put together."""

    month: str
    weekday: str
    season: str
    count: str
    step: str
    year: str = rf"(?P<year>{_YEAR})"
    day: str = r"(?P<day>0?[1-9]|[12]\d|3[01])"


def dates(text: str, language: str, published: date | None) -> list[DateExpression]:
    """Return the dates of a text, in order; of two that overlap, the longer one."""
    data = figure_words(language)
    listed = data["date"]
    months = {name: number for number, name in enumerate(listed["month"], 1)}
    months |= {name: number for number, name in enumerate(listed["short"], 1)}
    months |= {f"{name}.": number for number, name in enumerate(listed["short"], 1)}
    months |= {"sept": 9, "sept.": 9} if language == "en" else {}
    context = DateContext(
        text,
        published,
        months,
        {name: number for number, name in enumerate(listed["weekday"])},
        listed["season"],
        data["word"],
        listed["unit"],
        listed["step"],
        listed["day"],
    )
    found: list[DateExpression] = []
    used = language if language in _OWN else "en"
    stretches = list(_stretches(text, _trigger(used)))
    for pattern, reader in _rules(used):
        for start, end in stretches:
            every = (reader(match, context) for match in pattern.finditer(text, start, end))
            found += [one for one in every if one is not None]
    found.sort(key=lambda one: (one.start, -one.end))
    result: list[DateExpression] = []
    for one in found:
        if not result or one.start >= result[-1].end:
            result.append(one)
    return result


@cache
def _trigger(language: str) -> re.Pattern[str]:
    """Return a pattern of the words of which each date has one, so that only there is read."""
    listed = figure_words(language)["date"]
    named = ("month", "short", "weekday", "season", "unit", "day")
    words = alternatives([word for name in named for word in listed[name]])
    return re.compile(
        rf"(?:19|20)\d\d|\b(?:{words}|century|year|days|FY\s?\d)|\bfiscal|\bfinancial", re.I
    )


def _stretches(text: str, trigger: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a text that may contain a date."""
    start = end = 0
    for match in trigger.finditer(text):
        if match.start() - AROUND > end:
            if end:
                yield start, end
            start = max(0, match.start() - AROUND)
        end = match.end() + AROUND
    if end:
        yield start, min(end, len(text))


@cache
def _rules(language: str) -> tuple[tuple[re.Pattern[str], DateReader], ...]:
    data = figure_words(language)
    listed = data["date"]
    short = {*listed["short"], *(["sept"] if language == "en" else [])} - set(listed["month"])
    named = alternatives([*listed["month"], *(name + "." for name in short)])
    words = _Words(
        rf"(?P<month>{named}|(?:{alternatives(short)})(?=\s\d))",
        alternatives(listed["weekday"]),
        alternatives(listed["season"]),
        rf"(?P<count>{alternatives(data['word'])}|\d{{1,4}})",
        alternatives(listed["step"]),
    )
    own = {"en": _english, "de": _german, "fr": _french, "it": _italian}[language]
    in_ = {"en": "in", "de": r"(?:im|in)", "fr": "en", "it": "(?:a|nel|in)"}[language]
    rules = [*_of_all_languages(words, in_), *own(words)]
    return tuple((re.compile(pattern, re.IGNORECASE), reader) for pattern, reader in rules)


def _of_all_languages(w: _Words, in_: str) -> _Rules:
    return [
        (rf"\b{w.day}(?:st|nd|rd|th|er|\.)?(?:\sof)?\s{w.month},?\s{w.year}\b", read.read_full),
        (rf"\b{w.month}\s{w.day}(?:st|nd|rd|th)?,?\s{w.year}\b", read.read_full),
        (rf"\b{w.year}-(?P<number>0[1-9]|1[0-2])-{w.day}\b", read.read_full),
        (
            rf"\b{w.day}(?:st|nd|rd|th|er|\.)?(?:\sof)?\s{w.month}(?!\s?\d)(?!\w)",
            read.read_day_of_month,
        ),
        (rf"\b{w.month}\s{w.day}(?:st|nd|rd|th)?(?![\w:.,]\d)(?!\w)", read.read_day_of_month),
        (rf"\b(?:{in_}\s)?{w.month},?\s{w.year}\b", read.read_month_of_year),
        (rf"\b{in_}\s{w.month}(?!\s?\d)(?!\w)", read.read_month),
        (rf"\b{in_}\s{w.year}{_END}", read.read_year),
        (
            rf"\b(?P<first>{_YEAR})\s?[–-]\s?(?P<last>(?:19|20)?\d\d)\b(?![-–]\d)",
            read.read_years,
        ),
    ]


def _english(w: _Words) -> _Rules:
    which = r"(?P<which>last|this|next|the)"
    unit = r"(?P<unit>week|month|quarter|year|decade)"
    time = (
        rf"(?:(?:(?:{which}\s)?(?P<season>{w.season})"
        rf"|{w.month}(?:\s{w.day}(?:st|nd|rd|th)?(?!\d))?)(?:,?\s(?:of\s)?{w.year}{_END})?"
        rf"|(?:the\syear\s)?(?P<bare>{_YEAR}){_END}|(?P<weekday>{w.weekday}))(?!\w)(?!['’]s)"
    )
    of_unit = rf"(?P<which>last|this|next|the)\s{unit}\b(?!['’]s)"
    relation = (
        r"\b(?:(?P<since>since)|(?P<until>until|till)|(?P<by>by|not?\slater\sthan)|(?P<before>before)"
        r"|(?P<start>(?P<sure>not?\searlier\sthan|not\sbefore|as\sfrom|starting\s(?:in|from))|from))\s"
    )
    edge = r"(?:the\s)?(?P<part>(?P<edge>end)|start|beginning)\sof\s"
    on = r"(?P<on>\son(?:wards?)?\b)?"
    of_year = rf"(?:of\s)?(?:(?P<of>this|next|last|the)\syear|{w.year}{_END})"
    return [
        (rf"{relation}(?:(?P<early>early|mid|late)[\s-]|{edge})?{time}{on}", read.read_bounded),
        (rf"{relation}(?:(?P<early>early|mid|late)[\s-]|{edge})?{of_unit}{on}", read.read_bounded),
        (
            rf"{relation}{w.day}(?:st|nd|rd|th)?\s{w.month}(?:\s{w.year})?(?!\w)(?!['’]s){on}",
            read.read_bounded,
        ),
        (
            rf"\b(?:(?:at|in|towards?)\s)?the\s(?P<part>(?P<edge>end)|start|beginning)\sof\s{of_unit}",
            read.read_bounded,
        ),
        (rf"\b(?P<early>early|mid|late)[\s-]{of_unit}", read.read_bounded),
        (r"\bby\s(?P<yearend>(?:the\s)?year[- ]end)\b", read.read_by_end),
        (rf"\b(?P<which>last|next|this)\s(?P<weekday>{w.weekday})\b", read.read_weekday),
        (
            rf"\b(?:(?:late|early)\son\s)?(?P<weekday>{w.weekday})\b"
            r"(?!\s(?:Times|Post|Mail|Telegraph|Night|Journal))",
            read.read_weekday,
        ),
        (
            r"\b(?P<part>earlier|later)\s(?:this|in the)\s(?P<unit>week|month|year)\b",
            read.read_part,
        ),
        (
            r"\b(?P<which>last|next|this)\s(?P<unit>week|month|quarter|year|decade|century)\b",
            read.read_unit,
        ),
        (r"\b(?P<word>yesterday|today|tomorrow)\b(?!['’]s\b)", read.read_day_word),
        (
            rf"\b(?:(?P<which>last|next|this)\s|(?:in\s)?(?:the\s)?)(?P<season>{w.season})"
            rf"(?:\s(?:of\s)?{w.year})?\b",
            read.read_season,
        ),
        (
            rf"\b(?:over|in|during|for|within|throughout)\s(?:the\s)?(?:past|last)\s{w.count}\s"
            r"(?P<unit>days|weeks|months|years|decades)\b",
            read.read_past,
        ),
        (rf"\b(?:over|in|during)\sthe\s(?:past|last)\s{unit}\b", read.read_past),
        (
            rf"\b(?:over|in|during|for|within)\sthe\s(?:next|coming)\s{w.count}\s"
            r"(?P<unit>days|weeks|months|years|decades)\b",
            read.read_coming,
        ),
        (
            rf"\b(?:{w.count}|an?)\s(?P<unit>days?|weeks?|months?|years?|decades?)\sago\b",
            read.read_ago,
        ),
        (
            rf"\bfor\s{w.year}{_END}"
            r"(?=\s?(?:[.,;:)”]|$)|\s(?:and|or|to|by|from|which|that|is|was|were|are|as|at|in|on)\b)",
            read.read_year,
        ),
        (rf"(?<=\bin\s\d{{4}}\sand\s){w.year}{_END}", read.read_year),
        (rf"\b(?:during|throughout)\s{w.year}{_END}", read.read_year),
        (
            rf"\b(?:from|between)\s(?P<first>{_YEAR})\s(?:to|and|until)\s(?P<last>{_YEAR})\b",
            read.read_years,
        ),
        (
            r"\b(?:in\s)?(?:(?:the\s)?"
            r"(?P<part>early|mid|late|end of|beginning of|start of)[\s-])"
            rf"(?:{w.month}\s)?{w.year}\b",
            read.read_vague_part,
        ),
        (rf"\b(?:in\s)?the\s(?P<half>first|second)\shalf\s{of_year}", read.read_half),
        (rf"\b(?:in\s)?H(?P<number>[12])\s{of_year}", read.read_half),
        (
            r"\b(?:in\s)?(?:Q(?P<number>[1-4])|(?:the\s)?(?P<ordinal>first|second|third|fourth)[\s-]"
            rf"quarter)\s{of_year}",
            read.read_quarter,
        ),
        (
            r"\b(?:in\s)?the\s(?:(?:early|mid|late)[\s-])?(?P<decade>(?:19|20)\d0)s\b",
            read.read_decade,
        ),
        (
            r"\b(?:in\s|by\s)?(?:FY\s?(?P<fiscal>\d{4}|\d\d)|(?:fiscal|financial)\s(?:year\s)?"
            rf"(?P<fiscalyear>{_YEAR}))\b",
            read.read_fiscal,
        ),
    ]


def _german(w: _Words) -> _Rules:
    unit = r"(?P<unit>Woche|Monats?|Quartals?|Jahr(?:es)?|Jahrzehnts?)"
    time = (
        rf"(?:(?:dem|den|der|das|die|zum)\s)?(?:(?:(?:(?P<which>{w.step})\s)?(?P<season>{w.season})"
        rf"|(?:{w.day}\.\s)?{w.month})(?:\s(?:des\sJahres\s)?{w.year}{_END})?"
        rf"|(?P<bare>{_YEAR}){_END}{_NO_NOUN}|(?P<weekday>{w.weekday}))(?!\w)(?!['’]s)"
    )
    of_unit = rf"(?:(?:dem|den|der|des|dem)\s)?(?:(?P<which>{w.step})\s)?{unit}\b"
    part = r"(?P<part>(?P<edge>Ende)|Anfang|Beginn|(?P<early>Mitte))\s(?:des\s)?"
    relation = r"\b(?:(?P<since>seit)|(?P<before>vor)|(?P<start>(?P<sure>ab)))\s"
    by = rf"\b(?P<by>bis)\s(?:zum\s)?{part}"
    of_year = rf"(?:(?:des\sJahres\s)?{w.year}{_END}|(?P<of>{w.step})\sJahres)"
    return [
        (rf"\b(?P<weekday>{w.weekday})\b", read.read_weekday),
        (rf"{relation}(?:{part})?{time}", read.read_bounded),
        (
            rf"{relation}(?:{part})?(?=(?:dem\s|der\s|des\s)?(?:{w.step}|Jahres)){of_unit}",
            read.read_bounded,
        ),
        (rf"\b(?P<until>bis)\s{time}", read.read_bounded),
        (rf"{by}{time}", read.read_bounded),
        (rf"{by}{of_unit}", read.read_bounded),
        (rf"\b(?P<start>von)\s{time}\s(?P<on>an)\b", read.read_bounded),
        (r"\bbis\s(?:zum\s)?(?P<yearend>Jahresende)\b", read.read_by_end),
        (rf"\b{part}(?:{w.month}\s)?{w.year}{_END}", read.read_bounded),
        (rf"\b{part}{of_unit}", read.read_bounded),
        (
            rf"\b(?:im\s|in\s(?:der\s)?)?(?P<which>{w.step})\s(?P<unit>Woche|Monat|Quartal|Jahr|Jahrzehnt)\b",
            read.read_unit,
        ),
        (r"\b(?P<word>vorgestern|gestern|heute|übermorgen)\b", read.read_day_word),
        (
            r"(?<!am\s)(?<!heute\s)(?<!gestern\s)(?<!guten\s)\b(?P<word>(?-i:morgen))\b",
            read.read_day_word,
        ),
        (
            rf"\b(?:im\s)?(?:(?P<which>{w.step})\s)?(?P<season>{w.season})"
            rf"(?:\s(?:des\sJahres\s)?{w.year})?\b",
            read.read_season,
        ),
        (
            rf"\b(?:in|während)\sden\s(?:letzten|vergangenen)\s{w.count}\s"
            r"(?P<unit>Tagen|Wochen|Monaten|Jahren)\b",
            read.read_past,
        ),
        (
            rf"\b(?:in|während)\sden\s(?:nächsten|kommenden)\s{w.count}\s"
            r"(?P<unit>Tagen|Wochen|Monaten|Jahren)\b",
            read.read_coming,
        ),
        (
            rf"\bvor\s(?:{w.count}|einem|einer)\s(?P<unit>Tagen|Wochen?|Monaten?|Jahr(?:en)?)\b",
            read.read_ago,
        ),
        (rf"\bim\sJahre?\s{w.year}{_END}", read.read_year),
        (
            rf"{_BARE_BEFORE}{w.year}{_END}{_NO_NOUN}(?=\s[a-zäöüß]|[,.;:!?“”\"»]|$)",
            read.read_year_alone,
        ),
        (
            rf"\b(?:von|zwischen)\s(?P<first>{_YEAR})\s(?:bis|und)\s(?P<last>{_YEAR})\b",
            read.read_years,
        ),
        (rf"\b(?:im\s)?(?P<half>ersten|zweiten)\sHalbjahr\s{of_year}", read.read_half),
        (
            rf"\b(?:im\s)?(?P<ordinal>ersten|zweiten|dritten|vierten)\sQuartal\s{of_year}",
            read.read_quarter,
        ),
    ]


def _french(w: _Words) -> _Rules:
    article = (
        r"(?:(?:en|au|à|le|la|du|de|ce|à\sla)\s|(?:à\s|de\s)?l['’]|d['’]|(?P<which>cet|cette)\s)?"
    )
    # "été" is a season behind "l’" and "cet"; else it is "been".
    season = r"(?P<season>(?:(?<=['’])|(?<=cet\s))été|printemps|automne|hiver)"
    unit = r"(?P<unit>semaine|mois|trimestre|an|année|décennie)"
    behind = rf"(?:\s(?P<behind>{w.step}))"
    time = (
        rf"{article}(?:(?:(?:{w.day}(?:er)?\s)?{w.month}|{season}){behind}?(?:\s(?:de\s)?{w.year}{_END})?"
        rf"|(?:année\s)?(?P<bare>{_YEAR}){_END}|(?P<weekday>{w.weekday}))(?!\w)(?!['’]s)"
    )
    of_unit = rf"{article}{unit}\b{behind}?"
    part = r"(?P<part>(?:la\s|le\s)?(?:(?P<edge>fin)|début)\s|(?P<early>mi)-)"
    relation = (
        r"\b(?:(?P<since>depuis)|(?P<before>avant)|(?P<start>(?P<sure>à\spartir\sde|à\scompter\sde"
        r"|à\spartir\sd|dès))|(?P<until>jusqu['’]))(?:\s|(?<=['’])|(?=['’]))"
    )
    by = r"\b(?P<by>d['’]ici)\s(?:à\s)?"
    of_year = rf"(?:\s(?:de\s)?{w.year}{_END}|\sde\s(?P<of>cette)\sannée)"
    return [
        (rf"\b(?P<weekday>{w.weekday})\b", read.read_weekday),
        (rf"{relation}{part}?{time}", read.read_bounded),
        (rf"{relation}{part}?{of_unit}", read.read_bounded),
        (rf"{by}{part}?{time}", read.read_bounded),
        (rf"{by}{part}?{of_unit}", read.read_bounded),
        (rf"\b{part}(?:d['’]|de\s)?(?:{w.month}\s)?{w.year}{_END}", read.read_bounded),
        (rf"\b(?:à\s)?{part}{of_unit}", read.read_bounded),
        (rf"\b{article}{unit}{behind}\b", read.read_unit),
        (r"\b(?P<which>ce|cette)\s(?P<unit>semaine|mois|trimestre|année)\b", read.read_unit),
        (r"\b(?P<word>hier|aujourd['’]hui|demain)\b", read.read_day_word),
        (rf"\b{article}{season}{behind}?(?:\s(?:de\s)?{w.year})?\b", read.read_season),
        (
            rf"\b(?:au\scours\sdes|durant\sles|pendant\sles|ces|les)\s{w.count}\sderni(?:er|ère)s\s"
            r"(?P<unit>jours|semaines|mois|ans|années)\b",
            read.read_past,
        ),
        (
            rf"\b(?:au\scours\sdes|dans\sles|durant\sles|ces|les)\s{w.count}\sprochaine?s\s"
            r"(?P<unit>jours|semaines|mois|ans|années)\b",
            read.read_coming,
        ),
        (rf"\bil\sy\sa\s{w.count}\s(?P<unit>jours?|semaines?|mois|ans?|années?)\b", read.read_ago),
        (
            rf"\b(?:de|entre)\s(?P<first>{_YEAR})\s(?:à|et)\s(?P<last>{_YEAR})\b",
            read.read_years,
        ),
        (rf"\b(?:au\s)?(?P<half>premier|second|deuxième)\ssemestre{of_year}", read.read_half),
        (
            rf"\b(?:au\s)?(?P<ordinal>premier|deuxième|troisième|quatrième)\strimestre{of_year}",
            read.read_quarter,
        ),
    ]


def _italian(w: _Words) -> _Rules:
    article = r"(?:(?:il|la|lo|del|di|della|al|a|alla|in|nel|nella)\s|(?:del|al|nel|dal)?l['’])?"
    unit = r"(?P<unit>settimana|mese|trimestre|anno|decennio)"
    behind = rf"(?:\s(?P<behind>{w.step}))"
    before = r"(?:(?P<which>scors[oa]|prossim[oa]|quest[oa])\s|(?P<this>quest['’]))?"
    time = (
        rf"{article}(?:(?:(?:{w.day}\s)?{w.month}|(?P<season>{w.season})){behind}?(?:\s(?:del\s)?{w.year}{_END})?"
        rf"|(?P<bare>{_YEAR}){_END}|(?P<weekday>{w.weekday}))(?!\w)(?!['’]s)"
    )
    of_unit = rf"{article}{before}{unit}\b{behind}?"
    part = r"(?P<part>(?:la\s|l['’])?(?:(?P<edge>fine)|inizio|(?P<early>metà))\s)"
    until = r"\b(?:(?P<until>fino|sino)|(?P<by>entro)|(?P<before>prima))\s"
    since = r"\b(?P<since>(?:sin\s|fin\s)?(?:dal(?:la)?\s|dall(?=['’])|da\s(?!\d)))"
    of_year = rf"\s(?:del\s)?(?:{w.year}{_END}|(?P<of>prossimo|scorso)\sanno)"
    return [
        (rf"\b(?P<weekday>{w.weekday})\b", read.read_weekday),
        (rf"{until}{part}?{time}", read.read_bounded),
        (rf"{until}{part}?{of_unit}", read.read_bounded),
        (rf"{since}(?:['’])?{part}?{time}", read.read_bounded),
        (
            rf"\b(?:alla?\s|all['’])?{part}(?:del\s)?(?:{w.month}\s)?{w.year}{_END}",
            read.read_bounded,
        ),
        (rf"\b(?:alla?\s|all['’])?{part}{of_unit}", read.read_bounded),
        (rf"\b{article}{unit}{behind}\b", read.read_unit),
        (
            r"\b(?:lo\s|la\s|il\s)?(?P<which>scors[oa]|prossim[oa]|quest[oa]|quest['’])\s?"
            r"(?P<unit>settimana|mese|trimestre|anno|decennio)\b",
            read.read_unit,
        ),
        (r"\b(?P<word>ieri|oggi|domani)\b", read.read_day_word),
        (
            rf"\b{article}(?:(?P<which>scors[oa]|prossim[oa]|quest[oa])\s)?(?P<season>{w.season})"
            rf"{behind}?(?:\s(?:del\s)?{w.year})?\b",
            read.read_season,
        ),
        (
            rf"\b(?:negli|nei|nelle)\sultim[ie]\s{w.count}\s(?P<unit>giorni|settimane|mesi|anni)\b",
            read.read_past,
        ),
        (
            rf"\b(?:nei|nelle)\sprossim[ie]\s{w.count}\s(?P<unit>giorni|settimane|mesi|anni)\b",
            read.read_coming,
        ),
        (
            rf"\b{w.count}\s(?P<unit>giorn[oi]|settiman[ae]|mes[ei]|ann[oi])\sfa\b",
            read.read_ago,
        ),
        (
            rf"\b(?:dal|tra\sil|fra\sil)\s(?P<first>{_YEAR})\s(?:al|e\sil)\s(?P<last>{_YEAR})\b",
            read.read_years,
        ),
        (rf"\b(?:nel\s)?(?P<half>primo|secondo)\ssemestre{of_year}", read.read_half),
        (
            rf"\b(?:nel\s)?(?P<ordinal>primo|secondo|terzo|quarto)\strimestre{of_year}",
            read.read_quarter,
        ),
    ]
