"""Dataset description of a release in VoID and DCAT 3."""

from collections.abc import Mapping

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, VOID, XSD

from onrecord.rdf.namespaces import DCAT, PROV, REC
from onrecord.rdf.oxigraph import RdflibTriple
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
    graphs: Mapping[URIRef, Graph],
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
    union = {triple for graph in graphs.values() for triple in graph}
    _describe_contact(about, dataset, union)
    _count(about, dataset, union)
    kinds = {value for _, predicate, value in union if predicate == RDF.type}
    for kind in sorted(map(str, kinds)):
        part = URIRef(f"{description.base}void#{_local(kind)}")
        number = sum(1 for _, name, value in union if name == RDF.type and str(value) == kind)
        about.add((dataset, VOID.classPartition, part))
        about.add((part, VOID["class"], URIRef(kind)))
        about.add((part, VOID.entities, Literal(number, datatype=XSD.integer)))
    for name_of_graph, graph in graphs.items():
        about.add((dataset, VOID.subset, name_of_graph))
        about.add((name_of_graph, RDF.type, VOID.Dataset))
        _count(about, name_of_graph, set(graph))
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


def _describe_contact(about: Graph, dataset: URIRef, union: set[RdflibTriple]) -> None:
    """Add whom to write to and how corrections are handled, as the collection says it."""
    contacts = {value for node, name, value in union if (node, name) == (dataset, _CONTACT)}
    for triple in union:
        if triple[0] in contacts or triple[:2] in ((dataset, _CONTACT), (dataset, REC.corrections)):
            about.add(triple)


def _count(about: Graph, node: URIRef, triples: set[RdflibTriple]) -> None:
    about.add((node, VOID.triples, Literal(len(triples), datatype=XSD.integer)))
    subjects = len({subject for subject, _, _ in triples})
    about.add((node, VOID.distinctSubjects, Literal(subjects, datatype=XSD.integer)))


def _local(iri: object) -> str:
    return str(iri).rpartition("#")[2].rpartition("/")[2]
