"""Terms: what is written in another vocabulary's name exists there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, XSD

from conftest import REPOSITORY
from onrecord.rdf import namespaces
from onrecord.rdf.namespaces import PREFIXES, REC, SCHEMA, TIME, UNIT
from onrecord.records.collection import read_file
from onrecord.records.known_terms import problem_of, read_term_list, unknown_terms
from sample_release import sample_graph

TURTLE = [
    path
    for folder in ("ontology", "graph/data", "tests/sample", "tests/valid")
    for path in sorted((REPOSITORY / folder).rglob("*.ttl"))
]
SPARQL = [
    path
    for folder in ("ontology/rules", "queries", "server/onrecord_server/queries")
    for path in sorted((REPOSITORY / folder).glob("*.rq"))
]
PYTHON = [
    path for folder in ("graph", "server") for path in sorted((REPOSITORY / folder).rglob("*.py"))
]


def named(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


@pytest.mark.parametrize("path", TURTLE, ids=named)
def test_every_term_in_a_turtle_file_exists(path: Path) -> None:
    assert unknown_terms(read_file(path).triples) == []


@pytest.mark.parametrize("path", SPARQL, ids=named)
def test_every_term_in_a_query_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prefixes = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>", text, re.MULTILINE))
    body = re.sub(r'"[^"]*"|^#.*$|^PREFIX.*$', "", text, flags=re.MULTILINE)
    written = re.findall(r"(?<![\w?<])(\w+):([A-Za-z][\w-]*)", body)
    terms = {URIRef(prefixes[prefix] + name) for prefix, name in written}
    known = {term for term in terms if term.startswith(tuple(read_term_list().names))}
    assert [problem for term in sorted(known) if (problem := problem_of(term))] == []
    assert {prefix for prefix, _ in written} == set(prefixes), "a prefix is declared and not used"


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_every_term_in_python_exists(path: Path) -> None:
    written = set(terms_in_python(ast.parse(path.read_text(encoding="utf-8"))))
    known = {term for term in written if term.startswith(tuple(read_term_list().names))}
    assert [problem for term in sorted(known) if (problem := problem_of(term))] == []


def terms_in_python(tree: ast.Module) -> Iterator[URIRef]:
    """Yield what a module writes as `SCHEMA.text`, `SH["in"]`, `f"{_SD}Service"` or in full."""
    spaces = {
        name: str(getattr(namespaces, name)) for name in namespaces.__all__ if name != "PREFIXES"
    }
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=ast.Constant(str(space))):
                spaces[name] = space
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(name), attr=term) if name in spaces:
                yield URIRef(spaces[name] + term)
            case ast.Subscript(value=ast.Name(name), slice=ast.Constant(str(term))) if (
                name in spaces
            ):
                yield URIRef(spaces[name] + term)
            case ast.JoinedStr(
                values=[ast.FormattedValue(value=ast.Name(name)), ast.Constant(str(term))]
            ) if name in spaces:
                yield URIRef(spaces[name] + term)
            case ast.Constant(str(term)) if re.fullmatch(r"https?://\S+[/#][A-Za-z]\w*", term):
                yield URIRef(term)


def test_terms_are_found_in_each_way_to_write_them_in_python() -> None:
    module = """
_SD = "http://www.w3.org/ns/sparql-service-description#"
SCHEMA.statedBy, SH["inn"], f"{_SD}Servce", "https://schema.org/targett"
"""
    found = {str(term).rpartition("/")[2] for term in terms_in_python(ast.parse(module))}
    assert found == {"statedBy", "shacl#inn", "sparql-service-description#Servce", "targett"}


def test_every_term_that_a_build_writes_exists() -> None:
    assert unknown_terms(sample_graph()) == []


@pytest.mark.parametrize(
    ("term", "remedy"),
    [
        (SCHEMA.statedBy, "look it up at https://schema.org/"),
        (UNIT.Tonne, "perhaps TONNE is meant"),
        (TIME.inXSDDateTime, "time:inXSDDateTimeStamp"),
        (UNIT.MO, "xsd:duration"),
        (UNIT.KiloTonnes, "perhaps KiloTONNE is meant"),
        (UNIT.CCY_EURO, "perhaps CCY_EUR is meant"),
        (REC.speakr, "perhaps speaker is meant"),
        (URIRef("http://schema.org/text"), "write https://schema.org/text"),
        (URIRef("https://www.w3.org/ns/prov#used"), "write http://www.w3.org/ns/prov#used"),
        (SCHEMA.subEvents, "write schema:subEvent"),
    ],
)
def test_a_term_that_does_not_exist_is_found_with_its_remedy(term: URIRef, remedy: str) -> None:
    (unknown,) = unknown_terms([(URIRef("urn:a"), term, URIRef("urn:b"))])
    assert unknown.term == term
    assert remedy in unknown.remedy


def test_a_class_and_a_datatype_are_terms_too() -> None:
    thing = URIRef("urn:a")
    triples = [
        (thing, RDF.type, URIRef("https://example.org/vocabulary#Thing")),
        (thing, REC.start, Literal("1", datatype=URIRef(f"{XSD}intger"))),
    ]
    assert len(unknown_terms(triples)) == 2


def test_a_property_in_no_namespace_is_found() -> None:
    (unknown,) = unknown_terms([(URIRef("urn:a"), URIRef("urn:b"), URIRef("urn:c"))])
    assert unknown.term == URIRef("urn:b")


def test_an_address_on_the_web_is_no_term() -> None:
    assert unknown_terms([(URIRef("urn:a"), SCHEMA.url, URIRef("https://example.org/x"))]) == []


def test_the_digest_knows_every_prefix_of_the_dumps() -> None:
    assert set(PREFIXES.values()) <= set(read_term_list().names)
