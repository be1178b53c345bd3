"""Rows of a table or a kept answer in an SQLite file of their own, from which a release takes them.

So several processes can make the rows of several tables.
"""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from onrecord.rdf.partitioned.store import AskedStore
from onrecord.releases.saved_query import Query
from onrecord.releases.tables.answers import (
    KeptQuery,
    Terms,
    fill_answer,
    index_answer,
    start_terms,
)
from onrecord.releases.tables.definition import INDEXES, storage
from onrecord.releases.tables.value import Value, stored


def write_row_file(place: Path, wanted: Query | KeptQuery, store: AskedStore) -> None:
    """Ask a store for the rows of a table or an answer, and write them into a new file."""
    with closing(_new(place)) as file, file:
        if isinstance(wanted, KeptQuery):
            rows = map(tuple, _solutions(store, wanted.sparql))
            fill_answer(file, wanted, rows, start_terms(file))
        else:
            _create(file, wanted)
            marks = ", ".join("?" * len(wanted.columns))
            rows_of_table = sorted(_rows(_solutions(store, wanted.text), wanted), key=_key)
            insert = f"INSERT INTO {wanted.name} VALUES ({marks})"  # noqa: S608
            file.executemany(insert, rows_of_table)


def take_table(database: sqlite3.Connection, definition: Query, place: Path) -> None:
    """Create the table of a definition, with the rows in a file and its indexes."""
    table = definition.name
    _create(database, definition)
    database.commit()
    database.execute("ATTACH ? AS taken", (str(place),))
    database.execute(f"INSERT INTO {table} SELECT * FROM taken.{table} ORDER BY rowid")  # noqa: S608
    database.commit()
    database.execute("DETACH taken")
    for number, names in enumerate(INDEXES[table]):
        database.execute(f"CREATE INDEX {table}_{number} ON {table} ({', '.join(names)})")


def take_answer(database: sqlite3.Connection, kept: KeptQuery, terms: Terms, place: Path) -> None:
    """Create the table of a kept answer, with the rows in a file and its indexes."""
    with closing(sqlite3.connect(place)) as file:
        found = file.execute("SELECT type, value FROM term ORDER BY number")
        numbers = [0, *(terms.number(type, value) for type, value in found)]
        terms.write()
        rows = file.execute(f"SELECT * FROM {kept.table} ORDER BY number")  # noqa: S608
        created = file.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (kept.table,))
        database.execute(created.fetchone()[0])
        marks = ", ".join("?" * len(rows.description))
        insert = f"INSERT INTO {kept.table} VALUES ({marks})"  # noqa: S608
        database.executemany(insert, _renumbered(rows, numbers))
    index_answer(database, kept)


def _renumbered(
    rows: Iterable[tuple[int, bytes, *tuple[Value, ...]]], numbers: list[int]
) -> Iterator[tuple[Value | bytes, ...]]:
    for number, cells, *others in rows:
        yield number, array("I", map(numbers.__getitem__, array("I", cells))).tobytes(), *others


def _new(place: Path) -> sqlite3.Connection:
    database = sqlite3.connect(place)
    # A crash leaves no release, so what makes a file safe against crashes would only cost.
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    return database


def _create(database: sqlite3.Connection, definition: Query) -> None:
    columns = ", ".join(f'"{each.name}" {storage(each)}' for each in definition.columns)
    database.execute(f"CREATE TABLE {definition.name} ({columns})")


def _solutions(store: AskedStore, text: str) -> ox.QuerySolutions:
    return cast(ox.QuerySolutions, store.query(text))


def _rows(solutions: ox.QuerySolutions, definition: Query) -> Iterator[tuple[Value, ...]]:
    for solution in solutions:
        yield tuple(stored(solution[each.name]) for each in definition.columns)


def _key(row: tuple[Value, ...]) -> tuple[bool | str, ...]:
    # Flat, as pairs within it would take more than the rows.
    return tuple(part for value in row for part in (value is not None, str(value)))
