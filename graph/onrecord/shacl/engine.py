"""Fast SHACL engine: one SPARQL query per constraint returns all of its violations.

A shape applies to a *focus*, a graph pattern that binds a variable to its focus nodes. The focus of
a nested shape is that of its parent followed by the parent's path. Nested shapes are evaluated to
sets of violating nodes, so counts and negation nest to any depth without a query per node.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.namespace import SH
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import Term, quads
from onrecord.shacl.data_graph import member
from onrecord.shacl.errors import NotCompiled
from onrecord.shacl.focus import (
    FEW_NODES,
    Compiler,
    Focus,
    distinct_focus,
    focus_nodes,
    focus_of_nodes,
    focus_value_pairs,
    is_class_read_whole,
    property_shapes,
    value_nodes,
)
from onrecord.shacl.other_constraints import VIOLATION_QUERIES, ConstraintViolation
from onrecord.shacl.property_path import sparql, walk
from onrecord.shacl.shape import Constraint, Shape, siblings
from onrecord.shacl.sparql_constraints import SHAPES_GRAPH, bulk_query, sparql_constraint
from onrecord.shacl.sparql_functions import missing_functions
from onrecord.shacl.value_constraints import condition

_LOGIC = {SH.node, SH["not"], SH["and"], SH["or"], SH.xone}
_MAX_ROUNDS = 100
"""How often a shape that refers to itself is evaluated before it is left to pySHACL."""


@dataclass(slots=True)
class _Assumption:
    """What is assumed of a shape that is being evaluated where it refers to itself."""

    violating: set[Term] = field(default_factory=set)
    """The nodes that do not conform, by the round before."""
    judged: set[Term] = field(default_factory=set)
    """The nodes that it was applied to in this round."""


_Assumptions = Mapping[Identifier, _Assumption]
_NONE: _Assumptions = {}


def violations(
    compiler: Compiler, shape: Shape, focus: Focus, assumed: _Assumptions = _NONE
) -> Iterator[ConstraintViolation]:
    """Yield the violations of a shape's constraints, except those of its property shapes.

    Raises NotCompiled if a constraint cannot be evaluated correctly by queries.
    """
    if shape.deactivated:
        return
    for foreign, reason in compiler.foreign.items():
        if (shape.node, foreign, None) in compiler.shapes:
            raise NotCompiled(reason)
    single_value = [
        (constraint, expression)
        for constraint in shape.constraints
        if not _is_asked_apart(compiler, shape, constraint, focus)
        and (expression := condition(compiler.scope, shape, constraint, "?value")) is not None
    ]
    if single_value:
        yield from _value_violations(compiler, shape, focus, single_value)
    done = {constraint for constraint, _ in single_value}
    for constraint in shape.constraints:
        if constraint in done or constraint.parameter == SH.property:
            continue
        if constraint.parameter in _LOGIC:
            yield from _logic(compiler, shape, constraint, focus, assumed)
        elif constraint.parameter in (SH.qualifiedMinCount, SH.qualifiedMaxCount):
            yield from _qualified(compiler, shape, constraint, focus, assumed)
        elif constraint.parameter == SH.sparql:
            yield from _sparql(compiler, shape, constraint, focus)
        else:
            yield from VIOLATION_QUERIES[constraint.parameter](compiler, shape, constraint, focus)


def _is_asked_apart(compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus) -> bool:
    """Say whether a constraint on single values has a query of its own, which is quicker."""
    return (
        constraint.parameter == SH["class"]
        and shape.path is not None
        and is_class_read_whole(compiler, focus, shape.path, constraint.value)
    )


def violating_nodes(
    compiler: Compiler, shape: Shape, focus: Focus, assumed: _Assumptions = _NONE
) -> set[Term]:
    """Return the nodes of a focus that do not conform to a shape, its property shapes included.

    SHACL leaves open what a shape that refers to itself means (section 3.4.3). Here a node conforms
    unless something is found against it: the shape is evaluated again with what the round before
    has found, until nothing changes. So data without a circle has the one possible result.
    """
    if shape.deactivated:
        return set()
    if shape.node in assumed:
        nodes = focus_nodes(compiler, focus)
        assumed[shape.node].judged |= nodes
        return nodes & assumed[shape.node].violating
    if not compiler.refers_to_itself(shape.node):
        return _violating_once(compiler, shape, focus, assumed)
    asked = focus_nodes(compiler, focus)
    nodes, own = set(asked), _Assumption()
    for _ in range(_MAX_ROUNDS):
        found = _violating_once(
            compiler, shape, focus_of_nodes(compiler, nodes), {**assumed, shape.node: own}
        )
        if found == own.violating and own.judged <= nodes:
            return found & asked
        nodes |= own.judged
        own.violating = found
    raise NotCompiled("it refers to itself, and that has no end")


def _violating_once(
    compiler: Compiler, shape: Shape, focus: Focus, assumed: _Assumptions
) -> set[Term]:
    found = {row.focus for row in violations(compiler, shape, focus, assumed)}
    for child in property_shapes(compiler, shape):
        values = value_nodes(compiler, focus, shape.path)
        violating = violating_nodes(compiler, child, values, assumed)
        found |= {owner for owner, _ in focus_value_pairs(compiler, focus, shape.path, violating)}
    return found


def _value_violations(
    compiler: Compiler, shape: Shape, focus: Focus, single_value: list[tuple[Constraint, str]]
) -> Iterator[ConstraintViolation]:
    """Yield the violations of all constraints on single values of a shape, by one query."""
    any_violated = " || ".join(expression for _, expression in single_value)
    flags = [f"?c{number}" for number in range(len(single_value))]
    binds = " ".join(
        f"BIND({expression} AS {flag})"
        for flag, (_, expression) in zip(flags, single_value, strict=True)
    )
    if len(single_value) == 1:
        flags, binds = [], ""
    if shape.path is None:
        body = f"{focus.render('?value')} FILTER({any_violated}) {binds} BIND(?value AS ?this)"
        body = f"{{ SELECT DISTINCT ?value {{ {focus.render('?value')} FILTER({any_violated}) }} }}"
        query = f"SELECT ?value (?value AS ?this) {' '.join(flags)} {{ {body} {binds} }}"
    else:
        triple = f"?this {sparql(shape.path)} ?value"
        if focus.few or not isinstance(shape.path, URIRef):
            body = f"{distinct_focus(focus)} {triple} . FILTER({any_violated})"
            body = f"{{ SELECT DISTINCT ?this ?value {{ {body} }} }}"
        else:
            violating = f"{{ SELECT ?this ?value {{ {triple} . FILTER({any_violated}) }} }}"
            body = f"{violating} {distinct_focus(focus)}"
        query = f"SELECT DISTINCT ?this ?value {' '.join(flags)} {{ {body} {binds} }}"
    for row in compiler.data.select(query):
        for number, (constraint, _) in enumerate(single_value):
            if len(single_value) == 1 or row[f"c{number}"].value == "true":
                yield ConstraintViolation(constraint, row["this"], row["value"])


def _logic(
    compiler: Compiler,
    shape: Shape,
    constraint: Constraint,
    focus: Focus,
    assumed: _Assumptions,
) -> Iterator[ConstraintViolation]:
    values = value_nodes(compiler, focus, shape.path)
    members = [compiler.shape(each) for each in constraint.members or (constraint.value,)]
    kind = constraint.parameter
    if kind == SH["or"]:
        violating = violating_nodes(compiler, members[0], values, assumed)
        for each in members[1:]:
            remaining = (
                focus_of_nodes(compiler, violating) if len(violating) < FEW_NODES else values
            )
            violating &= violating_nodes(compiler, each, remaining, assumed)
    elif kind in (SH.node, SH["and"]):
        violating = set().union(
            *(violating_nodes(compiler, each, values, assumed) for each in members)
        )
    elif kind == SH["not"]:
        violating = focus_nodes(compiler, values) - violating_nodes(
            compiler, members[0], values, assumed
        )
    else:
        failing = [violating_nodes(compiler, each, values, assumed) for each in members]
        violating = {
            node
            for node in focus_nodes(compiler, values)
            if sum(node not in each for each in failing) != 1
        }
    for owner, value in focus_value_pairs(compiler, focus, shape.path, violating):
        yield ConstraintViolation(constraint, owner, value)


def _qualified(
    compiler: Compiler,
    shape: Shape,
    constraint: Constraint,
    focus: Focus,
    assumed: _Assumptions,
) -> Iterator[ConstraintViolation]:
    if shape.qualified is None or shape.path is None:
        raise NotCompiled("a qualified count without a shape or a path")
    node, disjoint = shape.qualified
    values = value_nodes(compiler, focus, shape.path)
    violating = compiler.data.add_node_set(
        violating_nodes(compiler, compiler.shape(node), values, assumed)
    )
    conditions = f"FILTER NOT EXISTS {{ {member(violating, '?value')} }}"
    for sibling in siblings(compiler.shapes, shape.node) if disjoint else ():
        sibling_violations = compiler.data.add_node_set(
            violating_nodes(compiler, compiler.shape(sibling), values, assumed)
        )
        conditions += f" FILTER EXISTS {{ {member(sibling_violations, '?value')} }}"
    number = int(constraint.value)
    if constraint.parameter == SH.qualifiedMinCount and number == 1:
        missing = f"FILTER NOT EXISTS {{ {walk(shape.path, conditions)} }}"
        query = f"{distinct_focus(focus)} {missing}"
    else:
        pattern = f"?this {sparql(shape.path)} ?value {conditions}"
        query = f"{distinct_focus(focus)} OPTIONAL {{ {pattern} }}"
        sign = "<" if constraint.parameter == SH.qualifiedMinCount else ">"
        query = (
            f"{{ SELECT ?this {{ {query} }} GROUP BY ?this "
            f"HAVING (COUNT(DISTINCT ?value) {sign} {number}) }}"
        )
    for row in compiler.data.select(f"SELECT ?this {{ {query} }}"):
        yield ConstraintViolation(constraint, row["this"])


def _sparql(
    compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintViolation]:
    query = sparql_constraint(compiler.shapes, constraint.value)
    if query is None:
        return
    text = bulk_query(query, shape.path, distinct_focus(focus), shape.node)
    if text is None:
        raise NotCompiled("its query cannot be evaluated for all nodes at once")
    if SHAPES_GRAPH in text:
        compiler.data.add_shapes(quads(compiler.shapes, URIRef(SHAPES_GRAPH)))
    try:
        if compiler.functions and compiler.functions & missing_functions(text):
            raise NotCompiled("its query calls a function that the shapes declare")
        solutions = compiler.data.select_plain(text)
    except SyntaxError as error:
        raise NotCompiled(f"its query does not parse: {error}") from error
    names = [variable.value for variable in solutions.variables]
    for row in solutions:
        found = {name: row[name] for name in names if row[name] is not None}
        path = found.get("path")
        yield ConstraintViolation(
            constraint,
            found["this"],
            found.get("value", None if shape.path is not None else found["this"]),
            URIRef(path.value) if isinstance(path, ox.NamedNode) else shape.path,
            tuple(found.items()),
        )
