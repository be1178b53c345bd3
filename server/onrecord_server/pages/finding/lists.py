"""`/topic/`, `/actor/`, `/event/`, `/source/`, `/series/`, `/claim/`: what there is of a kind."""

import sqlite3
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from onrecord_server.errors import RefusalError
from onrecord_server.pages.finding.tables import tables_of
from onrecord_server.pages.links import address_of
from onrecord_server.pages.page_queries import base_of
from onrecord_server.sparql.endpoint import Endpoint

PAGE = 100
"""Rows of a page."""

TITLES = {
    "topic": "Topics",
    "actor": "Speakers and others",
    "event": "Events",
    "source": "Sources",
    "series": "Series",
    "claim": "Claims, the newest first",
}

_COUNT = {
    "topic": "SELECT count(*) FROM claim_topic WHERE topic = thing.thing",
    "actor": "SELECT count(*) FROM claim_speaker WHERE actor = thing.thing",
    "event": "SELECT count(*) FROM claim WHERE event = thing.thing",
    "source": "SELECT count(DISTINCT claim) FROM passage WHERE source = thing.thing",
    "series": "SELECT count(DISTINCT claim) FROM figure WHERE series = thing.thing",
}
"""Number of claims of a thing, by kind."""


class Entry(NamedTuple):
    """Row of a list."""

    name: str
    detail: str
    thing: str
    key: str
    """Where the page after this row begins."""


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the lists."""
    listing = Blueprint("lists", __name__)

    @listing.get(f"/<any({','.join(TITLES)}):kind>/")
    def page(kind: str) -> str:
        release = endpoint.catalogue.release(request.args.get("release"))
        after = request.args.get("after", "")
        with tables_of(release) as tables:
            total, entries = _entries(tables, kind, after)
        base = base_of(release)
        return render_template(
            "list.html",
            title=TITLES[kind], kind=kind, total=total, after=after,
            entries=[(entry, address_of(entry.thing, base)) for entry in entries[:PAGE]],
            next=_next(kind, entries[PAGE - 1].key) if len(entries) > PAGE else "",
            release=release,
        )  # fmt: skip

    return listing


def _next(kind: str, key: str) -> str:
    chosen = {"after": key}
    if "release" in request.args:
        chosen["release"] = request.args["release"]
    return f"/{kind}/?{urlencode(chosen)}"


def _entries(tables: sqlite3.Connection, kind: str, after: str) -> tuple[int, list[Entry]]:
    """Return how many there are in all, and a page of them and one more."""
    if kind == "claim":
        return _claims(tables, after)
    (total,) = tables.execute("SELECT count(*) FROM thing WHERE kind = ?", (kind,)).fetchone()
    name, _, thing = after.rpartition("\n")
    rows = tables.execute(
        f"SELECT name, ({_COUNT[kind]}), thing FROM thing"  # noqa: S608
        " WHERE kind = ? AND (name, thing) > (?, ?) ORDER BY name, thing LIMIT ?",
        (kind, name, thing, PAGE + 1),
    )
    return total, [
        Entry(name, f"{count:,} claim{'' if count == 1 else 's'}", thing, f"{name}\n{thing}")
        for name, count, thing in rows
    ]


def _claims(tables: sqlite3.Connection, after: str) -> tuple[int, list[Entry]]:
    span = tables.execute("SELECT first, last FROM span WHERE kind = 'claim'").fetchone()
    if span is None:
        return 0, []
    first, last = span
    if after and not (after.isascii() and after.isdecimal() and len(after) < 19):
        raise RefusalError(400, f"after: {after!r} is no number")
    rows = tables.execute(
        "SELECT name, detail, thing, number FROM document"
        " WHERE number BETWEEN ? AND ? ORDER BY number DESC LIMIT ?",
        (first, int(after) - 1 if after else last, PAGE + 1),
    )
    entries = [Entry(name, detail, thing, str(number)) for name, detail, thing, number in rows]
    return last - first + 1, entries
