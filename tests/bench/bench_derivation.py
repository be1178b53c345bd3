"""The rules and a whole build measured, on collections of synthetic claims.

Run by `make bench-derivation`, with `CLAIMS="250 1000"` for other numbers than 250, 1000 and 4000.
Prints CPU seconds (user and system) of each rule, of `check` and of `build` after it, and the peak
memory, each size in a process of its own. The exponent e of the last step says that the time grew
as the e-th power of what grew more, the triples that a rule reads or those that it derives; below a
hundredth of a second there is none.
"""

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox
from synthetic_claims import write

from onrecord.derivation.derived import derive_into, rules
from onrecord.rdf.oxigraph import quads
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import build

_TOO_SHORT = 0.01


def measure(number: int, folder: Path) -> dict[str, tuple[float, int, int]]:
    """Return the CPU seconds of each step, the triples that it read and those that it made."""
    write(number, folder / "records")
    start = time.process_time()
    report = check_records(read_collection(folder / "records"), open_archive([]))
    checked = len(report.assembly.checked())
    measured = {"check": (time.process_time() - start, checked, checked)}
    assert not report.violations
    start = time.process_time()
    release = build(report, folder / "releases")
    graphs = release.manifest["graphs"]
    assert isinstance(graphs, dict)
    written = sum(graphs.values())
    measured["build after check"] = (time.process_time() - start, checked, written)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    measured["peak MB of both"] = (memory, checked, written)
    store = ox.Store()
    for graph in (report.assembly.records, report.assembly.completed, report.assembly.ontology):
        store.extend(quads(graph))
    for rule in rules():
        before = len(store)
        start = time.process_time()
        ((name, triples),) = derive_into(store, [rule])
        measured[name] = (time.process_time() - start, before, len(triples))
    return measured


def exponent(less: tuple[float, int, int], more: tuple[float, int, int]) -> str:
    """Return by which power of the triples the time grew; nothing where it is too short to say."""
    if less[0] < _TOO_SHORT or more[0] < _TOO_SHORT:
        return ""
    grown = max(more[1] / less[1], more[2] / max(1, less[2]))
    return f"{math.log(more[0] / less[0]) / math.log(grown):.2f}"


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [250, 1000, 4000]
    columns = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, __file__, "--size", str(size), folder],
                check=True, stdout=subprocess.PIPE,
            )  # fmt: skip
        columns.append(json.loads(done.stdout))
    head = " | ".join(f"{size:,}" for size in sizes)
    print(f"| CPU seconds, by claims | {head} | exponent |\n|---|{'---|' * len(sizes)}---|")
    last = columns[-1]
    for name in sorted(last, key=lambda name: (name not in list(last)[:3], -last[name][0])):
        cells = [f"{column[name][0]:,.{0 if 'MB' in name else 2}f}" for column in columns]
        grown = exponent(columns[-2][name], last[name]) if len(columns) > 1 else ""
        print(f"| {' | '.join([name, *cells, grown])} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--size"]:
        print(json.dumps(measure(int(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main()
