"""The pool for a store elsewhere: every query is parsed here and evaluated there."""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from onrecord.push import ask as ask_of_itself
from onrecord.release import open_release
from onrecord.store import Store, StoreError, asks_for_digest
from onrecord_server import logs
from onrecord_server.admission import graphs_matched, refuse_graphs, unescaped
from onrecord_server.elsewhere.line import Line, install, through
from onrecord_server.elsewhere.mirror import mirror
from onrecord_server.elsewhere.wrapper import Asking, TooLateError, fetch
from onrecord_server.refusals import RefusalError
from onrecord_server.workers.frames import Job
from onrecord_server.workers.lanes import Lane
from onrecord_server.workers.pool import LaneName, Limits, Pool, Result, time_is_up
from onrecord_server.workers.sink import Sink

QUICK, SLOW = 4, 4
"""How many queries of a kind one server process has at the store."""
MOMENT = 1.0
"""Seconds after which a query counts as slow; a store is further away than a worker."""
LOOK_EVERY = 5.0
"""Seconds after which the store is asked whether it has another release."""

_NO_GRAPH = "urn:onrecord:no-graph"
_OWN_FUNCTION = re.compile(r"<\s*(?:bif|sql|java|system):", re.IGNORECASE)
"""Functions that a store has beside those of SPARQL; Virtuoso's reach its files and its SQL."""


@dataclass(frozen=True, slots=True)
class _Described:
    """What the mirror has of a release."""

    name: str
    graphs: frozenset[str]
    about: str
    """The graph that says whether the release is whole; empty where releases never change."""
    default: tuple[str, ...]
    """The graphs to query; none where the store's default graph is it."""
    ours: bool
    """Whether the store is a server of ours, which keeps older releases too."""


class _Attempt:
    """A query at the store: where it has its slot, and the line that it goes through."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.line = Line()


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
        self._asking = Asking(store)
        self._looking: asyncio.Task[None] | None = None
        self._described = lru_cache(maxsize=8)(_described)

    async def open(self) -> None:
        """Start the workers, and look which release the store has. Raises StoreError."""
        install()
        if self._store.credentials.user:
            digest = await asyncio.to_thread(asks_for_digest, self._store)
            self._asking = replace(self._asking, digest=digest)
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

    async def ask(self, job: Job, lane: LaneName = "light") -> Result:
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

    async def _attempt(self, job: Job, deadline: float, attempt: "_Attempt") -> Result | None:
        """Ask the store; None where a slow query has made way and is to be asked again.

        Cutting the line is all that can be done to end a query there. Many stores notice.
        """
        if not attempt.lane.try_take():
            await attempt.lane.take(deadline - self.loop.time())
        left = deadline - self.loop.time()
        work = self.loop.run_in_executor(self._threads, self._fetch, job, left, attempt.line)
        work.add_done_callback(lambda _: attempt.lane.give())
        try:
            while not await self._is_done(work, deadline, attempt):
                if self.loop.time() >= deadline:
                    raise TooLateError
                if attempt.lane is self._slow_there:
                    continue
                if self._slow_there.try_take():
                    attempt.lane.give()
                    attempt.lane = self._slow_there
                elif self._quick_there.waiting:
                    attempt.line.cut()
                    work.add_done_callback(_forget)
                    return None
            return work.result()
        except BaseException as error:
            attempt.line.cut()
            work.add_done_callback(_forget)
            if isinstance(error, TooLateError):
                raise time_is_up(self.limits) from None
            raise

    async def _is_done(
        self, work: asyncio.Future[Result], deadline: float, attempt: "_Attempt"
    ) -> bool:
        """Wait for an answer: a slow query to its end, another one for a moment."""
        left = deadline - self.loop.time()
        slow = attempt.lane is self._slow_there
        done, _ = await asyncio.wait((work,), timeout=left if slow else min(left, MOMENT))
        return bool(done)

    def _fetch(self, job: Job, seconds: float, line: Line) -> Result:
        """Return the store's answer, if the release was there all the while."""
        end = time.monotonic() + seconds
        described = self._described(job["store"])
        asking = replace(self._asking, pin=described.name if described.ours else "")
        with through(line, self._store), Sink(self._folder, job["bytes"]) as sink:
            rows, limited = fetch(asking, _with_dataset(job, described), sink, seconds)
            if described.about:
                self._verify(described, max(end - time.monotonic(), 1))
        return Result(Path(sink.file) if sink.file else sink.body, rows, limited)

    def _verify(self, described: _Described, seconds: float) -> None:
        store = replace(self._store, pauses=(), timeout=seconds)
        try:
            rows = ask_of_itself(store, "loaded", {"graph": described.about})
        except StoreError as error:
            logs.event("store not described", reason=str(error))
            raise RefusalError(503, "the store cannot be reached", retry_after=10) from error
        if [row[0] for row in rows] != [ox.Literal(described.name)]:
            raise RefusalError(
                503, f"release {described.name} is being replaced, ask again", retry_after=5
            )

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await asyncio.to_thread(mirror, self._store, self._releases)
            except StoreError as error:
                logs.event("store not described", reason=str(error))


def _described(store: str) -> _Described:
    path = Path(store).parent
    release = open_release(path.parent, path.name)
    graphs, elsewhere = release.manifest["graphs"], release.manifest["elsewhere"]
    if not isinstance(graphs, dict) or not isinstance(elsewhere, dict):
        raise AssertionError("the mirror writes both")
    about, merged, ours = (elsewhere[key] for key in ("about", "merged", "ours"))
    named = frozenset(graphs) - {merged}
    default = () if ours else (merged,) if merged else tuple(sorted(named))
    return _Described(release.name, named, about, default, ours)


def _with_dataset(job: Job, described: _Described) -> Job:
    """Return a job that says which graphs it is about, in a store that may hold others too."""
    if not described.default:
        return job
    default, named = list(described.default), sorted(described.graphs)
    if "default" in job or "named" in job:
        default, named = job.get("default", []), job.get("named", [])
    elif "dataset" in job:
        default, named = map(list, job["dataset"])
    if "graph" not in unescaped(job["text"]).lower():
        # Nothing is named, and thirty parameters would only take their time.
        named = []
    elif not named:
        # Without any, Virtuoso takes all graphs for named; the Recommendation says none.
        named = [_NO_GRAPH]
    return {**job, "default": default or [_NO_GRAPH], "named": named}


def _discard(result: Result) -> None:
    if isinstance(result.body, Path):
        result.body.unlink(missing_ok=True)


def _forget(work: asyncio.Future[Result]) -> None:
    """Drop an answer that nobody waits for any more."""
    if not work.cancelled() and work.exception() is None:
        _discard(work.result())
