"""Tables for other programs: SQL over the tables of a release, with a word on each column."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from onrecord.releases.tables.value import Value

FOLDER = Path(__file__).parent / "exports"
KINDS = (
    "text", "EDTF", "IRI", "IRIs",
    "xsd:boolean", "xsd:date", "xsd:decimal", "xsd:duration", "xsd:integer",
)  # fmt: skip
"""Kinds of columns. `IRIs` are several, with a space between."""

_FIELD = re.compile(r"-- (title|about|row): (.+)")
_COLUMN = re.compile(r"-- (\w+) \(([\w:]+)\): (.+)")

ExportCell = str | int | float | bool | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """Column of a table for other programs."""

    name: str
    kind: str
    """One of KINDS."""
    about: str


@dataclass(frozen=True, slots=True)
class Export:
    """Table for other programs: its header and its SQL."""

    name: str
    title: str
    about: str
    row: str
    """The column whose IRI a row is about."""
    columns: tuple[ExportColumn, ...]
    text: str


@cache
def exports() -> dict[str, Export]:
    """Return the tables for other programs by name."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.sql"))}


def rows(tables: sqlite3.Connection, export: Export) -> Iterator[tuple[ExportCell, ...]]:
    """Yield the rows of a table, in a fixed order, each cell as its kind has it in Python."""
    kinds = [column.kind for column in export.columns]
    for row in tables.execute(export.text):
        yield tuple(_cell(value, kind) for value, kind in zip(row, kinds, strict=True))


def _cell(value: Value, kind: str) -> ExportCell:
    if kind == "IRIs":
        return tuple(str(value or "").split())
    if value is None:
        return None
    if kind == "xsd:boolean":
        return bool(value)
    return date.fromisoformat(str(value)) if kind == "xsd:date" else value


def _read(path: Path) -> Export:
    fields: dict[str, str] = {}
    columns = []
    text = path.read_text(encoding="utf-8")
    for line in text.splitlines():
        if field := _FIELD.fullmatch(line):
            fields[field[1]] = field[2]
        elif column := _COLUMN.fullmatch(line):
            columns.append(ExportColumn(*column.groups()))
    return Export(path.stem, fields["title"], fields["about"], fields["row"], tuple(columns), text)
