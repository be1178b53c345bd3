"""Opposites: where the other side of a constraint over two nodes is written."""

from collections.abc import Iterator

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Identifier

from onrecord.rdf.located_turtle import LocatedTriple
from onrecord.rdf.region import Region
from onrecord.shacl.result import Result
from onrecord.validation.region_index import Index, place_of_node, same

_PAIRS = {
    SH.EqualsConstraintComponent: SH.equals,
    SH.DisjointConstraintComponent: SH.disjoint,
    SH.LessThanConstraintComponent: SH.lessThan,
    SH.LessThanOrEqualsConstraintComponent: SH.lessThanOrEquals,
}


def other_side(where: Index, result: Result, shapes: Graph) -> list[Region]:
    """Return the places that a result is about besides its own, in document order.

    Of `sh:lessThan` the values that are not greater, of `sh:disjoint` the same value, of
    `sh:equals` the values that it was compared with, of `sh:sparql` what further variables of
    the query are bound to. The terms of the result are those of the located triples.
    """
    places = list(_of_query(where, result))
    pair = _PAIRS.get(result.component)
    if pair is None:
        return places
    for other in shapes.objects(result.shape, pair):
        if isinstance(other, URIRef):
            places += [triple.object_place for triple in _opposed(where, result, pair, other)]
    return sorted(places)


def _opposed(where: Index, result: Result, pair: URIRef, other: URIRef) -> Iterator[LocatedTriple]:
    written = where.by_subject.get(result.focus, ())
    there = [triple for triple in written if triple.predicate == other]
    value = result.value
    if value is None:
        return
    if pair == SH.disjoint:
        yield from (triple for triple in there if same(triple.object, value))
    elif pair == SH.equals:
        if any(same(triple.object, value) for triple in there):
            there = [triple for triple in written if triple.predicate == result.route]
        yield from there
    else:
        yield from (t for t in there if not _in_order(value, t.object, pair == SH.lessThan))


def _in_order(value: Identifier, other: Identifier, strictly: bool) -> bool:
    """Say whether two values are in order; what cannot be compared is not."""
    if not (isinstance(value, Literal) and isinstance(other, Literal)):
        return False
    one, two = value.value, other.value
    try:
        return bool(one < two if strictly else one <= two)
    except TypeError:
        return False


def _of_query(where: Index, result: Result) -> Iterator[Region]:
    """Yield where the terms that a query bound beside the result are written."""
    about = (result.focus, *(term for term in result.beside if not isinstance(term, Literal)))
    for term in result.beside:
        if not isinstance(term, Literal):
            place = place_of_node(where, term)
            if place is not None:
                yield place
            continue
        for triple in where.by_object.get(term, ()):
            if triple.subject in about:
                yield triple.object_place
