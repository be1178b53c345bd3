"""What names a thing, by property: the first of each, and where the rest is."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from rdflib import URIRef

from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.page_queries import address, base_of, named_rows
from onrecord_server.pages.property_table import Shown
from onrecord_server.pages.things.linked import standing_names
from onrecord_server.pages.things.property_words import words_of
from onrecord_server.sparql.endpoint import Endpoint

_SHOWN = 100
"""Things that `incoming-shown` gives at most."""


@dataclass(frozen=True, slots=True)
class Remainder:
    """Items that a page leaves out of a list."""

    number: int
    """Their number; 0 if the list is complete."""
    address: str
    """Address of the complete list."""


@dataclass(frozen=True, slots=True)
class IncomingLinks:
    """Subjects that link to a thing by one property."""

    name: str
    number: int
    shown: list[Shown]
    rest: Remainder


def incoming(
    endpoint: Endpoint,
    release: Release,
    iri: URIRef,
    without: Container[str] = (),
    links: str = "incoming-links",
) -> list[IncomingLinks]:
    """Return the incoming links of a thing, by property, but for those that its page has apart.

    `links` is the query that counts them.
    """
    base = base_of(release)
    numbers = {
        row["link"]: int(row["number"])
        for row in named_rows(endpoint, release, links, thing=str(iri))
        if row["link"] not in without
    }
    rows = [
        row
        for some in _asked_together(numbers)
        for row in named_rows(endpoint, release, "incoming-shown", thing=str(iri), link=some)
    ]
    names = standing_names(endpoint, release, (row["subject"] for row in rows))
    shown: dict[str, list[Shown]] = {link: [] for link in numbers}
    for row in rows:
        subject = row["subject"]
        named = (names.get(subject) or shortened(subject, base), address_of(subject, base))
        shown[row["link"]].append(named)
    found = []
    for link, number in numbers.items():
        which = {"thing": str(iri), "link": link}
        rest = Remainder(number - len(shown[link]), address(release, "incoming-by-link", **which))
        name = words_of(link) or shortened(link, base)
        found.append(IncomingLinks(name, number, shown[link], rest))
    return sorted(found, key=lambda each: each.name)


def _asked_together(numbers: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield the properties by groups: those of which one query gives everything, each other alone.

    `numbers` are how many things name one by each.
    """
    some: list[str] = []
    total = 0
    for link, number in sorted(numbers.items(), key=lambda each: (each[1], each[0])):
        total += number
        if some and total > _SHOWN:
            yield tuple(some)
            some, total = [], number
        some.append(link)
    if some:
        yield tuple(some)
