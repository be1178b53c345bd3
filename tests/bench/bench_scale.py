"""Check, build and saved queries measured on synthetic collections of growing size.

    bench_scale.py [NUMBER …]

Run by `make bench-scale`, with `CLAIMS="1000 1000000"` for other numbers of claims than 1,000,
10,000 and 100,000. Collections are those of `onrecord synth`, with their archives. `check` and
`build` run as whole commands, each in a process of its own: CPU seconds (user and system) and peak
MB of the largest of its processes, with the seconds that pass. The parts of a build and its rules
are timed in another such run, which does one thing after the other. A saved query is asked of the
release with its defaults, in a process of its own that opens the store for it, and all its rows are
read; one that takes longer than a minute is cut off there. It is asked of the tables of the
release, of a plain Oxigraph server and of a Virtuoso, too, in a table of its own for each size,
with the rows that each gives (`bench_scale.py --stores RELEASES` prints that of one release).

The exponent e of a line says that from the size before to the last one it grew as the e-th power of
the number of claims; none is given of what is too short to say.
"""

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyoxigraph as ox
from rdflib.namespace import SH
from stores import answers
from stores import report as stores_report

from onrecord.files.bundled import QUERIES
from onrecord.records.synthesis.collection import ARCHIVE, write_synthetic_collection
from onrecord.releases.descriptions.usage import USAGE_GRAPH
from onrecord.releases.release import STORE, open_release
from onrecord.releases.saved_query import read_queries

SIZES = (1_000, 10_000, 100_000)
_TOO_SHORT = 0.05
_LONGEST = 60
"""Seconds after which a query is cut off."""

Measured = dict[str, float]
"""CPU seconds or MB of each line of the table."""


def measure(claims: int, folder: Path) -> Measured:
    """Return the measurements of a collection of a number of claims, made in a folder."""
    records, releases = folder / "records", folder / "releases"
    found: Measured = {}
    with timed(found, "synth"):
        counts = write_synthetic_collection(records, claims, seed=1)
    print(f"{claims:,}: {counts}", file=sys.stderr)
    given = ["--collection", str(records), "--archive", str(records / ARCHIVE)]
    for command, options in (
        ("check", given),
        ("build", [*given, "--releases", str(releases)]),
    ):
        start = time.monotonic()
        seconds, memory = run([sys.executable, "-m", "onrecord", command, *options])
        found[f"{command}, seconds that pass"] = time.monotonic() - start
        found[f"{command}, seconds"] = seconds
        found[f"{command}, peak MB"] = memory
        print(f"{claims:,}: {command} {seconds:.1f} s, {memory:,.0f} MB", file=sys.stderr)
    manifest = open_release(releases).manifest["graphs"]
    assert isinstance(manifest, dict)
    found["triples of all graphs"] = sum(manifest.values())
    parts = [sys.executable, __file__, "--parts", str(records), str(folder / "again")]
    found |= json.loads(subprocess.run(parts, check=True, stdout=subprocess.PIPE).stdout)
    for query in read_queries(QUERIES):
        asked = [sys.executable, __file__, "--ask", str(releases), query.name]
        try:
            found[f"query {query.name}"] = float(told(asked, timeout=_LONGEST))
        except subprocess.TimeoutExpired:
            found[f"query {query.name}"] = _LONGEST
    print("\n".join(stores_report(answers(open_release(releases)))), file=sys.stderr)
    return found


def run(command: list[str]) -> tuple[float, float]:
    """Run a command, and return its CPU seconds and peak MB."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            said.seek(0)
            raise SystemExit(said.read().decode())
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def told(command: list[str], timeout: float | None = None) -> str:
    """Run a command, and return what it writes."""
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=timeout)
    return done.stdout


class timed:  # noqa: N801 - a context, and read like a word
    """Adds the CPU seconds of a block to a line."""

    def __init__(self, found: Measured, name: str) -> None:
        self.found, self.name = found, name

    def __enter__(self) -> None:
        self.start = time.process_time()

    def __exit__(self, *error: object) -> None:
        spent = time.process_time() - self.start
        self.found[self.name] = self.found.get(self.name, 0) + spent
        if spent > 1:
            print(f"{self.name}: {spent:.1f} s", file=sys.stderr)


PARTS = {
    "onrecord.records.collection.read_files": "check: read",
    "onrecord.records.check.assemble": "check: complete",
    "onrecord.records.check._of_shapes": "check: shapes",
    "onrecord.releases.build._derived": "build: rules, and the store of all",
    "onrecord.releases.build.partitions": "build: partitions",
    "onrecord.releases.build.write_union": "build: union",
    "onrecord.releases.build._prefixes_and_examples": "build: examples",
    "onrecord.releases.build.describe_dataset": "build: description",
    "onrecord.releases.release._fill_store": "build: store",
    "onrecord.releases.release.write_tables": "build: tables",
}
"""Lines of the table by the function that they are about; a generator is timed while it yields."""


def parts_of(records: Path, releases: Path) -> Measured:
    """Build a release, and return the CPU seconds of each part and each rule."""
    from onrecord.derivation import derived
    from onrecord.rdf import processes
    from onrecord.releases import build, release
    from onrecord.releases.tables import row_source

    alone = processes.workers
    found: Measured = {}

    def watched(function: Callable[..., Any], name: str) -> Callable[..., Any]:
        @wraps(function)
        def call(*given: Any, **named: Any) -> Any:
            with timed(found, name):
                result = function(*given, **named)
            return steps(result, name) if isinstance(result, Iterator) else result

        return call

    def steps(items: Iterator[Any], name: str) -> Iterator[Any]:
        while True:
            with timed(found, name):
                item = next(items, None)
            if item is None:
                return
            yield item

    def rules_watched(group: Any, store: Any) -> Iterator[Any]:
        told = evaluated(group, store)
        for rule in group:
            # Until it is kept.
            with timed(found, f"rule {rule.name}"):
                yield next(told)

    def dump_watched(path: Path, contents: Any) -> Any:
        with timed(found, f"file {path.name}"):
            return write(path, contents)

    evaluated, write = derived._evaluated, release._write
    watches = [
        patch(place, watched(_function(place), name)) for place, name in PARTS.items()
    ]  # fmt: skip
    watches.append(patch.object(derived, "_evaluated", rules_watched))
    watches.append(patch.object(release, "_write", dump_watched))
    # What is measured is done here, one thing after the other.
    watches += [
        patch.object(module, "workers", lambda **_: alone(False))
        for module in (
            derived,
            processes,
            build,
            release,
            row_source,
            sys.modules["onrecord.shacl.validate"],
        )
    ]
    watches.append(patch.object(build, "_LARGE_COLLECTION", math.inf))
    checked = build._checked

    def check(*given: Any) -> Any:
        with timed(found, "check: all"):
            report = checked(*given)
        found["check: peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return report

    watches.append(patch.object(build, "_checked", check))
    for watch in watches:
        watch.start()
    with timed(found, "both"):
        build.build_checked(records, [records / ARCHIVE], releases)
    found["build: all after check"] = found.pop("both") - found["check: all"]
    return {name: value for name, value in found.items() if not name.endswith(_SMALL_FILES)}


_SMALL_FILES = (".json", ".txt", ".cff", "schema.jsonld", "context.jsonld", "codes.ttl", "void.ttl",
                "shapes.ttl")  # fmt: skip


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.rpartition(".")
    __import__(module)
    function: Callable[..., Any] = getattr(sys.modules[module], name)
    return function


def ask(releases: Path, name: str) -> float:
    """Ask a release a saved query with its defaults; return the CPU seconds until all is read."""
    release = open_release(releases)
    base = str(release.manifest["base"])
    store = ox.Store.read_only(str(release.path / STORE))
    query, usage = ox.NamedNode(f"{base}q/{name}"), ox.NamedNode(base + USAGE_GRAPH)
    (text,) = store.quads_for_pattern(query, ox.NamedNode(SH.select), None, usage)
    start = time.process_time()
    for _ in store.query(text.object.value):
        pass
    return time.process_time() - start


def exponent(sizes: tuple[int, int], less: float, more: float) -> str:
    """Return as which power of the claims a value grew; nothing where it is too short to say."""
    if min(less, more) < _TOO_SHORT:
        return ""
    return f"{math.log(more / less) / math.log(sizes[1] / sizes[0]):.2f}"


def report(columns: dict[int, Measured]) -> Iterator[str]:
    """Yield the lines of the table."""
    sizes = list(columns)
    yield f"| CPU seconds, by claims | {' | '.join(f'{size:,}' for size in sizes)} | exponent |"
    yield f"|---|{'---|' * len(sizes)}---|"
    last = columns[sizes[-1]]
    for name in last:
        digits = 0 if "MB" in name or "triples" in name else 2
        cells = [f"{columns[size].get(name, math.nan):,.{digits}f}" for size in sizes]
        grown = ""
        if len(sizes) > 1 and name in columns[sizes[-2]]:
            grown = exponent((sizes[-2], sizes[-1]), columns[sizes[-2]][name], last[name])
        yield f"| {' | '.join([name, *cells, grown])} |"


def main() -> None:
    """Measure each size in a folder of its own, and print the table."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    columns = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            columns[size] = measure(size, Path(folder))
        print("\n".join(report(columns)), file=sys.stderr)
    print("\n".join(report(columns)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--parts"]:
        print(json.dumps(parts_of(Path(sys.argv[2]), Path(sys.argv[3]))))
    elif sys.argv[1:2] == ["--ask"]:
        print(ask(Path(sys.argv[2]), sys.argv[3]))
    elif sys.argv[1:2] == ["--stores"]:
        print("\n".join(stores_report(answers(open_release(Path(sys.argv[2]))))))
    else:
        main()
