"""Since: what data and records were formerly, and what has changed from then to now."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from onrecord.errors import SyntaxProblem
from onrecord.files.revision import Revision
from onrecord.files.version import read_content
from onrecord.rdf.ntriples_diff import Apart, lines_apart
from onrecord.shacl.incremental.change import Change, Triple, between
from onrecord.validation.data_files import LINES, DataFiles, label_of, parse, parse_apart

_MUCH = 0.1
"""Edited bytes as a share of the data, above which all is validated. To read a former triple and
find what its change affects takes some seven times as long as to validate a triple.
"""

_Names = dict[ox.BlankNode, ox.BlankNode]


@dataclass(frozen=True)
class Edits:
    """Data files that have other content than they had."""

    then: Mapping[Path, bytes]
    """What they were, without those that were not there."""
    now: Mapping[Path, bytes]
    """What they are, without those that are not there."""
    apart: Mapping[Path, Apart]
    """The lines of each that were lost and that have come."""
    size: int
    """Bytes that all data files have now."""

    @property
    def much(self) -> bool:
        """Whether so much was edited that validating all is quicker than what that can affect."""
        edited = sum(len(lost) + len(come) for lost, come in self.apart.values())
        return edited > _MUCH * self.size

    @cached_property
    def change(self) -> Change:
        """The triples that were added and removed."""
        before: list[Triple] = []
        after: list[Triple] = []
        for path, lines in self.apart.items():
            triples = parse_apart(path, lines) if path.suffix in LINES else None
            if triples is not None:
                before += triples[0]
                after += triples[1]
            else:
                new = list(parse(path, label_of(path))) if path in self.now else []
                after += new
                before += _renamed(_then(path, self.then), new)
        return between(before, after)


def edits_since(former: Revision, were: Sequence[Path], data: DataFiles) -> Edits:
    """Return the edits of data files; `were` are files that are not there now.

    A file that did not parse then counts as new, since nothing was found in it.
    """
    broken = {Path(problem.path) for problem in data.problems}
    changed = [path for path in data.files if path not in broken and former.has_changed(path)]
    then = former.contents([*changed, *were])
    now = {path: read_content(path) for path in changed}
    apart = {path: lines_apart(then.get(path, b""), now.get(path, b"")) for path in (*now, *were)}
    return Edits(then, now, apart, sum(path.stat().st_size for path in data.files))


def _then(path: Path, contents: Mapping[Path, bytes]) -> list[Triple]:
    if path not in contents:
        return []
    try:
        return list(parse(path, label_of(path, "e"), content=contents[path]))
    except SyntaxProblem:
        return []


def _renamed(before: Sequence[Triple], after: Sequence[Triple]) -> list[Triple]:
    """Return the triples with blank nodes named as those of `after` that they are like.

    Any naming would do, but the better it is, the less seems to have changed.
    """
    names: _Names = {}
    old, new = _places(before), _places(after)
    taken: set[ox.BlankNode] = set()
    for key, nodes in old.items():
        for node, other in zip(nodes, new.get(key, ()), strict=False):
            names[node] = other
            taken.add(other)
    alike, like = _looks(before), _looks(after)
    for key, nodes in alike.items():
        ours = [node for node in nodes if node not in names]
        theirs = [node for node in like.get(key, ()) if node not in taken]
        names |= dict(zip(ours, theirs, strict=False))

    def named(term: ox.NamedNode | ox.BlankNode) -> ox.NamedNode | ox.BlankNode:
        return names.get(term, term) if isinstance(term, ox.BlankNode) else term

    return [(named(s), p, o if isinstance(o, ox.Literal) else named(o)) for s, p, o in before]


def _places(triples: Iterable[Triple]) -> dict[Hashable, list[ox.BlankNode]]:
    """Return blank nodes by how an IRI leads to them: the IRI and the properties on the way."""
    below: dict[ox.NamedNode | ox.BlankNode, list[tuple[ox.NamedNode, ox.BlankNode]]]
    below = defaultdict(list)
    for subject, predicate, value in triples:
        if isinstance(value, ox.BlankNode):
            below[subject].append((predicate, value))
    places: dict[Hashable, list[ox.BlankNode]] = defaultdict(list)
    seen: set[ox.BlankNode] = set()
    waiting: list[tuple[ox.NamedNode | ox.BlankNode, int]]
    waiting = [(node, hash(node)) for node in below if isinstance(node, ox.NamedNode)]
    while waiting:
        node, way = waiting.pop()
        count: Counter[ox.NamedNode] = Counter()
        for predicate, value in below.get(node, ()):
            count[predicate] += 1
            if value not in seen:
                seen.add(value)
                place = hash((way, predicate, count[predicate]))  # a way can be long
                places[place].append(value)
                waiting.append((value, place))
    return places


def _looks(triples: Iterable[Triple]) -> dict[Hashable, list[ox.BlankNode]]:
    """Return blank nodes by the named terms that they are described with."""
    said: dict[ox.BlankNode, set[Hashable]] = defaultdict(set)
    for subject, predicate, value in triples:
        if isinstance(subject, ox.BlankNode):
            said[subject].add((predicate, None if isinstance(value, ox.BlankNode) else value))
    looks: dict[Hashable, list[ox.BlankNode]] = defaultdict(list)
    for node, words in said.items():
        looks[frozenset(words)].append(node)
    return looks
