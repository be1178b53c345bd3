"""Data files: any Turtle, TriG, N-Triples or N-Quads, read for validation by any shapes."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Identifier, Node

from onrecord.errors import SyntaxProblem, UnreadableError, UsageError
from onrecord.files.version import MARK
from onrecord.rdf.blank_nodes import align
from onrecord.rdf.located_turtle import Lines, LocatedTriple, read_places
from onrecord.rdf.ntriples_diff import Apart
from onrecord.rdf.ntriples_search import lines_with
from onrecord.rdf.oxigraph import Term, parse_quads, to_oxigraph, to_rdflib
from onrecord.rdf.xsd import WELL_FORMED
from onrecord.shacl.data_graph import Data, load
from onrecord.shacl.incremental.change import Triple
from onrecord.validation.region_index import Index, index

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
}
LINES = (".nt", ".nq")
"""The endings of files that have a triple a line."""


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
        only = lines_with(map(str, wanted))
        return [triple for path in self._holders(wanted) for triple in located(path, only)]

    def places_of(self, ill: Iterable[IllFormed]) -> dict[Path, Index]:
        """Return an index of the triples about the subjects of some triples, by file."""
        subjects: dict[Path, set[str]] = defaultdict(set)
        for each in ill:
            subjects[each.file].add(str(to_oxigraph(each.subject)))
        return {path: index(located(path, lines_with(terms))) for path, terms in subjects.items()}

    def _holders(self, nodes: set[Term]) -> Iterator[Path]:
        for path in self.files:
            if any(s in nodes or o in nodes for s, _, o in parse(path, label_of(path))):
                yield path


def data_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files that are named, and those in the folders that are.

    Raises UsageError for what is not there and for what has another ending.
    """
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = dict.fromkeys(_files_in(path))
            if not inside:
                raise UsageError(f"{path}: no {_endings()} file in it")
            files.update(inside)
        elif not path.exists():
            raise UsageError(f"{path}: no such file")
        elif path.suffix not in _FORMATS:
            raise UsageError(f"{path}: not RDF by its name, its ending is none of {_endings()}")
        else:
            files[path] = None
    return tuple(files)


def _files_in(folder: Path) -> Iterator[Path]:
    """Yield the data files in a folder and the folders in it, in order; links lead to files only.

    Raises UnreadableError for a folder that cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise UnreadableError(f"{folder}: {error.strerror}") from error
    for entry in inside:
        if entry.is_dir(follow_symlinks=False):
            yield from _files_in(folder / entry.name)
        elif entry.name.endswith(tuple(_FORMATS)) and not entry.is_dir():
            path = folder / entry.name
            if is_data_file(path):  # a name may be an ending and nothing else
                yield path


def is_data_file(path: Path) -> bool:
    """Say whether a file is one that is looked for in folders."""
    return path.suffix in _FORMATS


def _endings() -> str:
    return ", ".join(_FORMATS)


def read_data(files: Sequence[Path]) -> DataFiles:
    """Read files into a store; a file that does not parse does not hide the others."""
    problems: list[SyntaxProblem] = []
    ill: list[IllFormed] = []

    def triples() -> Iterator[Triple]:
        for path in files:
            try:
                yield from _watched(path, ill)
            except SyntaxProblem as problem:
                problems.append(problem)

    data = load(triples())
    return DataFiles(tuple(files), data, tuple(problems), tuple(dict.fromkeys(ill)))


def _watched(path: Path, ill: list[IllFormed]) -> Iterator[Triple]:
    """Yield the triples of a file, and note those whose literal is no value of its datatype."""
    literal = ox.Literal
    for triple in parse(path, label_of(path)):
        value = triple[2]
        if isinstance(value, literal):
            check = WELL_FORMED.get(value.datatype.value)
            if check is not None and not check(value.value):
                subject, predicate, written = as_rdflib(triple)
                if isinstance(written, Literal):
                    ill.append(IllFormed(path, subject, predicate, written))
        yield triple


def graph_of(files: Iterable[Path]) -> Graph:
    """Return the triples of files in one graph, blank nodes named as everywhere in this module."""
    graph = Graph()
    for path in files:
        for triple in parse(path, label_of(path)):
            graph.add(as_rdflib(triple))
    return graph


def located(path: Path, only: Lines | None = None) -> list[LocatedTriple]:
    """Return the triples of a file with their places, blank nodes named as `parse` does.

    See `read_places` for `only`, which tells at least of what has blank nodes.
    """
    places = read_places(path, only=only)
    ours = [(triple.subject, triple.predicate, triple.object) for triple in places]
    if not any(isinstance(term, BNode) for one, _, other in ours for term in (one, other)):
        return list(places)
    known: dict[str, ox.BlankNode] = {}
    theirs = [as_rdflib(each) for each in parse(path, label_of(path), known) if _is_nested(each)]
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


def _is_nested(triple: Triple) -> bool:
    return isinstance(triple[0], ox.BlankNode) or isinstance(triple[2], ox.BlankNode)


def located_files(files: Iterable[Path]) -> list[LocatedTriple]:
    """Return the triples of files with their places, blank nodes named as `graph_of` does."""
    return [triple for path in files for triple in located(path)]


def parse(
    path: Path,
    label: str,
    names: dict[str, ox.BlankNode] | None = None,
    content: bytes | None = None,
) -> Iterator[Triple]:
    """Yield the triples of a file, or of other content in its place.

    `label` begins the names of its blank nodes; read twice, a file has the same names, and `names`
    takes them up by the labels in the file. Raises SyntaxProblem with the place of the first
    error, UnreadableError if the file cannot be read.
    """
    names = {} if names is None else names

    def named(term: ox.BlankNode) -> ox.BlankNode:
        known = names.get(term.value)
        if known is None:
            known = names[term.value] = ox.BlankNode(f"{label}{len(names):08x}")
        return known

    blank, literal, triple_term = ox.BlankNode, ox.Literal, ox.Triple
    base = path.absolute().as_uri()
    for quad in parse_quads(path, content, _FORMATS[path.suffix], base):
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


def parse_apart(path: Path, apart: Apart) -> tuple[list[Triple], list[Triple]] | None:
    """Return the triples of the lines that a file has lost, and of those that it has got.

    None where lines do not stand for themselves: with blank nodes, or if one does not parse.
    """
    lost, come = apart
    if b"_:" in lost or b"_:" in come or MARK in lost or MARK in come:
        return None
    try:
        return list(parse(path, "", content=lost)), list(parse(path, "", content=come))
    except SyntaxProblem:
        return None


def _beyond_rdf_1_1(path: Path, content: bytes | None) -> SyntaxProblem:
    """Return where a file has what RDF 1.1 has not, which our own parser knows not either."""
    try:
        read_places(path, content=content)
    except SyntaxProblem as problem:
        return problem
    return SyntaxProblem(path, 1, 1, "triple terms or directions, which are not RDF 1.1")


def label_of(path: Path, mark: str = "f") -> str:
    """Return what the names of a file's blank nodes begin with, whatever other files there are.

    It is written in hexadecimal digits, of which Oxigraph keeps names as numbers. `mark`, one of
    the letters, tells apart what a file was at another time.
    """
    return mark + sha256(os.fsencode(path)).hexdigest()[:15]


def as_rdflib(
    triple: Triple,
) -> tuple[Identifier, URIRef, Identifier]:
    """Return a triple in rdflib's terms."""
    subject, predicate, value = triple
    return to_rdflib(subject), URIRef(predicate.value), to_rdflib(value)
