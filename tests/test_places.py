"""Places: every triple is located, and what stands at the place says the term."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, XSD
from rdflib.term import Identifier

from conftest import w3c_suite
from onrecord.errors import SyntaxProblem, UnreadableError
from onrecord.rdf.located_turtle import LocatedTriple, read_located_triples
from onrecord.rdf.oxigraph import quads, to_rdflib
from onrecord.rdf.region import Region
from onrecord.rdf.xsd import silence_literal_warnings

HERE = Path(__file__).parent / "shacl"
OWN = sorted(path for path in HERE.rglob("*.*") if path.suffix in (".ttl", ".trig", ".nt", ".nq"))
BASE = "http://example.org/folder/file"

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
}


def text_at(text: str, place: Region) -> str:
    lines = re.findall(r"[^\r\n]*(?:\r\n|\n|\r|\Z)", text)
    if place.line == place.end_line:
        return lines[place.line - 1][place.column - 1 : place.end_column - 1]
    first = lines[place.line - 1][place.column - 1 :]
    between = lines[place.line : place.end_line - 1]
    return first + "".join(between) + lines[place.end_line - 1][: place.end_column - 1]


@cache
def denotes(written: str, term: Identifier, prologue: str) -> bool:
    """Let another parser read what is written at a place, under the prologue of its file."""
    if isinstance(term, BNode):
        return written[:1] in "[(" or written.startswith("_:") or written.endswith(")")
    if written.endswith(")"):
        return term == RDF.nil
    subject, predicate = "<http://example.org/s>", "<http://example.org/p>"
    place = f"<http://example.org/o> {written} {subject}" if written == "a" else None
    document = f"{prologue}\n{place or f'{subject} {predicate} {written}'} ."
    (quad,) = ox.parse(document.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    read = to_rdflib(quad.predicate if place else quad.object)
    return bool(read.n3().lower() == term.n3().lower())


def prologue_of(text: str) -> str:
    return "\n".join(
        line
        for line in text.splitlines()
        if line.lower().startswith(("@prefix", "@base", "prefix"))
    )


def canonical(triples: Iterable[tuple[Identifier, ...]]) -> ox.Dataset:
    dataset = ox.Dataset(quads((s, p, o) for s, p, o in triples))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def literals(triples: Iterable[tuple[Identifier, ...]]) -> list[str]:
    return sorted(term.n3().lower() for *_, term in triples if isinstance(term, Literal))


def triples_by_oxigraph(data: bytes, suffix: str) -> list[tuple[Identifier, ...]]:
    quads = ox.parse(data.removeprefix(b"\xef\xbb\xbf"), format=FORMATS[suffix], base_iri=BASE)
    return [(to_rdflib(q.subject), to_rdflib(q.predicate), to_rdflib(q.object)) for q in quads]


def check(path: Path) -> None:
    located = read_located_triples(path, BASE).triples
    data = path.read_bytes()
    expected = triples_by_oxigraph(data, path.suffix)
    assert len(located) == len(expected)
    found = [(triple.subject, triple.predicate, triple.object) for triple in located]
    assert canonical(found) == canonical(expected)
    assert literals(found) == literals(expected)
    text = data.decode("utf-8-sig")
    prologue = prologue_of(text)
    for triple in located:
        assert denotes(text_at(text, triple.subject_region), triple.subject, prologue)
        assert denotes(text_at(text, triple.object_region), triple.object, prologue)
        if triple.predicate not in (RDF.first, RDF.rest):
            assert denotes(text_at(text, triple.predicate_region), triple.predicate, prologue)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_every_triple_of_our_files_stands_where_its_place_says(path: Path) -> None:
    check(path)


MOVING = {
    "SPARQL_style_base",
    "turtle-syntax-base-04",
    "turtle-subm-27",
    "trig-syntax-base-04",
    "trig-syntax-minimal-whitespace-01",
    "trig-subm-27",
    "trig-turtle-02",
}
"""The W3C files whose prologue changes on the way, so that `denotes` cannot read a part alone."""
NOT_IRIS = {"localName_with_assigned_nfc_PN_CHARS_BASE_character_boundaries"}
"""Turtle allows characters in names that no IRI has; other parsers refuse them."""
READ = {"shacl": 150, "turtle": 300, "trig": 329, "ntriples": 44, "nquads": 56}
"""How many files of each suite are read here; test_turtle_w3c.py has all."""


@pytest.mark.parametrize("suite", READ)
def test_every_triple_of_the_w3c_files_stands_where_its_place_says(suite: str) -> None:
    paths = [
        path
        for path in sorted(w3c_suite(suite).rglob("*.*"))
        if path.suffix in FORMATS and "-bad-" not in path.name
        if path.stem not in MOVING | NOT_IRIS
    ]
    assert len(paths) == READ[suite]
    with silence_literal_warnings():
        for path in paths:
            check(path)


def located(tmp_path: Path, text: str, suffix: str = ".ttl") -> tuple[LocatedTriple, ...]:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(text.encode())
    return read_located_triples(path, BASE).triples


def spot(place: Region) -> tuple[int, int, int, int]:
    return place.line, place.column, place.end_line, place.end_column


def test_columns_count_code_points_and_end_after_the_last(tmp_path: Path) -> None:
    (triple,) = located(tmp_path, '<a:b> <a:c> "😀é"@en .\n')
    assert spot(triple.object_region) == (1, 13, 1, 20)


def test_a_byte_order_mark_takes_no_column(tmp_path: Path) -> None:
    (triple,) = located(tmp_path, "\ufeff<a:b> <a:c> 1 .\n")
    assert spot(triple.subject_region) == (1, 1, 1, 6)


def test_carriage_returns_end_lines_once(tmp_path: Path) -> None:
    (triple,) = located(tmp_path, "# one\r\n\r\n<a:b>\r\n  <a:c> '''x\r\ny''' .\r\n")
    assert spot(triple.subject_region) == (3, 1, 3, 6)
    assert spot(triple.object_region) == (4, 9, 5, 5)


def test_a_nested_node_reaches_from_bracket_to_bracket(tmp_path: Path) -> None:
    outer, inner = located(tmp_path, "<a:b> <a:c> [\n  <a:d> 1\n] .\n")
    assert spot(outer.object_region) == (1, 13, 3, 2) == spot(inner.subject_region)
    assert outer.object == inner.subject


def test_a_list_is_located_item_by_item(tmp_path: Path) -> None:
    triples = located(tmp_path, "<a:b> <a:c> ( 1 2 ) .\n")
    assert [spot(triple.object_region)[1::2] for triple in triples] == [
        (13, 20),
        (15, 16),
        (17, 20),
        (17, 18),
        (19, 20),
    ]
    assert triples[-1].object == RDF.nil


@pytest.mark.parametrize(
    ("written", "form", "datatype"),
    [
        ("4.0", "4.0", XSD.decimal),
        ("+05", "+05", XSD.integer),
        ("1E0", "1E0", XSD.double),
        ("true", "true", XSD.boolean),
        ('"none"^^<http://www.w3.org/2001/XMLSchema#boolean>', "none", XSD.boolean),
        ('"300"^^<http://www.w3.org/2001/XMLSchema#byte>', "300", XSD.byte),
    ],
)
def test_literals_keep_their_form(
    tmp_path: Path, written: str, form: str, datatype: URIRef
) -> None:
    (triple,) = located(tmp_path, f"<a:b> <a:c> {written} .")
    assert isinstance(triple.object, Literal)
    assert (str(triple.object), triple.object.datatype) == (form, datatype)


def test_the_graph_of_a_quad_is_not_an_object(tmp_path: Path) -> None:
    triples = located(tmp_path, '<a:b> <a:c> "x" <a:g> .\n<a:b> <a:c> <a:d> _:g .\n', ".nq")
    assert [str(triple.object) for triple in triples] == ["x", "a:d"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("<a:b> <a:c> .", 1, 13),
        ("\n<a:b> x:c 1 .", 2, 7),
        ("<a:b> <a:c> 1\n<a:d> <a:e> 2 .", 2, 1),
        ('<a:b> <a:c> "open .', 1, 13),
        ("<a:b> .", 1, 7),
        ('<a:b> <a:c> "\\z" .', 1, 13),
        ('<a:b> <a:c> "\\uD800" .', 1, 13),
        ('<a:b> <a:c> "\\U00110000" .', 1, 13),
        ("<a:b> <a:c> <a: d> .", 1, 13),
        ("<a:b> <a:c> <a:\\u0020d> .", 1, 13),
        ("{ <a:b> <a:c> 1 }", 1, 1),
    ],
)
def test_what_does_not_parse_is_named_with_its_place(
    tmp_path: Path, text: str, line: int, column: int
) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        located(tmp_path, text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.ttl"
    path.write_bytes('<a:b> <a:c> 1 .\n<a:b> <a:c> "é" .'.encode("latin-1"))
    with pytest.raises(SyntaxProblem, match=r"latin\.ttl:2:1: not UTF-8"):
        read_located_triples(path)


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        read_located_triples(tmp_path / "none.ttl")


NAMES = st.sampled_from(["<a:b>", ":c", "x:d.e", "_:f", "x:%41\\,g", "x:", ":"])
LITERALS = st.sampled_from(
    ["1", "-2.50", ".5e1", "true", '"x"', "'y'@de", '"""z"q"""', '"w"^^x:t', '"\\u00e9\\n"']
)
OBJECTS = st.recursive(
    NAMES | LITERALS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"( {' '.join(items)} )"),
        st.lists(st.tuples(st.sampled_from(["a", ":p"]), inner), max_size=3).map(
            lambda pairs: f"[ {' ; '.join(f'{verb} {item}' for verb, item in pairs)} ]"
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.lists(st.tuples(NAMES, st.lists(OBJECTS, min_size=1, max_size=3)), max_size=4))
def test_any_document_reads_as_another_parser_reads_it(
    tmp_path_factory: pytest.TempPathFactory,
    statements: list[tuple[str, list[str]]],
) -> None:
    path = tmp_path_factory.mktemp("places") / "file.ttl"
    body = "\n".join(f"{subject} x:p {' , '.join(items)} ." for subject, items in statements)
    path.write_text(f"@prefix : <http://e.x/> .\nPREFIX x: <http://f.x/>\n{body}\n")
    check(path)
