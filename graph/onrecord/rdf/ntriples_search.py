"""Mention: the lines of N-Triples and N-Quads that have one of some terms."""

import re
from collections.abc import Callable, Iterable, Iterator

from onrecord.rdf.turtle_tokens import unescaped

_SUBJECT_AND_OBJECT = re.compile(rb'\s*(<[^>]*>|_:)[^<]*<[^>]*>\s*(<[^>]*>|_:|"(?:[^"\\]|\\.)*")')
"""The subject and the object of a line; of a literal its words, of a blank node its beginning."""


def lines_mentioning(terms: Iterable[str]) -> Callable[[bytes], Iterator[tuple[int, bytes]]]:
    """Return what yields, by number, the lines that have one of the terms or a blank node.

    Terms are written as in N-Triples. A literal is looked for by its words, whatever its datatype.
    """
    keys = {_unescaped(_without_suffix(term.encode())) for term in terms}
    keys.add(b"_:")  # a blank node goes by another name in the file

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
