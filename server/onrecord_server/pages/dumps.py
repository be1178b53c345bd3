"""`/dumps/`: download of the files of releases, with their SHA-256."""

from flask import Blueprint, Response, redirect, render_template, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from onrecord.releases.void import MEDIA_TYPES
from onrecord_server.errors import RefusalError
from onrecord_server.sparql.endpoint import Endpoint

_FOREVER = 31_536_000
"""Seconds of caching: a file of a release never changes."""


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of `/dumps/`."""
    dumps = Blueprint("dumps", __name__)

    @dumps.get("/dumps/")
    def index() -> str:
        newest = endpoint.catalogue.newest()
        names = reversed(endpoint.catalogue.names())
        releases = [endpoint.catalogue.release(name) for name in names]
        sizes = {
            (release.name, file): (release.path / file).stat().st_size
            for release in releases
            for file in release.files
        }
        return render_template("dumps.html", release=newest, releases=releases, sizes=sizes)

    @dumps.get("/dumps/latest/<path:file>")
    def latest(file: str) -> AnyResponse:
        return redirect(f"/dumps/{endpoint.catalogue.newest().name}/{file}", 302)

    @dumps.get("/dumps/<name>/<path:file>")
    def download(name: str, file: str) -> Response:
        release = endpoint.catalogue.release(name)
        files = release.files
        wanted = file if file in files else f"dumps/{file}"
        if wanted not in files:
            raise RefusalError(404, f"release {name} has no file {file!r}; the list is at /dumps/")
        response = send_from_directory(
            release.path.absolute(),
            wanted,
            mimetype=_media_type(wanted),
            conditional=True,
            etag=files[wanted],
            max_age=_FOREVER,
        )
        response.headers["X-Release"] = release.name
        return response

    return dumps


def _media_type(file: str) -> str:
    plain = {"json": "application/json", "txt": "text/plain; charset=utf-8"}
    suffix = file.rpartition(".")[2]
    return {**MEDIA_TYPES, **plain}.get(suffix, "application/octet-stream")
