"""Alignment: which blank node of one reading of a file is which of another.

Two parsers give the blank nodes of one file names of their own, and triples in orders of their
own: one yields a nested node before the triple that mentions it, the other after. Triples that
have but one blank node come in the same order, and the rest follows from their neighbours.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from rdflib import BNode
from rdflib.term import Node

from onrecord.oxigraph import Triple

Names = dict[Node, Node]
"""Blank nodes of one reading to those of the other."""

_Looks = Callable[[Triple, Mapping[Node, Node]], Hashable]
"""Gives what a triple has in common with those like it, None if it tells nothing. The mapping
has the nodes known so far, each with its name in the other reading."""


def align(ours: Sequence[Triple], theirs: Sequence[Triple]) -> Names:
    """Return for each blank node of `ours` that of `theirs`, nothing if that cannot be told."""
    names: Names = {}
    _pair(ours, theirs, names, _beside_a_name)
    known = -1
    while known < len(names):
        known = len(names)
        _pair(ours, theirs, names, _after_a_known)
        _pair(ours, theirs, names, _before_a_known)
    _pair(ours, theirs, names, _of_two_unknown)
    renamed = Counter((names.get(s, s), p, names.get(o, o)) for s, p, o in ours)
    return names if renamed == Counter(theirs) else {}


def _pair(ours: Iterable[Triple], theirs: Iterable[Triple], names: Names, looks: _Looks) -> None:
    """Name the blank nodes of triples that look alike, in their order, if there are as many."""
    alike, known = _grouped(ours, names, looks), {name: name for name in names.values()}
    like = _grouped(theirs, known, looks)
    for look, triples in alike.items():
        others = like.get(look, [])
        if len(triples) == len(others):
            for one, other in zip(triples, others, strict=True):
                for mine, its in ((one[0], other[0]), (one[2], other[2])):
                    if isinstance(mine, BNode):
                        names.setdefault(mine, its)


def _grouped(
    triples: Iterable[Triple], known: Mapping[Node, Node], looks: _Looks
) -> dict[Hashable, list[Triple]]:
    groups: dict[Hashable, list[Triple]] = defaultdict(list)
    for triple in triples:
        look = looks(triple, known)
        if look is not None:
            groups[look].append(triple)
    return groups


def _beside_a_name(triple: Triple, _: Mapping[Node, Node]) -> Hashable:
    subject, predicate, value = triple
    if isinstance(subject, BNode) == isinstance(value, BNode):
        return None
    return (None, predicate, value) if isinstance(subject, BNode) else (subject, predicate, None)


def _after_a_known(triple: Triple, known: Mapping[Node, Node]) -> Hashable:
    subject, predicate, value = triple
    if not isinstance(value, BNode) or value in known or subject not in known:
        return None
    return known[subject], predicate


def _before_a_known(triple: Triple, known: Mapping[Node, Node]) -> Hashable:
    subject, predicate, value = triple
    if not isinstance(subject, BNode) or subject in known or value not in known:
        return None
    return known[value], predicate


def _of_two_unknown(triple: Triple, known: Mapping[Node, Node]) -> Hashable:
    subject, predicate, value = triple
    unknown = all(isinstance(term, BNode) and term not in known for term in (subject, value))
    return predicate if unknown else None
