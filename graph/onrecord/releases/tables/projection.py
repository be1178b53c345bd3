"""The projection of a release into tables: one SQLite file beside the store.

Lists, search, saved queries and choices by typing read it, since each would otherwise be a join
over the whole graph. It holds nothing that the graph does not, so it is in no hash of the release.
"""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from onrecord.rdf.partitioned.graph import PartitionedGraph
from onrecord.releases.tables.answers import are_kept, kept_queries, start_answers
from onrecord.releases.tables.definition import VERSION, definitions
from onrecord.releases.tables.plain_spelling import plain_spellings
from onrecord.releases.tables.row_file import take_answer, take_table
from onrecord.releases.tables.row_source import FileOf, made_by_processes, made_when_wanted
from onrecord.releases.tables.value import Value

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


def write_tables(
    path: Path,
    union: ox.Store | PartitionedGraph,
    whole: Callable[[], Path] = Path,
) -> None:
    """Write the tables of a release into a new SQLite file. The same triples give the same rows.

    Of a union in parts, several processes make the rows; what may match too much for memory they
    ask of a store on disk of the same triples, of which `whole` returns the folder once it is
    filled. A union that is a store itself needs none. Raises OSError or sqlite3.Error if a file
    cannot be written.
    """
    with TemporaryDirectory(dir=path.parent) as name:
        folder = Path(name)
        if isinstance(union, ox.Store):
            _write(path, made_when_wanted(union, folder))
            return
        with made_by_processes(union, whole, folder) as file_of:
            _write(path, file_of)


def _write(path: Path, file_of: FileOf) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        # A crash leaves no release, so what makes a file safe against crashes would only cost.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        for definition in definitions():
            take_table(database, definition, file_of(definition))
        index_words(database)
        if are_kept(database):
            terms = start_answers(database)
            for kept in kept_queries().values():
                take_answer(database, kept, terms, file_of(kept))
        database.execute(f"PRAGMA user_version = {VERSION}")
    with closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM")


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
