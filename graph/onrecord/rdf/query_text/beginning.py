"""The mistake in a text that is no query, from its beginning, without the slow parser."""

from collections.abc import Sequence

from onrecord.rdf.query_text.advice import advice
from onrecord.rdf.query_text.excerpt import Mistake, mistake_at
from onrecord.rdf.query_text.situation import Situation
from onrecord.rdf.query_text.tokens import QueryToken, tokens

_FORMS = frozenset({"ASK", "BASE", "CONSTRUCT", "DESCRIBE", "PREFIX", "SELECT"})
_DECLARATIONS = {"PREFIX": ("NAMESPACE", "IRI"), "BASE": ("IRI",)}


def mistake_of_beginning(text: str) -> Mistake:
    """Return the mistake in a text that has no form of a query after its prologue."""
    found = tokens(text)
    position, expected = _end_of_prologue(found)
    at = Situation(text, found, position, expected)
    return mistake_at(text, (at.bare_address() or at.here).start, advice(at))


def _end_of_prologue(found: Sequence[QueryToken]) -> tuple[int, frozenset[str]]:
    """Return where the prologue ends or goes wrong, and what is allowed there."""
    position = 0
    while position < len(found) and found[position].kind in _DECLARATIONS:
        for kind in _DECLARATIONS[found[position].kind]:
            position += 1
            if position >= len(found) or found[position].kind != kind:
                return position, frozenset({kind})
        position += 1
    return position, _FORMS
