"""Errors as pages for browsers, else as the endpoint sends them: problem details or a line.

A refused form is shown as it was sent, with what is wrong with it; where nothing is at an address,
the page has a search for its words and what is called nearly so.
"""

import re
from http import HTTPStatus

from flask import Response, render_template, request

from onrecord.releases.tables.search import near_addresses, search
from onrecord_server.errors import RefusalError
from onrecord_server.pages.finding.tables import tables_of
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of
from onrecord_server.pages.sparql import flask_response
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import FORMATS
from onrecord_server.sparql.negotiation import wants_html
from onrecord_server.sparql.response import refusal_response

_ALIKE = 5
"""Things that are proposed where nothing is."""
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 200
"""Characters of an address that are searched for."""


def error_response(endpoint: Endpoint, refusal: RefusalError) -> Response:
    """Return the response to a refused request in the form that the client asks for."""
    accept = request.headers.get("Accept", "")
    response = flask_response(refusal_response(refusal, accept))
    if wants_html(accept, FORMATS):
        words = _words() if refusal.status == 404 else ""
        page = refusal.page or render_template(
            "error.html",
            status=refusal.status,
            phrase=HTTPStatus(refusal.status).phrase,
            message=refusal.message,
            excerpt=refusal.excerpt,
            method=request.method,
            address=request.full_path.removesuffix("?"),
            query=request.args.get("query", ""),
            words=words,
            alike=_alike(endpoint, words) if words else [],
        )
        response.set_data(page)
        response.content_type = "text/html; charset=utf-8"
    return response


def _words() -> str:
    """Return the words of the last part of the address, without a suffix of data."""
    last = request.path.rstrip("/").rpartition("/")[2][:_LONGEST]
    return " ".join(_WORD.findall(last.partition(".")[0]))


def _alike(endpoint: Endpoint, words: str) -> list[tuple[str, str, str]]:
    """Return kind, address and name of what has nearly this address, or these words."""
    release = endpoint.catalogue.newest()
    base = base_of(release)
    path = request.path.strip("/").removesuffix(".html")
    try:
        with tables_of(release) as tables:
            near = near_addresses(tables, base + path) if "/" in path else []
            hits = search(tables, words, limit=_ALIKE)
    except RefusalError:
        return []  # a release without tables
    found = {hit.thing: hit for hit in (*near, *(hits.hits or hits.instead))}
    return [(hit.kind, address_of(hit.thing, base), hit.name) for hit in [*found.values()][:_ALIKE]]
