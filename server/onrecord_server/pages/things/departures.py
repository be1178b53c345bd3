"""Outlets that report claims otherwise than they were said."""

from collections.abc import Iterable

from onrecord.releases.release import Release
from onrecord_server.pages.page_queries import named_rows
from onrecord_server.sparql.endpoint import Endpoint


def departures(endpoint: Endpoint, release: Release, claims: Iterable[str]) -> dict[str, str]:
    """Return the names of such outlets, of each of some claims that has any."""
    asked = tuple(dict.fromkeys(claims))
    if not asked:
        return {}
    outlets: dict[str, list[str]] = {}
    for row in named_rows(endpoint, release, "claim-departures", claim=asked):
        outlets.setdefault(row["claim"], []).append(row["outlet"])
    return {claim: ", ".join(names) for claim, names in outlets.items()}
