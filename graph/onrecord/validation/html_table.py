"""Tables in HTML, as a notebook shows them."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice

MOST_ROWS = 50
"""Number of rows that are shown; the total is below them."""


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], count: int, noun: str) -> str:
    """Return the first rows as an HTML table, all text escaped, and their number below."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
        for row in islice(rows, MOST_ROWS)
    )
    shown = f"the first {MOST_ROWS} of " if count > MOST_ROWS else ""
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"<p>{shown}{count:,} {escape(noun)}</p>"
    )
