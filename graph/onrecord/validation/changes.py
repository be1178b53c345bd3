"""Edits of data files since a revision, as the triples that were added and removed."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from onrecord.errors import SyntaxProblem
from onrecord.files.content import read_content
from onrecord.files.revision import Revision
from onrecord.rdf.ntriples_diff import LineDiff, diff_lines
from onrecord.shacl.incremental.change import Change, Triple, change_between
from onrecord.validation.data_files import (
    LINE_BASED,
    DataFiles,
    blank_node_prefix,
    parse,
    parse_diff,
)
from onrecord.validation.rdf_forms import AS_NAMED, Reading

_LARGE_SHARE = 0.1
"""Share of edited bytes above which all data is validated. To parse a triple of the revision and
find the nodes that its change affects takes about seven times as long as to validate a triple.
"""

_LARGE_SIZE = 256 << 10
"""Bytes up to which edits are never large: narrowing costs little there."""

_Names = dict[ox.BlankNode, ox.BlankNode]


@dataclass(frozen=True)
class Edits:
    """Data files whose content differs from a revision."""

    before: Mapping[Path, bytes]
    """Content at the revision, of the files that existed."""
    after: Mapping[Path, bytes]
    """Current content, of the files that exist."""
    line_diffs: Mapping[Path, LineDiff]
    """Removed and added lines of each file."""
    size: int
    """Current size of all data files, in bytes."""
    reading: Reading = AS_NAMED
    """How the files are read."""

    @property
    def is_large(self) -> bool:
        """Whether validating all data is faster than validating what the edits can affect."""
        edited = sum(len(removed) + len(added) for removed, added in self.line_diffs.values())
        return edited > max(_LARGE_SIZE, _LARGE_SHARE * self.size)

    @cached_property
    def change(self) -> Change:
        """The added and removed triples."""
        before: list[Triple] = []
        after: list[Triple] = []
        for path, lines in self.line_diffs.items():
            triples = parse_diff(path, lines) if path.suffix in LINE_BASED else None
            if triples is not None:
                before += triples[0]
                after += triples[1]
            else:
                parsed = list(self._now(path)) if path in self.after else []
                after += parsed
                before += _align_blank_nodes(_parse_before(path, self.before, self.reading), parsed)
        return change_between(before, after)

    def _now(self, path: Path) -> Iterator[Triple]:
        return parse(path, blank_node_prefix(path), reading=self.reading)


def edits_since(revision: Revision, removed: Sequence[Path], data: DataFiles) -> Edits:
    """Return the edits of data files since a revision; `removed` files no longer exist.

    A file that did not parse at the revision counts as new: it had no triples to validate.
    """
    broken = {Path(problem.path) for problem in data.problems}
    changed = [path for path in data.files if path not in broken and revision.has_changed(path)]
    before = revision.contents([*changed, *removed])
    after = {path: read_content(path) for path in changed}
    line_diffs = {
        path: diff_lines(before.get(path, b""), after.get(path, b"")) for path in (*after, *removed)
    }
    size = sum(path.stat().st_size for path in data.files)
    return Edits(before, after, line_diffs, size, data.reading)


def _parse_before(path: Path, contents: Mapping[Path, bytes], reading: Reading) -> list[Triple]:
    if path not in contents:
        return []
    try:
        prefix = blank_node_prefix(path, "e")
        return list(parse(path, prefix, content=contents[path], reading=reading))
    except SyntaxProblem:
        return []


def _align_blank_nodes(before: Sequence[Triple], after: Sequence[Triple]) -> list[Triple]:
    """Return the triples of `before` with the blank node labels of corresponding nodes in `after`.

    Any bijection is correct; a closer one yields a smaller change.
    """
    names: _Names = {}
    old_nodes, new_nodes = _blank_nodes_by_path(before), _blank_nodes_by_path(after)
    taken: set[ox.BlankNode] = set()
    for key, nodes in old_nodes.items():
        for node, other in zip(nodes, new_nodes.get(key, ()), strict=False):
            names[node] = other
            taken.add(other)
    old, new = _blank_nodes_by_description(before), _blank_nodes_by_description(after)
    for key, nodes in old.items():
        unnamed = [node for node in nodes if node not in names]
        untaken = [node for node in new.get(key, ()) if node not in taken]
        names |= dict(zip(unnamed, untaken, strict=False))

    def named(term: ox.NamedNode | ox.BlankNode) -> ox.NamedNode | ox.BlankNode:
        return names.get(term, term) if isinstance(term, ox.BlankNode) else term

    return [(named(s), p, o if isinstance(o, ox.Literal) else named(o)) for s, p, o in before]


def _blank_nodes_by_path(triples: Iterable[Triple]) -> dict[Hashable, list[ox.BlankNode]]:
    """Return blank nodes by a hash of the path from an IRI to them."""
    below: dict[ox.NamedNode | ox.BlankNode, list[tuple[ox.NamedNode, ox.BlankNode]]]
    below = defaultdict(list)
    for subject, predicate, value in triples:
        if isinstance(value, ox.BlankNode):
            below[subject].append((predicate, value))
    by_path: dict[Hashable, list[ox.BlankNode]] = defaultdict(list)
    seen: set[ox.BlankNode] = set()
    queue: list[tuple[ox.NamedNode | ox.BlankNode, int]]
    queue = [(node, hash(node)) for node in below if isinstance(node, ox.NamedNode)]
    while queue:
        node, path = queue.pop()
        count: Counter[ox.NamedNode] = Counter()
        for predicate, value in below.get(node, ()):
            count[predicate] += 1
            if value not in seen:
                seen.add(value)
                key = hash((path, predicate, count[predicate]))  # a path can be long
                by_path[key].append(value)
                queue.append((value, key))
    return by_path


def _blank_nodes_by_description(triples: Iterable[Triple]) -> dict[Hashable, list[ox.BlankNode]]:
    """Return blank nodes by their set of (predicate, object) pairs, blank objects as None."""
    descriptions: dict[ox.BlankNode, set[Hashable]] = defaultdict(set)
    for subject, predicate, value in triples:
        if isinstance(subject, ox.BlankNode):
            descriptions[subject].add(
                (predicate, None if isinstance(value, ox.BlankNode) else value)
            )
    by_description: dict[Hashable, list[ox.BlankNode]] = defaultdict(list)
    for node, description in descriptions.items():
        by_description[frozenset(description)].append(node)
    return by_description
