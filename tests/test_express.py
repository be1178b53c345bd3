"""The short way for everyday requests: what takes it, and that nothing tells it from gunicorn's."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from gunicorn_h1c import H1CProtocol
from hypothesis import given
from hypothesis import strategies as st

from endpoint_release import Reply, Server, descendants, served, write_release
from onrecord_server import express

SMALL = "SELECT ?s ?n WHERE { ?s <http://example.org/n> ?n } ORDER BY ?s"
GRAPH = "CONSTRUCT WHERE { ?s <http://example.org/knows> ?o }"
TEN = " ".join(map(str, range(10)))
LARGE = f"SELECT * {{ {' '.join(f'VALUES ?{name} {{ {TEN} }}' for name in 'abcd')} }}"
PATTERNS = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(8))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {PATTERNS} }}"

PLAIN = {"Host": "example.org", "Accept": "*/*", "User-Agent": "test/1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("express")
    with served(folder, write_release(folder / "releases"), timeout=1) as running:
        yield running


def request(query: str, headers: dict[str, str] = PLAIN, method: str = "GET", **more: str) -> bytes:
    parameters = "".join(f"&{name}={quote(value, safe='')}" for name, value in more.items())
    target = f"/sparql?query={quote(query, safe='')}" if query else "/sparql?format=turtle"
    lines = [f"{method} {target}{parameters} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def receive(connection: socket.socket, rest: bytearray) -> Reply:
    """Read one response; `rest` keeps what has come of the next one."""
    while (end := rest.find(b"\r\n\r\n")) < 0:
        rest += _more(connection)
    lines = bytes(rest[:end]).decode("latin-1").split("\r\n")
    fields = [line.partition(": ") for line in lines[1:]]
    headers = {name.title(): value for name, _, value in fields}
    assert len(headers) == len(fields), "no field comes twice"
    del rest[: end + 4]
    body = b""
    if headers.get("Transfer-Encoding") == "chunked":
        while (size := _chunk(connection, rest)) > 0:
            body += _bytes(connection, rest, size)
            _bytes(connection, rest, 2)
        _bytes(connection, rest, 2)
    else:
        body = _bytes(connection, rest, int(headers.get("Content-Length", 0)))
    return Reply(int(lines[0].split()[1]), headers, body)


def _chunk(connection: socket.socket, rest: bytearray) -> int:
    while (end := rest.find(b"\r\n")) < 0:
        rest += _more(connection)
    size = int(rest[:end], 16)
    del rest[: end + 2]
    return size


def _bytes(connection: socket.socket, rest: bytearray, size: int) -> bytes:
    while len(rest) < size:
        rest += _more(connection)
    body = bytes(rest[:size])
    del rest[:size]
    return body


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(1 << 20)
    if not data:
        raise ConnectionError("the server closed the connection")
    return data


def alike(reply: Reply) -> tuple[int, dict[str, str], bytes]:
    """Return what has to be the same of a response, each time."""
    unlike = ("Date", "X-Request-Id")
    return (
        reply.status,
        {name: value for name, value in reply.headers.items() if name not in unlike},
        reply.body,
    )


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        (SMALL, {}),
        (SMALL, {"Accept": "text/csv"}),
        (SMALL, {"Accept-Encoding": "zstd"}),
        (SMALL, {"Accept": "application/xml;q=0.5, */*;q=0.1", "Accept-Language": "uk"}),
        (SMALL, {"If-None-Match": "*"}),
        (GRAPH, {"Accept": "text/turtle"}),
        (GRAPH, {"Accept": "text/csv"}),
        ("", {"Accept": "text/turtle"}),
        ("ASK { ?s ?p ?o }", {}),
        ("SELECT nothing", {}),
        ("INSERT DATA { <a:b> <a:c> 1 }", {}),
        ("SELECT * FROM <http://elsewhere.example/> { ?s ?p ?o }", {}),
        (LARGE, {}),
        (LARGE, {"Accept-Encoding": "gzip"}),
    ],
)
def test_response_is_the_same_on_either_way(
    query: str, headers: dict[str, str], server: Server
) -> None:
    """A field that is not an everyday one makes the second and third go gunicorn's way."""
    short = request(query, {**PLAIN, **headers})
    long = request(query, {**PLAIN, **headers, "X-Other": "y"})
    assert express.read(short) is not None
    assert express.read(long) is None
    replies = []
    with connected(server) as connection:
        time.sleep(0.05)
        for asked in (short, long, long, short):
            connection.sendall(asked)
            replies.append(receive(connection, bytearray()))
            time.sleep(0.01)
    assert {reply.status for reply in replies} <= {200, 304, 400, 403, 406}
    assert alike(replies[0]) == alike(replies[1]) == alike(replies[2]) == alike(replies[3])
    assert len({reply.headers["X-Request-Id"] for reply in replies}) == 4


def test_answer_that_is_never_the_same_is_new_each_time_however_large(server: Server) -> None:
    with connected(server) as connection:
        for text in ("SELECT (RAND() AS ?r) {}", LARGE.replace("*", "?a ?b ?c ?d (RAND() AS ?r)")):
            seen = set()
            for _ in range(3):
                connection.sendall(request(text))
                reply = receive(connection, bytearray())
                assert reply.headers["Cache-Control"] == "no-store"
                seen.add(reply.body)
            assert len(seen) == 3


def test_requests_are_answered_in_order_however_they_are_cut(server: Server) -> None:
    texts = [f"SELECT ('{word}' AS ?word) {{}}" for word in ("one", "two", "three")]
    stream = b"".join(map(request, texts))
    with connected(server) as connection:
        connection.sendall(request(SMALL))
        receive(connection, bytearray())
        for cut in range(1, len(stream), 29):
            connection.sendall(stream[:cut])
            time.sleep(0.001)
            connection.sendall(stream[cut:])
            rest = bytearray()
            words = [receive(connection, rest).text for _ in texts]
            assert ["one" in words[0], "two" in words[1], "three" in words[2]] == [True] * 3
            assert not rest


def test_what_comes_behind_a_slow_query_waits_its_turn(server: Server) -> None:
    with connected(server) as connection:
        connection.sendall(request(SMALL))
        receive(connection, bytearray())
        connection.sendall(request(ENDLESS))
        time.sleep(0.05)
        connection.sendall(request(SMALL)[:20])
        time.sleep(0.05)
        connection.sendall(request(SMALL)[20:])
        rest = bytearray()
        assert [receive(connection, rest).status for _ in range(2)] == [504, 200]


def test_post_with_its_body_in_pieces_confuses_nothing(server: Server) -> None:
    form = b"query=" + quote(SMALL, safe="").encode()
    head = {**PLAIN, "Content-Type": "application/x-www-form-urlencoded"}
    post = request("", {**head, "Content-Length": str(len(form))}, method="POST")
    with connected(server) as connection:
        for _ in range(2):
            for part in (request(SMALL), post, form[:10], form[10:], request(SMALL)):
                connection.sendall(part)
                time.sleep(0.005)
            rest = bytearray()
            replies = [receive(connection, rest) for _ in range(3)]
            assert {(reply.status, reply.body) for reply in replies} == {(200, replies[0].body)}


def test_client_that_goes_away_while_it_waits_is_logged_and_frees_its_worker(
    tmp_path: Path,
) -> None:
    releases = write_release(tmp_path / "releases")
    with served(tmp_path, releases, timeout=30, workers=1) as server:
        before = set(descendants(server.process.pid))
        for _ in range(2):
            with connected(server) as connection:
                connection.sendall(request(SMALL))
                receive(connection, bytearray())
                connection.sendall(request(ENDLESS))
                time.sleep(0.05)
        time.sleep(0.7)
        assert [event["status"] for event in server.events() if event.get("status") == 499]
        after = set(descendants(server.process.pid))
        assert len(after) == len(before)
        assert len(before - after) == 2


LINES = st.sampled_from(
    [
        *("Host: a", "Host: b", "host:c", "Host:", "Accept: */*", "Accept: text/csv, */*;q=0.1"),
        *(
            "Accept-Encoding: gzip",
            "If-None-Match: x",
            "Connection: close",
            "Connection: keep-alive",
        ),
        *(
            "Content-Length: 0",
            "Content-Length: 5",
            "Transfer-Encoding: chunked",
            "Expect: nothing",
        ),
        *("Upgrade: h2c", " folded: yes", "Accept : x", "No-Colon", "X-Other: y", "User-Agent: ü"),
        *("Accept: a\tb", "Accept: \x01", "Pragma:  two", "Pragma: end ", "", "GET / HTTP/1.1"),
    ]
)
TARGETS = st.sampled_from(
    ["/sparql?query=ASK%7B%7D", "/sparql?", "/sparql", "/sparql?a b", "/q/x?y=z", "/sparql?a=%00#b"]
)
STARTS = st.builds(
    " ".join,
    st.tuples(
        st.sampled_from(["GET", "HEAD", "POST", "get", " GET"]),
        TARGETS,
        st.sampled_from(["HTTP/1.1", "HTTP/1.0", "HTTP/2", "HTTP/1.1 ", ""]),
    ),
)


@given(STARTS, st.lists(LINES, max_size=5), st.sampled_from(["\r\n", "\n"]), st.booleans())
def test_what_is_taken_is_read_as_gunicorn_reads_it(
    start: str, lines: list[str], end: str, more: bool
) -> None:
    text = end.join([start, *lines, "", ""]) + ("GET /sparql?" if more else "")
    data = text.encode()
    taken = express.read(data)
    if taken is None:
        return
    query, fields = taken
    parser = H1CProtocol(
        on_headers_complete=lambda: False, on_body=lambda _: None, on_message_complete=lambda: None
    )
    parser.feed(data)
    assert (parser.is_complete, parser.remaining(), parser.should_keep_alive) == (True, b"", True)
    assert parser.method == b"GET"
    assert parser.path == f"/sparql?{query}".encode()
    headers = [(name.lower(), value.decode()) for name, value in parser.asgi_headers]
    assert len(dict(headers)) == len(headers)
    given_fields = dict(headers)
    assert fields.accept == given_fields.get(b"accept", "")
    assert fields.accept_encoding == given_fields.get(b"accept-encoding", "")
    assert fields.if_none_match == given_fields.get(b"if-none-match", "")
    assert not {b"content-length", b"transfer-encoding", b"expect", b"upgrade"} & set(given_fields)


def test_everyday_requests_of_known_clients_are_taken() -> None:
    for agent in ("sparqlwrapper 2.0.0 (rdflib.github.io/sparqlwrapper)", "curl/8.5.0", "R (4.3)"):
        fields = {**PLAIN, "User-Agent": agent, "Connection": "keep-alive"}
        assert express.read(request(SMALL, fields, format="json")) is not None
    assert express.read(request(SMALL, {**PLAIN, "Connection": "close"})) is None
    assert express.read(request("x" * 10_000)) is None
