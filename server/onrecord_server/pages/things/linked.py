"""Things that a thing names, with their names and addresses."""

from collections.abc import Mapping

from rdflib import Graph, URIRef

from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.page_queries import named_rows
from onrecord_server.pages.property_table import Shown
from onrecord_server.sparql.endpoint import Endpoint


def names_of_linked(endpoint: Endpoint, release: Release, iri: URIRef) -> dict[str, str]:
    """Return the names of what a thing and the nodes written in it name, by IRI."""
    rows = named_rows(endpoint, release, "names-of-linked", thing=str(iri))
    return {row["node"]: row["label"] for row in rows}


def linked(
    graph: Graph, iri: URIRef, name: URIRef, names: Mapping[str, str], base: str
) -> list[Shown]:
    """Return the name and address of each value of a property."""
    values = sorted(map(str, graph.objects(iri, name)))
    return [(names.get(each) or shortened(each, base), address_of(each, base)) for each in values]
