"""Queries over a store that has several releases, each graph under the name of its release too."""

import pyoxigraph as ox
import pytest

from onrecord.releases.remote.push import held_name
from onrecord_server.remote.held_graphs import with_held_names

BASE = "https://example.org/mill/"
NAME, OTHER = "2026-01-02-0123abcd", "2026-01-03-00000000"
GRAPHS = ("records", "derived/kin")


def plain() -> ox.Dataset:
    """Return two graphs with a triple each, one of which names the other graph."""
    records, kin = (ox.NamedNode(f"{BASE}graph/{name}") for name in GRAPHS)
    a, p = ox.NamedNode(f"{BASE}a"), ox.NamedNode(f"{BASE}p")
    return ox.Dataset(
        [ox.Quad(a, p, ox.Literal(1), records), ox.Quad(a, p, ox.Literal(2), kin),
         ox.Quad(kin, p, records, kin)]
    )  # fmt: skip


def held(release: str) -> list[ox.Quad]:
    return [
        ox.Quad(*quad.triple, ox.NamedNode(held_name(quad.graph_name.value, release)))
        for quad in plain()
        if isinstance(quad.graph_name, ox.NamedNode)
    ]


@pytest.fixture(scope="module")
def ours() -> ox.Store:
    """A store of one release, under the plain names."""
    store = ox.Store()
    store.extend(plain())
    return store


@pytest.fixture(scope="module")
def theirs() -> ox.Store:
    """A store of that release and of another one."""
    store = ox.Store()
    store.extend([*held(NAME), *held(OTHER)])
    return store


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT ?o { GRAPH <B/graph/records> { ?s ?p ?o } }",
        "PREFIX g: <B/graph/> SELECT ?o { graph g:records { ?s ?p ?o } }",
        "BASE <B/> SELECT ?o { GRAPH <graph/records> { ?s ?p ?o } }",
        "SELECT ?o FROM NAMED <B/graph/records> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT ?o FROM <B/graph/derived/kin> { ?s ?p ?o }",
        "SELECT ?o { VALUES ?g { <B/graph/records> } GRAPH ?g { ?s ?p ?o } }",
        "SELECT ?o { GRAPH ?g { ?s ?p ?o } FILTER (?g = <B/graph/records>) }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        "SELECT ?g { GRAPH ?g { ?g ?p ?o } }",
        "SELECT ?s ?g { GRAPH ?h { ?s ?p ?g } GRAPH ?g { ?t ?p 1 } }",
        "SELECT ?s { GRAPH ?g { ?s ?p 1 } GRAPH ?g { ?s ?q 2 } }",
        "SELECT ?s { GRAPH ?g { { ?s ?p 1 } UNION { ?s ?p 2 } } # GRAPH ?x { }\n }",
        'SELECT ?x { GRAPH $g { ?s ?p ?x } BIND ("GRAPH ?y {" AS ?held1) }',
        "SELECT ?o { GRAPH <B/gr\\u0061ph/records> { ?s ?p ?o } }",
        "CONSTRUCT { ?g ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "SELECT ?o { ?s ?p ?o }",
    ],
)
def test_a_query_has_the_same_answer_as_of_the_plain_names(
    ours: ox.Store, theirs: ox.Store, text: str
) -> None:
    text = text.replace("<B/", f"<{BASE}")
    # Beside a query with FROM no dataset is sent here, since it would take its place.
    sent = None if "FROM" in text else [
        ox.NamedNode(held_name(f"{BASE}graph/{name}", NAME)) for name in GRAPHS
    ]  # fmt: skip
    found = theirs.query(with_held_names(text, NAME), named_graphs=sent)
    assert _answer(found) == _answer(ours.query(text))


def _answer(found: object) -> list[str]:
    """Return rows or triples as lines, without the variables for graphs of the store."""
    if isinstance(found, ox.QueryTriples):
        return sorted({str(triple) for triple in found})
    assert isinstance(found, ox.QuerySolutions)
    names = [each.value for each in found.variables if not each.value.startswith("held")]
    return sorted(str([(name, str(row[name])) for name in sorted(names)]) for row in found)


def test_what_names_no_graph_is_sent_as_it_is() -> None:
    text = 'SELECT ?o { ?s ?p "from the graph" } # graph'
    assert with_held_names(text, NAME) == text
