"""Flask application: the blueprints of all pages over one endpoint."""

import re

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from onrecord.records.archive import Archive
from onrecord_server.documents.page_cache import PageCache, may_be_kept, page_key
from onrecord_server.errors import RefusalError
from onrecord_server.observability import metrics
from onrecord_server.pages import (
    descriptions,
    dumps,
    home,
    lists,
    llms,
    openapi,
    resource,
    saved_queries,
    sparql,
)
from onrecord_server.pages.editor import page as editor
from onrecord_server.pages.error_page import error_response
from onrecord_server.pages.exchange import clients, feed, forms
from onrecord_server.pages.finding import search
from onrecord_server.pages.things import archived_text
from onrecord_server.pages.vocabulary import page as vocabulary
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.response import CROSS_ORIGIN, preflight_response

_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)

_PAGES = 32 << 20
"""Bytes of rendered pages that each process keeps."""


def create_app(endpoint: Endpoint, archive: Archive | None = None) -> Flask:
    """Return the Flask application for an open endpoint.

    The texts of `archive` are shown to readers on this machine only; without one, not at all.
    """
    app = Flask(__name__)
    pages = PageCache(_PAGES)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for blueprint in (
        home.blueprint(endpoint),
        search.blueprint(endpoint),
        saved_queries.blueprint(endpoint),
        resource.blueprint(endpoint),
        descriptions.blueprint(endpoint),
        dumps.blueprint(endpoint),
        feed.blueprint(endpoint),
        forms.blueprint(endpoint),
        clients.blueprint(endpoint),
        vocabulary.blueprint(endpoint),
        lists.blueprint(endpoint),
        llms.blueprint(endpoint),
        openapi.blueprint(endpoint),
        editor.blueprint(endpoint),
        sparql.blueprint(endpoint),
    ):
        app.register_blueprint(blueprint)
    if archive is not None:
        app.register_blueprint(archived_text.blueprint(endpoint, archive))

    @app.template_global()
    def archive_is_shown() -> bool:
        return archive is not None and archived_text.is_from_here()

    @app.before_request
    def prepare() -> Response | None:
        if request.method == "OPTIONS" and request.path != "/sparql":
            return sparql.flask_response(preflight_response("GET, HEAD, OPTIONS"))
        _ignore_other_ranges()
        # What a page shows of an archive depends on who asks.
        g.page_key = page_key(endpoint.catalogue.newest_name()) if archive is None else None
        page = None if g.page_key is None else pages.get(g.page_key)
        if page is not None:
            g.page_key = None
        return page

    @app.errorhandler(RefusalError)
    def refuse(refusal: RefusalError) -> Response:
        return error_response(endpoint, refusal)

    @app.errorhandler(HTTPException)
    def fail(error: HTTPException) -> Response:
        # A status may need a field: Allow for 405, Content-Range for 416.
        headers = [pair for pair in error.get_headers() if pair[0] != "Content-Type"]
        message = error.description or error.name
        return error_response(endpoint, RefusalError(error.code or 500, message, headers=headers))

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        # What shows an archived text says that it is for pages of this origin only.
        if "Cross-Origin-Resource-Policy" not in response.headers:
            for name, value in CROSS_ORIGIN:
                response.headers.setdefault(name, value)
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", _POLICY)
            if request.path != "/sparql" and response.status_code < 400:
                response.headers.setdefault("Cache-Control", "public, max-age=60")
        key = g.get("page_key")
        if key is not None and may_be_kept(response):
            pages.put(key, response)
        return response

    @app.get("/healthz")
    def health() -> Response:
        release = endpoint.catalogue.newest()
        graphs = release.manifest.get("graphs", {})
        return jsonify(status="ok", release=release.name, graphs=graphs)

    @app.get("/metrics")
    def measured() -> Response:
        return Response(metrics.text(), content_type=metrics.CONTENT_TYPE)

    return app


def _ignore_other_ranges() -> None:
    """Take away a Range that is not one range of bytes of a GET (RFC 9110, 14.2).

    Several ranges, other units and what is no range get the whole, as RFC 9110 allows.
    """
    if request.method != "GET" or not _is_one_range(request.headers.get("Range", "")):
        request.environ.pop("HTTP_RANGE", None)


def _is_one_range(value: str) -> bool:
    match = _RANGE.fullmatch(value)
    if match is None:
        return False
    first, last = match.groups()
    return int(first or 0) <= int(last) if first and last else bool(first) or int(last or 0) > 0
