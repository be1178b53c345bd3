"""The pool for a store elsewhere: every query is parsed here and evaluated there."""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from onrecord.files.http_client import Cancellation, TimeLimitError
from onrecord.releases.sparql_client import Store, StoreError, asks_for_digest
from onrecord_server.errors import RefusalError
from onrecord_server.limits import Limits
from onrecord_server.observability import logs
from onrecord_server.remote.query import fetch
from onrecord_server.remote.release import described, mirror, require_loaded
from onrecord_server.sparql.query_guard import graphs_matched, refuse_graphs, unescaped
from onrecord_server.workers.lanes import Lane
from onrecord_server.workers.pool import LaneName, Pool, QueryResult, time_is_up
from onrecord_server.workers.spool import Sink
from onrecord_server.workers.wire import Job

QUICK, SLOW = 4, 4
"""How many queries of a kind one server process has at the store."""
MOMENT = 1.0
"""Seconds after which a query counts as slow; a store is further away than a worker."""
LOOK_EVERY = 5.0
"""Seconds after which the store is asked whether it has another release."""

_OWN_FUNCTION = re.compile(r"<\s*(?:bif|sql|java|system):", re.IGNORECASE)
"""Functions that a store has beside those of SPARQL; Virtuoso's reach its files and its SQL."""


@dataclass(slots=True)
class _Attempt:
    """A query at the store: where it has its slot, and what ends it."""

    lane: Lane
    cancellation: Cancellation = field(default_factory=Cancellation)


class PoolElsewhere(Pool):
    """Parses queries in workers, over an empty store, and has a store elsewhere answer them."""

    def __init__(
        self, limits: Limits, spool: Path, store: Store, releases: Path, *, named: bool = False
    ) -> None:
        """With `named`, the release is the one in `releases`, and the store is not asked for it."""
        super().__init__(limits, spool)
        self._named = named
        self._store = store
        self._releases = releases
        self._folder = spool
        self._quick_there = Lane(QUICK, limits.queue)
        self._slow_there = Lane(SLOW, limits.queue)
        self._threads = ThreadPoolExecutor(QUICK + SLOW, thread_name_prefix="elsewhere")
        self._looking: asyncio.Task[None] | None = None
        self._described = lru_cache(maxsize=8)(described)

    async def open(self) -> None:
        """Start the workers, and look which release the store has. Raises StoreError."""
        credentials = self._store.credentials
        if credentials.user and not await asyncio.to_thread(asks_for_digest, self._store):
            credentials = replace(credentials, preemptive=True)
            self._store = replace(self._store, credentials=credentials)
        if not self._named:
            await asyncio.to_thread(mirror, self._store, self._releases)
            self._looking = asyncio.create_task(self._look())
        await super().open()

    async def close(self) -> None:
        """End the workers, and wait for no answer."""
        if self._looking is not None:
            self._looking.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)
        await super().close()

    @property
    def waiting(self) -> int:
        """How many queries wait, to be parsed or to be sent."""
        return super().waiting + self._quick_there.waiting + self._slow_there.waiting

    async def graphs(self, store: str) -> frozenset[str]:
        """Return the names of the graphs in a release."""
        return self._described(store).graphs

    async def ask(self, job: Job, lane: LaneName = "light") -> QueryResult:
        """Have a job evaluated.

        Raises RefusalError as Pool does, and 502 or 503 for what goes wrong at the store.
        """
        deadline = self.loop.time() + self.limits.seconds
        if _OWN_FUNCTION.search(unescaped(job["text"])):
            raise RefusalError(403, "functions of the store's own are refused; use those of SPARQL")
        if not self._described(job["store"]).ours:
            # Virtuoso matches a graph that is named so, whatever the dataset of the query is.
            refuse_graphs(graphs_matched(job["text"]), self._described(job["store"]).graphs)
        # Over an empty store a query costs next to nothing, and what is wrong with it shows.
        parsed = await super().ask(job, lane)
        _discard(parsed)
        while True:
            attempt = _Attempt(self._quick_there if lane == "light" else self._slow_there)
            result = await self._attempt(job, deadline, attempt)
            if result is not None:
                return result
            lane = "heavy"

    async def _attempt(self, job: Job, deadline: float, attempt: "_Attempt") -> QueryResult | None:
        """Ask the store; None where a slow query has made way and is to be asked again.

        Cutting the connection is all that can be done to end a query there. Many stores notice.
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
                    raise time_is_up(self.limits)
                if attempt.lane is self._slow_there:
                    continue
                if self._slow_there.try_take():
                    attempt.lane.give()
                    attempt.lane = self._slow_there
                elif self._quick_there.waiting:
                    attempt.cancellation.cancel()
                    work.add_done_callback(_forget)
                    return None
            return work.result()
        except BaseException as error:
            attempt.cancellation.cancel()
            work.add_done_callback(_forget)
            if isinstance(error, TimeLimitError):
                raise time_is_up(self.limits) from None
            raise

    async def _is_done(
        self, work: asyncio.Future[QueryResult], deadline: float, attempt: "_Attempt"
    ) -> bool:
        """Wait for an answer: a slow query to its end, another one for a moment."""
        left = deadline - self.loop.time()
        slow = attempt.lane is self._slow_there
        done, _ = await asyncio.wait((work,), timeout=left if slow else min(left, MOMENT))
        return bool(done)

    def _fetch(self, job: Job, seconds: float, cancellation: Cancellation) -> QueryResult:
        """Return the store's answer, if the release was there all the while."""
        end = time.monotonic() + seconds
        found = self._described(job["store"])
        with Sink(self._folder, job["bytes"]) as sink:
            rows, limited = fetch(self._store, found, job, sink, seconds, cancellation)
            if found.about:
                require_loaded(self._store, found, max(end - time.monotonic(), 1))
        return QueryResult(Path(sink.file) if sink.file else sink.body, rows, limited)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await asyncio.to_thread(mirror, self._store, self._releases)
            except StoreError as error:
                logs.event("store not described", reason=str(error))


def _discard(result: QueryResult) -> None:
    if isinstance(result.body, Path):
        result.body.unlink(missing_ok=True)


def _forget(work: asyncio.Future[QueryResult]) -> None:
    """Drop an answer that nobody waits for any more."""
    if not work.cancelled() and work.exception() is None:
        _discard(work.result())
