"""The shapes linter: each file is wrong in one way, and its first line says what is found where."""

from pathlib import Path

import pytest
from rdflib import Namespace

from conftest import w3c_suite
from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.xsd import silence_literal_warnings
from onrecord.shacl.lint import flaws
from onrecord.validation.data_files import graph_of
from onrecord.validation.finding import Finding
from onrecord.validation.validate_files import validate_files

SH = Namespace("http://www.w3.org/ns/shacl#")
HERE = Path(__file__).parent / "lint"
FILES = sorted(HERE.glob("*.ttl"))
PREFIXES = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://tide.example/> .
"""


def first_line(path: Path) -> str:
    return path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# finds: ")


def told(finding: Finding) -> str:
    where = f"{finding.region.line}:{finding.region.column}" if finding.region else "nowhere"
    effect = "refused" if finding.refuses else finding.severity
    told = f"{effect} {where} {finding.message}"
    return told + (f"; {finding.remedy}" if finding.remedy else "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_flaw_is_found_where_it_is_written_and_nothing_else_is(
    path: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data.ttl"
    data.write_text("<urn:x> <urn:p> 1 .")
    found = validate_files([data], [path], "fast").findings
    (finding,) = (each for each in found if each.severity != "info")
    assert finding.shape == "shapes"
    assert finding.region is not None
    assert finding.region.file == str(path)
    assert told(finding) == first_line(path)


def test_an_unknown_term_named_like_a_list_hides_no_other_flaw(tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text(f'{PREFIXES}:s sh:targetClass :C ; sh:inlist :a ; sh:minLength "2" .')
    assert {flaw.predicate for flaw in flaws(graph_of([path]))} == {SH.inlist, SH.minLength}


def test_our_own_shapes_have_no_flaw() -> None:
    assert flaws(graph_of([ONTOLOGY / "shapes.ttl"])) == []


W3C = {
    "core/node/qualified-001-shapes": "counts qualified values on node shapes",
    "core/path/path-strange-001": "has a path that is two paths",
    "core/path/path-strange-002": "has a sequence of one",
    "core/property/qualifiedValueShape-001": "says sh:nodeShape, which is no term",
}
"""The W3C's shapes that are indeed flawed, though its tests expect a report."""


def test_of_the_w3c_shapes_only_those_that_are_wrong_are_called_so() -> None:
    suite = w3c_suite("shacl")
    wrong = set()
    for path in suite.rglob("*.ttl"):
        with silence_literal_warnings():
            if flaws(graph_of([path])):
                wrong.add(str(path.relative_to(suite).with_suffix("")))
    assert wrong == set(W3C)


@pytest.mark.parametrize(
    ("shapes", "note"),
    [
        (
            ":s sh:targetClass :Staton ; sh:nodeKind sh:IRI .",
            "the data has no node of the class https://tide.example/Staton",
        ),
        (
            ":s sh:targetSubjectsOf :q ; sh:nodeKind sh:IRI .",
            "the data has no subject of the property https://tide.example/q",
        ),
        (
            ":s sh:targetObjectsOf :q ; sh:nodeKind sh:IRI .",
            "the data has no object of the property https://tide.example/q",
        ),
        (":s sh:nodeKind sh:IRI .", "no target and no shape leads to this shape"),
        (
            ":s sh:targetClass :Station ; sh:ignoredProperties ( :p ) .",
            "sh:ignoredProperties without sh:closed does nothing",
        ),
        (
            ":s sh:targetClass :Station ; sh:property"
            " [ sh:path :p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ] .",
            "sh:qualifiedValueShape without a count does nothing",
        ),
        (
            "<https://tide.example/shape> owl:imports <https://tide.example/other> .",
            "https://tide.example/other is imported, and imports are not followed",
        ),
        (
            ":s sh:targetClass :Station ; sh:sparql [ sh:prefixes :nowhere ;"
            ' sh:select "SELECT $this { $this <urn:q> ?x }" ] .',
            "sh:prefixes: https://tide.example/nowhere is not in these files",
        ),
    ],
)
def test_what_says_nothing_about_the_data_is_noted(tmp_path: Path, shapes: str, note: str) -> None:
    aimed = " :aimed sh:targetClass :Station ; sh:nodeKind sh:IRI ."  # none would be a flaw
    (tmp_path / "shapes.ttl").write_text(PREFIXES + shapes + aimed)
    (tmp_path / "data.ttl").write_text(PREFIXES + ":x a :Station ; :p :y .")
    (finding,) = validate_files([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"], "fast").findings
    assert finding.severity == "info"
    assert finding.message.startswith(note)
    assert finding.region is not None
    assert finding.region.line == 4


def test_a_class_with_instances_of_a_subclass_is_not_noted(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(PREFIXES + ":s sh:targetClass :A ; sh:nodeKind sh:IRI .")
    (tmp_path / "data.ttl").write_text(
        PREFIXES + ":B <http://www.w3.org/2000/01/rdf-schema#subClassOf> :A . :x a :B ."
    )
    assert validate_files([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"], "fast").findings == ()
