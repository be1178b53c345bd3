"""Compact JSON-LD of a graph, a node on each line, by the context of the ontology.

rdflib's serialiser reads the whole graph into an index of its own first, which took most of the
time of a build. It is still given the few nodes that have blank nodes about them: the lists of the
ontology, which become `@list`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import groupby
from operator import attrgetter
from tempfile import TemporaryFile
from typing import BinaryIO

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import RDF, XSD
from rdflib.plugins.shared.jsonld.context import Context

from onrecord.rdf.oxigraph import ResultTerm, to_rdflib

_NATIVE = {str(XSD.integer), str(XSD.boolean)}
"""Datatypes that JSON has, too."""
_STRING = str(XSD.string)
_LANGUAGE_STRING = str(RDF.langString)


def json_ld(triples: Iterable[ox.Triple], context: Mapping[str, object]) -> Iterator[bytes]:
    """Yield triples, sorted by subject, as compact JSON-LD, a node on each line.

    Until all are read and can be sorted, nodes are kept as text in a file.
    """
    with TemporaryFile() as file:
        yield from _document(triples, context, file)


def _document(
    triples: Iterable[ox.Triple], context: Mapping[str, object], file: BinaryIO
) -> Iterator[bytes]:
    terms = _Terms(Context(dict(context)))
    places: list[tuple[str, int, int]] = []
    others = Graph()

    def keep(node: Mapping[str, object]) -> None:
        # Python's writer of indented JSON leaves cycles: of 10,000 claims half a gigabyte.
        line = json.dumps(node, ensure_ascii=False, sort_keys=True).encode()
        places.append((terms.name(node), file.tell(), file.write(line)))

    for subject, group in groupby(triples, key=attrgetter("subject")):
        about = list(group)
        if isinstance(subject, ox.BlankNode) or any(
            isinstance(triple.object, ox.BlankNode) for triple in about
        ):
            for triple in about:
                others.add(tuple(map(to_rdflib, triple)))  # type: ignore[arg-type]
        else:
            keep(terms.node(subject, about))
    if others:
        text = others.serialize(format="json-ld", context=dict(context), auto_compact=True)
        document = json.loads(text)
        for node in document.get("@graph") or [
            {name: value for name, value in document.items() if name != "@context"}
        ]:
            keep(node)
    places.sort()
    whole = {"@context": context, "@graph": []}
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True)
    before, _, after = text.encode().partition(b"[]")
    yield before + b"["
    for number, (_, start, length) in enumerate(places):
        file.seek(start)
        yield (b",\n  " if number else b"\n  ") + file.read(length)
    yield (b"\n ]" if places else b"]") + after + b"\n"


class _Terms:
    """The terms of a context, each looked up once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._key = cache(self._find_key)
        self._symbol = cache(context.to_symbol)
        self._iri = lru_cache(maxsize=2**16)(context.shrink_iri)

    def name(self, node: Mapping[str, object]) -> str:
        """Return the IRI of a node object, or the label of its blank node."""
        return str(node[self._context.id_key])

    def node(self, subject: ox.NamedNode, triples: Iterable[ox.Triple]) -> dict[str, object]:
        """Return the node object of a subject."""
        found: dict[str, list[object]] = {}
        for triple in triples:
            key, value = self._said(triple.predicate.value, triple.object)
            found.setdefault(key, []).append(value)
        values = {key: each if len(each) > 1 else each[0] for key, each in found.items()}
        return {self._context.id_key: self._iri(subject.value), **values}

    def _said(self, predicate: str, value: ResultTerm) -> tuple[str, object]:
        """Return the key and the value by which a node object says something of its node."""
        if not isinstance(value, ox.NamedNode | ox.Literal):
            raise TypeError(f"neither an IRI nor a literal: {value}")
        if isinstance(value, ox.NamedNode):
            if predicate == str(RDF.type):
                return self._context.type_key, self._symbol(value.value)
            key, is_coerced = self._key(predicate, "@id", None)
            iri = self._iri(value.value)
            return key, iri if is_coerced else {self._context.id_key: iri}
        language, datatype = value.language, value.datatype.value
        kind = None if datatype in (_STRING, _LANGUAGE_STRING) else datatype
        key, is_coerced = self._key(predicate, kind, language)
        if is_coerced or (kind is None and language is None):
            return key, value.value
        if language is not None:
            return key, {"@language": language, "@value": value.value}
        if datatype in _NATIVE:
            native = json.loads(value.value) if _is_native(value.value) else None
            if native is not None:
                return key, native
        return key, {
            self._context.type_key: self._symbol(datatype),
            self._context.value_key: value.value,
        }

    def _find_key(self, predicate: str, kind: str | None, language: str | None) -> tuple[str, bool]:
        """Return the key of a property for a kind of value, and whether the key says the kind."""
        term = self._context.find_term(predicate, kind, language=language)
        if term is not None and (term.type or term.language):
            return term.name, True
        term = term or self._context.find_term(predicate)
        if term is not None and not term.type and not (term.language and kind is None):
            return term.name, False
        key = self._context.to_symbol(predicate) or predicate
        named = self._context.terms.get(key)
        return (predicate if named is not None and named.type else key), False


def _is_native(text: str) -> bool:
    """Say whether a number or a truth value is written as JSON writes it."""
    try:
        return json.dumps(json.loads(text)) == text
    except ValueError:
        return False
