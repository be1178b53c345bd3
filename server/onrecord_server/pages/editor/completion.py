"""What the query editor completes from: the classes, properties and codes of a release.

One document a release, from its VoID; the editor sends no request while the user types.
"""

from collections import defaultdict
from functools import lru_cache

import pyoxigraph as ox
from rdflib.namespace import OWL, RDFS, VOID

from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.namespaces import CODE
from onrecord.rdf.term_text import abbreviated
from onrecord.releases.dumps import prefixes_for
from onrecord.releases.release import Release
from onrecord_server.documents.release_files import description_of
from onrecord_server.pages.things.property_words import labels, words_of

_META = (str(OWL), str(RDFS))
"""Namespaces of classes that describe the ontology, and nothing that is on record."""


def completion_document(release: Release, base: str) -> dict[str, object]:
    """Return classes with their properties and numbers, properties, codes and prefixes."""
    prefixes = prefixes_for(base)
    of_node: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in description_of(release):
        subject = getattr(triple.subject, "value", "")
        of_node[subject][triple.predicate.value].append(getattr(triple.object, "value", ""))

    def one(node: str, name: object) -> str:
        return next(iter(of_node[node].get(str(name), ())), "")

    def parts(node: str) -> list[tuple[str, int]]:
        found = (
            (one(part, VOID.property), int(one(part, VOID.triples) or 0))
            for part in of_node[node].get(str(VOID.propertyPartition), ())
        )
        return sorted(found, key=lambda each: (-each[1], each[0]))

    def named(iri: str) -> str:
        return abbreviated(iri, prefixes)

    dataset = str(release.manifest.get("dataset", ""))
    terms = _terms()
    classes = [
        {
            "name": named(kind),
            "label": words_of(kind),
            "about": terms.get(kind, ("", ""))[0],
            "number": int(one(part, VOID.entities) or 0),
            "properties": [[named(iri), number] for iri, number in parts(part)],
        }
        for part in of_node[dataset].get(str(VOID.classPartition), ())
        if (kind := one(part, VOID["class"])) and not kind.startswith(_META)
    ]
    properties = [
        {
            "name": named(iri),
            "label": words_of(iri),
            "about": terms.get(iri, ("", ""))[0],
            "range": named(terms.get(iri, ("", ""))[1]),
            "number": number,
        }
        for iri, number in parts(dataset)
    ]
    codes = [
        {"name": named(iri), "label": label}
        for iri, label in sorted(labels().items())
        if iri.startswith(str(CODE))
    ]
    return {
        "release": release.name,
        "prefixes": prefixes,
        "classes": sorted(classes, key=lambda each: str(each["name"])),
        "properties": properties,
        "codes": codes,
    }


@lru_cache(maxsize=1)
def _terms() -> dict[str, tuple[str, str]]:
    """Return the first sentence on each term of the ontology, and the range of a property."""
    about: dict[str, str] = {}
    ranges: dict[str, str] = {}
    for quad in ox.parse((ONTOLOGY / "onrecord.ttl").read_bytes(), format=ox.RdfFormat.TURTLE):
        subject, value = getattr(quad.subject, "value", ""), getattr(quad.object, "value", "")
        if quad.predicate.value == str(RDFS.comment):
            about[subject] = f"{value.partition('. ')[0].rstrip('.')}."
        elif quad.predicate.value == str(RDFS.range):
            ranges[subject] = value
    return {iri: (about.get(iri, ""), ranges.get(iri, "")) for iri in {*about, *ranges}}
