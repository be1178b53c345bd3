"""Mutation of the shapes: no constraint and no target can be taken out unnoticed."""

from dataclasses import dataclass

import pytest
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from onrecord.records.assembly import read_shapes
from shape_examples import INVALID, VALID, broken, named_shape

Triple = tuple[Node, Node, Node]

SHAPES = read_shapes()

NO_CONSTRAINT = {
    SH.path,
    SH.inversePath,
    SH.alternativePath,
    SH.select,
    SH.prefixes,
    SH.severity,
    SH.message,
    RDF.type,
    RDF.first,
    RDF.rest,
    RDFS.comment,
}
"""What names, places or words a constraint, or makes up a list; all else can be taken out."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A shape that lacks one of its triples."""

    shape: URIRef
    missing: Triple

    def graph(self) -> Graph:
        """Return the shape alone, without the triple and what only hung on it."""
        return _shape_alone(self.shape, self.missing)

    def __str__(self) -> str:
        """Return the name of the shape, and what it lacks."""
        _, predicate, value = self.missing
        name, term = _local(self.shape), _local(predicate)
        return f"{name} without {term}" + ("" if isinstance(value, BNode) else f" {_local(value)}")


def _local(term: Node) -> str:
    return str(term).rpartition("#")[2].rpartition("/")[2]


def _shape_alone(shape: Node, missing: Triple | None = None) -> Graph:
    alone, waiting = Graph(), [shape]
    while waiting:
        for triple in SHAPES.triples((waiting.pop(), None, None)):
            if triple != missing:
                alone.add(triple)
                if isinstance(triple[2], BNode):
                    waiting.append(triple[2])
    return alone


MUTANTS = sorted(
    (
        Mutant(shape, triple)
        for shape in SHAPES.subjects(SH.severity)
        if isinstance(shape, URIRef)
        for triple in _shape_alone(shape)
        if triple[1] not in NO_CONSTRAINT
    ),
    key=str,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_what_a_shape_demands_is_missed_when_it_is_taken_out(mutant: Mutant) -> None:
    """An invalid file passes then; or, below `sh:not`, a valid one no longer does."""
    shapes = mutant.graph()
    examples = [path for path in INVALID if named_shape(path) == mutant.shape]
    invalid_passes = any(not broken(path, shapes) for path in examples)
    assert invalid_passes or any(broken(path, shapes) for path in VALID)
