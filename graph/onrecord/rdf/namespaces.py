"""Namespaces and prefixes of the vocabularies in records, shapes, rules and queries."""

from rdflib import Namespace
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

REC = Namespace("https://w3id.org/onrecord/ns#")
CODE = Namespace("https://w3id.org/onrecord/code#")
SHAPE = Namespace("https://w3id.org/onrecord/shape#")

CITO = Namespace("http://purl.org/spar/cito/")
EDTF = Namespace("http://id.loc.gov/datatypes/edtf/")
OA = Namespace("http://www.w3.org/ns/oa#")
QUDT = Namespace("http://qudt.org/schema/qudt/")
SCHEMA = Namespace("https://schema.org/")
UNIT = Namespace("http://qudt.org/vocab/unit/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")

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
