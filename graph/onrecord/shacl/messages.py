"""Default messages of results, names of shapes, and variables in messages of SPARQL constraints."""

import re
from collections.abc import Iterator, Mapping

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDFS, SH
from rdflib.term import Identifier

from onrecord.shacl.focus import Compiler, property_shapes
from onrecord.shacl.other_constraints import ConstraintViolation
from onrecord.shacl.property_path import Compound, Path, sparql
from onrecord.shacl.shape import Constraint, Shape

_TEMPLATES = {
    SH["class"]: "must be a {value}",
    SH.datatype: "must be a literal of the datatype {value}",
    SH.nodeKind: "must be of the kind {value}",
    SH.minCount: "needs at least {value} value(s)",
    SH.maxCount: "allows at most {value} value(s)",
    SH.minExclusive: "must be greater than {value}",
    SH.minInclusive: "must be {value} or greater",
    SH.maxExclusive: "must be less than {value}",
    SH.maxInclusive: "must be {value} or less",
    SH.minLength: "must have at least {value} character(s)",
    SH.maxLength: "must have at most {value} character(s)",
    SH.pattern: "must match the pattern {value}",
    SH.languageIn: "must be in one of the languages {members}",
    SH.uniqueLang: "allows one value for each language",
    SH.equals: "must have the same values as {value}",
    SH.disjoint: "must share no value with {value}",
    SH.lessThan: "must be less than each value of {value}",
    SH.lessThanOrEquals: "must be less than or equal to each value of {value}",
    SH["not"]: "must not conform to {value}",
    SH["and"]: "must conform to all of {members}",
    SH["or"]: "must conform to one of {members}",
    SH.xone: "must conform to exactly one of {members}",
    SH.node: "must conform to {value}",
    SH.qualifiedMinCount: "needs at least {value} value(s) that conform to the qualified shape",
    SH.qualifiedMaxCount: "allows at most {value} value(s) that conform to the qualified shape",
    SH.closed: "allows no other properties than those of its shape",
    SH.hasValue: "must have the value {value}",
    SH["in"]: "must be one of {members}",
    SH.sparql: "breaks a rule written in SPARQL",
}
_SHAPES_AS_VALUES = frozenset({SH.node, SH["not"], SH["and"], SH["or"], SH.xone})
"""Parameters whose values, or the members of them, are shapes."""
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
        names = sorted(map(path_text, allowed))
        property_name = path_text(row.path_tree)
        return Literal(f"allows no property {property_name}, only {_listed(names) or 'none'}")
    text = _demand(compiler, shape, constraint, 0)
    if row.language:
        text += f", and {row.language} has {len(row.clashing)}"
    return Literal(text)


def shape_name(compiler: Compiler, node: Identifier, depth: int = 0) -> str:
    """Return what a shape is called: by its IRI, name or label, else what it demands."""
    if isinstance(node, URIRef):
        return _local(node)
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


def path_text(path: Path) -> str:
    """Return a path as SPARQL has it, with local names in place of IRIs."""
    if not isinstance(path, Compound):
        return _local(path)
    text = re.sub(r"<([^<>]*)>", lambda match: _local(URIRef(match[1])), sparql(path))
    return text.removeprefix("(").removesuffix(")") if _is_one_group(text) else text


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

    def name(term: Identifier) -> str:
        if constraint.parameter in _SHAPES_AS_VALUES:
            return shape_name(compiler, term, depth + 1)
        return term_text(term)

    members = [name(each) for each in constraint.members]
    value = "" if members else name(constraint.value)
    text = _TEMPLATES[constraint.parameter].format(value=value, members=_listed(members))
    if shape.qualified is not None and "the qualified shape" in text:
        called = shape_name(compiler, shape.qualified[0], depth + 1)
        text = text.replace("the qualified shape", called)
    return text if shape.path is None else f"{path_text(shape.path)} {text}"


def _listed(names: list[str]) -> str:
    return ", ".join(names if len(names) <= _MAX_MEMBERS else [*names[:_MAX_MEMBERS], "…"])


def term_text(term: Identifier) -> str:
    """Return a short text for a term."""
    if isinstance(term, URIRef):
        return _local(term)
    return "a node written in place" if isinstance(term, BNode) else str(term)


def _local(iri: URIRef) -> str:
    return re.split(r"[#/]", str(iri))[-1] or str(iri)


def substitute(message: Literal, bindings: Mapping[str, Identifier]) -> Literal:
    """Return a message with `{?name}` and `{$name}` replaced (SHACL, section 5.3.2)."""

    def value(match: re.Match[str]) -> str:
        term = bindings.get(match[1])
        return match[0] if term is None else str(term)

    return Literal(re.sub(r"\{[?$](\w+)\}", value, str(message)), lang=message.language)
