"""Finding: one problem in data or shapes, with its region and remedy."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onrecord.errors import SyntaxProblem
from onrecord.rdf.region import Region
from onrecord.rdf.xsd import advice

if TYPE_CHECKING:  # `import onrecord` brings this module, and need not wait for rdflib
    from rdflib import Literal
    from rdflib.term import Node

    from onrecord.shacl.result import Result
    from onrecord.shacl.severity import Severity

SHAPES = "shapes"
"""Rule of the findings about the shapes themselves."""
SYNTAX = "syntax"
"""Rule of the findings about files that do not parse."""
LITERAL = "literal"
"""Rule of the findings about ill-formed literals."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a shape that another one refers to found in a node, with the regions."""

    title: str
    """Whether the node conforms to the shape, and what that is called."""
    findings: tuple["Finding", ...]
    """Why the node does not conform; empty if it conforms."""
    omitted: int
    """How many findings more there are."""
    region: Region | None
    """Where the node is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem, or one part that was not checked, with its region and remedy."""

    severity: "Severity"
    message: str
    shape: str
    """The violated rule: a shape's IRI, or a name such as `syntax`, `term`, `evidence`."""
    component: str = ""
    focus: str = ""
    path: str = ""
    value: str = ""
    remedy: str = ""
    region: Region | None = None
    related: tuple[Region, ...] = ()
    reasons: tuple[Reason, ...] = field(default=(), compare=False, repr=False)
    """Why, if the rule refers to other shapes."""
    result: "Result | None" = field(default=None, compare=False, repr=False)
    """The SHACL validation result; None if the finding comes from another check."""
    value_text: str = field(default="", compare=False, repr=False)
    """The value as people read it: a literal in quotation marks, an IRI in full."""
    times: int = field(default=1, compare=False, repr=False)
    """How many validation results say the same of the same node: one for each way to it."""
    refuses: bool = field(default=False, compare=False, repr=False)
    """Whether it means that the shapes cannot be relied on, so that no data was checked."""


def reason_lines(finding: Finding, indent: str = "") -> Iterator[tuple[str, Region | None]]:
    """Yield the lines with the reasons of a finding, indented, each with its region.

    The title of a reason has a region only if no finding below it has one.
    """
    for reason in finding.reasons:
        yield f"{indent}{reason.title}", None if reason.findings else reason.region
        for below in reason.findings:
            value = f" (value {below.value_text})" if below.value_text else ""
            yield f"{indent}    {below.message}{value}", below.region
            yield from reason_lines(below, f"{indent}        ")
        if reason.omitted:
            yield f"{indent}    and {reason.omitted} more", None


def by_region(
    finding: Finding,
) -> tuple[str, int, int, str, str, str, str, tuple[Region, ...]]:
    """Return the sort key of findings: file, line, column, then rule, component, value."""
    region = finding.region or Region("", 0, 0, 0, 0)
    return (
        region.file,
        region.line,
        region.column,
        finding.shape,
        finding.component,
        finding.value,
        finding.message,
        finding.related,
    )


def syntax_finding(problem: SyntaxProblem, rule: str = SYNTAX) -> Finding:
    """Return the finding for a syntax error."""
    region = Region(str(problem.path), problem.line, problem.column, problem.line, problem.column)
    return Finding("violation", problem.problem, rule, region=region, refuses=rule == SHAPES)


def ill_formed_finding(
    subject: "Node", predicate: "Node", value: "Literal", region: Region | None
) -> Finding:
    """Return the finding for an ill-formed literal."""
    from onrecord.rdf.term_text import shown, value_text

    datatype = str(value.datatype)
    return Finding(
        "violation",
        f"{str(value)!r} is not a value of the datatype {datatype.rpartition('#')[2]}",
        LITERAL,
        focus=shown(subject),
        path=str(predicate),
        value=str(value),
        value_text=value_text(value),
        remedy=advice(datatype),
        region=region,
    )
