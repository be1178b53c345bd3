"""Graphs in files: sorted, each triple once, however many runs they are sorted in."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import URIRef

from onrecord.rdf import graph_file, oxigraph
from onrecord.rdf.graph_file import write_graph, write_union
from onrecord.rdf.oxigraph import bulk_load, in_graph

A, B, C = (ox.NamedNode(f"https://example.org/{name}") for name in "abc")
WORDS = [
    ox.Literal("x"),
    ox.Literal("x", language="en"),
    ox.Literal("x", language="en-GB"),
    ox.Literal("4.0", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
    ox.Literal('a "line"\nand \u2028 one more \\'),
]
TRIPLES = [ox.Triple(node, B, value) for node in (C, A) for value in (*WORDS, B)]


@pytest.mark.parametrize("run", [3, 100])
def test_what_is_read_is_what_was_written_once_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: int
) -> None:
    monkeypatch.setattr(graph_file, "_RUN", run)
    graph = write_graph(tmp_path / "all.nt", [*TRIPLES, *TRIPLES])
    assert list(graph) == sorted(TRIPLES, key=str)
    assert list(graph.lines()) == sorted(map(str, TRIPLES))
    assert [" ".join(text) for text in graph.texts()] == sorted(map(str, TRIPLES))
    assert (len(graph), graph.subjects) == (len(TRIPLES), 2)
    assert TRIPLES[0] in graph
    assert ox.Triple(B, B, B) not in graph
    assert b"".join(graph.parts()) == (tmp_path / "all.nt").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["all.nt"]


def test_a_union_has_each_triple_once(tmp_path: Path) -> None:
    one = write_graph(tmp_path / "one.nt", TRIPLES[:8])
    other = write_graph(tmp_path / "other.nt", TRIPLES[4:])
    union = write_union(tmp_path / "union.nt", [one, other])
    assert list(union) == sorted(TRIPLES, key=str)
    assert union.subjects == 2
    assert len(write_union(tmp_path / "none.nt", [])) == 0


def test_files_are_loaded_piece_by_piece_with_the_labels_of_blank_nodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oxigraph, "_LINES_AT_ONCE", 3)
    blank = [ox.Triple(ox.BlankNode(f"n{number}"), B, ox.BlankNode("one")) for number in range(2)]
    graph = write_graph(tmp_path / "all.nt", [*TRIPLES, *blank])
    named = "".join(f"{quad} .\n" for quad in in_graph(graph, URIRef(C.value)))
    (tmp_path / "named.nq").write_text(named)
    store = ox.Store(tmp_path / "store")
    for name in ("all.nt", "named.nq"):
        bulk_load(store, tmp_path / name)
    expected = ox.Store()  # which writes 4.0 as 4, too
    expected.extend([*in_graph(graph), *in_graph(graph, URIRef(C.value))])
    assert set(store) == set(expected)
