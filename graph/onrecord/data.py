"""Data files: any Turtle, TriG, N-Triples or N-Quads, read for validation by any shapes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Identifier, Node

from onrecord.errors import SyntaxProblem, UsageError
from onrecord.literals import WELL_FORMED
from onrecord.oxigraph import to_oxigraph, to_rdflib
from onrecord.places import LocatedTriple, read_places
from onrecord.shacl.alignment import align
from onrecord.shacl.index import Index, index
from onrecord.shacl.store import Data, Subject, Term, load

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
}
_MARK = b"\xef\xbb\xbf"
"""The byte order mark, which some editors put before a file."""


@dataclass(frozen=True, slots=True)
class IllFormed:
    """A triple whose literal is no value of its datatype."""

    file: Path
    subject: Identifier
    predicate: URIRef
    value: Literal


@dataclass(frozen=True, slots=True)
class DataFiles:
    """The triples of some files in one store; named graphs are read as one."""

    files: tuple[Path, ...]
    data: Data
    problems: tuple[SyntaxProblem, ...]
    """The files that do not parse, by their first error."""
    ill_formed: tuple[IllFormed, ...]

    def graph(self) -> Graph:
        """Return the same triples as an rdflib graph."""
        return graph_of(self.files)

    def triples_about(self, nodes: Iterable[Node]) -> list[LocatedTriple]:
        """Return the triples, with places, of the files in which any of the nodes is written.

        Of N-Triples and N-Quads only those that have one of the nodes, or a blank node.
        """
        wanted = {to_oxigraph(node) for node in nodes}
        keep = _mentions({str(node) for node in wanted})
        found: list[LocatedTriple] = []
        for number, path in enumerate(self.files):
            if any(s in wanted or o in wanted for s, _, o in parse(path, label_of(number))):
                found += located(path, label_of(number), keep)
        return found

    def places_of(self, ill: Iterable[IllFormed]) -> dict[Path, Index]:
        """Return an index of the triples about the subjects of some triples, by file."""
        subjects: dict[Path, set[str]] = defaultdict(set)
        for each in ill:
            subjects[each.file].add(str(to_oxigraph(each.subject)))
        return {
            path: index(located(path, label_of(self.files.index(path)), _mentions(terms)))
            for path, terms in subjects.items()
        }


def data_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files that are named, and those in the folders that are.

    Raises UsageError for what is not there and for what has another ending.
    """
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(
                each for each in path.rglob("*") if is_data_file(each) and not each.is_dir()
            )
            if not inside:
                raise UsageError(f"{path}: no {', '.join(_FORMATS)} file in it")
            files.update(dict.fromkeys(inside))
        elif not path.exists():
            raise UsageError(f"{path}: no such file")
        elif path.suffix not in _FORMATS:
            raise UsageError(f"{path}: not RDF by its name, its ending is none of {_endings()}")
        else:
            files[path] = None
    return tuple(files)


def is_data_file(path: Path) -> bool:
    """Say whether a file is one that is looked for in folders."""
    return path.suffix in _FORMATS


def _endings() -> str:
    return ", ".join(_FORMATS)


def read_data(files: Sequence[Path]) -> DataFiles:
    """Read files into a store; a file that does not parse does not hide the others."""
    problems: list[SyntaxProblem] = []
    ill: list[IllFormed] = []

    def triples() -> Iterator[tuple[Subject, ox.NamedNode, Term]]:
        for number, path in enumerate(files):
            try:
                yield from _watched(path, label_of(number), ill)
            except SyntaxProblem as problem:
                problems.append(problem)

    data = load(triples())
    return DataFiles(tuple(files), data, tuple(problems), tuple(ill))


def _watched(
    path: Path, label: str, ill: list[IllFormed]
) -> Iterator[tuple[Subject, ox.NamedNode, Term]]:
    """Yield the triples of a file, and note those whose literal is no value of its datatype."""
    literal = ox.Literal
    for triple in parse(path, label):
        value = triple[2]
        if isinstance(value, literal):
            check = WELL_FORMED.get(value.datatype.value)
            if check is not None and not check(value.value):
                subject, predicate, written = _rdflib(triple)
                if isinstance(written, Literal):
                    ill.append(IllFormed(path, subject, predicate, written))
        yield triple


def graph_of(files: Iterable[Path]) -> Graph:
    """Return the triples of files in one graph, blank nodes named as everywhere in this module."""
    graph = Graph()
    for number, path in enumerate(files):
        for triple in parse(path, label_of(number)):
            graph.add(_rdflib(triple))
    return graph


def _mentions(terms: set[str]) -> Callable[[str], bool]:
    """Return whether a line of N-Triples or N-Quads has one of the terms, or a blank node.

    A line that is not written in the usual way is said to.
    """

    def mentions(line: str) -> bool:
        parts = line.split(None, 2)
        if len(parts) < 3 or parts[0] in terms or "_:" in (parts[0][:2], parts[2][:2]):
            return True
        if parts[2][0] == "<":
            return parts[2].partition(">")[0] + ">" in terms
        value = parts[2].rstrip().removesuffix(".").rstrip()
        return "\\" in value or value in terms or value.rpartition(" ")[0] in terms

    return mentions


def located(
    path: Path, label: str, keep: Callable[[str], bool] | None = None
) -> list[LocatedTriple]:
    """Return the triples of a file with their places, blank nodes named as `parse` does.

    See `read_places` for `keep`, which keeps at least what has blank nodes.
    """
    places = read_places(path, keep=keep)
    ours = [(triple.subject, triple.predicate, triple.object) for triple in places]
    if not any(isinstance(term, BNode) for one, _, other in ours for term in (one, other)):
        return list(places)
    known: dict[str, ox.BlankNode] = {}
    theirs = [_rdflib(each) for each in parse(path, label, known) if _is_nested(each)]
    labelled = {
        node: BNode(known[name].value)
        for name, node in places.labels.items()
        if name in known  # others name graphs alone
    }
    names = align(ours, theirs, labelled)

    def name(node: Identifier) -> Identifier:
        other = names.get(node, node)
        return other if isinstance(other, Identifier) else node

    return [
        replace(triple, subject=name(triple.subject), object=name(triple.object))
        for triple in places
    ]


def _is_nested(triple: tuple[Subject, ox.NamedNode, Term]) -> bool:
    return isinstance(triple[0], ox.BlankNode) or isinstance(triple[2], ox.BlankNode)


def located_files(files: Iterable[Path]) -> list[LocatedTriple]:
    """Return the triples of files with their places, blank nodes named as `graph_of` does."""
    return [
        triple for number, path in enumerate(files) for triple in located(path, label_of(number))
    ]


def parse(
    path: Path,
    label: str,
    names: dict[str, ox.BlankNode] | None = None,
    content: bytes | None = None,
) -> Iterator[tuple[Subject, ox.NamedNode, Term]]:
    """Yield the triples of a file, or of other content in its place.

    `label` begins the names of its blank nodes; read twice, a file has the same names, and `names`
    takes them up by the labels in the file. Raises SyntaxProblem with the place of the first
    error, UsageError if the file cannot be opened.
    """
    names = {} if names is None else names

    def named(term: ox.BlankNode) -> ox.BlankNode:
        known = names.get(term.value)
        if known is None:
            known = names[term.value] = ox.BlankNode(f"{label}b{len(names):06d}")
        return known

    blank, literal, triple_term = ox.BlankNode, ox.Literal, ox.Triple
    try:
        with path.open("rb") if content is None else BytesIO(content) as file:
            if file.read(3) != _MARK:
                file.seek(0)
            base = path.absolute().as_uri()
            for quad in ox.parse(file, format=_FORMATS[path.suffix], base_iri=base):
                subject, value = quad.subject, quad.object
                if isinstance(subject, triple_term) or isinstance(value, triple_term):
                    raise _beyond_rdf_1_1(path, content)
                if isinstance(value, literal) and value.direction is not None:
                    raise _beyond_rdf_1_1(path, content)
                if isinstance(subject, blank):
                    subject = named(subject)
                if isinstance(value, blank):
                    value = named(value)
                yield subject, quad.predicate, value
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except SyntaxError as error:
        problem = str(error.msg).partition(": ")[2] or str(error.msg)
        raise SyntaxProblem(path, error.lineno or 1, error.offset or 1, problem) from error


def _beyond_rdf_1_1(path: Path, content: bytes | None) -> SyntaxProblem:
    """Return where a file has what RDF 1.1 has not, which our own parser knows not either."""
    try:
        if content is None:
            read_places(path)
    except SyntaxProblem as problem:
        return problem
    return SyntaxProblem(path, 1, 1, "triple terms or directions, which are not RDF 1.1")


def label_of(number: int) -> str:
    """Return what the names of a file's blank nodes begin with, by its number among the files."""
    return f"f{number}"


def _rdflib(
    triple: tuple[Subject, ox.NamedNode, Term],
) -> tuple[Identifier, URIRef, Identifier]:
    subject, predicate, value = triple
    return to_rdflib(subject), URIRef(predicate.value), to_rdflib(value)
