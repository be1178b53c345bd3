"""Queries of `sh:sparql`: which are asked once for all nodes, and in which words."""

import pytest
from rdflib import Graph, Literal, URIRef

from onrecord.shacl.errors import ShapesError
from onrecord.shacl.sparql_constraints import (
    SparqlConstraint,
    bulk_query,
    prologue,
    sparql_constraint,
)

EX = "https://example.org/"
SHAPES = """\
@prefix sh:  <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

@prefix ex:  <https://example.org/> .

"""


def once(query: str, path: URIRef | None = None) -> str | None:
    """Return a query as it is asked once, with white space made one."""
    constraint = SparqlConstraint(URIRef(EX + "c"), "PREFIX a: <a:>\n", query, ())
    asked = bulk_query(constraint, path, "FOCUS")
    return None if asked is None else " ".join(asked.split())


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("SELECT $this { $this a:p 1 }", "SELECT ?this { FOCUS ?this a:p 1 }"),
        ("SELECT * { ?x a:p 1 }", "SELECT * { FOCUS ?x a:p 1 }"),
        ("select ?this where { ?this a:p 'this }' }",
         "select ?this where { FOCUS ?this a:p 'this }' }"),
        ("SELECT ?this { ?this a:has ?this }", "SELECT ?this { FOCUS ?this a:has ?this }"),
        ("SELECT ?this (STR(?x) AS ?thisone) { ?this a:p ?x }",
         "SELECT ?this (STR(?x) AS ?thisone) { FOCUS ?this a:p ?x }"),
        ("SELECT ?this { { ?a a:p ?b } UNION { ?b a:q ?a } ?this a:r ?a }",
         "SELECT ?this { FOCUS { ?a a:p ?b } UNION { ?b a:q ?a } ?this a:r ?a }"),
        ("SELECT ?this { ?this a:p <a:SERVICE> } # GROUP {",
         "SELECT ?this { FOCUS ?this a:p <a:SERVICE> } # GROUP {"),
        ("SELECT ?this { OPTIONAL { $this a:p ?x } }",
         "SELECT ?this { FOCUS OPTIONAL { ?this a:p ?x } }"),
        ("SELECT ?this { FILTER NOT EXISTS { $this a:p ?x } }",
         "SELECT ?this { FOCUS FILTER NOT EXISTS { ?this a:p ?x } }"),
        ("SELECT ?this { FILTER exists # c\n { $this a:p ?x } }",
         "SELECT ?this { FOCUS FILTER exists # c { ?this a:p ?x } }"),
        ("SELECT ?this { { ?y a:p ?x } UNION { ?y a:q ?x } ?this a:r ?x }",
         "SELECT ?this { FOCUS { ?y a:p ?x } UNION { ?y a:q ?x } ?this a:r ?x }"),
        ("SELECT ?this (STR(?x) AS ?value) { ?this a:p ?x }",
         "SELECT ?this (STR(?x) AS ?value) { FOCUS ?this a:p ?x }"),
        ("SELECT ?this { ?this a:p '''it's } {''' , \"\"\"\"{\"\"\" }",
         "SELECT ?this { FOCUS ?this a:p '''it's } {''' , \"\"\"\"{\"\"\" }"),
        ("SELECT ?this { ?x a:p '' , '{' . ?this a:p 1 }",
         "SELECT ?this { FOCUS ?x a:p '' , '{' . ?this a:p 1 }"),
        ('SELECT ?this { ?x a:p "" , "{" . ?this a:p 1 }',
         'SELECT ?this { FOCUS ?x a:p "" , "{" . ?this a:p 1 }'),
        ("SELECT ?this { ?this a:p '' , '{' , \"\" , \"{\" , '\\'}' , \"\\\"}\" }",
         "SELECT ?this { FOCUS ?this a:p '' , '{' , \"\" , \"{\" , '\\'}' , \"\\\"}\" }"),
    ],
)  # fmt: skip
def test_a_query_is_asked_once_with_the_focus_in_front(query: str, asked: str) -> None:
    assert once(query) == f"PREFIX a: <a:> {asked}"


def test_the_path_is_written_for_its_variable() -> None:
    query = "SELECT $this ?PATH { $this $PATH ?value , $A }"
    assert once(query, URIRef("a:p")) == (
        "PREFIX a: <a:> SELECT ?this ?PATH { FOCUS ?this <a:p> ?value , ?A }"
    )
    assert once(query) == "PREFIX a: <a:> SELECT ?this ?PATH { FOCUS ?this ?PATH ?value , ?A }"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { $this a:p ?x }",
        "SELECT ?thisone { $this a:p ?thisone }",
        "SELECT ?x { SELECT ?this { ?this a:p ?x } }",
        "SELECT ?this { { $this a:p 1 } UNION { $this a:q 1 } }",
        "SELECT ?this { { OPTIONAL { $this a:p 1 } } }",
        "SELECT ?this { OPTIONAL { { $this a:p 1 } } }",
        "SELECT ?this { ?this a:p ?x . { SELECT ?x { ?x a:q 1 } } }",
        "SELECT ?this { ?this a:p ?x . { select ?x { ?x a:q 1 } } }",
        "SELECT ?this { MINUS { ?x a:p 1 } }",
        "SELECT ?this { ?this a:p ?x } LIMIT 1",
        "SELECT ?this { ?this a:p ?x } group BY ?this",
        "SELECT ?this { ?this a:p ?x } ORDER BY ?x",
        "SELECT ?this (COUNT(?x) AS ?n) { ?this a:p ?x }",
        "SELECT REDUCED ?this { ?this a:p ?x }",
        "SELECT ?this { VALUES ?x { 1 } ?this a:p ?x }",
        "SELECT ?this { GRAPH ?g { ?x a:p 1 } }",
        "SELECT ?this { SERVICE <a:b> { ?x a:p 1 } }",
        "SELECT ?this { BIND(1 AS $this) }",
        "SELECT ?this { BIND(1 as  ?THIS) }",
        "SELECT ?this ?PATH { BIND(a:p AS ?PATH) }",
        "SELECT ?this { ?this a:p $shapesGraph }",
        "SELECT ?this { ?this a:p ?currentShape }",
        "SELECT ?this { FILTER(?x > RAND()) }",
    ],
)
def test_a_query_that_could_answer_otherwise_is_not_asked_once(query: str) -> None:
    assert once(query) is None


NOT_ONCE = [
    "SERVICE",
    "MINUS",
    "VALUES",
    "GRAPH",
    "FROM",
    "GROUP",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "ORDER",
    "COUNT",
    "SUM",
    "AVG",
    "MIN",
    "MAX",
    "SAMPLE",
    "GROUP_CONCAT",
    "REDUCED",
    "RAND",
    "UUID",
    "STRUUID",
    "BNODE",
]


@pytest.mark.parametrize("word", [*NOT_ONCE, *map(str.lower, NOT_ONCE)])
def test_each_word_that_could_change_the_answer_is_seen(word: str) -> None:
    assert once(f"SELECT ?this {{ ?this a:p ?x . {word} }}") is None
    assert once(f"SELECT ?this {{ ?this a:p '{word}' . ?x a:{word} ?{word} }}") is not None


@pytest.mark.parametrize("mark", ['"', "'"])
def test_marks_within_long_strings_end_nothing(mark: str) -> None:
    long = mark * 3 + f"a {mark} {{ {mark}{mark} {{ \\{mark} LIMIT " + mark * 3
    query = f"SELECT ?this {{ OPTIONAL {{ ?x a:p {long} }} ?this a:q 1 }}"
    assert once(query) == (
        f"PREFIX a: <a:> SELECT ?this {{ FOCUS OPTIONAL {{ ?x a:p {long} }} ?this a:q 1 }}"
    )


def test_a_constraint_is_read_with_its_prefixes_and_messages() -> None:
    shapes = Graph().parse(
        data=SHAPES
        + """
        ex:c sh:select "SELECT $this {}" ; sh:message "one"@en , "two" , ex:three ;
            sh:prefixes ex:ontology .
        ex:ontology owl:imports ex:imported ;
            sh:declare [ sh:prefix "b" ; sh:namespace "https://b.example/"^^xsd:anyURI ] ;
            sh:declare [ sh:prefix "a" ; sh:namespace "https://a.example/"^^xsd:anyURI ] .
        ex:imported owl:imports ex:ontology ;
            sh:declare [ sh:prefix "c" ; sh:namespace "https://c.example/"^^xsd:anyURI ] ;
            sh:declare [ sh:prefix "b" ; sh:namespace "https://no.example/"^^xsd:anyURI ] .
        """
    )
    found = sparql_constraint(shapes, URIRef(EX + "c"))
    assert found is not None
    assert (found.node, found.query) == (URIRef(EX + "c"), "SELECT $this {}")
    assert set(found.messages) == {Literal("one", lang="en"), Literal("two")}
    assert found.prologue == prologue(shapes, URIRef(EX + "c"))
    assert found.prologue == (
        "PREFIX a: <https://a.example/>\n"
        "PREFIX b: <https://b.example/>\n"
        "PREFIX c: <https://c.example/>\n"
    )
    assert prologue(shapes, URIRef(EX + "ontology")) == ""


def test_a_constraint_may_be_deactivated_and_must_have_a_query() -> None:
    shapes = Graph().parse(
        data=SHAPES
        + """
        ex:off sh:deactivated true .
        ex:on sh:deactivated false ; sh:select "SELECT $this {}" .
        ex:empty sh:message "no query" .
        """
    )
    assert sparql_constraint(shapes, URIRef(EX + "off")) is None
    assert sparql_constraint(shapes, URIRef(EX + "on")) is not None
    with pytest.raises(ShapesError, match="without sh:select"):
        sparql_constraint(shapes, URIRef(EX + "empty"))
