"""Steps of a programme: who promised what by when with what came of it, and what else was said."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from rdflib import URIRef

from onrecord.releases.release import Release
from onrecord_server.pages.page_queries import base_of, is_true, named_rows
from onrecord_server.pages.programme.head import Head, head_of, plans_for_head
from onrecord_server.pages.programme.office_held import offices_held
from onrecord_server.pages.programme.overview import (
    Counted,
    Stop,
    ToldSo,
    Years,
    counted_in,
    put_off,
    year_by_year,
)
from onrecord_server.pages.programme.step import ProgrammeStep, is_plan, step_of
from onrecord_server.pages.programme.voice import Voice, voices
from onrecord_server.pages.things.as_of import AsOf
from onrecord_server.pages.things.departures import AS_SAID, departures
from onrecord_server.pages.things.gainsaid import gainsaid
from onrecord_server.pages.things.tellers import tellers
from onrecord_server.sparql.endpoint import Endpoint

_SHOWN = 100
"""Claims of which the query `programme-claims` returns one more at most."""


@dataclass(frozen=True, slots=True)
class Programme:
    """What was said of one programme, day by day."""

    plans: tuple[ProgrammeStep, ...]
    others: tuple[ProgrammeStep, ...]
    money: tuple[ProgrammeStep, ...]
    """What was said of money, apart from what it buys."""
    voices: int
    """Number of those whose plans they are."""
    moved: tuple[tuple[str, tuple[Stop, ...]], ...]
    """Figures that were put off, each with the times for which it was planned."""
    head: Head | None
    """None if nothing is planned."""
    counted: tuple[Counted, ...]
    years: Years | None
    """What came together year by year; None if it is told of less than two years."""
    cut_off: bool
    """Whether only the claims that were said last are told of."""
    earlier: str
    """The day by which the rest was said; empty if there is none, or no day tells it apart."""


def read_programme(
    endpoint: Endpoint, release: Release, iri: URIRef, then: AsOf
) -> Programme | None:
    """Return the steps of a programme; None if it has none."""
    base = base_of(release)
    about = {"topic": str(iri), **then.parameters}
    newest = named_rows(endpoint, release, "programme-claims", **about)
    if not newest:
        return None
    claims = tuple(row["claim"] for row in newest[:_SHOWN])
    earlier = newest[_SHOWN - 1]["said_from"] if len(newest) > _SHOWN else ""
    if earlier and earlier == then.day:
        # All that is shown is of one day, of which there is more: the day before leads on.
        earlier = str(date.fromisoformat(earlier) - timedelta(1))
    of_all = None
    if len(newest) > _SHOWN and (ends := named_rows(endpoint, release, "programme-ends", **about)):
        of_all = plans_for_head(ends)
        claims = tuple(dict.fromkeys((*claims, *of_all.claims)))
    rows = named_rows(endpoint, release, "programme-steps", claim=claims, **then.parameters)
    told = named_rows(endpoint, release, "programme-outcomes", plan=claims, **then.parameters)
    by_figure = {figure: list(group) for figure, group in groupby(told, lambda row: row["figure"])}
    otherwise = departures(endpoint, release, claims)
    told_by = tellers(endpoint, release, claims)
    held = offices_held(endpoint, release, rows)
    series = tuple(dict.fromkeys(row["series"] for row in rows if is_plan(row) and row["series"]))
    kin: dict[str, set[str]] = defaultdict(set)
    so = []
    if series:
        for row in named_rows(endpoint, release, "programme-kin", series=series):
            kin[row["series"]].add(row["kin"])
        compared = filter(None, (row["later_series"] for row in told))
        lines = tuple(dict.fromkeys((*series, *compared, *sorted(set().union(*kin.values())))))
        so = named_rows(endpoint, release, "programme-last", series=lines, **then.parameters)
    against = gainsaid(endpoint, release, (*claims, *(row["claim"] for row in so)), then.day)
    spoken = voices(endpoint, release, (row["claim"] for row in (*rows, *told, *so)))
    for row in (*rows, *told, *so):
        row |= _of_voice(row, spoken[row["claim"]])
    for row in rows:
        row |= {
            "told_by": told_by.get(row["claim"], ""),
            "office": held.get(row["claim"], ""),
            "told_as_so_by": otherwise.get(row["claim"], AS_SAID).as_so,
        }
    steps: list[tuple[dict[str, str], ProgrammeStep]] = []
    before: dict[tuple[bool, bool], str] = {}
    for row in rows:
        place = is_plan(row), not is_plan(row) and is_true(row["money"])
        found = by_figure.get(row["figure"], []) if is_plan(row) else []
        again = row["claim"] == before.get(place)
        outlets = otherwise.get(row["claim"], AS_SAID).outlets
        others = () if again or is_plan(row) else tuple(against.get(row["claim"], ()))
        steps.append((row, step_of(row, found, outlets, others, base, again=again)))
        before[place] = row["claim"]
    plans = [step for row, step in steps if is_plan(row)]
    rest = [(row, step) for row, step in steps if not is_plan(row)]
    said_so = ToldSo(so, kin, against)
    counted = list(counted_in(steps, told, said_so, base))
    return Programme(
        tuple(plans),
        tuple(step for row, step in rest if not is_true(row["money"])),
        tuple(step for row, step in rest if is_true(row["money"])),
        len({step.speakers for step in plans}),
        tuple(put_off([row for row in rows if is_plan(row)], told, base)),
        head_of(steps, counted, said_so, of_all, base) if plans else None,
        tuple(counted),
        year_by_year(rows, base),
        len(newest) > _SHOWN,
        earlier,
    )


def _of_voice(row: Mapping[str, str], voice: Voice) -> dict[str, str]:
    """Return the columns by which the other modules know whose word a row is."""
    return {
        "is_named": "true" if voice.is_named else "",
        "is_insider": "true" if row.get("bearer") in voice.bodies else "",
        "warning": voice.warning,
    }
