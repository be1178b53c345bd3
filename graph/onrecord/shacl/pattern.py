"""Regular expressions of `sh:pattern` (XPath), in the dialects of Oxigraph and of Python.

XPath has what neither of the two has: `\\i` and `\\c` for the characters of XML names, classes
less others (`[a-z-[aeiou]]`), and blocks (`\\p{IsGreek}`). See
https://www.w3.org/TR/xmlschema-2/#regexs. Patterns without these are left as they are.
"""

import re
from typing import Literal as OneOf

Dialect = OneOf["oxigraph", "python"]

_NAME_START = (
    "A-Z_a-z:\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040" + _NAME_START
_ESCAPES = {"i": _NAME_START, "c": _NAME}
_BLOCKS = {
    "IsBasicLatin": "\\x00-\\x7F",
    "IsLatin-1Supplement": "\u0080-\u00ff",
    "IsLatinExtended-A": "\u0100-\u017f",
    "IsLatinExtended-B": "\u0180-\u024f",
    "IsGreek": "\u0370-\u03ff",
    "IsCyrillic": "\u0400-\u04ff",
    "IsArmenian": "\u0530-\u058f",
    "IsHebrew": "\u0590-\u05ff",
    "IsArabic": "\u0600-\u06ff",
    "IsThai": "\u0e00-\u0e7f",
    "IsHiragana": "\u3040-\u309f",
    "IsKatakana": "\u30a0-\u30ff",
    "IsCJKUnifiedIdeographs": "\u4e00-\u9fff",
}
_OWN = re.compile(r"\\[icIC]|-\[|\\[pP]\{Is")
"""What only XPath has; a pattern without it means the same in all dialects."""
_BLOCK = re.compile(r"\\([pP])\{(Is[\w-]+)\}")


def in_dialect(pattern: str, dialect: Dialect) -> str:
    """Return a pattern of XPath in another dialect, unchanged if it cannot be read."""
    pattern = str(pattern)  # a literal of rdflib has other methods
    if _OWN.search(pattern) is None:
        return pattern
    output: list[str] = []
    position = 0
    while position < len(pattern):
        if pattern[position] == "[":
            text, position = _class(pattern, position, dialect)
        else:
            text, position = _escape(pattern, position, inside=False)
        output.append(text)
    return "".join(output)


def _escape(pattern: str, position: int, inside: bool) -> tuple[str, int]:
    """Return one character or escape, and the position after it."""
    block = _BLOCK.match(pattern, position)
    if block is not None and block[2] in _BLOCKS:
        sign = "^" if block[1] == "P" else ""
        members = _BLOCKS[block[2]]
        return (members if inside and not sign else f"[{sign}{members}]"), block.end()
    if pattern[position] != "\\" or position + 1 == len(pattern):
        return pattern[position], position + 1
    kind = pattern[position + 1]
    members = _ESCAPES.get(kind.lower(), "")
    if not members:
        return pattern[position : position + 2], position + 2
    if kind.islower():
        return (members if inside else f"[{members}]"), position + 2
    return f"[^{members}]", position + 2


def _class(pattern: str, start: int, dialect: Dialect) -> tuple[str, int]:
    """Return a character class, and the position after it.

    A class less another is `[[a]--[b]]` for Oxigraph, a look-ahead before the class for Python.
    """
    position = start + 1
    sign = ""
    if pattern.startswith("^", position):
        sign, position = "^", position + 1
    members: list[str] = []
    less = ""
    while position < len(pattern) and (pattern[position] != "]" or not members):
        if pattern.startswith("-[", position) and members:
            less, position = _class(pattern, position + 1, dialect)
            continue
        text, position = _escape(pattern, position, inside=True)
        members.append(r"\[" if text == "[" else text)
    whole = f"[{sign}{''.join(members)}]"
    if less:
        whole = f"[{whole}--{less}]" if dialect == "oxigraph" else f"(?:(?!{less}){whole})"
    return whole, position + 1
