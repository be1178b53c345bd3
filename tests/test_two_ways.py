"""Queries with SQL beside them: the tables of a release give the rows of its graph."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest

from built_releases import COLLECTIONS, ReleaseOf
from onrecord.files.bundled import QUERIES
from onrecord.rdf.namespaces import REC
from onrecord.records.archive import open_archive
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.records.synthesis.collection import ARCHIVE, write_synthetic_collection
from onrecord.releases.build import build
from onrecord.releases.parameter_choices import choices as choices_of
from onrecord.releases.parameter_choices import choices_in_tables
from onrecord.releases.release import STORE, Release
from onrecord.releases.saved_query import Query, bind, read_queries
from onrecord.releases.tables import answers
from onrecord.releases.tables.answers import (
    KeptQuery,
    count_rows,
    kept_queries,
    kept_query,
    rows_of,
)
from onrecord.releases.tables.projection import TABLES, write_tables
from onrecord.releases.tables.search import open_tables
from onrecord_server.pages import page_queries
from onrecord_server.pages.answer.saved_answer import sql_values
from onrecord_server.pages.page_queries import is_true, queries_of_tables
from onrecord_server.pages.things.claim_list import UNDATED

PREFIXES = "PREFIX rec: <https://w3id.org/onrecord/ns#> "
MOST = 40
"""Things that a query is asked of in each release."""
OWN = page_queries._own_queries()
GROUPS = 4
"""Parts into which things are divided where several are asked for at once."""
CHOICES = 2
"""Values that each parameter of a saved query has."""
NOTHING = {("clinic", "claim-gainsaid"), ("clinic", "programme-kin")}
"""Collections that a query finds nothing in: nobody contradicts anybody, no series are alike."""
CLAIMS = ("claim", "plan")
"""Parameters that are claims."""
WRITTEN = {"date": ("2025-01-15", "2031-11-06"), "number": ("2025", "1900")}
"""Values of parameters that are no things, by their kind."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A release, and its store to be asked at once."""

    name: str
    release: Release
    store: ox.Store

    def rows(self, text: str) -> list[list[str]]:
        """Return the rows of a SELECT as texts."""
        found = self.store.query(text)
        assert isinstance(found, ox.QuerySolutions)
        return [[getattr(term, "value", "") for term in row] for row in found]

    def things(self, parameter: str) -> list[str]:
        """Return what the first parameter of a query may be."""
        if parameter in CLAIMS:
            return [
                row[0] for row in self.rows(f"{PREFIXES}SELECT ?c {{ ?c a rec:Claim }} ORDER BY ?c")
            ]
        kinds = ["actor"] if parameter in ("actor", "speaker") else ["topic", "series"]
        base = self.release.manifest["base"]
        texts = [
            f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER (STRSTARTS(STR(?s), "{base}{kind}/"))'
            ' FILTER (!CONTAINS(STR(?s), "#")) } ORDER BY ?s'
            for kind in kinds
        ]
        return [row[0] for text in texts for row in self.rows(text)]


def built(folder: Path) -> Release:
    """Return the release of a small synthetic collection."""
    records = folder / "collection"
    write_synthetic_collection(records, 150, 1)
    checked = check_records(read_collection(records), open_archive([records / ARCHIVE]))
    return build(checked, folder / "releases")


def with_answers(release: Release) -> Release:
    """Write the tables of a release anew, as a build writes them."""
    tables = release.path / TABLES
    tables.unlink()
    write_tables(tables, ox.Store.read_only(str(release.path / STORE)))
    return release


@pytest.fixture(scope="module", params=[*COLLECTIONS, "generated"])
def asked(
    request: pytest.FixtureRequest, release_of: ReleaseOf, tmp_path_factory: pytest.TempPathFactory
) -> Asked:
    """A release that keeps its answers, however small it is."""
    name = request.param
    copied = release_of(name) if name in COLLECTIONS else None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "FEWEST", 0)
        release = with_answers(copied) if copied else built(tmp_path_factory.mktemp(name))
    return Asked(name, release, ox.Store.read_only(str(release.path / STORE)))


def cases(query: Query, asked: Asked) -> Iterator[dict[str, str | tuple[str, ...]]]:
    """Yield parameters of a query: each thing, without more and with what else it may have.

    What may have several values is asked for some things at a time, as a page does.
    """
    if not query.parameters:
        yield {}
        return
    first, *more = (each.name for each in query.parameters)
    things = asked.things("actor" if query.name == "links-to-actor" else first)
    few: Iterable[str | tuple[str, ...]] = things[:: len(things) // MOST + 1]
    if f"json_each(:{first})" in queries_of_tables()[query.name]:
        few = [tuple(things[number::GROUPS]) for number in range(min(GROUPS, len(things)))]
    others: list[dict[str, str]] = [] if query.name == "said-about-then" else [{}]
    if "as_of" in more:
        others += [{"as_of": "2024-06-01"}, {"as_of": "2025-06-30"}]
    if "after" in more:
        claims = asked.rows(
            f"{PREFIXES}SELECT ?claim ?day {{ ?claim a rec:Claim ."
            " OPTIONAL { ?claim rec:saidOn/rec:earliest ?day } } ORDER BY ?claim"
        )
        for claim, day in claims[:: len(claims) // 3 + 1]:
            others.append({"after": claim, "after_day": day or UNDATED})
    yield from ({first: thing, **other} for thing in few for other in others)


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
    assert bool(seen) is ((asked.name, name) not in NOTHING)


def test_tables_have_the_choices_of_the_graph(asked: Asked) -> None:
    base = asked.release.manifest["base"]
    tables = open_tables(asked.release.path)
    assert tables is not None
    kinds = sorted({each.of for query in read_queries(QUERIES) for each in query.parameters} - {""})
    listed = []
    with closing(tables):
        for kind in kinds:
            found = choices_in_tables(kind, base, tables)
            if found is not None:
                assert found == choices_of(kind, base, lambda text: list(asked.store.query(text)))
                listed.append(kind)
    assert {"rec:Actor", "rec:Series", "skos:Concept"} <= {*listed}
    assert "rec:Claim" not in listed


def test_a_query_reads_tables_of_this_version_alone(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"actor": asked.things("actor")[0]}
    assert page_queries._table_rows(asked.release, "counts-of-actor", values) is not None
    monkeypatch.setattr(page_queries, "VERSION", page_queries.VERSION + 1)
    assert page_queries._table_rows(asked.release, "counts-of-actor", values) is None


@pytest.fixture(scope="module")
def tables(asked: Asked) -> Iterator[sqlite3.Connection]:
    found = open_tables(asked.release.path)
    assert found is not None
    with closing(found):
        yield found


def choices(kept: KeptQuery, tables: sqlite3.Connection) -> dict[str, list[str]]:
    """Return values of each parameter: things that rows have, and one that none has."""
    found = {}
    for parameter in kept.query.parameters:
        name = parameter.name
        if parameter.kind in WRITTEN:
            found[name] = list(WRITTEN[parameter.kind])
            continue
        # Whose agreements are asked for is the first or the second claim.
        column = name if name in kept.keeps else "first"
        text = f'SELECT DISTINCT "{column}" FROM {kept.table} ORDER BY 1'  # noqa: S608
        values = [str(value) for (value,) in tables.execute(text) if value is not None]
        few = values[:: max(len(values) // (CHOICES - 1), 1)][: CHOICES - 1]
        found[name] = [*few, "https://example.org/nothing"]
    return found


def saved_cases(kept: KeptQuery, tables: sqlite3.Connection) -> Iterator[dict[str, str]]:
    """Yield values of parameters: none, each alone, and all together."""
    yield {}
    found = choices(kept, tables)
    for name, values in found.items():
        yield from ({name: value} for value in values)
    if len(found) > 1:
        for together in zip(*found.values(), strict=False):
            yield dict(zip(found, together, strict=True))


@pytest.mark.parametrize("name", kept_queries())
def test_tables_keep_the_answer_of_a_saved_query(
    asked: Asked, tables: sqlite3.Connection, name: str
) -> None:
    known = kept_queries()[name]
    answered = 0
    for values in saved_cases(known, tables):
        columns = sql_values(known.query, values, "")
        kept = kept_query(tables, name)
        assert kept is not None
        solutions = asked.store.query(bind(kept.query, values, ""))
        assert isinstance(solutions, ox.QuerySolutions)
        assert [each.value for each in solutions.variables] == [
            column.name for column in kept.query.columns
        ]
        expected = [tuple(row) for row in solutions]
        found = rows_of(tables, kept, columns)
        # What has a default is never asked without; a claim on two topics is twice in a row there.
        if all(set(default.names) <= set(values) for default in kept.query.defaults):
            assert found == expected, values
        assert sorted(map(str, found)) == sorted(map(str, expected)), values
        assert count_rows(tables, kept, columns) == len(expected)
        assert rows_of(tables, kept, columns, 2, 3) == found[2:5]
        answered += 1
    assert answered


def test_a_saved_query_of_another_text_is_not_looked_up(
    tables: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = kept_queries()["quantities"]
    edited = replace(known, query=replace(known.query, text=f"{known.query.text}LIMIT 1\n"))
    assert kept_query(tables, "quantities") == known
    monkeypatch.setattr(answers, "kept_queries", lambda: {"quantities": edited})
    assert kept_query(tables, "quantities") is None


def test_the_latest_word_is_kept_for_days_on_which_words_are_taken_back_or_replaced(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words are taken back at random, and others are put in their place."""
    chance = Random(asked.release.name)  # noqa: S311 - for tests
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(*quad.triple) for quad in asked.store.quads_for_pattern(None, None, None, None)
    )
    claims = [
        ox.NamedNode(row[0]) for row in asked.rows(f"{PREFIXES}SELECT ?c {{ ?c rec:saidOn ?d }}")
    ]
    pairs = asked.rows(
        f"{PREFIXES}SELECT ?a ?b {{ ?a rec:quantity/rec:inSeries ?s . FILTER (?a != ?b)"
        " ?b rec:quantity/rec:inSeries ?s } ORDER BY ?a ?b"
    )
    for one, other in chance.sample(pairs, min(len(pairs), 30)):
        replaced = ox.NamedNode(REC.supersedes)
        store.add(ox.Quad(ox.NamedNode(one), replaced, ox.NamedNode(other)))
    for _ in range(len(claims) // 4):
        one, other = chance.choice(claims), chance.choice(claims)
        store.add(ox.Quad(one, ox.NamedNode(REC.takenBackBy), other))
    known = kept_queries()["as-of"]
    monkeypatch.setattr(answers, "FEWEST", 0)
    monkeypatch.setattr(answers, "kept_queries", lambda: {"as-of": known})
    write_tables(tmp_path / "tables.sqlite", store)
    with closing(sqlite3.connect(tmp_path / "tables.sqlite")) as tables:
        days = [row[0] for row in tables.execute("SELECT DISTINCT said_to FROM claim ORDER BY 1")]
        back = tables.execute("SELECT DISTINCT taken_back FROM latest_word ORDER BY 1").fetchall()
        assert len(back) > 1
        seen = set()
        for day in [*filter(None, days[:: len(days) // 8 + 1]), *(row[0] for row in back[1:5])]:
            solutions = store.query(bind(known.query, {"day": day}, ""))
            assert isinstance(solutions, ox.QuerySolutions)
            expected = [tuple(row) for row in solutions]
            assert rows_of(tables, known, {"day": day}) == expected, day
            assert count_rows(tables, known, {"day": day}) == len(expected)
            seen.add(len(expected))
        assert len(seen) > 1
