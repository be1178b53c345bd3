"""Default messages of results, and variables in messages of SPARQL constraints."""

import re
from collections.abc import Mapping

from rdflib import Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Identifier

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
_MAX_MEMBERS = 8
"""Maximum number of list members in a message."""


def default_message(shape: Shape, constraint: Constraint) -> Literal:
    """Return the message for a constraint of a shape without `sh:message`, in English."""
    named = [_name(each) for each in constraint.members]
    if len(named) > _MAX_MEMBERS:
        named = [*named[:_MAX_MEMBERS], "…"]
    text = _TEMPLATES[constraint.parameter].format(
        value=_name(constraint.value), members=", ".join(named)
    )
    subject = ""
    if isinstance(shape.path, URIRef):
        subject = f"{_name(shape.path)} "
    return Literal(f"{subject}{text}")


def _name(term: Identifier) -> str:
    """Return a short text for a term."""
    if isinstance(term, URIRef):
        local = re.split(r"[#/]", str(term))[-1]
        return local or str(term)
    if isinstance(term, Literal):
        return str(term)
    return "a shape written in place"


def substitute(message: Literal, bindings: Mapping[str, Identifier]) -> Literal:
    """Return a message with `{?name}` and `{$name}` replaced (SHACL, section 5.3.2)."""

    def value(match: re.Match[str]) -> str:
        term = bindings.get(match[1])
        return match[0] if term is None else str(term)

    return Literal(re.sub(r"\{[?$](\w+)\}", value, str(message)), lang=message.language)
