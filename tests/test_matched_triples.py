"""Which triples a query may match, and that it gives the same rows of these alone."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from bundled import derived, store
from onrecord.derivation.derived import evaluate, rules
from onrecord.derivation.drift import DRIFTS
from onrecord.rdf.graph_file import write_graph
from onrecord.rdf.oxigraph import quads
from onrecord.rdf.partitioned.graph import PartitionedGraph
from onrecord.rdf.partitioned.store import batches, let_go, opened
from onrecord.rdf.query_text.predicates import matched_triples
from onrecord.releases.tables.answers import kept_queries
from onrecord.releases.tables.definition import definitions

PREFIX = "PREFIX : <urn:x:> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

MATCHED = {
    "SELECT * { ?a :p ?b ; :q/:r|^:s* 'x', [ :t () ] }": ("pqrst", ""),
    "SELECT * { ?a a :K , :L . OPTIONAL { ?a rdf:type :M } }": ("", "KLM"),
    "SELECT * { ?a a ?kind ; :p 1 }": ("pT", ""),
    "SELECT * { ?a a/:p ?b }": ("pT", ""),
    "SELECT * { ?a a :K , ?kind }": ("T", ""),
    "SELECT * { ?a <urn:x:p> ?b FILTER NOT EXISTS { ?b :q ?c MINUS { ?c :r ?d } } }": ("pqr", ""),
    "SELECT * { { SELECT ?a { ?a :p ?b } } UNION { GRAPH ?g { ?a :q :p2 } } }": ("pq", ""),
    "SELECT (EXISTS { ?a :q ?c } AS ?x) { ?a :p ?b } ORDER BY (EXISTS { ?a :r ?c })": ("pqr", ""),
    "SELECT * { ?a :p ?b BIND (IF(EXISTS { ?a :q 1 }, 1, 2) AS ?c) }": ("pq", ""),
    "SELECT * { ?a :p ?b } GROUP BY ?a HAVING (EXISTS { ?a :q ?c })": ("pq", ""),
    "CONSTRUCT { ?a :made ?b . ?a ?c ?b } { ?a :p ?b . ?b :names ?c }": ("p,names", ""),
    "SELECT * { VALUES ?p { :p } ?a :q ?p }": ("q", ""),
    "ASK { :a :p :b }": ("p", ""),
}
"""Queries, with the predicates and the classes that they match; T is rdf:type."""
ANY = (
    "SELECT * { ?a ?p ?b }",
    "SELECT * { ?a :p ?b OPTIONAL { ?b ?q ?c } }",
    "SELECT * { ?a :p ?b FILTER EXISTS { ?b ?q ?c } }",
    "SELECT * { ?a !:p ?b }",
    "SELECT * { ?a :p/!(:q|^:r) ?b }",
    "DESCRIBE ?a WHERE { ?a :p",
)


def iris(names: str) -> set[str]:
    some = names.split(",") if "," in names else list(names)
    return {TYPE if name == "T" else f"urn:x:{name}" for name in some}


@pytest.mark.parametrize("query", MATCHED)
def test_a_query_matches_triples_of_its_predicates(query: str) -> None:
    predicates, classes = MATCHED[query]
    matched = matched_triples(PREFIX + query)
    assert matched is not None
    assert (matched.predicates, matched.classes) == (iris(predicates), iris(classes))


@pytest.mark.parametrize("query", ANY)
def test_some_queries_may_match_any_triple(query: str) -> None:
    assert matched_triples(PREFIX + query) is None


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> PartitionedGraph:
    folder = tmp_path_factory.mktemp("parts")
    known = PartitionedGraph(folder / "parts")
    triples = [quad.triple for quad in store()]
    # As a release has several graphs, some of whose triples are the same.
    known.add(write_graph(folder / "one.nt", triples[:-100]))
    known.add(write_graph(folder / "other.nt", triples[-200:]))
    return known


ASKED = {definition.name: definition.text for definition in definitions()}
ASKED |= {name: kept.sparql for name, kept in kept_queries().items()}
ASKED |= {f"rule {rule.name}": rule.text for rule in rules() if rule.text}
FUNCTIONS = {rule.name: rule for rule in rules() if rule.function}
FUNCTIONS |= {rule.name: rule for rule in DRIFTS[:1]}
"""Rules that are no queries; one of those that are derived together."""


@pytest.mark.parametrize("name", ASKED)
def test_the_triples_that_match_give_the_same(
    name: str, known: PartitionedGraph, tmp_path: Path
) -> None:
    with opened(known, tmp_path) as parts:
        assert rows(parts.query(ASKED[name])) == rows(store().query(ASKED[name]))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_rule_that_is_a_function_derives_the_same(
    name: str, known: PartitionedGraph, tmp_path: Path
) -> None:
    with opened(known, tmp_path) as parts:
        assert set(evaluate(FUNCTIONS[name], parts)) == set(evaluate(FUNCTIONS[name], store()))


@pytest.mark.parametrize("rule", [rule.name for rule in rules() if rule.names_for_readers])
def test_names_for_readers_are_in_no_answer_of_known_properties(rule: str) -> None:
    names = [quad for quad in quads(derived()[rule]) if quad.predicate == LABEL]
    assert names
    without = ox.Store()
    without.extend(set(store()).difference(names))
    for name, text in ASKED.items():
        if matched_triples(text) is not None and name != f"rule {rule}":
            assert rows(without.query(text)) == rows(store().query(text)), name


@pytest.mark.parametrize("most", [0, 3_000, 30_000, 10**9])
def test_what_is_too_much_for_memory_is_asked_on_disk(
    most: int, known: PartitionedGraph, tmp_path: Path
) -> None:
    names = ["claim", "topic", "quantities", "claim", "rule label", "named_by", "total"]
    with opened(known, tmp_path, most) as parts:
        for name in names:
            assert rows(parts.query(ASKED[name])) == rows(store().query(ASKED[name]))
        subject = next(iter(parts.quads_for_pattern(None, LABEL, None))).subject
        assert isinstance(subject, ox.NamedNode)
        labels = parts.quads_for_pattern(subject, LABEL, None)
        assert set(labels) == set(store().quads_for_pattern(subject, LABEL, None))
        assert any(tmp_path.rglob("CURRENT")) == (most < 100_000)
        let_go(parts)
        assert rows(parts.query(ASKED["topic"])) == rows(store().query(ASKED["topic"]))
    assert not list(tmp_path.iterdir())


def test_a_kind_of_things_is_read_without_the_others(
    known: PartitionedGraph, tmp_path: Path
) -> None:
    kind, claim = ox.NamedNode(TYPE), ox.NamedNode("https://w3id.org/onrecord/ns#Claim")
    with opened(known, tmp_path, 0) as parts:
        for of_kind in (claim, None):
            assert set(parts.quads_for_pattern(None, kind, of_kind)) == set(
                store().quads_for_pattern(None, kind, of_kind)
            )
        assert set(parts.quads_for_pattern(None, None, claim)) == set(
            store().quads_for_pattern(None, None, claim)
        )


def test_batches_ask_for_little_at_once(known: PartitionedGraph) -> None:
    wanted = {
        name: known.parts(matched)
        for name, text in ASKED.items()
        if (matched := matched_triples(text)) is not None
    }
    assert len(list(batches(wanted, known, 10**9, 8))) >= 8
    for most in (0, 20_000, 10**9):
        made = list(batches(wanted, known, most))
        assert sorted(name for batch in made for name in batch) == sorted(wanted)
        for batch in made:
            read = frozenset().union(*(wanted[name] for name in batch))
            assert len(batch) == 1 or known.size(read) <= most
    assert len(made) == 1


def rows(answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> list[str]:
    assert not isinstance(answer, ox.QueryBoolean)
    return sorted(map(str, answer))
