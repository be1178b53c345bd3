"""Query pool for a remote store: queries are parsed locally and evaluated by the store."""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from onrecord.files.http_client import Cancellation, TimeLimitError
from onrecord.releases.remote.sparql_client import Store, StoreError, asks_for_digest
from onrecord_server.errors import RefusalError
from onrecord_server.limits import Limits
from onrecord_server.observability import logs
from onrecord_server.remote.query import fetch
from onrecord_server.remote.release import mirror_from_store, read_remote_release, require_loaded
from onrecord_server.sparql.query_guard import graphs_matched, refuse_graphs, unescaped
from onrecord_server.workers.lanes import Lane
from onrecord_server.workers.pool import JobResult, LaneName, Pool, time_limit_refusal
from onrecord_server.workers.spool import SpooledOutput
from onrecord_server.workers.wire import Job

QUICK_QUERIES, SLOW_QUERIES = 4, 4
"""Maximum number of quick and of slow queries of one server process at the store."""
SLOW_AFTER = 1.0
"""Seconds after which a query counts as slow; longer than for a worker, because of the network."""
POLL_INTERVAL = 5.0
"""Seconds between two checks whether the store has another release."""

_EXTENSION_FUNCTION = re.compile(r"<\s*(?:bif|sql|java|system):", re.IGNORECASE)
"""Extension functions of a store; Virtuoso's can read its files and its SQL tables."""


@dataclass(slots=True)
class _Attempt:
    """One request to the store: the lane of its slot, and its cancellation."""

    lane: Lane
    cancellation: Cancellation = field(default_factory=Cancellation)


class RemotePool(Pool):
    """Pool that parses queries in workers over an empty store, and sends them to a remote store."""

    def __init__(
        self,
        limits: Limits,
        spool: Path,
        store: Store,
        releases: Path,
        *,
        local_description: bool = False,
    ) -> None:
        """With `local_description`, `releases` describes the release, whatever the store serves."""
        super().__init__(limits, spool)
        self._local_description = local_description
        self._store = store
        self._releases = releases
        self._folder = spool
        self._quick = Lane(QUICK_QUERIES, limits.queue)
        self._slow_lane = Lane(SLOW_QUERIES, limits.queue)
        self._threads = ThreadPoolExecutor(
            QUICK_QUERIES + SLOW_QUERIES, thread_name_prefix="remote"
        )
        self._polling: asyncio.Task[None] | None = None
        self._remote_release = lru_cache(maxsize=8)(read_remote_release)

    async def open(self) -> None:
        """Start the workers and read the release of the store. Raises StoreError."""
        credentials = self._store.credentials
        if credentials.user and not await asyncio.to_thread(asks_for_digest, self._store):
            credentials = replace(credentials, preemptive=True)
            self._store = replace(self._store, credentials=credentials)
        if not self._local_description:
            await asyncio.to_thread(mirror_from_store, self._store, self._releases)
            self._polling = asyncio.create_task(self._poll_release())
        await super().open()

    async def close(self) -> None:
        """Stop the workers, and do not wait for pending requests."""
        if self._polling is not None:
            self._polling.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)
        await super().close()

    @property
    def waiting(self) -> int:
        """Number of queries that wait to be parsed or sent."""
        return super().waiting + self._quick.waiting + self._slow_lane.waiting

    async def graphs(self, store: str) -> frozenset[str]:
        """Return the names of the graphs in a release."""
        return self._remote_release(store).graphs

    async def evaluate(self, job: Job, lane: LaneName = "light") -> JobResult:
        """Evaluate a job.

        Raises RefusalError as Pool does, and 502 or 503 for errors of the store.
        """
        deadline = self.loop.time() + self.limits.seconds
        if _EXTENSION_FUNCTION.search(unescaped(job["text"])):
            raise RefusalError(
                403, "extension functions of the store are refused; use those of SPARQL"
            )
        if not self._remote_release(job["store"]).is_onrecord:
            # Virtuoso matches a graph in a GRAPH clause even if the query's dataset lacks it.
            refuse_graphs(graphs_matched(job["text"]), self._remote_release(job["store"]).graphs)
        # Over an empty store a query costs almost nothing, and its errors are found.
        parsed = await super().evaluate(job, lane)
        _discard(parsed)
        while True:
            attempt = _Attempt(self._quick if lane == "light" else self._slow_lane)
            result = await self._attempt(job, deadline, attempt)
            if result is not None:
                return result
            lane = "heavy"

    async def _attempt(self, job: Job, deadline: float, attempt: "_Attempt") -> JobResult | None:
        """Send a job to the store; None if a slow query was stopped and must be sent again.

        The only way to stop a query of the store is to close its connection. Many stores notice.
        """
        if not attempt.lane.try_take():
            await attempt.lane.take(deadline - self.loop.time())
        left = deadline - self.loop.time()
        work = self.loop.run_in_executor(
            self._threads, self._fetch, job, left, attempt.cancellation
        )
        work.add_done_callback(lambda _: attempt.lane.give())
        try:
            while not await self._is_done(work, deadline, attempt):
                if self.loop.time() >= deadline:
                    raise time_limit_refusal(self.limits)
                if attempt.lane is self._slow_lane:
                    continue
                if self._slow_lane.try_take():
                    attempt.lane.give()
                    attempt.lane = self._slow_lane
                elif self._quick.waiting:
                    attempt.cancellation.cancel()
                    work.add_done_callback(_discard_result)
                    return None
            return work.result()
        except BaseException as error:
            attempt.cancellation.cancel()
            work.add_done_callback(_discard_result)
            if isinstance(error, TimeLimitError):
                raise time_limit_refusal(self.limits) from None
            raise

    async def _is_done(
        self, work: asyncio.Future[JobResult], deadline: float, attempt: "_Attempt"
    ) -> bool:
        """Wait for an answer until the deadline; for a quick query at most SLOW_AFTER seconds."""
        left = deadline - self.loop.time()
        slow = attempt.lane is self._slow_lane
        done, _ = await asyncio.wait((work,), timeout=left if slow else min(left, SLOW_AFTER))
        return bool(done)

    def _fetch(self, job: Job, seconds: float, cancellation: Cancellation) -> JobResult:
        """Return the store's answer, if the store still has the release after it."""
        end = time.monotonic() + seconds
        found = self._remote_release(job["store"])
        with SpooledOutput(self._folder, job["bytes"]) as output:
            rows, limited = fetch(self._store, found, job, output, seconds, cancellation)
            if found.description_graph:
                require_loaded(self._store, found, max(end - time.monotonic(), 1))
        return JobResult(Path(output.file) if output.file else output.body, rows, limited)

    async def _poll_release(self) -> None:
        while True:
            await asyncio.sleep(POLL_INTERVAL)
            try:
                await asyncio.to_thread(mirror_from_store, self._store, self._releases)
            except StoreError as error:
                logs.event("store not described", reason=str(error))


def _discard(result: JobResult) -> None:
    if isinstance(result.body, Path):
        result.body.unlink(missing_ok=True)


def _discard_result(work: asyncio.Future[JobResult]) -> None:
    """Remove the file of an answer whose request was cancelled."""
    if not work.cancelled() and work.exception() is None:
        _discard(work.result())
