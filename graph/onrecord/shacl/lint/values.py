"""Lint of parameter values: node kind, datatype and number (SHACL, section 4)."""

from collections.abc import Callable, Iterator

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH, XSD
from rdflib.term import Node

from onrecord.rdf.xsd import well_formed
from onrecord.shacl.lint.flaw import Flaw, display_name, sh_name
from onrecord.shacl.shape import is_true

_COUNTS = (
    SH.minCount,
    SH.maxCount,
    SH.minLength,
    SH.maxLength,
    SH.qualifiedMinCount,
    SH.qualifiedMaxCount,
)
_FLAGS = (SH.closed, SH.uniqueLang, SH.deactivated, SH.qualifiedValueShapesDisjoint)
_NAMES = (
    SH["class"],
    SH.datatype,
    SH.equals,
    SH.disjoint,
    SH.lessThan,
    SH.lessThanOrEquals,
    SH.targetClass,
    SH.targetSubjectsOf,
    SH.targetObjectsOf,
    SH.severity,
)
_BOUNDS = (SH.minInclusive, SH.minExclusive, SH.maxInclusive, SH.maxExclusive)
_TEXTS = (SH.pattern, SH.flags, SH.select, SH.ask)
_KINDS = (
    SH.BlankNode,
    SH.IRI,
    SH.Literal,
    SH.BlankNodeOrIRI,
    SH.BlankNodeOrLiteral,
    SH.IRIOrLiteral,
)
_ONCE = (
    *_COUNTS,
    *_FLAGS,
    *_BOUNDS,
    SH.datatype,
    SH.nodeKind,
    SH.pattern,
    SH.flags,
    SH["in"],
    SH.languageIn,
    SH.ignoredProperties,
    SH.severity,
    SH.qualifiedValueShape,
    SH.select,
    SH.ask,
)
_PROPERTY_SHAPES_ONLY = (
    SH.minCount,
    SH.maxCount,
    SH.uniqueLang,
    SH.lessThan,
    SH.lessThanOrEquals,
    SH.qualifiedMinCount,
    SH.qualifiedMaxCount,
)
_ALONE = (SH.nodeKind,)
"""Parameters whose constraint can be left out and the rest of the shape be checked."""
_REMEDIES = {
    "a whole number": "write digits, without quotation marks",
    "true or false": "write true or false, without quotation marks",
    "an IRI": "write <…> or a prefixed name",
    "a literal": "write a value, such as 3 or a date with its datatype",
    "a string": "write it in quotation marks",
    "a kind of node": "write sh:IRI, sh:Literal, sh:BlankNode or two of them joined",
}


def _is_count(value: Node) -> bool:
    return (
        isinstance(value, Literal)
        and value.datatype == XSD.integer
        and well_formed(str(value), str(XSD.integer))
    )


def _is_flag(value: Node) -> bool:
    return (
        isinstance(value, Literal)
        and value.datatype == XSD.boolean
        and well_formed(str(value), str(XSD.boolean))
    )


def _is_text(value: Node) -> bool:
    return isinstance(value, Literal) and value.datatype in (None, XSD.string)


_EXPECTED: tuple[tuple[tuple[URIRef, ...], str, Callable[[Node], bool]], ...] = (
    (_COUNTS, "a whole number", _is_count),
    (_FLAGS, "true or false", _is_flag),
    (_NAMES, "an IRI", lambda value: isinstance(value, URIRef)),
    (_BOUNDS, "a literal", lambda value: isinstance(value, Literal)),
    (_TEXTS, "a string", _is_text),
    ((SH.nodeKind,), "a kind of node", lambda value: value in _KINDS),
)


def wrong_values(shapes: Graph) -> Iterator[Flaw]:
    """Yield values of a kind that their parameter does not allow, and repeated parameters."""
    for predicates, expected, is_valid in _EXPECTED:
        for predicate in predicates:
            for node, value in shapes.subject_objects(predicate):
                if not is_valid(value):
                    problem = f"{sh_name(predicate)} takes {expected}, not {display_name(value)}"
                    is_alone = predicate in _ALONE
                    yield Flaw(
                        node,
                        problem,
                        _REMEDIES[expected],
                        predicate,
                        value,
                        effect="wrong" if is_alone else "refused",
                        left_out=((node, predicate, value),) if is_alone else (),
                    )
    for predicate in _ONCE:
        for node in set(shapes.subjects(predicate)):
            if len(list(shapes.objects(node, predicate))) > 1:
                yield Flaw(
                    node, f"{sh_name(predicate)} is given twice", "keep one of them", predicate
                )


def misplaced(shapes: Graph) -> Iterator[Flaw]:
    """Yield parameters without effect on the shape that has them."""
    for predicate in _PROPERTY_SHAPES_ONLY:
        for node, value in shapes.subject_objects(predicate):
            has_no_effect = predicate == SH.uniqueLang and not is_true(value)
            if (node, SH.path, None) not in shapes and not has_no_effect:
                problem = f"{sh_name(predicate)} on a shape without sh:path"
                remedy = "put it on a property shape"
                yield Flaw(
                    node,
                    problem,
                    remedy,
                    predicate,
                    at_predicate=True,
                    effect="wrong",
                    left_out=((node, predicate, value),),
                )
    for predicate in (SH.qualifiedMinCount, SH.qualifiedMaxCount):
        for node in set(shapes.subjects(predicate)):
            if (node, SH.qualifiedValueShape, None) not in shapes:
                problem = f"{sh_name(predicate)} without sh:qualifiedValueShape"
                remedy = "say which shape is counted"
                yield Flaw(node, problem, remedy, predicate, effect="wrong")
