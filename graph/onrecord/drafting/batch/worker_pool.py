"""Pool of processes that do one task after the other, for tasks that may end their process.

What is done comes in the order of the tasks. Only a few tasks are ahead of the one whose turn it
is, so that memory does not grow with their number. A process that dies is replaced, and its task
is tried again; one that ends its process each time, or takes too long, is given up and named.
"""

import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

from onrecord.archiving.extraction import limit_memory

Given = TypeVar("Given")
MOST_TRIES = 3
"""Processes that may die over a task before it is given up: one may have been killed by others."""
_GRACE = 2.0
"""Seconds behind the limit of a task after which its process ends itself."""
_AHEAD = 16
"""Tasks for each process that may be done or under way before the turn of the first of them."""
_MOST_WAITING = 32 * 1024 * 1024
"""Characters that are done and wait for their turn, from which on no further task is begun."""


@dataclass(frozen=True, slots=True)
class TaskLimits:
    """What one task may take; None for no limit."""

    seconds: float | None
    memory: int | None
    """Bytes of the process."""


OF_RULES = TaskLimits(120.0, 400 * 1024 * 1024)
"""What a document may take of the rules, which need a tenth of it for a long one."""
UNLIMITED = TaskLimits(None, None)
"""For drafters that have limits of their own, or need a model in memory."""


@dataclass(slots=True)
class _Job(Generic[Given]):
    """A task with its turn."""

    turn: int
    task: Given
    tries: int = 0


@dataclass(slots=True)
class _Worker(Generic[Given]):
    process: BaseProcess
    connection: Connection
    job: _Job[Given] | None = None
    began: float = 0.0


def in_order(
    prepare: Callable[[], Callable[[Given], str]],
    tasks: Iterable[Given],
    given_up: Callable[[Given, str], str],
    jobs: int,
    limits: TaskLimits,
) -> Iterator[str]:
    """Yield what becomes of each task, in their order, done by as many processes as `jobs`.

    `prepare` is called once in each process, and gives the function that does a task. `given_up`
    gives what replaces a task that cannot be done, by the reason.
    """
    with closing(_Pool(prepare, given_up, limits, jobs)) as pool:
        yield from pool.run(tasks)


class _Pool(Generic[Given]):
    def __init__(
        self,
        prepare: Callable[[], Callable[[Given], str]],
        given_up: Callable[[Given, str], str],
        limits: TaskLimits,
        jobs: int,
    ) -> None:
        # Not a plain fork: a copy would hold the pipes of its siblings, and outlive this process.
        known = get_all_start_methods()
        self.context = get_context("forkserver" if "forkserver" in known else "spawn")
        if "forkserver" in known:
            self.context.set_forkserver_preload(["onrecord.drafting.batch.document_line"])
        self.prepare, self.given_up, self.limits, self.jobs = prepare, given_up, limits, jobs
        self.workers: list[_Worker[Given]] = []
        self.again: deque[_Job[Given]] = deque()
        self.done: dict[int, str] = {}
        self.turn = 0

    def run(self, tasks: Iterable[Given]) -> Iterator[str]:
        following = enumerate(tasks)
        begun, is_over = 0, False
        while True:
            while not is_over and not self.again and self._has_room(begun):
                turn, task = next(following, (-1, None))
                is_over = turn < 0
                if task is not None:
                    begun = turn + 1
                    self._begin(_Job(turn, task))
            while self.again and self._is_free():
                self._begin(self.again.popleft())
            while self.turn in self.done:
                yield self.done.pop(self.turn)
                self.turn += 1
            if is_over and self.turn == begun:
                return
            self._receive()

    def _is_free(self) -> bool:
        busy = sum(worker.job is not None for worker in self.workers)
        return busy < self.jobs

    def _has_room(self, begun: int) -> bool:
        """Return whether a task may be begun, so many being begun already."""
        if not self._is_free():
            return False
        if begun == self.turn:
            return True
        waiting = sum(map(len, self.done.values()))
        return begun - self.turn < _AHEAD * self.jobs and waiting < _MOST_WAITING

    def _begin(self, job: _Job[Given]) -> None:
        worker = next((one for one in self.workers if one.job is None), None) or self._start()
        worker.job, worker.began = job, time.monotonic()
        try:
            worker.connection.send(job.task)
        except OSError:
            self._lost(worker, "its process ended")

    def _start(self) -> _Worker[Given]:
        ours, theirs = self.context.Pipe()
        process = self.context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(theirs, self.prepare, self.limits), daemon=True
        )
        process.start()
        theirs.close()
        self.workers.append(_Worker(process, ours))
        return self.workers[-1]

    def _receive(self) -> None:
        """Wait until a process has something to tell, or one takes too long."""
        busy = {worker.connection: worker for worker in self.workers if worker.job is not None}
        if not busy:
            return
        seconds = self.limits.seconds
        now = time.monotonic()
        left = None
        if seconds is not None:
            left = max(0.0, seconds - max(now - worker.began for worker in busy.values()))
        told = wait(list(busy), left)
        for connection in told:
            worker = busy[connection]  # type: ignore[index]
            try:
                self._finish(worker, worker.connection.recv())
            except (EOFError, OSError):
                self._lost(worker, "its process ended")
        now = time.monotonic()
        for worker in [one for one in busy.values() if one.job is not None]:
            if seconds is not None and now - worker.began >= seconds and worker in self.workers:
                worker.job.tries = MOST_TRIES  # type: ignore[union-attr]
                self._lost(worker, f"it took more than {seconds:g} seconds")

    def _finish(self, worker: _Worker[Given], line: str) -> None:
        if worker.job is not None:
            self.done[worker.job.turn] = line
        worker.job = None

    def _lost(self, worker: _Worker[Given], why: str) -> None:
        """Take a process out, and try its task again or give it up."""
        self.workers.remove(worker)
        _end(worker)
        job, worker.job = worker.job, None
        if job is None:
            return
        job.tries += 1
        if job.tries < MOST_TRIES:
            self.again.append(job)
        else:
            self.done[job.turn] = self.given_up(job.task, why)

    def close(self) -> None:
        for worker in self.workers:
            _end(worker)
        self.workers.clear()


def _end(worker: _Worker[Given]) -> None:
    worker.connection.close()
    worker.process.kill()
    worker.process.join()
    worker.process.close()


def _serve(
    connection: Connection, prepare: Callable[[], Callable[[Given], str]], limits: TaskLimits
) -> None:
    """Do tasks until nobody is there to give any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the batch ends this process
    if limits.memory is not None:
        limit_memory(limits.memory)
    work = prepare()
    with suppress(EOFError, OSError):
        while True:
            task = connection.recv()
            _end_after(limits.seconds)
            line = work(task)
            _end_after(None)
            connection.send(line)


def _end_after(seconds: float | None) -> None:
    """End this process some time after the limit, if nobody is left to do so; where it can."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0.0 if seconds is None else seconds + _GRACE)
