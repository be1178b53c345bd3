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
_ANY_PATH = "<a:b>"
"""Some IRI, as long as `$PATH`, so that what follows keeps its column."""
_FLAGS = "smixq"
"""Flags of XPath regular expressions (https://www.w3.org/TR/xpath-functions-31/#flags)."""
_PREFIX = re.compile(r"(?:^|(?<=[/|^*+!=&]))([A-Za-z][\w.-]*)?:")
"""The prefix of a prefixed name within a token."""
_VALIDATORS = (SH.validator, SH.nodeValidator, SH.propertyValidator)
_USES = (SH.sparql, SH.target, SH.rule, *_VALIDATORS)
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
            yield Flaw(
                node,
                f"sh:pattern does not parse, so it is not checked: {problem}",
                "",
                SH.pattern,
                pattern,
                effect="unchecked",
                left_out=((node, SH.pattern, pattern),),
            )


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
        names = _listed(unknown)
        problem = f"prefix {names} is not declared"
        yield _unusable_query(shapes, node, predicate, query, (problem, _DECLARE), names)
        return
    fault = _fault_of_query(shapes, node, lines + added, query, predicate)
    if fault is not None:
        yield _unusable_query(shapes, node, predicate, query, fault)
    elif of_file:
        yield Flaw(
            node,
            f"{name}: prefix {_listed(of_file)} is not declared, that of the file is taken",
            _DECLARE,
            predicate,
            query,
            effect="unchecked",
            left_out=((node, predicate, query),),
            put_in=((node, predicate, text),),
        )


def _listed(prefixes: list[str]) -> str:
    return ", ".join(prefix or ":" for prefix in prefixes)


def _unusable_query(
    shapes: Graph,
    node: Identifier,
    predicate: Node,
    query: Literal,
    fault: tuple[str, str],
    prefixes: str = "",
) -> Flaw:
    """Return the flaw of a query that cannot be run: it is left out, and the rest is checked.

    `fault` is what is wrong, and what to do.
    """
    problem, remedy = fault
    left_out: list[ShapesTriple] = [
        (user, use, node) for use in _USES for user in shapes.subjects(use, node)
    ]
    left_out += [
        (component, RDF.type, SH.ConstraintComponent)  # pySHACL refuses one without validators
        for component, use, _ in left_out
        if use in _VALIDATORS and _validators(shapes, component) <= {node}
    ]
    is_function = _is_function(shapes, node)
    if is_function:
        left_out.append((node, RDF.type, SH.SPARQLFunction))
    is_of_rule = any(use == SH.rule for _, use, _ in left_out)
    what = "it is not applied" if is_of_rule else "it is not checked"
    effect = "calls of the function are errors" if is_function else what
    name = sh_name(predicate)  # type: ignore[arg-type]
    return Flaw(
        node,
        f"{name}: {problem}, so {effect}",
        remedy,
        predicate,
        query,
        effect="unchecked",
        feature=f"{name} {prefixes}" if prefixes else "",
        left_out=tuple(left_out),
    )


def _validators(shapes: Graph, component: Node) -> set[Node]:
    return {each for use in _VALIDATORS for each in shapes.objects(component, use)}


def _is_function(shapes: Graph, node: Identifier) -> bool:
    return (node, RDF.type, SH.SPARQLFunction) in shapes or (node, SH.returnType, None) in shapes


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


def _fault_of_query(
    shapes: Graph, node: Identifier, lines: str, query: str, predicate: Node
) -> tuple[str, str] | None:
    """Return what is wrong with a query and what to do, None if it is valid.

    It runs over an empty store; `lines` are its PREFIX lines.
    """
    text = _PATH.sub(_ANY_PATH, query)
    try:
        answer, _ = query_with_stubs(ox.Store(), lines + text)
    except SyntaxError as error:
        return _parse_fault(lines, text, str(error))
    kind = _QUERIES[predicate]  # type: ignore[index]
    kinds = {
        "SELECT": ox.QuerySolutions, "ASK": ox.QueryBoolean, "CONSTRUCT": ox.QueryTriples,
    }  # fmt: skip
    if not isinstance(answer, kinds[kind]):
        return f"is no {kind} query", ""
    if isinstance(answer, ox.QuerySolutions) and not _is_function(shapes, node):
        names = {variable.value for variable in answer.variables}
        if "this" not in names:
            return "does not select $this", ""
    return None


def _parse_fault(lines: str, text: str, problem: str) -> tuple[str, str]:
    """Return where a query does not parse, and cause and mend."""
    from onrecord.rdf.query_text.mistake import mistake_after  # brings the grammar of SPARQL

    found = mistake_after(lines, text, problem, {})
    if found is None:
        return "does not parse", "a sh:prefix that it is declared with is none"
    return f"does not parse from its line {found.line}, column {found.column} on", found.advice


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
