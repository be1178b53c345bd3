"""Where the rows of tables and kept answers come from: asked when wanted, or by processes."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from onrecord.rdf.partitioned.graph import PartitionedGraph
from onrecord.rdf.partitioned.store import MOST, MOST_ALONE, batches, opened
from onrecord.rdf.processes import most_processes, workers
from onrecord.rdf.query_text.predicates import matched_triples
from onrecord.releases.saved_query import Query
from onrecord.releases.tables.answers import KeptQuery, kept_queries
from onrecord.releases.tables.definition import definitions
from onrecord.releases.tables.row_file import write_row_file

FileOf = Callable[[Query | KeptQuery], Path]
"""Returns the file of the rows of a table or an answer, made by `write_row_file`."""


def made_when_wanted(store: ox.Store, folder: Path) -> FileOf:
    """Return what asks a store for rows, and writes them into a file in a folder."""

    def file_of(wanted: Query | KeptQuery) -> Path:
        place = _place(folder, wanted)
        write_row_file(place, wanted, store)
        return place

    return file_of


@contextmanager
def made_by_processes(
    union: PartitionedGraph, whole: Callable[[], Path], folder: Path
) -> Iterator[FileOf]:
    """Yield what returns the files that processes make of a graph in parts.

    What may match too many triples for memory, or any, is asked of a store on disk, of which
    `whole` returns the folder. What may match many is asked by one process, while files are read.
    """
    few: dict[str, frozenset[str]] = {}
    many: dict[str, frozenset[str]] = {}
    too_many: list[str] = []
    for name, wanted in _all_wanted().items():
        text = wanted.sparql if isinstance(wanted, KeptQuery) else wanted.text
        matched = matched_triples(text)
        parts = union.parts(matched)
        # The parts have not all names, which what may match any triple may ask for.
        if matched is None or union.size(parts) > MOST_ALONE:
            too_many.append(name)
        else:
            (many if union.size(parts) > MOST else few)[name] = parts
    jobs: dict[str, Future[None]] = {}
    with workers(is_large=True, tasks_each=1) as pool:
        for batch in batches(few, union, MOST, 2 * most_processes()):
            job = pool.submit(_make, union, batch, folder, MOST)
            jobs |= dict.fromkeys(batch, job)
        for job in jobs.values():
            job.result()
    with workers(is_large=True, tasks_each=1, most=1) as pool:
        for name in too_many:
            jobs[name] = pool.submit(_make, whole(), [name], folder, MOST_ALONE)
        for batch in batches(many, union, MOST_ALONE):
            job = pool.submit(_make, union, batch, folder, MOST_ALONE)
            jobs |= dict.fromkeys(batch, job)

        def file_of(wanted: Query | KeptQuery) -> Path:
            jobs[_name(wanted)].result()
            return _place(folder, wanted)

        yield file_of


def _make(known: PartitionedGraph | Path, names: Iterable[str], folder: Path, most: int) -> None:
    """Make the files of some tables or answers, of a graph in parts or a store in a folder."""
    all_wanted = _all_wanted()
    asked = ox.Store.read_only(str(known)) if isinstance(known, Path) else known
    with opened(asked, folder, most) as store:
        for name in names:
            write_row_file(_place(folder, all_wanted[name]), all_wanted[name], store)


def _all_wanted() -> dict[str, Query | KeptQuery]:
    every: list[Query | KeptQuery] = [*definitions(), *kept_queries().values()]
    return {_name(wanted): wanted for wanted in every}


def _name(wanted: Query | KeptQuery) -> str:
    return wanted.table if isinstance(wanted, KeptQuery) else wanted.name


def _place(folder: Path, wanted: Query | KeptQuery) -> Path:
    return folder / f"{_name(wanted)}.sqlite"
