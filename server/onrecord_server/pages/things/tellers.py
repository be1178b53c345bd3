"""Outlets by whose word alone a claim is known, each of which has it from another one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rdflib import URIRef
from rdflib.namespace import RDFS

from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.rdf.statements import Statements
from onrecord.releases.release import Release
from onrecord_server.pages.page_queries import named_rows
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.sparql.endpoint import Endpoint

_NAMED = 4
"""Names that are told of those who tell a claim, and of those from whom they have it."""
_ORIGIN: Paths = to(SCHEMA.publisher, SCHEMA.author)
_REPORT: Paths = {
    REC.reliesOn: _ORIGIN,
    REC.passage: {OA.hasSource: {REC.snapshotOf: {REC.reprints: _ORIGIN, **to(SCHEMA.publisher)}}},
}


def tellers(endpoint: Endpoint, release: Release, claims: Iterable[str]) -> dict[str, str]:
    """Return who tells some claims, and from whom, of those that nobody tells on their own word.

    A report is on another's word if it relies on another source, or is in a page that reprints one.
    """
    asked = tuple(dict.fromkeys(claims))
    if not asked:
        return {}
    rows = named_rows(endpoint, release, "claim-second-hand", claim=asked)
    about = stated_along(endpoint, release, ((row["report"], _REPORT) for row in rows))
    reports: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        reports[row["claim"]].append(row["report"])
    return {claim: _in_words(about, told) for claim, told in reports.items()}


def _in_words(about: Statements, reports: list[str]) -> str:
    by = dict.fromkeys(
        name
        for report in reports
        for source in _pages(about, report)
        for name in _names(about, source, SCHEMA.publisher)
    )
    origins = {
        name
        for report in reports
        for source in _origins(about, report)
        for property in (SCHEMA.publisher, SCHEMA.author)
        for name in _names(about, source, property)
    }
    told = _listed(sorted(by)) or "a source without a publisher"
    others = sorted(origins - set(by))
    return f"{told}, from {_listed(others)}" if others else told


def _listed(names: list[str]) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


def _origins(about: Statements, report: str) -> Iterator[str]:
    """Yield the sources from which a report has what it tells."""
    yield from about.values(report, REC.reliesOn)
    for source in _pages(about, report):
        yield from about.values(source, REC.reprints)


def _pages(about: Statements, report: str) -> Iterator[str]:
    for passage in about.values(report, REC.passage):
        for snapshot in about.values(passage, OA.hasSource):
            yield from about.values(snapshot, REC.snapshotOf)


def _names(about: Statements, source: str, property: URIRef) -> Iterator[str]:
    for each in about.values(source, property):
        name = about.value(each, RDFS.label)
        if name:
            yield name
