"""Addresses: where on this server the thing behind an IRI is shown."""

from urllib.parse import quote

from onrecord.rdf.namespaces import CODE, PREFIXES, REC


def address_of(iri: str, base: str) -> str:
    """Return the local address of a thing or a term of ours, else the IRI itself.

    `https://w3id.org/onrecord/claim/x#quantity` becomes `/claim/x#quantity`. An IRI that is
    neither ours nor on the web has no address: the result is empty.
    """
    for vocabulary, page in ((str(REC), "/ns"), (str(CODE), "/code")):
        if iri.startswith(vocabulary):
            return f"{page}#{quote(iri.removeprefix(vocabulary))}"
    if iri.startswith(base):
        path, hash_sign, fragment = iri.removeprefix(base).partition("#")
        return f"/{quote(path)}{hash_sign}{quote(fragment)}"
    return iri if iri.startswith(("https://", "http://")) else ""


def shortened(iri: str, base: str) -> str:
    """Return an IRI as a person reads it: `rec:speaker`, `claim/overtaken`, or in full."""
    if iri.startswith(base) and "#" not in iri.removeprefix(base):
        return iri.removeprefix(base)
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri.removeprefix(base)
