"""Facts about a dataset and one release of it, from which each description is made."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS
from rdflib.term import Node

from onrecord.rdf.namespaces import DCAT, REC, SCHEMA
from onrecord.records.collection import Description
from onrecord.releases.release import WrittenFile, day_of

MEDIA_TYPES = {
    "nq": "application/n-quads",
    "nt": "application/n-triples",
    "trig": "application/trig",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
}
"""Media type of a dump by the ending of its name."""
_FORMATS = {
    "nq": ("N-Quads", "each statement with its graph"),
    "nt": ("N-Triples", "each statement once"),
    "trig": ("TriG", "each statement with its graph"),
    "ttl": ("Turtle", "each statement once"),
    "jsonld": ("JSON-LD", "each statement once"),
}
"""Name of the format of a dump, and what such a dump has, by the ending of its name."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Dump of a release."""

    name: str
    size: int
    sha256: str
    media_type: str

    @property
    def format(self) -> str:
        """The name of its format."""
        return _FORMATS[self._ending][0]

    @property
    def contents(self) -> str:
        """What it has, in a few words."""
        return _FORMATS[self._ending][1]

    @property
    def _ending(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write to."""

    node: str
    name: str
    email: str
    page: str


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What descriptions say of a dataset and of one release of it."""

    dataset: str
    base: str
    title: str
    description: str
    license: str
    publisher: str
    publisher_name: str
    contacts: tuple[Contact, ...]
    themes: tuple[tuple[str, str], ...]
    """The topics of the collection: IRI and name."""
    first_day: str
    last_day: str
    """The days between which claims were made; empty if none has a day."""
    created: str
    """The day of the first curation; empty if none has one."""
    release: str = ""
    """The name of the release, which begins with its day."""
    files: tuple[FileFacts, ...] = ()

    @property
    def issued(self) -> str:
        """The day of the release."""
        return day_of(self.release)

    def of_release(self, name: str, dumps: Mapping[str, WrittenFile]) -> "DatasetFacts":
        """Return the facts about a release of the dataset; `dumps` are those of the whole by name.

        Its records were curated first on its own day, where none says when.
        """
        files = (
            FileFacts(file, about.size, about.sha256, MEDIA_TYPES[file.rpartition(".")[2]])
            for file, about in sorted(dumps.items())
        )
        created = self.created or day_of(name)
        return replace(self, created=created, release=name, files=tuple(files))

    @property
    def keywords(self) -> tuple[str, ...]:
        """The names of the topics."""
        return tuple(sorted({name for _, name in self.themes}))

    @property
    def folder(self) -> str:
        """The address of the files of the release."""
        return f"{self.base}dumps/{self.release}/"


def facts_of(description: Description, graphs: Iterable[Graph]) -> DatasetFacts:
    """Collect the facts about a dataset from its graphs."""
    union = tuple(graphs)
    dataset = description.dataset
    days = sorted(_days(union))
    curated = sorted(map(str, _objects(union, None, REC.curatedOn)))
    return DatasetFacts(
        dataset=str(dataset),
        base=description.base,
        title=description.title,
        description=_text(union, dataset, DCTERMS.description) or description.title,
        license=str(description.license),
        publisher=str(description.publisher),
        publisher_name=_name(union, description.publisher),
        contacts=tuple(
            Contact(
                str(node),
                _name(union, node),
                _text(union, node, SCHEMA.email),
                _text(union, node, SCHEMA.url),
            )
            for node in sorted(_objects(union, dataset, DCAT.contactPoint), key=str)
        ),
        themes=tuple(
            sorted(
                (str(topic), _text(union, topic, SKOS.prefLabel) or _name(union, topic))
                for topic in _objects(union, None, DCTERMS.subject)
                if str(topic).startswith(f"{description.base}topic/")
            )
        ),
        first_day=days[0] if days else "",
        last_day=days[-1] if days else "",
        created=curated[0] if curated else "",
    )


def _days(union: Collection[Graph]) -> set[str]:
    """Return the days on which claims were made, of those that are known to the day."""
    found = set()
    for claim in {claim for graph in union for claim in graph.subjects(RDF.type, REC.Claim)}:
        for moment in _objects(union, claim, REC.saidOn):
            date = _text(union, moment, DCTERMS.date)
            if _DAY.fullmatch(date):
                found.add(date)
    return found


def _objects(union: Iterable[Graph], node: Node | None, name: URIRef) -> set[Node]:
    return {value for graph in union for value in graph.objects(node, name)}


def _text(union: Iterable[Graph], node: Node, name: URIRef) -> str:
    return min(map(str, _objects(union, node, name)), default="")


def _name(union: Iterable[Graph], node: Node) -> str:
    return _text(union, node, SCHEMA.name) or _text(union, node, RDFS.label) or str(node)
