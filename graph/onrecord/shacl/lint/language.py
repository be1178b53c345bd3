"""Lint of regular expressions and SPARQL queries in shapes that do not parse."""

import re
from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Identifier, Node

from onrecord.shacl.lint.flaw import Flaw, ShapesTriple, display_name, sh_name
from onrecord.shacl.pattern import in_dialect
from onrecord.shacl.shape import is_true
from onrecord.shacl.sparql_constraints import ABSOLUTE, TOKEN, prologue
from onrecord.shacl.sparql_functions import query_with_stubs

_PATH = re.compile(r"[$?]PATH\b")
_ANY_PATH = "<urn:onrecord:path>"
_ERROR = re.compile(r"error at (\d+):(\d+)")
_FLAGS = "smixq"
"""Flags of XPath regular expressions (https://www.w3.org/TR/xpath-functions-31/#flags)."""
_PREFIX = re.compile(r"(?:^|(?<=[/|^*+!=&]))([A-Za-z][\w.-]*)?:")
"""The prefix of a prefixed name within a token."""
_USES = (
    SH.sparql, SH.target, SH.rule, SH.validator, SH.nodeValidator, SH.propertyValidator,
)  # fmt: skip
"""Properties that lead from a shape or component to what has a query."""
_DECLARE = "declare the prefix by sh:declare at a node that sh:prefixes names"


def unparsed_patterns(shapes: Graph) -> Iterator[Flaw]:
    """Yield each `sh:pattern` that neither Oxigraph nor Python supports, and unknown flags."""
    for node, flags in shapes.subject_objects(SH.flags):
        unknown = "".join(sorted(set(str(flags)) - set(_FLAGS)))
        if unknown:
            yield Flaw(node, f"sh:flags: {unknown!r} is no flag", "use s, m, i, x", SH.flags, flags)
    for node, pattern in shapes.subject_objects(SH.pattern):
        if (problem := _problem_of_pattern(str(pattern))) is not None:
            problem = f"sh:pattern does not parse: {problem}"
            left_out = ((node, SH.pattern, pattern),)
            yield Flaw(node, problem, "", SH.pattern, pattern, effect="wrong", left_out=left_out)


def _problem_of_pattern(pattern: str) -> str | None:
    try:
        re.compile(in_dialect(pattern, "python"))
    except re.error as error:
        translated = ox.Literal(in_dialect(pattern, "oxigraph"))
        query = f"SELECT (REGEX('', {translated}) AS ?answer) {{}}"
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
    for predicate in _QUERIES:
        for node, query in shapes.subject_objects(predicate):
            if isinstance(query, Literal) and isinstance(node, Identifier):
                yield from _flaws_of_query(shapes, node, predicate, query)
    yield from _declarations(shapes)


_QUERIES = {SH.select: "SELECT", SH.ask: "ASK", SH.construct: "CONSTRUCT"}


def _flaws_of_query(
    shapes: Graph, node: Identifier, predicate: Node, query: Literal
) -> Iterator[Flaw]:
    """Yield the flaws of one query: undeclared prefixes, or else that it does not parse."""
    name = sh_name(predicate)  # type: ignore[arg-type]
    lines = prologue(shapes, node)
    bound = {prefix: str(space) for prefix, space in shapes.namespaces()}
    missing = undeclared_prefixes(lines + query)
    unknown = [prefix for prefix in missing if prefix not in bound]
    of_file = [prefix for prefix in missing if prefix in bound]
    added = "".join(f"PREFIX {prefix}: <{bound[prefix]}>\n" for prefix in of_file)
    text = Literal(added + query, lang=query.language, datatype=query.datatype)
    if unknown:
        names = ", ".join(unknown)
        problem = f"does not parse: prefix {names} is not declared"
        yield _wrong_query(shapes, node, predicate, query, problem, _DECLARE)
        return
    problem_of_text = _problem_of_query(shapes, node, lines + added, query, predicate)
    if problem_of_text is not None:
        yield _wrong_query(shapes, node, predicate, query, problem_of_text, "")
    elif of_file:
        names = ", ".join(of_file)
        yield Flaw(
            node,
            f"{name}: prefix {names} is not declared, that of the file is taken",
            _DECLARE,
            predicate,
            query,
            effect="unchecked",
            left_out=((node, predicate, query),),
            put_in=((node, predicate, text),),
        )


def _wrong_query(
    shapes: Graph, node: Identifier, predicate: Node, query: Literal, problem: str, remedy: str
) -> Flaw:
    """Return the flaw of a query that cannot be run, and is left out wherever it is used."""
    uses: tuple[ShapesTriple, ...] = tuple(
        (shape, use, node) for use in _USES for shape in shapes.subjects(use, node)
    )
    name = sh_name(predicate)  # type: ignore[arg-type]
    return Flaw(node, f"{name}: {problem}", remedy, predicate, query, effect="wrong", left_out=uses)


def undeclared_prefixes(query: str) -> list[str]:
    """Return the prefixes that a query uses and does not declare, sorted."""
    declared: set[str] = set()
    used: set[str] = set()
    declares = False
    for match in TOKEN.finditer(query):
        if match.lastgroup == "skip":
            continue
        if match.lastgroup == "word":
            found = {part[1] or "" for part in _PREFIX.finditer(match[0])}
            if declares:
                declared |= found
            else:
                used |= found
            declares = match[0].upper() == "PREFIX"
        else:
            declares = False
    return sorted(used - declared - {"_"})


def _problem_of_query(
    shapes: Graph, node: Identifier, lines: str, query: str, predicate: Node
) -> str | None:
    """Return the problem of a query, None if it is valid; it runs over an empty store.

    `lines` are its PREFIX lines.
    """
    text = lines + _PATH.sub(_ANY_PATH, query)
    try:
        answer, _ = query_with_stubs(ox.Store(), text)
    except SyntaxError as error:
        return _parse_problem(str(error), lines.count("\n"))
    kind = _QUERIES[predicate]  # type: ignore[index]
    kinds = {
        "SELECT": ox.QuerySolutions, "ASK": ox.QueryBoolean, "CONSTRUCT": ox.QueryTriples,
    }  # fmt: skip
    if not isinstance(answer, kinds[kind]):
        return f"is no {kind} query"
    is_function = (node, SH.returnType, None) in shapes or (
        node, RDF.type, SH.SPARQLFunction,
    ) in shapes  # fmt: skip
    if isinstance(answer, ox.QuerySolutions) and not is_function:
        names = {variable.value for variable in answer.variables}
        if "this" not in names:
            return "does not select $this"
    return None


def _parse_problem(problem: str, lines_before: int) -> str:
    """Return the line and column of a parse error, without Oxigraph's list of expected tokens."""
    match = _ERROR.match(problem)
    if match is None:
        return f"does not parse: {' '.join(problem.split())}"
    line = int(match[1]) - lines_before
    if line < 1:
        return "does not parse: a sh:prefix that it is declared with is none"
    return f"does not parse from its line {line}, column {match[2]} on"


def unknown_functions(shapes: Graph) -> Iterator[Flaw]:
    """Yield the functions in queries that Oxigraph does not have, and the shapes do not declare.

    To call one is an error of the expression (SPARQL, section 17.6).
    """
    for predicate in _QUERIES:
        for node, query in shapes.subject_objects(predicate):
            if not isinstance(query, Literal) or not isinstance(node, Identifier):
                continue
            try:
                _, missing = query_with_stubs(
                    ox.Store(), prologue(shapes, node) + _PATH.sub(_ANY_PATH, query)
                )
            except SyntaxError:
                continue
            for function in sorted(missing):
                if (URIRef(function), RDF.type, SH.SPARQLFunction) not in shapes:
                    yield Flaw(
                        node,
                        f"the function {function} is not known, so results may be missing",
                        "call one of SPARQL 1.1, or declare it as a sh:SPARQLFunction",
                        predicate,
                        query,
                        effect="unchecked",
                        feature=f"function {function}",
                    )


def _declarations(shapes: Graph) -> Iterator[Flaw]:
    for node, declaration in shapes.subject_objects(SH.declare):
        for part in (SH.prefix, SH.namespace):
            if (declaration, part, None) not in shapes:
                name = part.removeprefix(str(SH))
                yield Flaw(node, f"sh:declare without sh:{name}", "", SH.declare, declaration)
        for namespace in shapes.objects(declaration, SH.namespace):
            if not ABSOLUTE.fullmatch(str(namespace)):
                yield Flaw(
                    declaration,
                    f"sh:namespace: {display_name(namespace)} is no absolute IRI,"
                    " so it is left out",
                    "write it whole",
                    SH.namespace,
                    namespace,
                    effect="unchecked",
                )
