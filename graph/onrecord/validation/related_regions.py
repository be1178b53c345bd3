"""Related regions of a result: the other operands of its constraint."""

from collections.abc import Iterator

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Identifier

from onrecord.rdf.located_turtle import LocatedTriple
from onrecord.rdf.region import Region
from onrecord.shacl.result import Result
from onrecord.validation.region_index import RegionIndex, region_of_node, same_term

_PAIRS = {
    SH.EqualsConstraintComponent: SH.equals,
    SH.DisjointConstraintComponent: SH.disjoint,
    SH.LessThanConstraintComponent: SH.lessThan,
    SH.LessThanOrEqualsConstraintComponent: SH.lessThanOrEquals,
}


def related_regions(index: RegionIndex, result: Result, shapes: Graph) -> list[Region]:
    """Return the related regions of a result, in document order.

    For `sh:lessThan`, the values that are not greater; for `sh:disjoint`, the same value; for
    `sh:equals`, the values compared with; for `sh:sparql`, the terms bound to other variables of
    the query. The terms of the result must be those of the located triples.
    """
    regions = list(_bound_regions(index, result))
    pair = _PAIRS.get(result.component)
    if pair is None:
        return regions
    for other_property in shapes.objects(result.shape, pair):
        if isinstance(other_property, URIRef):
            regions += [
                triple.object_region
                for triple in _compared_triples(index, result, pair, other_property)
            ]
    return sorted(regions)


def _compared_triples(
    index: RegionIndex, result: Result, pair: URIRef, other_property: URIRef
) -> Iterator[LocatedTriple]:
    written = index.by_subject.get(result.focus, ())
    compared = [triple for triple in written if triple.predicate == other_property]
    value = result.value
    if value is None:
        return
    if pair == SH.disjoint:
        yield from (triple for triple in compared if same_term(triple.object, value))
    elif pair == SH.equals:
        if any(same_term(triple.object, value) for triple in compared):
            compared = [triple for triple in written if triple.predicate == result.path_tree]
        yield from compared
    else:
        yield from (t for t in compared if not _in_order(value, t.object, pair == SH.lessThan))


def _in_order(value: Identifier, other_property: Identifier, strictly: bool) -> bool:
    """Say whether two values are in order; incomparable values are not."""
    if not (isinstance(value, Literal) and isinstance(other_property, Literal)):
        return False
    left, right = value.value, other_property.value
    try:
        return bool(left < right if strictly else left <= right)
    except TypeError:
        return False


def _bound_regions(index: RegionIndex, result: Result) -> Iterator[Region]:
    """Yield the regions of the terms bound to further variables of a SPARQL constraint."""
    subjects = (
        result.focus,
        *(term for term in result.other_bindings if not isinstance(term, Literal)),
    )
    for term in result.other_bindings:
        if not isinstance(term, Literal):
            region = region_of_node(index, term)
            if region is not None:
                yield region
            continue
        for triple in index.by_object.get(term, ()):
            if triple.subject in subjects:
                yield triple.object_region
