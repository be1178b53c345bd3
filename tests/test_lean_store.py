"""The lean store answers each pattern as rdflib's own does, whatever was added and removed."""

from itertools import product
from random import Random

import pytest
from rdflib import Graph, Literal, URIRef

from onrecord.rdf.lean_store import LeanStore, lean_graph

NODES = [URIRef(f"https://example.org/{name}") for name in "abc"]
VALUES = [*NODES, Literal("4.0"), Literal(4), Literal("x", lang="en")]


@pytest.mark.parametrize("seed", range(5))
def test_it_has_what_the_store_of_rdflib_has(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - cases, not secrets
    lean, own = lean_graph(), Graph()
    patterns = list(product([*NODES, None], [*NODES, None], [*VALUES, None]))
    for number in range(80):
        triple = chance.choice(NODES), chance.choice(NODES), chance.choice(VALUES)
        pattern = chance.choice(patterns)
        for graph in (lean, own):
            if number % 8 == 7:
                graph.remove(pattern)
            else:
                graph.add(triple)
        asked = chance.choice(patterns)
        assert sorted(lean.triples(asked)) == sorted(own.triples(asked))
        assert len(lean) == len(own)
    for asked in patterns:
        found = list(lean.triples(asked))
        assert len(found) == len(set(found))
        assert set(found) == set(own.triples(asked))


def test_it_is_the_store_of_a_graph_with_names() -> None:
    graph = lean_graph([(NODES[0], NODES[1], NODES[2])])
    assert isinstance(graph.store, LeanStore)
    graph.bind("ex", "https://example.org/")
    assert "ex:a ex:b ex:c ." in graph.serialize()
