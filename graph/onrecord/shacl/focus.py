"""Focus: the nodes that a shape applies to, as a graph pattern and not as a list.

A nested shape applies to the focus of its parent and a path further.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

from rdflib import Graph, URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import Term
from onrecord.shacl.data_graph import Data, in_store, member
from onrecord.shacl.property_path import Path, sparql
from onrecord.shacl.shape import Shape, read_shape
from onrecord.shacl.value_constraints import CompilerScope

Way = tuple[tuple["Focus", Path], ...]
"""The focuses that a nested shape lies below, each with the path that leads on from it."""
FEW = 2_000
"""Up to how many nodes a shape is asked about these nodes and not about its whole focus."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The nodes that a shape applies to."""

    render: Callable[[str], str]
    """Gives the graph pattern that binds a variable to them, perhaps more than once."""
    few: bool = False
    """Whether they are few, so that queries had better start with them."""


@dataclass(frozen=True, slots=True)
class Compiler:
    """The shapes, the data and what is worked out once from both."""

    shapes: Graph
    data: Data
    scope: CompilerScope
    shape: Callable[[Identifier], Shape]
    names: Iterator[int]


def engine(shapes: Graph, data: Data) -> Compiler:
    """Return an engine for the shapes over the data."""

    @cache
    def subclasses(kind: Identifier) -> tuple[Identifier, ...]:
        query = f"SELECT DISTINCT ?c {{ ?c <{RDFS.subClassOf}>* <{kind}> }}"
        found = {str(row["c"].value) for row in data.select(query)}
        return (kind, *sorted(URIRef(name) for name in found - {str(kind)}))

    shape = cache(lambda node: read_shape(shapes, node))
    return Compiler(shapes, data, CompilerScope(data, subclasses), shape, count())


def focus_of(this: Compiler, shape: Shape) -> Focus | None:
    """Return what a shape targets (SHACL, section 2.1.3), None if it has no target."""
    patterns: list[Callable[[str], str]] = []
    nodes = [value for target, value in shape.targets if target == SH.targetNode]
    if nodes:
        known = [in_store(node) for node in nodes]
        this.data.introduce(known)
        name = this.data.name_set(known)
        patterns.append(lambda v: member(name, v))
    for target, value in shape.targets:
        if target == SH.targetClass:
            patterns.append(_instances(this, value))
        elif target == SH.targetSubjectsOf:
            patterns.append(lambda v, p=value: f"{v} <{p}> ?_{next(this.names)} .")  # type: ignore[misc]
        elif target == SH.targetObjectsOf:
            patterns.append(lambda v, p=value: f"?_{next(this.names)} <{p}> {v} .")  # type: ignore[misc]
    if not patterns:
        return None
    if len(patterns) == 1:
        return Focus(patterns[0], few=bool(nodes))
    return Focus(lambda v: " UNION ".join(f"{{ {pattern(v)} }}" for pattern in patterns))


def _instances(this: Compiler, kind: Identifier) -> Callable[[str], str]:
    classes = this.scope.subclasses(kind)
    if len(classes) == 1:
        return lambda v: f"{v} a <{kind}> ."
    names = " ".join(f"<{name}>" for name in classes)

    def pattern(v: str) -> str:
        variable = f"?_{next(this.names)}"
        return f"VALUES {variable} {{ {names} }} {v} a {variable} ."

    return pattern


def focus_of_nodes(this: Compiler, nodes: set[Term]) -> Focus:
    """Return the focus of just these nodes."""
    name = this.data.name_set(nodes)
    return Focus(lambda v: member(name, v), few=len(nodes) < FEW)


def step(this: Compiler, focus: Focus, path: Path | None) -> Focus:
    """Return the value nodes of a path from a focus."""
    if path is None:
        return focus

    def pattern(v: str) -> str:
        owner = f"?_{next(this.names)}"
        return f"{{ SELECT DISTINCT {v} {{ {focus.render(owner)} {owner} {sparql(path)} {v} }} }}"

    return Focus(pattern, few=focus.few)


def nodes_of(this: Compiler, focus: Focus) -> set[Term]:
    """Return the nodes of a focus."""
    rows = this.data.select(f"SELECT DISTINCT ?this {{ {focus.render('?this')} }}")
    return {row["this"] for row in rows}


def owners(
    this: Compiler, focus: Focus, path: Path | None, values: set[Term]
) -> Iterator[tuple[Term, Term]]:
    """Yield the nodes of the focus with those of their value nodes that are among `values`."""
    if path is None:
        yield from ((value, value) for value in values)
    elif values:
        name = this.data.name_set(values)
        chosen = f"{{ SELECT ?value {{ {member(name, '?value')} }} }}"
        query = f"{chosen} ?this {sparql(path)} ?value . {distinct(focus)}"
        if focus.few:
            inside = f"FILTER EXISTS {{ {member(name, '?value')} }}"
            query = f"{distinct(focus)} ?this {sparql(path)} ?value . {inside}"
        for row in this.data.select(f"SELECT DISTINCT ?this ?value {{ {query} }}"):
            yield row["this"], row["value"]


def times(this: Compiler, way: Way, nodes: set[Term]) -> Counter[Term]:
    """Return how many times a nested shape is asked about each node.

    That is once for each chain of nodes that leads to it from a node of the topmost focus, since
    every value node of every focus node is validated for itself (SHACL, section 4.7.2).
    """
    if not way:
        return Counter(nodes)
    focus, path = way[-1]
    pairs = list(owners(this, focus, path, nodes))
    above = times(this, way[:-1], {owner for owner, _ in pairs})
    count: Counter[Term] = Counter()
    for owner, value in pairs:
        count[value] += above[owner]
    return count


def distinct(focus: Focus) -> str:
    """Return the graph pattern that binds `?this` to each node of a focus once."""
    return f"{{ SELECT DISTINCT ?this {{ {focus.render('?this')} }} }}"


def properties(this: Compiler, shape: Shape) -> list[Shape]:
    """Return the property shapes of a shape."""
    return [this.shape(c.value) for c in shape.constraints if c.parameter == SH.property]
