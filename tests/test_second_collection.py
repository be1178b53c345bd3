"""A second collection: checked, built, asked and served without a word of the bundled one."""

import csv
import io
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyarrow.parquet import read_table

from built_releases import ReleaseOf
from clinic_release import BASE, CLINIC, check_clinic
from onrecord.files.bundled import QUERIES
from onrecord.releases.ask import ask, first_row, write
from onrecord.releases.release import Release
from onrecord.releases.saved_query import Query, bind, read_queries, with_defaults
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread

ANSWERS = CLINIC / "answers"
PARAMETERS = tomllib.loads((ANSWERS / "parameters.toml").read_text(encoding="utf-8"))
QUESTIONS = read_queries(QUERIES)
_WORDS = (
    "rutte", "papperger", "kubilius", "stoltenberg", "putin", "rheinmetall", "munition",
    "artillery", "missile", "overtaken", "russia", "ukrain", "kyiv", "moscow", "kremlin",
    "pentagon", "europe",
)  # fmt: skip
_WHOLE_WORDS = ("shell", "shells", "nato", "155")
_ADDRESSES = tuple(
    f"w3id.org/onrecord/{kind}/"
    for kind in (
        "actor", "attestation", "claim", "curation", "event", "judgement", "product", "role",
        "series", "snapshot", "source", "topic",
    )
)  # fmt: skip
_ANY = (*_WORDS, *_WHOLE_WORDS, *_ADDRESSES)
FOREIGN = re.compile(
    rf"{'|'.join(map(re.escape, (*_WORDS, *_ADDRESSES)))}|\b({'|'.join(_WHOLE_WORDS)})\b",
    re.IGNORECASE,
)
"""Words of the bundled collection, and the beginning of its IRIs."""


def foreign(text: str) -> re.Match[str] | None:
    """Return the first of them in a text; most have none, which is told by quicker means."""
    lowered = text.lower()
    return FOREIGN.search(text) if any(each in lowered for each in _ANY) else None


@pytest.fixture(scope="module")
def release(release_of: ReleaseOf) -> Release:
    return release_of("clinic")


@pytest.fixture(scope="module")
def client(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    cache = tmp_path_factory.mktemp("clinic-cache")
    with endpoint_in_thread(Settings(release.path.parent, cache)) as endpoint:
        yield create_app(endpoint).test_client()


def test_every_record_is_checked_and_every_passage_verified() -> None:
    report = check_clinic()
    assert report.findings == ()
    assert {status for status, number in report.passages.items() if number} == {"verified"}


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda query: query.name)
def test_a_question_has_its_expected_answer(release: Release, query: Query) -> None:
    """With its defaults, which the collection gives, except for what depends on the day."""

    def rows(text: str) -> list[str] | None:
        return first_row(release, text)

    asked = with_defaults(query, BASE, rows)
    given = bind(asked, PARAMETERS.get(query.name, {}), BASE)
    answer = write(ask(release, given), "csv").data.decode().replace("\r\n", "\n")
    path = ANSWERS / f"{query.name}.csv"
    if os.environ.get("ONRECORD_WRITE_EXPECTED"):
        path.unlink(missing_ok=True)
        if answer.count("\n") > 1:
            path.write_text(answer, encoding="utf-8")
    if path.exists():
        assert answer == path.read_text(encoding="utf-8")
    else:
        assert list(csv.reader(io.StringIO(answer)))[1:] == []


def test_half_of_the_questions_have_an_answer_and_each_answer_a_question() -> None:
    answers = {path.stem for path in ANSWERS.glob("*.csv")}
    assert answers <= {query.name for query in QUESTIONS}
    assert len(answers) > len(QUESTIONS) / 2


def addresses(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Yield each page that a reader or a program can get to, and its text."""
    pending = ["/", "/openapi.json", "/query", "/.well-known/void", "/healthz", "/ns", "/code"]
    pending += [f"/q/{query.name}.rq" for query in QUESTIONS]
    seen = set(pending)
    while pending:
        address = pending.pop()
        html = {"Accept": "text/html"}
        response = client.get(address, headers=html, follow_redirects=True, buffered=True)
        assert response.status_code == 200, address
        if address.endswith((".gz", ".zst")):
            continue  # no text; it has the words of the plain file, which is linked as well
        if address.endswith(".parquet"):
            text = str(read_table(io.BytesIO(response.data)).to_pylist())
        else:
            text = response.get_data(as_text=True)
        yield address, text
        if response.mimetype == "text/html":
            for link in re.findall(r'href="(/[^"#]*)', text):
                link = link.replace("&amp;", "&")
                if link not in seen and "&release=" not in link and "?release=" not in link:
                    seen.add(link)
                    pending.append(link)


def test_no_page_answer_or_dump_has_a_word_of_the_bundled_collection(client: FlaskClient) -> None:
    found = {}
    pages = 0
    for address, text in addresses(client):
        pages += 1
        # The names of hashes and of things elsewhere on the web are nobody's words.
        if foreign(text) and (word := foreign(re.sub(r"\b[0-9a-f]{16,}\b", "", text))):
            found[address] = text[max(0, word.start() - 60) : word.end() + 60]
    assert found == {}
    assert pages > 100


def test_the_service_description_has_no_word_of_it_either(client: FlaskClient) -> None:
    description = client.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "vaccinat" in description
    assert foreign(description) is None


def test_the_home_page_features_what_the_collection_features_and_answers(
    client: FlaskClient,
) -> None:
    home = client.get("/").text
    assert "Who disagrees on how many are vaccinated" in home
    assert "/q/claims-on-topic-by-date?topic=topic/lake-fever-vaccination" in home
    assert "Where a paper says itself what its speaker said" not in home, "it has no rows"


def test_the_collection_says_whom_to_write_to_on_the_page_and_in_void(client: FlaskClient) -> None:
    for text in (client.get("/").text, client.get("/.well-known/void").text):
        assert "health@example.org" in text
        assert "We answer within a week" in text


def test_a_default_is_what_occurs_most_and_fills_query_form_and_openapi(
    client: FlaskClient,
) -> None:
    text = client.get("/q/said-then-said-otherwise.rq").text
    assert "VALUES ?speaker { <https://example.org/clinic/actor/irena-solvak> }" in text
    page = client.get("/q/said-then-said-otherwise", headers={"Accept": "text/html"}).text
    assert '<option value="actor/irena-solvak" selected>' in page
    described = client.get("/openapi.json").get_json()["paths"]["/q/said-then-said-otherwise"]
    about = {each.get("name"): each.get("description") for each in described["get"]["parameters"]}
    assert about["speaker"] == "whose figures; actor/irena-solvak if absent"


@pytest.mark.parametrize(
    "path",
    [
        path
        for folder in ("graph/onrecord", "server", "queries", "ontology")
        for path in sorted((Path(__file__).parents[1] / folder).rglob("*"))
        if path.suffix in {".py", ".rq", ".html", ".ttl", ".jsonld", ".css"}
    ],
    ids=lambda path: path.stem,
)
def test_no_code_template_query_or_term_names_the_bundled_collection(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("by its absolute path, no shell", "")
    word = foreign(text.replace("w3id.org/onrecord/claim/x#quantity", ""))
    assert word is None, text[word.start() - 60 : word.end() + 60] if word else ""
