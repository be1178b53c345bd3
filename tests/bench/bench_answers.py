"""How long pages of kept answers take: `python tests/bench/bench_answers.py CLAIMS QUERY …`.

The tables of answers are filled with rows of generated terms: each claim has its own address and
words, and things (topics, actors, series) come back as often as in a collection, one of them in an
eighth of all rows. Milliseconds of processor time, the best of five, of the count of the rows and
of the hundred rows of a page: the first and the last one, of all and of the commonest thing.
"""

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from onrecord.rdf.oxigraph import ResultRow, ResultTerm
from onrecord.rdf.xsd import XSD
from onrecord.releases.tables import answers
from onrecord.releases.tables.answers import KeptQuery
from onrecord.releases.tables.value import Value

BASE = "https://example.org/many/"
PAGE = 100
TIMES = 5
_WORDS = tuple(ox.Literal(f"words that many rows have, number {number}") for number in range(500))
_DAYS = tuple(
    ox.Literal(f"20{year:02}-{month:02}-{day:02}", datatype=ox.NamedNode(f"{XSD}date"))
    for year in range(20, 26)
    for month in range(1, 13)
    for day in range(1, 29)
)
_VALUES = tuple(
    ox.Literal(str(number * 10), datatype=ox.NamedNode(f"{XSD}decimal")) for number in range(2_000)
)
_COMMON = 0.125
"""Part of the rows that name the commonest thing."""


def rows(kept: KeptQuery, claims: int) -> Iterator[ResultRow]:
    """Yield a row a claim, in the order of days."""
    chance = random.Random(1)  # noqa: S311 no secret is drawn
    columns = [column.name for column in kept.query.columns]
    kinds = {column.name: column.kind for column in kept.query.columns}
    names = [*(name for name in kept.keeps if name not in columns), *columns]
    things = [ox.NamedNode(f"{BASE}thing/{number}") for number in range(claims // 50 + 2)]

    def term(name: str, number: int) -> ResultTerm | None:
        if name == "claim":
            return ox.NamedNode(f"{BASE}claim/{number}")
        if name == "text":
            return ox.Literal(f"What claim {number} says, in a sentence of usual length, or so.")
        if name in ("earliest", "latest", "last", "from"):
            return _DAYS[number * len(_DAYS) // claims]
        if name in kept.keeps:
            return things[0 if chance.random() < _COMMON else chance.randrange(len(things))]
        kind = kinds.get(name, "IRI")
        if kind == "xsd:decimal":
            return chance.choice(_VALUES)
        return chance.choice(things if kind == "IRI" else _WORDS)

    for number in range(claims):
        yield tuple(term(name, number) for name in names)


def best(work: Callable[[], object]) -> float:
    """Return the milliseconds of processor time of the best of some runs."""
    found = []
    for _ in range(TIMES):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found) * 1000


def measure(tables: sqlite3.Connection, kept: KeptQuery, claims: int) -> None:
    """Print a line for each way in which an answer is asked for."""
    common = {each.name: f"{BASE}thing/0" for each in kept.query.parameters if each.of}
    days = {each.name: "2023-06-15" for each in kept.query.parameters if each.kind == "date"}
    ways: dict[str, dict[str, Value]] = {"all": {}, "the commonest": dict(common)}
    if days and common:
        ways["… of some days"] = {**common, **days, "from": "2023-06-01"}
    for way, values in ways.items():
        number = answers.count_rows(tables, kept, values)
        page = partial(answers.rows_of, tables, kept, values)
        counted = best(partial(answers.count_rows, tables, kept, values))
        first, last = best(partial(page, 0, PAGE)), best(partial(page, max(number - PAGE, 0), PAGE))
        print(
            f"{kept.query.name:26} {claims:9,} {way:16} {number:9,} rows:"
            f" count {counted:6.1f}, first page {first:6.1f}, last page {last:6.1f} ms",
            flush=True,
        )


def main() -> None:
    """Fill the tables for each query that is named, and measure them."""
    claims = int(sys.argv[1]) if sys.argv[1:] else 100_000
    names = sys.argv[2:] or ["claims-on-topic-by-date", "quantities", "said-of-actor"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.sqlite"
        with closing(sqlite3.connect(path)) as tables, tables:
            tables.execute("PRAGMA journal_mode = OFF")
            terms = answers.start_answers(tables)
            for name in names:
                kept = answers.kept_queries()[name]
                answers.fill_answer(tables, kept, rows(kept, claims), terms)
        print(f"{path.stat().st_size / 1e6:,.0f} MB")
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as tables:
            for name in names:
                measure(tables, answers.kept_queries()[name], claims)


if __name__ == "__main__":
    main()
