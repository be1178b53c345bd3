"""Thirty hard sentences on record: `hard/README.md` says what holds each and what is lost of it."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from rdflib import BNode, Graph, Namespace, URIRef
from rdflib.term import Node

import onrecord

HARD = Path(__file__).parent / "hard"
DESIGN = HARD.parent.parent / "docs" / "design.md"

REC = Namespace("https://w3id.org/onrecord/ns#")
CLAIM = Namespace("https://example.org/hard/claim/")
TERMS = {
    "rec": REC,
    "code": Namespace("https://w3id.org/onrecord/code#"),
    "unit": Namespace("http://qudt.org/vocab/unit/"),
    "qudt": Namespace("http://qudt.org/schema/qudt/"),
}


class Row(NamedTuple):
    claim: str
    sentence: str
    held_by: str
    lost: str

    @property
    def kinds(self) -> list[str]:
        """What is lost, as the design page calls it."""
        return re.findall(r"\*\*(.+?)\*\*", self.lost)


def rows() -> list[Row]:
    lines = (HARD / "README.md").read_text().splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("| `")
    ]
    return [Row(claim.strip("`"), *rest) for claim, *rest in cells]


def not_said() -> list[str]:
    """The kinds that the section of the design page lists."""
    section = DESIGN.read_text().split("\n## What the model does not say\n")[1].split("\n## ")[0]
    return re.findall(r"^- \*\*(.+?)\*\*", section, re.MULTILINE)


@pytest.fixture(scope="module")
def records() -> Graph:
    graph = Graph()
    for file in sorted((HARD / "records").rglob("*.ttl")):
        graph.parse(file)
    return graph


def terms_of(claim: URIRef, records: Graph) -> set[Node]:
    """The properties and values of a claim, of what stands in place in it, and of its series."""
    found: set[Node] = set()
    open_nodes: list[Node] = [claim]
    while open_nodes:
        for _, predicate, value in records.triples((open_nodes.pop(), None, None)):
            found |= {predicate, value}
            if isinstance(value, BNode) or predicate == REC.inSeries:
                open_nodes.append(value)
    return found


def test_the_collection_has_no_findings() -> None:
    report = onrecord.check(HARD / "records", archive=HARD / "texts")
    assert report.findings == ()
    # The thirty, and the three earlier claims that some of them deny, withdraw or correct.
    assert report.passages == {"verified": 33, "broken": 0, "not checked": 0}


def test_each_of_ten_articles_has_three_sentences() -> None:
    assert len({row.claim for row in rows()}) == 30
    texts = [text.read_text() for text in sorted((HARD / "texts").glob("*.txt"))]
    assert [sum("“" + row.sentence in text for row in rows()) for text in texts] == [3] * 10


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.claim)
def test_the_sentence_is_on_record(row: Row, records: Graph) -> None:
    """Its words are a passage that attests the claim, and the terms of the table hold it."""
    attested = {
        str(words)
        for attestation in records.subjects(REC.attests, CLAIM[row.claim])
        for passage in records.objects(attestation, REC.passage)
        for words in records.objects(passage, REC.words)
    }
    assert attested == {row.sentence}
    named = re.findall(r"`(\w+):([\w-]+)`", row.held_by)
    assert named
    assert {TERMS[prefix][name] for prefix, name in named} <= terms_of(CLAIM[row.claim], records)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.claim)
def test_what_is_lost_is_of_a_kind(row: Row) -> None:
    assert bool(row.kinds) != row.lost.startswith("nothing")
    assert {kind.capitalize() for kind in row.kinds} <= set(not_said())


def test_the_design_page_lists_no_other_kinds() -> None:
    assert sorted(not_said()) == sorted(kind.capitalize() for row in rows() for kind in row.kinds)


def test_the_table_counts_what_is_kept() -> None:
    kept = sum(row.lost.startswith("nothing") for row in rows())
    assert kept == 17
    assert "Seventeen of the thirty are held without loss." in (HARD / "README.md").read_text()
