"""Pages' own queries with SQL beside them: the tables of a release give the rows of its graph."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox
import pytest

from built_releases import ReleaseOf
from onrecord.releases.release import STORE, Release
from onrecord.releases.saved_query import Query, bind
from onrecord_server.pages import page_queries
from onrecord_server.pages.page_queries import is_true, queries_of_tables

PREFIXES = "PREFIX rec: <https://w3id.org/onrecord/ns#> "
MOST = 40
"""Things that a query is asked of in each release."""
OWN = page_queries._own_queries()


@dataclass(frozen=True, slots=True)
class Asked:
    """A release, and its store to be asked at once."""

    release: Release
    store: ox.Store

    def rows(self, text: str) -> list[list[str]]:
        """Return the rows of a SELECT as texts."""
        found = self.store.query(text)
        assert isinstance(found, ox.QuerySolutions)
        return [[getattr(term, "value", "") for term in row] for row in found]

    def things(self, parameter: str) -> list[str]:
        """Return what the first parameter of a query may be."""
        kinds = ["actor"] if parameter in ("actor", "speaker") else ["topic", "series"]
        base = self.release.manifest["base"]
        texts = [
            f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER (STRSTARTS(STR(?s), "{base}{kind}/"))'
            ' FILTER (!CONTAINS(STR(?s), "#")) } ORDER BY ?s'
            for kind in kinds
        ]
        return [row[0] for text in texts for row in self.rows(text)]


@pytest.fixture(scope="module", params=["sample", "clinic", "bundled"])
def asked(request: pytest.FixtureRequest, release_of: ReleaseOf) -> Asked:
    release = release_of(request.param)
    return Asked(release, ox.Store.read_only(str(release.path / STORE)))


def cases(query: Query, asked: Asked) -> Iterator[dict[str, str]]:
    """Yield parameters of a query: each thing, without more and with what else it may have."""
    first, *more = (each.name for each in query.parameters)
    things = asked.things("actor" if query.name == "links-to-actor" else first)
    things = things[:: len(things) // MOST + 1]
    others: list[dict[str, str]] = [] if query.name == "said-about-then" else [{}]
    if "as_of" in more:
        others += [{"as_of": "2024-06-01"}, {"as_of": "2025-06-30"}]
    if "after" in more:
        claims = asked.rows(f"{PREFIXES}SELECT ?claim {{ ?claim a rec:Claim }} ORDER BY ?claim")
        for (claim,) in claims[:: len(claims) // 3 + 1]:
            (row,) = asked.rows(bind(OWN["day-of-claim"], {"claim": claim}, ""))
            others.append({"after": claim, "after_day": row[0]})
    yield from ({first: thing, **other} for thing in things for other in others)


def comparable(text: str, kind: str) -> object:
    """Return a value as both engines have it."""
    if kind == "xsd:boolean":
        return is_true(text)
    return float(Decimal(text)) if kind == "xsd:decimal" and text else text


@pytest.mark.parametrize("name", queries_of_tables())
def test_tables_answer_as_the_graph_does(asked: Asked, name: str) -> None:
    query = OWN[name]
    kinds = [column.kind for column in query.columns]
    seen = 0
    for values in cases(query, asked):
        found = page_queries._table_rows(asked.release, name, values)
        assert found is not None
        expected = asked.rows(bind(query, values, ""))
        for rows in (found, expected):
            assert all(len(row) == len(kinds) for row in rows)
        alike = [
            [tuple(comparable(text, kind) for text, kind in zip(row, kinds, strict=True))
             for row in rows]
            for rows in (found, expected)
        ]  # fmt: skip
        assert alike[0] == alike[1], values
        seen += len(alike[0])
    assert seen


def test_a_query_reads_tables_of_this_version_alone(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"actor": asked.things("actor")[0]}
    assert page_queries._table_rows(asked.release, "counts-of-actor", values) is not None
    monkeypatch.setattr(page_queries, "VERSION", page_queries.VERSION + 1)
    assert page_queries._table_rows(asked.release, "counts-of-actor", values) is None
