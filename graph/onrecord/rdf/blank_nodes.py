"""Blank node alignment: match the blank nodes of two parses of the same file.

Two parsers label the nodes differently and may order the triples differently. A labelled node is
matched by its label. An unlabelled one (`[ … ]`, `( … )`) is nested in at most one other node, and
both parsers yield the nodes nested under one property in document order.
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
    """Unlabelled blank nodes: those nested in each node by property, and those nested in none."""

    children: _Children
    roots: list[BNode]


def align(
    ours: Iterable[RdflibTriple], theirs: Iterable[RdflibTriple], labelled: Mapping[BNode, BNode]
) -> dict[Node, Node]:
    """Map each blank node of `ours` to that of `theirs`; `labelled` maps those with a label."""
    mine, yours = _forest(ours, set(labelled)), _forest(theirs, set(labelled.values()))
    names: dict[Node, Node] = dict(zip(mine.roots, yours.roots, strict=False))
    names.update((one, other) for one, other in labelled.items())
    queue = list(names.items())
    queue += [(node, node) for node in mine.children if not isinstance(node, BNode)]
    while queue:
        inside = dict(_inside(mine.children, yours.children, *queue.pop()))
        names.update(inside)
        queue.extend(inside.items())
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
