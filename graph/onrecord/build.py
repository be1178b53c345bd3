"""Building: from a checked collection to a release."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS

from onrecord.assembly import Assembly, derive_all, merged, rules
from onrecord.check import Report
from onrecord.dataset import describe_dataset
from onrecord.dump import prefixes_for, serialized, write_dumps
from onrecord.errors import OnRecordError
from onrecord.namespaces import DCTERMS, PROV, REC
from onrecord.oxigraph import quads
from onrecord.release import Release, write_release
from onrecord.reports import render

import pyoxigraph as ox
from rdflib import Literal


class RefusedError(OnRecordError):
    """The collection has violations, so no release is made of it."""


def build(report: Report, releases: Path) -> Release:
    """Make a release of what was checked.

    Raises RefusedError if the check found violations, ReleaseError if the disk refuses.
    """
    if report.violations:
        count = len(report.violations)
        raise RefusedError(
            f"{report.collection.root}: {count} violation{'s' * (count != 1)}, nothing was"
            " released; see them with `onrecord check`"
        )
    if report.assembly is None:
        raise AssertionError("a collection without violations was assembled")
    graphs = graphs_of(report.assembly)
    base = report.assembly.description.base
    dumps = dict(write_dumps(graphs, base))
    day = max(str(value) for value in report.assembly.records.objects(None, REC.curatedOn))
    files = {f"dumps/{name}": data for name, data in dumps.items()}
    files |= {f"report.{name}": render(report, name) for name in ("txt", "json", "ttl")}
    facts = {
        "onrecord": version("onrecord"),
        "dataset": str(report.assembly.description.dataset),
        "title": report.assembly.description.title,
        "base": base,
        "graphs": {str(name): len(graph) for name, graph in graphs.items()},
        "passages": report.passages,
    }
    return write_release(releases, day, graphs, files.items(), facts)
