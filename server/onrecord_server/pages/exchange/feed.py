"""`/feed`: the releases in this folder as an Atom feed (RFC 4287), with what each has changed.

The first release in the folder has nothing to be compared with.
"""

import re
from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from flask import Blueprint, Response

from onrecord.rdf.namespaces import DCTERMS
from onrecord.releases.forms.delta import ClaimChange, read_changes
from onrecord.releases.forms.difference_text import counts_text, detail_of
from onrecord.releases.history import in_order
from onrecord.releases.release import Release, day_of
from onrecord_server.documents.release_files import described_as
from onrecord_server.documents.representation import host_of, represented
from onrecord_server.sparql.endpoint import Endpoint

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
MOST_RELEASES = 50
"""Number of releases in the feed, the newest ones."""
MOST_CLAIMS = 200
"""Number of claims that an entry names; all of them are in `changes.jsonl`."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML cannot have, not even escaped."""
_NAME = "http://xmlns.com/foaf/0.1/name"


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the feed."""
    feeds = Blueprint("feed", __name__)

    @feeds.get("/feed")
    def feed() -> Response:
        return _feed(endpoint)

    return feeds


def _feed(endpoint: Endpoint) -> Response:
    newest = endpoint.catalogue.newest()
    names = in_order(endpoint.catalogue.folder)
    releases = list(map(endpoint.catalogue.release, names))
    followed = list(zip(releases, [None, *releases], strict=False))[-MOST_RELEASES:]
    host = host_of(endpoint)
    root = Element("feed", xmlns=ATOM)
    dataset, base = str(newest.manifest.get("dataset", "")), str(newest.manifest["base"])
    _text(root, "id", f"{base}feed")
    _text(root, "title", f"Releases of {newest.manifest.get('title', dataset)}")
    _text(root, "updated", _moment(newest))
    publisher = described_as(newest, dataset, str(DCTERMS.publisher))
    author = SubElement(root, "author")
    _text(author, "name", described_as(newest, publisher, _NAME) or publisher or dataset)
    if publisher:
        _text(author, "uri", publisher)
    license = described_as(newest, dataset, str(DCTERMS.license))
    if license:
        SubElement(root, "link", rel="license", href=license)
    SubElement(root, "link", rel="self", type="application/atom+xml", href=f"{host}/feed")
    SubElement(root, "link", rel="alternate", type="text/html", href=f"{host}/dumps/")
    for release, earlier in reversed(followed):
        root.append(_entry(endpoint, release, earlier, host))
    indent(root, " ")
    data = b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="utf-8")
    response = represented(data + b"\n", ATOM_TYPE, newest)
    # It changes with each release of a day.
    del response.headers["Last-Modified"]
    return response


def _entry(endpoint: Endpoint, release: Release, earlier: Release | None, host: str) -> Element:
    entry = Element("entry")
    _text(entry, "id", f"{release.manifest['base']}dumps/{release.name}/")
    _text(entry, "title", f"Release {release.name}")
    _text(entry, "updated", _moment(release))
    folder = f"{host}/dumps/{release.name}/"
    SubElement(entry, "link", rel="alternate", type="text/html", href=folder)
    spare = endpoint.catalogue.spare
    changes = read_changes(earlier, release, spare) if earlier is not None else None
    if earlier is None or changes is None:
        _text(entry, "summary", "What it has changed is not known here.")
        return entry
    delta = f"{folder}delta/{earlier.name}/"
    SubElement(entry, "link", rel="related", type="application/jsonl", href=f"{delta}changes.jsonl")
    _text(entry, "summary", f"Claims since release {earlier.name}: {counts_text(changes)}.")
    if changes:
        lines = "\n".join(_lines(changes, host, str(release.manifest["base"]), delta))
        _text(entry, "content", lines).set("type", "html")
    return entry


def _lines(changes: tuple[ClaimChange, ...], host: str, base: str, delta: str) -> Iterator[str]:
    """Yield the lines of a list in HTML."""
    yield "<ul>"
    for change in changes[:MOST_CLAIMS]:
        address = f"{host}/{change.claim.removeprefix(base)}"
        name = change.text or change.claim.removeprefix(base)
        detail = detail_of(change)
        yield (
            f'<li>{change.change}: <a href="{escape(address)}">{escape(name)}</a>'
            + (f" ({escape(detail)})" if detail else "")
            + "</li>"
        )
    yield "</ul>"
    if len(changes) > MOST_CLAIMS:
        others = len(changes) - MOST_CLAIMS
        yield f'<p><a href="{escape(delta)}changes.jsonl">{others} more</a></p>'


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = _NO_XML.sub("\ufffd", text)
    return element


def _moment(release: Release) -> str:
    return f"{day_of(release.name)}T00:00:00Z"
