"""Lists of claims in parts, the newest first: after which claim a part begins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from rdflib.namespace import RDF

from onrecord.rdf.namespaces import REC
from onrecord.releases.release import Release
from onrecord_server.errors import RefusalError
from onrecord_server.pages.page_queries import base_of
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.sparql.endpoint import Endpoint

UNDATED = "-"
"""Day by which claims without a known one are sorted: after all others."""
_SAID: Paths = to(REC.saidOn)


@dataclass(frozen=True, slots=True)
class ListStart:
    """Where a part of a list begins."""

    path: str
    """Path of the claim that the part comes after; empty if it is the first."""
    parameters: Mapping[str, str]
    """The same for the pages' own queries."""


def start_of_list(endpoint: Endpoint, release: Release, name: str) -> ListStart:
    """Return where the list begins of which an argument of the request names the claim before.

    Raises RefusalError 404 if there is no such claim.
    """
    path = request.args.get(name, "")
    if not path:
        return ListStart("", {})
    claim = base_of(release) + path
    if not any(each in path for each in ' <>"{}|^`\\'):
        about = stated_along(endpoint, release, [(claim, _SAID)])
        if str(REC.Claim) in about.values(claim, RDF.type):
            day = about.value(about.value(claim, REC.saidOn), REC.earliest)
            return ListStart(path, {"after": claim, "after_day": day or UNDATED})
    raise RefusalError(404, f"{name}: {path!r} is no claim of release {release.name}")


def newest_first(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the claims of rows in the order of the lists, each once."""
    days = {row["claim"]: row["said_from"] or UNDATED for row in rows}
    return sorted(sorted(days), key=lambda claim: days[claim], reverse=True)


def following(name: str, claim: str, release: Release) -> str:
    """Return the query of the address of the part of a list that comes after a claim."""
    kept = {key: value for key, value in request.args.items() if value}
    return "?" + urlencode({**kept, name: claim.removeprefix(base_of(release))})


def from_start(name: str) -> str:
    """Return the query of the address of a list's first part, with its question mark."""
    kept = {key: value for key, value in request.args.items() if value and key != name}
    return "?" + urlencode(kept)
