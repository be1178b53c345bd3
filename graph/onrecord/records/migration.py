"""`onrecord migrate`: records of an older form rewritten in place, comments and layout kept."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from onrecord.files.bundled import ONTOLOGY
from onrecord.files.content import BYTE_ORDER_MARK, read_content
from onrecord.rdf.located_turtle import LocatedTriple, line_starts, read_located_triples
from onrecord.rdf.namespaces import PREFIXES
from onrecord.rdf.region import Region
from onrecord.rdf.turtle_edits import TermEdit, replace_terms
from onrecord.records.collection import read_collection

RENAMINGS = ONTOLOGY / "migrations.toml"


@dataclass(frozen=True, slots=True)
class Renaming:
    """An IRI of the older form, and the one that takes its place."""

    old: URIRef
    new: URIRef
    subject: URIRef | None
    """Class of the subjects of which the property is replaced."""
    object: URIRef | None
    """Class of the objects for which the property is replaced."""


@dataclass(frozen=True, slots=True)
class Migration:
    """A file of the older form, with its content in the newer one."""

    path: Path
    content: bytes
    replaced: Mapping[Renaming, int]
    """How many terms each renaming replaces."""


Classes = Mapping[Node, frozenset[Node]]
"""Classes of the nodes of a collection."""


def read_renamings(path: Path = RENAMINGS) -> tuple[Renaming, ...]:
    """Read the table of what is renamed."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["renamed"]
    return tuple(
        Renaming(
            URIRef(row["old"]),
            URIRef(row["new"]),
            URIRef(row["subject"]) if "subject" in row else None,
            URIRef(row["object"]) if "object" in row else None,
        )
        for row in rows
    )


def migrations(root: Path, renamings: Sequence[Renaming]) -> Iterator[Migration]:
    """Yield the files of a collection that are of the older form; none is written.

    Raises SyntaxProblem before the first one if any file of the collection does not parse.
    """
    collection = read_collection(root)
    for problem in collection.problems:
        raise problem
    classes: defaultdict[Node, set[Node]] = defaultdict(set)
    for file in collection.files:
        for subject, predicate, value in file.triples:
            if predicate == RDF.type:
                classes[subject].add(value)
    known = {node: frozenset(kinds) for node, kinds in classes.items()}
    former = {renaming.old for renaming in renamings}
    for file in collection.files:
        # Only these are read again, with regions, which takes longer.
        if any(not former.isdisjoint(triple) for triple in file.triples):
            migration = _migration(file.path, known, renamings)
            if migration.replaced:
                yield migration


def _migration(path: Path, classes: Classes, renamings: Sequence[Renaming]) -> Migration:
    data = read_content(path)
    # `read_located_triples` counts lines and columns without the byte order mark
    mark = data[: len(BYTE_ORDER_MARK)] if data.startswith(BYTE_ORDER_MARK) else b""
    text = data.removeprefix(mark).decode()
    starts = line_starts(text)
    found = {
        starts[region.line - 1] + region.column - 1: renaming
        for region, renaming in _renamed(
            read_located_triples(path, content=data), classes, renamings
        )
    }
    edits = [TermEdit(start, str(renaming.new)) for start, renaming in found.items()]
    new = replace_terms(text, edits, PREFIXES)
    return Migration(path, mark + new.encode(), Counter(found.values()))


def _renamed(
    triples: Iterable[LocatedTriple], classes: Classes, renamings: Sequence[Renaming]
) -> Iterator[tuple[Region, Renaming]]:
    """Yield the regions of the terms that are renamed, a term of several triples more than once."""
    by_property: defaultdict[Region, list[LocatedTriple]] = defaultdict(list)
    anywhere = {
        each.old: each for each in renamings if each.subject is None and each.object is None
    }
    for triple in triples:
        by_property[triple.predicate_region].append(triple)
        for term, region in (
            (triple.subject, triple.subject_region),
            (triple.object, triple.object_region),
        ):
            if isinstance(term, URIRef) and term in anywhere:
                yield region, anywhere[term]
    for region, written in by_property.items():
        for renaming in renamings:
            # The objects of an object list share their property, so all of them must fit.
            if all(_fits(triple, classes, renaming) for triple in written):
                yield region, renaming
                break


def _fits(triple: LocatedTriple, classes: Classes, renaming: Renaming) -> bool:
    """Say whether the property of a triple is renamed."""
    none: frozenset[Node] = frozenset()
    return (
        triple.predicate == renaming.old
        and renaming.subject in {None, *classes.get(triple.subject, none)}
        and renaming.object in {None, *classes.get(triple.object, none)}
    )
