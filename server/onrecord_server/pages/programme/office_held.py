"""Offices that the speakers of claims held when they spoke."""

from collections.abc import Iterable, Mapping

from rdflib.namespace import ORG, RDF, RDFS

from onrecord.rdf.namespaces import REC, SCHEMA
from onrecord.rdf.statements import Statements
from onrecord.releases.release import Release
from onrecord_server.pages.paths import Paths, stated_along, to
from onrecord_server.sparql.endpoint import Endpoint

_SPEAKER: Paths = {
    REC.speaker: {ORG.hasMembership: to(ORG.memberDuring, ORG.organization, ORG.role)}
}


def offices_held(
    endpoint: Endpoint, release: Release, rows: Iterable[Mapping[str, str]]
) -> dict[str, str]:
    """Return the offices of the people who made some claims, on the day of saying.

    Each row has a `claim`, and between which days it was made, `said_from` and `said_to`. Where
    several people made a claim, each office is told with the name. What a person was at some other
    time is left out, so that a claim without a day has none.
    """
    claims = {row["claim"]: row for row in rows}
    about = stated_along(endpoint, release, ((claim, _SPEAKER) for claim in claims))
    found = {}
    for claim, row in claims.items():
        speakers = [
            each
            for each in about.values(claim, REC.speaker)
            if str(SCHEMA.Person) in about.values(each, RDF.type)
        ]
        held = {each: _held(about, each, row) for each in speakers}
        told = [
            office if len(speakers) == 1 else f"{about.value(each, RDFS.label)}: {office}"
            for each, office in held.items()
            if office
        ]
        if told:
            found[claim] = "; ".join(told)
    return found


def _held(about: Statements, speaker: str, row: Mapping[str, str]) -> str:
    """Return the offices of a speaker in words, each once."""
    offices = []
    for held in about.values(speaker, ORG.hasMembership):
        time = about.value(held, ORG.memberDuring)
        first, last = about.value(time, REC.earliest), about.value(time, REC.latest)
        said = row["said_from"] or row["said_to"], row["said_to"] or row["said_from"]
        if not (all(said) and first and last and first <= said[1] and said[0] <= last):
            continue
        role = about.value(about.value(held, ORG.role), RDFS.label)
        body = about.value(about.value(held, ORG.organization), RDFS.label)
        if role and body:
            offices.append(f"{role}, {body}")
    return " and ".join(sorted(dict.fromkeys(offices)))
