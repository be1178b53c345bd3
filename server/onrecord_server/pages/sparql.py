"""`/sparql` as a Flask blueprint: the same endpoint through any WSGI server, and its page.

In `onrecord serve` the front answers programs before Flask is asked; what comes here is browsers.
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
"""What makes the page that a browser gets from the current request."""


def blueprint(endpoint: Endpoint, page: Page) -> Blueprint:
    """Return the blueprint of an endpoint, with `page` for browsers that ask nothing."""
    sparql = Blueprint("sparql", __name__)

    @sparql.route("/sparql", methods=METHODS, provide_automatic_options=False)
    def answer() -> Response:
        accept = request.headers.get("Accept", "")
        browser = request.method in ("GET", "HEAD") and wants_html(accept, FORMATS)
        if browser and not request.args.get("query"):
            return page(endpoint)
        asked = Request(
            method=request.method,
            query_string=request.query_string.decode("latin-1"),
            accept=accept,
            accept_encoding=request.headers.get("Accept-Encoding", ""),
            content_type=request.headers.get("Content-Type", ""),
            if_none_match=request.headers.get("If-None-Match", ""),
            # One byte more than is allowed tells that there are more.
            body=request.stream.read(3 * endpoint.pool.limits.text + 1),
        )
        return flask_response(run(endpoint, endpoint.respond(asked)))

    return sparql


def flask_response(response: responses.Response) -> Response:
    """Return a response of the endpoint as Flask's."""
    body: object = response.body
    if not isinstance(response.body, bytes):
        body = stream_with_context(responses.pieces(response))
    sent = Response(body, response.status, list(response.headers))  # type: ignore[arg-type]
    if response.length >= 0 and response.status not in (204, 304):
        sent.headers["Content-Length"] = str(response.length)
    return sent
