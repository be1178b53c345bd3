"""Lint findings: flaws of shapes with their regions in the shapes files."""

from collections.abc import Iterable, Iterator

from rdflib import URIRef
from rdflib.term import Identifier

from onrecord.rdf.located_turtle import LocatedTriple
from onrecord.rdf.region import Region
from onrecord.rdf.term_text import shown
from onrecord.shacl.lint.flaw import Flaw
from onrecord.shacl.severity import Severity
from onrecord.validation.finding import SHAPES, Finding, by_region
from onrecord.validation.region_index import (
    RegionIndex,
    predicate_regions,
    region_index,
    region_of_node,
)


def located_flaws(
    flaws: Iterable[Flaw], triples: Iterable[LocatedTriple], severity: Severity
) -> Iterator[Finding]:
    """Yield a finding for each flaw, in the order of the shapes files."""
    index = region_index(triples)
    findings = [_finding(flaw, index, severity) for flaw in dict.fromkeys(flaws)]
    yield from sorted(findings, key=by_region)


def _finding(flaw: Flaw, index: RegionIndex, severity: Severity) -> Finding:
    return Finding(
        severity,
        flaw.problem,
        SHAPES,
        focus=shown(flaw.node),
        path=str(flaw.predicate or ""),
        value="" if flaw.value is None else shown(flaw.value),
        remedy=flaw.remedy,
        region=_region(flaw, index),
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
