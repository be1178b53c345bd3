"""Properties, classes and codes in words: a page shows no prefixed name where there is a label."""

import re
from functools import lru_cache

import pyoxigraph as ox
from rdflib.namespace import RDF, RDFS, SKOS

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import CODE, PREFIXES, REC

_OTHERS = {
    str(RDF.type): "is a",
    str(RDFS.label): "name",
    str(RDFS.comment): "note",
    str(SKOS.prefLabel): "term",
    str(SKOS.inScheme): "in the list",
    "http://purl.org/dc/terms/isReplacedBy": "replaced by",
    "http://qudt.org/schema/qudt/hasUnit": "unit",
    "http://qudt.org/schema/qudt/numericValue": "value",
    "http://www.w3.org/ns/prov#wasAssociatedWith": "with",
    "http://www.w3.org/ns/prov#wasGeneratedBy": "follows by",
    "http://www.w3.org/ns/oa#hasSource": "in the text",
    "http://www.w3.org/ns/oa#exact": "exact words",
    "https://schema.org/sha256": "SHA-256",
    "https://schema.org/url": "address",
    "https://schema.org/inLanguage": "language",
    "https://schema.org/superEvent": "part of",
}
"""Words for terms whose local name says too little."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def words_of(iri: str) -> str:
    """Return the label of a term of a vocabulary, or its local name in words.

    Empty if it is of no vocabulary that has a prefix here.
    """
    if iri in _OTHERS:
        return _OTHERS[iri]
    if iri.startswith((str(REC), str(CODE))):
        return labels().get(iri, "")
    for namespace in PREFIXES.values():
        local = iri.removeprefix(namespace)
        if local != iri and local and "/" not in local and "#" not in local:
            return _HUMP.sub(" ", local).replace("-", " ").lower()
    return ""


@lru_cache(maxsize=1)
def labels() -> dict[str, str]:
    """Return the labels of the terms and codes of the ontology by IRI."""
    names = (ox.NamedNode(str(RDFS.label)), ox.NamedNode(str(SKOS.prefLabel)))
    return {
        quad.subject.value: quad.object.value
        for file in ("onrecord.ttl", "codes.ttl")
        for quad in ox.parse((ONTOLOGY / file).read_bytes(), format=ox.RdfFormat.TURTLE)
        if quad.predicate in names
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
    }
