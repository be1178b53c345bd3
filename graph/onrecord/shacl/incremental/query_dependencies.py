"""Joins: how the triples that a query of the shapes looks at are joined to its `$this`.

What a query answers for a node can only change by a triple that matches one of its patterns, and
only if the patterns that are required beside it match too. Filters are left out: they would
make fewer nodes of it, never more.
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
from onrecord.shacl.incremental.change import CHANGED, Read
from onrecord.shacl.incremental.path_steps import PathSteps, Step, along, steps
from onrecord.shacl.property_path import Compound, Path, PathKind, sparql

_Pattern = tuple[Node, Node | RdflibPath, Node]
"""A triple pattern of rdflib's algebra."""
_ANYTHING = Read(None, by_all=True)
_WITHIN = {"SelectQuery", "Project", "Distinct", "Filter", "Extend"}
"""Operations that have the solutions of one other, perhaps fewer."""
_REPEATED: dict[str, PathKind] = {"*": "zeroOrMore", "+": "oneOrMore", "?": "zeroOrOne"}


@dataclass(frozen=True, slots=True)
class _Site:
    """A triple pattern, and those that must match wherever it matters."""

    pattern: _Pattern
    beside: tuple[_Pattern, ...]


@cache
def joined(query: str, way: PathSteps) -> tuple[Read, ...]:
    """Return what a query reads whose `$this` is at the end of a way from `?focus`."""
    try:
        sites = list(_sites(translateQuery(parseQuery(query)).algebra, ()))
        return tuple(read for site in sites for read in _reads(site, way))
    except (ParseException, NotCompiled):
        return (_ANYTHING,)


def _sites(part: CompValue, beside: tuple[_Pattern, ...]) -> Iterator[_Site]:
    """Yield the triple patterns of a part of a query.

    Raises NotCompiled for an operation that it does not know.
    """
    if part.name == "BGP":
        for pattern in part.triples:
            others = (other for other in part.triples if other is not pattern)
            yield _Site(pattern, (*beside, *others))
    elif part.name == "Join":
        yield from _sites(part.p1, (*beside, *_required(part.p2)))
        yield from _sites(part.p2, (*beside, *_required(part.p1)))
    elif part.name == "LeftJoin":
        within = (*beside, *_required(part.p1))
        yield from _sites(part.p1, beside)
        yield from _sites(part.p2, within)
        yield from _tested(part.expr, within)
    elif part.name == "Union":
        yield from _sites(part.p1, beside)
        yield from _sites(part.p2, beside)
    elif part.name in _WITHIN:
        yield from _sites(part.p, beside)
        yield from _tested(part.expr, (*beside, *_required(part.p)))
    else:
        raise NotCompiled(f"no joins are known of the operation {part.name}")


def _tested(expression: object, beside: tuple[_Pattern, ...]) -> Iterator[_Site]:
    """Yield the triple patterns in the EXISTS and NOT EXISTS of an expression."""
    if isinstance(expression, CompValue):
        if expression.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
            yield from _sites(expression.graph, beside)
        else:
            yield from _tested(list(expression.values()), beside)
    elif isinstance(expression, list):
        for each in expression:
            yield from _tested(each, beside)


def _required(part: CompValue) -> tuple[_Pattern, ...]:
    """Return the triple patterns that match in every solution."""
    if part.name == "BGP":
        return tuple(part.triples)
    if part.name == "Join":
        return (*_required(part.p1), *_required(part.p2))
    if part.name == "LeftJoin":
        return _required(part.p1)
    return _required(part.p) if part.name in _WITHIN else ()


def _reads(site: _Site, way: PathSteps) -> Iterator[Read]:
    """Yield the reads of one triple pattern, for each step of its path."""
    subject, predicate, value = site.pattern
    start, end = _written(subject, way), _written(value, way)
    if isinstance(predicate, Variable):
        yield from _changed(start, _written(predicate, way), end, (), site, way)
        return
    for step in steps(_path(predicate)):
        yield from _along(start, step, end, site, way)


def _along(start: str, step: Step, end: str, site: _Site, way: PathSteps) -> Iterator[Read]:
    """Yield the reads of one step of a path between two terms or variables."""
    near, far = ("?near" if step.before else start), ("?far" if step.after else end)
    to_near, from_far = along(start, step.before, near), along(far, step.after, end)
    prop = f"<{step.predicate}>"
    if step.inverse:
        yield from _changed(far, prop, near, (from_far, to_near), site, way)
    else:
        yield from _changed(near, prop, far, (to_near, from_far), site, way)


def _changed(
    subject: str, prop: str, value: str, links: tuple[str, ...], site: _Site, way: PathSteps
) -> Iterator[Read]:
    """Yield what reads a changed triple; the links lead from its subject and its object.

    A literal is not looked for further: the query knows it in another form than the change.
    """
    graph = f"GRAPH <{CHANGED.value}>"
    among = f"{graph} {{ {subject} {prop} {value} }} FILTER(!isLiteral({value}))"
    yield _read(among, (subject, prop, value), links, prop, site, way)
    among = f"{graph} {{ {subject} {prop} ?literal }} FILTER(isLiteral(?literal))"
    yield _read(among, (subject, prop), links[:1], prop, site, way)


def _read(
    among: str, ends: Iterable[str], links: Iterable[str], prop: str, site: _Site, way: PathSteps
) -> Read:
    """Return the read of changed triples, with the patterns that join them to `$this`."""
    name = None if prop.startswith("?") else prop[1:-1]
    bound = {end for end in ends if end.startswith("?")}
    chosen = f"{{ SELECT DISTINCT {' '.join(sorted(bound))} {{ {among} }} }}" if bound else among
    here = "?this" if way else "?focus"
    linked = [link for link in links if link]
    bound |= {word for link in linked for word in link.split() if word.startswith("?")}
    patterns = [chosen, *linked]
    waiting = [(_variables(pattern, way), pattern) for pattern in site.beside]
    while near := [each for each in waiting if each[0] & bound]:
        waiting = [each for each in waiting if not each[0] & bound]
        for variables, pattern in near:
            bound |= variables
            patterns.append(_triple(pattern, way))
    if here not in bound:
        return Read(name, chosen, by_all=True, plain=True)
    return Read(name, " ".join([*patterns, along("?focus", way, here)]), plain=True)


def _triple(pattern: _Pattern, way: PathSteps) -> str:
    subject, predicate, value = pattern
    prop = _written(predicate, way) if isinstance(predicate, Variable) else sparql(_path(predicate))
    return f"{_written(subject, way)} {prop} {_written(value, way)} ."


def _variables(pattern: _Pattern, way: PathSteps) -> set[str]:
    terms = (_written(term, way) for term in pattern if isinstance(term, Variable | BNode))
    return set(terms)


def _written(term: Node, way: PathSteps) -> str:
    """Return a term of the query in SPARQL, its variables under names that are not ours."""
    if isinstance(term, Variable):
        if str(term) == "this":
            return "?this" if way else "?focus"
        return f"?v_{term}"
    return f"?b_{term}" if isinstance(term, BNode) else str(to_oxigraph(term))


def _path(predicate: Node | RdflibPath) -> Path:
    """Return a path of rdflib as ours.

    Raises NotCompiled for a negated set of properties, which SHACL has not.
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
