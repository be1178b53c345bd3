"""The SPARQL 1.1 Protocol, against a real server."""

import gzip
import json
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import quote, urlencode

import pytest
import zstandard
from rdflib import Graph, URIRef

from client_requests import ClientRequest, client_requests
from conftest import beside
from endpoint_release import GRAPH, LATER, NAME, SAMPLE, Server, served, write_release
from pace import wait_until

SELECT = "SELECT ?s ?n WHERE { ?s <http://example.org/n> ?n } ORDER BY ?s"
CONSTRUCT = "CONSTRUCT WHERE { ?s <http://example.org/knows> ?o }"
ASK = "ASK { ?s <http://example.org/knows> ?o }"
SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("protocol")
    write_release(folder / "releases")
    write_release(folder / "releases", SAMPLE.replace("40", "41"), LATER)
    with served(folder, folder / "releases", workers=1) as running:
        yield running


def _id(request: ClientRequest) -> str:
    return request.client


@pytest.mark.parametrize("request_", client_requests("sparql"), ids=_id)
def test_client_gets_what_it_can_read(request_: ClientRequest, server: Server) -> None:
    address = f"/sparql?{request_.query_string}" if request_.query_string else "/sparql"
    reply = server.fetch(
        address, method=request_.method, headers=request_.headers, body=request_.body
    )
    if isinstance(request_.expect, int):
        assert reply.status == request_.expect, reply.text
    else:
        assert reply.status == 200, reply.text
        assert reply.media_type in request_.expect
    assert "Origin" not in request_.headers or reply.headers["Access-Control-Allow-Origin"] == "*"


def test_captured_requests_get_what_their_clients_can_read(server: Server) -> None:
    cases = beside("clients/conformance_cases.json")
    wrong = []
    for case in json.loads(cases.read_text()):
        if case["kind"] != "sparql":
            continue
        body = case["body"]
        if case.get("truncated"):
            form = "urlencoded" in case["headers"]["Content-Type"]
            body = urlencode({"query": SELECT}) if form else SELECT
        reply = server.fetch(
            f"/sparql?{case['query_string']}",
            method=case["method"],
            headers=case["headers"],
            body=body.encode() if case["method"] == "POST" else None,
        )
        expect = case["expect"]
        good = (
            reply.status == expect
            if isinstance(expect, int)
            else reply.status == 200 and reply.media_type in expect.split("|")
        )
        if not good:
            wrong.append((case["client"], reply.status, reply.media_type))
    assert wrong == []


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/*", "application/sparql-results+json"),
        ("text/*", "text/csv"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml;q=0.9, text/csv;q=0.8", "application/sparql-results+xml"),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0, */*", "application/sparql-results+json"),
        ("text/html;q=0.1, text/csv", "text/csv"),
    ],
)
def test_rows_come_in_the_format_that_ranks_highest(
    accept: str, expected: str, server: Server
) -> None:
    reply = server.ask(SELECT, accept)
    assert (reply.status, reply.media_type) == (200, expected)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "text/turtle"),
        ("application/n-triples, */*", "application/n-triples"),
        ("text/plain", "application/n-triples"),
        ("application/json", "application/ld+json"),
        ("application/xml", "application/rdf+xml"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
        ("text/n3", "text/turtle"),
        ("application/rdf+xml;q=0.3, application/ld+json;q=0.4", "application/ld+json"),
    ],
)
def test_graphs_come_in_the_format_that_ranks_highest(
    accept: str, expected: str, server: Server
) -> None:
    reply = server.ask(CONSTRUCT, accept)
    assert (reply.status, reply.media_type) == (200, expected)
    parsed = Graph().parse(data=reply.text, format=_rdflib_name(expected))
    assert len(parsed) == 3


def _rdflib_name(media_type: str) -> str:
    # rdflib's parsers of datasets want a Dataset, and both formats hold one graph here.
    return {"application/trig": "turtle", "application/n-quads": "nt"}.get(media_type, media_type)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ([("format", "csv")], "text/csv"),
        ([("output", "xml"), ("results", "nonsense")], "application/sparql-results+xml"),
        ([("format", "nonsense"), ("format", "tsv")], "text/tab-separated-values"),
        ([("format", "application/ld+json,text/csv")], "text/csv"),
        ([("format", "application/sparql-results+xml")], "application/sparql-results+xml"),
        ([("format", "nonsense")], "text/tab-separated-values"),
    ],
)
def test_format_parameter_wins_over_accept_and_unknown_ones_are_skipped(
    parameters: list[tuple[str, str]], expected: str, server: Server
) -> None:
    address = "/sparql?" + urlencode([("query", SELECT), *parameters])
    reply = server.fetch(address, headers={"Accept": "text/tab-separated-values"})
    assert (reply.status, reply.media_type) == (200, expected)


def test_xml_means_rdf_xml_for_a_graph(server: Server) -> None:
    assert server.ask(CONSTRUCT, format="xml").media_type == "application/rdf+xml"


def test_same_rows_in_all_formats(server: Server) -> None:
    rows = json.loads(server.ask(SELECT).body)["results"]["bindings"]
    assert [row["n"]["value"] for row in rows] == ["41", "4.5"]
    assert server.ask(SELECT, "text/csv").text.splitlines()[1:] == [
        "http://example.org/a,41",
        "http://example.org/b,4.5",
    ]
    assert server.ask(SELECT, "text/tab-separated-values").text.splitlines() == [
        "?s\t?n",
        "<http://example.org/a>\t41",
        "<http://example.org/b>\t4.5",
    ]
    assert server.ask(SELECT, "application/sparql-results+xml").text.count("<result>") == 2


def test_head_has_the_headers_of_get_and_no_body(server: Server) -> None:
    address = f"/sparql?query={quote(SELECT)}"
    got, head = server.fetch(address), server.fetch(address, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "X-Release"):
        assert head.headers[name] == got.headers[name]


def test_options_says_what_browsers_may_do(server: Server) -> None:
    reply = server.fetch("/sparql", method="OPTIONS", headers={"Origin": "http://example.org"})
    assert reply.status == 204
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in reply.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_for_sparql(method: str, server: Server) -> None:
    reply = server.fetch("/sparql", method=method)
    assert reply.status == 405
    assert "GET" in reply.headers["Allow"]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT ?s WHERE { ?s ?p }", 400, ["line 1, column 25", "the object is missing"]),
        ("SELECT ?s\nWHERE {\n  ?s ?p ;; }", 400, ["line 3, column 9", "the object is missing"]),
        ("hello", 400, ["line 1, column 1", "SELECT"]),
        ("SELECT (UNKNOWN(1) AS ?x) {}", 400, ["SPARQL has no function UNKNOWN"]),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 403, ["INSERT", "read-only"]),
        ("DELETE WHERE { ?s ?p ?o }", 403, ["DELETE", "read-only"]),
        ("LOAD <http://example.org/x>", 403, ["LOAD"]),
        ("PREFIX a: <b:>\n# note\nDROP ALL", 403, ["DROP"]),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", 403, ["SERVICE"]),
        ("SELECT * FROM <http://example.org/elsewhere> { ?s ?p ?o }", 403, ["elsewhere"]),
        ("SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }", 403, ["file:"]),
    ],
)
def test_refusal_is_one_line_that_says_why_and_the_line_with_the_mistake(
    query: str, status: int, words: list[str], server: Server
) -> None:
    reply = server.ask(query)
    assert (reply.status, reply.media_type) == (status, "text/plain")
    first, *excerpt = reply.text.splitlines()
    if status == 400:
        line, caret = excerpt
        assert line in query
        assert caret.strip() == "^"
    else:
        assert excerpt == []
    assert [word for word in words if word not in first] == []


def test_nothing_acceptable_is_406_with_what_is_offered(server: Server) -> None:
    for query, offer in ((SELECT, "text/csv"), (CONSTRUCT, "text/turtle")):
        reply = server.ask(query, "image/png")
        assert reply.status == 406
        assert offer in reply.text
    assert server.fetch("/sparql", headers={"Accept": "image/png"}).status == 406


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "text/plain"}, b"SELECT", 415),
        ({"Content-Type": "application/sparql-query; charset=latin-1"}, b"ASK {}", 415),
        ({}, b"ASK {}", 415),
        ({"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 403),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"update=CLEAR+ALL", 403),
        ({"Content-Type": "application/sparql-query"}, b"ASK { \xff }", 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"query=%FF", 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"&" * 100, 400),
        ({"Content-Type": "application/sparql-query"}, b"#" * 300_000, 413),
        ({"Content-Type": "application/sparql-query"}, b"#" * 3_000_000, 413),
    ],
)
def test_body_that_cannot_be_a_query_is_refused(
    headers: dict[str, str], body: bytes, status: int, server: Server
) -> None:
    assert server.fetch("/sparql", method="POST", headers=headers, body=body).status == status


def test_text_that_is_not_ascii_arrives_by_every_way(server: Server) -> None:
    query = 'SELECT ("Žižka – 40 ٤٠" AS ?x) {}'
    form = urlencode({"query": query}).encode()
    replies = [
        server.ask(query),
        server.fetch(
            "/sparql",
            method="POST",
            body=query.encode(),
            headers={"Content-Type": "application/sparql-query"},
        ),
        server.fetch(
            "/sparql",
            method="POST",
            body=form,
            headers={"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
        ),
    ]
    for reply in replies:
        row = json.loads(reply.body)["results"]["bindings"][0]
        assert row["x"]["value"] == "Žižka – 40 ٤٠"


def test_address_that_is_too_long_is_414(server: Server) -> None:
    assert server.fetch("/sparql?query=" + "a" * 40_000).status == 414


@pytest.mark.parametrize("name", ["query", "release"])
def test_what_may_come_once_is_refused_twice(name: str, server: Server) -> None:
    assert server.fetch(f"/sparql?query=ASK+%7B%7D&{name}=a&{name}=b").status == 400


def test_graphs_of_the_protocol_make_the_dataset(server: Server) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert _number(server.ask(count, **{"default-graph-uri": GRAPH})) == 2
    assert _number(server.ask(named, **{"default-graph-uri": GRAPH})) == 0
    assert _number(server.ask(named, **{"named-graph-uri": GRAPH})) == 2
    assert _number(server.ask(count, **{"named-graph-uri": GRAPH})) == 0
    from_named = named.replace("{", f"FROM NAMED <{GRAPH}> {{", 1)
    assert _number(server.ask(from_named)) == 2
    # The request's dataset wins over the query's (2.1.4).
    assert _number(server.ask(from_named, **{"default-graph-uri": GRAPH})) == 0
    assert server.ask(count, **{"default-graph-uri": "http://example.org/no"}).status == 403


def _number(reply: object) -> int:
    return int(json.loads(reply.body)["results"]["bindings"][0]["n"]["value"])


def test_service_description_says_what_the_endpoint_can_do(server: Server) -> None:
    reply = server.fetch("/sparql")
    about = Graph().parse(data=reply.text, format="turtle")
    (service,) = about.subjects(URIRef(SD + "endpoint"))
    assert str(service) == server.address
    assert len(list(about.objects(service, URIRef(SD + "resultFormat")))) == 10
    assert URIRef(GRAPH) in set(about.objects(None, URIRef(SD + "name")))
    assert len(set(about.subjects(URIRef("http://www.w3.org/ns/shacl#namespace")))) > 10
    for accept in ("application/ld+json", "application/rdf+xml", "application/n-triples"):
        assert server.fetch("/sparql", headers={"Accept": accept}).media_type == accept


@pytest.mark.parametrize(
    ("host", "accept"),
    [
        ("data.example", "text/turtle"),
        ("[::1]:8000", "application/ld+json"),
        ("data.example:81", "application/rdf+xml"),
        ("data.example", "application/n-triples"),
    ],
)
def test_service_description_names_the_address_that_was_asked(
    host: str, accept: str, server: Server
) -> None:
    headers = {"Host": host, "Accept": accept}
    for query in ("", f"?release={NAME}"):
        reply = server.fetch(f"/sparql{query}", headers=headers)
        about = Graph().parse(data=reply.text, format=accept)
        (service,) = about.objects(None, URIRef(SD + "endpoint"))
        assert str(service) == f"http://{host}/sparql{query}"
        features = set(about.objects(service, URIRef(SD + "feature")))
        assert features == {URIRef(SD + "UnionDefaultGraph")}


@pytest.mark.parametrize("host", ["a b", 'x"><script>', "<x>", "x/../y", "user@host"])
def test_no_strange_host_gets_into_the_description(host: str, server: Server) -> None:
    reply = server.fetch("/sparql", headers={"Host": host})
    if reply.status == 200:
        (service,) = Graph().parse(data=reply.text).objects(None, URIRef(SD + "endpoint"))
        assert str(service) == server.address
    else:
        assert reply.status == 400


def test_browser_is_sent_to_the_form_and_program_that_takes_anything_is_not(
    server: Server,
) -> None:
    chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    sent = server.fetch("/sparql", headers={"Accept": chromium})
    assert (sent.status, sent.headers["Location"]) == (303, "/query")
    page = server.fetch("/query", headers={"Accept": chromium})
    assert page.media_type == "text/html"
    assert "<form" in page.text
    assert server.fetch("/sparql", headers={"Accept": "*/*"}).media_type == "text/turtle"


def test_nothing_is_compressed_unasked_and_all_is_asked(server: Server) -> None:
    plain = server.ask("SELECT * { ?s ?p ?o }")
    address = f"/sparql?{urlencode({'query': 'SELECT * { ?s ?p ?o }'})}"
    for asked in ("", "identity", "*", "gzip;q=0"):
        reply = server.fetch(address, headers={"Accept-Encoding": asked})
        assert reply.headers["Content-Encoding"] is None
        assert reply.body == plain.body
    packed = server.fetch(address, headers={"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    zstd = server.fetch(address, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert zstd.headers["Content-Encoding"] == "zstd"
    assert zstandard.ZstdDecompressor().stream_reader(BytesIO(zstd.body)).read() == plain.body
    etags = {reply.headers["ETag"] for reply in (plain, packed, zstd)}
    assert len(etags) == 3


def test_answer_can_be_asked_again_for_nothing(server: Server) -> None:
    first = server.ask(SELECT)
    address = f"/sparql?{urlencode({'query': SELECT})}"
    again = server.fetch(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = server.fetch(address, headers={"If-None-Match": '"something-else"'})
    assert other.status == 200
    assert "max-age" in first.headers["Cache-Control"]
    assert server.ask("SELECT (NOW() AS ?t) {}").headers["Cache-Control"] == "no-store"


def test_older_release_answers_by_name(server: Server) -> None:
    newest, older = server.ask(SELECT), server.ask(SELECT, release=NAME)
    assert newest.headers["X-Release"] == LATER
    assert older.headers["X-Release"] == NAME
    assert "40" in older.text
    assert "immutable" in older.headers["Cache-Control"]
    cite = newest.headers["Link"].partition("<")[2].partition(">")[0]
    assert 'rel="cite-as"' in newest.headers["Link"]
    assert server.fetch(cite).body == newest.body
    assert LATER in cite
    for name in ("2020-01-01-00000000", "../secret", "latest"):
        assert server.ask(SELECT, release=name).status == 404


def test_response_names_itself_and_the_log_knows_it(server: Server) -> None:
    reply = server.ask(SELECT + " # unlike any other")
    name = reply.headers["X-Request-Id"]
    wait_until(lambda: any(event.get("id") == name for event in server.events()))
    (line,) = [event for event in server.events() if event.get("id") == name]
    assert (line["status"], line["rows"], line["release"]) == (200, 2, LATER)
    assert line["ms"] > 0


def test_metrics_count_requests_over_all_processes(server: Server) -> None:
    server.ask(SELECT)
    counted = 'onrecord_requests_total{route="sparql",status="200"}'
    wait_until(lambda: counted in server.fetch("/metrics").text)
    assert "onrecord_request_seconds_bucket" in server.fetch("/metrics").text


@pytest.mark.parametrize("name", ["Query", "QUERY", "sparql", "q", "queryString"])
def test_a_query_under_another_name_is_told_its_name(name: str, server: Server) -> None:
    body = urlencode({name: SELECT}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for reply in (
        server.fetch(f"/sparql?{body.decode()}"),
        server.fetch("/sparql", method="POST", headers=form, body=body),
    ):
        assert reply.status == 400
        assert reply.text == f"`{name}` is no parameter of SPARQL; send it as `query`\n"


@pytest.mark.parametrize(
    "media_type", ["application/sparql-query", "application/x-www-form-urlencoded", ""]
)
def test_an_empty_body_is_told_where_the_query_belongs(media_type: str, server: Server) -> None:
    typed = {"Content-Type": media_type} if media_type else {}
    reply = server.fetch("/sparql", method="POST", headers=typed, body=b"")
    assert reply.status == 400
    assert reply.text.startswith("there is no query; send it as the body")


@pytest.mark.parametrize(
    "address", ["/sparql?query=", "/sparql?query", "/sparql?query=&format=csv"]
)
def test_an_empty_query_is_no_question_about_the_service(address: str, server: Server) -> None:
    reply = server.fetch(address)
    assert reply.status == 400
    assert reply.text.startswith("there is no query")
    assert server.fetch("/sparql?format=turtle").status == 200


def test_a_byte_order_mark_before_a_query_is_no_part_of_it(server: Server) -> None:
    body = "\ufeffASK {}".encode()
    typed = {"Content-Type": "application/sparql-query"}
    assert server.ask("\ufeffASK {}").status == 200
    assert server.fetch("/sparql", method="POST", headers=typed, body=body).status == 200


@pytest.mark.parametrize(
    ("predicate", "value", "says"),
    [
        ("<http://example.org/1>", "2", "<http://example.org/1> does not end with a name"),
        ("<http://example.org/>", "2", "does not end with a name"),
        ("<urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66.>", "2", None),
        ("<http://example.org/größe>", '"ä"', None),
        ("<http://example.org/a>", '"b\\u0001"', "a text has a control character"),
    ],
)
def test_rdf_xml_is_well_formed_or_refused(
    predicate: str, value: str, says: str | None, server: Server
) -> None:
    query = f"CONSTRUCT {{ <urn:s> {predicate} {value} }} WHERE {{}}"
    reply = server.ask(query, "application/rdf+xml")
    if says is None:
        assert reply.status == 200
        Graph().parse(data=reply.text, format="xml")
    else:
        assert reply.status == 406
        assert says in reply.text
        assert "text/turtle" in reply.text
    assert server.ask(query, "text/turtle").status == 200


def test_a_query_may_stand_behind_a_second_question_mark(server: Server) -> None:
    """As Comunica writes it behind the address of a pinned release."""
    reply = server.fetch(f"/sparql?release={NAME}?query={quote(SELECT)}")
    assert (reply.status, reply.headers["X-Release"]) == (200, NAME)
    assert reply.body == server.ask(SELECT, release=NAME).body
