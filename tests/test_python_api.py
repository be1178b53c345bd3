"""Python: `import onrecord` asks a release in a folder and one behind a server alike."""

import ast
import copy
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, XSD

import onrecord
from built_releases import ReleaseOf
from endpoint_release import Server
from onrecord.rdf.python_value import literal_value
from onrecord.rdf.xsd import WELL_FORMED, well_formed
from onrecord.releases.query_result import ResultError, result_of
from sample_release import BASE, SAMPLE
from scripted_server import Peer, scripted_server

RECORDS, ARCHIVE = SAMPLE / "records", SAMPLE / "archive"
TOPIC = "topic/flare-parity"


@pytest.fixture(scope="module")
def releases(release_of: ReleaseOf) -> Path:
    """A folder with a release of the sample."""
    return release_of("sample").path.parent


@pytest.fixture(scope="module")
def server(sample_server: Server) -> Server:
    return sample_server


@pytest.fixture(params=["folder", "server"])
def release(request: pytest.FixtureRequest, releases: Path) -> onrecord.OpenRelease:
    """The same release, read from its folder and asked over HTTP."""
    if request.param == "folder":
        return onrecord.open(releases)
    server: Server = request.getfixturevalue("server")
    return onrecord.open(f"http://127.0.0.1:{server.port}")


# Opening


def test_a_release_is_opened_by_folder_name_and_address(releases: Path, server: Server) -> None:
    newest = onrecord.open(releases)
    name = next(path.name for path in releases.iterdir() if not path.is_symlink())
    assert repr(newest) == f"<OpenRelease {name} in {releases}>"
    for other in (
        onrecord.open(str(releases), name=name),
        onrecord.open(releases / name),
        onrecord.open(f"http://127.0.0.1:{server.port}"),
        onrecord.open(f"http://127.0.0.1:{server.port}/"),
        onrecord.open(server.address),
        onrecord.open(server.address, name=name),
    ):
        assert other.base == BASE
        assert other.query("ASK { ?claim ?by ?speaker }")


def test_a_name_alone_is_of_the_folder_that_build_fills(
    releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = next(path.name for path in releases.iterdir() if not path.is_symlink())
    monkeypatch.chdir(releases.parent)
    assert onrecord.open(name) == onrecord.open("releases")


def test_a_server_without_the_release_says_so(server: Server) -> None:
    with pytest.raises(onrecord.OnRecordError, match=r"404.*2020-01-01-00000000"):
        onrecord.open(server.address, name="2020-01-01-00000000")


@pytest.mark.parametrize("where", ["nowhere", "http://127.0.0.1:9/", "http://u:p@example.org/"])
def test_what_cannot_be_opened_is_said_in_one_line(where: str) -> None:
    with pytest.raises(onrecord.OnRecordError) as caught:
        onrecord.open(where)
    assert "\n" not in str(caught.value)


# Results


def test_a_result_says_what_a_saved_query_was_asked_with(release: onrecord.OpenRelease) -> None:
    by_default = release.query("said-at-event").asked_with
    assert list(by_default) == ["event"]
    assert by_default["event"].startswith("event/")
    given = release.query("said-at-event", event="event/quayside-forum-2024")
    assert given.asked_with == {"event": "event/quayside-forum-2024"}
    assert release.query("witnesses").asked_with == {}
    assert release.query("ASK {}").asked_with == {}


def test_a_saved_query_is_asked_with_python_values(release: onrecord.OpenRelease) -> None:
    result = release.query("claims-on-topic-by-date", topic=TOPIC)
    assert (len(result), result.columns[:2]) == (8, ("said_on", "date_basis"))
    row = result[0]
    assert row.claim == row["claim"] == f"{BASE}claim/two-months-a-year"
    assert (row.said_on, row.value) == ("2024-02", Decimal(6))
    assert dict(row)["speaker"] == "Ada Holm"
    late = release.query("claims-on-topic-by-date", topic=TOPIC, from_=date(2024, 5, 14))
    assert (
        late.rows
        == release.query(
            "claims-on-topic-by-date", **{"topic": f"{BASE}{TOPIC}", "from": "2024-05-14"}
        ).rows
    )
    assert 0 < len(late) < 8
    by_default = release.query("claims-on-topic-by-date", topic=TOPIC, from_=None)
    assert by_default.rows == result.rows
    assert "claims-on-topic-by-date" in release.queries


TYPED = """
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT (7 AS ?integer) (1.50 AS ?decimal) (1e3 AS ?double) (true AS ?boolean)
  ("2024-02-29"^^xsd:date AS ?day) ("2024-02-29T12:00:00Z"^^xsd:dateTime AS ?time)
  ("2024"^^xsd:gYear AS ?year) ("so"@en AS ?text) (<http://example.org/> AS ?iri)
  ("seven"^^xsd:integer AS ?ill) (?none AS ?unbound)
{}
"""
VALUES = {
    "integer": 7, "decimal": Decimal("1.50"), "double": 1000.0, "boolean": True,
    "day": date(2024, 2, 29), "time": datetime(2024, 2, 29, 12, tzinfo=UTC), "year": "2024",
    "text": "so", "iri": "http://example.org/", "ill": "seven", "unbound": None,
}  # fmt: skip


def test_values_are_typed(release: onrecord.OpenRelease) -> None:
    (row,) = release.query(TYPED)
    assert dict(row) == VALUES
    assert [type(value) for value in row.values()] == [type(value) for value in VALUES.values()]


def test_a_row_can_be_copied_and_names_its_columns(release: onrecord.OpenRelease) -> None:
    result = release.query(TYPED)
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301
    assert copy.deepcopy(result[0]) == result[0]
    with pytest.raises(AttributeError, match="no column 'dya'; there are: integer, decimal"):
        _ = result[0].dya
    with pytest.raises(KeyError):
        result[0]["dya"]


def test_terms_keep_datatype_and_language(release: onrecord.OpenRelease) -> None:
    result = release.query(TYPED)
    terms = dict(zip(result.columns, result.terms[0], strict=True))
    assert terms["text"] == Literal("so", lang="en")
    assert terms["iri"] == URIRef("http://example.org/")
    assert terms["year"] == Literal("2024", datatype=XSD.gYear)
    assert terms["unbound"] is None


def test_a_question_of_yes_or_no_is_a_boolean(release: onrecord.OpenRelease) -> None:
    yes, no = release.query("ASK { ?s ?p ?o }"), release.query("ASK { ?s ?p 123456 }")
    assert (bool(yes), bool(no)) == (True, False)
    assert no[0].answer is False
    assert repr(no) == "<QueryResult: false>"


def test_triples_are_rows_and_a_graph(release: onrecord.OpenRelease) -> None:
    claim = f"{BASE}claim/no-longer-ahead"
    for query in (f"CONSTRUCT {{ ?s a ?o }} WHERE {{ VALUES ?s {{ <{claim}> }} ?s a ?o }}",
                  f"DESCRIBE <{claim}>"):  # fmt: skip
        result = release.query(query)
        assert result.columns == ("subject", "predicate", "object")
        assert (URIRef(claim), RDF.type, None) in result.graph
        assert len(result.graph) == len(result)
    with pytest.raises(ResultError, match="CONSTRUCT"):
        _ = release.query("SELECT * { ?s ?p ?o } LIMIT 1").graph


def test_a_table_of_pandas_has_types(release: onrecord.OpenRelease) -> None:
    frame = release.query("claims-on-topic-by-date", topic=TOPIC).to_pandas()
    assert frame["said_on"].tolist()[:3] == ["2024-02", "2024-03/2024-04", "2024-05-14"]
    assert str(frame["value"].dtype) == "float64"
    typed = release.query(TYPED).to_pandas()
    assert {name: str(typed[name].dtype) for name in ("integer", "boolean", "day", "time")} == {
        "integer": "Int64", "boolean": "boolean", "day": "datetime64[s]",
        "time": "datetime64[us, UTC]",
    }  # fmt: skip
    gaps = release.query("SELECT ?n { VALUES ?n { 1 UNDEF } } ORDER BY ?n").to_pandas()
    assert gaps["n"].tolist() == [pandas.NA, 1]
    nothing = release.query("SELECT ?x { ?x ?x 1234567 }").to_pandas()
    assert (list(nothing.columns), len(nothing)) == (["x"], 0)


def test_without_pandas_a_result_says_what_to_install(
    release: onrecord.OpenRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "onrecord.releases.data_frame", raising=False)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(onrecord.OnRecordError, match="pip install pandas"):
        release.query("ASK {}").to_pandas()


def test_a_notebook_shows_escaped_rows_and_how_many_there_are() -> None:
    shown = _hostile(1)._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(&#x27;a&#x27;)&lt;/script&gt;" in shown
    assert "&lt;b&gt;" in shown
    many = _hostile(1200)._repr_html_()
    assert many.count("<tr>") == 1 + 50
    assert "the first 50 of 1,200 rows" in many


def _hostile(rows: int) -> onrecord.QueryResult:
    return result_of("select", ["<b>"], [(ox.Literal("<script>alert('a')</script>"),)] * rows)


# Claims


def test_a_claim_has_its_figures_and_attestations(release: onrecord.OpenRelease) -> None:
    claim = release.claim("no-longer-ahead")
    assert (claim.speaker, claim.modality, claim.withdrawn) == ("Ada Holm", "asserted", False)
    assert (claim.said_on.edtf, claim.said_on.earliest) == ("2024-05-14", date(2024, 5, 14))
    (figure,) = claim.quantities
    assert (figure.comparator, figure.value, figure.words) == ("at most", 1, "Not any longer")
    spoken = {each.iri.rpartition("/")[2]: each for each in claim.attestations}[
        "no-longer-ahead-quay"
    ]
    assert spoken.words.endswith("Not any longer")
    (passage,) = spoken.passages
    text = (ARCHIVE / "quay.txt").read_text(encoding="utf-8")
    assert text[passage.start : passage.end] == spoken.words
    for name in ("claim/no-longer-ahead", claim.iri):
        assert release.claim(name) == claim


def test_every_attestation_of_the_records_is_there(release: onrecord.OpenRelease) -> None:
    for row in release.query("SELECT ?claim { ?claim a <https://w3id.org/onrecord/ns#Claim> }"):
        claim = release.claim(str(row.claim))
        found = {each.iri for each in claim.attestations}
        attests = "<https://w3id.org/onrecord/ns#attests>"
        known = release.query(f"SELECT ?report {{ ?report {attests} <{claim.iri}> }}")
        assert found == {each.report for each in known} != set()


def test_a_withdrawn_claim_says_so(release: onrecord.OpenRelease) -> None:
    claim = release.claim("phosphorus-scarce")
    assert claim.withdrawn
    assert claim.withdrawal == onrecord.Withdrawal(
        date(2024, 6, 2),
        "Recorded twice under two slugs.",
        f"{BASE}claim/phosphorus-short",
    )


# Errors


def test_what_is_not_there_names_the_nearest(release: onrecord.OpenRelease) -> None:
    with pytest.raises(onrecord.OnRecordError, match=r"perhaps no-longer-ahead is meant"):
        release.claim("no-longer-ahed")
    with pytest.raises(onrecord.OnRecordError, match=r"perhaps claims-on-topic-by-date is meant"):
        release.query("claims-on-topic")
    with pytest.raises(onrecord.OnRecordError, match=r"'topik', perhaps topic is meant"):
        release.query("claims-on-topic-by-date", topik=TOPIC)
    with pytest.raises(onrecord.OnRecordError, match=r"'topic/flares' is no skos:Concept.*parity"):
        release.query("claims-on-topic-by-date", topic="topic/flares")
    with pytest.raises(onrecord.OnRecordError, match=r"'day', it has none"):
        release.query("drift", day=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"from": "yesterday"}, "not a date"),
        ({"from": datetime(2024, 1, 1)}, "not a date"),
        ({"topic": True}, "a bool is no text, number or date"),
        ({"topic": ["a"]}, "a list is no text, number or date"),
        ({"topic": "a b"}, "not an IRI"),
    ],
)
def test_a_value_of_another_kind_is_refused(
    release: onrecord.OpenRelease, parameters: dict[str, str], problem: str
) -> None:
    with pytest.raises(onrecord.OnRecordError, match=problem):
        release.query("claims-on-topic-by-date", **parameters)


def test_sparql_that_does_not_parse_is_refused_with_its_place(
    release: onrecord.OpenRelease,
) -> None:
    with pytest.raises(onrecord.OnRecordError, match="1") as caught:
        release.query("SELECT * { ?s ?p }")
    assert "line 1, column 18: " in str(caught.value).partition("\n")[0]
    with pytest.raises(onrecord.OnRecordError, match="belong to saved queries"):
        release.query("ASK {}", day="2024-01-01")


def test_nothing_is_changed(release: onrecord.OpenRelease) -> None:
    with pytest.raises(onrecord.OnRecordError):
        release.query("INSERT DATA { <a:a> <a:b> <a:c> }")
    assert not release.query("ASK { <a:a> <a:b> <a:c> }")


JSON_TYPE = "application/sparql-results+json"
EMPTY = '{"head": {"vars": ["claim"]}, "results": {"bindings": []}}'


def answer(status: str, media_type: str, body: str, *headers: str) -> str:
    lines = [
        f"HTTP/1.1 {status}", f"Content-Type: {media_type}",
        f"Content-Length: {len(body.encode())}", "Connection: close", *headers,
    ]  # fmt: skip
    return "\r\n".join(lines) + f"\r\n\r\n{body}"


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (answer("200 OK", "text/html", "<p>Hello"), "no SPARQL results"),
        (answer("200 OK", JSON_TYPE, "{"), "no SPARQL results"),
        (answer("200 OK", JSON_TYPE, "[]"), "no SPARQL results"),
        (answer("200 OK", JSON_TYPE, '{"results": 1}'), "no SPARQL results"),
        (answer("200 OK", "application/sparql-results+xml", "<"), "no SPARQL results"),
        (answer("400 Bad Request", "text/plain", "line 1: no\nmore"), "400: line 1: no$"),
        (answer("500 Oh", "text/plain", "it's broken"), "500: it's broken$"),
        (answer("503 Busy", "text/plain", "come again"), "503: come again$"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "no SPARQL results|cannot be reached"),
        ("nonsense\r\n\r\n", "cannot be reached"),
    ],
)
def test_an_endpoint_that_answers_otherwise_is_told_in_one_line(sent: str, problem: str) -> None:
    def script(peer: Peer) -> None:
        peer.send(sent)

    with (
        scripted_server(script) as server,
        pytest.raises(onrecord.OnRecordError, match=problem) as caught,
    ):
        onrecord.open(f"http://127.0.0.1:{server.port}/sparql")
    assert "\n" not in str(caught.value)


def test_an_answer_that_a_server_has_cut_off_says_so() -> None:
    body = EMPTY.replace("claim", "n").replace(": []", ': [{"n": {"type": "bnode", "value": "a"}}]')

    def script(peer: Peer) -> None:
        whole = "any+claim" in peer.request
        headers = () if whole else ("X-Row-Limit: 1",)
        peer.send(answer("200 OK", JSON_TYPE, EMPTY if whole else body, *headers))

    with scripted_server(script) as server:
        release = onrecord.open(f"http://127.0.0.1:{server.port}/sparql")
        with pytest.warns(UserWarning, match="after 1 rows") as caught:
            result = release.query("SELECT ?n { ?n ?p ?o }")
    assert caught[0].filename == __file__
    assert result.row_limit == 1
    assert "cut off by the server" in repr(result)
    assert "cut off by the server" in result._repr_html_()


def test_an_endpoint_without_claims_can_be_asked_too() -> None:
    def script(peer: Peer) -> None:
        peer.send(answer("200 OK", JSON_TYPE, EMPTY))

    with scripted_server(script) as server:
        release = onrecord.open(f"http://127.0.0.1:{server.port}/sparql")
        assert (release.base, len(release.query("SELECT ?claim {}"))) == ("", 0)
        with pytest.raises(onrecord.OnRecordError, match="there are none"):
            release.claim("any")


# Values by datatype


def xsd(name: str) -> str:
    return f"http://www.w3.org/2001/XMLSchema#{name}"


TEXTS = st.one_of(st.text(), st.from_regex(r"[+-]?[0-9.eE:TZINFa-]{0,40}", fullmatch=True))


@given(st.integers())
def test_an_integer_is_an_integer(value: int) -> None:
    assert literal_value(str(value), xsd("integer")) == value


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_keeps_its_digits(value: Decimal) -> None:
    assert literal_value(f"{value:f}", xsd("decimal")) == value


@given(st.floats(allow_nan=False), st.sampled_from(["double", "float"]))
def test_a_double_is_a_float(value: float, name: str) -> None:
    written = repr(value).replace("inf", "INF")
    found = literal_value(written, xsd(name))
    assert (found, type(found)) == (value, float)


@given(st.dates())
def test_a_date_is_a_date(value: date) -> None:
    assert literal_value(value.isoformat(), xsd("date")) == value
    assert literal_value(f"{value.isoformat()}Z", xsd("date")) == f"{value.isoformat()}Z"


@given(st.datetimes(timezones=st.sampled_from([None, UTC])))
def test_a_time_is_a_datetime(value: datetime) -> None:
    assert literal_value(value.isoformat(), xsd("dateTime")) == value


@given(TEXTS, st.sampled_from(sorted(WELL_FORMED)))
def test_what_is_ill_formed_stays_as_it_is_written(written: str, datatype: str) -> None:
    found = literal_value(written, datatype)
    if not well_formed(written, datatype):
        assert found == written
        assert isinstance(found, str)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("9" * 5000, "integer"), ("12024-01-01", "date"), ("-0044-03-15", "date"),
        ("0000-01-01", "date"), ("2024-01-01T24:00:00", "dateTime"), ("2024", "gYear"),
        ("P1Y", "duration"), ("2024-02-30", "date"), ("maybe", "boolean"),
    ],
)  # fmt: skip
def test_what_python_cannot_hold_stays_as_it_is_written(written: str, name: str) -> None:
    assert literal_value(written, xsd(name)) == written


# Checking


def test_records_are_checked(tmp_path: Path) -> None:
    report = onrecord.check(RECORDS, archive=ARCHIVE)
    assert report.conforms
    assert report.passages == {"verified": 51, "broken": 0, "not checked": 0}
    by_request = onrecord.check(onrecord.CheckRequest(collection=RECORDS, archives=(ARCHIVE,)))
    assert by_request == report
    assert onrecord.check(RECORDS).passages["not checked"] == 51


def test_the_archive_is_by_default_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ONRECORD_ARCHIVE", str(ARCHIVE))
    assert onrecord.check(RECORDS).passages["verified"] == 51
    assert onrecord.check(RECORDS, archive=()).passages["verified"] == 0


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://tide.example/> .
:s sh:targetClass :Buoy ; sh:property [ sh:path :name ; sh:minCount 1 ; sh:message "<b>" ] .
"""


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
def test_any_data_is_validated(tmp_path: Path, engine: str) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (tmp_path / "data.ttl").write_text("@prefix : <https://tide.example/> .\n:x a :Buoy .")
    report = onrecord.validate(
        [tmp_path / "data.ttl"],
        shapes=str(tmp_path / "shapes.ttl"),
        engine=engine,  # type: ignore[arg-type]
    )
    (finding,) = report.findings
    assert (finding.focus, finding.region and finding.region.line) == ("https://tide.example/x", 2)
    assert (report.conforms, report.exit_code, report.counts["violation"]) == (False, 1, 1)
    assert repr(report) == "<Report of 1 files: 1 violation, 0 warning, 0 info>"
    assert "&lt;b&gt;" in report._repr_html_()
    assert "<b>" not in report._repr_html_()


def test_a_mildest_severity_makes_a_report_fail(tmp_path: Path) -> None:
    mild = SHAPES.replace("sh:minCount 1", "sh:minCount 1 ; sh:severity sh:Info")
    (tmp_path / "shapes.ttl").write_text(mild)
    (tmp_path / "data.ttl").write_text("@prefix : <https://tide.example/> .\n:x a :Buoy .")
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    assert onrecord.validate(data, shapes).conforms
    assert not onrecord.validate(data, shapes, fail_on="info").conforms


def test_what_cannot_be_checked_is_refused(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES)
    with pytest.raises(onrecord.OnRecordError, match="no data was named"):
        onrecord.validate([], shapes)
    with pytest.raises(onrecord.OnRecordError, match="no shapes were named"):
        onrecord.validate(shapes, [])
    with pytest.raises(onrecord.OnRecordError, match="'slow' is none of fast, pyshacl"):
        onrecord.validate(shapes, shapes, engine="slow")  # type: ignore[arg-type]
    with pytest.raises(onrecord.OnRecordError, match="'error' is none of"):
        onrecord.check(onrecord.CheckRequest(fail_on="error"))  # type: ignore[arg-type]
    with pytest.raises(onrecord.OnRecordError, match="--fix needs all of it"):
        onrecord.check(onrecord.CheckRequest(since="HEAD", fix=True))


def test_records_with_violations_make_no_release(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    for path in RECORDS.glob("*.ttl"):
        (tmp_path / "records" / path.name).write_bytes(path.read_bytes())
    with pytest.raises(onrecord.OnRecordError, match="nothing was released"):
        onrecord.build(tmp_path / "records", releases=tmp_path / "releases")
    assert not (tmp_path / "releases").exists()


# The package


def test_importing_brings_nothing_that_is_slow() -> None:
    heavy = ["pandas", "pyshacl", "flask", "rdflib", "SPARQLWrapper", "click", "requests"]
    code = f"import onrecord, sys; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("[]\n", "")


def test_the_package_itself_only_imports_and_lists() -> None:
    assert onrecord.__file__ is not None
    head, *statements = ast.parse(Path(onrecord.__file__).read_text(encoding="utf-8")).body
    assert isinstance(head, ast.Expr)
    *imports, names = statements
    assert all(isinstance(statement, ast.ImportFrom) for statement in imports)
    assert isinstance(names, ast.Assign)
    imported = [alias.name for each in imports for alias in each.names]  # type: ignore[attr-defined]
    assert sorted(imported) == onrecord.__all__


def test_every_public_name_is_documented() -> None:
    for name in onrecord.__all__:
        assert getattr(onrecord, name).__doc__, name


PROGRAM = """
from datetime import date

import onrecord

release = onrecord.open("releases")
result = release.query("claims-on-topic-by-date", from_=date(2025, 1, 1), to=None)
words: list[str] = [each.words for each in release.claim("overtaken").attestations]
for row in result:
    value = row["value"]
    if isinstance(value, str):
        words.append(value)
report: onrecord.Report = onrecord.validate(["data.ttl"], shapes="shapes.ttl", engine="pyshacl")
places = [found.region.line for found in report.findings if found.region is not None]
assert onrecord.check("records", archive=["texts"]).conforms
"""


def test_the_types_are_those_of_a_program_that_is_checked_strictly(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    command = [sys.executable, "-m", "mypy", "--strict", "program.py"]
    result = subprocess.run(
        [*command, "--cache-dir", str(tmp_path / "cache")],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout


def test_all_pairs_of_a_series_are_those_that_a_short_one_keeps(releases: Path) -> None:
    release = onrecord.open(releases)
    rows = release.query(
        "PREFIX rec: <https://w3id.org/onrecord/ns#>"
        " PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        " SELECT DISTINCT ?first ?second (STR (?label) AS ?outcome) {"
        " ?comparison a rec:Comparison ; rec:first ?one ; rec:second ?other ;"
        " rec:outcome/skos:prefLabel ?label ."
        " ?first a rec:Claim ; rec:quantity ?one . ?second a rec:Claim ; rec:quantity ?other }"
    )
    kept = {(row.first, row.second, row.outcome) for row in rows if row.outcome != "apparent"}
    series = release.query(
        "PREFIX rec: <https://w3id.org/onrecord/ns#> SELECT ?series { ?series a rec:Series }"
    )
    found = {
        (pair.first_claim, pair.second_claim, pair.outcome)
        for row in series
        for pair in release.comparisons(str(row.series))
        if pair.outcome != "apparent"
    }
    assert found == kept
    assert all(pair.because.endswith(".") for pair in release.comparisons(str(series[0].series)))


def test_comparisons_of_an_unknown_series_name_the_nearest(releases: Path, server: Server) -> None:
    with pytest.raises(onrecord.OnRecordError, match="no such series"):
        onrecord.open(releases).comparisons("flare-capacty-league")
    with pytest.raises(onrecord.OnRecordError, match="only a release in a folder"):
        onrecord.open(f"http://127.0.0.1:{server.port}").comparisons("flare-capacity-league")
