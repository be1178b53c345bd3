"""Line filter for N-Triples and N-Quads: lines with given subjects or objects."""

import re
from collections.abc import Callable, Iterable, Iterator

from onrecord.rdf.turtle_tokens import unescaped

_SUBJECT_AND_OBJECT = re.compile(rb'\s*(<[^>]*>|_:)[^<]*<[^>]*>\s*(<[^>]*>|_:|"(?:[^"\\]|\\.)*")')
"""Subject and object of a line: of a literal the quoted string, of a blank node `_:`."""


def lines_mentioning(terms: Iterable[str]) -> Callable[[bytes], Iterator[tuple[int, bytes]]]:
    """Return a filter that yields line numbers and lines with one of the terms or a blank node.

    Terms are in N-Triples syntax. Literals are compared by their strings, without datatype and
    language.
    """
    keys = {_unescaped(_without_suffix(term.encode())) for term in terms}
    keys.add(b"_:")  # the labels of blank nodes differ from those in the file

    def matching_lines(content: bytes) -> Iterator[tuple[int, bytes]]:
        for number, line in enumerate(content.splitlines(), 1):
            match = _SUBJECT_AND_OBJECT.match(line)
            if match is not None:
                subject, value = (
                    map(_unescaped, match.groups()) if b"\\" in line else match.groups()
                )
                if subject in keys or value in keys:
                    yield number, line

    return matching_lines


def _without_suffix(term: bytes) -> bytes:
    """Return a term without the language tag or datatype of a literal."""
    return term[: term.rindex(b'"') + 1] if term[:1] == b'"' else term


def _unescaped(term: bytes) -> bytes:
    return unescaped(term.decode(errors="replace")).encode(errors="replace")
