"""Wordings of claims: whether two say the same thing, and if not, in what they differ.

Likeness of words finds what may be the same; it takes another figure, a denial, another month or
the two sides exchanged for the same as well. So each of these has to be equal on its own.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz

from onrecord.drafting.dates.date_expression import DateExpression
from onrecord.drafting.dates.reading import dates
from onrecord.drafting.numeral import alternatives, figure_words
from onrecord.drafting.quantities.quantity_expression import QuantityExpression
from onrecord.drafting.quantities.reading import quantities

LEAST = 80.0
"""Likeness (0 to 100) of the sets of words of two claims that may be one."""
_STEM = 4
"""Letters that the forms of a word have in common."""
_MOST_APART = 2
"""Words that two wordings do not share, up to which their order is compared."""
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_SPEAKER = re.compile(r"^([^\W\d_][^:“”\"\n]{1,60}): ")
_CONTRACTIONS = (
    (re.compile(r"\bwon['’]t\b", re.I), "will not"),
    (re.compile(r"\b(?:can['’]t|cannot)\b", re.I), "can not"),
    (re.compile(r"n['’]t\b", re.I), " not"),
    (re.compile(r"['’]ll\b", re.I), " will"),
    (re.compile(r"['’]re\b", re.I), " are"),
    (re.compile(r"['’]ve\b", re.I), " have"),
    (re.compile(r"\b(?:rule|rules|ruled|ruling)\sout\b", re.I), "denied"),
)
_PRONOUNS: Mapping[str, tuple[str, str | None]] = {
    "i": ("i", "subject"), "we": ("we", "subject"), "he": ("he", "subject"),
    "she": ("she", "subject"), "they": ("they", "subject"), "me": ("i", "object"),
    "us": ("we", "object"), "him": ("he", "object"), "them": ("they", "object"),
    "our": ("we", None), "ours": ("we", None), "their": ("they", None),
    "theirs": ("they", None), "you": ("you", None), "my": ("i", None), "his": ("he", None),
}  # fmt: skip
_PLACE_FIRST = re.compile(r"^(\W*(?:In|At|On|Across|Throughout)(?:\sthe)?(?:\s[A-ZÀ-Þ][\w-]+)+),")
"""A place that a clause begins with, and the comma that does not end it: "In Norland, output"."""
_CLAUSE = re.compile(r"[,;:–—]|\b(?:what|while|whereas|but|and|which|who|because|when)\b", re.I)


@dataclass(frozen=True, slots=True)
class _TellingWords:
    """Words by which wordings are told apart; classes by word."""

    negations: frozenset[str]
    passed_over: frozenset[str]
    adverbs: frozenset[str]
    modality: Mapping[str, str]
    measure: Mapping[str, str]
    extent: Mapping[str, str]
    ordinal: Mapping[str, str]
    season: Mapping[str, str]
    relation: Mapping[str, str]
    change: Mapping[str, str]
    converse: Mapping[str, str]
    opposites: tuple[tuple[frozenset[str], frozenset[str]], ...]


@cache
def _words() -> _TellingWords:
    data = tomllib.loads(files(__package__).joinpath("wording.toml").read_text(encoding="utf-8"))
    return _TellingWords(
        frozenset(data["negations"].split()),
        frozenset(data["passed_over"].split()),
        frozenset(data["adverbs"].split()),
        _by_word(data["modality"]),
        _by_word(data["measure"]),
        _by_word(data["extent"]),
        _by_word(data["ordinal"]),
        _by_word(data["season"]),
        _by_word(data["relation"]),
        _by_word(data["change"]),
        data["converse"],
        tuple(
            (frozenset(each["one"].split()), frozenset(each["other"].split()))
            for each in data["opposite"]
        ),
    )


def _by_word(classes: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, words in classes.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class ClaimWording:
    """What a wording says, as far as two of them can be compared."""

    text: str
    speaker: str | None
    """Who is named before a colon."""
    words: str
    """Its words in a plain form, for likeness."""
    order: tuple[str, ...]
    """These words but for times and adverbs, which may be anywhere."""
    figured: str
    """The text with its figures as plain numbers."""
    numbers: tuple[str, ...]
    comparators: tuple[str, ...]
    periods: tuple[str, ...]
    """Lengths of time, those of rates among them."""
    times: frozenset[str]
    """The times that it names, by their words."""
    is_negated: bool
    modalities: frozenset[str]
    measures: frozenset[str]
    extents: frozenset[str]
    things: frozenset[str]
    """What its figures count."""
    names: frozenset[str]
    """Words with a capital letter that do not begin a sentence."""
    changes: frozenset[str]


def read_wording(text: str, language: str = "en", published: date | None = None) -> ClaimWording:
    """Read a wording of a claim; a speaker before a colon is no part of what is said.

    With a day of publication, "last year" is a year.
    """
    match = _SPEAKER.match(text)
    said = text[match.end() :] if match else text
    if language == "en":
        for pattern, plain in _CONTRACTIONS:
            said = pattern.sub(plain, said)
    times = dates(said, language, published)
    taken = tuple((one.start, one.end) for one in times)
    figures = [one for one in quantities(said, language, taken) if one.kind != "ratio"]
    places = [*taken, *((one.start, one.end) for one in figures)]
    lows = [word.casefold() for word in _WORD.findall(said)]
    words = _words()
    asked = {"questioned"} if said.rstrip(" ”\"'’").endswith("?") else set()
    figured = _figured(said, figures, language)
    plain = " ".join(_plain_words(figured))
    rest = [
        match.group()
        for match in re.finditer(r"\d[\d.,]*\d|\d", said)
        if not any(first <= match.start() < last for first, last in places)
    ]
    return ClaimWording(
        said,
        match[1].casefold() if match else None,
        plain,
        tuple(
            word
            for word in _plain_words(_without(said, times))
            if word not in words.adverbs and not word[0].isdigit()
        ),
        figured,
        tuple(sorted([*(number for one in figures for number in _numbers(said, one)), *rest])),
        tuple(sorted(one.comparator for one in figures)),
        tuple(sorted(_lengths(said, language))),
        frozenset(
            one.edtf or " ".join(said[one.start : one.end].casefold().split()) for one in times
        )
        | _classes(_less_dates(said, times), words.season)
        | _classes(lows, words.relation),
        sum(word in words.negations for word in lows) % 2 == 1,
        _classes(lows, words.modality) | asked,
        _classes(lows, words.measure),
        _classes(lows, words.extent) | _classes(_less_dates(said, times), words.ordinal),
        frozenset(thing for one in figures if (thing := _thing(said, one, language))),
        frozenset(_names(said)),
        _classes(lows, words.change),
    )


def _classes(words: Iterable[str], classes: Mapping[str, str]) -> frozenset[str]:
    return frozenset(classes[word] for word in words if word in classes)


def _less_dates(text: str, times: Iterable[DateExpression]) -> list[str]:
    """Return the words of a text but for those of dates, in lower case."""
    return _WORD.findall(_without(text, times).casefold())


def _without(text: str, times: Iterable[DateExpression]) -> str:
    for one in sorted(times, key=lambda each: -each.start):
        text = f"{text[: one.start]} {text[one.end :]}"
    return text


def _numbers(text: str, figure: QuantityExpression) -> list[str]:
    """Return the numbers of a figure with their kind, "from" where a change begins."""
    values = [value for value in (figure.value, figure.low, figure.high) if value is not None]
    before = text[: figure.start].rstrip().casefold()
    role = " from" if figure.role == "from" or before.endswith((" from", " von")) else ""
    return [f"{_number(value)} {figure.kind}{role}" for value in map(_percent, values)]


def _percent(value: Decimal | str) -> Decimal | str:
    """Return a fraction as the percentage that it is, if that has an end."""
    over, _, under = value.partition("/") if isinstance(value, str) else ("", "", "")
    if not (over.isdecimal() and under.isdecimal()) or 100 * int(over) % int(under):
        return value
    return Decimal(100 * int(over) // int(under))


def _thing(text: str, figure: QuantityExpression, language: str) -> str:
    """Return what a figure counts, in its words: of "two million crates a month" the crates."""
    if figure.kind != "count":
        return figure.unit or "" if figure.kind == "money" else ""
    data = figure_words(language)
    counted: list[str] = []
    for word in _WORD.findall(text[figure.start : figure.end].casefold()):
        if counted and word in ("a", "an", "per", "each", "every", "pro", "par"):
            break
        if word not in data["word"] and word not in data["scale"] and not word[0].isdigit():
            counted.append(word)
    return counted[-1].rstrip("s") if counted else ""


def _number(value: Decimal | str) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


@cache
def _length(language: str) -> re.Pattern[str]:
    data = figure_words(language)
    return re.compile(
        rf"\b(an?|per|{alternatives(data['word'])}|\d+)\s({alternatives(data['length'])})\b",
        re.IGNORECASE,
    )


def _lengths(text: str, language: str) -> list[str]:
    """Return the lengths of time that a text names: "3 month"."""
    counts = figure_words(language)["word"]
    found = []
    for match in _length(language).finditer(text):
        count = match[1].casefold()
        number = "1" if count in ("a", "an", "per", "one") else str(counts.get(count, count))
        found.append(f"{number} {match[2].casefold().rstrip('s')}")
    return found


def _figured(text: str, figures: Iterable[QuantityExpression], language: str) -> str:
    """Return a text with each figure as its numbers and what they count."""
    pieces, read = [], 0
    for one in sorted(figures, key=lambda each: each.start):
        numbers = " ".join(map(_number, _values(one)))
        pieces += [text[read : one.start], f" {numbers} {_thing(text, one, language)} "]
        read = one.end
    return "".join((*pieces, text[read:]))


def _plain_words(text: str) -> list[str]:
    """Return the words of a text without those that tell nothing, changes by their side."""
    words = _words()
    found = []
    for word in re.findall(r"[\d.]*\d|[^\W\d_]+(?:[’'-][^\W\d_]+)*", text.casefold()):
        plain = words.change.get(word, word)
        plain = words.converse.get(plain, plain)
        plain = _PRONOUNS[plain][0] if plain in _PRONOUNS else plain
        if plain not in words.passed_over:
            found.append(plain)
    return found


def _values(one: QuantityExpression) -> list[Decimal | str]:
    return [value for value in (one.value, one.low, one.high) if value is not None]


def difference(one: ClaimWording, other: ClaimWording) -> str | None:
    """Return in what two wordings differ, None if they may be of one claim.

    It is `speaker`, `negation`, `numbers`, `comparator`, `period`, `modality`, `measure`, `roles`,
    `names`, or `words` where they are not alike or opposed.
    """
    if one.speaker and other.speaker and one.speaker != other.speaker:
        return "speaker"
    for name, ours, theirs in (
        ("negation", one.is_negated, other.is_negated),
        ("numbers", one.numbers, other.numbers),
        ("comparator", one.comparators, other.comparators),
        ("period", one.periods, other.periods),
        ("period", one.times, other.times),
        ("modality", one.modalities, other.modalities),
        ("numbers", one.extents, other.extents),
        ("measure", one.measures, other.measures),
        ("measure", one.things, other.things),
        ("words", one.changes, other.changes),
    ):
        if ours != theirs:
            return name
    if _unshared(one, other) and _unshared(other, one):
        return "names"
    if not _roles_agree(one.figured, other.figured) or _are_turned(one, other):
        return "roles"
    mine, others = set(one.words.split()), set(other.words.split())
    if _has_prefix(mine - others, others - mine):
        return "negation"
    if _are_opposed(mine, others) or _has_another_word(mine - others, others - mine):
        return "words"
    return None if likeness(one, other) >= LEAST else "words"


def _has_prefix(ours: set[str], theirs: set[str]) -> bool:
    """Say whether one has a word that the other has with a negating prefix: able, unable."""
    prefixes = ("un", "in", "im", "dis", "non")
    return any(
        prefix + word in others
        for mine, others in ((ours, theirs), (theirs, ours))
        for word in mine
        for prefix in prefixes
    )


def _has_another_word(ours: set[str], theirs: set[str]) -> bool:
    """Say whether two wordings differ in one word that is no other form of its counterpart."""
    if len(ours) != 1 or len(theirs) != 1:
        return False
    (mine,), (other,) = ours, theirs
    if not (mine.isalpha() and other.isalpha()) or mine[:_STEM] == other[:_STEM]:
        return False
    words = _words()
    classes = (words.measure, words.modality, words.extent)
    return not any(each.get(mine, mine) == each.get(other, other) for each in classes)


def _are_opposed(ours: set[str], theirs: set[str]) -> bool:
    for sides in _words().opposites:
        mine = [bool(ours & side) for side in sides]
        others = [bool(theirs & side) for side in sides]
        if sum(mine) == sum(others) == 1 and mine != others:
            return True
    return False


def _unshared(one: ClaimWording, other: ClaimWording) -> set[str]:
    """Return the names of a wording that another has not, not even where a sentence begins."""
    return set(one.names) - set(_WORD.findall(other.text))


def likeness(one: ClaimWording, other: ClaimWording) -> float:
    """Return how alike the words of two wordings are, from 0 to 100, whatever their order."""
    score: float = fuzz.token_set_ratio(one.words, other.words)
    return score


def _roles_agree(one: str, other: str) -> bool:
    """Say whether whoever both name is on the same side in both, with the same figures."""
    names = _names(one) | _names(other)
    ours, theirs = _roles(one, names), _roles(other, names)
    shared = {party for party, _, _ in ours} & {party for party, _, _ in theirs}
    return {each for each in ours if each[0] in shared} == {
        each for each in theirs if each[0] in shared
    }


def _are_turned(one: ClaimWording, other: ClaimWording) -> bool:
    """Say whether two have the same words with both ends in other places: who does it to whom.

    Where pronouns tell the sides, or a person does it "by" whom, the order tells nothing.
    """
    if any(word in _PRONOUNS or word == "by" for word in (*one.order, *other.order)):
        return False
    if _is_exchanged(one.text) != _is_exchanged(other.text):
        return False
    common = set(one.order) & set(other.order)
    if len(set(one.order) ^ set(other.order)) > _MOST_APART:
        return False
    ours, theirs = ([word for word in each.order if word in common] for each in (one, other))
    return len(common) > 1 and ours[0] != theirs[0] and ours[-1] != theirs[-1]


def _names(text: str) -> set[str]:
    """Return the words with a capital letter that do not begin a sentence."""
    return set(re.findall(r"(?<![.!?:“\"])\s([^\W\d_a-zà-þ][\w-]+)", text))


def _roles(text: str, names: set[str]) -> set[tuple[str, str, frozenset[str]]]:
    """Return who is the subject and who is not, each with the numbers of the clause."""
    found = set()
    for clause in _CLAUSE.split(_PLACE_FIRST.sub(r"\1", text)):
        words = _WORD.findall(clause)
        numbers = frozenset(_lengths(clause, "en")) | frozenset(re.findall(r"\d[\d.,]*", clause))
        parties = list(_parties(words, names))
        is_passive = any(before == "by" for _, _, before in parties)
        is_exchanged = _is_exchanged(clause)
        for place, (party, by_form, before) in enumerate(parties):
            role = by_form or ("subject" if place == 0 else "object")
            if is_passive and by_form is None:
                role = "subject" if before == "by" else "object"
            if is_exchanged:
                role = "object" if role == "subject" else "subject"
            found.add((party, role, numbers))
    return found


def _is_exchanged(text: str) -> bool:
    """Return whether a text has a word that puts the first behind the second."""
    return any(word.casefold() in _words().converse for word in _WORD.findall(text))


def _parties(words: list[str], names: set[str]) -> Iterable[tuple[str, str | None, str]]:
    """Yield who is named, in which case if the word tells, and the word before."""
    for place, word in enumerate(words):
        before = words[place - 1].casefold() if place else ""
        low = word.casefold()
        if low in _PRONOUNS:
            yield *_PRONOUNS[low], before
        elif word in names and not (place + 1 < len(words) and words[place + 1] in names):
            first = place
            while first and words[first - 1] in names:
                first -= 1
            yield low, None, words[first - 1].casefold() if first else ""
