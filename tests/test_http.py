"""HTTP as docs/endpoint.md has it: every route, with its statuses, types and headers."""

import json
import re
import socket
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.namespace import DCTERMS, FOAF, RDFS
from signposting import find_signposting_http, find_signposting_linkset
from werkzeug.test import TestResponse

from built_releases import ReleaseOf
from conftest import REPOSITORY
from endpoint_release import Server, served
from onrecord.rdf.namespaces import DCAT, OA, REC, SCHEMA
from onrecord_server.flask_app import create_app
from onrecord_server.open_endpoint import Settings, endpoint_in_thread
from sample_release import BASE

PAGE = (REPOSITORY / "docs" / "endpoint.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
    for line in PAGE.partition("<!-- addresses -->")[2].partition("\n\n")[0].splitlines()[3:]
]
"""Address, Accept, status, type and headers of each row of the table of addresses."""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ORIGIN = {"Origin": "https://elsewhere.example"}
ODD = ("a%20b", "a%22b", "a%3Cb", "a%5Cb", "a%5Eb", "a%7Cb", "a%7Bb", "a%7Db", "a%60b", "a%00b",
       "a%0Ab", "a%FFb", "%ED%A0%80", "a%EF%BF%BDb", "%C3%A9", "x/", "x.csv", "x.TTL", "x/y/z.ttl",
       "%2e%2e%2fx.ttl", ".ttl", "..ttl", "x.ttl.ttl", "%25", "%3Fx", "%23x")  # fmt: skip


@pytest.fixture(scope="module")
def releases(release_of: ReleaseOf) -> Path:
    """A folder with a release of the sample."""
    return release_of("sample").path.parent


@pytest.fixture(scope="module")
def app(releases: Path) -> Iterator[Flask]:
    """The application of a server over it."""
    with endpoint_in_thread(Settings(releases, releases.parent / "cache")) as endpoint:
        yield create_app(endpoint)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def server(releases: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server over it."""
    limits = {"header": 2.0, "body": 1.0, "stalled": 2.0, "open": 12}
    with served(
        tmp_path_factory.mktemp("server"), releases, workers=1, connections=limits
    ) as running:
        yield running


def filled(address: str, client: FlaskClient) -> str:
    release = json.loads(client.get("/healthz").data)["release"]
    for word, value in (
        ("NAME", "no-longer-ahead"),
        ("TOPIC", "flare-parity"),
        ("RELEASE", release),
    ):
        address = address.replace(word, value)
    return address


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_an_address_answers_as_the_page_says(row: tuple[str, ...], client: FlaskClient) -> None:
    address, accept, status, media_type, headers = row
    asked = {"Accept": BROWSER if accept == "a browser's" else accept} if accept else {}
    response = client.get(filled(address, client), headers=asked, buffered=True)
    assert (response.status_code, response.mimetype) == (int(status), media_type)
    for name in filter(None, (each.strip().strip("`") for each in headers.split(","))):
        key, _, value = name.partition(": ")
        assert response.headers.get(key), name
        assert filled(value, client) in response.headers[key]


def test_every_route_is_in_the_table(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    client = app.test_client()
    reached = set()
    for address, *_ in ROWS:
        path = filled(address, client).partition("?")[0]
        if adapter.test(path, "GET"):
            reached.add(adapter.match(path, "GET", return_rule=True)[0].endpoint)
    rules = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert rules == reached


def preflighted(client: FlaskClient, address: str) -> TestResponse:
    asks = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "accept, if-none-match, x-requested-with, range",
    }
    return client.options(address, headers={**ORIGIN, **asks})


@pytest.mark.parametrize(
    "address", sorted({row[0] for row in ROWS} | {"/nothing", "/claim/nope", "/claim/a%00b.ttl"})
)
def test_a_page_of_another_origin_may_read_everything(address: str, client: FlaskClient) -> None:
    address = filled(address, client)
    allowed = preflighted(client, address)
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (204, "*")
    names = {name.strip().lower() for name in
             allowed.headers["Access-Control-Allow-Headers"].split(",")}  # fmt: skip
    assert {"accept", "cache-control", "if-none-match", "range", "x-requested-with"} <= names
    methods = {"GET", "HEAD", "OPTIONS"} | ({"POST"} if address.startswith("/sparql") else set())
    assert set(allowed.headers["Access-Control-Allow-Methods"].split(", ")) == methods
    for accept in ("", BROWSER, "text/turtle", "image/png"):
        for method in ("GET", "HEAD"):
            got = client.open(
                address, method=method, headers={**ORIGIN, "Accept": accept}, buffered=True
            )
            assert got.headers["Access-Control-Allow-Origin"] == "*", (accept, method)
            exposed = got.headers["Access-Control-Expose-Headers"]
            for name in ("X-Release", "Link", "ETag", "Content-Range", "Retry-After",
                         "X-Row-Limit"):  # fmt: skip
                assert name in exposed


def test_what_shows_the_archive_is_for_no_other_origin(releases: Path, tmp_path: Path) -> None:
    with endpoint_in_thread(Settings(releases, tmp_path / "cache")) as endpoint:
        app = create_app(endpoint)
        headers = {"Cross-Origin-Resource-Policy": "same-origin"}
        app.add_url_rule("/archive", view_func=lambda: Response("text", headers=headers))
        response = app.test_client().get("/archive", headers=ORIGIN)
    assert response.status_code == 200
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("slug", ODD)
@pytest.mark.parametrize("accept", ["", BROWSER, "application/json"])
def test_an_odd_path_is_not_found(slug: str, accept: str, client: FlaskClient) -> None:
    for address in (f"/claim/{slug}", f"/claim/{slug}.ttl", f"/graph/{slug}", f"/{slug}"):
        response = client.get(address, headers={"Accept": accept}, follow_redirects=True)
        assert response.status_code == 404, address
        assert response.text.strip()


def test_a_slash_too_many_leads_to_the_thing(client: FlaskClient) -> None:
    response = client.get("/claim/no-longer-ahead/")
    assert (response.status_code, response.headers["Location"]) == (308, "/claim/no-longer-ahead")


@pytest.mark.parametrize("address", ["/claim/nope", "/sparql?query=SELECT+broken", "/q/nope"])
def test_an_error_is_in_the_form_that_the_client_reads(address: str, client: FlaskClient) -> None:
    line = client.get(address)
    first, *excerpt = line.text.splitlines()
    assert line.mimetype == "text/plain"
    problem = client.get(address, headers={"Accept": "application/json"})
    assert problem.mimetype == "application/problem+json"
    place: dict[str, object] = {}
    if "broken" in address:
        place = {"line": 1, "column": 8, "excerpt": "SELECT broken\n       ^"}
        assert excerpt == ["SELECT broken", "       ^"]
    else:
        assert excerpt == []
    assert json.loads(problem.data) == {
        **place,
        "type": "about:blank",
        "title": HTTPStatus(line.status_code).phrase,
        "status": line.status_code,
        "detail": first,
    }
    page = client.get(address, headers={"Accept": BROWSER})
    assert page.mimetype == "text/html"
    assert address.partition("?")[0] in page.text
    if "broken" in address:
        assert "SELECT broken</textarea>" in page.text
    for response in (line, problem, page):
        assert response.headers["Vary"] == "Accept"
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("value", "status", "content_range"),
    [
        ("bytes=0-9", 206, "bytes 0-9/{}"),
        ("bytes=5-", 206, "bytes 5-"),
        ("bytes=-7", 206, "bytes "),
        ("bytes=99999999-", 416, "bytes */{}"),
        ("bytes=0-1,4-5", 200, ""),
        ("bytes=5-2", 200, ""),
        ("bytes=-0", 200, ""),
        ("bytes=x", 200, ""),
        ("bytes", 200, ""),
        ("lines=0-9", 200, ""),
        ("items 0-9", 200, ""),
    ],
)
def test_a_range_of_a_dump(
    value: str, status: int, content_range: str, client: FlaskClient
) -> None:
    address = filled("/dumps/RELEASE/onrecord.nt", client)
    whole = client.get(address, buffered=True)
    part = client.get(address, headers={"Range": value}, buffered=True)
    assert part.status_code == status
    assert part.headers.get("Content-Range", "").startswith(content_range.format(len(whole.data)))
    if status == 200:
        assert part.data == whole.data
    head = client.head(address, headers={"Range": value}, buffered=True)
    assert head.status_code == 200
    assert "Content-Range" not in head.headers
    other = {"Range": value, "If-Range": '"another"'}
    assert client.get(address, headers=other, buffered=True).data == whole.data


@pytest.mark.parametrize("suffix", ["html", "ttl", "nt", "jsonld", "rdf", "trig", "nq"])
def test_a_document_has_validators_and_is_cached(suffix: str, client: FlaskClient) -> None:
    address = f"/claim/no-longer-ahead.{suffix}"
    got = client.get(address)
    assert got.headers["Last-Modified"] == "Sun, 02 Jun 2024 00:00:00 GMT"
    assert re.fullmatch(r'"[0-9a-f]{64}"', got.headers["ETag"])
    again = client.get(address, headers={"If-None-Match": got.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["X-Release"] == got.headers["X-Release"]
    assert got.headers["Cache-Control"] == "public, max-age=60"
    pinned = client.get(f"{address}?release={got.headers['X-Release']}")
    assert pinned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    if suffix != "html":
        assert pinned.data == got.data


def test_the_same_document_has_the_same_bytes_each_time(client: FlaskClient) -> None:
    for suffix in ("ttl", "jsonld", "rdf", "trig"):
        first, *others = (client.get(f"/claim/no-longer-ahead.{suffix}").data for _ in range(5))
        assert all(other == first for other in others)


def raw(server: Server, text: str) -> str:
    """Send bytes on a connection of its own, and return what comes until it is closed."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(text.encode())
        data = b""
        while part := connection.recv(1 << 16):
            data += part
    return data.decode("utf-8", "replace")


def test_a_status_line_has_its_reason(server: Server) -> None:
    for request, line in (
        ("GET /claim/nope.ttl", "404 Not Found"),
        ("GET /claim/no-longer-ahead", "303 See Other"),
        ("POST /claim/no-longer-ahead", "405 Method Not Allowed"),
        ("BREW /claim/no-longer-ahead", "400 Bad Request"),
        ("GET /sparql?query=SELECT", "400 Bad Request"),
        ("GET /sparql?query=CLEAR+ALL", "403 Forbidden"),
    ):
        got = raw(server, f"{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert got.startswith(f"HTTP/1.1 {line}\r\n"), got[:200]
    for target in ("/claim/no-longer-ahead", "/q/witnesses", "/sparql?query=ASK%7B%7D", "/ns"):
        got = raw(
            server,
            f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: image/png\r\nConnection: close\r\n\r\n",
        )
        assert got.startswith("HTTP/1.1 406 Not Acceptable\r\n")


def test_a_request_has_one_host(server: Server) -> None:
    tail = "Connection: close\r\n\r\n"
    for hosts in ("", "Host: a\r\nHost: b\r\n"):
        got = raw(server, f"GET /healthz HTTP/1.1\r\n{hosts}{tail}")
        assert got.startswith("HTTP/1.1 400 Bad Request\r\n")
    assert raw(server, f"GET /healthz HTTP/1.0\r\n{tail}").startswith("HTTP/1.1 200 OK\r\n")


def test_a_target_may_be_absolute_or_an_asterisk(server: Server) -> None:
    tail = "HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    for target, line in (
        ("http://example.org/healthz", "200 OK"),
        ("http://example.org:80/sparql?query=ASK%7B%7D", "200 OK"),
        ("HTTPS://example.org", "200 OK"),
        ("http://example.org?release=2000-01-01-00000000", "404 Not Found"),
    ):
        assert raw(server, f"GET {target} {tail}").startswith(f"HTTP/1.1 {line}\r\n"), target
    assert raw(server, f"OPTIONS * {tail}").startswith("HTTP/1.1 204 No Content\r\n")


def test_a_stalled_body_is_408(server: Server) -> None:
    for target in ("/sparql", "/claim/no-longer-ahead"):
        got = raw(
            server,
            f"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
            "Content-Type: application/sparql-query\r\n\r\nASK",
        )
        assert got.startswith("HTTP/1.1 408 Request Timeout\r\n")
        assert "access-control-allow-origin: *" in got.lower()


def links_of(response: TestResponse) -> dict[str, list[str]]:
    """Return the targets of the Link header by relation."""
    found: dict[str, list[str]] = {}
    for target, relation in re.findall(r'<([^>]*)>; rel="([^"]*)"', response.headers["Link"]):
        found.setdefault(relation, []).append(target)
    return found


def test_signposts_lead_from_each_document_to_what_a_machine_needs(client: FlaskClient) -> None:
    for suffix in ("html", "ttl", "jsonld"):
        links = links_of(client.get(f"/claim/no-longer-ahead.{suffix}"))
        assert links["cite-as"] == [f"{BASE}claim/no-longer-ahead"]
        assert links["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
        assert links["author"] == [f"{BASE}actor/desk"]
        assert links["collection"] == [BASE]
        assert "https://schema.org/Claim" in links["type"]
        described = links["describedby" if suffix == "html" else "alternate"]
        assert "/claim/no-longer-ahead.nt" in described
    home = client.get("/", headers={"Accept": BROWSER})
    links = links_of(home)
    assert links["cite-as"] == [BASE]
    assert "https://schema.org/Dataset" in links["type"]
    for target in (*links["describedby"], *links["item"], *links["linkset"]):
        assert client.get(target, buffered=True).status_code == 200, target
    (context,) = json.loads(client.get("/linkset.json").data)["linkset"]
    assert context["anchor"] == BASE
    assert {each["href"].removeprefix("http://localhost") for each in context["item"]} == set(
        links["item"]
    )
    assert all("type" in each for each in context["item"])


def test_a_program_for_signposting_reads_both_levels(server: Server) -> None:
    """Level 1 in the header of a page, level 2 as a set of links of the dataset."""
    host = server.address.removesuffix("/sparql")
    found = find_signposting_http(f"{host}/claim/no-longer-ahead.html")
    assert found.citeAs
    assert found.citeAs.target == f"{BASE}claim/no-longer-ahead"
    assert found.license
    assert found.license.target == "https://creativecommons.org/licenses/by/4.0/"
    assert {each.target for each in found.authors} == {f"{BASE}actor/desk"}
    assert found.collection
    assert found.collection.target == BASE
    assert {str(each.type) for each in found.describedBy} >= {"text/turtle", "application/ld+json"}
    assert {each.target for each in found.items} == {f"{host}/claim/no-longer-ahead.ttl"}
    assert "https://schema.org/Claim" in {each.target for each in found.types}
    (linkset,) = found.linksets
    links = find_signposting_linkset(linkset.target).for_context(BASE)
    assert {str(each.type) for each in links.items} >= {"application/n-quads", "text/turtle"}
    assert links.citeAs
    assert links.citeAs.target == BASE


@pytest.mark.parametrize("path", ["ns", "code", "ns/0.2.0", "code/0.2.0"])
@pytest.mark.parametrize("suffix", ["html", "ttl", "jsonld"])
def test_a_vocabulary_has_signposts_too(server: Server, path: str, suffix: str) -> None:
    host = server.address.removesuffix("/sparql")
    found = find_signposting_http(f"{host}/{path}.{suffix}")
    assert found.citeAs
    assert found.citeAs.target == f"https://w3id.org/onrecord/{path}"
    assert found.license
    assert found.license.target == "https://creativecommons.org/licenses/by/4.0/"
    assert len(found.authors) == 1
    assert "http://www.w3.org/2002/07/owl#Ontology" in {each.target for each in found.types}
    assert bool(found.describedBy) == (suffix == "html")
    with urlopen(f"{host}/{path}.{suffix}") as answer:
        assert answer.headers["Last-Modified"]


class ItemProperties(HTMLParser):
    """The item properties of a page (HTML microdata), wherever they are."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.types: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the property and the type that a tag has."""
        found = dict(attrs)
        if found.get("itemtype"):
            self.types.append(str(found["itemtype"]))
        if found.get("itemprop"):
            value = str(found.get("content") or found.get("href") or found.get("itemid") or "")
            self.values.setdefault(str(found["itemprop"]), []).append(value)


def test_the_home_page_describes_the_dataset_in_schema_org(
    client: FlaskClient, releases: Path
) -> None:
    parser = ItemProperties()
    parser.feed(client.get("/", headers={"Accept": BROWSER}).text)
    described = json.loads((releases / "latest" / "schema.jsonld").read_bytes())
    assert parser.types[0] == "https://schema.org/Dataset"
    assert parser.types.count("https://schema.org/DataDownload") == len(described["distribution"])
    assert described["name"] in parser.values["name"]
    assert set(described["keywords"]) == set(parser.values["keywords"])
    for name in ("description", "license", "temporalCoverage", "version", "datePublished"):
        assert described[name] in parser.values[name]
    assert {each["sha256"] for each in described["distribution"]} == set(parser.values["sha256"])


def test_the_page_of_the_ontology_has_each_term_at_its_iri_and_leads_to_its_use(
    client: FlaskClient,
) -> None:
    browser = {"Accept": BROWSER}
    for name, kinds in (("ns", ("Claim", "attests")), ("code", ("asserted", "modality"))):
        page = client.get(f"/{name}", headers=browser)
        assert len(page.data) < 60_000
        shown = re.findall(r'<dt id="([^"]+)"', page.text)
        assert set(kinds) <= set(shown)
        for each in shown:
            assert f'<a href="/{name}/{each}">' in page.text
            response = client.get(f"/{name}/{each}", headers=browser)
            assert response.status_code == 200
            assert f"<code>https://w3id.org/onrecord/{name}#{each}</code>" in response.text
    claim = client.get("/ns", headers=browser).text.partition('<dt id="Claim">')[2]
    assert "<em>Not " in claim.partition("</dd>")[0]


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("ns/attests", r"\d+ times in release \S+, such as in <a href=\"/attestation/"),
        ("ns/attests", r"<code>Attestation-claim</code></dt><dd>An attestation attests exactly"),
        ("ns/attests", r"<dt>Gives</dt><dd><a href=\"/ns#Claim\">"),
        ("ns/Claim", r"\d+ times in release \S+, such as in <a href=\"/claim/"),
        ("ns/Claim", r"<em>Not "),
        ("code/asserted", r"\d+ times in release \S+, such as in <a href="),
        ("code/asserted", r"<dt>In the list</dt><dd><a href=\"/code#modality\">"),
    ],
)
def test_the_page_of_a_term_says_what_binds_it_and_where_it_is_used(
    client: FlaskClient, term: str, words: str
) -> None:
    assert re.search(words, client.get(f"/{term}", headers={"Accept": BROWSER}).text)


def test_lists_go_on_until_everything_was_there(
    client: FlaskClient, releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord_server.pages.lists._PAGE", 7)
    dump = (releases / "latest" / "dumps" / "onrecord.nt").read_text(encoding="utf-8")
    claims = {iri for iri in re.findall(r"^<([^>#]*)>", dump, re.MULTILINE)
              if iri.startswith(f"{BASE}claim/")}  # fmt: skip
    address, found = "/claim/?format=csv", []
    while address:
        response = client.get(address)
        rows = response.text.splitlines()[1:]
        assert len(rows) <= 7
        found += [row.partition(",")[0] for row in rows]
        address = links_of(response).get("next", [""])[0]
    assert found == sorted(claims)
    first = client.get("/claim/", headers={"Accept": "text/turtle"})
    assert "hydra:next" in first.text


def test_the_site_map_leads_to_pages(client: FlaskClient) -> None:
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text
    maps = re.findall("<loc>http://localhost([^<]*)</loc>", client.get("/sitemap.xml").text)
    pages = [
        address
        for each in maps
        for address in re.findall("<loc>http://localhost([^<]*)</loc>", client.get(each).text)
    ]
    assert "/claim/no-longer-ahead.html" in pages
    for address in pages:
        assert client.get(address).status_code == 200


def test_a_public_url_is_what_whole_addresses_begin_with(releases: Path, tmp_path: Path) -> None:
    public = "https://onrecord.example"
    settings = Settings(releases, tmp_path / "cache", public_url=public)
    with endpoint_in_thread(settings) as endpoint:
        client = create_app(endpoint).test_client()
        assert f"{public}/sitemap.xml" in client.get("/robots.txt").text
        assert client.get("/openapi.json").get_json()["servers"] == [{"url": public}]
        description = client.get("/sparql", headers={"Accept": "text/turtle"}).text
        assert f"<{public}/sparql>" in description


def test_a_long_document_has_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord_server.documents.thing_document.PAGE", 60)
    whole: set[str] = set()
    address, number = "/claim/no-longer-ahead.nt", 0
    while address:
        response = client.get(address)
        lines = response.text.splitlines()
        number += 1
        whole |= {line for line in lines if ".nt" not in line.partition(" ")[0]}
        assert number == 1 or len(lines) < 120
        links = links_of(response)
        following = links.get("next", [""])[0]
        assert (f"{BASE}claim/no-longer-ahead.nt?page={number + 1}" in response.text) == bool(
            following
        )
        address = following
    assert number > 3
    monkeypatch.undo()
    once = client.get("/claim/no-longer-ahead.nt").text.splitlines()
    assert {line for line in once if ".nt" not in line.partition(" ")[0]} <= whole
    assert client.get(f"/claim/no-longer-ahead.nt?page={number + 20}").status_code == 404
    assert client.get("/claim/no-longer-ahead.nt?page=x").status_code == 400


def test_a_saved_file_of_a_claim_says_all_that_one_needs(client: FlaskClient) -> None:
    """Six questions to one Turtle file and nothing else."""
    graph = Graph().parse(data=client.get("/claim/no-longer-ahead.ttl").data, format="turtle")
    (document,) = graph.subjects(FOAF.primaryTopic)
    claim = graph.value(document, FOAF.primaryTopic)
    assert str(graph.value(claim, SCHEMA.text))
    speaker = graph.value(claim, REC.speaker)
    assert str(graph.value(speaker, RDFS.label))
    reports = list(graph.subjects(REC.attests, claim))
    assert reports
    for report in reports:
        passage = graph.value(report, REC.passage)
        snapshot = graph.value(passage, OA.hasSource)
        source = graph.value(snapshot, REC.snapshotOf)
        assert str(graph.value(source, RDFS.label))
    license = graph.value(document, DCTERMS.license)
    assert str(license).startswith("https://creativecommons.org/")
    release = json.loads(client.get("/healthz").data)["release"]
    assert str(graph.value(document, DCAT.version)) == release
    assert str(document) in str(graph.value(document, DCTERMS.description))
    assert str(graph.value(document, DCTERMS.hasVersion)).endswith(f"?release={release}")


@pytest.mark.parametrize("suffix", ["ttl", "nt", "trig", "rdf"])
def test_a_file_begins_with_what_it_is(client: FlaskClient, suffix: str) -> None:
    """And goes on with the claim, before what is only named."""
    text = client.get(f"/claim/no-longer-ahead.{suffix}").text
    places = [
        text.find(each)
        for each in (
            "primaryTopic",
            "speakerNames",
            "ns/oa#exact" if suffix == "nt" else "oa:exact",
        )
    ]
    assert -1 < places[0] < places[1] < places[2]
    assert text.find("The newest is at") < places[1]


def test_only_what_is_used_is_declared(client: FlaskClient) -> None:
    turtle = client.get("/topic/flare-parity.ttl").text
    declared = re.findall(r"^@prefix ([\w-]*):", turtle, re.MULTILINE)
    body = turtle.rpartition("@prefix")[2].partition("\n")[2]
    assert declared
    for prefix in declared:
        assert re.search(rf"(?<![\w-]){prefix}:", body), prefix
    rdf = client.get("/topic/flare-parity.rdf").text
    for prefix in re.findall(r"xmlns:([\w-]+)=", rdf):
        assert re.search(rf"[<\s]{prefix}:", rdf), prefix
    document = json.loads(client.get("/topic/flare-parity.jsonld").data)
    text = json.dumps({name: value for name, value in document.items() if name != "@context"})
    context = document["@context"]
    definitions = json.dumps(context)
    for name in set(context) - {"@version"}:
        assert f'"{name}"' in text or f'"{name}:' in text or f'"{name}:' in definitions, name
    assert len(definitions) < 2_500


FORUM = "event=event%2Fquayside-forum-2024"


@pytest.mark.parametrize(
    ("given", "told"), [(f"?{FORUM}", False), ("", True)], ids=["given", "by default"]
)
def test_every_form_of_an_answer_says_what_it_was_asked_with(
    given: str, told: bool, client: FlaskClient
) -> None:
    """Also where nobody chose it: what was said at an event is said at one."""
    event = r"event/[\w-]+" if told else "event/quayside-forum-2024"
    remark = r" \(by default\)" if told else ""
    address = rf"{re.escape(BASE)}q/said-at-event\?event={event.replace('/', '%2F')}&release=[\w-]+"
    page = client.get(f"/q/said-at-event{given}", headers={"Accept": BROWSER}).text
    assert re.search(rf'Asked with event: <b><a href="/event/[^"]+">[^<]+</a></b>{remark}\.', page)
    rows = client.get(f"/q/said-at-event.json{given}")
    (link,) = rows.json["head"]["link"]  # type: ignore[index]
    assert re.fullmatch(address, link)
    assert f'<{link}>; rel="cite-as"' in rows.headers["Link"]
    assert rows.json["results"]["bindings"]  # type: ignore[index]
    written = client.get(f"/q/said-at-event.xml{given}").text
    assert f'<link href="{escape(link)}"/></head>' in written
    plain = client.get(f"/q/said-at-event.csv{given}").text
    assert plain.startswith("event_name,")
    for suffix, end in (("csv", "\r\n"), ("tsv", "\n")):
        both = f"{given}&comment=1" if given else "?comment=1"
        lines = client.get(f"/q/said-at-event.{suffix}{both}").text.split(end)
        assert [line[:10] for line in lines[:5]] == [
            "# question", "# asked wi", "# release:", "# address:", lines[4][:10]
        ]  # fmt: skip
        assert re.fullmatch(rf"# asked with: event={event}{remark}", lines[1])
        assert lines[4].lstrip("?").startswith("event_name")
    assert client.get(f"/q/said-at-event.csv{given}").text == plain


def test_the_address_of_an_answer_asks_for_the_same(client: FlaskClient) -> None:
    rows = client.get("/q/said-at-event.json")
    (link,) = rows.json["head"]["link"]  # type: ignore[index]
    again = client.get(
        f"/{link.removeprefix(BASE)}", headers={"Accept": "application/sparql-results+json"}
    )
    assert again.json["results"] == rows.json["results"]  # type: ignore[index]
