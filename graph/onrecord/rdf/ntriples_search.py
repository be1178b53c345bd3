"""Mention: the lines of N-Triples and N-Quads that have one of some terms."""

import re
from collections.abc import Callable, Iterable, Iterator

from onrecord.rdf.turtle_tokens import unescaped

_ENDS = re.compile(rb'\s*(<[^>]*>|_:)[^<]*<[^>]*>\s*(<[^>]*>|_:|"(?:[^"\\]|\\.)*")')
"""The subject and the object of a line; of a literal its words, of a blank node its beginning."""


def lines_with(terms: Iterable[str]) -> Callable[[bytes], Iterator[tuple[int, bytes]]]:
    """Return what yields, by number, the lines that have one of the terms or a blank node.

    Terms are written as in N-Triples. A literal is looked for by its words, whatever its datatype.
    """
    wanted = {_plain(_words(term.encode())) for term in terms}
    wanted.add(b"_:")  # a blank node goes by another name in the file

    def lines(content: bytes) -> Iterator[tuple[int, bytes]]:
        for number, line in enumerate(content.splitlines(), 1):
            ends = _ENDS.match(line)
            if ends is not None:
                subject, value = map(_plain, ends.groups()) if b"\\" in line else ends.groups()
                if subject in wanted or value in wanted:
                    yield number, line

    return lines


def _words(term: bytes) -> bytes:
    """Return a term without the language tag or datatype of a literal."""
    return term[: term.rindex(b'"') + 1] if term[:1] == b'"' else term


def _plain(term: bytes) -> bytes:
    return unescaped(term.decode(errors="replace")).encode(errors="replace")
