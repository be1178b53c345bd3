"""What is stated of some things, for pages and forms that read hundreds of them."""

from collections.abc import Iterable, Iterator

from onrecord.rdf.sorted_ntriples import PlainTriple


class Statements:
    """Values by subject and predicate, as text: a graph of rdflib takes ten times as long to fill.

    IRIs are given as texts or as terms of rdflib.
    """

    def __init__(self) -> None:
        self._values: dict[str, dict[str, list[str]]] = {}

    def __contains__(self, subject: str) -> bool:
        return str(subject) in self._values

    def add(self, triples: Iterable[PlainTriple]) -> None:
        """Add triples."""
        for subject, predicate, value in triples:
            self._values.setdefault(subject, {}).setdefault(predicate, []).append(value)

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
