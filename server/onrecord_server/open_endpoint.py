"""Opening an endpoint: its workers, its kept answers and its releases, with or without a server."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.releases.sparql_client import Store
from onrecord_server.asgi.connections import ConnectionLimits
from onrecord_server.limits import Limits
from onrecord_server.remote.pool import PoolElsewhere
from onrecord_server.sparql.answer_cache import Answers
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.release_catalogue import Shelf
from onrecord_server.workers.pool import Pool


@dataclass(frozen=True, slots=True)
class Setting:
    """Where an endpoint finds and leaves things, and what it allows."""

    releases: Path
    cache: Path
    """A folder for large answers, shared by all server processes; it may be emptied at any time."""
    address: str = "http://127.0.0.1:8000/sparql"
    """The address of the endpoint, as its description has it."""
    limits: Limits = field(default_factory=Limits)
    kept_in_memory: int = 64 << 20
    """Bytes of small answers that each process keeps."""
    kept_on_disk: int = 512 << 20
    """Bytes of large answers that each process keeps."""
    connections: ConnectionLimits = field(default_factory=ConnectionLimits)
    elsewhere: Store | None = None
    """A store that has the release; `releases` is then only a place for what it says of it."""
    named: bool = False
    """Whether the store says nothing of it, and what `releases` has was named instead."""


async def open_endpoint(setting: Setting) -> Endpoint:
    """Return an endpoint whose workers are waiting, on the running event loop."""
    spool = setting.cache / "spool"
    pool = (
        Pool(setting.limits, spool)
        if setting.elsewhere is None
        else PoolElsewhere(
            setting.limits, spool, setting.elsewhere, setting.releases, named=setting.named
        )
    )
    await pool.open()
    answers = Answers(setting.kept_in_memory, setting.kept_on_disk)
    return Endpoint(Shelf(setting.releases), pool, answers, setting.address)


async def close_endpoint(endpoint: Endpoint) -> None:
    """End the workers and drop the answers, on the event loop."""
    await endpoint.pool.close()
    endpoint.answers.clear()


@contextmanager
def endpoint_in_thread(setting: Setting) -> Iterator[Endpoint]:
    """Give an endpoint with an event loop in a thread of its own, for tests and for scripts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="endpoint", daemon=True)
    thread.start()
    try:
        endpoint = asyncio.run_coroutine_threadsafe(open_endpoint(setting), loop).result()
        try:
            yield endpoint
        finally:
            asyncio.run_coroutine_threadsafe(close_endpoint(endpoint), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
