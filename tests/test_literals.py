"""Literals: what is no value of its datatype is found on the parse stream, whatever the engine."""

import re
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.rdf.xsd import WELL_FORMED, XSD, advice, well_formed
from onrecord.shacl import EngineName
from onrecord.validation.validate_files import validate_files

FORMS = tomllib.loads((Path(__file__).parent / "literals.toml").read_text(encoding="utf-8"))
RIGHT = [(name, form) for name, forms in FORMS.items() for form in forms["right"]]
WRONG = [(name, form) for name, forms in FORMS.items() for form in forms["wrong"]]


def name_of(case: object) -> str:
    return ascii(case)


@pytest.mark.parametrize(("datatype", "form"), RIGHT, ids=name_of)
def test_a_value_is_well_formed(datatype: str, form: str) -> None:
    assert well_formed(form, f"{XSD}{datatype}")


@pytest.mark.parametrize(("datatype", "form"), WRONG, ids=name_of)
def test_what_is_no_value_is_not(datatype: str, form: str) -> None:
    assert not well_formed(form, f"{XSD}{datatype}")


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".trig", ".nq"])
def test_each_is_reported_in_its_place_whatever_the_engine_thinks(
    tmp_path: Path, engine: EngineName, suffix: str
) -> None:
    """The only shape accepts everything."""
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:s> sh:targetSubjectsOf <urn:p> ; sh:nodeKind sh:IRI ."
    )
    data = tmp_path / f"data{suffix}"
    lines = [
        f"<urn:x> <urn:p> {ox.Literal(form, datatype=ox.NamedNode(XSD + name))} ."
        for name, form in (*WRONG, *RIGHT)
        if "\n" not in form
    ]
    data.write_text("\n".join(lines), encoding="utf-8")
    found = validate_files([data], [shapes], engine).findings
    wrong = [(name, form) for name, form in WRONG if "\n" not in form]
    assert [(each.shape, each.value) for each in found] == [("literal", form) for _, form in wrong]
    assert [each.region and each.region.line for each in found] == list(range(1, len(wrong) + 1))
    for each in found:
        assert each.remedy
        assert each.severity == "violation"


@given(st.dates())
def test_every_day_is_a_date(day: date) -> None:
    assert well_formed(day.isoformat(), f"{XSD}date")


@given(st.datetimes())
def test_every_moment_is_a_datetime_and_no_date(moment: datetime) -> None:
    assert well_formed(moment.isoformat(), f"{XSD}dateTime")
    assert not well_formed(moment.isoformat(), f"{XSD}date")


@given(st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True, alphabet="0123456789-"))
def test_a_date_is_right_when_the_calendar_has_it(written: str) -> None:
    try:
        exists = date.fromisoformat(written) >= date.min
    except ValueError:
        exists = written.startswith("0000") and well_formed(f"0400{written[4:]}", f"{XSD}date")
    assert well_formed(written, f"{XSD}date") == exists


@given(st.integers(), st.sampled_from(sorted(FORMS)))
def test_integers_are_right_within_their_bounds(number: int, datatype: str) -> None:
    bounds = {
        "byte": (-128, 127),
        "unsignedByte": (0, 255),
        "long": (-(2**63), 2**63 - 1),
        "unsignedLong": (0, 2**64 - 1),
        "nonNegativeInteger": (0, number),
        "positiveInteger": (1, number),
        "negativeInteger": (number, -1),
        "integer": (number, number),
    }
    if datatype in bounds:
        least, most = bounds[datatype]
        assert well_formed(str(number), f"{XSD}{datatype}") == (least <= number <= most)


@given(st.floats())
def test_every_float_is_a_double_and_none_with_an_exponent_a_decimal(number: float) -> None:
    written = repr(number).replace("inf", "INF").replace("nan", "NaN")
    assert well_formed(written, f"{XSD}double")
    assert well_formed(written, f"{XSD}decimal") == (written.strip("-").replace(".", "").isdigit())


@given(st.timedeltas(min_value=timedelta(0)))
def test_every_span_of_days_and_seconds_is_a_duration(span: timedelta) -> None:
    assert well_formed(f"P{span.days}DT{span.seconds}S", f"{XSD}duration")


@pytest.mark.parametrize("datatype", ["byte", "unsignedLong", "positiveInteger", "date", "gYear"])
def test_a_number_of_thousands_of_digits_is_read_and_not_a_crash(datatype: str) -> None:
    digits = "9" * 10_000
    written = f"{digits}-01-01" if datatype == "date" else digits
    assert well_formed(written, f"{XSD}{datatype}") == (
        datatype in ("positiveInteger", "date", "gYear")
    )


_SECONDS = r"([0-9]+(\.[0-9]+)?S)"
_CLOCK = rf"(T((([0-9]+H)([0-9]+M)?{_SECONDS}?)|(([0-9]+M){_SECONDS}?)|{_SECONDS}))"
_DAYS = r"([0-9]+Y([0-9]+M)?([0-9]+D)?|([0-9]+M)([0-9]+D)?|([0-9]+D))"
_ZONE = r"(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_NUMBER = r"(\+|-)?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|(24:00:00(\.0+)?))"
STANDARD = {
    "decimal": ("+-.05e", _NUMBER),
    "double": ("+-.05eEINFa", rf"{_NUMBER}([Ee](\+|-)?[0-9]+)?|(\+|-)?INF|NaN"),
    "duration": ("PYMDTHS.-07", rf"-?P(({_DAYS}{_CLOCK}?)|{_CLOCK})"),
    "dayTimeDuration": ("PDTHMS.-07", rf"-?P(([0-9]+D{_CLOCK}?)|{_CLOCK})"),
    "yearMonthDuration": ("PYM-07", r"-?P((([0-9]+Y)([0-9]+M)?)|([0-9]+M))"),
    "gYear": ("0124Z-+:", rf"-?([1-9][0-9]{{3,}}|0[0-9]{{3}}){_ZONE}"),
    "time": ("0124:.Z+-", rf"{_TIME}{_ZONE}"),
    "hexBinary": ("0fFg", r"([0-9a-fA-F]{2})*"),
    "language": ("aB1-_", r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    "base64Binary": (
        "AQgBw=+ /",
        r"((([A-Za-z0-9+/] ?){4})*((([A-Za-z0-9+/] ?){3}[A-Za-z0-9+/])"
        r"|(([A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=)|([A-Za-z0-9+/] ?[AQgw] ?= ?=)))?",
    ),
}
"""Signs to try, and the lexical form as the standard has it (XML Schema 1.1, part 2)."""


@pytest.mark.parametrize("datatype", STANDARD)
@given(data=st.data())
def test_a_form_is_right_if_the_standard_says_so(datatype: str, data: st.DataObject) -> None:
    signs, standard = STANDARD[datatype]
    written = data.draw(st.text(signs, max_size=12) | st.from_regex(standard, fullmatch=True))
    right = re.fullmatch(standard, written, re.ASCII) is not None
    assert well_formed(written, f"{XSD}{datatype}") == right


@given(st.text(), st.sampled_from(sorted(WELL_FORMED)))
def test_no_text_is_too_strange(written: str, datatype: str) -> None:
    assert well_formed(written, datatype) in (True, False)
    assert advice(datatype)


def test_of_other_datatypes_every_form_is_right() -> None:
    assert well_formed("anything", "https://example.org/own")
    assert well_formed("anything", f"{XSD}string")


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ('"2024-02-30"^^xsd:date', ["https://tide.example/s"]),
        ('"2024-02-30"^^xsd:dateTime', ["https://tide.example/s", "literal"]),
        ('"2024-02-28"', ["https://tide.example/s"]),
        ('"2024-02-30"^^xsd:date , "2024-02-31"^^xsd:date', ["https://tide.example/s"] * 2),
    ],
)
@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
def test_what_is_no_value_is_told_of_once(
    tmp_path: Path, engine: EngineName, value: str, rules: list[str]
) -> None:
    """That it is no value also breaks `sh:datatype`; that it should be of another one is more."""
    head = f"@prefix : <https://tide.example/> . @prefix xsd: <{XSD}> .\n"
    (tmp_path / "shapes.ttl").write_text(
        f"@prefix sh: <http://www.w3.org/ns/shacl#> . {head}"
        ":s sh:targetSubjectsOf :on ; sh:property [ sh:path :on ; sh:datatype xsd:date ] ."
    )
    (tmp_path / "data.ttl").write_text(f"{head}:x :on {value} .")
    found = validate_files([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"], engine).findings
    assert [finding.shape for finding in found] == rules
    if "^^" in value:
        assert "is not a value of the datatype" in found[-1].message
