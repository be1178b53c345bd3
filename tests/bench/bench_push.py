"""Pushes of a release into an Oxigraph server and a Virtuoso, by each way that each of them has.

    bench_push.py [RELEASES]

Run by `make bench-push`; without a folder of releases it is that of a collection of `onrecord
synth`. What is measured is the first push into an empty store, and one that finds all there. CPU
seconds are those of the store, which tell what an idle machine would give where this one is shared.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from click.testing import CliRunner

from onrecord.cli.main import main as onrecord
from onrecord.records.synthesis.collection import ARCHIVE, write_synthetic_collection
from onrecord.releases.release import Release, open_release
from onrecord.releases.remote.push import push
from onrecord.releases.remote.sparql_client import Store

sys.path.insert(0, str(Path(__file__).parent.parent))
from oxigraph_server import oxigraph_server
from virtuoso import virtuoso

_CLAIMS = 500
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Pushed:
    """One push: how it was sent, and what it took."""

    way: str
    triples: int
    seconds: float
    of_store: float
    """CPU seconds of the store."""
    again: float
    """Seconds of a push that finds all there."""


WAYS: dict[str, tuple[Callable[[Path], AbstractContextManager[Store]], bool]] = {
    "Oxigraph, Graph Store Protocol": (oxigraph_server, True),
    "Oxigraph, updates": (oxigraph_server, False),
    "Virtuoso, Graph Store Protocol": (virtuoso, True),
}
"""By which server, whether by its protocol for graphs: Virtuoso reads no duration in updates."""


def measure(way: str, release: Release) -> Pushed:
    """Return what a push into an empty store takes."""
    run, by_graphs = WAYS[way]
    with tempfile.TemporaryDirectory() as folder, run(Path(folder) / "store") as store:
        addresses = store if by_graphs else replace(store, graphs="")
        before, start = cpu_seconds(folder), time.monotonic()
        triples = sum(graph.sent for graph in push(addresses, release))
        seconds, of_store = time.monotonic() - start, cpu_seconds(folder) - before
        start = time.monotonic()
        list(push(addresses, release))
        return Pushed(way, triples, seconds, of_store, time.monotonic() - start)


def cpu_seconds(folder: str) -> float:
    """Return the CPU seconds of the process whose command names a folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if folder.encode() in command:
            return (int(fields[11]) + int(fields[12])) / _TICKS
    raise AssertionError("the store runs")


def report(found: list[Pushed]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield (
        "| store | triples sent | seconds | a second | CPU seconds of the store | a CPU second"
        " | seconds again |"
    )
    yield "|---|---|---|---|---|---|---|"
    for one in found:
        rate, by_cpu = one.triples / one.seconds, one.triples / one.of_store
        yield (
            f"| {one.way} | {one.triples:,} | {one.seconds:.1f} | {rate:,.0f} | {one.of_store:.1f}"
            f" | {by_cpu:,.0f} | {one.again:.1f} |"
        )


def main() -> None:
    """Measure each way and print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        releases = Path(sys.argv[1]) if sys.argv[1:] else folder / "releases"
        if not sys.argv[1:]:
            records = folder / "records"
            write_synthetic_collection(records, _CLAIMS, seed=1)
            built = ["build", "--collection", str(records), "--archive", str(records / ARCHIVE)]
            CliRunner().invoke(onrecord, [*built, "--releases", str(releases)])
        release = open_release(releases)
        print("\n".join(report([measure(way, release) for way in WAYS])))


if __name__ == "__main__":
    main()
