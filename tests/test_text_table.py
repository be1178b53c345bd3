"""Tables in plain text: they keep to the width of a terminal."""

import pytest

from onrecord.releases.text_table import text_table

HEADER = ("said_on", "speaker", "text", "condition", "claim")
ROWS = [
    ("2024-05-14", "Ada Holm", "Sundra does not make more flares than the League does.", "", "c1"),
    ("2024-02", "Jón 漢字漢字漢字", "Sundra makes in two months what the League makes.", "", "c2"),
]


def test_without_a_width_each_column_is_there_and_long_cells_are_cut() -> None:
    text, left_out = text_table(HEADER, ROWS)
    header, first, _ = text.splitlines()
    assert header.split() == list(HEADER)
    assert "Sundra does not make more flares than the Leagu…" in first
    assert left_out == ()


@pytest.mark.parametrize("width", [200, 90, 80, 60, 40, 20, 10])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    text, _ = text_table(HEADER, ROWS, width)
    for line in text.splitlines():
        assert len(line) + sum(letter in "漢字" for letter in line) <= width


def test_the_widest_column_shrinks_before_one_is_left_out() -> None:
    text, left_out = text_table(HEADER, ROWS, 80)
    assert (len(text.splitlines()[1]) > 70, left_out) == (True, ("condition",))


def test_the_last_columns_are_left_out_and_named() -> None:
    text, left_out = text_table(HEADER, ROWS, 25)
    assert text.splitlines()[0].split() == ["said_on", "speaker"]
    assert left_out == ("text", "condition", "claim")


def test_a_table_without_rows_is_its_header() -> None:
    assert text_table(("a", "b"), [], 80) == ("a  b\n", ())
