"""Things that a thing names, or that name it, with their names and addresses."""

from collections.abc import Iterable, Mapping

from rdflib import Graph, URIRef
from rdflib.namespace import RDFS

from onrecord.rdf.namespaces import REC
from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.pages.property_table import Shown
from onrecord_server.sparql.endpoint import Endpoint

_RECORD: Paths = to(REC.attests)


def names_of_linked(endpoint: Endpoint, release: Release, graph: Graph) -> dict[str, str]:
    """Return the names of what a thing and the nodes written in it name, by IRI.

    `graph` has what is stated of them. Raises RefusalError.
    """
    nodes = sorted({str(node) for node in graph.objects() if isinstance(node, URIRef)})
    about = stated_along(endpoint, release, [(node, {}) for node in nodes])
    names = ((node, min(about.values(node, RDFS.label), default="")) for node in nodes)
    return {node: name for node, name in names if name}


def standing_names(endpoint: Endpoint, release: Release, things: Iterable[str]) -> dict[str, str]:
    """Return the names of things by IRI, with "(withdrawn)" behind those of what is withdrawn.

    A node is withdrawn with the record that it is written in, and a report with its claim. Raises
    RefusalError.
    """
    records = {thing: thing.partition("#")[0] for thing in things}
    about = stated_along(
        endpoint,
        release,
        [*((thing, {}) for thing in records), *((each, _RECORD) for each in records.values())],
    )
    names = {}
    for thing, record in records.items():
        name = min(about.values(thing, RDFS.label), default="")
        whole = (record, *about.values(record, REC.attests))
        if name:
            withdrawn = any(about.value(each, REC.retractedIn) for each in whole)
            names[thing] = f"{name} (withdrawn)" if withdrawn else name
    return names


def linked(
    graph: Graph, iri: URIRef, name: URIRef, names: Mapping[str, str], base: str
) -> list[Shown]:
    """Return the name and address of each value of a property."""
    values = sorted(map(str, graph.objects(iri, name)))
    return [(names.get(each) or shortened(each, base), address_of(each, base)) for each in values]
