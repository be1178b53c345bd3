"""Results of violations, and why: how the shapes that a shape refers to judge a value.

`sh:node`, `sh:and`, `sh:or`, `sh:xone`, `sh:not` and `sh:qualifiedValueShape` say that a value does
not conform to other shapes. The reasons are the results of those shapes, as deep as they refer on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from rdflib import Graph, Literal
from rdflib.namespace import SH
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import Term
from onrecord.shacl.data_graph import DataGraph, as_written, in_store, member
from onrecord.shacl.engine import violations
from onrecord.shacl.errors import NotCompiled, ShapesError
from onrecord.shacl.focus import (
    Compiler,
    focus_of_nodes,
    focus_value_pairs,
    make_compiler,
    property_shapes,
)
from onrecord.shacl.messages import default_message, shape_name, substitute
from onrecord.shacl.other_constraints import ConstraintViolation
from onrecord.shacl.property_path import sparql
from onrecord.shacl.result import Judgement, Result
from onrecord.shacl.shape import PARAMETERS, Constraint, Shape, siblings
from onrecord.shacl.sparql_constraints import sparql_constraint

_RESULT_VARIABLES = ("this", "value", "path", "message")
"""Query variables that map to properties of a result (SHACL, section 5.3)."""
_LOGIC = {SH.node, SH["and"], SH["or"], SH.xone, SH["not"]}
_QUALIFIED = {SH.qualifiedMinCount, SH.qualifiedMaxCount}
_EXPLAINED = {PARAMETERS[parameter] for parameter in _LOGIC | _QUALIFIED}
_MAX_DEPTH = 8
"""How deep reasons have reasons."""
_MAX_LEVEL = 30
"""How deep property shapes of property shapes are told of; only some that refer to themselves go
deeper."""
_MAX_RESULTS = 10
"""Number of results of one shape about one node that are told."""
_MAX_VALUES = 10
"""Number of values of a qualified count that are told."""

_ResultsOf = Mapping[Term, Sequence[Result]]
"""The results of one shape, by the node that it judged."""


def result_of(compiler: Compiler, shape: Shape, row: ConstraintViolation) -> Result:
    """Convert a violation to a result (SHACL, section 3.6.2)."""
    focus = as_written(row.focus)
    has_value = row.value is not None and row.constraint.parameter != SH.hasValue
    value = as_written(row.value) if has_value and row.value is not None else None
    own_messages: tuple[Literal, ...] = ()
    constraint = None
    other_bindings = tuple(map(as_written, row.clashing))
    if row.bindings:
        constraint = row.constraint.value
        query = sparql_constraint(compiler.shapes, constraint)
        bound = {name: as_written(term) for name, term in row.bindings}
        own_messages = (
            () if query is None else tuple(substitute(text, bound) for text in query.messages)
        )
        own_messages = own_messages or tuple(substitute(text, bound) for text in shape.messages)
        other_bindings = tuple(
            term for name, term in bound.items() if name not in _RESULT_VARIABLES
        )
    return Result(
        focus,
        shape.node,
        row.constraint.component,
        value,
        row.path_tree if row.path_tree is not None else shape.path,
        shape.severity,
        own_messages or shape.messages or (default_message(compiler, shape, row),),
        constraint,
        other_bindings,
        row.constraint.value,
    )


def with_reasons(
    shapes: Graph, results: Iterable[Result], data: Callable[[], DataGraph]
) -> list[Result]:
    """Return the results in their order, each with the judgements that led to it.

    `data` returns the data that was validated; it is called only if a result needs a reason.
    """
    results = list(results)
    if not any(result.component in _EXPLAINED for result in results):
        return results
    return _explained(make_compiler(shapes, data()), results, _MAX_DEPTH)


def _explained(compiler: Compiler, results: Sequence[Result], depth: int) -> list[Result]:
    groups: dict[tuple[Identifier, Identifier], list[int]] = defaultdict(list)
    for number, result in enumerate(results):
        if result.component in _EXPLAINED and depth > 0:
            groups[result.shape, result.component].append(number)
    explained = [replace(each, judgements=()) for each in results]
    for (node, component), numbers in groups.items():
        try:
            shape = compiler.shape(node)
            constraints = [each for each in shape.constraints if each.component == component]
            for constraint in constraints:
                chosen = [
                    number
                    for number in numbers
                    if results[number].parameter_value in (None, constraint.value)
                ]
                judged = _judgements(
                    compiler, shape, constraint, [results[each] for each in chosen], depth
                )
                for number, judgements in zip(chosen, judged, strict=True):
                    before = explained[number].judgements
                    explained[number] = replace(
                        explained[number], judgements=(*before, *judgements)
                    )
        except (NotCompiled, ShapesError):  # only pySHACL evaluates such a shape
            for number in numbers:
                explained[number] = _as_reported(compiler, results[number], depth)
    return explained


def _as_reported(compiler: Compiler, result: Result, depth: int) -> Result:
    """Return a result of pySHACL in our words, with the details that it has for `sh:node`."""
    shape = compiler.shape(result.shape)
    constraints = [each for each in shape.constraints if each.component == result.component]
    if len(constraints) != 1:
        return replace(result, judgements=())
    constraint = constraints[0]
    if not shape.messages:
        path = None if result.path_tree == shape.path else result.path_tree
        row = ConstraintViolation(constraint, in_store(result.focus), None, path)
        result = replace(result, messages=(default_message(compiler, shape, row),))
    judged = []
    for given in result.judgements if depth > 0 else ():
        below = sorted(given.results, key=lambda each: (str(each.path), str(each.shape)))
        told = tuple(_as_reported(compiler, each, depth - 1) for each in below[:_MAX_RESULTS])
        name, omitted = shape_name(compiler, constraint.value), len(below) - len(told)
        judged.append(Judgement(given.node, constraint.value, name, told, omitted))
    return replace(result, judgements=tuple(judged))


def _judgements(
    compiler: Compiler, shape: Shape, constraint: Constraint, results: Sequence[Result], depth: int
) -> list[tuple[Judgement, ...]]:
    """Return the judgements for each result of a constraint."""
    if constraint.parameter in _QUALIFIED:
        return _judged_counts(compiler, shape, constraint, results, depth)
    members = constraint.members or (constraint.value,)
    values = [result.focus if result.value is None else result.value for result in results]
    nodes = [in_store(value) for value in values]
    found = {each: _results(compiler, each, set(nodes), depth) for each in dict.fromkeys(members)}
    judged: list[tuple[Judgement, ...]] = []
    for value, node in zip(values, nodes, strict=True):
        every = [
            _judgement(compiler, value, each, by_node.get(node, ()))
            for each, by_node in found.items()
        ]
        conforming = tuple(each for each in every if not each.results)
        failing = tuple(each for each in every if each.results)
        if constraint.parameter == SH["not"] or (constraint.parameter == SH.xone and conforming):
            judged.append(conforming)
        else:
            judged.append(failing)
    return judged


def _judgement(
    compiler: Compiler, value: Identifier, shape: Identifier, results: Sequence[Result]
) -> Judgement:
    told = tuple(results[:_MAX_RESULTS])
    return Judgement(value, shape, shape_name(compiler, shape), told, len(results) - len(told))


def _judged_counts(
    compiler: Compiler, shape: Shape, constraint: Constraint, results: Sequence[Result], depth: int
) -> list[tuple[Judgement, ...]]:
    """Return, for too few values, why others do not count; for too many, those that do."""
    if shape.qualified is None or shape.path is None:
        raise NotCompiled("a qualified count without a shape or a path")
    qualified, disjoint = shape.qualified
    starts = member(compiler.data.add_node_set(in_store(each.focus) for each in results), "?this")
    query = f"SELECT DISTINCT ?this ?value {{ {starts} ?this {sparql(shape.path)} ?value }}"
    values: dict[Term, list[Term]] = defaultdict(list)
    for row in compiler.data.select(query):
        values[row["this"]].append(row["value"])
    nodes = {value for reached in values.values() for value in reached}
    found = _results(compiler, qualified, nodes, depth)
    others = {
        each: _results(compiler, each, nodes, depth)
        for each in (siblings(compiler.shapes, shape.node) if disjoint else ())
    }
    judged: list[tuple[Judgement, ...]] = []
    for result in results:
        reached = sorted(values[in_store(result.focus)], key=str)
        chosen: list[Judgement] = []
        for node in reached:
            value = as_written(node)
            own = _judgement(compiler, value, qualified, found.get(node, ()))
            taken = [each for each, by_node in others.items() if node not in by_node]
            counts = not own.results and not taken
            if counts == (constraint.parameter == SH.qualifiedMaxCount):
                is_of_other = not own.results and bool(taken)
                chosen.append(_judgement(compiler, value, taken[0], ()) if is_of_other else own)
        judged.append(tuple(chosen[:_MAX_VALUES]))
    return judged


def _results(
    compiler: Compiler,
    node: Identifier,
    nodes: set[Term],
    depth: int,
    level: int = 0,
) -> _ResultsOf:
    """Return the results of a shape and its property shapes, by the node that each is about."""
    shape = compiler.shape(node)
    found: dict[Term, list[Result]] = defaultdict(list)
    if shape.deactivated or not nodes or level > _MAX_LEVEL:
        return found
    focus = focus_of_nodes(compiler, nodes)
    rows = list(violations(compiler, shape, focus))
    results = _explained(compiler, [result_of(compiler, shape, row) for row in rows], depth - 1)
    for row, result in zip(rows, results, strict=True):
        found[row.focus].append(result)
    for child in property_shapes(compiler, shape):
        values = nodes
        if shape.path is not None:
            every = f"{focus.render('?this')} ?this {sparql(shape.path)} ?value"
            selected = compiler.data.select(f"SELECT DISTINCT ?value {{ {every} }}")
            values = {row["value"] for row in selected}
        below = _results(compiler, child.node, values, depth, level + 1)
        for owner, value in focus_value_pairs(compiler, focus, shape.path, set(below)):
            found[owner].extend(below[value])
    for each in found.values():
        each[:] = dict.fromkeys(each)
        each.sort(key=lambda result: (str(result.path), str(result.shape), str(result.value)))
    return found
