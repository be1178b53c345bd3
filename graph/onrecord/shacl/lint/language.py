"""Foreign languages in shapes: regular expressions and SPARQL that do not parse."""

import re
from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import Graph, Literal
from rdflib.namespace import SH
from rdflib.term import Identifier

from onrecord.shacl.lint.flaw import Flaw
from onrecord.shacl.shape import is_true
from onrecord.shacl.sparql_constraints import prologue

_PATH = re.compile(r"[$?]PATH\b")
_ANY_PATH = "<urn:onrecord:path>"
_ERROR = re.compile(r"error at (\d+):(\d+)")
_UNDECLARED = "it has a prefix that is not declared"
_FLAGS = "smixq"
"""Of XPath's regular expressions (https://www.w3.org/TR/xpath-functions-31/#flags)."""


def unparsed_patterns(shapes: Graph) -> Iterator[Flaw]:
    """Yield each `sh:pattern` that neither Oxigraph nor Python understands, and wrong flags."""
    for node, flags in shapes.subject_objects(SH.flags):
        wrong = "".join(sorted(set(str(flags)) - set(_FLAGS)))
        if wrong:
            yield Flaw(node, f"sh:flags: {wrong!r} is no flag", "use s, m, i, x", SH.flags, flags)
    for node, pattern in shapes.subject_objects(SH.pattern):
        if (problem := _problem_of_pattern(str(pattern))) is not None:
            problem = f"sh:pattern does not parse: {problem}"
            yield Flaw(node, problem, "", SH.pattern, pattern)


def _problem_of_pattern(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        asked = f"SELECT (REGEX('', {ox.Literal(pattern)}) AS ?answer) {{}}"
        solutions = ox.Store().query(asked)
        if isinstance(solutions, ox.QuerySolutions):
            understood = any(row["answer"] is not None for row in solutions)
            return None if understood else str(error)
    return None


def unparsed_queries(shapes: Graph) -> Iterator[Flaw]:
    """Yield SPARQL that does not parse or gives no `?this`, and constraints without a query."""
    for shape, constraint in shapes.subject_objects(SH.sparql):
        if is_true(shapes.value(constraint, SH.deactivated)):
            continue
        if (constraint, SH.select, None) not in shapes:
            remedy = "write the query that finds what violates it, as sh:select"
            yield Flaw(shape, "a sh:sparql constraint without sh:select", remedy, SH.sparql)
    for predicate in (SH.select, SH.ask):
        for node, query in shapes.subject_objects(predicate):
            if isinstance(query, Literal) and isinstance(node, Identifier):
                selects = predicate == SH.select
                problem = _problem_of_query(prologue(shapes, node), str(query), selects)
                if problem is not None:
                    name = "sh:select" if selects else "sh:ask"
                    yield Flaw(node, f"{name}: {problem}", _remedy(problem), predicate, query)
    yield from _declarations(shapes)


def _problem_of_query(before: str, query: str, selects: bool) -> str | None:
    """Return what is wrong with a query, None if nothing is; nothing is evaluated.

    `before` are the lines with its prefixes.
    """
    text = before + _PATH.sub(_ANY_PATH, query)
    try:
        answer = ox.Store().query(text)
    except SyntaxError as error:
        return _worded(str(error), before.count("\n"))
    if selects and not isinstance(answer, ox.QuerySolutions):
        return "is no SELECT query"
    if not selects and not isinstance(answer, ox.QueryBoolean):
        return "is no ASK query"
    if isinstance(answer, ox.QuerySolutions) and "this" not in {
        variable.value for variable in answer.variables
    }:
        return "does not select $this"
    return None


def _worded(problem: str, lines_before: int) -> str:
    """Return where a query breaks off; what Oxigraph would expect there is a list of characters."""
    if "Prefix not found" in problem:
        return f"does not parse: {_UNDECLARED}"
    place = _ERROR.match(problem)
    if place is None:
        return f"does not parse: {' '.join(problem.split())}"
    line = int(place[1]) - lines_before
    return f"does not parse from its line {line}, column {place[2]} on"


def _remedy(problem: str) -> str:
    if _UNDECLARED in problem:
        return "declare the prefix by sh:declare at a node that sh:prefixes names"
    return ""


def _declarations(shapes: Graph) -> Iterator[Flaw]:
    for node, declaration in shapes.subject_objects(SH.declare):
        for part in (SH.prefix, SH.namespace):
            if (declaration, part, None) not in shapes:
                name = part.removeprefix(str(SH))
                yield Flaw(node, f"sh:declare without sh:{name}", "", SH.declare, declaration)
