"""The crew: the workers that a server process has, alive at all times, and how each one died."""

import asyncio
import os
import socket
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import cast

from onrecord_server.workers import frames

_NICE = 15
"""How far a slow query steps back behind the quick ones."""


class WorkerLostError(Exception):
    """A worker ended before its answer; `reason` says why the server ended it, if it did."""

    def __init__(self, worker: "Worker") -> None:
        super().__init__(f"worker {worker.pid} ended")
        self.worker = worker


class Worker(asyncio.Protocol):
    """The server's end of the connection to one worker process."""

    def __init__(self, crew: "Crew") -> None:
        self._crew = crew
        self._unpacker = frames.Unpacker()
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[tuple[frames.Outcome, bytes]] | None = None
        self.pid = 0
        self.reason = ""
        self.lost = False
        self.slow = False
        self.status: asyncio.Future[int] = crew.loop.create_future()
        """How the process ended, as wait(2) says it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        # uvloop's transports do all that asyncio's do, without being of its classes.
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Hand on a whole frame: the worker is ready, or has an answer."""
        frame = self._unpacker.feed(data)
        if frame is None:
            return
        if self._answer is None:
            self._crew.ready(self)
        elif not self._answer.done():
            self._answer.set_result(frame)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever waits for an answer, and have the worker replaced."""
        self.lost = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(WorkerLostError(self))
        self._crew.lost(self)

    def send(self, job: frames.Job) -> asyncio.Future[tuple[frames.Outcome, bytes]]:
        """Send a job; the future gets the outcome and the answer, or WorkerLostError."""
        self._answer = self._crew.loop.create_future()
        if self._transport is None or self.lost:
            self._answer.set_exception(WorkerLostError(self))
        else:
            self._transport.write(frames.pack_job(job))
        return self._answer

    def step_back(self) -> None:
        """Run behind the quick queries from now on; there is no way back but to end."""
        self.slow = True
        try:
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)
        except ProcessLookupError:
            self.lost = True

    def kill(self, reason: str) -> None:
        """End the worker, for a reason that `reason` keeps."""
        self.reason = self.reason or reason
        self._crew.kill(self)

    def retire(self) -> None:
        """Let the worker end by itself, since it would stay behind the others for good."""
        if self._transport is not None:
            self._transport.close()


class Crew:
    """A fixed number of workers over one nursery; whatever is killed is replaced."""

    def __init__(self, size: int, spool: Path, memory: int) -> None:
        self.loop = asyncio.get_running_loop()
        self._size = size
        self._spool = spool
        self._memory = memory
        self._idle: deque[Worker] = deque()
        self._wanted: deque[asyncio.Future[Worker]] = deque()
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

    async def take(self) -> Worker:
        """Return an idle worker, waiting for a replacement if all were just killed."""
        while self._idle:
            worker = self._idle.pop()
            if not worker.lost:
                return worker
        wanted: asyncio.Future[Worker] = self.loop.create_future()
        self._wanted.append(wanted)
        try:
            return await wanted
        except asyncio.CancelledError:
            if wanted.done() and not wanted.cancelled():
                self.ready(wanted.result())
            raise

    def give(self, worker: Worker) -> None:
        """Take a worker back after its answer."""
        if worker.lost:
            return
        if worker.slow:
            worker.retire()
        else:
            self.ready(worker)

    def ready(self, worker: Worker) -> None:
        """Offer a worker to those who wait for one."""
        while self._wanted:
            wanted = self._wanted.popleft()
            if not wanted.done():
                wanted.set_result(worker)
                return
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
            self._control.send(b"kill %d" % worker.pid)

    def _start_nursery(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        module = "onrecord_server.workers.nursery"
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
