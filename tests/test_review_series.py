"""A new series on the page of a review: its sides, its measure, who of it is new."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from onrecord.reviewing.card import UnsettledError
from onrecord.reviewing.choice import new_speaker
from onrecord.reviewing.decision import DecisionError, shown_series
from onrecord_server.review.app import create_review_app
from reviews import ARTICLE, Desk, desk

HOST = "127.0.0.1:4711"
TEXT = (
    "Barges\n\nThe Post, 4 March 2025\n\n“Tarvia still makes three times as many river barges as"
    " all of Halvia,” said Bo Lind.\n\n“The yard has spent 310 million euros on its slipway,” said"
    " Ada Holm.\n\n“Our workforce has grown by 35 percent since 2023,” said Piet Vermeer.\n\n“We"
    " made 1,200 river barges last year,” said Ole Krag.\n"
)
RATIO = {
    "series0": "",
    "measure0": "output",
    "product0": "barge: A barge.",
    "bearer0": "Tarvia (Country)",
}


@pytest.fixture
def at(tmp_path: Path) -> Desk:
    """A desk with a ratio, money, growth and a count."""
    at = desk(tmp_path, TEXT)
    at.do("article", fields=ARTICLE)
    for begins in ("Tarvia", "The yard", "Our work", "We made"):
        at.do("speaker", begins, number=1)
    return at


def shown(at: Desk, begins: str) -> str:
    """Return what the page shows of a card in focus, on one line."""
    client: FlaskClient = create_review_app(at.session(), "token", HOST, "").test_client()
    answer = client.post(
        "/token/do",
        json={"do": "show", "card": at.card(begins).id},
        headers={"Host": HOST, "Origin": f"http://{HOST}"},
    )
    assert answer.json is not None
    return " ".join(answer.json["cards"].split())


def refused(at: Desk, begins: str, fields: dict[str, str]) -> tuple[str, str]:
    """Return why the form is kept open, and at which field."""
    before = at.reviewed.draft.read_bytes()
    with pytest.raises(DecisionError) as error:
        at.do("edit", begins, fields=fields)
    assert at.reviewed.draft.read_bytes() == before
    return str(error.value), error.value.field


def test_a_ratio_is_asked_for_its_other_side(at: Desk) -> None:
    assert 'name="versus0"' in shown(at, "Tarvia")
    assert 'name="versus0"' in shown(at, "Our work")
    assert 'name="versus0"' not in shown(at, "We made")
    why, field = refused(at, "Tarvia", {**RATIO, "series0": "output of Tarvia against Halvia"})
    assert "no other side (“against”)" in why
    assert field == "versus0"
    at.do("edit", "Tarvia", fields={**RATIO, "versus0": "Halvia", "versus_measure0": "capacity"})
    label = "output of Tarvia: barge, against Halvia (capacity)"
    assert at.card("Tarvia").fixes["series"]["0"]["label"] == label
    told = shown(at, "Tarvia")
    assert (
        "new: measures output; of barge (new); whose: Tarvia (new country); against: Halvia (new"
        " organization); there measured by capacity" in told
    )
    assert "three times: 3 times" in told
    at.do("accept", "Tarvia")
    done = at.accept()
    assert done.report.findings == ()
    assert done.path is not None
    written = done.path.read_text(encoding="utf-8")
    assert "actor:tarvia\n    a rec:Actor , schema:Country ;" in written
    assert "rec:versus actor:halvia ;\n    rec:versusMeasure code:capacity ;" in written


def test_growth_is_against_the_same_one(at: Desk) -> None:
    grown = {
        "series0": "",
        "measure0": "staff: Who works there; not who is wanted.",
        "product0": "worker: Whoever is employed.",
        "bearer0": "the yard",
        "versus0": "the yard",
    }
    at.do("edit", "Our work", fields=grown)
    assert at.card("Our work").fixes["series"]["0"]["label"] == "staff of the yard: worker, growth"
    at.do("accept", "Our work")
    done = at.accept()
    assert done.report.findings == ()
    assert done.path is not None
    written = done.path.read_text(encoding="utf-8")
    assert "rec:bearer actor:yard ;\n    rec:versus actor:yard ;" in written
    assert "rec:measure measure:staff ;" in written
    assert 'skos:definition "Who works there; not who is wanted."@en' in written
    # From then on it is one of the list.
    assert "staff" in at.known.measures


def test_which_measures_there_are_is_said_and_the_form_stays_at_the_field(at: Desk) -> None:
    money = {"series0": "money for the slipway", "product0": "slipway: A slip.", "bearer0": "yard"}
    for wrong in ("", "money spent"):
        why, field = refused(at, "The yard", {**money, "measure0": wrong})
        assert field == "measure0"
        assert "there are advantage, capacity" in why
        assert "a new one as “label: what it measures" in why
    assert refused(at, "The yard", {**money, "measure0": "order", "product0": ""})[1] == "product0"
    assert refused(at, "The yard", {**money, "measure0": "order", "bearer0": ""})[1] == "bearer0"
    assert refused(at, "The yard", {**money, "measure0": "order", "unit0": ""})[1] == "unit0"
    at.do("edit", "The yard", fields={**money, "measure0": "spending: Money paid. Not planned."})
    assert "measures spending (new)" in shown(at, "The yard")


def test_none_is_no_label(at: Desk) -> None:
    at.do("edit", "The yard", fields={"series0": "None", "bearer0": "the yard"})
    assert at.card("The yard").fixes["series"] == {"0": {"none": True}}
    assert "left out" in shown(at, "The yard")
    at.do("accept", "The yard")


def test_a_name_on_record_is_taken_and_one_of_several_is_asked_for(at: Desk) -> None:
    made = {"series0": "", "measure0": "output", "product0": "barge: A barge."}
    at.do("edit", "We made", fields={**made, "bearer0": "elmsund bakery (Country)"})
    assert "whose: Elmsund Bakery;" in f"{shown(at, 'We made')};".replace("</span>", ";")
    at.do("edit", "We made", fields={**made, "bearer0": "Bo Lind", "series0": "of Lind"})
    # Who speaks in the article as a person is no organisation elsewhere.
    assert "whose: Bo Lind (new person)" in shown(at, "We made")
    (at.root / "twins.ttl").write_text(
        """@prefix rec: <https://w3id.org/onrecord/ns#> . @prefix schema: <https://schema.org/> .
        @prefix actor: <https://example.org/harbour/actor/> .
        actor:dock a rec:Actor , schema:Organization ; schema:name "Dock"@en , "Dok"@de .
        actor:dock-2 a rec:Actor , schema:Organization ; schema:name "Dock"@en , "Kai"@de .
        """,
        encoding="utf-8",
    )
    why, field = refused(at, "We made", {**made, "bearer0": "dock", "series0": "of the dock"})
    assert field == "bearer0"
    assert "2 on record are called “dock”" in why


def test_what_is_counted_is_in_the_form_as_the_words_have_it(at: Desk) -> None:
    counted = {
        begins: shown_series(at.card(begins), 0, at.known).product
        for begins in ("Tarvia", "The yard", "Our work", "We made")
    }
    assert counted == {
        "Tarvia": "river barge", "The yard": "", "Our work": "", "We made": "river barge",
    }  # fmt: skip
    # It is no word of the reviewer's: without another one the figure has no series yet.
    at.do("edit", "We made", fields={"series0": "", "measure0": "", "product0": "river barge"})
    with pytest.raises(UnsettledError, match="has no series"):
        at.do("accept", "We made")


def test_a_new_speaker_is_of_the_kind_that_is_written(at: Desk) -> None:
    at.do("edit", "We made", fields={"speaker": "Krag and sons (organization)"})
    assert at.card("We made").fixes["speaker"] == {"name": "Krag and sons", "kind": "Organization"}
    told = shown(at, "We made")
    assert 'Krag and sons <span class="small">new organization</span>' in told
    assert 'value="Krag and sons (Organization)"' in told
    unchanged = at.do("edit", "We made", fields={"speaker": "Krag and sons (Organization)"})
    assert unchanged.message == "as it was, nothing to keep"


@pytest.mark.parametrize(
    ("mention", "kind", "anonymous"),
    [
        ("the ministry", "Organization", False),
        ("the committee of the town", "Organization", False),
        ("a union official", "Person", True),
        ("an official of the ministry", "Person", True),
    ],
)
def test_a_body_that_speaks_is_no_person(
    tmp_path: Path, mention: str, kind: str, anonymous: bool
) -> None:
    at = desk(
        tmp_path, f"Quay\n\nThe Post, 4 March 2025\n\n“It is late by years,” {mention} said.\n"
    )
    speaker = new_speaker(at.card("It is"))
    assert (speaker.kind, speaker.anonymous) == (kind, anonymous)
