"""Conversion of terms, triples and quads between rdflib and pyoxigraph."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Identifier, Node

from onrecord.errors import SyntaxProblem, UnreadableError
from onrecord.files.content import BYTE_ORDER_MARK

RdflibTriple = tuple[Node, Node, Node]
Term = ox.NamedNode | ox.BlankNode | ox.Literal
"""A term of RDF 1.1."""
ResultTerm = Term | ox.Triple
"""A term in a query solution; in RDF 1.2 also a triple term."""
ResultRow = tuple[ResultTerm | None, ...]
"""A query solution, None for unbound variables."""


@lru_cache(maxsize=65536)
def _iri(value: str) -> URIRef:
    return URIRef(value)


@lru_cache(maxsize=65536)
def _typed(form: str, datatype: str) -> Literal:
    return Literal(form, datatype=_iri(datatype), normalize=False)


@lru_cache(maxsize=65536)
def _named_node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def forget_terms() -> None:
    """Let go of the terms that are kept to be used again, and of their memory."""
    _named_node.cache_clear()
    _iri.cache_clear()
    _typed.cache_clear()


def to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Identifier:
    """Convert a term to rdflib, its lexical form unchanged. Raises TypeError for a triple term."""
    if isinstance(term, ox.NamedNode):
        return _iri(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
            return Literal(term.value)
        return _typed(term.value, term.datatype.value)
    raise TypeError(f"a triple term is not RDF 1.1: {term}")


def to_oxigraph(term: Node) -> Term:
    """Convert a term to pyoxigraph. Raises TypeError for a variable or a graph."""
    if isinstance(term, URIRef):
        return _named_node(term)
    if isinstance(term, BNode):
        return ox.BlankNode(term)
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        if term.datatype is None:
            return ox.Literal(str(term))
        return ox.Literal(str(term), datatype=_named_node(term.datatype))
    raise TypeError(f"not an RDF term: {term!r}")


def triples_in_oxigraph(
    triples: Iterable[RdflibTriple],
) -> Iterator[tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, Term]]:
    """Convert triples to pyoxigraph. Raises TypeError for a literal as subject."""
    former: Node | None = None
    for subject, predicate, value in triples:
        if subject is not former:
            former, left = subject, to_oxigraph(subject)
        if isinstance(left, ox.Literal):
            raise TypeError(f"a literal cannot be a subject: {subject!r}")
        yield left, _named_node(str(predicate)), to_oxigraph(value)


def to_graph(triples: Iterable[ox.Triple]) -> Graph:
    """Convert triples to a graph of rdflib. Raises TypeError for a triple term."""
    graph = Graph()
    for triple in triples:
        graph.add(
            (to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object))
        )
    return graph


def quads(triples: Iterable[RdflibTriple], graph: URIRef | None = None) -> Iterator[ox.Quad]:
    """Yield the triples as quads of one named graph, or of the default graph."""
    name = ox.NamedNode(graph) if graph is not None else ox.DefaultGraph()
    for subject, predicate, value in triples_in_oxigraph(triples):
        yield ox.Quad(subject, predicate, value, name)


def triples_in(graph: Iterable[RdflibTriple]) -> Iterator[ox.Triple]:
    """Yield the triples of a graph of rdflib as those of pyoxigraph."""
    return (ox.Triple(*triple) for triple in triples_in_oxigraph(graph))


def in_graph(triples: Iterable[ox.Triple], graph: URIRef | None = None) -> Iterator[ox.Quad]:
    """Yield triples of pyoxigraph as quads of one named graph, or of the default graph."""
    name = ox.NamedNode(graph) if graph is not None else ox.DefaultGraph()
    for triple in triples:
        yield ox.Quad(triple.subject, triple.predicate, triple.object, name)


_AT_ONCE = 50_000
"""Quads that are added to a store in one transaction, which holds them all."""
_LOADED_AT_ONCE = 50_000
_LINES_AT_ONCE = 200_000
"""Lines that are loaded at once, in 170 MB; of fewer, a store on disk merges more files."""


def extend(store: ox.Store, added: Iterable[ox.Quad]) -> None:
    """Add quads to a store, some at a time."""
    rest = iter(added)
    while some := list(islice(rest, _AT_ONCE)):
        store.extend(some)


def bulk_extend(store: ox.Store, added: Iterable[ox.Quad]) -> None:
    """Load quads into a store, some at a time; all at once would take 500 bytes each."""
    rest = iter(added)
    while some := list(islice(rest, _LOADED_AT_ONCE)):
        store.bulk_extend(some)


def bulk_load(store: ox.Store, path: Path) -> None:
    """Load a file of N-Triples or N-Quads into a store, some lines at a time, as they are.

    What Oxigraph reads by itself it loads faster, but gives each blank node another label.
    """
    with path.open("rb") as file:
        while lines := b"".join(islice(file, _LINES_AT_ONCE)):
            if b"_:" in lines:
                store.bulk_extend(ox.parse(lines, format=ox.RdfFormat.N_QUADS))
            else:
                store.bulk_load(lines, format=ox.RdfFormat.N_QUADS)


def parse_quads(
    path: Path,
    content: bytes | None,
    rdf_format: ox.RdfFormat,
    base: str | None = None,
    prefixes: dict[str, str] | None = None,
) -> Iterator[ox.Quad]:
    """Yield the quads of a file, or of `content` instead of the file's; skips a byte order mark.

    The file's prefixes are added to `prefixes`.

    Raises SyntaxProblem with line and column of the first error, also for bytes that are not UTF-8,
    and UnreadableError if the file cannot be read.
    """
    try:
        with path.open("rb") if content is None else BytesIO(content) as file:
            if file.read(len(BYTE_ORDER_MARK)) != BYTE_ORDER_MARK:
                file.seek(0)
            parser = ox.parse(file, format=rdf_format, base_iri=base)
            yield from parser
            if prefixes is not None:
                prefixes |= parser.prefixes
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    except MemoryError as error:
        raise _too_long(path, content) from error
    except SyntaxError as error:
        problem = str(error.msg).partition(": ")[2] or str(error.msg)
        raise SyntaxProblem(path, error.lineno or 1, error.offset or 1, problem) from error


_LONGEST = 16 << 20
"""Bytes that Oxigraph's parser holds of one token."""


def _too_long(path: Path, content: bytes | None) -> SyntaxProblem:
    """Return the syntax error of a file with a term that is too long, at the longest line."""
    lines = (path.read_bytes() if content is None else content).split(b"\n")
    number = max(range(len(lines)), key=lambda each: len(lines[each])) + 1
    problem = f"a term of more than {_LONGEST >> 20} MiB, which cannot be read, keep it in a file"
    return SyntaxProblem(path, number, 1, problem)
