"""What an answer says of a claim beside its words: what has to be known, and what it counts."""

import pytest
from rdflib import URIRef

import bundled
from onrecord.files.bundled import QUERIES
from onrecord.rdf.namespaces import REC
from onrecord.releases.saved_query import bind, read_query

SAME = {
    "quantities", "ratio-by-outlet", "said-of-actor", "said-then-said-otherwise", "single-root",
    "single-anonymous-source", "single-secondary-source", "targets", "witnesses",
}  # fmt: skip
"""Answers whose caution is that of the claim."""

COUNTED = """
PREFIX qudt: <http://qudt.org/schema/qudt/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rec: <https://w3id.org/onrecord/ns#>
SELECT ?series ?things WHERE {
  [] rec:measure/rec:counts ?things ; rdfs:label ?series .
}
"""


def answer(name: str) -> list[dict[str, str]]:
    """Return the rows of a saved query on the bundled collection, with its defaults."""
    query = read_query(QUERIES / f"{name}.rq")
    names = [column.name for column in query.columns]
    return [
        {name: term.value for name, term in zip(names, row, strict=True) if term is not None}
        for row in bundled.solutions(bundled.default_text(query))
    ]


@pytest.mark.parametrize("name", sorted(SAME))
def test_what_has_to_be_known_of_a_claim_is_said_in_each_answer(name: str) -> None:
    cautions = {
        str(claim): str(words)
        for claim, words in bundled.graph().subject_objects(REC.cautionInWords)
    }
    rows = answer(name)
    assert rows
    assert [row for row in rows if row.get("caution") != cautions.get(row["claim"])] == []


def test_what_took_the_place_of_what_has_the_cautions_of_both() -> None:
    graph = bundled.graph()
    rows = answer("superseded")
    assert any("by_caution" in row for row in rows)
    for row in rows:
        for part in ("superseded", "by"):
            caution = graph.value(URIRef(row[part]), REC.cautionInWords)
            assert row.get(f"{part}_caution") == (None if caution is None else str(caution))


def test_a_second_report_of_one_saying_is_no_second_saying() -> None:
    (sixfold,) = (row for row in answer("witnesses") if row["claim"].endswith("/claim/sixfold"))
    assert sixfold["caution"].endswith("no second saying")
    counted = {
        row["speaker_iri"].rpartition("/")[2]: int(row["speaker_claims"])
        for row in answer("speakers-by-topic")
    }
    ruttes = [row for row in answer("witnesses") if row["speaker"] == "Mark Rutte"]
    second = [row for row in ruttes if "no second saying" in row.get("caution", "")]
    echoes = [row for row in ruttes if "echo_of" in row]
    assert second
    assert counted["mark-rutte"] <= len(ruttes) - len(second) - len(echoes)


def test_a_figure_counts_what_its_measure_counts() -> None:
    things = {series.value: counted.value for series, counted in bundled.solutions(COUNTED)}
    rows = [row for row in answer("quantities") if row["series"] in things]
    assert {row["unit"] for row in rows} == {"countries", "places", "lines or plants"}
    assert [row for row in rows if row["unit"] != things[row["series"]]] == []


def test_each_answer_with_a_unit_asks_what_a_measure_counts() -> None:
    queries = {path.stem: path.read_text(encoding="utf-8") for path in QUERIES.glob("*.rq")}
    units = {name for name, text in queries.items() if "= unit:NUM, " in text}
    assert len(units) >= 10
    assert [name for name in units if "rec:counts ?things" not in queries[name]] == []


def test_a_plan_without_a_date_that_one_calls_reached_is_disputed_by_less_of_later() -> None:
    query = read_query(QUERIES / "programme.rq")
    text = bind(query, {"topic": "topic/us-hundred-thousand"}, bundled.BASE)
    names = [column.name for column in query.columns]
    rows = [dict(zip(names, row, strict=True)) for row in bundled.solutions(text)]
    came = {
        row["words"].value: row["came_of_it"].value
        for row in rows
        if row["claim"].value.endswith("/bush-path-75k")
    }
    assert came == {"75,000-80,000": "disputed: reached, not yet so when told"}
