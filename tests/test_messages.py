"""Messages of shapes without one: they say what to change to who has not seen the shapes."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from onrecord.cli.check import check
from onrecord.rdf.term_text import in_turtle, value_text

PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://tide.example/> .
@prefix pier: <https://tide.example/pier/> .
"""
SPACES = {"": "https://tide.example/", "pier": "https://tide.example/pier/", "xsd": "urn:x:"}


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (URIRef("https://tide.example/low"), ":low"),
        (URIRef("https://tide.example/pier/one"), "pier:one"),
        (URIRef("https://tide.example/a/b"), "<https://tide.example/a/b>"),
        (URIRef("https://tide.example/"), "<https://tide.example/>"),
        (URIRef("http://www.w3.org/2004/02/skos/core#note"), "skos:note"),
        (URIRef(f"{XSD}date"), f"<{XSD}date>"),
        (Literal("at sea"), '"at sea"'),
        (Literal('say "so"\n\\'), r'"say \"so\"\n\\"'),
        (Literal("See", lang="de"), '"See"@de'),
        (Literal("1430", datatype=XSD.integer), "1430"),
        (Literal("1.50", datatype=XSD.decimal), "1.50"),
        (Literal("5", datatype=XSD.decimal), f'"5"^^<{XSD}decimal>'),
        (Literal("true", datatype=XSD.boolean), "true"),
        (Literal("1", datatype=XSD.boolean, normalize=False), f'"1"^^<{XSD}boolean>'),
        (Literal("x", datatype=URIRef("urn:x:y")), '"x"^^xsd:y'),
    ],
)
def test_a_term_is_written_as_turtle_has_it(term: Node, text: str) -> None:
    assert in_turtle(term, SPACES) == text


def test_a_value_that_is_an_iri_stays_whole_and_a_blank_node_has_no_text() -> None:
    assert value_text(URIRef("https://tide.example/low"), SPACES) == "https://tide.example/low"
    assert value_text(BNode(), SPACES) == ""
    assert value_text(Literal(""), SPACES) == '""'


@pytest.mark.parametrize(
    ("constraint", "value", "told"),
    [
        ("sh:nodeKind sh:IRI", '"x"', ':p must be an IRI (node {n}; value "x";'),
        (
            "sh:nodeKind sh:BlankNodeOrIRI",
            "1.0",
            ":p must be an IRI or a blank node (node {n}; value 1.0;",
        ),
        ("sh:nodeKind sh:Literal", "[]", ":p must be a literal (node {n}; shape"),
        ("sh:in ( 1 'a' :b )", "''", ':p must be one of 1, "a", :b (node {n}; value "";'),
        (
            'sh:pattern "^a" ; sh:flags "i"',
            "'b'@en",
            ':p must match the pattern "^a" with the flags "i" (node {n}; value "b"@en;',
        ),
        ("sh:class pier:Jetty", ":y", ":p must be of the class pier:Jetty (node {n}; value "),
        (
            "sh:minInclusive '2024-01-01'^^xsd:date",
            "'2023-01-01'^^xsd:date",
            ':p must be "2024-01-01"^^xsd:date or greater (node {n}; value "2023-01-01"^^xsd:date;',
        ),
        ("sh:languageIn ( 'de' 'en' )", "'a'@fr", ":p must be in one of the languages de, en ("),
        ("sh:minLength 1", "''", ":p must have at least 1 character ("),
        ("sh:minCount 2", "1", ":p needs at least 2 values ("),
        (
            "sh:qualifiedValueShape :Q ; sh:qualifiedMinCount 2",
            "1",
            ":p needs at least 2 values that conform to :Q (",
        ),
    ],
)
def test_a_message_tells_values_and_names_apart(
    tmp_path: Path, constraint: str, value: str, told: str
) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(
        f"{PREFIXES} :Q sh:class :C . :s sh:targetClass :C ;"
        f" sh:property [ sh:path :p ; {constraint} ] ."
    )
    data.write_text(f"{PREFIXES} :x a :C ; :p {value} .")
    result = CliRunner().invoke(check, ["--shapes", str(shapes), str(data)])
    message = result.stdout.partition(": violation: ")[2]
    assert message.startswith(told.format(n="https://tide.example/x"))


def test_a_long_value_is_shortened_in_text_alone(tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(
        f"{PREFIXES} :s sh:targetClass :C ; sh:property [ sh:path :p ; sh:maxLength 9 ] ."
    )
    data.write_text(f"{PREFIXES} :x a :C ; :p '{'a' * 5000}' .")
    arguments = ["--shapes", str(shapes), str(data)]
    text = CliRunner().invoke(check, arguments).stdout
    assert "aaa…; shape" in text
    assert len(text) < 1000
    assert "a" * 5000 in CliRunner().invoke(check, [*arguments, "--format", "json"]).stdout
