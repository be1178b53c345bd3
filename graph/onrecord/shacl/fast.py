"""The fast engine: each constraint is one query for all of its violations.

A shape applies to a *focus*, a graph pattern that binds a variable to the nodes that it is about.
A nested shape applies to the focus of its parent and a path further; it is asked which nodes
violate it, so counts and negation nest to any depth without a query per node.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import Identifier

from onrecord.shacl.condition import Scope, condition, plain
from onrecord.shacl.errors import NotCompiled
from onrecord.shacl.path import Compound, Path, sparql
from onrecord.shacl.shape import Constraint, Shape, read_shape, siblings
from onrecord.shacl.sparql import run_once, sparql_constraint
from onrecord.shacl.store import Data, Term, in_store, member

_LOGIC = {SH.node, SH["not"], SH["and"], SH["or"], SH.xone}
_FEW = 2_000
"""Up to how many nodes a shape is asked about these nodes and not about its whole focus."""


@dataclass(frozen=True, slots=True)
class Focus:
    """The nodes that a shape applies to."""

    render: Callable[[str], str]
    """Gives the graph pattern that binds a variable to them, perhaps more than once."""
    few: bool = False
    """Whether they are few, so that queries had better start with them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A violation in the terms of the store."""

    constraint: Constraint
    focus: Term
    value: Term | None = None
    route: Path | None = None
    bindings: tuple[tuple[str, Term], ...] = ()
    """Of a `sh:sparql` query, for its message."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The shapes, the data and what is worked out once from both."""

    shapes: Graph
    data: Data
    scope: Scope
    shape: Callable[[Identifier], Shape]
    names: Iterator[int]


def engine(shapes: Graph, data: Data) -> Engine:
    """Return an engine for the shapes over the data."""

    @cache
    def subclasses(kind: Identifier) -> tuple[Identifier, ...]:
        query = f"SELECT DISTINCT ?c {{ ?c <{RDFS.subClassOf}>* <{kind}> }}"
        found = {str(row["c"].value) for row in data.select(query)}
        return (kind, *sorted(URIRef(name) for name in found - {str(kind)}))

    shape = cache(lambda node: read_shape(shapes, node))
    return Engine(shapes, data, Scope(data, subclasses), shape, count())


def focus_of(this: Engine, shape: Shape) -> Focus | None:
    """Return what a shape targets (SHACL, section 2.1.3), None if it has no target."""
    patterns: list[Callable[[str], str]] = []
    nodes = [value for target, value in shape.targets if target == SH.targetNode]
    if nodes:
        name = this.data.name_set(map(in_store, nodes))
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


def _instances(this: Engine, kind: Identifier) -> Callable[[str], str]:
    classes = this.scope.subclasses(kind)
    if len(classes) == 1:
        return lambda v: f"{v} a <{kind}> ."
    names = " ".join(f"<{name}>" for name in classes)

    def pattern(v: str) -> str:
        variable = f"?_{next(this.names)}"
        return f"VALUES {variable} {{ {names} }} {v} a {variable} ."

    return pattern


def focus_of_nodes(this: Engine, nodes: set[Term]) -> Focus:
    """Return the focus of just these nodes."""
    name = this.data.name_set(nodes)
    return Focus(lambda v: member(name, v), few=len(nodes) < _FEW)


def step(this: Engine, focus: Focus, path: Path | None) -> Focus:
    """Return the value nodes of a path from a focus."""
    if path is None:
        return focus

    def pattern(v: str) -> str:
        owner = f"?_{next(this.names)}"
        return f"{{ SELECT DISTINCT {v} {{ {focus.render(owner)} {owner} {sparql(path)} {v} }} }}"

    return Focus(pattern, few=focus.few)


def nodes_of(this: Engine, focus: Focus) -> set[Term]:
    """Return the nodes of a focus."""
    rows = this.data.select(f"SELECT DISTINCT ?this {{ {focus.render('?this')} }}")
    return {row["this"] for row in rows}


def rows(
    this: Engine, shape: Shape, focus: Focus, above: frozenset[Identifier] = frozenset()
) -> Iterator[Row]:
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
            yield from _ROWS[constraint.parameter](this, shape, constraint, focus)


def violators(
    this: Engine, shape: Shape, focus: Focus, above: frozenset[Identifier] = frozenset()
) -> set[Term]:
    """Return the nodes of a focus that do not conform to a shape."""
    if shape.deactivated:
        return set()
    found = {row.focus for row in rows(this, shape, focus, above)}
    for child in properties(this, shape):
        wrong = violators(this, child, step(this, focus, shape.path), above | {shape.node})
        found |= {owner for owner, _ in _owners(this, focus, shape.path, wrong)}
    return found


def properties(this: Engine, shape: Shape) -> list[Shape]:
    """Return the property shapes of a shape."""
    return [this.shape(c.value) for c in shape.constraints if c.parameter == SH.property]


def _distinct(focus: Focus) -> str:
    return f"{{ SELECT DISTINCT ?this {{ {focus.render('?this')} }} }}"


def _owners(
    this: Engine, focus: Focus, path: Path | None, values: set[Term]
) -> Iterator[tuple[Term, Term]]:
    """Yield the nodes of the focus with those of their value nodes that are among `values`."""
    if path is None:
        yield from ((value, value) for value in values)
    elif values:
        name = this.data.name_set(values)
        chosen = f"{{ SELECT ?value {{ {member(name, '?value')} }} }}"
        query = f"{chosen} ?this {sparql(path)} ?value . {_distinct(focus)}"
        if focus.few:
            inside = f"FILTER EXISTS {{ {member(name, '?value')} }}"
            query = f"{_distinct(focus)} ?this {sparql(path)} ?value . {inside}"
        for row in this.data.select(f"SELECT DISTINCT ?this ?value {{ {query} }}"):
            yield row["this"], row["value"]


def _values(
    this: Engine, shape: Shape, focus: Focus, simple: list[tuple[Constraint, str]]
) -> Iterator[Row]:
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
            body = f"{_distinct(focus)} {triple} . FILTER({anything})"
            body = f"{{ SELECT DISTINCT ?this ?value {{ {body} }} }}"
        else:
            wrong = f"{{ SELECT ?this ?value {{ {triple} . FILTER({anything}) }} }}"
            body = f"{wrong} {_distinct(focus)}"
        query = f"SELECT DISTINCT ?this ?value {' '.join(flags)} {{ {body} {told} }}"
    for row in this.data.select(query):
        for number, (constraint, _) in enumerate(simple):
            if len(simple) == 1 or row[f"c{number}"].value == "true":
                yield Row(constraint, row["this"], row["value"])


def _logic(
    this: Engine,
    shape: Shape,
    constraint: Constraint,
    focus: Focus,
    above: frozenset[Identifier],
) -> Iterator[Row]:
    values = step(this, focus, shape.path)
    members = [this.shape(each) for each in constraint.members or (constraint.value,)]
    kind = constraint.parameter
    if kind == SH["or"]:
        wrong = violators(this, members[0], values, above)
        for each in members[1:]:
            among = focus_of_nodes(this, wrong) if len(wrong) < _FEW else values
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
    for owner, value in _owners(this, focus, shape.path, wrong):
        yield Row(constraint, owner, value)


def _qualified(
    this: Engine,
    shape: Shape,
    constraint: Constraint,
    focus: Focus,
    above: frozenset[Identifier],
) -> Iterator[Row]:
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
        query = f"{_distinct(focus)} FILTER NOT EXISTS {{ {pattern} }}"
    else:
        query = f"{_distinct(focus)} OPTIONAL {{ {pattern} }}"
        sign = "<" if constraint.parameter == SH.qualifiedMinCount else ">"
        query = (
            f"{{ SELECT ?this {{ {query} }} GROUP BY ?this "
            f"HAVING (COUNT(DISTINCT ?value) {sign} {number}) }}"
        )
    for row in this.data.select(f"SELECT ?this {{ {query} }}"):
        yield Row(constraint, row["this"])


def _sparql(this: Engine, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Row]:
    query = sparql_constraint(this.shapes, constraint.value)
    if query is None:
        return
    text = run_once(query, shape.path, _distinct(focus))
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
        yield Row(
            constraint,
            found["this"],
            found.get("value", None if shape.path is not None else found["this"]),
            URIRef(path.value) if isinstance(path, ox.NamedNode) else shape.path,
            tuple(found.items()),
        )


def _min_count(this: Engine, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Row]:
    number = int(constraint.value)
    triple = f"?this {_way(shape)} ?value"
    if number < 1:
        return
    if number == 1:
        query = (
            f"SELECT DISTINCT ?this {{ {focus.render('?this')} FILTER NOT EXISTS {{ {triple} }} }}"
        )
    else:
        query = (
            f"SELECT ?this {{ {_distinct(focus)} OPTIONAL {{ {triple} }} }} "
            f"GROUP BY ?this HAVING (COUNT(DISTINCT ?value) < {number})"
        )
    for row in this.data.select(query):
        yield Row(constraint, row["this"])


def _max_count(this: Engine, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Row]:
    number = int(constraint.value)
    triple = _triple(shape.path) if shape.path is not None else None
    if triple is None or focus.few:
        triple = f"{_distinct(focus)} ?this {_way(shape)} ?value"
    counted = (
        f"SELECT ?this {{ {triple} }} GROUP BY ?this HAVING (COUNT(DISTINCT ?value) > {number})"
    )
    query = f"SELECT DISTINCT ?this {{ {{ {counted} }} {_distinct(focus)} }}"
    for row in this.data.select(query):
        yield Row(constraint, row["this"])


def _triple(path: Path) -> str | None:
    if isinstance(path, URIRef):
        return f"?this <{path}> ?value"
    if isinstance(path, Compound) and path.kind == "inverse" and isinstance(path.parts[0], URIRef):
        return f"?value <{path.parts[0]}> ?this"
    return None


def _way(shape: Shape) -> str:
    if shape.path is None:
        raise NotCompiled("a count without a path")
    return sparql(shape.path)


def _has_value(this: Engine, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Row]:
    name = this.data.name_set([in_store(constraint.value)])
    wanted = f"?this {_way(shape)} ?value FILTER EXISTS {{ {member(name, '?value')} }}"
    query = f"{focus.render('?this')} FILTER NOT EXISTS {{ {wanted} }}"
    for row in this.data.select(f"SELECT DISTINCT ?this {{ {query} }}"):
        yield Row(constraint, row["this"])


def _unique_lang(this: Engine, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Row]:
    tagged = "BIND(LCASE(LANG(?value)) AS ?tag) FILTER(BOUND(?tag) && ?tag != '')"
    triple = f"?this {_way(shape)} ?value . {tagged}"
    if focus.few or not isinstance(shape.path, URIRef):
        triple = f"{_distinct(focus)} {triple}"
    counted = (
        f"SELECT ?this ?tag {{ {triple} }} GROUP BY ?this ?tag HAVING (COUNT(DISTINCT ?value) > 1)"
    )
    query = f"SELECT DISTINCT ?this ?tag {{ {{ {counted} }} {_distinct(focus)} }}"
    for row in this.data.select(query):
        yield Row(constraint, row["this"])


def _closed(this: Engine, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Row]:
    allowed = {str(name) for name in shape.ignored}
    allowed |= {str(c.path) for c in properties(this, shape) if isinstance(c.path, URIRef)}
    names = ", ".join(f"<{name}>" for name in sorted(allowed))
    node = "?this" if shape.path is None else "?node"
    reach = "" if shape.path is None else f"?this {sparql(shape.path)} ?node ."
    known = f"FILTER(?path NOT IN ({names}))" if names else ""
    query = f"{_distinct(focus)} {reach} {node} ?path ?value {known}"
    for row in this.data.select(f"SELECT DISTINCT ?this ?path ?value {{ {query} }}"):
        yield Row(constraint, row["this"], row["value"], URIRef(row["path"].value))


def _equals(this: Engine, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Row]:
    other = f"?this <{constraint.value}> ?value"
    if shape.path is None:
        one, here = "BIND(?this AS ?value)", "sameTerm(?this, ?value)"
        missing = f"{one} FILTER NOT EXISTS {{ ?this <{constraint.value}> ?this }}"
        extra = f"{other} FILTER(!{here})"
    else:
        one = f"?this {sparql(shape.path)} ?value"
        missing = f"{one} FILTER NOT EXISTS {{ {other} }}"
        extra = f"{other} FILTER NOT EXISTS {{ {one} }}"
    query = f"{_distinct(focus)} {{ {missing} }} UNION {{ {extra} }}"
    if shape.path is None:
        query = f"{{ {_distinct(focus)} {missing} }} UNION {{ {_distinct(focus)} {extra} }}"
    for row in this.data.select(f"SELECT DISTINCT ?this ?value {{ {query} }}"):
        yield Row(constraint, row["this"], row["value"])


def _disjoint(this: Engine, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Row]:
    if shape.path is None:
        pairs = f"?this <{constraint.value}> ?this BIND(?this AS ?value)"
    else:
        pairs = f"?this {sparql(shape.path)} ?value . ?this <{constraint.value}> ?value"
    query = f"SELECT DISTINCT ?this ?value {{ {_distinct(focus)} {pairs} }}"
    for row in this.data.select(query):
        yield Row(constraint, row["this"], row["value"])


def _less_than(this: Engine, shape: Shape, constraint: Constraint, focus: Focus) -> Iterator[Row]:
    sign = "<" if constraint.parameter == SH.lessThan else "<="
    one, other = plain(this.data, "?value"), plain(this.data, "?other")
    pairs = f"?this {_way(shape)} ?value . ?this <{constraint.value}> ?other"
    wrong = f"{pairs} . FILTER(!COALESCE({one} {sign} {other}, false))"
    if focus.few or not isinstance(shape.path, URIRef):
        query = f"{_distinct(focus)} {wrong}"
    else:
        query = f"{{ SELECT ?this ?value ?other {{ {wrong} }} }} {_distinct(focus)}"
    for row in this.data.select(f"SELECT DISTINCT ?this ?value ?other {{ {query} }}"):
        yield Row(constraint, row["this"], row["value"])


_ROWS: dict[URIRef, Callable[[Engine, Shape, Constraint, Focus], Iterator[Row]]] = {
    SH.closed: _closed,
    SH.disjoint: _disjoint,
    SH.equals: _equals,
    SH.hasValue: _has_value,
    SH.lessThan: _less_than,
    SH.lessThanOrEquals: _less_than,
    SH.maxCount: _max_count,
    SH.minCount: _min_count,
    SH.uniqueLang: _unique_lang,
}
