"""Checking: everything that can be wrong with a collection, each with its place and its remedy."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from rdflib import BNode, Graph, Literal
from rdflib.namespace import RDF
from rdflib.term import Node

from onrecord.rdf.namespaces import EDTF, REC
from onrecord.rdf.term_text import shown, value_text
from onrecord.rdf.xsd import well_formed
from onrecord.records.archive import Archive
from onrecord.records.assembly import SHAPE_FILES, Assembly, assemble, read_shapes
from onrecord.records.collection import Collection
from onrecord.records.cycle_search import rare_cycle_search
from onrecord.records.edtf_bounds import DateError, bounds
from onrecord.records.evidence import Verdict, texts_to_make, verify
from onrecord.records.known_terms import unknown_terms
from onrecord.records.locator import Locator
from onrecord.records.revisions.impact import Impact, impact_of
from onrecord.shacl import EngineName
from onrecord.shacl.data_graph import DataGraph, load_graph
from onrecord.shacl.lint import flaws, strictly
from onrecord.validation.finding import Finding, ill_formed_finding, syntax_finding
from onrecord.validation.lint_findings import flaw_findings, shapes_regions
from onrecord.validation.locate import locate
from onrecord.validation.merge import merge_findings, run_engine
from onrecord.validation.report import Report, rules_of

_MOST_IN_MEMORY = 400_000
"""Triples of records that are checked in a store in memory, in 200 MB; of more it is on disk, where
each constraint takes three times as long."""
BEFORE_A_BUILD = 1_000_000
"""The same where a release is built of what is checked, which takes more memory than that."""


@dataclass(frozen=True, slots=True)
class CheckedRecords:
    """What a check found, and how much it looked at."""

    collection: Collection
    assembly: Assembly
    findings: tuple[Finding, ...]
    """In the order of files and lines."""
    passages: dict[str, int]
    """How many passages are verified, broken and not checked."""
    verdicts: tuple[Verdict, ...]
    """The verdict on each of those passages, by name."""
    drifted: tuple[Verdict, ...]
    """Passages whose words are at another place of the same text, and can be moved."""
    notes: tuple[str, ...] = ()
    """Why passages are not checked although the archive has their source."""

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that forbid a release."""
        return tuple(finding for finding in self.findings if finding.severity == "violation")


@rare_cycle_search()
def check_records(
    collection: Collection,
    archive: Archive,
    engine: EngineName = "fast",
    before: Collection | None = None,
    most_in_memory: int = _MOST_IN_MEMORY,
) -> CheckedRecords:
    """Check records for syntax, unique definition, terms, dates, shapes and evidence.

    A file that does not parse is one finding and does not hide those of the others. With the
    collection as it was before, only that is found which the change from it can affect; the
    engine must be the fast one then. If our own shapes are wrong, that alone is found. More triples
    than `most_in_memory` are checked on disk. Raises CollectionError if the collection lacks its
    description.
    """
    assembly = assemble(collection, archive.text)
    shapes = read_shapes()
    if wrong := _flaws_of_shapes(shapes):
        return CheckedRecords(collection, assembly, wrong, {}, (), ())
    extent = None
    if before is not None:
        extent = impact_of(before, collection, assembly, archive.text)
    where = Locator(collection)
    verdicts = list(verify(assembly.records, archive))
    others = chain(
        (syntax_finding(problem) for problem in collection.problems),
        _definitions(collection, where),
        _names(assembly.records),
        _dates(assembly.records, where),
        _literals(assembly.records, where),
        _terms(collection, where),
        _evidence(verdicts, where),
    )
    findings = [finding for finding in others if extent is None or extent.reaches(finding)]
    is_large = len(assembly.records) > most_in_memory
    findings += _of_shapes(assembly, shapes, where, engine, extent, is_large)
    passages = set(assembly.records.objects(None, REC.passage))
    passages |= set(assembly.records.objects(None, REC.boilerplate))
    of_passages = [verdict for verdict in verdicts if verdict.node in passages]
    count = Counter(verdict.status for verdict in of_passages)
    counts = {status: count[status] for status in ("verified", "broken", "not checked")}
    drifted = tuple(
        verdict
        for verdict in verdicts
        if verdict.diagnosis is not None and verdict.diagnosis.kind == "drifted"
    )
    return CheckedRecords(
        collection,
        assembly,
        merge_findings(findings, shapes),
        counts,
        tuple(sorted(of_passages, key=lambda verdict: str(verdict.node))),
        drifted,
        tuple(texts_to_make(assembly.records, archive)),
    )


@lru_cache(maxsize=2)
def _flaws_of_shapes(shapes: Graph) -> tuple[Finding, ...]:
    """Return what is wrong with our own shapes, sought once for a graph that is never changed."""
    return flaw_findings(strictly(flaws(shapes)), shapes_regions(SHAPE_FILES))


def report_of(checked: CheckedRecords) -> Report:
    """Return the report of checked records."""
    files = {str(file.path) for file in checked.collection.files}
    unread = {str(problem.path) for problem in checked.collection.problems}
    rules = rules_of(read_shapes()) if checked.findings else {}
    return Report(
        checked.findings,
        tuple(sorted(files | unread)),
        rules,
        checked.passages,
        tuple(map(_verdict, checked.verdicts)),
        checked.notes,
    )


def _verdict(verdict: Verdict) -> dict[str, str | int | None]:
    diagnosis = verdict.diagnosis
    return {
        "passage": shown(verdict.node),
        "status": verdict.status,
        "diagnosis": None if diagnosis is None else diagnosis.kind,
        "start": None if diagnosis is None else diagnosis.start,
        "end": None if diagnosis is None else diagnosis.end,
    }


def _definitions(collection: Collection, where: Locator) -> Iterator[Finding]:
    """Report an IRI that two files define: a record lives in one file."""
    first: dict[Node, str] = {}
    for file in collection.files:
        for subject in dict.fromkeys(subject for subject, _, _ in file.triples):
            if isinstance(subject, BNode):
                continue
            other = first.setdefault(subject, str(file.path))
            if other != str(file.path):
                yield Finding(
                    "violation",
                    f"two files define this record: {other} and {file.path}",
                    "definition",
                    focus=str(subject),
                    remedy="give one of the two another slug, or join them",
                    region=where.region(subject),
                )


def _names(records: Graph) -> Iterator[Finding]:
    """Report nodes without a name, which cannot be cited."""
    for subject in sorted({node for node in records.subjects() if isinstance(node, BNode)}):
        kind = records.value(subject, RDF.type)
        yield Finding(
            "violation",
            f"a record without an IRI{f', of the class {kind}' if kind else ''}",
            "name",
            remedy="give it a slug of its own, or write it in place in its owner",
        )


def _dates(records: Graph, where: Locator) -> Iterator[Finding]:
    for subject, predicate, value in records:
        if isinstance(value, Literal) and value.datatype == EDTF.EDTF:
            try:
                bounds(str(value))
            except DateError as error:
                yield Finding(
                    "violation",
                    str(error),
                    "date",
                    focus=str(subject),
                    path=str(predicate),
                    value=str(value),
                    value_text=value_text(value),
                    remedy="write a day as 2025-11-06, an open end as 2025-11-06/..",
                    region=where.region(subject, predicate, value),
                )


def _literals(records: Graph, where: Locator) -> Iterator[Finding]:
    """Report literals that are no values of their datatype: engines let some of them through."""
    for subject, predicate, value in records:
        if not isinstance(value, Literal) or value.datatype is None:
            continue
        if not well_formed(str(value), str(value.datatype)):
            region = where.region(subject, predicate, value)
            yield ill_formed_finding(subject, predicate, value, region)


def _terms(collection: Collection, where: Locator) -> Iterator[Finding]:
    for file in collection.files:
        for unknown in unknown_terms(file.triples):
            for subject, predicate, value in file.triples:
                if unknown.term in (predicate, value):
                    at_value = value if unknown.term == value else None
                    yield Finding(
                        "violation",
                        f"{unknown.term}: {unknown.problem}",
                        "term",
                        focus=str(subject),
                        path=str(predicate),
                        value=str(unknown.term),
                        value_text=str(unknown.term),
                        remedy=unknown.remedy,
                        region=where.region(subject, predicate, at_value),
                    )


def _of_shapes(
    assembly: Assembly,
    shapes: Graph,
    where: Locator,
    engine: EngineName,
    extent: Impact | None,
    is_large: bool,
) -> list[Finding]:
    triples = chain(assembly.records, assembly.completed, assembly.ontology)
    with TemporaryDirectory() as folder:

        def data() -> DataGraph:
            return load_graph(triples, Path(folder) if is_large else None)

        change = None if extent is None else extent.change
        results = run_engine(shapes, engine, data, assembly.checked, change)
    nodes = {node for result in results for node in result.nodes}
    return locate(results, where.located_triples_about(nodes), shapes=shapes)


def _evidence(verdicts: Iterable[Verdict], where: Locator) -> Iterator[Finding]:
    for verdict in verdicts:
        if verdict.status == "broken":
            yield Finding(
                "violation",
                verdict.problem,
                "evidence",
                focus=str(verdict.node),
                path=str(verdict.predicate or ""),
                remedy=verdict.remedy,
                region=where.region(verdict.node, verdict.predicate),
            )
