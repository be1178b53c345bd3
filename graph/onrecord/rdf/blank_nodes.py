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
    source: Iterable[RdflibTriple], target: Iterable[RdflibTriple], labelled: Mapping[BNode, BNode]
) -> dict[Node, Node]:
    """Map each blank node of `source` to that of `target`; `labelled` maps those with a label."""
    source_forest, target_forest = (
        _forest(source, set(labelled)),
        _forest(target, set(labelled.values())),
    )
    names: dict[Node, Node] = dict(zip(source_forest.roots, target_forest.roots, strict=False))
    names.update((source_node, target_node) for source_node, target_node in labelled.items())
    queue = list(names.items())
    queue += [(node, node) for node in source_forest.children if not isinstance(node, BNode)]
    while queue:
        nested = dict(_nested_pairs(source_forest.children, target_forest.children, *queue.pop()))
        names.update(nested)
        queue.extend(nested.items())
    return names


def _nested_pairs(
    source_forest: _Children, target_forest: _Children, source_node: Node, target_node: Node
) -> Iterator[tuple[Node, Node]]:
    for predicate, nodes in source_forest.get(source_node, {}).items():
        yield from zip(nodes, target_forest.get(target_node, {}).get(predicate, ()), strict=False)


def _forest(triples: Iterable[RdflibTriple], labelled: set[BNode]) -> _Forest:
    children: _Children = defaultdict(lambda: defaultdict(list))
    subjects: dict[BNode, None] = {}
    nested: set[BNode] = set()
    for subject, predicate, value in triples:
        if isinstance(value, BNode) and value not in labelled:
            children[subject][predicate].append(value)
            nested.add(value)
        if isinstance(subject, BNode) and subject not in labelled:
            subjects[subject] = None
    return _Forest(dict(children), [node for node in subjects if node not in nested])
