"""Validation measured: the fast engine beside pySHACL on data with planted violations.

Run by `make bench-check`, with `SIZES=10000000` for other numbers of triples than 100000 and
1000000. The generator and the shapes stand in ../shared/shacl, or in the folder that
ONRECORD_SHACL names. pySHACL runs on up to 100000 triples only, and so does the fast engine on
what one changed claim can affect. Each engine runs in a process of its own, so that its peak
memory is its own. The table of whole commands after it is that of bench_since.py.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from onrecord.records.collection import read_file
from onrecord.shacl import Result
from onrecord.shacl.data_graph import load
from onrecord.shacl.incremental.change import Change
from onrecord.shacl.incremental.dependencies import narrow_to_change
from onrecord.shacl.validate import validate_data

FOLDER = Path(os.environ.get("ONRECORD_SHACL") or Path(__file__).parents[3] / "shared" / "shacl")
WHOLE = Path(__file__).with_name("bench_since.py")
_SMALL = 100_000
"""Up to how many triples pySHACL runs, which takes minutes for them, and the row of one claim."""
NAMESPACE = "https://ledger.example/shapes#"


def shapes() -> Graph:
    graph = Graph()
    for triple in read_file(FOLDER / "shapes.ttl").triples:
        graph.add(triple)
    return graph


def fast(data: Path) -> tuple[float, list[Result]]:
    """Return the seconds of validation alone, and what was found."""
    with data.open("rb") as file:
        quads = ox.parse(file, format=ox.RdfFormat.N_TRIPLES)
        store = load((quad.subject, quad.predicate, quad.object) for quad in quads)
    rules = shapes()
    started = time.perf_counter()
    found = validate_data(store, rules, Graph)
    return time.perf_counter() - started, found


def reference(data: Path) -> tuple[float, list[Result]]:
    """Return the same of pySHACL."""
    from onrecord.shacl.pyshacl_engine import validate_by_pyshacl

    graph = Graph().parse(data, format="nt")
    rules = shapes()
    started = time.perf_counter()
    found = validate_by_pyshacl(graph, rules)
    return time.perf_counter() - started, found


def since(stem: str) -> None:
    """Print the row of one claim that loses its speaker, the store being loaded already."""
    with Path(f"{stem}.nt").open("rb") as file:
        quads = ox.parse(file, format=ox.RdfFormat.N_TRIPLES)
        triples = frozenset((quad.subject, quad.predicate, quad.object) for quad in quads)
    lost = max((t for t in triples if t[1].value.endswith("#speaker")), key=str)
    rules, before, data = shapes(), load(triples), load(triples - {lost})
    known = set(validate_data(before, rules, Graph))
    everything = set(validate_data(data, rules, Graph))
    started = time.perf_counter()
    change = Change(frozenset(), frozenset({lost}))
    found = validate_data(data, rules, Graph, narrow_to_change(change, data))
    seconds = time.perf_counter() - started
    exact = everything - known <= set(found) <= everything
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    told = f"{len(found):,}, {'exact' if exact else 'NOT EXACT'}"
    row = (f"{len(triples):,}", "fast, one claim changed", f"{seconds:.3f}", f"{memory:,}", told)
    print(f"| {' | '.join(row)} |", flush=True)


def measure(engine: str, stem: str) -> None:
    """Print one row of the table, from the data at a path without its ending."""
    if engine == "since":
        since(stem)
        return
    seconds, found = {"fast": fast, "pyshacl": reference}[engine](Path(f"{stem}.nt"))
    told = json.loads(Path(f"{stem}.truth.json").read_text())
    results = {
        (
            str(result.focus),
            str(result.shape).removeprefix(NAMESPACE),
            str(result.component).rpartition("#")[2].removesuffix("ConstraintComponent"),
        )
        for result in found
    }
    exact = "exact" if results == {tuple(each) for each in told["truth"]} else "NOT EXACT"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    row = (
        f"{told['triples']:,}",
        engine,
        f"{seconds:.2f}",
        f"{memory:,}",
        f"{len(results):,}, {exact}",
    )
    print(f"| {' | '.join(row)} |", flush=True)


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [100_000, 1_000_000]
    print(
        "| triples | engine | seconds | peak MB | violations |\n|---|---|---|---|---|", flush=True
    )
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            stem = f"{folder}/{size}"
            generator = [sys.executable, str(FOLDER / "gen.py"), str(size), stem]
            subprocess.run(generator, check=True, env=environment, stdout=subprocess.DEVNULL)
            for engine in ("fast", "since", "pyshacl") if size <= _SMALL else ("fast",):
                subprocess.run([sys.executable, __file__, "--row", engine, stem], check=True)
        if min(sizes) <= _SMALL:
            print(flush=True)
            subprocess.run([sys.executable, str(WHOLE), f"{folder}/{min(sizes)}"], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--row"]:
        measure(*sys.argv[2:])
    else:
        main()
