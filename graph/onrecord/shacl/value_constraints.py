"""Constraints on single values as SPARQL expressions that are true for violations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Identifier

from onrecord.rdf.oxigraph import to_oxigraph
from onrecord.rdf.xsd import WELL_FORMED, well_formed
from onrecord.shacl.data_graph import FORM, ILL_FORMED, DataGraph, in_store, member
from onrecord.shacl.errors import NotCompiled
from onrecord.shacl.pattern import in_dialect
from onrecord.shacl.shape import Constraint, Shape

_KINDS = {
    SH.IRI: "isIRI({variable})",
    SH.BlankNode: "isBlank({variable})",
    SH.Literal: "isLiteral({variable})",
    SH.BlankNodeOrIRI: "(isBlank({variable}) || isIRI({variable}))",
    SH.BlankNodeOrLiteral: "(isBlank({variable}) || isLiteral({variable}))",
    SH.IRIOrLiteral: "(isIRI({variable}) || isLiteral({variable}))",
}
_RANGES = {
    SH.minExclusive: ">",
    SH.minInclusive: ">=",
    SH.maxExclusive: "<",
    SH.maxInclusive: "<=",
}
_MAX_INLINE_MEMBERS = 6
"""Maximum number of list members that are written into the query."""


@dataclass(frozen=True, slots=True)
class CompilerScope:
    """The data graph, and the subclasses of each class in it."""

    data: DataGraph
    subclasses: Callable[[Identifier], Sequence[Identifier]]
    """Returns a class and all its subclasses."""


def condition(
    scope: CompilerScope, shape: Shape, constraint: Constraint, variable: str
) -> str | None:
    """Return the expression for a violation by a variable, None if one is not enough.

    The expression never has an error as its value. Raises NotCompiled for a regular expression that
    Oxigraph does not support.
    """
    parameter, value = constraint.parameter, constraint.value
    if parameter == SH["class"]:
        return _not_of_class(scope.subclasses(value), variable)
    if parameter == SH.datatype:
        return _not_of_datatype(scope.data, value, variable)
    if parameter == SH.nodeKind:
        return f"!{_KINDS[URIRef(value)].format(variable=variable)}"
    if parameter in _RANGES:
        if not _has_value(value) or str(value) == "NaN":  # nothing is equal to NaN
            return "true"
        bound = sparql_value(value)
        comparison = f"{value_of(scope.data, variable)} {_RANGES[parameter]} {bound}"
        return not_true(scope.data, comparison, variable)
    if parameter == SH.minLength:
        return (
            f"(isBlank({variable}) || STRLEN({lexical_form(scope.data, variable)}) < {int(value)})"
        )
    if parameter == SH.maxLength:
        return (
            f"(isBlank({variable}) || STRLEN({lexical_form(scope.data, variable)}) > {int(value)})"
        )
    if parameter == SH.pattern:
        pattern = sparql_string(in_dialect(str(value), "oxigraph"))
        flags = sparql_string(shape.flags)
        if not _is_supported(scope.data, pattern, flags):
            raise NotCompiled(f"Oxigraph does not understand the pattern {value}")
        matches = f"REGEX({lexical_form(scope.data, variable)}, {pattern}, {flags})"
        return f"(isBlank({variable}) || !COALESCE({matches}, false))"
    if parameter == SH.languageIn:
        ranges = [
            f"LANGMATCHES(LANG({variable}), {sparql_string(str(tag))})"
            for tag in constraint.members
        ]
        return f"!COALESCE(LANG({variable}) != '' && ({' || '.join(ranges) or 'false'}), false)"
    if parameter == SH["in"]:
        return _not_in(scope.data, constraint.members, variable)
    if parameter == SH.hasValue and shape.path is None:
        return _not_in(scope.data, (value,), variable)
    return None


def not_true(data: DataGraph, comparison: str, *compared: str) -> str:
    """Return the expression that a comparison of variables is false or has an error.

    A comparison with an ill-formed literal counts as an error.
    """
    not_satisfied = f"!COALESCE({comparison}, false)"
    if not data.ill_formed:
        return not_satisfied
    ill_formed_operands = " || ".join(
        f"EXISTS {{ {member(ILL_FORMED, variable)} }}" for variable in compared
    )
    return f"({not_satisfied} || {ill_formed_operands})"


def _has_value(term: Identifier) -> bool:
    return isinstance(term, Literal) and well_formed(str(term), str(term.datatype))


def _is_supported(data: DataGraph, pattern: str, flags: str) -> bool:
    """Say whether Oxigraph's REGEX supports a pattern; it has no look-around or back-references."""
    (row,) = data.select(f"SELECT (REGEX('', {pattern}, {flags}) AS ?answer) {{}}")
    return row["answer"] is not None


def _not_of_class(classes: Sequence[Identifier], variable: str) -> str:
    if len(classes) == 1:
        return f"NOT EXISTS {{ {variable} a <{classes[0]}> }}"
    names = ", ".join(f"<{name}>" for name in classes)
    return f"NOT EXISTS {{ {variable} a ?class FILTER(?class IN ({names})) }}"


def _not_of_datatype(data: DataGraph, datatype: Identifier, variable: str) -> str:
    found = f"DATATYPE({variable})"
    if data.rewritten:
        stored_datatype = f"IRI(STRBEFORE(STR({variable}), ' '))"
        found = f"IF({found} = <{FORM}>, {stored_datatype}, {found})"
    other = f"COALESCE({found} != <{datatype}>, true)"
    if data.ill_formed and str(datatype) in WELL_FORMED:
        return f"({other} || EXISTS {{ {member(ILL_FORMED, variable)} }})"
    return other


def _not_in(data: DataGraph, members: Sequence[Identifier], variable: str) -> str:
    if len(members) > _MAX_INLINE_MEMBERS or any(isinstance(each, BNode) for each in members):
        name = data.add_node_set(map(in_store, members))
        return f"NOT EXISTS {{ {member(name, variable)} }}"
    same = " || ".join(f"sameTerm({variable}, {in_store(each)})" for each in members)
    return f"!({same or 'false'})"


def lexical_form(data: DataGraph, variable: str) -> str:
    """Return the expression for the lexical form of a variable's value."""
    if not data.rewritten:
        return f"STR({variable})"
    stored_datatype = (
        f"IF(DATATYPE({variable}) = <{FORM}>, STRAFTER(STR({variable}), ' '), STR({variable}))"
    )
    return f"COALESCE({stored_datatype}, STR({variable}))"


def value_of(data: DataGraph, variable: str) -> str:
    """Return the expression for the value of a variable, for comparisons."""
    if not data.rewritten:
        return variable
    typed = f"STRDT(STRAFTER(STR({variable}), ' '), IRI(STRBEFORE(STR({variable}), ' ')))"
    return f"COALESCE(IF(DATATYPE({variable}) = <{FORM}>, {typed}, {variable}), {variable})"


def sparql_value(term: Identifier) -> str:
    """Return a term in SPARQL; Oxigraph normalises its lexical form."""
    return str(to_oxigraph(term))


def sparql_string(value: str) -> str:
    """Return a string literal in SPARQL."""
    return str(ox.Literal(value))
