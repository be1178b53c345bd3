"""A mistake in a query, with the line that it is in."""

from typing import NamedTuple

from onrecord.rdf.query_text.situation import line_and_column

_WIDEST = 100
"""Characters of a line that are shown."""
_LONGEST = 300
"""Characters of the advice, which can name a word of any length."""


class Mistake(NamedTuple):
    """Mistake in a query."""

    line: int
    column: int
    """Both from one; columns in characters."""
    advice: str
    """Cause and mend, one sentence."""
    excerpt: str
    """The line of the query, shortened, and under it a caret at the column."""

    def __str__(self) -> str:
        """Return place and advice, one line."""
        return f"line {self.line}, column {self.column}: {self.advice}"


def mistake_at(query: str, offset: int, said: str) -> Mistake:
    """Return the mistake at an offset, with the advice that is given."""
    line, column = line_and_column(query, offset)
    text = query.split("\n")[line - 1].rstrip("\r")
    first = max(0, column - 1 - _WIDEST * 3 // 4) if len(text) > _WIDEST else 0
    shown = "".join(sign if sign.isprintable() else " " for sign in text[first : first + _WIDEST])
    if len(said) > _LONGEST:
        said = f"{said[: _LONGEST - 1]}…"
    return Mistake(line, column, said, f"{shown}\n{' ' * (column - 1 - first)}^")
