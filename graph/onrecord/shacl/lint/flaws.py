"""All flaws of a shapes graph that do not depend on data."""

from rdflib import Graph

from onrecord.shacl.lint.flaw import Flaw
from onrecord.shacl.lint.language import unparsed_patterns, unparsed_queries
from onrecord.shacl.lint.structure import (
    malformed_lists,
    malformed_paths,
    unresolved_children,
)
from onrecord.shacl.lint.values import misplaced, wrong_values
from onrecord.shacl.lint.vocabulary import unknown_terms


def flaws(shapes: Graph) -> list[Flaw]:
    """Return the flaws of shapes, unordered.

    Engines ignore most of these silently: a misspelt parameter constrains nothing.
    """
    lists = list(malformed_lists(shapes))
    found = [*unknown_terms(shapes), *lists]
    if lists:
        return found  # the following checks iterate over the lists
    found += [
        *malformed_paths(shapes),
        *unresolved_children(shapes),
        *wrong_values(shapes),
        *misplaced(shapes),
        *unparsed_patterns(shapes),
        *unparsed_queries(shapes),
    ]
    first: dict[object, Flaw] = {}
    for number, flaw in enumerate(found):
        one = number if flaw.value is None else (flaw.node, flaw.predicate, flaw.value)
        first.setdefault(one, flaw)  # report a misspelt term once, not also as a wrong value
    return list(first.values())
