"""Shapes that refer to themselves: what SHACL leaves open (section 3.4.3), without surprises."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.cli.check import check

PREFIXES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://tide.example/> .
"""
FIRM = ":Firm sh:property [ sh:path :number ; sh:minCount 1 ] ."
PERSON = """:Person {target} sh:property [ sh:path :name ; sh:minCount 1 ] ;
    sh:property [ sh:path :knows ; {constraint} ] ."""
CONSTRAINTS = [
    "sh:node {again}",
    "sh:and ( {again} [ sh:nodeKind sh:IRI ] )",
    "sh:or ( {again} :Firm )",
    "sh:xone ( {again} :Firm )",
    "sh:not {again}",
    "sh:not [ sh:or ( {again} :Firm ) ]",
    "sh:qualifiedValueShape {again} ; sh:qualifiedMinCount 1",
    "sh:qualifiedValueShape {again} ; sh:qualifiedMaxCount 1",
    "sh:or ( [ sh:maxLength 0 ] [ sh:property [ sh:path :knows ; sh:node {again} ] ] )",
]
"""What a person must be to whom one knows, where `{again}` is the shape of persons."""
TREE = """
    :a :name "A" ; :knows :b , :c . :b :name "B" ; :knows :d . :c :number 1 ; :knows :e , :f .
    :d :name "D" ; :knows :g . :e :age 3 . :f :name "F" ; :number 2 .
    :g :name "G" ; :knows :h , :i . :h :name "H" . :i :number 3 .
"""
CIRCLE = """
    :a :name "A" ; :knows :b . :b :name "B" ; :knows :c . :c :name "C" ; :knows :a .
    :d :name "D" ; :knows :e . :e :name "E" ; :knows :d , :f . :f :age 3 ; :knows :d .
"""
EVERYBODY = "sh:targetSubjectsOf :knows , :name , :age , :number ;"
DEEPER_THAN_THE_DATA = 8


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to run in."""
    monkeypatch.chdir(tmp_path)


def checked(shapes: str, data: str, *options: str) -> Result:
    Path("shapes.ttl").write_text(f"{PREFIXES}{shapes}")
    Path("data.ttl").write_text(f"{PREFIXES}{data}")
    return CliRunner().invoke(check, [*options, "--shapes", "shapes.ttl", "data.ttl"])


def violated(shapes: str, data: str, *options: str) -> set[tuple[str, str, str | None]]:
    """Return node, component and value of what shapes find."""
    document = json.loads(checked(shapes, data, "--format", "json", *options).stdout)
    return {
        (each["focus"], each["component"], each["value"])
        for each in document["findings"]
        if each["component"]
    }


def unrolled(constraint: str) -> str:
    """Return shapes that refer to others in place of themselves, as deep as data goes."""
    shapes = [PERSON.format(target=EVERYBODY, constraint=constraint.format(again=":Person1"))]
    for level in range(1, DEEPER_THAN_THE_DATA):
        again = PERSON.format(target="", constraint=constraint.format(again=f":Person{level + 1}"))
        shapes.append(again.replace(":Person ", f":Person{level} ", 1))
    shapes.append(f":Person{DEEPER_THAN_THE_DATA} sh:nodeKind sh:IRI .")
    return "\n".join([*shapes, FIRM])


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_over_data_without_a_circle_it_means_what_it_says(constraint: str) -> None:
    """As the reference engine judges the same shapes without a reference to themselves."""
    shapes = PERSON.format(target=EVERYBODY, constraint=constraint.format(again=":Person")) + FIRM
    found = violated(shapes, TREE)
    assert found
    assert found == violated(unrolled(constraint), TREE, "--engine", "pyshacl")


@pytest.mark.parametrize("constraint", CONSTRAINTS[:2])
def test_in_a_circle_a_node_conforms_unless_something_is_against_it(constraint: str) -> None:
    shapes = PERSON.format(target=EVERYBODY, constraint=constraint.format(again=":Person")) + FIRM
    nodes = {focus.rpartition("/")[2] for focus, _, _ in violated(shapes, CIRCLE)}
    assert nodes == {"d", "e", "f"}


def test_what_denies_itself_in_a_circle_is_left_to_the_reference_engine(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shapes = PERSON.format(target=EVERYBODY, constraint="sh:not :Person")
    result = checked(shapes, CIRCLE)
    assert result.exit_code in (0, 1)
    assert "is checked by pySHACL, which is slower: it refers to itself" in caplog.text
    assert "where pySHACL stops: results may be missing" in caplog.text


def test_a_property_shape_of_itself_goes_as_far_as_the_data() -> None:
    shapes = """:Person sh:targetNode :a ; sh:property :Knows .
        :Knows sh:path :knows ; sh:property :Knows , [ sh:path :name ; sh:minCount 1 ] ."""
    nodes = {focus.rpartition("/")[2] for focus, _, _ in violated(shapes, TREE)}
    assert nodes == {"c", "e", "i"}
    nodes = {focus.rpartition("/")[2] for focus, _, _ in violated(shapes, CIRCLE)}
    assert nodes == set()


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_reasons_are_told_of_it(constraint: str) -> None:
    shapes = PERSON.format(target=EVERYBODY, constraint=constraint.format(again=":Person")) + FIRM
    document = json.loads(checked(shapes, TREE, "--format", "json").stdout)
    kinds = "And|Or|Xone|Not|Node|Qualified"
    explained = [each for each in document["findings"] if re.search(kinds, str(each["component"]))]
    assert explained or "qualifiedMaxCount" in constraint
    who_know_somebody = [each for each in explained if each["focus"][-1] in "abcdg"]
    assert all(each["reasons"] for each in who_know_somebody)
