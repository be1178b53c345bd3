"""Supervisor: assignment of jobs to workers, and which job counts as the cause of a lost worker."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord_server.workers import wire
from onrecord_server.workers.lanes import Lane
from onrecord_server.workers.supervisor import PendingJob, Supervisor, Worker, WorkerLostError
from onrecord_server.workers.wire import Job

JOB: Job = {"store": "", "text": "", "format": "json", "rows": 1, "bytes": 1, "seconds": 1}
ANSWER = wire.pack_outcome(wire.JobOutcome())


class Wire(asyncio.Transport):
    """Transport without a worker process."""

    def write(self, data: object) -> None:
        """Discard the data."""

    def close(self) -> None:
        """Do nothing."""


def in_loop(what: Callable[[Supervisor, Lane], object]) -> None:
    async def run() -> None:
        supervisor, lane = Supervisor(4, 2, 4, Path(), 1 << 29), Lane(8, 64)
        waited = what(supervisor, lane)
        if asyncio.iscoroutine(waited):
            await waited

    asyncio.run(run())


def worker_of(supervisor: Supervisor, pid: int) -> Worker:
    worker = Worker(supervisor)
    worker.connection_made(Wire())
    worker.pid = pid
    supervisor._workers[pid] = worker
    return worker


def sent(supervisor: Supervisor, lane: Lane) -> PendingJob:
    assert lane.try_take()
    return PendingJob(supervisor.loop.create_future(), lane, 1e9, 0)


def test_a_reserved_worker_is_not_given_to_another_caller() -> None:
    async def check(supervisor: Supervisor, lane: Lane) -> None:
        worker = worker_of(supervisor, 1 << 22)
        for _ in range(2):
            worker.send(JOB, sent(supervisor, lane))
        quick = asyncio.create_task(supervisor.wait_for_worker(exclusive=False))
        heavy = asyncio.create_task(supervisor.wait_for_worker(exclusive=True))
        await asyncio.sleep(0)
        worker.data_received(ANSWER * 2)
        assert supervisor.find_worker(exclusive=False) is None
        assert await quick is worker
        assert not heavy.done()
        worker.send(JOB, sent(supervisor, lane))
        worker.data_received(ANSWER)
        assert await heavy is worker
        worker.send(JOB, sent(supervisor, lane))
        worker.slow = True
        assert supervisor.find_worker(exclusive=False) is None
        assert lane.free == 7

    in_loop(check)


def test_a_worker_has_no_job_before_its_number_is_known() -> None:
    """By number 0 the server itself would be made to step back."""

    async def check(supervisor: Supervisor, lane: Lane) -> None:
        worker = Worker(supervisor)
        worker.connection_made(Wire())
        supervisor._starting.append(worker)
        worker.data_received(ANSWER)
        assert supervisor.find_worker(exclusive=False) is None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            theirs.send(b"started %d" % (1 << 22))
            supervisor._receive_message(ours)
        assert supervisor.find_worker(exclusive=False) is worker
        assert worker.pid == 1 << 22

    in_loop(check)


def test_the_reservation_of_a_cancelled_caller_goes_to_the_next() -> None:
    async def check(supervisor: Supervisor, lane: Lane) -> None:
        worker = worker_of(supervisor, 1 << 22)
        worker.send(JOB, sent(supervisor, lane))
        first = asyncio.create_task(supervisor.wait_for_worker(exclusive=True))
        second = asyncio.create_task(supervisor.wait_for_worker(exclusive=True))
        await asyncio.sleep(0)
        worker.data_received(ANSWER)
        first.cancel()
        assert await second is worker
        with pytest.raises(asyncio.CancelledError):
            await first

    in_loop(check)


def test_only_the_job_for_which_a_worker_is_killed_has_started() -> None:
    def check(supervisor: Supervisor, lane: Lane) -> None:
        worker = worker_of(supervisor, 1 << 22)
        late, next_one = sent(supervisor, lane), sent(supervisor, lane)
        worker.send(JOB, late)
        worker.send(JOB, next_one)
        worker.kill("time")
        worker.data_received(ANSWER)  # before the kill arrives
        assert late.answer.done()
        assert supervisor.find_worker(exclusive=False) is None, "it is about to be killed"
        worker.connection_lost(None)
        error = next_one.answer.exception()
        assert isinstance(error, WorkerLostError)
        assert not error.started
        assert lane.free == 8

    in_loop(check)


def test_the_first_job_of_a_worker_killed_from_outside_has_started() -> None:
    def check(supervisor: Supervisor, lane: Lane) -> None:
        worker = worker_of(supervisor, 1 << 22)
        jobs = [sent(supervisor, lane) for _ in range(3)]
        for job in jobs:
            worker.send(JOB, job)
        worker.connection_lost(None)
        errors = [job.answer.exception() for job in jobs]
        assert [isinstance(e, WorkerLostError) and e.started for e in errors] == [
            True,
            False,
            False,
        ]

    in_loop(check)
