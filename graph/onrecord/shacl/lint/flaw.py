"""Flaw: one thing that is wrong with shapes, and where it is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Identifier, Node

from onrecord.findings import SHAPES, Finding, Place, by_place, shown
from onrecord.places import LocatedTriple
from onrecord.severity import Severity
from onrecord.shacl.index import Index, index, place_of_node, predicate_places


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a node of the shapes graph, with its property or with a value of it."""

    node: Node
    problem: str
    remedy: str = ""
    predicate: Node | None = None
    value: Node | None = None
    at_predicate: bool = False
    """Whether the property is wrong, and not its value."""


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


def _place(flaw: Flaw, where: Index) -> Place | None:
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


def named(term: Node) -> str:
    """Return a term as a message names it."""
    if isinstance(term, Literal):
        return repr(str(term))
    return "a node written in place" if shown(term) == "[]" else str(term)
