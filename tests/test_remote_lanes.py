"""Queries to a remote store: slow ones give way, and cancelled ones are stopped."""

import asyncio
import time
from pathlib import Path
from threading import Event
from urllib.parse import quote

import pytest

from faulty_store import (
    SELECT,
    Said,
    faulty_store,
    over,
    rows,
)
from onrecord_server.sparql.protocol import Request
from onrecord_server.sparql.response import Response
from pace import pace, until


def test_slow_queries_at_the_store_do_not_hold_up_quick_ones(tmp_path: Path) -> None:
    """Twelve that never end, then quick ones; those that made way are asked again in their turn."""
    begun = Event()
    with faulty_store() as store, over(store, tmp_path, seconds=6) as endpoint:

        async def crowd() -> tuple[list[float], list[int]]:
            slow = [asyncio.create_task(answer(f"{SELECT} # slow {n}")) for n in range(12)]
            await until(begun.is_set)
            times = []
            for number in range(4):
                start = time.monotonic()
                assert (await answer(f"{SELECT} # quick {number}")).status == 200
                times.append(time.monotonic() - start)
            return times, [response.status for response in await asyncio.gather(*slow)]

        async def answer(text: str) -> Response:
            return await endpoint.respond(Request("GET", f"query={quote(text)}"))

        def wait(query: str) -> None:
            if "slow" in query:
                begun.set()
                store.closing.wait(20)

        store.said = Said(rows(1), before=wait)
        with pace() as measured:
            asked = asyncio.run_coroutine_threadsafe(crowd(), endpoint.pool.loop)
            times, statuses = asked.result(120)
    assert max(times) < measured.allowed(3.5)
    assert sorted(times)[1] < measured.allowed(0.5), (
        "those that come once the lanes are sorted out do not wait"
    )
    assert set(statuses) <= {503, 504}


@pytest.mark.parametrize("digest", [False, True])
@pytest.mark.parametrize("silent", [True, False], ids=["before the header", "within the body"])
def test_a_client_that_goes_away_ends_its_connection_to_the_store(
    tmp_path: Path, silent: bool, digest: bool
) -> None:
    asked, ended = Event(), Event()
    with faulty_store(digest) as store, over(store, tmp_path, seconds=20) as endpoint:

        async def give_up() -> None:
            request = Request("GET", f"query={quote(SELECT)}")
            asking = asyncio.create_task(endpoint.respond(request))
            await until(asked.is_set)
            await asyncio.sleep(0.1)
            asking.cancel()

        def note(_query: str) -> None:
            asked.set()

        store.said = Said(rows(1)[:-3], missing=3, before=note, silent=silent, gone=ended)
        asyncio.run_coroutine_threadsafe(give_up(), endpoint.pool.loop).result(120)
        assert ended.wait(60)
