"""What would keep a scholar from citing an answer: words nobody has, counts that say too much."""

from collections.abc import Mapping

import pytest
from rdflib import Graph, URIRef

import bundled
from onrecord.files.bundled import QUERIES
from onrecord.rdf.namespaces import OA, REC, SCHEMA
from onrecord.releases.saved_query import bind, read_query, with_defaults

Rows = list[dict[str, str]]


def answer(name: str, parameters: Mapping[str, str] | None = None) -> Rows:
    """Return the rows of a saved query on the bundled collection, with its defaults or others."""
    query, store = read_query(QUERIES / f"{name}.rq"), bundled.store()

    def first_row(text: str) -> list[str] | None:
        return next(([term.value for term in row] for row in store.query(text)), None)

    text = (
        bind(query, parameters, bundled.BASE)
        if parameters
        else with_defaults(query, bundled.BASE, first_row).text
    )
    names = [column.name for column in query.columns]
    return [
        {name: term.value for name, term in zip(names, row, strict=True) if term is not None}
        for row in store.query(text)
    ]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return bundled.graph()


def words_of(graph: Graph, attestation: URIRef) -> set[str]:
    """Return the words that are on record of a report: quoted, or those of its own figures."""
    passages = graph.objects(attestation, REC.passage / REC.words)
    figures = graph.objects(attestation, REC.quantity / REC.asStated)
    return {str(words) for words in (*passages, *figures)}


def test_words_printed_as_an_outlets_are_on_record_of_it(graph: Graph) -> None:
    rows = answer("ratio-by-outlet")
    assert [
        row
        for row in rows
        if "reported_words" in row
        and row["reported_words"] not in words_of(graph, URIRef(row["attestation"]))
    ] == []
    assert any("reported_words" in row for row in rows)


def test_a_plan_that_some_say_was_reached_is_disputed_where_others_say_less() -> None:
    rows = answer("targets", {"bearer": "actor/united-states", "year": "2025"})
    reached = [row for row in rows if "reached" in row["came_of_it"]]
    assert reached
    for row in reached:
        assert row["came_of_it"].startswith("disputed: ")
        assert "reached: Julianne Smith" in row["by_whose_word"]
        assert "Steve Warren" in row["by_whose_word"]


def test_growth_set_against_a_level_of_later_says_so() -> None:
    by_level = {row["level"].rpartition("/")[2]: row for row in answer("implied-baseline")}
    assert by_level["borrell-almost-million"]["caution"] == (
        "another report gives this growth otherwise, as a curator judged"
    )
    assert by_level["unterluess-company-group"]["caution"] == (
        "rests on a level that is targeted; rests on a growth that is targeted"
    )
    for name in ("unterluess-two-million", "two-million"):
        row = by_level[name]
        assert row["value"].removesuffix(".0") == "333333"
        assert row["reckoned"] == "2000000 / 6"
        assert f"only if the growth, of {row['growth_for']}" in row["caution"]
        assert "2025-12-31, which is projected" in row["caution"]
    assert "another report of a saying" in by_level["two-million"]["caution"]


def test_a_report_that_departs_is_counted_by_itself() -> None:
    (quarter,) = (row for row in answer("witnesses") if row["claim"].endswith("/bain-cost-ratio"))
    assert (quarter["outlets_recorded"], quarter["reports_departing"]) == ("3", "2")
    parts = ("traced", "traced_to_report", "not_traced")
    for row in answer("witnesses"):
        assert sum(int(row[part]) for part in parts) == int(row["outlets_recorded"])


def test_the_evidence_of_a_claim_says_where_it_departs() -> None:
    (third,) = (
        row
        for row in answer("evidence")
        if row["attestation"].endswith("/bain-cost-ratio-finansavisen-bain")
    )
    assert third["departs_in"]


def test_only_what_was_seen_is_said_to_lack_something(graph: Graph) -> None:
    archived = {str(source) for source in graph.objects(None, REC.snapshotOf)}
    sources = {row["source"] for row in answer("undated-unsigned-sources")}
    assert sources
    assert sources <= archived


def test_who_agrees_is_somebody_else(graph: Graph) -> None:
    for name in ("agreements", "disagreements"):
        assert answer(name)
    for row in answer("agreements"):
        one, other = (
            set(graph.objects(URIRef(row[part]), REC.speaker)) for part in ("first", "second")
        )
        assert not one & other


def test_the_latest_word_is_not_the_level_before_a_change() -> None:
    found = {(row["claim"].rpartition("/")[2], row["words"]) for row in answer("as-of")}
    assert ("syrskyi-halved", "practically halved") in found
    assert ("syrskyi-halved", "around 40,000") not in found
    # Said in January or February 2024 of the year that was just over, and still the latest.
    assert "skibitskyi-2023" in {name for name, _ in found}


def test_a_claim_says_how_it_is_put_and_where_it_can_be_looked_up(graph: Graph) -> None:
    put = {
        str(claim).rpartition("/")[2]: str(words)
        for claim, words in graph.subject_objects(REC.modalityInWords)
    }
    assert put["kubilius-quarter-year"] == "asserted, on the word of Mark Rutte"
    assert put["source-400k"] == "asserted, hedged"
    for claim, printed in graph.subject_objects(REC.sourcesInWords):
        sources = set(
            graph.objects(claim, ~REC.attests / REC.passage / OA.hasSource / REC.snapshotOf)
        )
        addresses = {
            str(address or source)
            for source in sources
            for address in (graph.value(source, SCHEMA.url),)
        }
        parts = str(printed).split("; ")
        named = [part for part in parts if not part.endswith(" more on record")]
        assert 1 <= len(named) <= 3
        assert all(any(part.endswith(address) for address in addresses) for part in named)
        assert (len(parts) > len(named)) == (len(sources) > 3)


def test_a_quotation_has_the_words_of_its_figure(graph: Graph) -> None:
    quoted = list(graph.subject_objects(REC.quotation))
    assert len(quoted) > 50
    for figure, words in quoted:
        assert str(graph.value(figure, REC.asStated)) in str(words)


def test_a_conversion_ends_in_the_comparable_value(graph: Graph) -> None:
    months = 0
    for figure, told in graph.subject_objects(REC.conversion):
        if " per month × 12" in str(told) and " to " not in str(told):
            months += 1
            stated = float(str(told).split()[0])
            assert float(str(graph.value(figure, REC.comparableValue))) == stated * 12
    assert months > 20


def test_answers_to_a_claim_are_of_speakers_and_of_curators() -> None:
    kinds = {row["answer"] for row in answer("responses")}
    assert {"denies", "responds to", "contradicts, by a curator's judgement"} <= kinds


def test_whom_a_firm_sends_is_not_anonymous_word(graph: Graph) -> None:
    for row in answer("single-anonymous-source"):
        speakers = set(graph.objects(URIRef(row["claim"]), REC.speaker))
        assert all(graph.value(speaker, REC.anonymous) for speaker in speakers)
        assert not any((None, SCHEMA.publisher, speaker) in graph for speaker in speakers)
