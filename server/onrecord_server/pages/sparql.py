"""`/sparql` as a Flask blueprint: the endpoint over WSGI, and where it sends browsers.

In `onrecord serve` the ASGI application answers programs; only requests of browsers get here.
"""

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request, stream_with_context
from werkzeug.wrappers import Response as AnyResponse

from onrecord_server.sparql import response as responses
from onrecord_server.sparql.ask import run
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import FORMATS
from onrecord_server.sparql.negotiation import wants_html
from onrecord_server.sparql.protocol import METHODS, Request


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of an endpoint, which sends browsers without a query to `/query`."""
    sparql = Blueprint("sparql", __name__)

    @sparql.route("/sparql", methods=METHODS, provide_automatic_options=False)
    def answer() -> AnyResponse:
        accept = request.headers.get("Accept", "")
        html = wants_html(accept, FORMATS)
        browser = html and request.method in ("GET", "HEAD")
        if browser and not request.args.get("query"):
            return _to_editor()
        sparql_request = Request(
            method=request.method,
            query_string=request.query_string.decode("latin-1"),
            accept=accept,
            accept_encoding=request.headers.get("Accept-Encoding", ""),
            content_type=request.headers.get("Content-Type", ""),
            if_none_match=request.headers.get("If-None-Match", ""),
            # One byte over the limit is enough to detect a body that is too long.
            body=request.stream.read(3 * endpoint.pool.limits.text + 1),
            origin=request.host_url.rstrip("/"),
        )
        response = run(endpoint, endpoint.respond(sparql_request))
        if browser and response.refusal is not None:
            raise response.refusal  # shown as a page
        sent = flask_response(response)
        if html and response.status == 200:
            # What a browser saves has a name that says what it is.
            suffix = next(
                (each.suffix for each in FORMATS if each.content_type == sent.content_type), "txt"
            )
            sent.headers["Content-Disposition"] = f'inline; filename="answer.{suffix}"'
        return sent

    return sparql


def _to_editor() -> AnyResponse:
    """Return the redirect of a browser to the page where it can ask."""
    release = request.args.get("release")
    response = redirect(f"/query?{urlencode({'release': release})}" if release else "/query", 303)
    response.headers["Vary"] = "Accept"
    return response


def flask_response(response: responses.Response) -> Response:
    """Return a response of the endpoint as a Flask response."""
    body: object = response.body
    if not isinstance(response.body, bytes):
        body = stream_with_context(responses.body_chunks(response))
    sent = Response(body, response.status, list(response.headers))  # type: ignore[arg-type]
    if response.length >= 0 and response.status not in (204, 304):
        sent.headers["Content-Length"] = str(response.length)
    return sent
