"""Chart of comparisons, and the rows of the table beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from onrecord_server.pages.timeline.drawing import HEAD, LEFT, RIGHT, TOP, strip, timeline
from onrecord_server.pages.timeline.marks import anchor, figure_words, marks_of
from onrecord_server.pages.timeline.ratio_claim import RatioClaim, Side
from onrecord_server.pages.timeline.scale import ratio_scale, time_scale

AXES = {"said": "date said", "about": "time spoken of"}


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """Row of the table: a claim with its figure."""

    claim: RatioClaim
    anchor: str
    figure: str
    strip: Markup
    year: str


def chart(
    shown: list[RatioClaim], side: Side, title: str, prefix: str = "", *, axis: str, asked: str
) -> Markup | None:
    """Return the chart of claims by one of AXES; None if no time of theirs is known.

    `prefix` is put before the fragments that marks lead to; `asked` are the speakers whose marks
    are round.
    """
    about = axis == "about"
    drawn = [claim for claim in shown if claim.drawn]
    times = time_scale([claim.about if about else claim.said for claim in drawn], LEFT, RIGHT)
    if times is None:
        return None
    ratios = ratio_scale(drawn, TOP + HEAD)
    marks = marks_of(drawn, ratios, times, asked, about=about)
    return timeline(
        marks, ratios, times,
        title=f"{title}: what was said of {side.name} against others, by {AXES[axis]} and by"
        " ratio. The same claims are in the table.",
        side=side.name, axis=AXES[axis], prefix=prefix,
    )  # fmt: skip


def commonest_voice(shown: Iterable[RatioClaim]) -> str:
    """Return the speakers who said most of what is shown."""
    voices = [claim.speakers for claim in shown]
    return min(voices, key=lambda each: (-voices.count(each), each), default="")


def rows_by_year(shown: list[RatioClaim]) -> list[tuple[str, list[TimelineRow]]]:
    """Return the rows of the table by year of saying, undated ones last."""
    ratios = ratio_scale([claim for claim in shown if claim.drawn], TOP + HEAD)
    rows = [
        TimelineRow(
            claim, anchor(claim), figure_words(claim), strip(claim, ratios),
            str(claim.said.first.year) if claim.said.first else "Undated",
        )
        for claim in sorted(
            shown,
            key=lambda each: (str(each.said.first or "9999"), str(each.said.last or "9999"),
                              each.claim),
        )
    ]  # fmt: skip
    return [(year, list(group)) for year, group in groupby(rows, key=lambda row: row.year)]
