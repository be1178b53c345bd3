"""Triples of a subject in a sorted N-Triples file."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from onrecord.rdf.sorted_ntriples import SortedNTriples, plain

SUBJECTS = ("https://example.org/a", "https://example.org/a#b", "https://example.org/ab")
VALUES = (
    ox.NamedNode("https://example.org/c"),
    ox.Literal("two words"),
    ox.Literal('said "so"\n\tand \\ left'),
    ox.Literal("lines\u2028and\x85pages\x0c", language="en"),
    ox.Literal("841", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    ox.Literal("<not an IRI> ."),
    ox.Literal(""),
)


@pytest.fixture
def triples(tmp_path: Path) -> SortedNTriples:
    """A file of all the values for each of the subjects, whose last line has no end."""
    predicate = ox.NamedNode("https://example.org/p")
    lines = sorted(
        f"{ox.Triple(ox.NamedNode(subject), predicate, value)} ."
        for subject in SUBJECTS
        for value in VALUES
    )
    path = tmp_path / "sorted.nt"
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    return SortedNTriples(path)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_has_its_triples_and_no_others(triples: SortedNTriples, subject: str) -> None:
    found = list(triples.of_subject(subject))
    assert {triple.object for triple in found} == set(VALUES)
    assert {triple.subject for triple in found} == {ox.NamedNode(subject)}


def test_triples_as_texts_are_those_of_the_parser(triples: SortedNTriples) -> None:
    parsed = [plain(triple) for each in SUBJECTS[1:] for triple in triples.of_subject(each)]
    assert list(triples.texts_of(SUBJECTS[1:])) == parsed


def test_what_is_not_there_has_no_triples(triples: SortedNTriples) -> None:
    assert not list(triples.texts_of(["https://example.org/", "https://example.org/abc"]))
    assert not triples.has_subject("https://example.org/abc")
