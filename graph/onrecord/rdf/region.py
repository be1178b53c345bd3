"""Region: a range of lines and columns in a file (SARIF 2.1.0, section 3.30)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A range in a file; lines and columns count from 1 in code points, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
