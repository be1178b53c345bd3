"""Connections that say nothing, half of it, too much or several things at once."""

import os
import resource
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from endpoint_release import Server, descendants, memory_of, served, write_release
from pace import wait_until

SMALL = "SELECT ?s ?n WHERE { ?s <http://example.org/n> ?n } ORDER BY ?s"
PATTERNS = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(8))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {PATTERNS} }}"
TEN = " ".join(f'"{number:060}"' for number in range(30))
BIG = f"SELECT * {{ VALUES ?a {{ {TEN} }} VALUES ?b {{ {TEN} }} VALUES ?c {{ {TEN} }} }}"
LIMITS = {"header": 1.0, "body": 1.0, "stalled": 2.0, "open": 12}
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("connections")
    releases = write_release(folder / "releases")
    with served(folder, releases, timeout=2, workers=1, connections=LIMITS) as running:
        yield running


def get(query: str, *lines: str) -> bytes:
    head = [f"GET /sparql?query={quote(query, safe='')} HTTP/1.1", "Host: x", *lines, "", ""]
    return "\r\n".join(head).encode()


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def statuses(data: bytes) -> list[int]:
    """Return the statuses of the responses in some bytes, which have no such line in a body."""
    return [int(part[:3]) for part in data.split(b"HTTP/1.1 ")[1:]]


def rest_of(connection: socket.socket) -> bytes:
    """Return what comes until the server closes the connection."""
    data = b""
    while part := connection.recv(1 << 16):
        data += part
    return data


def exchanged(server: Server, *parts: bytes) -> bytes:
    """Send some bytes, each part by itself, and return all that comes back."""
    with connected(server) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(0.01)
        return rest_of(connection)


@pytest.mark.parametrize("sent", [b"", b"GET /sparql HTTP/1.1\r\nHost: x\r\n", b"G"])
def test_a_header_that_does_not_come_ends_the_connection(server: Server, sent: bytes) -> None:
    answer = exchanged(server, sent)
    assert statuses(answer) == ([408] if sent else [])


def test_a_header_that_drips_ends_the_connection(server: Server) -> None:
    with connected(server) as connection:
        connection.settimeout(0.1)
        answer = b""
        for number in range(100):
            try:
                connection.sendall(b"GET /sparql?" if number == 0 else b"a")
                answer += connection.recv(1 << 16)
            except TimeoutError:
                continue
            except OSError:
                break
            if answer:
                break
        assert number < 60
        assert statuses(answer) in ([408], [])


def test_a_second_header_has_its_time_too(server: Server) -> None:
    with connected(server) as connection:
        connection.sendall(get(SMALL))
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
        # Between two requests a connection may wait longer than for a header.
        time.sleep(2.5)
        connection.sendall(get(SMALL)[:10])
        assert statuses(rest_of(connection)) == [408]


def test_a_header_that_is_too_long_is_refused(server: Server) -> None:
    with connected(server) as connection:
        connection.sendall(b"GET /sparql HTTP/1.1\r\nHost: x\r\n")
        answer = b""
        try:
            for _ in range(400):
                connection.sendall(b"X-Long: " + b"x" * 1000 + b"\r\n")
                time.sleep(0.001)
        except OSError:
            pass
        try:
            answer = rest_of(connection)
        except ConnectionResetError:
            return
        assert statuses(answer) == [431]


@pytest.mark.parametrize("sent", [b"", b"query=ASK", b"x" * 50])
def test_a_body_that_does_not_come_is_refused(server: Server, sent: bytes) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n" + FORM + b"\r\n"
    answer = exchanged(server, head + sent)
    assert statuses(answer) == [408]
    assert b"send it at once" in answer


@pytest.mark.parametrize("path", ["/sparql", "/q/claims-on-topic-by-date"])
def test_a_body_that_is_too_long_is_refused(server: Server, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n".encode() + FORM
    with connected(server) as connection:
        connection.sendall(head + b"\r\n")
        answer = b""
        try:
            for _ in range(200):
                connection.sendall(b"2000\r\n" + b"x" * 8192 + b"\r\n")
            answer = rest_of(connection)
        except OSError:
            pass
        assert statuses(answer) in ([413], [])
    assert server.ask(SMALL).status == 200


def test_silent_connections_make_room_for_polite_ones(server: Server) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(connected(server)) for _ in range(40)]
        silent[-1].sendall(b"GET /")
        for number in range(20):
            assert server.ask(f"{SMALL} # {number}").status == 200


def test_connections_that_all_ask_are_not_cut_for_another(server: Server) -> None:
    with ExitStack() as stack:
        busy = [stack.enter_context(connected(server)) for _ in range(LIMITS["open"])]
        for connection in busy:
            connection.sendall(get(ENDLESS, "Connection: close"))
        wait_until(lambda: unread(server) == [0] * len(busy))
        with connected(server) as another:
            refused = rest_of(another)
        assert statuses(refused) == [503]
        assert b"too many connections" in refused
        for connection in busy:
            answer = rest_of(connection)
            # Some find no worker in their time, which is an answer too.
            assert statuses(answer) in ([504], [503])
            assert b"too many connections" not in answer
    assert server.ask(SMALL).status == 200


def test_waiting_queries_are_counted_while_they_wait(server: Server) -> None:
    def waiting() -> float:
        text = server.fetch("/metrics").text
        line = next(line for line in text.splitlines() if line.startswith("onrecord_waiting"))
        return float(line.split()[-1])

    with ExitStack() as stack:
        for number in range(10):
            busy = stack.enter_context(connected(server))
            busy.sendall(get(f"{ENDLESS} # {number}"))
        wait_until(lambda: waiting() > 0)
    wait_until(lambda: waiting() == 0)


def test_a_client_that_takes_nothing_is_left(server: Server) -> None:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        before = left(server)
        client.sendall(get(BIG))
        wait_until(lambda: left(server) > before)


def test_a_client_that_leaves_frees_its_worker(server: Server) -> None:
    before, processes = left(server), set(descendants(server.process.pid))
    with connected(server) as connection:
        connection.sendall(get(ENDLESS))
        wait_until(lambda: set(unread(server)) == {0})
    wait_until(lambda: bool(processes - set(descendants(server.process.pid))))
    wait_until(lambda: left(server) > before)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_body_that_ends_early_is_seen_by_its_client(
    server: Server, tmp_path: Path, encoding: str
) -> None:
    random = " ".join(f'"{secrets.token_hex(400)}"' for _ in range(30))
    query = (
        f"SELECT * {{ VALUES ?a {{ {random} }} VALUES ?b {{ {random} }} VALUES ?c {{ 1 2 3 }} }}"
    )
    body = f"query={quote(query, safe='')}".encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nAccept-Encoding: {encoding}\r\n".encode()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(20)
        client.connect(("127.0.0.1", server.port))
        client.sendall(head + FORM + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        data = client.recv(1)
        for file in (server.log.parent / "cache" / "spool").iterdir():
            os.truncate(file, file.stat().st_size - 1)
        data += rest_of(client)
    head, _, sent = data.partition(b"\r\n\r\n")
    if encoding == "identity":
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        assert len(sent) < length
    else:
        assert not sent.endswith(b"0\r\n\r\n")


def left(server: Server) -> int:
    """Return how many requests the log has whose client left before it had its answer."""
    return sum(event.get("status") == 499 for event in server.events())


def unread(server: Server) -> list[int]:
    """Return how many bytes the server has not read of each connection that is open."""
    found = []
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, queues, *_ = line.split()
        if int(local.partition(":")[2], 16) == server.port and state == "01":
            found.append(int(queues.partition(":")[2], 16))
    return found


def test_requests_are_answered_in_order_however_they_are_cut(server: Server) -> None:
    texts = [f"SELECT ('{word}' AS ?word) {{}}" for word in ("one", "two", "three")]
    stream = b"".join(map(get, texts[:2])) + get(texts[2], "Connection: close")
    for cut in range(1, len(stream), 29):
        answer = exchanged(server, stream[:cut], stream[cut:])
        assert statuses(answer) == [200, 200, 200]
        places = [answer.index(f'"value":"{word}"'.encode()) for word in ("one", "two", "three")]
        assert places == sorted(places)


def test_what_comes_behind_a_slow_query_waits_its_turn(server: Server) -> None:
    answer = exchanged(server, get(ENDLESS), get(SMALL, "Connection: close"))
    assert statuses(answer) == [504, 200]


def test_post_with_its_body_in_pieces_confuses_nothing(server: Server) -> None:
    form = b"query=" + quote(SMALL, safe="").encode()
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % len(form)
    parts = (get(SMALL), head + FORM + b"\r\n", form[:10], form[10:])
    assert statuses(exchanged(server, *parts, get(SMALL, "Connection: close"))) == [200, 200, 200]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("query", [SMALL, BIG])
def test_a_client_without_chunks_gets_a_length(server: Server, version: str, query: str) -> None:
    asked = get(query, "Accept-Encoding: gzip", "Connection: close")
    answer = exchanged(server, asked.replace(b"HTTP/1.1", f"HTTP/{version}".encode()))
    head, _, body = answer.partition(b"\r\n\r\n")
    fields = {line.partition(b":")[0].lower(): line for line in head.split(b"\r\n")}
    if version == "1.0":
        assert fields[b"content-length"] == b"content-length: %d" % len(body)
    else:
        assert (b"content-length" in fields) != (b"transfer-encoding" in fields)


INNER = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
SMUGGLED = {
    "length and chunks": f"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{INNER}",
    "two lengths": f"Content-Length: 0\r\nContent-Length: {len(INNER)}\r\n\r\n{INNER}",
    "length in a list": f"Content-Length: 0, {len(INNER)}\r\n\r\n{INNER}",
    "length with a sign": f"Content-Length: +{len(INNER)}\r\n\r\n{INNER}",
    "negative length": f"Content-Length: -1\r\n\r\n{INNER}",
    "unknown coding": f"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{INNER}",
    "coding not last": f"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{INNER}",
    "space before colon": f"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{INNER}",
    "folded field": f"X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{INNER}",
    "zero byte": f"X: a\0b\r\nContent-Length: 0\r\n\r\n{INNER}",
    "bare line feeds": f"X: y\nTransfer-Encoding: chunked\n\n0\n\n{INNER}",
    "bare carriage return": f"X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{INNER}",
    "chunk with a sign": f"Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n{INNER}",
    "chunk with 0x": f"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n{INNER}",
    "chunk longer than told": f"Transfer-Encoding: chunked\r\n\r\n1\r\nZZZ\r\n0\r\n\r\n{INNER}",
}


@pytest.mark.parametrize("shape", SMUGGLED)
def test_a_request_that_could_be_two_is_refused(server: Server, shape: str) -> None:
    request = f"POST /sparql HTTP/1.1\r\nHost: x\r\n{FORM.decode()}{SMUGGLED[shape]}"
    found = statuses(exchanged(server, request.encode()))
    assert found in ([400], []), "refused, and what is within is not answered"


@pytest.mark.slow
@pytest.mark.alone  # it measures memory and processor time
def test_a_thousand_bad_connections_leave_the_server_up(tmp_path: Path) -> None:
    """Half of them silent, the others half-sent or dripping, under `ulimit -n 1024`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        stack = ExitStack()
        server = stack.enter_context(
            served(tmp_path, write_release(tmp_path / "releases"), connections={"header": 3.0})
        )
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
    with stack:
        # The server answers when its first process is up: two fork servers have four workers each.
        wait_until(
            lambda: (
                sum("fork_server" in p.command for p in descendants(server.process.pid).values())
                == 10
            )
        )
        processes = list(descendants(server.process.pid))
        before = memory_of(processes)
        bad = [stack.enter_context(socket.socket()) for _ in range(1000)]
        for number, connection in enumerate(bad):
            connection.settimeout(5)
            connection.connect(("127.0.0.1", server.port))
            if number % 4 == 2:
                connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        end = time.monotonic() + 6
        while time.monotonic() < end:
            for connection in bad[1::4]:
                try:
                    connection.sendall(b"G")
                except OSError:
                    continue
            assert server.ask(f"{SMALL} # {time.monotonic()}").status == 200
        for connection in bad:
            connection.close()
        assert memory_of(processes) < 1.2 * before
        assert set(processes) == set(descendants(server.process.pid))
        time.sleep(1)
        spent = processor_time(processes)
        time.sleep(5)
        assert processor_time(processes) - spent < 0.25
        assert server.ask(SMALL).status == 200


def processor_time(pids: list[int]) -> float:
    """Return the seconds of processor time that some processes have taken."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
