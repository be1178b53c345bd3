"""A step of a programme: one figure that was put forward of it, and what came of a plan."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from onrecord.derivation.span import in_words
from onrecord.rdf.namespaces import CODE
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import is_true
from onrecord_server.pages.things.figure import figure_as_said
from onrecord_server.pages.things.gainsaid import Gainsaid
from onrecord_server.pages.timeline.ratio_claim import date_words

_PLANS = frozenset(str(CODE[name]) for name in ("projected", "targeted", "promised", "conditional"))
"""Modalities of figures of which it can be told what came of them."""
REACHED = frozenset(("reached", "at least so by then"))
LESS_SINCE = "said to be less since"
_PENDING = "not yet reached"
_SHORT = frozenset(("missed", "said beforehand to be missed", _PENDING))
_REPLACED = frozenset(("postponed", "superseded", "put otherwise"))
"""What comes of a plan by the word of one that was said after it."""
NO_DATE = "no date named"
"""Of when a plan is that names no time."""
_SURENESS = {"for certain": 0, "probable": 1, "may be": 2}
_NO_FIRST_DAY = re.compile(r"\.\.|[0-9]{4}[~?%]")
"""What a time of saying begins with if no day is known before which it was not said."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan, in one way: what shows it most surely, or last where less is so."""

    kind: str
    strength: str
    """How surely it follows; empty for certain."""
    address: str
    speakers: str
    said: str
    manner: str
    """How it is put where it is not plainly asserted: on whose word, or hedged; else empty."""
    words: str
    because: str
    reason: str
    """Why a curator judged so; empty of what a rule concludes."""
    altered: bool
    """Whether who tells it is judged to tell something else, altered on the way."""
    reading: str
    """What had to be read into the words by which it is reached; empty if nothing."""
    warning: str
    """What has to be known of the claim that tells it; empty if nothing."""
    may_be_older: bool
    """Whether it takes the place of the plan by a word of which no page tells the day."""
    others: int
    """How many more figures tell the same."""


@dataclass(frozen=True, slots=True)
class ProgrammeStep:
    """One figure that was put forward of a programme, or a claim without any."""

    address: str
    text: str
    """Empty for the second and later figures of one claim."""
    speakers: str
    said: str
    put_as: str
    figure: str
    words: str
    about: str
    """Of when the figure is."""
    time_words: str
    condition: str
    taken_back: bool
    alters: tuple[str, str]
    """Address and speakers of the claim that it is judged to be an altered form of."""
    otherwise: str
    """Outlets that report it otherwise than it was said."""
    office: str
    """What the speakers were when they spoke; empty if no office is on record."""
    second_hand: str
    """Who tells it, and from whom, if nobody does on their own word; else empty."""
    warning: str
    """What has to be known of the claim before it is cited; empty if nothing."""
    gainsaid: tuple[Gainsaid, ...]
    """What is judged to contradict a claim that plans nothing, or to seem to."""
    is_disputed: bool
    """Whether it is said to be reached, and of as late a time or later to be less."""
    outcomes: tuple[Outcome, ...]


def is_plan(row: Mapping[str, str]) -> bool:
    """Return whether a row of `programme-steps` has a figure that is planned or expected."""
    return bool(row["figure"]) and row["modality"] in _PLANS


def is_so(row: Mapping[str, str]) -> bool:
    """Return whether its figure is put forward as so, and not taken back.

    What is told before its time is expected, however it is put: a rate before that begins, what
    came together before it is over.
    """
    until = row["valid_to"] if is_sum(row) else row["valid_from"] if row["per"] else ""
    is_told_before = bool(row["said_to"]) and row["said_to"] < until
    is_asserted = row["modality"] == str(CODE.asserted)
    return is_asserted and not (is_told_before or is_true(row["taken_back"]))


def is_of_another(row: Mapping[str, str]) -> bool:
    """Return whether its figure is what another than the speaker is to do."""
    return "what another is to do" in row["put_as"]


def day_of_saying(row: Mapping[str, str]) -> str:
    """Return when it was said, in words."""
    return date_words(row["said_on"], row["said_from"], row["said_to"])


def is_undated(row: Mapping[str, str]) -> bool:
    """Return whether it may have been said long before what else is: at best a year is guessed."""
    return not row["said_on"] or bool(_NO_FIRST_DAY.match(row["said_on"]))


def time_spoken_of(row: Mapping[str, str]) -> str:
    """Return of when its figure is, in words; a year is a time of its own here, no vague day.

    A plan from which on it is said and no later has no date, and what came together up to a day,
    from a beginning that is not told, is so much in all.
    """
    first, last = row["valid_from"], row["valid_to"]
    if row["modality"] in _PLANS and not last and first <= (row["said_to"] or row["said_from"]):
        return NO_DATE
    if is_sum(row) and last and not first:
        return f"in all, up to {in_words(row['valid_for'].rpartition('/')[2])}"
    return date_words(row["valid_for"], first, last).removesuffix(", no day")


def is_sum(row: Mapping[str, str]) -> bool:
    """Return whether its figure is what came together over its time, and not a rate or money."""
    return is_true(row["flow"]) and not (row["per"] or row["unit"])


def step_of(
    row: Mapping[str, str],
    told: list[dict[str, str]],
    otherwise: str,
    against: tuple[Gainsaid, ...],
    base: str,
    *,
    again: bool,
) -> ProgrammeStep:
    """Return the step of a row, with what is told of it; `again` if its claim has been named.

    `otherwise` names the outlets that report it otherwise than it was said, and `against` are the
    claims that are judged to contradict it.
    """
    return ProgrammeStep(
        address=address_of(row["claim"], base),
        text="" if again else row["text"],
        speakers=row["speakers"],
        said=day_of_saying(row),
        put_as=row["put_as"],
        figure=figure_as_said(row) if row["figure"] else "",
        words=row["words"],
        about=time_spoken_of(row),
        time_words=row["time_words"],
        condition=row["condition"],
        taken_back=is_true(row["taken_back"]),
        alters=(address_of(row["alters"], base) if row["alters"] else "", row["alters_by"]),
        otherwise=otherwise,
        office="" if again else row["office"],
        second_hand=row["told_by"],
        warning="" if row["alters"] else row["warning"],
        gainsaid=against,
        is_disputed=bool(_less_since(told)),
        outcomes=_outcomes(told, base),
    )


def _less_since(told: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return what says less, of a time as late as that at which as much is or may be so.

    What a curator judges to be altered on the way disputes nothing.
    """
    plain = [row for row in told if not is_true(row["altered"])]
    reached = [row["later_from"] for row in plain if row["kind"] in REACHED]
    if not reached:
        return []
    return [row for row in plain if row["kind"] in _SHORT and row["later_from"] >= min(reached)]


def _outcomes(rows: list[dict[str, str]], base: str) -> tuple[Outcome, ...]:
    """Return each way in which something came of a plan, with what tells it most surely, or first.

    That it was not yet reached is told only where nothing else is, by what was said last, or where
    it was said to be reached before.
    """
    by_kind: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        by_kind.setdefault((row["kind"], row["altered"]), []).append(row)
    if {kind for kind, _ in by_kind} != {_PENDING}:
        by_kind = {key: told for key, told in by_kind.items() if key[0] != _PENDING}
    since = _less_since(rows)
    if since and all(row["kind"] == _PENDING for row in since):
        by_kind[LESS_SINCE, ""] = since
    return tuple(_outcome(kind, told, base) for (kind, _), told in by_kind.items())


def _outcome(kind: str, told: list[dict[str, str]], base: str) -> Outcome:
    row = told[-1] if kind in (_PENDING, LESS_SINCE) else min(told, key=_doubt)
    is_judged = is_true(row["judged"])
    return Outcome(
        kind=kind,
        strength="" if row["strength"] == "for certain" else row["strength"],
        address=address_of(row["claim"], base),
        speakers=row["speakers"],
        said=day_of_saying(row),
        manner=row["put_as"].partition("asserted, ")[2],
        words=row["words"],
        because=row["because"],
        reason=row["because"] if is_judged else "",
        altered=is_true(row["altered"]),
        reading=row["reading"] if kind in REACHED else "",
        warning="" if is_true(row["altered"]) else row["warning"],
        may_be_older=kind in _REPLACED and is_undated(row),
        others=len({each["claim"] for each in told}) - 1,
    )


def _doubt(row: Mapping[str, str]) -> tuple[bool, int]:
    """Return by what an outcome is less sure: told on the word of another, or less certain."""
    return "on the word of" in row["put_as"], _SURENESS.get(row["strength"], 0)
