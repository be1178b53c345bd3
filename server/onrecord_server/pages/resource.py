"""`/<kind>/<slug>`: every thing on record as an HTML page and as RDF, by a 303 redirect.

The thing's own triples are always complete, and are those of the release as parsed. Incoming links
and reports may exceed the row limit; then a part of them is given, with the number of those left
out and the address of all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS, SKOS
from werkzeug.wrappers import Response as AnyResponse

from onrecord.rdf.namespaces import DCTERMS, REC
from onrecord.rdf.oxigraph import quads
from onrecord.releases.dumps import KINDS
from onrecord.releases.release import Release
from onrecord.releases.saved_query import ParameterError
from onrecord_server.documents.release_files import dump_of, to_graph
from onrecord_server.documents.representation import (
    BY_SUFFIX,
    HTML_TYPE,
    WebLink,
    accepted_suffix,
    moved,
    query_behind,
    quoted,
    represented,
    see_other,
    signposts,
)
from onrecord_server.documents.serialisation import write_graph
from onrecord_server.documents.thing_document import (
    DocumentPart,
    about_document,
    labels_of,
    part_of,
)
from onrecord_server.errors import RefusalError
from onrecord_server.pages.claim_page import claim_page
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.page_queries import (
    address,
    base_of,
    construct,
    construct_part,
    link_to_all,
    select,
    stored_labels,
)
from onrecord_server.pages.property_table import Shown, blocks_of
from onrecord_server.pages.things.actor import actor_page
from onrecord_server.pages.things.as_of import NAME, day_asked_for
from onrecord_server.pages.things.event import event_page
from onrecord_server.pages.things.incoming import incoming
from onrecord_server.pages.things.linked import standing_names
from onrecord_server.pages.things.series import series_page
from onrecord_server.pages.things.source import source_page
from onrecord_server.pages.topic import topic_drawing, topic_page
from onrecord_server.sparql.endpoint import Endpoint

_SUFFIXES = ("html", *BY_SUFFIX)
_PAGES = {
    "actor": actor_page,
    "event": event_page,
    "series": series_page,
    "source": source_page,
}
"""Pages of things by the first segment of their IRIs."""
_PLURALS = {
    f"{kind.removesuffix('y')}ies" if kind.endswith("y") else f"{kind}s": kind
    for kind in KINDS
    if not kind.endswith("s")
}
"""Kinds by their names in the plural, by which their lists are looked for."""
_SCHEMA_CLAIM = "https://schema.org/Claim"


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the things on record."""
    things = Blueprint("things", __name__)
    kinds = f"<any({','.join(KINDS)}):kind>"

    @things.get(f"/{kinds}/<path:slug>")
    def thing(kind: str, slug: str) -> AnyResponse:
        return _respond(endpoint, f"{kind}/{slug}")

    @things.get(f"/{kinds}")
    def scheme(kind: str) -> AnyResponse:
        """Answer for the scheme that concepts of a kind are in; else lead to the list."""
        release = endpoint.catalogue.release(request.args.get("release"))
        if not _is_described(endpoint, release, URIRef(base_of(release) + kind)):
            return moved(f"{kind}/", 308)
        return _respond(endpoint, kind)

    @things.get(f"/<any({','.join(_PLURALS)}):plural>")
    @things.get(f"/<any({','.join(_PLURALS)}):plural>/")
    def plural(plural: str) -> AnyResponse:
        """Lead whoever guesses the address of a list to it."""
        return moved(f"{_PLURALS[plural]}/", 308)

    @things.get(f"/{kinds}.<suffix>")
    def scheme_document(kind: str, suffix: str) -> AnyResponse:
        return _respond(endpoint, f"{kind}.{suffix}")

    @things.get("/topic/<path:slug>.svg")
    def drawing(slug: str) -> Response:
        release = endpoint.catalogue.release(request.args.get("release"))
        iri = URIRef(f"{base_of(release)}topic/{slug}")
        graph = to_graph(_own_triples(endpoint, release, str(iri)))
        title = str(graph.value(iri, SKOS.prefLabel) or slug)
        response = Response(
            topic_drawing(endpoint, release, iri, title), content_type="image/svg+xml"
        )
        response.headers["X-Release"] = release.name
        return response

    return things


def _respond(endpoint: Endpoint, path: str) -> AnyResponse:
    """Return the response at a path: of a thing, or of a document about one.

    Raises RefusalError 404 if there is neither.
    """
    release = endpoint.catalogue.release(request.args.get("release"))
    iri = URIRef(base_of(release) + path)
    if _is_described(endpoint, release, iri):
        gone = _withdrawal(endpoint, release, iri)
        if gone is not None:
            return _gone(endpoint, release, iri, gone, accepted_suffix("a thing"), "")
        return see_other(path, accepted_suffix("a thing"))
    stem, _, suffix = path.rpartition(".")
    if suffix in _SUFFIXES:
        thing = URIRef(base_of(release) + stem)
        if _is_described(endpoint, release, thing):
            gone = _withdrawal(endpoint, release, thing)
            if gone is not None:
                return _gone(endpoint, release, thing, gone, suffix, f".{suffix}")
            return _document(endpoint, release, thing, suffix)
        iri = thing
    if path.endswith("/") and _is_described(endpoint, release, URIRef(str(iri).rstrip("/"))):
        return moved(path.rstrip("/"), 308)
    return _lost(endpoint, release, iri, suffix if suffix in _SUFFIXES else "")


def _is_described(endpoint: Endpoint, release: Release, iri: URIRef) -> bool:
    dump = dump_of(release)
    if dump is not None:
        return dump.has_subject(str(iri))
    try:
        return bool(select(endpoint, release, "any-property", thing=str(iri)))
    except ParameterError:
        return False  # A malformed IRI is not the name of a thing.


@dataclass(frozen=True, slots=True)
class WithdrawnIri:
    """What is said of an IRI that names no record any more."""

    day: str
    reason: str
    last_release: str
    replacement: str
    """IRI of the record that replaces it; empty if there is none."""


def _withdrawal(endpoint: Endpoint, release: Release, iri: URIRef) -> WithdrawnIri | None:
    dump = dump_of(release)
    if dump is None:
        rows = select(endpoint, release, "withdrawn", thing=str(iri))
        return WithdrawnIri(*(getattr(term, "value", "") for term in rows[0])) if rows else None
    stated = dump.values_of(str(iri))
    if str(REC.Withdrawn) not in stated.get(str(RDF.type), ()):
        return None
    names = (REC.withdrawnOn, REC.reason, REC.lastRelease, DCTERMS.isReplacedBy)
    return WithdrawnIri(*(min(stated.get(str(name), ()), default="") for name in names))


def _gone(
    endpoint: Endpoint, release: Release, iri: URIRef, gone: WithdrawnIri, wanted: str, ending: str
) -> AnyResponse:
    """Return 301 to what replaces a thing, or 410 with what is said of it.

    `ending` is the suffix of the address that was asked for.
    """
    base = base_of(release)
    if gone.replacement.startswith(base):
        response = moved(gone.replacement.removeprefix(base) + ending, 301)
        response.headers["X-Release"] = release.name
        return response
    response = (
        represented(_gone_page(release, iri, gone), HTML_TYPE, release, status=410)
        if wanted == "html"
        else _data(endpoint, release, iri, wanted, status=410)
    )
    if not ending:
        path = quoted(str(iri).removeprefix(base))
        response.headers["Content-Location"] = f"/{path}.{wanted}{query_behind()}"
    return response


def _gone_page(release: Release, iri: URIRef, gone: WithdrawnIri) -> str:
    path = str(iri).removeprefix(base_of(release))
    return render_template(
        "withdrawn.html", iri=iri, day=gone.day, reason=gone.reason, last=gone.last_release,
        path=path, release=release,
    )  # fmt: skip


def _lost(endpoint: Endpoint, release: Release, iri: URIRef, suffix: str) -> AnyResponse:
    """Return 410 for what the newest release no longer has, with the last one that has it.

    Raises RefusalError 404 if no release here has it.
    """
    nothing = f"nothing on record under {iri} in release {release.name}"
    last = next(
        (
            other
            for other in map(endpoint.catalogue.release, reversed(endpoint.catalogue.names()))
            if (dump := dump_of(other)) is not None and dump.has_subject(str(iri))
        ),
        None,
    )
    if last is None:
        raise RefusalError(404, nothing)
    if "release" in request.args:
        raise RefusalError(404, f"{nothing}; release {last.name} has it")
    wanted = suffix or accepted_suffix("a thing")
    if wanted == "html":
        gone = WithdrawnIri("", "", last.name, "")
        return represented(_gone_page(release, iri, gone), HTML_TYPE, release, status=410)
    document = f"{iri}.{wanted}"
    part = DocumentPart([], 1, is_last=True)
    facts = [
        *about_document(release, str(iri), document, part, ()),
        ox.Triple(
            ox.NamedNode(document), ox.NamedNode(str(REC.lastRelease)), ox.Literal(last.name)
        ),
        ox.Triple(
            ox.NamedNode(document),
            ox.NamedNode(str(DCTERMS.relation)),
            ox.NamedNode(f"{document}?release={last.name}"),
        ),
    ]
    format = BY_SUFFIX[wanted]
    body = write_graph(facts, format, base_of(release))
    return represented(body, format.content_type, release, status=410)


def _document(endpoint: Endpoint, release: Release, iri: URIRef, suffix: str) -> Response:
    day_asked_for(str(iri).removeprefix(base_of(release)))  # refused where nothing has it
    if suffix == "html":
        return _page(endpoint, release, iri)
    return _data(endpoint, release, iri, suffix)


def _data(
    endpoint: Endpoint, release: Release, iri: URIRef, suffix: str, *, status: int = 200
) -> Response:
    """Return a thing's document in a graph format, or a page of it if it is long."""
    path = str(iri).removeprefix(base_of(release))
    then = {NAME: day} if (day := day_asked_for(path)) else {}
    name = "incoming-as-of" if then else "incoming"
    incoming = construct_part(endpoint, release, name, thing=str(iri), **then)
    links_in = [quad.triple for quad in quads(incoming.graph)]
    groups: Iterable[Sequence[ox.Triple]] = _groups(endpoint, release, iri, links_in)
    if dump_of(release) is None:
        groups = list(groups)
        labels = stored_labels(endpoint, release, (triple for group in groups for triple in group))
    else:
        labels = labels_of(release)
    part = part_of(groups, labels, _page_number())
    document = f"{iri}.{suffix}"
    if not part.number:
        raise RefusalError(404, f"{document} has no such page; the first is without `page`")
    facts = about_document(
        release, str(iri), document, part, _of_the_thing(part, iri), labels, as_of=day
    )
    format = BY_SUFFIX[suffix]
    path = quoted(path)
    links = signposts(release, str(iri), f"/{path}", suffix, _kinds(part.triples, iri))
    if not part.is_last:
        links.append(WebLink(_page_address(f"/{path}.{suffix}", part.number + 1), "next"))
    if part.number > 1:
        links.append(WebLink(_page_address(f"/{path}.{suffix}", part.number - 1), "prev"))
    if incoming.limit:
        links.append(WebLink(address(release, name, "turtle", thing=str(iri), **then), "related"))
    about = list(facts)
    itself = getattr(about[0].subject, "value", "")
    body = write_graph([*part.triples, *about], format, base_of(release), [itself, str(iri)])
    response = represented(body, format.content_type, release, links=links, status=status)
    if incoming.limit:
        response.headers["Link"] += link_to_all(release)
        response.headers["X-Row-Limit"] = str(incoming.limit)
    return response


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 1_000_000):
        raise RefusalError(400, f"page: {text!r} is not the number of a page")
    return int(text)


def _page_address(path: str, number: int) -> str:
    kept = [(name, value) for name in (NAME, "release") if (value := request.args.get(name))]
    arguments = [*([("page", number)] if number > 1 else []), *kept]
    return f"{path}?{urlencode(arguments)}" if arguments else path


def _groups(
    endpoint: Endpoint, release: Release, iri: URIRef, links_in: list[ox.Triple]
) -> Iterator[Sequence[ox.Triple]]:
    """Yield the triples of a document, those first that one needs most to read it alone."""
    own = _own_triples(endpoint, release, str(iri))
    yield own
    if str(REC.Claim) in _kinds(own, iri):
        for _, node in select(endpoint, release, "claim-alone", claim=str(iri)):
            yield _own_triples(endpoint, release, getattr(node, "value", ""))
    for triple in sorted(links_in, key=str):
        yield [triple]


def _own_triples(endpoint: Endpoint, release: Release, iri: str) -> list[ox.Triple]:
    """Return the triples of a thing and of what is nested in it."""
    dump = dump_of(release)
    if dump is not None:
        return list(dump.of_document(iri))
    return [quad.triple for quad in quads(construct(endpoint, release, "thing", thing=iri))]


def _values(triples: list[ox.Triple], iri: URIRef, name: URIRef) -> list[str]:
    subject, predicate = ox.NamedNode(iri), ox.NamedNode(name)
    return sorted(
        getattr(triple.object, "value", "")
        for triple in triples
        if triple.subject == subject and triple.predicate == predicate
    )


def _of_the_thing(part: DocumentPart, iri: URIRef) -> list[tuple[URIRef, str]]:
    """Return what holds of a document as of the thing that it is about: topics and curations."""
    names = (DCTERMS.subject, REC.recordedIn)
    return [(name, value) for name in names for value in _values(part.triples, iri, name)]


def _kinds(triples: list[ox.Triple], iri: URIRef) -> list[str]:
    found = _values(triples, iri, RDF.type)
    return [*found, _SCHEMA_CLAIM] if str(REC.Claim) in found else found


def _page(endpoint: Endpoint, release: Release, iri: URIRef) -> Response:
    path = str(iri).removeprefix(base_of(release))
    own = _own_triples(endpoint, release, str(iri))
    kinds = _kinds(own, iri)
    if str(REC.Claim) in kinds:
        page = claim_page(endpoint, release, str(iri))
    else:
        page = _page_of(endpoint, release, iri, path, to_graph(own))
    links = signposts(release, str(iri), f"/{quoted(path)}", "html", kinds)
    return represented(page, HTML_TYPE, release, links=links)


def _page_of(endpoint: Endpoint, release: Release, iri: URIRef, path: str, graph: Graph) -> str:
    """Return the page of what is no claim, of which `graph` has all that is stated."""
    title = str(graph.value(iri, RDFS.label) or path)
    if path.startswith("topic/"):
        return topic_page(endpoint, release, iri, title, graph)
    kind = path.partition("/")[0]
    if kind in _PAGES:
        return _PAGES[kind](endpoint, release, iri, title, graph)
    named = {str(node) for node in graph.objects() if isinstance(node, URIRef)}
    names = standing_names(endpoint, release, sorted({str(iri), *named}))
    return render_template(
        "thing.html",
        iri=iri,
        title=names.get(str(iri), title),
        kind=kind,
        headings={
            str(node).partition("#")[2]: str(label)
            for node, label in graph.subject_objects(RDFS.label)
        },
        blocks=blocks_of(graph, iri, names, base_of(release)),
        incoming=incoming(endpoint, release, iri),
        layers=_layers(endpoint, release, iri) if (iri, RDF.type, REC.Snapshot) in graph else [],
        path=path,
        release=release,
    )


@dataclass(frozen=True, slots=True)
class TextOrigin:
    """Way from a text over the bytes that it was made from to their source."""

    source: Shown
    archived: Shown
    archived_sha256: str
    layer: Shown
    layer_sha256: str
    made_with: str


def _layers(endpoint: Endpoint, release: Release, iri: URIRef) -> list[TextOrigin]:
    """Return the texts that were made from a snapshot's bytes, or the one that it is."""
    base = base_of(release)
    found: dict[str, TextOrigin] = {}
    for row in select(endpoint, release, "text-layers", thing=str(iri)):
        source, title, archived, archived_sha256, layer, layer_sha256, made_with = (
            getattr(term, "value", "") for term in row
        )
        found.setdefault(  # a source that has two names is in two rows
            layer,
            TextOrigin(
                (title or shortened(source, base), address_of(source, base)),
                (shortened(archived, base), address_of(archived, base)),
                archived_sha256,
                (shortened(layer, base), address_of(layer, base)),
                layer_sha256,
                made_with,
            ),
        )
    return list(found.values())
