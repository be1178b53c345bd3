"""What is stated of some things, for pages and forms that read hundreds of them."""

from collections.abc import Iterable, Iterator

from onrecord.rdf.sorted_ntriples import PlainTriple, Values

_NOTHING: Values = {}


class Statements:
    """Values by subject and predicate, as text: a graph of rdflib takes ten times as long to fill.

    IRIs are given as texts or as terms of rdflib.
    """

    def __init__(self) -> None:
        self._values: dict[str, Values] = {}
        self._subjects: dict[str, dict[str, list[str]]] = {}
        """Subjects by property and value, of the properties that were asked for so."""

    def __contains__(self, subject: str) -> bool:
        return str(subject) in self._values

    def add(self, triples: Iterable[PlainTriple]) -> None:
        """Add triples."""
        self._subjects.clear()
        for subject, predicate, value in triples:
            self._values.setdefault(subject, {}).setdefault(predicate, []).append(value)

    def add_subject(self, subject: str, values: Values) -> None:
        """Add all that is stated of a subject, which may be nothing."""
        self._subjects.clear()
        self._values[subject] = values

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property, in the order in which they were added."""
        return self._values.get(str(subject), _NOTHING).get(str(predicate), [])

    def value(self, subject: str, predicate: str) -> str:
        """Return the first value of a property; empty if there is none."""
        values = self._values.get(str(subject), _NOTHING).get(str(predicate))
        return values[0] if values else ""

    def subjects(self, predicate: str, value: str) -> Iterator[str]:
        """Yield the things that have a value of a property."""
        name = str(predicate)
        if name not in self._subjects:
            found = self._subjects[name] = {}
            for subject, values in self._values.items():
                for each in dict.fromkeys(values.get(name, ())):
                    found.setdefault(each, []).append(subject)
        yield from self._subjects[name].get(str(value), ())
