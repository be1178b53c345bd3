"""Store of an rdflib graph of millions of triples, in a seventh of the memory of rdflib's own."""

from collections.abc import Iterable, Iterator
from typing import Any

from rdflib import Graph
from rdflib.plugins.stores.memory import SimpleMemory
from rdflib.term import Node

from onrecord.rdf.oxigraph import RdflibTriple

_Pattern = tuple[Node | None, Node | None, Node | None]
_Values = Node | dict[Node, None]
"""One value, or several in their order."""
_NO_CONTEXTS: Iterator[None] = iter(())
"""The graphs of each triple, of which this store has none; one for all, since it stays empty."""


class LeanStore(SimpleMemory):
    """Triples by subject and property, and subjects by property.

    A property that is asked for the subjects of a value gets an index for that, and no other does.
    A value without a property is looked for in all triples. The namespaces are those of rdflib.
    """

    def __init__(self, configuration: str | None = None, identifier: Any = None) -> None:
        super().__init__(configuration, identifier)
        self._values: dict[Node, dict[Node, _Values]] = {}
        self._subjects: dict[Node, list[Node]] = {}
        self._by_value: dict[Node, dict[Node, dict[Node, None]]] = {}
        self._size = 0

    def add(self, triple: RdflibTriple, context: Any = None, quoted: bool = False) -> None:
        """Add a triple."""
        subject, predicate, value = triple
        of_subject = self._values.setdefault(subject, {})
        known = of_subject.get(predicate)
        if known is None:
            of_subject[predicate] = value
            self._subjects.setdefault(predicate, []).append(subject)
        elif isinstance(known, dict):
            if value in known:
                return
            known[value] = None
        elif known == value:
            return
        else:
            of_subject[predicate] = {known: None, value: None}
        self._size += 1
        if predicate in self._by_value:
            self._by_value[predicate].setdefault(value, {})[subject] = None

    def remove(self, triple: _Pattern, context: Any = None) -> None:
        """Remove all triples that match a pattern."""
        for (subject, predicate, value), _ in list(self.triples(triple)):
            of_subject = self._values[subject]
            rest = [each for each in _each(of_subject[predicate]) if each != value]
            if rest:
                of_subject[predicate] = rest[0] if len(rest) == 1 else dict.fromkeys(rest)
            else:
                del of_subject[predicate]
                self._subjects[predicate].remove(subject)
            if not of_subject:
                del self._values[subject]
            self._by_value.pop(predicate, None)
            self._size -= 1

    def triples(
        self, triple_pattern: _Pattern, context: Any = None
    ) -> Iterator[tuple[RdflibTriple, Iterator[None]]]:
        """Yield the triples that match a pattern, each with no context."""
        subject, predicate, value = triple_pattern
        if subject is not None:
            of_subject = self._values.get(subject, {})
            properties = of_subject if predicate is None else (predicate,)
            for each in tuple(properties):
                for known in _each(of_subject.get(each, {})):
                    if value is None or known == value:
                        yield (subject, each, known), _NO_CONTEXTS
        elif predicate is None:
            for each, of_subject in tuple(self._values.items()):
                for name, values in tuple(of_subject.items()):
                    for known in _each(values):
                        if value is None or known == value:
                            yield (each, name, known), _NO_CONTEXTS
        elif value is None:
            for each in tuple(self._subjects.get(predicate, ())):
                for known in _each(self._values[each][predicate]):
                    yield (each, predicate, known), _NO_CONTEXTS
        else:
            for each in tuple(self._subjects_of(predicate).get(value, ())):
                yield (each, predicate, value), _NO_CONTEXTS

    def _subjects_of(self, predicate: Node) -> dict[Node, dict[Node, None]]:
        """Return the subjects of a property by value."""
        if predicate not in self._by_value:
            found: dict[Node, dict[Node, None]] = {}
            for subject in self._subjects.get(predicate, ()):
                for value in _each(self._values[subject][predicate]):
                    found.setdefault(value, {})[subject] = None
            self._by_value[predicate] = found
        return self._by_value[predicate]

    def __len__(self, context: Any = None) -> int:
        return self._size


def _each(values: _Values) -> Iterable[Node]:
    return tuple(values) if isinstance(values, dict) else (values,)


def lean_graph(triples: Iterable[RdflibTriple] = ()) -> Graph:
    """Return a graph of triples in such a store."""
    store = LeanStore()
    for triple in triples:
        store.add(triple)
    return Graph(store)
