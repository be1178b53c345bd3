"""What a change can affect: validation of that alone, compared with validation of all."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph

from onrecord.data import graph_of
from onrecord.shacl import Result
from onrecord.shacl.change import Triple, between
from onrecord.shacl.reads import narrowing
from onrecord.shacl.store import load
from onrecord.shacl.validation import validate_data

SHAPES = graph_of([Path(__file__).parent / "since" / "shapes.ttl"])
NS = "https://tide.example/"
RDFS_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def name(local: str) -> ox.NamedNode:
    return ox.NamedNode(f"{NS}{local}")


NODES = [*map(name, "abcde"), ox.BlankNode("f")]
CLASSES = [name("Buoy"), name("Mark")]
PROPERTIES = [name("p"), name("q"), name("r")]
INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
LITERALS = [
    ox.Literal("1", datatype=INTEGER), ox.Literal("01", datatype=INTEGER),
    ox.Literal("3", datatype=INTEGER), ox.Literal("tide"), ox.Literal("ebb", language="en"),
]  # fmt: skip

TRIPLES = st.one_of(
    st.tuples(st.sampled_from(NODES), st.just(RDF_TYPE), st.sampled_from(CLASSES)),
    st.tuples(st.sampled_from(NODES), st.sampled_from(PROPERTIES), st.sampled_from(NODES)),
    st.tuples(st.sampled_from(NODES), st.sampled_from(PROPERTIES), st.sampled_from(LITERALS)),
    st.just((name("Tower"), RDFS_SUBCLASS, name("Mark"))),
)
GRAPHS = st.frozensets(TRIPLES, min_size=10, max_size=30)


def found(triples: Iterable[Triple]) -> list[Result]:
    return validate_data(load(triples), SHAPES, Graph)


@given(GRAPHS, st.frozensets(TRIPLES, min_size=1, max_size=3), st.data())
def test_nothing_that_a_change_makes_or_mends_is_missed(
    before: frozenset[Triple], added: frozenset[Triple], draw: st.DataObject
) -> None:
    removed = draw.draw(st.frozensets(st.sampled_from(sorted(before, key=str)), max_size=3))
    after = (before - removed) | added
    now = found(after)
    store = load(after)
    narrowed = validate_data(store, SHAPES, Graph, narrowing(between(before, after), store))
    assert set(narrowed) <= set(now)
    assert set(now) - set(found(before)) <= set(narrowed)
