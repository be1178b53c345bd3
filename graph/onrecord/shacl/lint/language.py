"""Lint of regular expressions and SPARQL queries in shapes that do not parse."""

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
"""Flags of XPath regular expressions (https://www.w3.org/TR/xpath-functions-31/#flags)."""


def unparsed_patterns(shapes: Graph) -> Iterator[Flaw]:
    """Yield each `sh:pattern` that neither Oxigraph nor Python supports, and unknown flags."""
    for node, flags in shapes.subject_objects(SH.flags):
        unknown = "".join(sorted(set(str(flags)) - set(_FLAGS)))
        if unknown:
            yield Flaw(node, f"sh:flags: {unknown!r} is no flag", "use s, m, i, x", SH.flags, flags)
    for node, pattern in shapes.subject_objects(SH.pattern):
        if (problem := _problem_of_pattern(str(pattern))) is not None:
            problem = f"sh:pattern does not parse: {problem}"
            yield Flaw(node, problem, "", SH.pattern, pattern)


def _problem_of_pattern(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        query = f"SELECT (REGEX('', {ox.Literal(pattern)}) AS ?answer) {{}}"
        solutions = ox.Store().query(query)
        if isinstance(solutions, ox.QuerySolutions):
            is_supported = any(row["answer"] is not None for row in solutions)
            return None if is_supported else str(error)
    return None


def unparsed_queries(shapes: Graph) -> Iterator[Flaw]:
    """Yield queries that do not parse or do not select `$this`, and constraints without a query."""
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


def _problem_of_query(prologue_lines: str, query: str, selects: bool) -> str | None:
    """Return the problem of a query, None if it is valid; it runs over an empty store.

    `prologue_lines` are its PREFIX lines.
    """
    text = prologue_lines + _PATH.sub(_ANY_PATH, query)
    try:
        answer = ox.Store().query(text)
    except SyntaxError as error:
        return _parse_problem(str(error), prologue_lines.count("\n"))
    if selects and not isinstance(answer, ox.QuerySolutions):
        return "is no SELECT query"
    if not selects and not isinstance(answer, ox.QueryBoolean):
        return "is no ASK query"
    if isinstance(answer, ox.QuerySolutions) and "this" not in {
        variable.value for variable in answer.variables
    }:
        return "does not select $this"
    return None


def _parse_problem(problem: str, lines_before: int) -> str:
    """Return the line and column of a parse error, without Oxigraph's list of expected tokens."""
    if "Prefix not found" in problem:
        return f"does not parse: {_UNDECLARED}"
    match = _ERROR.match(problem)
    if match is None:
        return f"does not parse: {' '.join(problem.split())}"
    line = int(match[1]) - lines_before
    return f"does not parse from its line {line}, column {match[2]} on"


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
