"""Hostile queries against a real server, while a well-behaved client asks all the time."""

import itertools
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from endpoint_release import Server, descendants, memory_of, release_of_quads, served
from hostile_queries import Hostile, read_hostile, victim

SECONDS = 2.0
MEMORY = 256 << 20
BASE = 160 << 20
"""What a worker holds beside the memory of its query: the interpreter and an open store."""
QUICK = (
    "product-ordered",
    "path-star-any",
    "service-glued",
    "from-file",
    "text-of-a-megabyte",
    "nested-groups",
    "regex-large",
    "values-product",
)
POLITE = "SELECT ?n WHERE {{ <http://example.org/thing/{number}> <http://example.org/kind> ?n }}"
NUMBERS = itertools.count(1)
"""Numbers of polite queries: over all tests, since the server keeps answers."""
HEADERS = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile")
    releases = release_of_quads(folder / "releases", victim())
    with served(folder, releases, timeout=SECONDS, memory=MEMORY) as running:
        yield running


@dataclass
class Watch:
    """What was seen beside the hostile queries."""

    waits: list[float] = field(default_factory=list)
    errors: list[object] = field(default_factory=list)
    largest: int = 0


def ask_politely(server: Server, watch: Watch, done: threading.Event) -> None:
    """Ask ten queries a second, each a new one."""
    while not done.wait(0.1):
        start = time.monotonic()
        try:
            reply = server.ask(POLITE.format(number=next(NUMBERS)), timeout="9")
            if reply.status != 200:
                watch.errors.append((reply.status, reply.text))
        except OSError as error:
            watch.errors.append(error)
        watch.waits.append(time.monotonic() - start)


def watch_memory(server: Server, watch: Watch, done: threading.Event) -> None:
    """Keep the size of the largest process."""
    while not done.wait(0.25):
        sizes = [memory_of([pid]) for pid in descendants(server.process.pid)]
        watch.largest = max([watch.largest, *sizes])


def attack(server: Server, queries: list[Hostile], at_once: int) -> tuple[Watch, list[object]]:
    """Send hostile queries, and return what was seen and what was wrong with their answers."""
    watch, done = Watch(), threading.Event()
    beside = [
        threading.Thread(target=target, args=(server, watch, done))
        for target in (ask_politely, watch_memory)
    ]
    for thread in beside:
        thread.start()
    with ThreadPoolExecutor(at_once) as executor:
        wrong = [
            found for found in executor.map(lambda query: send(server, query), queries) if found
        ]
    done.set()
    for thread in beside:
        thread.join()
    return watch, wrong


def send(server: Server, query: Hostile) -> object:
    start = time.monotonic()
    reply = server.fetch("/sparql", method="POST", headers=HEADERS, body=query.text.encode())
    seconds = time.monotonic() - start
    if reply.status not in query.statuses or seconds > SECONDS + 1:
        return query.name, reply.status, round(seconds, 2), reply.text[:100]
    if reply.status != 200 and (reply.media_type != "text/plain" or not reply.text.strip()):
        return query.name, "says nothing"
    if reply.status == 400 and query.says not in reply.text:
        return query.name, reply.text[:100]
    return None


def check(watch: Watch, wrong: list[object]) -> None:
    assert wrong == []
    assert watch.errors == []
    assert statistics.quantiles(watch.waits, n=100, method="inclusive")[98] < 0.25
    assert watch.largest < MEMORY + BASE


@pytest.mark.slow
@pytest.mark.alone
def test_some_hostile_queries_hurt_nobody(server: Server) -> None:
    check(*attack(server, [query for query in read_hostile() if query.name in QUICK], 3))


@pytest.mark.slow
@pytest.mark.alone
def test_all_hostile_queries_hurt_nobody(server: Server) -> None:
    queries = read_hostile()
    assert len(queries) >= 40
    check(*attack(server, queries, 4))


@pytest.mark.slow
@pytest.mark.alone
def test_crowd_of_hostile_queries_hurts_nobody(server: Server) -> None:
    products = [query for query in read_hostile() if query.name.startswith("product")]
    # Several times over, so that what the server learns of the first is not all that is measured.
    check(*attack(server, 10 * products, 16))


def test_hostile_queries_are_as_documented() -> None:
    queries = read_hostile()
    assert {query.name for query in queries} >= set(QUICK)
    assert all(query.title and query.text for query in queries)
