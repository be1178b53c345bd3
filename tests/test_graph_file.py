"""Graphs in files: sorted, each triple once, however many runs they are sorted in."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from onrecord.rdf import graph_file
from onrecord.rdf.graph_file import write_graph, write_union

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
