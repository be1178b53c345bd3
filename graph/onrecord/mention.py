"""Mention: the lines of N-Triples and N-Quads that have one of some terms."""

import re
from collections.abc import Callable

_FEW = 32
"""Up to how many terms are looked for one by one."""
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
"""Characters that may be written as escapes other than those by number."""


def only_lines_with(terms: set[str]) -> Callable[[str], str]:
    """Return what leaves in a text only the lines that have one of the terms, or a blank node.

    Terms are written as in N-Triples. Other lines are left empty, so that places stay the same; a
    line is left too where it could have a term in another form.
    """
    escapes = {"\\u00", "\\U000000"} if all(map(str.isascii, terms)) else {"\\u", "\\U"}
    needles = {_needle(term) for term in terms} | {"_:"} | escapes

    def only(text: str) -> str:
        if len(terms) > _FEW:
            return "\n".join(line if _has(line, terms) else "" for line in text.split("\n"))
        kept, at = [], 0
        for start, end in sorted(_lines(text, needles)):
            if _has(text[start:end], terms):
                kept += ["\n" * text.count("\n", at, start), text[start:end]]
                at = end
        return "".join((*kept, "\n" * text.count("\n", at)))

    return only


def _needle(term: str) -> str:
    """Return what a line has in any case that has a term, but for escapes by number."""
    if term[0] != '"':
        return term  # a blank node has another name in the file, and all of them are left
    words = term[1 : term.rindex('"')]
    return "\\" if "\\" in words or _ESCAPED.search(words) else f'"{words}"'


def _lines(text: str, needles: set[str]) -> set[tuple[int, int]]:
    """Return where the lines begin and end that have one of some strings."""
    found = set()
    for needle in needles:
        at = text.find(needle)
        while at >= 0:
            end = text.find("\n", at)
            end = end if end >= 0 else len(text)
            found.add((text.rfind("\n", 0, at) + 1, end))
            at = text.find(needle, end)
    return found


def _has(line: str, terms: set[str]) -> bool:
    """Say whether a line has one of the terms or a blank node; one written oddly is said to."""
    parts = line.split(None, 2)
    if len(parts) < 3 or parts[0] in terms or "_:" in (parts[0][:2], parts[2][:2]):
        return True
    if "\\u" in line or "\\U" in line:
        return True
    if parts[2][0] == "<":
        return parts[2].partition(">")[0] + ">" in terms
    value = parts[2].rstrip().removesuffix(".").rstrip()
    return "\\" in value or value in terms or value.rpartition(" ")[0] in terms
