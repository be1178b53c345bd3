"""The shapes: what they say, and what they find in valid and invalid records."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

from onrecord.rdf.namespaces import SHAPE
from onrecord.records.assembly import read_shapes
from onrecord.shacl import validate
from onrecord.shacl.shape import read_shape
from sample_release import assemble_sample
from shape_examples import (
    BASE,
    INVALID,
    VALID,
    broken,
    broken_by_pyshacl,
    named_shape,
)

SHAPES = read_shapes()
NAMED = sorted(shape for shape in SHAPES.subjects(SH.severity) if isinstance(shape, URIRef))
BY_SPARQL = set(SHAPES.subjects(SH.sparql))


@pytest.fixture(autouse=True, scope="module")
def shapes_parsed_once() -> Iterator[None]:
    """Parse each shape once, and not for each file: that took a third of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onrecord.shacl.focus.read_shape", cache(read_shape))
        yield


@pytest.fixture(scope="module")
def queries_parsed_once() -> Iterator[None]:
    """Let pySHACL parse each query once, and not for each node: that took most of its time."""
    prepared = cache(prepareQuery)
    query = Graph.query

    def of_prepared(graph: Graph, text: str, *given: Any, **named: Any) -> Any:
        return query(graph, prepared(text), *given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Graph, "query", of_prepared)
        yield


def stem(value: object) -> str:
    return value.stem if isinstance(value, Path) else str(value).rpartition("#")[2]


def test_shapes_are_read_once_and_again_where_a_file_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shapes.ttl"
    monkeypatch.setattr("onrecord.records.assembly.SHAPE_FILES", (file,))
    file.write_text("<a:b> <a:c> 1 .")
    first = read_shapes()
    assert read_shapes() is first
    file.write_text("<a:b> <a:c> 1 , 2 .")
    assert (len(first), len(read_shapes())) == (1, 2)


@pytest.mark.parametrize("path", VALID, ids=stem)
def test_a_valid_file_satisfies_every_shape(path: Path) -> None:
    assert broken(path, SHAPES) == set()


def test_pyshacl_alone_finds_nothing_in_the_base() -> None:
    assert broken_by_pyshacl(BASE, SHAPES) == set()


def test_the_sample_collection_satisfies_every_shape() -> None:
    assert validate(assemble_sample().checked(), SHAPES) == []


@pytest.mark.parametrize("path", INVALID, ids=stem)
def test_an_invalid_file_breaks_the_shape_that_it_names_and_no_other(path: Path) -> None:
    assert broken(path, SHAPES) == {named_shape(path)}


@pytest.mark.usefixtures("queries_parsed_once")
@pytest.mark.parametrize(
    "path", [path for path in INVALID if named_shape(path) in BY_SPARQL], ids=stem
)
def test_pyshacl_finds_what_breaks_a_sparql_constraint(path: Path) -> None:
    assert broken_by_pyshacl(path, SHAPES) == {named_shape(path)}


@pytest.mark.parametrize("shape", NAMED, ids=stem)
def test_an_invalid_file_names_each_shape(shape: Node) -> None:
    assert shape in map(named_shape, INVALID)


@pytest.mark.parametrize("shape", NAMED, ids=stem)
def test_a_shape_says_what_must_hold_and_what_to_do(shape: Node) -> None:
    for said in (SH.message, RDFS.comment):
        (sentence,) = SHAPES.objects(shape, said)
        assert isinstance(sentence, Literal)
        assert sentence.language == "en"
        assert str(sentence).endswith(".")
    (severity,) = SHAPES.objects(shape, SH.severity)
    assert severity in (SH.Violation, SH.Warning)


def test_every_shape_with_a_target_is_named() -> None:
    targets = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
    assert {shape for target in targets for shape in SHAPES.subjects(target)} == set(NAMED)
    assert all(shape in SHAPE for shape in NAMED)


def test_no_two_shapes_say_the_same() -> None:
    messages = [str(message) for message in SHAPES.objects(None, SH.message)]
    assert sorted(messages) == sorted(set(messages))


def test_every_term_of_shacl_is_one() -> None:
    """A misspelt term is silently no constraint at all."""
    used = {term for triple in SHAPES for term in triple if str(term).startswith(str(SH))}
    assert {term for term in used if term not in SH} == set()


def test_the_shapes_satisfy_the_shapes_of_shacl() -> None:
    """As with meta_shacl=True, which would not let itself be told how deep lists may nest."""
    asset = files("pyshacl").joinpath("assets/shacl-shacl.ttl")
    of_shacl = Graph().parse(data=asset.read_text(encoding="utf-8"))
    conforms, _, text = pyshacl.validate(SHAPES, shacl_graph=of_shacl, max_validation_depth=100)
    assert conforms, text


def test_a_shape_is_of_the_kind_that_its_path_makes_it() -> None:
    for shape in NAMED:
        kind = SH.PropertyShape if (shape, SH.path, None) in SHAPES else SH.NodeShape
        assert SHAPES.value(shape, RDF.type) == kind
