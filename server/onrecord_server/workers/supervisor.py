"""Supervisor of the workers of a server process: starts, assigns, kills and replaces them."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import cast

from onrecord_server.workers import wire
from onrecord_server.workers.lanes import Lane

_WAKE_UP_TIME = 0.002
"""Seconds that waking an idle worker takes; a job younger than that is probably done sooner."""
_NICE = 15
"""Nice value of a worker with a slow query."""


class WorkerLostError(Exception):
    """A worker ended before its reply; its `reason` is set if the server killed it."""

    def __init__(self, worker: "Worker", *, started: bool) -> None:
        super().__init__(f"worker {worker.pid} ended")
        self.worker = worker
        self.started = started
        """Whether the job was running, not just waiting behind another one."""


WorkerReply = tuple[wire.JobOutcome, bytes]


class PendingJob:
    """Job that was sent to a worker and has no reply yet."""

    __slots__ = ("answer", "deadline", "fingerprint", "lane")

    def __init__(
        self, answer: asyncio.Future[WorkerReply], lane: Lane, deadline: float, fingerprint: int
    ) -> None:
        self.answer = answer
        self.lane = lane
        """Lane of its slot, which is given back with the reply."""
        self.deadline = deadline
        self.fingerprint = fingerprint

    def fail(self, error: WorkerLostError) -> None:
        """Give the slot back and set the exception of the future."""
        self.lane.give()
        if not self.answer.done():
            self.answer.set_exception(error)


class Worker(asyncio.Protocol):
    """Server end of the connection to one worker process."""

    def __init__(self, supervisor: "Supervisor") -> None:
        self._supervisor = supervisor
        self._unpacker = wire.Unpacker()
        self._transport: asyncio.WriteTransport | None = None
        self.jobs: deque[PendingJob] = deque()
        """Jobs without a reply; the first one is running."""
        self.reserved = 0
        """Number of its places that are reserved by callers that have not sent their job yet."""
        self.busy_since = 0.0
        """Loop time at which the first job started."""
        self._first_reading: float | None = None
        """Processor time of the process when it was first read for the first job, in seconds."""
        self.pid = 0
        """0 until the fork server has reported it."""
        self.ready_without_pid = False
        """Whether it became ready before that."""
        self.reason = ""
        """Why the server has killed it; empty if it has not."""
        self.killed_for: PendingJob | None = None
        """The job for which the worker is killed."""
        self.lost = False
        self.slow = False
        self.kill_when_done = False
        self.status: asyncio.Future[int] = supervisor.loop.create_future()
        """Exit status of the process (wait(2))."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport."""
        # uvloop's transports have asyncio's interface but not its base classes.
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Process complete replies; the first frame of a worker only says that it is ready."""
        for answer in self._unpacker.feed(data):
            if self.jobs:
                sent = self.jobs.popleft()
                sent.lane.give()
                if not sent.answer.done():
                    sent.answer.set_result(answer)
            if self.slow:
                self.retire()
                return
            self._start_clocks()
            if self.pid:
                self._supervisor.ready(self)
            else:
                # A signal or priority meant for pid 0 would reach the server itself.
                self.ready_without_pid = True

    def connection_lost(self, error: Exception | None) -> None:
        """Fail the pending jobs and replace the worker."""
        self.lost = True
        first = self.jobs[0] if self.jobs else None
        running = self.killed_for if self.reason else first
        for sent in self.jobs:
            sent.fail(WorkerLostError(self, started=sent is running))
        self.jobs.clear()
        self._supervisor.lost(self)

    def send(self, job: wire.Job, sent: PendingJob) -> None:
        """Send a job; the future `sent.answer` gets the reply, or WorkerLostError."""
        if self._transport is None or self.lost:
            sent.fail(WorkerLostError(self, started=False))
            return
        if not self.jobs:
            self._start_clocks()
        self.jobs.append(sent)
        self._transport.write(wire.pack_job(job))

    def processor_time(self) -> float:
        """Return the processor time of the first job since this was first called for it, seconds.

        Time on a clock would count as slow a quick query whose process the machine does not run.
        """
        try:
            reading = time.clock_gettime(_processor_clock(self.pid))
        except OSError:
            return 0.0  # the process has just ended
        if self._first_reading is None:
            self._first_reading = reading
        return reading - self._first_reading

    def _start_clocks(self) -> None:
        self.busy_since = self._supervisor.loop.time()
        self._first_reading = None

    def lower_priority(self) -> None:
        """Lower the priority of the process, for good, and pass its waiting jobs on."""
        self.slow = True
        while len(self.jobs) > 1:
            # These jobs go to another worker. This one has received them and must not run them.
            self.kill_when_done = True
            self.jobs.pop().fail(WorkerLostError(self, started=False))
        try:
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)
        except ProcessLookupError:
            self.lost = True

    def kill(self, reason: str) -> None:
        """Kill the worker because of its running job, and store the reason."""
        if not self.reason:
            self.reason = reason
            self.killed_for = self.jobs[0] if self.jobs else None
            self._supervisor.kill(self)

    def has_room(self, most: int) -> bool:
        """Return whether it may be sent a further job, at most `most` in all."""
        is_ending = self.lost or self.slow or self.reason
        return not is_ending and len(self.jobs) + self.reserved < most

    def retire(self) -> None:
        """End a worker whose priority is lowered by closing its connection."""
        if self.kill_when_done:
            self.kill("slow")
        if self._transport is not None:
            self._transport.close()


class Supervisor:
    """A fixed number of workers, forked by one fork server; a worker that ends is replaced.

    At most `light_workers` of them have quick jobs, each at most `jobs_per_worker`: a worker whose
    next job is already in its socket need not sleep and be woken, which costs as much as a small
    query.
    """

    def __init__(
        self, size: int, light_workers: int, jobs_per_worker: int, spool: Path, memory: int
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self._size = size
        self._light_workers = light_workers
        self._jobs_per_worker = jobs_per_worker
        self._spool = spool
        self._memory = memory
        self.store = ""
        """Path of the store that new workers open, so that their first query does not wait for it;
        empty for none."""
        self._idle: deque[Worker] = deque()
        self._waiters: deque[tuple[asyncio.Future[Worker], bool]] = deque()
        self._starting: deque[Worker] = deque()
        self._workers: dict[int, Worker] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._control: socket.socket | None = None
        self._fork_server: subprocess.Popen[bytes] | None = None
        self._closing = False

    async def open(self) -> None:
        """Start the fork server and the workers, and wait until all of them are ready."""
        self._start_fork_server()
        for _ in range(self._size):
            self._spawn()
        async with asyncio.timeout(30):
            while len(self._idle) < self._size:
                await asyncio.sleep(0.005)

    async def close(self) -> None:
        """Stop the fork server and the workers; wait until their connections are closed."""
        self._closing = True
        await asyncio.gather(*self._tasks)
        if self._control is not None:
            self.loop.remove_reader(self._control)
            self._control.close()
            self._control = None
        if self._fork_server is not None:
            await asyncio.to_thread(self._fork_server.wait, 10)
        workers = [*self._workers.values(), *self._starting]
        for worker in workers:
            worker.retire()
        while not all(worker.lost for worker in workers):
            await asyncio.sleep(0.001)

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers, sorted."""
        return sorted(self._workers)

    @property
    def fork_server_pid(self) -> int:
        """Process id of the fork server; 0 before it is started."""
        return self._fork_server.pid if self._fork_server else 0

    @property
    def waiting(self) -> int:
        """Number of callers that wait for a worker."""
        return sum(not waiter.done() for waiter, _ in self._waiters)

    def busy_workers(self) -> list[Worker]:
        """Return the workers with a running job."""
        return [worker for worker in self._workers.values() if worker.jobs]

    def find_worker(self, *, exclusive: bool) -> Worker | None:
        """Return a worker for one more job, an idle one if `exclusive`; None if there is none."""
        if not exclusive:
            quick = [
                worker for worker in self.busy_workers() if not worker.slow and not worker.reason
            ]
            room = [worker for worker in quick if worker.has_room(self._jobs_per_worker)]
            least = min(room, key=_load, default=None)
            if least is not None:
                young = self.loop.time() - least.busy_since < _WAKE_UP_TIME
                if young or len(quick) >= self._light_workers or not self._idle:
                    return least
            if len(quick) >= self._light_workers:
                return None
        while self._idle:
            worker = self._idle.pop()
            if worker.has_room(1):
                return worker
        return None

    async def wait_for_worker(self, *, exclusive: bool) -> Worker:
        """Wait for such a worker; the caller must send it a job immediately."""
        waiter: asyncio.Future[Worker] = self.loop.create_future()
        self._waiters.append((waiter, exclusive))
        try:
            worker = await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                waiter.result().reserved -= 1
                self.ready(waiter.result())
            raise
        worker.reserved -= 1
        if not worker.has_room(self._jobs_per_worker):
            # Meanwhile its job was found to be slow.
            found = self.find_worker(exclusive=exclusive)
            return found or await self.wait_for_worker(exclusive=exclusive)
        return worker

    def ready(self, worker: Worker) -> None:
        """Assign a worker that has replied to the first waiter, or to the idle workers."""
        while self._waiters:
            waiter, exclusive = self._waiters[0]
            if waiter.done():
                self._waiters.popleft()
                continue
            if not worker.has_room(1 if exclusive else self._jobs_per_worker):
                return
            self._waiters.popleft()
            worker.reserved += 1
            waiter.set_result(worker)
            return
        if worker.has_room(1) and worker not in self._idle:
            self._idle.append(worker)

    def lost(self, worker: Worker) -> None:
        """Replace a worker whose connection has closed."""
        if worker in self._idle:
            self._idle.remove(worker)
        if not self._closing and self._control is not None:
            self._spawn()

    def kill(self, worker: Worker) -> None:
        """Kill a worker through the fork server, its parent, so that its process id is its own."""
        if self._control is not None and not worker.lost:
            # If the fork server has ended, the kernel has killed the workers.
            with contextlib.suppress(OSError):
                self._control.send(b"kill %d" % worker.pid)

    def _start_fork_server(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        module = "onrecord_server.workers.fork_server"
        arguments = [str(theirs.fileno()), str(self._spool), str(self._memory)]
        with theirs:
            # A new session, so that an interrupt from the terminal reaches only the server.
            self._fork_server = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", module, *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        ours.setblocking(False)
        self._control = ours
        self.loop.add_reader(ours, self._receive_message, ours)

    def _receive_message(self, control: socket.socket) -> None:
        """Handle one message of the fork server; replace it and the workers if it has ended."""
        try:
            message = control.recv(64)
        except (BlockingIOError, InterruptedError):
            return
        except ConnectionResetError:
            message = b""
        if not message:
            self._replace_fork_server(control)
            return
        word, *numbers = message.split()
        pid, *status = map(int, numbers)
        if word == b"started":
            worker = self._starting.popleft()
            worker.pid = pid
            self._workers[pid] = worker
            if worker.ready_without_pid:
                self.ready(worker)
        elif pid in self._workers:
            worker = self._workers.pop(pid)
            if not worker.status.done():
                worker.status.set_result(status[0])

    def _replace_fork_server(self, control: socket.socket) -> None:
        self.loop.remove_reader(control)
        control.close()
        self._control = None
        for worker in (*self._workers.values(), *self._starting):
            if not worker.status.done():
                # The kernel has killed the workers of a fork server that ended.
                worker.status.set_result(9)
            worker.retire()
        self._workers.clear()
        self._starting.clear()
        if self._fork_server is not None:
            self._fork_server.wait(10)
        if not self._closing:
            self._idle.clear()
            self._start_fork_server()
            for _ in range(self._size):
                self._spawn()

    def _spawn(self) -> None:
        if self._control is None:
            return
        ours, theirs = socket.socketpair()
        worker = Worker(self)
        self._starting.append(worker)
        with theirs:
            message = b"spawn " + os.fsencode(self.store)
            socket.send_fds(self._control, [message], [theirs.fileno()])
        task = self.loop.create_task(self._connect(worker, ours))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, worker: Worker, end: socket.socket) -> None:
        await self.loop.create_unix_connection(lambda: worker, sock=end)


def _processor_clock(pid: int) -> int:
    """Return the id of a process's processor-time clock (clock_getcpuclockid(3), Linux)."""
    return (~pid << 3) | 2


def _load(worker: Worker) -> tuple[int, float]:
    """Return the sort key of workers: fewest jobs first, then the most recently started job."""
    return len(worker.jobs) + worker.reserved, -worker.busy_since
