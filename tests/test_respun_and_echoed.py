"""What saved queries do with words that a machine rewrote, and with what only repeats a claim."""

import pyoxigraph as ox
import pytest

import bundled
from onrecord.files.bundled import QUERIES
from onrecord.releases.saved_query import Query, bind, read_queries, read_query

REC = "https://w3id.org/onrecord/ns#"
RESPUN = "4 times much ammunition successful 3"
"""Words that a machine made of others; nobody said that number."""


def answer(store: ox.Store, query: Query) -> list[list[str]]:
    rows = store.query(bind(query, {}, bundled.BASE))
    return [["" if term is None else term.value for term in row] for row in rows]  # type: ignore[union-attr]


@pytest.mark.parametrize("query", read_queries(QUERIES), ids=lambda query: query.name)
def test_a_respun_figure_never_looks_like_what_was_said(query: Query) -> None:
    for row in bundled.rows(bind(query, {}, bundled.BASE)):
        if any(RESPUN in text or "producing 4 times much" in text for text in row):
            assert any("respun" in text or "machine" in text for text in row), row


def test_queries_that_show_the_figure_are_among_them() -> None:
    names = {"ratio-by-outlet", "said-then-said-otherwise", "quantities", "how-carried"}
    for name in names:
        rows = bundled.rows(bind(read_query(QUERIES / f"{name}.rq"), {}, bundled.BASE))
        assert any("much ammunition successful 3" in text for row in rows for text in row), name


COUNTED = {
    "relied-on-not-archived": ("claims", "?page rec:reliesOn ?source ; rec:attests ?claim ."),
    "only-seem-to-disagree": ("pairs", "?pair rec:nearness ?n ; rec:first/^rec:quantity ?claim ."),
    "speakers-by-topic": (
        "claims",
        "?claim rec:speaker ?who ; <http://purl.org/dc/terms/subject> ?topic .",
    ),
}
"""Queries that count: the column of the number, and the claims that are counted in it."""


@pytest.mark.parametrize("name", COUNTED)
def test_an_echo_is_not_counted(name: str) -> None:
    column, counted = COUNTED[name]
    query = read_query(QUERIES / f"{name}.rq")
    place = [each.name for each in query.columns].index(column)
    store = ox.Store()
    store.extend(bundled.store())
    before = sum(int(row[place]) for row in answer(store, query))
    pattern = f"{counted} FILTER NOT EXISTS {{ ?claim rec:repeats ?original . }}"
    rows = store.query(f"PREFIX rec: <{REC}> SELECT ?claim {{ {pattern} }} ORDER BY ?claim LIMIT 1")
    (claim,) = (row["claim"] for row in rows)  # type: ignore[union-attr]
    other = ox.NamedNode("https://example.org/said-before")
    store.add(ox.Quad(claim, ox.NamedNode(f"{REC}repeats"), other))
    assert sum(int(row[place]) for row in answer(store, query)) < before
