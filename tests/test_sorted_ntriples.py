"""Triples of a subject in a sorted N-Triples file."""

from collections.abc import Iterable
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


def by_property(triples: Iterable[ox.Triple]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _, predicate, value in map(plain, triples):
        found.setdefault(predicate, []).append(value)
    return found


@pytest.mark.parametrize("subject", SUBJECTS)
def test_values_as_texts_are_those_of_the_parser(triples: SortedNTriples, subject: str) -> None:
    assert triples.values_of(subject) == by_property(triples.of_subject(subject))


def test_values_without_escapes_are_those_of_the_parser(tmp_path: Path) -> None:
    plain_values = [each for each in VALUES if "\\" not in str(each)]
    subject, names = ox.NamedNode(SUBJECTS[0]), map(ox.NamedNode, ("urn:p", "urn:q"))
    stated = [ox.Triple(subject, name, value) for name in names for value in plain_values]
    path = tmp_path / "plain.nt"
    path.write_text("".join(sorted(f"{each} .\n" for each in stated)), encoding="utf-8", newline="")
    dump = SortedNTriples(path)
    assert dump.values_of(SUBJECTS[0]) == by_property(dump.of_subject(SUBJECTS[0]))
    assert len(dump.values_of(SUBJECTS[0])) == 2


def test_every_subject_of_a_long_file_is_found_and_nothing_between(tmp_path: Path) -> None:
    # More subjects than are remembered, IRIs alike for longer than is remembered of each, and one
    # subject with more lines than are read at once.
    long = "https://example.org/" + "x" * 300
    subjects = [f"https://example.org/{number:05}" for number in range(0, 12_000, 2)]
    subjects += [f"{long}{number}" for number in range(0, 40, 2)]
    lines = [f'<{each}> <urn:p> "{each}" .\n' for each in subjects]
    lines += [f'<{subjects[5000]}> <urn:q> "{number:04}" .\n' for number in range(200)]
    path = tmp_path / "long.nt"
    path.write_text("".join(sorted(lines)), encoding="utf-8", newline="")
    dump = SortedNTriples(path)
    assert all(dump.values_of(each)["urn:p"] == [each] for each in subjects)
    assert len(dump.values_of(subjects[5000])["urn:q"]) == 200
    between = [f"https://example.org/{number:05}" for number in range(1, 12_000, 2)]
    between += [f"{long}{number}" for number in range(1, 40, 2)]
    assert not any(dump.has_subject(each) or dump.values_of(each) for each in between)
    found = list(dump.subjects_below("https://example.org/"))
    assert found == sorted(subjects, key=lambda each: f"<{each}>")


def test_what_is_not_there_has_no_triples(triples: SortedNTriples) -> None:
    assert not any(map(triples.values_of, ("https://example.org/", "https://example.org/abc")))
    assert not triples.has_subject("https://example.org/abc")
