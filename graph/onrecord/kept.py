"""Kept: data files in a store as they were read last, so that only what changes is read again."""

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rdflib import Literal

from onrecord.content import Stamp, identity, lasting, read_content, stamp_of
from onrecord.data import LINES, DataFiles, IllFormed, as_rdflib, label_of, parse, parse_apart
from onrecord.errors import SyntaxProblem
from onrecord.shacl import parts
from onrecord.shacl.change import Triple, forget
from onrecord.shacl.store import Data, Term


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file as it was read last."""

    stamp: Stamp | None
    """None if it was written just before, so that it could have changed without a sign."""
    identity: str
    triples: int = -1
    """How many it has, if each stands on a line of its own and nowhere else in it."""
    problem: tuple[int, int, str] | None = None
    """Line, column and words, if it does not parse; then it says nothing."""


@dataclass(slots=True)
class Kept:
    """A store in which each file is a part, and what is known of the files."""

    data: Data = field(default_factory=Data)
    known: dict[str, Known] = field(default_factory=dict)
    """By path as named."""
    contents: MutableMapping[str, bytes] = field(default_factory=dict)
    """What files of a triple a line had in them, by its identity."""

    def read(self, files: Sequence[Path]) -> DataFiles:
        """Return data files as `read_data` does, reading only those that are not as known.

        Raises Unreadable for a file that cannot be read.
        """
        forget(self.data)
        for gone in self.known.keys() - set(map(str, files)):
            parts.replace(self.data, label_of(Path(gone)), ())
            del self.known[gone]
        if self.known:
            for path in files:
                self._look(path)
        else:
            parts.fill(self.data, map(self._new, files))
            for path in files:
                self._settle(path)
        for other in self.contents.keys() - {known.identity for known in self.known.values()}:
            del self.contents[other]
        return self._as_read(files)

    def _new(self, path: Path) -> tuple[str, Iterator[Triple]]:
        stamp = lasting(stamp_of(path))
        return label_of(path), self._said(path, stamp, read_content(path))

    def _look(self, path: Path) -> None:
        """Bring the part of a file up to date."""
        known, stamp = self.known.get(str(path)), stamp_of(path)
        if known is not None and known.stamp == stamp:
            return
        lasts = lasting(stamp)
        content = read_content(path)
        now = identity(content)
        if known is not None and known.identity == now:
            self.known[str(path)] = replace(known, stamp=lasts)
            return
        apart = None
        if known is not None and known.triples >= 0 and known.problem is None:
            old = self.contents.get(known.identity)
            apart = parse_apart(path, old, content) if old is not None else None
        if known is not None and apart is not None:
            fresh = parts.exchange(self.data, label_of(path), *apart)
            count = known.triples - len(apart[0]) + len(apart[1]) if fresh else -1
            self._note(path, content, Known(lasts, now, count))
        else:
            parts.replace(self.data, label_of(path), self._said(path, lasts, content))
            self._settle(path)

    def _said(self, path: Path, stamp: Stamp | None, content: bytes) -> Iterator[Triple]:
        """Yield the triples of a file, up to the first error, and note what is known of it."""
        count, problem = 0, None
        try:
            for triple in parse(path, label_of(path), content=content):
                count += 1
                yield triple
        except SyntaxProblem as error:
            problem = error.line, error.column, error.problem
        self._note(path, content, Known(stamp, identity(content), count, problem))

    def _note(self, path: Path, content: bytes, known: Known) -> None:
        self.known[str(path)] = known
        if path.suffix in LINES:
            self.contents[known.identity] = content

    def _settle(self, path: Path) -> None:
        """Let a file that does not parse say nothing, and see if any triple stands twice."""
        known, part = self.known[str(path)], label_of(path)
        if known.problem is not None:
            parts.replace(self.data, part, ())
        if path.suffix not in LINES or parts.count(self.data, part) != known.triples:
            self.known[str(path)] = replace(known, triples=-1)

    def _as_read(self, files: Sequence[Path]) -> DataFiles:
        paths = {label_of(path): path for path in files}
        problems = tuple(
            SyntaxProblem(path, *known.problem)
            for path in files
            if (known := self.known[str(path)]).problem is not None
        )
        ill = []
        for part, triple in parts.ill_formed(self.data):
            subject, predicate, value = as_rdflib(triple)
            if isinstance(value, Literal):
                ill.append(IllFormed(paths[part], subject, predicate, value))
        identities = {path: self.known[str(path)].identity for path in files}

        def holders(nodes: set[Term]) -> list[Path]:
            held = parts.holders(self.data, nodes)
            return [path for path in files if label_of(path) in held]

        return DataFiles(tuple(files), self.data, problems, tuple(ill), identities, holders)
