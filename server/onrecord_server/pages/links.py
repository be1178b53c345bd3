"""Local addresses and short forms of IRIs."""

from functools import lru_cache
from urllib.parse import quote

from onrecord.rdf.namespaces import CODE, PREFIXES, REC
from onrecord.releases.dumps import KINDS

_ADDRESSES = 10_000
"""Addresses that are remembered: the pages of a collection name the same things again and again."""


@lru_cache(maxsize=_ADDRESSES)
def address_of(iri: str, base: str) -> str:
    """Return the local address of a thing on record or a term of the ontology, else the IRI itself.

    `https://w3id.org/onrecord/claim/x#quantity` becomes `/claim/x#quantity`. What has no page gives
    an empty string: an IRI that is not HTTP, and one of the collection that is of none of the kinds
    of things.
    """
    for vocabulary, page in ((str(REC), "/ns"), (str(CODE), "/code")):
        if iri.startswith(vocabulary):
            return f"{page}#{quote(iri.removeprefix(vocabulary))}"
    if iri.startswith(base):
        path, hash_sign, fragment = iri.removeprefix(base).partition("#")
        kind, slash, _ = path.partition("/")
        if path and not (kind in KINDS or (slash and kind in ("dumps", "graph")) or path == "void"):
            return ""
        return f"/{quote(path)}{hash_sign}{quote(fragment)}"
    return iri if iri.startswith(("https://", "http://")) else ""


def shortened(iri: str, base: str) -> str:
    """Return the short form of an IRI: `rec:speaker`, `claim/no-shortage`, or in full."""
    if iri.startswith(base) and "#" not in iri.removeprefix(base):
        return iri.removeprefix(base) or iri
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri.removeprefix(base)
