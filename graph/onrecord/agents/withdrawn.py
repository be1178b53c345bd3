"""Withdrawn claims: in no table of a release, but still to be found, and marked."""

import re
from dataclasses import dataclass

from onrecord.releases.open import OpenRelease, ask_text

_WORD = re.compile(r"\w+")
_QUERY = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rec: <https://w3id.org/onrecord/ns#>
PREFIX schema: <https://schema.org/>
SELECT ?claim (MIN (STR (?text)) AS ?name) (MIN (STR (?why)) AS ?reason)
       (MIN (STR (?other)) AS ?instead) (MIN (STR (?who)) AS ?speakers)
       (MIN (STR (?said)) AS ?day)
       (GROUP_CONCAT (DISTINCT STR (?stated) ; SEPARATOR = " ") AS ?words)
WHERE {
  ?claim rec:retractedIn ?retraction ; schema:text ?text .
  OPTIONAL { ?retraction rec:reason ?why }
  OPTIONAL { ?claim dcterms:isReplacedBy ?other }
  OPTIONAL { ?claim rec:speaker/rdfs:label ?who }
  OPTIONAL { ?claim rec:saidOn/dcterms:date ?said }
  OPTIONAL { ?report rec:attests ?claim ; rec:passage/rec:words ?stated }
}
GROUP BY ?claim ORDER BY ?claim
"""


@dataclass(frozen=True, slots=True)
class WithdrawnClaim:
    """A claim that its curator has withdrawn."""

    iri: str
    text: str
    reason: str
    instead: str
    """The IRI of its replacement; empty if there is none."""
    speakers: str
    day: str
    """When it was said, as EDTF; empty if that is not known."""
    words: str
    """The words of its passages."""

    def has_all(self, text: str) -> bool:
        """Return whether the claim has all words of a text, or words that begin with them."""
        said = f"{self.text} {self.words} {self.speakers} {self.day} {self.reason} withdrawn"
        own = _WORD.findall(said.casefold())
        wanted = _WORD.findall(text.casefold())
        return bool(wanted) and all(any(each.startswith(word) for each in own) for word in wanted)


def withdrawn_claims(release: OpenRelease) -> tuple[WithdrawnClaim, ...]:
    """Return the withdrawn claims of a release."""
    columns = ("claim", "name", "reason", "instead", "speakers", "day", "words")
    return tuple(
        WithdrawnClaim(*(str(row[column] or "") for column in columns))
        for row in ask_text(release, _QUERY)
    )
