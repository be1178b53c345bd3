"""Compare what the rules conclude of pairs of figures with what two readers judged.

    judged_pairs.py PAIRS.jsonl [RELEASE.nq]

prints a table in Markdown; without RELEASE.nq of the bundled collection. A line of PAIRS.jsonl has
the figures `a` and `b` (claim and words) and the label of each reader; a pair counts where both
gave one label. Nothing concluded is "unrelated". moved_figures.tsv names the figures that a
correction has renamed since they were judged: old claim, old words, new claim, new words.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, cast

import pyoxigraph as ox

import bundled

LABELS = {
    "disagreement": "disagree",
    "revision": "revise",
    "postponement": "postpone",
    "agreement": "agree",
}
"""Labels of the readers that are not called as the outcome is."""

MOVED = Path(__file__).with_name("moved_figures.tsv")

_FIGURES = """PREFIX rec: <https://w3id.org/onrecord/ns#>
SELECT DISTINCT ?claim ?words ?figure {
  ?claim a rec:Claim ; rec:quantity ?figure . ?figure rec:asStated ?words }"""
_OUTCOMES = """PREFIX rec: <https://w3id.org/onrecord/ns#>
SELECT DISTINCT ?first ?second ?outcome {
  ?comparison rec:first ?first ; rec:second ?second ; rec:outcome ?outcome }"""


class Judged(NamedTuple):
    """A pair, the label that both readers gave it, and the labels of what the rules conclude."""

    pair: int
    label: str
    found: frozenset[str]


class Row(NamedTuple):
    """What came of one label."""

    label: str
    judged: int
    concluded: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the conclusions that the readers share."""
        return self.right / self.concluded if self.concluded else 1.0

    @property
    def recall(self) -> float:
        """Share of the judgements that the rules find."""
        return self.right / self.judged if self.judged else 1.0


def read_pairs(path: Path) -> list[dict[str, object]]:
    """Return the pairs of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_moved(path: Path = MOVED) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the claim and words of each renamed figure, by those that were judged."""
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {(claim, words): (new, now) for claim, words, new, now in lines}


def conclude(store: ox.Store, pairs: Iterable[dict[str, object]]) -> Iterator[Judged]:
    """Yield the pairs that both readers gave one label, with what the rules conclude of each."""
    figures: dict[tuple[str, str], set[str]] = defaultdict(set)
    for claim, words, figure in _ask(store, _FIGURES):
        figures["/".join(claim.rsplit("/", 2)[-2:]), words].add(figure)
    outcomes: dict[frozenset[str], set[str]] = defaultdict(set)
    for first, second, outcome in _ask(store, _OUTCOMES):
        name = outcome.rpartition("#")[2]
        outcomes[frozenset((first, second))].add(LABELS.get(name, name))
    moved = read_moved()
    for pair in pairs:
        readers = [cast(dict[str, str], pair[name]) for name in ("first_reader", "second_reader")]
        label = readers[0]["label"]
        if label != readers[1]["label"]:
            continue
        sides = (cast(dict[str, str], pair[name]) for name in "ab")
        a, b = (moved.get(name, name) for name in ((one["claim"], one["words"]) for one in sides))
        found = {
            outcome
            for one in figures[a]
            for other in figures[b]
            if one != other
            for outcome in outcomes[frozenset((one, other))]
        }
        yield Judged(cast(int, pair["pair"]), label, frozenset(found or {"unrelated"}))


def compare(store: ox.Store, pairs: Iterable[dict[str, object]]) -> list[Row]:
    """Return a row for each label, and one for all but "unrelated"."""
    judged: Counter[str] = Counter()
    concluded: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for _, label, found in conclude(store, pairs):
        judged[label] += 1
        concluded.update(found)
        right[label] += label in found
    names = sorted(judged | concluded, key=lambda name: (name == "unrelated", -judged[name], name))
    rows = [Row(name, judged[name], concluded[name], right[name]) for name in names]
    told = [row for row in rows if row.label != "unrelated"]
    whole = (sum(getattr(row, name) for row in told) for name in ("judged", "concluded", "right"))
    return [*rows, Row("all but unrelated", *whole)]


def table(rows: Iterable[Row]) -> str:
    """Return a table in Markdown."""
    lines = [
        "| label | judged | concluded | the same | precision | recall |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        counts = f"{row.judged} | {row.concluded} | {row.right}"
        lines.append(f"| {row.label} | {counts} | {row.precision:.2f} | {row.recall:.2f} |")
    return "\n".join(lines)


def _ask(store: ox.Store, query: str) -> Iterator[tuple[str, ...]]:
    for row in cast(ox.QuerySolutions, store.query(query, use_default_graph_as_union=True)):
        yield tuple(cast(ox.NamedNode, term).value for term in row)


def main(pairs: str, release: str | None = None) -> None:
    """Print the table."""
    if release is None:
        store = bundled.store()
    else:
        store = ox.Store()
        store.bulk_load(path=release, format=ox.RdfFormat.N_QUADS)
    print(table(compare(store, read_pairs(Path(pairs)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
