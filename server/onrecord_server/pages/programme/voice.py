"""Whose word the claims of a programme are: named or not, of which body, and in whose sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib.namespace import ORG, RDF

from onrecord.rdf.namespaces import REC, SCHEMA
from onrecord.rdf.statements import Statements
from onrecord.releases.release import Release
from onrecord_server.pages.page_queries import named_rows
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.sparql.endpoint import Endpoint

_ABOVE: Paths = {ORG.hasMembership: {ORG.organization: {ORG.hasMembership: to(ORG.organization)}}}
_BODY: Paths = {ORG.hasMembership: {ORG.organization: _ABOVE}}
_PATHS: Paths = {REC.speaker: _BODY}
"""As far as `programme-ends` looks, which has to find the same plans of bearers."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who makes one claim."""

    is_named: bool
    """Whether a speaker is known by more than a role."""
    bodies: frozenset[str]
    """The speakers and what they belong to, at whatever time; not what a country belongs to."""
    warning: str
    """What has to be known of the claim before it is cited; empty if nothing."""


def voices(endpoint: Endpoint, release: Release, claims: Iterable[str]) -> dict[str, Voice]:
    """Return who makes some claims."""
    asked = tuple(dict.fromkeys(claims))
    if not asked:
        return {}
    about = stated_along(endpoint, release, ((claim, _PATHS) for claim in asked))
    editorial = {
        row["claim"]: int(row["sources"])
        for row in named_rows(endpoint, release, "claim-editorial", claim=asked)
    }
    return {claim: _voice(about, claim, editorial.get(claim, 0)) for claim in asked}


def _voice(about: Statements, claim: str, sources: int) -> Voice:
    speakers = set(about.values(claim, REC.speaker))
    bodies = _reachable(about, speakers)
    own = ""
    # Who belongs to a body speaks for it on its pages; an outlet belongs to none.
    if sources and bodies == speakers:
        own = "in its own words, ascribed to nobody" + ("; by one page alone" * (sources == 1))
    return Voice(
        any(about.value(each, REC.anonymous) != "true" for each in speakers),
        frozenset(bodies),
        "; ".join(filter(None, (own, about.value(claim, REC.cautionInWords)))),
    )


def _reachable(about: Statements, speakers: Iterable[str]) -> set[str]:
    found: set[str] = set()
    pending = list(speakers)
    while pending:
        actor = pending.pop()
        if actor in found:
            continue
        found.add(actor)
        if str(SCHEMA.Country) not in about.values(actor, RDF.type):
            pending += [
                body
                for held in about.values(actor, ORG.hasMembership)
                for body in about.values(held, ORG.organization)
            ]
    return found
