"""Answers of saved queries: from the tables of a release if these keep them, else from the store.

A page takes the rows that it shows from the tables, however many there are; the other formats take
all, up to the row limit. A text that was edited is another query, and is asked of the store.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import NamedTuple

from rdflib import Literal
from rdflib.namespace import XSD

from onrecord.rdf.oxigraph import ResultRow, to_oxigraph
from onrecord.releases.release import Release
from onrecord.releases.saved_query import Query, term_of
from onrecord.releases.tables.answers import KeptQuery, count_rows, kept_query, rows_of
from onrecord.releases.tables.search import open_tables
from onrecord.releases.tables.value import Value, stored
from onrecord_server.pages.page_queries import base_of
from onrecord_server.sparql.answer_cache import Answer, cache_key, etag_of
from onrecord_server.sparql.ask import Rows, ask, content, rows, run
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import Format
from onrecord_server.workers.result_writers import write_rows

_MOST_CACHED = 1 << 20
"""Bytes of an answer from the tables that is kept in memory."""


class Data(NamedTuple):
    """Answer in a format."""

    body: bytes
    limit: int
    """Number of rows at which it was cut off; 0 if it is whole."""


class _Kept(NamedTuple):
    """Kept answer, and what is asked of it."""

    tables: sqlite3.Connection
    query: KeptQuery
    values: dict[str, Value]


class _BoundedMemory(BytesIO):
    """Output in memory, full from a number of bytes on."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    @property
    def full(self) -> bool:
        return self.tell() >= self._most


def saved_rows(
    endpoint: Endpoint,
    release: Release,
    query: Query,
    text: str,
    values: Mapping[str, str],
    *,
    start: int = 0,
    most: int | None = None,
) -> Rows:
    """Return rows of a saved query from one on, at most some, and the number of all its rows.

    `text` is the query with its values bound, for the store; the row limit applies to what the
    store answers, and where all rows are taken. Raises RefusalError.
    """
    with _kept(release, query, values) as kept:
        if kept is None:
            end = None if most is None else start + most
            found = rows(endpoint, text, release=release, first=end)
            return found._replace(rows=found.rows[start:])
        limit = endpoint.pool.limits.rows if most is None else most
        number = count_rows(kept.tables, kept.query, kept.values)
        taken = rows_of(kept.tables, kept.query, kept.values, start, limit)
    limited = most is None and number > limit
    return Rows(_names(query), taken, limit if limited else number, limited)


def saved_data(
    endpoint: Endpoint,
    release: Release,
    query: Query,
    text: str,
    values: Mapping[str, str],
    format: Format,
) -> Data:
    """Return the answer of a saved query in a format, up to the row limit. Raises RefusalError."""
    with _kept(release, query, values) as kept:
        if kept is None:
            answer = ask(endpoint, text, release=release, format=format)
        else:
            key = cache_key(
                release.name, query.name, repr(sorted(kept.values.items())), format.name
            )
            known = run(endpoint, _cached(endpoint, key))
            answer = known or _new(endpoint, release, kept, format)
            if known is None and answer.size <= _MOST_CACHED:
                run(endpoint, _cache(endpoint, key, answer))
    return Data(content(answer), answer.rows if answer.limited else 0)


def _new(endpoint: Endpoint, release: Release, kept: _Kept, format: Format) -> Answer:
    limits = endpoint.pool.limits
    found: list[ResultRow] = rows_of(kept.tables, kept.query, kept.values, 0, limits.rows + 1)
    memory = _BoundedMemory(limits.bytes)
    names = _names(kept.query.query)
    number, limited = write_rows(names, iter(found), format.name, memory, limits.rows)
    body = memory.getvalue()
    return Answer(
        body, len(body), format.content_type, number, limited, release.name, etag_of(body)
    )


async def _cached(endpoint: Endpoint, key: bytes) -> Answer | None:
    return endpoint.answer_cache.get(key)


async def _cache(endpoint: Endpoint, key: bytes, answer: Answer) -> None:
    endpoint.answer_cache.put(key, answer)


@contextmanager
def _kept(release: Release, query: Query, values: Mapping[str, str]) -> Iterator[_Kept | None]:
    """Yield the kept answer of a saved query; None if the tables of the release have none."""
    tables = open_tables(release.path)
    if tables is None:
        yield None
        return
    with closing(tables):
        kept = kept_query(tables, query.name)
        asked = sql_values(query, values, base_of(release)) if kept else {}
        yield _Kept(tables, kept, asked) if kept else None


def sql_values(query: Query, values: Mapping[str, str], base: str) -> dict[str, Value]:
    """Return the values of parameters as columns have them: those that are given, or defaults."""
    found = {}
    for parameter in query.parameters:
        given = values.get(parameter.name, "")
        term = term_of(parameter, given, base) if given else parameter.default
        if term is None and parameter.if_absent == "today":
            term = Literal(datetime.now(UTC).date().isoformat(), datatype=XSD.date)
        if term is not None:
            found[parameter.name] = stored(to_oxigraph(term))
    return found


def _names(query: Query) -> list[str]:
    return [column.name for column in query.columns]
