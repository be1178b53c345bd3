"""`/use`: how to ask the server from each client, in lines to copy that a test runs."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request

from onrecord.releases.release import Release
from onrecord_server.documents.release_files import dump_of
from onrecord_server.documents.representation import HTML_TYPE, host_of, represented
from onrecord_server.pages.finding.widely_carried import widely_carried
from onrecord_server.pages.page_queries import base_of
from onrecord_server.sparql.endpoint import Endpoint

_FILES = Path(__file__).parent / "clients"


class Client(NamedTuple):
    """Program or library, and lines for it."""

    title: str
    run: str
    """Command that runs the lines."""
    lines: str
    """Lines with HOST for the address of the server, and CLAIM for the path of a claim."""


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the page."""
    use = Blueprint("use", __name__)

    @use.get("/use")
    def page() -> Response:
        release = endpoint.catalogue.release(request.args.get("release"))
        host, claim = host_of(endpoint), _claim(endpoint, release)
        shown = [
            (each.title, each.lines.replace("HOST", host).replace("CLAIM", claim))
            for each in clients()
        ]
        text = render_template("use.html", clients=shown, release=release)
        return represented(text, HTML_TYPE, release)

    return use


@cache
def clients() -> tuple[Client, ...]:
    """Return the clients, in the order of their files."""
    return tuple(_read(path) for path in sorted(_FILES.glob("*.txt")))


def _read(path: Path) -> Client:
    title, run, *lines = path.read_text(encoding="utf-8").splitlines()
    return Client(
        title.removeprefix("# title: "), run.removeprefix("# run: "), "\n".join(lines) + "\n"
    )


def _claim(endpoint: Endpoint, release: Release) -> str:
    """Return the path of a claim: the one that most outlets carry, else the first."""
    carried = widely_carried(endpoint, release)
    if carried is not None:
        return carried.address.removeprefix("/")
    dump, base = dump_of(release), base_of(release)
    first = next(iter(dump.subjects_below(f"{base}claim/")), "") if dump is not None else ""
    return first.removeprefix(base) or "claim/…"
