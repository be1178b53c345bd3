"""Quotation marks: whether a stretch of a text stands between them."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.records.quotation import in_quotation

STRETCHES = tomllib.loads(Path(__file__).with_name("quotation.toml").read_text("utf-8"))["stretch"]
PAIRS = ["“”", "„“", "„”", "«»", "»«", "‹›", "‘’", "「」", "『』", '""', "''"]
WORDS = st.text("abc é.,", min_size=1).map(str.strip).filter(str.isascii).filter(bool)


@pytest.mark.parametrize("stretch", STRETCHES, ids=lambda stretch: str(stretch["what"]))
def test_a_stretch_is_quoted_or_not_as_the_file_says(stretch: dict[str, str]) -> None:
    before, _, rest = stretch["text"].partition("⟦")
    words, _, after = rest.partition("⟧")
    start = len(before)
    assert in_quotation(before + words + after, start, start + len(words)) is stretch["quoted"]


@given(WORDS, WORDS, WORDS, st.sampled_from(PAIRS))
def test_words_between_marks_are_quoted_and_those_around_are_not(
    before: str, words: str, after: str, marks: str
) -> None:
    text = f"{before} {marks[0]}{words}{marks[1]} {after}"
    start = len(before) + 2
    assert in_quotation(text, start, start + len(words))
    assert in_quotation(text, start - 1, start + len(words) + 1)
    assert not in_quotation(text, 0, len(before))
    assert not in_quotation(text, len(text) - len(after), len(text))
