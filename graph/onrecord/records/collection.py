"""Collection of records: a folder of Turtle files, and its description."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, VOID
from rdflib.term import Identifier

from onrecord.errors import OnRecordError, SyntaxProblem, UsageError
from onrecord.files.content import read_content
from onrecord.rdf.namespaces import DCAT
from onrecord.rdf.oxigraph import RdflibTriple, parse_quads, to_rdflib
from onrecord.records.cycle_search import rare_cycle_search


class CollectionError(OnRecordError):
    """A folder is not a collection, or its description is incomplete."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class RecordFile:
    """One Turtle file of records."""

    path: Path
    triples: tuple[RdflibTriple, ...]
    """In the order of the file; blank nodes are labelled in order of appearance."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Record files of a folder, and the syntax errors of those that do not parse."""

    root: Path
    files: tuple[RecordFile, ...]
    problems: tuple[SyntaxProblem, ...]
    """First syntax error of each file that does not parse."""


@dataclass(frozen=True, slots=True)
class Description:
    """Description of a collection (`collection.ttl`), as a dcat:Dataset."""

    dataset: URIRef
    base: str
    title: str
    license: URIRef
    publisher: URIRef


@rare_cycle_search()
def read_collection(root: Path) -> Collection:
    """Read every `.ttl` file below a folder; syntax errors are in `problems`.

    Raises UsageError if there is no such folder, CollectionError if it has no record file.
    """
    if not root.is_dir():
        raise UsageError(f"{root}: no such folder, name a collection with --collection DIR")
    paths = sorted(root.rglob("*.ttl"))
    if not paths:
        raise CollectionError(f"{root}: no .ttl file in it, a collection is a folder of records")
    return read_files(root, paths)


def read_files(root: Path, paths: Iterable[Path]) -> Collection:
    """Read the given record files."""
    files, problems = [], []
    for number, path in enumerate(paths):
        try:
            files.append(read_file(path, label=f"f{number}"))
        except SyntaxProblem as problem:
            problems.append(problem)
    return Collection(root, tuple(files), tuple(problems))


def read_file(path: Path, label: str = "f") -> RecordFile:
    """Read one Turtle file; `label` is the prefix of its blank node labels.

    Raises SyntaxProblem with line and column of the first error, also for invalid UTF-8.
    """
    return parse_file(path, read_content(path), label)


def parse_file(path: Path, content: bytes, label: str = "f") -> RecordFile:
    """Parse the given content of a file, such as that of an earlier revision.

    Raises SyntaxProblem with line and column of the first error.
    """
    names: dict[str, BNode] = {}
    triples = (
        (
            _labelled(quad.subject, names, label),
            to_rdflib(quad.predicate),
            _labelled(quad.object, names, label),
        )
        for quad in parse_quads(path, content, ox.RdfFormat.TURTLE)
    )
    return RecordFile(path, tuple(triples))


def _labelled(
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, names: dict[str, BNode], label: str
) -> Identifier:
    if isinstance(term, ox.BlankNode):
        return names.setdefault(term.value, BNode(f"{label}b{len(names):06d}"))
    return to_rdflib(term)


def describe(graph: Graph, root: Path) -> Description:
    """Return the description of a collection from its graph.

    Raises CollectionError if a property is missing.
    """
    dataset = graph.value(predicate=RDF.type, object=DCAT.Dataset)
    if not isinstance(dataset, URIRef):
        raise CollectionError(f"{root}: collection.ttl describes no dcat:Dataset")
    parts = {
        name: graph.value(dataset, name)
        for name in (DCTERMS.title, DCTERMS.license, DCTERMS.publisher, VOID.uriSpace)
    }
    for name, value in parts.items():
        if value is None:
            raise CollectionError(f"{root}: collection.ttl lacks {graph.qname(name)}")
    return Description(
        dataset,
        str(parts[VOID.uriSpace]),
        str(parts[DCTERMS.title]),
        URIRef(str(parts[DCTERMS.license])),
        URIRef(str(parts[DCTERMS.publisher])),
    )
