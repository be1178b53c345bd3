"""Gathering: from what shapes and checks have found to findings, each told once, in order."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rdflib import Graph, Literal
from rdflib.namespace import SH

from onrecord.data import located_files
from onrecord.findings import LITERAL, Finding, by_place
from onrecord.severity import Severity
from onrecord.shacl import Engine, validate
from onrecord.shacl.change import Change
from onrecord.shacl.lint import Flaw, located
from onrecord.shacl.reads import narrowing
from onrecord.shacl.result import Result
from onrecord.shacl.store import Data
from onrecord.shacl.validation import everything, validate_data


def results_of(
    shapes: Graph,
    engine: Engine,
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


def gathered(findings: Iterable[Finding], shapes: Graph) -> tuple[Finding, ...]:
    """Return findings in the order of files and lines, each fault once.

    A literal that is no value of its datatype breaks `sh:datatype` too (SHACL, section 4.1.2), but
    what is said of the literal tells what is wrong with it.
    """
    found = list(findings)
    told = {_at(finding) for finding in found if finding.shape == LITERAL}
    kept = [each for each in found if not (_is_ill_formed(each, shapes) and _at(each) in told)]
    return tuple(sorted(kept, key=by_place))


def _at(finding: Finding) -> tuple[object, str]:
    return finding.place or (finding.focus, finding.path), finding.value


def _is_ill_formed(finding: Finding, shapes: Graph) -> bool:
    """Say whether a value has the datatype that it was asked for, and so must be ill-formed."""
    result = finding.result
    if result is None or result.component != SH.DatatypeConstraintComponent:
        return False
    value = result.value
    wanted = shapes.value(result.shape, SH.datatype)
    return isinstance(value, Literal) and value.datatype == wanted
