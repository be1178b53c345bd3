"""IRIs replaced in the text of a Turtle file, its prefixes kept in order, all else unchanged."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onrecord.rdf.located_turtle import line_starts
from onrecord.rdf.turtle_tokens import TOKEN, tokens, unescaped


@dataclass(frozen=True, slots=True)
class TermEdit:
    """The IRI that takes the place of the one that is written from offset `start`."""

    start: int
    iri: str


@dataclass(frozen=True, slots=True)
class _Declaration:
    """A prefix and the offsets of its declaration; `end` is after the dot, where it has one."""

    prefix: str
    namespace: str
    start: int
    name: tuple[int, int]
    iri: tuple[int, int]
    end: int


@dataclass(frozen=True, slots=True)
class _Addition:
    """A namespace that gets a prefix, and the offset of the first term that needs it."""

    namespace: str
    first_use: int


_Edit = tuple[int, int, str]
"""Start, end and replacement."""


def replace_terms(text: str, edits: Iterable[TermEdit], prefixes: Mapping[str, str]) -> str:
    """Return a Turtle text with some of its IRIs replaced.

    A full IRI is replaced by a full IRI, a prefixed name by one with the prefix that the file
    declares for the namespace. If it declares none, that of `prefixes` is declared beside the most
    similar one, in its style. A prefix that only replaced terms had is no longer declared. An edit
    whose offset is not that of an IRI or prefixed name is left out.
    """
    declarations, terms = _read(text)
    wanted = sorted((edit.start, edit.iri) for edit in edits if edit.start in terms)
    added: dict[str, _Addition] = {}
    names = [
        None if terms[start][0] is None else _prefixed(iri, start, declarations, prefixes, added)
        for start, iri in wanted
    ]
    changes: list[_Edit] = [
        (start, terms[start][1], name or f"<{iri}>")
        for (start, iri), name in zip(wanted, names, strict=True)
    ]
    before = Counter(prefix for prefix, _ in terms.values())
    after = before - Counter(terms[start][0] for start, _ in wanted)
    after.update(name.partition(":")[0] for name in names if name)
    written = Counter(each.prefix for each in declarations)
    dropped = [
        each
        for each in declarations
        if before[each.prefix] and not after[each.prefix] and written[each.prefix] == 1
    ]
    return _applied(text, [*changes, *_declaration_edits(text, declarations, dropped, added)])


def _read(text: str) -> tuple[list[_Declaration], dict[int, tuple[str | None, int]]]:
    """Return prefix declarations, and of each IRI by its start its prefix, if any, and its end."""
    declarations: list[_Declaration] = []
    terms: dict[int, tuple[str | None, int]] = {}
    directive: list[tuple[int, int]] = []
    """Offsets of the tokens of a declaration of which the last is yet to come."""
    former = ""
    for match in tokens(text):
        kind = str(match.lastgroup)
        start, end = match.span(kind)
        lexeme = match[kind]
        is_language = kind == "tag" and former in ("string", "long")
        if directive:
            directive.append((start, end))
        elif kind in ("tag", "word") and lexeme.lower().lstrip("@") == "prefix" and not is_language:
            directive = [(start, end)]
        elif kind in ("iri", "name"):
            terms[start] = (lexeme.partition(":")[0] if kind == "name" else None, end)
        if directive and len(directive) == (4 if text[directive[0][0]] == "@" else 3):
            (first, _), name, iri = directive[:3]
            prefix, namespace = text[slice(*name)], text[slice(*iri)]
            declarations.append(
                _Declaration(prefix[:-1], unescaped(namespace[1:-1]), first, name, iri, end)
            )
            directive = []
        former = kind
    return declarations, terms


def _prefixed(
    iri: str,
    start: int,
    declarations: list[_Declaration],
    prefixes: Mapping[str, str],
    added: dict[str, _Addition],
) -> str | None:
    """Return an IRI as a prefixed name, None if the file has no prefix for it and can get none.

    A prefix that has to be declared goes into `added`.
    """
    before = [each for each in declarations if each.end <= start]
    for prefix, namespace in {each.prefix: each.namespace for each in before}.items():
        if (name := _name(prefix, namespace, iri)) is not None:
            return name
    taken = {each.prefix for each in declarations}
    for prefix, namespace in prefixes.items():
        # It is declared beside another, and before the term.
        if before and prefix not in taken and (name := _name(prefix, namespace, iri)) is not None:
            added.setdefault(prefix, _Addition(namespace, start))
            return name
    return None


def _name(prefix: str, namespace: str, iri: str) -> str | None:
    """Return an IRI as a name with a prefix, None if it has none in the namespace."""
    local = iri.removeprefix(namespace)
    if local == iri or not namespace or "\\" in local:
        return None
    name = f"{prefix}:{local}"
    match = TOKEN.fullmatch(name)
    return name if match and match.lastgroup == "name" else None


def _declaration_edits(
    text: str,
    declarations: list[_Declaration],
    dropped: list[_Declaration],
    added: Mapping[str, _Addition],
) -> list[_Edit]:
    """Return the edits that declare prefixes, each beside its most similar one, and drop some."""
    edits: list[_Edit] = []
    instead: dict[_Declaration, list[str]] = {each: [] for each in dropped}
    for prefix, addition in added.items():
        before = [each for each in declarations if each.end <= addition.first_use]
        # Where no prefix before the term remains, the new one replaces one.
        left = [each for each in before if each not in instead]
        like = max(left or before, key=lambda each: _similarity(each.namespace, addition.namespace))
        declared = _declared(text, like, prefix, addition.namespace)
        if like in instead:
            instead[like].append(declared)
        else:
            edits.append(_insertion(text, like, prefix, declared))
    for each, news in instead.items():
        new = _newline(text).join(news)
        edits.append((each.start, each.end, new) if news else _removal(text, each))
    return edits


def _insertion(text: str, like: _Declaration, prefix: str, declared: str) -> _Edit:
    """Return the edit that writes a declaration beside another, in alphabetical order."""
    line, after = _lines(text, like)
    indent, rest = text[line : like.start], text[like.end : after].lstrip()
    if not indent.strip() and prefix < like.prefix:
        return line, line, f"{indent}{declared}{_newline(text)}"
    if not indent.strip() and rest[:1] in ("", "#"):
        return after, after, f"{indent}{declared}{_newline(text)}"
    return like.end, like.end, f" {declared}"  # it shares its line with something else


def _similarity(namespace: str, other: str) -> tuple[int, bool]:
    """Return how long two namespaces begin alike, and whether they end alike."""
    pairs = zip(namespace, other, strict=False)
    alike = next((n for n, (one, two) in enumerate(pairs) if one != two), len(namespace))
    return alike, namespace[-1:] == other[-1:]


def _declared(text: str, like: _Declaration, prefix: str, namespace: str) -> str:
    """Return a declaration on one line, as another is written, with the IRI in the same column."""
    keyword, between = text[like.start : like.name[0]], text[like.name[1] : like.iri[0]]
    dot = text[like.iri[1] : like.end]
    if _LINE_END.search(keyword + between + dot):
        keyword, between, dot = f"{keyword.split()[0]} ", " ", " ." if dot else ""
    width = like.name[1] - like.name[0] + len(between)
    return f"{keyword}{f'{prefix}:'.ljust(max(width, len(prefix) + 2))}<{namespace}>{dot}"


def _line(text: str, offset: int) -> tuple[int, int]:
    """Return the offsets of the line around an offset: its start, and that of the next one."""
    starts = [*line_starts(text), len(text)]
    number = bisect_right(starts, offset, hi=len(starts) - 1)
    return starts[number - 1], starts[number]


def _lines(text: str, declaration: _Declaration) -> tuple[int, int]:
    """Return the start of the first line of a declaration, and the offset after its last one."""
    return _line(text, declaration.start)[0], _line(text, declaration.end - 1)[1]


def _removal(text: str, declaration: _Declaration) -> _Edit:
    """Return the edit that takes a declaration out, with its line if nothing else is on it."""
    line, after = _lines(text, declaration)
    ahead, rest = text[line : declaration.start], text[declaration.end : after]
    if ahead.strip():  # a space stays, lest the tokens around become one
        return declaration.start, declaration.end, "" if rest[:1].isspace() else " "
    if rest.strip():
        return line, declaration.end + len(rest) - len(rest.lstrip()), ""
    before, _ = _line(text, line - 1) if line else (0, 0)
    next_line, following = _line(text, after)
    if not text[before:line].strip() and not text[next_line:following].strip():
        return line, following, ""  # it was alone between blank lines, one of which is enough
    return line, after, ""


def _newline(text: str) -> str:
    """Return how the lines of a text end."""
    match = _LINE_END.search(text)
    return match[0] if match else "\n"


def _applied(text: str, changes: Iterable[_Edit]) -> str:
    """Return a text with its edits, which do not overlap."""
    parts: list[str] = []
    position = 0
    for start, end, new in sorted(changes, key=lambda change: change[:2]):
        parts += (text[position:start], new)
        position = end
    return "".join((*parts, text[position:]))


_LINE_END = re.compile(r"\r\n|\n|\r")
