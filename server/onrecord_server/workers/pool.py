"""Worker pool: queries in worker processes, within limits, slow ones apart from quick ones.

The text of a query does not show whether it is slow. So each query starts in the light lane. One
that has used `Limits.slow_after` of processor time moves to the heavy lane together with its
process, whose priority is lowered; the jobs behind it in that process go to another one. If the
heavy lane is full and other queries wait, the query is stopped, and runs again from the start once
the heavy lane has a free slot. A query only reads, so running it twice is harmless.
"""

import asyncio
import json
import os
import signal
from collections import OrderedDict
from pathlib import Path
from typing import Literal, NamedTuple

from onrecord_server.errors import RefusalError, syntax_refusal
from onrecord_server.limits import Limits
from onrecord_server.observability import logs
from onrecord_server.workers.lanes import Lane
from onrecord_server.workers.supervisor import (
    PendingJob,
    Supervisor,
    Worker,
    WorkerLostError,
    WorkerReply,
)
from onrecord_server.workers.wire import Job, JobOutcome

LaneName = Literal["light", "heavy"]

_ABANDONED_GRACE = 0.01
"""Seconds that a worker may go on with a cancelled job, which costs less than replacing it."""
_MOST_WAITING = 10
"""Times `Limits.slow_after` that a quick query may take, whatever processor time it has had."""
_MOST_SLOW_QUERIES = 4096
"""Number of slow queries that are remembered and start in the heavy lane."""


class JobResult(NamedTuple):
    """Answer of a worker, as bytes or as the path of a file."""

    body: bytes | Path
    rows: int
    limited: bool


class Pool:
    """Pool of worker processes; for use on the event loop that opened it."""

    def __init__(self, limits: Limits, spool: Path) -> None:
        self.limits = limits
        self.loop = asyncio.get_running_loop()
        size = limits.light + limits.heavy
        self.supervisor = Supervisor(
            size, limits.light, limits.jobs_per_worker, spool, limits.memory
        )
        self._spool = spool
        self._light = Lane(limits.light * limits.jobs_per_worker, limits.queue)
        self._heavy = Lane(limits.heavy, limits.queue)
        self._slow: OrderedDict[int, None] = OrderedDict()
        self._watching: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Start the workers and wait until they are ready."""
        self._spool.mkdir(parents=True, exist_ok=True)
        _sweep(self._spool)
        await self.supervisor.open()

    async def close(self) -> None:
        """Stop the workers."""
        if self._watching is not None:
            self._watching.cancel()
        await self.supervisor.close()

    @property
    def waiting(self) -> int:
        """Number of queries that wait for a worker."""
        return self._light.waiting + self._heavy.waiting

    async def graphs(self, store: str) -> frozenset[str]:
        """Return the names of the graphs in a store."""
        result = await self.evaluate(self.job(store, "", "json"))
        if isinstance(result.body, Path):
            raise AssertionError("names of graphs are never written to a file")
        names: list[str] = json.loads(result.body)
        return frozenset(names)

    def job(self, store: str, text: str, format: str) -> Job:
        """Return a job with the limits of this pool."""
        return {
            "store": store,
            "text": text,
            "format": format,
            "rows": self.limits.rows,
            "bytes": self.limits.bytes,
            # A backstop: normally the server stops the job before the kernel does.
            "seconds": self.limits.seconds + 1,
        }

    async def evaluate(self, job: Job, lane: LaneName = "light") -> JobResult:
        """Evaluate a job.

        Raises RefusalError: 400 for a query that does not parse, 503 if the queue is full, 504 at
        the time limit, 413 at the memory limit. Cancellation stops the worker.
        """
        deadline = self.loop.time() + self.limits.seconds
        fingerprint = hash(job["text"])
        if fingerprint in self._slow:
            lane = "heavy"
        retries = 2
        while True:
            answer = await self._send(job, lane, deadline, fingerprint)
            try:
                outcome, body = await answer
            except WorkerLostError as lost:
                if not lost.started:
                    continue
                reason = await self._end_reason(lost.worker)
                if reason == "moved":
                    lane = "heavy"
                elif reason == "killed" and retries:
                    # The worker was killed from outside: the query is not the cause.
                    retries -= 1
                else:
                    logs.event("query ended", reason=reason, worker=lost.worker.pid)
                    raise self._refusal(reason) from None
            else:
                if outcome.problem:
                    raise _refused(outcome, self.limits)
                file = outcome.file
                return JobResult(Path(file) if file else body, outcome.rows, outcome.limited)

    async def _send(
        self, job: Job, lane: LaneName, deadline: float, fingerprint: int
    ) -> asyncio.Future[WorkerReply]:
        """Send a job to a worker as soon as a slot is free; return the future of its reply."""
        heavy = lane == "heavy"
        slots = self._heavy if heavy else self._light
        if not slots.try_take():
            await slots.take(deadline - self.loop.time())
        try:
            worker = self.supervisor.find_worker(
                exclusive=heavy
            ) or await self.supervisor.wait_for_worker(exclusive=heavy)
        except BaseException:
            slots.give()
            raise
        answer: asyncio.Future[WorkerReply] = self.loop.create_future()
        worker.send(job, PendingJob(answer, slots, deadline, fingerprint))
        self.supervisor.store = job["store"]
        if heavy:
            worker.lower_priority()
        if self._watching is None:
            self._watching = self.loop.call_later(self.limits.slow_after / 8, self._watch)
        return answer

    def _watch(self) -> None:
        """Stop expired and cancelled jobs, and move slow ones to the heavy lane."""
        busy = self.supervisor.busy_workers()
        self._watching = (
            self.loop.call_later(self.limits.slow_after / 8, self._watch) if busy else None
        )
        for worker in busy:
            self._check_worker(worker, worker.jobs[0])

    def _check_worker(self, worker: Worker, sent: PendingJob) -> None:
        """Stop or move the running job of a worker where a limit says so."""
        now = self.loop.time()
        if worker.reason:
            return
        if sent.answer.cancelled():
            if now - worker.busy_since > _ABANDONED_GRACE:
                worker.kill("abandoned")
        elif now >= sent.deadline:
            worker.kill("time")
        elif not worker.slow and self._is_slow(worker, now):
            self._remember_slow(sent.fingerprint)
            if self._heavy.try_take():
                self._light.give()
                sent.lane = self._heavy
                worker.lower_priority()
            elif self._others_wait(worker):
                worker.kill("moved")

    def _is_slow(self, worker: Worker, now: float) -> bool:
        """Return whether the running job has used too much processor time, or waits for a disk.

        While other queries wait for it, a quarter is too much: a crowd of slow queries ahead of a
        quick one then delays it by a quarter as well.
        """
        most = self.limits.slow_after
        if self._others_wait(worker):
            most /= 4
        return worker.processor_time() >= most or now - worker.busy_since >= _MOST_WAITING * most

    def _others_wait(self, worker: Worker) -> bool:
        """Return whether a query could run if this worker were free."""
        return bool(len(worker.jobs) > 1 or self._light.waiting or self.supervisor.waiting)

    async def _end_reason(self, worker: Worker) -> str:
        """Return why a worker ended: the server's reason, or one read from its exit status."""
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

    def _refusal(self, reason: str) -> RefusalError:
        if reason == "time":
            return time_limit_refusal(self.limits)
        if reason == "memory":
            return memory_limit_refusal(self.limits)
        if reason == "crash":
            # Brackets are counted before: what is left is a long chain, over which it recurses.
            return RefusalError(
                400,
                "the query has more parts in a row, as of || or UNION, than the engine can take;"
                " take it apart, or use IN or VALUES",
            )
        return RefusalError(
            503, "the worker of this query was ended from outside, ask again", retry_after=1
        )

    def _remember_slow(self, fingerprint: int) -> None:
        self._slow[fingerprint] = None
        if len(self._slow) > _MOST_SLOW_QUERIES:
            self._slow.popitem(last=False)


def time_limit_refusal(limits: Limits) -> RefusalError:
    """Return the refusal of a query at the time limit."""
    return RefusalError(
        504,
        f"the query was ended after {limits.seconds:g} seconds, which is the limit; "
        "ask for less, or take a dump and query that",
    )


def memory_limit_refusal(limits: Limits) -> RefusalError:
    """Return the refusal of a query at the memory limit."""
    return RefusalError(
        413,
        f"the query was ended since it needs more than {limits.memory >> 20} MiB of memory, which "
        "is the limit; ask for less, or take a dump and query that",
    )


def _refused(outcome: JobOutcome, limits: Limits) -> RefusalError:
    problem, message = outcome.problem, outcome.message
    if problem == "memory":
        return memory_limit_refusal(limits)
    if problem == "syntax":
        return syntax_refusal(*json.loads(message))
    if problem == "form":
        return RefusalError(400, f"the query cannot be answered as asked: {message}")
    if problem == "unwritable":
        return RefusalError(406, f"this graph cannot be written so: {message}; ask for text/turtle")
    if problem == "disk":
        return RefusalError(
            500, f"the store cannot be read, or the answer not be written: {message}"
        )
    return RefusalError(400, f"the engine cannot evaluate the query: {message}")


def _sweep(spool: Path, pid: int = 0) -> None:
    """Remove the files of one worker, or of all processes that have ended."""
    for path in spool.glob(f"{pid}-*" if pid else "*-*"):
        owner = path.name.partition("-")[0]
        if pid or not Path(f"/proc/{owner}").exists():
            path.unlink(missing_ok=True)
