"""The pool: every query in a worker, each within its time, the slow ones apart from the quick.

Nobody can tell from its text whether a query is slow. So each one starts in the light lane, and
one that has not ended after a moment moves to the heavy lane, process and all, and steps back
behind the quick ones; what waits behind it in the same process goes to another one. Where the heavy
lane is full and somebody waits, it is ended, and runs again from the start when its turn in the
heavy lane comes; a query only reads, so running it twice does no harm.
"""

import asyncio
import json
import os
import signal
from collections import OrderedDict
from pathlib import Path
from typing import Literal, NamedTuple

from onrecord_server.errors import RefusalError
from onrecord_server.limits import Limits
from onrecord_server.observability import logs
from onrecord_server.workers.lanes import Lane
from onrecord_server.workers.supervisor import Crew, Reply, Sent, Worker, WorkerLostError
from onrecord_server.workers.wire import Job, JobOutcome

LaneName = Literal["light", "heavy"]

_SOON = 0.01
"""For how many seconds a worker may go on for nobody, which costs less than to replace it."""
_REMEMBERED = 4096
"""How many slow queries are remembered, to go to the heavy lane at once."""


class QueryResult(NamedTuple):
    """What a worker sends back: the answer's bytes, or the file that has them."""

    body: bytes | Path
    rows: int
    limited: bool


class Pool:
    """Evaluates queries in worker processes; to be used on the event loop that opened it."""

    def __init__(self, limits: Limits, spool: Path) -> None:
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        size = limits.light + limits.heavy
        self.crew = Crew(size, limits.light, limits.ahead, spool, limits.memory)
        self._spool = spool
        self._light = Lane(limits.light * limits.ahead, limits.queue)
        self._heavy = Lane(limits.heavy, limits.queue)
        self._slow: OrderedDict[int, None] = OrderedDict()
        self._watching: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Start the workers, so that the first request finds them waiting."""
        self._spool.mkdir(parents=True, exist_ok=True)
        _sweep(self._spool)
        await self.crew.open()

    async def close(self) -> None:
        """End the workers."""
        if self._watching is not None:
            self._watching.cancel()
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

    async def ask(self, job: Job, lane: LaneName = "light") -> QueryResult:
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
            answer = await self._send(job, lane, deadline, fingerprint)
            try:
                outcome, body = await answer
            except WorkerLostError as lost:
                if not lost.begun:
                    continue
                verdict = await self._why(lost.worker)
                if verdict == "moved":
                    lane = "heavy"
                elif verdict == "killed" and chances:
                    # Somebody else has ended the worker: the query is not to blame.
                    chances -= 1
                else:
                    logs.event("query ended", reason=verdict, worker=lost.worker.pid)
                    raise self._refusal(verdict) from None
            else:
                if outcome.problem:
                    raise _refused(outcome, self.limits)
                file = outcome.file
                return QueryResult(Path(file) if file else body, outcome.rows, outcome.limited)

    async def _send(
        self, job: Job, lane: LaneName, deadline: float, fingerprint: int
    ) -> asyncio.Future[Reply]:
        """Send a job to a worker as soon as it may have one, and return what its answer will be."""
        heavy = lane == "heavy"
        slots = self._heavy if heavy else self._light
        if not slots.try_take():
            await slots.take(deadline - self.loop.time())
        try:
            worker = self.crew.find(alone=heavy) or await self.crew.wait(alone=heavy)
        except BaseException:
            slots.give()
            raise
        answer: asyncio.Future[Reply] = self.loop.create_future()
        worker.send(job, Sent(answer, slots, deadline, fingerprint))
        if heavy:
            worker.step_back()
        if self._watching is None:
            self._watching = self.loop.call_later(self.limits.moment / 4, self._watch)
        return answer

    def _watch(self) -> None:
        """End what has had its time or has nobody waiting for it, and move what is slow."""
        working = self.crew.working()
        self._watching = (
            self.loop.call_later(self.limits.moment / 4, self._watch) if working else None
        )
        for worker in working:
            self._judge(worker, worker.jobs[0])

    def _judge(self, worker: Worker, sent: Sent) -> None:
        """Decide what becomes of the job that a worker is at."""
        now = self.loop.time()
        if worker.reason:
            return
        if sent.answer.cancelled():
            if now - worker.since > _SOON:
                worker.kill("gone")
        elif now >= sent.deadline:
            worker.kill("time")
        elif not worker.slow and now - worker.since >= self.limits.moment:
            self._remember(sent.fingerprint)
            if self._heavy.try_take():
                self._light.give()
                sent.lane = self._heavy
                worker.step_back()
            elif self._light.waiting or len(worker.jobs) > 1:
                worker.kill("moved")

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

    def _remember(self, fingerprint: int) -> None:
        self._slow[fingerprint] = None
        if len(self._slow) > _REMEMBERED:
            self._slow.popitem(last=False)


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


def _refused(outcome: JobOutcome, limits: Limits) -> RefusalError:
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
