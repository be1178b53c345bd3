"""Conformance: whether data files are as shapes say, any shapes and any data."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph

from onrecord.data import DataFiles, graph_of, located_files, read_data
from onrecord.errors import SyntaxProblem
from onrecord.findings import SHAPES, Finding, Place, by_place, ill_formed, syntax
from onrecord.literals import unvalued
from onrecord.severity import Severity
from onrecord.shacl import Engine, ShapesError, validate
from onrecord.shacl.index import index, place_of_value
from onrecord.shacl.lint import Flaw, flaws, located, notes
from onrecord.shacl.location import locate
from onrecord.shacl.shape import targeted
from onrecord.shacl.validation import validate_data


@dataclass(frozen=True, slots=True)
class Conformance:
    """What was found, and the shapes that it was found by."""

    findings: tuple[Finding, ...]
    """In the order of files and lines."""
    shapes: Graph


def conform(files: Sequence[Path], shape_files: Sequence[Path], engine: Engine) -> Conformance:
    """Check data files by the shapes of other files.

    If the shapes are wrong, that alone is found, for nothing can be said about the data. If a
    data file does not parse, nothing is said of shapes, for what is missing may stand in it.
    Raises UsageError for a file that cannot be opened, ShapesError for shapes that the engine
    refuses as a whole.
    """
    with unvalued():
        try:
            shapes = graph_of(shape_files)
        except SyntaxProblem as problem:
            return Conformance((syntax(problem, SHAPES),), Graph())
        wrong = flaws(shapes)
        if wrong:
            return Conformance(_flawed(wrong, shape_files), shapes)
        if not targeted(shapes):
            return Conformance((_aimless(shape_files),), shapes)
        data = read_data(files)
        findings = [*(syntax(problem) for problem in data.problems), *_ill_formed(data)]
        if not data.problems:
            try:
                findings += _of_shapes(data, shapes, engine)
            except ShapesError as error:
                if error.node is None:
                    raise
                return Conformance(_flawed([Flaw(error.node, error.problem)], shape_files), shapes)
            findings += _flawed(notes(shapes, data.data), shape_files, "info")
    return Conformance(tuple(sorted(findings, key=by_place)), shapes)


def _of_shapes(data: DataFiles, shapes: Graph, engine: Engine) -> list[Finding]:
    if engine == "pyshacl":
        results = validate(data.graph(), shapes, engine)
    else:
        results = validate_data(data.data, shapes, data.graph)
    nodes = {node for result in results for node in result.nodes}
    return locate(results, data.triples_about(nodes) if nodes else [], shapes=shapes)


def _ill_formed(data: DataFiles) -> Iterator[Finding]:
    broken = {Path(problem.path) for problem in data.problems}
    for path in dict.fromkeys(each.file for each in data.ill_formed):
        if path in broken:
            continue  # its places can be told when it parses
        where = index(data.located(path))
        for each in data.ill_formed:
            if each.file == path:
                place = place_of_value(where, each.subject, each.predicate, each.value)
                yield ill_formed(each.subject, each.predicate, each.value, place)


def _aimless(files: Sequence[Path]) -> Finding:
    """Return the finding that no shape has a target: any data would conform, whatever it says."""
    names = ", ".join(str(path) for path in files)
    return Finding(
        "violation",
        f"no shape in {names} has a target, so nothing would be checked",
        SHAPES,
        remedy="give one sh:targetClass, sh:targetNode, sh:targetSubjectsOf or sh:targetObjectsOf",
        place=Place(str(files[0]), 1, 1, 1, 1),
    )


def _flawed(
    found: Iterable[Flaw], files: Sequence[Path], severity: Severity = "violation"
) -> tuple[Finding, ...]:
    """Return a finding for each flaw, with its place in the shapes files."""
    flaws_found = list(found)
    return tuple(located(flaws_found, located_files(files), severity)) if flaws_found else ()
