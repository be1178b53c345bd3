"""Validation of a graph by shapes, with either engine."""

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import Literal as OneOf

from rdflib import Graph, Literal
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Identifier

from onrecord.shacl.data_graph import Data, as_written, load_graph
from onrecord.shacl.engine import rows
from onrecord.shacl.errors import NotCompiled, ShapesError
from onrecord.shacl.focus import Compiler as Compiled
from onrecord.shacl.focus import Focus, Way, engine, focus_of, properties, step, times
from onrecord.shacl.messages import default_message, filled
from onrecord.shacl.other_constraints import ConstraintRow
from onrecord.shacl.result import Result
from onrecord.shacl.shape import TARGETS, Shape, targeted
from onrecord.shacl.sparql_constraints import sparql_constraint

_OF_COMPONENTS = (SH.parameter, SH.validator, SH.nodeValidator, SH.propertyValidator)
"""What declares a constraint component (SHACL, section 6)."""
_SAID_APART = ("this", "value", "path", "message")
"""Variables of a query that a result has properties for."""
_LOG = logging.getLogger(__name__)

EngineName = OneOf["fast", "pyshacl"]

Narrow = Callable[[Compiled, Shape, Focus], Focus | None]
"""Gives the part of a shape's focus that is to be validated, None for nothing of it."""


def everything(_engine: Compiled, _shape: Shape, focus: Focus) -> Focus:
    """Narrow nothing."""
    return focus


def validate(data: Graph, shapes: Graph, engine: EngineName = "fast") -> list[Result]:
    """Return what is wrong with the data, in a stable order.

    Raises ShapesError if the shapes cannot be used.
    """
    if engine == "pyshacl":
        from onrecord.shacl.pyshacl_engine import validate_by_pyshacl

        return sorted(validate_by_pyshacl(data, shapes), key=order)
    return validate_data(load_graph(data), shapes, lambda: data)


def validate_data(
    data: Data,
    shapes: Graph,
    graph: Callable[[], Graph],
    narrow: Narrow = everything,
) -> list[Result]:
    """Return what the fast engine finds in data already in a store, in a stable order.

    `graph` gives the same data as an rdflib graph; it is asked only for shapes that cannot be
    compiled, which pySHACL checks.
    """
    found: list[tuple[Identifier, Result]] = []
    refused: dict[Identifier, str] = {}
    for target, answer in _answers(data, shapes, narrow):
        if isinstance(answer, str):
            refused[target] = answer
        else:
            found.extend((target, each) for each in answer)
    kept = [result for target, result in found if target not in refused]
    if refused:
        kept += _by_pyshacl(graph(), shapes, refused)
    return sorted(kept, key=order)


def _answers(
    data: Data, shapes: Graph, narrow: Narrow
) -> Iterator[tuple[Identifier, list[Result] | str]]:
    """Yield shapes with a target, each with some of its results or why it cannot be compiled."""
    compiled = engine(shapes, data)
    tasks: list[_Task] = []
    own = any((None, predicate, None) in shapes for predicate in _OF_COMPONENTS)
    for node in targeted(shapes):
        if own:
            yield node, "the shapes bring constraint components of their own"
            continue
        try:
            shape = compiled.shape(node)
            focus = focus_of(compiled, shape)
            if focus is not None and (part := narrow(compiled, shape, focus)) is not None:
                tasks.extend(_tasks(compiled, node, shape, part))
        except ShapesError as error:
            yield node, str(error)  # pySHACL has the last word on what it means

    def run(task: _Task) -> list[Result] | str:
        try:
            wrong = list(rows(compiled, task.shape, task.focus))
        except NotCompiled as reason:
            return str(reason)
        count = times(compiled, task.way, {row.focus for row in wrong})
        return [
            result
            for row in wrong
            for result in repeat(_result(compiled, task.shape, row), count[row.focus])
        ]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from zip((task.target for task in tasks), pool.map(run, tasks), strict=True)


@dataclass(frozen=True, slots=True)
class _Task:
    """A shape to be validated for the nodes of a focus."""

    target: Identifier
    """The shape with the target that this one lies below."""
    shape: Shape
    focus: Focus
    way: Way


def _tasks(
    compiled: Compiled,
    target: Identifier,
    shape: Shape,
    focus: Focus,
    way: Way = (),
    above: tuple[Identifier, ...] = (),
) -> Iterator[_Task]:
    """Yield a shape with its focus and, below it, each of its property shapes with theirs."""
    if shape.deactivated:
        return
    yield _Task(target, shape, focus, way)
    if shape.node in above:
        return  # `rows` refuses a shape that refers to itself
    below = properties(compiled, shape)
    values = step(compiled, focus, shape.path) if below else focus
    if shape.path is not None:
        way = (*way, (focus, shape.path))
    for child in below:
        yield from _tasks(compiled, target, child, values, way, (*above, shape.node))


def _result(compiled: Compiled, shape: Shape, row: ConstraintRow) -> Result:
    """Return a violation as a result (SHACL, section 3.6.2)."""
    focus = as_written(row.focus)
    valued = row.value is not None and row.constraint.parameter != SH.hasValue
    value = as_written(row.value) if valued and row.value is not None else None
    own: tuple[Literal, ...] = ()
    constraint = None
    beside: tuple[Identifier, ...] = ()
    if row.bindings:
        constraint = row.constraint.value
        query = sparql_constraint(compiled.shapes, constraint)
        bound = {name: as_written(term) for name, term in row.bindings}
        own = () if query is None else tuple(filled(text, bound) for text in query.messages)
        own = own or tuple(filled(text, bound) for text in shape.messages)
        beside = tuple(term for name, term in bound.items() if name not in _SAID_APART)
    return Result(
        focus,
        shape.node,
        row.constraint.component,
        value,
        row.route if row.route is not None else shape.path,
        shape.severity,
        own or shape.messages or (default_message(shape, row.constraint),),
        constraint,
        beside,
    )


def _by_pyshacl(data: Graph, shapes: Graph, refused: dict[Identifier, str]) -> list[Result]:
    """Check with pySHACL the shapes that could not be compiled, and say so."""
    from onrecord.shacl.pyshacl_engine import validate_by_pyshacl

    for node, reason in sorted(refused.items()):
        _LOG.warning("%s is checked by pySHACL, which is slower: %s", node, reason)
    some = Graph()
    for subject, predicate, value in shapes:
        aimed = predicate in TARGETS or (predicate, value) == (RDF.type, RDFS.Class)
        if not aimed or subject in refused:
            some.add((subject, predicate, value))
    return validate_by_pyshacl(data, some)


def order(result: Result) -> tuple[str, str, str, str, str]:
    """Return what results are sorted by: shape, focus, component, path, value."""
    return (
        str(result.shape),
        str(result.focus),
        str(result.component),
        str(result.path or ""),
        str(result.value if result.value is not None else ""),
    )
