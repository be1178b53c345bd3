"""The tables of a release: the rows of the graph, and search."""

import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from built_releases import ReleaseOf
from onrecord.releases.release import STORE, Release
from onrecord.releases.saved_query import Query
from onrecord.releases.tables import search as searching
from onrecord.releases.tables.definition import INDEXES, definitions
from onrecord.releases.tables.plain_spelling import plain_spellings
from onrecord.releases.tables.projection import TABLES, index_documents, write_tables
from onrecord.releases.tables.search import Hit, match_expression, open_tables, search
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages.finding.search import excerpt
from sample_release import BASE

SEARCHES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("searches.toml").read_text(encoding="utf-8")
)["search"]


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    return release_of("sample")


@pytest.fixture(scope="module")
def tables(release: Release) -> Iterator[sqlite3.Connection]:
    connection = open_tables(release.path)
    assert connection is not None
    with closing(connection):
        yield connection


@pytest.fixture(scope="module")
def client(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = Settings(release.path.parent, tmp_path_factory.mktemp("cache"))
    with endpoint_in_thread(settings) as endpoint:
        yield create_app(endpoint).test_client()


@pytest.mark.parametrize("definition", definitions(), ids=lambda each: each.name)
def test_table_has_the_rows_and_columns_of_its_query(
    definition: Query, release: Release, tables: sqlite3.Connection
) -> None:
    solutions = ox.Store.read_only(str(release.path / STORE)).query(definition.text)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [name.value for name in solutions.variables] == [
        column.name for column in definition.columns
    ]
    expected = [[None if term is None else term.value for term in row] for row in solutions]
    assert expected
    found = tables.execute(f"SELECT * FROM {definition.name}").fetchall()  # noqa: S608
    assert len(found) == len(expected)
    first = [row[0] for row in found]
    assert sorted(first) == sorted(row[0] for row in expected)
    assert first == sorted(first)


def test_each_table_has_indexes() -> None:
    assert set(INDEXES) == {definition.name for definition in definitions()}


def test_same_store_gives_same_tables(release: Release, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_tables(tmp_path / name, ox.Store.read_only(str(release.path / STORE)))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("case", SEARCHES, ids=lambda case: case["about"])
def test_search(case: dict[str, Any], tables: sqlite3.Connection) -> None:
    found = search(tables, case["text"], case.get("kind", ""))
    if "total" in case:
        assert found.total == case["total"], found
    if "first" in case:
        assert found.hits[0].thing.startswith(BASE + case["first"]), found.hits[0]
    if "excerpt" in case:
        plain = found.hits[0].excerpt
        for mark in (searching.MARK, searching.END_MARK):
            plain = plain.replace(mark, "")
        assert case["excerpt"] in plain
    assert found.like == tuple(case.get("like", ()))
    assert found.left_out == tuple(case.get("left_out", ()))
    assert found.has_all == case.get("has_all", True)
    if "instead" in case:
        assert found.instead[0].thing == BASE + case["instead"]
    elif not found.total:
        assert found.instead == ()


@given(text=st.text(max_size=60))
def test_whatever_is_typed_is_searched_for(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE word USING fts5 (words)")
        expression = match_expression(text)
        if expression:
            database.execute("SELECT * FROM word WHERE word MATCH ?", (expression,)).fetchall()


def test_many_hits_come_by_date_and_the_counts_agree(
    tables: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranked = search(tables, "flares", "claim", limit=1000)
    monkeypatch.setattr(searching, "MOST_RANKED", 1)
    dated = search(tables, "flares", "claim", limit=1000)
    assert (ranked.by_date, dated.by_date) == (False, True)
    assert {hit.thing for hit in ranked.hits} == {hit.thing for hit in dated.hits}
    assert len(dated.hits) == dated.total == dated.counts["claim"]
    days = [
        tables.execute(
            "SELECT coalesce(said_from, '') FROM claim WHERE claim = ?", (hit.thing,)
        ).fetchone()[0]
        for hit in dated.hits
    ]
    assert days == sorted(days, reverse=True)
    assert len(set(days)) > 1


NAMED = [
    ("actor", "a/denys", "Denys Osk", "", "", ""),
    ("actor", "a/ministry", "Ministry of Seals", "", "", ""),
    ("claim", "c/put-so", "It is not so.", "Ann Ro, 2020", "", "denied"),
    ("claim", "c/words", "He denies it.", "Ann Ro, 2021", "", "asserted"),
    ("claim", "c/name", "Seals are dear.", "Denys Osk, 2022", "", "asserted"),
    ("event", "e/denys", "speech by Denys Osk", "", "", ""),
]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("denied", {"c/put-so", "c/words"}, {"a/denys", "c/name", "e/denys"}),
        ("denys", {"a/denys"}, {"c/name", "e/denys", "c/put-so", "c/words"}),
        ("Denys osk", {"a/denys", "c/name", "e/denys"}, set()),
        ("ministries", {"a/ministry"}, set()),
    ],
)
def test_a_name_is_no_form_of_a_word(text: str, first: set[str], last: set[str]) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        index_documents(database, NAMED)
        found = [hit.thing for hit in search(database, text).hits]
        assert {*found[: len(first)]} == first
        assert {*found[len(first) :]} == last
        pages = [search(database, text, limit=1, offset=place) for place in range(len(found))]
        assert [each.hits[0].thing for each in pages] == found


NUMBERED = [
    ("series", "s/loaves", "two million loaves", "", "", ""),
    ("topic", "t/bread", "bread", "What the two bakeries made.", "2 million loaves", ""),
    ("claim", "c/apart", "Two bakers made a million loaves of two kinds.", "", "", ""),
    ("claim", "c/digits", "They made them in a year.", "", "2 million loaves", ""),
    ("claim", "c/fraction", "They made more.", "", "1.2 million loaves", ""),
    ("claim", "c/words", "They made two million loaves.", "", "", ""),
    ("claim", "c/twelve", "They made 12 million loaves.", "", "", ""),
]


@pytest.mark.parametrize("text", ["two million loaves", "2 million loaves", "Two million loa"])
def test_a_number_is_found_in_words_and_in_digits(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        index_documents(database, NUMBERED)
        found = [hit.thing for hit in search(database, text).hits]
    # "1.2 million" is no "2 million", and a series has bare figures.
    assert found[0] == "t/bread"
    assert {*found[1:3]} == {"c/digits", "c/words"}
    assert found[3] == "s/loaves"
    assert {*found[4:]} <= {"c/apart", "c/fraction"}
    assert "c/twelve" not in found


@pytest.mark.parametrize("words", ["denied", "denial"])
def test_how_a_claim_is_put_is_searched_for(words: str, tables: sqlite3.Connection) -> None:
    denied = "SELECT claim FROM claim WHERE modality = 'denied' AND NOT withdrawn"
    wanted = {claim for (claim,) in tables.execute(denied)}
    found = search(tables, words, "claim", limit=1000)
    assert wanted
    assert wanted <= {hit.thing for hit in found.hits}


def test_search_page_marks_the_words_and_escapes_the_rest(client: FlaskClient) -> None:
    page = client.get("/search?q=workshops").text
    assert "<mark>workshops</mark>" in page
    hostile = client.get("/search", query_string={"q": '<script>alert("x")</script>'}).text
    assert "<script>" not in hostile


def test_an_excerpt_of_two_passages_is_no_one_quotation() -> None:
    marked = f"We {searching.MARK}make{searching.END_MARK} seals.\nThey do not."
    pieces = excerpt(Hit("claim", "c", "", "", marked))
    assert pieces == [("We ", False), ("make", True), (" seals. / They do not.", False)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("flares phosforus", "Nothing has “phosforus”: words like it were looked for."),
        ("flares xylophone", "Nothing has “xylophone”, nor a word like it: it was left out."),
        ("Holm phosphorus workshops flares", "what has most of them comes."),
    ],
)
def test_search_page_says_what_became_of_the_words(
    client: FlaskClient, text: str, said: str
) -> None:
    page = client.get("/search", query_string={"q": text}).text
    assert said in page
    assert '<ol class="hits"' in page
    assert said not in client.get("/search?q=flares").text


def test_search_pages_through_all_hits(client: FlaskClient) -> None:
    address: str | None = "/search.json?q=flares"
    found: list[str] = []
    while address:
        answer = client.get(address).json
        found += [hit["iri"] for hit in answer["hits"]]
        total, address = answer["total"], answer["next"]
    assert len(found) == len(set(found)) == total > 20


@pytest.mark.parametrize(
    "address",
    ["/search?q=x&kind=nonsense", "/search?q=x&start=-1", f"/search?q={'x' * 201}",
     "/search?q=x&start=99999999"],
)  # fmt: skip
def test_what_cannot_be_searched_is_refused(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_release_without_tables_says_so(
    release: Release, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path / "releases"
    folder.mkdir()
    copy = folder / release.name
    copy.mkdir()
    for path in release.path.iterdir():
        if path.name != TABLES:
            (copy / path.name).symlink_to(path)
    (folder / "latest").symlink_to(release.name)
    with endpoint_in_thread(Settings(folder, tmp_path_factory.mktemp("cache"))) as endpoint:
        client = create_app(endpoint).test_client()
        response = client.get("/search?q=flares")
        assert response.status_code == 404
        assert "has no tables" in response.text
        assert client.get("/").status_code == 200
        for page in ("/topic/flare-parity.html", "/actor/tom-brandt.html"):
            assert client.get(page).text.count('<tr id="') > 1


@pytest.mark.parametrize(
    "text, plain",
    [
        ("Müller, Müller", ["mueller"]),
        ("Øster Ærø", ["aero", "aeroe", "oester", "oster"]),
        ("Kołłątaj", ["kollątaj"]),
        ("plain é", []),
    ],
)
def test_words_are_spelled_without_their_letters(text: str, plain: list[str]) -> None:
    assert plain_spellings(text) == plain
