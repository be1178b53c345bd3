"""A claim as a nanopublication, whose IRI has the hash of what it says (a trusty URI).

The assertion is what the record of the claim says, the provenance who reports it and where, the
publication info who published it under which licence. See https://nanopub.net/guidelines/ and
https://trustyuri.net/.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, RDF, XSD

from onrecord.rdf.namespaces import PROV
from onrecord.rdf.sorted_ntriples import SortedNTriples
from onrecord.releases.exchange.record import ReleaseNote

NP = "http://www.nanopub.org/nschema#"
_HOLE = " "
"""What takes the place of the hash while it is made, as the module RA of trusty URIs has it."""

_Key = tuple[bytes, bytes, bytes, bool, bytes, str, str]


def nanopublication(
    claim: str, attestations: Iterable[str], dump: SortedNTriples, note: ReleaseNote
) -> tuple[str, list[ox.Quad]]:
    """Return the IRI of a claim's nanopublication, and its quads in four graphs."""
    place = f"{claim}/nanopub/{_HOLE}"
    head, assertion, provenance, info = (
        f"{place}#{name}" for name in ("Head", "assertion", "provenance", "pubinfo")
    )
    reports = sorted(attestations)
    said: list[_Statement] = [
        (head, place, str(RDF.type), f"{NP}Nanopublication"),
        (head, place, f"{NP}hasAssertion", assertion),
        (head, place, f"{NP}hasProvenance", provenance),
        (head, place, f"{NP}hasPublicationInfo", info),
        *((assertion, *_parts(triple)) for triple in dump.of_document(claim)),
        *((provenance, assertion, str(PROV.wasDerivedFrom), report) for report in reports),
        *(
            (provenance, *_parts(triple))
            for report in reports
            for triple in dump.of_document(report)
        ),
        (provenance, assertion, str(PROV.wasDerivedFrom), claim),
        (info, place, str(DCTERMS.creator), note.publisher_iri),
        (info, place, str(DCTERMS.created), ox.Literal(note.issued, datatype=_DATE)),
        (info, place, str(DCTERMS.license), note.license),
        (info, place, str(DCTERMS.isPartOf), note.dataset),
        (info, place, str(DCTERMS.hasVersion), ox.Literal(note.name)),
        (info, place, str(DCTERMS.subject), claim),
    ]
    code = artifact_code(said)
    quads = [
        ox.Quad(
            ox.NamedNode(subject.replace(_HOLE, code)),
            ox.NamedNode(predicate),
            value if isinstance(value, ox.Literal) else ox.NamedNode(value.replace(_HOLE, code)),
            ox.NamedNode(graph.replace(_HOLE, code)),
        )
        for graph, subject, predicate, value in sorted(set(said), key=_key)
    ]
    return place.replace(_HOLE, code), quads


_DATE = ox.NamedNode(str(XSD.date))
_Statement = tuple[str, str, str, str | ox.Literal]
"""Graph, subject, predicate and object; all but literals are IRIs, since nothing is blank."""


def artifact_code(statements: Iterable[_Statement]) -> str:
    """Return the hash of statements that have a space in its place."""
    lines = "".join(
        f"{graph}\n{subject}\n{predicate}\n{_written(value)}\n"
        for graph, subject, predicate, value in sorted(set(statements), key=_key)
    )
    digest = sha256(lines.encode()).digest()
    return "RA" + urlsafe_b64encode(digest).decode().rstrip("=")


def _key(statement: _Statement) -> _Key:
    graph, subject, predicate, value = statement
    first = (graph.encode(), subject.encode(), predicate.encode())
    if isinstance(value, str):
        return (*first, False, value.encode(), "", "")
    language = value.language or ""
    datatype = "" if language else value.datatype.value
    return (*first, True, value.value.encode(), datatype, language)


def _written(value: str | ox.Literal) -> str:
    if isinstance(value, str):
        return value
    text = value.value.replace("\\", "\\\\").replace("\n", "\\n")
    kind = f"@{value.language.lower()}" if value.language else f"^{value.datatype.value}"
    return f"{kind} {text}"


def _parts(triple: ox.Triple) -> tuple[str, str, str | ox.Literal]:
    subject, value = triple.subject, triple.object
    if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode | ox.Literal):
        raise ValueError(f"{triple}: a record has no blank nodes")
    return (
        subject.value,
        triple.predicate.value,
        value if isinstance(value, ox.Literal) else value.value,
    )
