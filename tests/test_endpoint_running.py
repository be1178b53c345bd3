"""A server under load: kills, restarts, new releases, and what it keeps over all of that."""

import contextlib
import http.client
import json
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest

from endpoint_release import (
    LATER,
    NAME,
    SAMPLE,
    Server,
    alive,
    descendants,
    memory_of,
    served,
    write_release,
)

HOST = "127.0.0.1"
SMALL = "SELECT ?s ?n WHERE { ?s <http://example.org/n> ?n } ORDER BY ?s"
BIG = "SELECT * { VALUES ?a { %s } VALUES ?b { %s } VALUES ?c { %s } }" % (
    (" ".join(f'"{number:060}"' for number in range(30)),) * 3
)
PATTERNS = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(8))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {PATTERNS} }}"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.alone,
]  # kills and restarts under load: nothing may run beside it


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, write_release(tmp_path / "releases"), timeout=5) as running:
        yield running


@dataclass
class Load:
    """Requests on several connections, each a new query, and what went wrong with them."""

    server: Server
    done: threading.Event = field(default_factory=threading.Event)
    count: int = 0
    wrong: list[object] = field(default_factory=list)

    def run(self, number: int) -> None:
        """Ask until told to stop; a connection that the server closes is opened again."""
        while not self.done.is_set():
            self.count += 1
            query = f"{SMALL} # {number} {self.count}"
            try:
                reply = self.server.ask(query)
                if reply.status != 200 or len(json.loads(reply.body)["results"]["bindings"]) != 2:
                    self.wrong.append((reply.status, reply.text))
            except (OSError, http.client.HTTPException) as error:
                self.wrong.append(error)

    def stop(self) -> None:
        """Have all threads end after their request."""
        self.done.set()


@contextmanager
def load(server: Server, connections: int = 4) -> Iterator[Load]:
    going = Load(server)
    threads = [threading.Thread(target=going.run, args=(n,)) for n in range(connections)]
    for thread in threads:
        thread.start()
    try:
        yield going
    finally:
        going.stop()
        for thread in threads:
            thread.join()


def roles(server: Server) -> tuple[list[int], list[int], list[int]]:
    """Return the server processes, the nurseries and the query workers."""
    below = descendants(server.process.pid)

    def children(of: list[int]) -> list[int]:
        return sorted(pid for pid, process in below.items() if process.parent in of)

    # Python's tracker of shared resources is beside the server processes.
    servers = [pid for pid in children([server.process.pid]) if "spawn_main" in below[pid].command]
    nurseries = children(servers)
    return servers, nurseries, children(nurseries)


def wait_for(what: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.05)
    return False


def test_killed_workers_and_nurseries_lose_no_request(server: Server) -> None:
    with load(server) as going:
        for _ in range(3):
            _, nurseries, workers = roles(server)
            for pid in workers[:3]:
                with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.2)
        os.kill(nurseries[0], signal.SIGKILL)
        time.sleep(0.5)
    assert going.wrong == []
    assert going.count > 50


def test_killed_server_process_loses_only_what_it_held_and_leaves_no_orphan(
    server: Server,
) -> None:
    servers, nurseries, workers = roles(server)
    with load(server, connections=2) as going:
        time.sleep(0.3)
        os.kill(servers[0], signal.SIGKILL)
        time.sleep(1.5)
    # One request at most was in the hands of that process on each connection.
    assert len(going.wrong) <= 2
    assert wait_for(lambda: len(roles(server)[0]) == 2)
    below = set(descendants(server.process.pid))
    gone = [pid for pid in (servers[0], *nurseries, *workers) if pid not in below]
    assert gone
    assert wait_for(lambda: not any(map(alive, gone)))


def test_ended_server_leaves_no_process(tmp_path: Path) -> None:
    releases = write_release(tmp_path / "releases")
    with served(tmp_path, releases) as server:
        processes = list(descendants(server.process.pid))
        assert len(processes) > 6
    assert wait_for(lambda: not any(map(alive, processes)))


def test_killed_master_leaves_no_process(tmp_path: Path) -> None:
    releases = write_release(tmp_path / "releases")
    with served(tmp_path, releases) as server:
        processes = list(descendants(server.process.pid))
        server.process.kill()
        assert wait_for(lambda: not any(map(alive, processes)))


def test_restart_by_signal_loses_no_request(server: Server) -> None:
    before = set(roles(server)[0])
    with load(server, connections=2) as going:
        time.sleep(0.2)
        server.process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: not before & set(roles(server)[0]))
        time.sleep(0.3)
    assert going.wrong == []


def is_idle(server: Server, seconds: float = 0.3) -> bool:
    """Say whether no process of a server takes CPU time within some seconds."""

    def ticks() -> dict[int, list[str]]:
        taken = {}
        for pid in descendants(server.process.pid):
            with contextlib.suppress(OSError):  # it has ended since
                stat = Path(f"/proc/{pid}/stat").read_text()
                taken[pid] = stat.rpartition(")")[2].split()[11:13]
        return taken

    before = ticks()
    time.sleep(seconds)
    return ticks() == before


def test_burst_of_connections_is_shared_by_the_server_processes(server: Server) -> None:
    assert wait_for(lambda: len(roles(server)[2]) == 8)  # the second process has its workers, too
    assert wait_for(lambda: is_idle(server))  # and has not to share the machine with their start
    shares: Counter[str] = Counter()
    with contextlib.ExitStack() as stack:
        connections = [
            stack.enter_context(contextlib.closing(http.client.HTTPConnection(HOST, server.port)))
            for _ in range(40)
        ]
        for connection in connections:
            connection.connect()
        for connection in connections:
            connection.request("GET", "/healthz")
            reply = connection.getresponse()
            assert reply.status == 200
            process, _, _ = reply.headers["X-Request-Id"].partition("-")
            shares[process] += 1
    assert len(shares) == 2
    assert min(shares.values()) >= 10


def test_new_release_is_served_without_a_restart(server: Server, tmp_path: Path) -> None:
    assert server.ask(SMALL).headers["X-Release"] == NAME
    with load(server, connections=2) as going:
        write_release(tmp_path / "releases", SAMPLE.replace("40", "41"), LATER)
        assert wait_for(lambda: server.ask(SMALL).headers["X-Release"] == LATER)
    assert going.wrong == []
    time.sleep(0.2)
    for _ in range(6):
        assert "41" in server.ask(SMALL).text
    assert "40" in server.ask(SMALL, release=NAME).text


def test_large_answer_is_whole_or_its_client_knows(server: Server) -> None:
    reply = server.ask(BIG)
    assert len(reply.body) > 5_000_000
    assert len(json.loads(reply.body)["results"]["bindings"]) == 27_000
    assert int(reply.headers["Content-Length"]) == len(reply.body)


def test_client_that_goes_away_frees_its_worker(server: Server) -> None:
    _, _, before = roles(server)
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.5)
    assert wait_for(lambda: len(set(before) - set(roles(server)[2])) >= 1, 2)
    time.sleep(0.5)
    assert any(line.get("status") == 499 for line in server.events())


def test_slow_reader_holds_no_worker(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(f"GET /sparql?query={quote(BIG)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(1)
        for number in range(20):
            assert server.ask(f"{SMALL} # {number}").status == 200


def test_ten_thousand_requests_leave_memory_flat(server: Server) -> None:
    def ask_many(start: int, count: int) -> None:
        # Several connections, so that every server process gets its share; every worker had its
        # first query under the load before.
        for first in range(start, start + count, 500):
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            for number in range(first, first + 500):
                connection.request("GET", f"/sparql?query={quote(f'{SMALL} # {number}')}")
                assert connection.getresponse().read()
            connection.close()

    with load(server, connections=8):
        time.sleep(3)
    ask_many(0, 10_000)
    processes = list(descendants(server.process.pid))
    before = memory_of(processes)
    ask_many(10_000, 10_000)
    after = memory_of(processes)
    assert 0.9 * before < after < 1.1 * before
