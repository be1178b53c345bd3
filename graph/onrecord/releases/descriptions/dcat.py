"""Dataset description of a release in VoID and DCAT 3."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

import pyoxigraph as ox
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS, VOID, XSD
from rdflib.term import Node

from onrecord.rdf.namespaces import DCAT, PREFIXES, PROV, REC
from onrecord.rdf.oxigraph import RdflibTriple, to_graph
from onrecord.releases.descriptions.facts import Contact, DatasetFacts, FileFacts

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
_TYPE = ox.NamedNode(RDF.type)


def describe_dataset(
    facts: DatasetFacts,
    graphs: Mapping[URIRef, Collection[ox.Triple]],
    rule_graphs: Mapping[URIRef, URIRef],
) -> Graph:
    """Return the dataset description of one release.

    `rule_graphs` maps derived graphs to their rules. See VoID (W3C Interest Group Note, 2011),
    DCAT 3, and DCAT-AP 3.0 for the classes that catalogues expect of what is named.
    """
    about = Graph()
    dataset, void = URIRef(facts.dataset), f"{facts.base}void#"
    union = {triple for triples in graphs.values() for triple in triples}
    for triple in (
        *_dataset(facts, dataset, void),
        *_service(facts, dataset),
        *(each for file in facts.files for each in _distribution(facts, file, dataset, void)),
        *(each for contact in facts.contacts for each in _contact(contact, dataset)),
        *_corrections(union, dataset),
        *_sizes(dataset, len(union), len({each.subject for each in union})),
        *_class_partitions(facts, dataset, union, void),
        *_property_partitions(facts, dataset, union, void),
    ):
        about.add(triple)
    for name, triples in graphs.items():
        about.add((dataset, VOID.subset, name))
        about.add((name, RDF.type, VOID.Dataset))
        for triple in _sizes(name, len(triples), len({each.subject for each in triples})):
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
            yield kind, SKOS.prefLabel, Literal(_local(kind), lang="en")
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


def _corrections(union: Iterable[ox.Triple], dataset: URIRef) -> Iterator[RdflibTriple]:
    """Yield what the collection says of its contacts and of corrections."""
    node, contact = ox.NamedNode(dataset), ox.NamedNode(_CONTACT)
    corrections = ox.NamedNode(REC.corrections)
    contacts = {each.object for each in union if (each.subject, each.predicate) == (node, contact)}
    yield from to_graph(
        each
        for each in union
        if each.subject in contacts or (each.subject, each.predicate) == (node, corrections)
    )


def _sizes(node: URIRef, triples: int, subjects: int) -> Iterator[RdflibTriple]:
    yield node, VOID.triples, _number(triples)
    yield node, VOID.distinctSubjects, _number(subjects)


def _class_partitions(
    facts: DatasetFacts, dataset: URIRef, union: Iterable[ox.Triple], void: str
) -> Iterator[RdflibTriple]:
    """Yield how many things each class has, one for example, and which properties they have."""
    kinds_of: dict[object, list[str]] = {}
    for each in union:
        if each.predicate == _TYPE and isinstance(each.object, ox.NamedNode):
            kinds_of.setdefault(each.subject, []).append(each.object.value)
    kinds = Counter(kind for found in kinds_of.values() for kind in found)
    uses = Counter(
        (kind, each.predicate.value) for each in union for kind in kinds_of.get(each.subject, ())
    )
    examples = _examples(
        facts, ((kind, subject) for subject, found in kinds_of.items() for kind in found)
    )
    names = _names(map(URIRef, kinds))
    property_names = _names({URIRef(predicate) for _, predicate in uses})
    for kind, number in kinds.items():
        part = URIRef(void + names[URIRef(kind)])
        yield dataset, VOID.classPartition, part
        yield part, VOID["class"], URIRef(kind)
        yield part, VOID.entities, _number(number)
        if kind in examples:
            yield part, VOID.exampleResource, URIRef(examples[kind])
    for (kind, predicate), number in uses.items():
        part = URIRef(void + names[URIRef(kind)])
        of_part = URIRef(f"{part}-{property_names[URIRef(predicate)]}")
        yield part, VOID.propertyPartition, of_part
        yield of_part, VOID.property, URIRef(predicate)
        yield of_part, VOID.triples, _number(number)


def _property_partitions(
    facts: DatasetFacts, dataset: URIRef, union: Iterable[ox.Triple], void: str
) -> Iterator[RdflibTriple]:
    """Yield how often each property is used, and where for example."""
    numbers = Counter(each.predicate.value for each in union)
    examples = _examples(facts, ((each.predicate.value, each.subject) for each in union))
    counts = {URIRef(predicate): number for predicate, number in numbers.items()}
    names = _names(counts)
    for predicate, number in counts.items():
        part = URIRef(f"{void}property-{names[predicate]}")
        yield dataset, VOID.propertyPartition, part
        yield part, VOID.property, predicate
        yield part, VOID.triples, _number(number)
        if str(predicate) in examples:
            yield part, VOID.exampleResource, URIRef(examples[str(predicate)])


def _examples(facts: DatasetFacts, used: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Return of each term the first thing of the collection, by IRI, that uses it."""
    examples: dict[str, str] = {}
    for term, thing in used:
        if isinstance(thing, ox.NamedNode) and thing.value.startswith(facts.base):
            examples[term] = min(thing.value, examples.get(term, thing.value))
    return examples


def _names(nodes: Iterable[Node]) -> dict[Node, str]:
    """Return a name for each IRI: its last part, with a prefix where two have the same."""
    nodes = tuple(nodes)
    several = Counter(map(_local, nodes))
    return {node: _local(node) if several[_local(node)] == 1 else _prefixed(node) for node in nodes}


def _local(iri: Node) -> str:
    return str(iri).rpartition("#")[2].rpartition("/")[2]


def _prefixed(iri: Node) -> str:
    namespace = str(iri).removesuffix(_local(iri))
    prefix = next((name for name, each in PREFIXES.items() if each == namespace), "other")
    return f"{prefix}-{_local(iri)}"


def _number(number: int) -> Literal:
    return Literal(number, datatype=XSD.integer)
