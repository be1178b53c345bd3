"""Marks of an answer with dates and numbers, in SVG: one panel a unit, and no line between them."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from markupsafe import Markup

from onrecord.derivation.span import Span
from onrecord.records.edtf_bounds import DateError, bounds
from onrecord_server.pages.answer.arrangement import Table, TableRow
from onrecord_server.pages.timeline.scale import TimeScale, time_scale

MOST_MARKS = 300
MOST_PANELS = 4
_LEFT, _RIGHT, _WIDTH = 92, 1140, 1160
_TOP, _HEIGHT, _FOOT = 26, 190, 26
_MONTH = 31
"""Days up to which a date is a point."""
_UNITS = ("unit", "per", "currency")


class PlottedRow(NamedTuple):
    """Row with a date and a number."""

    number: int
    said: Span
    when: str
    value: float
    value_text: str


class Panel(NamedTuple):
    """Drawing of the rows of one unit."""

    unit: str
    drawing: Markup


class Plot(NamedTuple):
    """Drawing of an answer."""

    date_column: str
    number_column: str
    panels: list[Panel]
    drawn: int
    """Number of rows with a mark."""
    left_out: int
    """Number of rows with a date and a number that have none, for want of room."""


def plot_of(table: Table) -> Plot | None:
    """Return the drawing of a table by its first column of dates and its first of numbers.

    None if it has not both, or nothing that can be drawn.
    """
    day = _first_column(table, "date")
    number = _first_column(table, "number")
    if day is None or number is None:
        return None
    units = [place for place, name in enumerate(table.names) if name in _UNITS]
    groups: dict[str, list[PlottedRow]] = defaultdict(list)
    for row in table.every:
        mark = _mark(row, day, number)
        if mark is not None:
            groups[" per ".join(filter(None, (row.cells[each].text for each in units)))].append(
                mark
            )
    if not groups:
        return None
    everything = sum(map(len, groups.values()))
    shown = {row.number for row in table.rows}
    panels, left = [], MOST_MARKS
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    drawn_groups = ordered[:MOST_PANELS]
    times = time_scale((mark.said for _, marks in drawn_groups for mark in marks), _LEFT, _RIGHT)
    if times is None:
        return None
    for unit, marks in drawn_groups:
        some = marks[: max(left, 0)]
        if some:
            title = f"{table.names[number]} by {table.names[day]}{f', {unit}' if unit else ''}"
            panels.append(Panel(unit, _drawing(some, times, title.replace("_", " "), shown)))
        left -= len(some)
    drawn = MOST_MARKS - left
    return Plot(table.names[day], table.names[number], panels, drawn, everything - drawn)


def _first_column(table: Table, kind: str) -> int | None:
    """Return the first column whose values are all of a kind."""
    for place in range(len(table.names)):
        kinds = {row.cells[place].kind for row in table.every if row.terms[place] is not None}
        if kinds == {kind}:
            return place
    return None


def _mark(row: TableRow, day: int, number: int) -> PlottedRow | None:
    when, value = row.cells[day].text, row.cells[number].text
    with suppress(ValueError, DateError):
        span = Span(*bounds(when.partition("T")[0].removesuffix("Z")))
        amount = float(value)
        if span != (None, None) and math.isfinite(amount):
            return PlottedRow(row.number, span, when, amount, value)
    return None


def _drawing(
    marks: Sequence[PlottedRow], times: TimeScale, title: str, shown: Iterable[int]
) -> Markup:
    low, high, step = _range([mark.value for mark in marks])
    bottom = _TOP + _HEIGHT

    def height(value: float) -> float:
        return round(bottom - (value - low) / (high - low) * _HEIGHT, 1)

    parts = [
        Markup(
            '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="group"'
            ' aria-label="{title}: {n} marks, each a row of the table" class="timeline plot"'
            ' font-size="13">'
        ).format(w=_WIDTH, h=bottom + _FOOT, title=title, n=len(marks))
    ]
    line = Markup('<line class="{kind}" x1="{x1}" x2="{x2}" y1="{y1}" y2="{y2}"/>')
    label = Markup('<text x="{x}" y="{y}" text-anchor="{anchor}"{soft}>{text}</text>')
    count = round((high - low) / step)
    for each in range(count + 1):
        value = low + each * step
        y = height(value)
        kind = "parity" if abs(value) < step / 1000 else "grid"
        parts.append(line.format(kind=kind, x1=_LEFT, x2=_RIGHT, y1=y, y2=y))
        text = f"{value:,.10g}"
        parts.append(label.format(x=_LEFT - 10, y=y + 4, anchor="end", soft="", text=text))
    for tick in times.ticks():
        kind = "grid" if tick.strong else "grid weak"
        parts.append(line.format(kind=kind, x1=tick.x, x2=tick.x, y1=_TOP, y2=bottom))
        soft = "" if tick.strong else Markup(' class="soft"')
        parts.append(
            label.format(x=tick.x, y=bottom + 18, anchor="middle", soft=soft, text=tick.text)
        )
    on_page = frozenset(shown)
    for mark in marks:
        linked = mark.number in on_page
        drawn = _shape(mark, times, height(mark.value), linked=linked)
        says = f"row {mark.number}: {mark.when}, {mark.value_text}"
        if linked:
            parts.append(
                Markup('<a href="#row-{n}"><title>{says}</title>{drawn}</a>').format(
                    n=mark.number, says=says, drawn=drawn
                )
            )
        else:
            parts.append(Markup("<g><title>{}</title>{}</g>").format(says, drawn))
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _shape(mark: PlottedRow, times: TimeScale, y: float, *, linked: bool) -> Markup:
    """Return a point, or a bar; what is a link has a place to point at around it."""
    first, last = mark.said
    days = mark.said.days
    hit = Markup('<rect class="hit" x="{x}" y="{y}" width="{w}" height="24" fill="transparent"/>')
    if days is not None and days <= _MONTH and first is not None:
        x = times.place(first)
        drawn = Markup('<circle class="mark less" cx="{x}" cy="{y}" r="5"/>').format(x=x, y=y)
        return drawn + hit.format(x=x - 12, y=y - 12, w=24) if linked else drawn
    # What is known to more than a month is a bar; an end that is open has no stop.
    start, end = times.place(first or times.first), times.place(last or times.last)
    stops = "".join(
        f"M{x} {y - 5}v10" for x, known in ((start, first), (end, last)) if known is not None
    )
    drawn = Markup(
        '<line class="bar less" x1="{start}" x2="{end}" y1="{y}" y2="{y}" stroke-width="4"/>'
        '<path class="mark less" d="{stops}" fill="none"/>'
    ).format(start=start, end=end, y=y, stops=stops)
    return drawn + hit.format(x=start, y=y - 12, w=max(end - start, 24)) if linked else drawn


def _range(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the ends of an axis from nought, and the step between its lines."""
    low, high = min(*values, 0.0), max(*values, 0.0)
    if low == high:
        high = 1.0
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough * 0.999)
    return math.floor(low / step) * step, math.ceil(high / step) * step, step
