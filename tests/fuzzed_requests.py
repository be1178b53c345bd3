"""Random requests to the server: wrong queries, odd addresses, broken HTTP, and JSON-RPC.

Each is drawn from a seed, so that one that breaks something can be sent again.
"""

import json
import random
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, quote_from_bytes, urlencode

from onrecord.files.bundled import QUERIES
from onrecord.rdf.query_text.tokens import tokens

Draw = random.Random

WORDS = (
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FROM", "NAMED", "GRAPH", "SERVICE",
    "SILENT", "OPTIONAL", "MINUS", "UNION", "FILTER", "BIND", "VALUES", "UNDEF", "EXISTS", "NOT",
    "IN", "AS", "GROUP", "BY", "HAVING", "ORDER", "ASC", "DESC", "LIMIT", "OFFSET", "DISTINCT",
    "REDUCED", "*", "COUNT", "SUM", "GROUP_CONCAT", "SEPARATOR", "COALESCE", "IF", "STR", "REGEX",
    "REPLACE", "NOW", "INSERT DATA", "DELETE", "LOAD", "DROP ALL", "PREFIX", "BASE", "VERSION",
    "LATERAL", "a", "true", "{", "}", "(", ")", "[", "]", "<<", ">>", "<<(", ")>>", ".", ";", ",",
    "|", "/", "^", "+", "?", "!", "=", "!=", "<", ">", "<=", "&&", "||", "^^", "@en", "@en--ltr",
    "?x", "$y", "?", "_:b", "-1", "1e400", "0.0", "99999999999999999999", "'x'", '"""x', "''",
    "<a:b>", "<", "<http://a b>", "rec:", "rec:Claim", "sh:select", "void:class", "nope:x", ":",
    "\\u0000", "\\uD800", "\x00", "\ufeff", "\u2028", "é", "🌊", "#", "\r", "\n",
)  # fmt: skip
"""What is put into queries."""
ACCEPTS = (
    "", "*/*", "text/html", "text/turtle", "application/json", "application/sparql-results+json",
    "text/csv", "application/ld+json", "application/rdf+xml", "application/n-quads", "image/png",
    "text/turtle;q=0", "*/*;q=0", "text/*;q=nonsense", "a/b;;;", ",,,", "application/problem+json",
)  # fmt: skip
PARAMETERS = (
    "query", "format", "output", "results", "release", "default-graph-uri", "named-graph-uri", "q",
    "kind", "start", "sort", "filter", "column", "iris", "page", "as_of", "why", "excel", "example",
    "comment", "run", "topic", "series", "only", "claim", "day", "today", "from", "to", "year",
    "Query",
)  # fmt: skip
VALUES = (
    "", "0", "1", "-1", "1e9", "99999999999999999999", "csv", "json", "html", "nope", "2024-06-01",
    "2024-02-30", "claim", "claim/overtaken", "topic/workshops", "series/workshops-league", "..",
    "%", "http://example.org/", "urn:x:\u00e9", "a b", "<a>", "'", '"', "\x00", "\ufeff", "\ud7ff",
    "🌊", "{{7*7}}", "../../etc/passwd", "x" * 3_000, "[::1]", "latest", "2024-06-02-00000000",
)  # fmt: skip
PATHS = (
    "/", "/sparql", "/query", "/query/completion.json", "/q/", "/q/as-of", "/q/witnesses.csv",
    "/q/said-at-event.json", "/claim/", "/claim/overtaken", "/claim/overtaken.html",
    "/claim/overtaken.ttl", "/claim/overtaken.nanopub.trig", "/claim/overtaken.bib",
    "/claim/phosphorus-scarce", "/actor/ada-holm.html", "/topic/workshops.html",
    "/series/workshops-league.html", "/source/ledger.jsonld", "/event/quayside-forum-2024.html",
    "/search", "/search.json", "/void", "/void.ttl", "/.well-known/void", "/linkset.json", "/ns",
    "/code", "/ns/shapes.ttl", "/graph/records", "/graph/usage.ttl", "/dumps/", "/dumps/index.json",
    "/feed", "/openapi.json", "/llms.txt", "/healthz", "/static/onrecord.css", "/mcp", "/checks",
)  # fmt: skip
METHODS = ("GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "get", "TRACE")
TYPES = (
    "application/sparql-query", "application/x-www-form-urlencoded", "application/json",
    "text/plain", "application/sparql-update", "multipart/form-data; boundary=x", "",
    "application/sparql-query;", "application/x-www-form-urlencoded; charset=utf-16",
    "application/sparql-query; charset=nope",
)  # fmt: skip
HEADERS = (
    "If-None-Match: *", 'If-None-Match: "x", W/"y"', "If-Modified-Since: yesterday",
    "Range: bytes=0-1", "Range: bytes=5-1", "Range: bytes=-0,1-,x",
    "Accept-Encoding: gzip, zstd;q=0", "Accept-Encoding: ,;q=,", "Origin: null",
    "Origin: https://elsewhere.example", "Expect: nothing", "X-Forwarded-Host: a\\b",
    "X-Forwarded-Proto: gopher", "Cookie: a=b", "Accept-Language: x-y-z;q=9",
    "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: x", "Via: 1.1 \xe9",
    "Forwarded: for=;host=\"", "Content-Encoding: gzip", "Authorization: Basic !!!",
    "Mcp-Session-Id: x",
)  # fmt: skip
BROKEN = (
    b"GET /\r\n\r\n", b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"\r\n\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n", b"GET / HTTP/1.1\nHost: x\n\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c: d\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nASK{}",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"0\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nASK\r\n0\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"GET http://other/sparql HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /sparql?query=ASK{} HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    b"GET /sparql?query=ASK{} HTTP/1.0\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n",
)  # fmt: skip
"""Requests whose end a server may see elsewhere than we do, or that are none."""
_SAVED = tuple(path.read_text(encoding="utf-8") for path in sorted(QUERIES.glob("*.rq")))
_SMALL = (
    "ASK { }", "SELECT * { ?s ?p ?o } LIMIT 3", "SELECT (COUNT(*) AS ?n) { ?c a ?k }",
    "CONSTRUCT WHERE { ?s a ?k } LIMIT 5", "DESCRIBE <https://example.org/harbour/claim/overtaken>",
    "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?x { ?x sh:prefix ?p }",
    "SELECT ?t { ?c <https://schema.org/text> ?t FILTER (CONTAINS(?t, 'flares')) }",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FuzzedRequest:
    """One request, as it goes over the wire."""

    data: bytes
    method: str
    whole: bool
    """Whether its end is certain, so that the connection can be used for another one."""


def fuzzed_request(draw: Draw) -> FuzzedRequest:
    """Return the next request that a seed gives."""
    kind = draw.choices((_of_query, _of_address, _of_tools, _of_broken), (50, 35, 12, 3))[0]
    return kind(draw)


def _of_query(draw: Draw) -> FuzzedRequest:
    """Return a query that is wrong somewhere, by one of the ways of the protocol."""
    text = spoilt(draw, draw.choice(_SAVED if draw.random() < 0.3 else _SMALL))
    more = _parameters(draw) if draw.random() < 0.3 else []
    way = draw.randrange(4)
    if way == 0:
        return _request(draw, "GET", f"/sparql?{urlencode([('query', text), *more])}")
    if way == 1:
        return _request(draw, "GET", f"/query?{urlencode([('query', text), *more])}")
    if way == 2:
        body = urlencode([("query", text), *more]).encode()
        return _request(draw, "POST", "/sparql", TYPES[1], body)
    body = text.encode("utf-8", draw.choice(("surrogatepass", "replace")))
    if draw.random() < 0.1:
        body = spoilt_bytes(draw, body)
    return _request(draw, "POST", f"/sparql?{urlencode(more)}", draw.choice(TYPES), body)


def _of_address(draw: Draw) -> FuzzedRequest:
    """Return a request for an address, with parts of it changed."""
    path = draw.choice(PATHS)
    if draw.random() < 0.4:
        path = quote_from_bytes(
            spoilt_bytes(draw, path.encode()), safe=draw.choice(("/", "/.%?", ""))
        )
        path = path if path.startswith("/") else f"/{path}"
    if draw.random() < 0.6:
        path = f"{path}?{urlencode(_parameters(draw))}"
    method = draw.choice(METHODS)
    body = spoilt(draw, "query=ASK{}").encode() if method in ("POST", "PUT", "PATCH") else b""
    return _request(draw, method, path, draw.choice(TYPES) if body else "", body)


def _of_tools(draw: Draw) -> FuzzedRequest:
    """Return a call of an assistant's tool, whose arguments are not what they should be."""
    tool = draw.choice(("find", "schema", "questions", "answer", "query", "evidence", "nope", ""))
    names = (
        "text",
        "kind",
        "of",
        "name",
        "parameters",
        "sparql",
        "claim",
        "limit",
        "start",
        "size",
    )
    values: tuple[Callable[[], object], ...] = (
        lambda: draw.choice(VALUES), lambda: draw.randint(-5, 10**9), lambda: None, lambda: [],
        lambda: {draw.choice(PARAMETERS): draw.choice(VALUES)}, lambda: 1.5, lambda: True,
        lambda: spoilt(draw, draw.choice(_SMALL)), lambda: draw.choice(("holm", "as-of", "Claim")),
    )  # fmt: skip
    arguments = {draw.choice(names): draw.choice(values)() for _ in range(draw.randrange(4))}
    method = draw.choice(("tools/call", "tools/call", "tools/list", "initialize", "ping", "nope"))
    call = {"jsonrpc": "2.0", "id": draw.randrange(9), "method": method,
            "params": {"name": tool, "arguments": arguments}}  # fmt: skip
    body = json.dumps(call).encode()
    if draw.random() < 0.3:
        body = spoilt_bytes(draw, body)
    headers = ["Accept: application/json, text/event-stream", "MCP-Protocol-Version: 2025-06-18"]
    return _request(draw, "POST", "/mcp", "application/json", body, headers)


def _of_broken(draw: Draw) -> FuzzedRequest:
    """Return what is hardly HTTP."""
    data = draw.choice(BROKEN)
    if draw.random() < 0.5:
        data = spoilt_bytes(draw, data)
    return FuzzedRequest(data, "GET", whole=False)


def _request(
    draw: Draw,
    method: str,
    path: str,
    type: str = "",
    body: bytes = b"",
    headers: list[str] | None = None,
) -> FuzzedRequest:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(headers or [])]
    accept = draw.choice(ACCEPTS)
    lines += [f"Accept: {accept}"] if accept and not headers else []
    lines += [f"Content-Type: {type}"] if type else []
    lines += draw.sample(HEADERS, draw.randrange(3)) if draw.random() < 0.4 else []
    chunked = bool(body) and draw.random() < 0.2
    if chunked:
        lines.append("Transfer-Encoding: chunked")
        cut = draw.randrange(len(body) + 1)
        parts = [part for part in (body[:cut], body[cut:]) if part]
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    elif body or method in ("POST", "PUT", "PATCH"):
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
    return FuzzedRequest(head + body, method, whole=True)


def _parameters(draw: Draw) -> list[tuple[str, str]]:
    return [(draw.choice(PARAMETERS), draw.choice(VALUES)) for _ in range(draw.randint(1, 3))]


def spoilt(draw: Draw, text: str) -> str:
    """Return a query with a few of its tokens left out, doubled, changed or put elsewhere."""
    words = [each.text for each in tokens(text)]
    for _ in range(draw.randrange(4)):
        at = draw.randrange(len(words) + 1)
        match draw.randrange(5):
            case 0 if words:
                del words[at - 1]
            case 1:
                words.insert(at, draw.choice(WORDS))
            case 2 if words:
                words[at - 1] = draw.choice(WORDS)
            case 3 if words:
                words.insert(at, draw.choice(words))
            case _:
                words = words[:at] if draw.random() < 0.3 else words
    return draw.choice((" ", " ", "\n", "")).join(words)


def spoilt_bytes(draw: Draw, data: bytes) -> bytes:
    """Return some bytes with a few of them changed, left out or put in."""
    spoilt = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(spoilt) + 1)
        match draw.randrange(3):
            case 0:
                spoilt[at:at] = bytes([draw.randrange(256)])
            case 1:
                del spoilt[at : at + draw.randint(1, 5)]
            case _:
                spoilt[at : at + 1] = draw.choice(
                    (b"%", b"\x00", b"\r\n", b"{", b"/", b"\xff", b" ")
                )
    return bytes(spoilt)


class DesyncError(Exception):
    """What comes back is not one response to each request."""


class RawConnection:
    """A connection on which responses are read by their framing, and by nothing else."""

    def __init__(self, port: int, timeout: float) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self._rest = b""

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send some bytes, as far as the server wants them."""
        # It may have answered before the end, and closed.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(data)

    def end(self) -> None:
        """Say that nothing more is sent."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def response(self, method: str) -> tuple[int, bool, bytes] | None:
        """Return status, whether the connection stays, and body; None if it is closed instead."""
        head = self._until(b"\r\n\r\n")
        if head is None:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        match = re.fullmatch(r"HTTP/1\.1 ([1-5][0-9]{2}) [ -~]*", first)
        if match is None:
            raise DesyncError(f"no status line: {first[:100]!r}")
        status = int(match[1])
        if status < 200:
            return self.response(method)
        headers = {name.lower(): value.strip() for name, _, value in
                   (line.partition(":") for line in lines)}  # fmt: skip
        stays = headers.get("connection", "").lower() != "close"
        if method == "HEAD" or status in (204, 304):
            return status, stays, b""
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return status, stays, b"".join(self._chunks())
        if "content-length" not in headers:
            raise DesyncError(f"{status}: neither Content-Length nor chunks")
        return status, stays, self._exactly(int(headers["content-length"]))

    def leftover(self) -> bytes:
        """Return what has been read beyond the last response."""
        return self._rest

    def _chunks(self) -> Iterator[bytes]:
        while True:
            line = self._until(b"\r\n")
            if line is None or not re.fullmatch(rb"[0-9A-Fa-f]+", line):
                raise DesyncError(f"no size of a chunk: {line!r}")
            chunk = self._exactly(int(line, 16) + 2)
            if not chunk.endswith(b"\r\n"):
                raise DesyncError("a chunk is longer than it says")
            if len(chunk) == 2:
                return
            yield chunk[:-2]

    def _until(self, mark: bytes) -> bytes | None:
        while mark not in self._rest:
            if not self._more():
                if self._rest:
                    raise DesyncError(f"closed within {self._rest[:80]!r}")
                return None
        found, _, self._rest = self._rest.partition(mark)
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size:
            if not self._more():
                raise DesyncError(f"closed after {len(self._rest)} of {size} bytes")
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _more(self) -> bool:
        try:
            part = self._socket.recv(1 << 16)
        except ConnectionResetError:
            return False
        self._rest += part
        return bool(part)


def probe(number: int) -> bytes:
    """Return a request whose answer has a number that no other one has."""
    query = quote(f'SELECT ("probe-{number}" AS ?x) {{}}', safe="")
    return f"GET /sparql?query={query}&format=csv HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
