"""What would keep a scholar from citing an answer: words nobody has, counts that say too much."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, URIRef
from rdflib.term import Node

import bundled
from onrecord.derivation.span import Span, in_words
from onrecord.files.bundled import QUERIES
from onrecord.rdf.namespaces import CODE, DCTERMS, OA, REC, SCHEMA
from onrecord.records.edtf_bounds import bounds
from onrecord.releases.saved_query import bind, read_query

Rows = list[dict[str, str]]


def answer(name: str, parameters: Mapping[str, str] | None = None) -> Rows:
    """Return the rows of a saved query on the bundled collection, with its defaults or others."""
    query = read_query(QUERIES / f"{name}.rq")
    text = bind(query, parameters, bundled.BASE) if parameters else bundled.default_text(query)
    names = [column.name for column in query.columns]
    return [
        {name: term.value for name, term in zip(names, row, strict=True) if term is not None}
        for row in bundled.solutions(text)
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
        assert all(part.endswith(tuple(addresses)) for part in named)
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
        authorities = graph.objects(URIRef(row["claim"]), REC.onAuthorityOf)
        assert all(graph.value(authority, REC.anonymous) for authority in authorities)


def test_what_stands_twice_stands_there_to_the_letter(graph: Graph) -> None:
    """Two passages that together make a report are no repeat of it."""
    rows = answer("printed-twice")
    assert rows
    for row in rows:
        texts = [
            graph.value(passage, REC.words) or graph.value(passage, SCHEMA.sha256)
            for passage in graph.objects(URIRef(row["attestation"]), REC.passage)
        ]
        assert int(row["times"]) > 1
        assert int(row["times"]) in {texts.count(text) for text in texts}


def test_a_response_is_one_row_and_comes_after_what_it_answers() -> None:
    rows = answer("responses")
    pairs = Counter((row["claim"], row["response"], row["answer"]) for row in rows)
    assert set(pairs.values()) == {1}
    said = [bounds(row["said_on"])[0] for row in rows if "said_on" in row]
    assert any(said)
    for row in rows:
        if "said_on" in row and "response_on" in row:
            earliest, latest = bounds(row["said_on"])[0], bounds(row["response_on"])[1]
            assert earliest is None or latest is None or earliest <= latest
    assert any(" / " in row.get("response_quoted", "") for row in rows)


def test_the_example_is_of_an_outlet_that_relies_on_the_source(graph: Graph) -> None:
    for row in answer("relied-on-not-archived"):
        outlets = row["relying"].split("; ")
        assert any(row["example_from"].startswith(f"{outlet}, ") for outlet in outlets)
        (claim, *_) = [
            claim
            for claim, text in graph.subject_objects(SCHEMA.text)
            if str(text) == row["example"]
        ]
        houses = {
            str(house)
            for house in graph.objects(
                claim,
                ~REC.attests / REC.passage / OA.hasSource / REC.snapshotOf
                / SCHEMA.publisher / SCHEMA.name,
            )
        }  # fmt: skip
        assert any(row["example_from"].startswith(f"{house}, ") for house in houses)


def test_both_figures_are_of_the_year_that_was_asked_for() -> None:
    rows = answer("only-seem-to-disagree", {"bearer": "actor/russia", "year": "2024"})
    assert rows
    for row in rows:
        for side in ("first_for", "second_for"):
            first, last = bounds(row[side])
            assert first or last
            assert first is None or first.year <= 2024
            assert last is None or last.year >= 2024


def test_nobody_inferred_what_needs_no_inference(graph: Graph) -> None:
    rows = answer("without-inference")
    assert rows
    tied = set(graph.objects(None, RDF.subject))
    for row in rows:
        claim, report = URIRef(row["claim"]), URIRef(row["attestation"])
        assert set(graph.objects(claim, REC.saidOn / REC.basis)) <= {CODE.explicit}
        assert graph.value(report, REC.attribution) == CODE.named
        assert graph.value(report, REC.creditedTo) is None
        assert report not in tied
        assert report not in set(graph.objects(None, REC.driftOf))


def test_a_claim_of_anonymous_word_is_one_row() -> None:
    claims = Counter(row["claim"] for row in answer("single-anonymous-source"))
    assert set(claims.values()) == {1}


def test_no_figure_said_is_left_out_of_how_it_moved() -> None:
    for row in answer("said-then-said-otherwise"):
        assert {"value", "range_low", "range_high"} & set(row)


def test_a_bound_that_is_a_convention_says_so() -> None:
    rows = answer("quantities")
    about = [row for row in rows if row["comparator"] == "about"]
    assert about
    assert all(
        "convention" in row["reckoned_by"]
        for row in about
        if {"reckoned_low", "reckoned_high"} & set(row)
    )
    assert all("reckoned_by" not in row for row in rows if row["comparator"] == "equal")


def test_a_plan_that_is_reached_by_one_and_missed_by_another_says_so() -> None:
    rows = answer("same-series-compared")
    words = {"reached": "missed by the word of", "missed": "reached by the word of"}
    told = [row for row in rows if "other_outcomes" in row]
    assert told
    assert all(row["other_outcomes"].startswith(words[row["outcome"]]) for row in told)
    both = {(row["first"], row["first_words"]) for row in rows if row["outcome"] == "reached"} & {
        (row["first"], row["first_words"]) for row in rows if row["outcome"] == "missed"
    }
    assert both == {(row["first"], row["first_words"]) for row in told}


def test_what_two_forms_of_one_saying_turned_is_found() -> None:
    claims = {row["attestation"].rpartition("/")[2]: row for row in answer("measure-turned")}
    row = claims["two-million-000-indirect"]
    assert row["claim"].endswith("/unterluess-two-million")
    assert row["because"].startswith("Other reports of a visit to Germany")
    assert {row["strength"] for row in claims.values()} == {"probable"}


def test_a_notice_of_the_making_is_no_news(graph: Graph) -> None:
    for row in answer("undated-unsigned-sources"):
        whole = row["extent"] == "whole"
        assert ("lacks" in row) != ("discloses" in row)
        assert "lacks" not in row or whole != row["lacks"].endswith("in what is archived of it")
    notices = {row["discloses"] for row in answer("undated-unsigned-sources") if "discloses" in row}
    assert notices == {
        "AI may have been used to prepare the article.",
        "Jens Asbjørn Bogen made and published the article.",
        "The editors of Opinione made the translation by means of artificial intelligence.",
    }


def test_a_quotation_is_one_that_several_have_before_one_of_a_single_outlet(graph: Graph) -> None:
    figure = URIRef(f"{bundled.BASE}claim/overtaken#quantity")
    assert "put together. But not anymore" in str(graph.value(figure, REC.quotation))


_DAY = re.compile(r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|"
                  r"October|November|December) \d{4}\b")  # fmt: skip


def _days_of(graph: Graph, figure: Node) -> set[str]:
    """Return the days that the dates of a figure and of its claim name, in words."""
    times = [*graph.objects(figure, REC.validFor)]
    for claim in graph.subjects(REC.quantity, figure):
        times += graph.objects(claim, REC.saidOn)
    dates = [str(date) for time in times for date in graph.objects(time, DCTERMS.date)]
    ends = (end.rstrip("~?%") for date in dates for end in date.split("/"))
    return {in_words(end) for end in ends}


def test_no_reason_names_a_day_that_the_dates_have_not(graph: Graph) -> None:
    """A month, or "before the war", has no first and last day."""
    told = 0
    for comparison in graph.subjects(RDF.type, REC.Comparison):
        reason = re.sub("“[^”]*”", "", str(graph.value(comparison, REC.because)))
        named = set(_DAY.findall(reason))
        figures = [*graph.objects(comparison, REC.first), *graph.objects(comparison, REC.second)]
        assert named <= {day for figure in figures for day in _days_of(graph, figure)}, reason
        told += len(named)
    assert told > 100


def test_agreement_on_a_figure_is_on_one_time() -> None:
    rows = answer("agreements")
    kinds = {row["agree_on"] for row in rows}
    assert {"a figure", "a figure, though of another time"} <= kinds
    for row in rows:
        one, other = (Span(*bounds(row[name])) for name in ("first_for", "second_for"))
        is_apart = one.is_before(other) or other.is_before(one)
        if row["agree_on"] in ("a figure", "a figure, roughly", "a bound"):
            assert not is_apart
        if row["agree_on"].endswith("of another time"):
            assert is_apart
            assert "same time" not in row["because"]
        if row["agree_on"] in ("a figure", "a figure, though of another time"):
            assert row.get("value") == row.get("second_value")


def test_revisions_come_last() -> None:
    outcomes = [row["outcome"] for row in answer("disagreements")]
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {"disagreement", "revision"}


def test_all_that_a_curator_judged_to_be_altered_is_in_drift(graph: Graph) -> None:
    judged = {
        str(judgement)
        for judgement in graph.subjects(RDF.predicate, REC.alters)
        if (judgement, REC.retractedIn, None) not in graph
    }
    assert judged
    assert {row["judgement"] for row in answer("drift") if "judgement" in row} == judged


def test_several_voices_of_one_occasion_are_no_chorus() -> None:
    cautions = [row.get("caution", "") for row in answer("disagreements")]
    assert any("claims of one occasion" in caution for caution in cautions)


def names_no_year(row: dict[str, str]) -> bool:
    """Return whether the words of a deadline leave its year to something else."""
    words = row.get("deadline_words")
    return bool(words) and not re.search(r"\d{4}", words or "")


def test_a_deadline_reckoned_from_a_year_that_is_rough_says_so() -> None:
    reckoned = [
        row
        for row in answer("deadlines")
        if re.fullmatch(r"\d{4}~", row.get("said_on", "")) and names_no_year(row)
    ]
    assert reckoned
    assert all("known only roughly" in row.get("caution", "") for row in reckoned)


def test_a_year_that_another_step_of_the_claim_names_is_not_reckoned() -> None:
    # Which claim says so is bounded by now: as it would be answered were only its year known.
    said = ox.NamedNode(f"{bundled.BASE}claim/bush-milestones#saidOn")
    date = ox.NamedNode(str(DCTERMS.date))
    store = ox.Store()
    store.extend(bundled.store())
    for known in list(store.quads_for_pattern(said, date, None)):
        assert isinstance(known.object, ox.Literal)
        store.remove(known)
        store.add(ox.Quad(said, date, ox.Literal("2023~", datatype=known.object.datatype)))
    query = read_query(QUERIES / "deadlines.rq")
    names = [column.name for column in query.columns]
    found = store.query(bundled.default_text(query))
    assert isinstance(found, ox.QuerySolutions)
    rows = [
        {name: term.value for name, term in zip(names, row, strict=True) if term is not None}
        for row in found
    ]
    told = [row for row in rows if row["claim"].endswith("/bush-milestones") and names_no_year(row)]
    assert [row["said_on"] for row in told] == ["2023~"]
    assert not any("reckoned from" in row.get("caution", "") for row in told)


def test_a_later_word_is_looked_for_in_what_is_easily_taken_for_a_series() -> None:
    later = {row["series"]: row.get("later_in", "") for row in answer("as-of")}
    handed = [names for series, names in later.items() if series.startswith("delivery of")]
    assert any("has brought together" in names for names in handed)
    # What is made is not what one receiver gets.
    assert not any(re.search(r"\b(?:output|capacity) of", names) for names in handed)
    assert "against that of NATO" in later["output of Russia: ammunition, against the West"]


def test_two_reports_of_one_publisher_are_one_outlet(graph: Graph) -> None:
    counted = {row["claim"]: int(row["outlets_recorded"]) for row in answer("witnesses")}
    several = 0
    for claim, number in counted.items():
        attesting = [
            report
            for report in graph.subjects(REC.attests, URIRef(claim))
            if (report, REC.retractedIn, None) not in graph
        ]
        sources = {
            source
            for report in attesting
            for source in graph.objects(report, REC.passage / OA.hasSource / REC.snapshotOf)
        }
        outlets = {graph.value(source, SCHEMA.publisher, default=source) for source in sources}
        several += len(outlets) < len(sources)
        assert number == len(outlets), claim
    assert several


def test_a_source_that_may_depart_is_marked() -> None:
    rows = [row for row in answer("witnesses") if int(row["reports_departing"])]
    shown = [row for row in rows if " more on record" not in row["sources"]]
    assert all("depart" in row["sources"] for row in shown)
    assert any("may depart from it" in row["sources"] for row in shown)


def test_all_reports_count_as_departing_that_are_shown_to_depart() -> None:
    departing: dict[str, set[str]] = defaultdict(set)
    for row in answer("evidence"):
        if row.get("departs_in") and row["withdrawn"] == "false":
            departing[row["claim"]].add(row["attestation"])
    for query in ("witnesses", "single-root", "single-anonymous-source"):
        for row in answer(query):
            number = len(departing[row["claim"]])
            assert int(row["reports_departing"]) == number, (query, row["claim"])
    assert any("altered" in row["sources"] for row in answer("witnesses"))


def test_what_one_outlet_carries_is_the_same_by_both_queries() -> None:
    alone = {
        row["claim"]
        for row in answer("witnesses")
        if row["outlets_recorded"] == "1"
        and row["has_primary"] == "false"
        and not row["in_words"].startswith("Made by the outlet itself")
    }
    assert {row["claim"] for row in answer("single-secondary-source")} == alone


def test_no_day_is_lacking_that_stands_in_the_address() -> None:
    for row in answer("undated-unsigned-sources"):
        day = row.get("published", "")
        if row.get("lacks", "").startswith("a stated day") and re.fullmatch(r"[\d-]{10}", day):
            written = {day, day.replace("-", "/"), day.replace("-", "")}
            assert not any(f"/{each}" in row["url"] for each in written), row["url"]


def test_a_plan_that_did_not_come_true_is_not_contradicted() -> None:
    answers = {row["response_text"]: row["answer"] for row in answer("responses")}
    (late,) = [how for text, how in answers.items() if text.startswith("Production at Glascoed")]
    assert late == "says that it came otherwise, by a curator's judgement"
    assert "contradicts, by a curator's judgement" in answers.values()


def test_who_doubts_a_plan_is_told_with_it() -> None:
    (doubt,) = [row for row in answer("targets") if row["words"] == "out of reach"]
    assert doubt["came_of_it"] == "see the plan of US Army, which it answers"


def test_a_month_is_no_stated_day_of_publication() -> None:
    rows = answer("undated-unsigned-sources")
    lacking = [row for row in rows if row.get("lacks", "").startswith("a stated day")]
    explicit = [row["published"] for row in lacking if row.get("date_basis") == "explicit"]
    assert explicit
    assert not any(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in explicit)


def test_a_report_of_a_greater_figure_says_more() -> None:
    rows = answer("stronger-than-quote")
    assert {row["departs_in"] for row in rows} == {"stronger", "other value"}


def test_no_plan_is_called_pending_today() -> None:
    for name in ("programme", "targets"):
        assert not any(
            "pending" in row["came_of_it"] for row in answer(name) if "came_of_it" in row
        )
