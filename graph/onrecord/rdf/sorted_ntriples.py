"""Sorted N-Triples file: the triples of one subject, found by bisection, as they are written."""

import mmap
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

import pyoxigraph as ox

PlainTriple = tuple[str, str, str]
"""Subject, predicate and value of a triple, without the datatype or language of a literal."""
Values = dict[str, list[str]]
"""Values of a subject by property, as texts."""

_SUBJECT = re.compile(rb"^<([^>#]*)> ", re.MULTILINE)
_REST = re.compile(r'^<[^>]*> <([^>]*)> (?:<([^>]*)>|"(.*)"[^"\n]*) \.$', re.MULTILINE)
"""Line of a release without escapes: property, and IRI or text of a literal."""
_MARKS = 4096
"""Lines that are remembered to begin a lookup nearer than at both ends of the file."""
_LENGTH_OF_MARK = 200
"""Bytes that are remembered of each; more than the IRIs of most subjects."""
_NEAR = 2048
"""Bytes in which most subjects have all their lines."""
_OPEN_FILES = 16


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
        prefix = f"<{iri}> ".encode("utf-8", "replace")
        start = self._first(prefix)
        return self._lines[start : start + len(prefix)] == prefix

    def of_subject(self, iri: str) -> Iterator[ox.Triple]:
        """Yield the triples of a subject."""
        yield from _triples(self._starting_with(f"<{iri}> "))

    def values_of(self, iri: str) -> Values:
        """Return the values of a subject by property, as texts.

        For pages, which read hundreds of subjects: a release has no blank nodes and few escapes,
        and a pattern takes a quarter of the time of the parser.
        """
        lines = self._starting_with(f"<{iri}> ")
        found: Values = defaultdict(list)
        if b"\\" in lines:
            for _, predicate, value in map(plain, _triples(lines)):
                found[predicate].append(value)
        else:
            for predicate, name, text in _REST.findall(lines.decode()):
                found[predicate].append(name or text)
        return found

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
        first = self._first(prefix)
        # Most are near: one search for the last of these, and a walk over those that are not.
        near = lines[first : first + _NEAR]
        if not near.startswith(prefix):
            return b""
        end = first + near.rfind(b"\n" + prefix) + 1
        while lines[end : end + len(prefix)] == prefix:
            end = lines.find(b"\n", end) + 1 or len(lines)
        return lines[first:end]

    def _first(self, wanted: bytes) -> int:
        """Return the place of the first line that is not before `wanted`."""
        lines = self._lines
        marks, places = self._marks
        near = wanted[:_LENGTH_OF_MARK]
        low = places[max(bisect_left(marks, near) - 1, 0)]
        high = places[bisect_right(marks, near)]
        while low < high:
            start = lines.rfind(b"\n", low, (low + high) // 2) + 1
            start = max(start, low)
            if lines[start : start + len(wanted)] < wanted:
                low = lines.find(b"\n", start) + 1 or len(lines)
            else:
                high = start
        return low

    @cached_property
    def _marks(self) -> tuple[list[bytes], list[int]]:
        """The beginnings of lines at equal distances, and their places with that of the end."""
        lines, size = self._lines, len(self._lines)
        places = sorted(
            {lines.rfind(b"\n", 0, size * number // _MARKS) + 1 for number in range(_MARKS)}
        )
        marks = [lines[at : at + _LENGTH_OF_MARK].partition(b"\n")[0] for at in places]
        return marks, [*places, size]


@lru_cache(maxsize=_OPEN_FILES)
def opened(path: Path) -> SortedNTriples:
    """Return a file of a release, which never changes: with what a lookup remembers of it."""
    return SortedNTriples(path)


def _triples(lines: bytes) -> Iterator[ox.Triple]:
    for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES):
        yield quad.triple


def plain(triple: ox.Triple) -> PlainTriple:
    """Return a triple as texts; a blank node is its label."""
    subject, predicate, value = (
        getattr(term, "value", "") for term in (triple.subject, triple.predicate, triple.object)
    )
    return subject, predicate, value
