"""Beyond the row limit: nothing is denied, and nothing is cut off without a word."""

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from rdflib import Graph, URIRef
from rdflib.namespace import RDF
from werkzeug.test import TestResponse

from built_releases import ReleaseOf
from large_release import APART, AROUND, BASE, write_large_release
from onrecord.files.bundled import QUERIES
from onrecord.rdf.namespaces import DCTERMS, REC, SCHEMA
from onrecord.rdf.oxigraph import to_rdflib
from onrecord.releases.dumps import KINDS
from onrecord_server.flask_app import create_app
from onrecord_server.limits import Limits
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages import page_queries
from onrecord_server.pages.saved_queries import fitting
from sample_release import BASE as SAMPLE_BASE

ANSWERS = Path(__file__).parent / "answers"
PARAMETERS = tomllib.loads((ANSWERS / "parameters.toml").read_text(encoding="utf-8"))
NAMES = sorted(path.stem for path in QUERIES.glob("*.rq"))
ROWS = 5
"""The row limit over the sample, below what most answers have."""
HTML = {"Accept": "text/html"}


def rows_of(response: TestResponse) -> list[list[str]]:
    assert response.status_code == 200, response.text
    return list(csv.reader(io.StringIO(response.text)))[1:]


def links_of(response: TestResponse) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', response.text)]


@dataclass(frozen=True, slots=True)
class Large:
    """A client of a server over a large release."""

    client: FlaskClient
    size: int
    """How many claims there are."""
    limit: int
    """How many rows an answer has at most."""

    def get(self, address: str) -> TestResponse:
        """Ask as a browser does."""
        return self.client.get(address, headers=HTML)


@contextmanager
def served_large(
    folder: Path, size: int, limit: int, size_limit: int = Limits().bytes
) -> Iterator[Large]:
    releases = write_large_release(folder / "releases", size)
    limits = Limits(rows=limit, bytes=size_limit)
    with endpoint_in_thread(Settings(releases, folder / "cache", limits=limits)) as endpoint:
        yield Large(create_app(endpoint).test_client(), size, limit)


SMALLER = (2_000, 1_500)
"""So many claims, and a row limit that they are over: both are over what a page lists."""


@pytest.fixture(
    scope="module",
    params=[SMALLER, pytest.param((200_000, 100_000), marks=pytest.mark.slow)],
    ids=lambda size: f"{size[0]}-claims",
)
def large(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Large]:
    """A server over more claims than an answer has rows."""
    with served_large(tmp_path_factory.mktemp("large"), *request.param) as served:
        yield served


def test_a_claim_beyond_the_limit_is_known(large: Large) -> None:
    (row,) = rows_of(large.client.get("/q/how-carried.csv?claim=claim/last"))
    assert f"{BASE}source/paper" in row
    page = large.get("/q/how-carried?claim=claim/last")
    assert page.status_code == 200
    assert "1 rows." in page.text


def test_what_is_no_claim_is_refused_with_where_the_claims_are(large: Large) -> None:
    refusal = large.client.get("/q/how-carried.csv?claim=claim/lost")
    assert refusal.status_code == 400
    assert f"'claim/lost' is no rec:Claim of this release; there are {large.size:,}" in refusal.text
    listed = large.client.get(refusal.text.split()[-1])
    assert len(rows_of(listed)) == large.limit
    assert listed.headers["X-Row-Limit"] == str(large.limit)


def test_a_form_and_openapi_offer_no_part_of_a_list(large: Large) -> None:
    form = large.get("/q/how-carried?claim=claim/last")
    assert '<select name="claim"' not in form.text
    # The names that fit are asked for while somebody types.
    assert '<input name="claim"' in form.text
    assert (
        f'data-suggest="/search.json?kind=claim&amp;release={form.headers["X-Release"]}"'
        in form.text
    )
    assert '<script src="/static/suggest.js" defer></script>' in form.text
    assert "script-src 'self'; connect-src 'self'" in form.headers["Content-Security-Policy"]
    assert f">{large.size:,}</a>" in form.text
    description = large.client.get("/openapi.json").get_json()
    validate(description)
    claims = description["components"]["schemas"]["rec-Claim"]
    assert "oneOf" not in claims
    assert f"there are {large.size:,}" in claims["description"]
    actors = description["components"]["schemas"]["rec-Actor"]
    assert [actor["const"] for actor in actors["oneOf"]] == [
        "actor/four", "actor/one", "actor/speaker", "actor/three", "actor/two",
    ]  # fmt: skip


def test_an_actor_beyond_the_limit_is_on_record(large: Large) -> None:
    page = large.get("/actor/speaker.html")
    assert page.status_code == 200
    assert "Says much" in page.text
    assert page.text.count('<tr id="') == 100
    assert f"100 of {large.size:,}, those of one day" in page.text
    (rest,) = [link for link in links_of(page) if link.startswith("/sparql?query=")]
    assert len(rows_of(large.client.get(rest))) == large.limit


def test_a_document_has_its_own_triples_and_says_what_it_leaves_out(large: Large) -> None:
    response = large.client.get("/actor/speaker.nt")
    actor = URIRef(f"{BASE}actor/speaker")
    graph = Graph().parse(data=response.data, format="nt")
    page, pages = response, 1
    # Of hundreds of pages, each made of all there is, the first few will do.
    while pages < 6 and (following := re.search(r'<([^>]*)>; rel="next"', page.headers["Link"])):
        page, pages = large.client.get(following[1]), pages + 1
        graph.parse(data=page.data, format="nt")
    assert {str(value) for value in graph.objects(actor, SCHEMA.name)} == {"Speaker"}
    assert (actor, RDF.type, REC.Actor) in graph
    told = len(set(graph.subjects(REC.speaker, actor)))
    assert told == large.limit if pages < 6 else 400 * pages < told < large.limit
    assert response.headers["X-Row-Limit"] == str(large.limit)
    assert "X-Row-Limit" in response.headers["Access-Control-Expose-Headers"]
    (related,) = re.findall(r'<([^>]*)>; rel="related"', response.headers["Link"])
    rest = large.client.get(related)
    assert (rest.status_code, rest.mimetype) == (200, "text/turtle")
    assert rest.headers["X-Row-Limit"] == str(large.limit)


def test_a_claim_is_whole_with_the_nodes_written_in_it(large: Large) -> None:
    response = large.client.get("/claim/last.nt")
    claim = URIRef(f"{BASE}claim/last")
    graph = Graph().parse(data=response.data, format="nt")
    (when,) = graph.objects(claim, REC.saidOn)
    assert str(graph.value(when, DCTERMS.date)) == "2025"
    assert len(list(graph.predicate_objects(claim))) == 9
    assert "X-Row-Limit" not in response.headers
    page = large.get("/claim/last.html")
    assert "zzlast" in page.text
    assert "more" not in page.text


def test_a_claim_page_says_what_it_leaves_out(large: Large) -> None:
    page = large.get("/claim/first.html")
    assert page.text.count('<span class="place">') == 50
    assert f">{AROUND - 50} more reports</a>" in page.text
    assert page.text.count("is contradicted by") == 100
    assert page.text.count("by a factor of 2") == 100
    assert page.text.count(f">{AROUND - 100} more</a>") == 2
    (reports,) = [link for link in links_of(page) if link.startswith("/q/how-carried")]
    assert len(rows_of(large.client.get(reports.replace("?", ".csv?")))) == AROUND
    whole = [link for link in links_of(page) if link.startswith("/sparql?query=")]
    assert [len(rows_of(large.client.get(link))) for link in whole] == [AROUND, AROUND]


def test_a_page_shows_what_points_to_it_from_a_name_that_begins_like_its_own(large: Large) -> None:
    page = large.get("/topic/all.html")
    assert '<a href="/topic/all-and-more">all and more</a>' in page.text


def test_lists_go_on_in_the_order_of_addresses(large: Large) -> None:
    names = sorted(["first", "last", *(f"other-{number}" for number in range(large.size - 2))])
    compared = {"first", *(f"other-{number}" for number in range(AROUND))}
    apart = {f"other-{AROUND + number}" for number in range(APART)}
    for address, shown, what, expected in (
        ("/actor/speaker.html", r'<tr id="([^"]+)"', "Earlier claims", names),
        (
            "/topic/all.html", r'<li>[^<]*<a href="/claim/([^"]+)"', "Earlier claims",
            [name for name in names if name not in compared | apart],
        ),
        (
            "/topic/all.html", r'<tr id="([^"]+)"', "Earlier comparisons",
            [name for name in names if name in compared],
        ),
    ):  # fmt: skip
        found: list[str] = []
        for _ in range(3):
            text = large.get(address).text
            assert len(text) < 200_000
            found += re.findall(
                shown, re.sub(r"<h2>Comparisons of others.*?</ul>", "", text, flags=re.S)
            )
            (address,) = map(unescape, re.findall(rf'href="([^"]+)"[^>]*>{what}</a>', text))
        assert found == expected[:300]


def test_comparisons_of_others_are_the_newest_and_lead_to_all(large: Large) -> None:
    text = large.get("/topic/all.html").text
    apart = text.partition("<h2>Comparisons of others</h2>")[2].partition("<h2")[0]
    listed = re.findall(r'<li>[^<]*<a href="/claim/([^"]+)"', apart)
    # All are of one year, so they come in the order of their addresses.
    assert listed == [f"other-{AROUND + number}" for number in range(20)]
    assert f"The newest 20 of {APART}" in apart
    assert 'href="/q/claims-on-topic-by-date?topic=topic/all">all as a table</a>' in apart


def test_the_last_part_of_a_list_leads_no_further(large: Large) -> None:
    page = large.get("/topic/all.html?compared_after=claim/other-98")
    assert "Earlier comparisons" not in page.text
    assert page.text.count('<tr id="') == 1
    assert 'href="/topic/all.html?">Back to the newest</a>' in page.text


@pytest.mark.parametrize("path", ["actor/speaker.html?after", "topic/all.html?compared_after"])
@pytest.mark.parametrize("claim", ["claim/lost", "claim/a b", "actor/speaker"])
def test_list_after_what_is_no_claim_is_refused(large: Large, path: str, claim: str) -> None:
    refusal = large.client.get(f"/{path}={claim}")
    assert refusal.status_code == 404
    assert f"{claim!r} is no claim" in refusal.text


def test_choices_of_a_timeline_go_through_all_its_parts(large: Large) -> None:
    page = large.get("/topic/all.html?by=Speaker")
    assert (
        f"The chart and the table have the 100 comparisons that were made last, of {AROUND + 1}"
        in page.text
    )
    assert f"{AROUND + 1} comparisons of One with others" in page.text
    (further,) = re.findall(r'href="([^"]+)" rel="next">Earlier comparisons', page.text)
    assert "by=Speaker" in further
    assert f"{AROUND - 99} comparisons of One with others" in large.get(unescape(further)).text


def test_what_would_be_sorted_in_the_store_is_read_from_tables(
    large: Large, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def note(*arguments: object) -> object:
        asked.append(arguments[2])
        return every(*arguments)  # type: ignore[arg-type]

    every = page_queries._all_rows
    monkeypatch.setattr(page_queries, "_all_rows", note)
    large.client.get("/topic/all.html", headers={**HTML, "Cache-Control": "no-cache"})
    large.client.get("/actor/speaker.html", headers={**HTML, "Cache-Control": "no-cache"})
    assert asked
    assert not {*asked} & {*page_queries.queries_of_tables(), "incoming-links"}


def test_a_page_says_that_its_figures_are_not_all(large: Large) -> None:
    text = large.get("/actor/speaker.html").text
    assert "of the 100 newest claims with figures" in text
    assert 'href="/q/said-then-said-otherwise?speaker=actor/speaker"' in text


def test_the_home_page_counts(large: Large) -> None:
    assert f"{large.size} claims by 1 speakers" in large.get("/").text


def test_the_page_of_an_answer_shows_the_first_rows_and_says_of_how_many(tmp_path: Path) -> None:
    with served_large(tmp_path, *SMALLER) as large:
        require_first_rows(large)


def require_first_rows(large: Large) -> None:
    page = large.get("/q/claims-on-topic-by-date?topic=topic/all")
    assert page.status_code == 200, page.text
    assert page.text.count("<tr>") == 101
    # Pages are from the tables, and go on to the last row; downloads end at the limit.
    assert f"The first 100 of {large.size:,} rows. A download has the first" in page.text
    assert "X-Row-Limit" not in page.headers
    (following,) = re.findall('<([^>]*)>; rel="next"', page.headers["Link"])
    assert following == "/q/claims-on-topic-by-date?topic=topic%2Fall&start=100"
    last = large.get(following.replace("start=100", f"start={large.size - 1}"))
    assert last.text.count("<tr>") == 2
    assert f"Rows {large.size:,} to {large.size:,} of {large.size:,}." in last.text
    assert 'rel="next"' not in last.headers["Link"]
    assert f'start={large.size - 101}>; rel="prev"' in last.headers["Link"]
    data = large.client.get("/q/claims-on-topic-by-date.csv?topic=topic/all&why=1")
    assert len(rows_of(data)) == large.limit
    assert data.headers["X-Row-Limit"] == str(large.limit)
    assert f"</dumps/{data.headers['X-Release']}/onrecord.nq>" in data.headers["Link"]


def test_a_page_has_fewer_rows_if_they_are_long() -> None:
    assert fitting([(ox.Literal("a" * 1_000), None)] * 100) == 100
    assert fitting([(ox.Literal("a" * 2_000), None)] * 100) == 55
    assert fitting([(ox.NamedNode("https://x/"), ox.Literal("a" * 200_000))] * 3) == 1


def test_a_page_whose_own_question_is_cut_off_all_the_same_is_refused(tmp_path: Path) -> None:
    """Bytes are limited for our own queries too, and a remote store has limits of its own."""
    with served_large(tmp_path, AROUND + 2, 1_500, size_limit=1_000) as large:
        assert large.get("/claim/last.html").status_code == 200
        refusal = large.get("/claim/first.html")
        assert refusal.status_code == 502
        assert "rows of the page's query 'statements' and no more" in unescape(refusal.text)


@dataclass(frozen=True, slots=True)
class Sample:
    """Two clients over one release of the sample: with the usual limits, and with a row limit."""

    usual: FlaskClient
    limited: FlaskClient
    things: dict[str, int]
    """The local address of each thing on record, and how many triples it has of its own."""
    graph: Graph


@pytest.fixture(scope="module")
def sample(release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """The sample, served twice."""
    folder = tmp_path_factory.mktemp("sample")
    release = release_of("sample", folder / "releases")
    graph = Graph()
    # The dump has the literals as they were parsed, the store does not.
    dump = release.path / "dumps" / "onrecord.nt"
    for quad in ox.parse(dump.read_bytes(), format=ox.RdfFormat.N_TRIPLES):
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    usual = Settings(folder / "releases", folder / "usual")
    limited = Settings(folder / "releases", folder / "limited", limits=Limits(rows=ROWS))
    with endpoint_in_thread(usual) as first, endpoint_in_thread(limited) as second:
        things = _own(graph)
        yield Sample(
            create_app(first).test_client(), create_app(second).test_client(), things, graph
        )


def test_pages_do_not_depend_on_the_row_limit(sample: Sample) -> None:
    by_size = sorted(sample.things, key=lambda path: sample.things[path])
    largest = {path.partition("/")[0]: path for path in by_size}
    assert len(largest) > 10
    claims = [path for path in sample.things if path.startswith("claim/")]
    things = [f"/{path}.html" for path in sorted({*largest.values(), *claims})]
    for address in ("/", "/q/", "/openapi.json", "/checks", "/dumps/", *things):
        expected, found = (
            client.get(address, headers=HTML) for client in (sample.usual, sample.limited)
        )
        assert expected.status_code == 200
        assert found.text == expected.text, address


def test_documents_have_the_own_triples_whatever_the_row_limit(sample: Sample) -> None:
    cut = 0
    for path in sample.things:
        iri = URIRef(SAMPLE_BASE + path)
        response = sample.limited.get(f"/{path}.nt")
        assert response.status_code == 200
        found = Graph().parse(data=response.data, format="nt")
        nodes = {iri, *(node for node in sample.graph.subjects() if node.startswith(f"{iri}#"))}
        own = {triple for node in nodes for triple in sample.graph.triples((node, None, None))}
        assert own <= set(found)
        of_itself = set(found.triples((URIRef(f"{iri}.nt"), None, None)))
        assert set(found) - of_itself <= set(sample.graph)
        incoming = set(sample.graph.triples((None, None, iri)))
        if len(incoming) > ROWS:
            cut += 1
            assert response.headers["X-Row-Limit"] == str(ROWS)
            # The reports of a claim are whole things that its document has besides.
            assert path.startswith("claim/") or len((incoming & set(found)) - own) <= ROWS
        else:
            assert "X-Row-Limit" not in response.headers
            assert incoming <= set(found)
    assert 0 < cut < len(sample.things)


@pytest.mark.parametrize("why", ["0", "1"])
@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_whole_or_says_that_it_is_not(sample: Sample, name: str, why: str) -> None:
    asked = {**PARAMETERS.get(name, {}), "why": why}
    whole = rows_of(sample.usual.get(f"/q/{name}.csv", query_string=asked))
    response = sample.limited.get(f"/q/{name}.csv", query_string=asked)
    page = sample.limited.get(f"/q/{name}.html", query_string=asked)
    assert rows_of(response) == whole[:ROWS]
    assert ("X-Row-Limit" in response.headers) == (len(whole) > ROWS)
    assert page.text.count("<tr>") == len(whole[:ROWS]) + 1
    said = f"The first {ROWS} of more than {ROWS} rows." in page.text
    assert said == ("X-Row-Limit" in page.headers) == (len(whole) > ROWS)


def _own(graph: Graph) -> dict[str, int]:
    """Return the things on record by their local addresses, with the number of their triples."""
    found: dict[str, int] = {}
    for subject in graph.subjects():
        path = str(subject).partition("#")[0].removeprefix(SAMPLE_BASE)
        if path.partition("/")[0] in KINDS:
            found[path] = found.get(path, 0) + 1
    return found
