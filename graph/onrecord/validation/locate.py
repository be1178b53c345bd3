"""From results to findings: each with the place that a person has to look at."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import Identifier, Node

from onrecord.rdf.located_turtle import LocatedTriple
from onrecord.rdf.region import Region
from onrecord.rdf.term_text import shown
from onrecord.shacl.result import Result
from onrecord.validation.finding import Finding
from onrecord.validation.region_index import (
    Index,
    index,
    place_of_node,
    place_of_value,
    predicate_places,
    same,
    written_form,
)
from onrecord.validation.related_regions import other_side

Resolve = Callable[[Identifier], Identifier]
"""Gives the term that the located files have for one of the validated graph."""

_AT_THE_PREDICATE = {
    SH.MinCountConstraintComponent,
    SH.MaxCountConstraintComponent,
    SH.UniqueLangConstraintComponent,
    SH.QualifiedMinCountConstraintComponent,
    SH.QualifiedMaxCountConstraintComponent,
}


def locate(
    results: Iterable[Result],
    places: Iterable[LocatedTriple],
    resolve: Resolve = lambda term: term,
    shapes: Graph | None = None,
) -> list[Finding]:
    """Return a finding for each result, in their order; results that are the same are one.

    The place is that of the exact value where there is one, of the predicate for counts and
    languages, of the subject otherwise, None where the files say nothing of the node. `places`
    chains the triples of all files that matter. With the shapes, a finding also has its remedy
    (the shape's `rdfs:comment`) and the places of the other side of a constraint over two nodes.
    """
    where = index(places)
    different = {(result, result.beside): result for result in results}.values()
    return [_finding(where, result, resolve, shapes) for result in different]


def _finding(where: Index, result: Result, resolve: Resolve, shapes: Graph | None) -> Finding:
    focus = resolve(result.focus)
    value = None if result.value is None else resolve(result.value)
    if result.component == SH.SPARQLConstraintComponent:
        result = _as_written(where, replace(result, value=value), focus)
        value = result.value
    place, related = _places(where, result, focus, value)
    shape, remedy = result.shape, None
    if shapes is not None:
        related += other_side(where, replace(result, focus=focus, value=value), shapes)
        remedy = shapes.value(result.shape, RDFS.comment)
        shape = _named(shapes, result.shape)
    return Finding(
        result.severity,
        result.message,
        shown(shape),
        component=str(result.component),
        focus=shown(result.focus),
        path=str(result.path or ""),
        value="" if result.value is None else shown(result.value),
        remedy=str(remedy or ""),
        place=place,
        related=tuple(each for each in dict.fromkeys(related) if each != place),
        result=result,
    )


def _as_written(where: Index, result: Result, focus: Identifier) -> Result:
    """Return a result of a query with its literals as they are written at its nodes."""
    nodes = (focus, *(term for term in result.beside if not isinstance(term, Literal)))
    return replace(
        result,
        value=None if result.value is None else written_form(where, nodes, result.value),
        beside=tuple(written_form(where, nodes, term) for term in result.beside),
    )


def _named(shapes: Graph, node: Identifier) -> Identifier:
    """Return the nearest shape with an IRI that a shape written in place belongs to."""
    seen: set[Node] = set()
    waiting: list[Node] = [node]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, URIRef):
            return each
        if each not in seen:
            seen.add(each)
            waiting.extend(sorted(shapes.subjects(None, each), key=str))
    return node


def _places(
    where: Index, result: Result, focus: Identifier, value: Identifier | None
) -> tuple[Region | None, list[Region]]:
    if result.component in _AT_THE_PREDICATE and result.route is not None:
        written = predicate_places(where, focus, result.route)
        if written:
            return written[0], written[1:]
        return place_of_node(where, focus), []
    if value is not None and result.route is not None:
        place = place_of_value(where, focus, result.route, value)
        if place is not None:
            return place, []
    if value is not None and value != focus:
        for triple in where.by_subject.get(focus, ()):
            if same(triple.object, value):
                return triple.object_place, []
    return place_of_node(where, focus), []
