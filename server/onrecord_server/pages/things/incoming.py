"""What names a thing, by property: the first of each, and where the rest is."""

from collections.abc import Container
from dataclasses import dataclass

from rdflib import URIRef

from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.page_queries import address, base_of, named_rows
from onrecord_server.pages.property_table import Shown
from onrecord_server.pages.things.property_words import words_of
from onrecord_server.sparql.endpoint import Endpoint


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
    found = []
    for row in named_rows(endpoint, release, links, thing=str(iri)):
        if row["link"] in without:
            continue
        which = {"thing": str(iri), "link": row["link"]}
        rows = named_rows(endpoint, release, "incoming-shown", **which)
        number = int(row["number"])
        rest = Remainder(number - len(rows), address(release, "incoming-by-link", **which))
        shown = [
            (each["label"] or shortened(each["subject"], base), address_of(each["subject"], base))
            for each in rows
        ]
        name = words_of(row["link"]) or shortened(row["link"], base)
        found.append(IncomingLinks(name, number, shown, rest))
    return sorted(found, key=lambda each: each.name)
