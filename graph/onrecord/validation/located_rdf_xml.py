"""Triples of RDF/XML with the regions of the elements that they come from.

The parser of RDF gives no places. The elements are read once more by an XML parser, and each triple
is looked for among the properties of the elements of its subject. A triple that is not found, as a
cell of a collection, has the region of its node, or the file's start.

See https://www.w3.org/TR/rdf-syntax-grammar/.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin
from xml.parsers import expat

import pyoxigraph as ox

from onrecord.rdf.located_turtle import LocatedTriple
from onrecord.rdf.oxigraph import to_rdflib
from onrecord.rdf.region import Region

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_SYNTAX = ("about", "ID", "nodeID", "resource", "datatype", "parseType", "Description", "RDF")
_Triple = tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]


@dataclass(slots=True, eq=False)
class _Element:
    """An element, its name in full."""

    name: str
    attributes: dict[str, str]
    base: str
    region: Region
    text: str = ""
    text_region: Region | None = None
    inside: list["_Element"] = field(default_factory=list)
    _properties: dict[str, list["_Property"]] | None = None

    def properties(self) -> dict[str, list["_Property"]]:
        """The properties of a node element by their IRIs."""
        if self._properties is None:
            self._properties = defaultdict(list)
            for each in _properties(self):
                self._properties[each.name].append(each)
        return self._properties

    def iri(self) -> str | None:
        """The IRI of a node element, or that a property element refers to."""
        for name, prefix in (("about", ""), ("resource", ""), ("ID", "#")):
            written = self.attributes.get(_RDF + name)
            if written is not None:
                return urljoin(self.base, prefix + written) if prefix or written else self.base
        return None


@dataclass(frozen=True, slots=True)
class _Property:
    """A property of a node, as an element or an attribute."""

    name: str
    region: Region
    value: str | None
    """The IRI or the text; None for XML and for a node without a name."""
    value_region: Region
    node: _Element | None = None
    """The node that is the value, if it is written within."""


def locate_rdf_xml(
    path: Path, content: bytes, base: str, triples: Sequence[_Triple]
) -> list[LocatedTriple]:
    """Return the triples with the regions of their elements, in their order."""
    start = Region(str(path), 1, 1, 1, 1)
    try:
        root = _read(path, content, base)
    except expat.ExpatError:
        return [_located(triple, start, start, start) for triple in triples]
    named: dict[str, list[_Element]] = defaultdict(list)
    unnamed: list[_Element] = []
    for node in root.inside if root.name == f"{_RDF}RDF" else [root]:
        _collect(node, named, unnamed)
    nodes: dict[str, list[_Element]] = dict(named)
    places = _places(triples, nodes, unnamed)
    located = []
    taken: set[_Element] = set()
    for triple in triples:
        elements = _elements(triple[0], nodes, places)
        at = elements[0].region if elements else start
        found = _find(elements, triple, taken)
        if found is None:
            located.append(_located(triple, at, at, at))
        else:
            element, prop = found
            located.append(_located(triple, element.region, prop.region, prop.value_region))
    return located


def _located(triple: _Triple, subject: Region, predicate: Region, value: Region) -> LocatedTriple:
    terms = to_rdflib(triple[0]), to_rdflib(triple[1]), to_rdflib(triple[2])
    return LocatedTriple(*terms, subject, predicate, value)


def _read(path: Path, content: bytes, base: str) -> _Element:
    """Return the root element. Raises ExpatError."""
    parser = expat.ParserCreate(namespace_separator=" ")
    top = _Element("", {}, base, Region(str(path), 1, 1, 1, 1))
    open_elements = [top]

    def place() -> tuple[int, int]:
        return parser.CurrentLineNumber, parser.CurrentColumnNumber + 1

    def full(name: str) -> str:
        return name.replace(" ", "")

    def starts(name: str, attributes: dict[str, str]) -> None:
        line, column = place()
        own = {full(key): value for key, value in attributes.items()}
        around = open_elements[-1]
        length = 1 + len(name.rpartition(" ")[2])
        element = _Element(
            full(name),
            own,
            urljoin(around.base, own.get(f"{_XML}base", "")),
            Region(str(path), line, column, line, column + length),
        )
        around.inside.append(element)
        open_elements.append(element)

    def has_text(text: str) -> None:
        element, (line, column) = open_elements[-1], place()
        if element.text_region is None and text.strip():
            element.text_region = Region(str(path), line, column, line, column + len(text))
        element.text += text

    def ends(_name: str) -> None:
        open_elements.pop()

    parser.StartElementHandler, parser.EndElementHandler = starts, ends
    parser.CharacterDataHandler = has_text
    parser.Parse(content, True)
    return top.inside[0]


def _collect(node: _Element, named: dict[str, list[_Element]], unnamed: list[_Element]) -> None:
    """Sort a node element and those within it by their names."""
    name = node.iri() or node.attributes.get(f"{_RDF}nodeID", "")
    if name:
        named[name].append(node)
    else:
        unnamed.append(node)
    _collect_inside(node, named, unnamed)


def _collect_inside(
    node: _Element, named: dict[str, list[_Element]], unnamed: list[_Element]
) -> None:
    for prop in node.inside:
        kind = prop.attributes.get(f"{_RDF}parseType")
        if kind == "Resource":
            _collect_inside(prop, named, unnamed)
        elif kind != "Literal":
            for inner in prop.inside:
                _collect(inner, named, unnamed)


def _properties(node: _Element) -> Iterator[_Property]:
    if not node.name.startswith(_RDF) or node.name.removeprefix(_RDF) not in _SYNTAX:
        yield _Property(f"{_RDF}type", node.region, node.name, node.region)
    for name, text in node.attributes.items():
        if not name.startswith(_XML) and name.removeprefix(_RDF) not in _SYNTAX:
            text = urljoin(node.base, text) if name == f"{_RDF}type" else text
            yield _Property(name, node.region, text, node.region)
    for prop in node.inside:
        kind = prop.attributes.get(f"{_RDF}parseType")
        where, value = prop.text_region or prop.region, prop.iri()
        child: _Element | None = None
        if kind == "Resource":
            where, child = prop.region, prop
        elif kind == "Collection":
            value, where, child = f"{_RDF}nil", prop.region, _cell(prop.inside)
        elif kind is not None:
            where = prop.region
        elif prop.inside:
            child = prop.inside[0]
            value, where = child.iri(), child.region
        elif value is not None:
            where = prop.region
        else:
            value = prop.text
        yield _Property(prop.name, prop.region, value, where, child)


def _cell(items: Sequence[_Element]) -> _Element | None:
    """Return the first cell of a collection as an element with the properties that it has."""
    if not items:
        return None
    first, rest = items[0], _cell(items[1:])
    cell = _Element("", {}, first.base, first.region)
    at = first.region
    value = first.iri()
    cell._properties = {
        f"{_RDF}first": [_Property(f"{_RDF}first", at, value, at, first)],
        f"{_RDF}rest": [
            _Property(f"{_RDF}rest", at, f"{_RDF}nil" if rest is None else None, at, rest)
        ],
    }
    return cell


def _elements(
    subject: ox.NamedNode | ox.BlankNode,
    nodes: dict[str, list[_Element]],
    places: dict[ox.BlankNode, _Element],
) -> list[_Element]:
    if isinstance(subject, ox.NamedNode):
        return nodes.get(subject.value, [])
    return [places[subject]] if subject in places else []


def _find(
    elements: Sequence[_Element], triple: _Triple, taken: set[_Element]
) -> tuple[_Element, _Property] | None:
    """Return the property that states a triple, and its node; values without a name in order."""
    _, predicate, value = triple
    for element in elements:
        for prop in element.properties().get(predicate.value, ()):
            if isinstance(value, ox.BlankNode):
                if prop.node is not None and not prop.node.iri() and prop.node not in taken:
                    taken.add(prop.node)
                    return element, prop
            elif prop.value == value.value or (prop.value is None and prop.node is None):
                return element, prop
    return None


def _places(
    triples: Sequence[_Triple], nodes: dict[str, list[_Element]], unnamed: Sequence[_Element]
) -> dict[ox.BlankNode, _Element]:
    """Return the elements of blank nodes."""
    places: dict[ox.BlankNode, _Element] = {}
    taken: set[_Element] = set()
    waiting = [triple for triple in triples if isinstance(triple[2], ox.BlankNode)]
    values = {triple[2] for triple in waiting}
    nested = _nested(nodes, unnamed)
    free = (each for each in unnamed if each not in nested)
    for subject in dict.fromkeys(each[0] for each in triples):
        if isinstance(subject, ox.BlankNode) and subject not in values:
            root = next(free, None)
            if root is not None:
                places[subject] = root
    while waiting:
        left = []
        for triple in waiting:
            found = _find(_elements(triple[0], nodes, places), triple, taken)
            if found is None or found[1].node is None or not isinstance(triple[2], ox.BlankNode):
                left.append(triple)
            else:
                places.setdefault(triple[2], found[1].node)
        if len(left) == len(waiting):
            return places
        waiting = left
    return places


def _nested(nodes: dict[str, list[_Element]], unnamed: Sequence[_Element]) -> set[_Element]:
    """Return the elements that a property leads to."""
    waiting = [*(each for found in nodes.values() for each in found), *unnamed]
    nested: set[_Element] = set()
    while waiting:
        for props in waiting.pop().properties().values():
            new = {prop.node for prop in props if prop.node is not None} - nested
            nested |= new
            waiting.extend(new)
    return nested
