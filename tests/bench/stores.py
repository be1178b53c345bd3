"""Saved queries of a release asked of its tables, a plain Oxigraph server and a Virtuoso."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyoxigraph as ox
from rdflib.namespace import SH

sys.path.insert(0, str(Path(__file__).parent.parent))
from onrecord.files.bundled import QUERIES
from onrecord.releases.ask import first_row
from onrecord.releases.descriptions.usage import USAGE_GRAPH
from onrecord.releases.release import STORE, Release
from onrecord.releases.remote.push import MERGED_GRAPH, held_name, push
from onrecord.releases.remote.sparql_client import Store, StoreError, select
from onrecord.releases.saved_query import Query, read_queries, with_defaults
from onrecord.releases.tables.answers import count_rows, kept_query, rows_of
from onrecord.releases.tables.search import open_tables
from onrecord_server.pages.answer.saved_answer import sql_values
from oxigraph_server import oxigraph_server
from virtuoso import virtuoso

LONGEST = 60.0
"""Seconds after which a query is cut off."""
_PAGE = 100
_ROWS = 10_000_000

SERVERS: dict[str, Callable[[Path], AbstractContextManager[Store]]] = {
    "Oxigraph server": oxigraph_server,
    "Virtuoso": lambda folder: virtuoso(folder, rows=_ROWS),
}


@dataclass(frozen=True, slots=True)
class Answered:
    """How a query was answered: how many rows, and in how many milliseconds that passed."""

    rows: int | None
    """None if there is no answer."""
    milliseconds: float


def answers(release: Release) -> dict[str, dict[str, Answered]]:
    """Return the answer to each saved query by query and place, with the defaults of a release.

    Of the tables it is the count and the first page, of a server all rows, asked once.
    """
    queries = read_queries(QUERIES)
    found: dict[str, dict[str, Answered]] = {query.name: {} for query in queries}
    for query in queries:
        found[query.name]["tables"] = from_tables(release, query)
    for server, run in SERVERS.items():
        with tempfile.TemporaryDirectory() as folder, run(Path(folder) / "store") as store:
            list(push(store, release))
            asked = replace(store, retry_delays=(), timeout=LONGEST, most=4 << 30)
            for query in queries:
                found[query.name][server] = from_server(asked, release, query)
    return found


def from_tables(release: Release, query: Query) -> Answered:
    """Return the answer that the tables of a release keep, with its first page."""
    tables = open_tables(release.path)
    kept = None if tables is None else kept_query(tables, query.name)
    if tables is None or kept is None:
        return Answered(None, 0)
    base = str(release.manifest["base"])
    asked = with_defaults(query, base, partial(first_row, release))
    with closing(tables):
        values = sql_values(asked, {}, base)
        start = time.monotonic()
        number = count_rows(tables, kept, values)
        rows_of(tables, kept, values, 0, _PAGE)
        return Answered(number, 1000 * (time.monotonic() - start))


def from_server(store: Store, release: Release, query: Query) -> Answered:
    """Return the answer of a server."""
    base = str(release.manifest["base"])
    usage = ox.NamedNode(base + USAGE_GRAPH)
    node = ox.NamedNode(f"{base}q/{query.name}")
    (text,) = ox.Store.read_only(str(release.path / STORE)).quads_for_pattern(
        node, ox.NamedNode(SH.select), None, usage
    )
    merged = held_name(base + MERGED_GRAPH, release.name)
    asked = text.object.value.replace("\nWHERE {\n", f"\nFROM <{merged}>\nWHERE {{\n", 1)
    start = time.monotonic()
    try:
        rows = len(select(store, asked))
    except StoreError as error:
        print(f"{query.name}: {str(error)[:200]}", file=sys.stderr)
        return Answered(None, 1000 * (time.monotonic() - start))
    return Answered(rows, 1000 * (time.monotonic() - start))


def report(found: dict[str, dict[str, Answered]]) -> Iterator[str]:
    """Yield the lines of a table: milliseconds of each place, and rows, equal or not."""
    places = ["tables", *SERVERS]
    yield f"| saved query, ms | {' | '.join(places)} | rows |"
    yield f"|---|{'---|' * len(places)}---|"
    for name, by_place in sorted(found.items()):
        cells = [
            "–" if by_place[place].rows is None else f"{by_place[place].milliseconds:,.0f}"
            for place in places
        ]
        counts = {one.rows for one in by_place.values() if one.rows is not None}
        told = "–" if not counts else ", ".join(f"{count:,}" for count in sorted(counts))
        note = " (not equal)" if len(counts) > 1 else ""
        yield f"| {name} | {' | '.join(cells)} | {told}{note} |"
