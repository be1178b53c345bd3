"""The page docs/corpus.md: every number in it is measured here."""

import re
from typing import cast

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF

import bundled
import judged_pairs
from bundled import BASE
from conftest import beside
from corpus_page import (
    FOUND,
    HITS,
    PAGE,
    READINGS,
    agreement_line,
    collection_lines,
    derived_words,
    precision_line,
    reading,
    recall_line,
    remade,
    section,
    unexplained,
)
from onrecord.rdf.namespaces import REC


@pytest.fixture(scope="module")
def graph() -> Graph:
    return bundled.graph()


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", sorted(HITS))
def test_the_recall_of_the_rules_is_as_told(kind: str, text: str) -> None:
    assert recall_line(kind) in text


@pytest.mark.parametrize("found", FOUND)
def test_the_precision_of_the_rules_is_as_told(found: str, text: str) -> None:
    assert precision_line(found) in text


def test_every_difference_is_explained(text: str) -> None:
    assert unexplained(text) == []


@pytest.mark.parametrize(
    ("name", "variable"), [(name, each) for name in READINGS for each in reading(name)]
)
def test_the_agreement_of_two_readers_is_as_told(name: str, variable: str, text: str) -> None:
    assert agreement_line(name, variable) in section(text, READINGS[name])


@pytest.mark.parametrize("variable", reading("second_reading_3.csv"))
def test_a_coder_with_page_and_guide_alone_agrees_with_the_records(variable: str) -> None:
    *_, alpha, _ = agreement_line("second_reading_3.csv", variable).split(" ")
    assert float(alpha) >= 0.85


def test_the_collection_is_as_large_as_told(text: str) -> None:
    assert [line for line in collection_lines() if line not in text] == []


def test_what_is_derived_has_the_size_that_is_told(graph: Graph, text: str) -> None:
    assert derived_words(graph) in text


def test_the_command_writes_the_page_as_it_is(text: str) -> None:
    assert remade(text) == text


def test_the_command_writes_numbers_that_were_wrong(text: str) -> None:
    wrong = text.replace("| claims | ", "| claims | 9").replace(" pending ones)", "1 pending ones)")
    assert wrong != text
    assert remade(wrong) == text


def test_the_judged_pairs_come_out_as_told() -> None:
    pairs = judged_pairs.read_pairs(beside("pairs") / "pairs.jsonl")
    store = bundled.store()
    told = section(PAGE.read_text(encoding="utf-8"), "\n### Judged pairs of figures\n")
    assert judged_pairs.table(judged_pairs.compare(store, pairs)) in told
    judged = list(judged_pairs.conclude(store, pairs))
    assert f"{len(pairs)} pairs" in told
    assert f"the {len(judged)} on which they agree" in told
    differ = [str(pair) for pair, label, found in judged if found != {label}]
    assert re.findall(r"^- \*\*Pair (\d+)\*\*", told, re.MULTILINE) == differ


def claimed_figures(graph: Graph) -> set[tuple[str, str]]:
    """Return the claim and the words of each figure on record."""
    return {
        (str(owner).removeprefix(BASE), str(words))
        for owner, quantity in graph.subject_objects(REC.quantity)
        for words in graph.objects(quantity, REC.asStated)
    }


def test_a_renamed_figure_is_on_record_by_its_new_name_alone(graph: Graph) -> None:
    figures = claimed_figures(graph)
    moved = judged_pairs.read_moved()
    assert moved
    assert figures.issuperset(moved.values())
    assert figures.isdisjoint(moved)


def test_every_judged_figure_is_on_record(graph: Graph) -> None:
    figures = claimed_figures(graph)
    moved = judged_pairs.read_moved()
    for pair in judged_pairs.read_pairs(beside("pairs") / "pairs.jsonl"):
        for side in (cast(dict[str, str], pair[name]) for name in "ab"):
            figure = side["claim"], side["words"]
            assert moved.get(figure, figure) in figures


def test_each_hard_case_names_claims_on_record(graph: Graph) -> None:
    hard = section(PAGE.read_text(encoding="utf-8"), "## The hard cases")
    cases = re.findall(r"^(\d+)\. (.*)$", hard, re.MULTILINE)
    assert [int(number) for number, _ in cases] == list(range(1, 26))
    for _, case in cases:
        named = re.findall(r"`(claim|attestation|series|actor|event)/([\w-]+)`", case)
        assert named
        for kind, slug in named:
            assert (URIRef(f"{BASE}{kind}/{slug}"), RDF.type, None) in graph, slug
