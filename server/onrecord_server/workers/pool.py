"""The pool: every query in a worker, each within its time, the slow ones apart from the quick.

Nobody can tell from its text whether a query is slow. So each one starts in the light lane, and
one that has not ended after a moment moves to the heavy lane, process and all, and steps back
behind the quick ones. Where the heavy lane is full and somebody waits for the light one, it is
ended, and runs again from the start when its turn in the heavy lane comes; a query only reads, so
running it twice does no harm.
"""

import asyncio
import json
import os
import signal
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from onrecord_server import logs
from onrecord_server.refusals import RefusalError
from onrecord_server.workers.crew import Crew, Worker, WorkerLostError
from onrecord_server.workers.frames import Job, Outcome
from onrecord_server.workers.lanes import Lane

LaneName = Literal["light", "heavy"]

_REMEMBERED = 4096
"""How many slow queries are remembered, to go to the heavy lane at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query, and all of them together, may take."""

    seconds: float = 30.0
    """From when a query is asked until it has its answer, waiting included."""
    memory: int = 512 << 20
    """Bytes that a worker may take beyond an open store."""
    rows: int = 100_000
    bytes: int = 256 << 20
    text: int = 256 << 10
    """Bytes of query text."""
    depth: int = 100
    """How deep brackets may be nested; the parser recurses."""
    parameters: int = 64
    light: int = 2
    heavy: int = 2
    queue: int = 64
    """How many queries may wait for each lane."""
    moment: float = 0.1
    """Seconds after which a query counts as slow."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a worker sends back: the answer's bytes, or the file that has them."""

    body: bytes | Path
    rows: int
    limited: bool


class Pool:
    """Evaluates queries in worker processes; to be used on the event loop that opened it."""

    def __init__(self, limits: Limits, spool: Path) -> None:
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        self.crew = Crew(limits.light + limits.heavy, spool, limits.memory)
        self._spool = spool
        self._light = Lane(limits.light, limits.queue)
        self._heavy = Lane(limits.heavy, limits.queue)
        self._slow: OrderedDict[int, None] = OrderedDict()

    async def open(self) -> None:
        """Start the workers, so that the first request finds them waiting."""
        self._spool.mkdir(parents=True, exist_ok=True)
        _sweep(self._spool)
        await self.crew.open()

    async def close(self) -> None:
        """End the workers."""
        await self.crew.close()

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return self._light.waiting + self._heavy.waiting

    async def graphs(self, store: str) -> frozenset[str]:
        """Return the names of the graphs in a store."""
        result = await self.ask(self.job(store, "", "json"))
        if isinstance(result.body, Path):
            raise AssertionError("names of graphs are never written to a file")
        names: list[str] = json.loads(result.body)
        return frozenset(names)

    def job(self, store: str, text: str, format: str) -> Job:
        """Return a job within the limits of this pool."""
        return {
            "store": store,
            "text": text,
            "format": format,
            "rows": self.limits.rows,
            "bytes": self.limits.bytes,
            # The server is first; the kernel stands behind it.
            "seconds": self.limits.seconds + 1,
        }

    async def ask(self, job: Job, lane: LaneName = "light") -> Result:
        """Evaluate a job.

        Raises RefusalError: 400 for a query that does not parse, 503 when there is no room, 504
        when the time is up, 413 when the memory is. Cancelling it ends the worker.
        """
        deadline = self.loop.time() + self.limits.seconds
        fingerprint = hash(job["text"])
        if fingerprint in self._slow:
            lane = "heavy"
        chances = 2
        while True:
            attempt = await self._start(job, lane, deadline, fingerprint)
            try:
                return await attempt.result()
            except WorkerLostError as lost:
                verdict = await self._why(lost.worker)
                if verdict == "moved":
                    lane = "heavy"
                elif verdict == "killed" and chances:
                    # Somebody else has ended the worker: the query is not to blame.
                    chances -= 1
                else:
                    logs.event("query ended", reason=verdict, worker=lost.worker.pid)
                    raise self._refusal(verdict) from None

    async def _start(
        self, job: Job, lane: LaneName, deadline: float, fingerprint: int
    ) -> "_Attempt":
        slots = self._heavy if lane == "heavy" else self._light
        if not slots.try_take():
            await slots.take(deadline - self.loop.time())
        try:
            worker = await self.crew.take()
        except BaseException:
            slots.give()
            raise
        return _Attempt(self, worker, job, slots, deadline, fingerprint)

    async def _why(self, worker: Worker) -> str:
        """Return why a worker ended: what the server wanted, or what the kernel says."""
        if worker.reason:
            _sweep(self._spool, worker.pid)
            return worker.reason
        try:
            status = await asyncio.wait_for(asyncio.shield(worker.status), 2)
        except TimeoutError:
            return "killed"
        _sweep(self._spool, worker.pid)
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number == signal.SIGABRT:
                return "memory"
            if number == signal.SIGALRM:
                return "time"
            if number in (signal.SIGSEGV, signal.SIGBUS):
                return "crash"
        return "killed"

    def _refusal(self, verdict: str) -> RefusalError:
        if verdict == "time":
            return time_is_up(self.limits)
        if verdict == "memory":
            return memory_is_up(self.limits)
        if verdict == "crash":
            return RefusalError(400, "the query is too deeply nested for the engine, take it apart")
        return RefusalError(
            503, "the worker of this query was ended from outside, ask again", retry_after=1
        )

    def light_is_wanted(self) -> bool:
        """Return whether somebody waits for a quick worker."""
        return self._light.waiting > 0

    def move(self, attempt: "_Attempt") -> bool:
        """Move a running attempt to the heavy lane, if there is room."""
        self._remember(attempt.fingerprint)
        if not self._heavy.try_take():
            return False
        self._light.give()
        attempt.slots = self._heavy
        return True

    def is_light(self, slots: Lane) -> bool:
        """Return whether slots are those of the light lane."""
        return slots is self._light

    def _remember(self, fingerprint: int) -> None:
        self._slow[fingerprint] = None
        if len(self._slow) > _REMEMBERED:
            self._slow.popitem(last=False)


class _Attempt:
    """One job on one worker, from sending it to giving the worker back."""

    def __init__(
        self,
        pool: Pool,
        worker: Worker,
        job: Job,
        slots: Lane,
        deadline: float,
        fingerprint: int,
    ) -> None:
        self.fingerprint = fingerprint
        self.slots = slots
        self._pool = pool
        self._worker = worker
        self._deadline = deadline
        self._answer = worker.send(job)
        if pool.is_light(slots):
            self._timer = pool.loop.call_later(pool.limits.moment, self._after_a_moment)
        else:
            worker.step_back()
            self._timer = pool.loop.call_at(deadline, worker.kill, "time")

    async def result(self) -> Result:
        """Wait for the answer. Raises WorkerLostError, or RefusalError as the worker says."""
        try:
            outcome, body = await self._answer
        except asyncio.CancelledError:
            self._worker.kill("gone")
            raise
        else:
            self._pool.crew.give(self._worker)
        finally:
            self._timer.cancel()
            self.slots.give()
        if outcome.problem:
            raise _refused(outcome, self._pool.limits)
        file = outcome.file
        return Result(Path(file) if file else body, outcome.rows, outcome.limited)

    def _after_a_moment(self) -> None:
        loop = self._pool.loop
        if loop.time() >= self._deadline:
            self._worker.kill("time")
        elif self._pool.move(self):
            self._worker.step_back()
            self._timer = loop.call_at(self._deadline, self._worker.kill, "time")
        elif self._pool.light_is_wanted():
            self._worker.kill("moved")
        else:
            again = min(loop.time() + self._pool.limits.moment, self._deadline)
            self._timer = loop.call_at(again, self._after_a_moment)


def time_is_up(limits: Limits) -> RefusalError:
    """Return the refusal of a query that has had its time."""
    return RefusalError(
        504,
        f"the query was ended after {limits.seconds:g} seconds, which is the limit; "
        "ask for less, or take a dump and query that",
    )


def memory_is_up(limits: Limits) -> RefusalError:
    """Return the refusal of a query that wants more memory than there is for it."""
    return RefusalError(
        413,
        f"the query was ended since it needs more than {limits.memory >> 20} MiB of memory, which "
        "is the limit; ask for less, or take a dump and query that",
    )


def _refused(outcome: Outcome, limits: Limits) -> RefusalError:
    problem, message = outcome.problem, outcome.message
    if problem == "memory":
        return memory_is_up(limits)
    if problem == "syntax":
        return RefusalError(400, syntax_message(message))
    if problem == "form":
        return RefusalError(400, f"the query cannot be answered as asked: {message}")
    if problem == "unwritable":
        return RefusalError(406, f"this graph cannot be written so: {message}; ask for text/turtle")
    if problem == "disk":
        return RefusalError(
            500, f"the store cannot be read, or the answer not be written: {message}"
        )
    return RefusalError(400, f"the engine cannot evaluate the query: {message}")


def syntax_message(message: str) -> str:
    """Return what the engine says of a query that does not parse, as `line L, column C: …`."""
    place, found, expected = message.removeprefix("error at ").partition(": ")
    line, _, column = place.partition(":")
    if not found or not line.isdecimal() or not column.isdecimal():
        return f"the query does not parse: {message}"
    return f"the query does not parse: line {line}, column {column}: {expected}"


def _sweep(spool: Path, pid: int = 0) -> None:
    """Remove the files that workers have left: those of one, or of all that are no more."""
    for path in spool.glob(f"{pid}-*" if pid else "*-*"):
        owner = path.name.partition("-")[0]
        if pid or not Path(f"/proc/{owner}").exists():
            path.unlink(missing_ok=True)
