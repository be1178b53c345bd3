"""Turtle parser with the region of each term; also reads TriG, N-Triples and N-Quads.

The grammar is that of RDF 1.1 (https://www.w3.org/TR/turtle/#sec-grammar and
https://www.w3.org/TR/trig/#sec-grammar); N-Triples and N-Quads use the same tokens. The available
parsers either report no positions or rewrite literals; this one keeps `4.0` as `4.0`.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, XSD
from rdflib.plugins.parsers.notation3 import join
from rdflib.term import Identifier

from onrecord.errors import SyntaxProblem
from onrecord.files.content import BYTE_ORDER_MARK, read_content
from onrecord.rdf.region import Region
from onrecord.rdf.turtle_tokens import FORBIDDEN, TOKEN, next_token, unescaped
from onrecord.rdf.xsd import silence_literal_warnings

LineFilter = Callable[[bytes], Iterable[tuple[int, bytes]]]
"""Selects lines of a content: yields line numbers and lines without line ends."""


@dataclass(frozen=True, slots=True)
class LocatedTriple:
    """A triple with the regions of its terms.

    The region of a nested node is its whole `[ … ]`, that of a list its `( … )`. A later cell of a
    list extends from its item to the closing bracket; its `rdf:first` and `rdf:rest`, which the
    syntax leaves implicit, have the region of the item.
    """

    subject: Identifier
    predicate: Identifier
    object: Identifier
    subject_region: Region
    predicate_region: Region
    object_region: Region


@dataclass(frozen=True, slots=True)
class LocatedFile:
    """The located triples of one file in document order, a node before those nested in it."""

    path: Path
    triples: tuple[LocatedTriple, ...]
    labels: Mapping[str, BNode]
    """Blank nodes by their labels in the file."""

    def __iter__(self) -> Iterator[LocatedTriple]:
        return iter(self.triples)


def read_located_triples(
    path: Path,
    base: str | None = None,
    line_filter: LineFilter | None = None,
    content: bytes | None = None,
    ending: str | None = None,
) -> LocatedFile:
    """Parse a file, or `content` instead of the file's; named graphs are merged.

    `ending` says what it is, `.ttl`, `.trig`, `.nt` or `.nq`, by default that of its name.

    Relative IRIs are resolved against `base`, by default the file's own URI. Of N-Triples and
    N-Quads, which have a statement a line, only lines of `line_filter` are parsed. Raises
    UnreadableError if the file cannot be read, SyntaxProblem if it is not UTF-8 or does not parse.
    """
    data = (read_content(path) if content is None else content).removeprefix(BYTE_ORDER_MARK)
    line_numbers: Sequence[int] | None = None
    ending = path.suffix if ending is None else ending
    if line_filter is not None and ending in (".nt", ".nq"):
        selected = list(line_filter(data))
        data, line_numbers = (
            b"\n".join(line for _, line in selected),
            [number for number, _ in selected] or [1],
        )
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        line = line_numbers[line] if line_numbers else line + 1
        raise SyntaxProblem(path, line, 1, "not UTF-8, save the file as UTF-8") from error
    reader = _Reader(path, text, base or path.absolute().as_uri(), line_numbers, ending)
    with silence_literal_warnings():
        try:
            reader.document()
        except RecursionError:
            reader.fail("nested too deep to be located")
    return LocatedFile(path, tuple(reader.located_triples()), reader.labels)


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line begins."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


_NUMBERS = {"integer": XSD.integer, "decimal": XSD.decimal, "double": XSD.double}
_FORBIDDEN = re.compile(f"[{FORBIDDEN}]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NTRIPLES_TOKENS = ("iri", "string", "label", "tag", "end")
"""The kinds of tokens in N-Triples, except marks."""
_LINE_END = re.compile(r"\r\n|\n|\r")
_ESCAPE = re.compile(r"\\(.)")

_Span = tuple[int, int]
"""Offsets in the text in code points, the end exclusive."""


class _Bracket:
    """Span of a nested node; its end is set when the closing bracket is read."""

    __slots__ = ("span",)

    def __init__(self, start: int) -> None:
        self.span: _Span = (start, start + 1)


_SpanSource = _Span | _Bracket
_LocatedTerm = tuple[Identifier, _SpanSource]


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject and its syntax."""

    node: _LocatedTerm
    is_list: bool
    is_described: bool
    """Whether it is a blank node property list with at least one property."""


class _Reader:
    """A recursive descent over the tokens of one text."""

    def __init__(
        self, path: Path, text: str, base: str, line_numbers: Sequence[int] | None, ending: str
    ) -> None:
        self.path, self.text, self.base, self.ending = path, text, base, ending
        self.lines = line_starts(text)
        self.line_numbers = line_numbers or range(1, len(self.lines) + 1)
        """Line numbers in the file of the lines in the text."""
        self.is_ntriples = ending in (".nt", ".nq")
        """Whether abbreviations of Turtle are syntax errors."""
        self.prefixes: dict[str, str] = {}
        self.iris: dict[str, URIRef] = {}
        """IRIs by how they are written, under the prefixes and the base that hold."""
        self.labels: dict[str, BNode] = {}
        self.triples: list[tuple[_LocatedTerm, _LocatedTerm, _LocatedTerm]] = []
        self.kind, self.lexeme, self.start, self.end = "", "", 0, 0
        self.advance()

    def located_triples(self) -> Iterator[LocatedTriple]:
        """Yield the parsed triples, their spans converted to lines and columns."""
        file, lines, line_numbers = str(self.path), self.lines, self.line_numbers

        @lru_cache(maxsize=4096)
        def region(span: _Span) -> Region:
            line = bisect_right(lines, span[0])
            end_line = bisect_right(lines, span[1] - 1)
            column, end_column = span[0] - lines[line - 1] + 1, span[1] - lines[end_line - 1] + 1
            return Region(
                file, line_numbers[line - 1], column, line_numbers[end_line - 1], end_column
            )

        def region_of(where: _SpanSource) -> Region:
            return region(where.span if isinstance(where, _Bracket) else where)

        for (subject, at), (predicate, by), (value, to) in self.triples:
            yield LocatedTriple(
                subject, predicate, value, region_of(at), region_of(by), region_of(to)
            )

    def advance(self) -> None:
        """Read the next token."""
        match = TOKEN.match(self.text, self.end)
        if match is None:
            self.start = next_token(self.text, self.end)
            self.fail(f"not Turtle: {self.text[self.start : self.start + 20]!r}")
        self.kind = match.lastgroup or ""
        self.lexeme = match[self.kind]
        self.start, self.end = match.span(self.kind)
        if self.is_ntriples and _is_turtle_only(self.kind, self.lexeme):
            self.fail(f"{self.lexeme[:20]!r} is Turtle, write it out as N-Triples do")

    def fail(self, problem: str) -> NoReturn:
        """Raise SyntaxProblem at the current token."""
        line = bisect_right(self.lines, self.start)
        column = self.start - self.lines[line - 1] + 1
        raise SyntaxProblem(self.path, self.line_numbers[line - 1], column, problem)

    def take(self, token: str) -> None:
        """Require a token and read the next one."""
        if self.lexeme != token or self.kind not in ("mark", "word"):
            self.fail(f"expected {token!r}, found {self.lexeme[:20]!r}")
        self.advance()

    def at(self, mark: str) -> bool:
        return self.lexeme == mark and self.kind == "mark"

    def document(self) -> None:
        while self.kind != "end":
            if not self.directive():
                self.block()

    def directive(self) -> bool:
        """Parse a `@prefix`, `PREFIX`, `@base` or `BASE`; return whether there was one."""
        word = self.lexeme if self.kind == "tag" else self.lexeme.lower()
        if not (self.kind in ("tag", "word") and word.lstrip("@") in ("prefix", "base")):
            return False
        self.advance()
        if word.endswith("prefix"):
            prefix = self.lexeme
            if self.kind != "name" or prefix.find(":") != len(prefix) - 1:
                self.fail(f"expected a prefix with its colon, found {prefix[:20]!r}")
            self.advance()
            self.prefixes[prefix[:-1]] = str(self.iri())
        else:
            self.base = str(self.iri())
        self.iris.clear()
        if word.startswith("@"):
            self.take(".")
        return True

    def block(self) -> None:
        """Parse one statement, or in TriG a graph with its statements."""
        trig = self.ending == ".trig"
        if trig and self.at("{"):
            self.wrapped_graph()
        elif trig and self.kind == "word" and self.lexeme.lower() == "graph":
            self.advance()
            self.wrapped_graph(self.subject())
        else:
            subject = self.subject()
            if trig and self.at("{"):
                self.wrapped_graph(subject)
            else:
                self.predicates_or_end(subject)
                self.take(".")

    def wrapped_graph(self, name: _Subject | None = None) -> None:
        """Parse the statements of a graph in braces."""
        if name and (name.is_list or name.is_described):
            self.fail("a graph name must be an IRI or a blank node without properties")
        self.take("{")
        while not self.at("}"):
            self.predicates_or_end(self.subject())
            if not self.at("}"):
                self.take(".")
        self.take("}")

    def subject(self) -> _Subject:
        """Parse the subject of a statement or the name of a graph."""
        is_list, count = self.at("("), len(self.triples)
        node = self.node()
        return _Subject(node, is_list, not is_list and len(self.triples) > count)

    def predicates_or_end(self, subject: _Subject) -> None:
        """Parse the predicates of a subject, optional after a blank node property list."""
        if not (self.at(".") or self.at("}")):
            self.predicate_object_list(subject.node)
        elif not subject.is_described:
            self.fail("a subject without a predicate")

    def predicate_object_list(self, subject: _LocatedTerm) -> None:
        """Parse predicates and objects up to the mark that ends them."""
        while True:
            if self.kind == "word" and self.lexeme == "a":
                predicate: _LocatedTerm = (RDF.type, (self.start, self.end))
                self.advance()
            else:
                start, end = self.start, self.end
                predicate = (self.iri(), (start, end))
            self.object(subject, predicate)
            while self.at(","):
                self.advance()
                self.object(subject, predicate)
            if self.ending == ".nq" and self.kind in ("iri", "label"):  # the graph
                self.node()
            if not self.at(";"):
                return
            while self.at(";"):
                self.advance()
            if self.kind == "mark":
                return

    def object(self, subject: _LocatedTerm, predicate: _LocatedTerm) -> None:
        """Parse one object; its triple comes before those nested in it."""
        slot = len(self.triples)
        if self.at("[") or self.at("("):
            self.triples.append((subject, predicate, subject))
            self.triples[slot] = (subject, predicate, self.node())
        elif self.kind in ("iri", "name", "label"):
            self.triples.append((subject, predicate, self.node()))
        else:
            self.triples.append((subject, predicate, self.literal()))

    def node(self) -> _LocatedTerm:
        """Parse an IRI, a blank node, a blank node property list or a collection."""
        start = self.start
        if self.kind == "label":
            label, end = self.lexeme, self.end
            self.advance()
            return self.labels.setdefault(label[2:], BNode()), (start, end)
        if self.at("["):
            bracket = _Bracket(start)
            node: _LocatedTerm = (BNode(), bracket)
            self.advance()
            if not self.at("]"):
                self.predicate_object_list(node)
            bracket.span = (start, self.end)
            self.take("]")
            return node
        if self.at("("):
            return self.list()
        end = self.end
        return self.iri(), (start, end)

    def list(self) -> _LocatedTerm:
        """Parse a collection into the triples of its cells."""
        bracket = _Bracket(self.start)
        self.advance()
        head: _LocatedTerm = (RDF.nil, bracket)
        brackets = [bracket]
        cell = head
        while not self.at(")"):
            item = (self.start, self.end)
            if len(brackets) == 1 and head[0] == RDF.nil:
                head = cell = (BNode(), bracket)
            else:
                brackets.append(_Bracket(self.start))
                following: _LocatedTerm = (BNode(), brackets[-1])
                self.triples.append((cell, (RDF.rest, item), following))
                cell = following
            self.object(cell, (RDF.first, item))
        if cell is not head or head[0] != RDF.nil:
            closing = (self.start, self.end)
            self.triples.append((cell, (RDF.rest, closing), (RDF.nil, closing)))
        for each in brackets:
            each.span = (each.span[0], self.end)
        self.take(")")
        return head

    def iri(self) -> URIRef:
        """Parse an IRI or a prefixed name."""
        token = self.lexeme
        known = self.iris.get(token)
        if known is not None and self.kind in ("iri", "name"):
            self.advance()
            return known
        if self.kind == "iri":
            iri = unescaped(token[1:-1])
            if "\\" in token and _FORBIDDEN.search(iri):
                self.fail(f"an IRI has no such character, not even escaped: {token[:40]}")
            if self.is_ntriples and not _SCHEME.match(iri):
                self.fail(f"not a whole IRI: {token[:40]}")
            self.advance()
            found = self.iris[token] = _resolved(self.base, iri)
            return found
        if self.kind != "name":
            self.fail(f"expected an IRI, found {token[:20]!r}")
        prefix, _, local = token.partition(":")
        if prefix not in self.prefixes:
            self.fail(f"the prefix {prefix}: is not declared")
        self.advance()
        found = self.iris[token] = URIRef(self.prefixes[prefix] + _ESCAPE.sub(r"\1", local))
        return found

    def literal(self) -> _LocatedTerm:
        """Parse a literal; its region includes the language tag or datatype."""
        start, end, token, kind = self.start, self.end, self.lexeme, self.kind
        if kind in _NUMBERS:
            self.advance()
            return Literal(token, datatype=_NUMBERS[kind], normalize=False), (start, end)
        if kind == "word" and token in ("true", "false"):
            self.advance()
            return Literal(token, datatype=XSD.boolean, normalize=False), (start, end)
        if kind not in ("string", "long"):
            self.fail(f"expected an object, found {token[:20]!r}")
        words = unescaped(token[1:-1] if kind == "string" else token[3:-3])
        self.advance()
        if self.kind == "tag":
            language, end = self.lexeme[1:], self.end
            self.advance()
            return Literal(words, lang=language), (start, end)
        if self.at("^^"):
            self.advance()
            end = self.end
            datatype = self.iri()
            if datatype == XSD.string:
                return Literal(words), (start, end)
            return Literal(words, datatype=datatype, normalize=False), (start, end)
        return Literal(words), (start, end)


@lru_cache(maxsize=16384)
def _resolved(base: str, reference: str) -> URIRef:
    """Return an absolute IRI (RFC 3986, section 5.2)."""
    return URIRef(join(base, reference))


def _is_turtle_only(kind: str, lexeme: str) -> bool:
    """Say whether a token exists in Turtle and not in N-Triples."""
    if kind == "mark":
        return lexeme not in (".", "^^")
    return kind not in _NTRIPLES_TOKENS or lexeme[:1] == "'" or lexeme in ("@prefix", "@base")
