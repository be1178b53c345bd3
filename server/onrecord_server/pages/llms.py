"""`/llms.txt`: what assistants should know of this server, in the form of llmstxt.org."""

from flask import Blueprint, Response, render_template

from onrecord_server.documents.representation import host_of, represented
from onrecord_server.sparql.endpoint import Endpoint


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of `/llms.txt`."""
    llms = Blueprint("llms", __name__)

    @llms.get("/llms.txt")
    def text() -> Response:
        release = endpoint.catalogue.newest()
        title = " ".join(str(release.manifest.get("title", "onrecord")).split())
        body = render_template("llms.txt", title=title, host=host_of(endpoint), release=release)
        return represented(body, "text/plain; charset=utf-8", release)

    return llms
