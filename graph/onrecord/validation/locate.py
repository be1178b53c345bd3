"""Findings from SHACL validation results: the region in the data files of each result."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import Identifier, Node

from onrecord.rdf.located_turtle import LocatedTriple
from onrecord.rdf.region import Region
from onrecord.rdf.term_text import shown, value_text
from onrecord.shacl.result import Judgement, Result
from onrecord.validation.finding import Finding, Reason
from onrecord.validation.region_index import (
    RegionIndex,
    lexical_form_at,
    predicate_regions,
    region_index,
    region_of_node,
    region_of_value,
    same_term,
)
from onrecord.validation.related_regions import related_regions

_AT_THE_PREDICATE = {
    SH.MinCountConstraintComponent,
    SH.MaxCountConstraintComponent,
    SH.UniqueLangConstraintComponent,
    SH.QualifiedMinCountConstraintComponent,
    SH.QualifiedMaxCountConstraintComponent,
}


def locate(
    results: Iterable[Result], triples: Iterable[LocatedTriple], shapes: Graph
) -> list[Finding]:
    """Return a finding for each distinct result, in their order.

    The region is that of the value if there is one, of the predicate for counts and languages, of
    the subject otherwise; None if no triple mentions the node. `triples` are the located triples of
    all files involved. The remedy is the shape's `rdfs:comment`; a constraint over two properties
    has related regions.
    """
    index = region_index(triples)
    times = Counter((result, result.other_bindings) for result in results)
    prefixes = {prefix: str(space) for prefix, space in shapes.namespaces()}
    return [
        _finding(index, result, shapes, number, prefixes) for (result, _), number in times.items()
    ]


def _finding(
    index: RegionIndex, result: Result, shapes: Graph, times: int, prefixes: Mapping[str, str]
) -> Finding:
    if result.component == SH.SPARQLConstraintComponent:
        result = _with_lexical_forms(index, result)
    region, related = _regions(index, result)
    if result.component != SH.UniqueLangConstraintComponent:
        related += related_regions(index, result, shapes)
    remedy = shapes.value(result.shape, RDFS.comment)
    return Finding(
        result.severity,
        result.message,
        shown(_nearest_named_shape(shapes, result.shape)),
        component=str(result.component),
        focus=shown(result.focus),
        path=str(result.path or ""),
        value="" if result.value is None else shown(result.value),
        value_text=value_text(result.value, prefixes),
        remedy=str(remedy or ""),
        region=region,
        related=tuple(each for each in dict.fromkeys(related) if each != region),
        reasons=tuple(_reason(index, each, result, shapes, prefixes) for each in result.judgements),
        result=result,
        times=times,
    )


def _reason(
    index: RegionIndex,
    judgement: Judgement,
    result: Result,
    shapes: Graph,
    prefixes: Mapping[str, str],
) -> Reason:
    verb = "does not conform" if judgement.results else "conforms"
    region = None
    if result.path_tree is not None and judgement.node != result.focus:
        region = region_of_value(index, result.focus, result.path_tree, judgement.node)
    region = region or region_of_node(index, judgement.node)
    node = shown(judgement.node)
    if judgement.node in (result.value, result.focus):
        node = "it"
    elif isinstance(judgement.node, BNode):  # one of several values, without a name
        node = f"the value at {region.line}:{region.column}" if region else "a value"
    return Reason(
        f"{node} {verb} to {judgement.name}",
        tuple(_finding(index, each, shapes, 1, prefixes) for each in judgement.results),
        judgement.omitted,
        region,
    )


def _with_lexical_forms(index: RegionIndex, result: Result) -> Result:
    """Return a result of a SPARQL constraint with the lexical forms written at its nodes."""
    nodes = (
        result.focus,
        *(term for term in result.other_bindings if not isinstance(term, Literal)),
    )
    return replace(
        result,
        value=None if result.value is None else lexical_form_at(index, nodes, result.value),
        other_bindings=tuple(lexical_form_at(index, nodes, term) for term in result.other_bindings),
    )


def _nearest_named_shape(shapes: Graph, node: Identifier) -> Identifier:
    """Return the nearest IRI among a shape and the shapes that refer to it, breadth first."""
    seen: set[Node] = set()
    queue: list[Node] = [node]
    while queue:
        each = queue.pop(0)
        if isinstance(each, URIRef):
            return each
        if each not in seen:
            seen.add(each)
            queue.extend(sorted(shapes.subjects(None, each), key=str))
    return node


def _clashing_triples(index: RegionIndex, result: Result) -> list[LocatedTriple]:
    """Return the triples whose values have one language, in document order."""
    return [
        triple
        for triple in index.by_subject.get(result.focus, ())
        if triple.predicate == result.path_tree
        and any(same_term(triple.object, each) for each in result.other_bindings)
    ]


def _regions(index: RegionIndex, result: Result) -> tuple[Region | None, list[Region]]:
    """Return the region of a result, and those of further values of a counted predicate."""
    focus, value = result.focus, result.value
    if result.component in _AT_THE_PREDICATE and result.path_tree is not None:
        written = predicate_regions(index, focus, result.path_tree)
        if result.component == SH.UniqueLangConstraintComponent and result.other_bindings:
            clashing = _clashing_triples(index, result)
            if clashing:
                return clashing[0].predicate_region, [each.object_region for each in clashing]
        if written:
            return written[0], written[1:]
        return region_of_node(index, focus), []
    if value is not None and result.path_tree is not None:
        region = region_of_value(index, focus, result.path_tree, value)
        if region is not None:
            return region, []
    if value is not None and value != focus:
        for triple in index.by_subject.get(focus, ()):
            if same_term(triple.object, value):
                return triple.object_region, []
    return region_of_node(index, focus), []
