"""How to ask for a correction of what is on record of a thing, and what was corrected."""

from dataclasses import dataclass

from rdflib import URIRef

from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of, named_rows
from onrecord_server.sparql.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class Corrections:
    """Whom to write to, and the records that were withdrawn."""

    contacts: list[dict[str, str]]
    withdrawn: list[dict[str, str]]
    """Rows of the query `corrections-of`, with local addresses."""


def corrections(endpoint: Endpoint, release: Release, iri: URIRef) -> Corrections:
    """Return the corrections of what an actor said or published, or a source reports."""
    base = base_of(release)
    rows = named_rows(endpoint, release, "corrections-of", thing=str(iri))
    return Corrections(
        named_rows(endpoint, release, "contact"),
        [
            {
                **row,
                "address": address_of(row["record"], base),
                "replacement": address_of(row["replaced_by"], base) if row["replaced_by"] else "",
            }
            for row in rows
        ],
    )
