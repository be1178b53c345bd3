"""Worker pool: cost of a query, limits, and recovery from killed workers."""

import asyncio
import json
import os
import signal
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from endpoint_release import alive, descendants, memory_of, write_release
from onrecord_server.errors import RefusalError
from onrecord_server.limits import Limits
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.sparql.ask import ask, rows, run
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import CSV, FORMATS, JSON, TURTLE
from onrecord_server.workers import sandbox
from onrecord_server.workers.pool import JobResult
from onrecord_server.workers.wire import Job
from pace import pace, until, wait_until

SMALL = "SELECT ?s WHERE { ?s <http://example.org/n> ?n } LIMIT 2"
_TRIPLES = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(8))
PRODUCT = f"SELECT (COUNT(*) AS ?n) {{ {_TRIPLES} }}"
HUNGRY = f"SELECT * {{ {_TRIPLES} }} ORDER BY ?c7 ?a0"
LIMITS = Limits(seconds=60.0, memory=256 << 20, rows=5, light=2, heavy=1, queue=3)
"""With a time that no query takes which is answered at all."""
HASTY = replace(LIMITS, seconds=1.0)


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[Endpoint]:
    releases = write_release(tmp_path / "releases")
    with endpoint_in_thread(Settings(releases, tmp_path / "cache", limits=LIMITS)) as opened:
        yield opened


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Endpoint]:
    releases = write_release(tmp_path / "releases")
    with endpoint_in_thread(Settings(releases, tmp_path / "cache", limits=HASTY)) as opened:
        yield opened


def answer(endpoint: Endpoint, text: str) -> bytes:
    found = ask(endpoint, text, release=endpoint.catalogue.newest(), format=JSON)
    assert isinstance(found.body, bytes)
    return found.body


def slow_job(endpoint: Endpoint) -> Job:
    """Return a job that never ends by itself."""
    return endpoint.pool.job(str(endpoint.catalogue.newest().path / "store"), PRODUCT, "json")


@pytest.fixture
def slow_after(tmp_path: Path) -> float:
    """After how many seconds a query counts as slow, where a quick one takes what it takes now."""
    limits = Limits(light=1, heavy=1)
    releases = write_release(tmp_path / "calibration")
    with endpoint_in_thread(Settings(releases, tmp_path / "cache", limits=limits)) as endpoint:
        worst = 0.0
        for number in range(5):
            start = time.monotonic()
            answer(endpoint, f"{SMALL} # {number}")
            worst = max(worst, time.monotonic() - start)
    return max(limits.slow_after, 10 * worst)


async def give_up(asking: list["asyncio.Task[JobResult]"]) -> None:
    """Leave queries that must not have been answered yet."""
    assert not any(task.done() for task in asking)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


def refusal(endpoint: Endpoint, text: str) -> RefusalError:
    with pytest.raises(RefusalError) as caught:
        answer(endpoint, text)
    return caught.value


def test_workers_wait_before_the_first_query(endpoint: Endpoint) -> None:
    assert len(endpoint.pool.supervisor.pids) == LIMITS.light + LIMITS.heavy


def test_query_is_ended_at_its_time(hasty: Endpoint) -> None:
    workers = set(hasty.pool.supervisor.pids)
    start = time.monotonic()
    with pace() as measured:
        refused = refusal(hasty, PRODUCT)
        seconds = time.monotonic() - start
    assert refused.status == 504
    assert "1 seconds" in refused.message
    assert HASTY.seconds <= seconds < measured.allowed(HASTY.seconds + 1)
    wait_until(lambda: len(workers - set(hasty.pool.supervisor.pids)) == 1)
    wait_until(lambda: len(hasty.pool.supervisor.pids) == len(workers))


def test_what_comes_after_a_query_that_was_ended_is_answered(endpoint: Endpoint) -> None:
    async def end() -> None:
        asking = asyncio.create_task(endpoint.pool.evaluate(slow_job(endpoint)))
        await until(lambda: bool(endpoint.pool.supervisor.busy_workers()))
        endpoint.pool.supervisor.busy_workers()[0].kill("time")
        with pytest.raises(RefusalError):
            await asking

    run(endpoint, end())
    assert json.loads(answer(endpoint, SMALL))


def test_query_is_ended_at_its_memory_and_told_so(tmp_path: Path) -> None:
    releases = write_release(tmp_path / "releases")
    generous = Limits(seconds=30, memory=64 << 20, light=1, heavy=1)
    with endpoint_in_thread(Settings(releases, tmp_path / "cache", limits=generous)) as endpoint:
        refused = refusal(endpoint, HUNGRY)
        assert refused.status == 413
        assert "64 MiB" in refused.message


def test_rows_beyond_the_limit_are_left_out_and_told(endpoint: Endpoint) -> None:
    release = endpoint.catalogue.newest()
    for format, text in (
        (CSV, "SELECT * { ?s ?p ?o }"),
        (TURTLE, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"),
    ):
        found = ask(endpoint, text, release=release, format=format)
        assert (found.rows, found.limited) == (5, True)
    exact = ask(endpoint, "SELECT * { ?s ?p ?o } LIMIT 5", release=release, format=CSV)
    assert (exact.rows, exact.limited) == (5, False)


def test_slow_queries_do_not_hold_up_quick_ones(tmp_path: Path, slow_after: float) -> None:
    async def crowd() -> float:
        job = slow_job(endpoint)
        slow = [
            asyncio.create_task(endpoint.pool.evaluate({**job, "text": f"{PRODUCT} # {number}"}))
            for number in range(4)
        ]
        await until(lambda: len(endpoint.pool.supervisor.busy_workers()) >= LIMITS.light)
        worst = 0.0
        for number in range(10):
            start = time.monotonic()
            await endpoint.pool.evaluate({**job, "text": f"{SMALL} # {number}"})
            worst = max(worst, time.monotonic() - start)
        await give_up(slow)
        return worst

    releases = write_release(tmp_path / "releases")
    limits = replace(LIMITS, slow_after=slow_after)
    opened = endpoint_in_thread(Settings(releases, tmp_path / "cache", limits=limits))
    with opened as endpoint, pace() as measured:
        worst = run(endpoint, crowd())
    assert worst < measured.allowed(5 * slow_after)


def test_quick_query_that_the_machine_does_not_run_is_not_slow(tmp_path: Path) -> None:
    limits = replace(LIMITS, seconds=60.0, slow_after=0.2)

    async def hold_up() -> int:
        job = endpoint.pool.job(str(endpoint.catalogue.newest().path / "store"), SMALL, "json")
        await endpoint.pool.evaluate(job)  # the store is open then
        pids = endpoint.pool.supervisor.pids
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        asking = asyncio.create_task(endpoint.pool.evaluate(job))
        await asyncio.sleep(4 * limits.slow_after)
        was_slow = [worker.slow for worker in endpoint.pool.supervisor.busy_workers()]
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        assert was_slow == [False]
        return (await asking).rows

    releases = write_release(tmp_path / "releases")
    with endpoint_in_thread(Settings(releases, tmp_path / "cache", limits=limits)) as endpoint:
        assert run(endpoint, hold_up()) == 2


@pytest.mark.parametrize("heavy", [0, 1])
def test_what_waits_behind_a_slow_query_goes_to_another_worker(
    tmp_path: Path, slow_after: float, heavy: int
) -> None:
    """With a heavy lane that is full, the slow query itself makes way."""
    limits = Limits(seconds=60.0, light=1, heavy=1, jobs_per_worker=8, slow_after=slow_after)

    async def crowd() -> float:
        job = slow_job(endpoint)
        texts = [f"{PRODUCT} # {number}" for number in range(heavy + 1)]
        slow = [
            asyncio.create_task(endpoint.pool.evaluate({**job, "text": text})) for text in texts
        ]
        if heavy:
            await until(
                lambda: any(worker.slow for worker in endpoint.pool.supervisor.busy_workers())
            )
        else:
            await asyncio.sleep(0)
        start = time.monotonic()
        quick = [
            endpoint.pool.evaluate({**job, "text": f"{SMALL} # {number}"}) for number in range(6)
        ]
        assert {result.rows for result in await asyncio.gather(*quick)} == {2}
        seconds = time.monotonic() - start
        await give_up(slow)
        return seconds

    releases = write_release(tmp_path / "releases")
    with endpoint_in_thread(Settings(releases, tmp_path / "cache", limits=limits)) as endpoint:
        run(endpoint, endpoint.graphs(endpoint.catalogue.newest()))
        with pace() as measured:
            seconds = run(endpoint, crowd())
    assert seconds < measured.allowed(4 * slow_after)


def test_killed_worker_loses_nothing_of_what_it_was_sent(tmp_path: Path) -> None:
    limits = Limits(seconds=60, light=1, heavy=1, jobs_per_worker=32)

    async def crowd() -> list[int]:
        job = endpoint.pool.job(str(endpoint.catalogue.newest().path / "store"), SMALL, "json")
        asking = [
            asyncio.create_task(endpoint.pool.evaluate({**job, "text": f"{SMALL} # {number}"}))
            for number in range(32)
        ]
        await asyncio.sleep(0)
        for pid in endpoint.pool.supervisor.pids:
            # A worker of the round before may have ended without being reported yet.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return [result.rows for result in await asyncio.gather(*asking)]

    releases = write_release(tmp_path / "releases")
    with endpoint_in_thread(Settings(releases, tmp_path / "cache", limits=limits)) as endpoint:
        for _ in range(3):
            assert run(endpoint, crowd()) == [2] * 32


def test_large_answer_outlives_its_worker(tmp_path: Path) -> None:
    async def both() -> Path:
        store = str(endpoint.catalogue.newest().path / "store")
        ten = " ".join(map(str, range(10)))
        large = f"SELECT * {{ {' '.join(f'VALUES ?{name} {{ {ten} }}' for name in 'abcd')} }}"
        first = asyncio.create_task(endpoint.pool.evaluate(endpoint.pool.job(store, large, "json")))
        await asyncio.sleep(0)
        second = asyncio.create_task(endpoint.pool.evaluate(slow_job(endpoint)))
        body = (await first).body
        await until(lambda: bool(endpoint.pool.supervisor.busy_workers()))
        (worker,) = endpoint.pool.supervisor.busy_workers()
        worker.kill("time")
        with pytest.raises(RefusalError):
            await second
        assert isinstance(body, Path)
        return body

    releases = write_release(tmp_path / "releases")
    limits = Limits(seconds=60.0, light=1, heavy=1, slow_after=30.0)  # both stay where they are
    with endpoint_in_thread(Settings(releases, tmp_path / "cache", limits=limits)) as endpoint:
        run(endpoint, endpoint.graphs(endpoint.catalogue.newest()))
        assert run(endpoint, both()).stat().st_size > 1 << 20


def test_more_queries_than_may_wait_are_refused_at_once(hasty: Endpoint) -> None:
    async def crowd() -> list[object]:
        return await asyncio.gather(
            *(
                hasty.pool.evaluate({**slow_job(hasty), "text": f"{PRODUCT} # {n}"})
                for n in range(20)
            ),
            return_exceptions=True,
        )

    start = time.monotonic()
    with pace() as measured:
        outcomes = run(hasty, crowd())
        seconds = time.monotonic() - start
    assert seconds < measured.allowed(HASTY.seconds + 1)
    assert {outcome.status for outcome in outcomes} == {503, 504}
    busy = [outcome for outcome in outcomes if outcome.status == 503]
    assert len(busy) >= 10
    assert {outcome.retry_after is not None for outcome in busy} == {True}


def test_query_whose_asker_has_gone_frees_its_worker(endpoint: Endpoint) -> None:
    async def leave() -> None:
        before = set(endpoint.pool.supervisor.pids)
        asking = asyncio.create_task(endpoint.pool.evaluate(slow_job(endpoint)))
        await until(lambda: bool(endpoint.pool.supervisor.busy_workers()))
        asking.cancel()
        await until(lambda: set(endpoint.pool.supervisor.pids) != before)
        await until(lambda: len(endpoint.pool.supervisor.pids) == len(before))
        assert len(before - set(endpoint.pool.supervisor.pids)) == 1

    run(endpoint, leave())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_worker_killed_from_outside_costs_no_query(endpoint: Endpoint, number: int) -> None:
    for pid in endpoint.pool.supervisor.pids:
        os.kill(pid, number)
    for _ in range(5):
        assert json.loads(answer(endpoint, SMALL))["results"]["bindings"]


def test_fork_server_killed_from_outside_costs_no_query_and_leaves_no_orphan(
    endpoint: Endpoint,
) -> None:
    supervisor = endpoint.pool.supervisor
    old = supervisor.pids
    os.kill(supervisor.fork_server_pid, signal.SIGKILL)
    for number in range(5):
        assert json.loads(answer(endpoint, f"{SMALL} # {number}"))["results"]["bindings"]
    wait_until(lambda: not any(map(alive, old)))


def test_closing_leaves_no_process(tmp_path: Path) -> None:
    releases = write_release(tmp_path / "releases")
    with endpoint_in_thread(Settings(releases, tmp_path / "cache", limits=LIMITS)) as endpoint:
        processes = [endpoint.pool.supervisor.fork_server_pid, *endpoint.pool.supervisor.pids]
        assert all(map(alive, processes))
    # A process that has closed all it had open may yet need a moment to be gone.
    wait_until(lambda: not any(map(alive, processes)))


def test_workers_have_no_network(endpoint: Endpoint) -> None:
    # Past the admission on purpose: this is the wall behind it.
    job = endpoint.pool.job(
        str(endpoint.catalogue.newest().path / "store"),
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "json",
    )
    with pytest.raises(RefusalError):
        run(endpoint, endpoint.pool.evaluate(job))
    child = os.fork()
    if child == 0:
        os._exit(_connects_in_spite_of_it())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _connects_in_spite_of_it() -> int:
    import socket

    if not sandbox.drop_network():
        return 2
    try:
        socket.socket().close()
    except PermissionError:
        return 0
    return 1


def test_rows_come_as_terms(endpoint: Endpoint) -> None:
    answer = rows(
        endpoint,
        "SELECT ?s ?n ?who { ?s <http://example.org/speaker> ?who ; <http://example.org/n> ?n }"
        " ORDER BY ?n LIMIT 1",
        release=endpoint.catalogue.newest(),
    )
    assert answer.names == ["s", "n", "who"]
    decimal = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    ben, claim = (ox.NamedNode(f"http://example.org/{name}") for name in ("ben", "b"))
    assert answer.rows == [(claim, ox.Literal("4.5", datatype=decimal), ben)]
    assert (answer.total, answer.limited) == (1, False)


def test_large_answer_goes_through_a_file_and_leaves_none(tmp_path: Path) -> None:
    releases = write_release(tmp_path / "releases")
    with endpoint_in_thread(Settings(releases, tmp_path / "cache")) as endpoint:
        values = " ".join(f'"{number:0200}"' for number in range(100))
        text = f"SELECT * {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} }}"
        found = ask(endpoint, text, release=endpoint.catalogue.newest(), format=CSV)
        assert isinstance(found.body, Path)
        assert found.rows == found.body.read_bytes().count(b"\r\n") - 1 == 10_000
        assert list((tmp_path / "cache" / "spool").iterdir()) == [found.body]
    assert list((tmp_path / "cache" / "spool").iterdir()) == []


def test_every_format_is_written(endpoint: Endpoint) -> None:
    release = endpoint.catalogue.newest()
    for format in FORMATS:
        graph = "CONSTRUCT WHERE { ?s <http://example.org/knows> ?o }"
        text = SMALL if format.kind == "rows" else graph
        assert ask(endpoint, text, release=release, format=format).size > 40


@pytest.mark.slow
@pytest.mark.alone
def test_pool_costs_half_a_millisecond_at_most(endpoint: Endpoint) -> None:
    store = ox.Store.read_only(str(endpoint.catalogue.newest().path / "store"))

    def alone(text: str) -> object:
        found = store.query(text)
        return found.serialize(format=ox.QueryResultsFormat.JSON)

    async def pooled(count: int) -> list[float]:
        job = endpoint.pool.job(str(endpoint.catalogue.newest().path / "store"), SMALL, "json")
        times = []
        for number in range(count):
            start = time.perf_counter()
            await endpoint.pool.evaluate({**job, "text": f"{SMALL} # {number}"})
            times.append(time.perf_counter() - start)
        return times

    base = []
    for number in range(500):
        start = time.perf_counter()
        alone(f"{SMALL} # {number}")
        base.append(time.perf_counter() - start)
    extra = statistics.median(run(endpoint, pooled(500))) - statistics.median(base)
    assert extra < 0.0005


@pytest.mark.slow
@pytest.mark.alone
def test_ten_thousand_queries_leave_memory_flat(endpoint: Endpoint) -> None:
    async def many(start: int) -> None:
        job = endpoint.pool.job(str(endpoint.catalogue.newest().path / "store"), SMALL, "json")
        for number in range(start, start + 5_000):
            await endpoint.pool.evaluate({**job, "text": f"{SMALL} # {number}"})

    processes = list(descendants(os.getpid()))
    run(endpoint, many(0))
    before = memory_of(processes)
    run(endpoint, many(5_000))
    assert memory_of(processes) < 1.1 * before
