"""Syntax errors of the engine as refusals: in words, and with their line and column."""

import re

from onrecord.rdf.namespaces import PREFIXES
from onrecord_server.errors import RefusalError, TextPosition

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_NAME = re.compile(r"([^\W\d_][\w.-]*)?:[\w:%.\\-]*\Z")
_PLAIN = re.compile(r'"(?:[^"\\]|\\.)+"|[A-Za-z][A-Za-z0-9_]*(?: [A-Za-z0-9_]+)*')
"""What a person can read of what the engine expects: words, sentences, and signs in quotes."""
_CLASS = re.compile(r"\[(?:'(?:\\.|[^'])+'|[^\]'])*\]")
"""Class of characters, and the class of any white space."""


def syntax_refusal(message: str, text: str) -> RefusalError:
    """Return the refusal for a syntax error of the engine in a query."""
    found = _PLACE.fullmatch(message)
    if found is None:
        return RefusalError(400, f"the query does not parse: {message}")
    line, column, expected = int(found[1]), int(found[2]), found[3]
    if "Prefix not found" in expected:
        before = text.split("\n")[line - 1][: column - 1] if line <= text.count("\n") + 1 else ""
        name = _NAME.search(before)
        if name is not None:
            prefix = name[1] or ""
            namespace = PREFIXES.get(prefix, "…")
            position = TextPosition(line, name.start() + 1)
            says = f"{prefix}: is not declared; add PREFIX {prefix}: <{namespace}>"
            return _refusal(position, says)
    return _refusal(TextPosition(line, column), _in_words(expected))


def _in_words(expected: str) -> str:
    """Return what the engine expects without its classes of characters."""
    if not _CLASS.search(expected):
        return expected
    kept: list[str] = _PLAIN.findall(
        _CLASS.sub("", re.sub(r"^expected (?:one of )?", "", expected))
    )
    sentences = [each for each in kept if " " in each and not each.startswith('"')]
    if sentences:
        return sentences[0]
    if not kept:
        return "what stands before this place is not whole, or this cannot follow it"
    return f"expected one of {', '.join(kept)}" if len(kept) > 1 else f"expected {kept[0]}"


def _refusal(position: TextPosition, says: str) -> RefusalError:
    line, column = position
    return RefusalError(
        400,
        f"the query does not parse: line {line}, column {column}: {says}",
        position=position,
    )
