"""Dataset description of a release in VoID and DCAT 3."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, VOID, XSD

from onrecord.rdf.namespaces import DCAT, PROV, REC
from onrecord.rdf.oxigraph import to_graph
from onrecord.records.collection import Description

MEDIA_TYPES = {
    "nq": "application/n-quads",
    "nt": "application/n-triples",
    "trig": "application/trig",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
}


_CONTACT = DCAT.contactPoint


def describe_dataset(
    description: Description,
    name: str,
    graphs: Mapping[URIRef, Collection[ox.Triple]],
    dumps: Mapping[str, int],
    rule_graphs: Mapping[URIRef, URIRef],
) -> Graph:
    """Return the dataset description of one release.

    `dumps` maps file names to sizes in bytes, `rule_graphs` derived graphs to their rules. See VoID
    (W3C Interest Group Note, 2011) and DCAT 3, section 6.
    """
    about = Graph()
    dataset = description.dataset
    about.add((dataset, RDF.type, VOID.Dataset))
    about.add((dataset, RDF.type, DCAT.Dataset))
    about.add((dataset, DCTERMS.title, Literal(description.title, lang="en")))
    about.add((dataset, DCTERMS.license, description.license))
    about.add((dataset, DCTERMS.publisher, description.publisher))
    about.add((dataset, VOID.uriSpace, Literal(description.base)))
    about.add((dataset, DCAT.version, Literal(name)))
    union = {triple for triples in graphs.values() for triple in triples}
    _describe_contact(about, dataset, union)
    _count(about, dataset, union)
    kinds = Counter(value.value for _, name, value in union if name.value == str(RDF.type))
    for kind, number in sorted(kinds.items()):
        part = URIRef(f"{description.base}void#{_local(kind)}")
        about.add((dataset, VOID.classPartition, part))
        about.add((part, VOID["class"], URIRef(kind)))
        about.add((part, VOID.entities, Literal(number, datatype=XSD.integer)))
    for name_of_graph, triples in graphs.items():
        about.add((dataset, VOID.subset, name_of_graph))
        about.add((name_of_graph, RDF.type, VOID.Dataset))
        _count(about, name_of_graph, triples)
        if name_of_graph in rule_graphs:
            about.add((name_of_graph, PROV.wasGeneratedBy, rule_graphs[name_of_graph]))
    for file, size in dumps.items():
        media_type = MEDIA_TYPES[file.rpartition(".")[2]]
        dump = URIRef(f"{description.base}dumps/{name}/{file}")
        about.add((dataset, VOID.dataDump, dump))
        about.add((dataset, DCAT.distribution, dump))
        about.add((dump, RDF.type, DCAT.Distribution))
        about.add((dump, DCAT.downloadURL, dump))
        about.add(
            (
                dump,
                DCAT.mediaType,
                URIRef(f"https://www.iana.org/assignments/media-types/{media_type}"),
            )
        )
        about.add((dump, DCAT.byteSize, Literal(size, datatype=XSD.nonNegativeInteger)))
    return about


def _describe_contact(about: Graph, dataset: URIRef, union: Iterable[ox.Triple]) -> None:
    """Add whom to write to and how corrections are handled, as the collection says it."""
    own = ox.NamedNode(dataset)
    said = [triple for triple in union if triple.subject == own]
    contacts = {triple.object for triple in said if triple.predicate.value == str(_CONTACT)}
    names = {str(_CONTACT), str(REC.corrections)}
    about += to_graph(triple for triple in said if triple.predicate.value in names)
    about += to_graph(triple for triple in union if triple.subject in contacts)


def _count(about: Graph, node: URIRef, triples: Collection[ox.Triple]) -> None:
    about.add((node, VOID.triples, Literal(len(triples), datatype=XSD.integer)))
    subjects = len({triple.subject for triple in triples})
    about.add((node, VOID.distinctSubjects, Literal(subjects, datatype=XSD.integer)))


def _local(iri: object) -> str:
    return str(iri).rpartition("#")[2].rpartition("/")[2]
