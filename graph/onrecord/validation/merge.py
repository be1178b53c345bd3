"""Results of an engine, and findings of several checks merged without duplicates."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from rdflib import Graph, Literal
from rdflib.namespace import SH

from onrecord.shacl import EngineName, validate
from onrecord.shacl.data_graph import DataGraph
from onrecord.shacl.incremental.change import Change
from onrecord.shacl.incremental.dependencies import narrow_to_change
from onrecord.shacl.result import Result
from onrecord.shacl.validate import validate_data, whole_focus
from onrecord.validation.finding import LITERAL, Finding, by_region


def run_engine(
    shapes: Graph,
    engine: EngineName,
    data: Callable[[], DataGraph],
    graph: Callable[[], Graph],
    change: Change | None,
) -> list[Result]:
    """Validate data with an engine: `data` is for the fast one, `graph` for pySHACL.

    With a change, validate only the nodes that it can affect; this needs the fast engine.
    """
    if engine == "pyshacl":
        return validate(graph(), shapes, engine)
    data_graph = data()
    narrow = whole_focus if change is None else narrow_to_change(change, data_graph)
    return validate_data(data_graph, shapes, graph, narrow)


def merge_findings(findings: Iterable[Finding], shapes: Graph) -> tuple[Finding, ...]:
    """Return findings in the order of files and lines, one for each problem.

    An ill-formed literal violates `sh:datatype` too (SHACL, section 4.1.2). Then only the shape's
    finding is kept, as SHACL requires it, with the message of the literal's finding appended.
    """
    found = list(findings)
    literals = {_location_key(finding): finding for finding in found if finding.shape == LITERAL}
    combined: dict[Finding, Finding] = {}
    for finding in found:
        if _is_ill_formed(finding, shapes) and _location_key(finding) in literals:
            literal = literals[_location_key(finding)]
            message = f"{finding.message.rstrip('.')}: {literal.message}"
            remedy = finding.remedy or literal.remedy
            combined[finding] = replace(finding, message=message, remedy=remedy)
    combined_keys = {_location_key(finding) for finding in combined}
    unique = [
        combined.get(each, each)
        for each in found
        if not (each.shape == LITERAL and _location_key(each) in combined_keys)
    ]
    return tuple(sorted(unique, key=by_region))


def _location_key(finding: Finding) -> tuple[object, str]:
    return finding.region or (finding.focus, finding.path), finding.value


def _is_ill_formed(finding: Finding, shapes: Graph) -> bool:
    """Say whether a finding of `sh:datatype` is about an ill-formed literal of that datatype.

    A shape with a milder severity does not replace the check, whose severity is violation.
    """
    result = finding.result
    if result is None or finding.severity != "violation":
        return False
    if result.component != SH.DatatypeConstraintComponent:
        return False
    value = result.value
    datatype = shapes.value(result.shape, SH.datatype)
    return isinstance(value, Literal) and value.datatype == datatype
