"""A table in plain text, for a terminal: columns aligned, long cells cut with an ellipsis."""

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import combining, east_asian_width

_WIDEST = 48
"""Characters of the widest cell."""

_NARROWEST = 10
"""Characters to which a column may shrink, to fit on a terminal; then columns are left out."""

_GAP = "  "


class TextTable(NamedTuple):
    """Table as text."""

    text: str
    left_out: tuple[str, ...]
    """Columns for which the terminal is too narrow."""


def text_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None
) -> TextTable:
    """Return a table that is no wider than `width`, if there is one.

    Columns that are too wide shrink. Where that is not enough, empty columns are left out, and then
    those at the end.
    """
    cells = [[_cut(cell, _WIDEST) for cell in row] for row in (header, *rows)]
    widths = [max(map(_columns, column)) for column in zip(*cells, strict=True)]
    shown = list(range(len(header)))
    if width is not None and _total(widths) > width:
        filled = [i for i in shown if not rows or any(row[i] for row in rows)]
        least = [min(each, _NARROWEST) for each in widths]
        while len(filled) > 1 and _total([least[i] for i in filled]) > width:
            filled.pop()
        shown = filled or shown[:1]
        for i, cap in zip(shown, _fitting([widths[i] for i in shown], width), strict=True):
            widths[i] = cap
    lines = [
        _GAP.join(_padded(_cut(line[i], widths[i]), widths[i]) for i in shown).rstrip()
        for line in cells
    ]
    left_out = tuple(name for i, name in enumerate(header) if i not in shown)
    return TextTable("".join(f"{line}\n" for line in lines), left_out)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _fitting(widths: Sequence[int], width: int) -> list[int]:
    """Return widths that fit: the widest columns shrink first, and what is left over is used."""
    cap = max(widths)
    while cap > 1 and _total([min(each, cap) for each in widths]) > width:
        cap -= 1
    fitting = [min(each, cap) for each in widths]
    for i, each in enumerate(widths):
        if each > cap and _total(fitting) < width:
            fitting[i] += 1
    return fitting


def _cut(cell: str, width: int) -> str:
    line = " ".join(cell.split())
    if _columns(line) <= width:
        return line
    while line and _columns(line) >= width:
        line = line[:-1]
    return f"{line}…"


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _columns(cell))


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text
    )
