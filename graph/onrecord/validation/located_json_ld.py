"""Triples of JSON-LD with the regions of the keys and values that they come from.

What an IRI stands for is asked of the parser of JSON-LD itself, by a small document with the same
context. A triple whose key is not found, as of a reversed property, has the region of its node.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from onrecord.rdf.located_json import JsonMember, JsonValue, read_located_json
from onrecord.rdf.located_turtle import LocatedTriple
from onrecord.rdf.oxigraph import to_rdflib
from onrecord.rdf.region import Region

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_KEYWORDS = {"@id": "id", "@type": "type"}
_Triple = tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]


@dataclass(frozen=True, slots=True)
class _Names:
    """What keys and identifiers of a document stand for."""

    keys: Mapping[str, str]
    """Properties by key; `@id` and `@type` by the keys that stand for them."""
    nodes: Mapping[str, str]
    """IRIs by identifier."""


def locate_json_ld(
    path: Path, written: bytes, inlined: bytes, base: str, triples: Sequence[_Triple]
) -> list[LocatedTriple]:
    """Return the triples with their regions; `inlined` is the content without remote contexts."""
    start = Region(str(path), 1, 1, 1, 1)
    try:
        document = read_located_json(path, written.decode("utf-8-sig"))
        names = _names(document, json.loads(inlined), base)
    except (ValueError, IndexError, RecursionError, SyntaxError):
        return [_located(triple, start, start, start) for triple in triples]
    by_subject: dict[str, list[JsonValue]] = defaultdict(list)
    for node in _objects(document):
        identifier = _identifier(node, names)
        if identifier is not None:
            by_subject[names.nodes.get(identifier, identifier)].append(node)
    located = []
    places: dict[ox.BlankNode, JsonValue] = {}
    taken: set[int] = set()
    roots = (each for each in _roots(document) if _identifier(each, names) is None)
    for triple in triples:  # the parser yields a node before those nested in it
        subject, predicate, value = triple
        nodes = by_subject.get(subject.value, ())
        if isinstance(subject, ox.BlankNode) and not nodes:
            if subject not in places and (root := next(roots, None)) is not None:
                places[subject] = root
            nodes = [places[subject]] if subject in places else ()
        found = _place(nodes, predicate.value, value, names, taken)
        node_region = nodes[0].region if nodes else start
        if found is None:
            located.append(_located(triple, node_region, node_region, node_region))
            continue
        node, member, at = found
        if isinstance(value, ox.BlankNode) and at.members is not None:
            places.setdefault(value, at)
            taken.add(id(at))
        located.append(_located(triple, node.region, member.key_region, at.region))
    return located


def _located(triple: _Triple, subject: Region, predicate: Region, value: Region) -> LocatedTriple:
    terms = to_rdflib(triple[0]), to_rdflib(triple[1]), to_rdflib(triple[2])
    return LocatedTriple(*terms, subject, predicate, value)


def _objects(value: JsonValue) -> Iterator[JsonValue]:
    """Yield the objects of a document that may be nodes, the outer ones first."""
    if value.members is not None:
        yield value
    for member in value.members or ():
        if member.key != "@context":
            yield from _objects(member.value)
    for item in value.items or ():
        yield from _objects(item)


def _roots(value: JsonValue) -> Iterator[JsonValue]:
    """Yield the objects that nothing refers to by being around them."""
    inner = value.get("@graph")
    if inner is not None:
        yield from _roots(inner)
    elif value.members is not None:
        yield value
    for item in value.items or ():
        yield from _roots(item)


def _names(document: JsonValue, parsed: Any, base: str) -> _Names:
    """Return what the keys and strings of a document stand for, by the parser of JSON-LD."""
    objects = list(_objects(document))
    strings = list(dict.fromkeys(_strings(objects)))
    written_keys = (member.key for each in objects for member in each.members or ())
    keys = list(dict.fromkeys((*written_keys, *_types(objects))))
    context = parsed.get("@context", {}) if isinstance(parsed, dict) else {}
    asked: list[dict[str, Any]] = []
    for number, key in enumerate(keys):
        if not key.startswith("@"):
            asked.append({"@id": f"urn:onrecord:key:{number}", key: "urn:x"})
    for number, string in enumerate(strings):
        asked.append({"@id": f"urn:onrecord:string:{number}", "urn:onrecord:is": {"@id": string}})
    found_keys = {key: key for key in keys if key in _KEYWORDS}
    found_nodes: dict[str, str] = {}
    aliases = context if isinstance(context, list) else [context]
    for part in aliases:
        for key, meant in part.items() if isinstance(part, dict) else ():
            meant = meant.get("@id") if isinstance(meant, dict) else meant
            if isinstance(meant, str) and meant in _KEYWORDS:
                found_keys[key] = meant
    for quad in _quads(context, asked, base):
        if isinstance(quad.subject, ox.Triple):
            continue
        kind, _, number_text = quad.subject.value.removeprefix("urn:onrecord:").partition(":")
        if kind == "key" and number_text:
            found_keys.setdefault(keys[int(number_text)], quad.predicate.value)
        elif kind == "string" and number_text and isinstance(quad.object, ox.NamedNode):
            found_nodes[strings[int(number_text)]] = quad.object.value
    return _Names(found_keys, found_nodes)


def _quads(context: Any, nodes: Sequence[Any], base: str) -> Iterator[ox.Quad]:
    """Yield the quads of nodes in a context, without those nodes that are wrong in it."""
    text = json.dumps({"@context": context, "@graph": nodes}).encode()
    try:
        found = list(ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri=base, lenient=True))
    except SyntaxError:  # of a reversed property, a text is
        half = len(nodes) // 2
        for part in (nodes[:half], nodes[half:]) if half else ():
            yield from _quads(context, part, base)
    else:
        yield from found


def _types(objects: Iterable[JsonValue]) -> Iterator[str]:
    """Yield the strings that may be classes, which stand for IRIs as keys do."""
    for each in objects:
        for member in each.members or ():
            for value in (member.value, *(member.value.items or ())):
                if member.key.strip("@") == "type" and isinstance(value.scalar, str):
                    yield value.scalar


def _strings(objects: Iterable[JsonValue]) -> Iterator[str]:
    for each in objects:
        for member in each.members or ():
            for value in (member.value, *(member.value.items or ())):
                if isinstance(value.scalar, str):
                    yield value.scalar


def _identifier(node: JsonValue, names: _Names) -> str | None:
    for member in node.members or ():
        if names.keys.get(member.key) == "@id" and isinstance(member.value.scalar, str):
            return member.value.scalar
    return None


def _place(
    nodes: Sequence[JsonValue],
    predicate: str,
    value: ox.NamedNode | ox.BlankNode | ox.Literal,
    names: _Names,
    taken: set[int],
) -> tuple[JsonValue, JsonMember, JsonValue] | None:
    """Return the node, the member and the value that a triple comes from."""
    possible: list[tuple[JsonValue, JsonMember, JsonValue]] = []
    for node in nodes:
        for member in node.members or ():
            meant = names.keys.get(member.key)
            if (_TYPE if meant == "@type" else meant) != predicate:
                continue
            for at in _values(member.value):
                if id(at) not in taken and _is_written(at, value, names, predicate):
                    return node, member, at
            possible.append((node, member, member.value))
    return possible[0] if possible else None


def _values(value: JsonValue) -> Iterator[JsonValue]:
    """Yield the values of a member: the items of an array, of a `@list` and a `@set`."""
    inner = value.get("@list") or value.get("@set")
    if inner is not None:
        yield from _values(inner)
    elif value.items is not None:
        for item in value.items:
            yield from _values(item)
    else:
        yield value


def _is_written(
    at: JsonValue,
    value: ox.NamedNode | ox.BlankNode | ox.Literal,
    names: _Names,
    predicate: str,
) -> bool:
    if at.members is not None:
        identifier = _identifier(at, names)
        if isinstance(value, ox.Literal):
            inner = at.get("@value")
            language = at.get("@language")
            tag = language.scalar if language is not None else ""
            is_tag = str(tag).lower() == (value.language or "").lower() or language is None
            return inner is not None and is_tag and _is_form(inner.scalar, value)
        if isinstance(value, ox.BlankNode):
            return at.get("@value") is None and (identifier is None or identifier[:2] == "_:")
        return identifier is not None and names.nodes.get(identifier, identifier) == value.value
    if isinstance(value, ox.Literal):
        return _is_form(at.scalar, value)
    if not isinstance(at.scalar, str) or isinstance(value, ox.BlankNode):
        return False
    if predicate == _TYPE:
        return value.value in (names.keys.get(at.scalar), names.nodes.get(at.scalar))
    return names.nodes.get(at.scalar, at.scalar) == value.value


def _is_form(scalar: Any, literal: ox.Literal) -> bool:
    """Say whether a scalar of JSON is a literal; numbers are compared by value."""
    if isinstance(scalar, bool):
        return literal.value == str(scalar).lower()
    if isinstance(scalar, (int, float)):
        try:
            return float(literal.value) == float(scalar)
        except ValueError:
            return False
    return bool(scalar == literal.value)
