"""What a timeline shows, counted: the sentence above the chart."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from onrecord_server.pages.timeline.marks import MONTH, figure_words
from onrecord_server.pages.timeline.ratio_claim import RatioClaim
from onrecord_server.pages.timeline.scale import factors, lane_of


@dataclass(frozen=True, slots=True)
class Summary:
    """Numbers of a timeline."""

    claims: int
    voices: int
    """Different speakers; a joint statement is one voice."""
    more: int
    """Claims by which the side has more."""
    no_more: int
    """Claims by which it has as much, no more, or less."""
    not_put_forward: int
    """Claims that deny, question or do not confirm, or were taken back."""
    expected: int
    """Claims of what is expected or wanted, counted among the others too."""
    commonest: str
    """The figure that most of the claims give that have a factor."""
    times: int
    """How many give it."""
    vague: int
    """Claims whose day of saying is known to no better than a month, or not at all."""


def summary(claims: Iterable[RatioClaim]) -> Summary:
    """Return the numbers of the claims that a timeline shows."""
    shown = list(claims)
    drawn = [claim for claim in shown if claim.drawn]
    more = [claim for claim in drawn if _is_more(claim)]
    figures = Counter(figure_words(claim) for claim in drawn if factors(claim))
    commonest, times = min(figures.items(), key=lambda each: (-each[1], each[0]), default=("", 0))
    return Summary(
        claims=len(shown),
        voices=len({claim.speakers for claim in shown}),
        more=len(more),
        no_more=len(drawn) - len(more),
        not_put_forward=len(shown) - len(drawn),
        expected=sum(claim.expected for claim in drawn),
        commonest=commonest,
        times=times,
        vague=sum((claim.said.days or MONTH + 1) > MONTH for claim in shown),
    )


def _is_more(claim: RatioClaim) -> bool:
    lane = lane_of(claim)
    if lane:
        return lane == "ahead"
    found = factors(claim)
    return bool(found) and sum(found) / len(found) > 1
