"""Region index: the regions of nodes, properties and path values in located triples."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Identifier

from onrecord.rdf.located_turtle import LocatedTriple
from onrecord.rdf.region import Region
from onrecord.shacl.property_path import Path


@dataclass(frozen=True, slots=True)
class RegionIndex:
    """Located triples by subject and by object."""

    by_subject: dict[Identifier, list[LocatedTriple]]
    by_object: dict[Identifier, list[LocatedTriple]]


def region_index(triples: Iterable[LocatedTriple]) -> RegionIndex:
    """Index located triples by subject and by object, in document order."""
    by_subject: dict[Identifier, list[LocatedTriple]] = defaultdict(list)
    by_object: dict[Identifier, list[LocatedTriple]] = defaultdict(list)
    for triple in triples:
        by_subject[triple.subject].append(triple)
        by_object[triple.object].append(triple)
    return RegionIndex(dict(by_subject), dict(by_object))


def region_of_node(index: RegionIndex, node: Identifier) -> Region | None:
    """Return the first region of a node as subject, else as object, None if there is none."""
    for triple in index.by_subject.get(node, ()):
        return triple.subject_region
    for triple in index.by_object.get(node, ()):
        return triple.object_region
    return None


def predicate_regions(index: RegionIndex, node: Identifier, path: Path) -> list[Region]:
    """Return the regions of the first predicate of a path at a node, in document order."""
    return [
        triple.predicate_region
        for triple, inverse in _first_steps(index, node, path)
        if not inverse
    ] or [triple.subject_region for triple, _ in _first_steps(index, node, path)]


def region_of_value(
    index: RegionIndex, node: Identifier, path: Path, value: Identifier
) -> Region | None:
    """Return the region of a value that a path reaches from a node."""
    for reached, region in _path_values(index, node, path):
        if same_term(reached, value):
            return region
    return None


def lexical_form_at(
    index: RegionIndex, nodes: Iterable[Identifier], value: Identifier
) -> Identifier:
    """Return a literal in the lexical form that triples of the nodes have: `4.0` for `4`.

    Query solutions have the lexical forms of the store. A value that no triple of the nodes has is
    returned unchanged.
    """
    if not isinstance(value, Literal) or value.value is None:
        return value
    written = [triple.object for node in nodes for triple in index.by_subject.get(node, ())]
    if value in written:
        return value
    for term in written:
        if isinstance(term, Literal) and (term.datatype, term.value) == (
            value.datatype,
            value.value,
        ):
            return term
    return value


def same_term(one: Identifier, other: Identifier) -> bool:
    """Say whether two terms are equal, language tags compared case-insensitively."""
    if isinstance(one, Literal) and isinstance(other, Literal):
        tags = ((one.language or "").lower(), (other.language or "").lower())
        return (str(one), one.datatype, tags[0]) == (str(other), other.datatype, tags[1])
    return one == other


def _first_steps(
    index: RegionIndex, node: Identifier, path: Path
) -> list[tuple[LocatedTriple, bool]]:
    if isinstance(path, URIRef):
        return [(t, False) for t in index.by_subject.get(node, ()) if t.predicate == path]
    if path.kind == "inverse":
        part = path.parts[0]
        return [(t, True) for t in index.by_object.get(node, ()) if t.predicate == part]
    parts = path.parts if path.kind == "alternative" else path.parts[:1]
    return [step for part in parts for step in _first_steps(index, node, part)]


def _path_values(
    index: RegionIndex, node: Identifier, path: Path
) -> Iterator[tuple[Identifier, Region]]:
    """Yield the value nodes of a path, each with the region where the path reaches it."""
    if isinstance(path, URIRef):
        for triple in index.by_subject.get(node, ()):
            if triple.predicate == path:
                yield triple.object, triple.object_region
    elif path.kind == "inverse":
        yield from _inverse_path_values(index, node, path.parts[0])
    elif path.kind == "alternative":
        for part in path.parts:
            yield from _path_values(index, node, part)
    elif path.kind == "sequence":
        yield from _sequence_values(index, node, path.parts)
    else:
        if path.kind != "oneOrMore" and (region := region_of_node(index, node)):
            yield node, region
        yield from _repeated_path_values(index, node, path.parts[0], once=path.kind == "zeroOrOne")


def _inverse_path_values(
    index: RegionIndex, node: Identifier, path: Path
) -> Iterator[tuple[Identifier, Region]]:
    if isinstance(path, URIRef):
        for triple in index.by_object.get(node, ()):
            if triple.predicate == path:
                yield triple.subject, triple.subject_region
    elif path.kind == "inverse":
        yield from _path_values(index, node, path.parts[0])
    else:  # a rare case without an index: try the path from every subject
        for start in index.by_subject:
            for value, _ in _path_values(index, start, path):
                if value == node:
                    yield start, index.by_subject[start][0].subject_region
                    break


def _sequence_values(
    index: RegionIndex, node: Identifier, parts: tuple[Path, ...]
) -> Iterator[tuple[Identifier, Region]]:
    for value, region in _path_values(index, node, parts[0]):
        if len(parts) == 1:
            yield value, region
        else:
            yield from _sequence_values(index, value, parts[1:])


def _repeated_path_values(
    index: RegionIndex, node: Identifier, part: Path, once: bool
) -> Iterator[tuple[Identifier, Region]]:
    seen: set[Identifier] = set()
    queue = [node]
    while queue:
        for value, region in _path_values(index, queue.pop(), part):
            if value not in seen:
                seen.add(value)
                yield value, region
                if not once:
                    queue.append(value)
