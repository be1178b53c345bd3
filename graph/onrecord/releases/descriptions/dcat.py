"""Dataset description of a release in VoID and DCAT 3."""

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS, VOID, XSD

from onrecord.rdf.graph_file import GraphFile
from onrecord.rdf.namespaces import DCAT, PROV, REC
from onrecord.rdf.oxigraph import RdflibTriple, to_graph
from onrecord.rdf.sorted_ntriples import SortedNTriples
from onrecord.releases.descriptions.facts import Contact, DatasetFacts, FileFacts
from onrecord.releases.descriptions.usage import USAGE_GRAPH

_SPDX = Namespace("http://spdx.org/rdf/terms#")
_VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
_IANA = "https://www.iana.org/assignments/media-types/"
PUBLIC = URIRef("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
"""That anybody may have it, in the list of the EU."""
_PROTOCOL = URIRef("http://www.w3.org/TR/sparql11-protocol/")
_LICENCE_TYPES = {
    "/licenses/by/": URIRef("http://purl.org/adms/licencetype/Attribution"),
    "/publicdomain/": URIRef("http://purl.org/adms/licencetype/PublicDomain"),
}
"""Kind of a licence of Creative Commons by a part of its address, in the list of ADMS."""
_CONTACT = DCAT.contactPoint


def describe_dataset(
    facts: DatasetFacts,
    graphs: Mapping[URIRef, GraphFile],
    union: GraphFile,
    partitions: Iterable[ox.Triple],
    rule_graphs: Mapping[URIRef, URIRef],
    usage: int,
) -> Graph:
    """Return the dataset description of one release.

    `graphs` and their `union` have what is on record; `partitions` say which classes and properties
    it uses, `usage` is the number of triples of the graph that says so, and `rule_graphs` maps
    derived graphs to their rules. See VoID (W3C Interest Group Note, 2011), DCAT 3, and DCAT-AP 3.0
    for the classes that catalogues expect of what is named.
    """
    about = Graph()
    dataset, void = URIRef(facts.dataset), f"{facts.base}void#"
    for triple in (
        *_dataset(facts, dataset, void),
        *_service(facts, dataset),
        *(each for file in facts.files for each in _distribution(facts, file, dataset, void)),
        *(each for contact in facts.contacts for each in _contact(contact, dataset)),
        *_corrections(SortedNTriples(union.path), dataset),
        *_sizes(dataset, union),
        *to_graph(partitions),
        *_usage(URIRef(facts.base + USAGE_GRAPH), dataset, usage),
    ):
        about.add(triple)
    for name, triples in graphs.items():
        about.add((dataset, VOID.subset, name))
        about.add((name, RDF.type, VOID.Dataset))
        for triple in _sizes(name, triples):
            about.add(triple)
        if name in rule_graphs:
            about.add((name, PROV.wasGeneratedBy, rule_graphs[name]))
    return about


def _dataset(facts: DatasetFacts, dataset: URIRef, void: str) -> Iterator[RdflibTriple]:
    license, publisher = URIRef(facts.license), URIRef(facts.publisher)
    yield dataset, RDF.type, VOID.Dataset
    yield dataset, RDF.type, DCAT.Dataset
    yield dataset, DCTERMS.title, Literal(facts.title, lang="en")
    yield dataset, DCTERMS.description, Literal(facts.description, lang="en")
    yield dataset, DCTERMS.license, license
    yield license, RDF.type, DCTERMS.LicenseDocument
    for part, kind in _LICENCE_TYPES.items():
        if facts.license.startswith("https://creativecommons.org/") and part in facts.license:
            yield license, DCTERMS.type, kind
            yield kind, RDF.type, SKOS.Concept
            yield kind, SKOS.prefLabel, Literal(kind.rpartition("/")[2], lang="en")
    yield dataset, DCTERMS.publisher, publisher
    yield dataset, DCTERMS.creator, publisher
    yield publisher, RDF.type, FOAF.Agent
    yield publisher, FOAF.name, Literal(facts.publisher_name)
    yield dataset, DCTERMS.accessRights, PUBLIC
    yield PUBLIC, RDF.type, DCTERMS.RightsStatement
    yield dataset, DCTERMS.issued, Literal(facts.created, datatype=XSD.date)
    yield dataset, DCTERMS.modified, Literal(facts.issued, datatype=XSD.date)
    # The dataset itself is no page, though its address leads to one.
    landing = URIRef(f"{facts.base}dumps/")
    yield dataset, DCAT.landingPage, landing
    yield landing, RDF.type, FOAF.Document
    yield dataset, FOAF.homepage, dataset
    yield dataset, VOID.uriSpace, Literal(facts.base)
    yield dataset, DCAT.version, Literal(facts.release)
    yield dataset, DCAT.hasVersion, URIRef(facts.folder)
    for keyword in facts.keywords:
        yield dataset, DCAT.keyword, Literal(keyword, lang="en")
    for theme, name in facts.themes:
        yield dataset, DCAT.theme, URIRef(theme)
        yield URIRef(theme), RDF.type, SKOS.Concept
        yield URIRef(theme), SKOS.prefLabel, Literal(name, lang="en")
    if facts.first_day:
        period = URIRef(f"{void}temporal")
        yield dataset, DCTERMS.temporal, period
        yield period, RDF.type, DCTERMS.PeriodOfTime
        yield period, DCAT.startDate, Literal(facts.first_day, datatype=XSD.date)
        yield period, DCAT.endDate, Literal(facts.last_day, datatype=XSD.date)


def _service(facts: DatasetFacts, dataset: URIRef) -> Iterator[RdflibTriple]:
    """Yield the description of the SPARQL endpoint."""
    service = URIRef(f"{facts.base}sparql")
    yield dataset, VOID.sparqlEndpoint, service
    yield service, RDF.type, DCAT.DataService
    yield service, DCTERMS.title, Literal(f"SPARQL endpoint of {facts.title}", lang="en")
    yield service, DCAT.endpointURL, service
    yield service, DCAT.endpointDescription, service
    yield service, DCAT.servesDataset, dataset
    yield service, DCTERMS.license, URIRef(facts.license)
    yield service, DCTERMS.publisher, URIRef(facts.publisher)
    yield service, DCTERMS.conformsTo, _PROTOCOL
    yield _PROTOCOL, RDF.type, DCTERMS.Standard
    for contact in facts.contacts:
        yield service, _CONTACT, URIRef(contact.node)
    for keyword in facts.keywords:
        yield service, DCAT.keyword, Literal(keyword, lang="en")
    for theme, _ in facts.themes:
        yield service, DCAT.theme, URIRef(theme)


def _distribution(
    facts: DatasetFacts, file: FileFacts, dataset: URIRef, void: str
) -> Iterator[RdflibTriple]:
    dump = URIRef(facts.folder + file.name)
    media_type, checksum = URIRef(_IANA + file.media_type), URIRef(f"{void}sha256-{file.name}")
    yield dataset, VOID.dataDump, dump
    yield dataset, DCAT.distribution, dump
    yield dump, RDF.type, DCAT.Distribution
    yield dump, DCTERMS.title, Literal(f"{facts.title}, {file.name}", lang="en")
    yield (
        dump,
        DCTERMS.description,
        Literal(
            f"The whole of release {facts.release} as {file.format}: {file.contents}.", lang="en"
        ),
    )
    yield dump, DCAT.accessURL, URIRef(facts.folder)
    yield dump, DCAT.downloadURL, dump
    yield dump, DCTERMS.license, URIRef(facts.license)
    yield dump, DCTERMS.issued, Literal(facts.issued, datatype=XSD.date)
    yield dump, DCAT.mediaType, media_type
    yield dump, DCTERMS["format"], media_type
    yield media_type, RDF.type, DCTERMS.MediaType
    yield media_type, RDF.type, DCTERMS.MediaTypeOrExtent
    yield dump, DCAT.byteSize, Literal(file.size, datatype=XSD.nonNegativeInteger)
    yield dump, _SPDX.checksum, checksum
    yield checksum, RDF.type, _SPDX.Checksum
    yield checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256
    yield checksum, _SPDX.checksumValue, Literal(file.sha256, datatype=XSD.hexBinary)


def _contact(contact: Contact, dataset: URIRef) -> Iterator[RdflibTriple]:
    """Yield whom to write to, in the words of catalogues (vCard)."""
    node = URIRef(contact.node)
    yield dataset, _CONTACT, node
    yield node, RDF.type, _VCARD.Kind
    yield node, _VCARD.fn, Literal(contact.name)
    if contact.email:
        yield node, _VCARD.hasEmail, URIRef(f"mailto:{contact.email}")
    if contact.page:
        yield node, _VCARD.hasURL, URIRef(contact.page)


def _corrections(union: SortedNTriples, dataset: URIRef) -> Iterator[RdflibTriple]:
    """Yield what the collection says of its contacts and of corrections."""
    yield from to_graph(union.of_property(dataset, REC.corrections))
    for triple in union.of_property(dataset, _CONTACT):
        if isinstance(triple.object, ox.NamedNode):
            yield from to_graph(union.of_subject(triple.object.value))


def _sizes(node: URIRef, graph: GraphFile) -> Iterator[RdflibTriple]:
    yield node, VOID.triples, _number(len(graph))
    yield node, VOID.distinctSubjects, _number(graph.subjects)


def _usage(graph: URIRef, dataset: URIRef, triples: int) -> Iterator[RdflibTriple]:
    """Yield the graph that tells how the dataset is asked, which is no part of what is on record.

    So it is no `void:subset`, whose triples would be counted in those of the dataset.
    """
    yield graph, RDF.type, VOID.DatasetDescription
    yield graph, FOAF.primaryTopic, dataset
    yield graph, VOID.triples, _number(triples)


def _number(number: int) -> Literal:
    return Literal(number, datatype=XSD.integer)
