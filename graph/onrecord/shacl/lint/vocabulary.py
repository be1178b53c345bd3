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
from onrecord.shacl.shape import PARAMETERS

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
_ADVANCED = """
target Target TargetType SPARQLTarget SPARQLTargetType Function SPARQLFunction returnType
Rule rule condition TripleRule subject predicate object SPARQLRule construct update
SPARQLConstructExecutable SPARQLUpdateExecutable values this filterShape nodes intersection union
minus exists if then else count distinct min max sum limit offset orderBy desc groupConcat separator
expression ExpressionConstraintComponent
"""
_JAVASCRIPT = """
js jsFunctionName jsLibrary jsLibraryURL JSConstraint JSConstraintComponent JSExecutable
JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator
"""
_NEXT_VERSION = """
ShapeClass ByTypes Debug Trace shape targetWhere NodeExpression NamedParameterExpression
ListParameterExpression keyParameter SelectExpression SPARQLExprExpression sparqlExpr
nodeByExpression memberShape minListLength maxListLength uniqueMembers reifierShape
reificationRequired singleLine someValue subsetOf rootClass uniqueValuesFor
MemberShapeConstraintComponent MinListLengthConstraintComponent MaxListLengthConstraintComponent
UniqueMembersConstraintComponent NodeByExpressionConstraintComponent
ReifierShapeConstraintComponent SingleLineConstraintComponent SomeValueConstraintComponent
SubsetOfConstraintComponent RootClassConstraintComponent
"""
_COMPONENTS = {component.removeprefix(str(SH)) for component in PARAMETERS.values()}
_SUPPORTED = {
    *_CLASSES.split(),
    *_INDIVIDUALS.split(),
    *_PROPERTIES.split(),
    *_COMPONENTS,
    *(parameter.removeprefix(str(SH)) for parameter in PARAMETERS),
}
_UNSUPPORTED = {
    **dict.fromkeys(_ADVANCED.split(), "is an advanced feature of SHACL, which is not supported"),
    **dict.fromkeys(_JAVASCRIPT.split(), "is SHACL in JavaScript, which is not supported"),
    **dict.fromkeys(_NEXT_VERSION.split(), "is of SHACL 1.2, which is not supported"),
}


def unknown_terms(shapes: Graph) -> Iterator[Flaw]:
    """Yield each use of an unknown or unsupported term in SHACL's namespace."""
    for subject, predicate, value in shapes:
        if (problem := _problem(predicate, "property")) is not None:
            yield Flaw(subject, *problem, predicate, value, at_predicate=True)
        if (problem := _problem(value, "class" if predicate == RDF.type else "term")) is not None:
            yield Flaw(subject, *problem, predicate, value)
        datatype = value.datatype if isinstance(value, Literal) else None
        if datatype is not None and (problem := _problem(datatype, "term")) is not None:
            yield Flaw(subject, *problem, predicate, value)
        if predicate == SH.entailment:
            message = "sh:entailment asks for inference, which is not supported"
            yield Flaw(subject, message, "infer before, and check the result", predicate, value)


def _problem(term: Node, role: str) -> tuple[str, str] | None:
    """Return the problem of a term and the remedy, None if it is supported."""
    if not isinstance(term, URIRef) or not term.startswith(str(SH)):
        return None
    name = term.removeprefix(str(SH))
    if name in _UNSUPPORTED:
        return f"sh:{name} {_UNSUPPORTED[name]}", "express it in SHACL 1.0, or remove it"
    component, dash, parameter = name.partition("-")
    known = component in _SUPPORTED and (not dash or parameter in _SUPPORTED)
    if not name or known:
        if role == "property" and name[:1].isupper():
            return f"sh:{name} is no property", "properties of SHACL begin with a small letter"
        if role == "class" and name and name not in _CLASSES.split():
            return f"sh:{name} is no class", "perhaps sh:NodeShape or sh:PropertyShape is meant"
        return None
    spellings = {each.casefold(): each for each in (*_SUPPORTED, *_UNSUPPORTED)}
    near = get_close_matches(name.casefold(), spellings, 1, cutoff=0.7)
    remedy = f"did you mean sh:{spellings[near[0]]}?" if near else f"look it up at {SH}"
    return f"sh:{name} is not a term of SHACL", remedy
