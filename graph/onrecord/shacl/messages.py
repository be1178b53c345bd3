"""Default messages of results, names of shapes, and variables in messages of SPARQL constraints."""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import Identifier

from onrecord.rdf.term_text import in_turtle
from onrecord.shacl.focus import Compiler, property_shapes
from onrecord.shacl.other_constraints import ConstraintViolation
from onrecord.shacl.property_path import Compound, Path, sparql
from onrecord.shacl.shape import Constraint, Shape

_TEMPLATES = {
    SH["class"]: "must be of the class {value}",
    SH.datatype: "must be a literal of the datatype {value}",
    SH.nodeKind: "must be {value}",
    SH.minCount: "needs at least {value} value{s}",
    SH.maxCount: "allows at most {value} value{s}",
    SH.minExclusive: "must be greater than {value}",
    SH.minInclusive: "must be {value} or greater",
    SH.maxExclusive: "must be less than {value}",
    SH.maxInclusive: "must be {value} or less",
    SH.minLength: "must have at least {value} character{s}",
    SH.maxLength: "must have at most {value} character{s}",
    SH.pattern: "must match the pattern {value}",
    SH.languageIn: "must be in one of the languages {members}",
    SH.uniqueLang: "allows one value for each language",
    SH.equals: "must have the same values as {value}",
    SH.disjoint: "must share no value with {value}",
    SH.lessThan: "must be less than each value of {value}",
    SH.lessThanOrEquals: "must be less than or equal to each value of {value}",
    SH["not"]: "must not conform to {value}",
    SH["and"]: "must conform to all of {members}",
    SH["or"]: "must conform to at least one of {members}",
    SH.xone: "must conform to exactly one of {members}",
    SH.node: "must conform to {value}",
    SH.qualifiedMinCount: "needs at least {value} value{s} that conform{s3} to {qualified}",
    SH.qualifiedMaxCount: "allows at most {value} value{s} that conform{s3} to {qualified}",
    SH.closed: "allows no other properties than those of its shape",
    SH.hasValue: "must have the value {value}",
    SH["in"]: "must be one of {members}",
    SH.sparql: "breaks a rule written in SPARQL",
}
_KINDS: dict[Identifier, str] = {
    SH.IRI: "an IRI",
    SH.Literal: "a literal",
    SH.BlankNode: "a blank node",
    SH.BlankNodeOrIRI: "an IRI or a blank node",
    SH.BlankNodeOrLiteral: "a literal or a blank node",
    SH.IRIOrLiteral: "an IRI or a literal",
}
_SHAPES_AS_VALUES = frozenset({SH.node, SH["not"], SH["and"], SH["or"], SH.xone})
"""Parameters whose values, or the members of them, are shapes."""
_QUALIFIED = (SH.qualifiedMinCount, SH.qualifiedMaxCount)
_MAX_MEMBERS = 8
"""Maximum number of list members in a message."""
_MAX_DEMANDS = 3
"""Maximum number of constraints by which a shape without a name is called."""
_MAX_DEPTH = 2
"""How deep the shapes in a shape without a name are told."""


def default_message(compiler: Compiler, shape: Shape, row: ConstraintViolation) -> Literal:
    """Return the message for a violation of a shape without `sh:message`, in English."""
    constraint = row.constraint
    if constraint.parameter == SH.closed and row.path_tree is not None:
        properties = [each.path for each in property_shapes(compiler, shape)]
        allowed = {each for each in (*properties, *shape.ignored) if isinstance(each, URIRef)}
        names = sorted(_path_text(compiler, each) for each in allowed)
        property_name = _path_text(compiler, row.path_tree)
        return Literal(f"allows no property {property_name}, only {_listed(names) or 'none'}")
    text = compiler.demands.get((shape.node, constraint))
    if text is None:
        text = _demand(compiler, shape, constraint, 0)
        compiler.demands[shape.node, constraint] = text
    if row.language:
        text += f", and {row.language} has {len(row.clashing)}"
    return Literal(text)


def shape_name(compiler: Compiler, node: Identifier, depth: int = 0) -> str:
    """Return what a shape is called: by its IRI, name or label, else what it demands."""
    if isinstance(node, URIRef):
        return in_turtle(node, compiler.prefixes)
    for named in (SH.name, RDFS.label):
        texts = [t for t in compiler.shapes.objects(node, named) if isinstance(t, Literal)]
        if texts:
            return str(min(texts, key=lambda t: (t.language not in ("en", None), str(t))))
    if depth > _MAX_DEPTH:
        return "a shape written in place"
    demands = list(_demands(compiler, compiler.shape(node), depth))
    if not demands:
        return "a shape without demands"
    more = ["…"] if len(demands) > _MAX_DEMANDS else []
    return f"({' and '.join([*demands[:_MAX_DEMANDS], *more])})"


def _path_text(compiler: Compiler, path: Path) -> str:
    """Return a path as SPARQL has it, with prefixed names."""
    if not isinstance(path, Compound):
        return in_turtle(path, compiler.prefixes)
    names = partial(_name_of_match, compiler)
    text = re.sub(r"<([^<>]*)>", names, sparql(path))
    return text.removeprefix("(").removesuffix(")") if _is_one_group(text) else text


def _name_of_match(compiler: Compiler, match: re.Match[str]) -> str:
    return in_turtle(URIRef(match[1]), compiler.prefixes)


def _is_one_group(text: str) -> bool:
    """Say whether the first bracket of a text is closed by its last character."""
    depth = 0
    for number, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return number == len(text) - 1
    return False


def _demands(compiler: Compiler, shape: Shape, depth: int) -> Iterator[str]:
    for constraint in shape.constraints:
        if constraint.parameter == SH.property:
            below = compiler.shape(constraint.value)
            if depth <= _MAX_DEPTH:
                yield from _demands(compiler, below, depth + 1)
        else:
            yield _demand(compiler, shape, constraint, depth)


def _demand(compiler: Compiler, shape: Shape, constraint: Constraint, depth: int) -> str:
    """Return what a constraint demands, with the path of its shape."""

    parameter = constraint.parameter

    def name(term: Identifier) -> str:
        if parameter in _SHAPES_AS_VALUES:
            return shape_name(compiler, term, depth + 1)
        if parameter == SH.languageIn:
            return str(term)
        if parameter == SH.nodeKind:
            return _KINDS.get(term, str(term))
        return "a blank node" if isinstance(term, BNode) else in_turtle(term, compiler.prefixes)

    members = [name(each) for each in constraint.members]
    value = "" if members else name(constraint.value)
    qualified = "a shape"
    if shape.qualified is not None and parameter in _QUALIFIED:
        qualified = shape_name(compiler, shape.qualified[0], depth + 1)
    several = "s" if value != "1" else ""
    text = _TEMPLATES[parameter].format(
        value=value,
        members=_listed(members),
        qualified=qualified,
        s=several,
        s3="" if several else "s",
    )
    flags = compiler.shapes.value(shape.node, SH.flags)
    if parameter == SH.pattern and isinstance(flags, Literal):
        text += f" with the flags {name(flags)}"
    return text if shape.path is None else f"{_path_text(compiler, shape.path)} {text}"


def _listed(names: list[str]) -> str:
    return ", ".join(names if len(names) <= _MAX_MEMBERS else [*names[:_MAX_MEMBERS], "…"])


def substitute(message: Literal, bindings: Mapping[str, Identifier]) -> Literal:
    """Return a message with `{?name}` and `{$name}` replaced (SHACL, section 5.3.2)."""

    def value(match: re.Match[str]) -> str:
        term = bindings.get(match[1])
        return match[0] if term is None else str(term)

    return Literal(re.sub(r"\{[?$](\w+)\}", value, str(message)), lang=message.language)
