"""How a table of results is arranged by its address: sorted, filtered, and in pages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from onrecord.rdf.oxigraph import ResultRow
from onrecord_server.errors import RefusalError
from onrecord_server.pages.answer.cell import Cell

PARAMETERS = ("sort", "filter", "column", "start", "iris")
"""Parameters of an address that arrange a table, and change nothing in what is asked."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What an address asks of a table."""

    sort: str
    """Column to sort by, with `-` before it for the greatest first; empty for the query's order."""
    filter: str
    """Text that a row has."""
    column: str
    """Column that has it; empty for any."""
    start: int
    """Number of rows before the first one that is shown."""
    iris: bool
    """Whether things are shown by their IRIs and not by their names."""


class Heading(NamedTuple):
    """Heading of a column, and what its button asks for."""

    name: str
    words: str
    sorted: str
    """`ascending`, `descending` or empty, as in `aria-sort`."""
    following: str
    """Order that the button asks for: up, then down, then as the query has it."""


def is_sifted(arguments: MultiDict[str, str]) -> bool:
    """Return whether an address asks for other rows than some that follow one another."""
    return any(any(arguments.getlist(name)) for name in ("sort", "filter"))


def start_of(arguments: MultiDict[str, str]) -> int:
    """Return the number of rows before the first one that is shown. Raises RefusalError 400."""
    start = (arguments.getlist("start") or [""])[-1] or "0"
    if not (start.isascii() and start.isdecimal() and len(start) < 8):
        raise RefusalError(400, f"start: {start!r} is no number of a row")
    return int(start)


class TableRow(NamedTuple):
    """Row of a table."""

    number: int
    """Its place in the answer of the query, from 1."""
    terms: ResultRow
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Table as a page shows it."""

    headings: list[Heading]
    rows: list[TableRow]
    """The rows of this page."""
    every: list[TableRow]
    """The rows that pass the filter, in order; without one, those that were read."""
    arrangement: Arrangement
    names: list[str]
    path: str
    fields: list[tuple[str, str]]
    """The address that is arranged: the form of the table sends it along, once for all buttons."""
    size: int
    """Number of rows of a page."""
    answered: int
    """Number of rows of the answer, before the filter."""

    @property
    def number(self) -> int:
        """Number of rows that pass the filter."""
        return len(self.every) if self.arrangement.filter else self.answered

    @property
    def previous(self) -> int | None:
        """Where the page before this one begins, if there is one."""
        start = self.arrangement.start
        return max(start - self.size, 0) if start else None

    @property
    def next(self) -> int | None:
        """Where the page after this one begins, if there is one."""
        end = self.arrangement.start + self.size
        return end if end < self.number else None

    @property
    def first(self) -> int:
        """Number of the first row of the page, from 1."""
        return self.arrangement.start + 1


def arrangement_of(arguments: MultiDict[str, str], names: Sequence[str]) -> Arrangement:
    """Return what an address asks of a table with these columns. Raises RefusalError 400."""
    # The button that was pressed comes after the field that keeps what was asked before.
    values = {name: (arguments.getlist(name) or [""])[-1] for name in PARAMETERS}
    for parameter, column in (
        ("sort", values["sort"].removeprefix("-")),
        ("column", values["column"]),
    ):
        if column and column not in names:
            raise RefusalError(400, f"{parameter}: {column!r} is none of {', '.join(names)}")
    if len(values["filter"]) > _LONGEST:
        raise RefusalError(400, f"filter: a text of at most {_LONGEST} characters")
    return Arrangement(
        values["sort"],
        values["filter"].strip(),
        values["column"],
        start_of(arguments),
        values["iris"] == "1",
    )


def arranged(
    names: Sequence[str],
    found: Iterable[ResultRow],
    cells: Callable[[ResultRow], list[Cell]],
    arrangement: Arrangement,
    size: int,
    path: str,
    fields: Sequence[tuple[str, str]],
    answered: int,
    skipped: int = 0,
) -> Table:
    """Return the table of an answer with `answered` rows, `size` a page.

    `found` may be only a page, before which rows were skipped, if it is neither sorted nor
    filtered. `path` and `fields` are the address that is arranged, without its arrangement.
    """
    every = [TableRow(number, row, cells(row)) for number, row in enumerate(found, skipped + 1)]
    if arrangement.filter:
        places = [names.index(arrangement.column)] if arrangement.column else range(len(names))
        sought = arrangement.filter.casefold()
        every = [row for row in every if any(_has(row.cells[place], sought) for place in places)]
    if arrangement.sort:
        place = names.index(arrangement.sort.removeprefix("-"))
        every = _sorted(every, place, descending=arrangement.sort.startswith("-"))
    start = arrangement.start - skipped
    headings = []
    for name in names:
        way = {name: "ascending", f"-{name}": "descending"}.get(arrangement.sort, "")
        following = {"": name, "ascending": f"-{name}", "descending": ""}[way]
        headings.append(Heading(name, name.replace("_", " "), way, following))
    return Table(
        headings,
        every[start : start + size],
        every,
        arrangement,
        list(names),
        path,
        list(fields),
        size,
        answered,
    )


def _has(cell: Cell, sought: str) -> bool:
    return sought in cell.text.casefold() or sought in cell.iri.casefold()


def _sorted(every: list[TableRow], place: int, *, descending: bool) -> list[TableRow]:
    """Return rows in the order of a column; those that have nothing there stay behind."""
    bound = [row for row in every if row.terms[place] is not None]
    unbound = [row for row in every if row.terms[place] is None]
    return [*sorted(bound, key=lambda row: _key(row.cells[place]), reverse=descending), *unbound]


def _key(cell: Cell) -> tuple[int, float, str]:
    if cell.kind == "number":
        try:
            return 0, float(cell.text), ""
        except ValueError:
            pass
    return 1, 0.0, cell.text.casefold()
