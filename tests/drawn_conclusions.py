"""Draw results of the rules with a seed, to be read beside the words that they rest on.

    drawn_conclusions.py SEED [RELEASE.nq]

prints up to 30 comparisons of each outcome; without RELEASE.nq, of the bundled collection. Of
apparent conflicts only the nearest pair of two series is drawn, which is what questions show.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import cast

import pyoxigraph as ox

import bundled

MOST = 30

_PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rec: <https://w3id.org/onrecord/ns#>
PREFIX schema: <https://schema.org/>
"""
_COMPARISONS = """
SELECT DISTINCT ?comparison ?outcome ?strength ?because ?first ?second {
  ?comparison rec:outcome ?outcome ; rec:strength ?strength ; rec:because ?because ;
              rec:first ?first ; rec:second ?second .
  OPTIONAL { ?comparison rec:nearness ?place . }
  FILTER (?outcome != <https://w3id.org/onrecord/code#apparent> || ?place = 1)
}
"""
_FIGURES = """
SELECT ?figure ?claim ?words ?speaker ?said ?of ?text {
  ?claim a rec:Claim ; rec:quantity ?figure ; rec:speakerNames ?speaker ; schema:text ?text .
  ?figure rec:asStated ?words .
  OPTIONAL { ?claim rec:saidOn/dcterms:date ?said . }
  OPTIONAL { ?figure rec:validFor/dcterms:date ?of . }
}
"""

Row = Mapping[str, str]


def draw(store: ox.Store, seed: int) -> Iterator[tuple[str, int, list[Row]]]:
    """Yield each outcome, how many results have it, and those that are drawn."""
    chance = random.Random(seed)  # noqa: S311 (a sample, no secret)
    results: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(_ask(store, _COMPARISONS), key=lambda row: row["comparison"]):
        results[row["outcome"].partition("#")[2]].append(row)
    for outcome, rows in sorted(results.items()):
        drawn = rows if len(rows) <= MOST else chance.sample(rows, MOST)
        yield outcome, len(rows), drawn


def _ask(store: ox.Store, query: str) -> Iterator[Row]:
    solutions = store.query(_PREFIXES + query, use_default_graph_as_union=True)
    names = [variable.value for variable in cast(ox.QuerySolutions, solutions).variables]
    for solution in cast(ox.QuerySolutions, solutions):
        values = (cast(ox.Literal, term).value if term else "" for term in solution)
        yield dict(zip(names, values, strict=True))


def main(seed: str, release: str | None = None) -> None:
    """Print what is drawn."""
    if release is None:
        store = bundled.store()
    else:
        store = ox.Store()
        store.bulk_load(path=release, format=ox.RdfFormat.N_QUADS)
    figures = {row["figure"]: row for row in _ask(store, _FIGURES)}
    for outcome, number, drawn in draw(store, int(seed)):
        print(f"\n{outcome}: {len(drawn)} of {number}")
        for place, row in enumerate(drawn, start=1):
            print(f"\n{place}. {row['strength'].partition('#')[2]}: {row['because']}")
            for figure in (figures[row["first"]], figures[row["second"]]):
                of = f", of {figure['of']}" if figure["of"] else ""
                print(f"   {figure['speaker']}, {figure['said']}: “{figure['words']}”{of}")
                print(f"   {figure['text']} {figure['claim']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
