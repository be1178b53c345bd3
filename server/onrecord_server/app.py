"""The Flask application: its blueprints over one endpoint."""

from flask import Flask, Response, jsonify

from onrecord_server import metrics, sparql
from onrecord_server.endpoint import Endpoint
from onrecord_server.form import form
from onrecord_server.refusals import RefusalError
from onrecord_server.response import refused


def create_app(endpoint: Endpoint) -> Flask:
    """Return the application over an endpoint that is open."""
    app = Flask(__name__)
    app.register_blueprint(sparql.blueprint(endpoint, form))

    @app.errorhandler(RefusalError)
    def refuse(refusal: RefusalError) -> Response:
        return sparql.flask_response(refused(refusal))

    @app.get("/healthz")
    def health() -> Response:
        release = endpoint.shelf.newest()
        graphs = release.manifest.get("graphs", {})
        return jsonify(status="ok", release=release.name, graphs=graphs)

    @app.get("/metrics")
    def measured() -> Response:
        return Response(metrics.text(), content_type=metrics.CONTENT_TYPE)

    return app
