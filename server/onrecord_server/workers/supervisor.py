"""The crew: the workers that a server process has, alive at all times, and how each one died."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import cast

from onrecord_server.workers import wire
from onrecord_server.workers.lanes import Lane

_YOUNG = 0.002
"""For how many seconds a job is thought to be done before another worker could have been woken."""
_NICE = 15
"""How far a slow query steps back behind the quick ones."""


class WorkerLostError(Exception):
    """A worker ended before its answer; its `reason` says why the server ended it, if it did."""

    def __init__(self, worker: "Worker", *, begun: bool) -> None:
        super().__init__(f"worker {worker.pid} ended")
        self.worker = worker
        self.begun = begun
        """Whether it was at work on the job, which otherwise only waited behind another."""


Reply = tuple[wire.JobOutcome, bytes]


class Sent:
    """A job that a worker was sent, until it is answered."""

    __slots__ = ("answer", "deadline", "fingerprint", "lane")

    def __init__(
        self, answer: asyncio.Future[Reply], lane: Lane, deadline: float, fingerprint: int
    ) -> None:
        self.answer = answer
        self.lane = lane
        """Where it has a slot, which is given back with the answer."""
        self.deadline = deadline
        self.fingerprint = fingerprint

    def fail(self, error: WorkerLostError) -> None:
        """Tell whoever waits that there will be no answer."""
        self.lane.give()
        if not self.answer.done():
            self.answer.set_exception(error)


class Worker(asyncio.Protocol):
    """The server's end of the connection to one worker process."""

    def __init__(self, crew: "Crew") -> None:
        self._crew = crew
        self._unpacker = wire.Unpacker()
        self._transport: asyncio.WriteTransport | None = None
        self.jobs: deque[Sent] = deque()
        """What it was sent and has not answered; it is at work on the first."""
        self.promised = 0
        """How many jobs are on their way from those who were told to send it one."""
        self.since = 0.0
        """When it began with that, as the loop counts."""
        self.pid = 0
        """0 until the nursery has told it."""
        self.has_called = False
        """Whether it was ready before its process id was known."""
        self.reason = ""
        self.doomed: Sent | None = None
        """The job that it is ended for."""
        self.lost = False
        self.slow = False
        self.kill_after = False
        self.status: asyncio.Future[int] = crew.loop.create_future()
        """How the process ended, as wait(2) says it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        # uvloop's transports do all that asyncio's do, without being of its classes.
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Hand on what is whole: the worker is ready, or has answers."""
        for answer in self._unpacker.feed(data):
            if self.jobs:
                sent = self.jobs.popleft()
                sent.lane.give()
                if not sent.answer.done():
                    sent.answer.set_result(answer)
            if self.slow:
                self.retire()
                return
            self.since = self._crew.loop.time()
            if self.pid:
                self._crew.ready(self)
            else:
                # What is done to it by its number would be done to the server.
                self.has_called = True

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever waits for an answer, and have the worker replaced."""
        self.lost = True
        first = self.jobs[0] if self.jobs else None
        blamed = self.doomed if self.reason else first
        for sent in self.jobs:
            sent.fail(WorkerLostError(self, begun=sent is blamed))
        self.jobs.clear()
        self._crew.lost(self)

    def send(self, job: wire.Job, sent: Sent) -> None:
        """Send a job; `sent.answer` gets the outcome and the answer, or WorkerLostError."""
        if self._transport is None or self.lost:
            sent.fail(WorkerLostError(self, begun=False))
            return
        if not self.jobs:
            self.since = self._crew.loop.time()
        self.jobs.append(sent)
        self._transport.write(wire.pack_job(job))

    def step_back(self) -> None:
        """Run behind the quick queries from now on; there is no way back but to end."""
        self.slow = True
        while len(self.jobs) > 1:
            # Another worker is to do what waits here; this one has it already, and must not.
            self.kill_after = True
            self.jobs.pop().fail(WorkerLostError(self, begun=False))
        try:
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)
        except ProcessLookupError:
            self.lost = True

    def kill(self, reason: str) -> None:
        """End the worker for the job that it is at, for a reason that `reason` keeps."""
        if not self.reason:
            self.reason = reason
            self.doomed = self.jobs[0] if self.jobs else None
            self._crew.kill(self)

    def has_room(self, most: int) -> bool:
        """Return whether it may be sent a job more, where `most` is how many it may have."""
        given_up = self.lost or self.slow or self.reason
        return not given_up and len(self.jobs) + self.promised < most

    def retire(self) -> None:
        """Let the worker end by itself, since it would stay behind the others for good."""
        if self.kill_after:
            self.kill("slow")
        if self._transport is not None:
            self._transport.close()


class Crew:
    """A fixed number of workers over one nursery; whatever is killed is replaced.

    At most `sharing` workers have quick jobs, each at most `ahead` of them: a worker that finds
    its next job waiting need not sleep and be woken, which costs as much as a small query.
    """

    def __init__(self, size: int, sharing: int, ahead: int, spool: Path, memory: int) -> None:
        self.loop = asyncio.get_running_loop()
        self._size = size
        self._sharing = sharing
        self._ahead = ahead
        self._spool = spool
        self._memory = memory
        self._idle: deque[Worker] = deque()
        self._wanted: deque[tuple[asyncio.Future[Worker], bool]] = deque()
        self._unborn: deque[Worker] = deque()
        self._workers: dict[int, Worker] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._control: socket.socket | None = None
        self._nursery: subprocess.Popen[bytes] | None = None
        self._closing = False

    async def open(self) -> None:
        """Start the nursery and the workers, and wait until all of them are ready."""
        self._start_nursery()
        for _ in range(self._size):
            self._spawn()
        async with asyncio.timeout(30):
            while len(self._idle) < self._size:
                await asyncio.sleep(0.005)

    async def close(self) -> None:
        """End the nursery, and with it all workers, and wait until they are gone."""
        self._closing = True
        await asyncio.gather(*self._tasks)
        if self._control is not None:
            self.loop.remove_reader(self._control)
            self._control.close()
            self._control = None
        if self._nursery is not None:
            await asyncio.to_thread(self._nursery.wait, 10)
        workers = [*self._workers.values(), *self._unborn]
        for worker in workers:
            worker.retire()
        while not all(worker.lost for worker in workers):
            await asyncio.sleep(0.001)

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return sorted(self._workers)

    @property
    def nursery_pid(self) -> int:
        """The process id of the nursery, 0 before it is started."""
        return self._nursery.pid if self._nursery else 0

    def working(self) -> list[Worker]:
        """Return the workers that are at work."""
        return [worker for worker in self._workers.values() if worker.jobs]

    def find(self, *, alone: bool) -> Worker | None:
        """Return a worker for one more job, `alone` for one that no other job is to wait behind."""
        if not alone:
            quick = [worker for worker in self.working() if not worker.slow and not worker.reason]
            room = [worker for worker in quick if worker.has_room(self._ahead)]
            least = min(room, key=_burden, default=None)
            if least is not None:
                young = self.loop.time() - least.since < _YOUNG
                if young or len(quick) >= self._sharing or not self._idle:
                    return least
            if len(quick) >= self._sharing:
                return None
        while self._idle:
            worker = self._idle.pop()
            if worker.has_room(1):
                return worker
        return None

    async def wait(self, *, alone: bool) -> Worker:
        """Return such a worker as soon as there is one; it is to be sent a job at once."""
        wanted: asyncio.Future[Worker] = self.loop.create_future()
        self._wanted.append((wanted, alone))
        try:
            worker = await wanted
        except asyncio.CancelledError:
            if wanted.done() and not wanted.cancelled():
                wanted.result().promised -= 1
                self.ready(wanted.result())
            raise
        worker.promised -= 1
        return worker

    def ready(self, worker: Worker) -> None:
        """Offer a worker that has answered to those who wait for one."""
        while self._wanted:
            wanted, alone = self._wanted[0]
            if wanted.done():
                self._wanted.popleft()
                continue
            if not worker.has_room(1 if alone else self._ahead):
                return
            self._wanted.popleft()
            worker.promised += 1
            wanted.set_result(worker)
            return
        if worker.has_room(1) and worker not in self._idle:
            self._idle.append(worker)

    def lost(self, worker: Worker) -> None:
        """Replace a worker whose connection has ended."""
        if worker in self._idle:
            self._idle.remove(worker)
        if not self._closing and self._control is not None:
            self._spawn()

    def kill(self, worker: Worker) -> None:
        """Have the nursery kill a worker, which alone knows whether the number is still its own."""
        if self._control is not None and not worker.lost:
            # Without a nursery the kernel ends the workers.
            with contextlib.suppress(OSError):
                self._control.send(b"kill %d" % worker.pid)

    def _start_nursery(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        module = "onrecord_server.workers.fork_server"
        arguments = [str(theirs.fileno()), str(self._spool), str(self._memory)]
        with theirs:
            # A session of its own: an interrupt from the terminal is for the server to handle.
            self._nursery = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", module, *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        ours.setblocking(False)
        self._control = ours
        self.loop.add_reader(ours, self._hear, ours)

    def _hear(self, control: socket.socket) -> None:
        """Take one message of the nursery; at its end, start another nursery with a new crew."""
        try:
            message = control.recv(64)
        except (BlockingIOError, InterruptedError):
            return
        except ConnectionResetError:
            message = b""
        if not message:
            self._replace_nursery(control)
            return
        word, *numbers = message.split()
        pid, *status = map(int, numbers)
        if word == b"born":
            worker = self._unborn.popleft()
            worker.pid = pid
            self._workers[pid] = worker
            if worker.has_called:
                self.ready(worker)
        elif pid in self._workers:
            worker = self._workers.pop(pid)
            if not worker.status.done():
                worker.status.set_result(status[0])

    def _replace_nursery(self, control: socket.socket) -> None:
        self.loop.remove_reader(control)
        control.close()
        self._control = None
        for worker in (*self._workers.values(), *self._unborn):
            if not worker.status.done():
                # The kernel has killed the workers of a nursery that is gone.
                worker.status.set_result(9)
            worker.retire()
        self._workers.clear()
        self._unborn.clear()
        if self._nursery is not None:
            self._nursery.wait(10)
        if not self._closing:
            self._idle.clear()
            self._start_nursery()
            for _ in range(self._size):
                self._spawn()

    def _spawn(self) -> None:
        if self._control is None:
            return
        ours, theirs = socket.socketpair()
        worker = Worker(self)
        self._unborn.append(worker)
        with theirs:
            socket.send_fds(self._control, [b"spawn"], [theirs.fileno()])
        task = self.loop.create_task(self._connect(worker, ours))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, worker: Worker, end: socket.socket) -> None:
        await self.loop.create_unix_connection(lambda: worker, sock=end)


def _burden(worker: Worker) -> tuple[int, float]:
    """Return what to compare workers by: the fewest jobs, and the first begun the latest."""
    return len(worker.jobs) + worker.promised, -worker.since
