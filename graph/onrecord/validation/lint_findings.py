"""Lint findings: flaws of shapes with their regions in the shapes files."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from rdflib import URIRef
from rdflib.term import Identifier

from onrecord.rdf.region import Region
from onrecord.rdf.term_text import shown, value_text
from onrecord.shacl.lint.flaw import Effect, Flaw, counted_by_feature
from onrecord.shacl.severity import Severity
from onrecord.validation.data_files import located_triples_in
from onrecord.validation.finding import SHAPES, Finding, by_region
from onrecord.validation.rdf_forms import AS_NAMED, Reading
from onrecord.validation.region_index import (
    RegionIndex,
    predicate_regions,
    region_index,
    region_of_node,
)

_SEVERITIES: dict[Effect, Severity] = {
    "refused": "violation",
    "wrong": "violation",
    "unchecked": "warning",
    "none": "info",
}


def shapes_regions(files: Sequence[Path], reading: Reading = AS_NAMED) -> Callable[[], RegionIndex]:
    """Return a function for the regions in shapes files, which are read at the first call."""
    return cache(lambda: region_index(located_triples_in(files, reading)))


def flaw_findings(flaws: Iterable[Flaw], regions: Callable[[], RegionIndex]) -> tuple[Finding, ...]:
    """Return a finding for each distinct flaw, in the order of the shapes files."""
    distinct = dict.fromkeys(flaws)
    if not distinct:
        return ()
    index = regions()
    findings = {_finding(flaw, index): flaw for flaw in distinct}
    by_place = sorted(findings, key=by_region)
    counted = counted_by_feature(findings[each] for each in by_place)
    return tuple(sorted((_finding(flaw, index) for flaw in counted), key=by_region))


def _finding(flaw: Flaw, index: RegionIndex) -> Finding:
    return Finding(
        _SEVERITIES[flaw.effect],
        flaw.problem,
        SHAPES,
        focus=shown(flaw.node),
        path=str(flaw.predicate or ""),
        value="" if flaw.value is None else shown(flaw.value),
        value_text=value_text(flaw.value),
        remedy=flaw.remedy,
        region=_region(flaw, index),
        refuses=flaw.effect == "refused",
    )


def _region(flaw: Flaw, index: RegionIndex) -> Region | None:
    node, predicate, value = flaw.node, flaw.predicate, flaw.value
    if not isinstance(node, Identifier):
        return None
    if isinstance(predicate, URIRef):
        for triple in index.by_subject.get(node, ()):
            if triple.predicate == predicate and (value is None or triple.object == value):
                at_property = flaw.at_predicate or value is None
                return triple.predicate_region if at_property else triple.object_region
        if regions := predicate_regions(index, node, predicate):
            return regions[0]
    return region_of_node(index, node)
