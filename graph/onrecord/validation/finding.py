"""Findings: what a check says about the data, and where."""

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
"""The rule of findings about the shapes themselves."""
SYNTAX = "syntax"
"""The rule of findings about files that do not parse."""
LITERAL = "literal"
"""The rule of findings about literals that are no values of their datatype."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or that was not checked, with its place and its remedy."""

    severity: "Severity"
    message: str
    shape: str
    """The rule that was broken: a shape's IRI, or a name such as `syntax`, `term`, `evidence`."""
    component: str = ""
    focus: str = ""
    path: str = ""
    value: str = ""
    remedy: str = ""
    place: Region | None = None
    related: tuple[Region, ...] = ()
    result: "Result | None" = field(default=None, compare=False, repr=False)
    """What SHACL says of it, in terms of the data; None for what no shape has found."""


def by_place(
    finding: Finding,
) -> tuple[str, int, int, str, str, str, str, tuple[Region, ...]]:
    """Return what findings are sorted by: file, line, column, then rule, component, value."""
    place = finding.place or Region("", 0, 0, 0, 0)
    return (
        place.file,
        place.line,
        place.column,
        finding.shape,
        finding.component,
        finding.value,
        finding.message,
        finding.related,
    )


def syntax(problem: SyntaxProblem, rule: str = SYNTAX) -> Finding:
    """Return the finding that a file does not parse."""
    place = Region(str(problem.path), problem.line, problem.column, problem.line, problem.column)
    return Finding("violation", problem.problem, rule, place=place)


def ill_formed(
    subject: "Node", predicate: "Node", value: "Literal", place: Region | None
) -> Finding:
    """Return the finding that a literal is no value of its datatype."""
    from onrecord.rdf.term_text import shown

    datatype = str(value.datatype)
    return Finding(
        "violation",
        f"{str(value)!r} is not a value of the datatype {datatype.rpartition('#')[2]}",
        LITERAL,
        focus=shown(subject),
        path=str(predicate),
        value=str(value),
        remedy=advice(datatype),
        place=place,
    )
