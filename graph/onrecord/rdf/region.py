"""Place: a stretch of a file, which an editor can go to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A stretch of a file; lines and columns count code points from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
