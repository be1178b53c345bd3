"""Mention: the lines of N-Triples and N-Quads that have one of some terms."""

import re
from collections.abc import Callable, Iterable, Iterator

_FEW = 32
"""Up to how many terms are looked for one by one."""
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
"""Characters that may be written as escapes other than those by number."""
_BY_NUMBER = re.compile(r"\\[uU]")
_OF_ASCII = re.compile(r"\\(?:u00|U000000)[0-7]")


def lines_with(terms: set[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    """Return what tells where the lines begin and end that have one of the terms or a blank node.

    Terms are written as in N-Triples. A line is told of too where it could have a term in another
    form.
    """
    escape = _OF_ASCII if all(map(str.isascii, terms)) else _BY_NUMBER
    needles = {"_:", *map(_needle, terms)}

    def lines(text: str) -> Iterator[tuple[int, int]]:
        every = len(terms) > _FEW
        found = _all_lines(text) if every else sorted(set(_lines(text, needles, escape)))
        for start, end in found:
            if _has(text[start:end], terms):
                yield start, end

    return lines


def _all_lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _needle(term: str) -> str:
    """Return what a line has in any case that has a term, but for escapes by number."""
    if term[0] != '"':
        return term  # a blank node has another name in the file, and all of them are left
    words = term[1 : term.rindex('"')]
    return "\\" if "\\" in words or _ESCAPED.search(words) else f'"{words}"'


def _lines(text: str, needles: Iterable[str], escape: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield where the lines begin and end that have one of some strings, or such an escape."""

    def bounds(at: int) -> tuple[int, int]:
        end = text.find("\n", at)
        return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)

    for needle in needles:
        at = text.find(needle)
        while at >= 0:
            line = bounds(at)
            yield line
            at = text.find(needle, line[1])
    for match in escape.finditer(text):
        yield bounds(match.start())


def _has(line: str, terms: set[str]) -> bool:
    """Say whether a line has one of the terms or a blank node; one written oddly is said to."""
    parts = line.split(None, 2)
    if len(parts) < 3 or parts[0] in terms or "_:" in (parts[0][:2], parts[2][:2]):
        return True
    if _BY_NUMBER.search(parts[0]) or _BY_NUMBER.search(parts[2]):
        return True
    if parts[2][0] == "<":
        return parts[2].partition(">")[0] + ">" in terms
    value = parts[2].rstrip().removesuffix(".").rstrip()
    return "\\" in value or value in terms or value.rpartition(" ")[0] in terms
