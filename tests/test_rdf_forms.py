"""Data in each form of RDF: by the name of a file, or as asked for; imports and contexts too."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import zstandard
from click.testing import CliRunner

from onrecord.cli.check import check

SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://tide.example/> .
:s sh:targetClass :Pier ; sh:property [ sh:path :depth ; sh:minInclusive 2 ; sh:minCount 1 ] .
"""
TURTLE = "@prefix : <https://tide.example/> .\n\n:p a :Pier ; :depth 1 .\n"
TRIG = "@prefix : <https://tide.example/> .\n\n:g { :p a :Pier ; :depth 1 . }\n"
NTRIPLES = """\
<https://tide.example/p> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://tide.example/Pier> .
<https://tide.example/p> <https://tide.example/depth> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
"""  # noqa: E501
RDF_XML = """\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="https://tide.example/">
<Pier rdf:about="https://tide.example/p">
<depth rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">1</depth>
</Pier></rdf:RDF>
"""
JSON_LD = """{
  "@context": {"@vocab": "https://tide.example/", "t": "https://tide.example/"},
  "@id": "t:p", "@type": "Pier",
  "depth": 1
}"""
REMOTE = JSON_LD.replace('{"@vocab": "https://tide.example/", "t": "https://tide.example/"}', "%s")


class Said(NamedTuple):
    """What the command says."""

    code: int
    findings: list[dict[str, str | int | None]]
    stderr: str


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run in, with shapes."""
    monkeypatch.chdir(tmp_path)
    Path("shapes.ttl").write_text(SHAPES)
    return tmp_path


def run(*arguments: str, stdin: bytes | None = None, shapes: str = "shapes.ttl") -> Said:
    options = ["--format", "json", "--shapes", shapes, *arguments]
    result = CliRunner().invoke(check, options, input=stdin)
    findings = json.loads(result.stdout)["findings"] if result.stdout else []
    return Said(result.exit_code, [f for f in findings if f["severity"] != "info"], result.stderr)


FILES = {
    "data.ttl": (TURTLE, 3),
    "data.trig": (TRIG, 3),
    "data.nt": (NTRIPLES, 2),
    "data.nq": (NTRIPLES, 2),
    "data.n3": (TURTLE, 3),
    "data.rdf": (RDF_XML, 3),
    "data.xml": (RDF_XML, 3),
    "data.owl": (RDF_XML, 3),
    "turtle.owl": (TURTLE, 3),
    "data.jsonld": (JSON_LD, 4),
    "data.json": (JSON_LD, 4),
}
"""The content of a file in each form, and the line of the value at fault."""


@pytest.mark.parametrize("compressed", ["", ".gz", ".zst"])
@pytest.mark.parametrize("name", FILES)
def test_each_form_is_read_by_its_name(name: str, compressed: str) -> None:
    text, line = FILES[name]
    content = text.encode()
    if compressed:
        compress = gzip.compress if compressed == ".gz" else zstandard.compress
        content = compress(content)
    Path(name + compressed).write_bytes(content)
    said = run(name + compressed)
    assert said.code == 1
    assert [(each["file"], each["line"], each["value"]) for each in said.findings] == [
        (name + compressed, line, "1")
    ]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("turtle", TURTLE),
        ("trig", TRIG),
        ("ntriples", NTRIPLES),
        ("nquads", NTRIPLES),
        ("n3", TURTLE),
        ("json-ld", JSON_LD),
        ("rdf-xml", RDF_XML),
    ],
)
def test_the_form_can_be_said_and_stdin_read(form: str, text: str) -> None:
    Path("data.txt").write_text(text)
    assert run("data.txt").code == 2, "by its name it is no RDF"
    for said in (
        run("--data-format", form, "data.txt"),
        run("--data-format", form, "-", stdin=text.encode()),
    ):
        assert said.code == 1
        assert [each["value"] for each in said.findings] == ["1"]


def test_stdin_needs_a_form_and_has_no_past() -> None:
    said = run("-", stdin=TURTLE.encode())
    assert (said.code, said.findings) == (2, [])
    assert "--data-format" in said.stderr
    assert run("--data-format", "turtle", "--since", "HEAD", "-", stdin=b"").code == 2


def test_nothing_in_a_folder_is_left_out_in_silence() -> None:
    Path("data").mkdir()
    for name in ("a.ttl", "b.rdf", "ro-crate-metadata.json"):
        text = {".ttl": TURTLE, ".rdf": RDF_XML, ".json": JSON_LD}[Path(name).suffix]
        Path("data", name).write_text(text)
    for name in ("package.json", "pom.xml", "readme.txt", "table.csv", ".hidden"):
        Path("data", name).write_text("{}")
    said = run("data")
    assert said.code == 1
    assert "3 files, 1 violations" in said.stderr
    assert "not RDF by name, and left out: 4 files (data/package.json, data/pom.xml," in said.stderr


@pytest.mark.parametrize(
    ("name", "content", "place", "problem"),
    [
        ("a.ttl.gz", b"no gzip", (1, 1), "cannot be decompressed as .gz"),
        (
            "a.ttl.gz",
            gzip.compress(TURTLE.encode(), mtime=0)[:-4],
            (1, 1),
            "cannot be decompressed as .gz",
        ),
        ("a.ttl.zst", b"no zstd", (1, 1), "cannot be decompressed as .zst"),
        ("a.ttl.gz", gzip.compress(b"\n\n:x :y .", mtime=0), (3, 1), "prefix"),
        ("a.rdf", b"<rdf:RDF", (1, 1), ""),
        ("a.jsonld", b'{\n"@id": }', (2, 8), ""),
        (
            "a.n3",
            b"@prefix : <https://tide.example/> . { :a :b :c } => { :d :e :f } .",
            (1, 1),
            "N3",
        ),
    ],
)
def test_what_does_not_parse_is_a_finding(
    name: str, content: bytes, place: tuple[int, int], problem: str
) -> None:
    Path(name).write_bytes(content)
    said = run(name)
    assert said.code == 4
    (finding,) = said.findings
    assert finding["shape"] == "syntax"
    assert (finding["line"], finding["column"]) >= place
    assert problem in str(finding["message"])


def test_a_remote_context_is_taken_from_a_file_and_never_downloaded() -> None:
    Path("data.jsonld").write_text(REMOTE % '["https://tide.example/context", {"x": "t:x"}]')
    said = run("data.jsonld")
    assert said.code == 4
    (finding,) = said.findings
    assert (finding["line"], finding["column"]) == (2, 16)
    assert "--context https://tide.example/context=FILE" in str(finding["message"])
    inner = {"@vocab": "https://tide.example/", "t": "https://tide.example/"}
    Path("inner.jsonld").write_text(json.dumps({"@context": inner}))
    Path("outer.jsonld").write_text(json.dumps({"@context": ["https://tide.example/inner"]}))
    said = run(
        "--context", "https://tide.example/context=outer.jsonld",
        "--context", "https://tide.example/inner=inner.jsonld",
        "data.jsonld",
    )  # fmt: skip
    assert [each["value"] for each in said.findings] == ["1"]
    assert run("--context", "outer.jsonld", "data.jsonld").code == 2
    assert run("--context", "https://tide.example/context=none.jsonld", "data.jsonld").code == 2


PLACES = """\
{
  "@context": [
    "https://tide.example/context",
    {"deep": {"@id": "t:depth"}, "part": "t:part", "lang": "t:lang", "of": {"@reverse": "t:part"}}
  ],
  "@graph": [
    {"id": "t:a", "type": "Pier",
     "deep": [3, 1]},
    {"id": "t:b", "type": ["Quay", "Pier"], "deep": 2,
     "part": [{"type": "Pier", "deep": 3},
              {"type": "Pier", "deep": 1.5}]},
    {"id": "t:c", "part": {"type": "Pier",
                           "lang": {"@value": "x", "@language": "en"}}},
    {"type": "Pier", "deep":
       {"@value": "0", "@type": "http://www.w3.org/2001/XMLSchema#integer"}},
    {"id": "t:e", "of": {"id": "t:d", "type": "Pier", "deep": 0.5}}
  ]
}
"""
PLACES_CONTEXT = {
    "@context": {"@vocab": "https://tide.example/", "t": "https://tide.example/"}
    | {"id": "@id", "type": "@type"}
}


def test_json_ld_is_placed_by_keys_and_values() -> None:
    Path("data.jsonld").write_text(PLACES)
    Path("context.jsonld").write_text(json.dumps(PLACES_CONTEXT))
    context = "https://tide.example/context=context.jsonld"
    said = run("--context", context, "data.jsonld")
    found = {(each["line"], each["column"], each["value"]) for each in said.findings}
    assert found == {
        (8, 18, "1"),
        (11, 40, "1.5E0"),
        (12, 27, None),
        (15, 8, "0"),
        (16, 63, "5.0E-1"),
    }


@pytest.mark.parametrize(
    "named",
    ["https://schema.org", "http://schema.org/", "https://schema.org/docs/jsonldcontext.json"],
)
@pytest.mark.parametrize("mapped", ["https://schema.org/", "http://schema.org"])
def test_the_context_of_schema_org_has_several_addresses(named: str, mapped: str) -> None:
    Path("data.jsonld").write_text(REMOTE % json.dumps(named))
    (finding,) = run("data.jsonld").findings
    told = "save https://schema.org/docs/jsonldcontext.jsonld and name it: --context "
    assert f"{told}{named}=jsonldcontext.jsonld" in str(finding["message"])
    Path("context.jsonld").write_text('{"@context": {"@vocab": "https://tide.example/"}}')
    assert run("--context", f"{mapped}=context.jsonld", "data.jsonld").code in (0, 1)


def test_contexts_that_need_each_other_come_to_an_end() -> None:
    Path("data.jsonld").write_text(REMOTE % '"https://tide.example/a"')
    Path("a.jsonld").write_text('{"@context": "https://tide.example/a"}')
    assert run("--context", "https://tide.example/a=a.jsonld", "data.jsonld").code == 4


IMPORTING = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<https://tide.example/all> a owl:Ontology ; owl:imports <https://tide.example/shapes> .
"""
CATALOGUE = """\
<?xml version="1.0"?>
<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
  <uri name="https://tide.example/shapes" uri="shapes%20here/shapes.ttl"/>
  <uri name="https://tide.example/other" uri="https://tide.example/other.ttl"/>
</catalog>
"""


@pytest.mark.parametrize("value", ["https://tide.example/shapes=shapes here", "catalog.xml"])
def test_imports_are_followed_to_local_files(value: str) -> None:
    Path("shapes here").mkdir()
    Path("shapes.ttl").rename("shapes here/shapes.ttl")
    Path("all.ttl").write_text(IMPORTING)
    Path("top.ttl").write_text(IMPORTING.replace("shapes", "all").replace("/all>", "/top>", 1))
    Path("catalog.xml").write_text(CATALOGUE)
    Path("data.ttl").write_text(TURTLE)
    assert run("data.ttl", shapes="all.ttl").code == 3, "no target without what is imported"
    result = run("--imports", value, "data.ttl", shapes="all.ttl")
    assert [each["value"] for each in result.findings] == ["1"]
    both = ["--imports", value, "--imports", "https://tide.example/all=all.ttl", "data.ttl"]
    assert [each["value"] for each in run(*both, shapes="top.ttl").findings] == ["1"]


def test_an_import_that_was_followed_is_not_told_as_missing() -> None:
    Path("all.ttl").write_text(IMPORTING)
    Path("data.ttl").write_text(TURTLE)
    command = [
        sys.executable, "-m", "onrecord", "check", "--shapes", "all.ttl",
        "--imports", "https://tide.example/shapes=shapes.ttl", "data.ttl",
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True)
    assert said.returncode == 1
    assert "imports" not in said.stdout
    assert run("--imports", "https://tide.example/shapes", "data.ttl", shapes="all.ttl").code == 2


@pytest.mark.parametrize(
    "option", [("--data-format", "turtle"), ("--context", "a:b=c"), ("--imports", "a:b=c")]
)
def test_records_have_one_form(option: tuple[str, str]) -> None:
    result = CliRunner().invoke(check, option)
    assert result.exit_code == 2
    assert "--shapes" in result.stderr


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_research_object_is_read_without_an_option(version: str) -> None:
    crate = {
        "@context": f"https://w3id.org/ro/crate/{version}/context",
        "@graph": [
            {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}},
            {"@id": "./", "@type": "Dataset", "name": "Tides"},
        ],
    }
    Path("crate").mkdir()
    Path("crate/ro-crate-metadata.json").write_text(json.dumps(crate, indent=1))
    Path("shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix schema: <http://schema.org/> ."
        "<urn:s> sh:targetClass schema:Dataset ;"
        " sh:property [ sh:path schema:name ; sh:maxLength 3 ] ."
    )
    (finding,) = run("crate").findings
    assert (finding["value"], finding["line"], finding["column"]) == ("Tides", 14, 12)


RDF_XML_PLACES = """\
<!DOCTYPE rdf:RDF [ <!ENTITY t "https://tide.example/"> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="https://tide.example/"
    xmlns:t="https://tide.example/" xml:base="https://tide.example/">
  <Buoy rdf:about="&t;named">
    <mark>wrong</mark>
  </Buoy>
  <Buoy rdf:about="attribute" t:mark="wrong"/>
  <Buoy rdf:about="reference"><other/>
    <mark rdf:resource="wrong"/>
  </Buoy>
  <Buoy rdf:about="nested">
    <part><Part><part>
      <Buoy><mark>wrong</mark></Buoy>
    </part></Part></part>
    <part rdf:parseType="Resource">
      <rdf:type rdf:resource="Buoy"/><part rdf:parseType="Resource">
        <rdf:type rdf:resource="Buoy"/>
        <mark>wrong</mark>
      </part>
    </part>
  </Buoy>
  <rdf:Description>
    <rdf:type rdf:resource="Buoy"/>
    <mark>wrong</mark>
  </rdf:Description>
  <Buoy rdf:ID="last"><list rdf:parseType="Collection"><Buoy>
    <mark>wrong</mark></Buoy></list></Buoy>
</rdf:RDF>
"""
"""Values of ways to write a triple, one a line."""


def test_places_in_rdf_xml_are_those_of_elements() -> None:
    Path("data.rdf").write_text(RDF_XML_PLACES)
    Path("shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <https://tide.example/> ."
        ":s sh:targetSubjectsOf :mark ; sh:property [ sh:path :mark ; sh:maxLength 1 ] ."
    )
    said = run("data.rdf")
    lines = RDF_XML_PLACES.splitlines()
    expected = [
        number for number, line in enumerate(lines, 1) if "wrong" in line and "Collect" not in line
    ]
    assert [each["line"] for each in said.findings] == expected
    at = [str(lines[int(e["line"] or 0) - 1])[int(e["column"] or 0) - 1 :] for e in said.findings]
    starts = ("wrong<", '<Buoy rdf:about="attribute"', "<mark rdf:resource")
    assert [each for each in at if not each.startswith(starts)] == []
