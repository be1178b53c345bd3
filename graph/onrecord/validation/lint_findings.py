"""Findings about shapes: each flaw with its region in the shapes files."""

from collections.abc import Iterable, Iterator

from rdflib import URIRef
from rdflib.term import Identifier

from onrecord.rdf.located_turtle import LocatedTriple
from onrecord.rdf.region import Region
from onrecord.rdf.term_text import shown
from onrecord.shacl.lint.flaw import Flaw
from onrecord.shacl.severity import Severity
from onrecord.validation.finding import SHAPES, Finding, by_place
from onrecord.validation.region_index import Index, index, place_of_node, predicate_places


def located(
    flaws: Iterable[Flaw], triples: Iterable[LocatedTriple], severity: Severity
) -> Iterator[Finding]:
    """Return a finding for each flaw, in the order of the shapes files."""
    where = index(triples)
    findings = [_finding(flaw, where, severity) for flaw in dict.fromkeys(flaws)]
    yield from sorted(findings, key=by_place)


def _finding(flaw: Flaw, where: Index, severity: Severity) -> Finding:
    return Finding(
        severity,
        flaw.problem,
        SHAPES,
        focus=shown(flaw.node),
        path=str(flaw.predicate or ""),
        value="" if flaw.value is None else shown(flaw.value),
        remedy=flaw.remedy,
        place=_place(flaw, where),
    )


def _place(flaw: Flaw, where: Index) -> Region | None:
    node, predicate, value = flaw.node, flaw.predicate, flaw.value
    if not isinstance(node, Identifier):
        return None
    if isinstance(predicate, URIRef):
        for triple in where.by_subject.get(node, ()):
            if triple.predicate == predicate and (value is None or triple.object == value):
                whole = flaw.at_predicate or value is None
                return triple.predicate_place if whole else triple.object_place
        if places := predicate_places(where, node, predicate):
            return places[0]
    return place_of_node(where, node)
