"""`/archive/<snapshot>`: an archived text with its passages marked, for readers on this machine.

The words are the outlet's. They are in no release and are shown to no other reader: the page is
there only if the server was started with `--show-archive`, for requests from and to a loopback
address, and pages of other origins cannot read it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import pairwise
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request

from onrecord.records.archive import Archive
from onrecord_server.documents.representation import HTML_TYPE
from onrecord_server.errors import RefusalError
from onrecord_server.pages.page_queries import base_of, named_rows
from onrecord_server.pages.things.source import PlacedPassage, archived_text
from onrecord_server.sparql.endpoint import Endpoint

_PASSED_ON = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
"""Header fields that a proxy adds: then the reader is on another machine."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """Part of a text, and the passages that it belongs to."""

    text: str
    passages: tuple[PlacedPassage, ...]
    begins: tuple[PlacedPassage, ...]
    """Those that begin here."""


def blueprint(endpoint: Endpoint, archive: Archive) -> Blueprint:
    """Return the blueprint of the archived texts."""
    texts = Blueprint("archive", __name__)

    @texts.get("/archive/<path:slug>")
    def shown(slug: str) -> Response:
        if not is_from_here():
            raise RefusalError(404, "archived texts are shown to this machine only")
        release = endpoint.catalogue.release(request.args.get("release"))
        snapshot = f"{base_of(release)}snapshot/{slug}"
        rows = named_rows(endpoint, release, "archived-text", snapshot=snapshot)
        text = archive.text(rows[0]["sha256"]) if rows else None
        if text is None:
            raise RefusalError(404, f"the archive has no text of snapshot/{slug}")
        passages = archived_text(endpoint, release, rows[0]["source"], snapshot)
        response = Response(
            render_template(
                "archived_text.html",
                about=rows[0],
                parts=parts_of(text, passages.places),
                passages=passages,
                slug=slug,
                length=len(text),
                release=release,
            ),
            content_type=HTML_TYPE,
        )
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return texts


def is_from_here() -> bool:
    """Return whether a request comes from this machine and asks a loopback name for it.

    The name matters, as the name of a foreign page can lead to this machine (DNS rebinding).
    """
    if any(name in request.headers for name in _PASSED_ON):
        return False
    return _is_loopback(urlsplit(f"//{request.host}").hostname or "") and _is_loopback(
        request.remote_addr or ""
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def parts_of(text: str, places: Sequence[PlacedPassage]) -> list[TextPart]:
    """Return a text in parts, cut wherever a passage begins or ends; nothing of it is lost."""
    ends = sorted({0, len(text), *(_inside(places, len(text)))})
    return [
        TextPart(
            text[start:end],
            tuple(each for each in places if each.start < end and start < each.end),
            tuple(each for each in places if each.start == start),
        )
        for start, end in pairwise(ends)
    ]


def _inside(places: Iterable[PlacedPassage], length: int) -> list[int]:
    return [at for each in places for at in (each.start, each.end) if at < length]
