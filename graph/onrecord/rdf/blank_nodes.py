"""Alignment: which blank node of one reading of a file is which of another.

Two parsers give the same nodes other names and their triples another order. A node with a label is
known by it. Any other is written in place, so there is one node that it stands in, or none; and
what stands in one node under one property comes in the order of the file, whoever reads it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import BNode
from rdflib.term import Node

from onrecord.rdf.oxigraph import RdflibTriple

_Children = dict[Node, dict[Node, list[BNode]]]


@dataclass(frozen=True, slots=True)
class _Forest:
    """The nodes that are written in place: those in each node, and those that stand in none."""

    children: _Children
    roots: list[BNode]


def align(
    ours: Iterable[RdflibTriple], theirs: Iterable[RdflibTriple], labelled: Mapping[BNode, BNode]
) -> dict[Node, Node]:
    """Return for each blank node of `ours` that of `theirs`; `labelled` has those with a label."""
    mine, yours = _forest(ours, set(labelled)), _forest(theirs, set(labelled.values()))
    names: dict[Node, Node] = dict(zip(mine.roots, yours.roots, strict=False))
    names.update((one, other) for one, other in labelled.items())
    waiting = list(names.items())
    waiting += [(node, node) for node in mine.children if not isinstance(node, BNode)]
    while waiting:
        inside = dict(_inside(mine.children, yours.children, *waiting.pop()))
        names.update(inside)
        waiting.extend(inside.items())
    return names


def _inside(
    mine: _Children, yours: _Children, one: Node, other: Node
) -> Iterator[tuple[Node, Node]]:
    for predicate, nodes in mine.get(one, {}).items():
        yield from zip(nodes, yours.get(other, {}).get(predicate, ()), strict=False)


def _forest(triples: Iterable[RdflibTriple], labelled: set[BNode]) -> _Forest:
    children: _Children = defaultdict(lambda: defaultdict(list))
    subjects: dict[BNode, None] = {}
    inside: set[BNode] = set()
    for subject, predicate, value in triples:
        if isinstance(value, BNode) and value not in labelled:
            children[subject][predicate].append(value)
            inside.add(value)
        if isinstance(subject, BNode) and subject not in labelled:
            subjects[subject] = None
    return _Forest(dict(children), [node for node in subjects if node not in inside])
