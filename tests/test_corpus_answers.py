"""What the bundled collection answers: expected rows, in time, each figure with its words."""

import csv
import os
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

import bundled
from built_releases import ReleaseOf
from bundled import BASE
from onrecord.files.bundled import QUERIES
from onrecord.rdf.oxigraph import to_rdflib
from onrecord.releases.saved_query import Query, bind, read_queries, read_query
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread

ANSWERS = Path(__file__).parent / "corpus_answers"
PARAMETERS = tomllib.loads((ANSWERS / "parameters.toml").read_text())


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return bundled.store()


@pytest.mark.parametrize("path", sorted(ANSWERS.glob("*.csv")), ids=lambda path: path.stem)
def test_a_question_has_its_expected_answer(path: Path) -> None:
    query = read_query(QUERIES / f"{path.stem}.rq")
    rows = [
        ["" if term is None else str(to_rdflib(term)).removesuffix(".0") for term in row]
        for row in bundled.solutions(bind(query, PARAMETERS.get(path.stem, {}), BASE))
    ]
    names = [column.name for column in query.columns]
    if os.environ.get("ONRECORD_WRITE_EXPECTED"):
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([names, *rows])
    with path.open(encoding="utf-8", newline="") as file:
        header, *expected = csv.reader(file)
    assert header == names
    assert rows == expected


@pytest.mark.parametrize("path", sorted(ANSWERS.glob("*.csv")), ids=lambda path: path.stem)
def test_no_answer_shows_what_only_a_program_would_write(path: Path) -> None:
    assert re.findall(r"datetime\.|Decimal\(|\w\(\w+=.{9}", path.read_text("utf-8")) == []


def test_every_figure_can_be_followed_to_its_words_in_two_clicks(
    release_of: ReleaseOf, tmp_path: Path
) -> None:
    """From the rows of the parity answer, and of all series' answer, to the page of the claim."""
    release_of("bundled", tmp_path / "releases")
    with endpoint_in_thread(Settings(tmp_path / "releases", tmp_path / "cache")) as endpoint:
        client = create_app(endpoint).test_client()
        for question in ("claims-on-topic-by-date", "quantities"):
            page = client.get(f"/q/{question}.html", buffered=True).text
            claims = sorted(set(re.findall(r'href="(/claim/[^"#?]+)"', page)))
            assert len(claims) > 40
            for claim in claims:
                text = client.get(f"{claim}.html", buffered=True).text
                assert re.search(r'<a href="/snapshot/[^"]+">\d+–\d+</a>', text), claim
        page = client.get("/claim/unterluess-two-million.html", buffered=True).text
        assert "; reprints " in page
        assert re.search(r"more than 2000000 in P1Y.*output of Europe: shell", page)


REPORTS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX rec: <https://w3id.org/onrecord/ns#>
SELECT ?report ?label ?claim ?words {
  ?report rdfs:label ?label ; rec:attests/schema:text ?claim .
  OPTIONAL { ?drift rec:driftOf ?report ; rec:reportedFigure/rec:asStated ?words }
}
"""


def test_a_report_is_called_by_what_it_says(store: ox.Store) -> None:
    """A report that gives another figure than its claim is not called by the claim's text."""
    claims: dict[str, tuple[str, str]] = {}
    figures: dict[str, set[str]] = defaultdict(set)
    for report, label, claim, words in store.query(REPORTS):
        claims[report.value] = (label.value, claim.value)
        if words is not None:
            figures[report.value].add(words.value)
    assert 20 < len(figures) < len(claims)
    for report, (label, claim) in claims.items():
        if report in figures:
            assert claim not in label
            assert any(f"“{words}”" in label for words in figures[report])
        else:
            assert claim in label


@pytest.mark.parametrize("query", read_queries(QUERIES), ids=lambda query: query.name)
def test_a_saved_query_is_answered_before_a_reader_gives_up(query: Query) -> None:
    """In seconds of this process alone, so that a busy machine does not matter much."""
    rows, seconds = bundled.answer(query)
    assert rows
    assert seconds < 10
