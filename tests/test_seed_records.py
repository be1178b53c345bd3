"""The records of the two seed articles: one test for each trap that the articles hold."""

import pytest
from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, ORG, XSD
from rdflib.term import Node

from seed_collection import seed_records

CODE = Namespace("https://w3id.org/onrecord/code#")
OA = Namespace("http://www.w3.org/ns/oa#")
QUDT = Namespace("http://qudt.org/schema/qudt/")
REC = Namespace("https://w3id.org/onrecord/ns#")
SCHEMA = Namespace("https://schema.org/")

ACTOR = Namespace("https://w3id.org/onrecord/actor/")
ATTESTATION = Namespace("https://w3id.org/onrecord/attestation/")
CLAIM = Namespace("https://w3id.org/onrecord/claim/")
EVENT = Namespace("https://w3id.org/onrecord/event/")
PRODUCT = Namespace("https://w3id.org/onrecord/product/")
SERIES = Namespace("https://w3id.org/onrecord/series/")
SNAPSHOT = Namespace("https://w3id.org/onrecord/snapshot/")
SOURCE = Namespace("https://w3id.org/onrecord/source/")

SPEECH = EVENT["rutte-speech-bucharest-2025"]
VISIT = EVENT["rutte-germany-visit-2025"]


@pytest.fixture(scope="module")
def records() -> Graph:
    """All records of the seeds as they are written, nothing completed."""
    return seed_records()


def the(records: Graph, subject: Node, predicate: URIRef) -> Node:
    """Return the only value of a property."""
    (value,) = records.objects(subject, predicate)
    return value


def date_and_basis(records: Graph, owner: Node, predicate: URIRef) -> tuple[str, Node]:
    """Return the EDTF date and the basis of the owner's time span."""
    span = the(records, owner, predicate)
    return str(the(records, span, DCTERMS.date)), the(records, span, REC.basis)


def bound(records: Graph, owner: Node) -> tuple[Node, int]:
    """Return the comparator and the value of the owner's quantity."""
    quantity = the(records, owner, REC.quantity)
    value = str(the(records, quantity, QUDT.numericValue))
    return the(records, quantity, REC.comparator), int(value)


def attestations(records: Graph, claim: Node, snapshot: Node) -> set[Node]:
    """Return the claim's attestations that stand in the snapshot."""
    return {
        attestation
        for attestation in records.subjects(REC.attests, claim)
        for passage in records.objects(attestation, REC.passage)
        if (passage, OA.hasSource, snapshot) in records
    }


def judged(records: Graph, subject: Node, predicate: Node, value: Node) -> bool:
    """Whether a judgement with its reason says so."""
    return any(
        (judgement, RDF.predicate, predicate) in records
        and (judgement, RDF.object, value) in records
        and (judgement, REC.reason, None) in records
        for judgement in records.subjects(RDF.subject, subject)
    )


def test_the_year_of_november_6_is_inferred_and_says_why(records: Graph) -> None:
    for owner, predicate in ((CLAIM.overtaken, REC.saidOn), (SPEECH, REC.heldOn)):
        assert date_and_basis(records, owner, predicate) == ("2025-11-06", CODE["inferred-year"])
        span = the(records, owner, predicate)
        assert str(the(records, span, REC.asStated)) == "November 6"
        assert "2022" in str(the(records, span, REC.reason))


def test_no_time_of_the_speech_is_explicit(records: Graph) -> None:
    spans = set(records.subjects(REC.basis, CODE.explicit))
    assert {str(the(records, span, DCTERMS.date)) for span in spans} == {"2022"}


def test_the_june_statement_is_dated_to_the_month_and_no_closer(records: Graph) -> None:
    june = CLAIM["june-quarter-year"]
    assert date_and_basis(records, june, REC.saidOn) == ("2025-06", CODE["inferred-year"])
    assert the(records, june, REC.madeAt) != SPEECH


def test_june_compares_three_months_with_a_year_as_it_was_said(records: Graph) -> None:
    quantity = the(records, CLAIM["june-quarter-year"], REC.quantity)
    assert bound(records, CLAIM["june-quarter-year"]) == (CODE.eq, 1)
    assert the(records, quantity, REC.over) == Literal("P3M", datatype=XSD.duration)
    assert the(records, quantity, REC.versusOver) == Literal("P1Y", datatype=XSD.duration)


def test_june_is_a_report_of_a_report(records: Graph) -> None:
    attestation = ATTESTATION["june-quarter-year-000-indirect"]
    source = the(records, attestation, REC.reliesOn)
    assert the(records, attestation, REC.mode) == CODE.indirect
    assert the(records, source, SCHEMA.publisher) == ACTOR["business-insider"]


@pytest.mark.parametrize("slug", ["sixfold", "two-million"])
def test_the_visit_to_germany_is_known_only_in_bounds(records: Graph, slug: str) -> None:
    said = date_and_basis(records, CLAIM[slug], REC.saidOn)
    assert said == ("2025-01-01/2025-11-05", CODE.bounded)
    assert the(records, CLAIM[slug], REC.madeAt) == VISIT


def test_the_end_of_this_year_is_reckoned_from_the_visit(records: Graph) -> None:
    span = the(records, CLAIM["two-million"], REC.validFor)
    dated = date_and_basis(records, CLAIM["two-million"], REC.validFor)
    assert dated == ("2025-12-31", CODE["inferred-context"])
    assert the(records, span, REC.reckonedFrom) == VISIT


def test_sixfold_is_a_factor_over_a_baseline_two_years_before_the_visit(records: Graph) -> None:
    quantity = the(records, CLAIM.sixfold, REC.quantity)
    series = the(records, quantity, REC.inSeries)
    baseline = the(records, quantity, REC.baseline)
    assert bound(records, CLAIM.sixfold) == (CODE.eq, 6)
    assert the(records, series, REC.bearer) == the(records, series, REC.versus)
    assert str(the(records, baseline, DCTERMS.date)) == "2023~"
    assert the(records, baseline, REC.reckonedFrom) == VISIT


@pytest.mark.parametrize(
    "slug", ["ahead-until-recently", "russia-far-ahead", "appeared-ahead", "upper-hand"]
)
def test_vague_times_keep_their_words_and_have_no_start(records: Graph, slug: str) -> None:
    span = the(records, CLAIM[slug], REC.validFor)
    assert date_and_basis(records, CLAIM[slug], REC.validFor) == ("../2025-11-05", CODE.vague)
    assert the(records, span, REC.asStated)


def test_decades_are_words_and_not_a_number_of_years(records: Graph) -> None:
    baseline = the(records, the(records, CLAIM["most-in-decades"], REC.quantity), REC.baseline)
    assert str(the(records, baseline, REC.asStated)) == "in decades"
    assert the(records, baseline, REC.basis) == CODE.vague
    assert str(the(records, baseline, DCTERMS.date)).startswith("../")


def test_both_articles_are_published_within_bounds_only(records: Graph) -> None:
    for snapshot in (SNAPSHOT["000"], SNAPSHOT["004"]):
        source = the(records, snapshot, REC.snapshotOf)
        published = date_and_basis(records, source, REC.publishedOn)
        assert published == ("2025-11-06/..", CODE.bounded)


def test_dozens_are_two_dozen_or_more_by_a_stated_reading(records: Graph) -> None:
    quantity = the(records, CLAIM.lines, REC.quantity)
    assert bound(records, CLAIM.lines) == (CODE.ge, 24)
    assert "ozens" in str(the(records, quantity, REC.reason))


def test_not_anymore_is_at_most_one_and_surpassed_is_below_one(records: Graph) -> None:
    assert bound(records, CLAIM.overtaken) == (CODE.le, 1)
    stronger = {
        str(attestation).rpartition("/")[2]
        for attestation in records.subjects(REC.attests, CLAIM.overtaken)
        if (attestation, REC.quantity, None) in records
        and bound(records, attestation) == (CODE.lt, 1)
    }
    assert stronger == {
        "overtaken-000-headline",
        "overtaken-000-indirect-2",
        "overtaken-004-indirect",
        "overtaken-004-indirect-2",
    }
    assert (ATTESTATION["overtaken-000-direct"], REC.quantity, None) not in records
    assert bound(records, CLAIM["ahead-no-more"]) == (CODE.le, 1)


def test_european_shells_are_not_nato_ammunition(records: Graph) -> None:
    shells, ratio = SERIES["shell-output-european"], SERIES["ammunition-output-russia-nato"]
    assert the(records, shells, REC.product) == PRODUCT.shell
    assert the(records, ratio, REC.product) == PRODUCT.ammunition
    assert the(records, shells, REC.bearer) == ACTOR["european-shell-makers"]
    assert the(records, ratio, REC.versus) == ACTOR.nato
    assert the(records, CLAIM["stay-superior"], SCHEMA.about) == ACTOR["nato-members"]


def test_what_the_articles_call_output_is_not_recorded_as_capacity(records: Graph) -> None:
    measures = {
        the(records, series, REC.measure)
        for quantity in records.objects(None, REC.quantity)
        for series in records.objects(quantity, REC.inSeries)
    }
    assert measures == {CODE.output, CODE["production-lines"]}
    assert not attestations(records, CLAIM.cause, SNAPSHOT["004"])
    assert judged(records, CLAIM["capacity-cause"], REC.alters, CLAIM.cause)


def test_nobody_says_who_projects_the_two_million(records: Graph) -> None:
    claim = CLAIM["two-million"]
    authority = the(records, claim, REC.onAuthorityOf)
    assert the(records, claim, REC.modality) == CODE.projected
    assert the(records, claim, REC.speaker) == ACTOR["mark-rutte"]
    assert the(records, authority, REC.anonymous) == Literal(True)


def test_they_are_resolved_from_context_by_a_judgement(records: Graph) -> None:
    group = ACTOR["russia-and-partners"]
    assert the(records, CLAIM.preparing, SCHEMA.about) == group
    assert judged(records, CLAIM.preparing, SCHEMA.about, group)


def test_what_a_warning_presupposes_is_a_report_of_its_own(records: Graph) -> None:
    attestation = ATTESTATION["overtaken-000-indirect-2"]
    assert the(records, attestation, REC.attests) == CLAIM.overtaken
    assert (attestation, REC.mode, CODE.indirect) in records
    assert (CLAIM["no-victory"], REC.quantity, None) not in records
    assert the(records, CLAIM["overtaking-positive"], REC.speaker) == ACTOR["digest-publisher"]


def test_the_headline_printed_twice_is_one_attestation(records: Graph) -> None:
    headlines = [
        attestation
        for attestation in attestations(records, CLAIM.overtaken, SNAPSHOT["000"])
        if (attestation, REC.mode, CODE.headline) in records
    ]
    assert len(headlines) == 1
    assert len(set(records.objects(headlines[0], REC.passage))) == 2


@pytest.mark.parametrize("slug", ["stay-superior", "sixfold", "two-million"])
def test_a_paragraph_printed_twice_is_two_passages_of_one_attestation(
    records: Graph, slug: str
) -> None:
    (attestation,) = records.subjects(REC.attests, CLAIM[slug])
    passages = set(records.objects(attestation, REC.passage))
    assert len(passages) == 2
    assert len({the(records, passage, SCHEMA.sha256) for passage in passages}) == 1


def test_the_ai_notice_is_a_possibility_about_the_article_itself(records: Graph) -> None:
    claim = CLAIM["article-ai"]
    (attestation,) = records.subjects(REC.attests, claim)
    assert the(records, claim, REC.modality) == CODE.possible
    assert the(records, claim, REC.hedge) == Literal("may")
    assert the(records, claim, REC.speaker) == ACTOR["jens-asbjorn-bogen"]
    assert the(records, attestation, REC.attribution) == CODE.self


def test_a_passive_attribution_stays_passive(records: Graph) -> None:
    for slug in ("capacity-cause-004", "appeared-ahead-000"):
        assert the(records, ATTESTATION[slug], REC.attribution) == CODE.passive


def test_a_stance_of_russia_without_source_has_no_date(records: Graph) -> None:
    claim = CLAIM["russia-wont-back-down"]
    said = the(records, claim, REC.saidOn)
    assert the(records, claim, REC.speaker) == ACTOR.russia
    assert the(records, said, REC.basis) == CODE.unknown
    assert (said, DCTERMS.date, None) not in records
    assert (claim, REC.madeAt, None) not in records


@pytest.mark.parametrize(
    ("slug", "modality"),
    [
        ("will-nato-sustain", "questioned"),
        ("how-fast-what-share", "questioned"),
        ("peace-keeping-land", "possible"),
        ("if-only-matching", "conditional"),
        ("if-russia-succeeds", "conditional"),
        ("danger-outlasts-war", "projected"),
        ("outgun", "urged"),
    ],
)
def test_what_is_asked_supposed_or_urged_is_not_asserted(
    records: Graph, slug: str, modality: str
) -> None:
    assert the(records, CLAIM[slug], REC.modality) == CODE[modality]


@pytest.mark.parametrize("slug", ["war-end-uncertain", "peace-as-victory"])
def test_to_say_that_something_is_unclear_is_no_question(records: Graph, slug: str) -> None:
    assert the(records, CLAIM[slug], REC.modality) == CODE.asserted


def test_two_addresses_report_one_claim_of_one_speech(records: Graph) -> None:
    assert attestations(records, CLAIM.overtaken, SNAPSHOT["000"])
    assert attestations(records, CLAIM.overtaken, SNAPSHOT["004"])
    assert the(records, CLAIM.overtaken, REC.madeAt) == SPEECH


def test_tying_the_digest_to_the_forum_is_always_a_judgement(records: Graph) -> None:
    """The second file names neither place nor date, so each of its reports is tied by inference."""
    tied = 0
    for claim in records.subjects(REC.madeAt, SPEECH):
        for attestation in attestations(records, claim, SNAPSHOT["004"]):
            tied += 1
            assert judged(records, attestation, REC.attests, claim) or judged(
                records, claim, REC.madeAt, SPEECH
            ), attestation
    assert tied == 5


def test_sentences_that_name_no_occasion_are_tied_to_the_speech_by_judgement(
    records: Graph,
) -> None:
    warning = ATTESTATION["overtaken-000-indirect-2"]
    assert judged(records, warning, REC.attests, CLAIM.overtaken)
    for slug in ("stay-superior", "outgun", "no-victory", "cooperation", "preparing"):
        assert judged(records, CLAIM[slug], REC.madeAt, SPEECH), slug


def test_the_original_of_the_digest_is_relied_on_and_not_archived(records: Graph) -> None:
    original = SOURCE["digest-original"]
    assert (None, REC.reliesOn, original) in records
    assert (None, REC.snapshotOf, original) not in records
    assert (original, SCHEMA.name, None) not in records
    assert (original, RDFS.label, None) in records


def test_the_transcript_is_the_record_of_the_speech_and_not_archived(records: Graph) -> None:
    transcript = SOURCE["nato-transcript-2025-11-06"]
    assert the(records, transcript, REC.recordOf) == SPEECH
    assert (ATTESTATION["overtaken-000-direct"], REC.reliesOn, transcript) in records
    assert (None, REC.snapshotOf, transcript) not in records


def test_what_comes_first_in_time_does_not_contradict_what_comes_first_in_rank(
    records: Graph,
) -> None:
    own, ukraine = CLAIM["focus-own-defence"], CLAIM["aim-arm-ukraine"]
    assert not judged(records, own, REC.contradicts, ukraine)
    assert the(records, own, REC.speaker) == the(records, ukraine, REC.speaker)


def test_the_speech_supersedes_june_and_does_not_contradict_it(records: Graph) -> None:
    assert judged(records, CLAIM.overtaken, REC.supersedes, CLAIM["june-quarter-year"])
    assert not judged(records, CLAIM.overtaken, REC.contradicts, CLAIM["june-quarter-year"])


def test_the_publisher_of_the_digest_is_unknown(records: Graph) -> None:
    publisher = the(records, the(records, SNAPSHOT["004"], REC.snapshotOf), SCHEMA.publisher)
    assert the(records, publisher, REC.anonymous) == Literal(True)


def test_the_office_is_known_only_for_the_time_that_the_articles_show(records: Graph) -> None:
    membership = the(records, ACTOR["mark-rutte"], ORG.hasMembership)
    held = date_and_basis(records, membership, ORG.memberDuring)
    assert held == ("2025-11-06", CODE["inferred-year"])


def test_the_records_say_that_a_program_read_the_articles(records: Graph) -> None:
    (curation,) = set(records.objects(None, REC.recordedIn))
    assert the(records, curation, REC.method) == CODE["machine-reading"]
