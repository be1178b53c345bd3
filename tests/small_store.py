"""A small SPARQL 1.1 store in this process, which fails when it is told to."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from onrecord.releases.remote.sparql_client import Store


@dataclass
class SmallStore:
    """The store and what it does to the next requests that change something."""

    data: ox.Store = field(default_factory=ox.Store)
    port: int = 0
    changes: int = 0
    """How many requests to change something have come."""
    answer: Callable[[int], int] = lambda _number: 200
    """The status for a change, by its number; 0 hangs up, and all but 200 changes nothing."""
    loses: str = ""
    """A graph that takes no triples, although it says so."""
    authorization: str = ""
    """The header without which nothing is done."""
    seen: list[str] = field(default_factory=list)
    """Method and path of each request."""

    def addresses(self, *, graph_store: bool) -> Store:
        """Return the addresses of this store."""
        root = f"http://127.0.0.1:{self.port}"
        graphs = f"{root}/graphs" if graph_store else ""
        return Store(f"{root}/query", f"{root}/update", graphs, retry_delays=(0, 0, 0))

    def graph(self, name: str) -> set[str]:
        """Return a graph as lines."""
        quads = self.data.quads_for_pattern(None, None, None, ox.NamedNode(name))
        return {f"{quad.triple} ." for quad in quads}

    def names(self) -> set[str]:
        """Return the names of the graphs that are not empty."""
        return {
            graph.value
            for graph in self.data.named_graphs()
            if isinstance(graph, ox.NamedNode) and self.graph(graph.value)
        }


def basic(user: str, password: str) -> str:
    """Return the Authorization header of a name and a password."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@contextmanager
def small_store() -> Iterator[SmallStore]:
    """Run a small store on a free port of loopback."""
    store = SmallStore()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(store))
    store.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(store: SmallStore) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            pass

        def do_POST(self) -> None:
            self._serve()

        def do_PUT(self) -> None:
            self._serve()

        def do_GET(self) -> None:
            self._reply(404, b"there is no description")

        def do_DELETE(self) -> None:
            self._serve()

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            store.seen.append(f"{self.command} {parts.path}")
            if store.authorization and self.headers.get("Authorization") != store.authorization:
                self._reply(401, b"who are you?", ("WWW-Authenticate", 'Basic realm="store"'))
            elif parts.path == "/moved":
                self._reply(302, b"", ("Location", f"http://127.0.0.1:{store.port}/query"))
            elif parts.path == "/query":
                self._answer(parse_qs(body.decode()))
            else:
                self._change(parts.path, parse_qs(parts.query), body)

        def _answer(self, asked: dict[str, list[str]]) -> None:
            default, named = (
                [ox.NamedNode(name) for name in asked.get(f"{kind}-graph-uri", ())] or None
                for kind in ("default", "named")
            )
            found = store.data.query(asked["query"][0], default_graph=default, named_graphs=named)
            if isinstance(found, ox.QueryTriples):
                data = found.serialize(format=ox.RdfFormat.N_TRIPLES)
                self._reply(200, data or b"", ("Content-Type", "application/n-triples"))
            else:
                data = found.serialize(format=ox.QueryResultsFormat.JSON)
                self._reply(200, data or b"", ("Content-Type", "application/sparql-results+json"))

        def _change(self, path: str, parameters: dict[str, list[str]], body: bytes) -> None:
            store.changes += 1
            status = store.answer(store.changes)
            if status == 0:
                self.close_connection = True
                return
            if status == 200:
                try:
                    status = self._changed(path, parameters, body)
                except SyntaxError as error:
                    self._reply(400, str(error).encode())
                    return
            self._reply(status, b"" if status < 300 else b"not now,\nnot ever")

        def _changed(self, path: str, parameters: dict[str, list[str]], body: bytes) -> int:
            if path == "/update":
                text = body.decode()
                if not store.loses or f"<{store.loses}> {{" not in text:
                    store.data.update(text)
                return 204
            name = ox.NamedNode(parameters["graph"][0])
            if self.command == "DELETE":
                there = store.data.contains_named_graph(name)
                store.data.remove_graph(name)
                return 204 if there else 404
            triples = [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.TURTLE)]
            if self.command == "PUT":
                store.data.remove_graph(name)
            if name.value != store.loses:
                store.data.extend(ox.Quad(*triple, name) for triple in triples)
            return 201

        def _reply(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
            self.send_response(status)
            for header, value in headers:
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
