"""Measure search in tables of generated rows: `make bench-search`.

    python tests/bench/bench_search.py [CLAIMS]

The tables are filled without a graph: 100,000 claims unless told otherwise, of words as frequent as
those of a language (Zipf). Searches are of one word from each range of frequencies, of several, and
of what nothing has; each is the best of five. Prints milliseconds of processor time.
"""

import random
import sqlite3
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path

from onrecord.releases.tables.definition import definitions
from onrecord.releases.tables.projection import Value, fill, index_words
from onrecord.releases.tables.search import search

CLAIMS = 100_000
WORDS = 30_000
"""Different words."""
_SEED = 20
_LETTERS = "aeioubdfghklmnprstvz"
WANTED = 50
"""Milliseconds that are aimed at."""


def main() -> None:
    """Fill the tables and print a line for each search."""
    number = int(sys.argv[1]) if sys.argv[1:] else CLAIMS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.sqlite"
        chance = random.Random(_SEED)  # noqa: S311
        words = vocabulary(chance)
        with sqlite3.connect(path) as database:
            for definition in definitions():
                columns = [column.name for column in definition.columns]
                rows = generated(definition.name, number, words, chance)
                fill(database, definition, [tuple(map(row.get, columns)) for row in rows])
            index_words(database)
        tables = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        print(f"{number:,} claims, {path.stat().st_size / 1e6:.0f} MB; wanted {WANTED} ms")
        for text in texts(words):
            best, found = 1e9, search(tables, text)
            for _ in range(5):
                start = time.process_time()
                found = search(tables, text)
                best = min(best, (time.process_time() - start) * 1000)
            how = "by date" if found.by_date else "ranked"
            how += "" if found.has_all else ", not all words"
            print(f"{best:7.1f}{' <' if best > WANTED else '  '} {found.total:8,} {how}: {text}")


def vocabulary(chance: random.Random) -> list[str]:
    """Return different words, the most frequent first."""
    found: dict[str, None] = {}
    while len(found) < WORDS:
        found["".join(chance.choices(_LETTERS, k=chance.randint(3, 9)))] = None
    return list(found)


def generated(
    table: str, number: int, words: list[str], chance: random.Random
) -> list[dict[str, Value]]:
    """Return rows for the tables that search reads, none for others."""
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def text(length: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=length))

    if table == "claim":
        return [
            {"claim": f"c/{each}", "text": text(14), "speakers": f"Speaker {each % 997}",
             "said_on": f"20{each % 25:02}", "said_from": f"20{each % 25:02}-01-01",
             "event": f"e/{each % 5000}", "withdrawn": 0}
            for each in range(number)
        ]  # fmt: skip
    if table == "passage":
        return [
            {"claim": f"c/{each}", "words": text(24), "source_name": text(8)}
            for each in range(number)
        ]
    if table == "thing":
        return [
            {"thing": f"{kind[0]}/{each}", "kind": kind, "name": text(4)}
            for kind in ("actor", "event", "source", "series")
            for each in range(5000)
        ]
    return []


def texts(words: list[str]) -> list[str]:
    """Return what is searched for."""
    ranks = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 29_000)
    common, rare = words[:6], words[-6:]
    return [
        *(f"{words[rank]} " for rank in ranks),
        *(words[rank][:3] for rank in ranks),
        " ".join(common) + " ", " ".join(common[:2]) + " ", f"{common[0]} {rare[0]} ",
        " ".join(rare) + " ", " ".join((*common[:3], *rare[:3])) + " ",
        " ".join(words[200:206]) + " ", f"{common[0]} {common[1]} qqwweerr ",
        f"{words[50]}x {words[60]} ", "qqwweerr ",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
