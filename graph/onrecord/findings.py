"""Findings: what a check says about the data, and where."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["violation", "warning", "info"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a file; lines and columns count code points from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or that was not checked, with its place and its remedy."""

    severity: Severity
    message: str
    shape: str
    """The rule that was broken: a shape's IRI, or a name such as `syntax`, `term`, `evidence`."""
    component: str = ""
    focus: str = ""
    path: str = ""
    value: str = ""
    remedy: str = ""
    place: Place | None = None
    related: tuple[Place, ...] = ()
