"""HTTP of documents: validators, caching, negotiation, and where they lead (signposting)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from onrecord.rdf.namespaces import DCAT, DCTERMS
from onrecord.releases.release import Release, day_of
from onrecord_server.documents.release_files import described_as
from onrecord_server.errors import RefusalError
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import Format, offered
from onrecord_server.sparql.negotiation import choose, names_any, wants_html

FOREVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=60"
GRAPHS = offered("graph")
BY_SUFFIX: dict[str, Format] = {format.suffix: format for format in GRAPHS}
"""Graph formats by the suffix of their addresses."""
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
HTML_TYPE = "text/html; charset=utf-8"
_CITATIONS = {"bib": "application/x-bibtex", "csl.json": "application/vnd.citationstyles.csl+json"}
OTHER_FORMS = {
    "claim": {
        **_CITATIONS,
        "schema.jsonld": "application/ld+json",
        "nanopub.trig": "application/trig",
    },
    "source": {**_CITATIONS, "annotations.jsonld": "application/ld+json"},
}
"""Media types of the forms of others by kind of thing and suffix, where the data is here."""


class WebLink(NamedTuple):
    """Link of a response (RFC 8288)."""

    target: str
    relation: str
    media_type: str = ""


def accepted_suffix(what: str, *, page_first: bool = False) -> str:
    """Return the suffix of the format that the client likes best: `html` or that of a graph format.

    With `page_first` who accepts anything and names none of them gets the page. Raises
    RefusalError 406 with what is offered.
    """
    accept = request.headers.get("Accept", "")
    if wants_html(accept, GRAPHS):
        return "html"
    format = choose(GRAPHS, accept)
    if format is None:
        offer = ", ".join(["text/html", *(format.media_type for format in GRAPHS)])
        raise RefusalError(406, f"{what} is offered as {offer}")
    return "html" if page_first and not names_any(accept, GRAPHS) else format.suffix


def represented(
    body: str | bytes,
    content_type: str,
    release: Release | None,
    *,
    links: Iterable[WebLink] = (),
    location: str = "",
    status: int = 200,
    immutable: bool = False,
    day: str = "",
) -> Response:
    """Return the response with a document, of a release if it is of one; 304 if the client has it.

    `location` is the address of this form of what was negotiated. `day` is when the document was
    made, if it is of no release.
    """
    data = body.encode() if isinstance(body, str) else body
    response = Response(data, status, content_type=content_type)
    response.headers["Vary"] = "Accept"
    pinned = immutable or "release" in request.args
    response.headers["Cache-Control"] = FOREVER if pinned else FOR_NOW
    if release is not None:
        response.headers["X-Release"] = release.name
        day = day_of(release.name)
    if day:
        response.last_modified = day_as_time(day)
    if location:
        response.headers["Content-Location"] = location
    fields = [
        f'<{link.target}>; rel="{link.relation}"'
        + (f'; type="{link.media_type}"' if link.media_type else "")
        for link in links
    ]
    if fields:
        response.headers["Link"] = ", ".join(fields)
    response.set_etag(sha256(data).hexdigest())
    if status == 200:
        response.make_conditional(request)
    return response


def day_as_time(day: str) -> datetime:
    """Return a day as the moment at which it begins, for Last-Modified."""
    try:
        return datetime.fromisoformat(day).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)  # a name with a day that no calendar has


def see_other(path: str, suffix: str) -> AnyResponse:
    """Return the redirect from a thing to a document about it."""
    return moved(f"{path}.{suffix}", 303)


def moved(path: str, status: int) -> AnyResponse:
    """Return a redirect to a local path, with the query string of the request."""
    response = redirect(f"/{quoted(path)}{query_behind()}", status)
    response.headers["Vary"] = "Accept"
    return response


def quoted(path: str) -> str:
    """Return a path with what an address cannot have percent-encoded."""
    return quote(path, safe="/:@!$&'()*+,;=")


def host_of(endpoint: Endpoint) -> str:
    """Return what the addresses of the server begin with for this client."""
    return endpoint.public_url or request.host_url.rstrip("/")


def query_behind() -> str:
    """Return the query string of the request with its question mark, for a redirect."""
    query = request.query_string.decode("latin-1")
    return f"?{query}" if query else ""


def signposts(
    release: Release, iri: str, path: str, suffix: str, kinds: Iterable[str]
) -> list[WebLink]:
    """Return the links of a document about a thing (FAIR Signposting, level 1).

    `path` is the local address of the thing, `kinds` are IRIs of what it is.
    """
    dataset = str(release.manifest.get("dataset", ""))
    links = [WebLink(iri, "cite-as"), WebLink(iri, "describes"), *other_forms(path, suffix)]
    if suffix == "html":
        # Of a dataset these are its dumps; of anything else, what is on record of it.
        links += [] if iri == dataset else [WebLink(f"{path}.ttl", "item", "text/turtle")]
    if "dumps/onrecord.nt" in release.files:
        others_of_kind = OTHER_FORMS.get(path.strip("/").partition("/")[0], {})
        links += [
            WebLink(f"{path}.{each}", "alternate", media_type)
            for each, media_type in others_of_kind.items()
        ]
    links += [WebLink(kind, "type") for kind in kinds]
    if dataset:
        for name, relation in ((DCTERMS.license, "license"), (DCTERMS.publisher, "author")):
            value = described_as(release, dataset, str(name))
            links += [WebLink(value, relation)] if value else []
        links += [WebLink(dataset, "collection")] if iri != dataset else dataset_items(release)
        links += [WebLink("/linkset.json", "linkset", "application/linkset+json")]
    return links


def other_forms(path: str, suffix: str) -> list[WebLink]:
    """Return the links from one form of a document to the others, and of a page to its type."""
    others = [format for format in GRAPHS if format.suffix != suffix]
    relation = "describedby" if suffix == "html" else "alternate"
    links = [WebLink(f"{path}.{each.suffix}", relation, each.media_type) for each in others]
    if suffix != "html":
        return [*links, WebLink(f"{path}.html", "alternate", "text/html")]
    links.append(WebLink(f"{path}.ttl", "alternate", "text/turtle"))
    return [*links, WebLink("https://schema.org/AboutPage", "type")]


def dataset_items(release: Release) -> list[WebLink]:
    """Return the links from the dataset to its dumps, as its description has them."""
    folder = f"dumps/{release.name}/"
    base = str(release.manifest["base"])
    found = []
    for path in release.files:
        file = path.removeprefix("dumps/")
        if file.startswith("onrecord."):
            media_type = described_as(release, f"{base}{folder}{file}", str(DCAT.mediaType))
            found.append(WebLink(f"/{folder}{file}", "item", media_type.removeprefix(_MEDIA_TYPES)))
    return found
