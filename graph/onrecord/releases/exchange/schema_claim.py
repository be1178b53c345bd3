"""A claim in the words of schema.org: `Claim`, with the works that it appears in.

Not `ClaimReview`: nothing here says whether a claim is true.
"""

import re

from onrecord.releases.exchange.record import Agent, ClaimRecord, ReleaseNote, SourceRecord

_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def schema_claim(claim: ClaimRecord, note: ReleaseNote) -> dict[str, object]:
    """Return a claim as JSON-LD."""
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "Claim",
            "@id": claim.iri,
            "url": claim.iri,
            "text": claim.text,
            "name": claim.text,
            "author": [_agent(speaker) for speaker in claim.speakers],
            "dateCreated": _day(claim.said_on),
            "about": [
                {"@type": "Thing", "@id": topic, "name": name} for topic, name in claim.topics
            ],
            "appearance": [_work(source) for source in claim.sources],
            "creativeWorkStatus": "withdrawn" if claim.withdrawn else "",
            "isPartOf": {
                "@type": "Dataset", "@id": note.dataset, "name": note.title, "version": note.name,
            },
            "license": note.license,
            "sdPublisher": {"@type": "Organization", "name": note.publisher},
            "sdDatePublished": note.issued,
        }
    )  # fmt: skip


def _work(source: SourceRecord) -> dict[str, object]:
    return _without_empty(
        {
            "@type": "CreativeWork",
            "@id": source.iri,
            "url": source.address,
            "name": source.title,
            "author": [_agent(agent) for agent in source.authors],
            "publisher": [_agent(agent) for agent in source.publishers],
            "datePublished": _day(source.published_on),
            "inLanguage": source.language,
        }
    )


def _agent(agent: Agent) -> dict[str, object]:
    return {"@type": agent.kind or "Thing", "@id": agent.iri, "name": agent.name}


def _day(edtf: str) -> str:
    """Return a date where ISO 8601 has it; schema.org has no words for what is uncertain."""
    return edtf if _DAY.fullmatch(edtf) else ""


def _without_empty(found: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in found.items() if value}
