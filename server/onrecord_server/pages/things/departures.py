"""Outlets that report claims otherwise than they were said."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rdflib.namespace import RDFS

from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.rdf.statements import Statements
from onrecord.releases.release import Release
from onrecord_server.pages.page_queries import is_true, named_rows
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.sparql.endpoint import Endpoint

_REPORT: Paths = {REC.passage: {OA.hasSource: {REC.snapshotOf: to(SCHEMA.publisher)}}}


class Departures(NamedTuple):
    """Names of outlets that report one claim otherwise than it was said, in one text each."""

    outlets: str
    as_so: str
    """Those of them that tell as so what was only planned or expected."""


AS_SAID = Departures("", "")
"""What there is of a claim that all report as it was said."""


def departures(
    endpoint: Endpoint, release: Release, claims: Iterable[str]
) -> dict[str, Departures]:
    """Return such outlets of each of some claims that has any."""
    asked = tuple(dict.fromkeys(claims))
    if not asked:
        return {}
    rows = named_rows(endpoint, release, "claim-departures", claim=asked)
    about = stated_along(endpoint, release, ((row["report"], _REPORT) for row in rows))
    outlets: dict[str, set[str]] = defaultdict(set)
    as_so: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        names = set(_publishers(about, row["report"]))
        outlets[row["claim"]] |= names
        if is_true(row["as_so"]):
            as_so[row["claim"]] |= names
    return {
        claim: Departures(", ".join(sorted(names)), ", ".join(sorted(as_so[claim])))
        for claim, names in outlets.items()
    }


def _publishers(about: Statements, report: str) -> Iterator[str]:
    """Yield the names of those who publish a report."""
    for passage in about.values(report, REC.passage):
        for snapshot in about.values(passage, OA.hasSource):
            for source in about.values(snapshot, REC.snapshotOf):
                publishers = about.values(source, SCHEMA.publisher)
                names = [about.value(each, RDFS.label) for each in publishers]
                yield from names or ["a source without a publisher"]
