"""Review: a file of drafts, its cards, and decisions on them."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from onrecord.drafting.drafters.other_drafters import OtherDrafters
from onrecord.drafting.quantities.counted_quantity import CODES
from onrecord.errors import OnRecordError
from onrecord.records.units import unit_called
from onrecord.reviewing.card import DraftedFigure, UnsettledError, decimal_of
from onrecord.reviewing.cards.drafted_cards import draft_file
from onrecord.reviewing.choice import series_choices, speaker_choices, speaker_of, unit_of
from onrecord.reviewing.decision import DecisionError, shown_series
from onrecord.reviewing.draft_file import DraftFileError, read_draft_file, write_draft_file
from onrecord.reviewing.further_drafts import with_further
from onrecord.reviewing.known_records import KnownSeries
from onrecord.reviewing.review_log import log_path, report_by_rule
from onrecord.reviewing.settled_claim import places_of, settle
from reviews import ARTICLE, Desk, desk
from reviews import SERIES as SERIES_WRITTEN


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """A desk with a drafted article."""
    return desk(tmp_path)


# The file ---------------------------------------------------------------------


def test_what_is_written_is_read_again(at: Desk) -> None:
    drafts = draft_file(at.reviewed.text, "harbour.txt", "onrecord 1")
    assert at.file == drafts
    assert len(drafts.cards) == 20
    fixed = replace(drafts.cards[0], fixes={"valid_for": {}, "topics": [], "text": "0"})
    write_draft_file(at.reviewed.draft, drafts.with_card(fixed))
    assert at.file.card(fixed.id) == fixed


def test_a_place_at_the_very_beginning_stays(tmp_path: Path) -> None:
    at = desk(tmp_path, "“We build barges,” said Piet Vermeer.\n")
    assert places_of(at.file.cards[0])[0].start == 1
    at = desk(tmp_path / "other", "We build barges, said Piet Vermeer.\n")
    assert [places_of(card)[0].start for card in at.file.cards] == [0]


def test_a_reviewer_may_use_an_editor(at: Desk) -> None:
    text = at.reviewed.draft.read_text(encoding="utf-8")
    first = text.index("verdict: null")
    mine = "verdict: reject\n  note: |\n    not\n    his\n  fixes: {said_on: {edtf: 2025-03-02,"
    mine += " basis: curator, reason: Told.}}"
    written = text[:first] + mine + text[text.index("fixes: {}", first) + len("fixes: {}") :]
    at.reviewed.draft.write_text(written, encoding="utf-8")
    card = at.file.cards[0]
    assert (card.verdict, card.note) == ("reject", "not\nhis\n")
    assert card.fixes["said_on"]["edtf"] == "2025-03-02"
    at.do("reject", "We ordered")
    assert at.file.cards[0] == card


@pytest.mark.parametrize(
    ("pattern", "written", "problem"),
    [
        (r"verdict: null", "verdict: maybe", "card .*: verdict 'maybe' is neither accept nor"),
        (r"^schema: 1", "schema: 99", "no drafts of this version"),
        (r"^cards:\n", "cards: [\n", r"\d+:\d+: no YAML"),
        (r"  rule: .*\n", "", "card .*: 'rule' is missing"),
        (r"fixes: \{\}\ncards", "fixes: [a]\ncards", "fixes"),
        (r"- id: d\S+", "- id: one", "two cards have one id"),
    ],
)
def test_a_broken_file_is_refused_in_one_line(
    at: Desk, pattern: str, written: str, problem: str
) -> None:
    text = at.reviewed.draft.read_text(encoding="utf-8")
    changed = re.sub(pattern, written, text, flags=re.MULTILINE)
    assert changed != text
    at.reviewed.draft.write_text(changed, encoding="utf-8")
    with pytest.raises(DraftFileError, match=problem) as error:
        read_draft_file(at.reviewed.draft)
    assert "\n" not in str(error.value)
    assert str(at.reviewed.draft) in str(error.value)


# Cards ------------------------------------------------------------------------


def test_pieces_of_one_quotation_are_one_card_and_repeated_words_a_further_place(at: Desk) -> None:
    card = at.card("Nobody has shown us a budget")
    words = [at.reviewed.text[one.start : one.end] for one in card.places]
    assert words == [
        "Nobody has shown us a budget",
        "We will vote against it.",
        "Nobody has shown us a budget",
    ]
    assert all(one.quoted for one in card.places)


def test_a_card_has_figures_time_and_modality_of_its_words(at: Desk) -> None:
    card = at.card("the yard would deliver 20 barges")
    assert [(one.words, one.value) for one in card.figures] == [("20 barges", 20)]
    assert card.valid_for is not None
    assert (card.valid_for.edtf, card.modality) == ("2026", "projected")
    assert at.card("the new slipway").modality == "denied"


def test_a_card_was_said_on_the_day_beside_its_words_else_before_publication(at: Desk) -> None:
    said = at.card("Our yard delivered").said_on
    assert (said.edtf, said.basis, said.words) == ("2025-03-03", "explicit", "3 March 2025")
    said = at.card("We ordered the crane in January").said_on
    assert (said.edtf, said.basis) == ("../2025-03-04", "bounded")


@pytest.mark.parametrize(
    ("words", "modality", "condition"),
    [
        (
            "If the steel comes on time, this yard can build 40 barges a year",
            "conditional",
            "the steel comes on time",
        ),
        (
            "This yard can build 40 barges a year if the steel comes on time",
            "conditional",
            "the steel comes on time",
        ),
        (
            "This yard can build 40 barges, provided that the steel comes",
            "conditional",
            "the steel comes",
        ),
        (
            "We build 40 barges as long as the steel comes",
            "conditional",
            "the steel comes",
        ),
        (
            "Unless the steel is late, this yard will build 40 barges",
            "conditional",
            "unless the steel is late",
        ),
        (
            "This yard will not build 40 barges unless the steel comes",
            "conditional",
            "unless the steel comes",
        ),
        ("We build 40 barges unless otherwise agreed", "asserted", ""),
        ("If we had the steel, this yard would build 40 barges", "projected", ""),
        ("This yard would build 40 barges if we had the steel", "projected", ""),
        ("We build 40 barges even if the steel is late", "asserted", ""),
        ("Nobody knows if the steel comes for 40 barges", "asserted", ""),
        ("We build 30 barges, if not 40 barges", "asserted", ""),
        ("If you look at the yard, 40 barges are there", "asserted", ""),
        ("We said if the steel came, all was well, and it was", "asserted", ""),
        ("The town had set aside 40 million euros for barges", "asserted", ""),
        ("The town is set to build 40 barges", "projected", ""),
    ],
)
def test_a_card_has_the_modality_and_the_condition_of_its_words(
    tmp_path: Path, words: str, modality: str, condition: str
) -> None:
    at = desk(tmp_path, f"Ferry\n\nThe Post, 4 March 2025\n\n“{words},” said Bo Lind.\n")
    (card,) = at.file.cards
    assert (card.modality, card.condition) == (modality, condition)
    if not condition:
        return
    at.do("speaker", words, number=1)
    at.do("series", words, figure=0, number=0)
    assert settle(at.card(words), at.file, at.known).condition == condition
    at.do("edit", words, fields={"condition": "steel comes"})
    assert settle(at.card(words), at.file, at.known).condition == "steel comes"
    at.do("edit", words, fields={"condition": ""})
    with pytest.raises(UnsettledError, match="on what condition"):
        at.do("accept", words)
    at.do("edit", words, fields={"condition": condition})
    assert "condition" not in at.card(words).fixes


PARTED = [
    (
        "“We built 40 barges last year and will build 90 barges this year,” said Bo Lind.",
        [
            ("We built 40 barges last year", "asserted", "", "2024"),
            ("will build 90 barges this year", "projected", "", "2025"),
        ],
    ),
    (
        "Yards built 40 barges in 2024 and would build 90 in 2026, if money comes, Bo Lind said.",
        [
            ("Yards built 40 barges in 2024", "asserted", "", "2024"),
            ("would build 90 in 2026, if money comes", "conditional", "money comes", "2026"),
        ],
    ),
    (
        "Bo Lind said that yards will build 900 barges in 2026, and that it has built 400 so far.",
        [
            ("yards will build 900 barges in 2026", "projected", "", "2026"),
            ("it has built 400 so far", "asserted", "", None),
        ],
    ),
    (
        "“We build 40 barges. We will build 90 barges in 2026, if steel comes,” said Bo Lind. "
        "“We are ready.”",
        [
            ("We build 40 barges.", "asserted", "", None),
            (
                "We will build 90 barges in 2026, if steel comes",
                "conditional",
                "steel comes",
                "2026",
            ),
            ("We are ready.", "asserted", "", None),
        ],
    ),
    (
        "“If steel comes, this yard can build 40 barges. It has built 20 barges,” said Bo Lind.",
        [
            ("If steel comes, this yard can build 40 barges.", "conditional", "steel comes", None),
            ("It has built 20 barges", "asserted", "", None),
        ],
    ),
]


@pytest.mark.parametrize(("sentence", "cards"), PARTED)
def test_what_was_and_what_is_to_be_are_cards_of_their_own(
    tmp_path: Path, sentence: str, cards: list[tuple[str, str, str, str | None]]
) -> None:
    at = desk(tmp_path, f"Ferry\n\nThe Post, 4 March 2025\n\n{sentence}\n")
    assert [
        (one.words, one.modality, one.condition, one.valid_for and one.valid_for.edtf)
        for one in at.file.cards
    ] == cards
    assert {one.flags for one in at.file.cards} == {()}
    assert {one.speaker and one.speaker.person for one in at.file.cards} == {"Bo Lind"}
    for card in at.file.cards:
        at.do("speaker", card.words, number=1)
        for number in range(len(card.figures)):
            at.do("series", card.words, figure=number, number=0)
        if not card.places[0].quoted:
            at.do("edit", card.words, fields={"text": "Lind speaks of barges."})
        at.do("accept", card.words)
    at.do("article", fields=ARTICLE)
    assert len(at.accept().claims) == len(cards)


@pytest.mark.parametrize(
    "sentence",
    [
        "Bo Lind denied that the yard had built 40 barges and would build 90 barges.",
        "Bo Lind said that output would rise to 600 from the 400 barges that the yard has built.",
        "“We will build 40 barges this year and 90 barges in 2026,” said Bo Lind.",
        "“We will build 40 barges, even if steel is late, and 90 barges in 2026,” said Bo Lind.",
    ],
)
def test_what_is_put_forward_in_one_way_stays_one_card(tmp_path: Path, sentence: str) -> None:
    at = desk(tmp_path, f"Ferry\n\nThe Post, 4 March 2025\n\n{sentence}\n")
    assert len(at.file.cards) == 1


def test_what_cannot_be_parted_is_flagged(tmp_path: Path) -> None:
    words = "We will build 90 barges where 40 barges were lost"
    at = desk(
        tmp_path, f"Ferry\n\nThe Post, 4 March 2025\n\n“{words}, and 20 are,” said Bo Lind.\n"
    )
    (card,) = at.file.cards
    assert card.flags == ()
    words = "The 40 barges that we have will be 90 barges"
    at = desk(tmp_path / "two", f"Ferry\n\nThe Post, 4 March 2025\n\n“{words},” said Bo Lind.\n")
    (card,) = at.file.cards
    assert card.flags == ("several modalities",)
    at.do("speaker", words, number=1)
    at.do("series", words, figure=0, number=0)
    at.do("series", words, figure=1, number=0)
    with pytest.raises(DecisionError, match="without doubt"):
        at.do("all", words)


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("The Lindhaven Lookout, Tuesday 4 March 2025", "The Lindhaven Lookout"),
        ("4 March 2025 | Lindhaven Courier", "Lindhaven Courier"),
        ("LINDHAVEN, 4 March 2025", ""),
        ("By Ada Holm, 4 March 2025", ""),
        ("Updated 4 March 2025", ""),
        ("The meeting of 4 March 2025", ""),
        ("The Lindhaven Post has learnt on 4 March 2025", ""),
    ],
)
def test_a_publisher_is_what_stands_alone_beside_the_day(
    tmp_path: Path, line: str, publisher: str
) -> None:
    at = desk(tmp_path, f"Ferry\n\n{line}\n\n“We build 40 barges,” said Bo Lind.\n")
    assert at.file.article.publisher == publisher
    assert at.file.article.published == "2025-03-04"


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("We have 640 people, twice as many as in 2019", None),
        ("We have 640 people, more than in 2019", None),
        ("We had 640 people in 2024, up from 320 in 2019", None),
        ("We had 640 people in 2019", "2019"),
        ("We had 640 people in 2024, twice as many as in 2019", "2024"),
    ],
)
def test_words_are_not_about_the_time_that_they_compare_with(
    tmp_path: Path, words: str, edtf: str | None
) -> None:
    at = desk(tmp_path, f"Ferry\n\nThe Post, 4 March 2025\n\n“{words},” said Bo Lind.\n")
    valid_for = at.file.cards[0].valid_for
    assert (valid_for and valid_for.edtf) == edtf


def test_a_day_beside_what_is_passed_on_is_that_of_the_telling(tmp_path: Path) -> None:
    at = desk(
        tmp_path,
        "Crane\n\nThe Post, 7 March 2025\n\nAda Holm told reporters on Wednesday that Bo Lind had"
        " assured her that the crane would come.\n",
    )
    assert at.card("Bo Lind had").said_on.edtf == "2025-03-05"
    passed_on = at.card("the crane").said_on
    assert (passed_on.edtf, passed_on.basis, passed_on.words) == ("../2025-03-07", "bounded", None)


@pytest.mark.parametrize(
    ("words", "edtf", "reason"),
    [
        ("will open by February", "/2026-02", "The next such day or month after the day"),
        ("opened on 5 June", "2024-06-05", "The last such day or month before the day"),
        ("opened on 2 March", "2025-03-02", "The year is that of the day of publication."),
    ],
)
def test_the_reason_of_a_year_says_from_what_it_follows(
    tmp_path: Path, words: str, edtf: str, reason: str
) -> None:
    at = desk(tmp_path, f"Ferry\n\nThe Post, 4 March 2025\n\n“The ferry {words},” said Bo Lind.\n")
    time = at.card("The ferry").valid_for
    assert time is not None
    assert (time.edtf, time.basis) == (edtf, "inferred-year")
    assert (time.reason or "").startswith(reason)


def test_words_that_the_check_does_not_find_quoted_are_a_position(tmp_path: Path) -> None:
    at = desk(tmp_path, "Town hall, 4 March 2025\n\n– We build barges here, said Piet Vermeer.\n")
    (card,) = at.file.cards
    (place,) = card.places
    assert at.reviewed.text[place.start : place.end] == "We build barges here"
    assert not place.quoted


# Other drafters, later -----------------------------------------------------------


def test_what_others_draft_later_is_added_and_what_was_decided_stays(at: Desk) -> None:
    at.do("article", fields=ARTICLE)
    at.do("speaker", "The steel", number=1)
    at.do("accept", "The steel")
    at.do("reject", "We ordered")
    at.do("reject", "no loan")
    added = at.do("add", words="called the plan rushed").focus or ""
    others = OtherDrafters(
        {
            "model stub": lambda text: [
                {"quote": "no loan had been signed", "speaker": "Anna Lindqvist"},
                {"quote": "We ordered the crane in January", "speaker": "Ingrid Solheim"},
                {"quote": "called the plan rushed", "speaker": "Marta Kowalczyk"},
                {"quote": "the plan rushed", "speaker": "Marta Kowalczyk"},
                {"quote": "no loan had been paid", "speaker": "Anna Lindqvist"},
            ]
        },
        lambda line: None,
    )
    fresh = draft_file(at.reviewed.text, "harbour.txt", "onrecord 1", others=others)
    before = at.file
    further = with_further(before, fresh)
    after = {card.id: card for card in further.file.cards}
    assert (further.added, further.agreed) == (1, 2)
    assert after[at.card("no loan").id].by == ("rules", "model stub")
    assert "speaker disputed" in after[at.card("We ordered").id].flags
    assert after[added].by == ("reviewer",)
    (new,) = [card for card in further.file.cards if card.words == "the plan rushed"]
    assert (new.by, new.flags, new.verdict) == (("model stub",), ("doubtful",), None)
    for card in before.cards:
        mine = after[card.id]
        assert (mine.verdict, mine.fixes, mine.note) == (card.verdict, card.fixes, card.note)
    again = with_further(further.file, fresh)
    assert (again.added, again.agreed, again.file) == (0, 0, further.file)


# Decisions --------------------------------------------------------------------


def test_nothing_is_accepted_that_lacks_something(at: Desk) -> None:
    for problem, decision, asked in (
        ("nobody is confirmed", "speaker", {"number": 1}),
        ("“14 barges” has no series", "series", {"figure": 0, "number": 0}),
    ):
        with pytest.raises(UnsettledError, match=problem):
            at.do("accept", "Our yard")
        at.do(decision, "Our yard", **asked)
    assert at.do("accept", "Our yard").focus == at.card("The steel").id
    with pytest.raises(UnsettledError, match="it has no text"):
        at.do("accept", "the new slipway")


def test_a_speaker_who_is_confirmed_goes_for_all_cards_of_the_person(at: Desk) -> None:
    assert speaker_of(at.card("I have never"), at.file, at.known) is None
    at.do("speaker", "The steel", number=1)
    speaker = speaker_of(at.card("I have never"), at.file, at.known)
    assert speaker is not None
    assert (speaker.name, speaker.iri) == ("Piet Vermeer", None)
    decided = at.do("all", "I have never")
    assert decided.message == "accepted 3 of Piet Vermeer"
    accepted = {card.words[:9] for card in at.file.cards if card.verdict}
    assert accepted == {"The steel", "We ordere", "I have ne"}


def test_an_actor_on_record_is_proposed_and_only_the_very_name_is_taken(at: Desk) -> None:
    (at.root / "more.ttl").write_text(
        "@prefix schema: <https://schema.org/> .\n@prefix rec: <https://w3id.org/onrecord/ns#> .\n"
        "@base <https://example.org/harbour/> .\n"
        '<actor/p> a rec:Actor, schema:Person ; schema:name "Piet Vermeer"@en ;'
        " rec:recordedIn <curation/reading> .\n"
        '<actor/m> a rec:Actor, schema:Person ; schema:name "Martha Kowalczyk"@en ;'
        " rec:recordedIn <curation/reading> .\n",
        encoding="utf-8",
    )
    speaker = speaker_of(at.card("The steel"), at.file, at.known)
    assert speaker is not None
    assert speaker.iri == "https://example.org/harbour/actor/p"
    card = at.card("The mayor counts")
    assert speaker_of(card, at.file, at.known) is None
    labels = [each.label for each in speaker_choices(card, at.file, at.known)]
    assert labels[:2] == ["Martha Kowalczyk", "Marta Kowalczyk"]


def test_who_is_not_named_becomes_an_anonymous_actor(at: Desk) -> None:
    choice = speaker_choices(at.card("the yard was short"), at.file, at.known)[0]
    assert choice.value == {"name": "union official", "kind": "Person", "anonymous": True}


@pytest.fixture
def money(tmp_path: Path) -> Desk:
    """A desk with an article of money and of a stock."""
    return desk(
        tmp_path,
        "Budget\n\nThe Post, 4 March 2025\n\n“We set aside 1.3 billion euros for barges,” said"
        " Piet Vermeer.\n\n“The yard owes 20 million dollars,” said Marta Kowalczyk.\n",
    )


MONEY = {
    "series0": "money of Lindhaven for barges",
    "measure0": "order",
    "product0": "barge: A barge of any size.",
    "bearer0": "Lindhaven",
}


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        (None, "CCY_EUR"),
        ("EUR", "CCY_EUR"),
        ("sek", "CCY_SEK"),
        ("CCY_JPY", "CCY_JPY"),
        ("%", "PERCENT"),
        ("kg", "KiloGM"),
    ],
)
def test_a_unit_is_the_one_that_is_drafted_or_written(
    money: Desk, written: str | None, unit: str
) -> None:
    fields = MONEY if written is None else {**MONEY, "unit0": written}
    money.do("edit", "We set", fields=fields)
    assert money.card("We set").fixes["series"]["0"]["unit"] == unit


@pytest.mark.parametrize("written", ["BARGE", "EURO", "XYZ", "eur o", "ccy_eur"])
def test_a_unit_that_does_not_exist_is_refused_at_the_form(money: Desk, written: str) -> None:
    before = money.reviewed.draft.read_bytes()
    with pytest.raises(DecisionError, match=r"no unit '.*', write QUDT's name"):
        money.do("edit", "We set", fields={**MONEY, "unit0": written})
    assert money.reviewed.draft.read_bytes() == before


def test_every_drafted_unit_is_one_of_qudt() -> None:
    figures = [DraftedFigure(0, 1, "1", kind) for kind in ("count", "share", "points", "factor")]
    figures += [DraftedFigure(0, 1, "1", "count", unit=unit) for unit in ("t", "kg", "km")]
    figures += [DraftedFigure(0, 1, "1", "money", unit=code) for code in CODES.split("|")]
    units = [unit_of(one) for one in figures]
    assert units == [unit_called(unit) for unit in units]
    assert unit_of(DraftedFigure(0, 1, "1", "money")) == ""


def form_of(at: Desk, begins: str) -> dict[str, str]:
    """Return the fields of a figure as the form of a card shows them."""
    shown = shown_series(at.card(begins), 0, at.known)
    names = {"series": "label", "measure": "", "product": "", "bearer": "", "unit": ""}
    return {f"{name}0": getattr(shown, own or name) for name, own in names.items()}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("measure", "imports: What comes in; not what goes out."),
        ("product", "ferry: A ferry."),
        ("bearer", "Northport"),
        ("unit", "CCY_SEK"),
        ("label", "money for ferries"),
    ],
)
def test_one_part_of_a_new_series_is_corrected_and_the_others_stay(
    money: Desk, name: str, written: str
) -> None:
    money.do("edit", "We set", fields=MONEY)
    kept = money.card("We set").fixes["series"]["0"]
    shown = form_of(money, "We set")
    assert shown == {**MONEY, "unit0": "CCY_EUR"}
    assert money.do("edit", "We set", fields=shown).message == "as it was, nothing to keep"
    field = "series0" if name == "label" else f"{name}0"
    assert money.do("edit", "We set", fields={**shown, field: written}).message == "kept"
    assert money.card("We set").fixes["series"]["0"] == {**kept, name: written}
    assert money.do("undo").message == "undone: edit"
    assert money.card("We set").fixes["series"]["0"] == kept


def test_a_new_series_is_corrected_on_all_cards_that_have_it(money: Desk) -> None:
    money.do("edit", "We set", fields=MONEY)
    # Its label alone takes it for another figure, with its unit.
    money.do("edit", "The yard", fields={**form_of(money, "The yard"), "series0": MONEY["series0"]})
    same = [money.card(each).fixes["series"]["0"] for each in ("We set", "The yard")]
    assert same[0] == same[1]
    shown = form_of(money, "The yard")
    done = money.do("edit", "The yard", fields={**shown, "product0": "ferry"})
    assert done.focus == money.card("The yard").id
    assert money.card("We set").fixes["series"]["0"] == {**same[0], "product": "ferry"}
    assert money.do("undo").focus == money.card("The yard").id
    assert money.card("We set").fixes["series"]["0"] == same[0]


def test_a_series_is_taken_from_a_figure_where_its_label_is_emptied(money: Desk) -> None:
    money.do("edit", "We set", fields=MONEY)
    money.do("edit", "We set", fields={**form_of(money, "We set"), "series0": ""})
    assert "series" not in money.card("We set").fixes
    money.do("series", "We set", figure=0, number=0)
    money.do("edit", "We set", fields=form_of(money, "We set"))
    assert money.card("We set").fixes["series"] == {"0": {"none": True}}


def test_a_series_on_record_keeps_its_unit(money: Desk) -> None:
    label = "loaves baked by the Elmsund Bakery"
    with pytest.raises(DecisionError, match="is on record in NUM, give the one in CCY_SEK"):
        money.do("edit", "We set", fields={"series0": label, "unit0": "SEK"})
    money.do("edit", "We set", fields={**form_of(money, "We set"), "series0": label})
    assert form_of(money, "We set") == {
        "series0": label, "measure0": "", "product0": "", "bearer0": "", "unit0": "NUM",
    }  # fmt: skip
    money.do("edit", "We set", fields={**form_of(money, "We set"), **MONEY, "unit0": "EUR"})
    assert money.card("We set").fixes["series"]["0"]["bearer"] == "Lindhaven"


def _output(
    iri: str,
    label: str,
    product: str,
    bearer: tuple[str, ...],
    measure: str = "output",
    versus: tuple[str, ...] = (),
) -> KnownSeries:
    unit = "/UNITLESS" if versus else "/NUM"
    return KnownSeries(iri, label, unit, "", measure, product, bearer, versus)


SERIES = (
    _output("a", "delivery of Tarvia: barge, for Halvia", "barge", ("Tarvia",), "delivery"),
    _output("b", "output of Halvia: barge", "barge", ("Halvia", "HV")),
    _output("c", "output of Tarvia: tug", "tug", ("Tarvia",)),
    _output("d", "output of Tarvia: barge", "barge", ("Tarvia",)),
    _output("e", "output of Tarvia: barge", "barge", ("Tarvia",), versus=("Halvia",)),
)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Tarvian yards made 40 barges", "d"),
        ("the yards of Tarvia handed 40 barges over", "a"),
        ("HV yards built 40 barges", "b"),
        ("Tarvia makes 40 tugs a year", "c"),
        ("Tarvia made three times as many barges as Halvia", "e"),
    ],
)
def test_the_likeliest_series_comes_first(tmp_path: Path, words: str, first: str) -> None:
    at = desk(tmp_path, f"Ferry\n\nThe Post, 4 March 2025\n\nBo Lind said that {words}.\n")
    (card,) = at.file.cards
    found = series_choices(card, card.figures[0], at.file, replace(at.known, series=SERIES))
    assert found[0].value == {"iri": first}
    units = {one.iri: one.unit for one in SERIES}
    assert len({units[one.value["iri"]] for one in found}) == 1


def test_the_series_of_the_article_that_fits_comes_before_one_used_earlier(tmp_path: Path) -> None:
    sentence = (
        "Bo Lind said that the yard delivered 40 barges. Lind said that the yard made 50 barges. "
        "Lind said that it would make 900 next year. Lind said that the yard handed 40 barges over "
        "in 2024 and would reach 800 in 2026."
    )
    at = desk(tmp_path, f"Ferry\n\nThe Post, 4 March 2025\n\n{sentence}\n")
    at.do("edit", "the yard delivered", fields=SERIES_WRITTEN)
    made = {"series0": "barges made by the yard of Lindhaven", "measure0": "output"}
    at.do("edit", "the yard made", fields=SERIES_WRITTEN | made)
    card = at.card("it would make")
    found = series_choices(card, card.figures[0], at.file, at.known)
    assert [one.label for one in found[:2]] == [made["series0"], SERIES_WRITTEN["series0"]]
    # What nothing tells of is of the series of its sentence.
    at.do("edit", "the yard handed", fields=SERIES_WRITTEN)
    card = at.card("would reach 800")
    found = series_choices(card, card.figures[0], at.file, at.known)
    assert found[0].label == SERIES_WRITTEN["series0"]


def test_a_series_of_another_unit_is_not_offered_because_it_was_used_before(tmp_path: Path) -> None:
    sentence = "Bo Lind said that the yard made 40 barges. “We grew by 20 percent,” Lind said."
    at = desk(tmp_path, f"Ferry\n\nThe Post, 4 March 2025\n\n{sentence}\n")
    at.do("edit", "the yard made", fields=SERIES_WRITTEN | {"text": "The yard made 40 barges."})
    grew = at.card("We grew")
    assert series_choices(grew, grew.figures[0], at.file, at.known) == []
    made = at.card("the yard made")
    offered = series_choices(made, made.figures[0], at.file, at.known)
    assert offered[0].label == SERIES_WRITTEN["series0"]


@pytest.mark.parametrize(
    ("written", "unit", "number"),
    [
        ("1/2", "PERCENT", "50"), ("1/2", "UNITLESS", "0.5"), ("3 / 8", "PERCENT", "37.5"),
        ("310000", "NUM", "310000"), ("2.5", "CCY_EUR", "2.5"), ("-3", "NUM", "-3"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_decimals_or_a_fraction(written: str, unit: str, number: str) -> None:
    assert decimal_of(written, unit) == Decimal(number)


@pytest.mark.parametrize(
    "written", ["1/3", "1/0", "0/0", "many", "", "inf", "NaN", "1/2/3", "-1/2x"]
)
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"is no number|has no decimal end"):
        decimal_of(written, "NUM")


def test_a_share_in_words_has_its_value_in_percent(tmp_path: Path) -> None:
    at = desk(
        tmp_path,
        "Stocks\n\nThe Post, 4 March 2025\n\n“Our stocks cover less than half of the need,” said"
        " Piet Vermeer.\n\n“A third of the boats leak,” said Marta Kowalczyk.\n",
    )
    (half,), (third,) = at.card("Our stocks").figures, at.card("A third").figures
    assert (half.value, half.comparator, unit_of(half)) == (50, "lt", "PERCENT")
    assert third.value is None
    at.do("edit", "Our stocks", fields={"value0": "1/4"})
    assert at.card("Our stocks").fixes["figures"] == {"0": {"value": "25"}}
    with pytest.raises(DecisionError, match="“A third”: '1/3' has no decimal end"):
        at.do("edit", "A third", fields={"value0": "1/3"})
    with pytest.raises(DecisionError, match="'many' is no number"):
        at.do("edit", "A third", fields={"high0": "many"})
    at.do("article", fields=ARTICLE)
    at.do("speaker", "Our stocks", number=1)
    at.do("edit", "Our stocks", fields={**MONEY, "measure0": "stock", "value0": ""})
    with pytest.raises(UnsettledError, match="has no value"):
        at.do("accept", "Our stocks")
    at.do("edit", "Our stocks", fields={"value0": "50"})
    at.do("accept", "Our stocks")
    done = at.accept()
    assert done.path is not None
    written = done.path.read_text(encoding="utf-8")
    assert "qudt:numericValue 50 ;" in written
    assert "qudt:hasUnit unit:PERCENT" in written
    assert done.report.findings == ()


def test_words_are_widened_and_narrowed_by_word(at: Desk) -> None:
    def words(decision: str, edge: str) -> str:
        at.session().decide({"do": decision, "card": name, "edge": edge})
        place = places_of(at.file.card(name))[0]
        return at.reviewed.text[place.start : place.end]

    name = at.card("the new slipway").id
    assert words("narrow", "start") == "new slipway was late"
    assert words("narrow", "end") == "new slipway was"
    assert words("widen", "start") == "the new slipway was"
    assert words("widen", "end") == "the new slipway was late"
    name = at.card("We ordered").id
    assert words("narrow", "end") == "We ordered the crane in"
    assert places_of(at.file.card(name))[0].quoted
    assert words("widen", "start") == "tonnes.\n\n“We ordered the crane in"
    assert not places_of(at.file.card(name))[0].quoted


def test_missed_words_become_a_card_with_place_and_hash(at: Desk) -> None:
    decided = at.do("add", words="Lindhaven Savings Bank")
    assert decided.focus is not None
    card = at.file.card(decided.focus)
    start = at.reviewed.text.index("Lindhaven Savings Bank")
    assert (card.places[0].start, card.by) == (start, ("reviewer",))
    text = at.reviewed.text
    second = text.rindex("Nobody has shown")
    decided = at.do("add", words="shown us a budget", start=second)
    assert decided.focus == f"m{second + 11}-{second + 28}"
    with pytest.raises(DecisionError, match="nearest is 'Our yard delivered 14 barges"):
        at.do("add", words="Our yard delivered 15 barges")
    known = at.do("add", words="We ordered the crane in January")
    assert known.focus == at.card("We ordered").id


def test_straight_marks_are_typed_for_those_of_the_text(tmp_path: Path) -> None:
    text = "Town\n\nThe Post, 4 March 2025\n\nThe yard’s “big plan” is ‘dead’, people said.\n"
    at = desk(tmp_path, text)
    added = at.do("add", words="yard's \"big plan\" is 'dead'").focus or ""
    assert at.file.card(added).words == "yard’s “big plan” is ‘dead’"
    with pytest.raises(DecisionError, match="does not have"):
        at.do("add", words='yards "big plan"')


def test_a_decision_that_needs_a_card_says_so(at: Desk) -> None:
    for what in (
        "accept",
        "reject",
        "edit",
        "series",
        "speaker",
        "all",
        "same",
        "confirm",
        "widen",
    ):
        with pytest.raises(DecisionError, match="no card is in focus, n goes to one"):
            at.do(what, fields={})
    for card in at.file.cards:
        at.session().decide({"do": "reject", "card": card.id})
    with pytest.raises(DecisionError, match="all drafts are decided"):
        at.session().decide({"do": "accept", "card": None})
    empty = desk(at.root.parent / "empty", "Nothing is said here.\n")
    with pytest.raises(DecisionError, match="there is no draft, m adds"):
        empty.do("accept")


def test_each_decision_can_be_undone_one_after_the_other(at: Desk) -> None:
    first = at.file
    at.do("article", fields=ARTICLE)
    at.do("speaker", "The steel", number=1)
    at.do("all", "I have never")
    at.do("edit", "the new slipway", fields={"text": "It is late.", "note": "ask"})
    at.do("widen", "the new slipway", edge="end")
    at.do("add", words="Savings Bank")
    at.do("reject", "We work six")
    last = at.file
    for _ in range(7):
        at.do("undo")
    assert at.file == first
    with pytest.raises(DecisionError, match="nothing to undo"):
        at.do("undo")
    at.do("reject", "We work six")
    assert at.do("undo").focus == at.card("We work six").id
    assert at.file == first != last


def test_what_was_changed_by_hand_is_not_undone(at: Desk) -> None:
    at.do("reject", "We work six")
    text = at.reviewed.draft.read_text(encoding="utf-8")
    at.reviewed.draft.write_text(text.replace("verdict: reject", "verdict: accept"), "utf-8")
    with pytest.raises(DecisionError, match="changed in the file"):
        at.do("undo")


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"do": "speaker", "number": 9}, "no choice 9"),
        ({"do": "series", "figure": 0, "number": 9}, "no choice 9"),
        ({"do": "series", "figure": 7, "number": 0}, "no figure"),
        ({"do": "speaker", "number": "x"}, "no whole number"),
        ({"do": "edit", "fields": {"said_on": "3 March"}}, "not an EDTF date"),
        ({"do": "same"}, "no claim on record is the same"),
        ({"do": "all"}, "nobody is confirmed"),
        ({"do": "fly"}, "no decision 'fly'"),
        ({"do": "edit"}, "no fields"),
    ],
)
def test_a_decision_that_cannot_be_changes_nothing(
    at: Desk, asked: dict[str, object], problem: str
) -> None:
    before = at.reviewed.draft.read_bytes()
    with pytest.raises(OnRecordError, match=problem):
        at.session().decide({"card": at.card("Our yard").id, **asked})
    assert at.reviewed.draft.read_bytes() == before
    assert not log_path(at.reviewed.draft).exists()


def test_a_session_keeps_on_disk_what_it_answers_and_sees_what_is_edited(tmp_path: Path) -> None:
    at = desk(tmp_path)
    session, other = at.session(), tmp_path / "other.yaml"

    def is_as_written() -> None:
        """The file is what a whole reading and a whole writing of it give."""
        read = read_draft_file(at.reviewed.draft)
        assert session.file() == read
        write_draft_file(other, read)
        assert other.read_bytes() == at.reviewed.draft.read_bytes()

    first, second, third = (card.id for card in at.file.cards[:3])
    for asked in (
        {"do": "speaker", "card": first, "number": 1},
        {"do": "widen", "card": second, "edge": "end"},
        {"do": "article", "fields": {**ARTICLE, "title": "yes"}},
        {
            "do": "edit",
            "card": third,
            "fields": {"text": "It is so:\n\nno, 12.", "note": "- id: x"},
        },
        {"do": "add", "words": at.reviewed.text.split()[3], "start": 0},
        {"do": "reject", "card": third},
        {"do": "undo"},
    ):
        session.decide(asked)
        is_as_written()
    edited = at.reviewed.draft.read_text("utf-8").replace("  note: '- id: x'", "  note: by hand")
    at.reviewed.draft.write_text(edited, encoding="utf-8")
    assert session.file().card(third).note == "by hand"
    session.decide({"do": "reject", "card": second})
    assert at.file.card(third).note == "by hand"
    is_as_written()


# Report -----------------------------------------------------------------------


def test_the_report_counts_by_rule_and_tells_the_seconds(at: Desk) -> None:
    now = [0.0]
    session = at.session()
    session.clock = lambda: now[0]
    session.opened()
    for seconds, decision, words in ((4, "reject", "We work six"), (8, "reject", "We ordered")):
        now[0] += seconds
        session.decide({"do": decision, "card": at.card(words).id})
    now[0] += 10_000
    session.decide({"do": "reject", "card": at.card("The bank has").id})
    reports = {one.rule: one for one in report_by_rule([at.reviewed.draft.parent])}
    total = reports["all"]
    assert (total.drafts, total.accepted, total.rejected) == (20, 0, 3)
    assert total.seconds == (4 + 8 + 300) / 3
    assert sum(one.drafts for rule, one in reports.items() if rule != "all") == 20


def test_a_line_of_the_log_that_is_cut_off_is_no_decision(at: Desk) -> None:
    at.do("reject", "We work six")
    log = log_path(at.reviewed.draft)
    log.write_bytes(log.read_bytes() + b'{"at": "2025')
    at.do("reject", "We ordered")
    assert len(log.read_text(encoding="utf-8").splitlines()) == 3
    assert at.do("undo").focus == at.card("We ordered").id
    assert at.do("undo").focus == at.card("We work six").id
    assert [json.loads(line)["decision"] for line in log.read_text("utf-8").splitlines()[2:]] == [
        "reject",
        "undo",
        "undo",
    ]
