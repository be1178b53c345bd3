"""Acceptance: the records that come of a reviewed file of drafts."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import Graph
from rdflib.namespace import PROV, RDF

from onrecord.archiving.layer_file import layer_bytes
from onrecord.archiving.made_text import MadeText
from onrecord.cli.main import main
from onrecord.errors import OnRecordError
from onrecord.rdf.namespaces import REC
from onrecord.rdf.turtle_file import prefixes_of, string, with_blocks
from onrecord.records.archive import add_text, layer_name
from onrecord.records.check import check_records
from onrecord.records.collection import read_collection
from onrecord.reviewing.acceptance import AcceptanceError
from onrecord.reviewing.card import UnsettledError
from onrecord.reviewing.cards.drafted_cards import draft_file
from onrecord.reviewing.cards.drafted_event import event_in
from onrecord.reviewing.cards.drafted_time import time_by_words
from onrecord.reviewing.choice import series_choices, speaker_choices
from onrecord.reviewing.circumstances import ChosenThing, relied_on
from onrecord.reviewing.decision import DecisionError
from onrecord.reviewing.draft_file import DraftFileError, write_draft_file
from onrecord.reviewing.record_writer import IncompleteArticleError
from onrecord.reviewing.reviewed_text import reviewed_text
from onrecord.reviewing.same_claims.of_collection import same_claims
from onrecord.reviewing.same_claims.said_again import SameClaim
from onrecord.reviewing.settled_claim import settle
from reviews import ARTICLE, HARBOUR, SERIES, Desk, desk


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """A desk with a drafted article."""
    return desk(tmp_path)


def reviewed(at: Desk) -> None:
    """Judge a few drafts: one direct with a figure, one reported, one negated, one rejected."""
    at.do("article", fields=ARTICLE)
    at.do("speaker", "Our yard", number=1)
    at.do("edit", "Our yard", fields=SERIES)
    at.do("accept", "Our yard")
    at.do("edit", "the new slipway", fields={"text": "The new slipway is on time."})
    at.do("accept", "the new slipway")
    at.do("edit", "the yard would", fields={"text": "The yard delivers 20 barges in 2026."})
    at.do("series", "the yard would", figure=0, number=1)
    at.do("accept", "the yard would")
    at.do("reject", "We work six")


# Records ----------------------------------------------------------------------


def test_accepted_drafts_become_records_that_the_check_passes(at: Desk) -> None:
    reviewed(at)
    done = at.accept()
    assert [iri.rpartition("/")[2] for iri in done.claims] == [
        "solheim-yard-delivered-14-barges-last",
        "solheim-yard-delivers-20-barges-2026",
        "solheim-new-slipway-time",
    ]
    assert (done.on_record, done.rejected, done.pending) == (0, 1, 16)
    checked = check_records(read_collection(at.root), at.archive)
    assert checked.findings == done.report.findings == ()
    assert checked.passages == {"verified": 5, "broken": 0, "not checked": 0}
    assert done.path is not None
    expected = Path(__file__).parent / "review" / "harbour.ttl"
    assert done.path.read_text(encoding="utf-8") == expected.read_text(encoding="utf-8")


def test_a_second_run_changes_nothing(at: Desk) -> None:
    reviewed(at)
    at.accept()
    records, draft = at.records(), at.reviewed.draft.read_bytes()
    done = at.accept(date(2025, 4, 1))
    assert (done.path, done.claims, done.on_record) == (None, (), 3)
    assert (at.records(), at.reviewed.draft.read_bytes()) == (records, draft)


def test_what_is_accepted_later_is_added_and_what_is_there_stays(at: Desk) -> None:
    reviewed(at)
    path = at.accept().path
    assert path is not None
    former = path.read_text(encoding="utf-8") + "\n# Mine.\n"
    path.write_text(former, encoding="utf-8")
    at.do("speaker", "The steel", number=1)
    at.do("accept", "The steel")
    done = at.accept(date(2025, 4, 1))
    assert (done.path, len(done.claims), done.on_record) == (path, 1, 3)
    body = former.partition("curation:")[2].partition("\n")[2]
    written = path.read_text(encoding="utf-8")
    assert body in written
    assert "review-2025-04-01\n" in written
    assert check_records(read_collection(at.root), at.archive).findings == ()
    assert at.accept().claims == ()


def test_one_changed_byte_is_found(at: Desk) -> None:
    reviewed(at)
    path = at.accept().path
    assert path is not None
    record, text = path.read_bytes(), at.reviewed.path.read_bytes()
    assert check_records(read_collection(at.root), at.archive).violations == ()
    path.write_bytes(record.replace(b'14 barges last year"', b'15 barges last year"', 1))
    assert check_records(read_collection(at.root), at.archive).violations
    path.write_bytes(record)
    at.reviewed.path.write_bytes(text.replace(b"14 barges", b"15 barges", 1))
    assert check_records(read_collection(at.root), at.archive).violations


@pytest.mark.parametrize(
    ("spoil", "error", "problem"),
    [
        ("publisher", IncompleteArticleError, "no publisher"),
        ("topics", IncompleteArticleError, "no topic"),
        ("url", IncompleteArticleError, "is no address"),
        ("place", AcceptanceError, "other words are at"),
        ("text", AcceptanceError, "does not have its text"),
        ("unit", UnsettledError, r"d\d+-\d+: no unit 'BARGE'"),
        ("measure", UnsettledError, r"d\d+-\d+: no measure 'tonnage'"),
        ("later", AcceptanceError, r"d\d+-\d+: .*Nothing is said after the source"),
        ("file", AcceptanceError, "give the article another slug"),
    ],
)
def test_a_refusal_is_one_line_and_nothing_is_written(
    at: Desk, spoil: str, error: type[OnRecordError], problem: str
) -> None:
    reviewed(at)
    card = at.card("Our yard")
    match spoil:
        case "publisher" | "topics":
            at.do("article", fields={spoil: ""})
        case "url":
            at.do("article", fields={"url": "lindhaven post"})
        case "place":
            moved = [replace(one, start=one.start + 1) for one in card.places]
            write_draft_file(
                at.reviewed.draft, at.file.with_card(replace(card, places=tuple(moved)))
            )
        case "text":
            at.reviewed.path.unlink()
        case "unit" | "measure":
            wrong = {"unit": "BARGE", "measure": "tonnage"}[spoil]
            series = {**card.fixes["series"]["0"], spoil: wrong}
            fixed = replace(card, fixes={**card.fixes, "series": {"0": series}})
            write_draft_file(at.reviewed.draft, at.file.with_card(fixed))
        case "later":
            at.do("edit", "Our yard", fields={"said_on": "2025-04-01", "said_on_words": ""})
            at.do("accept", "Our yard")
        case "file":
            (at.root / "lindhaven-post-harbour-town-build-more.ttl").write_text("", "utf-8")
    records, draft = at.records(), at.reviewed.draft.read_bytes()
    with pytest.raises(error, match=problem) as raised:
        at.accept()
    assert "\n" not in str(raised.value)
    assert (at.records(), at.reviewed.draft.read_bytes()) == (records, draft)


def test_a_card_that_is_on_record_by_its_passage_is_not_recorded_twice(at: Desk) -> None:
    reviewed(at)
    at.accept()
    forgotten = [replace(card, recorded=None) for card in at.file.cards]
    write_draft_file(at.reviewed.draft, replace(at.file, cards=tuple(forgotten)))
    records = at.records()
    assert at.accept().on_record == 3
    assert at.records() == records


def test_a_rejected_card_whose_claim_is_on_record_is_named(at: Desk) -> None:
    reviewed(at)
    claims = at.accept().claims
    at.do("reject", "Our yard")
    assert at.accept().retractable == claims[:1]


def test_the_commands_do_the_same(at: Desk) -> None:
    reviewed(at)
    named = ["--collection", str(at.root), "--archive", str(at.folder)]
    result = CliRunner().invoke(main, ["accept", at.reviewed.sha256[:12], *named])
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) == 3
    assert "3 claims recorded" in result.stderr
    assert "5 verified, 0 broken" in result.stderr
    result = CliRunner().invoke(main, ["accept", str(HARBOUR), *named])
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing new; 3 on record before, 1 rejected, 16 not decided" in result.stderr
    result = CliRunner().invoke(main, ["draft", "--report", "--archive", str(at.folder)])
    lines = [line.split(",") for line in result.stdout.splitlines()]
    assert lines[0][:3] == ["rule", "drafts", "accepted"]
    assert lines[-1][:6] == ["all", "20", "3", "1", "2", "0.75"]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("0" * 64, "neither a text of the archive nor a file"),
        (__file__, "onrecord archive add"),
        ("nothing.txt", "neither"),
    ],
)
def test_what_is_not_in_the_archive_is_not_recorded(at: Desk, source: str, problem: str) -> None:
    result = CliRunner().invoke(main, ["accept", source, "--archive", str(at.folder)])
    assert result.exit_code == 2
    assert problem in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_what_nobody_has_drafted_is_not_recorded(at: Desk) -> None:
    at.reviewed.draft.unlink()
    result = CliRunner().invoke(main, ["accept", at.reviewed.sha256, "--archive", str(at.folder)])
    assert result.exit_code == 2
    assert "begin with `onrecord review`" in result.stderr


# What is on record already -----------------------------------------------------


def second(tmp_path: Path, first: Desk, article: str) -> Desk:
    """Return a desk with another article for the same collection."""
    other = desk(tmp_path / "second", article)
    (first.folder / other.reviewed.path.name).write_bytes(other.reviewed.path.read_bytes())
    return Desk(first.root, first.folder, other.reviewed)


SAME = """Barges in Lindhaven

Harbour News, 5 March 2025

“{words},” Ingrid Solheim told the council.
"""


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Our yard delivered 14 barges last year", True),
        ("Our yard delivered 14 barges last year, as you know", True),
        ("Our yard delivered 15 barges last year", False),
        ("Our yard delivered more than 14 barges last year", False),
        ("Our yard has not delivered 14 barges last year", False),
        ("Our yard delivered 14 barges in 2023", False),
        ("Our yard delivered 14 barges a month last year", False),
        ("Our yard will deliver 14 barges next year", False),
    ],
)
def test_only_the_same_claim_is_proposed(at: Desk, tmp_path: Path, words: str, found: bool) -> None:
    reviewed(at)
    claims = at.accept().claims
    other = second(tmp_path, at, SAME.format(words=words))
    card = other.file.cards[0]
    assert [one.iri for one in same_claims(card, other.file, other.known)] == (
        [claims[0]] if found else []
    )


def test_the_same_claim_of_another_speaker_is_another(at: Desk, tmp_path: Path) -> None:
    reviewed(at)
    at.accept()
    article = SAME.format(words="Our yard delivered 14 barges last year").replace("Ingrid", "Olga")
    other = second(tmp_path, at, article)
    assert same_claims(other.file.cards[0], other.file, other.known) == []


def test_a_further_report_is_an_attestation_and_no_second_claim(at: Desk, tmp_path: Path) -> None:
    reviewed(at)
    claims = at.accept().claims
    other = second(tmp_path, at, SAME.format(words="Our yard delivered 14 barges last year"))
    name = other.file.cards[0].id
    other.do("article", fields={**ARTICLE, "publisher": "Harbour News"})
    session = other.session()
    session.decide({"do": "same", "card": name})
    session.decide({"do": "accept", "card": name})
    done = other.accept()
    assert done.claims == claims[:1]
    assert done.path is not None
    assert "rec:Claim" not in done.path.read_text(encoding="utf-8")
    assert done.report.findings == ()


def test_the_next_proposal_is_taken_and_in_the_end_none(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [SameClaim(f"https://example.org/harbour/claim/{name}", name, 90.0) for name in "ab"]
    monkeypatch.setattr("onrecord.reviewing.decision.same_claims", lambda *_: found)
    told = [at.do("same", "Our yard").message for _ in range(4)]
    assert told == [
        "a further attestation, claim 1 of 2",
        "a further attestation, claim 2 of 2",
        "a claim of its own",
        "a further attestation, claim 1 of 2",
    ]
    assert at.card("Our yard").fixes["same_as"].endswith("/a")
    monkeypatch.setattr("onrecord.reviewing.decision.same_claims", lambda *_: [])
    assert at.do("same", "Our yard").message == "a claim of its own"
    with pytest.raises(DecisionError, match="no claim on record"):
        at.do("same", "Our yard")


# Who passed it on, from where, and at which event ---------------------------------

TOLD = """Crane for Lindhaven

Harbour News, 5 March 2025

“Our yard is safe,” mayor Ingrid Solheim said in an interview with Radio Lindhaven.

Solheim told the council that Piet Vermeer had said that the crane would come in May.

The Lindhaven Post quoted Marta Kowalczyk as saying that the town owes money.

“We have no crane,” Vermeer said, according to a transcript of the call.

At a press conference on Monday, Anna Lindqvist said the bank had agreed to the loan.
"""


def test_a_report_of_a_report_is_two_claims_with_their_sources_and_events(tmp_path: Path) -> None:
    at = desk(tmp_path, TOLD)
    at.do("article", fields={**ARTICLE, "publisher": "Harbour News"})
    for words in ("Our yard", "the crane", "the town", "the bank"):
        at.do("speaker", words, number=1)
    for words in ("Piet Vermeer had", "the crane", "the town", "the bank"):
        at.do("edit", words, fields={"text": f"Of {words}."})
    for words in ("Our yard", "Piet Vermeer had", "the crane", "the town", "We have", "the bank"):
        at.do("accept", words)
    done = at.accept()
    assert done.report.findings == ()
    assert done.path is not None
    records = Graph().parse(done.path)

    def names(claim: str, path: str) -> set[str]:
        """Return the names of what a path leads to from the claim with this text."""
        rows = records.query(
            "PREFIX rec: <https://w3id.org/onrecord/ns#> PREFIX schema: <https://schema.org/>"
            " PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
            " PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX dcterms: <http://purl.org/dc/terms/>"
            f" SELECT ?name {{ ?claim schema:text ?text ; {path} ?name ."
            f" FILTER (CONTAINS(STR(?text), '{claim}')) }}"
        )
        return {str(row[0]) for row in rows}  # type: ignore[index]

    name = "schema:name|rdfs:label"
    assert names("Of Piet", "rec:onAuthorityOf/schema:name") == {"Piet Vermeer"}
    assert names("Of Piet", "rec:speaker/schema:name") == {"Ingrid Solheim"}
    assert names("Of the crane", "rec:speaker/schema:name") == {"Piet Vermeer"}
    assert names("Of the crane", "rec:onAuthorityOf") == set()
    relies = f"^rec:attests/rec:reliesOn/({name})"
    assert names("Of the town", relies) == {
        "report of Lindhaven Post on which “Crane for Lindhaven” relies"
    }
    assert names("Of the town", "^rec:attests/rec:reliesOn/schema:publisher/schema:name") == {
        "Lindhaven Post"
    }
    assert names("We have no crane", relies) == {"transcript of the call"}
    assert names("Our yard", relies) == set()
    assert names("Our yard", "rec:madeAt/schema:name") == {
        "interview with Radio Lindhaven, Ingrid Solheim"
    }
    assert names("Of the bank", "rec:madeAt/schema:name") == {"press conference, Anna Lindqvist"}
    assert names("Of the bank", "rec:madeAt/rec:heldOn/dcterms:date") == {"2025-03-03"}
    assert names("Of the bank", "rec:madeAt/prov:wasAssociatedWith/schema:name") == {
        "Anna Lindqvist"
    }


@pytest.mark.slow
def test_what_is_accepted_later_is_of_the_same_event_and_source(tmp_path: Path) -> None:
    """Two checks of a collection take seconds."""
    at = desk(
        tmp_path,
        "Crane\n\n5 March 2025\n\n“The crane is here,” Ada Holm told a hearing of the Council.\n\n"
        "“It is green,” Bo Lind told a hearing of the Council.\n\nThe Post quoted Per Dahl as"
        " saying that it was late.\n\nThe Post quoted Eva Ek as saying that it was red.\n",
    )
    at.do("article", fields={**ARTICLE, "publisher": "Harbour News"})
    for words in ("The crane", "It is green", "it was late", "it was red"):
        at.do("speaker", words, number=1)
        at.do("edit", words, fields={"text": f"Of {words}."})
    for number, (words, more) in enumerate(
        (("The crane", "it was late"), ("It is green", "it was red"))
    ):
        at.do("accept", words)
        at.do("accept", more)
        done = at.accept(date(2025, 3, 10 + number))
        assert done.report.findings == ()
    assert done.path is not None
    records = Graph().parse(done.path)
    (event,) = records.subjects(RDF.type, REC.Event)
    assert len(list(records.objects(event, PROV.wasAssociatedWith))) == 2
    assert len(list(records.subjects(REC.madeAt, event))) == 2
    (source,) = set(records.objects(None, REC.reliesOn))
    assert len(list(records.subjects(REC.reliesOn, source))) == 2


def test_whose_word_is_passed_on_is_confirmed_and_all_can_be_corrected(tmp_path: Path) -> None:
    at = desk(tmp_path, TOLD)
    at.do("speaker", "Our yard", number=1)
    at.do("edit", "Piet Vermeer had", fields={"text": "It comes."})
    with pytest.raises(UnsettledError, match="word of “Piet Vermeer”, whom nobody has confirmed"):
        at.do("accept", "Piet Vermeer had")
    with pytest.raises(DecisionError, match="nobody's word"):
        at.do("confirm", "Our yard")
    assert at.do("confirm", "Piet Vermeer had").message == "passed on: Piet Vermeer"
    confirmed = {"name": "Piet Vermeer", "kind": "Person"}
    assert at.card("Piet Vermeer had").fixes["on_authority_of"] == [confirmed]
    at.do("accept", "Piet Vermeer had")
    at.do("undo")
    at.do("undo")
    assert "on_authority_of" not in at.card("Piet Vermeer had").fixes
    fields = {
        "on_authority_of": "The Yard (Organization)\nPiet Vermeer",
        "event": "",
        "relies_on": "",
    }
    at.do("edit", "Piet Vermeer had", fields=fields)
    settled = settle(at.card("Piet Vermeer had"), at.file, at.known)
    assert [(one.name, one.kind) for one in settled.authorities] == [
        ("The Yard", "Organization"),
        ("Piet Vermeer", "Person"),
    ]
    at.do("edit", "Our yard", fields={"event": "", "relies_on": "Radio: Talk"})
    settled = settle(at.card("Our yard"), at.file, at.known)
    assert (settled.event, settled.authorities) == (None, ())
    assert settled.relies_on == ChosenThing("Radio: Talk", None)
    with pytest.raises(UnsettledError, match="is not on record"):
        at.do("edit", "Our yard", fields={"event": "https://example.org/nothing"})
        at.do("accept", "Our yard")


def test_what_is_on_record_by_its_name_is_taken(tmp_path: Path) -> None:
    at = desk(tmp_path, TOLD)
    (at.root / "more.ttl").write_text(
        "@prefix schema: <https://schema.org/> .\n@prefix rec: <https://w3id.org/onrecord/ns#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@base <https://example.org/harbour/> .\n"
        '<source/t> a rec:Source ; rdfs:label "transcript"@en .\n'
        '<source/u> a rec:Source ; schema:name "twice"@en .\n'
        '<source/v> a rec:Source ; schema:name "twice"@en .\n'
        '<event/e> a rec:Event ; schema:name "talk at the harbour"@en .\n',
        encoding="utf-8",
    )
    at.do("speaker", "Our yard", number=1)
    at.do("edit", "Our yard", fields={"relies_on": "transcript", "event": "talk at the harbour"})
    settled = settle(at.card("Our yard"), at.file, at.known)
    base = "https://example.org/harbour/"
    assert settled.relies_on == ChosenThing("transcript", f"{base}source/t")
    assert settled.event == ChosenThing("talk at the harbour", f"{base}event/e")
    at.do("edit", "Our yard", fields={"relies_on": f"{base}source/u"})
    assert settle(at.card("Our yard"), at.file, at.known).relies_on is not None
    at.do("edit", "Our yard", fields={"relies_on": "twice"})
    with pytest.raises(UnsettledError, match="2 on record are called “twice”"):
        at.do("accept", "Our yard")


def test_a_publisher_on_record_that_passes_it_on_is_a_source(tmp_path: Path) -> None:
    at = desk(tmp_path, "Crane\n\nNorda reported that Bo Lind had said that the crane is here.\n")
    card = at.card("the crane")
    assert (card.via, relied_on(card, at.file, at.known)) == ("Norda", None)
    (at.root / "more.ttl").write_text(
        "@prefix schema: <https://schema.org/> .\n@prefix rec: <https://w3id.org/onrecord/ns#> .\n"
        "@base <https://example.org/harbour/> .\n"
        '<actor/n> a rec:Actor, schema:Organization ; schema:name "Norda"@en .\n'
        "<source/s> a rec:Source ; schema:publisher <actor/n> .\n",
        encoding="utf-8",
    )
    assert relied_on(card, at.file, at.known) == ChosenThing("Norda", None)


@pytest.mark.parametrize(
    ("sentence", "language", "event"),
    [
        (
            "Holm said in an interview with Radio that it rained.",
            "en",
            "interview with Radio",
        ),
        ("Holm told a hearing of the Town Council.", "en", "hearing of the Town Council"),
        ("At a rare press conference on Monday, Holm spoke.", "en", "press conference"),
        ("Holm said so before a summit.", "en", None),
        ("Holm spoke at a debate and in an interview with Radio.", "en", None),
        ("The speech was long, Holm said.", "en", None),
        (
            "„Es regnet“, sagte Holm in einem Interview mit Radio.",
            "de",
            "Interview mit Radio",
        ),
        ("« Il pleut », a dit Holm lors d’une conférence de presse.", "fr", "conférence de presse"),
        ("Holm lo ha detto durante una conferenza stampa.", "it", "conferenza stampa"),
        ("Holm sa det i et intervju.", "no", None),
    ],
)
def test_the_event_is_the_one_that_the_sentence_names(
    sentence: str, language: str, event: str | None
) -> None:
    assert event_in(sentence, (0, len(sentence)), [], language) == event
    assert event_in(sentence, (0, len(sentence)), [(0, len(sentence))], language) is None


# Turtle -----------------------------------------------------------------------


def test_a_literal_is_what_it_was() -> None:
    text = 'a "b" \\ c\nd\te\r “f”'
    graph = Graph().parse(data=f"<urn:a> <urn:b> {string(text, 'en')} .", format="turtle")
    assert [str(value) for value in graph.objects()] == [text]


def test_another_namespace_under_one_of_our_prefixes_is_refused() -> None:
    base = "https://example.org/harbour/"
    text = "@prefix claim: <https://example.org/other/> .\n\nclaim:a a claim:b .\n"
    with pytest.raises(OnRecordError, match="its prefix claim:"):
        with_blocks(text, ["claim:c\n    a rec:Claim .\n"], base)
    assert prefixes_of(base)["claim"] == f"{base}claim/"


# Text layers -------------------------------------------------------------------


def write_layer(at: Desk, archived: Path, metadata: dict[str, str]) -> Path:
    """Keep what a text under review was made from, as `archive add` does."""
    made = MadeText(at.reviewed.text, "maker", "1", metadata=metadata)
    path = at.folder / layer_name(at.reviewed.sha256, archived.stem)
    path.write_bytes(layer_bytes(made, at.reviewed.sha256, archived.stem))
    return path


def test_a_text_that_was_made_from_a_page_is_recorded_with_its_page(tmp_path: Path) -> None:
    at = desk(tmp_path)
    page = b"<html><p>as it came</p></html>"
    archived = add_text(at.folder, page, ".html")
    metadata = {
        "title": "More barges",
        "publisher": "Lindhaven Post",
        "published": "2025-03-04",
        "language": "en",
        "address": "https://example.org/barges",
    }
    layer = write_layer(at, archived, metadata)
    # The bytes stand for the text that was made of them.
    found = reviewed_text(at.archive, archived.stem)
    assert (found.sha256, found.layer and found.layer.bytes_sha256) == (
        at.reviewed.sha256,
        archived.stem,
    )
    drafts = draft_file(found.text, "page", "onrecord 1", layer=found.layer)
    assert (drafts.article.publisher, drafts.article.title) == ("Lindhaven Post", "More barges")
    write_draft_file(at.reviewed.draft, drafts)
    at.do("article", fields={"topics": "shipyards: What yards build."})
    at.do("speaker", "The steel", number=1)
    at.do("accept", "The steel")
    done = at.accept()
    assert done.report.findings == ()
    assert done.path is not None
    written = done.path.read_text(encoding="utf-8")
    assert f'schema:sha256 "{archived.stem}"' in written
    assert "rec:textOf snapshot:lindhaven-post-more-barges ;" in written
    assert f'rec:placeMap "{sha256(layer.read_bytes()).hexdigest()}"' in written
    assert "schema:url <https://example.org/barges>" in written
    assert at.accept().claims == ()


def test_a_broken_layer_is_said(tmp_path: Path) -> None:
    at = desk(tmp_path)
    (at.folder / f"{at.reviewed.sha256}.0123456789abcdef.layer.json").write_text("{", "utf-8")
    with pytest.raises(OnRecordError, match="add the bytes behind it again"):
        reviewed_text(at.archive, at.reviewed.sha256)


def test_the_text_of_a_page_on_record_belongs_to_its_source(tmp_path: Path) -> None:
    at = desk(tmp_path)
    page = add_text(at.folder, b"<html><p>as it came</p></html>", ".html")
    write_layer(at, page, {})
    example = (at.root / "example.ttl").read_text(encoding="utf-8")
    more = f"""
snapshot:page
    a rec:Snapshot ;
    rec:snapshotOf source:example ;
    schema:sha256 "{page.stem}" ;
    rec:extent code:whole ;
    rec:recordedIn curation:reading .
"""
    (at.root / "example.ttl").write_text(example + more, encoding="utf-8")
    at.do("article", fields={"topics": "bread"})
    at.do("speaker", "The steel", number=1)
    at.do("accept", "The steel")
    done = at.accept(date(2025, 8, 1))
    assert done.path == at.root / "example.ttl"
    written = done.path.read_text(encoding="utf-8")
    assert written.count("a rec:Source ") == 1
    assert "snapshot:example-text\n    a rec:Snapshot ;\n    rec:textOf snapshot:page ;" in written
    assert done.report.findings == ()
    assert at.accept().claims == ()


# Fixes by hand -----------------------------------------------------------------


def by_hand(at: Desk, begins: str, fixes: str) -> None:
    """Write the fixes of a card into the file, as somebody with an editor would."""
    text = at.reviewed.draft.read_text(encoding="utf-8")
    start = text.index(f"- id: {at.card(begins).id}\n")
    end = text.index("  verdict: null\n  note: ''\n  fixes: {}\n", start)
    rest = text[end:].replace("verdict: null", "verdict: accept", 1)
    at.reviewed.draft.write_text(text[:end] + rest.replace("{}", fixes, 1), encoding="utf-8")


def test_plain_fixes_by_hand_are_enough(at: Desk) -> None:
    at.do("article", fields=ARTICLE)
    by_hand(
        at,
        "Our yard",
        "{speaker: Ingrid Solheim, said_on: 2025-03-02, valid_for: 2024,"
        " topics: ['mayors: What they say.'], series: {0: loaves baked by the Elmsund Bakery}}",
    )
    by_hand(at, "The steel", "{speaker: Piet Vermeer, said_on: '2025-03'}")
    by_hand(at, "the crane would cost", "{text: The crane costs this., series: {0: none}}")
    done = at.accept()
    assert done.report.findings == ()
    assert done.path is not None
    written = done.path.read_text(encoding="utf-8")
    assert 'dcterms:date "2025-03-02"^^edtf:EDTF ; rec:basis code:inferred-context' in written
    assert "rec:inSeries series:loaf-output-elmsund-bakery" in written
    assert "dcterms:subject topic:mayors" in written


@pytest.mark.parametrize(
    ("fixes", "problem"),
    [
        ("{speaker: [a]}", "the fix speaker cannot be"),
        ("{speaker: {kind: Person}}", "the fix speaker cannot be"),
        ("{speaker: {iri: 'https://example.org/nobody'}}", "nobody is confirmed"),
        ("{speaker: A, said_on: {day: 1}}", "the fix said_on cannot be"),
        ("{speaker: A, series: {0: none}, said_on: yesterday}", "not an EDTF date"),
        ("{speaker: A, places: [{start: 1}]}", "the fix places cannot be"),
        ("{speaker: A, modality: sure}", "no modality 'sure'"),
        ("{speaker: A, modality: conditional}", "say on what condition"),
        ("{speaker: A, series: [1]}", "the fix series cannot be"),
        ("{speaker: A, series: {0: unknown}}", "the new series “unknown” has no measure"),
        ("{speaker: A, figures: 3}", "the fix figures cannot be 3"),
        ("{speeker: A}", "there is no fix 'speeker', but text, speaker,"),
    ],
)
def test_fixes_that_say_nothing_are_refused_in_one_line(at: Desk, fixes: str, problem: str) -> None:
    at.do("article", fields=ARTICLE)
    name = at.card("Our yard").id
    by_hand(at, "Our yard", fixes)
    records = at.records()
    with pytest.raises((UnsettledError, DraftFileError), match=problem) as error:
        at.accept()
    assert "\n" not in str(error.value)
    assert name in str(error.value)
    assert at.records() == records


@pytest.mark.parametrize(
    ("words", "edtf", "basis"),
    [
        ("3 March 2025", "2025-03-03", "explicit"),
        ("in 2024", "2024", "explicit"),
        ("in the 1990s", "199X", "inferred-context"),
        ("by 2027", "/2027", "explicit"),
        ("in March", "2025-03", "inferred-context"),
        ("3 March", "2025-03-03", "inferred-context"),
    ],
)
def test_a_time_is_explicit_only_where_the_words_state_it(
    words: str, edtf: str, basis: str
) -> None:
    assert time_by_words(edtf, words, "stated").basis == basis


# An article on record ------------------------------------------------------------


def test_the_day_of_publication_on_record_is_that_of_the_text(at: Desk) -> None:
    assert at.known.published_on(at.reviewed.sha256) is None
    reviewed(at)
    at.accept()
    assert at.known.published_on(at.reviewed.sha256) == date(2025, 3, 4)


def test_claims_with_words_of_a_card_are_told(at: Desk) -> None:
    reviewed(at)
    claims = at.accept().claims
    known = at.known
    source = known.source_of(at.reviewed.sha256)
    assert source is not None
    place = at.card("Our yard").places[0]
    assert known.claims_at(source.snapshot, place.start + 4, place.end + 2) == [claims[0]]
    assert known.claims_at(source.snapshot, place.end, place.end + 2) == []
    assert known.attested_at(source.snapshot, place.start + 4, place.end) is None


def test_no_second_actor_of_a_name_on_record_is_offered(at: Desk) -> None:
    reviewed(at)
    at.accept()
    choices = speaker_choices(at.card("Our yard"), at.file, at.known)
    assert [each.label for each in choices].count("Ingrid Solheim") == 1


def test_the_series_of_a_figure_are_those_of_its_unit(at: Desk) -> None:
    reviewed(at)
    at.accept()
    card = at.card("the crane would cost")
    labels = [each.label for each in series_choices(card, card.figures[0], at.file, at.known)]
    assert "loaves baked by the Elmsund Bakery" not in labels
