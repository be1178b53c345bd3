"""`/dumps/`: the files of releases, further forms of them, and what changed between releases."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from onrecord.releases.descriptions.facts import MEDIA_TYPES
from onrecord.releases.forms.delta import as_json, delta_file, read_changes
from onrecord.releases.forms.difference_text import counts_text, detail_of
from onrecord.releases.forms.kept import CODINGS, form_of, names_of
from onrecord.releases.forms.spare_folder import NoRoomError
from onrecord.releases.forms.table_files import TABLE_TYPES, MissingWriterError
from onrecord.releases.history import in_order, index, previous
from onrecord.releases.release import MANIFEST, Release, day_of
from onrecord_server.documents.representation import (
    FOREVER,
    GRAPHS,
    HTML_TYPE,
    day_as_time,
    represented,
)
from onrecord_server.errors import RefusalError
from onrecord_server.pages.descriptions import description_response
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import Format
from onrecord_server.sparql.negotiation import choose, names_any, wants_html

_LIST = Format(
    "list", "rows", "application/json", ("application/json", "text/json"), (), "json", charset=False
)
_OFFERS = (_LIST, *GRAPHS)
_FOREVER = 31_536_000
"""Seconds of caching: a file of a release never changes."""
_LATER = 3600
"""Seconds after which to ask again for what cannot be written now."""
_PLAIN_TYPES = {
    **MEDIA_TYPES,
    **CODINGS,
    **TABLE_TYPES,
    "json": "application/json",
    "jsonl": "application/jsonl",
    "cff": "application/yaml",
    "txt": "text/plain; charset=utf-8",
}


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of `/dumps/`."""
    dumps = Blueprint("dumps", __name__)
    folder, spare = endpoint.catalogue.folder, endpoint.catalogue.spare

    @dumps.get("/dumps/")
    def listing() -> AnyResponse:
        return _listing(endpoint, endpoint.catalogue.newest(), in_order(folder))

    @dumps.get("/dumps/index.json")
    def listed() -> Response:
        return _index(endpoint)

    @dumps.get("/dumps/latest/")
    def latest_folder() -> AnyResponse:
        return redirect(f"/dumps/{endpoint.catalogue.newest().name}/", 302)

    @dumps.get("/dumps/latest/<path:file>")
    def latest(file: str) -> AnyResponse:
        return redirect(f"/dumps/{endpoint.catalogue.newest().name}/{file}", 302)

    @dumps.get("/dumps/<name>/")
    def folder_of(name: str) -> AnyResponse:
        return _listing(endpoint, endpoint.catalogue.release(name), [name])

    @dumps.get("/dumps/<name>/SHA256SUMS")
    def hashes(name: str) -> Response:
        release = endpoint.catalogue.release(name)
        lines = [f"{digest}  {file}\n" for file, digest in sorted(release.files.items())]
        text = "".join(lines).replace("  dumps/", "  ")
        return represented(text, "text/plain; charset=utf-8", release, immutable=True)

    @dumps.get("/dumps/<name>/delta/<file>")
    def delta_to_previous(name: str, file: str) -> AnyResponse:
        before = previous(folder, endpoint.catalogue.release(name).name)
        if not before:
            raise RefusalError(404, f"release {name} is the first one here, so it has no delta")
        return redirect(f"/dumps/{name}/delta/{before}/{file}", 302)

    @dumps.get("/dumps/<name>/delta/<before>/")
    def changes(name: str, before: str) -> Response:
        return _changes(endpoint, before, name)

    @dumps.get("/dumps/<name>/delta/<before>/<file>")
    def delta(name: str, before: str, file: str) -> Response:
        release = endpoint.catalogue.release(name)
        earlier = endpoint.catalogue.release(before)
        with _unless_it_cannot_be_made(file):
            path = delta_file(earlier, release, file, spare)
            if path is not None:
                return _sent(release, path)
        raise RefusalError(404, f"no {file!r} between releases {before} and {name}")

    @dumps.get("/dumps/<name>/<path:file>")
    def download(name: str, file: str) -> Response:
        release = endpoint.catalogue.release(name)
        files = release.files
        for wanted in (file, f"dumps/{file}"):
            if wanted in files or wanted == MANIFEST:
                return _sent(release, release.path / wanted, files.get(wanted))
        with _unless_it_cannot_be_made(file):
            path = form_of(release, file, spare)
            if path is None:
                raise RefusalError(
                    404, f"release {name} has no file {file!r}; the list is at /dumps/"
                )
            response = _sent(release, path)
        if file.endswith(".csv"):
            metadata, media_type = f"{path.name}-metadata.json", TABLE_TYPES["csv-metadata.json"]
            response.headers["Link"] = f'<{metadata}>; rel="describedby"; type="{media_type}"'
        return response

    return dumps


@contextmanager
def _unless_it_cannot_be_made(file: str) -> Iterator[None]:
    """Refuse with 501 what needs a program that is not here, with 503 what nothing can hold."""
    try:
        yield
    except MissingWriterError as error:
        raise RefusalError(501, str(error)) from error
    except NoRoomError as error:
        raise RefusalError(503, str(error), retry_after=_LATER) from error
    except OSError as error:
        raise RefusalError(
            503,
            f"{file}: it is made when somebody asks for it, and cannot be written here"
            f" ({error.strerror or error}); the uncompressed files of the release are at /dumps/",
            retry_after=_LATER,
        ) from error


def _listing(endpoint: Endpoint, release: Release, names: list[str]) -> AnyResponse:
    """Return the list of the files of releases as a page, as JSON, or in the words of DCAT."""
    accept = request.headers.get("Accept", "")
    one = names == [release.name] and request.path != "/dumps/"
    if not wants_html(accept, _OFFERS) and (
        names_any(accept, _OFFERS) or choose(_OFFERS, accept) is None
    ):
        format = choose(_OFFERS, accept)
        if format is None:
            offer = ", ".join(["text/html", *(each.media_type for each in _OFFERS)])
            raise RefusalError(406, f"the list of dumps is offered as {offer}")
        if format is _LIST:
            return _index(endpoint)
        return description_response(endpoint, release, "void", format.suffix, negotiated=True)
    releases = [endpoint.catalogue.release(name) for name in reversed(names)]
    sizes = {
        (each.name, file): (each.path / file).stat().st_size
        for each in releases
        for file in each.files
    }
    folder = endpoint.catalogue.folder
    page = render_template(
        "dumps.html",
        release=release,
        releases=releases,
        sizes=sizes,
        forms={each.name: list(names_of(each)) if one else [] for each in releases},
        previous={each.name: previous(folder, each.name) for each in releases},
    )
    return represented(page, HTML_TYPE, release)


def _changes(endpoint: Endpoint, former: str, later: str) -> Response:
    """Return what became of each claim between two releases, as a page or as JSON."""
    before, after = endpoint.catalogue.release(former), endpoint.catalogue.release(later)
    claims = read_changes(before, after, endpoint.catalogue.spare)
    if claims is None:
        raise RefusalError(
            404, f"nothing to compare between releases {before.name} and {after.name}"
        )
    accept = request.headers.get("Accept", "")
    if choose((_LIST,), accept) is not None and not wants_html(accept, (_LIST,)):
        body = json.dumps(
            {"before": before.name, "after": after.name, "claims": list(map(as_json, claims))},
            indent=1,
            ensure_ascii=False,
        )
        return represented(body, "application/json", after, immutable=True)
    if not wants_html(accept, (_LIST,)):
        raise RefusalError(406, "changes are offered as text/html, application/json")
    base = str(after.manifest["base"])
    page = render_template(
        "changes.html",
        release=after,
        before=before.name,
        after=after.name,
        counts=counts_text(claims),
        rows=[
            (change.change, change.text, change.claim.removeprefix(base), detail_of(change))
            for change in claims
        ],
    )
    return represented(page, HTML_TYPE, after, immutable=True)


def _index(endpoint: Endpoint) -> Response:
    newest = endpoint.catalogue.newest()
    body = json.dumps(index(endpoint.catalogue.folder, newest.name), indent=1)
    response = represented(body, "application/json", newest)
    # It changes with each release of a day.
    del response.headers["Last-Modified"]
    return response


def _sent(release: Release, path: Path, digest: str | None = None) -> Response:
    """Return a file, or a range of it; its hash is its ETag, so two mirrors have the same."""
    etag = digest or _digest(path)
    response = send_from_directory(
        path.parent.absolute(),
        path.name,
        mimetype=_media_type(path.name),
        conditional=True,
        etag=etag,
        max_age=_FOREVER,
        last_modified=day_as_time(day_of(release.name)),
    )
    response.headers["X-Release"] = release.name
    if response.status_code in (200, 206, 304):
        response.headers["Cache-Control"] = FOREVER
    return response


def _media_type(name: str) -> str:
    """Return the media type of a file by its longest ending that is known."""
    parts = name.split(".")
    endings = (".".join(parts[at:]) for at in range(1, len(parts)))
    known = (_PLAIN_TYPES[ending] for ending in endings if ending in _PLAIN_TYPES)
    return next(known, "application/octet-stream")


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file that is not in the manifest, kept beside it if it can be."""
    beside = path.with_name(f"{path.name}.sha256")
    try:
        return beside.read_text(encoding="ascii")
    except OSError:
        about = path.stat()
    digest = _computed_digest(path, about.st_size, about.st_mtime_ns)
    if path.name != MANIFEST:
        with suppress(OSError):
            beside.write_text(digest, encoding="ascii")
    return digest


@lru_cache(maxsize=1024)
def _computed_digest(path: Path, size: int, written: int) -> str:
    """Return the SHA-256 of a file, computed once for each size and time of writing."""
    with path.open("rb") as file:
        return file_digest(file, sha256).hexdigest()
