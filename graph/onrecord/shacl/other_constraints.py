"""Constraints on value sets, one query each: counts, property pairs, closed shapes."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import SH

from onrecord.rdf.oxigraph import Term
from onrecord.shacl.data_graph import in_store, member
from onrecord.shacl.errors import NotCompiled
from onrecord.shacl.focus import (
    Compiler,
    Focus,
    distinct_focus,
    is_read_whole,
    lacking,
    property_shapes,
    reach,
)
from onrecord.shacl.property_path import Compound, Path, sparql, walk
from onrecord.shacl.shape import Constraint, Shape
from onrecord.shacl.value_constraints import not_true, value_of


@dataclass(frozen=True, slots=True)
class ConstraintViolation:
    """A violation, its terms in the form of the store."""

    constraint: Constraint
    focus: Term
    value: Term | None = None
    path_tree: Path | None = None
    bindings: tuple[tuple[str, Term], ...] = ()
    """The solution of a `sh:sparql` query, for its message."""
    language: str = ""
    """The language that several values have, for `sh:uniqueLang`."""
    clashing: tuple[Term, ...] = ()
    """Those values."""


def _class(
    compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintViolation]:
    classes = compiler.scope.subclasses(constraint.value)
    others = " ".join(f"MINUS {{ ?value a <{kind}> }}" for kind in classes)
    strangers = f"{{ SELECT ?this ?value {{ ?this {sparql(_path(shape))} ?value {others} }} }}"
    query = f"SELECT DISTINCT ?this ?value {{ {strangers} {distinct_focus(focus)} }}"
    for row in compiler.data.select(query):
        yield ConstraintViolation(constraint, row["this"], row["value"])


def _min_count(
    compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintViolation]:
    number = int(constraint.value)
    if number == 1:
        missing = lacking(compiler, focus, _path(shape))
        query = f"SELECT DISTINCT ?this {{ {focus.render('?this')} {missing} }}"
    else:
        triple = f"?this {sparql(_path(shape))} ?value"
        query = (
            f"SELECT ?this {{ {distinct_focus(focus)} OPTIONAL {{ {triple} }} }} "
            f"GROUP BY ?this HAVING (COUNT(DISTINCT ?value) < {number})"
        )
    for row in compiler.data.select(query):
        yield ConstraintViolation(constraint, row["this"])


def _max_count(
    compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintViolation]:
    number = int(constraint.value)
    triple = _triple_pattern(shape.path) if shape.path is not None else None
    if triple is None or focus.few:
        triple = reach(compiler, focus, _path(shape))
    counted = (
        f"SELECT ?this {{ {triple} }} GROUP BY ?this HAVING (COUNT(DISTINCT ?value) > {number})"
    )
    query = f"SELECT DISTINCT ?this {{ {{ {counted} }} {distinct_focus(focus)} }}"
    for row in compiler.data.select(query):
        yield ConstraintViolation(constraint, row["this"])


def _triple_pattern(path: Path) -> str | None:
    if isinstance(path, URIRef):
        return f"?this <{path}> ?value"
    if isinstance(path, Compound) and path.kind == "inverse" and isinstance(path.parts[0], URIRef):
        return f"?value <{path.parts[0]}> ?this"
    return None


def _path(shape: Shape) -> Path:
    if shape.path is None:
        raise NotCompiled("a count without a path")
    return shape.path


def _has_value(
    compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintViolation]:
    path, value = _path(shape), constraint.value
    if isinstance(value, URIRef) and is_read_whole(compiler, focus, path):
        without = f"MINUS {{ ?this {sparql(path)} <{value}> }}"
    else:
        name = compiler.data.add_node_set([in_store(value)])
        has_value = walk(path, f"FILTER EXISTS {{ {member(name, '?value')} }}")
        without = f"FILTER NOT EXISTS {{ {has_value} }}"
    query = f"{focus.render('?this')} {without}"
    for row in compiler.data.select(f"SELECT DISTINCT ?this {{ {query} }}"):
        yield ConstraintViolation(constraint, row["this"])


def _unique_lang(
    compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintViolation]:
    tagged = "BIND(LCASE(LANG(?value)) AS ?tag) FILTER(BOUND(?tag) && ?tag != '')"
    triple = f"?this {sparql(_path(shape))} ?value . {tagged}"
    if focus.few or not isinstance(shape.path, URIRef):
        triple = f"{distinct_focus(focus)} {triple}"
    counted = (
        f"SELECT ?this ?tag {{ {triple} }} GROUP BY ?this ?tag HAVING (COUNT(DISTINCT ?value) > 1)"
    )
    clash = f"{{ SELECT ?this ?tag {{ {{ {counted} }} {distinct_focus(focus)} }} }}"
    query = f"{clash} ?this {sparql(_path(shape))} ?value FILTER(LCASE(LANG(?value)) = ?tag)"
    values: dict[tuple[Term, str], list[Term]] = defaultdict(list)
    for row in compiler.data.select(f"SELECT DISTINCT ?this ?tag ?value {{ {query} }}"):
        values[row["this"], row["tag"].value].append(row["value"])
    for (node, language), same in values.items():
        clashing = tuple(sorted(same, key=str))
        yield ConstraintViolation(constraint, node, language=language, clashing=clashing)


def _closed(
    compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintViolation]:
    allowed = {str(name) for name in shape.ignored}
    allowed |= {str(c.path) for c in property_shapes(compiler, shape) if isinstance(c.path, URIRef)}
    names = ", ".join(f"<{name}>" for name in sorted(allowed))
    node = "?this" if shape.path is None else "?node"
    reach = "" if shape.path is None else f"?this {sparql(shape.path)} ?node ."
    known = f"FILTER(?path NOT IN ({names}))" if names else ""
    query = f"{distinct_focus(focus)} {reach} {node} ?path ?value {known}"
    # one result per triple, also if two have the same value (section 4.8.1)
    columns = "?this ?path ?value" if shape.path is None else "?this ?node ?path ?value"
    for row in compiler.data.select(f"SELECT DISTINCT {columns} {{ {query} }}"):
        yield ConstraintViolation(constraint, row["this"], row["value"], URIRef(row["path"].value))


def _equals(
    compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintViolation]:
    # Two lists and their difference: a path within NOT EXISTS is evaluated again for each row.
    one = "BIND(?this AS ?value)"
    if shape.path is not None:
        one = f"?this {sparql(shape.path)} ?value"
    other = f"?this <{constraint.value}> ?value"

    def pairs(pattern: str) -> set[tuple[Term, Term]]:
        query = f"SELECT DISTINCT ?this ?value {{ {distinct_focus(focus)} {pattern} }}"
        return {(row["this"], row["value"]) for row in compiler.data.select(query)}

    for this, value in pairs(one) ^ pairs(other):
        yield ConstraintViolation(constraint, this, value)


def _disjoint(
    compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintViolation]:
    if shape.path is None:
        pairs = f"?this <{constraint.value}> ?this BIND(?this AS ?value)"
    else:
        pairs = f"?this {sparql(shape.path)} ?value . ?this <{constraint.value}> ?value"
    query = f"SELECT DISTINCT ?this ?value {{ {distinct_focus(focus)} {pairs} }}"
    for row in compiler.data.select(query):
        yield ConstraintViolation(constraint, row["this"], row["value"])


def _less_than(
    compiler: Compiler, shape: Shape, constraint: Constraint, focus: Focus
) -> Iterator[ConstraintViolation]:
    sign = "<" if constraint.parameter == SH.lessThan else "<="
    one, other = value_of(compiler.data, "?value"), value_of(compiler.data, "?other")
    pairs = f"?this {sparql(_path(shape))} ?value . ?this <{constraint.value}> ?other"
    comparison = f"{one} {sign} {other}"
    if constraint.parameter == SH.lessThanOrEquals:  # NaN is not equal to itself
        comparison = f"({comparison} && {one} = {one})"
    violating = f"{pairs} . FILTER({not_true(compiler.data, comparison, '?value', '?other')})"
    if focus.few or not isinstance(shape.path, URIRef):
        query = f"{distinct_focus(focus)} {violating}"
    else:
        query = f"{{ SELECT ?this ?value ?other {{ {violating} }} }} {distinct_focus(focus)}"
    for row in compiler.data.select(f"SELECT DISTINCT ?this ?value ?other {{ {query} }}"):
        yield ConstraintViolation(constraint, row["this"], row["value"])


VIOLATION_QUERIES: dict[
    URIRef, Callable[[Compiler, Shape, Constraint, Focus], Iterator[ConstraintViolation]]
] = {
    SH["class"]: _class,
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
"""The function that yields the violations of a constraint, by its parameter."""
