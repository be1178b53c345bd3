"""Dependencies of shapes on triples, and the focus nodes that a change can affect.

The traversal of a shape keeps the route (a sequence of paths) from the target nodes to the current
focus. So each property that a shape reads has a query from a changed triple back to the targets.
"""

from collections.abc import Iterator

from rdflib import URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import Term
from onrecord.shacl.data_graph import DataGraph, member
from onrecord.shacl.focus import Compiler, Focus, focus_of_nodes
from onrecord.shacl.incremental.change import (
    CHANGED,
    Change,
    Dependency,
    affected_nodes,
    store_change,
)
from onrecord.shacl.incremental.path_steps import PathSteps, path_pattern, steps
from onrecord.shacl.incremental.query_predicates import mentions
from onrecord.shacl.shape import Constraint, Shape, siblings
from onrecord.shacl.sparql_constraints import bulk_query, sparql_constraint
from onrecord.shacl.validate import NarrowFocus

_ANY_NODE = Dependency(None, affects_all=True)
_SUBCLASSES = Dependency(str(RDFS.subClassOf), affects_all=True)
"""A new or removed superclass may change the classes of any node."""
_PAIRS = {SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals}
_NESTED = {SH.node, SH["not"], SH["and"], SH["or"], SH.xone}
_QUALIFIED = {SH.qualifiedMinCount, SH.qualifiedMaxCount}


def narrow_to_change(change: Change, data: DataGraph) -> NarrowFocus:
    """Return a function that narrows the focus of a shape to what a change can affect.

    A subject of a changed triple is validated by every shape that has results about it, any other
    node by shapes that depend on a changed triple. `data` is the data after the change; the removed
    triples are added to its store, in graphs of their own.
    """
    store_change(change, data)
    changed, subjects = change.predicates, change.subjects

    def narrow(compiler: Compiler, shape: Shape, focus: Focus) -> Focus | None:
        affected: set[Term] = set(subjects)
        for dependency in dict.fromkeys(dependencies(compiler, shape, changed)):
            if not changed or (
                dependency.predicate is not None and dependency.predicate not in changed
            ):
                continue
            found = affected_nodes(dependency, data)
            if found is None:
                return focus
            affected |= found
        return _intersection(compiler, affected, focus) if affected else None

    return narrow


def _intersection(compiler: Compiler, nodes: set[Term], focus: Focus) -> Focus | None:
    """Return the intersection of nodes and a focus as a focus, None if it is empty."""
    name = compiler.data.add_node_set(nodes)
    selected = f"{{ SELECT ?this {{ {member(name, '?this')} }} }}"
    rows = compiler.data.select(f"SELECT DISTINCT ?this {{ {selected} {focus.render('?this')} }}")
    remaining = {row["this"] for row in rows}
    return focus_of_nodes(compiler, remaining) if remaining else None


def dependencies(
    compiler: Compiler,
    shape: Shape,
    changed: frozenset[str],
    route: PathSteps = (),
    ancestors: frozenset[Identifier] = frozenset(),
    is_reported: bool = True,
) -> Iterator[Dependency]:
    """Yield the dependencies of a shape's targets and constraints, recursively.

    SPARQL constraints that cannot match the `changed` properties are skipped. `route` is the path
    from the focus nodes of the outermost shape to those of this one; `ancestors` are the shapes
    on it. If the shape's own results are reported, and not only whether nodes conform to it, it
    depends on any triple of its focus nodes: of a changed node all is told.
    """
    if shape.deactivated:
        return
    if shape.node in ancestors:
        yield _ANY_NODE  # a shape that refers to itself, as far as the data goes
        return
    if not ancestors:
        yield from _target_dependencies(shape)
    elif route and is_reported:
        yield _property_dependency(route, None)
    value_route = route
    if shape.path is not None:
        value_route = (*route, shape.path)
        for step in steps(shape.path):
            yield _property_dependency((*route, *step.before), step.predicate, step.inverse)
    for constraint in shape.constraints:
        if constraint.parameter == SH.property:
            child = compiler.shape(constraint.value)
            within = ancestors | {shape.node}
            yield from dependencies(compiler, child, changed, value_route, within, is_reported)
            continue
        yield from _constraint_dependencies(
            compiler, shape, constraint, changed, route, value_route, ancestors | {shape.node}
        )


def _target_dependencies(shape: Shape) -> Iterator[Dependency]:
    for target, value in shape.targets:
        if target == SH.targetClass:
            yield _property_dependency((), RDF.type)
            yield _SUBCLASSES
        elif target in (SH.targetSubjectsOf, SH.targetObjectsOf):
            yield _property_dependency((), URIRef(value), inverse=target == SH.targetObjectsOf)


def _constraint_dependencies(
    compiler: Compiler,
    shape: Shape,
    constraint: Constraint,
    changed: frozenset[str],
    route: PathSteps,
    value_route: PathSteps,
    ancestors: frozenset[Identifier],
) -> Iterator[Dependency]:
    parameter = constraint.parameter
    if parameter == SH["class"]:
        yield _property_dependency(value_route, RDF.type)
        yield _SUBCLASSES
    elif parameter in _PAIRS:
        yield _property_dependency(route, URIRef(constraint.value))
    elif parameter == SH.closed:
        yield _property_dependency(value_route, None)
    elif parameter in _NESTED:
        for each in constraint.members or (constraint.value,):
            child = compiler.shape(each)
            yield from dependencies(compiler, child, changed, value_route, ancestors, False)
    elif parameter in _QUALIFIED and shape.qualified is not None:
        node, disjoint = shape.qualified
        for each in (node, *(siblings(compiler.shapes, shape.node) if disjoint else ())):
            child = compiler.shape(each)
            yield from dependencies(compiler, child, changed, value_route, ancestors, False)
    elif parameter == SH.sparql:
        query = sparql_constraint(compiler.shapes, constraint.value)
        text = bulk_query(query, shape.path, "") if query is not None else ""
        if text is None:
            yield _ANY_NODE
        elif text and mentions(text, changed):
            from onrecord.shacl.incremental.query_dependencies import query_dependencies

            yield from query_dependencies(text, route)


def _property_dependency(
    route: PathSteps, predicate: URIRef | None, inverse: bool = False
) -> Dependency:
    """Return the dependency on a property (None: any) of the nodes at the end of a route."""
    node = "?node" if route else "?focus"
    prop = "?prop" if predicate is None else f"<{predicate}>"
    triple = f"?other {prop} {node}" if inverse else f"{node} {prop} ?other"
    changed = f"{{ SELECT DISTINCT {node} {{ GRAPH <{CHANGED.value}> {{ {triple} }} }} }}"
    name = None if predicate is None else str(predicate)
    return Dependency(name, f"{changed} {path_pattern('?focus', route, node)}")
