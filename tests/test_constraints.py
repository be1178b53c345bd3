"""Constraints of the fast engine, each on paths of several kinds and with targets of two kinds.

Which query is asked depends on both: nodes that are named are few, instances of a class many.
"""

import pytest

from shacl_engines import found, parse

PREFIXES = """\
@prefix sh:  <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex:  <https://example.org/> .
"""
DATA = """
ex:a a ex:T ; ex:p 1 , 2 , 3 ; ex:low 2 ; ex:same 1 , 2 , 3 ; ex:step ex:a1 .
ex:a1 ex:p 1 , 2 , 3 . ex:x ex:back ex:a . ex:y ex:back ex:a . ex:z ex:back ex:a .
ex:b a ex:T ; ex:p 1 ; ex:low 9 ; ex:same 1 , 4 ; ex:step ex:b1 .
ex:b1 ex:p 1 . ex:x ex:back ex:b .
ex:c a ex:T ; ex:low 0 ; ex:same ex:c .
ex:d a ex:T ; ex:p "x"@en , "y"@EN ; ex:step ex:d1 ; ex:same "z" .
ex:d1 ex:p "x"@en , "y"@en .
ex:e a ex:T ; ex:p "x"@en , "y"@de , "z" , "w" ; ex:step ex:e1 .
ex:e1 ex:p "x"@en , "y"@de . ex:e ex:step ex:e2 . ex:e2 ex:p "x"@en .
ex:not-a-target ex:p 1 , 2 , 3 , "x"@en , "y"@en ; ex:low 0 .
"""
NAMED = "sh:targetNode ex:a , ex:b , ex:c , ex:d , ex:e"
TARGETS = {"many": "sh:targetClass ex:T", "few": NAMED, "twice": f"sh:targetClass ex:T ; {NAMED}"}
"""The third finds each node in two ways, which is no reason for two results."""
PLAIN, STEPS = "ex:p", "( ex:step ex:p )"
INVERSE = "[ sh:inversePath ex:back ]"
TWO_WAYS = "[ sh:alternativePath ( ex:p ( ex:step ex:p ) ) ]"
AROUND = "( [ sh:inversePath ex:back ] ex:back ex:p )"
AROUND_STEPS = "( [ sh:inversePath ex:back ] ex:back ex:step )"
CASES = [
    ("sh:maxCount 2", PLAIN, "a e"),
    ("sh:maxCount 3", PLAIN, "e"),
    ("sh:maxCount 2", STEPS, "a"),
    ("sh:maxCount 1", STEPS, "a d e"),
    ("sh:maxCount 2", INVERSE, "a"),
    ("sh:maxCount 3", INVERSE, ""),
    ("sh:maxCount 0", PLAIN, "a b d e"),
    ("sh:minCount 0", PLAIN, ""),
    ("sh:minCount 1", PLAIN, "c"),
    ("sh:minCount 2", PLAIN, "b c"),
    ("sh:minCount 4", PLAIN, "a b c d"),
    ("sh:minCount 1", INVERSE, "c d e"),
    ("sh:minCount 2", STEPS, "b c"),
    ("sh:hasValue 1", PLAIN, "c d e"),
    ("sh:hasValue 1", STEPS, "c d e"),
    ("sh:hasValue ex:y", INVERSE, "b c d e"),
    ("sh:uniqueLang true", PLAIN, "d"),
    ("sh:uniqueLang true", STEPS, "d"),
    ("sh:uniqueLang false", PLAIN, ""),
    ("sh:lessThan ex:low", PLAIN, "a a"),
    ("sh:lessThanOrEquals ex:low", PLAIN, "a"),
    ("sh:lessThan ex:low", STEPS, "a a"),
    ("sh:lessThanOrEquals ex:low", STEPS, "a"),
    ("sh:equals ex:same", PLAIN, "b c d d d e e e e"),
    ("sh:equals ex:same", STEPS, "b c d d d e e"),
    ("sh:disjoint ex:same", PLAIN, "a a a b"),
    ("sh:disjoint ex:same", STEPS, "a a a b"),
    ("sh:minCount 2", TWO_WAYS, "b c"),
    ("sh:maxCount 2", TWO_WAYS, "a e"),
    ("sh:hasValue 1", TWO_WAYS, "c d e"),
    ("sh:uniqueLang true", TWO_WAYS, "d"),
    ("sh:lessThan ex:low", TWO_WAYS, "a a"),
    ("sh:equals ex:same", TWO_WAYS, "b c d d d e e e e"),
    ("sh:disjoint ex:same", TWO_WAYS, "a a a b"),
    ("sh:minCount 4", AROUND, "a b c d e"),
    ("sh:lessThan ex:low", AROUND, "a a"),
    ("sh:equals ex:low", AROUND, "a a b b b b c"),
    ("sh:disjoint ex:same", AROUND, "a a a b"),
    ("sh:closed true", AROUND_STEPS, "a a a a b b b b"),
    ("sh:maxInclusive 2", PLAIN, "a d d e e e e"),
    ("sh:in ( 1 2 )", PLAIN, "a d d e e e e"),
    ("sh:in ( 1 2 3 4 5 6 )", PLAIN, "d d e e e e"),
    ("sh:in ( 1 2 4 5 6 7 8 9 )", PLAIN, "a d d e e e e"),
    ("sh:in ( 1 [] )", PLAIN, "a a d d e e e e"),
    ("sh:in ( 1 2 3 4 5 6 [] )", PLAIN, "d d e e e e"),
    ('sh:minInclusive "x"^^xsd:integer', PLAIN, "a a a b d d e e e e"),
    ("sh:maxInclusive ex:b", STEPS, "a a a b d d e e"),
    ("sh:datatype xsd:integer", PLAIN, "d d e e e e"),
    ("sh:in ( )", PLAIN, "a a a b d d e e e e"),
    ('sh:languageIn ( "en" )', PLAIN, "a a a b e e e"),
    ('sh:languageIn ( "en" "de" )', PLAIN, "a a a b e e"),
    ("sh:languageIn ( )", STEPS, "a a a b d d e e"),
    ("sh:minLength 1", PLAIN, ""),
    ("sh:minLength 2", STEPS, "a a a b d d e e"),
    ("sh:maxLength 1", PLAIN, ""),
    ("sh:maxLength 0", STEPS, "a a a b d d e e"),
    ("sh:equals ex:same", None, "a a a a b b b d d e"),
    ("sh:disjoint ex:same", None, "c"),
    ("sh:hasValue ex:a", None, "b c d e"),
    ("sh:closed true ; sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
     "ex:low ex:same ex:step )", None, "a a a b d d e e e e"),
    ("sh:closed true ; sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
     "ex:low ex:step ) ; sh:property [ sh:path ex:p ]", None, "a a a b b c d"),
    ("sh:closed false", None, ""),
]  # fmt: skip
"""A constraint, the path it is on (a node shape has none), and the focus nodes of its results."""


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize(("constraint", "path", "focuses"), CASES)
def test_a_constraint_is_violated_by_whom_the_table_says(
    constraint: str, path: str | None, focuses: str, target: str
) -> None:
    on = "" if path is None else f"sh:path {path} ; "
    kind = "sh:NodeShape" if path is None else "sh:PropertyShape"
    shapes = parse(f"{PREFIXES} ex:shape a {kind} ; {target} ; {on}{constraint} .".encode())
    results = found(parse((PREFIXES + DATA).encode()), shapes, "fast")
    assert sorted(row[0] for row in results.elements()) == [
        f"ex:{name}" for name in focuses.split()
    ]


@pytest.mark.parametrize(
    ("constraint", "violating"),
    [
        ("sh:datatype xsd:integer", "1.50 x"),
        ("sh:minLength 3", "01 x"),
        ("sh:minLength 2", "x"),
        ("sh:maxLength 3", "1.50"),
        ("sh:maxLength 1", "01 1.50"),
        ("sh:pattern '^[01.5]+$'", "x"),
        ("sh:pattern '^(?![01.5]+$)'", "01 1.50"),
    ],
)
def test_a_value_is_seen_as_it_is_written(constraint: str, violating: str) -> None:
    data = parse(
        f"{PREFIXES} ex:a ex:p '01'^^xsd:integer, '1.50'^^xsd:decimal, 'x'^^xsd:integer .".encode()
    )
    shapes = parse(
        f"{PREFIXES} ex:shape a sh:PropertyShape ; sh:targetNode ex:a ; sh:path ex:p ;"
        f" {constraint} .".encode()
    )
    values = {row[2] for row in found(data, shapes, "fast")}
    whole = {"01": "xsd:integer", "1.50": "xsd:decimal", "x": "xsd:integer"}
    assert values == {f'"{form}"^^{whole[form]}' for form in violating.split()}


@pytest.mark.parametrize(
    ("pattern", "known"),
    [("^a+$", True), ("\\\\d{4}", True), ("(?!a)", False), ("(a)\\\\1", False)],
)
def test_only_patterns_that_the_store_does_not_know_are_left_to_pyshacl(
    pattern: str, known: bool, caplog: pytest.LogCaptureFixture
) -> None:
    shapes = (
        "ex:shape a sh:PropertyShape ; sh:targetNode ex:a ; sh:path ex:p ;"
        f" sh:pattern '{pattern}' ."
    )
    with caplog.at_level("WARNING", "onrecord"):
        found(parse((PREFIXES + DATA).encode()), parse((PREFIXES + shapes).encode()), "fast")
    assert bool(caplog.records) is not known


@pytest.mark.parametrize("target", ["sh:targetClass ex:T", "sh:targetNode ex:a , ex:b"])
@pytest.mark.parametrize(
    ("constraint", "violating"),
    [
        ("sh:lessThan", ["ex:a", "ex:b"]),
        ("sh:lessThanOrEquals", ["ex:a"]),
    ],
)
def test_nothing_is_less_than_what_is_no_number_nor_equal_to_it(
    constraint: str, violating: list[str], target: str
) -> None:
    """XPath has NaN equal to nothing, itself included (F&O 4.2)."""
    data = "ex:a a ex:T ; ex:p 'NaN'^^xsd:double ; ex:low 'NaN'^^xsd:double ."
    data += " ex:b a ex:T ; ex:p '2'^^xsd:double ; ex:low '2'^^xsd:double ."
    shapes = (
        f"{PREFIXES} ex:shape a sh:PropertyShape ; {target} ; sh:path ex:p ; {constraint} ex:low ."
    )
    results = found(parse((PREFIXES + data).encode()), parse(shapes.encode()), "fast")
    assert sorted(row[0] for row in results.elements()) == violating
