"""Home page, check report and VoID of a release."""

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from onrecord.releases.release import Release
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import address, base_of, saved_queries, select
from onrecord_server.sparql.endpoint import Endpoint

_FEATURED = (
    "claims-on-topic-by-date",
    "ratio-by-outlet",
    "targets",
    "measure-turned",
    "disagreements",
    "only-seem-to-disagree",
    "single-anonymous-source",
    "stronger-than-quote",
    "laundered",
    "witnesses",
)
_TITLES = {
    "claims-on-topic-by-date": "All claims on ammunition parity, by date",
    "ratio-by-outlet": "How Rutte’s ratio moved in 2025, and who reported what",
    "targets": "What was said of Europe’s capacity for 2025, and what came of it",
    "disagreements": "Who disagrees on Russian output in 2024, and by what factor",
}
"""Titles of saved queries with their default parameters."""
_TOPICS = 100
"""Number of topics on the home page, those with the most claims."""


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the pages about a whole release."""
    home = Blueprint("home", __name__)

    def chosen() -> Release:
        return endpoint.catalogue.release(request.args.get("release"))

    @home.get("/")
    def index() -> str:
        release = chosen()
        counts = {
            str(kind).strip("<>").rpartition("#")[2]: getattr(number, "value", "0")
            for kind, number in select(endpoint, release, "counts")
        }
        queries = saved_queries()
        topics = select(endpoint, release, "topics")
        return render_template(
            "home.html",
            counts=counts,
            featured=[queries[name] for name in _FEATURED],
            titles=_TITLES,
            number=len(queries),
            topics=topics[:_TOPICS],
            more_topics=len(topics[_TOPICS:]),
            topics_address=address(release, "topics"),
            address_of=address_of,
            base=base_of(release),
            release=release,
        )

    @home.get("/checks")
    def checks() -> str:
        release = chosen()
        report = (release.path / "report.txt").read_text(encoding="utf-8")
        return render_template("checks.html", report=report, release=release)

    @home.get("/.well-known/void")
    def void() -> AnyResponse:
        release = chosen()
        body = (release.path / "void.ttl").read_bytes()
        response = Response(body, content_type="text/turtle; charset=utf-8")
        response.headers["X-Release"] = release.name
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return home
