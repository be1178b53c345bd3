"""The projection of a release into tables: one SQLite file beside the store.

Lists, search, saved queries and choices by typing read it, since each would otherwise be a join
over the whole graph. It holds nothing that the graph does not, so it is in no hash of the release.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyoxigraph as ox

from onrecord.rdf.processes import SelectFunction, asked, asked_ahead
from onrecord.releases.saved_query import Query
from onrecord.releases.tables.answers import kept_queries, write_answers
from onrecord.releases.tables.definition import INDEXES, VERSION, definitions, storage
from onrecord.releases.tables.plain_spelling import plain_spellings
from onrecord.releases.tables.value import Value, stored

TABLES = "tables.sqlite"

_SEARCH = """
CREATE TABLE document (
    number INTEGER PRIMARY KEY,  -- by kind, claims last; then by date, the undated first
    kind TEXT NOT NULL,  -- claim, actor, event, source, series or topic
    thing TEXT NOT NULL,
    name TEXT NOT NULL,  -- what a result is called: of a claim its paraphrase
    detail TEXT NOT NULL,  -- of a claim its speakers and date
    words TEXT NOT NULL,  -- of a claim those of its passages, figures and reports; else other names
    -- Of a claim its event, topics and modality, and the titles of its sources; of all, plain
    -- spellings of words with letters that not everybody has.
    about TEXT NOT NULL
);
CREATE TABLE span (kind TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE VIRTUAL TABLE word USING fts5 (
    name, detail, words, about, content = document, content_rowid = number,
    tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3'
);
CREATE VIRTUAL TABLE spelling USING fts5 (
    name, content = document, content_rowid = number, tokenize = trigram, detail = none
);
"""

_DOCUMENTS = """
SELECT * FROM (
SELECT kind, thing, name, coalesce(description, '') AS detail,
    coalesce((SELECT group_concat(name, char(10)) FROM (
        SELECT name FROM also_called AS a WHERE a.thing = thing.thing ORDER BY name
    )), '') AS words,
    '' AS about, '' AS day
FROM thing
UNION ALL
SELECT
    'claim', claim, text, speakers || coalesce(', ' || said_on, ''),
    coalesce((SELECT group_concat(words, char(10)) FROM (
        SELECT words FROM passage AS p WHERE p.claim = claim.claim AND words IS NOT NULL
        UNION SELECT words FROM figure AS f WHERE f.claim = claim.claim AND words IS NOT NULL
        UNION SELECT words FROM wording AS w WHERE w.claim = claim.claim
        ORDER BY words
    )), ''),
    coalesce((SELECT group_concat(name, char(10)) FROM (
        SELECT name FROM thing AS t WHERE t.thing = claim.event
        UNION SELECT name FROM claim_topic AS c JOIN thing AS t ON t.thing = c.topic
            WHERE c.claim = claim.claim
        UNION SELECT source_name FROM passage AS p WHERE p.claim = claim.claim
        UNION SELECT modality
        UNION SELECT name FROM also_called AS a WHERE a.thing = claim.modality_code
        ORDER BY name
    )), ''),
    coalesce(said_from, '')
FROM claim
WHERE NOT withdrawn
) ORDER BY kind = 'claim', kind, day, thing
"""


def write_tables(path: Path, store: ox.Store | Path) -> None:
    """Write the tables of a release into a new SQLite file. The same store gives the same rows.

    A store in a folder is asked by several processes. Raises OSError or sqlite3.Error if the file
    cannot be written.
    """
    with _asked(store, path.parent) as ask, closing(sqlite3.connect(path)) as database, database:
        # A crash leaves no release, so what makes a file safe against crashes would only cost.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        for definition in definitions():
            fill(database, definition, sorted(_rows(ask(definition.text), definition), key=_key))
        index_words(database)
        write_answers(database, ask)
        database.execute(f"PRAGMA user_version = {VERSION}")
    with closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM")


@contextmanager
def _asked(store: ox.Store | Path, folder: Path) -> Iterator[SelectFunction]:
    """Yield what asks a store in memory, or one on disk for all that the tables need."""
    if isinstance(store, ox.Store):
        yield asked(store)
        return
    texts = [definition.text for definition in definitions()]
    texts += [kept.sparql for kept in kept_queries().values()]
    with asked_ahead(store, texts, folder) as ask:
        yield ask


def fill(database: sqlite3.Connection, definition: Query, rows: list[tuple[Value, ...]]) -> None:
    """Create the table of a definition, with its rows and its indexes."""
    table = definition.name
    columns = ", ".join(f'"{each.name}" {storage(each)}' for each in definition.columns)
    database.execute(f"CREATE TABLE {table} ({columns})")
    marks = ", ".join("?" * len(definition.columns))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
    for number, names in enumerate(INDEXES[table]):
        database.execute(f"CREATE INDEX {table}_{number} ON {table} ({', '.join(names)})")


def index_words(database: sqlite3.Connection) -> None:
    """Make the indexes of words and of names over the tables."""
    index_documents(database, map(_document, database.execute(_DOCUMENTS).fetchall()))


def _document(row: tuple[str, ...]) -> tuple[str, ...]:
    *told, about, _ = row
    return *told, "\n".join(filter(None, (about, *plain_spellings("\n".join(told[2:])))))


def index_documents(database: sqlite3.Connection, documents: Iterable[tuple[Value, ...]]) -> None:
    """Make the indexes of words and of names over documents.

    Each is kind, thing, name, detail, words and what it is about, in the order of kinds.
    """
    database.executescript(_SEARCH)
    database.executemany(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((number, *row) for number, row in enumerate(documents, 1)),
    )
    database.execute(
        "INSERT INTO span SELECT kind, min(number), max(number) FROM document GROUP BY kind"
    )
    database.execute("INSERT INTO word (word) VALUES ('rebuild')")
    database.execute(
        "INSERT INTO spelling (rowid, name) SELECT number, name FROM document WHERE kind <> 'claim'"
    )
    for index in ("word", "spelling"):
        database.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608


def _rows(solutions: ox.QuerySolutions, definition: Query) -> Iterator[tuple[Value, ...]]:
    for solution in solutions:
        yield tuple(stored(solution[each.name]) for each in definition.columns)


def _key(row: tuple[Value, ...]) -> tuple[bool | str, ...]:
    # Flat, as pairs within it would take more than the rows.
    return tuple(part for value in row for part in (value is not None, str(value)))
