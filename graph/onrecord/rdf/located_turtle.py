"""Places: where each term of each triple stands in a Turtle, TriG, N-Triples or N-Quads file.

The grammar is the RDF 1.1 one (https://www.w3.org/TR/turtle/#sec-grammar and
https://www.w3.org/TR/trig/#sec-grammar); N-Triples and N-Quads are written in the same tokens. A
parser of our own, because the available ones either know no places or rewrite literals: here
`4.0` stays `4.0`.
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
from onrecord.files.version import MARK, read_content
from onrecord.rdf.region import Region
from onrecord.rdf.turtle_tokens import FORBIDDEN, TOKEN, next_token, unescaped
from onrecord.rdf.xsd import unvalued

Lines = Callable[[bytes], Iterable[tuple[int, bytes]]]
"""Gives some lines of a content, each with its number and without what ends it."""


@dataclass(frozen=True, slots=True)
class LocatedTriple:
    """A triple and where its terms are written.

    The place of a nested node is its whole `[ … ]`, that of a list its `( … )`; a further cell of
    a list reaches from its item to the closing bracket, and its `rdf:first` and `rdf:rest`, which
    nobody wrote, stand at the item.
    """

    subject: Identifier
    predicate: Identifier
    object: Identifier
    subject_place: Region
    predicate_place: Region
    object_place: Region


@dataclass(frozen=True, slots=True)
class Places:
    """The triples of one file in document order: a node before what is written inside it."""

    path: Path
    triples: tuple[LocatedTriple, ...]
    labels: Mapping[str, BNode]
    """The blank nodes that have a label in the file."""

    def __iter__(self) -> Iterator[LocatedTriple]:
        return iter(self.triples)


def read_places(
    path: Path,
    base: str | None = None,
    only: Lines | None = None,
    content: bytes | None = None,
) -> Places:
    """Read a file, or other content in its place, with its places; named graphs are read as one.

    Relative IRIs are resolved against `base`, by default the file's own address. Of N-Triples and
    N-Quads, which have a statement a line, only the lines are read that `only` tells of. Raises
    UnreadableError if the file cannot be read, SyntaxProblem if it is not UTF-8 or does not parse.
    """
    data = (read_content(path) if content is None else content).removeprefix(MARK)
    numbers: Sequence[int] | None = None
    if only is not None and path.suffix in (".nt", ".nq"):
        left = list(only(data))
        data, numbers = b"\n".join(line for _, line in left), [number for number, _ in left] or [1]
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        line = numbers[line] if numbers else line + 1
        raise SyntaxProblem(path, line, 1, "not UTF-8, save the file as UTF-8") from error
    reader = _Reader(path, text, base or path.absolute().as_uri(), numbers)
    with unvalued():
        try:
            reader.document()
        except RecursionError:
            reader.fail("nodes in nodes in nodes, too deep to be told where they stand")
    return Places(path, tuple(reader.located()), reader.labels)


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line begins."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


_NUMBERS = {"integer": XSD.integer, "decimal": XSD.decimal, "double": XSD.double}
_FORBIDDEN = re.compile(f"[{FORBIDDEN}]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WRITTEN_OUT = ("iri", "string", "label", "tag", "end")
"""The kinds of tokens in N-Triples, besides the marks."""
_LINE_END = re.compile(r"\r\n|\n|\r")

_Span = tuple[int, int]
"""Offsets in the text, the end exclusive."""


class _Bracket:
    """The span of a node written in place, whose end is known when its bracket closes."""

    __slots__ = ("span",)

    def __init__(self, start: int) -> None:
        self.span: _Span = (start, start + 1)


_Spot = _Span | _Bracket
_Spotted = tuple[Identifier, _Spot]


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject, and how it is written."""

    node: _Spotted
    is_list: bool
    is_described: bool
    """Whether it is written in place with something in its brackets."""


class _Reader:
    """A recursive descent over the tokens of one text."""

    def __init__(self, path: Path, text: str, base: str, numbers: Sequence[int] | None) -> None:
        self.path, self.text, self.base = path, text, base
        self.lines = line_starts(text)
        self.numbers = numbers or range(1, len(self.lines) + 1)
        """What the lines are counted as."""
        self.written_out = path.suffix in (".nt", ".nq")
        """Whether what Turtle has for brevity is refused."""
        self.prefixes: dict[str, str] = {}
        self.labels: dict[str, BNode] = {}
        self.triples: list[tuple[_Spotted, _Spotted, _Spotted]] = []
        self.kind, self.lexeme, self.start, self.end = "", "", 0, 0
        self.advance()

    def located(self) -> Iterator[LocatedTriple]:
        """Yield the triples read, their spans turned into lines and columns."""
        file, lines, numbers = str(self.path), self.lines, self.numbers

        @lru_cache(maxsize=4096)
        def place(span: _Span) -> Region:
            line = bisect_right(lines, span[0])
            end_line = bisect_right(lines, span[1] - 1)
            column, end_column = span[0] - lines[line - 1] + 1, span[1] - lines[end_line - 1] + 1
            return Region(file, numbers[line - 1], column, numbers[end_line - 1], end_column)

        def spot(where: _Spot) -> Region:
            return place(where.span if isinstance(where, _Bracket) else where)

        for (subject, at), (predicate, by), (value, to) in self.triples:
            yield LocatedTriple(subject, predicate, value, spot(at), spot(by), spot(to))

    def advance(self) -> None:
        """Go to the next token."""
        match = TOKEN.match(self.text, self.end)
        if match is None:
            self.start = next_token(self.text, self.end)
            self.fail(f"not Turtle: {self.text[self.start : self.start + 20]!r}")
        self.kind = match.lastgroup or ""
        self.lexeme = match[self.kind]
        self.start, self.end = match.span(self.kind)
        if self.written_out and _is_abridged(self.kind, self.lexeme):
            self.fail(f"{self.lexeme[:20]!r} is Turtle, write it out as N-Triples do")

    def fail(self, problem: str) -> NoReturn:
        """Raise SyntaxProblem at the present token."""
        line = bisect_right(self.lines, self.start)
        column = self.start - self.lines[line - 1] + 1
        raise SyntaxProblem(self.path, self.numbers[line - 1], column, problem)

    def take(self, token: str) -> None:
        """Go on after the token that must stand here."""
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
        """Read a `@prefix`, `PREFIX`, `@base` or `BASE` if one stands here."""
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
        if word.startswith("@"):
            self.take(".")
        return True

    def block(self) -> None:
        """Read one statement, or in TriG a graph with its statements."""
        trig = self.path.suffix == ".trig"
        if trig and self.at("{"):
            self.graph()
        elif trig and self.kind == "word" and self.lexeme.lower() == "graph":
            self.advance()
            self.graph(self.subject())
        else:
            subject = self.subject()
            if trig and self.at("{"):
                self.graph(subject)
            else:
                self.said_of(subject)
                self.take(".")

    def graph(self, name: _Subject | None = None) -> None:
        """Read the statements of a graph."""
        if name and (name.is_list or name.is_described):
            self.fail("a graph is named by an IRI or a blank node, of which nothing is said there")
        self.take("{")
        while not self.at("}"):
            self.said_of(self.subject())
            if not self.at("}"):
                self.take(".")
        self.take("}")

    def subject(self) -> _Subject:
        """Read what a statement is about, or what names a graph."""
        is_list, count = self.at("("), len(self.triples)
        node = self.node()
        return _Subject(node, is_list, not is_list and len(self.triples) > count)

    def said_of(self, subject: _Subject) -> None:
        """Read what is said of a subject; nothing need be if its brackets say something."""
        if not (self.at(".") or self.at("}")):
            self.properties(subject.node)
        elif not subject.is_described:
            self.fail("a subject without a predicate")

    def properties(self, subject: _Spotted) -> None:
        """Read predicates and objects; stops at the mark that ends them."""
        while True:
            if self.kind == "word" and self.lexeme == "a":
                predicate: _Spotted = (RDF.type, (self.start, self.end))
                self.advance()
            else:
                start, end = self.start, self.end
                predicate = (self.iri(), (start, end))
            self.object(subject, predicate)
            while self.at(","):
                self.advance()
                self.object(subject, predicate)
            if self.path.suffix == ".nq" and self.kind in ("iri", "label"):  # the graph
                self.node()
            if not self.at(";"):
                return
            while self.at(";"):
                self.advance()
            if self.kind == "mark":
                return

    def object(self, subject: _Spotted, predicate: _Spotted) -> None:
        """Read one object; its triple stands before those written inside it."""
        slot = len(self.triples)
        if self.at("[") or self.at("("):
            self.triples.append((subject, predicate, subject))
            self.triples[slot] = (subject, predicate, self.node())
        elif self.kind in ("iri", "name", "label"):
            self.triples.append((subject, predicate, self.node()))
        else:
            self.triples.append((subject, predicate, self.literal()))

    def node(self) -> _Spotted:
        """Read an IRI, a blank node, a node written in place or a list."""
        start = self.start
        if self.kind == "label":
            label, end = self.lexeme, self.end
            self.advance()
            return self.labels.setdefault(label[2:], BNode()), (start, end)
        if self.at("["):
            bracket = _Bracket(start)
            node: _Spotted = (BNode(), bracket)
            self.advance()
            if not self.at("]"):
                self.properties(node)
            bracket.span = (start, self.end)
            self.take("]")
            return node
        if self.at("("):
            return self.list()
        end = self.end
        return self.iri(), (start, end)

    def list(self) -> _Spotted:
        """Read a list, written out as its cells."""
        bracket = _Bracket(self.start)
        self.advance()
        head: _Spotted = (RDF.nil, bracket)
        brackets = [bracket]
        cell = head
        while not self.at(")"):
            item = (self.start, self.end)
            if len(brackets) == 1 and head[0] == RDF.nil:
                head = cell = (BNode(), bracket)
            else:
                brackets.append(_Bracket(self.start))
                following: _Spotted = (BNode(), brackets[-1])
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
        """Read an IRI, written whole or with a prefix."""
        token = self.lexeme
        if self.kind == "iri":
            iri = unescaped(token[1:-1])
            if "\\" in token and _FORBIDDEN.search(iri):
                self.fail(f"an IRI has no such character, not even escaped: {token[:40]}")
            if self.written_out and not _SCHEME.match(iri):
                self.fail(f"not a whole IRI: {token[:40]}")
            self.advance()
            return _resolved(self.base, iri)
        if self.kind != "name":
            self.fail(f"expected an IRI, found {token[:20]!r}")
        prefix, _, local = token.partition(":")
        if prefix not in self.prefixes:
            self.fail(f"the prefix {prefix}: is not declared")
        self.advance()
        return URIRef(self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local))

    def literal(self) -> _Spotted:
        """Read a literal; its place takes in the language tag or datatype."""
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


def _is_abridged(kind: str, lexeme: str) -> bool:
    """Say whether a token is one of those that Turtle has and N-Triples have not."""
    if kind == "mark":
        return lexeme not in (".", "^^")
    return kind not in _WRITTEN_OUT or lexeme[:1] == "'" or lexeme in ("@prefix", "@base")
