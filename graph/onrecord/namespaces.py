"""The vocabularies that records, shapes, rules and queries are written in."""

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
THING = Namespace("https://w3id.org/onrecord/")

CITO = Namespace("http://purl.org/spar/cito/")
EDTF = Namespace("http://id.loc.gov/datatypes/edtf/")
OA = Namespace("http://www.w3.org/ns/oa#")
QUDT = Namespace("http://qudt.org/schema/qudt/")
SCHEMA = Namespace("https://schema.org/")
UNIT = Namespace("http://qudt.org/vocab/unit/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")

__all__ = [
    "CITO",
    "CODE",
    "DCAT",
    "DCTERMS",
    "EDTF",
    "OA",
    "ORG",
    "OWL",
    "PROV",
    "QUDT",
    "RDF",
    "RDFS",
    "REC",
    "SCHEMA",
    "SH",
    "SHAPE",
    "SKOS",
    "THING",
    "TIME",
    "UNIT",
    "VOID",
    "XSD",
]
