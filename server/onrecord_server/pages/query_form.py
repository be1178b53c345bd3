"""Query form at `/sparql` for browsers, with the saved queries as examples."""

from flask import Response, render_template, request

from onrecord_server.pages.page_queries import saved_queries_of
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import FORMATS

_START = "SELECT ?s ?p ?o\nWHERE {\n  ?s ?p ?o .\n}\nLIMIT 20\n"


def form(endpoint: Endpoint) -> Response:
    """Return the page with the form."""
    release = endpoint.catalogue.newest()
    page = render_template(
        "form.html",
        release=release,
        queries=saved_queries_of(endpoint, release).values(),
        formats=[format.name for format in FORMATS],
        text=request.args.get("query") or _START,
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Vary"] = "Accept"
    return response
