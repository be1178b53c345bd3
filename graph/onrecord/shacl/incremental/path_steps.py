"""Steps: the properties that a path goes along, each with the way to it and the way on."""

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import URIRef

from onrecord.shacl.property_path import Compound, Path, sparql

PathSteps = tuple[Path, ...]
"""Paths one after the other; none of them stays where one is."""


@dataclass(frozen=True, slots=True)
class Step:
    """One property in a path."""

    before: PathSteps
    predicate: URIRef
    inverse: bool
    """Whether the path goes from object to subject."""
    after: PathSteps


def steps(path: Path) -> Iterator[Step]:
    """Yield a step for each property that is written in a path."""
    if isinstance(path, URIRef):
        yield Step((), path, False, ())
    elif path.kind == "inverse":
        for step in steps(path.parts[0]):
            yield Step(_back(step.after), step.predicate, not step.inverse, _back(step.before))
    elif path.kind == "sequence":
        for number, part in enumerate(path.parts):
            first, last = path.parts[:number], path.parts[number + 1 :]
            for step in steps(part):
                before, after = (*first, *step.before), (*step.after, *last)
                yield Step(before, step.predicate, step.inverse, after)
    elif path.kind in ("alternative", "zeroOrOne"):
        for part in path.parts:
            yield from steps(part)
    else:
        again = Compound("zeroOrMore", path.parts)
        for step in steps(path.parts[0]):
            before, after = (again, *step.before), (*step.after, again)
            yield Step(before, step.predicate, step.inverse, after)


def _back(way: PathSteps) -> PathSteps:
    return tuple(Compound("inverse", (part,)) for part in reversed(way))


def along(start: str, way: PathSteps, end: str) -> str:
    """Return the graph pattern that a way leads from one term or variable to another.

    Of an empty way, which has no pattern, both ends must be the same.
    """
    return f"{start} {'/'.join(map(sparql, way))} {end} ." if way else ""
