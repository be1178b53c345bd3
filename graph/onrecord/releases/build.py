"""Building a release from a checked collection."""

import gc
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
from rdflib import URIRef

from onrecord.derivation.derived import derive_into, derive_side_by_side, rules
from onrecord.errors import OnRecordError
from onrecord.files.bundled import QUERIES
from onrecord.rdf.graph_file import GraphFile, write_graph, write_union
from onrecord.rdf.oxigraph import extend, forget_terms, in_graph, triples_in
from onrecord.rdf.partitioned.graph import PartitionedGraph
from onrecord.rdf.partitioned.store import AskedStore, opened
from onrecord.rdf.processes import apart, workers
from onrecord.records.archive import archive_of
from onrecord.records.assembly import Assembly
from onrecord.records.check import BEFORE_A_BUILD, CheckedRecords, check_records
from onrecord.records.collection import read_collection
from onrecord.records.cycle_search import rare_cycle_search
from onrecord.releases.descriptions import citation_file, datacite, schema_org
from onrecord.releases.descriptions.dcat import describe_dataset
from onrecord.releases.descriptions.usage import USAGE_GRAPH, example, partitions, prefixes
from onrecord.releases.dumps import N_QUADS, N_TRIPLES, dumps_of, prefixes_for, turtle
from onrecord.releases.features import check_features
from onrecord.releases.lost_iris import refuse_lost
from onrecord.releases.material import Material, material_of, write_given
from onrecord.releases.release import (
    Files,
    Release,
    WrittenFile,
    working_folder,
    write_release,
)
from onrecord.releases.saved_query import read_queries, with_defaults
from onrecord.releases.schemes import described_schemes
from onrecord.validation.finding import Finding

_DUMPS = "dumps/"
_GIVEN = ("records", "completed", "ontology")
"""Graphs that the rules begin with."""
_PARTS = "parts"
"""Folder of the files of a large release by property."""
_MOST_IN_MEMORY = 2_000_000
"""Triples of which all that follows is derived in memory, in 2 GB; of more it is done by parts."""
_LARGE = 1_000_000
"""Triples of a release from which on its files are written by several processes."""


_LARGE_COLLECTION = 20_000_000
"""Bytes of records from which on they are checked in a process of their own, 7,000 claims. Python
and malloc give little of the memory of a check back: 360 MB were left of 8,000 claims, 1.1 GB of
100,000. It takes 12 seconds of 8,000, and 0.7 to start a process."""


class RefusedError(OnRecordError):
    """The collection has violations, so it cannot be released."""

    def __init__(self, root: Path, violations: tuple[Finding, ...]) -> None:
        several = "s" if len(violations) > 1 else ""
        super().__init__(
            f"{root}: {len(violations)} violation{several}, nothing was released;"
            " see them with `onrecord check`"
        )
        self.violations = violations


@rare_cycle_search()
def build(report: CheckedRecords, releases: Path) -> Release:
    """Build the release of a collection that is checked; return the existing one if it is the same.

    Raises what `build_checked` raises of what it has checked.
    """
    return _build_here(lambda: report, releases)


@rare_cycle_search()
def build_checked(collection: Path, archives: Sequence[Path] | None, releases: Path) -> Release:
    """Check the collection in a folder and build its release; return the existing one if it is so.

    `archives` are folders of source texts, None for those that the environment names. What was
    checked is let go as soon as its graphs are in files: of 100,000 claims it is two gigabytes. A
    large collection is checked in a process of its own.

    Raises UsageError if there is no such folder, CollectionError if it is no collection,
    RefusedError if the check found violations, LostIriError if the newest release in the folder has
    records that are missing here without a withdrawal, FeatureError if a featured question cannot
    be asked, ReleaseError if a file cannot be written, EndedProcessError if a process of a large
    build was ended from outside.
    """
    check = partial(_checked, collection, archives)
    files = filter(Path.is_file, collection.rglob("*.ttl"))
    if sum(path.stat().st_size for path in files) < _LARGE_COLLECTION:
        return _build_here(check, releases)
    with working_folder(releases) as folder:
        material = apart(_material_apart, check, releases, folder)
        return _build(material, releases, folder)


def _checked(collection: Path, archives: Sequence[Path] | None) -> CheckedRecords:
    archive = archive_of(archives)
    return check_records(read_collection(collection), archive, most_in_memory=BEFORE_A_BUILD)


def _material_apart(check: Callable[[], CheckedRecords], releases: Path, folder: Path) -> Material:
    """Return what a release is built from, in a process that does nothing else."""
    gc.disable()  # There are hardly any cycles, and all that is left ends with the process.
    tempfile.tempdir = str(folder)  # If it is ended in the middle, no large file is left behind.
    report = check()
    _refuse(report, releases)
    return material_of(report, folder)


def _build_here(check: Callable[[], CheckedRecords], releases: Path) -> Release:
    """Build the release of the collection that a check returns, in this process."""
    report = check()
    _refuse(report, releases)
    with working_folder(releases) as folder:
        material = material_of(report, folder)
        del report, check
        forget_terms()
        gc.collect()
        return _build(material, releases, folder)


def _refuse(report: CheckedRecords, releases: Path) -> None:
    """Raise an error if what was checked cannot be released."""
    root, assembly = report.collection.root, report.assembly
    if report.violations:
        raise RefusedError(root, report.violations)
    check_features(assembly.records, assembly.description.base, root)
    refuse_lost(assembly.records, assembly.description.base, root, releases)


def _build(material: Material, releases: Path, folder: Path) -> Release:
    """Build a release; its graphs are files in a folder while it is built."""
    base, dataset = material.about.base, material.about.dataset
    graphs, known = _derived(material.graphs, base, material.about.title, folder)
    with workers(is_large=isinstance(known, PartitionedGraph)) as pool:
        examples = pool.submit(_write_examples, base, known, folder)
        union = write_union(folder / "union.nt", graphs.values())
        used = list(partitions(dataset, base, union))
        usage = write_graph(folder / "usage.nt", [*used, *examples.result()])
    usage_graph = URIRef(base + USAGE_GRAPH)
    facts: dict[str, object] = {
        "onrecord": version("onrecord"),
        "dataset": dataset,
        "title": material.about.title,
        "base": base,
        "passages": material.passages,
        "graphs": {
            str(name): len(graph) for name, graph in sorted({**graphs, usage_graph: usage}.items())
        },
    }

    def files() -> Files:
        for name, content in dumps_of({**graphs, usage_graph: usage}, union, base):
            yield f"{_DUMPS}{name}", content
        yield from material.reports.items()

    def files_about(name: str, others: Mapping[str, WrittenFile]) -> Files:
        whole = {
            file.removeprefix(_DUMPS): about
            for file, about in others.items()
            if file.startswith(f"{_DUMPS}onrecord.")
        }
        about = material.about.of_release(name, whole)
        described = describe_dataset(about, graphs, union, used, _rule_of_graph(base), len(usage))
        yield "void.ttl", turtle(described, base)
        yield "schema.jsonld", schema_org.render(about)
        yield "datacite.json", datacite.render(about)
        yield "CITATION.cff", citation_file.render(about)

    stored = (f"{_DUMPS}{N_TRIPLES}", f"{_DUMPS}{N_QUADS}")
    return write_release(
        releases,
        material.day,
        files(),
        files_about,
        stored,
        known,
        facts,
        is_large=len(union) >= _LARGE,
    )


def triples_of(assembly: Assembly) -> dict[URIRef, list[ox.Triple]]:
    """Return what is on record, by named graph: records, completions, one for each rule, others."""
    description = assembly.description
    with TemporaryDirectory() as name:
        folder = Path(name)
        given = write_given(assembly, folder)
        graphs, _ = _derived(given, description.base, description.title, folder)
        return {name: list(graph) for name, graph in graphs.items()}


def _derived(
    given: Mapping[str, GraphFile], base: str, title: str, folder: Path
) -> tuple[dict[URIRef, GraphFile], ox.Store | PartitionedGraph]:
    """Return the named graphs of what is on record, as files in a folder, and all of it to ask."""
    is_large = sum(map(len, given.values())) > _MOST_IN_MEMORY
    graphs = dict(given)
    known = _derived_in_parts(graphs, folder) if is_large else _derived_here(graphs, folder)
    schemes = triples_in(described_schemes(base, title, graphs.values()))
    graphs["schemes"] = write_graph(folder / "schemes.nt", schemes)
    for name in ("rules", "schemes"):
        if isinstance(known, ox.Store):
            extend(known, in_graph(graphs[name]))
        else:
            known.add(graphs[name])
    return {URIRef(f"{base}graph/{name}"): graph for name, graph in graphs.items()}, known


def _derived_here(graphs: dict[str, GraphFile], folder: Path) -> ox.Store:
    """Add what the rules derive to the named graphs, and return a store in memory of all."""
    store = ox.Store()

    def keep(name: str, triples: Iterable[ox.Triple]) -> GraphFile:
        return write_graph(folder / f"{name}.nt", triples)

    for name in _GIVEN:
        extend(store, in_graph(graphs[name]))
    for rule, derived in derive_into(store, rules(), keep):
        graphs[f"derived/{rule}"] = derived
    return store


def _derived_in_parts(graphs: dict[str, GraphFile], folder: Path) -> PartitionedGraph:
    """Add the same by several processes, and return all in files by property, in `folder`."""
    known = PartitionedGraph(folder / _PARTS)
    for name in _GIVEN:
        known.add(graphs[name])
    for rule, derived in derive_side_by_side(known, rules(), folder):
        graphs[f"derived/{rule}"] = derived
    return known


def _write_examples(base: str, known: ox.Store | PartitionedGraph, folder: Path) -> GraphFile:
    """Write how queries are written: prefixes, and the saved queries with their defaults."""
    with opened(known, folder) as store:
        return write_graph(folder / "examples.nt", _prefixes_and_examples(base, store))


def _prefixes_and_examples(base: str, store: AskedStore) -> Iterator[ox.Triple]:
    service, declarations = f"{base}sparql", f"{base}void#prefixes"
    yield from prefixes(declarations, service, prefixes_for(base))
    first = lru_cache(maxsize=None)(partial(_first_row, store))
    for query in read_queries(QUERIES):
        whole = with_defaults(query, base, first)
        yield from example(f"{base}q/{query.name}", whole, declarations, service)


def _first_row(store: AskedStore, text: str) -> list[str] | None:
    found = store.query(text)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("only a SELECT has rows")
    row = next(iter(found), None)
    return None if row is None else [getattr(term, "value", "") for term in row]


def _rule_of_graph(base: str) -> Mapping[URIRef, URIRef]:
    """Return the rule of each derived graph."""
    return {
        URIRef(f"{base}graph/derived/{rule.name}"): URIRef(f"{base}rule/{rule.name}")
        for rule in rules()
    }
