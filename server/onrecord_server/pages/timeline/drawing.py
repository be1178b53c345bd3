"""A timeline as SVG: marks with links, lanes, ticks of true dates, and no line between them.

Every colour is an attribute, so that a saved file shows them; the style sheet of the pages has them
again, for its dark scheme.
"""

import math
from collections.abc import Iterable

from markupsafe import Markup

from onrecord_server.pages.timeline.marks import SIZE, Mark
from onrecord_server.pages.timeline.ratio_claim import RatioClaim
from onrecord_server.pages.timeline.scale import (
    RatioScale,
    TimeScale,
    factors,
    lane_of,
)

LEFT, RIGHT, WIDTH = 168, 1140, 1160
TOP = 14
HEAD = 26
"""Height above the greatest ratio."""
FOOT = 42
"""Height of the axis of time under the scale."""
FONT = 'font-family="system-ui, DejaVu Sans, sans-serif" font-size="13"'
COLOURS = {"more": "#9a3412", "less": "#0b4f8a", "level": "#1a1a1f"}


def timeline(
    marks: Iterable[Mark], ratios: RatioScale, times: TimeScale, *,
    title: str, side: str, axis: str, prefix: str,
) -> Markup:  # fmt: skip
    """Return the drawing. `prefix` is put before the fragments that marks lead to."""
    height = ratios.bottom + FOOT
    parts = [
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}"'
            ' role="group" aria-label="{title}" class="timeline" {font}>'
        ).format(w=WIDTH, h=height, title=title, font=Markup(FONT)),
        *_ground(ratios, side),
        *_grid(ratios, times, axis),
    ]
    for mark in marks:
        parts.append(_ticks(mark))
        parts.append(
            Markup(
                '<a href="{href}" aria-label="{label}"><title>{label}</title>{drawn}</a>'
            ).format(
                href=f"{prefix}#{mark.anchor}",
                label=mark.label + (f" ({mark.note})" if mark.note else ""),
                drawn=_bar(mark) if mark.until is not None else _point(mark),
            )
        )
        if mark.note:
            parts.append(
                Markup('<text class="soft" x="{x}" y="{y}" text-anchor="end">{note}</text>').format(
                    x=mark.x - SIZE - 6, y=mark.y + 4, note=mark.note
                )
            )
    parts.append(Markup("</svg>"))
    return Markup("\n").join(parts)


def _ground(ratios: RatioScale, side: str) -> list[Markup]:
    rect = Markup(
        '<rect class="ground {tone}" x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}"/>'
    )
    text = Markup(
        '<text class="side {tone}" x="{x}" y="{y}" font-weight="700" fill="{fill}">{side} {words}'
        "</text>"
    )
    width = RIGHT - LEFT
    return [
        rect.format(tone="more", x=LEFT, y=TOP, w=width, h=ratios.parity - TOP, fill="#fdf1ea"),
        rect.format(
            tone="less", x=LEFT, y=ratios.parity, w=width, h=ratios.bottom - ratios.parity,
            fill="#eaf2fa",
        ),
        text.format(tone="more", x=LEFT + 8, y=TOP + 16, fill=COLOURS["more"], side=side,
                    words="said to have more"),
        text.format(tone="less", x=LEFT + 8, y=ratios.bottom - 8, fill=COLOURS["less"], side=side,
                    words="said to have no more, or less"),
    ]  # fmt: skip


def _grid(ratios: RatioScale, times: TimeScale, axis: str) -> list[Markup]:
    label = Markup('<text x="{x}" y="{y}" text-anchor="{anchor}" class="{kind}">{text}</text>')
    line = Markup(
        '<line class="{kind}" x1="{x1}" x2="{x2}" y1="{y1}" y2="{y2}" stroke="{stroke}"/>'
    )
    parts = []
    for height, name in ratios.steps():
        kind, stroke = ("parity", "#1a1a1f") if height == ratios.parity else ("grid", "#c9ccd3")
        parts.append(line.format(kind=kind, x1=LEFT, x2=RIGHT, y1=height, y2=height, stroke=stroke))
        parts.append(label.format(x=LEFT - 10, y=height + 4, anchor="end", kind="", text=name))
    for lane, name in (
        ("ahead", "more, no factor"), ("level", "level or less"), ("behind", "less, no factor"),
    ):  # fmt: skip
        y = ratios.lane(lane) + 4
        parts.append(label.format(x=LEFT - 10, y=y, anchor="end", kind="soft", text=name))
    for tick in times.ticks():
        parts.append(
            line.format(kind="grid" if tick.strong else "grid weak", x1=tick.x, x2=tick.x, y1=TOP,
                        y2=ratios.bottom, stroke="#c9ccd3")
        )  # fmt: skip
        parts.append(
            label.format(x=tick.x, y=ratios.bottom + 18, anchor="middle",
                         kind="" if tick.strong else "soft", text=tick.text)
        )  # fmt: skip
    parts.append(label.format(x=RIGHT, y=ratios.bottom + 34, anchor="end", kind="soft", text=axis))
    return parts


def _ticks(mark: Mark) -> Markup:
    """Return the true dates of a mark of several claims."""
    tick = Markup('<line class="tick" x1="{x}" x2="{x}" y1="{y}" y2="{end}" stroke="#55585f"/>')
    top = mark.y - SIZE - 9
    return Markup("").join(tick.format(x=day, y=top, end=top + 5) for day in mark.days)


def _paint(mark: Mark) -> Markup:
    colour = COLOURS[mark.tone]
    hollow = " hollow" if mark.expected else ""
    return Markup('class="mark {tone}{hollow}" stroke="{colour}" fill="{fill}"').format(
        tone=mark.tone, hollow=hollow, colour=colour, fill="#ffffff" if hollow else colour
    )


def _bar(mark: Mark) -> Markup:
    until = mark.until or mark.x
    y = mark.y
    colour = COLOURS[mark.tone]
    ends = "".join(
        f"M{x + 6 * way} {y - 4}L{x} {y}L{x + 6 * way} {y + 4}" if is_open
        else f"M{x} {y - 5}v10"
        for x, is_open, way in ((mark.x, mark.open_left, 1), (until, mark.open_right, -1))
    )  # fmt: skip
    return Markup(
        '<line class="bar {tone}" x1="{x}" x2="{until}" y1="{y}" y2="{y}" stroke="{colour}"'
        ' stroke-width="{wide}"{dash}/>'
        '<path class="mark {tone}" d="{ends}" stroke="{colour}" fill="none"/>{arrow}'
        '<rect class="hit" x="{x}" y="{top}" width="{length}" height="12" fill="transparent"/>'
    ).format(
        tone=mark.tone, x=mark.x, until=until, y=y, colour=colour, ends=ends, wide=4,
        dash=Markup(' stroke-dasharray="6 4"') if mark.expected else "",
        arrow=_arrow(mark, (mark.x + until) / 2), top=y - 6, length=max(until - mark.x, 12),
    )  # fmt: skip


def _point(mark: Mark) -> Markup:
    grown = SIZE + (3 if mark.number > 1 else 0)
    x, y = mark.x, mark.y
    if mark.shape == "asked":
        outline = Markup('<circle {paint} cx="{x}" cy="{y}" r="{r}"/>')
    elif mark.shape == "person":
        outline = Markup('<rect {paint} x="{left}" y="{top}" width="{side}" height="{side}"/>')
    else:
        outline = Markup('<path {paint} d="M{x} {top}l{r} {r}l-{r} {r}l-{r} -{r}z"/>')
        grown += 1
    drawn = outline.format(
        paint=_paint(mark), x=x, y=y, r=grown, left=x - grown, top=y - grown, side=2 * grown
    )
    count = Markup("")
    if mark.number > 1:
        count = Markup(
            '<text class="count{hollow}" x="{x}" y="{y}" text-anchor="middle" font-weight="700"'
            ' font-size="12" fill="{fill}">{number}</text>'
        ).format(
            hollow=" hollow" if mark.expected else "", x=x, y=y + 4, number=mark.number,
            fill=COLOURS[mark.tone] if mark.expected else "#ffffff",
        )  # fmt: skip
    reach = 13
    hit = Markup(
        '<rect class="hit" x="{x}" y="{y}" width="26" height="26" rx="4" fill="transparent"/>'
    ).format(x=x - reach, y=y - reach)
    return Markup("").join((_arrow(mark, x), drawn, count, hit))


def _arrow(mark: Mark, x: float) -> Markup:
    """Return the open end of a bound."""
    if not mark.arrow:
        return Markup("")
    way = -1 if mark.arrow == "up" else 1
    y = mark.y + way * SIZE
    return Markup(
        '<path class="mark {tone} open" d="M{x} {y}v{stem}m-4 {back}l4 {tip}l4 {back}"'
        ' stroke="{colour}" fill="none"/>'
    ).format(
        tone=mark.tone, x=x, y=y, stem=way * 10, back=-way * 5, tip=way * 5,
        colour=COLOURS[mark.tone],
    )  # fmt: skip


STRIP_WIDTH, STRIP_HEIGHT = 200, 22


def strip(claim: RatioClaim, ratios: RatioScale) -> Markup:
    """Return the figure of one claim on the same scale, lying on its side: more to the left."""
    if not claim.drawn:
        return Markup("")
    steps = ratios.above + ratios.below + 3
    unit = (STRIP_WIDTH - 20) / steps
    parity = 10 + (ratios.above + 1) * unit

    def place(ratio: float) -> float:
        return parity - math.log2(ratio) * unit

    lane = lane_of(claim)
    if lane:
        way = -1 if lane == "ahead" else 1
        start = parity if lane == "level" else parity + way * 4
        body = _strip_arrow(start, way * unit)
        tone = "more" if lane == "ahead" else "less"
    else:
        found = factors(claim)
        x = round(sum(map(place, found)) / len(found), 1) if found else parity
        tone = "more" if x < parity else "less" if x > parity else "level"
        way = {"gt": -1, "ge": -1, "lt": 1, "le": 1}.get(claim.comparator, 0)
        arrow = _strip_arrow(x, way * 16) if way else Markup("")
        body = arrow + Markup('<circle cx="{x}" cy="11" r="5"/>').format(x=x)
    return Markup(
        '<svg class="strip {tone}{hollow}" viewBox="0 0 {w} {h}" width="{w}" height="{h}"'
        ' aria-hidden="true"><path class="parity" d="M{parity} 2v18"/>{body}</svg>'
    ).format(
        tone=tone, hollow=" hollow" if claim.expected else "", w=STRIP_WIDTH, h=STRIP_HEIGHT,
        parity=round(parity, 1), body=body,
    )  # fmt: skip


def _strip_arrow(x: float, length: float) -> Markup:
    way = 1 if length > 0 else -1
    return Markup('<path d="M{x} 11h{length}m{back} -4l{tip} 4l{back} 4" fill="none"/>').format(
        x=round(x, 1), length=round(length, 1), back=-way * 5, tip=way * 5
    )
