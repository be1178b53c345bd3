"""What only pySHACL evaluates: the Advanced Features of SHACL, and declared components.

See https://www.w3.org/TR/shacl-af/ and SHACL, section 6.
"""

from collections.abc import Mapping

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Identifier, Node

from onrecord.shacl.errors import ShapesError

_COMPONENT_PROPERTIES = (SH.validator, SH.nodeValidator, SH.propertyValidator)
"""Properties that declare a constraint component (SHACL, section 6)."""
_MAX_ROUNDS = 20
"""How often all rules are applied before it is said that they never end."""


def foreign_parameters(shapes: Graph) -> Mapping[URIRef, str]:
    """Return the properties of shapes that the fast engine does not evaluate, each with why."""
    reasons: dict[URIRef, str] = {SH.expression: "it has a sh:expression"}
    for declares in _COMPONENT_PROPERTIES:
        for component in shapes.subjects(declares):
            for parameter in shapes.objects(component, SH.parameter):
                for name in shapes.objects(parameter, SH.path):
                    if isinstance(name, URIRef) and not name.startswith(str(SH)):
                        reasons[name] = "the shapes declare a constraint component for it"
    return reasons


def declared_functions(shapes: Graph) -> frozenset[str]:
    """Return the SPARQL functions that the shapes declare."""
    return frozenset(map(str, shapes.subjects(RDF.type, SH.SPARQLFunction)))


def shapes_with_advanced_targets(shapes: Graph) -> frozenset[Identifier]:
    """Return the shapes whose target nodes a query finds."""
    return frozenset(
        node
        for node, target in shapes.subject_objects(SH.target)
        if isinstance(node, Identifier) and not _is_of_javascript(shapes, target)
    )


def _is_of_javascript(shapes: Graph, target: Node) -> bool:
    return (target, RDF.type, SH.JSTarget) in shapes or (
        target, SH.jsFunctionName, None,
    ) in shapes  # fmt: skip


def has_rules(shapes: Graph) -> bool:
    """Say whether shapes have rules that add triples to the data."""
    return (None, SH.rule, None) in shapes


def without_rules(shapes: Graph) -> Graph:
    """Return shapes without their rules."""
    if not has_rules(shapes):
        return shapes
    rest = Graph(namespace_manager=shapes.namespace_manager)
    for triple in shapes:
        if triple[1] != SH.rule:
            rest.add(triple)
    return rest


def _of_rdf(inferred: Graph) -> Graph:
    """Return a graph without what rules put together that is no triple: literals as subjects."""
    for subject, predicate, value in list(inferred):
        if isinstance(subject, Literal) or not isinstance(predicate, URIRef):
            inferred.remove((subject, predicate, value))
    return inferred


def with_rules_applied(data: Graph, shapes: Graph) -> Graph:
    """Return data with what rules infer from it, again and again until there is nothing new.

    Raises ShapesError if a rule cannot be applied, or if there is no end.
    """
    import pyshacl

    inferred = Graph()
    for triple in data:
        inferred.add(triple)
    rules = Graph(namespace_manager=shapes.namespace_manager)  # pySHACL adds triples to it
    for triple in shapes:
        rules.add(triple)
    shapes_of_rules = {*shapes.subjects(SH.rule), *shapes.objects(None, SH.condition)}
    for node in shapes_of_rules:  # pySHACL asks for their type, SHACL does not
        kind = SH.PropertyShape if (node, SH.path, None) in shapes else SH.NodeShape
        rules.add((node, RDF.type, kind))
    try:
        for _ in range(_MAX_ROUNDS):
            before = len(inferred)
            pyshacl.shacl_rules(inferred, shacl_graph=rules, inplace=True, iterate_rules=True)
            if len(inferred) == before:
                return _of_rdf(inferred)
    except (RuntimeError, NotImplementedError) as error:
        problem = getattr(error, "message", str(error))
        raise ShapesError(None, f"the rules cannot be applied: {problem}") from error
    raise ShapesError(None, f"the rules infer new triples after {_MAX_ROUNDS} rounds, without end")
