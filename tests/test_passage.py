"""Passages: the places of words in a text, and the numbers of a record."""

from dataclasses import FrozenInstanceError
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal
from rdflib.namespace import XSD

from onrecord.records.passage import Passage, cuts_character, find, find_printed, nearest, offset


def places(text: str, words: str) -> list[tuple[int, int, int]]:
    return [(each.start, each.end, each.line) for each in find(text, words)]


def test_every_place_is_found_with_its_line_also_where_they_overlap() -> None:
    assert places("aaa\naa", "aa") == [(0, 2, 1), (1, 3, 1), (4, 6, 2)]
    assert places("\n\nx", "x") == [(2, 3, 3)]
    assert places("é\U0001f4a3x", "x") == [(2, 3, 1)], "in code points"


@pytest.mark.parametrize("words", ["", "b", "aaaa"])
def test_nothing_is_found_of_no_words_and_of_others(words: str) -> None:
    assert places("aaa", words) == []


def test_a_passage_has_the_hash_of_its_bytes_and_does_not_change() -> None:
    (passage,) = find("so é", "é")
    assert passage == Passage(3, 4, 1, sha256("é".encode()).hexdigest())
    with pytest.raises(FrozenInstanceError):
        passage.start = 1  # type: ignore[misc]


@given(st.text("ab\n", max_size=12), st.text("ab\n", min_size=1, max_size=3))
def test_what_is_found_is_every_place_where_the_words_stand(text: str, words: str) -> None:
    expected = [
        (start, start + len(words), len(text[:start].split("\n")))
        for start in range(len(text))
        if text.startswith(words, start)
    ]
    assert places(text, words) == expected


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("He said “Not any longer”, once.", '"not  any longer"', "“Not any longer”"),
        ("It made 3,000 shells – a year.", "3,000 shells - a year", "3,000 shells – a year"),
        ("A ho\xadrn and\n\n a drum.", "horn and a drum", "ho\xadrn and\n\n a drum"),
        ("Straße in İzmir by now", "strasse in izmir", "Straße in İzmir"),
        ("They keep workshops busy.", "they keep workshop busy", "They keep workshops busy"),
        ("They overtook Russia then.", "took Russia then", "overtook Russia then"),
        ("Overtook Russia then.", "took Russia then", "Overtook Russia then"),
        ("L’Ukraine a pris la ville", "'Ukraine a pris la ville", "’Ukraine a pris la ville"),
        ("They keep workshops busy.", "they keep workshops b", "They keep workshops busy"),
        ("He said “no longer”then left", '"no longer"', "“no longer”"),
        ("s\xadh\xade\xadl\xadl\xads", "shells", "s\xadh\xade\xadl\xadl\xads"),
        ("a\nb\nc\nd\ne f", "a b c d e f", "a\nb\nc\nd\ne f"),
        (f"{'No word of it. ' * 30}It made shells.", "it made shells", "It made shells"),
        ("+++++ +++++ +", "----- ----- -", None),
        ("short", "a much longer piece of text than that", None),
        ("nothing like it", "bananas are good", None),
        ("", "words", None),
        ("words", "", None),
        ("words", " \n", None),
    ],
)  # fmt: skip
def test_the_nearest_words_are_told_whatever_their_marks_spaces_and_case(
    text: str, words: str, found: str | None
) -> None:
    near = nearest(text, words)
    assert (near and text[near.start : near.end]) == found


@given(st.text("ab “'-\n", max_size=40), st.text("abx “'-\n", max_size=9))
def test_what_is_nearest_is_a_passage_of_the_text(text: str, words: str) -> None:
    near = nearest(text, words)
    if near is not None:
        assert near in find(text, text[near.start : near.end])


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0", 0),
        ("12", 12),
        ("+12", 12),
        ("-3", -3),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("1" + "0" * 18, None),
        ("", None),
        ("1.0", None),
        ("1e3", None),
        ("--1", None),
        (" 1", None),
        ("1\n", None),
        ("٤", None),
        ("twelve", None),
    ],
)
def test_a_position_is_a_whole_number_of_not_too_many_digits(
    written: str, number: int | None
) -> None:
    assert offset(Literal(written, datatype=XSD.integer, normalize=False)) == number
    assert offset(Literal(written)) == number


def test_a_position_that_is_missing_is_none() -> None:
    assert offset(None) is None


@pytest.mark.parametrize(
    ("text", "place", "cuts"),
    [
        ("ab", 1, False),
        ("e\u0301x", 1, True),
        ("e\u0301x", 2, False),
        ("xe\u0301", 2, True),
        ("e\u0301", 0, False),
        ("\u0301e", 0, False),
        ("e\u0301", 2, False),
        ("e\u0301", 3, False),
        ("e\u0301", -1, False),
        (" \u0301", 1, False),
        ("\n\u0301", 1, False),
        ("क\u093e", 1, True),
        ("❤\ufe0f", 1, True),
        ("x\u20dd", 1, True),
        ("👩\u200d🚀", 1, True),
        ("👩\u200d🚀", 2, False),
    ],
)
def test_a_place_before_a_mark_of_a_character_cuts_it(text: str, place: int, cuts: bool) -> None:
    assert cuts_character(text, place) is cuts


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("We want no prom-\nises, he said", "We want no promises,", "We want no prom-\nises,"),
        ("well-\nKnown", "wellKnown", None),
        ("our co\xadoperation", "our cooperation", "our co\xadoperation"),
        ("the Cafe\u0301 stays", "the Caf\u00e9 stays", "the Cafe\u0301 stays"),
        ("the Cafe\u0301 stays", "the Cafe stays", None),
        ("one\u00a0 two\n three", "one two three", "one\u00a0 two\n three"),
        ("30,000 fuses", "30.000 fuses", None),
    ],
)
def test_words_are_found_as_they_are_printed(text: str, words: str, expected: str | None) -> None:
    found = [text[place.start : place.end] for place in find_printed(text, words)]
    assert found == ([] if expected is None else [expected])
