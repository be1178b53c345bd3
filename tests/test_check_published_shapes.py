"""Shapes as others publish them: all that can be checked is, and what cannot is told."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from rdflib import Graph, Literal
from rdflib.namespace import SH

from onrecord.cli.check import check

PREFIXES = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://tide.example/> .
"""
ENGINES = ["fast", "pyshacl"]


class Told(NamedTuple):
    """What the command says."""

    code: int
    focus: list[str]
    """The local names of the nodes that shapes find fault with, sorted."""
    flaws: list[tuple[str, str]]
    """Severity and message of the findings about the shapes, without notes."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(shapes: str, data: str, *options: str) -> Told:
    Path("shapes.ttl").write_text(PREFIXES + shapes)
    Path("data.ttl").write_text(PREFIXES + data)
    arguments = ["--format", "json", *options, "--shapes", "shapes.ttl", "data.ttl"]
    result = CliRunner().invoke(check, arguments)
    findings = json.loads(result.stdout)["findings"]
    return Told(
        result.exit_code,
        sorted(
            each["focus"].removeprefix("https://tide.example/")
            for each in findings
            for _ in range(each["times"])
            if each["component"]
        ),
        [
            (each["severity"], each["message"])
            for each in findings
            if each["shape"] == "shapes" and each["severity"] != "info"
        ],
    )


PUMP = "sh:property [ sh:path :flow ; sh:minCount 1 ] ."


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("shapes", "hierarchy"),
    [
        (":Class rdfs:subClassOf rdfs:Class . :Pump a :Class , sh:NodeShape ;", ""),
        (
            ":Meta rdfs:subClassOf :Class . :Class rdfs:subClassOf rdfs:Class ."
            " :Pump a :Meta , sh:NodeShape ;",
            "",
        ),
        (":Pump a :Class , sh:NodeShape ;", ":Class rdfs:subClassOf rdfs:Class ."),
        (
            ":Class rdfs:subClassOf rdfs:Class . :Pump a :Meta , sh:NodeShape ;",
            ":Meta rdfs:subClassOf :Class .",
        ),
        ("owl:Class rdfs:subClassOf rdfs:Class . :Pump a owl:Class , sh:NodeShape ;", ""),
        (
            ":Class rdfs:subClassOf rdfs:Class . :Shape rdfs:subClassOf sh:NodeShape ."
            " :Pump a :Class , :Shape ;",
            "",
        ),
    ],
)
def test_a_class_of_classes_makes_a_target(
    folder: Path, shapes: str, hierarchy: str, engine: str
) -> None:
    told = ran(f"{shapes} {PUMP}", f"{hierarchy} :p1 a :Pump .", "--engine", engine)
    assert told == Told(1, ["p1"], [])


@pytest.mark.parametrize("engine", ENGINES)
def test_an_owl_class_is_taken_for_a_target_and_that_is_said(folder: Path, engine: str) -> None:
    told = ran(f":Pump a owl:Class , sh:NodeShape ; {PUMP}", ":p1 a :Pump .", "--engine", engine)
    assert told.focus == ["p1"]
    ((severity, message),) = told.flaws
    assert severity == "warning"
    assert "owl:Class alone makes no target" in message


def test_a_shape_whose_type_is_no_class_of_classes_has_no_target(folder: Path) -> None:
    shapes = f":Other a rdfs:Class , sh:NodeShape . :Kind a rdfs:Resource . :Pump a :Kind ; {PUMP}"
    assert ran(shapes, ":p1 a :Pump .").focus == []


def query(text: str) -> str:
    return f':s a sh:NodeShape ; sh:targetClass :C ; sh:sparql [ sh:select """{text}""" ] .'


@pytest.mark.parametrize("engine", ENGINES)
def test_an_unknown_function_is_an_error_of_the_expression_and_named(
    folder: Path, engine: str
) -> None:
    call = "FILTER(!COALESCE(<https://tide.example/fn>($this), false))"
    told = ran(query(f"SELECT $this {{ {call} }}"), ":x a :C .", "--engine", engine)
    assert told.code == 1
    assert told.focus == ["x"]
    function = "the function https://tide.example/fn is not known, so results may be missing"
    assert told.flaws == [("warning", function)]


def test_a_declared_function_is_called(folder: Path) -> None:
    shapes = """
        :longer a sh:SPARQLFunction ; sh:returnType xsd:boolean ;
            sh:parameter [ sh:path :text ; sh:datatype xsd:string ] ;
            sh:select "SELECT (STRLEN($text) > 3 AS ?longer) { }" .
    """ + query("SELECT $this ?value { $this <https://tide.example/name> ?value ."
                " FILTER(<https://tide.example/longer>(?value)) }")  # fmt: skip
    told = ran(shapes, ':x a :C ; :name "quayside" . :y a :C ; :name "bay" .')
    assert told == Told(1, ["x"], [])


def test_a_query_that_lacks_a_prefix_names_it(folder: Path) -> None:
    told = ran(query("SELECT $this { $this dct:title ?x }"), ":x a :C .")
    assert told.flaws == [
        ("warning", "sh:select: prefix dct is not declared, so it is not checked")
    ]
    assert told.code == 0


BROKEN = "does not parse from its line 1, column"
NOT_PARSED = [
    (
        ':s sh:targetClass :C ; sh:sparql [ sh:select "SELECT $this { $this " ] .',
        f"sh:select: {BROKEN} 21 on, so it is not checked",
    ),
    (
        ':s sh:nodeKind sh:Literal ; sh:target [ a sh:SPARQLTarget ; sh:select "SELECT {" ] .',
        f"sh:select: {BROKEN} 8 on, so it is not checked",
    ),
    (
        ':s sh:targetClass :C ; sh:rule [ a sh:SPARQLRule ; sh:construct "CONSTRUCT {" ] .',
        f"sh:construct: {BROKEN} 12 on, so it is not applied",
    ),
    (
        """:s sh:targetClass :C ; sh:property [ sh:path :p ; :most 0 ] .
        :Most a sh:ConstraintComponent ; sh:parameter [ sh:path :most ] ;
            sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { " ] .""",
        f"sh:ask: {BROKEN} 6 on, so it is not checked",
    ),
    (
        """:f a sh:SPARQLFunction ; sh:returnType xsd:boolean ; sh:select "SELECT (1 AS ?r) { " .
        :s sh:targetClass :C ;
            sh:sparql [ sh:select "SELECT $this { FILTER(<https://tide.example/f>()) }" ] .""",
        f"sh:select: {BROKEN} 19 on, so calls of the function are errors",
    ),
    (
        ':s sh:targetClass :C ; sh:property [ sh:path :p ; sh:pattern "[" ] .',
        "sh:pattern does not parse, so it is not checked: unterminated character set at position 0",
    ),
]
"""Shapes with a text that does not parse, and what is said of it."""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("shapes", "message"), NOT_PARSED)
def test_what_does_not_parse_is_no_fault_of_the_data(
    folder: Path, shapes: str, message: str, engine: str
) -> None:
    shapes += f" :Pump a sh:NodeShape ; sh:targetClass :Pump ; {PUMP}"
    conforming, faulty = ":x a :C ; :p 1 .", ":x a :C ; :p 1 . :p1 a :Pump ."
    assert ran(shapes, conforming, "--engine", engine) == Told(0, [], [("warning", message)])
    assert ran(shapes, faulty, "--engine", engine) == Told(1, ["p1"], [("warning", message)])
    assert ran(shapes, conforming, "--engine", engine, "--strict").code == 3


def test_a_query_that_does_not_parse_is_told_with_its_mistake(folder: Path) -> None:
    (folder / "shapes.ttl").write_text(
        f"{PREFIXES} :o sh:declare [ sh:prefix 'a' ; sh:namespace 'https://tide.example/' ] ."
        " :s sh:targetClass :C ; sh:sparql [ sh:prefixes :o ;"
        ' sh:select """SELECT $this\n{ $this a:p ?v FILER(?v > 1) }""" ] .'
    )
    (folder / "data.ttl").write_text(f"{PREFIXES} :x a :C .")
    result = CliRunner().invoke(check, ["--shapes", "shapes.ttl", "data.ttl"])
    assert "sh:select: does not parse from its line 2, column 16 on" in result.stdout
    assert "FILER is not known: is FILTER meant?" in result.stdout


@pytest.mark.parametrize("engine", ENGINES)
def test_a_prefix_of_the_file_is_taken_and_that_is_said(folder: Path, engine: str) -> None:
    told = ran(query("SELECT $this { $this a :C }"), ":x a :C .", "--engine", engine)
    assert told.focus == ["x"]
    assert [severity for severity, _ in told.flaws] == ["warning"]


def test_a_namespace_that_is_no_iri_is_told_and_fails_only_what_needs_it(folder: Path) -> None:
    shapes = """
        :s sh:targetClass :C ;
            sh:sparql [ sh:prefixes :o ; sh:select "SELECT $this { $this a a:b }" ] .
        :o sh:declare [ sh:prefix "a" ; sh:namespace "not an iri" ] .
    """
    assert sorted(ran(shapes, ":x a :C .").flaws) == [
        ("warning", "sh:namespace: 'not an iri' is no absolute IRI, so it is left out"),
        ("warning", "sh:select: prefix a is not declared, so it is not checked"),
    ]
    told = ran(shapes.replace("a:b", "?kind"), ":x a :C .")
    assert (told.focus, [severity for severity, _ in told.flaws]) == (["x"], ["warning"])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        (r"^\\i\\c*$", "a-b", "1a"),
        (r"^\\I+$", "12", "ab"),
        ("^[a-z-[aeiou]]+$", "bcd", "bad"),
        (r"^[\\i-[:]][\\c-[:]]*$", "ab", "a:b"),
        ("^[^a-c-[x]]+$", "def", "dex"),
        (r"^\\p{IsGreek}+$", "αβ", "ab"),
    ],
)
def test_patterns_are_those_of_xpath(
    folder: Path, pattern: str, right: str, wrong: str, engine: str
) -> None:
    shapes = f':s sh:targetSubjectsOf :n ; sh:property [ sh:path :n ; sh:pattern "{pattern}" ] .'
    told = ran(shapes, f':right :n "{right}" . :wrong :n "{wrong}" .', "--engine", engine)
    assert told == Told(1, ["wrong"], [])


def test_nan_is_not_less_than_or_equal_to_itself(folder: Path) -> None:
    nan = '"NaN"^^xsd:double'
    shapes = """
        :s sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:lessThanOrEquals :q ] .
        :t sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:minInclusive "NaN"^^xsd:double ] .
    """
    assert ran(shapes, f":x :p {nan} ; :q {nan} .").focus == ["x", "x"]
    assert ran(shapes.split("\n")[1], ":x :p 1.0 ; :q 1.0 .").focus == []


@pytest.mark.parametrize(("term", "meant"), [("shape :T", "sh:node"), ("xor ( :T )", "sh:xone")])
def test_a_term_that_is_not_of_shacl_does_not_stop_the_rest(
    folder: Path, term: str, meant: str
) -> None:
    shapes = f":s sh:targetClass :C ; sh:{term} ; {PUMP} :T sh:nodeKind sh:IRI ."
    told = ran(shapes, ":x a :C .")
    assert told.focus == ["x"]
    assert [severity for severity, _ in told.flaws] == ["warning"]
    result = CliRunner().invoke(check, ["--shapes", "shapes.ttl", "data.ttl"])
    assert f"did you mean {meant}?" in result.stdout


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "elsewhere",
    [
        "sh:node :Elsewhere ;",
        "sh:or ( [ sh:nodeKind sh:Literal ] :Elsewhere ) ;",
        "sh:in :list ;",
        "sh:property :Elsewhere-name ;",
        "sh:nodeKind :Kind ;",
    ],
)
def test_what_is_in_another_file_is_told_and_the_rest_checked(
    folder: Path, elsewhere: str, engine: str
) -> None:
    told = ran(f":s sh:targetClass :C ; {elsewhere} {PUMP}", ":x a :C .", "--engine", engine)
    assert (told.code, told.focus) == (1, ["x"])
    assert len(told.flaws) == 1
    strict = ran(f":s sh:targetClass :C ; {elsewhere} {PUMP}", ":x a :C .", "--strict")
    assert (strict.code, strict.focus) == (3, [])


def test_shapes_in_two_files_are_one_graph(folder: Path) -> None:
    (folder / "other.ttl").write_text(
        f"{PREFIXES}:Elsewhere sh:property [ sh:path :p ; sh:minCount 1 ] ."
    )
    told = ran(":s sh:targetClass :C ; sh:node :Elsewhere .", ":x a :C .", "--shapes", "other.ttl")
    assert told == Told(1, ["x"], [])


def test_a_kind_that_is_not_supported_is_told_once_with_its_number(folder: Path) -> None:
    shapes = ":s sh:targetClass :C ; sh:property " + " , ".join(
        f"[ sh:path :p{number} ; sh:singleLine true ]" for number in range(7)
    ) + " ."  # fmt: skip
    ((severity, message),) = ran(shapes, ":x a :C .").flaws
    assert severity == "warning"
    assert message.startswith("sh:singleLine is of SHACL 1.2")
    assert message.endswith("; 7 times in these shapes")


def test_a_query_finds_the_target_nodes(folder: Path) -> None:
    target = 'sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this { ?this <urn:kind> 1 }" ] ;'
    told = ran(f":s a sh:NodeShape ; {target} {PUMP}", ":x <urn:kind> 1 . :y <urn:kind> 2 .")
    assert told == Told(1, ["x"], [])


RULES = """
    :Late sh:targetSubjectsOf :warm ; sh:order 1 ;
        sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate :level ; sh:object :high ] .
    :Early sh:targetClass :Pump ; sh:order 2 ;
        sh:rule [ a sh:SPARQLRule ; sh:construct
            "CONSTRUCT { $this <https://tide.example/warm> true } WHERE { $this a ?kind }" ] .
    :s sh:targetSubjectsOf :level ; sh:property [ sh:path :flow ; sh:minCount 1 ] .
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_rules_are_applied_to_a_fixed_point_before(folder: Path, engine: str) -> None:
    assert ran(RULES, ":x a :Pump .", "--engine", engine) == Told(1, ["x"], [])


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_rule_says_of_a_literal_is_no_triple(folder: Path, engine: str) -> None:
    rule = "a sh:TripleRule ; sh:subject [ sh:path :p ] ; sh:predicate :level ; sh:object :high"
    shapes = f"""
        :r sh:targetClass :C ; sh:rule [ {rule} ] .
        :s sh:targetClass :C ; sh:property [ sh:path :level ; sh:maxCount 0 ] .
    """
    data = ":x a :C ; :p 1 , :y . :y a :C ."
    assert ran(shapes, data, "--engine", engine) == Told(1, ["y"], [])


def test_a_rule_with_an_unknown_condition_is_not_applied(folder: Path) -> None:
    rule = "a sh:TripleRule ; sh:subject sh:this ; sh:predicate :level ; sh:object :high"
    shapes = f"""
        :r sh:targetClass :Pump ; sh:rule [ {rule} ; sh:condition :Elsewhere ] .
        :s sh:targetSubjectsOf :level ; sh:property [ sh:path :flow ; sh:minCount 1 ] .
    """
    told = ran(shapes, ":x a :Pump .")
    assert (told.code, told.focus, len(told.flaws)) == (0, [], 1)


@pytest.mark.parametrize("engine", ENGINES)
def test_turtle_has_every_result_and_no_note(folder: Path, engine: str) -> None:
    shapes = """
        :s sh:targetClass :C ;
            sh:property [ sh:path :part ; sh:property [ sh:path :n ; sh:minCount 1 ] ] .
        :idle sh:targetClass :Nothing ; sh:nodeKind sh:IRI .
    """
    ran(shapes, ":x a :C ; :part :z . :y a :C ; :part :z .")
    arguments = ["--engine", engine, "--format", "turtle", "--shapes", "shapes.ttl", "data.ttl"]
    report = Graph().parse(data=CliRunner().invoke(check, arguments).stdout)
    assert len(list(report.objects(None, SH.result))) == 2
    assert list(report.objects(None, SH.conforms)) == [Literal(False)]
    Path("data.ttl").write_text(PREFIXES + ":x a :C .")
    result = CliRunner().invoke(check, arguments)
    report = Graph().parse(data=result.stdout)
    assert result.exit_code == 0
    assert list(report.objects(None, SH.conforms)) == [Literal(True)]
    assert not list(report.objects(None, SH.result))
    assert "no node of the class" in result.stdout


@pytest.mark.parametrize("engine", ENGINES)
def test_two_nodes_that_a_shape_names_are_two_results(folder: Path, engine: str) -> None:
    shapes = """
        :s sh:targetClass :C ; sh:node :a , :b .
        :a sh:property [ sh:path :p ; sh:minCount 1 ] .
        :b sh:property [ sh:path :q ; sh:minCount 1 ] .
    """
    ran(shapes, ":x a :C .")
    arguments = ["--engine", engine, "--format", "turtle", "--shapes", "shapes.ttl", "data.ttl"]
    report = Graph().parse(data=CliRunner().invoke(check, arguments).stdout)
    assert len(list(report.objects(None, SH.result))) == 2


def test_what_was_not_validated_has_no_report(folder: Path) -> None:
    ran(f":s sh:targetClass :C ; {PUMP}", ":x a")
    arguments = ["--format", "turtle", "--shapes", "shapes.ttl", "data.ttl"]
    result = CliRunner().invoke(check, arguments)
    assert result.exit_code == 4
    assert (None, SH.conforms, None) not in Graph().parse(data=result.stdout)


def command(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "onrecord", "check", "--shapes", "shapes.ttl", *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, **options)  # type: ignore[call-overload, no-any-return]


def test_a_pipe_is_no_file_and_nothing_waits_for_it(folder: Path) -> None:
    ran(f":s sh:targetClass :C ; {PUMP}", "")
    (folder / "data").mkdir()
    os.mkfifo(folder / "data" / "x.ttl")
    for path in ("data/x.ttl", "data"):
        result = command(path)
        assert result.returncode == 4
        assert "x.ttl: no regular file" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_no_mistake_of_ours(folder: Path) -> None:
    ran(f":s sh:targetClass :C ; {PUMP}", ":x a :C .")
    with Path("/dev/full").open("w") as full:
        line = [sys.executable, "-m", "onrecord", "check", "--shapes", "shapes.ttl", "data.ttl"]
        result = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True)
    assert result.returncode == 4
    assert result.stderr == "onrecord: the findings cannot be written: No space left on device\n"


def test_a_file_name_that_is_not_utf8_is_escaped(folder: Path) -> None:
    ran(f":s sh:targetClass :C ; {PUMP}", ":x a :C .")
    name = os.fsdecode(b"\xff.ttl")
    shutil.copy("data.ttl", name)
    for format_name in ("json", "sarif", "github", "text", "junit", "turtle"):
        line = [sys.executable, "-m", "onrecord", "check", "--shapes", "shapes.ttl"]
        result = subprocess.run([*line, "--format", format_name, name], capture_output=True)
        assert result.returncode == 1
        written = result.stdout.decode("utf-8")
        if format_name in ("json", "sarif"):
            assert json.loads(written)


def test_a_term_that_is_too_long_is_a_finding(folder: Path) -> None:
    told = ran(f":s sh:targetClass :C ; {PUMP}", f':x a :C ;\n:p "{"x" * (17 << 20)}" .')
    assert told.code == 4
    result = CliRunner().invoke(check, ["--shapes", "shapes.ttl", "data.ttl"])
    assert "data.ttl:7:1: violation: a term of more than 16 MiB" in result.stdout


def test_a_link_to_a_file_does_not_move_its_finding(folder: Path) -> None:
    ran(f":s sh:targetClass :C ; {PUMP}", ":x a :C .")
    (folder / "data" / "real").mkdir(parents=True)
    shutil.move("data.ttl", "data/real/z.ttl")
    (folder / "data" / "a.ttl").symlink_to("real/z.ttl")
    result = CliRunner().invoke(check, ["--shapes", "shapes.ttl", "data"])
    assert result.stdout.startswith("data/real/z.ttl:6:")
    assert "1 files, 1 violations" in result.stderr
