"""Steps of a property path: each property with the paths before and after it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import URIRef

from onrecord.shacl.property_path import Compound, Path, sparql

PathSteps = tuple[Path, ...]
"""A sequence of paths; the empty sequence is the identity."""


@dataclass(frozen=True, slots=True)
class Step:
    """One property in a path."""

    before: PathSteps
    predicate: URIRef
    inverse: bool
    """Whether the step is from object to subject."""
    after: PathSteps


def steps(path: Path) -> Iterator[Step]:
    """Yield a step for each occurrence of a property in a path."""
    if isinstance(path, URIRef):
        yield Step((), path, False, ())
    elif path.kind == "inverse":
        for step in steps(path.parts[0]):
            yield Step(
                _reversed(step.after), step.predicate, not step.inverse, _reversed(step.before)
            )
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


def _reversed(route: PathSteps) -> PathSteps:
    return tuple(Compound("inverse", (part,)) for part in reversed(route))


def path_pattern(start: str, route: PathSteps, end: str) -> str:
    """Return the graph pattern for a route between two terms or variables.

    An empty route has no pattern; both ends must then be the same.
    """
    return f"{start} {'/'.join(map(sparql, route))} {end} ." if route else ""
