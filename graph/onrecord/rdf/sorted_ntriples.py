"""Sorted N-Triples file: the triples of one subject, found by bisection, as they are written."""

import mmap
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

PlainTriple = tuple[str, str, str]
"""Subject, predicate and value of a triple, without the datatype or language of a literal."""

_SUBJECT = re.compile(rb"^<([^>#]*)> ", re.MULTILINE)


class SortedNTriples:
    """N-Triples file whose lines are in the order of their bytes, as in a release.

    The file is mapped, not read: a lookup takes a few pages of it, however large it is.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            empty = file.seek(0, 2) == 0
            self._lines: mmap.mmap | bytes = (
                b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            )

    def has_subject(self, iri: str) -> bool:
        """Return whether the file has triples of a subject."""
        return bool(self._starting_with(f"<{iri}> "))

    def of_subject(self, iri: str) -> Iterator[ox.Triple]:
        """Yield the triples of a subject."""
        yield from _triples(self._starting_with(f"<{iri}> "))

    def texts_of(self, iris: Iterable[str]) -> Iterator[PlainTriple]:
        """Yield the triples of several subjects as texts.

        Lines of a release are split at their spaces, which takes half the time of the parser.
        """
        lines = b"".join(self._starting_with(f"<{iri}> ") for iri in iris)
        for line in lines.decode().split("\n"):
            if "\\" in line:
                yield from map(plain, _triples(line.encode()))
            elif line:
                subject, predicate, value = line.split(" ", 2)
                end = -3 if value.startswith("<") else value.rindex('"')
                yield subject[1:-1], predicate[1:-1], value[1:end]

    def of_document(self, iri: str) -> Iterator[ox.Triple]:
        """Yield the triples of a subject and of those nested in it, whose IRIs add a fragment."""
        yield from _triples(self._starting_with(f"<{iri}> "))
        yield from _triples(self._starting_with(f"<{iri}#"))

    def of_property(self, iri: str, predicate: str) -> Iterator[ox.Triple]:
        """Yield the triples of a subject with a predicate."""
        yield from _triples(self._starting_with(f"<{iri}> <{predicate}> "))

    def subjects_below(self, start: str, after: str = "") -> Iterator[str]:
        """Yield the IRIs of the subjects that begin with `start`, in order, without nested ones.

        `after` is the IRI behind which to begin.
        """
        prefix = f"<{start}".encode("utf-8", "replace")
        place = self._first(f"<{after}> ".encode("utf-8", "replace") + b"\xff" if after else prefix)
        last = b""
        for match in _SUBJECT.finditer(self._lines, place, self._first(prefix + b"\xff")):
            if match[1] != last:
                last = match[1]
                yield last.decode()

    def _starting_with(self, start: str) -> bytes:
        """Return the lines that begin with a text; a line feed in it is in no line."""
        prefix = start.encode("utf-8", "replace")
        lines = self._lines
        first = end = self._first(prefix)
        # There are few: to walk over them takes less than to look for the end.
        while lines[end : end + len(prefix)] == prefix:
            end = lines.find(b"\n", end) + 1 or len(lines)
        return lines[first:end]

    def _first(self, wanted: bytes) -> int:
        """Return the place of the first line that is not before `wanted`."""
        lines = self._lines
        low, high = 0, len(lines)
        while low < high:
            start = lines.rfind(b"\n", low, (low + high) // 2) + 1
            start = max(start, low)
            if lines[start : start + len(wanted)] < wanted:
                low = lines.find(b"\n", start) + 1 or len(lines)
            else:
                high = start
        return low


def _triples(lines: bytes) -> Iterator[ox.Triple]:
    for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES):
        yield quad.triple


def plain(triple: ox.Triple) -> PlainTriple:
    """Return a triple as texts; a blank node is its label."""
    subject, predicate, value = (
        getattr(term, "value", "") for term in (triple.subject, triple.predicate, triple.object)
    )
    return subject, predicate, value
