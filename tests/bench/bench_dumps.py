"""Dumps measured: ranges of a large file for many clients at once, and writing many quads.

Run by `make bench-dumps`. A server of its own answers 1,000 ranges of 64 KB of a dump of 1 GB, all
at once; printed are the statuses, how many answers were wrong, and by how many MB the memory of all
its processes grew at most. Then a million quads are written as a build writes N-Quads, and as gzip:
wall seconds, and by how many MB the memory grew beyond that of the quads.
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from hashlib import sha256
from itertools import count
from pathlib import Path

import pyoxigraph as ox
from rdflib import URIRef

sys.path.insert(0, str(Path(__file__).parents[1]))

from endpoint_release import NAME, served, write_release
from onrecord.rdf.graph_file import write_graph
from onrecord.releases.dumps import n_quads
from onrecord.releases.forms.kept import compressed

BYTES, RANGE, CLIENTS = 1 << 30, 64_000, 1000
QUADS = 1_000_000
_PATH = f"/dumps/{NAME}/onrecord.nq"


def line(number: int) -> bytes:
    """Return a line of the large file; all are of one length."""
    subject, predicate = f"<https://example.org/claim/{number:09}>", "<https://example.org/ns#said>"
    return f'{subject} {predicate} "{number:09}" .\n'.encode()


def write_file(path: Path) -> str:
    """Write the large file; return its SHA-256."""
    digest, size = sha256(), 0
    with path.open("wb") as file:
        for start in count(step=10_000):
            part = b"".join(map(line, range(start, start + 10_000)))
            file.write(part)
            digest.update(part)
            size += len(part)
            if size > BYTES:
                return digest.hexdigest()
    raise AssertionError("count() does not end")


def expected(start: int) -> bytes:
    """Return the bytes of a range."""
    length = len(line(0))
    first = start // length
    lines = b"".join(map(line, range(first, first + RANGE // length + 2)))
    return lines[start - first * length :][:RANGE]


async def fetch(port: int, start: int, ready: asyncio.Event) -> str:
    """Return what came of asking for one range."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await ready.wait()
    writer.write(
        f"GET {_PATH} HTTP/1.1\r\nHost: x\r\nRange: bytes={start}-{start + RANGE - 1}\r\n"
        "Connection: close\r\n\r\n".encode()
    )
    answer = await reader.read(-1)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1].decode()
    return status if status != "206" or body == expected(start) else "206, wrong"


async def fetch_all(port: int) -> Counter[str]:
    """Ask for all ranges at once."""
    ready = asyncio.Event()
    starts = [number * (BYTES - RANGE) // CLIENTS for number in range(CLIENTS)]
    tasks = [asyncio.create_task(fetch(port, start, ready)) for start in starts]
    await asyncio.sleep(2)
    ready.set()
    return Counter(await asyncio.gather(*tasks))


def processes(root: int) -> list[int]:
    """Return a process and its descendants."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [root]
    for process in found:
        found += parents.get(process, [])
    return found


def megabytes(root: int) -> float:
    """Return the memory of a process and its descendants, shared pages counted once."""
    total = 0
    for process in processes(root):
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(text.partition("\nPss:")[2].split()[0])
    return total / 1000


async def watched(port: int, root: int) -> tuple[Counter[str], float]:
    """Return what came of all ranges, and the most memory meanwhile."""
    most, asked = 0.0, asyncio.create_task(fetch_all(port))
    while not asked.done():
        most = max(most, await asyncio.to_thread(megabytes, root))
        await asyncio.sleep(0.05)
    return asked.result(), most


def measure_ranges(folder: Path) -> None:
    """Print what came of the ranges."""
    releases = write_release(folder / "releases")
    dumps = releases / NAME / "dumps"
    dumps.mkdir()
    digest = write_file(dumps / "onrecord.nq")
    manifest = releases / NAME / "manifest.json"
    about = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**about, "files": {"dumps/onrecord.nq": digest}}))
    with served(folder, releases) as server:
        for _ in range(4):
            server.fetch(_PATH, headers={"Range": "bytes=0-9"})
        before = megabytes(server.process.pid)
        start = time.perf_counter()
        answers, most = asyncio.run(watched(server.port, server.process.pid))
        seconds = time.perf_counter() - start - 2
    size = (dumps / "onrecord.nq").stat().st_size
    print(f"{CLIENTS} ranges of {RANGE} bytes of {size:,} bytes: {dict(answers)}")
    print(f"seconds {seconds:.1f}, MB before {before:.0f}, MB more {most - before:.0f}")


def measure_writing() -> None:
    """Print the time and memory that writing takes, in this process."""
    graphs = {
        URIRef(f"https://example.org/graph/{name}"): [
            ox.Triple(
                ox.NamedNode(f"https://example.org/claim/a-claim-about-something-{number // 10}"),
                ox.NamedNode(f"https://w3id.org/onrecord/ns#property{number % 10}"),
                ox.Literal(f"what somebody said of something else, number {number}", language="en"),
            )
            for number in range(place, QUADS, 2)
        ]
        for place, name in enumerate(("records", "completed"))
    }
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, started = time.perf_counter(), time.process_time()
    size, packed = 0, 0
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
        written_graphs = {
            name: write_graph(Path(folder) / f"{number}.nt", triples)
            for number, (name, triples) in enumerate(graphs.items())
        }
        for part in n_quads(written_graphs):
            size += file.write(part)
        written = time.perf_counter()
        file.seek(0)
        for part in compressed(iter(lambda: file.read(1 << 20), b""), "gz"):
            packed += len(part)
    end = time.perf_counter()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{QUADS:,} quads, {size:,} bytes as N-Quads, {packed:,} as gzip")
    seconds = f"{written - start:.1f} and {end - written:.1f}"
    seconds += f", of which {time.process_time() - started:.1f} of this process"
    print(f"seconds {seconds}, MB more {(after - before) / 1000:.0f}")


if __name__ == "__main__":
    if sys.argv[1:] == ["writing"]:
        measure_writing()
    else:
        with tempfile.TemporaryDirectory() as temporary:
            measure_ranges(Path(temporary))
        subprocess.run([sys.executable, __file__, "writing"], check=True)
