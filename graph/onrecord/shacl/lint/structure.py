"""Lint of the structure of shapes: lists, paths and references to other shapes."""

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import takewhile

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from onrecord.shacl.errors import ShapesError
from onrecord.shacl.lint.flaw import Effect, Flaw, display_name, sh_name
from onrecord.shacl.property_path import read_path

_LISTS_OF_SHAPES = (SH["and"], SH["or"], SH.xone)
_LISTS = (*_LISTS_OF_SHAPES, SH["in"], SH.languageIn, SH.ignoredProperties, SH.alternativePath)
_NEAR, _SURELY_NEAR = 0.85, 0.95
_CHILDREN = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)


def malformed_lists(shapes: Graph) -> Iterator[Flaw]:
    """Yield malformed lists (SHACL, section 1.4), also in paths."""
    for predicate in _LISTS:
        for node, head in shapes.subject_objects(predicate):
            problem = _problem_of_list(shapes, head)
            if problem is None:
                continue
            elsewhere = isinstance(head, URIRef) and (head, None, None) not in shapes
            remedy = "write the members between brackets: ( … )"
            if elsewhere:
                remedy += ", or name the file that has this list with another --shapes"
            yield Flaw(
                node,
                f"{sh_name(predicate)}: {problem}",
                remedy,
                predicate,
                head,
                effect="unchecked" if elsewhere else "refused",
                left_out=((node, predicate, head),) if elsewhere else (),
            )
    for node, path in shapes.subject_objects(SH.path):
        if (path, RDF.first, None) in shapes and (problem := _problem_of_list(shapes, path)):
            yield Flaw(node, f"sh:path: {problem}", "", SH.path, path)


def _problem_of_list(shapes: Graph, head: Node) -> str | None:
    seen: set[Node] = set()
    while head != RDF.nil:
        if isinstance(head, Literal) or (head, None, None) not in shapes:
            return f"{display_name(head)} is no list"
        if head in seen:
            return "the list is cyclic"
        seen.add(head)
        firsts, rests = list(shapes.objects(head, RDF.first)), list(shapes.objects(head, RDF.rest))
        if len(firsts) != 1 or len(rests) != 1:
            return "a list has one rdf:first and one rdf:rest in each cell"
        head = rests[0]
    return None


def members(shapes: Graph, head: Node) -> Iterator[Node]:
    """Yield the members of a well-formed list."""
    while head != RDF.nil:
        yield from shapes.objects(head, RDF.first)
        (head,) = shapes.objects(head, RDF.rest)


def malformed_paths(shapes: Graph) -> Iterator[Flaw]:
    """Yield malformed paths (SHACL, section 2.3.1), and property shapes without exactly one."""
    for node in set(shapes.subjects(SH.path)):
        paths = list(shapes.objects(node, SH.path))
        if len(paths) > 1:
            remedy = "make two property shapes of it, or a sequence: ( … )"
            yield Flaw(node, "a property shape has one sh:path", remedy, SH.path)
        for path in paths:
            try:
                read_path(shapes, path)
            except ShapesError as error:
                effect: Effect = "wrong" if _is_strange(shapes, path) else "refused"
                yield Flaw(node, f"sh:path: {error.problem}", "", SH.path, path, effect=effect)
    for node in set(shapes.subjects(RDF.type, SH.PropertyShape)):
        if (node, SH.path, None) not in shapes:
            remedy = "add sh:path, or make it a sh:NodeShape"
            left_out = ((node, RDF.type, SH.PropertyShape),)
            problem = "a property shape without sh:path"
            yield Flaw(node, problem, remedy, effect="wrong", left_out=left_out)


def _is_strange(shapes: Graph, path: Node) -> bool:
    """Say whether a path is one that pySHACL reads: two paths in one, or a list of one member."""
    steps = (RDF.first, SH.inversePath, SH.alternativePath)
    return not isinstance(path, URIRef) and any((path, step, None) in shapes for step in steps)


def unresolved_children(shapes: Graph) -> Iterator[Flaw]:
    """Yield references to shapes that are not in the shapes files."""
    for predicate in _CHILDREN:
        for node, child in shapes.subject_objects(predicate):
            yield from _unresolved(shapes, node, predicate, child, child)
            pathless = (child, None, None) in shapes and (child, SH.path, None) not in shapes
            if predicate == SH.property and pathless:
                remedy = "add sh:path to it, or refer to it by sh:node"
                problem = f"sh:property: {display_name(child)} has no sh:path"
                left_out = ((node, predicate, child),)
                yield Flaw(
                    node, problem, remedy, predicate, child, effect="wrong", left_out=left_out
                )
    for predicate in (SH.target, SH.rule):
        for node, child in shapes.subject_objects(predicate):
            if (child, None, None) not in shapes:
                problem = f"{sh_name(predicate)}: {display_name(child)} is not in these files"
                remedy = "define it, or name its file with another --shapes"
                left_out = ((node, predicate, child),)
                yield Flaw(
                    node, problem, remedy, predicate, child, effect="unchecked", left_out=left_out
                )
    for rule, condition in shapes.subject_objects(SH.condition):
        if (condition, None, None) not in shapes:
            problem = f"sh:condition: {display_name(condition)} is no shape of these files"
            yield Flaw(
                rule,
                f"{problem}, so the rule is not applied",
                "define it, or name its file with another --shapes",
                SH.condition,
                condition,
                effect="unchecked",
                left_out=tuple((node, SH.rule, rule) for node in shapes.subjects(SH.rule, rule)),
            )
    for predicate in _LISTS_OF_SHAPES:
        for node, head in shapes.subject_objects(predicate):
            for child in members(shapes, head):
                yield from _unresolved(shapes, node, predicate, child, head)


def _unresolved(
    shapes: Graph, node: Node, predicate: URIRef, child: Node, value: Node
) -> Iterator[Flaw]:
    if (child, None, None) in shapes:
        return
    problem = f"{sh_name(predicate)}: {display_name(child)} is no shape of these files"
    if isinstance(child, BNode):
        problem = f"{sh_name(predicate)}: an empty shape"
    near, likeness = _nearest_shape(shapes, str(child))
    yield Flaw(
        node,
        problem,
        f"did you mean {near}?"
        if likeness
        else "define it, or name its file with another --shapes",
        predicate,
        value,
        effect="wrong" if likeness >= _SURELY_NEAR else "unchecked",
        left_out=((node, predicate, value),),
    )


def _nearest_shape(shapes: Graph, name: str) -> tuple[str, float]:
    """Return the name of a shape that is most like another name, and how like, from 0 to 1."""
    names = {str(each) for each in _named_shapes(shapes) if isinstance(each, URIRef)}
    likeness, nearest = max(((_likeness(name, each), each) for each in names), default=(0.0, ""))
    return nearest, likeness


def _likeness(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1; 0 if they are not near.

    Names begin with the same namespace, which is compared apart: the rest takes the square of its
    length.
    """
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    shared, length = len(list(same)), len(one + other)
    rest = SequenceMatcher(None, one[shared:], other[shared:], autojunk=False)
    for ratio in (rest.real_quick_ratio, rest.quick_ratio, rest.ratio):
        likeness = (2 * shared + ratio() * (length - 2 * shared)) / length
        if likeness < _NEAR:
            return 0.0
    return likeness


def _named_shapes(shapes: Graph) -> Iterable[Node]:
    for kind in (SH.NodeShape, SH.PropertyShape):
        yield from shapes.subjects(RDF.type, kind)
    yield from shapes.subjects(SH.property)
    yield from shapes.subjects(SH.path)
