"""All flaws of a shapes graph that do not depend on data."""

from dataclasses import replace

from rdflib import Graph

from onrecord.shacl.lint.flaw import Effect, Flaw, checkable
from onrecord.shacl.lint.language import unknown_functions, unparsed_patterns, unparsed_queries
from onrecord.shacl.lint.structure import (
    malformed_lists,
    malformed_paths,
    unresolved_children,
)
from onrecord.shacl.lint.values import misplaced, wrong_values
from onrecord.shacl.lint.vocabulary import unknown_terms

_EFFECTS: tuple[Effect, ...] = ("refused", "wrong", "unchecked", "none")
"""From the gravest to the mildest."""


def flaws(shapes: Graph) -> list[Flaw]:
    """Return the flaws of shapes, unordered.

    Engines ignore most of these silently: a misspelt parameter constrains nothing.
    """
    lists = list(malformed_lists(shapes))
    found = [*unknown_terms(shapes), *lists]
    shapes = checkable(shapes, lists)
    if any(flaw.effect == "refused" for flaw in lists):
        return found  # the following checks iterate over the lists
    found += [
        *malformed_paths(shapes),
        *unresolved_children(shapes),
        *wrong_values(shapes),
        *misplaced(shapes),
        *unparsed_patterns(shapes),
        *unparsed_queries(shapes),
        *unknown_functions(shapes),
    ]
    first: dict[object, Flaw] = {}
    for number, flaw in enumerate(found):
        one = number if flaw.value is None else (flaw.node, flaw.predicate, flaw.value)
        first[one] = _joined(first[one], flaw) if one in first else flaw
    return list(first.values())


def _joined(first: Flaw, other: Flaw) -> Flaw:
    """Return the first of two flaws of one triple: a misspelt term is no wrong value besides."""
    effect = min(first.effect, other.effect, key=_EFFECTS.index)
    return replace(first, effect=effect, left_out=(*first.left_out, *other.left_out))
