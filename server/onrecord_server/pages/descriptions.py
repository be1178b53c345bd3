"""`/void` and `/graph/…`: the description of the dataset and of its graphs, in all formats."""

import json
from typing import NamedTuple
from urllib.parse import urljoin

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SDO, VOID
from werkzeug.wrappers import Response as AnyResponse

from onrecord.rdf.namespaces import DCAT
from onrecord.releases.history import previous
from onrecord.releases.release import Release
from onrecord_server.documents.release_files import description_of, dump_of, to_graph
from onrecord_server.documents.representation import (
    BY_SUFFIX,
    HTML_TYPE,
    accepted_suffix,
    host_of,
    moved,
    represented,
    see_other,
    signposts,
)
from onrecord_server.documents.serialisation import write_graph
from onrecord_server.documents.thing_document import DocumentPart, about_document
from onrecord_server.errors import RefusalError
from onrecord_server.pages.answer.cell import names_of
from onrecord_server.pages.links import address_of, shortened
from onrecord_server.pages.page_queries import base_of
from onrecord_server.pages.property_table import blocks_of_nodes
from onrecord_server.pages.things.property_words import words_of
from onrecord_server.sparql.endpoint import Endpoint

_VOID = "void"
_ELSEWHERE = {
    RDF.type,
    FOAF.homepage,
    SDO.name,
    DCTERMS.title,
    DCTERMS.description,
    DCTERMS.temporal,
    VOID.classPartition,
    VOID.propertyPartition,
    VOID.subset,
    VOID.dataDump,
    DCAT.distribution,
    DCAT.keyword,
}
"""What the page of the dataset says in other places or leaves out: keywords name the themes."""
_KINDS = ("https://schema.org/Dataset", "http://rdfs.org/ns/void#Dataset")


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Return the blueprint of the descriptions."""
    descriptions = Blueprint("descriptions", __name__)

    def chosen() -> Release:
        return endpoint.catalogue.release(request.args.get("release"))

    @descriptions.get("/void")
    @descriptions.get("/.well-known/void")
    def void() -> Response:
        return description_response(
            endpoint, chosen(), _VOID, accepted_suffix("VoID"), negotiated=True
        )

    @descriptions.get("/void.<suffix>")
    def void_document(suffix: str) -> Response:
        return description_response(endpoint, chosen(), _VOID, suffix)

    @descriptions.get("/void/")
    def void_with_slash() -> AnyResponse:
        return moved(_VOID, 308)

    @descriptions.get("/linkset.json")
    def linkset() -> Response:
        release = chosen()
        dataset = str(release.manifest["dataset"])
        targets: dict[str, list[dict[str, str]]] = {}
        for link in signposts(release, dataset, "/void", "html", _KINDS):
            if link.relation not in ("linkset", "describes"):
                target = {"href": urljoin(f"{host_of(endpoint)}/", link.target)}
                target |= {"type": link.media_type} if link.media_type else {}
                targets.setdefault(link.relation, []).append(target)
        body = json.dumps({"linkset": [{"anchor": dataset, **targets}]}, indent=1)
        return represented(body, "application/linkset+json", release)

    @descriptions.get("/graph/<path:name>")
    def graph(name: str) -> AnyResponse:
        release, path = chosen(), f"graph/{name}"
        if _described(release, path):
            return see_other(path, accepted_suffix("a graph"))
        stem, _, suffix = path.rpartition(".")
        return description_response(endpoint, release, stem, suffix)

    return descriptions


def description_response(
    endpoint: Endpoint, release: Release, path: str, suffix: str, *, negotiated: bool = False
) -> Response:
    """Return what a release's description says of the dataset (`void`) or of one of its graphs.

    Raises RefusalError 404 if it says nothing, or if there is no such format.
    """
    triples = _described(release, path)
    if path == _VOID:
        triples += _versions(endpoint, release)
    if not triples or (suffix != "html" and suffix not in BY_SUFFIX):
        raise RefusalError(404, f"nothing is described at /{path}.{suffix}; see /void")
    base = base_of(release)
    topic = str(release.manifest["dataset"]) if path == _VOID else base + path
    links = signposts(release, topic, f"/{path}", suffix, _KINDS)
    location = f"/{path}.{suffix}" if negotiated else ""
    if suffix == "html":
        graph = to_graph(triples)
        write = _dataset_page if path == _VOID else _graph_page
        page = write(endpoint, release, graph, URIRef(topic), path)
        return represented(page, HTML_TYPE, release, links=links, location=location)
    part = DocumentPart(triples, 1, is_last=True)
    facts = about_document(release, topic, f"{base}{path}.{suffix}", part, ())
    format = BY_SUFFIX[suffix]
    body = write_graph([*triples, *facts], format, base)
    return represented(body, format.content_type, release, links=links, location=location)


def _dataset_page(
    endpoint: Endpoint, release: Release, graph: Graph, dataset: URIRef, path: str
) -> str:
    """Return the page of a dataset: facts about it, then what it has of each class and property.

    Files have a page of their own. All of it, checksums and media types too, is in the RDF.
    """
    facts = Graph()
    for name, value in graph.predicate_objects(dataset):
        if name not in _ELSEWHERE:
            facts.add((dataset, name, value))
    named = [ox.NamedNode(str(value)) for value in facts.objects() if isinstance(value, URIRef)]
    names = names_of(endpoint, release, [(term,) for term in named], len(named))
    names |= {str(thing): str(name) for thing, name in graph.subject_objects(RDFS.label)}
    base = base_of(release)
    ((_, properties),) = blocks_of_nodes(facts, [dataset], names, base)
    return render_template(
        "dataset.html",
        title=release.manifest["title"],
        description=graph.value(dataset, DCTERMS.description),
        path=path,
        properties=properties,
        periods=sorted(
            (str(graph.value(period, DCAT.startDate)), str(graph.value(period, DCAT.endDate)))
            for period in graph.objects(dataset, DCTERMS.temporal)
        ),
        classes=_parts(graph, dataset, VOID.classPartition, VOID["class"], base),
        terms=_parts(graph, dataset, VOID.propertyPartition, VOID.property, base),
        graphs=_parts(graph, dataset, VOID.subset, None, base),
        release=release,
    )


class _Part(NamedTuple):
    """A part of a dataset: what is of a class, has a property, or is in a graph."""

    name: str
    address: str
    size: int
    """Number of things of the class, else of triples."""


def _parts(
    graph: Graph, dataset: URIRef, link: URIRef, of: URIRef | None, base: str
) -> list[_Part]:
    """Return the parts that a link leads to, in the order of their names."""
    counted = VOID.entities if link == VOID.classPartition else VOID.triples
    found = []
    for part in graph.objects(dataset, link):
        iri = str(graph.value(part, of) if of else part)
        name = words_of(iri) or str(graph.value(part, DCTERMS.title) or shortened(iri, base))
        size = int(str(graph.value(part, counted) or 0))
        found.append(_Part(name, address_of(iri, base), size))
    return sorted(found, key=lambda part: (part.name.casefold(), part.address))


def _graph_page(_: Endpoint, release: Release, graph: Graph, topic: URIRef, path: str) -> str:
    """Return the page of one of a dataset's graphs: what the description says of it."""
    others = {str(subject) for subject in graph.subjects()} - {str(topic)}
    nodes = [topic, *map(URIRef, sorted(others))]
    return render_template(
        "description.html",
        title=path,
        path=path,
        nodes=zip(nodes, blocks_of_nodes(graph, nodes, {}, base_of(release)), strict=True),
        release=release,
    )


def _described(release: Release, path: str) -> list[ox.Triple]:
    """Return what the description says of the node at a path and of those nested in it.

    Of the dataset, whose description is all of it, the records say something, too.
    """
    described, dump = description_of(release), dump_of(release)
    if path == _VOID:
        dataset = str(release.manifest["dataset"])
        return [*described, *(dump.of_document(dataset) if dump is not None else ())]
    iri = base_of(release) + path
    return [
        triple
        for triple in described
        if isinstance(triple.subject, ox.NamedNode)
        and triple.subject.value.partition("#")[0] == iri
    ]


def _versions(endpoint: Endpoint, release: Release) -> list[ox.Triple]:
    """Return the releases in the folder as versions of the dataset: none of them names another."""
    base, dataset = base_of(release), ox.NamedNode(str(release.manifest["dataset"]))
    folder, names = endpoint.catalogue.folder, endpoint.catalogue.names()
    links = [(str(DCAT.hasVersion), name) for name in names if name != release.name]
    links += [
        (str(DCAT.previousVersion), name) for name in [previous(folder, release.name)] if name
    ]
    return [
        ox.Triple(dataset, ox.NamedNode(link), ox.NamedNode(f"{base}dumps/{name}/"))
        for link, name in links
    ]
