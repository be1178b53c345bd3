"""Focus nodes of a shape as a SPARQL graph pattern.

The focus of a nested shape is that of its parent followed by the parent's path.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count, pairwise

from rdflib import Graph, URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import Term
from onrecord.shacl.advanced import declared_functions, foreign_parameters
from onrecord.shacl.data_graph import DataGraph, as_written, in_store, member
from onrecord.shacl.property_path import Path, sparql, walk
from onrecord.shacl.shape import Constraint, Shape, class_types_of, read_shape, siblings
from onrecord.shacl.value_constraints import CompilerScope

FocusChain = tuple[tuple["Focus", Path], ...]
"""The focuses above a nested shape, outermost first, each with the path that follows it."""
_REFERRING = {SH.property, SH.node, SH["not"], SH["and"], SH["or"], SH.xone}
"""Parameters whose values are shapes."""
FEW_NODES = 2_000
"""Below this number of nodes, a query starts from the nodes and not from the whole focus."""
_READ_MEANWHILE = 4
"""How many triples of one property are read in the time in which one node is looked up."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The focus nodes of a shape."""

    render: Callable[[str], str]
    """Returns a graph pattern that binds a variable to each node, possibly several times."""
    size: int
    """About how many nodes there are."""
    few: bool = False
    """Whether the nodes are few, so that queries should start with them."""


@dataclass(frozen=True, slots=True)
class Compiler:
    """Shapes and data with caches: subclasses, parsed shapes and fresh variable names."""

    shapes: Graph
    data: DataGraph
    scope: CompilerScope
    shape: Callable[[Identifier], Shape]
    names: Iterator[int]
    class_types: frozenset[Identifier]
    """The classes whose instances are classes, by the shapes and the data."""
    foreign: Mapping[URIRef, str]
    """The properties of shapes that queries cannot evaluate, each with why."""
    functions: frozenset[str]
    """The SPARQL functions that the shapes declare."""
    prefixes: Mapping[str, str]
    """The prefixes of the shapes, for messages."""
    refers_to_itself: Callable[[Identifier], bool]
    """Says whether a shape refers to itself, by other shapes too."""
    demands: dict[tuple[Identifier, Constraint], str] = field(default_factory=dict)
    """What constraints demand, in words: a cache, since one may be violated often."""


def make_compiler(shapes: Graph, data: DataGraph) -> Compiler:
    """Return a compiler for the shapes over the data."""

    @cache
    def subclasses(kind: Identifier) -> tuple[Identifier, ...]:
        query = f"SELECT DISTINCT ?c {{ ?c <{RDFS.subClassOf}>* <{kind}> }}"
        found = {str(row["c"].value) for row in data.select(query)}
        return (kind, *sorted(URIRef(name) for name in found - {str(kind)}))

    class_types = _class_types(shapes, data)
    shape = cache(lambda node: read_shape(shapes, node, class_types))
    return Compiler(
        shapes,
        data,
        CompilerScope(data, subclasses),
        shape,
        count(),
        class_types,
        foreign_parameters(shapes),
        declared_functions(shapes),
        {prefix: str(space) for prefix, space in shapes.namespaces()},
        cache(lambda node: node in _reached(shape, shapes, node)),
    )


def _reached(
    shape: Callable[[Identifier], Shape], shapes: Graph, start: Identifier
) -> set[Identifier]:
    """Return the shapes that a shape refers to, and those that these refer to."""
    found: set[Identifier] = set()
    waiting = [start]
    while waiting:
        each = shape(waiting.pop())
        below = {
            term
            for constraint in each.constraints
            if constraint.parameter in _REFERRING
            for term in constraint.members or (constraint.value,)
        }
        if each.qualified is not None:
            qualified, disjoint = each.qualified
            below |= {qualified, *(siblings(shapes, each.node) if disjoint else ())}
        waiting += below - found
        found |= below
    return found


def _class_types(shapes: Graph, data: DataGraph) -> frozenset[Identifier]:
    """Return the classes whose instances are classes, by the shapes and the data together."""
    found: frozenset[Identifier] = class_types_of(shapes)
    while True:
        names = " ".join(f"<{kind}>" for kind in sorted(found) if isinstance(kind, URIRef))
        query = f"VALUES ?kind {{ {names} }} ?below <{RDFS.subClassOf}>+ ?kind"
        rows = data.select(f"SELECT DISTINCT ?below {{ {query} }}")
        wider = class_types_of(shapes, found.union(as_written(row["below"]) for row in rows))
        if wider == found:
            return found
        found = wider


def focus_of(compiler: Compiler, shape: Shape) -> Focus | None:
    """Return the target nodes of a shape (SHACL, section 2.1.3), None if it has no target."""
    patterns: list[Callable[[str], str]] = []
    sizes = compiler.data.sizes
    nodes = [value for target, value in shape.targets if target == SH.targetNode]
    if nodes:
        terms = [in_store(node) for node in nodes]
        compiler.data.add_missing_nodes(terms)
        name = compiler.data.add_node_set(terms)
        patterns.append(lambda v: member(name, v))
    size = len(nodes)
    for target, value in shape.targets:
        if target == SH.targetClass:
            patterns.append(_instances(compiler, value))
            size += sum(sizes[str(kind)] for kind in compiler.scope.subclasses(value))
        elif target == SH.targetSubjectsOf:
            patterns.append(lambda v, p=value: f"{v} <{p}> ?_{next(compiler.names)} .")  # type: ignore[misc]
            size += sizes[str(value)]
        elif target == SH.targetObjectsOf:
            patterns.append(lambda v, p=value: f"?_{next(compiler.names)} <{p}> {v} .")  # type: ignore[misc]
            size += sizes[str(value)]
    if not patterns:
        return None
    if len(patterns) == 1:
        return Focus(patterns[0], size, few=bool(nodes))
    return Focus(lambda v: " UNION ".join(f"{{ {pattern(v)} }}" for pattern in patterns), size)


def _instances(compiler: Compiler, kind: Identifier) -> Callable[[str], str]:
    classes = compiler.scope.subclasses(kind)
    if len(classes) == 1:
        return lambda v: f"{v} a <{kind}> ."
    names = " ".join(f"<{name}>" for name in classes)

    def pattern(v: str) -> str:
        variable = f"?_{next(compiler.names)}"
        return f"VALUES {variable} {{ {names} }} {v} a {variable} ."

    return pattern


def focus_of_nodes(compiler: Compiler, nodes: set[Term]) -> Focus:
    """Return the focus that consists of the given nodes."""
    name = compiler.data.add_node_set(nodes)
    return Focus(lambda v: member(name, v), len(nodes), few=len(nodes) < FEW_NODES)


def value_nodes(compiler: Compiler, focus: Focus, path: Path | None) -> Focus:
    """Return the value nodes of a path from a focus, as a focus."""
    if path is None:
        return focus
    is_read = is_read_whole(compiler, focus, path)

    def pattern(v: str) -> str:
        owner = f"?_{next(compiler.names)}"
        owners, values = focus.render(owner), f"{owner} {sparql(path)} {v}"
        if is_read:
            # Two lists that are joined: Oxigraph would look up the values of each node.
            owners = f"{{ SELECT {owner} {{ {owners} }} }}"
            values = f"{{ SELECT {owner} {v} {{ {values} }} }}"
        return f"{{ SELECT DISTINCT {v} {{ {owners} {values} }} }}"

    size = extent(compiler, path)
    return Focus(pattern, focus.size if size is None else min(focus.size, size), few=focus.few)


def extent(compiler: Compiler, path: Path | None) -> int | None:
    """Return how many triples a path has that is one step, None for any other path."""
    if isinstance(path, URIRef):
        return compiler.data.sizes[str(path)]
    if path is None or path.kind not in ("inverse", "alternative"):
        return None
    parts = [extent(compiler, part) for part in path.parts]
    return None if None in parts else sum(part for part in parts if part is not None)


def is_read_whole(compiler: Compiler, focus: Focus, path: Path) -> bool:
    """Say whether to read all triples of a path is quicker than to look up each focus node."""
    size = extent(compiler, path)
    return size is not None and not focus.few and size <= _READ_MEANWHILE * focus.size


def reach(compiler: Compiler, focus: Focus, path: Path) -> str:
    """Return the pattern of the values of a path from each `?this` of a focus."""
    start = distinct_focus(focus)
    if isinstance(path, URIRef) or path.kind != "sequence":
        return f"{start} ?this {sparql(path)} ?value"
    if not all(is_read_whole(compiler, focus, part) for part in path.parts):
        return f"{start} ?this {sparql(path)} ?value"
    between = (f"?_{next(compiler.names)}" for _ in path.parts[1:])
    names = pairwise(("?this", *between, "?value"))
    lists = (
        f"{{ SELECT {one} {other} {{ {one} {sparql(part)} {other} }} }}"
        for part, (one, other) in zip(path.parts, names, strict=True)
    )
    return f"{start} {' '.join(lists)}"


def is_class_read_whole(compiler: Compiler, focus: Focus, path: Path, kind: Identifier) -> bool:
    """Say whether to read all instances of a class is quicker than to look up each value."""
    values = extent(compiler, path)
    size = sum(compiler.data.sizes[str(each)] for each in compiler.scope.subclasses(kind))
    return values is not None and not focus.few and size <= _READ_MEANWHILE * values


def lacking(compiler: Compiler, focus: Focus, path: Path) -> str:
    """Return the pattern that takes away each `?this` of a focus that has a value by a path.

    It follows the pattern of the focus.
    """
    if is_read_whole(compiler, focus, path):
        return f"MINUS {{ ?this {sparql(path)} ?value }}"
    return f"FILTER NOT EXISTS {{ {walk(path)} }}"


def focus_nodes(compiler: Compiler, focus: Focus) -> set[Term]:
    """Return the nodes of a focus."""
    rows = compiler.data.select(f"SELECT DISTINCT ?this {{ {focus.render('?this')} }}")
    return {row["this"] for row in rows}


def focus_value_pairs(
    compiler: Compiler, focus: Focus, path: Path | None, values: set[Term]
) -> Iterator[tuple[Term, Term]]:
    """Yield pairs of a focus node and a value node, for the value nodes in `values`."""
    if path is None:
        yield from ((value, value) for value in values)
    elif values:
        name = compiler.data.add_node_set(values)
        chosen = f"{{ SELECT ?value {{ {member(name, '?value')} }} }}"
        query = f"{chosen} ?this {sparql(path)} ?value . {distinct_focus(focus)}"
        if focus.few:
            inside = f"FILTER EXISTS {{ {member(name, '?value')} }}"
            query = f"{distinct_focus(focus)} ?this {sparql(path)} ?value . {inside}"
        for row in compiler.data.select(f"SELECT DISTINCT ?this ?value {{ {query} }}"):
            yield row["this"], row["value"]


def validation_counts(compiler: Compiler, chain: FocusChain, nodes: set[Term]) -> Counter[Term]:
    """Return how many times a nested shape validates each node.

    That is the number of chains of nodes to it from the outermost focus, since every value node of
    every focus node is validated separately (SHACL, section 4.7.2).
    """
    if not chain:
        return Counter(nodes)
    focus, path = chain[-1]
    pairs = list(focus_value_pairs(compiler, focus, path, nodes))
    ancestors = validation_counts(compiler, chain[:-1], {owner for owner, _ in pairs})
    count: Counter[Term] = Counter()
    for owner, value in pairs:
        count[value] += ancestors[owner]
    return count


def distinct_focus(focus: Focus) -> str:
    """Return the graph pattern that binds `?this` to each node of a focus once."""
    return f"{{ SELECT DISTINCT ?this {{ {focus.render('?this')} }} }}"


def property_shapes(compiler: Compiler, shape: Shape) -> list[Shape]:
    """Return the property shapes of a shape."""
    return [compiler.shape(c.value) for c in shape.constraints if c.parameter == SH.property]
