"""A small release and a real server over it, for the tests of the endpoint."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox

NAME = "2026-01-02-0123abcd"
LATER = "2026-02-03-4567cdef"
GRAPH = "http://example.org/graph/one"

SAMPLE = """
@prefix : <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

:a :speaker :ana ; :said "We make 40 a day, = all we can"@en ; :day "2025-11-06"^^xsd:date ; :n 40 .
:b :speaker :ben ; :said "Vierzig \\"am Tag\\""@de ; :day "2025-11-07"^^xsd:date ; :n 4.5 .
:ana :knows :ben . :ben :knows :cem . :cem :knows :ana .
:c :note "tab\\there, line\\nthere <&>" ; :ratio 1.0E6 ; :ok true .

<http://example.org/graph/one> { :a :speaker :ana . :b :speaker :ben . }
"""

_SERVE = """
import json, sys
from pathlib import Path
from onrecord_server.asgi.connections import ConnectionLimits
from onrecord_server.serve import bind, serve

releases, port, options, cache = sys.argv[1:]
options = json.loads(options)
if "connections" in options:
    options["connections"] = ConnectionLimits(**options["connections"])
if "archives" in options:
    options["archives"] = tuple(map(Path, options["archives"]))
if __name__ == "__main__":
    serve(Path(releases), bind("127.0.0.1", int(port)), cache=Path(cache), **options)
"""


def write_release(releases: Path, trig: str = SAMPLE, name: str = NAME) -> Path:
    """Write a release of some TriG and make it the newest; return the folder of releases."""
    quads = list(ox.parse(trig, format=ox.RdfFormat.TRIG))
    return release_of_quads(releases, quads, name)


def release_of_quads(
    releases: Path,
    quads: list[ox.Quad],
    name: str = NAME,
    graphs: Iterable[str] = (),
    **about: str,
) -> Path:
    """Write a release of some quads and make it the newest; return the folder of releases.

    `graphs` are there even without a quad; `about` is what the manifest says besides.
    """
    folder = releases / name
    (folder / "store").mkdir(parents=True)
    store = ox.Store(folder / "store")
    store.bulk_extend(quads)
    for graph in graphs:
        store.add_graph(ox.NamedNode(graph))
    store.flush()
    del store
    manifest = {"name": name, "graphs": {"sample": len(quads)}, "files": {}, **about}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    fresh = releases / ".latest"
    fresh.symlink_to(name)
    fresh.replace(releases / "latest")
    return releases


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def media_type(self) -> str:
        """The media type, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0]


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, on loopback."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> str:
        """The address of its endpoint."""
        return f"http://127.0.0.1:{self.port}/sparql"

    def fetch(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 60,
    ) -> Reply:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def ask(self, query: str, accept: str = "", **parameters: str) -> Reply:
        """Ask a query by GET."""
        address = "/sparql?" + urlencode({"query": query, **parameters})
        return self.fetch(address, headers={"Accept": accept} if accept else {})

    def events(self) -> list[dict[str, object]]:
        """Return the lines of its log; the engine's last words on an abort are not among them."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@contextmanager
def served(folder: Path, releases: Path, **options: object) -> Iterator[Server]:
    """Run a server over releases; `options` are those of `serve`."""
    port = free_port()
    log = folder / f"server-{port}.log"
    arguments = [str(releases), str(port), json.dumps(options), str(folder / "cache")]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, *arguments], stderr=errors, stdout=errors
        )
    server = Server(port, process, log)
    try:
        await_server(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def await_server(server: Server) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if server.fetch("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.05)
        if server.process.poll() is not None:
            break
    raise AssertionError(f"the server did not start: {server.log.read_text()}")


def await_answer(address: str, process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Return whether an address answers within some seconds, while its process runs."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except OSError:
            time.sleep(0.1)
    return False


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process(NamedTuple):
    """What one look at a process saw: who started it, and by which command line."""

    parent: int
    command: str


def descendants(pid: int) -> dict[int, Process]:
    """Return the processes below one, as one look sees them: they come and go."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    found: dict[int, Process] = {}
    wave = {pid}
    while wave:
        wave = {child for child, parent in parents.items() if parent in wave}
        found |= {child: Process(parents[child], _command(child)) for child in wave}
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def alive(pid: int) -> bool:
    """Return whether a process runs; one that is only not yet waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def memory_of(pids: list[int]) -> int:
    """Return how many bytes some processes hold together, shared pages counted in part."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024
