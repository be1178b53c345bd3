"""Blocking queries to the endpoint, for pages and saved queries in threads of their own.

They use the same worker pool, limits and answer cache as HTTP requests. Not for the thread of the
event loop.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

import pyoxigraph as ox

from onrecord.rdf.oxigraph import ResultRow
from onrecord.releases.release import Release
from onrecord_server.sparql.answer_cache import Answer
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import JSON, Format
from onrecord_server.workers.pool import LaneName


class Rows(NamedTuple):
    """Rows of a SELECT."""

    names: list[str]
    """Names of the variables."""
    rows: list[ResultRow]
    total: int
    """Number of rows of the answer; `rows` may have only the first ones."""
    limited: bool
    """Whether rows were left out because of a limit, so that there are more than `total`."""


Returned = TypeVar("Returned")


def ask(
    endpoint: Endpoint,
    text: str,
    *,
    release: Release,
    format: Format,
    lane: LaneName = "light",
    unlimited: bool = False,
) -> Answer:
    """Return the answer to a query in a format, from the cache or new.

    `unlimited` lifts the row limit. The body of a large answer is a Path. Raises RefusalError with
    the status and the message to send.
    """
    return run(endpoint, _ask(endpoint, text, release, format, lane, unlimited))


def all_rows_of(endpoint: Endpoint, texts: Sequence[str], *, release: Release) -> dict[str, Rows]:
    """Return all rows of several SELECTs by their texts, without those that are refused.

    For a page that needs all of them: it waits for the event loop once, and not for each in turn,
    while the workers answer them beside each other.
    """

    async def together() -> list[Answer | BaseException]:
        asked = (_ask(endpoint, text, release, JSON, "light", True) for text in texts)
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = zip(texts, run(endpoint, together()), strict=True)
    return {text: _rows(answer) for text, answer in answers if isinstance(answer, Answer)}


def rows(
    endpoint: Endpoint,
    text: str,
    *,
    release: Release,
    lane: LaneName = "light",
    unlimited: bool = False,
    first: int | None = None,
) -> Rows:
    """Return the rows of a SELECT, all or the `first` ones, as pyoxigraph terms.

    Raises RefusalError.
    """
    answer = ask(endpoint, text, release=release, format=JSON, lane=lane, unlimited=unlimited)
    return _rows(answer, first)


def _rows(answer: Answer, first: int | None = None) -> Rows:
    results = ox.parse_query_results(content(answer), format=ox.QueryResultsFormat.JSON)
    if not isinstance(results, ox.QuerySolutions):
        raise TypeError("rows() is for SELECT; an ASK has none")
    names = [variable.value for variable in results.variables]
    return Rows(names, [tuple(row) for row in islice(results, first)], answer.rows, answer.limited)


def content(answer: Answer) -> bytes:
    """Return the body of an answer as bytes."""
    return answer.body if isinstance(answer.body, bytes) else answer.body.read_bytes()


def run(endpoint: Endpoint, work: Coroutine[object, object, Returned]) -> Returned:
    """Run a coroutine on the endpoint's event loop, from another thread; return its result."""
    return asyncio.run_coroutine_threadsafe(work, endpoint.pool.loop).result()


async def _ask(
    endpoint: Endpoint,
    text: str,
    release: Release,
    format: Format,
    lane: LaneName,
    unlimited: bool,
) -> Answer:
    prepared = await endpoint.prepare(text, release, format.media_type)
    answer, _ = await endpoint.answer(prepared._replace(unlimited=unlimited), lane)
    return answer
