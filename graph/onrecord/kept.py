"""Kept: data files in a store as they were read last, so that only what changes is read again."""

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rdflib import Literal

from onrecord.content import Stamp, identity, lasting, read_content, stamp_of
from onrecord.data import LINES, DataFiles, IllFormed, as_rdflib, label_of, parse, parse_apart
from onrecord.errors import SyntaxProblem
from onrecord.lines import Apart, joined, lines_apart
from onrecord.shacl import parts
from onrecord.shacl.change import Triple, forget
from onrecord.shacl.store import Data, Term

_MUCH = 1 << 20
"""Bytes of lines up to which a file is told from what it was by them."""


class Known(NamedTuple):
    """What is known of a file as it was read last."""

    stamp: Stamp | None
    """None if it was written just before, so that it could have changed without a sign."""
    identity: str
    triples: int = -1
    """How many it has, if each stands on a line of its own and nowhere else in it."""
    problem: tuple[int, int, str] | None = None
    """Line, column and words, if it does not parse; then it says nothing."""
    then: str = ""
    """What identifies the content that its lines are compared with."""
    lost: str = ""
    """The lines that this has and the file has not, a character a byte."""
    come: str = ""
    """The lines that the file has and this has not."""


@dataclass(slots=True)
class Kept:
    """A store in which each file is a part, and what is known of the files."""

    opened: Callable[[], Data] = field(default_factory=lambda: cache(Data))
    """Gives the store, which may still be opening while files are looked at."""
    known: dict[str, Known] = field(default_factory=dict)
    """By path as named."""
    contents: MutableMapping[str, bytes] = field(default_factory=dict)
    """What the lines of files are compared with, by its identity."""
    news: int = 0
    """How much was read that was not known: bytes of contents, and triples of lines."""
    texts: dict[str, bytes] = field(default_factory=dict)
    """Contents of files of lines that have just been read, by path as named."""
    used: bool = False
    """Whether there may be something in the store that a validation has put there."""

    @property
    def data(self) -> Data:
        """The store."""
        return self.opened()

    def read(self, files: Sequence[Path]) -> DataFiles:
        """Return data files as `read_data` does, reading only those that are not as known.

        Raises UnreadableError for a file that cannot be read.
        """
        if self.used:
            forget(self.data)
        self.used = True
        self.texts.clear()
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
        for other in self.contents.keys() - {known.then for known in self.known.values()}:
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
            self.known[str(path)] = known._replace(stamp=lasts)
            return
        if known is None or not self._exchange(path, known._replace(stamp=lasts), content, now):
            parts.replace(self.data, label_of(path), self._said(path, lasts, content))
            self._settle(path)

    def _exchange(self, path: Path, known: Known, content: bytes, now: str) -> bool:
        """Exchange in the part of a file what its lines say, if each of them stands for itself."""
        then = self.contents.get(known.then)
        if known.triples < 0 or known.problem is not None or then is None:
            return False
        apart = lines_apart(then, content)
        turned = known.come.encode("latin-1"), known.lost.encode("latin-1")
        triples = parse_apart(path, joined(turned, apart))
        if triples is None:
            return False
        fresh = parts.exchange(self.data, label_of(path), *triples)
        count = known.triples - len(triples[0]) + len(triples[1]) if fresh else -1
        self.known[str(path)] = known._replace(identity=now, triples=count)
        self.news += len(triples[0]) + len(triples[1])
        self.texts[str(path)] = content
        if sum(map(len, apart)) > _MUCH:
            self.remember(path, now, content, (b"", b""))
        else:
            self.remember(path, known.then, then, apart)
        return True

    def _said(self, path: Path, stamp: Stamp | None, content: bytes) -> Iterator[Triple]:
        """Yield the triples of a file, up to the first error, and note what is known of it."""
        count, problem = 0, None
        try:
            for triple in parse(path, label_of(path), content=content):
                count += 1
                yield triple
        except SyntaxProblem as error:
            problem = error.line, error.column, error.problem
        now = identity(content)
        self.news += len(content)
        self.known[str(path)] = Known(stamp, now, count, problem)
        self.remember(path, now, content, (b"", b""))

    def _settle(self, path: Path) -> None:
        """Let a file that does not parse say nothing, and see if any triple stands twice."""
        known, part = self.known[str(path)], label_of(path)
        if known.problem is not None:
            parts.replace(self.data, part, ())
        if path.suffix not in LINES or parts.count(self.data, part) != known.triples:
            self.known[str(path)] = known._replace(triples=-1)

    def _as_read(self, files: Sequence[Path]) -> DataFiles:
        problems = tuple(
            SyntaxProblem(path, *known.problem)
            for path in files
            if (known := self.known[str(path)]).problem is not None
        )
        ill = []
        wrong = list(parts.ill_formed(self.data))
        paths = {label_of(path): path for path in files} if wrong else {}
        for part, triple in wrong:
            subject, predicate, value = as_rdflib(triple)
            if isinstance(value, Literal):
                ill.append(IllFormed(paths[part], subject, predicate, value))
        return DataFiles(tuple(files), self.data, problems, tuple(ill), self)

    def identity(self, path: Path) -> str:
        """Return what identifies the content of a file, as git does by SHA-1."""
        return self.known[str(path)].identity

    def content(self, path: Path) -> bytes | None:
        """Return the content of a file, if it is at hand."""
        return self.texts.get(str(path))

    def holders(self, nodes: set[Term]) -> set[str]:
        """Return the labels of the files that have a triple with one of some nodes."""
        return parts.holders(self.data, nodes)

    def apart(self, path: Path, then: str) -> Apart | None:
        """Return the lines that tell a file from what it was, if known; by the identity then."""
        known = self.known[str(path)]
        if known.then != then:
            return None
        return known.lost.encode("latin-1"), known.come.encode("latin-1")

    def remember(self, path: Path, then: str, content: bytes, apart: Apart) -> None:
        """Keep what a file was, and the lines that tell it from that."""
        if path.suffix in LINES:
            lost, come = (lines.decode("latin-1") for lines in apart)
            self.known[str(path)] = self.known[str(path)]._replace(then=then, lost=lost, come=come)
            if then not in self.contents:
                self.contents[then] = content
                self.news += len(content)
