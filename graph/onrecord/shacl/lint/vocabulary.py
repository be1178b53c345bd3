"""Lint of the SHACL vocabulary: unknown and unsupported terms of its namespace.

See the SHACL recommendation of 2017 (https://www.w3.org/TR/shacl/), the notes on advanced features
and JavaScript (https://www.w3.org/TR/shacl-af/, https://www.w3.org/TR/shacl-js/), and the draft of
version 1.2 (https://www.w3.org/TR/shacl12-core/).
"""

from collections.abc import Iterator
from difflib import get_close_matches

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from onrecord.shacl.lint.flaw import Flaw
from onrecord.shacl.shape import PARAMETERS, TARGETS

_CLASSES = """
Shape NodeShape PropertyShape NodeKind ValidationReport AbstractResult ValidationResult Severity
Parameterizable Parameter ConstraintComponent Validator SPARQLAskValidator SPARQLSelectValidator
SPARQLExecutable SPARQLAskExecutable SPARQLSelectExecutable SPARQLConstraint PrefixDeclaration
PropertyGroup ResultAnnotation
"""
_INDIVIDUALS = """
BlankNode BlankNodeOrIRI BlankNodeOrLiteral IRI IRIOrLiteral Literal Info Warning Violation
"""
_PROPERTIES = """
deactivated message severity targetClass targetNode targetObjectsOf targetSubjectsOf
conforms result shapesGraphWellFormed detail focusNode resultMessage resultPath resultSeverity
sourceConstraint sourceShape sourceConstraintComponent value
shapesGraph suggestedShapesGraph entailment
path inversePath alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath
parameter optional labelTemplate validator nodeValidator propertyValidator
flags ignoredProperties qualifiedValueShape qualifiedValueShapesDisjoint
select ask prefixes declare prefix namespace
defaultValue description group name order
resultAnnotation annotationProperty annotationValue annotationVarName
"""
_ADVANCED_CLASSES = """
Target TargetType SPARQLTarget SPARQLTargetType Function SPARQLFunction Rule TripleRule SPARQLRule
SPARQLConstructExecutable NodeExpression
"""
_ADVANCED = """
target returnType rule condition subject predicate object construct this filterShape nodes
intersection union minus exists if then else count distinct min max sum limit offset orderBy desc
groupConcat separator expression ExpressionConstraintComponent
"""
"""Terms of the advanced features that pySHACL evaluates."""
_NOT_EVALUATED = """
values update SPARQLUpdateExecutable
"""
"""Terms of the advanced features that no engine here evaluates."""
_JAVASCRIPT = """
js jsFunctionName jsLibrary jsLibraryURL JSConstraint JSConstraintComponent JSExecutable
JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator
"""
_NEXT_VERSION = """
ShapeClass ByTypes Debug Trace targetWhere NamedParameterExpression
ListParameterExpression keyParameter SelectExpression SPARQLExprExpression sparqlExpr
nodeByExpression memberShape minListLength maxListLength uniqueMembers reifierShape
reificationRequired singleLine someValue subsetOf rootClass uniqueValuesFor
MemberShapeConstraintComponent MinListLengthConstraintComponent MaxListLengthConstraintComponent
UniqueMembersConstraintComponent NodeByExpressionConstraintComponent
ReifierShapeConstraintComponent SingleLineConstraintComponent SomeValueConstraintComponent
SubsetOfConstraintComponent RootClassConstraintComponent
"""
_COMPONENTS = {component.removeprefix(str(SH)) for component in PARAMETERS.values()}
_CLASS_NAMES = {*_CLASSES.split(), *_ADVANCED_CLASSES.split()}
_SUPPORTED = {
    *_CLASS_NAMES,
    *_INDIVIDUALS.split(),
    *_PROPERTIES.split(),
    *_ADVANCED.split(),
    *_COMPONENTS,
    *(parameter.removeprefix(str(SH)) for parameter in PARAMETERS),
}
_UNSUPPORTED = {
    **dict.fromkeys(_NOT_EVALUATED.split(), "of the advanced features is not supported"),
    **dict.fromkeys(_JAVASCRIPT.split(), "is SHACL in JavaScript, which is not supported"),
    **dict.fromkeys(_NEXT_VERSION.split(), "is of SHACL 1.2, which is not supported"),
}
_MEANT = {"shape": "node", "nodeShape": "node", "xor": "xone"}
"""Terms that are not of SHACL, and the ones that who writes them means."""
_CONSTRAINING = {
    each.removeprefix(str(SH)) for each in (*PARAMETERS, *TARGETS, SH.path, SH.qualifiedValueShape)
}
"""Properties without which a shape does not check what it was meant to."""
_NEAR, _SURELY_NEAR = 0.7, 0.85


def unknown_terms(shapes: Graph) -> Iterator[Flaw]:
    """Yield each use of an unknown or unsupported term in SHACL's namespace.

    A term that the shapes describe is not unknown: these may be those of the vocabulary itself.
    """
    namespace, is_a = str(SH), RDF.type
    for subject, predicate, value in shapes:
        other = value.datatype if isinstance(value, Literal) else value
        for term, role in (
            (predicate, "property"),
            (other, "class" if predicate == is_a else "term"),
        ):
            if not (isinstance(term, URIRef) and term.startswith(namespace)):
                continue
            if (term, RDF.type, None) in shapes or _defines_shacl(subject, term):
                continue
            flaw = _flaw(subject, predicate, value, term, role)
            if flaw is not None:
                yield flaw
        if predicate == SH.entailment:
            message = "sh:entailment asks for inference, which is not supported"
            yield Flaw(subject, message, "infer before, and check the result", predicate, value)


def _defines_shacl(subject: Node, term: URIRef) -> bool:
    """Say whether a triple is about a term of SHACL and its object another: a vocabulary."""
    name = term.removeprefix(str(SH))
    is_term = isinstance(subject, URIRef) and subject.startswith(str(SH))
    return is_term and (name in _SUPPORTED or name in _UNSUPPORTED)


def _flaw(subject: Node, predicate: Node, value: Node, term: URIRef, role: str) -> Flaw | None:
    """Return the flaw of a term in a triple of the shapes, None if it is supported."""
    name = term.removeprefix(str(SH))
    at_predicate = role == "property"
    if name in _UNSUPPORTED:
        problem = f"sh:{name} {_UNSUPPORTED[name]}, so it is not checked"
        feature = "JavaScript" if name in _JAVASCRIPT.split() else name
        remedy = "express it in SHACL 1.0, or check it otherwise"
        return Flaw(subject, problem, remedy, predicate, value, at_predicate, "unchecked", feature)
    component, dash, parameter = name.partition("-")
    known = component in _SUPPORTED and (not dash or parameter in _SUPPORTED)
    if not name or known:
        if role == "property" and name[:1].isupper():
            problem = f"sh:{name} is no property"
            remedy = "properties of SHACL begin with a small letter"
        elif role == "class" and name and name not in _CLASS_NAMES:
            problem = f"sh:{name} is no class"
            remedy = "perhaps sh:NodeShape or sh:PropertyShape is meant"
        else:
            return None
        return Flaw(subject, problem, remedy, predicate, value, at_predicate, "unchecked")
    spellings = {each.casefold(): each for each in (*_SUPPORTED, *_UNSUPPORTED)}
    near = get_close_matches(name.casefold(), spellings, 1, cutoff=_NEAR)
    meant = _MEANT.get(name) or (spellings[near[0]] if near else "")
    remedy = f"did you mean sh:{meant}?" if meant else f"look it up at {SH}"
    surely = bool(get_close_matches(name.casefold(), spellings, 1, cutoff=_SURELY_NEAR))
    is_wrong = at_predicate and surely and name not in _MEANT and meant in _CONSTRAINING
    return Flaw(
        subject,
        f"sh:{name} is not a term of SHACL",
        remedy,
        predicate,
        value,
        at_predicate,
        "wrong" if is_wrong else "unchecked",
    )
