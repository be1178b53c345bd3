"""Shapes and constraints, parsed from a shapes graph (SHACL, sections 2 to 6)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Identifier, Node

from onrecord.shacl.errors import ShapesError
from onrecord.shacl.property_path import Path, read_path

TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)

_COMPONENTS = {
    "and": "And",
    "class": "Class",
    "closed": "Closed",
    "datatype": "Datatype",
    "disjoint": "Disjoint",
    "equals": "Equals",
    "hasValue": "HasValue",
    "in": "In",
    "languageIn": "LanguageIn",
    "lessThan": "LessThan",
    "lessThanOrEquals": "LessThanOrEquals",
    "maxCount": "MaxCount",
    "maxExclusive": "MaxExclusive",
    "maxInclusive": "MaxInclusive",
    "maxLength": "MaxLength",
    "minCount": "MinCount",
    "minExclusive": "MinExclusive",
    "minInclusive": "MinInclusive",
    "minLength": "MinLength",
    "node": "Node",
    "nodeKind": "NodeKind",
    "not": "Not",
    "or": "Or",
    "pattern": "Pattern",
    "property": "Property",
    "qualifiedMaxCount": "QualifiedMaxCount",
    "qualifiedMinCount": "QualifiedMinCount",
    "sparql": "SPARQL",
    "uniqueLang": "UniqueLang",
    "xone": "Xone",
}
PARAMETERS = {SH[name]: SH[f"{part}ConstraintComponent"] for name, part in _COMPONENTS.items()}
"""The constraint component of each parameter."""
_LIST_PARAMETERS = {SH["and"], SH["or"], SH.xone, SH["in"], SH.languageIn}
_FLAGS = {SH.closed, SH.uniqueLang}
CLASS_TYPES = frozenset({RDFS.Class, OWL.Class})
"""Types that make a shape a class wherever they are written.

An `owl:Class` is one by the semantics of OWL only, but who writes it means a class.
"""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint: a parameter, its value, and the members if the value is a list."""

    parameter: URIRef
    value: Identifier
    members: tuple[Identifier, ...] = ()

    @property
    def component(self) -> URIRef:
        """The constraint component in results (`sh:sourceConstraintComponent`)."""
        return PARAMETERS[self.parameter]


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape, or a property shape if it has a path."""

    node: Identifier
    path: Path | None
    constraints: tuple[Constraint, ...]
    targets: tuple[tuple[URIRef, Identifier], ...]
    severity: URIRef
    messages: tuple[Literal, ...]
    deactivated: bool
    flags: str
    """Flags of `sh:pattern`."""
    ignored: tuple[Identifier, ...]
    """Ignored properties of `sh:closed`."""
    qualified: tuple[Identifier, bool] | None
    """The qualified value shape, and whether it is disjoint from its siblings."""


def read_shape(
    shapes: Graph, node: Identifier, class_types: Collection[Identifier] = CLASS_TYPES
) -> Shape:
    """Parse the shape at a node of the shapes graph. Raises ShapesError for an invalid path."""
    given: dict[Node, list[Node]] = defaultdict(list)
    for predicate, value in shapes.predicate_objects(node):
        given[predicate].append(value)

    def first(predicate: URIRef) -> Node | None:
        return next(iter(given.get(predicate, ())), None)

    paths = given.get(SH.path, [])
    if len(paths) > 1:
        raise ShapesError(node, "more than one sh:path, make two property shapes of it")
    severity, flags = first(SH.severity), first(SH.flags)
    qualified = first(SH.qualifiedValueShape)
    disjoint = first(SH.qualifiedValueShapesDisjoint)
    return Shape(
        node,
        read_path(shapes, paths[0]) if paths else None,
        tuple(_constraints(shapes, given)),
        tuple(targets(shapes, node, class_types)),
        severity if isinstance(severity, URIRef) else SH.Violation,
        tuple(m for m in given.get(SH.message, ()) if isinstance(m, Literal)),
        is_true(first(SH.deactivated)),
        str(flags) if flags is not None else "",
        tuple(_members(shapes, first(SH.ignoredProperties))),
        (qualified, is_true(disjoint)) if isinstance(qualified, Identifier) else None,
    )


def is_true(value: Node | None) -> bool:
    """Say whether a node is the boolean literal true."""
    return isinstance(value, Literal) and str(value) in ("true", "1")


def targets(
    shapes: Graph, node: Identifier, class_types: Collection[Identifier] = CLASS_TYPES
) -> Iterator[tuple[URIRef, Identifier]]:
    """Yield the targets of a shape, its implicit class target included (section 2.1.3.3)."""
    for target in TARGETS:
        for value in _terms(shapes.objects(node, target)):
            yield target, value
    if is_implicit_class(shapes, node, class_types):
        yield SH.targetClass, node


def is_implicit_class(shapes: Graph, node: Node, class_types: Collection[Identifier]) -> bool:
    """Say whether a shape is a class too, whose instances are its targets."""
    if not isinstance(node, URIRef):
        return False
    return any(kind in class_types for kind in shapes.objects(node, RDF.type)) and is_shape(
        shapes, node
    )


def class_types_of(
    shapes: Graph, known: Iterable[Identifier] = CLASS_TYPES
) -> frozenset[Identifier]:
    """Return the classes whose instances are classes: known ones and all their subclasses."""
    found = set(known)
    waiting = list(found)
    while waiting:
        for below in _terms(shapes.subjects(RDFS.subClassOf, waiting.pop())):
            if below not in found:
                found.add(below)
                waiting.append(below)
    return frozenset(found)


def is_shape(shapes: Graph, node: Node) -> bool:
    """Say whether a node is a shape by its type or its parameters."""
    kinds = set(shapes.objects(node, RDF.type))
    if SH.NodeShape in kinds or SH.PropertyShape in kinds:
        return True
    if any((node, parameter, None) in shapes for parameter in PARAMETERS):
        return True
    return any(
        base in (SH.NodeShape, SH.PropertyShape)
        for kind in kinds
        for base in shapes.transitive_objects(kind, RDFS.subClassOf)
    )


def shapes_with_targets(
    shapes: Graph, class_types: Collection[Identifier] = CLASS_TYPES
) -> list[Identifier]:
    """Return the shapes that have targets, sorted."""
    found = {node for target in TARGETS for node in shapes.subjects(target)}
    for kind in class_types:
        found |= {
            node
            for node in shapes.subjects(RDF.type, kind)
            if is_implicit_class(shapes, node, class_types)
        }
    return sorted(_terms(found))


def shapes_of_unknown_types(shapes: Graph) -> Iterator[tuple[URIRef, Identifier]]:
    """Yield named node shapes that nothing leads to, with those types that nothing describes."""
    for node in sorted(_terms(shapes.subjects(RDF.type, SH.NodeShape))):
        has_target = any((node, target, None) in shapes for target in (*TARGETS, SH.target))
        is_used = any(
            name == RDF.first or str(name).startswith(str(SH))
            for _, name in shapes.subject_predicates(node)
        )
        if not isinstance(node, URIRef) or has_target or is_used:
            continue
        for kind in _terms(shapes.objects(node, RDF.type)):
            known = str(kind).startswith((str(SH), str(RDFS), str(OWL)))
            if not known and (kind, None, None) not in shapes:
                yield node, kind


def siblings(shapes: Graph, node: Identifier) -> list[Identifier]:
    """Return the sibling shapes of a property shape's qualified value shape (section 4.7.3)."""
    own = set(shapes.objects(node, SH.qualifiedValueShape))
    found = {
        other
        for parent in shapes.subjects(SH.property, node)
        for sibling in shapes.objects(parent, SH.property)
        for other in shapes.objects(sibling, SH.qualifiedValueShape)
    }
    return sorted(_terms(found - own))


def _constraints(shapes: Graph, given: Mapping[Node, list[Node]]) -> Iterator[Constraint]:
    for parameter in (each for each in PARAMETERS if each in given):
        for value in sorted(_terms(given[parameter])):
            if parameter in _FLAGS and str(value) != "true":
                continue  # the specification requires `true`, not "1" (section 4.4.5)
            members = _members(shapes, value) if parameter in _LIST_PARAMETERS else ()
            yield Constraint(parameter, value, tuple(members))


def _members(shapes: Graph, node: Node | None) -> Iterator[Identifier]:
    if node is not None:
        yield from _terms(RdfList(shapes, node))


def _terms(nodes: Iterable[Node]) -> Iterator[Identifier]:
    for node in nodes:
        if isinstance(node, Identifier):
            yield node


def with_explicit_targets(
    shapes: Graph, class_types: Collection[Identifier], kept: Collection[Identifier] | None = None
) -> Graph:
    """Return shapes whose implicit class targets are written down, for another engine.

    Only the shapes in `kept` keep their targets; with None, all do.
    """
    written = Graph(namespace_manager=shapes.namespace_manager)
    for subject, predicate, value in shapes:
        is_target = predicate in TARGETS or predicate == SH.target
        if kept is None or subject in kept or not is_target:
            written.add((subject, predicate, value))
    for node in shapes_with_targets(shapes, class_types):
        if not is_implicit_class(shapes, node, class_types):
            continue
        if kept is None or node in kept:
            written.add((node, SH.targetClass, node))
        else:
            for kind in list(written.objects(node, RDF.type)):
                if kind in class_types:
                    written.remove((node, RDF.type, kind))
    return written
