"""Documents about things: what a release says of one, in pages, and what the document itself is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import URIRef

from onrecord.rdf.namespaces import DCAT, DCTERMS, RDF, RDFS, VOID, XSD
from onrecord.releases.descriptions.dcat import PUBLIC
from onrecord.releases.release import Release, day_of
from onrecord_server.documents.release_files import described_as, dump_of
from onrecord_server.documents.serialisation import FOAF, HYDRA

PAGE = 1000
"""Number of triples of a page, unless the thing's own are more."""

Labels = Callable[[str], Iterable[ox.Triple]]
"""Function that returns the labels of an IRI."""


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """Page of a document."""

    triples: list[ox.Triple]
    number: int
    """From 1 on; 0 if the document has no such page."""
    is_last: bool


def part_of(groups: Iterable[Sequence[ox.Triple]], labels: Labels, number: int) -> DocumentPart:
    """Return a page of a document: groups of triples that stay together, and labels.

    All that a page names has its label there. The first group is whole on the first page.
    """
    shown: dict[ox.Triple, None] = {}
    named: set[str] = set()
    page, started = 1, False
    for group in groups:
        fresh = [triple for triple in group if triple not in shown]
        wanted = {iri for triple in fresh for iri in _named_in(triple)} - named
        added = fresh + [label for iri in sorted(wanted) for label in labels(iri)]
        if started and fresh and len(shown) + len(added) > PAGE:
            if page == number:
                return DocumentPart(list(shown), number, is_last=False)
            page, shown, named = page + 1, {}, set()
            wanted = {iri for triple in group for iri in _named_in(triple)}
            added = [*group, *(label for iri in sorted(wanted) for label in labels(iri))]
        started = True
        named |= wanted
        shown.update(dict.fromkeys(added))
    return DocumentPart(list(shown), number if page == number else 0, is_last=True)


def _named_in(triple: ox.Triple) -> Iterator[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.NamedNode):
            yield term.value


def labels_of(release: Release) -> Labels:
    """Return the function that finds labels in a release; one without a dump has none."""
    dump = dump_of(release)
    if dump is None:
        return lambda _: ()
    return lambda iri: dump.of_property(iri, str(RDFS.label))


def about_document(
    release: Release,
    iri: str,
    address: str,
    part: DocumentPart,
    shared: Iterable[tuple[URIRef, str]],
    labels: Labels | None = None,
    as_of: str = "",
) -> Iterator[ox.Triple]:
    """Yield what a document at an address says of itself: what it is about, and whence it is.

    `shared` is what holds of it as of the thing. `as_of` is the day up to which it looks, empty if
    it looks at all times.

    All of it is about the document, so that the thing has no more triples than in the release;
    and the labels of what it names.
    """
    dataset = str(release.manifest["dataset"]) if "dataset" in release.manifest else ""
    document = _page_of(address, as_of, part.number)
    then = f" by claims of {as_of} and before" if as_of else ""
    title = f"{_label(part, iri)}{then} – as on record in release {release.name}"
    permanent = _of_release(document, release)
    following = _of_release(_page_of(address, as_of, part.number + 1), release)
    how = _HOW.format(document, permanent)
    if not part.is_last:
        how = _GOES_ON.format(part.number, following, how)
    facts: list[tuple[str, str | ox.Literal]] = [
        (RDF.type, f"{FOAF}Document"),
        (f"{FOAF}primaryTopic", iri),
        (DCTERMS.title, ox.Literal(title, language="en")),
        (DCTERMS.description, ox.Literal(how, language="en")),
        (DCTERMS.issued, _date(day_of(release.name))),
        (DCAT.version, ox.Literal(release.name)),
        (DCTERMS.hasVersion, permanent),
        (DCTERMS.identifier, ox.Literal(permanent)),
        (DCTERMS.accessRights, PUBLIC),
    ]
    if dataset:
        facts += [(DCTERMS.isPartOf, dataset), (VOID.inDataset, dataset)]
        for of_dataset in (DCTERMS.license, DCTERMS.publisher, DCTERMS.creator):
            said = described_as(release, dataset, str(of_dataset))
            facts += [(str(of_dataset), said)] if said else []
    facts += shared
    if not part.is_last:
        facts.append((f"{HYDRA}next", following))
    if part.number > 1:
        before = _of_release(_page_of(address, as_of, part.number - 1), release)
        facts.append((f"{HYDRA}previous", before))
    labels = labels or labels_of(release)
    for name, value in facts:
        if isinstance(value, str):
            yield ox.Triple(ox.NamedNode(document), ox.NamedNode(str(name)), ox.NamedNode(value))
            yield from labels(value)
        else:
            yield ox.Triple(ox.NamedNode(document), ox.NamedNode(str(name)), value)


def _page_of(address: str, as_of: str, number: int) -> str:
    said = [*([f"page={number}"] if number > 1 else []), *([f"as_of={as_of}"] if as_of else [])]
    return f"{address}?{'&'.join(said)}" if said else address


def _of_release(address: str, release: Release) -> str:
    """Return the address that stays the same when a newer release comes."""
    return f"{address}{'&' if '?' in address else '?'}release={release.name}"


_HOW = "The newest is at {} and exactly this one stays at {}"
_GOES_ON = "This is page {}, which goes on at {} . {}"


def _label(part: DocumentPart, iri: str) -> str:
    node, name = ox.NamedNode(iri), ox.NamedNode(str(RDFS.label))
    labels = (
        each.object for each in part.triples if (each.subject, each.predicate) == (node, name)
    )
    return next((label.value for label in labels if isinstance(label, ox.Literal)), iri)


def _date(day: str) -> ox.Literal:
    return ox.Literal(day, datatype=ox.NamedNode(str(XSD.date)))
