"""What is stated of some things, for pages and forms that read hundreds of them."""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox


class Statements:
    """Values by subject and predicate, as text: a graph of rdflib takes ten times as long to fill.

    IRIs are given as texts or as terms of rdflib.
    """

    def __init__(self) -> None:
        self._values: dict[str, dict[str, list[str]]] = {}

    def __contains__(self, subject: str) -> bool:
        return str(subject) in self._values

    def add(self, triples: Iterable[ox.Triple]) -> None:
        """Add triples; those with blank nodes, which no release has, are left out."""
        for triple in triples:
            subject, value = triple.subject, triple.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
                of_subject = self._values.setdefault(subject.value, {})
                of_subject.setdefault(triple.predicate.value, []).append(value.value)

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property, in the order in which they were added."""
        return self._values.get(str(subject), {}).get(str(predicate), [])

    def value(self, subject: str, predicate: str) -> str:
        """Return the first value of a property; empty if there is none."""
        values = self.values(subject, predicate)
        return values[0] if values else ""

    def subjects(self, predicate: str, value: str) -> Iterator[str]:
        """Yield the things that have a value of a property."""
        name, wanted = str(predicate), str(value)
        for subject, values in self._values.items():
            if wanted in values.get(name, ()):
                yield subject
