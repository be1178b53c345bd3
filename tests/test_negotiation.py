"""Content negotiation: a format or coding for what a client sends, without a server."""

import pytest

from onrecord_server.sparql.formats import CSV, FORMATS, JSON, N_TRIPLES, TURTLE, XML, offered
from onrecord_server.sparql.negotiation import choose, encoding, wants_html, wants_json

ROWS, GRAPHS = offered("rows"), offered("graph")
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("*/*;q=0.1", "json"),
        ("*/*;q=0", None),
        ("image/png", None),
        ("application/*", "json"),
        ("text/*", "csv"),
        ("text/csv, */*", "csv"),
        ("*/*, text/tab-separated-values", "tsv"),
        ("TEXT/CSV", "csv"),
        ("text/csv;header=present", "csv"),
        ("text/csv; charset=utf-8; q=0.2, */*;q=0.1", "csv"),
        ("application/sparql-results+xml;charset=utf-8", "xml"),
        ("text/csv;q=0, */*", "json"),
        ("text/csv;q=0", None),
        ("text/csv;q=0.001", "csv"),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.6", "tsv"),
        ("text/csv;q=0.6, text/tab-separated-values;q=0.5", "csv"),
        ("text/tab-separated-values, text/csv", "csv"),
        ("text/csv;q=0.5, */*;q=0.6", "json"),
        ("application/json", "json"),
        ("text/xml", "xml"),
        ("application/xml;q=0.5, text/csv;q=0.4", "xml"),
        ("text/csv, image/png", "csv"),
        ("text/csv;q=.9", "csv"),
        ("text/csv;q=.5, text/tab-separated-values;q=.6", "tsv"),
        ("text/csv;q=0., */*;q=0", None),
        ("text/csv; Q=0.2, text/xml;q=0.3", "xml"),
        ("text/csv;charset=utf-8;q=0.2;x=1, text/xml;q=0.3", "xml"),
        ("text/csv;q=high", "csv"),
        ("*;q=.2", "json"),
        ("text/html, image/gif, *; q=.2, */*; q=.2", "json"),
        ('text/csv;note="a, b; q=0"', "csv"),
        ('text/csv;note="\\", text/xml', "csv"),
        (",,  , text/csv", "csv"),
        ("text/*;q=0.3, text/csv;q=0, application/json;q=0.2", "tsv"),
    ],
)
def test_rows_come_in_the_format_that_a_client_likes_best(accept: str, name: str | None) -> None:
    format_ = choose(ROWS, accept)
    assert (format_ and format_.name) == name


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "turtle"),
        ("text/*", "turtle"),
        ("text/plain", "ntriples"),
        ("text/plain;q=0.5, */*;q=0.4", "ntriples"),
        ("application/*", "ntriples"),
        ("text/n3", "turtle"),
        ("application/ld+json, */*", "jsonld"),
        ("application/rdf+xml;q=0.3, application/ld+json;q=0.4", "jsonld"),
        ("application/sparql-results+json", None),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ('application/ld+json; profile="a, text/turtle;q=1"; q=1, text/turtle;q=0.9', "jsonld"),
        ("text/turtle;version=1.2", "turtle"),
    ],
)
def test_a_wildcard_asks_for_media_types_that_are_sent(accept: str, name: str | None) -> None:
    format_ = choose(GRAPHS, accept)
    assert (format_ and format_.name) == name


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (("csv",), "csv"),
        (("CSV",), "csv"),
        ((" csv ",), "csv"),
        (("nonsense", "tsv"), "tsv"),
        (("nonsense,tsv",), "tsv"),
        (("tsv,csv",), "tsv"),
        (("csv", "tsv"), "csv"),
        (("turtle", "tsv"), "tsv"),
        (("application/sparql-results+json",), "json"),
        (("application/sparql-results json",), "json"),
        (("text/xml",), "xml"),
        (("",), "xml"),
        ((), "xml"),
        (("nonsense",), "xml"),
    ],
)
def test_a_format_that_is_named_wins_over_accept(wanted: tuple[str, ...], name: str) -> None:
    format_ = choose(ROWS, "application/sparql-results+xml", wanted)
    assert format_ is not None
    assert format_.name == name


def test_a_format_that_is_named_needs_no_accept_that_allows_it() -> None:
    assert choose(ROWS, "image/png", ("csv",)) is CSV
    assert choose((JSON, XML), "text/csv", ("csv",)) is None
    assert choose((N_TRIPLES, TURTLE), "*/*") is N_TRIPLES


@pytest.mark.parametrize(
    ("accept", "is_browser"),
    [
        (CHROMIUM, True),
        ("text/html", True),
        ("TEXT/HTML;charset=utf-8", True),
        ("text/html;q=0.1", True),
        ("", False),
        ("*/*", False),
        ("text/*", False),
        ("application/xhtml+xml", True),
        ("application/xhtml+xml;q=0.5, text/turtle;q=.6", False),
        ("text/html;q=.9, text/csv;q=.8", True),
        ("text/html;q=0", False),
        ("text/html, text/html;level=1;q=0", True),
        ("text/html, text/html;level=1;q=0.1, text/turtle;q=0.5", True),
        ("text/x-unknown", False),
        ("text/x-unknown, text/html;q=0.5, text/turtle;q=0.6", False),
        ("text/html, text/csv", False),
        ("text/csv, text/html", False),
        ("text/html;q=0.9, text/csv", False),
        ("text/html, text/csv;q=0.9", True),
        ("text/html;q=0.5, text/turtle;q=0.4, image/png", True),
        ("text/html;q=0.5, text/turtle;q=0.6", False),
        ("text/html;q=0.5, TEXT/TURTLE;charset=utf-8;q=0.6", False),
        ("text/html;q=0.9, application/xml", True),
        ("text/html;q=0.9, text/xml", True),
        ("text/html;q=0.9, application/rdf+xml", False),
        ("text/html;q=0.5, application/json;q=0.7, text/csv;q=0.3", False),
    ],
)
def test_a_browser_ranks_html_above_all_that_is_offered(accept: str, is_browser: bool) -> None:
    assert wants_html(accept, FORMATS) is is_browser


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", True),
        ("application/problem+json, text/html;q=0.5", True),
        ("application/sparql-results+json,application/json,text/javascript", True),
        ("application/ld+json;q=.9, text/turtle", False),
        ("text/turtle, application/json", False),
        ("application/json;q=0", False),
    ],
)
def test_who_asks_for_json_first_asks_for_json(accept: str, is_json: bool) -> None:
    assert wants_json(accept) is is_json


def test_only_what_is_offered_stands_in_the_way_of_html() -> None:
    assert wants_html("text/html, text/csv", GRAPHS)
    assert wants_html("text/html, text/csv", ())


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", ""),
        ("*", ""),
        ("identity", ""),
        ("br", ""),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("zstd", "zstd"),
        ("gzip, zstd", "zstd"),
        ("zstd;q=0.5, gzip;q=0.6", "gzip"),
        ("zstd;q=0.6, gzip;q=0.5", "zstd"),
        ("gzip;q=0", ""),
        ("gzip;q=0, zstd;q=0", ""),
        ("gzip;q=0, zstd", "zstd"),
        ("zstd;q=0, gzip;q=0.001", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
    ],
)
def test_a_coding_is_sent_to_who_names_it(accept: str, coding: str) -> None:
    assert encoding(accept) == coding
