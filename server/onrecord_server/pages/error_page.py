"""Errors as pages for browsers, else as the endpoint sends them: problem details or a line."""

from http import HTTPStatus

from flask import Response, render_template, request

from onrecord_server.errors import RefusalError
from onrecord_server.pages.sparql import flask_response
from onrecord_server.sparql.formats import FORMATS
from onrecord_server.sparql.negotiation import wants_html
from onrecord_server.sparql.response import refusal_response


def error_response(refusal: RefusalError) -> Response:
    """Return the response to a refused request in the form that the client asks for."""
    accept = request.headers.get("Accept", "")
    response = flask_response(refusal_response(refusal, accept))
    if wants_html(accept, FORMATS):
        page = render_template(
            "error.html",
            status=refusal.status,
            phrase=HTTPStatus(refusal.status).phrase,
            message=refusal.message,
            excerpt=refusal.excerpt,
            method=request.method,
            address=request.full_path.removesuffix("?"),
            query=request.args.get("query", ""),
        )
        response.set_data(page)
        response.content_type = "text/html; charset=utf-8"
    return response
