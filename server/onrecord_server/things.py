"""`/<kind>/<slug>`: every thing on record as a page and as RDF, by 303."""

from hashlib import sha256
from itertools import groupby

from flask import Blueprint, Response, redirect, render_template, request
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node
from werkzeug.wrappers import Response as AnyResponse

from onrecord.dump import KINDS
from onrecord.namespaces import REC
from onrecord.release import Release
from onrecord_server.addresses import address_of, shortened
from onrecord_server.catalogue import base_of, construct, saved_queries, select
from onrecord_server.claim import read_claim
from onrecord_server.endpoint import Endpoint
from onrecord_server.formats import FORMATS, Format
from onrecord_server.negotiation import choose, wants_html
from onrecord_server.refusals import RefusalError
from onrecord_server.serialisation import write_graph

_GRAPHS = tuple(format for format in FORMATS if format.kind == "graph")
_BY_SUFFIX = {format.suffix: format for format in _GRAPHS}


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the things on record."""
    things = Blueprint("things", __name__)

    @things.get(f"/<any({','.join(KINDS)}):kind>/<path:slug>")
    def thing(kind: str, slug: str) -> AnyResponse:
        release = endpoint.shelf.release(request.args.get("release"))
        stem, dot, suffix = slug.rpartition(".")
        if dot and (suffix == "html" or suffix in _BY_SUFFIX):
            iri = URIRef(f"{base_of(release)}{kind}/{stem}")
            if suffix == "html":
                return _page(endpoint, release, iri)
            return _data(endpoint, release, iri, _BY_SUFFIX[suffix])
        accept = request.headers.get("Accept", "")
        if wants_html(accept, _GRAPHS):
            wanted = "html"
        else:
            format = choose(_GRAPHS, accept)
            if format is None:
                offer = ", ".join(["text/html", *(format.media_type for format in _GRAPHS)])
                raise RefusalError(406, f"a thing is offered as {offer}")
            wanted = format.suffix
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        response = redirect(f"/{kind}/{slug}.{wanted}{query}", 303)
        response.headers["Vary"] = "Accept"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return things


def _described(endpoint: Endpoint, release: Release, iri: URIRef) -> Graph:
    graph = construct(endpoint, release, "thing", thing=str(iri))
    if (iri, None, None) not in graph:
        raise RefusalError(404, f"nothing on record under {iri} in release {release.name}")
    return graph


def _data(endpoint: Endpoint, release: Release, iri: URIRef, format: Format) -> Response:
    body = write_graph(_described(endpoint, release, iri), format, base_of(release))
    response = Response(body, content_type=format.content_type)
    response.headers["X-Release"] = release.name
    response.headers["Link"] = f'<{iri}>; rel="describes"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=60"
    response.set_etag(sha256(body).hexdigest())
    response.make_conditional(request)
    return response


def _page(endpoint: Endpoint, release: Release, iri: URIRef) -> Response:
    base = base_of(release)
    graph = _described(endpoint, release, iri)
    path = str(iri).removeprefix(base)
    if (iri, RDF.type, REC.Claim) in graph:
        about = construct(endpoint, release, "claim", claim=str(iri))
        page = render_template(
            "claim.html",
            claim=read_claim(about, iri, base),
            comparisons=[
                (outcome, list(rows))
                for outcome, rows in groupby(
                    select(endpoint, release, "comparisons", claim=str(iri)),
                    key=lambda row: getattr(row[0], "value", ""),
                )
            ],
            address_of=address_of,
            path=path,
            base=base,
            release=release,
        )
    else:
        names = {
            getattr(node, "value", ""): getattr(label, "value", "")
            for node, label in select(endpoint, release, "labels", thing=str(iri))
        }
        page = render_template(
            "thing.html",
            iri=iri,
            title=names.get(str(iri), path),
            kind=path.partition("/")[0],
            slug=path.partition("/")[2],
            blocks=_blocks(graph, iri, names, base),
            incoming=_incoming(graph, iri, names, base),
            topic_query=saved_queries()["claims-on-topic-by-date"],
            path=path,
            release=release,
        )
    response = Response(page)
    response.headers["X-Release"] = release.name
    response.headers["Link"] = f'<{iri}>; rel="describes", </{path}.ttl>; rel="alternate"'
    return response


Shown = tuple[str, str]
"""What a node is called, and where it leads; the address is empty for a literal."""


def _shown(node: Node, names: dict[str, str], base: str) -> Shown:
    if isinstance(node, Literal):
        return str(node), ""
    return names.get(str(node), shortened(str(node), base)), address_of(str(node), base)


def _blocks(
    graph: Graph, iri: URIRef, names: dict[str, str], base: str
) -> list[tuple[str, list[tuple[Shown, list[Shown]]]]]:
    """Return the properties of a thing and then of each node written in it."""
    nodes = sorted({str(s) for s in graph.subjects() if str(s).startswith(f"{iri}#")})
    blocks = []
    for node in [iri, *map(URIRef, nodes)]:
        properties = sorted(set(graph.predicates(node)), key=str)
        blocks.append(
            (
                str(node).partition("#")[2],
                [
                    (
                        (shortened(str(name), base), address_of(str(name), base)),
                        [
                            _shown(value, names, base)
                            for value in sorted(graph.objects(node, name), key=str)
                        ],
                    )
                    for name in properties
                ],
            )
        )
    return blocks


def _incoming(
    graph: Graph, iri: URIRef, names: dict[str, str], base: str
) -> list[tuple[str, list[Shown]]]:
    """Return what points to a thing, by property."""
    found: dict[str, list[Shown]] = {}
    for subject, name in sorted(graph.subject_predicates(iri), key=str):
        if not str(subject).startswith(str(iri)):
            found.setdefault(shortened(str(name), base), []).append(_shown(subject, names, base))
    return sorted(found.items())
