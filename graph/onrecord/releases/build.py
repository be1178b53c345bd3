"""Building a release from a checked collection."""

import gc
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS

from onrecord.derivation.derived import derive_into, rules
from onrecord.errors import OnRecordError
from onrecord.files.bundled import QUERIES
from onrecord.rdf.graph_file import GraphFile, write_graph, write_union
from onrecord.rdf.namespaces import PROV, REC
from onrecord.rdf.oxigraph import extend, in_graph, triples_in
from onrecord.rdf.region import Region
from onrecord.records.assembly import Assembly
from onrecord.records.check import CheckedRecords, report_of
from onrecord.releases.descriptions import citation_file, datacite, schema_org
from onrecord.releases.descriptions.dcat import describe_dataset
from onrecord.releases.descriptions.facts import facts_of
from onrecord.releases.descriptions.usage import USAGE_GRAPH, example, partitions, prefixes
from onrecord.releases.dumps import N_QUADS, N_TRIPLES, prefixes_for, turtle, write_dumps
from onrecord.releases.features import check_features
from onrecord.releases.lost_iris import refuse_lost
from onrecord.releases.release import (
    Files,
    Release,
    WrittenFile,
    working_folder,
    write_release,
)
from onrecord.releases.saved_query import read_queries, with_defaults
from onrecord.releases.schemes import described_schemes
from onrecord.validation.formats.json import render as render_json
from onrecord.validation.formats.text import render
from onrecord.validation.report import Report

_DUMPS = "dumps/"
_MOST_IN_MEMORY = 2_000_000
"""Triples of which all that follows is derived in memory, in 2 GB; of more it is done on disk."""


class RefusedError(OnRecordError):
    """The collection has violations, so it cannot be released."""


@contextmanager
def _rare_cycle_search() -> Iterator[None]:
    """Let Python search for cycles of objects rarely; use as a decorator.

    A build makes millions of terms, none of them in a cycle, and the search took a fifth of the
    seconds that a curator waits for.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(100_000, 20, 10)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


@_rare_cycle_search()
def build(report: CheckedRecords, releases: Path) -> Release:
    """Build the release of a checked collection; return the existing one if nothing has changed.

    Raises RefusedError if the check found violations, LostIriError if the newest release in the
    folder has records that are missing here without a withdrawal, FeatureError if a featured
    question cannot be asked, ReleaseError if a file cannot be written.
    """
    if report.violations:
        count = len(report.violations)
        raise RefusedError(
            f"{report.collection.root}: {count} violation{'s' if count > 1 else ''}, nothing was"
            " released; see them with `onrecord check`"
        )
    assembly = report.assembly
    base = assembly.description.base
    check_features(assembly.records, base, report.collection.root)
    refuse_lost(assembly.records, base, report.collection.root, releases)
    with working_folder(releases) as folder:
        return _build(report, releases, folder)


def _build(report: CheckedRecords, releases: Path, folder: Path) -> Release:
    """Build a release; its graphs are files in a folder while it is built."""
    assembly = report.assembly
    base = assembly.description.base
    graphs, store = _derived(assembly, folder)
    examples = list(_prefixes_and_examples(base, store))
    union = write_union(folder / "union.nt", graphs.values())
    used = list(partitions(str(assembly.description.dataset), base, union))
    usage = write_graph(folder / "usage.nt", [*used, *examples])
    usage_graph = URIRef(base + USAGE_GRAPH)
    day = max(str(value) for value in assembly.records.objects(None, REC.curatedOn))
    facts: dict[str, object] = {
        "onrecord": version("onrecord"),
        "dataset": str(assembly.description.dataset),
        "title": assembly.description.title,
        "base": base,
        "passages": report.passages,
        "graphs": {
            str(name): len(graph) for name, graph in sorted({**graphs, usage_graph: usage}.items())
        },
    }

    def files() -> Iterator[tuple[str, Iterable[bytes]]]:
        for name, parts in write_dumps({**graphs, usage_graph: usage}, union, base):
            yield f"{_DUMPS}{name}", parts
        for name, content in _reports(report).items():
            yield name, [content]

    def files_about(name: str, others: Mapping[str, WrittenFile]) -> Files:
        whole = {
            file.removeprefix(_DUMPS): about
            for file, about in others.items()
            if file.startswith(f"{_DUMPS}onrecord.")
        }
        written = (assembly.records, assembly.completed)
        about = facts_of(assembly.description, name, written, whole)
        described = describe_dataset(about, graphs, union, used, _rule_of_graph(base), len(usage))
        yield "void.ttl", [turtle(described, base)]
        yield "schema.jsonld", [schema_org.render(about)]
        yield "datacite.json", [datacite.render(about)]
        yield "CITATION.cff", [citation_file.render(about)]

    stored = (f"{_DUMPS}{N_TRIPLES}", f"{_DUMPS}{N_QUADS}")
    return write_release(releases, day, files(), files_about, stored, store, facts)


def triples_of(assembly: Assembly) -> dict[URIRef, list[ox.Triple]]:
    """Return what is on record, by named graph: records, completions, one for each rule, others."""
    with TemporaryDirectory() as folder:
        return {name: list(graph) for name, graph in _derived(assembly, Path(folder))[0].items()}


def _derived(assembly: Assembly, folder: Path) -> tuple[dict[URIRef, GraphFile], ox.Store]:
    """Return the named graphs of what is on record, as files in a folder, and a store of all."""
    base = assembly.description.base

    def keep(name: str, triples: Iterable[ox.Triple]) -> GraphFile:
        return write_graph(folder / f"{name}.nt", triples)

    given = {
        "records": assembly.records,
        "completed": assembly.completed,
        "ontology": assembly.ontology,
        "rules": _described_rules(base),
    }
    graphs = {name: keep(name, triples_in(graph)) for name, graph in given.items()}
    size = sum(map(len, graphs.values()))
    store = ox.Store(folder / "store" if size > _MOST_IN_MEMORY else None)
    for name in ("records", "completed", "ontology"):
        extend(store, in_graph(graphs[name]))
    for rule, derived in derive_into(store, rules(), keep):
        graphs[f"derived/{rule}"] = derived
    schemes = described_schemes(base, assembly.description.title, graphs.values())
    graphs["schemes"] = keep("schemes", triples_in(schemes))
    for name in ("rules", "schemes"):
        extend(store, in_graph(graphs[name]))
    store.optimize()
    return {URIRef(f"{base}graph/{name}"): graph for name, graph in graphs.items()}, store


def _prefixes_and_examples(base: str, store: ox.Store) -> Iterator[ox.Triple]:
    """Yield how queries are written: prefixes, and the saved queries with the store's defaults."""
    service, declarations = f"{base}sparql", f"{base}void#prefixes"
    yield from prefixes(declarations, service, prefixes_for(base))
    first = lru_cache(maxsize=None)(partial(_first_row, store))
    for query in read_queries(QUERIES):
        whole = with_defaults(query, base, first)
        yield from example(f"{base}q/{query.name}", whole, declarations, service)


def _first_row(store: ox.Store, text: str) -> list[str] | None:
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


def _described_rules(base: str) -> Graph:
    """Return the description of the rules, the objects of `prov:wasGeneratedBy`."""
    graph = Graph()
    for rule in rules():
        node = URIRef(f"{base}rule/{rule.name}")
        graph.add((node, RDF.type, PROV.Activity))
        graph.add((node, RDFS.label, Literal(rule.title, lang="en")))
        graph.add((node, DCTERMS.description, Literal(rule.derives, lang="en")))
    return graph


def _reports(report: CheckedRecords) -> dict[str, bytes]:
    """Return the report of the check as text and as JSON, and the verdict on each passage."""
    counts = ", ".join(f"{number} {status}" for status, number in report.passages.items())
    findings = render(report.findings, show_all=True)
    verdicts = {str(verdict.node): verdict.status for verdict in report.verdicts}
    text = f"passages: {counts}\nfindings: {len(report.findings)}\n{findings}"
    return {
        "report.json": render_json(_from_root(report_of(report), report.collection.root)).encode(),
        "report.txt": text.encode(),
        "passages.json": (json.dumps(verdicts, indent=0, sort_keys=True) + "\n").encode(),
    }


def _from_root(outcome: Report, root: Path) -> Report:
    """Return a report with paths relative to the root of the collection.

    So the release does not depend on the folder that it is built in.
    """

    def name(file: str) -> str:
        return Path(file).relative_to(root).as_posix() if Path(file).is_relative_to(root) else file

    def relative(region: Region) -> Region:
        return replace(region, file=name(region.file))

    findings = (
        replace(
            finding,
            region=finding.region and relative(finding.region),
            related=tuple(map(relative, finding.related)),
        )
        for finding in outcome.findings
    )
    return replace(outcome, findings=tuple(findings), files=tuple(sorted(map(name, outcome.files))))
