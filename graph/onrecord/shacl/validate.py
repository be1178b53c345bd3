"""SHACL validation of a graph with the fast engine or pySHACL."""

import logging
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal as OneOf

import pyoxigraph as ox
from rdflib import Graph
from rdflib.namespace import RDFS
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import RdflibTriple, Term
from onrecord.rdf.processes import most_processes, workers
from onrecord.shacl.advanced import (
    has_rules,
    shapes_with_advanced_targets,
    with_rules_applied,
    without_rules,
)
from onrecord.shacl.data_graph import DataGraph, load_graph
from onrecord.shacl.engine import violations
from onrecord.shacl.errors import NotCompiled, ShapesError
from onrecord.shacl.focus import (
    Compiler,
    Focus,
    FocusChain,
    focus_nodes,
    focus_of,
    focus_of_nodes,
    make_compiler,
    property_shapes,
    validation_counts,
    value_nodes,
)
from onrecord.shacl.reasons import result_of, with_reasons
from onrecord.shacl.result import Result
from onrecord.shacl.shape import (
    Shape,
    class_types_of,
    shapes_of_unknown_types,
    shapes_with_targets,
    with_explicit_targets,
)

_LOG = logging.getLogger(__name__)

_NOTHING: Mapping[Identifier, set[Term]] = {}
_ALL = slice(None)

EngineName = OneOf["fast", "pyshacl"]

NarrowFocus = Callable[[Compiler, Shape, Focus], Focus | None]
"""Returns the part of a shape's focus to validate, None if it is empty."""


def whole_focus(_engine: Compiler, _shape: Shape, focus: Focus) -> Focus:
    """Return the focus unchanged."""
    return focus


def validate(data: Graph, shapes: Graph, engine: EngineName = "fast") -> list[Result]:
    """Validate data against shapes and return the results in a stable order.

    Raises ShapesError if the shapes are invalid.
    """
    if engine == "pyshacl":
        from onrecord.shacl.pyshacl_engine import validate_by_pyshacl

        class_types = make_compiler(shapes, load_graph(_hierarchy(data))).class_types
        targeted = with_explicit_targets(shapes, class_types)
        if has_rules(shapes):
            data = with_rules_applied(data, shapes)
        shapes = without_rules(targeted)
        results = validate_by_pyshacl(data, shapes)
        return sorted(with_reasons(shapes, results, lambda: load_graph(data)), key=sort_key)
    return validate_data(load_graph(data), shapes, lambda: data)


def _hierarchy(data: Graph) -> Iterator[RdflibTriple]:
    return data.triples((None, RDFS.subClassOf, None))


def validate_data(
    data: DataGraph,
    shapes: Graph,
    graph: Callable[[], Graph],
    narrow: NarrowFocus = whole_focus,
) -> list[Result]:
    """Validate a loaded data graph with the fast engine and return sorted results.

    `graph` returns the same data as an rdflib graph; it is called only if pySHACL has to evaluate
    shapes that cannot be compiled, or to apply rules. What rules infer may concern any node, so
    with rules nothing is narrowed.
    """
    if has_rules(shapes):
        inferred = with_rules_applied(graph(), shapes)
        return validate_data(load_graph(inferred), without_rules(shapes), lambda: inferred)
    compiler = make_compiler(shapes, data)
    found: list[tuple[Identifier, Result]] = []
    refused: dict[Identifier, str] = {}
    if data.folder is None or narrow is not whole_focus:
        by_target = _results_by_target(compiler, narrow)
    else:
        by_target = _by_processes(data, data.folder, shapes)
    for target, results_or_reason in by_target:
        if isinstance(results_or_reason, str):
            refused[target] = results_or_reason
        else:
            found.extend((target, each) for each in results_or_reason)
    results = [result for target, result in found if target not in refused]
    if refused:
        results += _by_pyshacl(graph(), compiler, refused)
    return sorted(with_reasons(shapes, results, lambda: data), key=sort_key)


def has_targets(shapes: Graph, data: DataGraph) -> bool:
    """Say whether any shape may have a target: whether a class is one may follow from the data."""
    if shapes_with_targets(shapes, class_types_of(shapes)) or has_rules(shapes):
        return True
    if shapes_with_advanced_targets(shapes) or any(shapes_of_unknown_types(shapes)):
        return True
    return bool(shapes_with_targets(shapes, make_compiler(shapes, data).class_types))


def _by_processes(
    data: DataGraph, folder: Path, shapes: Graph
) -> Iterator[tuple[Identifier, list[Result] | str]]:
    """Yield what `_results_by_target` does, of data in a folder, by several processes.

    Each has a copy of the store, to which it adds its sets of nodes; the files are the same ones.
    """
    with TemporaryDirectory(dir=folder.parent) as copies, workers(is_large=True) as pool:
        jobs = []
        for number in range(processes := most_processes()):
            copy = Path(copies) / str(number)
            data.store.backup(copy)
            share = slice(number, None, processes)
            known = data.rewritten, data.ill_formed, data.sizes
            jobs.append(pool.submit(_results_of_share, copy, *known, shapes, share))
        for job in jobs:
            yield from job.result()


def _results_of_share(
    folder: Path,
    rewritten: bool,
    ill_formed: bool,
    sizes: Counter[str],
    shapes: Graph,
    share: slice,
) -> list[tuple[Identifier, list[Result] | str]]:
    """Return the results of a share of the shapes."""
    data = DataGraph(ox.Store(folder), rewritten, ill_formed, sizes=sizes)
    return list(_results_by_target(make_compiler(shapes, data), whole_focus, share))


def _results_by_target(
    compiler: Compiler, narrow: NarrowFocus, share: slice = _ALL
) -> Iterator[tuple[Identifier, list[Result] | str]]:
    """Yield shapes with a target, each with results or the reason why it cannot be compiled."""
    tasks: list[_Task] = []
    advanced = shapes_with_advanced_targets(compiler.shapes)
    for node in advanced:
        yield node, "a query finds its target nodes"
    for node in shapes_with_targets(compiler.shapes, compiler.class_types)[share]:
        if node in advanced:
            continue
        try:
            shape = compiler.shape(node)
            focus = focus_of(compiler, shape)
            if focus is not None and (part := narrow(compiler, shape, focus)) is not None:
                tasks.extend(_tasks(compiler, node, shape, part))
        except ShapesError as error:
            yield node, str(error)  # left to pySHACL

    def run(task: _Task) -> list[Result] | str:
        try:
            found = list(violations(compiler, task.shape, task.focus))
        except NotCompiled as reason:
            return str(reason)
        count = validation_counts(compiler, task.chain, {row.focus for row in found})
        return [
            result
            for row in found
            for result in repeat(result_of(compiler, task.shape, row), count[row.focus])
        ]

    if compiler.data.is_small:
        yield from ((task.target, run(task)) for task in tasks)
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from zip((task.target for task in tasks), pool.map(run, tasks), strict=True)


@dataclass(frozen=True, slots=True)
class _Task:
    """One shape and its focus to evaluate."""

    target: Identifier
    """The shape with the target, of which this shape is a descendant or itself."""
    shape: Shape
    focus: Focus
    chain: FocusChain


def _tasks(
    compiler: Compiler,
    target: Identifier,
    shape: Shape,
    focus: Focus,
    chain: FocusChain = (),
    above: Mapping[Identifier, set[Term]] = _NOTHING,
) -> Iterator[_Task]:
    """Yield a task for a shape and, recursively, for each of its property shapes.

    `above` has the nodes that shapes above were applied to: a property shape of its own goes on as
    long as it leads to further ones.
    """
    if shape.deactivated:
        return
    if compiler.refers_to_itself(shape.node):
        before = above.get(shape.node, set())
        nodes = focus_nodes(compiler, focus) - before
        if not nodes:
            return
        focus = focus_of_nodes(compiler, nodes)
        above = {**above, shape.node: before | nodes}
    yield _Task(target, shape, focus, chain)
    children = property_shapes(compiler, shape)
    values = value_nodes(compiler, focus, shape.path) if children else focus
    if shape.path is not None:
        chain = (*chain, (focus, shape.path))
    for child in children:
        yield from _tasks(compiler, target, child, values, chain, above)


def _by_pyshacl(data: Graph, compiler: Compiler, refused: dict[Identifier, str]) -> list[Result]:
    """Validate with pySHACL the shapes that could not be compiled, and log a warning for each."""
    from onrecord.shacl.pyshacl_engine import validate_by_pyshacl

    for node, reason in sorted(refused.items()):
        _LOG.warning("%s is checked by pySHACL, which is slower: %s", node, reason)

    def validated(nodes: Collection[Identifier]) -> list[Result]:
        shapes = with_explicit_targets(compiler.shapes, compiler.class_types, kept=nodes)
        return validate_by_pyshacl(data, shapes)

    try:
        return validated(refused)
    except ShapesError:
        for node in sorted(refused):
            try:
                validated([node])
            except ShapesError as error:  # pySHACL does not say which shape it refuses
                raise ShapesError(node, error.problem) from error
        raise


def sort_key(result: Result) -> tuple[str, str, str, str, str]:
    """Return the sort key of results: shape, focus, component, path, value."""
    return (
        str(result.shape),
        str(result.focus),
        str(result.component),
        str(result.path or ""),
        str(result.value if result.value is not None else ""),
    )
