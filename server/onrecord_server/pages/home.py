"""Home page and check report of a release."""

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Blueprint, Response, render_template, request

from onrecord.rdf.namespaces import DCAT
from onrecord.rdf.oxigraph import ResultRow
from onrecord.releases.release import Release
from onrecord.releases.saved_query import ParameterError, Query, bind
from onrecord_server.documents.representation import (
    HTML_TYPE,
    accepted_suffix,
    represented,
    signposts,
)
from onrecord_server.errors import RefusalError
from onrecord_server.pages.answer.saved_answer import saved_rows
from onrecord_server.pages.descriptions import description_response
from onrecord_server.pages.exchange.microdata import microdata
from onrecord_server.pages.finding.widely_carried import widely_carried
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import (
    address,
    base_of,
    named_rows,
    saved_queries,
    saved_queries_of,
    select,
)
from onrecord_server.pages.things.correction import desk
from onrecord_server.sparql.endpoint import Endpoint

_DATASET_KINDS = ("https://schema.org/Dataset", str(DCAT.Dataset))
_SCHEMA_ORG = "schema.jsonld"
_TOPICS = 100
"""Number of topics on the home page, those with the most claims."""


@dataclass(frozen=True, slots=True)
class Featured:
    """Question that the collection features."""

    title: str
    answers: str
    address: str


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the pages about a whole release."""
    home = Blueprint("home", __name__)

    featured: dict[str, list[Featured]] = {}

    def chosen() -> Release:
        return endpoint.catalogue.release(request.args.get("release"))

    @home.get("/")
    def index() -> Response:
        release = chosen()
        wanted = accepted_suffix("the dataset", page_first=True)
        if wanted != "html":
            return description_response(endpoint, release, "void", wanted, negotiated=True)
        counts = {
            row["kind"].rpartition("#")[2]: row["number"]
            for row in named_rows(endpoint, release, "counts")
        }
        topics = named_rows(endpoint, release, "topics")
        described = _schema_org(release)
        if release.name not in featured:
            featured[release.name] = _featured(endpoint, release)
        page = render_template(
            "home.html",
            counts=counts,
            featured=featured[release.name],
            finding=widely_carried(endpoint, release),
            desk=desk(endpoint, release),
            number=len(saved_queries()),
            topics=topics[:_TOPICS],
            more_topics=len(topics[_TOPICS:]),
            topics_address=address(release, "topics"),
            address_of=address_of,
            base=base_of(release),
            release=release,
            described=microdata(described) if described else "",
        )
        dataset = str(release.manifest.get("dataset", ""))
        links = signposts(release, dataset, "/void", "html", _DATASET_KINDS)
        return represented(page, HTML_TYPE, release, links=links)

    @home.get("/checks")
    def checks() -> str:
        release = chosen()
        report = (release.path / "report.txt").read_text(encoding="utf-8")
        return render_template("checks.html", report=report, release=release)

    return home


def _schema_org(release: Release) -> dict[str, object] | None:
    """Return the release in the words of schema.org; None if it has no such description."""
    if _SCHEMA_ORG not in release.files:
        return None
    described: dict[str, object] = json.loads((release.path / _SCHEMA_ORG).read_bytes())
    return described


def _featured(endpoint: Endpoint, release: Release) -> list[Featured]:
    """Return the questions that the collection features, without those that have no rows."""
    queries = saved_queries_of(endpoint, release)
    found = []
    for row in select(endpoint, release, "featured"):
        _, name, title, arguments = _texts(row)
        query = queries.get(name)
        if query is not None and _has_rows(endpoint, release, query, arguments):
            address = f"/q/{name}?{arguments}" if arguments else f"/q/{name}"
            found.append(Featured(title, query.answers, address))
    return found


def _has_rows(endpoint: Endpoint, release: Release, query: Query, arguments: str) -> bool:
    """Return whether a question has an answer within the limits."""
    values = dict(parse_qsl(arguments))
    try:
        text = bind(query, values, base_of(release))
        return saved_rows(endpoint, release, query, text, values, most=1).total > 0
    except (ParameterError, RefusalError):
        return False


def _texts(row: ResultRow) -> list[str]:
    return [getattr(term, "value", "") for term in row]
