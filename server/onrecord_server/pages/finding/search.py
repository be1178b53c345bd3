"""`/search`: claims, people, events, sources, series and topics by words."""

from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request

from onrecord.releases.release import Release
from onrecord.releases.tables.search import END_MARK, KINDS, MARK, Hit, Hits, search
from onrecord_server.errors import RefusalError
from onrecord_server.pages.finding.tables import tables_of
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of
from onrecord_server.sparql.endpoint import Endpoint

PAGE = 20
"""Hits on a page."""
MOST = 10_000
"""Hits that can be paged through."""
LONGEST = 200
"""Characters of a text that is searched for."""

PLURALS = {
    "claim": "claims",
    "actor": "people and bodies",
    "event": "events",
    "source": "sources",
    "series": "series",
    "topic": "topics",
}


class ExcerptPart(NamedTuple):
    """Part of an excerpt."""

    text: str
    found: bool
    """Whether it is one of the words that were searched for."""


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of `/search`."""
    finding = Blueprint("search", __name__)

    @finding.get("/search")
    def page() -> str:
        try:
            release, text, kind, start = _asked(endpoint)
        except RefusalError as refusal:
            if refusal.status != 400:
                raise
            sent = render_template(
                "search.html", text=request.args.get("q", ""), refused=refusal.message
            )
            raise RefusalError(400, refusal.message, page=sent) from refusal
        with tables_of(release) as tables:
            hits = search(tables, text, kind, limit=PAGE, offset=start)
        base = base_of(release)
        found = [(hit, address_of(hit.thing, base), excerpt(hit)) for hit in hits.hits]
        return render_template(
            "search.html",
            text=text, kind=kind, hits=hits, found=found, plurals=PLURALS, start=start,
            instead=[(hit, address_of(hit.thing, base)) for hit in hits.instead],
            addresses={each: _address(text, each) for each in ("", *KINDS)},
            next=_address(text, kind, start + PAGE) if _more(hits, start) else "",
            previous=_address(text, kind, max(start - PAGE, 0)) if start else "",
            release=release,
        )  # fmt: skip

    @finding.get("/search.json")
    def data() -> Response:
        release, text, kind, start = _asked(endpoint)
        with tables_of(release) as tables:
            hits = search(tables, text, kind, limit=PAGE, offset=start)
        response = jsonify(
            release=release.name,
            total=hits.total,
            counts=hits.counts,
            order="newest first" if hits.by_date else "best first",
            hits=[_plain(hit) for hit in hits.hits],
            instead=[_plain(hit) for hit in hits.instead],
            like=hits.like,
            left_out=hits.left_out,
            has_all=hits.has_all,
            next=_address(text, kind, start + PAGE, ".json") if _more(hits, start) else None,
        )
        response.headers["X-Release"] = release.name
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return finding


def _asked(endpoint: Endpoint) -> tuple[Release, str, str, int]:
    """Return release, text, kind and start of a request. Raises RefusalError 400 or 404."""
    release = endpoint.catalogue.release(request.args.get("release"))
    text, kind = request.args.get("q", ""), request.args.get("kind", "")
    if len(text) > LONGEST:
        raise RefusalError(400, f"q: at most {LONGEST} characters can be searched for")
    if kind and kind not in KINDS:
        raise RefusalError(400, f"kind: {kind!r} is none of {', '.join(KINDS)}")
    start = request.args.get("start", "0")
    if not (start.isascii() and start.isdecimal() and int(start) < MOST):
        raise RefusalError(400, f"start: {start!r} is no number below {MOST:,}")
    return release, text, kind, int(start)


def _more(hits: Hits, start: int) -> bool:
    return start + PAGE < min(hits.total, MOST)


def _address(text: str, kind: str, start: int = 0, suffix: str = "") -> str:
    values = {"q": text, "kind": kind, "start": str(start) if start else ""}
    chosen = {name: value for name, value in values.items() if value}
    if "release" in request.args:
        chosen["release"] = request.args["release"]
    return f"/search{suffix}?{urlencode(chosen)}"


def excerpt(hit: Hit) -> list[ExcerptPart]:
    """Return an excerpt in pieces, so that a page marks the words without trusting the text.

    A stroke stands between lines: what two passages say is no one quotation.
    """
    pieces = []
    for part in hit.excerpt.replace("\n", " / ").split(MARK):
        found, end, after = part.partition(END_MARK)
        if end:
            pieces += [ExcerptPart(found, True), ExcerptPart(after, False)]
        else:
            pieces.append(ExcerptPart(part, False))
    return [piece for piece in pieces if piece.text]


def _plain(hit: Hit) -> dict[str, str]:
    words = hit.excerpt.replace(MARK, "").replace(END_MARK, "")
    return {
        "kind": hit.kind, "iri": hit.thing, "name": hit.name, "detail": hit.detail, "words": words,
    }  # fmt: skip
