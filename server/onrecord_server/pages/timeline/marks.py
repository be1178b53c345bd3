"""Marks of a timeline: claims of one month, height and kind of voice as one, with a number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from onrecord.derivation.span import Span
from onrecord_server.pages.timeline.ratio_claim import RatioClaim
from onrecord_server.pages.timeline.scale import LANE, RatioScale, TimeScale, factors, lane_of

MONTH = 31
"""Days up to which a date is a point; a longer one is a bar, with no point in it."""
SIZE = 7
"""Half the width of a mark."""
BAR = 8
"""Distance of two bars, one above the other."""

COMPARATORS = {
    "gt": "more than ", "ge": "at least ", "lt": "less than ", "le": "at most ",
    "approx": "about ", "nearly": "nearly ", "just-over": "just over ",
}  # fmt: skip
"""The word before the value of a figure, by the local name of its comparator."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point for one claim or several, or a bar for one whose date is vague."""

    x: float
    y: float
    until: float | None
    """Right end of a bar; None for a point."""
    in_lane: bool
    """Whether it gives no factor."""
    open_left: bool
    open_right: bool
    shape: str
    """`asked` for the speaker in question, `person` for another, `body` for any other voice."""
    tone: str
    """`more`, `less` or `level`, from the side that the topic is told from."""
    arrow: str
    """`up` or `down` where the figure is a bound, else empty."""
    expected: bool
    number: int
    days: tuple[float, ...]
    """The places of the true dates, if there are several claims."""
    label: str
    note: str
    """Something that must be said at the mark, such as that a machine rewrote the words."""
    anchor: str
    """Fragment of the first claim's row in the table."""


def marks_of(
    claims: Iterable[RatioClaim], ratios: RatioScale, times: TimeScale, asked: str, *, about: bool
) -> list[Mark]:
    """Return the marks of the claims that are drawn, each at its time and figure.

    `asked` are the names of the speaker in question; `about` asks for the time spoken of, and not
    for the day of saying.
    """
    points: dict[tuple[object, ...], list[RatioClaim]] = defaultdict(list)
    bars = []
    for claim in claims:
        span = claim.about if about else claim.said
        if not claim.drawn or (span.first is None and span.last is None):
            continue
        if span.days is not None and span.days <= MONTH and span.first is not None:
            month = (span.first.year, span.first.month)
            key = (month, _height(claim, ratios), _shape(claim, asked), _arrow(claim),
                   claim.expected, claim.respun)  # fmt: skip
            points[key].append(claim)
        else:
            bars.append(_bar(claim, span, ratios, times, asked))
    found = [_point(group, ratios, times, asked, about=about) for group in points.values()]
    # A bar may run under the points of its figure. In a lane height means nothing: all are apart.
    lanes = [mark for mark in (*found, *bars) if mark.in_lane]
    return [
        *_apart(mark for mark in sorted(bars, key=_order) if not mark.in_lane),
        *_apart(mark for mark in sorted(found, key=_order) if not mark.in_lane),
        *_apart(replace(mark, y=mark.y + LANE / 4) for mark in sorted(lanes, key=_order)),
    ]


def _order(mark: Mark) -> tuple[float, float, str]:
    return mark.x, mark.y, mark.label


def _height(claim: RatioClaim, ratios: RatioScale) -> float:
    lane = lane_of(claim)
    if lane:
        return ratios.lane(lane)
    found = factors(claim)
    if not found:
        return float(ratios.parity)
    return sum(ratios.height(ratio) for ratio in found) / len(found)


def _shape(claim: RatioClaim, asked: str) -> str:
    if claim.speakers == asked:
        return "asked"
    return "person" if claim.person else "body"


def _arrow(claim: RatioClaim) -> str:
    if lane_of(claim):
        return ""
    return {"gt": "up", "ge": "up", "lt": "down", "le": "down"}.get(claim.comparator, "")


def _tone(y: float, ratios: RatioScale) -> str:
    if y == ratios.parity:
        return "level"
    return "more" if y < ratios.parity else "less"


def _bar(claim: RatioClaim, span: Span, ratios: RatioScale, times: TimeScale, asked: str) -> Mark:
    y = _height(claim, ratios)
    return Mark(
        x=times.left if span.first is None else times.place(span.first),
        y=y,
        until=times.right if span.last is None else times.place(span.last),
        in_lane=bool(lane_of(claim)),
        open_left=span.first is None,
        open_right=span.last is None,
        shape=_shape(claim, asked),
        tone=_tone(y, ratios),
        arrow=_arrow(claim),
        expected=claim.expected,
        number=1,
        days=(),
        label=_label([claim]),
        note=_note(claim),
        anchor=anchor(claim),
    )


def _point(
    group: list[RatioClaim], ratios: RatioScale, times: TimeScale, asked: str, *, about: bool
) -> Mark:
    days = []
    for claim in group:
        span = claim.about if about else claim.said
        if span.first is not None and span.last is not None:
            days.append(span.first + timedelta(days=(span.last - span.first).days / 2))
    places = sorted(times.place(day) for day in days)
    y = _height(group[0], ratios)
    return Mark(
        x=round(sum(places) / len(places), 1),
        y=y,
        until=None,
        in_lane=bool(lane_of(group[0])),
        open_left=False,
        open_right=False,
        shape=_shape(group[0], asked),
        tone=_tone(y, ratios),
        arrow=_arrow(group[0]),
        expected=group[0].expected,
        number=len(group),
        days=tuple(places) if len(group) > 1 else (),
        label=_label(group),
        note=_note(group[0]),
        anchor=anchor(group[0]),
    )


def _label(group: list[RatioClaim]) -> str:
    speakers = ", ".join(sorted({claim.speakers for claim in group}))
    when = ", ".join(dict.fromkeys(claim.said_words for claim in group))
    many = f", {len(group)} claims" if len(group) > 1 else ""
    return f"{speakers}, {when}: {figure_words(group[0])}{many}"


def _note(claim: RatioClaim) -> str:
    return "words rewritten by a machine" if claim.respun else ""


def anchor(claim: RatioClaim) -> str:
    """Return the fragment of a comparison's row."""
    name = claim.claim.rpartition("/")[2]
    return name if claim.number == 1 else f"{name}.{claim.number}"


def figure_words(claim: RatioClaim) -> str:
    """Return the figure of a claim as it is compared: "more than 4", "about 3.6 to 4.4"."""
    lane = lane_of(claim)
    if lane:
        return {"ahead": "more", "level": "no more", "behind": "less"}[lane]
    found = [claim.value] if claim.value is not None else [claim.low, claim.high]
    values = " to ".join(f"{ratio:.3g}" for ratio in found if ratio is not None)
    return COMPARATORS.get(claim.comparator, "") + values


def _apart(marks: Iterable[Mark]) -> list[Mark]:
    """Stack what would overlap: upwards, and never along time."""
    placed: list[Mark] = []
    for mark in marks:
        moved = mark
        while any(_touch(moved, other) for other in placed):
            moved = replace(moved, y=moved.y - BAR)
        placed.append(moved)
    return placed


def _touch(mark: Mark, other: Mark) -> bool:
    bars = (mark.until is not None) + (other.until is not None)
    if abs(mark.y - other.y) >= (2 * SIZE + 2, SIZE + BAR // 2, BAR)[bars]:
        return False
    left, right = _extent(mark)
    other_left, other_right = _extent(other)
    return left < other_right and other_left < right


def _extent(mark: Mark) -> tuple[float, float]:
    reach = SIZE + (4 if mark.number > 1 else 1)
    return (mark.x - reach, mark.x + reach) if mark.until is None else (mark.x, mark.until)
