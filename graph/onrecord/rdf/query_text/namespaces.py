"""Of which namespaces the terms of a SPARQL query are."""

from collections.abc import Collection

from onrecord.rdf.query_text.tokens import tokens


def has_term_of(query: str, spaces: Collection[str]) -> bool:
    """Return whether a query has a term of one of some namespaces; to declare a prefix is none."""
    if not any(space in query for space in spaces):
        return False
    prefixes: dict[str, str] = {}
    declaring = ""
    before = ""
    for token in tokens(query):
        if token.kind == "NAMESPACE" and before == "PREFIX":
            declaring = token.text
        elif token.kind == "IRI" and declaring:
            prefixes[declaring] = token.text[1:-1]
            declaring = ""
        elif token.kind == "IRI" and token.text[1:].startswith(tuple(spaces)):
            return True
        elif token.kind in ("NAME", "NAMESPACE"):
            prefix, _, local = token.text.partition(":")
            if f"{prefixes.get(f'{prefix}:', '')}{local}".startswith(tuple(spaces)):
                return True
        before = token.kind
    return False
