"""Constraints on single values, each as a SPARQL expression that is true of what violates it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import to_oxigraph
from onrecord.rdf.xsd import WELL_FORMED, well_formed
from onrecord.shacl.data_graph import FORM, ILL, Data, in_store, member
from onrecord.shacl.errors import NotCompiled
from onrecord.shacl.shape import Constraint, Shape

_KINDS = {
    SH.IRI: "isIRI({v})",
    SH.BlankNode: "isBlank({v})",
    SH.Literal: "isLiteral({v})",
    SH.BlankNodeOrIRI: "(isBlank({v}) || isIRI({v}))",
    SH.BlankNodeOrLiteral: "(isBlank({v}) || isLiteral({v}))",
    SH.IRIOrLiteral: "(isIRI({v}) || isLiteral({v}))",
}
_RANGES = {
    SH.minExclusive: ">",
    SH.minInclusive: ">=",
    SH.maxExclusive: "<",
    SH.maxInclusive: "<=",
}
_A_FEW = 6
"""Up to how many members a list is written into the query."""


@dataclass(frozen=True, slots=True)
class CompilerScope:
    """What conditions are written for: the data, and the subclasses of each class in it."""

    data: Data
    subclasses: Callable[[Identifier], Sequence[Identifier]]
    """Gives a class and all its subclasses."""


def condition(scope: CompilerScope, shape: Shape, constraint: Constraint, v: str) -> str | None:
    """Return the expression for a constraint on the variable `v`, None if it needs more than one.

    The expression never errs. Raises NotCompiled for a pattern that Oxigraph does not understand.
    """
    parameter, value = constraint.parameter, constraint.value
    if parameter == SH["class"]:
        return _not_of_class(scope.subclasses(value), v)
    if parameter == SH.datatype:
        return _not_of_datatype(scope.data, value, v)
    if parameter == SH.nodeKind:
        return f"!{_KINDS[URIRef(value)].format(v=v)}"
    if parameter in _RANGES:
        if not _has_value(value):
            return "true"
        bound = in_store_plain(value)
        comparison = f"{plain(scope.data, v)} {_RANGES[parameter]} {bound}"
        return not_true(scope.data, comparison, v)
    if parameter == SH.minLength:
        return f"(isBlank({v}) || STRLEN({form(scope.data, v)}) < {int(value)})"
    if parameter == SH.maxLength:
        return f"(isBlank({v}) || STRLEN({form(scope.data, v)}) > {int(value)})"
    if parameter == SH.pattern:
        pattern, flags = text(str(value)), text(shape.flags)
        if not _understood(scope.data, pattern, flags):
            raise NotCompiled(f"Oxigraph does not understand the pattern {value}")
        matches = f"REGEX({form(scope.data, v)}, {pattern}, {flags})"
        return f"(isBlank({v}) || !COALESCE({matches}, false))"
    if parameter == SH.languageIn:
        ranges = [f"LANGMATCHES(LANG({v}), {text(str(tag))})" for tag in constraint.members]
        return f"!COALESCE(LANG({v}) != '' && ({' || '.join(ranges) or 'false'}), false)"
    if parameter == SH["in"]:
        return _not_in(scope.data, constraint.members, v)
    if parameter == SH.hasValue and shape.path is None:
        return _not_in(scope.data, (value,), v)
    return None


def not_true(data: Data, comparison: str, *compared: str) -> str:
    """Return the expression that a comparison of variables does not hold, or cannot be made.

    A literal that is no value of its datatype has nothing to compare.
    """
    wrong = f"!COALESCE({comparison}, false)"
    if not data.ill_formed:
        return wrong
    none = " || ".join(f"EXISTS {{ {member(ILL, v)} }}" for v in compared)
    return f"({wrong} || {none})"


def _has_value(term: Identifier) -> bool:
    return isinstance(term, Literal) and well_formed(str(term), str(term.datatype))


def _understood(data: Data, pattern: str, flags: str) -> bool:
    """Say whether REGEX takes a pattern: Oxigraph's has no look-around and no back-references."""
    (row,) = data.select(f"SELECT (REGEX('', {pattern}, {flags}) AS ?answer) {{}}")
    return row["answer"] is not None


def _not_of_class(classes: Sequence[Identifier], v: str) -> str:
    if len(classes) == 1:
        return f"NOT EXISTS {{ {v} a <{classes[0]}> }}"
    names = ", ".join(f"<{name}>" for name in classes)
    return f"NOT EXISTS {{ {v} a ?class FILTER(?class IN ({names})) }}"


def _not_of_datatype(data: Data, datatype: Identifier, v: str) -> str:
    found = f"DATATYPE({v})"
    if data.rewritten:
        kept = f"IRI(STRBEFORE(STR({v}), ' '))"
        found = f"IF({found} = <{FORM}>, {kept}, {found})"
    other = f"COALESCE({found} != <{datatype}>, true)"
    if data.ill_formed and str(datatype) in WELL_FORMED:
        return f"({other} || EXISTS {{ {member(ILL, v)} }})"
    return other


def _not_in(data: Data, members: Sequence[Identifier], v: str) -> str:
    if len(members) > _A_FEW or any(isinstance(each, BNode) for each in members):
        name = data.name_set(map(in_store, members))
        return f"NOT EXISTS {{ {member(name, v)} }}"
    same = " || ".join(f"sameTerm({v}, {in_store(each)})" for each in members)
    return f"!({same or 'false'})"


def form(data: Data, v: str) -> str:
    """Return the expression for the written form of a variable."""
    if not data.rewritten:
        return f"STR({v})"
    kept = f"IF(DATATYPE({v}) = <{FORM}>, STRAFTER(STR({v}), ' '), STR({v}))"
    return f"COALESCE({kept}, STR({v}))"


def plain(data: Data, v: str) -> str:
    """Return the expression for the value of a variable, as comparisons need it."""
    if not data.rewritten:
        return v
    typed = f"STRDT(STRAFTER(STR({v}), ' '), IRI(STRBEFORE(STR({v}), ' ')))"
    return f"COALESCE(IF(DATATYPE({v}) = <{FORM}>, {typed}, {v}), {v})"


def in_store_plain(term: Identifier) -> str:
    """Return a term as SPARQL, its value and not its form mattering."""
    return str(to_oxigraph(term))


def text(words: str) -> str:
    """Return a string as SPARQL."""
    return str(ox.Literal(words))
