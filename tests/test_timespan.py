"""Time spans: the days that an EDTF date can touch."""

import sys
from datetime import date, timedelta

import pytest
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.derivation.span import in_words, time_in_words
from onrecord.records.edtf_bounds import DateError, bounds

DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31))


PLAIN_DATES = [
    ("2025-11-06", "2025-11-06", "2025-11-06"),
    ("2025-06", "2025-06-01", "2025-06-30"),
    ("2024-02", "2024-02-01", "2024-02-29"),
    ("2025", "2025-01-01", "2025-12-31"),
    ("2025~", "2025-01-01", "2025-12-31"),
    ("2025-11-06/..", "2025-11-06", None),
    ("../2025-11-05", None, "2025-11-05"),
    ("../2025-06", None, "2025-06-30"),
    ("2025-06/..", "2025-06-01", None),
    ("2025-06-15/2025-06-15", "2025-06-15", "2025-06-15"),
    ("2025-06-15/2025-06", "2025-06-15", "2025-06-30"),
    ("2024-03/2024-04", "2024-03-01", "2024-04-30"),
    ("XXXX-04", None, None),
    ("XXXX-12", None, None),
    ("XXXX-22", None, None),
    ("XXXX-04-12", None, None),
    ("XXXX-04-09", None, None),
]
OTHER_DATES = [
    ("2025-11-06/", "2025-11-06", None),
    ("/2025-11-05", None, "2025-11-05"),
    ("-0044", None, None),
    ("-0044-03-15", None, None),
    ("-0044/2025", None, "2025-12-31"),
    ("0000", None, None),
    ("0000-05", None, None),
    ("0001-21", "0001-03-01", "0001-05-31"),
    ("9998-21", "9998-03-01", "9998-05-31"),
    ("Y12345", None, None),
    ("XXXX", None, None),
    ("XXXX-12-31", None, None),
    ("199X", "1990-01-01", "1999-12-31"),
    ("2025-21", "2025-03-01", "2025-05-31"),
]


@pytest.mark.parametrize(("edtf", "first", "last"), PLAIN_DATES + OTHER_DATES)
def test_a_date_has_its_bounds(edtf: str, first: str | None, last: str | None) -> None:
    assert [day and day.isoformat() for day in bounds(edtf)] == [first, last]


@pytest.mark.parametrize(("edtf", "first", "last"), PLAIN_DATES)
def test_a_plain_date_is_read_where_there_is_no_parser(
    edtf: str, first: str | None, last: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "edtf", None)
    bounds.cache_clear()
    assert [day and day.isoformat() for day in bounds(edtf)] == [first, last]


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2024-02-30", "2024-04-31", "2024-13-01", "2025-00", "2025-01-00",
     "2025-00/2026", "6 November 2025", "025", "2025/+", "+/2025", "..", "/..", "../"],
)  # fmt: skip
def test_what_is_no_edtf_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        bounds(text)


@given(DAYS)
def test_a_day_touches_only_itself(day: date) -> None:
    assert bounds(day.isoformat()) == (day, day)


@given(DAYS, st.integers(min_value=1, max_value=400))
def test_an_interval_reaches_from_its_first_to_its_last_day(day: date, days: int) -> None:
    last = min(day + timedelta(days=days), date(9998, 12, 31))
    if day < last:
        assert bounds(f"{day.isoformat()}/{last.isoformat()}") == (day, last)


PLAIN = st.builds(
    lambda year, month, day, mark: (
        "-".join(part for part in (f"{year:04}", month, month and day) if part) + mark
    ),
    st.integers(min_value=1000, max_value=9998),
    st.sampled_from(["", "01", "02", "04", "12", "13"]),
    st.sampled_from(["", "01", "29", "30", "31", "32"]),
    st.sampled_from(["", "~", "?", "%"]),
)


@settings(max_examples=100)
@given(st.one_of(PLAIN, st.tuples(PLAIN | st.just(".."), PLAIN | st.just("..")).map("/".join)))
def test_what_is_read_without_the_parser_is_what_the_parser_reads(edtf: str) -> None:
    try:
        parsed = parse_edtf(edtf)
    except EDTFParseException:
        with pytest.raises(DateError):
            bounds(edtf)
        return
    try:
        first, last = bounds(edtf)
    except DateError:
        assert "-31" in edtf or "-30" in edtf or "-29" in edtf, "the parser knows no 31 April"
        return
    start, slash, end = edtf.partition("/")
    if not (slash and start == ".."):
        assert first is not None
        assert tuple(parsed.lower_strict())[:3] == (first.year, first.month, first.day)
    if not (slash and end == ".."):
        assert last is not None
        assert tuple(parsed.upper_strict())[:3] == (last.year, last.month, last.day)


@pytest.mark.parametrize(
    ("edtf", "words"),
    [("2025-11-06", "6 November 2025"), ("2025-06~", "about June 2025"), ("2025", "2025"),
     ("2025?", "perhaps 2025"), ("2025-21", "spring 2025"), ("XXXX-04-09", "9 April"),
     ("202X", "202X"), ("2025-13", "2025-13"), ("", "an unknown time"),
     ("../..", "an unknown time"), ("../2022-02", "a time up to February 2022"),
     ("/2022-02-24", "a time up to 24 February 2022"),
     ("2023~/..", "the time from about 2023 on"),
     ("2025-01-01/2025-02-28", "January 2025 to February 2025"),
     ("2025-01-02/2025-02-27", "2 January 2025 to 27 February 2025"),
     ("2023-01-15~/2023-03-15~", "about January 2023 to about March 2023"),
     ("2024-09/2025-07~", "September 2024 to about July 2025"),
     ("2025-07/2025-07-05", "July 2025, and not after 5 July 2025"),
     ("2025-07-05/2025", "2025, and not before 5 July 2025")],
)  # fmt: skip
def test_the_words_of_a_date_name_no_day_that_it_has_not(edtf: str, words: str) -> None:
    assert in_words(edtf) == words


def test_a_source_has_its_own_words_for_a_time_that_is_not_plain() -> None:
    assert time_in_words("../2022-02", "before the war") == (
        "a time up to February 2022 (“before the war”)"
    )
    assert time_in_words("2024", "in 2024") == "2024"
    assert time_in_words("2024~", "") == "about 2024"
