"""`/sparql` as a Flask blueprint: the endpoint over WSGI, and its page for browsers.

In `onrecord serve` the ASGI application answers programs; only requests of browsers get here.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request, stream_with_context

from onrecord_server.sparql import response as responses
from onrecord_server.sparql.ask import run
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import FORMATS
from onrecord_server.sparql.negotiation import wants_html
from onrecord_server.sparql.protocol import METHODS, Request

Page = Callable[[Endpoint], Response]
"""Function that returns the HTML page for the current request."""


def blueprint(endpoint: Endpoint, page: Page) -> Blueprint:
    """Return the blueprint of an endpoint, with `page` for browsers that send no query."""
    sparql = Blueprint("sparql", __name__)

    @sparql.route("/sparql", methods=METHODS, provide_automatic_options=False)
    def answer() -> Response:
        accept = request.headers.get("Accept", "")
        browser = request.method in ("GET", "HEAD") and wants_html(accept, FORMATS)
        if browser and not request.args.get("query"):
            return page(endpoint)
        sparql_request = Request(
            method=request.method,
            query_string=request.query_string.decode("latin-1"),
            accept=accept,
            accept_encoding=request.headers.get("Accept-Encoding", ""),
            content_type=request.headers.get("Content-Type", ""),
            if_none_match=request.headers.get("If-None-Match", ""),
            # One byte over the limit is enough to detect a body that is too long.
            body=request.stream.read(3 * endpoint.pool.limits.text + 1),
        )
        response = run(endpoint, endpoint.respond(sparql_request))
        if browser and response.refusal is not None:
            raise response.refusal  # shown as a page
        return flask_response(response)

    return sparql


def flask_response(response: responses.Response) -> Response:
    """Return a response of the endpoint as a Flask response."""
    body: object = response.body
    if not isinstance(response.body, bytes):
        body = stream_with_context(responses.body_chunks(response))
    sent = Response(body, response.status, list(response.headers))  # type: ignore[arg-type]
    if response.length >= 0 and response.status not in (204, 304):
        sent.headers["Content-Length"] = str(response.length)
    return sent
