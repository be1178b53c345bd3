"""Derivation: evaluation of the rules over a collection, SPARQL CONSTRUCT files and functions."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import TypeVar

import pyoxigraph as ox
from rdflib import Graph

from onrecord.derivation.comparison import COMPARISON
from onrecord.derivation.drift import DRIFTS
from onrecord.derivation.independence import INDEPENDENCE
from onrecord.derivation.laundering import LAUNDERED
from onrecord.derivation.rule import Rule, RuleError, read_rules
from onrecord.derivation.tracing import ROOTS, WITNESSES
from onrecord.files.bundled import ONTOLOGY
from onrecord.rdf.oxigraph import extend, in_graph, quads, to_graph
from onrecord.records.assembly import Assembly


def derive(graphs: Iterable[Graph], rules: Iterable[Rule]) -> dict[str, Graph]:
    """Return the triples that each rule derives from the graphs and from earlier rules, by name.

    Raises RuleError for a rule that is not a CONSTRUCT query.
    """
    store = ox.Store()
    for graph in graphs:
        store.extend(quads(graph))
    return {name: to_graph(triples) for name, triples in derive_into(store, rules, in_memory)}


KeptTriples = TypeVar("KeptTriples", bound=Collection[ox.Triple])
"""Triples as they are kept: in memory or in a file."""


def derive_into(
    store: ox.Store,
    rules: Iterable[Rule],
    keep: Callable[[str, Iterable[ox.Triple]], KeptTriples],
    add: Callable[[KeptTriples], None] | None = None,
) -> Iterator[tuple[str, KeptTriples]]:
    """Add to a store what each rule derives from it and from earlier rules; yield it by name.

    `keep` is given the name of a rule and what it derives, to keep it, each triple once; `add` is
    given what is kept, to add it to the store, where that is not to be done triple by triple.
    Raises RuleError for a rule that is not a CONSTRUCT query.
    """
    told: dict[str, Iterable[ox.Triple]] = {}
    for rule in rules:
        if rule.together is not None and rule.name not in told:
            told |= rule.together(store)
        # What is kept elsewhere is not held here, too.
        found = told.pop(rule.name) if rule.name in told else evaluate(rule, store)
        triples = keep(rule.name, found)
        if add is None:
            extend(store, in_graph(triples))
        else:
            add(triples)
        yield rule.name, triples


def in_memory(_name: str, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Keep what a rule derives in memory."""
    return list(dict.fromkeys(triples))


def evaluate(rule: Rule, store: ox.Store) -> Iterable[ox.Triple]:
    """Return what a rule derives from a store. Raises RuleError if it is no CONSTRUCT query."""
    if rule.together is not None:
        return rule.together(store)[rule.name]
    if rule.function is not None:
        return rule.function(store)
    try:
        triples = store.query(rule.text)
    except SyntaxError as error:
        raise RuleError(f"{rule.name}.rq: {error}") from error
    if not isinstance(triples, ox.QueryTriples):
        raise RuleError(f"{rule.name}.rq: a rule is a CONSTRUCT query")
    return triples


_FUNCTIONS = (COMPARISON, *DRIFTS, INDEPENDENCE, LAUNDERED, ROOTS, WITNESSES)


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in order of dependency; they are read once."""
    return tuple(read_rules(ONTOLOGY / "rules", _FUNCTIONS))


def derive_all(assembly: Assembly) -> dict[str, Graph]:
    """Return the triples that each rule derives from an assembly, by rule name."""
    return derive((assembly.records, assembly.completed, assembly.ontology), rules())
