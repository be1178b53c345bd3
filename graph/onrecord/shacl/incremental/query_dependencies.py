"""Dependencies of SPARQL constraints: joins from a changed triple to `$this`.

The result of a query for a node can change only by a triple that matches one of its patterns, and
only if the other required patterns match too. Filters are ignored: they could only exclude nodes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pyparsing import ParseException
from rdflib import BNode, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.paths import Path as RdflibPath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from onrecord.rdf.oxigraph import to_oxigraph
from onrecord.shacl.errors import NotCompiled
from onrecord.shacl.incremental.change import CHANGED, Dependency
from onrecord.shacl.incremental.path_steps import PathSteps, Step, path_pattern, steps
from onrecord.shacl.property_path import Compound, Path, PathKind, sparql

_Pattern = tuple[Node, Node | RdflibPath, Node]
"""A triple pattern of rdflib's algebra."""
_ANY_NODE = Dependency(None, affects_all=True)
_UNARY_OPERATIONS = {"SelectQuery", "Project", "Distinct", "Filter", "Extend"}
"""Algebra operations whose solutions extend or filter those of one operand."""
_REPEATED: dict[str, PathKind] = {"*": "zeroOrMore", "+": "oneOrMore", "?": "zeroOrOne"}


@dataclass(frozen=True, slots=True)
class _PatternContext:
    """A triple pattern, and the patterns that must match together with it."""

    pattern: _Pattern
    required: tuple[_Pattern, ...]


@cache
def query_dependencies(query: str, route: PathSteps) -> tuple[Dependency, ...]:
    """Return the dependencies of a query whose `$this` is at the end of a route from `?focus`."""
    try:
        contexts = list(_pattern_contexts(translateQuery(parseQuery(query)).algebra, ()))
        return tuple(
            dependency
            for context in contexts
            for dependency in _context_dependencies(context, route)
        )
    except (ParseException, NotCompiled):
        return (_ANY_NODE,)


def _pattern_contexts(part: CompValue, required: tuple[_Pattern, ...]) -> Iterator[_PatternContext]:
    """Yield the triple patterns of a part of a query. Raises NotCompiled for other operations."""
    if part.name == "BGP":
        for pattern in part.triples:
            others = (other for other in part.triples if other is not pattern)
            yield _PatternContext(pattern, (*required, *others))
    elif part.name == "Join":
        yield from _pattern_contexts(part.p1, (*required, *_required(part.p2)))
        yield from _pattern_contexts(part.p2, (*required, *_required(part.p1)))
    elif part.name == "LeftJoin":
        within = (*required, *_required(part.p1))
        yield from _pattern_contexts(part.p1, required)
        yield from _pattern_contexts(part.p2, within)
        yield from _exists_contexts(part.expr, within)
    elif part.name == "Union":
        yield from _pattern_contexts(part.p1, required)
        yield from _pattern_contexts(part.p2, required)
    elif part.name in _UNARY_OPERATIONS:
        yield from _pattern_contexts(part.p, required)
        yield from _exists_contexts(part.expr, (*required, *_required(part.p)))
    else:
        raise NotCompiled(f"unsupported operation {part.name}")


def _exists_contexts(
    expression: object, required: tuple[_Pattern, ...]
) -> Iterator[_PatternContext]:
    """Yield the triple patterns in EXISTS and NOT EXISTS of an expression."""
    if isinstance(expression, CompValue):
        if expression.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            yield from _pattern_contexts(expression.graph, required)
        else:
            yield from _exists_contexts(list(expression.values()), required)
    elif isinstance(expression, list):
        for each in expression:
            yield from _exists_contexts(each, required)


def _required(part: CompValue) -> tuple[_Pattern, ...]:
    """Return the triple patterns that match in every solution."""
    if part.name == "BGP":
        return tuple(part.triples)
    if part.name == "Join":
        return (*_required(part.p1), *_required(part.p2))
    if part.name == "LeftJoin":
        return _required(part.p1)
    return _required(part.p) if part.name in _UNARY_OPERATIONS else ()


def _context_dependencies(context: _PatternContext, route: PathSteps) -> Iterator[Dependency]:
    """Yield the dependencies of one triple pattern, one for each step of its path."""
    subject, predicate, value = context.pattern
    start, end = _sparql_term(subject, route), _sparql_term(value, route)
    if isinstance(predicate, Variable):
        yield from _triple_dependencies(
            start, _sparql_term(predicate, route), end, (), context, route
        )
        return
    for step in steps(_path(predicate)):
        yield from _step_dependencies(start, step, end, context, route)


def _step_dependencies(
    start: str, step: Step, end: str, context: _PatternContext, route: PathSteps
) -> Iterator[Dependency]:
    """Yield the dependencies of one step of a path between two terms or variables."""
    near, far = ("?near" if step.before else start), ("?far" if step.after else end)
    to_near, from_far = path_pattern(start, step.before, near), path_pattern(far, step.after, end)
    prop = f"<{step.predicate}>"
    if step.inverse:
        yield from _triple_dependencies(far, prop, near, (from_far, to_near), context, route)
    else:
        yield from _triple_dependencies(near, prop, far, (to_near, from_far), context, route)


def _triple_dependencies(
    subject: str,
    prop: str,
    value: str,
    joins: tuple[str, ...],
    context: _PatternContext,
    route: PathSteps,
) -> Iterator[Dependency]:
    """Yield the dependencies on a changed triple; `joins` start at its subject and object.

    A literal object is not joined: its lexical form in CHANGED differs from that in the query's
    graphs.
    """
    graph = f"GRAPH <{CHANGED.value}>"
    changed = f"{graph} {{ {subject} {prop} {value} }} FILTER(!isLiteral({value}))"
    yield _dependency(changed, (subject, prop, value), joins, prop, context, route)
    changed = f"{graph} {{ {subject} {prop} ?literal }} FILTER(isLiteral(?literal))"
    yield _dependency(changed, (subject, prop), joins[:1], prop, context, route)


def _dependency(
    changed: str,
    ends: Iterable[str],
    joins: Iterable[str],
    prop: str,
    context: _PatternContext,
    route: PathSteps,
) -> Dependency:
    """Return the dependency on changed triples, with the patterns that join them to `$this`."""
    name = None if prop.startswith("?") else prop[1:-1]
    bound = {end for end in ends if end.startswith("?")}
    selected = (
        f"{{ SELECT DISTINCT {' '.join(sorted(bound))} {{ {changed} }} }}" if bound else changed
    )
    this = "?this" if route else "?focus"
    joins = [link for link in joins if link]
    bound |= {word for link in joins for word in link.split() if word.startswith("?")}
    patterns = [selected, *joins]
    remaining = [(_variables(pattern, route), pattern) for pattern in context.required]
    while near := [each for each in remaining if each[0] & bound]:
        remaining = [each for each in remaining if not each[0] & bound]
        for variables, pattern in near:
            bound |= variables
            patterns.append(_triple(pattern, route))
    if this not in bound:
        return Dependency(name, selected, affects_all=True, plain=True)
    return Dependency(name, " ".join([*patterns, path_pattern("?focus", route, this)]), plain=True)


def _triple(pattern: _Pattern, route: PathSteps) -> str:
    subject, predicate, value = pattern
    prop = (
        _sparql_term(predicate, route)
        if isinstance(predicate, Variable)
        else sparql(_path(predicate))
    )
    return f"{_sparql_term(subject, route)} {prop} {_sparql_term(value, route)} ."


def _variables(pattern: _Pattern, route: PathSteps) -> set[str]:
    terms = (_sparql_term(term, route) for term in pattern if isinstance(term, Variable | BNode))
    return set(terms)


def _sparql_term(term: Node, route: PathSteps) -> str:
    """Return a term of the query in SPARQL, its variables renamed to avoid collisions."""
    if isinstance(term, Variable):
        if str(term) == "this":
            return "?this" if route else "?focus"
        return f"?v_{term}"
    return f"?b_{term}" if isinstance(term, BNode) else str(to_oxigraph(term))


def _path(predicate: Node | RdflibPath) -> Path:
    """Convert a path from rdflib.

    Raises NotCompiled for a negated property set, which SHACL paths do not have.
    """
    if isinstance(predicate, URIRef):
        return predicate
    if isinstance(predicate, InvPath):
        return Compound("inverse", (_path(predicate.arg),))
    if isinstance(predicate, SequencePath):
        return Compound("sequence", tuple(map(_path, predicate.args)))
    if isinstance(predicate, AlternativePath):
        return Compound("alternative", tuple(map(_path, predicate.args)))
    if isinstance(predicate, MulPath):
        return Compound(_REPEATED[str(predicate.mod)], (_path(predicate.path),))
    raise NotCompiled("a negated set of properties")
