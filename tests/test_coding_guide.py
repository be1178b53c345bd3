"""The guide for coders, docs/coding.md, names every code that there is, and no other."""

import re

import pytest
from rdflib import Graph
from rdflib.namespace import SKOS

import bundled
from conftest import REPOSITORY

GUIDE = (REPOSITORY / "docs" / "coding.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return bundled.graph()


@pytest.mark.parametrize("scheme", ["modality", "mode", "comparator", "measure"])
def test_the_guide_tells_each_code(graph: Graph, scheme: str) -> None:
    codes = {
        re.split("[#/]", str(code))[-1]
        for code, found in graph.subject_objects(SKOS.inScheme)
        if re.split("[#/]", str(found))[-1] == scheme
    }
    assert codes
    assert sorted(code for code in codes if f"`{code}`" not in GUIDE) == []


def test_a_code_that_the_guide_tells_is_one(graph: Graph) -> None:
    told = set(re.findall(r"^\| `([a-z-]+)`", GUIDE, re.MULTILINE))
    codes = {re.split("[#/]", str(code))[-1] for code in graph.subjects(SKOS.inScheme)}
    assert len(told) > 20
    assert told <= codes
