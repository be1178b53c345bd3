"""Gathering: from what shapes and checks have found to findings, each told once, in order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rdflib import Graph, Literal
from rdflib.namespace import SH

from onrecord.shacl import EngineName, validate
from onrecord.shacl.data_graph import Data
from onrecord.shacl.incremental.change import Change
from onrecord.shacl.incremental.dependencies import narrowing
from onrecord.shacl.lint import Flaw
from onrecord.shacl.result import Result
from onrecord.shacl.severity import Severity
from onrecord.shacl.validate import everything, validate_data
from onrecord.validation.data_files import located_files
from onrecord.validation.finding import LITERAL, Finding, by_place
from onrecord.validation.lint_findings import located


def results_of(
    shapes: Graph,
    engine: EngineName,
    data: Callable[[], Data],
    graph: Callable[[], Graph],
    change: Change | None,
) -> list[Result]:
    """Return what an engine finds in data, given in the two forms that the engines want.

    With a change, that alone which it can affect; the engine must be the fast one then.
    """
    if engine == "pyshacl":
        return validate(graph(), shapes, engine)
    loaded = data()
    narrow = everything if change is None else narrowing(change, loaded)
    return validate_data(loaded, shapes, graph, narrow)


def flawed(
    flaws: Iterable[Flaw], files: Sequence[Path], severity: Severity = "violation"
) -> tuple[Finding, ...]:
    """Return a finding for each flaw, with its place in the shapes files."""
    found = list(flaws)
    return tuple(located(found, located_files(files), severity)) if found else ()


def merged(findings: Iterable[Finding], shapes: Graph) -> tuple[Finding, ...]:
    """Return findings in the order of files and lines, each fault once.

    A literal that is no value of its datatype breaks `sh:datatype` too (SHACL, section 4.1.2).
    Then the shape's finding stays, for whoever counts on SHACL, and takes over what is wrong.
    """
    found = list(findings)
    literals = {_at(finding): finding for finding in found if finding.shape == LITERAL}
    joined: dict[Finding, Finding] = {}
    for finding in found:
        if _is_ill_formed(finding, shapes) and _at(finding) in literals:
            literal = literals[_at(finding)]
            message = f"{finding.message.rstrip('.')}: {literal.message}"
            remedy = finding.remedy or literal.remedy
            joined[finding] = replace(finding, message=message, remedy=remedy)
    taken = {_at(finding) for finding in joined}
    kept = [
        joined.get(each, each)
        for each in found
        if not (each.shape == LITERAL and _at(each) in taken)
    ]
    return tuple(sorted(kept, key=by_place))


def _at(finding: Finding) -> tuple[object, str]:
    return finding.place or (finding.focus, finding.path), finding.value


def _is_ill_formed(finding: Finding, shapes: Graph) -> bool:
    """Say whether a value has the datatype that it was asked for, and so must be ill-formed.

    A shape that only warns of it does not stand for the check, to which it is a violation.
    """
    result = finding.result
    if result is None or finding.severity != "violation":
        return False
    if result.component != SH.DatatypeConstraintComponent:
        return False
    value = result.value
    wanted = shapes.value(result.shape, SH.datatype)
    return isinstance(value, Literal) and value.datatype == wanted
