"""Pages and data: every thing on record has both, from the sample's release."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from rdflib import Dataset
from rdflib.namespace import PROV
from werkzeug.test import TestResponse

from built_releases import ReleaseOf
from client_requests import ClientRequest, client_requests
from onrecord.rdf.namespaces import REC
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.releases.build import build
from onrecord.releases.tables.projection import TABLES
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from onrecord_server.pages.answer.spreadsheet import for_spreadsheets
from onrecord_server.pages.claim import RELATIONS
from sample_release import BASE, SAMPLE

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def client(
    release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    """A client of a server over a release of the sample."""
    folder = tmp_path_factory.mktemp("served")
    release_of("sample", folder / "releases")
    with endpoint_in_thread(Settings(folder / "releases", folder / "cache")) as endpoint:
        yield create_app(endpoint).test_client()


def page(client: FlaskClient, address: str) -> TestResponse:
    response = client.get(address, headers=HTML)
    assert response.status_code == 200, response.text
    assert response.mimetype == "text/html"
    return response


def links(response: TestResponse) -> list[str]:
    return re.findall(r'href="([^"]*)"', response.text)


@pytest.mark.parametrize(
    "address",
    ["/", "/use", "/q/", "/dumps/", "/ns", "/code", "/checks", "/q/witnesses", "/q/as-of"],
)
def test_a_page_is_html_under_a_strict_policy_and_runs_nothing(
    client: FlaskClient, address: str
) -> None:
    response = page(client, address)
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "<script" not in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_from_home_to_the_words_of_a_claim_in_two_clicks(client: FlaskClient) -> None:
    home = page(client, "/")
    assert "All claims on flare parity, by date" in home.text
    address = "/q/claims-on-topic-by-date?topic=topic/flare-parity"
    assert address in links(home)
    question = page(client, address)
    assert "/claim/no-longer-ahead" in links(question)
    claim = client.get("/claim/no-longer-ahead", headers=HTML, follow_redirects=True)
    assert "“Until this spring Sundra made more flares" in claim.text
    assert "Chain of custody" in claim.text
    assert "relies on" in claim.text


def test_the_ontology_page_says_how_properties_of_others_are_used(client: FlaskClient) -> None:
    text = page(client, "/ns").text
    assert "schema:superEvent" in text
    assert "The larger event that an event was part of." in text
    assert "/ns/written-shapes.ttl" in text
    assert "Reused properties" not in page(client, "/code").text


def test_every_link_of_the_main_pages_leads_somewhere(client: FlaskClient) -> None:
    seen: set[str] = set()
    for address in (
        "/", "/q/", "/dumps/", "/ns", "/q/witnesses", "/q/drift", "/claim/no-longer-ahead.html",
        "/claim/nine-thousand.html", "/source/quay.html", "/event/quayside-forum-2024.html",
    ):  # fmt: skip
        seen.update(link.partition("#")[0] for link in links(page(client, address)))
    for link in sorted(link for link in seen if link.startswith("/")):
        response = client.get(link, headers=HTML, follow_redirects=True, buffered=True)
        assert response.status_code == 200, link


def test_a_saved_query_is_the_same_as_table_csv_and_json(client: FlaskClient) -> None:
    arguments = "?topic=topic/flare-parity"
    header, *rows = csv.reader(
        io.StringIO(client.get(f"/q/claims-on-topic-by-date.csv{arguments}").text)
    )
    assert header[:2] == ["said_on", "date_basis"]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    claims = [row[header.index("claim")] for row in rows]
    data = json.loads(client.get(f"/q/claims-on-topic-by-date.json{arguments}").data)
    assert [item["claim"]["value"] for item in data["results"]["bindings"]] == claims
    table = page(client, f"/q/claims-on-topic-by-date{arguments}")
    assert table.text.count("<tr>") == len(rows) + 1
    assert "VALUES" in client.get("/q/claims-on-topic-by-date.rq").text


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/q/claims-on-topic-by-date.csv?from=soon", 400, "not a date"),
        ("/q/claims-on-topic-by-date.csv?nope=1", 400, "no parameter"),
        ("/q/claims-on-topic-by-date.csv?topic=topic/flares", 400, "topic/flare-parity, "),
        ("/q/claims-on-topic-by-date.csv?topic=actor/oster", 400, "is no skos:Concept"),
        ("/q/claims-on-topic-by-date.csv?to=2025-01-01&to=2025-01-02", 400, "several `to`"),
        ("/q/witnesses.csv?why=yes", 400, "neither 1 nor 0"),
        ("/q/claims-on-topic-by-date.pdf", 404, "csv"),
        ("/q/nope", 404, "/q/"),
        ("/q/witnesses.csv?release=2000-01-01-00000000", 404, "release"),
        ("/claim/nope.ttl", 404, "nothing on record"),
        ("/claim/nope.html", 404, "nothing on record"),
        ("/claim/a%20b.ttl", 404, "nothing on record"),
        ("/claim/%3Cscript%3E.html", 404, "nothing on record"),
        ("/dumps/2000-01-01-00000000/onrecord.ttl", 404, "release"),
        ("/dumps/2024-06-02-00000000/..%2f..%2fetc/passwd", 404, ""),
        ("/nothing", 404, ""),
    ],
)
def test_what_is_not_there_is_one_line_of_plain_text(
    client: FlaskClient, address: str, status: int, words: str
) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert response.mimetype == "text/plain"
    assert words in response.text


def test_a_thing_answers_with_303_to_what_the_client_likes(client: FlaskClient) -> None:
    for accept, suffix in (
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("text/html", "html"),
        ("application/n-triples", "nt"),
    ):
        response = client.get("/claim/overtaken", headers={"Accept": accept})
        assert response.status_code == 303
        assert response.headers["Location"] == f"/claim/overtaken.{suffix}"
        assert response.headers["Vary"] == "Accept"
    assert client.get("/claim/overtaken", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("suffix", "parser"),
    [
        ("ttl", "turtle"),
        ("nt", "nt"),
        ("jsonld", "json-ld"),
        ("rdf", "xml"),
        ("trig", "trig"),
        ("nq", "nquads"),
    ],
)
def test_a_claim_is_whole_in_every_format(client: FlaskClient, suffix: str, parser: str) -> None:
    response = client.get(f"/claim/no-longer-ahead.{suffix}")
    assert response.status_code == 200
    graph = Dataset(default_union=True).parse(data=response.data, format=parser)
    subjects = {str(subject) for subject in graph.subjects()}
    assert f"{BASE}claim/no-longer-ahead#quantity" in subjects
    assert f"{BASE}attestation/no-longer-ahead-quay" in subjects


@pytest.mark.parametrize("asked", client_requests("thing"), ids=lambda asked: asked.client)
def test_real_clients_get_a_thing_in_the_form_they_ask_for(
    client: FlaskClient, asked: ClientRequest
) -> None:
    address = "/claim/no-longer-ahead"
    response = client.get(address, headers=asked.headers, follow_redirects=True, buffered=True)
    if isinstance(asked.expect, int):
        assert response.status_code == asked.expect
    else:
        assert response.status_code == 200
        assert response.mimetype in asked.expect


def test_a_dump_has_its_hash_as_etag_ranges_and_304(client: FlaskClient) -> None:
    latest = client.get("/dumps/latest/onrecord.nt")
    assert latest.status_code == 302
    address = latest.headers["Location"]
    whole = client.get(address, buffered=True)
    assert whole.mimetype == "application/n-triples"
    etag = whole.headers["ETag"]
    same = client.get(address, headers={"If-None-Match": etag}, buffered=True)
    assert same.status_code == 304
    part = client.get(address, headers={"Range": "bytes=0-9"}, buffered=True)
    assert (part.status_code, part.data) == (206, whole.data[:10])


def test_what_comes_from_records_is_escaped(tmp_path: Path) -> None:
    records = tmp_path / "records"
    shutil.copytree(SAMPLE / "records", records)
    for name, words in (
        ("claims/voices.ttl", "Sundra could lack phosphorus."),
        ("actors.ttl", "Tom Brandt"),
    ):
        path = records / name
        text = path.read_text(encoding="utf-8")
        assert words in text
        path.write_text(text.replace(words, "<script>alert(1)</script>"), encoding="utf-8")
    build(check_records(read_collection(records), open_archive([])), tmp_path / "releases")
    with endpoint_in_thread(Settings(tmp_path / "releases", tmp_path / "cache")) as endpoint:
        client = create_app(endpoint).test_client()
        for address in ("/claim/phosphorus-short.html", "/actor/tom-brandt.html", "/q/hedged"):
            text = page(client, address).text
            assert "<script" not in text
            assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    "address",
    ["/q/claims-on-topic-by-date?topic=topic/<script>", '/q/hedged?"><script>=1', "/<script>"],
)
def test_what_a_stranger_sends_comes_back_escaped(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers=HTML)
    assert response.status_code in (400, 404)
    assert response.mimetype == "text/html"
    assert "<script" not in response.text
    assert "&lt;script&gt;" in response.text or "%3Cscript" in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("how-carried?claim=claim/no-longer-ahead", "http://localhost/attestation/no-longer"),
        ("hedged", "http://localhost/claim/"),
    ],
)
def test_each_row_says_where_the_words_behind_it_are(
    client: FlaskClient, question: str, start: str
) -> None:
    name, _, arguments = question.partition("?")
    asked = f"?{arguments}&why=1" if arguments else "?why=1"
    rows = list(csv.DictReader(io.StringIO(client.get(f"/q/{name}.csv{asked}").text)))
    bindings = json.loads(client.get(f"/q/{name}.json{asked}").text)["results"]["bindings"]
    assert rows
    assert [row["why"] for row in rows] == [row["why"]["value"] for row in bindings]
    assert bindings[0]["why"]["type"] == "uri"
    for row in rows:
        assert row["why"].startswith(start)
        address, _, anchor = row["why"].removeprefix("http://localhost").partition("#")
        text = page(client, f"{address}.html").text
        assert not anchor or f'id="{anchor}"' in text
    plain = client.get(f"/q/{name}.csv?{arguments}").text
    assert "why" not in plain.partition("\n")[0]
    assert (
        f'<a href="{rows[0]["why"].removeprefix("http://localhost")}">words</a>'
        in page(client, f"/q/{name}.html?{arguments}").text
    )


def test_a_row_that_names_no_record_has_no_why(client: FlaskClient) -> None:
    answer = client.get("/q/undated-unsigned-sources.csv?why=1").text
    assert {row["why"] for row in csv.DictReader(io.StringIO(answer))} == {""}


def test_csv_for_spreadsheets_runs_no_formula() -> None:
    data = for_spreadsheets(b'a,b\r\n"=cmd|x",-5\r\n@x,"-1+2"\r\n')
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == [
        ["a", "b"],
        ["'=cmd|x", "-5"],
        ["'@x", "'-1+2"],
    ]


def test_health_and_void_name_the_release(client: FlaskClient) -> None:
    name = json.loads(client.get("/healthz").data)["release"]
    assert client.get("/.well-known/void").headers["X-Release"] == name


def test_the_page_of_the_data_set_counts_each_class_by_its_words(client: FlaskClient) -> None:
    text = page(client, "/void.html").text
    assert ">void#" not in text
    number = "SELECT (COUNT(DISTINCT ?claim) AS ?n) { GRAPH ?g { ?claim a rec:Claim } }"
    query = f"PREFIX rec: <https://w3id.org/onrecord/ns#> {number}"
    (claims,) = re.findall(r"\d+", client.get("/sparql", query_string={"query": query},
                                             headers={"Accept": "text/csv"}).text)  # fmt: skip
    assert f'<td><a href="/ns#Claim">claim</a></td><td class="number">{claims}</td>' in text


def test_the_page_of_a_withdrawn_claim_says_so_and_what_replaces_it(client: FlaskClient) -> None:
    text = page(client, "/claim/phosphorus-scarce.html").text
    assert "<title>Withdrawn: Sundra could be short of phosphorus." in text
    assert "Withdrawn on 2024-06-02: Recorded twice under two slugs." in text
    assert '<a href="/claim/phosphorus-short">Sundra could lack phosphorus.</a>' in text
    assert "<span>withdrawn</span>" in text
    assert "A withdrawn claim has no citation." in text
    assert not re.search(r"\d+ (outlet|root)", text)
    assert "ithdrawn" not in page(client, "/claim/phosphorus-short.html").text


def test_no_page_counts_or_lists_a_withdrawn_claim_unmarked(client: FlaskClient) -> None:
    home = page(client, "/").text
    assert "27 claims by 8 speakers" in home
    assert re.search(r"phosphorus</a> \(3\)", home)
    assert (
        "Sundra could be short of phosphorus. (withdrawn)"
        in page(client, "/topic/phosphorus.html").text
    )
    chosen = page(client, "/q/how-carried").text
    assert "Sundra could be short of phosphorus. (withdrawn)</option>" in chosen


def test_a_question_says_what_becomes_of_withdrawn_claims(client: FlaskClient) -> None:
    assert "Withdrawn claims: left out." in page(client, "/q/quantities").text
    shown = "Withdrawn claims: shown, in column &#34;withdrawn&#34;."
    text = page(client, "/q/how-carried?claim=claim/phosphorus-scarce").text
    assert shown in text
    assert ">true</td>" in text
    described = client.get("/openapi.json").get_json()["paths"]["/q/quantities"]["get"]
    assert described["description"].endswith("Withdrawn claims: left out.")


def test_a_report_that_is_withdrawn_is_marked_where_its_claim_is_shown(tmp_path: Path) -> None:
    records = shutil.copytree(SAMPLE / "records", tmp_path / "records")
    quay = records / "sources" / "quay.ttl"
    quay.write_text(
        quay.read_text(encoding="utf-8").replace(
            "attestation:no-longer-ahead-quay-headline\n",
            "attestation:no-longer-ahead-quay-headline\n"
            "    rec:retractedIn curation:withdrawal ;\n"
            "    dcterms:isReplacedBy attestation:no-longer-ahead-quay ;\n",
        ),
        encoding="utf-8",
    )
    report = check_records(read_collection(records), open_archive([SAMPLE / "archive"]))
    build(report, tmp_path / "releases")
    with endpoint_in_thread(Settings(tmp_path / "releases", tmp_path / "cache")) as endpoint:
        text = page(create_app(endpoint).test_client(), "/claim/no-longer-ahead.html").text
    assert text.count("Withdrawn on 2024-06-02: Recorded twice under two slugs.") == 1
    row = text[text.index('<tr id="no-longer-ahead-quay"') :].partition("</tr>")[0]
    assert "headline:" not in row
    assert "<title>Sundra does not make" in text


def test_a_comparison_that_is_withdrawn_has_no_mark_and_is_listed(tmp_path: Path) -> None:
    records = shutil.copytree(SAMPLE / "records", tmp_path / "records")
    start = "claim:no-longer-ahead\n    a rec:Claim ;\n"
    (path,) = (each for each in records.rglob("*.ttl") if start in each.read_text("utf-8"))
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(
            start,
            f"{start}    rec:retractedIn curation:withdrawal ;\n"
            "    dcterms:isReplacedBy claim:phosphorus-short ;\n",
        ),
        "utf-8",
    )
    release = build(
        check_records(read_collection(records), open_archive([SAMPLE / "archive"])),
        tmp_path / "releases",
    )
    with endpoint_in_thread(Settings(tmp_path / "releases", tmp_path / "cache")) as endpoint:
        client = create_app(endpoint).test_client()
        shown = [page(client, "/topic/flare-parity.html").text]
        (release.path / TABLES).unlink()
        answer = client.get(
            "/topic/flare-parity.html", headers={**HTML, "Cache-Control": "no-cache"}
        )
        shown.append(answer.text)
    for text in shown:
        assert '<tr id="no-longer-ahead"' not in text
        assert re.search(r'<a href="/claim/no-longer-ahead">[^<]+ \(withdrawn\)</a>', text)


RELATED = {
    "rec:respondsTo": ("responds to", "is answered by publisher of the digest:", "if-phosphorus"),
    "rec:confirms": ("confirms", "is confirmed by Meer Post:", "works-with"),
    "rec:denies": ("denies", "is denied by Tom Brandt:", "seemed-ahead"),
    "rec:corrects": (
        "corrects",
        "is corrected by clerk of the harbour office:",
        "eighty-five-hundred",
    ),
    "rec:withdraws": ("withdraws", "is withdrawn by Ruo Tan:", "still-ahead"),
    "rec:repeats": ("repeats", "is repeated by", "two-months-a-year"),
    "rec:contradicts": ("contradicts", "is contradicted by", "tripled"),
    "rec:seemsToContradict": (
        "only seems to contradict",
        "only seems to be contradicted by",
        "nine-thousand",
    ),
    "rec:supersedes": ("supersedes", "is superseded by", "dozen-workshops"),
    "rec:qualifies": ("qualifies", "is qualified by", "do-not-slow-down"),
    "rec:alters": ("alters", "is altered by", "keep-busy"),
    "rec:compatibleWith": ("is compatible with", "is compatible with", "machine-written"),
    "rec:launders": ("launders", "is laundered by", "seven-hundred"),
    "prov:alternateOf": ("is another form of", "is another form of", "red-flares"),
}
"""How a relation is said on the page of a claim that has it, how on that of a claim that it leads
to, and a claim of the sample that has it to one claim, and to which another has it: one relation
for each claim, so that none comes to a page on account of another."""
HAS_ALL, IS_OF_ALL = "will-it-last", "phosphorus-plenty"


def test_every_relation_is_on_the_pages_of_claims() -> None:
    spaces = {"rec": REC, "prov": PROV}
    relations = {spaces[prefix][name] for prefix, name in (each.split(":") for each in RELATED)}
    assert relations == set(RELATIONS)


@pytest.fixture(scope="module")
def related(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a server over the sample with relations of every kind between its claims."""
    folder = tmp_path_factory.mktemp("related")
    records = shutil.copytree(SAMPLE / "records", folder / "records")
    pairs = [
        (one, relation, other)
        for relation, (_, _, claim) in RELATED.items()
        for one, other in ((HAS_ALL, claim), (claim, IS_OF_ALL))
    ]
    path = records / "judgements.ttl"
    prefix = f"\n@prefix prov: <{PROV}> .\n"
    judgements = (
        f"judgement:related-{number} a rec:Judgement ; rdf:subject claim:{one} ;\n"
        f"    rdf:predicate {relation} ; rdf:object claim:{other} ;\n"
        '    rec:reason "Invented."@en ; rec:recordedIn curation:reading .\n'
        for number, (one, relation, other) in enumerate(pairs)
    )
    prefix = "@prefix prov: <http://www.w3.org/ns/prov#> .\n"
    written = path.read_text(encoding="utf-8")
    path.write_text(f"{prefix}{written}\n{''.join(judgements)}", encoding="utf-8")
    report = check_records(read_collection(records), open_archive([SAMPLE / "archive"]))
    assert report.violations == ()
    build(report, folder / "releases")
    with endpoint_in_thread(Settings(folder / "releases", folder / "cache")) as endpoint:
        yield create_app(endpoint).test_client()


@pytest.mark.parametrize(
    ("kind", "title"),
    [("topic", "Topics"), ("actor", "People and bodies"), ("event", "Events"),
     ("source", "Sources"), ("series", "Series"), ("claim", "Claims")],
)  # fmt: skip
def test_home_leads_to_a_list_of_each_kind(client: FlaskClient, kind: str, title: str) -> None:
    assert f"/{kind}/" in links(page(client, "/"))
    text = page(client, f"/{kind}/").text
    assert f"<h1>{title}</h1>" in text


def test_lists_say_how_many_claims_stand(client: FlaskClient) -> None:
    topics = page(client, "/topic/").text
    assert 'phosphorus</a> <span class="quiet">3 claims</span>' in topics
    actors = page(client, "/actor/").text
    found = re.findall(r"(\d+) claims?</span>", actors)
    shown = sum(map(int, found))
    assert shown >= 27


@pytest.mark.parametrize("relation", RELATED)
def test_a_relation_is_said_on_the_pages_of_both_claims(
    related: FlaskClient, relation: str
) -> None:
    forwards, backwards, claim = RELATED[relation]
    text = (SAMPLE / "records" / "claims").glob("*.ttl")
    (words,) = re.findall(
        rf'^claim:{claim}\n    a rec:Claim ;\n    schema:text "(.*)"@en ;',
        "".join(path.read_text(encoding="utf-8") for path in text),
        re.MULTILINE,
    )
    link = f'<a href="/claim/{claim}">{escape(words)}</a>'
    for name, said in ((HAS_ALL, forwards), (IS_OF_ALL, backwards)):
        assert page(related, f"/claim/{name}.html").text.count(f"<li>{said} {link}") == 1


@pytest.mark.parametrize(
    ("address", "status", "shown"),
    [
        (
            "/q/claims-on-topic-by-date?topic=topic/flare-parrity&from=2025-01-02",
            400,
            ("is none of what there is to choose from", "Is it one of these?",
             "?topic=topic%2Fflare-parity&amp;from=2025-01-02",
             'value="topic/flare-parrity" selected', 'name="from" value="2025-01-02"'),
        ),
        ("/q/claims-on-topic-by-date?from=soon", 400, ('name="from" value="soon"', "not a date")),
        ("/q/claims-on-topic-by-date.csv?nope=1", 400, ("no parameter", '<select name="topic">')),
        ("/q/witnesses?why=yes", 400, ("neither 1 nor 0", "<h1>")),
        ("/search?q=flares&kind=dog", 400, ('value="flares"', "is none of claim")),
        (
            "/topic/flare-parity.html?by=Ana+Ostar&axis=about",
            400,
            ('value="Ana Ostar" selected', 'value="about" selected', "no comparison here has"),
        ),
        ("/topic/flare-parity.html?axis=size", 400, ('value="size" selected',)),
        ("/claim/no-longer-aheads.html", 404, ('type="search" value="no longer aheads"',)),
        ("/actor/ada-hollm", 404, ("Is it one of these?", 'href="/actor/ada-holm"')),
        ("/claim/no-longer-ahad.html", 404, ('claim</small> <a href="/claim/no-longer-ahead"',)),
    ],
)  # fmt: skip
def test_a_browser_gets_what_it_sent_back_to_be_mended(
    client: FlaskClient, address: str, status: int, shown: tuple[str, ...]
) -> None:
    response = client.get(address, headers=HTML)
    assert response.status_code == status
    assert response.mimetype == "text/html"
    for part in shown:
        assert part in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_a_browser_finds_an_icon_wherever_it_looks(client: FlaskClient) -> None:
    assert '<link rel="icon" type="image/svg+xml" href="/ns/logo.svg">' in page(client, "/").text
    icon = client.get("/favicon.ico", follow_redirects=True, buffered=True)
    assert (icon.status_code, icon.mimetype) == (200, "image/svg+xml")


def cells_of(response: TestResponse) -> list[list[str]]:
    """Return the texts of the cells of a table of results, row by row."""
    (body,) = re.findall(r"<tbody>(.*?)</tbody>", response.text, re.DOTALL)
    return [
        [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td.*?</td>", row)]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def test_the_table_of_a_saved_query_is_sorted_and_filtered_by_its_address(
    client: FlaskClient,
) -> None:
    address = "/q/claims-on-topic-by-date?topic=topic/flare-parity"
    plain = page(client, address)
    rows = cells_of(plain)
    names = client.get(address.replace("date?", "date.csv?")).text.splitlines()[0].split(",")
    place = names.index("speaker")
    up = cells_of(page(client, f"{address}&sort=speaker"))
    assert [row[place] for row in up] == sorted((row[place] for row in rows), key=str.casefold)
    assert sorted(up) == sorted(rows)
    down = cells_of(page(client, f"{address}&sort=-speaker"))
    assert [row[place] for row in down] == [row[place] for row in up][::-1]
    some = cells_of(page(client, f"{address}&filter=ada+holm&column=speaker"))
    assert some == [row for row in rows if "Ada Holm" in row[place]]
    assert 0 < len(some) < len(rows)
    # The form sends along what is asked, and the buttons how it is to be shown.
    assert '<input type="hidden" name="topic" value="topic/flare-parity">' in plain.text
    assert '<button form="arrange" name="sort" value="speaker">' in plain.text
    # What is downloaded or cited is the answer, however it is shown.
    sorted_page = page(client, f"{address}&sort=speaker&filter=a")
    assert "/q/claims-on-topic-by-date.csv?topic=topic%2Fflare-parity" in links(sorted_page)
    assert not [each for each in links(sorted_page) if "sort=" in each]
    assert client.get(f"{address}&sort=nothing", headers=HTML).status_code == 400
    assert client.get(f"{address}&start=1000", headers=HTML).status_code == 200


def test_a_saved_query_can_be_changed_in_the_editor(client: FlaskClient) -> None:
    (address,) = {
        each for each in links(page(client, "/q/witnesses")) if each.startswith("/query?")
    }
    editor = page(client, address.replace("&amp;", "&"))
    assert cells_of(editor)
    assert "# title: Claims with their outlets" in editor.text
