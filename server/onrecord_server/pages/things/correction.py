"""How to ask for a correction of what is on record of a thing, and what was corrected."""

from dataclasses import dataclass

from rdflib import URIRef

from onrecord.rdf.namespaces import DCAT, REC, SCHEMA
from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of, named_rows
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.sparql.endpoint import Endpoint

_COLLECTION: Paths = to(DCAT.contactPoint)
_OF_CONTACT = (SCHEMA.name, SCHEMA.email, SCHEMA.url)


@dataclass(frozen=True, slots=True)
class DeskContact:
    """Whom a reader can write to; what is not known is empty."""

    name: str
    email: str
    page: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers for a collection, and how corrections are handled."""

    corrections: str
    contacts: list[DeskContact]


@dataclass(frozen=True, slots=True)
class Corrections:
    """Whom to write to, and the records that were withdrawn."""

    desk: Desk
    withdrawn: list[dict[str, str]]
    """Rows of the query `corrections-of`, with local addresses."""


def corrections(endpoint: Endpoint, release: Release, iri: URIRef) -> Corrections:
    """Return the corrections of what an actor said or published, or a source reports."""
    base = base_of(release)
    rows = named_rows(endpoint, release, "corrections-of", thing=str(iri))
    return Corrections(
        desk(endpoint, release),
        [
            {
                **row,
                "address": address_of(row["record"], base),
                "replacement": address_of(row["replaced_by"], base) if row["replaced_by"] else "",
            }
            for row in rows
        ],
    )


def desk(endpoint: Endpoint, release: Release) -> Desk:
    """Return who answers for the collection of a release. Raises RefusalError."""
    collection = str(release.manifest.get("dataset", ""))
    about = stated_along(endpoint, release, [(collection, _COLLECTION)])
    contacts = [
        DeskContact(*(min(about.values(each, name), default="") for name in _OF_CONTACT))
        for each in about.values(collection, DCAT.contactPoint)
    ]
    return Desk(
        min(about.values(collection, REC.corrections), default=""),
        sorted((each for each in contacts if each.name), key=lambda each: each.name),
    )
