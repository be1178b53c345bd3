"""Hints on answers of no rows: what the release does not have, and what it has in its place."""

import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import unquote, urlencode

import pyoxigraph as ox
import pytest

import onrecord
from built_releases import ReleaseOf
from endpoint_release import Server, served
from onrecord import agents
from onrecord.rdf.namespaces import PREFIXES
from onrecord.rdf.query_text.patterns import patterns
from onrecord.releases.hints import Usage, hints, usage_of
from onrecord.releases.release import Release, open_release

CASES = tomllib.loads(Path(__file__).with_name("hints.toml").read_text(encoding="utf-8"))["hint"]
DECLARED = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
NOTHING = DECLARED + "SELECT ?c { ?c a rec:Claims }"
SAID = "nothing on record is a rec:Claims; rec:Claim is a class that is used"


@pytest.fixture(scope="module")
def releases(release_of: ReleaseOf) -> Path:
    return release_of("sample").path.parent


@pytest.fixture(scope="module")
def release(releases: Path) -> Release:
    return open_release(releases, None)


@pytest.fixture(scope="module")
def server(sample_server: Server) -> Server:
    return sample_server


def said(query: str, release: Release) -> list[str]:
    store = ox.Store.read_only(str(release.path / "store"))

    def ask(text: str) -> list[list[object | None]]:
        answer = store.query(text)
        assert isinstance(answer, ox.QuerySolutions)
        return [list(row) for row in answer]

    assert ask(query) == []
    return hints(query, usage_of(release), ask)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["query"][:60])
def test_what_explains_that_nothing_is_found_is_said(
    case: dict[str, str | list[str]], release: Release
) -> None:
    found = said(DECLARED + str(case["query"]), release)
    assert len(found) == len(case["says"])
    for hint, wanted in zip(found, case["says"], strict=True):
        assert hint.startswith(wanted)
        assert len(hint) < 300


def test_a_thing_is_found_by_its_name_and_by_a_word_of_it(release: Release) -> None:
    base = str(release.manifest["base"])
    nearest = said(f"SELECT ?c {{ ?c ?p <{base}topic/flare-party> }}", release)
    assert nearest == [
        f"<{base}topic/flare-party> is not on record; the nearest is <{base}topic/flare-parity>"
    ]
    asked = f"{DECLARED}SELECT ?c {{ VALUES ?t {{ <{base}topic/parity> }} ?c dcterms:subject ?t }}"
    assert said(asked, release) == [
        f"<{base}topic/parity> is not on record; the nearest is <{base}topic/flare-parity>"
    ]


def test_a_release_without_a_description_gives_no_hint(release: Release) -> None:
    assert hints(NOTHING, Usage({}, {}), lambda _: []) == []


def test_what_is_no_sparql_has_no_patterns() -> None:
    assert patterns("SELECT").triples == ()


def test_a_path_of_properties_is_read_as_one_triple_after_another() -> None:
    first, second = patterns(f"{DECLARED}ASK {{ ?c rec:saidOn/dcterms:date ?d }}").triples
    assert (first.subject.value, first.object) == ("c", second.subject)
    assert second.object.value == "d"


def test_an_answer_of_no_rows_has_its_hints_in_a_header(server: Server) -> None:
    empty, full = server.ask(NOTHING), server.ask("SELECT * { ?s ?p ?o } LIMIT 1")
    assert (empty.status, unquote(empty.headers["X-Hint"])) == (200, SAID)
    assert "X-Hint" in empty.headers["Access-Control-Expose-Headers"]
    assert "X-Hint" not in full.headers
    again = server.ask(NOTHING)
    assert unquote(again.headers["X-Hint"]) == SAID


COUNTED = (
    "SELECT (COUNT(?c) AS ?n) { ?c a rec:Claims }",
    "SELECT (SUM(?n) AS ?sum) (MAX(?n) AS ?most) { ?n a rec:Claims }",
    "SELECT (AVG(?n) AS ?mean) { ?n a rec:Claims }",
    "ASK { ?c a rec:Claims }",
)


@pytest.mark.parametrize("query", COUNTED)
@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_a_count_of_nothing_has_hints_too(server: Server, query: str, format: str) -> None:
    assert unquote(server.ask(DECLARED + query, format=format).headers["X-Hint"]) == SAID


@pytest.mark.parametrize("query", COUNTED)
def test_a_count_of_nothing_has_hints_on_its_page_and_for_assistants(
    server: Server, releases: Path, query: str
) -> None:
    address = f"/query?{urlencode({'query': DECLARED + query})}"
    assert SAID in server.fetch(address, headers={"Accept": "text/html"}).text
    for release in (onrecord.open(releases), onrecord.open(f"http://127.0.0.1:{server.port}")):
        assert agents.query(release, query).data["hints"] == [SAID]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(?c) AS ?n) { ?c a rec:Claim }",
        "SELECT (0 AS ?zero) { ?c a rec:Claim } LIMIT 1",
        "SELECT ?k (COUNT(?c) AS ?n) { ?c a ?k . FILTER (?k = rec:Claim) } GROUP BY ?k",
        "ASK { ?c a rec:Claim }",
    ],
)
def test_a_count_of_something_has_no_hint(server: Server, query: str) -> None:
    assert "X-Hint" not in server.ask(DECLARED + query).headers


def test_the_first_query_has_its_hints_although_much_is_read_for_it(
    releases: Path, tmp_path: Path
) -> None:
    query = f'{DECLARED}SELECT ?x {{ ?x skos:prefLabel "asserted" }}'
    with served(tmp_path, releases, workers=1) as fresh:
        assert "X-Hint" in fresh.ask(query).headers


def test_letters_of_other_alphabets_are_encoded_in_the_header(server: Server) -> None:
    reply = server.ask('SELECT ?x { ?x <http://www.w3.org/2004/02/skos/core#prefLabel> "Größe" }')
    assert "Gr%C3%B6%C3%9Fe" in reply.headers["X-Hint"]


def test_the_query_page_shows_them(server: Server) -> None:
    page = server.fetch(f"/query?{urlencode({'query': NOTHING})}", headers={"Accept": "text/html"})
    assert SAID in page.text


def test_the_command_says_them_after_no_rows(releases: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text(NOTHING)
    command = [sys.executable, "-m", "onrecord", "query", str(file), "--releases", str(releases)]
    asked = subprocess.run(command, capture_output=True, text=True, check=True)
    assert asked.stderr.splitlines()[-2:] == ["no rows", f"hint: {SAID}"]


def test_a_hint_on_a_long_text_is_short(server: Server) -> None:
    query = DECLARED + f'SELECT ?x {{ ?x skos:prefLabel "{"long " * 2_000}" }}'
    reply = server.fetch(
        "/sparql", method="POST", body=query.encode(),
        headers={"Content-Type": "application/sparql-query"},
    )  # fmt: skip
    assert reply.status == 200
    assert 100 < len(unquote(reply.headers["X-Hint"])) <= 300
