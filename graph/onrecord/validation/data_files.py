"""Data files in any form of RDF, parsed into one graph for validation."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Identifier, Node

from onrecord.errors import SyntaxProblem, UnreadableError, UsageError
from onrecord.files.content import BYTE_ORDER_MARK, read_content
from onrecord.rdf.blank_nodes import align
from onrecord.rdf.located_turtle import LineFilter, LocatedTriple, read_located_triples
from onrecord.rdf.ntriples_diff import LineDiff
from onrecord.rdf.ntriples_search import lines_mentioning
from onrecord.rdf.oxigraph import Term, parse_quads, to_oxigraph, to_rdflib
from onrecord.rdf.region import Region
from onrecord.rdf.xsd import WELL_FORMED
from onrecord.shacl.data_graph import DataGraph, load
from onrecord.shacl.incremental.change import Triple
from onrecord.validation.rdf_forms import (
    AS_NAMED,
    FORMS,
    LOCATED,
    Reading,
    ending_of,
    form_of,
    is_rdf_by_name,
    json_ld_as_written,
    rdf_content,
)
from onrecord.validation.region_index import RegionIndex, region_index

LINE_BASED = (".nt", ".nq")
"""Suffixes of the formats with one triple or quad a line."""


@dataclass(frozen=True, slots=True)
class IllFormed:
    """A triple whose literal is ill-formed (SHACL, section 4.1.2)."""

    file: Path
    subject: Identifier
    predicate: URIRef
    value: Literal


@dataclass(frozen=True, slots=True)
class DataFiles:
    """The triples of some files in one store; all named graphs are merged."""

    files: tuple[Path, ...]
    data: DataGraph
    problems: tuple[SyntaxProblem, ...]
    """The first syntax error of each file that does not parse."""
    ill_formed: tuple[IllFormed, ...]
    reading: Reading = AS_NAMED
    """How the files are read."""
    _located: dict[Path, list[LocatedTriple]] = field(default_factory=dict, compare=False)
    """Triples with regions of the files that were read so before, all of each file."""

    def graph(self) -> Graph:
        """Return the same triples as an rdflib graph."""
        return graph_of(self.files, self.reading)

    def located_triples_about(self, nodes: Iterable[Node]) -> list[LocatedTriple]:
        """Return the located triples of all files that mention any of the nodes.

        Of N-Triples and N-Quads files, only triples with one of the nodes or a blank node.
        """
        terms = {to_oxigraph(node) for node in nodes}
        line_filter = lines_mentioning(map(str, terms))
        return [
            triple
            for path in self._files_mentioning(terms)
            for triple in self._located_triples(path, line_filter)
        ]

    def region_indexes(self, ill_formed: Iterable[IllFormed]) -> dict[Path, RegionIndex]:
        """Return, by file, a region index of all triples with the subjects of ill-formed ones."""
        subjects: dict[Path, set[str]] = defaultdict(set)
        for each in ill_formed:
            subjects[each.file].add(str(to_oxigraph(each.subject)))
        return {
            path: region_index(self._located_triples(path, lines_mentioning(terms)))
            for path, terms in subjects.items()
        }

    def _located_triples(self, path: Path, line_filter: LineFilter) -> list[LocatedTriple]:
        """Return the triples of a file; those of a catalogue with wrong literals are read once.

        Reading them again is a fifth of a check of 100 data sets by DCAT-AP.
        """
        if ending_of(path, self.reading) in LINE_BASED:
            return located_triples(path, line_filter, self.reading)
        if path not in self._located:
            self._located[path] = located_triples(path, reading=self.reading)
        return self._located[path]

    def _files_mentioning(self, nodes: set[Term]) -> Iterator[Path]:
        for path in self.files:
            triples = parse(path, blank_node_prefix(path), reading=self.reading)
            if any(s in nodes or o in nodes for s, _, o in triples):
                yield path


def data_files(paths: Iterable[Path], reading: Reading = AS_NAMED) -> tuple[Path, ...]:
    """Return the named files and all data files below the named folders, without duplicates.

    Raises UsageError for a missing path, an unknown suffix or a folder without data files.
    """
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = dict.fromkeys(_files_in(path))
            if not inside:
                raise UsageError(f"{path}: no {_endings()} file in it")
            files.update(inside)
        elif path in reading.contents:
            files[path] = None
        elif not path.exists():
            raise UsageError(f"{path}: no such file")
        elif not path.is_file():
            raise UnreadableError(f"{path}: no regular file, write it to one first")
        elif not ending_of(path, reading):
            problem = f"not RDF by its name, its ending is none of {_endings()}"
            raise UsageError(f"{path}: {problem}; or say what it is, --data-format")
        else:
            files[path] = None
    return tuple(_without_links(files))


def _without_links(files: Iterable[Path]) -> Iterator[Path]:
    """Yield the files, but no link to another one of them: its triples are there once."""
    files = list(files)
    targets = {os.path.realpath(path) for path in files if not path.is_symlink()}
    seen: set[str] = set()
    for path in files:
        target = os.path.realpath(path) if path.is_symlink() else ""
        if not target or target not in targets | seen:
            seen.add(target)
            yield path


def _files_in(folder: Path) -> Iterator[Path]:
    """Yield the data files below a folder, sorted; links to folders are not followed.

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
        elif is_rdf_by_name(entry.name) and not entry.is_dir():
            path = folder / entry.name
            if not (entry.is_file() or entry.is_symlink()):
                raise UnreadableError(f"{path}: no regular file, take it out of the folder")
            yield path


def is_data_file(path: Path) -> bool:
    """Say whether a path is RDF by its name."""
    return is_rdf_by_name(path.name)


def _endings() -> str:
    return f"{', '.join(FORMS)}, and these with .gz or .zst"


def files_left_out(paths: Iterable[Path]) -> list[Path]:
    """Return the files below the named folders that are no RDF by their names, sorted."""
    return sorted(
        path
        for folder in paths
        if folder.is_dir()
        for path in folder.rglob("*")
        if path.is_file() and not is_rdf_by_name(path.name) and not _is_hidden(path, folder)
    )


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def read_data(files: Sequence[Path], reading: Reading = AS_NAMED) -> DataFiles:
    """Parse files into one store; syntax errors are collected, one for each file."""
    problems: list[SyntaxProblem] = []
    ill_formed: list[IllFormed] = []

    def triples() -> Iterator[Triple]:
        for path in files:
            try:
                yield from _collect_ill_formed(path, ill_formed, reading)
            except SyntaxProblem as problem:
                problems.append(problem)

    data = load(triples())
    return DataFiles(tuple(files), data, tuple(problems), tuple(dict.fromkeys(ill_formed)), reading)


def _collect_ill_formed(
    path: Path, ill_formed: list[IllFormed], reading: Reading
) -> Iterator[Triple]:
    """Yield the triples of a file and append those with an ill-formed literal to a list."""
    literal = ox.Literal
    for triple in parse(path, blank_node_prefix(path), reading=reading):
        value = triple[2]
        if isinstance(value, literal):
            check = WELL_FORMED.get(value.datatype.value)
            if check is not None and not check(value.value):
                subject, predicate, written = as_rdflib(triple)
                if isinstance(written, Literal):
                    ill_formed.append(IllFormed(path, subject, predicate, written))
        yield triple


def graph_of(files: Iterable[Path], reading: Reading = AS_NAMED) -> Graph:
    """Return the triples of files in one rdflib graph, blank nodes labelled as by `parse`."""
    graph = Graph()
    for path in files:
        for triple in parse(path, blank_node_prefix(path), reading=reading):
            graph.add(as_rdflib(triple))
    return graph


def shapes_of(files: Iterable[Path], reading: Reading = AS_NAMED) -> Graph:
    """Return the triples of shapes files in one graph, with the prefixes of the files.

    A prefix that stands for two namespaces in different files stands for none.
    """
    graph = Graph(bind_namespaces="none")
    spaces: dict[str, set[str]] = defaultdict(set)
    for path in files:
        prefixes: dict[str, str] = {}
        for triple in parse(path, blank_node_prefix(path), prefixes=prefixes, reading=reading):
            graph.add(as_rdflib(triple))
        for prefix, space in prefixes.items():
            spaces[prefix].add(space)
    for prefix, meant in spaces.items():
        if len(meant) == 1:
            graph.bind(prefix, meant.pop(), override=False)
    return graph


def located_triples(
    path: Path, line_filter: LineFilter | None = None, reading: Reading = AS_NAMED
) -> list[LocatedTriple]:
    """Return the triples of a file with their regions, blank nodes labelled as by `parse`.

    Of a form whose parser gives no regions, each triple has that of the file's start.
    A `line_filter` (see `read_located_triples`) must keep all lines with blank nodes.
    """
    ending = ending_of(path, reading)
    content = rdf_content(path, None, reading)
    if FORMS[ending] == ox.RdfFormat.JSON_LD:
        from onrecord.validation.located_json_ld import locate_json_ld

        written = json_ld_as_written(path, reading)
        found = list(parse(path, blank_node_prefix(path), reading=reading))
        return locate_json_ld(path, written, content or b"", path.absolute().as_uri(), found)
    if form_of(path, content, reading) == ox.RdfFormat.RDF_XML:
        from onrecord.validation.located_rdf_xml import locate_rdf_xml

        found = list(parse(path, blank_node_prefix(path), reading=reading))
        written = read_content(path) if content is None else content
        return locate_rdf_xml(path, written, path.absolute().as_uri(), found)
    if ending not in (*LOCATED, ".n3", ".owl"):
        return _at_the_start(path, reading)
    turtle = ".ttl" if ending in (".n3", ".owl") else ending  # most N3 is Turtle
    try:
        triples = read_located_triples(
            path, line_filter=line_filter, content=content, ending=turtle
        )
    except SyntaxProblem:
        if ending == ".n3":
            return _at_the_start(path, reading)
        raise
    located = [(triple.subject, triple.predicate, triple.object) for triple in triples]
    if not any(isinstance(term, BNode) for one, _, other in located for term in (one, other)):
        return list(triples)
    known: dict[str, ox.BlankNode] = {}
    parsed = [
        as_rdflib(each)
        for each in parse(path, blank_node_prefix(path), known, reading=reading)
        if _has_blank_node(each)
    ]
    labelled = {
        node: BNode(known[name].value)
        for name, node in triples.labels.items()
        if name in known  # other labels name graphs only
    }
    names = align(located, parsed, labelled)

    def name(node: Identifier) -> Identifier:
        other = names.get(node, node)
        return other if isinstance(other, Identifier) else node

    return [
        replace(triple, subject=name(triple.subject), object=name(triple.object))
        if isinstance(triple.subject, BNode) or isinstance(triple.object, BNode)
        else triple
        for triple in triples
    ]


def _at_the_start(path: Path, reading: Reading) -> list[LocatedTriple]:
    region = Region(str(path), 1, 1, 1, 1)
    return [
        LocatedTriple(*as_rdflib(each), region, region, region)
        for each in parse(path, blank_node_prefix(path), reading=reading)
    ]


def _has_blank_node(triple: Triple) -> bool:
    return isinstance(triple[0], ox.BlankNode) or isinstance(triple[2], ox.BlankNode)


def located_triples_in(files: Iterable[Path], reading: Reading = AS_NAMED) -> list[LocatedTriple]:
    """Return the triples of files with their regions, blank nodes labelled as in `graph_of`."""
    return [triple for path in files for triple in located_triples(path, reading=reading)]


def parse(
    path: Path,
    prefix: str,
    names: dict[str, ox.BlankNode] | None = None,
    content: bytes | None = None,
    prefixes: dict[str, str] | None = None,
    reading: Reading = AS_NAMED,
) -> Iterator[Triple]:
    """Yield the triples of a file, or of `content` instead of the file's.

    Blank node labels are `prefix` and a number, the same each time; `names` collects the nodes by
    their labels in the file, `prefixes` the namespaces by prefix. Raises SyntaxProblem with line
    and column of the first error, UnreadableError if the file cannot be read.
    """
    names = {} if names is None else names

    def named(term: ox.BlankNode) -> ox.BlankNode:
        known = names.get(term.value)
        if known is None:
            known = names[term.value] = ox.BlankNode(f"{prefix}{len(names):08x}")
        return known

    blank, literal, triple_term = ox.BlankNode, ox.Literal, ox.Triple
    base = path.absolute().as_uri()
    content = rdf_content(path, content, reading)
    form = form_of(path, content, reading)
    for quad in parse_quads(path, content, form, base, prefixes):
        subject, value = quad.subject, quad.object
        if form == ox.RdfFormat.N3 and quad.graph_name != ox.DefaultGraph():
            raise SyntaxProblem(path, 1, 1, "a formula, which is N3 and not RDF, take it out")
        if isinstance(subject, triple_term) or isinstance(value, triple_term):
            raise _beyond_rdf_1_1(path, content, reading)
        if isinstance(value, literal) and value.direction is not None:
            raise _beyond_rdf_1_1(path, content, reading)
        if isinstance(subject, blank):
            subject = named(subject)
        if isinstance(value, blank):
            value = named(value)
        yield subject, quad.predicate, value


def parse_diff(path: Path, diff: LineDiff) -> tuple[list[Triple], list[Triple]] | None:
    """Return the triples of the removed lines and of the added lines of a file.

    None if lines cannot be parsed one by one: they have blank nodes, or a line does not parse.
    """
    removed, added = diff
    if b"_:" in removed or b"_:" in added or BYTE_ORDER_MARK in removed or BYTE_ORDER_MARK in added:
        return None
    try:
        return list(parse(path, "", content=removed)), list(parse(path, "", content=added))
    except SyntaxProblem:
        return None


def _beyond_rdf_1_1(path: Path, content: bytes | None, reading: Reading) -> SyntaxProblem:
    """Return the syntax error of a file that uses RDF 1.2; our RDF 1.1 parser locates it."""
    ending = ending_of(path, reading)
    try:
        if ending in LOCATED:
            read_located_triples(path, content=content, ending=ending)
    except SyntaxProblem as problem:
        return problem
    return SyntaxProblem(path, 1, 1, "triple terms or directions, which are not RDF 1.1")


def blank_node_prefix(path: Path, revision_letter: str = "f") -> str:
    """Return the prefix of the blank node labels of a file, a hash of its path.

    Oxigraph stores hexadecimal labels compactly, as numbers. `revision_letter`, a to f, separates
    the nodes of different revisions of a file.
    """
    return revision_letter + sha256(os.fsencode(path)).hexdigest()[:15]


def as_rdflib(
    triple: Triple,
) -> tuple[Identifier, URIRef, Identifier]:
    """Convert a triple from pyoxigraph to rdflib."""
    subject, predicate, value = triple
    return to_rdflib(subject), URIRef(predicate.value), to_rdflib(value)
