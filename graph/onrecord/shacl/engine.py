"""The fast engine: each constraint is one query for all of its violations.

A shape applies to a *focus*, a graph pattern that binds a variable to the nodes that it is about.
A nested shape applies to the focus of its parent and a path further; it is asked which nodes
violate it, so counts and negation nest to any depth without a query per node.
"""

from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.namespace import SH
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import Term
from onrecord.shacl.data_graph import member
from onrecord.shacl.errors import NotCompiled
from onrecord.shacl.focus import (
    FEW,
    Compiler,
    Focus,
    distinct,
    focus_of_nodes,
    nodes_of,
    owners,
    properties,
    step,
)
from onrecord.shacl.other_constraints import ROWS, ConstraintRow
from onrecord.shacl.property_path import sparql
from onrecord.shacl.shape import Constraint, Shape, siblings
from onrecord.shacl.sparql_constraints import run_once, sparql_constraint
from onrecord.shacl.value_constraints import condition

_LOGIC = {SH.node, SH["not"], SH["and"], SH["or"], SH.xone}


def rows(
    this: Compiler, shape: Shape, focus: Focus, above: frozenset[Identifier] = frozenset()
) -> Iterator[ConstraintRow]:
    """Yield the violations of a shape's own constraints, those of its property shapes apart.

    Raises NotCompiled if this engine cannot check one soundly.
    """
    if shape.deactivated:
        return
    if shape.node in above:
        raise NotCompiled("it refers to itself")
    within = above | {shape.node}
    simple = [
        (constraint, expression)
        for constraint in shape.constraints
        if (expression := condition(this.scope, shape, constraint, "?value")) is not None
    ]
    if simple:
        yield from _values(this, shape, focus, simple)
    done = {constraint for constraint, _ in simple}
    for constraint in shape.constraints:
        if constraint in done or constraint.parameter == SH.property:
            continue
        if constraint.parameter in _LOGIC:
            yield from _logic(this, shape, constraint, focus, within)
        elif constraint.parameter in (SH.qualifiedMinCount, SH.qualifiedMaxCount):
            yield from _qualified(this, shape, constraint, focus, within)
        elif constraint.parameter == SH.sparql:
            yield from _sparql(this, shape, constraint, focus)
        else:
            yield from ROWS[constraint.parameter](this, shape, constraint, focus)


def violators(
    this: Compiler, shape: Shape, focus: Focus, above: frozenset[Identifier] = frozenset()
) -> set[Term]:
    """Return the nodes of a focus that do not conform to a shape."""
    if shape.deactivated:
        return set()
    found = {row.focus for row in rows(this, shape, focus, above)}
    for child in properties(this, shape):
        wrong = violators(this, child, step(this, focus, shape.path), above | {shape.node})
        found |= {owner for owner, _ in owners(this, focus, shape.path, wrong)}
    return found


def _values(
    this: Compiler, shape: Shape, focus: Focus, simple: list[tuple[Constraint, str]]
) -> Iterator[ConstraintRow]:
    """Yield what violates constraints on single values: one query for all of a shape's."""
    anything = " || ".join(expression for _, expression in simple)
    flags = [f"?c{number}" for number in range(len(simple))]
    told = " ".join(
        f"BIND({expression} AS {flag})" for flag, (_, expression) in zip(flags, simple, strict=True)
    )
    if len(simple) == 1:
        flags, told = [], ""
    if shape.path is None:
        body = f"{focus.render('?value')} FILTER({anything}) {told} BIND(?value AS ?this)"
        body = f"{{ SELECT DISTINCT ?value {{ {focus.render('?value')} FILTER({anything}) }} }}"
        query = f"SELECT ?value (?value AS ?this) {' '.join(flags)} {{ {body} {told} }}"
    else:
        triple = f"?this {sparql(shape.path)} ?value"
        if focus.few or not isinstance(shape.path, URIRef):
            body = f"{distinct(focus)} {triple} . FILTER({anything})"
            body = f"{{ SELECT DISTINCT ?this ?value {{ {body} }} }}"
        else:
            wrong = f"{{ SELECT ?this ?value {{ {triple} . FILTER({anything}) }} }}"
            body = f"{wrong} {distinct(focus)}"
        query = f"SELECT DISTINCT ?this ?value {' '.join(flags)} {{ {body} {told} }}"
    for row in this.data.select(query):
        for number, (constraint, _) in enumerate(simple):
            if len(simple) == 1 or row[f"c{number}"].value == "true":
                yield ConstraintRow(constraint, row["this"], row["value"])


def _logic(
    this: Compiler,
    shape: Shape,
    constraint: Constraint,
    focus: Focus,
    above: frozenset[Identifier],
) -> Iterator[ConstraintRow]:
    values = step(this, focus, shape.path)
    members = [this.shape(each) for each in constraint.members or (constraint.value,)]
    kind = constraint.parameter
    if kind == SH["or"]:
        wrong = violators(this, members[0], values, above)
        for each in members[1:]:
            among = focus_of_nodes(this, wrong) if len(wrong) < FEW else values
            wrong &= violators(this, each, among, above)
    elif kind in (SH.node, SH["and"]):
        wrong = set().union(*(violators(this, each, values, above) for each in members))
    elif kind == SH["not"]:
        wrong = nodes_of(this, values) - violators(this, members[0], values, above)
    else:
        failing = [violators(this, each, values, above) for each in members]
        wrong = {
            node
            for node in nodes_of(this, values)
            if sum(node not in each for each in failing) != 1
        }
    for owner, value in owners(this, focus, shape.path, wrong):
        yield ConstraintRow(constraint, owner, value)


def _qualified(
    this: Compiler,
    shape: Shape,
    constraint: Constraint,
    focus: Focus,
    above: frozenset[Identifier],
) -> Iterator[ConstraintRow]:
    if shape.qualified is None or shape.path is None:
        raise NotCompiled("a qualified count without a shape or a path")
    node, disjoint = shape.qualified
    values = step(this, focus, shape.path)
    wrong = this.data.name_set(violators(this, this.shape(node), values, above))
    counted = f"FILTER NOT EXISTS {{ {member(wrong, '?value')} }}"
    for sibling in siblings(this.shapes, shape.node) if disjoint else ():
        others = this.data.name_set(violators(this, this.shape(sibling), values, above))
        counted += f" FILTER EXISTS {{ {member(others, '?value')} }}"
    number = int(constraint.value)
    pattern = f"?this {sparql(shape.path)} ?value {counted}"
    if constraint.parameter == SH.qualifiedMinCount and number == 1:
        query = f"{distinct(focus)} FILTER NOT EXISTS {{ {pattern} }}"
    else:
        query = f"{distinct(focus)} OPTIONAL {{ {pattern} }}"
        sign = "<" if constraint.parameter == SH.qualifiedMinCount else ">"
        query = (
            f"{{ SELECT ?this {{ {query} }} GROUP BY ?this "
            f"HAVING (COUNT(DISTINCT ?value) {sign} {number}) }}"
        )
    for row in this.data.select(f"SELECT ?this {{ {query} }}"):
        yield ConstraintRow(constraint, row["this"])


def _sparql(
    this: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintRow]:
    query = sparql_constraint(this.shapes, constraint.value)
    if query is None:
        return
    text = run_once(query, shape.path, distinct(focus))
    if text is None:
        raise NotCompiled("its query cannot be asked for all nodes at once")
    try:
        solutions = this.data.select_plain(text)
    except SyntaxError as error:
        raise NotCompiled(f"its query does not parse: {error}") from error
    names = [variable.value for variable in solutions.variables]
    for row in solutions:
        found = {name: row[name] for name in names if row[name] is not None}
        path = found.get("path")
        yield ConstraintRow(
            constraint,
            found["this"],
            found.get("value", None if shape.path is not None else found["this"]),
            URIRef(path.value) if isinstance(path, ox.NamedNode) else shape.path,
            tuple(found.items()),
        )
