"""`?as_of=`: a topic or a series by what was said up to a day, as the saved query `as-of` means it.

A claim counts if it was said by that day for certain. Those of which this is not known are apart,
and what is derived from later claims is left out. The day is not that of a release: when something
came on record here is in the releases.
"""

from dataclasses import dataclass
from datetime import date

from flask import request
from rdflib import URIRef

from onrecord.releases.release import Release, day_of
from onrecord.releases.saved_query import ParameterError, term_of
from onrecord_server.errors import RefusalError
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of, named_rows, saved_queries
from onrecord_server.pages.timeline.ratio_claim import date_words
from onrecord_server.sparql.endpoint import Endpoint

NAME = "as_of"
KINDS = ("series", "topic")
"""First segments of the IRIs of things that have it."""
_SAME_MEANING = "as-of"


@dataclass(frozen=True, slots=True)
class UndecidedClaim:
    """Claim of which it is not known whether it was said by a day."""

    address: str
    text: str
    speakers: str
    said: str


@dataclass(frozen=True, slots=True)
class AsOf:
    """Day up to which a page looks, with what is to be said of it."""

    day: str
    """ISO 8601; empty if the page looks at all times."""
    words: str
    undecided: tuple[UndecidedClaim, ...]
    is_later: bool
    """Whether the release is older than the day, so that something may be missing."""

    @property
    def parameters(self) -> dict[str, str]:
        """The parameter of the pages' own queries."""
        return {NAME: self.day} if self.day else {}

    @property
    def query(self) -> str:
        """The query of an address, with its question mark; empty without a day."""
        return f"?{NAME}={self.day}" if self.day else ""


def day_asked_for(path: str) -> str:
    """Return the day that a request names as `as_of`, as ISO 8601; empty if it names none.

    `path` is that of the thing below the base. Raises RefusalError 400 for what is no date, and for
    things that have no such view.
    """
    given = [value for value in request.args.getlist(NAME) if value]
    if not given:
        return ""
    if len(given) > 1:
        raise RefusalError(400, f"{NAME}: given {len(given)} times, once is enough")
    kind = path.partition("/")[0]
    if kind not in KINDS:
        raise RefusalError(400, f"{NAME}: topics and series have it, and {path} is neither")
    (day,) = saved_queries()[_SAME_MEANING].parameters
    try:
        return str(term_of(day, given[0], ""))
    except ParameterError as error:
        raise RefusalError(
            400, f"{NAME}: {given[0]!r} is not a date, write it as 2025-11-06"
        ) from error


def as_of(endpoint: Endpoint, release: Release, iri: URIRef) -> AsOf:
    """Return the day up to which the page of a topic or series looks. Raises RefusalError."""
    base = base_of(release)
    day = day_asked_for(str(iri).removeprefix(base))
    if not day:
        return AsOf("", "", (), is_later=False)
    rows = named_rows(endpoint, release, "said-about-then", thing=str(iri), as_of=day)
    undecided = (
        UndecidedClaim(
            address_of(row["claim"], base),
            row["text"],
            row["speakers"],
            date_words(row["said_on"], row["said_from"], row["said_to"]),
        )
        for row in rows
    )
    words = date_words(day, day, day)
    return AsOf(
        day,
        words,
        tuple(undecided),
        is_later=date.fromisoformat(day_of(release.name)) < date.fromisoformat(day),
    )
