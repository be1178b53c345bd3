"""What a release states of some things, and of those to which paths lead from them.

For pages that name much around a thing. A release here is read from its dump, which takes a tenth
of the time that its store takes; a remote store is asked once for each step of the paths.
"""

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox
from rdflib import URIRef

from onrecord.rdf.sorted_ntriples import plain
from onrecord.rdf.statements import Statements
from onrecord.releases.release import Release
from onrecord_server.documents.release_files import dump_of
from onrecord_server.pages.page_queries import cut_off
from onrecord_server.sparql.ask import ask, content
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import N_TRIPLES

Paths = Mapping[URIRef, "Paths"]
"""Properties that lead from a thing to others which a page names, with those that lead on."""

_THINGS = 100
"""Things that a store is asked for at once."""


def to(*properties: URIRef) -> dict[URIRef, Paths]:
    """Return paths of one step."""
    return {each: {} for each in properties}


def stated_along(
    endpoint: Endpoint, release: Release, start: Iterable[tuple[str, Paths]]
) -> Statements:
    """Return all that is stated of things and along their paths. Raises RefusalError."""
    about = Statements()
    found = list(start)
    while found:
        new = {thing: None for thing, _ in found if thing and thing not in about}
        _add(about, endpoint, release, list(new))
        found = [
            (value, paths)
            for thing, along in found
            for name, paths in along.items()
            for value in about.values(thing, name)
        ]
    return about


def _add(about: Statements, endpoint: Endpoint, release: Release, things: Sequence[str]) -> None:
    """Add all triples of some things, as the release has them.

    A release without a dump is asked for a hundred things at once. Raises RefusalError.
    """
    dump = dump_of(release)
    if dump is not None:
        for thing in things:
            about.add_subject(thing, dump.values_of(thing))
        return
    for start in range(0, len(things), _THINGS):
        values = " ".join(f"<{each}>" for each in things[start : start + _THINGS])
        text = f"CONSTRUCT {{ ?thing ?p ?o }} WHERE {{ VALUES ?thing {{ {values} }} ?thing ?p ?o }}"
        answer = ask(endpoint, text, release=release, format=N_TRIPLES, unlimited=True)
        if answer.limited:
            raise cut_off("statements", answer.rows)
        quads = ox.parse(content(answer), format=ox.RdfFormat.N_TRIPLES)
        about.add(plain(quad.triple) for quad in quads)
