"""An index of located triples: from nodes and paths to the places where they are written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Identifier

from onrecord.rdf.located_turtle import LocatedTriple
from onrecord.rdf.region import Region
from onrecord.shacl.property_path import Path


@dataclass(frozen=True, slots=True)
class Index:
    """Located triples by subject and by object."""

    by_subject: dict[Identifier, list[LocatedTriple]]
    by_object: dict[Identifier, list[LocatedTriple]]


def index(triples: Iterable[LocatedTriple]) -> Index:
    """Return the triples by subject and by object, in their order."""
    by_subject: dict[Identifier, list[LocatedTriple]] = defaultdict(list)
    by_object: dict[Identifier, list[LocatedTriple]] = defaultdict(list)
    for triple in triples:
        by_subject[triple.subject].append(triple)
        by_object[triple.object].append(triple)
    return Index(dict(by_subject), dict(by_object))


def place_of_node(where: Index, node: Identifier) -> Region | None:
    """Return where a node is described, else where it is first mentioned."""
    for triple in where.by_subject.get(node, ()):
        return triple.subject_place
    for triple in where.by_object.get(node, ()):
        return triple.object_place
    return None


def predicate_places(where: Index, node: Identifier, path: Path) -> list[Region]:
    """Return where the first property of a path is written at a node, in document order."""
    return [
        triple.predicate_place for triple, inverse in _first_steps(where, node, path) if not inverse
    ] or [triple.subject_place for triple, _ in _first_steps(where, node, path)]


def place_of_value(where: Index, node: Identifier, path: Path, value: Identifier) -> Region | None:
    """Return where the value that a path reaches from a node is written."""
    for reached, place in _reached(where, node, path):
        if same(reached, value):
            return place
    return None


def written_form(where: Index, nodes: Iterable[Identifier], value: Identifier) -> Identifier:
    """Return a value in the form that it is written in at some nodes: `4.0` for `4`.

    Values that a query gives have the form of the store; a value that is written nowhere there
    is returned as it is.
    """
    if not isinstance(value, Literal) or value.value is None:
        return value
    written = [triple.object for node in nodes for triple in where.by_subject.get(node, ())]
    if value in written:
        return value
    for term in written:
        if isinstance(term, Literal) and (term.datatype, term.value) == (
            value.datatype,
            value.value,
        ):
            return term
    return value


def same(one: Identifier, other: Identifier) -> bool:
    """Say whether two terms are one, language tags compared without case."""
    if isinstance(one, Literal) and isinstance(other, Literal):
        tags = ((one.language or "").lower(), (other.language or "").lower())
        return (str(one), one.datatype, tags[0]) == (str(other), other.datatype, tags[1])
    return one == other


def _first_steps(where: Index, node: Identifier, path: Path) -> list[tuple[LocatedTriple, bool]]:
    if isinstance(path, URIRef):
        return [(t, False) for t in where.by_subject.get(node, ()) if t.predicate == path]
    if path.kind == "inverse":
        part = path.parts[0]
        return [(t, True) for t in where.by_object.get(node, ()) if t.predicate == part]
    parts = path.parts if path.kind == "alternative" else path.parts[:1]
    return [step for part in parts for step in _first_steps(where, node, part)]


def _reached(where: Index, node: Identifier, path: Path) -> Iterator[tuple[Identifier, Region]]:
    """Yield the nodes at the end of a path, each with the place of its last mention on the way."""
    if isinstance(path, URIRef):
        for triple in where.by_subject.get(node, ()):
            if triple.predicate == path:
                yield triple.object, triple.object_place
    elif path.kind == "inverse":
        yield from _backwards(where, node, path.parts[0])
    elif path.kind == "alternative":
        for part in path.parts:
            yield from _reached(where, node, part)
    elif path.kind == "sequence":
        yield from _in_turn(where, node, path.parts)
    else:
        if path.kind != "oneOrMore" and (place := place_of_node(where, node)):
            yield node, place
        yield from _repeated(where, node, path.parts[0], once=path.kind == "zeroOrOne")


def _backwards(where: Index, node: Identifier, path: Path) -> Iterator[tuple[Identifier, Region]]:
    if isinstance(path, URIRef):
        for triple in where.by_object.get(node, ()):
            if triple.predicate == path:
                yield triple.subject, triple.subject_place
    elif path.kind == "inverse":
        yield from _reached(where, node, path.parts[0])
    else:  # too rare to walk: any node that reaches this one
        for start in where.by_subject:
            for reached, _ in _reached(where, start, path):
                if reached == node:
                    yield start, where.by_subject[start][0].subject_place
                    break


def _in_turn(
    where: Index, node: Identifier, parts: tuple[Path, ...]
) -> Iterator[tuple[Identifier, Region]]:
    for reached, place in _reached(where, node, parts[0]):
        if len(parts) == 1:
            yield reached, place
        else:
            yield from _in_turn(where, reached, parts[1:])


def _repeated(
    where: Index, node: Identifier, part: Path, once: bool
) -> Iterator[tuple[Identifier, Region]]:
    seen: set[Identifier] = set()
    waiting = [node]
    while waiting:
        for reached, place in _reached(where, waiting.pop(), part):
            if reached not in seen:
                seen.add(reached)
                yield reached, place
                if not once:
                    waiting.append(reached)
