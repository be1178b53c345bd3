"""The page docs/corpus.md: every number in it is measured here."""

import csv
import re
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import cast

import krippendorff
import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

import bundled
import judged_pairs
from bundled import BASE
from conftest import REPOSITORY, beside
from onrecord.records.assembly import Assembly

ANSWERS = Path(__file__).parent / "corpus_answers"
PAGE = REPOSITORY / "docs" / "corpus.md"
REC = Namespace(f"{BASE}ns#")

HITS = {
    "alters": set(),
    "compatible with": {"agreement", "path", "pending"},
    "contradicts": {"disagreement", "revision"},
    "seems to contradict": {"apparent"},
    "supersedes": {"change", "revision", "postponement", "reached", "missed"},
}
"""Which comparisons find what was judged.

An agreement, a path and a pending target say that two figures do not conflict, so they find what
was judged compatible and nothing else: a plan that follows another on one path does not supersede
it. What is compatible is also found by no comparison at all.
"""


@pytest.fixture(scope="module")
def assembly() -> Assembly:
    return bundled.assembly()


@pytest.fixture(scope="module")
def graph() -> Graph:
    return bundled.graph()


def judged() -> list[dict[str, str]]:
    """Return the answer that sets each judgement beside what the rules find."""
    with (ANSWERS / "judged-and-derived.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def departs(row: dict[str, str]) -> bool:
    """Say whether the rules find that one of the two is a report that departs from its claim."""
    return bool(row["drift_of_subject"] or row["drift_of_object"])


def is_found(row: dict[str, str]) -> bool:
    """Say whether the rules find what a curator judged."""
    compared = set(filter(None, row["compared"].split(", ")))
    if row["judged"] == "alters":
        return departs(row)
    if row["judged"] == "compatible with":
        return compared <= HITS[row["judged"]] and not departs(row)
    return bool(compared & HITS[row["judged"]])


@pytest.mark.parametrize("kind", sorted(HITS))
def test_the_recall_of_the_rules_is_as_told(kind: str) -> None:
    rows = [row for row in judged() if row["judged"] == kind]
    found = sum(map(is_found, rows))
    line = f"| {kind} | {len(rows)} | {found} | {found / len(rows):.2f} |"
    assert line in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ("drift", "alters"),
        ("apparent", "seems to contradict"),
        ("change, postponement, reached, missed", "supersedes"),
        ("disagreement", "contradicts"),
        ("agreement, path, pending", "compatible with"),
    ],
)
def test_the_precision_of_the_rules_is_as_told(found: str, kind: str) -> None:
    told = set(found.split(", "))
    rows = [
        row
        for row in judged()
        if told & set(row["compared"].split(", ")) or (found == "drift" and departs(row))
    ]
    right = sum(row["judged"] == kind for row in rows)
    line = f"| {found} | {right} | {len(rows) - right} | {right / len(rows):.2f} |"
    assert line in PAGE.read_text(encoding="utf-8")


def test_every_difference_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")
    explained = text.partition("Every difference, and who is right")[2].partition("\n#")[0]
    for row in judged():
        if not is_found(row) and "onrecord/claim/" in row["subject"]:
            assert row["subject"].removeprefix(BASE) in explained, row["judgement"]


READINGS = {
    "second_reading.csv": "\n## A second reading\n",
    "second_reading_2.csv": "\n## A blind reading of the second pack\n",
}
"""The heading under which the page tells how far two readers agree, by the file of the readings."""


def second_reading(name: str) -> dict[str, list[tuple[str, str]]]:
    """Return what two readers made of each variable, pair by pair."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pairs.setdefault(row["variable"], []).append((row["first"], row["second"]))
    return pairs


@pytest.mark.parametrize(
    ("reading", "variable"), [(name, each) for name in READINGS for each in second_reading(name)]
)
def test_the_agreement_of_two_readers_is_as_told(reading: str, variable: str) -> None:
    pairs = second_reading(reading)[variable]
    codes = {value: code for code, value in enumerate(sorted(set(chain(*pairs))))}
    alpha = krippendorff.alpha(
        reliability_data=[[codes[pair[reader]] for pair in pairs] for reader in (0, 1)],
        level_of_measurement="nominal",
    )
    agree = sum(first == second for first, second in pairs)
    line = f"| {variable} | {len(pairs)} | {agree} | {alpha:.2f} |"
    section = PAGE.read_text(encoding="utf-8").partition(READINGS[reading])[2]
    assert line in section.partition("\n## ")[0]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (REC.Claim, "claims"),
        (REC.Attestation, "attestations"),
        (REC.Source, "sources"),
        (REC.Snapshot, "snapshots"),
        (REC.Actor, "actors"),
        (REC.Event, "events"),
        (REC.Series, "series"),
        (REC.Judgement, "judgements"),
    ],
)
def test_the_collection_is_as_large_as_told(assembly: Assembly, kind: Node, name: str) -> None:
    number = len(set(assembly.records.subjects(RDF.type, kind)))
    assert f"| {name} | {number} |" in PAGE.read_text(encoding="utf-8")


def test_what_is_derived_has_the_size_that_is_told(graph: Graph) -> None:
    outcomes = Counter(
        str(graph.value(comparison, REC.outcome)).rpartition("#")[2]
        for comparison in graph.subjects(RDF.type, REC.Comparison)
    )
    names = {
        "apparent": "apparent conflicts",
        "change": "changes",
        "disagreement": "disagreements",
        "revision": "revisions",
        "postponement": "postponements",
        "path": "paths",
        "agreement": "agreements",
        "reached": "reached targets",
        "missed": "missed ones",
        "pending": "pending ones",
    }
    assert outcomes.keys() == names.keys()
    told = ", ".join(f"{outcomes[outcome]} {name}" for outcome, name in names.items())
    assert told in PAGE.read_text(encoding="utf-8")


def test_the_judged_pairs_come_out_as_told() -> None:
    pairs = judged_pairs.read_pairs(beside("pairs") / "pairs.jsonl")
    store = bundled.store()
    section = PAGE.read_text(encoding="utf-8").partition("\n### Judged pairs of figures\n")[2]
    section = section.partition("\n## ")[0]
    assert judged_pairs.table(judged_pairs.compare(store, pairs)) in section
    judged = list(judged_pairs.conclude(store, pairs))
    assert f"{len(pairs)} pairs" in section
    assert f"the {len(judged)} on which they agree" in section
    differ = [str(pair) for pair, label, found in judged if found != {label}]
    assert re.findall(r"^- \*\*Pair (\d+)\*\*", section, re.MULTILINE) == differ


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
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition("## The hard cases")[2].partition("\n## ")[0]
    cases = re.findall(r"^(\d+)\. (.*)$", section, re.MULTILINE)
    assert [int(number) for number, _ in cases] == list(range(1, 26))
    for _, case in cases:
        named = re.findall(r"`(claim|attestation|series|actor|event)/([\w-]+)`", case)
        assert named
        for kind, slug in named:
            assert (URIRef(f"{BASE}{kind}/{slug}"), RDF.type, None) in graph, slug
