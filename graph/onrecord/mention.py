"""Mention: the lines of N-Triples and N-Quads that have one of some terms."""

import re
from collections.abc import Callable, Iterable, Iterator

_FEW = 32
"""Up to how many terms are looked for one by one."""
_ESCAPED = re.compile(rb'[\x00-\x1f"\\\x7f]')
"""Characters that may be written as escapes other than those by number."""
_BY_NUMBER = re.compile(rb"\\[uU]")
_OF_ASCII = re.compile(rb"\\(?:u00|U000000)[0-7]")
_BLANK = re.compile(b"_(?=:)")  # only a single byte is looked for fast


def lines_with(terms: Iterable[str]) -> Callable[[bytes], Iterator[tuple[int, int]]]:
    """Return what tells where the lines begin and end that have one of the terms or a blank node.

    Terms are written as in N-Triples. A line is told of too where it could have a term in another
    form.
    """
    wanted = {term.encode() for term in terms}
    patterns = (_BLANK, _OF_ASCII if all(map(bytes.isascii, wanted)) else _BY_NUMBER)

    def lines(content: bytes) -> Iterator[tuple[int, int]]:
        if len(wanted) > _FEW:
            found = _all_lines(content)
        else:
            found = iter(sorted(set(_lines(content, set(map(_needle, wanted)), patterns))))
        for start, end in found:
            if _has(content[start:end], wanted):
                yield start, end

    return lines


def _all_lines(content: bytes) -> Iterator[tuple[int, int]]:
    start = 0
    for line in content.split(b"\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _needle(term: bytes) -> bytes:
    """Return what a line has in any case that has a term, but for escapes by number."""
    if term[:1] != b'"':
        return term  # a blank node has another name in the file, and all of them are told of
    words = term[1 : term.rindex(b'"')]
    return b"\\" if _ESCAPED.search(words) else b'"%s"' % words


def _lines(
    content: bytes, needles: Iterable[bytes], patterns: Iterable[re.Pattern[bytes]]
) -> Iterator[tuple[int, int]]:
    """Yield where the lines begin and end that have one of some strings or patterns."""

    def bounds(at: int) -> tuple[int, int]:
        end = content.find(b"\n", at)
        return content.rfind(b"\n", 0, at) + 1, end if end >= 0 else len(content)

    for needle in needles:
        at = content.find(needle)
        while at >= 0:
            line = bounds(at)
            yield line
            at = content.find(needle, line[1])
    for pattern in patterns:
        yield from (bounds(match.start()) for match in pattern.finditer(content))


def _has(line: bytes, terms: set[bytes]) -> bool:
    """Say whether a line has one of the terms or a blank node; one written oddly is said to."""
    parts = line.split(None, 2)
    if len(parts) < 3 or parts[0] in terms or b"_:" in (parts[0][:2], parts[2][:2]):
        return True
    if _BY_NUMBER.search(parts[0]) or _BY_NUMBER.search(parts[2]):
        return True
    if parts[2][:1] == b"<":
        return parts[2].partition(b">")[0] + b">" in terms
    value = parts[2].rstrip().removesuffix(b".").rstrip()
    return b"\\" in value or value in terms or value.rpartition(b" ")[0] in terms
