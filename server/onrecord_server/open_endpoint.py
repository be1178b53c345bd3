"""Opening an endpoint: workers, answer cache and releases, with or without an HTTP server."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.releases.forms.spare_folder import SpareFolder
from onrecord.releases.remote.sparql_client import Store
from onrecord_server.asgi.connections import ConnectionLimits
from onrecord_server.limits import Limits
from onrecord_server.remote.pool import RemotePool
from onrecord_server.sparql.answer_cache import AnswerCache
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.release_catalogue import ReleaseCatalogue
from onrecord_server.workers.pool import Pool


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of an endpoint: folders, address, limits and remote store."""

    releases: Path
    """A folder of releases; with `remote`, of the mirror of its release."""
    cache: Path
    """A folder for large answers, shared by all server processes; it may be emptied at any time."""
    address: str = "http://127.0.0.1:8000/sparql"
    """Address of the endpoint in its service description, unless there is a public one."""
    public_url: str = ""
    """What the public addresses begin with, such as `https://onrecord.example`; empty to take the
    Host of each request."""
    limits: Limits = field(default_factory=Limits)
    cache_memory: int = 64 << 20
    """Bytes of small answers that each process caches in memory."""
    cache_disk: int = 512 << 20
    """Bytes of large answers that each process caches in files."""
    cache_forms: int = 512 << 20
    """Bytes of further forms of dumps that all processes keep, if `releases` is read-only."""
    connections: ConnectionLimits = field(default_factory=ConnectionLimits)
    remote: Store | None = None
    """A remote store that has the data of the release; None to serve the data in `releases`."""
    archives: tuple[Path, ...] | None = None
    """Folders of source texts that are shown to readers on this machine; None to show none."""
    local_description: bool = False
    """Whether `releases` describes the release of a remote store, whatever the store serves."""


async def open_endpoint(settings: Settings) -> Endpoint:
    """Return an endpoint with idle workers, on the running event loop."""
    spool = settings.cache / "spool"
    pool = (
        Pool(settings.limits, spool)
        if settings.remote is None
        else RemotePool(
            settings.limits,
            spool,
            settings.remote,
            settings.releases,
            local_description=settings.local_description,
        )
    )
    await pool.open()
    answers = AnswerCache(settings.cache_memory, settings.cache_disk)
    address = f"{settings.public_url}/sparql" if settings.public_url else settings.address
    catalogue = ReleaseCatalogue(
        settings.releases, SpareFolder(settings.cache / "forms", settings.cache_forms)
    )
    return Endpoint(catalogue, pool, answers, address, settings.public_url)


async def close_endpoint(endpoint: Endpoint) -> None:
    """Stop the workers and clear the answer cache, on the event loop."""
    await endpoint.pool.close()
    endpoint.answer_cache.clear()


@contextmanager
def endpoint_in_thread(settings: Settings) -> Iterator[Endpoint]:
    """Yield an endpoint whose event loop runs in its own thread, for tests and scripts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="endpoint", daemon=True)
    thread.start()
    try:
        endpoint = asyncio.run_coroutine_threadsafe(open_endpoint(settings), loop).result()
        try:
            yield endpoint
        finally:
            asyncio.run_coroutine_threadsafe(close_endpoint(endpoint), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
