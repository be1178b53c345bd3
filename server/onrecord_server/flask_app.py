"""Flask application: the blueprints of all pages over one endpoint."""

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from onrecord_server.errors import RefusalError
from onrecord_server.observability import metrics
from onrecord_server.pages import (
    dumps,
    home,
    openapi,
    resource,
    saved_queries,
    sparql,
    vocabulary,
)
from onrecord_server.pages.finding import lists, search
from onrecord_server.pages.query_form import form
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.response import refusal_response, text_response

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


def create_app(endpoint: Endpoint) -> Flask:
    """Return the Flask application for an open endpoint."""
    app = Flask(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for blueprint in (
        home.blueprint(endpoint),
        search.blueprint(endpoint),
        lists.blueprint(endpoint),
        saved_queries.blueprint(endpoint),
        resource.blueprint(endpoint),
        dumps.blueprint(endpoint),
        vocabulary.blueprint(),
        openapi.blueprint(endpoint),
        sparql.blueprint(endpoint, form),
    ):
        app.register_blueprint(blueprint)

    @app.errorhandler(RefusalError)
    def refuse(refusal: RefusalError) -> Response:
        return sparql.flask_response(refusal_response(refusal))

    @app.errorhandler(HTTPException)
    def fail(error: HTTPException) -> Response:
        return sparql.flask_response(
            text_response(error.code or 500, error.description or error.name)
        )

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", _POLICY)
            if request.path != "/sparql":
                response.headers.setdefault("Cache-Control", "public, max-age=60")
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
