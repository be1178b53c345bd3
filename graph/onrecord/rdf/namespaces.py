"""Namespaces and prefixes of the vocabularies in records, shapes, rules and queries."""

from rdflib import Namespace, URIRef
from rdflib.namespace import (
    DCTERMS,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SH,
    SKOS,
    TIME,
    VOID,
    XSD,
)


class _OpenNamespace(Namespace):
    """Namespace of any terms, each of which is made once: a page names one a thousand times."""

    def __getattr__(self, name: str) -> URIRef:
        term = super().__getattr__(name)
        self.__dict__[name] = term
        return term


REC = _OpenNamespace("https://w3id.org/onrecord/ns#")
CODE = _OpenNamespace("https://w3id.org/onrecord/code#")
SHAPE = _OpenNamespace("https://w3id.org/onrecord/shape#")

CITO = _OpenNamespace("http://purl.org/spar/cito/")
EDTF = _OpenNamespace("http://id.loc.gov/datatypes/edtf/")
OA = _OpenNamespace("http://www.w3.org/ns/oa#")
QUDT = _OpenNamespace("http://qudt.org/schema/qudt/")
SCHEMA = _OpenNamespace("https://schema.org/")
UNIT = _OpenNamespace("http://qudt.org/vocab/unit/")
DCAT = _OpenNamespace("http://www.w3.org/ns/dcat#")

PREFIXES = {
    "cito": str(CITO),
    "code": str(CODE),
    "dcat": str(DCAT),
    "dcterms": str(DCTERMS),
    "edtf": str(EDTF),
    "oa": str(OA),
    "org": str(ORG),
    "owl": str(OWL),
    "prov": str(PROV),
    "qudt": str(QUDT),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "rec": str(REC),
    "schema": str(SCHEMA),
    "sh": str(SH),
    "skos": str(SKOS),
    "time": str(TIME),
    "unit": str(UNIT),
    "void": str(VOID),
    "xsd": str(XSD),
}
"""Prefixes of dumps, pages and the query form."""

__all__ = [
    "CITO",
    "CODE",
    "DCAT",
    "DCTERMS",
    "EDTF",
    "OA",
    "ORG",
    "OWL",
    "PREFIXES",
    "PROV",
    "QUDT",
    "RDF",
    "RDFS",
    "REC",
    "SCHEMA",
    "SH",
    "SHAPE",
    "SKOS",
    "TIME",
    "UNIT",
    "VOID",
    "XSD",
]
