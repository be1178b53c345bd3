"""Reads: the triples that decide what a shape says of a node, and so whom a change can affect.

A shape is walked with the way from the nodes that it targets to the nodes that it is about, so
each property that it reads is known with the way back from a changed triple to those nodes.
"""

from collections.abc import Iterator

from rdflib import URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import Term
from onrecord.shacl.data_graph import Data, member
from onrecord.shacl.focus import Compiler, Focus, focus_of_nodes
from onrecord.shacl.incremental.change import CHANGED, Change, Read, readers, remember
from onrecord.shacl.incremental.path_steps import PathSteps, along, steps
from onrecord.shacl.incremental.query_predicates import mentions
from onrecord.shacl.shape import Constraint, Shape, siblings
from onrecord.shacl.sparql_constraints import run_once, sparql_constraint
from onrecord.shacl.validate import Narrow

_ANYTHING = Read(None, by_all=True)
_SUBCLASSES = Read(str(RDFS.subClassOf), by_all=True)
"""Who is an instance of what may change anywhere when a class gets a superclass."""
_PAIRS = {SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals}
_NESTED = {SH.node, SH.property, SH["not"], SH["and"], SH["or"], SH.xone}
_QUALIFIED = {SH.qualifiedMinCount, SH.qualifiedMaxCount}


def narrowing(change: Change, data: Data) -> Narrow:
    """Return what narrows each shape to the nodes that changed, or that a change can affect.

    A node of which something else is said now is validated by every shape that targets it, any
    other by those that look at something changed. The data is that after the change; what was
    removed is added to its store, apart.
    """
    remember(change, data)
    changed, subjects = change.predicates, change.subjects

    def narrow(this: Compiler, shape: Shape, focus: Focus) -> Focus | None:
        affected: set[Term] = set(subjects)
        for read in dict.fromkeys(reads(this, shape, changed)):
            if not changed or (read.predicate is not None and read.predicate not in changed):
                continue
            found = readers(read, data)
            if found is None:
                return focus
            affected |= found
        return _among(this, affected, focus) if affected else None

    return narrow


def _among(this: Compiler, nodes: set[Term], focus: Focus) -> Focus | None:
    """Return the focus of those nodes that another focus has, None if there is none."""
    name = this.data.name_set(nodes)
    chosen = f"{{ SELECT ?this {{ {member(name, '?this')} }} }}"
    rows = this.data.select(f"SELECT DISTINCT ?this {{ {chosen} {focus.render('?this')} }}")
    kept = {row["this"] for row in rows}
    return focus_of_nodes(this, kept) if kept else None


def reads(
    this: Compiler,
    shape: Shape,
    changed: frozenset[str],
    way: PathSteps = (),
    above: frozenset[Identifier] = frozenset(),
) -> Iterator[Read]:
    """Yield all that decides which nodes a shape targets, and what it says of them.

    Of queries only those that may look at one of the `changed` properties are gone into. `way`
    leads from the nodes of the outermost shape, in `above`, to those of this one.
    """
    if shape.deactivated:
        return
    if shape.node in above:
        yield _ANYTHING  # shapes that refer to themselves are left to pySHACL
        return
    if not above:
        yield from _of_targets(shape)
    values = way
    if shape.path is not None:
        values = (*way, shape.path)
        for step in steps(shape.path):
            yield _at((*way, *step.before), step.predicate, step.inverse)
    for constraint in shape.constraints:
        yield from _of_constraint(
            this, shape, constraint, changed, way, values, above | {shape.node}
        )


def _of_targets(shape: Shape) -> Iterator[Read]:
    for target, value in shape.targets:
        if target == SH.targetClass:
            yield _at((), RDF.type)
            yield _SUBCLASSES
        elif target in (SH.targetSubjectsOf, SH.targetObjectsOf):
            yield _at((), URIRef(value), inverse=target == SH.targetObjectsOf)


def _of_constraint(
    this: Compiler,
    shape: Shape,
    constraint: Constraint,
    changed: frozenset[str],
    way: PathSteps,
    values: PathSteps,
    above: frozenset[Identifier],
) -> Iterator[Read]:
    parameter = constraint.parameter
    if parameter == SH["class"]:
        yield _at(values, RDF.type)
        yield _SUBCLASSES
    elif parameter in _PAIRS:
        yield _at(way, URIRef(constraint.value))
    elif parameter == SH.closed:
        yield _at(values, None)
    elif parameter in _NESTED:
        for each in constraint.members or (constraint.value,):
            yield from reads(this, this.shape(each), changed, values, above)
    elif parameter in _QUALIFIED and shape.qualified is not None:
        node, disjoint = shape.qualified
        for each in (node, *(siblings(this.shapes, shape.node) if disjoint else ())):
            yield from reads(this, this.shape(each), changed, values, above)
    elif parameter == SH.sparql:
        query = sparql_constraint(this.shapes, constraint.value)
        text = run_once(query, shape.path, "") if query is not None else ""
        if text is None:
            yield _ANYTHING
        elif text and mentions(text, changed):
            from onrecord.shacl.incremental.query_dependencies import joined

            yield from joined(text, way)


def _at(way: PathSteps, predicate: URIRef | None, inverse: bool = False) -> Read:
    """Return the read of a property of the nodes at the end of a way."""
    node = "?node" if way else "?focus"
    prop = "?prop" if predicate is None else f"<{predicate}>"
    triple = f"?other {prop} {node}" if inverse else f"{node} {prop} ?other"
    changed = f"{{ SELECT DISTINCT {node} {{ GRAPH <{CHANGED.value}> {{ {triple} }} }} }}"
    name = None if predicate is None else str(predicate)
    return Read(name, f"{changed} {along('?focus', way, node)}")
