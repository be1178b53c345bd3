"""Full-text search over the tables of a release, by SQLite's FTS5."""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, combinations
from pathlib import Path

from rapidfuzz import fuzz

from onrecord.releases.tables.projection import TABLES

KINDS = ("claim", "actor", "event", "source", "series", "topic")
MOST_RANKED = 2_000
"""Hits up to which the best come first. Ranking reads every hit (130 to 480 ms for a word in a
quarter of 100,000 claims), and among so many hits the date says more than the rank."""
MOST_WORDS = 16
"""Words of a query that count."""
_LOOKED_AT = 100
"""Best hits of which those come last that have only names like the words."""
_OF_ONE_WORD = 5
"""Letters that a name and a word have in common at least, to be forms of one word."""
_LIKE = 70.0
"""Likeness, of 100, from which a name is proposed in place of a word that nothing has."""
_NEAR = 80.0
"""Likeness, of 100, from which an address is proposed in place of one that nothing has."""
_SAME_LETTERS = 2
"""Letters with which such an address begins, so that few are compared."""
MOST_COMBINED = 5
"""Words that are tried with some left out, where nothing has all: those that fewest have."""
_MOST_LIKE = 4
"""Words that are taken for one that nothing has."""
_NUMERALS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
_IN_WORDS = {digits: word for word, digits in _NUMERALS.items()}
_TOKEN = re.compile(r'"([^"]*)"|(\S+)')
_QUOTED = re.compile(r'"([^"]*)"')
MOST_COMPARED = 64
"""Words of a claim by which claims like it are looked for."""
MOST_CANDIDATES = 50
_LETTER = re.compile(r"\w")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that has the words."""

    kind: str
    thing: str
    """Its IRI."""
    name: str
    detail: str
    """Of a claim its speakers and date, of others their description."""
    excerpt: str
    """Where the words occur, with the words between MARK and END_MARK; empty if in the name."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The result of a search."""

    hits: tuple[Hit, ...]
    total: int
    counts: Mapping[str, int]
    """Hits of each kind, whatever kind was asked for."""
    by_date: bool
    """Whether the newest come first, and not the best."""
    instead: tuple[Hit, ...]
    """Things with names like the text, where nothing has its words."""
    like: tuple[str, ...] = ()
    """Words that nothing has, in place of which words like them were searched for."""
    left_out: tuple[str, ...] = ()
    """Words that nothing has or is like."""
    has_all: bool = True
    """Whether each hit has all words but those left out; if not, those with most of them come."""


MARK, END_MARK = "\x02", "\x03"


def open_tables(release: Path) -> sqlite3.Connection | None:
    """Open the tables of a release's folder for reading; None if it was built without any."""
    path = release / TABLES
    if not path.is_file():
        return None
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def search(
    tables: sqlite3.Connection, text: str, kind: str = "", *, limit: int = 20, offset: int = 0
) -> Hits:
    """Return what has all the words of a text, of one kind or of all, or else most of them.

    Words in quotation marks must follow one another; the last word may be the beginning of one.
    A word that nothing has is taken for words like it, or left out; if nothing has all words
    together, what has most of them is returned.
    """
    terms = _terms(text)
    if not terms:
        return Hits((), 0, {}, False, ())
    spans = _spans(tables)
    found = _hits(tables, match_expression(text), terms, kind, spans, limit, offset)
    if any(found.counts.values()):
        return found
    alike = _alike(tables, text) if len(terms) == 1 else ()
    if alike:
        return replace(found, instead=alike)
    return _wider(tables, terms, kind, spans, limit, offset) or replace(
        found, instead=_alike(tables, text)
    )


def _has_more_than_names(sought: Sequence[str], text: str) -> bool:
    """Return whether a text has one of the words, and not only a name with the stem of one.

    Names do not inflect: who is called Denys is not "denied", though both have one stem. A word in
    capitals is a name, unless it begins as what is sought does.
    """
    for word in _WORD.findall(text):
        small = word.casefold()
        enough = 3 if word[0].islower() else _OF_ONE_WORD
        for each in sought:
            if small.startswith(each) or (each.startswith(small) and len(small) >= enough):
                return True
            if len(small) > enough and small[:enough] == each[:enough]:
                return True
    return False


def _hits(
    tables: sqlite3.Connection,
    expression: str,
    terms: Sequence[str],
    kind: str,
    spans: Mapping[str, tuple[int, int]],
    limit: int,
    offset: int,
    *,
    has_all: bool = True,
) -> Hits:
    """Return what an expression of FTS5 finds, in which there are some terms, or all of them.

    Among the best a topic with all of them comes first, since it gathers what it is called, then
    what has a number beside its word; series, which are bare figures, come last.
    """
    counts = {each: _count(tables, expression, *span) for each, span in spans.items()}
    total = counts.get(kind, 0) if kind else sum(counts.values())
    if not total:
        return Hits((), 0, counts, False, ())
    first, last = spans[kind] if kind else (0, max(end for _, end in spans.values()))
    by_date = total > MOST_RANKED
    order = "word.rowid DESC" if by_date else "bm25(word, 4.0, 2.0, 2.0, 0.5), word.rowid DESC"
    # The first ones are looked at again, if they are asked for.
    looked_at = 0 if by_date or offset + limit > _LOOKED_AT else _LOOKED_AT
    rows = tables.execute(
        "SELECT d.kind, d.thing, d.name, d.detail,"  # noqa: S608
        " snippet(word, 2, ?, ?, '…', 24), d.words || ' ' || d.about"
        " FROM word JOIN document AS d ON d.number = word.rowid"
        " WHERE word MATCH ? AND word.rowid BETWEEN ? AND ?"
        f" ORDER BY {order} LIMIT ? OFFSET ?",
        (MARK, END_MARK, expression, first, last, looked_at or limit, 0 if looked_at else offset),
    ).fetchall()
    if looked_at:
        quoted = [part for term in terms for part in _QUOTED.findall(term)]
        sought = [word.casefold() for part in quoted for word in _WORD.findall(part)]
        numbers = [_number_and_word(term) for term in terms if term.startswith("(")]

        def place(row: tuple[str, ...]) -> tuple[bool, bool, int, bool]:
            text = " ".join((*row[2:4], row[5]))
            return (
                not _has_more_than_names(sought, text),
                not (has_all and row[0] == "topic"),
                sum(not number.search(text) for number in numbers),
                row[0] == "series",
            )

        rows.sort(key=place)
        rows = rows[offset : offset + limit]
    hits = tuple(
        Hit(each, thing, name, detail, words if MARK in words else "")
        for each, thing, name, detail, words, _ in rows
    )
    return Hits(hits, total, counts, by_date, ())


def _number_and_word(term: str) -> re.Pattern[str]:
    """Return what matches the number of such a term before its word, and not as the end of another.

    To FTS5 "1.1 million" has "1 million" in it.
    """
    number, other_and_word = _QUOTED.findall(term)
    other, word = other_and_word.split(" ", 1)
    return re.compile(rf"(?<![\d.,])\b({number}|{other})\W+{re.escape(word)}", re.IGNORECASE)


def _wider(
    tables: sqlite3.Connection,
    terms: Sequence[str],
    kind: str,
    spans: Mapping[str, tuple[int, int]],
    limit: int,
    offset: int,
) -> Hits | None:
    """Return what has most of the terms, with words like those that nothing has; None if nothing.

    The terms that fewest documents have are tried, since they tell most.
    """
    last = max((end for _, end in spans.values()), default=0)
    like, left_out = [], []
    numbers: dict[str, int] = {}
    for term in dict.fromkeys(terms):
        word = " ".join(_QUOTED.findall(term)[:1])
        if number := _count(tables, term, 0, last):
            numbers[term] = number
        elif near := _words_like(tables, word):
            like.append(word)
            group = "({})".format(" OR ".join(f'"{each}"' for each in near))
            numbers[group] = _count(tables, group, 0, last)
        else:
            left_out.append(word)
    rarest = sorted(numbers, key=lambda term: numbers[term])
    if not rarest:
        return None
    expression = " AND ".join(rarest)
    has_all = _any(tables, expression)
    if not has_all:
        expression = _most_of(tables, rarest, numbers)
    found = _hits(tables, expression, terms, kind, spans, limit, offset, has_all=has_all)
    return replace(found, like=tuple(like), left_out=tuple(left_out), has_all=has_all)


def _most_of(tables: sqlite3.Connection, rarest: list[str], numbers: Mapping[str, int]) -> str:
    """Return the expression for what has as many as possible of some terms, the rarest first.

    `numbers` are how many documents have each.
    """
    tried = rarest[:MOST_COMBINED]
    for size in range(len(tried) - (len(tried) == len(rarest)), 1, -1):
        parts = [" AND ".join(each) for each in combinations(tried, size)]
        expression = " OR ".join(f"({part})" for part in parts)
        if _any(tables, expression):
            return expression
    sums = accumulate(numbers[term] for term in rarest)
    few = sum(number <= MOST_RANKED for number in sums)
    return " OR ".join(rarest[: max(few, 1)])


def near_addresses(tables: sqlite3.Connection, iri: str) -> list[Hit]:
    """Return the things whose IRIs are most like one that nothing has, and begin as it does."""
    start = iri[: iri.rfind("/") + 1 + _SAME_LETTERS]
    span = (start, start + "\U0010ffff")
    rows = tables.execute(
        "SELECT 'claim', claim, text, speakers FROM claim"
        " WHERE claim BETWEEN ? AND ? AND NOT withdrawn"
        " UNION ALL SELECT kind, thing, name, description FROM thing WHERE thing BETWEEN ? AND ?"
        " LIMIT ?",
        (*span, *span, MOST_RANKED),
    )
    slug = iri.rpartition("/")[2]
    scored = [
        (fuzz.ratio(slug, thing.rpartition("/")[2]), Hit(kind, thing, name, detail or "", ""))
        for kind, thing, name, detail in rows
    ]
    best = sorted((each for each in scored if each[0] >= _NEAR), key=lambda each: -each[0])
    return [hit for _, hit in best[:5]]


def claims_alike(tables: sqlite3.Connection, words: str, speaker: str) -> list[str]:
    """Return the claims of a speaker that share most words with some words, the likest first.

    They are candidates: whether one of them says the same is judged by the caller.
    """
    found = dict.fromkeys(word.casefold() for word in _WORD.findall(words))
    expression = " OR ".join(f'"{word}"' for word in list(found)[:MOST_COMPARED])
    if not expression:
        return []
    rows = tables.execute(
        "SELECT d.thing FROM word JOIN document AS d ON d.number = word.rowid"
        " WHERE word MATCH ? AND d.kind = 'claim'"
        " AND d.thing IN (SELECT claim FROM claim_speaker WHERE actor = ? AND NOT withdrawn)"
        " ORDER BY bm25(word, 4.0, 0.0, 4.0, 0.0) LIMIT ?",
        (expression, speaker, MOST_CANDIDATES),
    )
    return [thing for (thing,) in rows]


def match_expression(text: str) -> str:
    """Return a text as an expression of FTS5, each word of it quoted; empty if it has no word."""
    # Between terms in brackets FTS5 needs the word.
    return " AND ".join(_terms(text))


def _terms(text: str) -> list[str]:
    """Return the words and quotations of a text, each as FTS5 has it, the last one open-ended.

    "Two" before another word is also "2" before it, and the other way round.
    """
    phrases = [phrase or word for phrase, word in _TOKEN.findall(text)]
    words = [each for each in phrases if _LETTER.search(each)][:MOST_WORDS]
    quoted = ['"{}"'.format(word.replace('"', "").replace("\0", "")) for word in words]
    if quoted and not text[-1].isspace() and not text.endswith('"'):
        quoted[-1] += "*"
    return [_also_otherwise(*pair) for pair in zip(quoted, [*quoted[1:], ""], strict=False)]


def _also_otherwise(term: str, following: str) -> str:
    """Return a term with the same number in digits or in words, if it is one before a word."""
    number = term.strip('"').casefold()
    other = _NUMERALS.get(number) or _IN_WORDS.get(number)
    if not (other and following):
        return term
    end = "*" if following.endswith("*") else ""
    return '({} OR "{} {}"{})'.format(term, other, following.rstrip("*").strip('"'), end)


def _spans(tables: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Return the first and last number of each kind's documents, which are in order of kind."""
    rows = tables.execute("SELECT kind, first, last FROM span")
    found = {kind: (first, last) for kind, first, last in rows}
    return {kind: found[kind] for kind in KINDS if kind in found}


def _count(tables: sqlite3.Connection, expression: str, first: int, last: int) -> int:
    row = tables.execute(
        "SELECT count(*) FROM word WHERE word MATCH ? AND rowid BETWEEN ? AND ?",
        (expression, first, last),
    ).fetchone()
    return int(row[0])


def _any(tables: sqlite3.Connection, expression: str) -> bool:
    found = tables.execute("SELECT 1 FROM word WHERE word MATCH ? LIMIT 1", (expression,))
    return found.fetchone() is not None


def _words_like(tables: sqlite3.Connection, word: str) -> list[str]:
    """Return the stems most like a word, of those that begin with its first two letters."""
    start = word.casefold()[:2]
    if not _WORD.fullmatch(word) or len(word) < 4:
        return []
    tables.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.stem USING fts5vocab(main, word, row)")
    stems: Iterable[str] = (
        stem
        for (stem,) in tables.execute(
            "SELECT term FROM temp.stem WHERE term >= ? AND term < ?", (start, start + "\U0010ffff")
        )
    )
    scored = [(fuzz.ratio(word.casefold(), stem), stem) for stem in stems]
    best = sorted((each for each in scored if each[0] >= _LIKE), key=lambda each: (-each[0], each))
    return [stem for _, stem in best[:_MOST_LIKE]]


def _alike(tables: sqlite3.Connection, text: str) -> tuple[Hit, ...]:
    """Return the things whose names share most with a text that nothing has."""
    letters = "".join(_LETTER.findall(text.casefold()))[:64]
    parts = sorted({letters[at : at + 3] for at in range(len(letters) - 2)})
    if not parts:
        return ()
    expression = " OR ".join(f'"{part}"' for part in parts)
    rows = tables.execute(
        "SELECT d.kind, d.thing, d.name, d.detail"
        " FROM spelling JOIN document AS d ON d.number = spelling.rowid"
        " WHERE spelling MATCH ? ORDER BY rank LIMIT 50",
        (expression,),
    ).fetchall()
    scored = [
        (_likeness(text, name), Hit(kind, thing, name, detail, ""))
        for kind, thing, name, detail in rows
    ]
    best = sorted(
        (each for each in scored if each[0] >= _LIKE),
        key=lambda each: (-each[0], len(each[1].name), each[1].name),
    )
    return tuple(hit for _, hit in best[:5])


def _likeness(text: str, name: str) -> float:
    """Return how like a name is to a text, from 0 to 100, word by word."""
    words = _WORD.findall(text.casefold())
    others = _WORD.findall(name.casefold())
    best = [max((fuzz.ratio(word, other) for other in others), default=0.0) for word in words]
    return sum(best) / max(len(best), 1)
