"""`/<kind>/<slug>`: every thing on record as an HTML page and as RDF, by a 303 redirect.

The thing's own triples are always complete. Incoming links and reports may exceed the row limit;
then a part of them is given, with the number of those left out and the address of all.
"""

from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node
from werkzeug.wrappers import Response as AnyResponse

from onrecord.rdf.namespaces import REC
from onrecord.rdf.oxigraph import ResultRow
from onrecord.releases.dumps import KINDS
from onrecord.releases.release import Release
from onrecord.releases.saved_query import ParameterError
from onrecord_server.errors import RefusalError
from onrecord_server.pages.claim import RELATIONS, read_claim
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.page_queries import (
    address,
    base_of,
    construct,
    construct_part,
    link_to_all,
    saved_queries,
    select,
)
from onrecord_server.pages.serialisation import write_graph
from onrecord_server.sparql.endpoint import Endpoint
from onrecord_server.sparql.formats import FORMATS, Format
from onrecord_server.sparql.negotiation import choose, wants_html

_GRAPHS = tuple(format for format in FORMATS if format.kind == "graph")
_BY_SUFFIX = {format.suffix: format for format in _GRAPHS}


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the things on record."""
    things = Blueprint("things", __name__)

    def withdrawn(release: Release, iri: URIRef, wanted: str) -> AnyResponse | None:
        """Return the response for an IRI that stands for no record any more, None for others."""
        rows = select(endpoint, release, "withdrawn", thing=str(iri))
        if not rows:
            return None
        day, reason, last, replacement = (getattr(term, "value", "") for term in rows[0])
        base = base_of(release)
        if replacement.startswith(base):
            query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
            moved = redirect(f"/{replacement.removeprefix(base)}.{wanted}{query}", 301)
            moved.headers["X-Release"] = release.name
            return moved
        if wanted == "html":
            page = render_template(
                "withdrawn.html", iri=iri, day=day, reason=reason, last=last,
                path=str(iri).removeprefix(base), release=release,
            )  # fmt: skip
            response = Response(page, status=410)
        else:
            response = _data(endpoint, release, iri, _BY_SUFFIX[wanted])
            response.status_code = 410
        response.headers["X-Release"] = release.name
        return response

    @things.get(f"/<any({','.join(KINDS)}):kind>/<path:slug>")
    def thing(kind: str, slug: str) -> AnyResponse:
        release = endpoint.catalogue.release(request.args.get("release"))
        stem, dot, suffix = slug.rpartition(".")
        if dot and (suffix == "html" or suffix in _BY_SUFFIX):
            iri = URIRef(f"{base_of(release)}{kind}/{stem}")
            try:
                gone = withdrawn(release, iri, suffix)
            except ParameterError:
                # A malformed IRI is not the name of a thing, and is refused as such below.
                gone = None
            if gone is not None:
                return gone
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
        return response

    return things


def _thing_graph(endpoint: Endpoint, release: Release, iri: URIRef) -> Graph:
    nothing = RefusalError(404, f"nothing on record under {iri} in release {release.name}")
    try:
        graph = construct(endpoint, release, "thing", thing=str(iri))
    except ParameterError as error:
        # A malformed IRI is not the name of a thing.
        raise nothing from error
    if (iri, None, None) not in graph:
        raise nothing
    return graph


def _data(endpoint: Endpoint, release: Release, iri: URIRef, format: Format) -> Response:
    graph = _thing_graph(endpoint, release, iri)
    incoming = construct_part(endpoint, release, "incoming", thing=str(iri))
    body = write_graph(graph + incoming.graph, format, base_of(release))
    response = Response(body, content_type=format.content_type)
    response.headers["X-Release"] = release.name
    response.headers["Link"] = f'<{iri}>; rel="describes"'
    if incoming.limit:
        whole = address(release, "incoming", "turtle", thing=str(iri))
        response.headers["Link"] += f', <{whole}>; rel="related"{link_to_all(release)}'
        response.headers["X-Row-Limit"] = str(incoming.limit)
    response.headers["Cache-Control"] = "public, max-age=60"
    response.set_etag(sha256(body).hexdigest())
    response.make_conditional(request)
    return response


def _page(endpoint: Endpoint, release: Release, iri: URIRef) -> Response:
    base = base_of(release)
    graph = _thing_graph(endpoint, release, iri)
    path = str(iri).removeprefix(base)
    if (iri, RDF.type, REC.Claim) in graph:
        page = _claim_page(endpoint, release, iri)
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
            incoming=_incoming(endpoint, release, iri),
            layers=_layers(endpoint, release, iri)
            if (iri, RDF.type, REC.Snapshot) in graph
            else [],
            topic_query=saved_queries()["claims-on-topic-by-date"],
            path=path,
            release=release,
        )
    response = Response(page)
    response.headers["X-Release"] = release.name
    response.headers["Link"] = f'<{iri}>; rel="describes", </{path}.ttl>; rel="alternate"'
    return response


@dataclass(frozen=True, slots=True)
class Remainder:
    """Items that a page leaves out of a list."""

    number: int
    """Their number; 0 if the list is complete."""
    address: str
    """Address of the complete list."""


def _claim_page(endpoint: Endpoint, release: Release, iri: URIRef) -> str:
    base = base_of(release)
    path = str(iri).removeprefix(base)
    about = construct(endpoint, release, "claim", claim=str(iri))
    about += construct(endpoint, release, "claim-relations-shown", claim=str(iri))
    for (attestation,) in select(endpoint, release, "reports", claim=str(iri)):
        about += construct(
            endpoint, release, "report", attestation=getattr(attestation, "value", "")
        )
    claim = read_claim(about, iri, base)
    counts = {
        getattr(what, "value", ""): _number(number)
        for what, number in select(endpoint, release, "claim-counts", claim=str(iri))
    }
    related = {subject for relation in RELATIONS for subject in about.subjects(relation, iri)}
    return render_template(
        "claim.html",
        claim=claim,
        more_reports=Remainder(
            counts.get("reports", 0) - len(claim.reports),
            "/q/how-carried?" + urlencode({"claim": path, "release": release.name}),
        ),
        more_relations=Remainder(
            counts.get("relations", 0) - len(related),
            address(release, "claim-relations", claim=str(iri)),
        ),
        comparisons=_comparisons(endpoint, release, iri),
        address_of=address_of,
        path=path,
        base=base,
        release=release,
    )


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Comparisons of a claim's figures with those of other claims, of one outcome."""

    outcome: str
    number: int
    rows: list[ResultRow]
    rest: Remainder


def _comparisons(endpoint: Endpoint, release: Release, iri: URIRef) -> list[Comparisons]:
    found = []
    for outcome, label, number in select(endpoint, release, "comparison-outcomes", claim=str(iri)):
        which = {"claim": str(iri), "outcome": getattr(outcome, "value", "")}
        rows = select(endpoint, release, "comparisons-shown", **which)
        total = _number(number)
        shown = len({comparison for comparison, *_ in rows})
        rest = Remainder(total - shown, address(release, "comparisons-by-outcome", **which))
        found.append(Comparisons(getattr(label, "value", ""), total, rows, rest))
    return found


def _number(term: object) -> int:
    return int(getattr(term, "value", "0"))


Shown = tuple[str, str]
"""Label and address of a node; the address is empty for a literal."""


def _shown(node: Node, names: dict[str, str], base: str) -> Shown:
    if isinstance(node, Literal):
        return str(node), ""
    return names.get(str(node), shortened(str(node), base)), address_of(str(node), base)


def _blocks(
    graph: Graph, iri: URIRef, names: dict[str, str], base: str
) -> list[tuple[str, list[tuple[Shown, list[Shown]]]]]:
    """Return the properties of a thing, then those of each node nested in it."""
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


@dataclass(frozen=True, slots=True)
class IncomingLinks:
    """Subjects that link to a thing by one property."""

    name: str
    shown: list[Shown]
    rest: Remainder


def _incoming(endpoint: Endpoint, release: Release, iri: URIRef) -> list[IncomingLinks]:
    """Return the incoming links of a thing, by property."""
    base = base_of(release)
    found = []
    for link, number in select(endpoint, release, "incoming-links", thing=str(iri)):
        which = {"thing": str(iri), "link": getattr(link, "value", "")}
        rows = select(endpoint, release, "incoming-shown", **which)
        rest = Remainder(_number(number) - len(rows), address(release, "incoming-by-link", **which))
        shown = [_subject(subject, label, base) for subject, label in rows]
        found.append(IncomingLinks(shortened(which["link"], base), shown, rest))
    return sorted(found, key=lambda incoming: incoming.name)


def _subject(subject: object, label: object, base: str) -> Shown:
    iri = getattr(subject, "value", "")
    return getattr(label, "value", "") or shortened(iri, base), address_of(iri, base)
