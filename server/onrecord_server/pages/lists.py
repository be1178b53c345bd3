"""`/<kind>/`: lists of the things of a kind, in pages; what robots and browsers look for."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from onrecord.rdf.namespaces import RDF, RDFS
from onrecord.rdf.sorted_ntriples import SortedNTriples
from onrecord.releases.dumps import KINDS
from onrecord.releases.release import Release, day_of
from onrecord.releases.tables.search import open_tables
from onrecord_server.documents.release_files import dump_of
from onrecord_server.documents.representation import (
    GRAPHS,
    HTML_TYPE,
    WebLink,
    host_of,
    quoted,
    represented,
)
from onrecord_server.documents.serialisation import HYDRA, write_graph
from onrecord_server.documents.thing_document import DocumentPart, about_document, labels_of
from onrecord_server.errors import RefusalError
from onrecord_server.pages.finding.search import PLURALS
from onrecord_server.pages.page_queries import base_of
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import CSV
from onrecord_server.sparql.negotiation import choose, wants_html

_PAGE = 300
"""Number of things of a page: its RDF has about a thousand triples."""
_OFFERS = (*GRAPHS, CSV)
_SITE_MAP_KINDS = ("actor", "claim", "event", "series", "source", "topic")
"""Kinds whose pages are for readers, and not only for those who follow a link."""
_SITE_MAP_MOST = 50_000
"""Number of addresses of a site map, by the protocol."""
_ROBOTS = """User-agent: *
Disallow: /sparql
Disallow: /query
Disallow: /metrics

Sitemap: {}/sitemap.xml
"""


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the lists."""
    lists = Blueprint("lists", __name__)

    @lists.get(f"/<any({','.join(KINDS)}):kind>/")
    def things(kind: str) -> AnyResponse:
        return _list(endpoint, kind)

    @lists.get("/robots.txt")
    def robots() -> Response:
        text = _ROBOTS.format(host_of(endpoint))
        return Response(text, content_type="text/plain; charset=utf-8")

    @lists.get("/favicon.ico")
    def icon() -> AnyResponse:
        """Answer browsers that look for an icon beside what is no page."""
        return redirect("/ns/logo.svg", 301)

    @lists.get("/sitemap.xml")
    def site_map() -> Response:
        release, host = endpoint.catalogue.newest(), host_of(endpoint)
        addresses = [f"{host}/sitemap/{kind}.xml" for kind in _SITE_MAP_KINDS]
        return _site_map("sitemapindex", "sitemap", addresses, release)

    @lists.get(f"/sitemap/<any({','.join(_SITE_MAP_KINDS)}):kind>.xml")
    def site_map_of(kind: str) -> Response:
        release, host = endpoint.catalogue.newest(), host_of(endpoint)
        base, dump = base_of(release), dump_of(release)
        found = () if dump is None else dump.subjects_below(f"{base}{kind}/")
        addresses = [
            f"{host}/{quoted(iri.removeprefix(base))}.html" for iri in islice(found, _SITE_MAP_MOST)
        ]
        return _site_map("urlset", "url", addresses, release)

    return lists


def _site_map(root: str, item: str, addresses: list[str], release: Release) -> Response:
    """Return a site map, or an index of them (sitemaps.org, 0.9)."""
    day = day_of(release.name)
    items = "".join(
        f"<{item}><loc>{escape(address)}</loc><lastmod>{day}</lastmod></{item}>\n"
        for address in addresses
    )
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{items}</{root}>\n'
    )
    return represented(body, "application/xml; charset=utf-8", release)


def _list(endpoint: Endpoint, kind: str) -> AnyResponse:
    """Return a page of the things of a kind, from `after` on.

    Raises RefusalError 404 if there are none, or if the data of the release is elsewhere.
    """
    release = endpoint.catalogue.release(request.args.get("release"))
    dump, base = dump_of(release), base_of(release)
    if dump is None:
        raise RefusalError(404, "the lists of a remote release are queries; see /q/ and /sparql")
    after = request.args.get("after", "")
    start = f"{base}{kind}/"
    found = list(islice(dump.subjects_below(start, start + after if after else ""), _PAGE + 1))
    if not found:
        raise RefusalError(404, f"no {kind} on record behind {after!r} in release {release.name}")
    shown, following = found[:_PAGE], found[_PAGE:]
    following_address = _address(kind, after=shown[-1].removeprefix(start)) if following else ""
    links = [WebLink(following_address, "next")] if following else []
    links += [WebLink(_address(kind), "first")] if after else []
    links += [WebLink(f"/{quoted(iri.removeprefix(base))}", "item") for iri in shown[:10]]
    dataset = str(release.manifest.get("dataset", ""))
    links += [WebLink(dataset, "collection")] if dataset else []
    accept, named = request.headers.get("Accept", ""), request.args.getlist("format")
    if wants_html(accept, _OFFERS) and not named:
        claims = _claims(release, kind, shown)
        page = render_template(
            "list.html", title=PLURALS.get(kind, f"{kind}s").capitalize(), release=release,
            following=following_address, csv=_address(kind, format="csv", after=after),
            rows=[
                (f"/{quoted(iri.removeprefix(base))}", _label(dump, iri), claims.get(iri, 0))
                for iri in shown
            ],
        )  # fmt: skip
        return represented(page, HTML_TYPE, release, links=links)
    format = choose(_OFFERS, accept, tuple(named))
    if format is None:
        offer = ", ".join(["text/html", *(each.media_type for each in _OFFERS)])
        raise RefusalError(406, f"a list is offered as {offer}")
    if format is CSV:
        body = _csv(dump, shown)
    else:
        body = write_graph(_members(release, dump, start, shown, following_address), format, base)
    return represented(body, format.content_type, release, links=links)


def _address(kind: str, **arguments: str) -> str:
    """Return the address of a page of a list, in the format and release of this request."""
    given = {name: value for name in ("format", "release") if (value := request.args.get(name))}
    values = {**given, **{name: value for name, value in arguments.items() if value}}
    return f"/{kind}/" + (f"?{urlencode(values)}" if values else "")


def _label(dump: SortedNTriples, iri: str) -> str:
    labels = (each.object for each in dump.of_property(iri, str(RDFS.label)))
    return next((label.value for label in labels if isinstance(label, ox.Literal)), iri)


def _claims(release: Release, kind: str, iris: list[str]) -> dict[str, int]:
    """Return how many claims are on each of some topics, or by each of some actors."""
    table = {"topic": "claim_topic", "actor": "claim_speaker"}.get(kind)
    tables = open_tables(release.path) if table else None
    if tables is None:
        return {}
    marks = ", ".join("?" * len(iris))
    with closing(tables):
        return dict(
            tables.execute(
                f"SELECT {kind}, count(*) FROM {table}"  # noqa: S608
                f" WHERE {kind} IN ({marks}) AND NOT withdrawn GROUP BY {kind}",
                iris,
            )
        )


def _csv(dump: SortedNTriples, iris: list[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("iri", "label"))
    writer.writerows((iri, _label(dump, iri)) for iri in iris)
    return text.getvalue().encode()


def _members(
    release: Release, dump: SortedNTriples, start: str, iris: list[str], following: str
) -> Iterator[ox.Triple]:
    """Yield a list as a collection of Hydra, with the classes and labels of its members."""
    list_node = ox.NamedNode(start)
    part = DocumentPart([], 1, is_last=True)
    yield from about_document(release, start, start, part, ())
    yield ox.Triple(list_node, ox.NamedNode(str(RDF.type)), ox.NamedNode(f"{HYDRA}Collection"))
    if following:
        address = ox.NamedNode(start + following.partition("/")[2].partition("/")[2])
        yield ox.Triple(list_node, ox.NamedNode(f"{HYDRA}next"), address)
    labels = labels_of(release)
    for iri in iris:
        yield ox.Triple(list_node, ox.NamedNode(f"{HYDRA}member"), ox.NamedNode(iri))
        yield from dump.of_property(iri, str(RDF.type))
        yield from labels(iri)
