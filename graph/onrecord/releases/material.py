"""What a release is built from: a checked collection in files, and what is known about it."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS

from onrecord.derivation.derived import rules
from onrecord.rdf.graph_file import GraphFile, write_graph
from onrecord.rdf.namespaces import PROV, REC
from onrecord.rdf.oxigraph import triples_in
from onrecord.rdf.region import Region
from onrecord.records.assembly import Assembly
from onrecord.records.check import CheckedRecords, report_of
from onrecord.releases.descriptions.facts import DatasetFacts, facts_of
from onrecord.validation.formats.json import render as render_json
from onrecord.validation.formats.text import render
from onrecord.validation.report import Report


@dataclass(frozen=True, slots=True)
class Material:
    """A checked collection as far as its release needs it, none of whose graphs are in memory."""

    graphs: dict[str, GraphFile]
    """Records, completions, ontology and the description of the rules, by name."""
    about: DatasetFacts
    day: str
    """The last day of curation, as ISO 8601."""
    passages: dict[str, int]
    """How many passages are verified, broken and not checked."""
    reports: dict[str, bytes]
    """The report of the check, and the verdict on each passage, by the name of the file."""


def material_of(report: CheckedRecords, folder: Path) -> Material:
    """Write the graphs of a checked collection into a folder, and return them with their facts."""
    assembly = report.assembly
    return Material(
        write_given(assembly, folder),
        facts_of(assembly.description, (assembly.records, assembly.completed)),
        max(str(value) for value in assembly.records.objects(None, REC.curatedOn)),
        report.passages,
        _reports(report),
    )


def write_given(assembly: Assembly, folder: Path) -> dict[str, GraphFile]:
    """Write the graphs that a release has before anything is derived, and return them by name."""
    given = {
        "records": assembly.records,
        "completed": assembly.completed,
        "ontology": assembly.ontology,
        "rules": _described_rules(assembly.description.base),
    }
    return {
        name: write_graph(folder / f"{name}.nt", triples_in(graph)) for name, graph in given.items()
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
