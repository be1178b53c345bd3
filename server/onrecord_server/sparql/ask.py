"""Asking from inside the server: pages and saved queries call these from any thread but the loop's.

Both go through the same pool, the same limits and the same kept answers as requests do.
"""

import asyncio
from collections.abc import Coroutine
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
    """The rows of a SELECT."""

    names: list[str]
    """The variables."""
    rows: list[ResultRow]
    total: int
    """How many rows the answer has, of which `rows` may be the first."""
    limited: bool
    """Whether the answer was cut off at a limit, so that there are more than `total`."""


Returned = TypeVar("Returned")


def ask(
    endpoint: Endpoint,
    text: str,
    *,
    release: Release,
    format: Format,
    lane: LaneName = "light",
    whole: bool = False,
) -> Answer:
    """Return the answer to a query in a format, kept or new; `whole` means without the row limit.

    `body` of the answer is bytes, or a Path where it is large. Raises RefusalError as the endpoint
    does: its `status` and `message` are what to send.
    """
    return run(endpoint, _ask(endpoint, text, release, format, lane, whole))


def rows(
    endpoint: Endpoint,
    text: str,
    *,
    release: Release,
    lane: LaneName = "light",
    whole: bool = False,
    first: int | None = None,
) -> Rows:
    """Return the rows of a SELECT as the engine's terms, all or the first. Raises RefusalError."""
    answer = ask(endpoint, text, release=release, format=JSON, lane=lane, whole=whole)
    results = ox.parse_query_results(content(answer), format=ox.QueryResultsFormat.JSON)
    if not isinstance(results, ox.QuerySolutions):
        raise TypeError("rows() is for SELECT; an ASK has none")
    names = [variable.value for variable in results.variables]
    return Rows(names, [tuple(row) for row in islice(results, first)], answer.rows, answer.limited)


def holds(endpoint: Endpoint, text: str, *, release: Release) -> bool:
    """Return the answer to an ASK. Raises RefusalError."""
    answer = ask(endpoint, text, release=release, format=JSON)
    result = ox.parse_query_results(content(answer), format=ox.QueryResultsFormat.JSON)
    if not isinstance(result, ox.QueryBoolean):
        raise TypeError("holds() is for ASK; a SELECT has rows")
    return bool(result)


def content(answer: Answer) -> bytes:
    """Return the bytes of an answer, wherever they are kept."""
    return answer.body if isinstance(answer.body, bytes) else answer.body.read_bytes()


def run(endpoint: Endpoint, work: Coroutine[object, object, Returned]) -> Returned:
    """Run something on the endpoint's event loop and wait for it, from another thread."""
    return asyncio.run_coroutine_threadsafe(work, endpoint.pool.loop).result()


async def _ask(
    endpoint: Endpoint,
    text: str,
    release: Release,
    format: Format,
    lane: LaneName,
    whole: bool,
) -> Answer:
    question = await endpoint.question(text, release, format.media_type)
    answer, _ = await endpoint.answer(question._replace(whole=whole), lane)
    return answer
