"""Steps of a programme: who promised what by when with what came of it, and what else was said."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from rdflib import URIRef

from onrecord.rdf.namespaces import CODE
from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of, is_true, named_rows
from onrecord_server.pages.things.as_of import AsOf
from onrecord_server.pages.things.figure import figure_text
from onrecord_server.pages.timeline.ratio_claim import date_words
from onrecord_server.sparql.endpoint import Endpoint

_PLANS = frozenset(str(CODE[name]) for name in ("projected", "targeted", "promised", "conditional"))
"""Modalities of figures of which it can be told what came of them."""
_PENDING = "not yet reached"
_SHOWN = 300
"""Claims that the query `programme-steps` returns at most."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan, in one way: what was said of it first, or last if it was pending."""

    kind: str
    strength: str
    """How surely it follows; empty for certain."""
    address: str
    speakers: str
    said: str
    words: str
    because: str
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
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """What was said of one programme, day by day."""

    plans: tuple[ProgrammeStep, ...]
    others: tuple[ProgrammeStep, ...]
    voices: int
    """Number of those whose plans they are."""
    came_of_it: tuple[tuple[str, int], ...]
    """Number of figures planned by what came of them, each once for each way."""
    series: tuple[tuple[str, str, int], ...]
    """Address, name and number of figures of the series that have several, the most first."""
    cut_off: bool


def read_programme(
    endpoint: Endpoint, release: Release, iri: URIRef, then: AsOf
) -> Programme | None:
    """Return the steps of a topic that is a programme; None for other topics."""
    base = base_of(release)
    about = {"topic": str(iri), **then.parameters}
    rows = named_rows(endpoint, release, "programme-steps", **about)
    if not rows:
        return None
    told = named_rows(endpoint, release, "programme-outcomes", **about)
    by_figure = {figure: list(group) for figure, group in groupby(told, lambda row: row["figure"])}
    plans: list[ProgrammeStep] = []
    others: list[ProgrammeStep] = []
    before = ""
    for row in rows:
        is_plan = bool(row["figure"]) and row["modality"] in _PLANS
        outcomes = _outcomes(by_figure.get(row["figure"], []), base) if is_plan else ()
        step = _step(row, outcomes, base, again=row["claim"] == before)
        (plans if is_plan else others).append(step)
        before = row["claim"]
    ranks = {row["kind"]: int(row["rank"]) for row in told}
    kinds = Counter(outcome.kind for step in plans for outcome in step.outcomes)
    ordered = sorted(kinds.items(), key=lambda each: (ranks[each[0]], each[0]))
    ordered.append(("nothing on record", sum(not step.outcomes for step in plans)))
    return Programme(
        tuple(plans),
        tuple(others),
        len({step.speakers for step in plans}),
        tuple((kind, number) for kind, number in ordered if number),
        _series(rows, base),
        len({row["claim"] for row in rows}) >= _SHOWN,
    )


def _series(rows: list[dict[str, str]], base: str) -> tuple[tuple[str, str, int], ...]:
    numbers = Counter((row["series"], row["series_name"]) for row in rows if row["series"])
    several = [(number, name, iri) for (iri, name), number in numbers.items() if number > 1]
    several.sort(key=lambda each: (-each[0], each[1], each[2]))
    return tuple((address_of(iri, base), name, number) for number, name, iri in several)


def _step(
    row: Mapping[str, str], outcomes: tuple[Outcome, ...], base: str, *, again: bool
) -> ProgrammeStep:
    return ProgrammeStep(
        address=address_of(row["claim"], base),
        text="" if again else row["text"],
        speakers=row["speakers"],
        said=date_words(row["said_on"], row["said_from"], row["said_to"]),
        put_as=row["put_as"],
        figure=figure_text(row) if row["figure"] else "",
        words=row["words"],
        about=date_words(row["valid_for"], row["valid_from"], row["valid_to"]),
        time_words=row["time_words"],
        condition=row["condition"],
        taken_back=is_true(row["taken_back"]),
        outcomes=outcomes,
    )


def _outcomes(rows: list[dict[str, str]], base: str) -> tuple[Outcome, ...]:
    """Return each way in which something came of a plan, with what tells it first.

    That it was not yet reached is told only where nothing else is, by what was said last.
    """
    by_kind: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    if len(by_kind) > 1:
        by_kind.pop(_PENDING, None)
    found = []
    for kind, told in by_kind.items():
        row = told[-1 if kind == _PENDING else 0]
        found.append(
            Outcome(
                kind=kind,
                strength="" if row["strength"] == "for certain" else row["strength"],
                address=address_of(row["claim"], base),
                speakers=row["speakers"],
                said=date_words(row["said_on"], row["said_from"], row["said_to"]),
                words=row["words"],
                because=row["because"],
                others=len({each["claim"] for each in told}) - 1,
            )
        )
    return tuple(found)
