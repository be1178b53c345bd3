"""Reasons: why a value does not conform to the shapes that a shape refers to, at their places."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rdflib import Graph, URIRef
from rdflib.namespace import SH

from onrecord.cli.check import check

PREFIXES = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://tide.example/> .
"""
TIDE = "https://tide.example/"
NAMED = ":Named sh:property [ sh:path :name ; sh:minCount 1 ] ."
TWELVE = Path(__file__).with_name("twelve")
DEEP = 12
"""More shapes that refer to each other than reasons are told of."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to run in."""
    monkeypatch.chdir(tmp_path)


def run(shapes: str, data: str, *options: str) -> str:
    Path("shapes.ttl").write_text(PREFIXES + shapes)
    Path("data.ttl").write_text(PREFIXES + data)
    return CliRunner().invoke(check, [*options, "--shapes", "shapes.ttl", "data.ttl"]).stdout


def told(reasons: list[dict[str, Any]]) -> list[object]:
    """Return titles, messages and lines of reasons as nested lists."""
    return [
        [
            reason["title"].replace(TIDE, ":"),
            *(
                [each["message"], each["line"], *told(each["reasons"])]
                for each in reason["findings"]
            ),
        ]
        for reason in reasons
    ]


def reasons(shapes: str, data: str, *options: str) -> list[object]:
    """Return the reasons of the only finding of a shape with a component."""
    document = json.loads(run(shapes, data, "--format", "json", *options))
    (finding,) = (each for each in document["findings"] if each["component"])
    return told(finding["reasons"])


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
@pytest.mark.parametrize(
    ("constraint", "data", "expected"),
    [
        (
            "sh:node :Named",
            ":x a :C ; :to :y . \n:y :age 1 .",
            [["it does not conform to :Named", [":name needs at least 1 value", 5]]],
        ),
        (
            "sh:and ( :Named [ sh:nodeKind sh:IRI ] )",
            ":x a :C ; :to :y . \n:y :age 1 .",
            [["it does not conform to :Named", [":name needs at least 1 value", 5]]],
        ),
        (
            "sh:or ( :Named [ sh:class :Pier ] )",
            ":x a :C ; :to :y . \n:y :age 1 .",
            [
                ["it does not conform to :Named", [":name needs at least 1 value", 5]],
                [
                    "it does not conform to (must be of the class :Pier)",
                    ["must be of the class :Pier", 5],
                ],
            ],
        ),
        (
            "sh:xone ( :Named [ sh:name 'a pier' ; sh:class :Pier ] )",
            ":x a :C ; :to :y . \n:y a :Pier ; :name 'Quay' .",
            [["it conforms to :Named"], ["it conforms to a pier"]],
        ),
        (
            "sh:xone ( :Named [ rdfs:label 'a pier'@en , 'une jetée'@fr ; sh:class :Pier ] )",
            ":x a :C ; :to :y . \n:y :age 1 .",
            [
                ["it does not conform to :Named", [":name needs at least 1 value", 5]],
                ["it does not conform to a pier", ["must be of the class :Pier", 5]],
            ],
        ),
        (
            "sh:not :Named",
            ":x a :C ; :to :y . \n:y :name 'Quay' .",
            [["it conforms to :Named"]],
        ),
        (
            "sh:qualifiedValueShape :Named ; sh:qualifiedMinCount 2",
            ":x a :C ; :to :y , :z . \n:y :name 'Quay' . \n:z :age 1 .",
            [[":z does not conform to :Named", [":name needs at least 1 value", 6]]],
        ),
        (
            "sh:qualifiedValueShape :Named ; sh:qualifiedMinCount 2",
            ":x a :C ; :to :y , \n[ :age 1 ] . \n:y :name 'Quay' .",
            [["the value at 5:1 does not conform to :Named", [":name needs at least 1 value", 5]]],
        ),
        (
            "sh:qualifiedValueShape :Named ; sh:qualifiedMaxCount 1",
            ":x a :C ; :to :y , :z , :q . \n:y :name 'Quay' . :z :name 'Pier' . :q :age 1 .",
            [[":y conforms to :Named"], [":z conforms to :Named"]],
        ),
    ],
)
def test_a_finding_says_what_the_value_lacks(
    constraint: str, data: str, expected: list[object], engine: str
) -> None:
    shapes = f"{NAMED} :s sh:targetClass :C ; sh:property [ sh:path :to ; {constraint} ] ."
    assert reasons(shapes, data, "--engine", engine) == expected


def test_reasons_go_as_deep_as_shapes_do() -> None:
    shapes = f"""{NAMED}
        :Berth sh:property [ sh:path :owner ; sh:or ( :Named :Firm ) ] .
        :Firm sh:property [ sh:path :number ; sh:minCount 1 ] .
        :s sh:targetClass :C ; sh:property [ sh:path :to ; sh:node :Berth ] .
    """
    data = ":x a :C ; :to :y . \n:y :owner \n:o . \n:o :age 1 ."
    owner = [
        ":owner must conform to at least one of :Named, :Firm",
        6,
        ["it does not conform to :Named", [":name needs at least 1 value", 7]],
        ["it does not conform to :Firm", [":number needs at least 1 value", 7]],
    ]
    assert reasons(shapes, data) == [["it does not conform to :Berth", owner]]


def test_a_shape_that_refers_to_itself_has_reasons() -> None:
    shapes = """:Person sh:targetClass :Person ;
        sh:property [ sh:path :name ; sh:minCount 1 ] , [ sh:path :knows ; sh:node :Person ] ."""
    data = ":x a :Person ; :name 'X' ; :knows :y . \n:y :name 'Y' ; :knows \n:z . \n:z :age 3 ."
    lacks = ["it does not conform to :Person", [":name needs at least 1 value", 7]]
    knows = [":knows must conform to :Person", 6, lacks]
    assert reasons(shapes, data) == [["it does not conform to :Person", knows]]


def test_there_is_a_bound_to_what_is_told() -> None:
    chain = "".join(
        f":S{number} sh:property [ sh:path :to ; sh:node :S{number + 1} ] ."
        for number in range(DEEP)
    )
    shapes = f"{chain} :S{DEEP} sh:nodeKind sh:Literal . :S0 sh:targetNode :n0 ."
    data = "".join(f":n{number} :to :n{number + 1} ." for number in range(DEEP))
    depth, found = 0, reasons(shapes, data)
    while found:
        depth += 1
        found = found[0][1][2:]  # type: ignore[index]
    assert 1 < depth < DEEP
    many = " , ".join(f":v{number}" for number in range(30))
    shapes = "[ sh:path :to ; sh:nodeKind sh:Literal ]"
    shapes = f":Lit sh:property {shapes} . :s sh:targetClass :C ; sh:node :Lit ."
    document = json.loads(run(shapes, f":x a :C ; :to {many} .", "--format", "json"))
    (reason,) = document["findings"][0]["reasons"]
    assert len(reason["findings"]) + reason["omitted"] == 30
    assert reason["omitted"] > 0
    assert f"and {reason['omitted']} more" in run(shapes, f":x a :C ; :to {many} .")


SHAPES = f"{NAMED} :s sh:targetClass :C ; sh:property [ sh:path :to ; sh:or ( :Named :Pier ) ] ."
PIER = ":Pier sh:property [ sh:path :length ; sh:minInclusive 2 ; sh:minCount 1 ] ."
DATA = ":x a :C ;\n    :to :y .\n:y :length 1 ."


def test_text_indents_the_reasons_and_names_the_node() -> None:
    assert run(SHAPES + PIER, DATA) == (
        "data.ttl:5:9: violation: :to must conform to at least one of :Named, :Pier (node"
        " https://tide.example/x; value https://tide.example/y; shape https://tide.example/s)\n"
        "    it does not conform to :Named\n"
        "        data.ttl:6:1: :name needs at least 1 value\n"
        "    it does not conform to :Pier\n"
        "        data.ttl:6:12: :length must be 2 or greater (value 1)\n"
    )


def test_sarif_has_the_reasons_as_related_locations() -> None:
    document = json.loads(run(SHAPES + PIER, DATA, "--format", "sarif"))
    (result,) = document["runs"][0]["results"]
    related = [
        (place["physicalLocation"]["region"]["startLine"], place["message"]["text"])
        for place in result["relatedLocations"]
    ]
    assert related == [
        (6, ":name needs at least 1 value"),
        (6, ":length must be 2 or greater (value 1)"),
    ]


def test_turtle_has_the_reasons_as_details() -> None:
    graph = Graph().parse(data=run(SHAPES + PIER, DATA, "--format", "turtle"))
    ((report, _, result),) = graph.triples((None, SH.result, None))
    details = list(graph.objects(result, SH.detail))
    components = {graph.value(each, SH.sourceConstraintComponent) for each in details}
    assert components == {SH.MinCountConstraintComponent, SH.MinInclusiveConstraintComponent}
    assert {graph.value(each, SH.focusNode) for each in details} == {URIRef(f"{TIDE}y")}
    assert len(list(graph.objects(report, SH.result))) == 1, "a detail is no result of the report"


@pytest.mark.parametrize("format_name", ["github", "junit"])
def test_other_formats_have_the_reasons_as_text(format_name: str) -> None:
    assert ":length must be 2 or greater" in run(SHAPES + PIER, DATA, "--format", format_name)


@pytest.mark.parametrize(
    ("shape", "data", "message"),
    [
        (
            "sh:closed true ; sh:property [ sh:path :b ] , [ sh:path :a ] ; "
            "sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> )",
            ":x a :C ; :c 1 .",
            "allows no property :c, only :a, :b, rdf:type",
        ),
        (
            "sh:property [ sh:path :name ; sh:uniqueLang true ]",
            ":x a :C ; :name 'a'@en , 'b'@en , 'c'@de .",
            ":name allows one value for each language, and en has 2",
        ),
        (
            "sh:property [ sh:path ( [ sh:inversePath :of ] :name ) ; sh:minCount 1 ]",
            ":x a :C .",
            "(^:of)/:name needs at least 1 value",
        ),
        (
            "sh:property [ sh:path [ sh:alternativePath ( :name :title ) ] ; sh:minCount 1 ]",
            ":x a :C .",
            ":name|:title needs at least 1 value",
        ),
        (
            "sh:or ( [ sh:path :a ; sh:minCount 1 ] [ sh:property [ sh:path :b ; sh:in ( 1 2 ) ;"
            " sh:minCount 1 ] ] )",
            ":x a :C .",
            "must conform to at least one of (:a needs at least 1 value),"
            " (:b must be one of 1, 2 and :b needs at least 1 value)",
        ),
    ],
)
def test_a_message_says_what_is_meant(shape: str, data: str, message: str) -> None:
    document = json.loads(run(f":s sh:targetClass :C ; {shape} .", data, "--format", "json"))
    assert [each["message"] for each in document["findings"]] == [message]


def test_only_values_of_one_language_are_named() -> None:
    shapes = ":s sh:targetClass :C ; sh:property [ sh:path :name ; sh:uniqueLang true ] ."
    data = ":x a :C ;\n :name 'a'@en ;\n :name 'c'@de ;\n :name 'b'@en ."
    document = json.loads(run(shapes, data, "--format", "json"))
    (finding,) = document["findings"]
    assert finding["line"] == 5
    assert [place["line"] for place in finding["related"]] == [5, 7]


def test_twelve_violations_are_told_as_the_documentation_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The messages alone, without the shapes, say what to change."""
    monkeypatch.chdir(TWELVE)
    result = CliRunner().invoke(check, ["--shapes", "shapes.ttl", "data.ttl"])
    assert result.exit_code == 1
    if os.environ.get("ONRECORD_WRITE_EXPECTED"):
        Path("told.txt").write_text(result.stdout, encoding="utf-8")
    assert result.stdout == Path("told.txt").read_text(encoding="utf-8")
