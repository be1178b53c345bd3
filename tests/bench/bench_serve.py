"""How many requests a second the server answers, beside two others on the same data.

Run by `make bench-serve`, which makes the environment with the other servers. wrk (Debian's wrk)
makes the load, over loopback; each uncached request is a query that nobody has asked before.
"""

import argparse
import http.client
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).parent.parent))
from endpoint_release import free_port, release_of_quads
from oxigraph_server import ENVIRONMENT, prepare

CLAIMS = 20_000
EX = "http://example.org/"
QUERY = "SELECT ?p ?o WHERE {{ <http://example.org/claim/{number}> ?p ?o }}"
JSON = "application/sparql-results+json"
LUA = """
local round, count = tonumber(os.getenv("ROUND")), 0
request = function()
  count = count + 1
  local number = (count * 7919 + round * 104729) % {claims}
  local tag = "%23" .. round .. "-" .. count
  return wrk.format("GET", "{path}?query={before}" .. number .. "{after}" .. tag,
                    {{["Accept"] = "{accept}"}})
end
"""
PATHS = {"oxigraph": "query", "rdflib": ""}
TARGETS = (
    ("uncached, 8 connections, against oxigraph", "onrecord", "uncached", "oxigraph", 0.2),
    ("cached, 8 connections, against oxigraph", "onrecord", "cached", "oxigraph", 0.7),
    ("uncached, 8 connections, against rdflib-endpoint", "onrecord", "uncached", "rdflib", 10.0),
    ("cached, 8 connections, against rdflib-endpoint", "onrecord", "cached", "rdflib", 10.0),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What one run of wrk found; times in milliseconds."""

    server: str
    kind: str
    connections: int
    rate: float
    p50: float
    p99: float
    errors: int


def claims() -> list[ox.Quad]:
    """Return the data: claims with five properties each."""
    quads = []
    for number in range(CLAIMS):
        claim = ox.NamedNode(f"{EX}claim/{number}")
        values = {
            "kind": ox.NamedNode(f"{EX}Claim"),
            "speaker": ox.NamedNode(f"{EX}actor/{number % 50}"),
            "topic": ox.NamedNode(f"{EX}topic/{number % 7}"),
            "text": ox.Literal(f"claim number {number}", language="en"),
            "value": ox.Literal(number),
        }
        quads += [ox.Quad(claim, ox.NamedNode(EX + name), value) for name, value in values.items()]
    return quads


@contextmanager
def running(command: list[str], address: str) -> Iterator[str]:
    """Run another server until it answers, and give its address."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            await_answer(address)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def await_answer(address: str) -> None:
    """Wait until a server answers a query. Raises TimeoutError after a minute."""
    deadline = time.monotonic() + 60
    url = urlsplit(address)
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=5)
        try:
            query = quote(QUERY.format(number=1))
            connection.request("GET", f"{url.path}?query={query}", headers={"Accept": JSON})
            if len(json.load(connection.getresponse())["results"]["bindings"]) == 5:
                return
        except (OSError, ValueError):
            time.sleep(0.2)
        finally:
            connection.close()
    raise TimeoutError(f"{address} does not answer")


def measure(
    server: str, address: str, kind: str, connections: int, seconds: int, number: int, folder: Path
) -> Measure:
    """Run wrk once: on one query that is always the same, or on one that is always new."""
    options = ["-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-H", f"Accept: {JSON}"]
    if kind == "uncached":
        before, after = QUERY.split("{number}")
        path = re.sub(r"^http://[^/]+", "", address)
        script = LUA.format(
            claims=CLAIMS,
            path=path,
            before=quote(before.replace("{{", "{"), safe=""),
            after=quote(after.replace("}}", "}"), safe=""),
            accept=JSON,
        )
        (folder / "load.lua").write_text(script)
        options += ["-s", str(folder / "load.lua")]
    url = f"{address}?query={quote(QUERY.format(number=7919), safe='')}"
    done = subprocess.run(
        ["wrk", *options, url],
        capture_output=True,
        check=True,
        text=True,
        env={"ROUND": str(number), "PATH": "/usr/bin:/bin"},
    )
    text = done.stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Measure(
        server,
        kind,
        connections,
        float(_found(r"Requests/sec:\s+([\d.]+)", text)),
        _milliseconds(_found(r"(?m)^\s+50%\s+(\S+)$", text)),
        _milliseconds(_found(r"(?m)^\s+99%\s+(\S+)$", text)),
        int(bad[1]) if bad else 0,
    )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"wrk says nothing of {pattern}: {text}")
    return match[1]


def _milliseconds(text: str) -> float:
    for unit, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    raise ValueError(text)


def serve_command(environment: Path, releases: Path, port: int, folder: Path) -> list[str]:
    """Return the command that serves with the onrecord of an environment."""
    options = ["--releases", str(releases), "--port", str(port), "--cache", str(folder)]
    return [str(environment / "bin" / "onrecord"), "serve", *options]


def run(environment: Path, before: Path | None, seconds: int, rounds: int) -> list[Measure]:
    """Measure all servers, round after round, so that noise is shared among them."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quads = claims()
        releases = release_of_quads(folder / "releases", quads)
        dump = folder / "claims.nt"
        dump.write_text("".join(f"{quad.triple} .\n" for quad in quads))
        store = next(releases.glob("*/store"))
        commands: dict[str, Callable[[int], list[str]]] = {
            "onrecord": lambda port: serve_command(Path(sys.prefix), releases, port, folder / "a"),
            "oxigraph": lambda port: [
                *(str(environment / "bin" / "oxigraph"), "serve-read-only"),
                *("-l", str(store), "-b", f"127.0.0.1:{port}"),
            ],
            "rdflib": lambda port: [
                *(str(environment / "bin" / "rdflib-endpoint"), "serve", str(dump)),
                *("--host", "127.0.0.1", "--port", str(port)),
            ],
        }
        if before is not None:
            commands["before"] = lambda port: serve_command(before, releases, port, folder / "b")
        with ExitStack() as stack:
            servers = {}
            for name, command in commands.items():
                port = free_port()
                address = f"http://127.0.0.1:{port}/{PATHS.get(name, 'sparql')}"
                servers[name] = stack.enter_context(running(command(port), address))
            for number in range(rounds):
                for connections in (1, 8):
                    for kind in ("uncached", "cached"):
                        for server, address in servers.items():
                            one = measure(
                                server,
                                address,
                                kind,
                                connections,
                                seconds,
                                number * 2 + connections,
                                folder,
                            )
                            found.append(one)
                            print(
                                f"{server:9} {kind:9} {connections} {one.rate:9.0f}/s"
                                f" p50 {one.p50:7.2f} ms p99 {one.p99:7.2f} ms errors {one.errors}"
                            )
    return found


def ratio(found: list[Measure], one: str, kind: str, other: str) -> float:
    """Return how much faster one server is than another at 8 connections, best round of each."""
    best = {
        server: max(m.rate for m in found if (m.server, m.kind, m.connections) == (server, kind, 8))
        for server in (one, other)
    }
    return best[one] / best[other]


def main() -> None:
    """Measure, compare with the targets, and exit 1 where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "environment",
        type=Path,
        nargs="?",
        default=ENVIRONMENT,
        help="where oxigraph and rdflib-endpoint are; made if it is missing",
    )
    parser.add_argument(
        "--before", type=Path, help="an environment with an earlier onrecord, to compare with"
    )
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("bench-results/serve.json"))
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: install Debian's wrk")
    prepare(options.environment)
    found = run(options.environment, options.before, options.seconds, options.rounds)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps([asdict(one) for one in found], indent=2) + "\n")
    missed = sum(one.errors for one in found if one.server == "onrecord")
    compared = (("uncached, 8 connections, against before", "onrecord", "uncached", "before", 0.7),)
    for what, server, kind, other, target in TARGETS + (compared if options.before else ()):
        reached = ratio(found, server, kind, other)
        missed += reached < target
        print(f"{what}: {reached:.2f}, to reach {target:g}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
