"""House rules on the columns of saved queries: citable, and with the same names everywhere.

`columns.toml` has the exceptions, each with its reason.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from rdflib.namespace import DCTERMS

import bundled
from onrecord.files.bundled import QUERIES
from onrecord.records.edtf_bounds import bounds
from onrecord.releases.saved_query import Query, bind, read_queries

EXCEPTIONS = tomllib.loads((Path(__file__).parent / "columns.toml").read_text(encoding="utf-8"))
PARAMETERS = tomllib.loads(
    (Path(__file__).parent / "corpus_answers" / "parameters.toml").read_text(encoding="utf-8")
)
ALL = read_queries(QUERIES)
NO_FIGURE = {"factor", "confidence", "low", "high", "range_low", "range_high", "stated"}
"""Decimals that are no figure, or are beside one that has its unit."""
_BOUND = re.compile(r"rec:(?:earliest|latest) \?(\w+)|MAX\(\?(\w+)\)|MIN\(\?(\w+)\)")

by_name = pytest.mark.parametrize("query", ALL, ids=lambda query: query.name)


def iris_before_names(query: Query) -> list[str]:
    """Return what stands behind the first IRI and is none, or an IRI at the very beginning."""
    kinds = [column.kind for column in query.columns]
    first = kinds.index("IRI") if "IRI" in kinds else len(kinds)
    wrong = [column.name for column in query.columns[first:] if column.kind != "IRI"]
    return wrong or ([query.columns[0].name] if first == 0 else [])


def of_another_kind(query: Query) -> list[str]:
    """Return the columns that are of another kind in most other queries."""
    return [column.name for column in query.columns if column.kind != usual_kinds()[column.name]]


@cache
def usual_kinds() -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for query in ALL:
        for column in query.columns:
            found.setdefault(column.name, []).append(column.kind)
    return {name: max(sorted(set(kinds)), key=kinds.count) for name, kinds in found.items()}


def invented_days(query: Query) -> list[str]:
    """Return the columns that give a bound of a time as its day."""
    bound = {name for match in _BOUND.finditer(query.text) for name in match.groups() if name}
    return [
        column.name for column in query.columns if column.kind == "xsd:date" or column.name in bound
    ]


def without_basis(query: Query) -> list[str]:
    """Return `said_on`, if the column behind it does not say what the date rests on."""
    names = [column.name for column in query.columns]
    if "said_on" not in names:
        return []
    return [] if names[names.index("said_on") + 1 :][:1] == ["date_basis"] else ["said_on"]


def figures(query: Query) -> list[str]:
    return [
        column.name
        for column in query.columns
        if column.kind == "xsd:decimal" and column.name not in NO_FIGURE
    ]


def without_unit(query: Query) -> list[str]:
    """Return the figures of a query that lacks `unit` or `per`."""
    names = {column.name for column in query.columns}
    return [] if {"unit", "per"} <= names else figures(query)


def without_modality(query: Query) -> list[str]:
    """Return the figures of a query that does not say how they are put: denied, projected …"""
    said = any(re.fullmatch(r"(\w+_)?modality", column.name) for column in query.columns)
    return [] if said else figures(query)


def without_conversion(query: Query) -> list[str]:
    """Return the figures of a query that has no column for how a month's became a year's."""
    names = [column.name for column in query.columns]
    is_told = any(name.endswith(("conversion", "reckoned")) for name in names)
    return [] if is_told else figures(query)


def without_address(query: Query) -> list[str]:
    """Return the columns of claims and sources, if nothing says where these can be looked up."""
    names = [column.name for column in query.columns]
    if "url" in names or any(name.endswith("sources") for name in names):
        return []
    return [column.name for column in query.columns if column.kind == "IRI"]


def without_its_day(query: Query) -> list[str]:
    """Return the parameters of a query that is about today, if the answer does not name the day."""
    if "NOW()" not in query.text or "as_of" in [column.name for column in query.columns]:
        return []
    return [parameter.name for parameter in query.parameters]


def rows_twice(query: Query) -> list[str]:
    """Return a row that the bundled collection gives twice, as its readers see it."""
    answers = [answer(query)]
    if query.name in PARAMETERS:
        answers.append(bundled.rows(bind(query, PARAMETERS[query.name], bundled.BASE)))
    for found in answers:
        seen = Counter(found)
        if twice := [" | ".join(row) for row in found if seen[row] > 1]:
            return twice[:1]
    return []


def out_of_order(query: Query) -> list[str]:
    """Return the first date that is out of order, in rows that begin with one; undated are last."""
    if query.columns[0].name != "said_on":
        return []
    dates = [row[0] for row in answer(query)]
    begins = [_begin(edtf) for edtf in dates]
    return [
        edtf for edtf, begin, then in zip(dates, begins, begins[1:], strict=False) if begin > then
    ][:1]


def _begin(edtf: str) -> str:
    first, last = bounds(edtf) if edtf else (None, None)
    return str(first or last or "9999")


RULES: dict[str, Callable[[Query], list[str]]] = {
    "iris-last": iris_before_names,
    "one-kind": of_another_kind,
    "no-invented-day": invented_days,
    "said-on-with-basis": without_basis,
    "figure-with-unit": without_unit,
    "figure-with-modality": without_modality,
    "conversion-told": without_conversion,
    "address-given": without_address,
    "day-named": without_its_day,
    "no-row-twice": rows_twice,
    "in-order-of-date": out_of_order,
}


def answer(query: Query) -> list[tuple[str, ...]]:
    return bundled.answer(query)[0]


@pytest.mark.parametrize("rule", RULES)
@by_name
def test_a_query_keeps_to_the_house_rules_or_says_why_not(rule: str, query: Query) -> None:
    wrong = RULES[rule](query)
    if query.name in EXCEPTIONS[rule]:
        assert wrong, "it keeps to the rule: take the exception out of columns.toml"
    else:
        assert wrong == []


def test_each_exception_is_of_a_rule_and_a_query() -> None:
    assert set(EXCEPTIONS) == set(RULES)
    names = {query.name for query in ALL}
    assert [name for rule in EXCEPTIONS.values() for name in rule if name not in names] == []
    assert all(reason for rule in EXCEPTIONS.values() for reason in rule.values())


def cells(query: Query, kind: str) -> Iterator[str]:
    places = [place for place, column in enumerate(query.columns) if column.kind == kind]
    for row in answer(query):
        yield from (row[place] for place in places if row[place])


@by_name
def test_a_date_is_one_that_the_records_have(query: Query) -> None:
    known = {str(date) for date in bundled.graph().objects(None, DCTERMS.date)}
    assert set(cells(query, "EDTF")) <= known


@by_name
def test_a_source_is_called_by_its_title_or_its_outlet_and_date(query: Query) -> None:
    assert [text for text in cells(query, "text") if "title not seen" in text] == []
