"""The query page: what the server gives, with or without JavaScript, and the bundled editor."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from built_releases import ReleaseOf
from conftest import REPOSITORY
from onrecord.files.bundled import QUERIES
from onrecord.releases.release import Release, open_release
from onrecord.releases.saved_query import read_queries
from onrecord_server.flask_app import create_app
from onrecord_server.limits import Limits
from onrecord_server.open_endpoint import Settings, endpoint_in_thread

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SOURCES = REPOSITORY / "server" / "editor"
BUNDLE = REPOSITORY / "server" / "onrecord_server" / "static" / "query-editor.js"
EXAMPLES = [query.name for query in read_queries(QUERIES)]
PREFIXES = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX qudt: <http://qudt.org/schema/qudt/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX rec: <https://w3id.org/onrecord/ns#>
"""
CLAIMS = PREFIXES + "SELECT ?claim ?speaker { ?claim a rec:Claim ; rec:speaker ?speaker }"
NUMBERS = "SELECT ?n ?word { VALUES (?n ?word) { (10 'b') (9 'c') (100 'a') (UNDEF 'd') } }"


@pytest.fixture(scope="module")
def releases(release_of: ReleaseOf) -> Path:
    return release_of("sample").path.parent


@pytest.fixture(scope="module")
def client(releases: Path) -> Iterator[FlaskClient]:
    with endpoint_in_thread(Settings(releases, releases.parent / "cache")) as endpoint:
        yield create_app(endpoint).test_client()


@pytest.fixture(scope="module")
def release(releases: Path) -> Release:
    path = (releases / "latest").resolve()
    return open_release(releases, path.name)


def asked(client: FlaskClient, query: str, **values: str) -> TestResponse:
    return client.get(f"/query?{urlencode({'query': query, **values})}", headers=BROWSER)


def sent_text(page: TestResponse) -> str:
    """Return what the text area has; a line end after its tag is none of the text's."""
    (found,) = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)
    return html.unescape(found)


def table_of(response: TestResponse) -> list[list[str]]:
    """Return the texts of the cells of the answer, row by row."""
    (body,) = re.findall(r'<table class="answer">.*?<tbody>(.*?)</tbody>', response.text, re.DOTALL)
    return [
        [html.unescape(re.sub(r"<[^>]*>", "", cell)) for cell in re.findall(r"<td.*?</td>", row)]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def test_sparql_sends_browsers_to_the_page_and_programs_nowhere(client: FlaskClient) -> None:
    for method in ("GET", "HEAD"):
        sent = client.open("/sparql", method=method, headers=BROWSER)
        assert (sent.status_code, sent.headers["Location"]) == (303, "/query")
        assert sent.headers["Vary"] == "Accept"
    pinned = client.get("/sparql?release=2026-01-01-00000000", headers=BROWSER)
    assert pinned.headers["Location"] == "/query?release=2026-01-01-00000000"
    for accept in ("", "*/*", "text/turtle", "application/sparql-results+json,*/*;q=0.5"):
        assert client.get("/sparql", headers={"Accept": accept}).status_code == 200
    answer = client.get(f"/sparql?{urlencode({'query': CLAIMS})}", headers=BROWSER)
    assert answer.mimetype == "application/sparql-results+xml"
    assert answer.headers["Content-Disposition"] == 'inline; filename="answer.xml"'
    program = client.get(f"/sparql?{urlencode({'query': CLAIMS})}&format=xml")
    assert "Content-Disposition" not in program.headers
    assert program.data == answer.data


def test_the_page_is_small_and_has_no_script_but_its_own(client: FlaskClient) -> None:
    page = client.get("/query", headers=BROWSER)
    assert len(page.data) <= 60_000
    assert re.findall(r"<script.*?>", page.text) == ['<script src="/static/query-editor.js" defer>']
    assert not re.search(r"<style|\sstyle=|\son\w+=", page.text)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "script-src" not in client.get("/", headers=BROWSER).headers["Content-Security-Policy"]
    for name in EXAMPLES:
        assert f"/query?example={name}&amp;run=1" in page.text


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_loaded_and_run(client: FlaskClient, name: str) -> None:
    text = client.get(f"/q/{name}.rq").text
    for address, is_run in (
        (f"/query?example={name}", False),
        (f"/query?example={name}&run=1", True),
    ):
        page = client.get(address, headers=BROWSER)
        assert page.status_code == 200
        assert sent_text(page) == text
        assert ("<h2>" in page.text) == is_run
    rows = json.loads(client.get(f"/q/{name}.json").data)["results"]["bindings"]
    words = f"{len(rows):,} row{'s' * (len(rows) != 1)}" if rows else "No rows"
    assert f"<h2>{words}</h2>" in page.text


def test_the_page_of_an_answer_leads_to_its_query_in_the_editor(client: FlaskClient) -> None:
    asked_for = "claims-on-topic-by-date?topic=topic/workshops&from=2024-05-01"
    page = client.get(f"/q/{asked_for}", headers=BROWSER).text
    link = re.search(r'href="(/query[?]example=[^"]*)">Change it in the editor', page)
    assert link is not None
    query = sent_text(client.get(html.unescape(link[1]), headers=BROWSER))
    assert query == client.get(f"/q/{asked_for.replace('?', '.rq?')}").text
    assert "topic/workshops>" in query


def test_an_example_with_a_value_that_it_cannot_have_is_refused(client: FlaskClient) -> None:
    reply = client.get("/query?example=claims-on-topic-by-date&from=soon", headers=BROWSER)
    assert reply.status_code == 400
    assert "from" in reply.text


def test_no_such_example(client: FlaskClient) -> None:
    assert client.get("/query?example=nothing", headers=BROWSER).status_code == 404


def test_an_answer_is_a_table_of_names_with_links(client: FlaskClient) -> None:
    page = asked(client, f"{CLAIMS} ORDER BY ?claim")
    found = table_of(page)
    names = client.get(
        "/sparql",
        query_string={"query": f"{PREFIXES} SELECT ?c ?s {{ ?claim a rec:Claim ; rdfs:label ?c ;"
                               " rec:speaker/rdfs:label ?s } ORDER BY ?claim"},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    expected = [
        [row["c"]["value"], row["s"]["value"]]
        for row in json.loads(names.data)["results"]["bindings"]
    ]
    assert found == expected[:50]
    assert 'href="/actor/ada-holm"' in page.text
    assert page.headers["Cache-Control"] == "public, max-age=60"
    iris = asked(client, f"{CLAIMS} ORDER BY ?claim", iris="1")
    assert all(re.match("claim/|actor/", cell) for row in table_of(iris) for cell in row)


def test_a_table_is_sorted_by_what_its_cells_are(client: FlaskClient) -> None:
    def first(**values: str) -> list[str]:
        return [row[0] for row in table_of(asked(client, NUMBERS, **values))]

    assert first() == ["10", "9", "100", ""]
    assert first(sort="n") == ["9", "10", "100", ""]
    assert first(sort="-n") == ["100", "10", "9", ""]
    assert first(sort="word") == ["100", "10", "9", ""]
    page = asked(client, NUMBERS, sort="n")
    assert (
        '<th scope="col" aria-sort="ascending"><button form="arrange" name="sort" value="-n">'
        in page.text
    )
    assert asked(client, NUMBERS, sort="other").status_code == 400


def test_the_button_that_was_pressed_counts(client: FlaskClient) -> None:
    address = f"/query?{urlencode([('query', NUMBERS), ('sort', 'n'), ('sort', '-n')])}"
    assert table_of(client.get(address, headers=BROWSER))[0][0] == "100"


def test_a_table_is_filtered_by_a_text(client: FlaskClient) -> None:
    page = asked(client, f"{CLAIMS} ORDER BY ?claim", filter="ada HOLM", column="speaker")
    found = table_of(page)
    assert found
    assert {row[1] for row in found} == {"Ada Holm"}
    assert table_of(asked(client, CLAIMS, filter="no such thing at all")) == []
    assert asked(client, CLAIMS, filter="x" * 300).status_code == 400


def test_a_long_answer_has_pages(client: FlaskClient) -> None:
    many = "SELECT ?n { { SELECT ?n { ?s ?p ?n } LIMIT 120 } }"
    first, last = asked(client, many), asked(client, many, start="100")
    assert (len(table_of(first)), len(table_of(last))) == (50, 20)
    assert "Rows 101 to 120 of 120." in last.text
    assert 'name="start" value="50">Next' in first.text
    assert 'name="start" value="50">Previous' in last.text
    assert asked(client, many, start="x").status_code == 400


def test_a_graph_is_a_table_and_turtle(client: FlaskClient) -> None:
    text = PREFIXES + "CONSTRUCT { ?c rec:speaker ?s } { ?c rec:speaker ?s } LIMIT 3"
    page = asked(client, text)
    assert [row[1] for row in table_of(page)] == ["speaker"] * 3
    assert "<h2>3 triples</h2>" in page.text
    assert 'download="answer.ttl"' in page.text


@pytest.mark.parametrize(("text", "heading"), [("ASK {}", "Yes"), ("ASK { <a:b> ?p ?o }", "No")])
def test_a_question_is_answered(client: FlaskClient, text: str, heading: str) -> None:
    assert f"<h2>{heading}</h2>" in asked(client, text).text


def test_what_can_be_downloaded_is_the_answer(client: FlaskClient) -> None:
    for text in (CLAIMS, PREFIXES + "CONSTRUCT { ?c rec:speaker ?s } { ?c rec:speaker ?s }"):
        page = asked(client, text)
        links = re.findall(r'<a href="([^"]*)" download="answer\.(\w+)"', page.text)
        assert len(links) == 3
        for address, suffix in links:
            answer = client.get(html.unescape(address))
            assert answer.status_code == 200, suffix
            assert "immutable" in answer.headers["Cache-Control"]


def test_a_fault_has_its_line_and_column_as_data(client: FlaskClient) -> None:
    text = 'SELECT * {\n  BIND ("<é😀>" AS x)\n}'
    address = f"/query?{urlencode({'query': text})}"
    page = client.get(address, headers=BROWSER)
    assert page.status_code == 400
    assert page.headers["Cache-Control"] == "no-store"
    line, column = re.search(r'data-line="(\d+)" data-column="(\d+)"', page.text).groups()  # type: ignore[union-attr]
    for target in (address, address.replace("/query", "/sparql")):
        problem = json.loads(client.get(target, headers={"Accept": "application/json"}).data)
        assert (problem["line"], problem["column"]) == (int(line), int(column)) == (2, 19)
        assert problem["detail"].startswith("the query does not parse: line 2, column 19: ")
    # The fault stands before the text as it was sent, with its place marked.
    alert, area = page.text.index('role="alert"'), page.text.index("<textarea")
    assert alert < area
    assert "<mark>x</mark>" in page.text[alert:area]
    assert "&lt;é😀&gt;" in page.text[alert:area]
    assert sent_text(page) == text
    line_of_text = client.get(address)
    assert (line_of_text.status_code, line_of_text.mimetype) == (400, "text/plain")


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("SELECT * {\n  ?x a rec:Claim ;\n rec:speaker ?s }", (2, 8),
         "the prefix rec: is not declared; add PREFIX rec: <https://w3id.org/onrecord/ns#> before "
         "the query"),
        ("SELECT * { ?é foo:bar.b ?y }", (1, 15),
         "the prefix foo: is not declared; add PREFIX foo: <…> before the query"),
        ("SELECT (COUNT(?x) AS ?n) ?y { ?x ?y ?z }", (1, 26),
         "?y is selected beside an aggregate or a group: add GROUP BY ?y after the last brace"),
        ("SELECT * { ?s ?p ?o } LIMIT x", (1, 29), "LIMIT takes a whole number: LIMIT 10"),
    ],
)  # fmt: skip
def test_a_fault_is_said_in_words(
    client: FlaskClient, text: str, place: tuple[int, int], says: str
) -> None:
    query = {"query": text}
    problem = client.get("/sparql", query_string=query, headers={"Accept": "application/json"})
    found = json.loads(problem.data)
    assert (found["line"], found["column"]) == place
    line, column = place
    assert found["detail"] == f"the query does not parse: line {line}, column {column}: {says}"
    assert "u{" not in asked(client, text).text


def test_the_first_fault_of_the_guard_has_a_place_too(client: FlaskClient) -> None:
    query = {"query": "PREFIX a: <b:c>\n SELEC ?s {}"}
    problem = client.get("/sparql", query_string=query, headers={"Accept": "application/json"})
    assert {"line": 2, "column": 2}.items() <= json.loads(problem.data).items()
    refused = client.get("/sparql?query=CLEAR+ALL", headers={"Accept": "application/json"})
    assert "line" not in json.loads(refused.data)


def test_nothing_that_is_sent_or_found_is_markup(client: FlaskClient) -> None:
    evil = "</textarea><script>alert(1)</script>\"'<img src=x onerror=alert(1)>"
    text = f"SELECT ({ox.Literal(evil)} AS ?x) (<javascript:alert(1)> AS ?y) {{}}"
    for page in (
        asked(client, text),
        asked(client, text, filter=evil),
        asked(client, evil),
        asked(client, text, sort=evil),
        asked(client, text, release=evil),
        client.get(f"/query?{urlencode({'example': evil})}", headers=BROWSER),
    ):
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert 'href="javascript' not in page.text


def test_the_limits_are_those_of_the_endpoint(releases: Path, tmp_path: Path) -> None:
    settings = Settings(releases, tmp_path / "cache", limits=Limits(rows=7))
    with endpoint_in_thread(settings) as endpoint:
        client = create_app(endpoint).test_client()
        page = asked(client, "SELECT * { ?s ?p ?o }")
        assert "More than 7 rows" in page.text
        assert page.headers["X-Row-Limit"] == "7"
        assert len(table_of(page)) == 7
    # What is refused there is refused here, with the same status.
    with endpoint_in_thread(Settings(releases, tmp_path / "cache")) as endpoint:
        client = create_app(endpoint).test_client()
        for text, status in (
            ("CLEAR ALL", 403),
            ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
            ("SELECT * FROM <http://other.example/> { ?s ?p ?o }", 403),
            ("SELECT * {" + "{" * 200, 400),
        ):
            page = asked(client, text)
            assert page.status_code == status
            assert 'role="alert"' in page.text


def test_a_long_query_is_sent_in_the_body(client: FlaskClient) -> None:
    values = " ".join(f"<https://example.org/thing/{number}>" for number in range(2_000))
    text = f"SELECT ?x {{ VALUES ?x {{ {values} }} }}"
    assert asked(client, text).status_code == 414
    page = client.post("/query", data={"query": text.replace(" ", "\r\n", 1)}, headers=BROWSER)
    assert page.status_code == 200
    assert "<h2>2,000 rows</h2>" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    # Its form and its table send it in the body again, and so does what downloads it.
    assert page.text.count('method="post"') == 3
    again = client.post("/query", data={"query": text, "start": "1950"}, headers=BROWSER)
    assert "Rows 1,951 to 2,000 of 2,000." in again.text
    data = client.post("/sparql", data={"query": text, "format": "csv"}, headers=BROWSER)
    assert data.headers["Content-Disposition"] == 'inline; filename="answer.csv"'


def test_an_answer_that_changes_is_not_kept(client: FlaskClient) -> None:
    assert asked(client, "SELECT (NOW() AS ?now) {}").headers["Cache-Control"] == "no-store"


def test_an_older_release_is_asked_by_name(client: FlaskClient, release: Release) -> None:
    page = asked(client, CLAIMS, release=release.name)
    assert f"This asks release {release.name}" in page.text
    assert f'name="release" value="{release.name}"' in page.text
    assert asked(client, CLAIMS, release="2000-01-01-00000000").status_code == 404


CHART = """SELECT ?day ?value ?unit {{
  VALUES (?day ?value ?unit) {{ {rows} }}
}}"""


def drawn(client: FlaskClient, rows: str) -> str:
    page = asked(client, PREFIXES + CHART.format(rows=rows))
    return "".join(re.findall(r"<svg.*?</svg>", page.text, re.DOTALL))


def test_dates_and_numbers_are_drawn_and_units_apart(client: FlaskClient) -> None:
    day = '"2025-0{}-01"^^xsd:date'
    one = drawn(client, " ".join(f"({day.format(n)} {n} 'times')" for n in (1, 2, 3)))
    assert one.count('class="mark less"') == 3
    assert 'href="#row-3"><title>row 3: 2025-03-01, 3</title>' in one
    assert "polyline" not in one
    apart = drawn(client, f"({day.format(1)} 1 'times') ({day.format(2)} 9 'shells')")
    assert apart.count("<svg") == 2
    vague = drawn(client, '("2025"^^xsd:gYear 4 "times")')
    assert (vague.count('class="bar less"'), vague.count("<circle")) == (1, 0)
    assert drawn(client, "('words' 4 'times')") == ""
    assert drawn(client, f"({day.format(1)} 'words' 'times')") == ""


def test_completion_has_the_properties_of_each_class_and_no_others(
    client: FlaskClient, release: Release
) -> None:
    data = json.loads(client.get("/query/completion.json").data)

    def full(name: str) -> str:
        prefix, _, local = name.partition(":")
        return data["prefixes"][prefix] + local if prefix in data["prefixes"] else name

    store = ox.Store.read_only(str(release.path / "store"))
    counted = store.query(
        "SELECT ?kind ?property (COUNT(*) AS ?n) { ?s a ?kind ; ?property ?o }"
        " GROUP BY ?kind ?property"
    )
    expected = {
        (row["kind"].value, row["property"].value): int(row["n"].value)
        for row in counted  # type: ignore[union-attr]
        if not re.match(r"http://www.w3.org/(2002/07/owl|2000/01/rdf-schema)#", row["kind"].value)
    }
    found = {
        (full(kind["name"]), full(name)): number
        for kind in data["classes"]
        for name, number in kind["properties"]
    }
    assert found == expected
    kinds = {kind["name"]: kind for kind in data["classes"]}
    assert kinds["rec:Claim"]["label"] == "claim"
    named = {each["name"]: each for each in data["properties"]}
    assert named["rec:speaker"]["label"] == "speaker"
    assert named["rec:speaker"]["range"] == "rec:Actor"
    assert {name for _, name in found} <= {full(name) for name in named}


def test_completion_is_one_small_document_that_is_kept(
    client: FlaskClient, release: Release
) -> None:
    got = client.get("/query/completion.json")
    assert len(got.data) < 60_000
    etag = got.headers["ETag"]
    again = client.get("/query/completion.json", headers={"If-None-Match": etag})
    assert again.status_code == 304
    page = client.get("/query", headers=BROWSER)
    (address,) = re.findall(r'data-completion="([^"]*)"', page.text)
    assert address == f"/query/completion.json?release={release.name}"
    assert "immutable" in client.get(address).headers["Cache-Control"]


def test_the_bundle_is_what_was_made_from_the_sources() -> None:
    lines = (SOURCES / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    named = {}
    for line in lines:
        digest, _, name = line.partition("  ")
        path = (SOURCES / name).resolve()
        assert sha256(path.read_bytes()).hexdigest() == digest, f"{name}: run `npm run build` there"
        named[path] = digest
    assert BUNDLE in named
    assert set(SOURCES.glob("*.js*")) <= set(named)
    assert BUNDLE.stat().st_size <= 450_000


def test_the_lock_names_no_registry_and_the_notices_each_package() -> None:
    lock = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in re.sub(r'"url": "[^"]*"', "", lock)
    packages = json.loads(lock)["packages"]
    assert packages["node_modules/codemirror"]["version"] == "6.0.2"
    assert packages["node_modules/codemirror-lang-sparql"]["version"].startswith("2.1.")
    notices = BUNDLE.with_name("query-editor.licences.txt").read_text(encoding="utf-8")
    named = re.findall(r"^(@?[\w/.-]+) (\d[\w.]*) \(MIT\)$", notices, re.MULTILINE)
    assert (
        dict(named).items()
        <= {
            name.removeprefix("node_modules/"): package.get("version")
            for name, package in packages.items()
        }.items()
    )
    assert {"@codemirror/view", "codemirror-lang-sparql", "@lezer/lr", "style-mod"} <= set(
        dict(named)
    )
    assert notices.count("Permission is hereby granted") == len(named)


@pytest.mark.slow
def test_the_bundle_can_be_made_again(tmp_path: Path) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("only who changes the editor needs Node, and there is none here")
    work = shutil.copytree(
        SOURCES, tmp_path / "editor", ignore=shutil.ignore_patterns("node_modules")
    )
    subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund"], cwd=work, check=True, capture_output=True
    )
    made = tmp_path / "made"
    made.mkdir()
    subprocess.run([node, "build.js", str(made)], cwd=work, check=True)
    for name in ("query-editor.js", "query-editor.licences.txt"):
        assert (made / name).read_bytes() == BUNDLE.with_name(name).read_bytes()
    assert (made / "SHA256SUMS").read_bytes() == (SOURCES / "SHA256SUMS").read_bytes()
