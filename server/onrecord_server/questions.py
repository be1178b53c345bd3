"""Asking from inside the server: pages and saved queries call these from any thread but the loop's.

Both go through the same pool, the same limits and the same kept answers as requests do.
"""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import pyoxigraph as ox

from onrecord.release import Release
from onrecord_server.answers import Answer
from onrecord_server.endpoint import Endpoint
from onrecord_server.formats import JSON, Format
from onrecord_server.workers.pool import LaneName
from onrecord_server.workers.terms import Term

Row = tuple[Term | None, ...]

Value = TypeVar("Value")


def ask(
    endpoint: Endpoint,
    text: str,
    *,
    release: Release,
    format: Format,
    lane: LaneName = "light",
) -> Answer:
    """Return the answer to a query in a format, kept or new.

    `body` of the answer is bytes, or a Path where it is large. Raises RefusalError as the endpoint
    does: its `status` and `message` are what to send.
    """
    return run(endpoint, _ask(endpoint, text, release, format, lane))


def rows(
    endpoint: Endpoint,
    text: str,
    *,
    release: Release,
    lane: LaneName = "light",
) -> tuple[list[str], list[Row]]:
    """Return the variables and the rows of a SELECT, as the engine's terms. Raises RefusalError."""
    answer = ask(endpoint, text, release=release, format=JSON, lane=lane)
    data = answer.body if isinstance(answer.body, bytes) else answer.body.read_bytes()
    results = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
    if not isinstance(results, ox.QuerySolutions):
        raise TypeError("rows() is for SELECT; an ASK has none")
    return [variable.value for variable in results.variables], [tuple(row) for row in results]


def run(endpoint: Endpoint, work: Coroutine[object, object, Value]) -> Value:
    """Run something on the endpoint's event loop and wait for it, from another thread."""
    return asyncio.run_coroutine_threadsafe(work, endpoint.pool.loop).result()


async def _ask(
    endpoint: Endpoint,
    text: str,
    release: Release,
    format: Format,
    lane: LaneName,
) -> Answer:
    question = await endpoint.question(text, release, format.media_type)
    answer, _ = await endpoint.answer(question, lane)
    return answer
