"""Derivation: evaluation of the SPARQL CONSTRUCT rules over a collection."""

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph

from onrecord.rdf.oxigraph import quads, to_rdflib
from onrecord.records.rule import Rule, RuleError


def derive(graphs: Iterable[Graph], rules: Iterable[Rule]) -> dict[str, Graph]:
    """Return the triples that each rule derives from the graphs and from earlier rules, by name.

    Raises RuleError for a rule that is not a CONSTRUCT query.
    """
    store = ox.Store()
    for graph in graphs:
        store.extend(quads(graph))
    derived: dict[str, Graph] = {}
    for rule in rules:
        derived[rule.name] = result = Graph()
        try:
            triples = store.query(rule.text)
        except SyntaxError as error:
            raise RuleError(f"{rule.name}.rq: {error}") from error
        if not isinstance(triples, ox.QueryTriples):
            raise RuleError(f"{rule.name}.rq: a rule is a CONSTRUCT query")
        for triple in triples:
            result.add(
                (to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object))
            )
        store.extend(quads(result))
    return derived
