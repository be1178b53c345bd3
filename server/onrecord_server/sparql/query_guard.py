"""Query guard: form, prefixes and dataset of a query from its tokens, and refusal of unsafe ones.

Only the terminals of the grammar are read here (SPARQL 1.1, 19.8), which is fast and needs neither
recursion nor the network. Parsing is left to a worker.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urljoin

from onrecord.rdf.query_text.beginning import mistake_of_beginning
from onrecord_server.errors import RefusalError, syntax_refusal
from onrecord_server.limits import Limits
from onrecord_server.sparql.formats import Form, ResultKind

_TOKEN = re.compile(
    r"""
      (?P<space>(?:[\s]+|\#[^\r\n]*)+)
    | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
    | (?P<string>'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"
        |'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")
    | (?P<variable>[?$]\w+)
    | (?P<tag>@[A-Za-z0-9-]+)
    | (?P<blank>_:[\w.\-]+)
    | (?P<name>(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:(?:[\w\-:%]|\\.|\.(?=[\w\-:%\\]))*)
    | (?P<word>[^\W\d]\w*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SPACE = r"(?:\s|\#[^\r\n]*)*+"
_PROLOGUE = re.compile(
    rf"""(?:\s | \#[^\r\n]*
        | BASE {_SPACE} <[^>]*>
        | PREFIX {_SPACE} [^\s:<\#]* : {_SPACE} <[^>]*>
        | VERSION {_SPACE} ["'][^"'\r\n]*["'])*+""",
    re.VERBOSE | re.IGNORECASE,
)
_DECLARATION = re.compile(
    rf"(?:PREFIX{_SPACE}([^\s:<#]*):|BASE){_SPACE}<([^>]*)>|#[^\r\n]*", re.IGNORECASE
)
_FORM = re.compile(r"SELECT|ASK|CONSTRUCT|DESCRIBE", re.IGNORECASE)
_STAR = re.compile(rf"SELECT{_SPACE}(?:(?:DISTINCT|REDUCED){_SPACE})?\*", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)")
_UPDATE = re.compile(r"(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.IGNORECASE)
_SERVICE = re.compile(r"service", re.IGNORECASE)
_CHANGING = re.compile(r"\b(?:now|rand|uuid|struuid)\s*\(")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_BRACKETS = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}

_MOST_STEPS = 100
"""Steps of a property path: the engine plans 300 of them for longer than most queries take."""
_SHOWN = 500
"""Characters after the prologue that are read to say why no query begins there."""

Token = tuple[str, str]
"""Kind of a token (the name of its group in the pattern) and its text."""


class GraphName(NamedTuple):
    """A graph that a query names: after which word, which one, and the place of the name."""

    word: str
    """FROM, NAMED or GRAPH."""
    graph: str
    start: int
    end: int


Dataset = tuple[tuple[str, ...], tuple[str, ...]]
"""The graphs that form the default graph, and the named graphs."""


class Admission(NamedTuple):
    """Properties of an admitted query."""

    form: Form
    prefixes: Mapping[str, str]
    columns: tuple[str, ...]
    """For `SELECT *`, its variables in the order of the text; the engine has another order."""
    dataset: Dataset | None
    """The graphs that the query names with FROM and FROM NAMED; None without either."""
    deterministic: bool
    """Whether the query has the same answer each time: it has no NOW, RAND, UUID or STRUUID."""

    @property
    def kind(self) -> ResultKind:
        """Kind of result: rows or a graph."""
        return "rows" if self.form in ("SELECT", "ASK") else "graph"


def admit(text: str, graphs: Collection[str], limits: Limits) -> Admission:
    """Return the properties of a query that may be evaluated.

    Raises RefusalError: 403 for an update, for SERVICE, and for FROM with a graph that is not one
    of `graphs`; 413 for a text over the limit; 400 for one that is nested too deep or no query.
    """
    if 4 * len(text) > limits.text and len(text.encode()) > limits.text:
        raise RefusalError(
            413, f"the query is longer than {limits.text} bytes, which is the limit; shorten it"
        )
    end = _PROLOGUE.match(text)
    start = end.end() if end else 0
    form = _FORM.match(text, start)
    if form is None:
        raise _no_query(text, start)
    body = unescaped(text)
    lower = body.lower()
    if "service" in lower:
        _refuse_service(body)
    name = form.group().upper()
    graph = name in ("CONSTRUCT", "DESCRIBE")
    # Rows need no prefixes, and reading thirty of them takes as long as a small query.
    prefixes, base = _declared(text[:start]) if graph or "from" in lower else ({}, "")
    dataset = _dataset(body, prefixes, base) if "from" in lower else None
    for named in dataset or ():
        refuse_graphs(named, graphs)
    if body.count("{") + body.count("(") + body.count("[") > limits.depth:
        _refuse_depth(body, limits.depth)
    if body.count("/") >= _MOST_STEPS:
        _refuse_long_path(body)
    star = _STAR.match(unescaped(text[start:]))
    columns = tuple(dict.fromkeys(_VARIABLE.findall(body))) if star else ()
    deterministic = "(" not in lower or _CHANGING.search(lower) is None
    return Admission(_form(name), prefixes, columns, dataset, deterministic)


def refuse_graphs(named: Collection[str], graphs: Collection[str]) -> None:
    """Raise RefusalError 403 if one of the named graphs is not in the release."""
    for graph in named:
        if graph not in graphs:
            raise RefusalError(
                403,
                f"<{graph}> is not a graph of this release, and none is fetched from the web; "
                "SELECT DISTINCT ?g { GRAPH ?g {} } lists those that are",
            )


def _form(name: str) -> Form:
    match name:
        case "SELECT" | "ASK" | "CONSTRUCT" | "DESCRIBE":
            return name
    raise AssertionError(name)


def _no_query(text: str, start: int) -> RefusalError:
    update = _UPDATE.match(text, start)
    if update is None:
        return syntax_refusal(*mistake_of_beginning(text[: start + _SHOWN]))
    word = update.group().upper()
    if word == "LOAD":
        return RefusalError(403, "LOAD is refused: this endpoint is read-only and fetches nothing")
    return RefusalError(
        403, f"{word} is refused: this is an update, and this endpoint is read-only"
    )


def _declared(prologue: str) -> tuple[dict[str, str], str]:
    """Return the prefixes and the base that a prologue declares."""
    prefixes: dict[str, str] = {}
    base = ""
    for match in _DECLARATION.finditer(prologue):
        if match[2] is None:
            continue
        iri = _resolved(base, unescaped(match[2]))
        if match[1] is None:
            base = iri
        else:
            prefixes[match[1]] = iri
    return prefixes, base


def _resolved(base: str, iri: str) -> str:
    """Return an IRI as it stands to a base; of namespaces, urljoin loses the `#` at the end."""
    joined = urljoin(base, iri)
    return joined + "#" if iri.endswith("#") and not joined.endswith("#") else joined


def unescaped(text: str) -> str:
    """Return a query with its codepoint escapes decoded (SPARQL 1.1, 19.2)."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is not None and kind != "space":
            yield kind, match[0]


def _refuse_service(text: str) -> None:
    """Refuse SERVICE, also without a space after it, which the engine accepts.

    A prefixed name that begins with `service` is allowed only where it cannot start a SERVICE
    clause: if no `{` follows it, or after GRAPH, FROM, NAMED or PREFIX.
    """
    before = ""
    tokens = list(_tokens(text))
    for index, (kind, token) in enumerate(tokens):
        if kind in ("word", "name") and _SERVICE.match(token):
            after = tokens[index + 1][1] if index + 1 < len(tokens) else ""
            named = kind == "name" and (
                after != "{" or before.upper() in ("GRAPH", "FROM", "NAMED", "PREFIX")
            )
            if not named:
                raise RefusalError(
                    403, "SERVICE is refused: this endpoint sends no query to another one"
                )
        before = token


def graphs_matched(text: str) -> list[str]:
    """Return the graphs that a query names after GRAPH."""
    return [name.graph for name in graph_names(unescaped(text)) if name.word == "GRAPH"]


def graph_names(text: str) -> Iterator[GraphName]:
    """Yield the graphs that an unescaped query names after FROM, FROM NAMED and GRAPH."""
    end = _PROLOGUE.match(text)
    prefixes, base = _declared(text[: end.end() if end else 0])
    return _graphs(text, prefixes, base)


def _dataset(text: str, prefixes: Mapping[str, str], base: str) -> Dataset | None:
    """Return the graphs that a query names with FROM and FROM NAMED; None if it names none."""
    found = list(_graphs(text, prefixes, base))
    default, named = (
        tuple(name.graph for name in found if name.word == word) for word in ("FROM", "NAMED")
    )
    return (default, named) if default or named else None


def _graphs(text: str, prefixes: Mapping[str, str], base: str) -> Iterator[GraphName]:
    expecting = ""
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        if kind == "space":
            continue
        word = token.upper()
        if word in ("FROM", "GRAPH") or (expecting == "FROM" and word == "NAMED"):
            expecting = word
            continue
        if expecting and kind == "iri":
            yield GraphName(expecting, _resolved(base, token[1:-1]), match.start(), match.end())
        elif expecting and kind == "name":
            prefix, _, local = token.partition(":")
            graph = prefixes.get(prefix, f"{prefix}:") + local.replace("\\", "")
            yield GraphName(expecting, graph, match.start(), match.end())
        expecting = ""


def _refuse_long_path(text: str) -> None:
    steps = 0
    for kind, word in _tokens(text):
        if word == "/":
            steps += 1
        elif kind == "variable" or word in (".", ";", ",", "{", "}"):
            steps = 0
        if steps >= _MOST_STEPS:
            raise RefusalError(
                400, f"a path has more than {_MOST_STEPS} steps; take it apart, or use + or *"
            )


def _refuse_depth(text: str, limit: int) -> None:
    depth = 0
    for _, token in _tokens(text):
        depth += _BRACKETS.get(token, 0)
        if depth > limit:
            raise RefusalError(
                400, f"the query is nested deeper than {limit} brackets, take it apart"
            )
